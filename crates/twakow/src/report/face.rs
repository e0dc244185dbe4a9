//! The face of a bill of lading: what a reader expects to see where, taken from the DCSA document.

use crypto::json::Value;

/// One labelled box of the face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// The label a paper bill prints.
    pub(crate) label: &'static str,
    /// The lines in the box.
    pub(crate) lines: Vec<String>,
}

/// One row of the cargo table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cargo {
    /// Container and seal numbers.
    pub(crate) equipment: String,
    /// Number and kind of packages.
    pub(crate) packages: String,
    /// Description of goods, with HS codes.
    pub(crate) goods: Vec<String>,
    /// Gross weight.
    pub(crate) weight: String,
}

/// The face of a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Face {
    /// The transport document reference.
    pub(crate) reference: String,
    /// `To order`, `To order (blank)` or `Straight (not negotiable)`.
    pub(crate) kind: &'static str,
    /// The carrier's code and the list it stands in.
    pub(crate) carrier: String,
    /// Parties and voyage, in the order of a paper bill.
    pub(crate) fields: Vec<Field>,
    /// The cargo.
    pub(crate) cargo: Vec<Cargo>,
}

impl Face {
    /// Reads the face of a document; what the document leaves out is left out.
    pub(crate) fn of(document: &Value) -> Self {
        let to_order = document.get("isToOrder").and_then(Value::as_bool).unwrap_or_default();
        let endorsee = at(document, &["documentParties", "endorsee"]).is_some();
        let kind = match (to_order, endorsee) {
            (false, _) => "Straight (not negotiable)",
            (true, true) => "To order",
            (true, false) => "To order (blank)",
        };
        let carrier = [text(document, &["carrierCode"]), text(document, &["carrierCodeListProvider"])];
        Self {
            reference: text(document, &["transportDocumentReference"]),
            kind,
            carrier: carrier.join(" / "),
            fields: fields(document),
            cargo: cargo(document),
        }
    }
}

fn fields(document: &Value) -> Vec<Field> {
    let mut fields = Vec::new();
    let parties = [
        ("Shipper", "shipper"),
        ("Consignee", "consignee"),
        ("To the order of", "endorsee"),
        ("Issued by", "issuingParty"),
        ("Carrier's agent at destination", "carriersAgentAtDestination"),
    ];
    for (label, member) in parties {
        if let Some(party) = at(document, &["documentParties", member]) {
            fields.push(Field { label, lines: party_lines(party) });
        }
    }
    for party in list(document, &["documentParties", "notifyParties"]) {
        fields.push(Field { label: "Notify party", lines: party_lines(party) });
    }
    let voyage = list(document, &["transports", "vesselVoyages"]).iter().map(|voyage| {
        [text(voyage, &["vesselName"]), text(voyage, &["carrierExportVoyageNumber"])].join(", voyage ")
    });
    let places = [
        ("Place of receipt", "placeOfReceipt"),
        ("Port of loading", "portOfLoading"),
        ("Port of discharge", "portOfDischarge"),
        ("Place of delivery", "placeOfDelivery"),
    ];
    fields.push(Field { label: "Vessel and voyage", lines: voyage.collect() });
    for (label, member) in places {
        let code = text(document, &["transports", member, "UNLocationCode"]);
        let name = text(document, &["transports", member, "locationName"]);
        fields.push(Field {
            label,
            lines: vec![
                [name, code].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
            ],
        });
    }
    let dates = [
        ("Shipped on board", "shippedOnBoardDate"),
        ("Received for shipment", "receivedForShipmentDate"),
        ("Date of issue", "issueDate"),
    ];
    for (label, member) in dates {
        fields.push(Field { label, lines: vec![text(document, &[member])] });
    }
    let freight = match text(document, &["freightPaymentTermCode"]).as_str() {
        "PRE" => "Prepaid".to_owned(),
        "COL" => "Collect".to_owned(),
        other => other.to_owned(),
    };
    fields.push(Field { label: "Freight", lines: vec![freight] });
    fields.retain(|field| field.lines.iter().any(|line| !line.is_empty()));
    fields
}

fn party_lines(party: &Value) -> Vec<String> {
    let mut lines = vec![text(party, &["partyName"])];
    let displayed = list(party, &["displayedAddress"]);
    if displayed.is_empty() {
        let address = ["street", "streetNumber", "city", "postCode", "countryCode"];
        let parts: Vec<String> = address.iter().map(|part| text(party, &["address", part])).collect();
        lines.push(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "));
    } else {
        lines.extend(displayed.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn cargo(document: &Value) -> Vec<Cargo> {
    let mut rows = Vec::new();
    for item in list(document, &["consignmentItems"]) {
        let mut goods: Vec<String> =
            list(item, &["descriptionOfGoods"]).iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let codes: Vec<&str> = list(item, &["HSCodes"]).iter().filter_map(Value::as_str).collect();
        if !codes.is_empty() {
            goods.push(format!("HS {}", codes.join(", ")));
        }
        for part in list(item, &["cargoItems"]) {
            let container = text(part, &["equipmentReference"]);
            let seals = seals(document, &container);
            let equipment = if seals.is_empty() { container } else { format!("{container}, seal {seals}") };
            let packages = [
                text(part, &["outerPackaging", "numberOfPackages"]),
                text(part, &["outerPackaging", "description"]),
            ];
            let weight =
                [text(part, &["cargoGrossWeight", "value"]), text(part, &["cargoGrossWeight", "unit"])];
            rows.push(Cargo {
                equipment,
                packages: packages.join(" "),
                goods: goods.clone(),
                weight: weight.join(" "),
            });
        }
    }
    rows
}

fn seals(document: &Value, container: &str) -> String {
    let equipments = list(document, &["utilizedTransportEquipments"]);
    let found = equipments.iter().find(|used| text(used, &["equipment", "equipmentReference"]) == container);
    let seals = found.map(|used| list(used, &["seals"])).unwrap_or_default();
    seals.iter().map(|seal| text(seal, &["number"])).collect::<Vec<_>>().join(", ")
}

fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, member| value.get(member))
}

fn list<'a>(value: &'a Value, path: &[&str]) -> &'a [Value] {
    at(value, path).and_then(Value::as_array).unwrap_or_default()
}

fn text(value: &Value, path: &[&str]) -> String {
    match at(value, path) {
        Some(Value::String(text)) => text.to_string(),
        Some(Value::Number(number)) => number.as_f64().to_string(),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => String::new(),
    }
}
