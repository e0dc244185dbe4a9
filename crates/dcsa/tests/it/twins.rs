//! For each rule a document that passes it and a twin, changed in one place, that does not.
//!
//! A row is: the rule, an example draft, changes that bring the draft near the rule and still pass it (their other
//! findings are named), the one change that breaks it, and the place of the finding.

use std::collections::BTreeSet;

use dcsa::check::{Checked, RULES, check_on};
use serde_json::{Value, json};

use crate::examples::example;

/// One change: a JSON pointer, and what to write there; `None` takes the member out, a new index appends.
type Change = (&'static str, Option<Value>);

struct Twin {
    rule: &'static str,
    draft: &'static str,
    near: Vec<Change>,
    broken: Change,
    place: &'static str,
}

fn set(pointer: &'static str, value: Value) -> Change {
    (pointer, Some(value))
}

fn out(pointer: &'static str) -> Change {
    (pointer, None)
}

fn whisky(rule: &'static str, broken: Change, place: &'static str) -> Twin {
    Twin { rule, draft: "whisky", near: vec![], broken, place }
}

fn valves(rule: &'static str, broken: Change, place: &'static str) -> Twin {
    Twin { draft: "valves", ..whisky(rule, broken, place) }
}

fn near(near: Vec<Change>, twin: Twin) -> Twin {
    Twin { near, ..twin }
}

const DAY: &str = "2026-03-20";
const CARGO: &str = "/consignmentItems/0/cargoItems/0";

/// Changes that make the whisky's container a reefer with its settings.
fn reefer() -> Vec<Change> {
    vec![
        set("/utilizedTransportEquipments/0/equipment/ISOEquipmentCode", json!("22R1")),
        set(
            "/utilizedTransportEquipments/0/activeReeferSettings",
            json!({"temperatureSetpoint": 5.0, "temperatureUnit": "CEL", "isVentilationOpen": false}),
        ),
    ]
}

/// Changes that make the whisky dangerous goods, as spirit in bulk would be.
fn dangerous() -> Vec<Change> {
    vec![set(
        "/consignmentItems/0/cargoItems/0/outerPackaging/dangerousGoods",
        json!([{"UNNumber": "3065", "properShippingName": "ALCOHOLIC BEVERAGES", "imoClass": "3", "packingGroup": 3,
            "grossWeight": {"value": 9000, "unit": "KGM"}}]),
    )]
}

fn schema_twins() -> Vec<Twin> {
    vec![
        whisky("required-member", out("/carrierCode"), "/carrierCode"),
        whisky(
            "required-member",
            out("/transports/vesselVoyages/0/vesselName"),
            "/transports/vesselVoyages/0/vesselName",
        ),
        whisky("wrong-type", set("/isToOrder", json!("true")), "/isToOrder"),
        whisky("wrong-type", set("/placeOfIssue", json!(null)), "/placeOfIssue"),
        whisky("wrong-type", set("/charges", json!({})), "/charges"),
        whisky("wrong-type", set("/numberOfRiderPages", json!(1.5)), "/numberOfRiderPages"),
        whisky(
            "length",
            set("/transportDocumentReference", json!("TWKW26030010000000001")),
            "/transportDocumentReference",
        ),
        whisky(
            "length",
            set("/consignmentItems/0/descriptionOfGoods/0", json!("S".repeat(36))),
            "/consignmentItems/0/descriptionOfGoods/0",
        ),
        whisky(
            "form",
            set("/transportDocumentReference", json!("TWKW2603001 ")),
            "/transportDocumentReference",
        ),
        whisky(
            "form",
            set("/transports/portOfLoading/UNLocationCode", json!("GBFX1")),
            "/transports/portOfLoading/UNLocationCode",
        ),
        whisky("code", set("/freightPaymentTermCode", json!("PREPAID")), "/freightPaymentTermCode"),
        whisky("date", set("/shippedOnBoardDate", json!("01/03/2026")), "/shippedOnBoardDate"),
        whisky(
            "item-count",
            set("/documentParties/shipper/displayedAddress", json!(["1", "2", "3", "4", "5", "6", "7"])),
            "/documentParties/shipper/displayedAddress",
        ),
        whisky("item-count", set("/consignmentItems/0/HSCodes", json!([])), "/consignmentItems/0/HSCodes"),
        whisky(
            "range",
            set("/consignmentItems/0/cargoItems/0/cargoGrossVolume/value", json!(0)),
            "/consignmentItems/0/cargoItems/0/cargoGrossVolume/value",
        ),
        whisky(
            "range",
            set("/consignmentItems/0/cargoItems/0/outerPackaging/numberOfPackages", json!(100_000_000)),
            "/consignmentItems/0/cargoItems/0/outerPackaging/numberOfPackages",
        ),
        whisky("one-of", set("/placeOfIssue/countryCode", json!("GB")), "/placeOfIssue"),
        near(
            vec![out("/partyContactDetails/0/phone")],
            whisky("one-of", out("/partyContactDetails/0/email"), "/partyContactDetails/0"),
        ),
        whisky("code-unlisted", set("/cargoMovementTypeAtOrigin", json!("BB")), "/cargoMovementTypeAtOrigin"),
        whisky(
            "unknown-member",
            set("/transports/vesselVoyages/0/vesselIMO", json!("9321483")),
            "/transports/vesselVoyages/0/vesselIMO",
        ),
    ]
}

fn nature_twins() -> Vec<Twin> {
    vec![
        whisky("law-is-not-a-member", set("/governingLaw", json!("English law")), "/governingLaw"),
        whisky(
            "deprecated-member",
            set("/contractQuotationReference", json!("Q-17")),
            "/contractQuotationReference",
        ),
        valves("sea-waybill", set("/transportDocumentTypeCode", json!("SWB")), "/transportDocumentTypeCode"),
        near(
            vec![out("/numberOfOriginalsWithCharges")],
            whisky("sea-waybill-to-order", set("/transportDocumentTypeCode", json!("SWB")), "/isToOrder"),
        ),
        valves(
            "sea-waybill-original",
            set("/transportDocumentTypeCode", json!("SWB")),
            "/numberOfOriginalsWithCharges",
        ),
        whisky("not-electronic", set("/isElectronic", json!(false)), "/isElectronic"),
        whisky(
            "status-not-issuable",
            set("/transportDocumentStatus", json!("VOIDED")),
            "/transportDocumentStatus",
        ),
        whisky(
            "electronic-originals",
            set("/numberOfOriginalsWithoutCharges", json!(1)),
            "/numberOfOriginalsWithoutCharges",
        ),
        whisky(
            "electronic-originals",
            set("/numberOfOriginalsWithCharges", json!(3)),
            "/numberOfOriginalsWithCharges",
        ),
        near(
            vec![set("/numberOfCopiesWithCharges", json!(0))],
            whisky(
                "electronic-copies",
                set("/numberOfCopiesWithCharges", json!(2)),
                "/numberOfCopiesWithCharges",
            ),
        ),
        whisky(
            "control-character",
            set("/transportDocumentReference", json!("TWKW\t2603001")),
            "/transportDocumentReference",
        ),
        whisky("terms-empty", set("/termsAndConditions", json!("  ")), "/termsAndConditions"),
    ]
}

fn party_twins() -> Vec<Twin> {
    vec![
        valves("consignee-missing", out("/documentParties/consignee"), "/documentParties/consignee"),
        whisky(
            "consignee-to-order",
            set(
                "/documentParties/consignee",
                json!({"partyName": "X", "identifyingCodes": [{"codeListProvider": "ZZZ", "partyCode": "X"}]}),
            ),
            "/documentParties/consignee",
        ),
        valves(
            "endorsee-straight",
            set(
                "/documentParties/endorsee",
                json!({"partyName": "X", "identifyingCodes": [{"codeListProvider": "ZZZ", "partyCode": "X"}]}),
            ),
            "/documentParties/endorsee",
        ),
        whisky("blank-endorsed", out("/documentParties/endorsee"), "/documentParties/endorsee"),
        whisky(
            "party-code-missing",
            set("/documentParties/endorsee/identifyingCodes", json!([])),
            "/documentParties/endorsee/identifyingCodes",
        ),
        near(
            vec![out("/documentParties/notifyParties/0/address")],
            whisky(
                "party-unidentified",
                out("/documentParties/notifyParties/0/identifyingCodes"),
                "/documentParties/notifyParties/0",
            ),
        ),
        whisky(
            "notify-party-missing",
            out("/documentParties/notifyParties"),
            "/documentParties/notifyParties",
        ),
        whisky(
            "lei",
            set("/documentParties/shipper/identifyingCodes/0/partyCode", json!("TWKATEST00EXPORTER81")),
            "/documentParties/shipper/identifyingCodes/0/partyCode",
        ),
        near(
            vec![set("/documentParties/shipper/identifyingCodes/0/codeListProvider", json!("DNB"))],
            whisky(
                "party-code-list",
                set("/documentParties/shipper/identifyingCodes/0/codeListProvider", json!("SMDG")),
                "/documentParties/shipper/identifyingCodes/0/codeListProvider",
            ),
        ),
        near(
            vec![set("/documentParties/shipper/eblPlatform", json!("IDT"))],
            whisky(
                "platform-code",
                set("/documentParties/shipper/eblPlatform", json!("ESSD")),
                "/documentParties/shipper/eblPlatform",
            ),
        ),
        whisky(
            "tax-reference",
            set("/documentParties/shipper/taxLegalReferences/0/value", json!("GB999999937")),
            "/documentParties/shipper/taxLegalReferences/0/value",
        ),
        whisky(
            "tax-reference",
            set("/documentParties/notifyParties/0/taxLegalReferences/0/value", json!("202699999F")),
            "/documentParties/notifyParties/0/taxLegalReferences/0/value",
        ),
        near(
            vec![set("/documentParties/shipper/address/countryCode", json!("ZZ"))],
            whisky(
                "country-code",
                set("/documentParties/shipper/address/countryCode", json!("UK")),
                "/documentParties/shipper/address/countryCode",
            ),
        ),
    ]
}

fn cargo_twins() -> Vec<Twin> {
    vec![
        whisky(
            "description-missing",
            set("/consignmentItems/0/descriptionOfGoods", json!([])),
            "/consignmentItems/0/descriptionOfGoods",
        ),
        whisky(
            "description-vague",
            set("/consignmentItems/0/descriptionOfGoods", json!(["General Cargo"])),
            "/consignmentItems/0/descriptionOfGoods",
        ),
        whisky(
            "marks-missing",
            out("/consignmentItems/0/shippingMarks"),
            "/consignmentItems/0/shippingMarks",
        ),
        near(
            vec![out("/consignmentItems/0/extendedHSCodes")],
            whisky(
                "hs-code",
                set("/consignmentItems/0/HSCodes/0", json!("770830")),
                "/consignmentItems/0/HSCodes/0",
            ),
        ),
        whisky(
            "hs-codes-disagree",
            set("/consignmentItems/0/extendedHSCodes/0", json!("22087030")),
            "/consignmentItems/0/extendedHSCodes",
        ),
        near(
            vec![out("/consignmentItems/0/cargoItems/1")],
            valves(
                "equipment-twice",
                set("/utilizedTransportEquipments/1/equipment/equipmentReference", json!("TWKU3001779")),
                "/utilizedTransportEquipments/1/equipment/equipmentReference",
            ),
        ),
        near(
            vec![set("/consignmentItems/0/cargoItems/0/equipmentReference", json!("TWKU2045198"))],
            whisky(
                "container-number",
                set("/utilizedTransportEquipments/0/equipment/equipmentReference", json!("TWKU2045198")),
                "/utilizedTransportEquipments/0/equipment/equipmentReference",
            ),
        ),
        near(
            vec![
                set("/utilizedTransportEquipments/0/isShipperOwned", json!(true)),
                set("/consignmentItems/0/cargoItems/0/equipmentReference", json!("OWN-1")),
            ],
            whisky(
                "shipper-container-number",
                set("/utilizedTransportEquipments/0/equipment/equipmentReference", json!("OWN-1")),
                "/utilizedTransportEquipments/0/equipment/equipmentReference",
            ),
        ),
        whisky(
            "equipment-unlisted",
            set("/consignmentItems/0/cargoItems/0/equipmentReference", json!("TWKU7710432")),
            "/consignmentItems/0/cargoItems/0/equipmentReference",
        ),
        valves(
            "equipment-unused",
            out("/consignmentItems/0/cargoItems/1"),
            "/utilizedTransportEquipments/1/equipment/equipmentReference",
        ),
        whisky(
            "net-above-gross",
            set("/consignmentItems/0/cargoItems/0/cargoNetWeight/value", json!(9288.5)),
            "/consignmentItems/0/cargoItems/0/cargoNetWeight",
        ),
        // 8,100 kg are 17,857.4 lb; 20,480 lb are 9,289.6 kg, above the 9,288 kg of the gross weight.
        near(
            vec![set(
                "/consignmentItems/0/cargoItems/0/cargoNetWeight",
                json!({"value": 17857.4, "unit": "LBR"}),
            )],
            whisky(
                "net-above-gross",
                set("/consignmentItems/0/cargoItems/0/cargoNetWeight/value", json!(20480)),
                "/consignmentItems/0/cargoItems/0/cargoNetWeight",
            ),
        ),
        // 33,770 kg and 2,230 kg of tare are the 36,000 kg of the rating.
        near(
            vec![set("/consignmentItems/0/cargoItems/0/cargoGrossWeight/value", json!(33770))],
            whisky(
                "container-overloaded",
                set("/consignmentItems/0/cargoItems/0/cargoGrossWeight/value", json!(33770.5)),
                "/utilizedTransportEquipments/0/equipment/equipmentReference",
            ),
        ),
        near(
            vec![set("/utilizedTransportEquipments/0/cargoGrossWeight", json!(9288.0))],
            whisky(
                "container-weight-sum",
                set("/utilizedTransportEquipments/0/cargoGrossWeight", json!(9300)),
                "/utilizedTransportEquipments/0/cargoGrossWeight",
            ),
        ),
        near(
            dangerous(),
            whisky(
                "dangerous-packaging",
                out("/consignmentItems/0/cargoItems/0/outerPackaging/packageCode"),
                "/consignmentItems/0/cargoItems/0/outerPackaging/imoPackagingCode",
            ),
        ),
        near(
            dangerous(),
            whisky(
                "dangerous-class",
                set(
                    "/consignmentItems/0/cargoItems/0/outerPackaging/dangerousGoods/0/imoClass",
                    json!("3.7"),
                ),
                "/consignmentItems/0/cargoItems/0/outerPackaging/dangerousGoods/0/imoClass",
            ),
        ),
        near(
            dangerous(),
            whisky(
                "dangerous-weight",
                set(
                    "/consignmentItems/0/cargoItems/0/outerPackaging/dangerousGoods/0/grossWeight/value",
                    json!(9289),
                ),
                "/consignmentItems/0/cargoItems/0/outerPackaging/dangerousGoods",
            ),
        ),
        near(
            dangerous(),
            whisky(
                "one-of",
                out("/consignmentItems/0/cargoItems/0/outerPackaging/dangerousGoods/0/UNNumber"),
                "/consignmentItems/0/cargoItems/0/outerPackaging/dangerousGoods/0",
            ),
        ),
        whisky(
            "equipment-type",
            set("/utilizedTransportEquipments/0/equipment/ISOEquipmentCode", json!("20GP ")),
            "/utilizedTransportEquipments/0/equipment/ISOEquipmentCode",
        ),
        near(
            reefer(),
            whisky(
                "reefer-settings-dry",
                set("/utilizedTransportEquipments/0/equipment/ISOEquipmentCode", json!("22G1")),
                "/utilizedTransportEquipments/0/activeReeferSettings",
            ),
        ),
        near(
            reefer(),
            whisky(
                "reefer-settings-missing",
                out("/utilizedTransportEquipments/0/activeReeferSettings"),
                "/utilizedTransportEquipments/0/activeReeferSettings",
            ),
        ),
        near(
            reefer(),
            whisky(
                "reefer-both-ways",
                set("/utilizedTransportEquipments/0/isNonOperatingReefer", json!(true)),
                "/utilizedTransportEquipments/0/activeReeferSettings",
            ),
        ),
        near(
            reefer(),
            whisky(
                "reefer-unit",
                out("/utilizedTransportEquipments/0/activeReeferSettings/temperatureUnit"),
                "/utilizedTransportEquipments/0/activeReeferSettings/temperatureUnit",
            ),
        ),
    ]
}

fn place_twins() -> Vec<Twin> {
    vec![
        near(
            vec![out("/transports/portOfLoading/locationName")],
            whisky(
                "port-not-named",
                out("/transports/portOfLoading/UNLocationCode"),
                "/transports/portOfLoading",
            ),
        ),
        whisky(
            "ports-the-same",
            set("/transports/portOfDischarge/UNLocationCode", json!("GBFXT")),
            "/transports/portOfDischarge/UNLocationCode",
        ),
        whisky(
            "locode",
            set("/transports/portOfLoading/UNLocationCode", json!("UKFXT")),
            "/transports/portOfLoading/UNLocationCode",
        ),
        near(
            vec![set("/transports/placeOfReceipt/UNLocationCode", json!("GBDUF"))],
            whisky(
                "countries-disagree",
                set("/transports/placeOfReceipt/address/countryCode", json!("IE")),
                "/transports/placeOfReceipt/address/countryCode",
            ),
        ),
        whisky("inland-place-missing", out("/transports/placeOfReceipt"), "/transports/placeOfReceipt"),
        whisky(
            "inland-place-missing",
            set("/transports/onCarriageBy", json!("TRUCK")),
            "/transports/placeOfDelivery",
        ),
        whisky(
            "facility-without-place",
            set(
                "/transports/placeOfReceipt/facility",
                json!({"facilityCode": "ADT", "facilityCodeListProvider": "BIC"}),
            ),
            "/transports/placeOfReceipt/UNLocationCode",
        ),
        whisky("place-of-issue-missing", out("/placeOfIssue"), "/placeOfIssue"),
        whisky("carrier-code", set("/carrierCodeListProvider", json!("SMDG")), "/carrierCode"),
        whisky("freight-term-missing", out("/freightPaymentTermCode"), "/freightPaymentTermCode"),
        whisky("currency", set("/charges/0/currencyCode", json!("STG")), "/charges/0/currencyCode"),
        near(
            vec![set("/declaredValue", json!(250000)), set("/declaredValueCurrency", json!("GBP"))],
            whisky("declared-value-currency", out("/declaredValueCurrency"), "/declaredValueCurrency"),
        ),
        near(
            vec![set("/charges/0/currencyAmount", json!(1450.01))],
            whisky(
                "charge-sum",
                set("/charges/0/currencyAmount", json!(1450.02)),
                "/charges/0/currencyAmount",
            ),
        ),
        near(
            vec![set("/transportDocumentStatus", json!("ISSUED")), set("/issueDate", json!("2026-03-02"))],
            whisky("shipment-date-missing", out("/shippedOnBoardDate"), "/shippedOnBoardDate"),
        ),
        whisky("shipment-date-open", out("/shippedOnBoardDate"), "/shippedOnBoardDate"),
        whisky(
            "shipment-date-twice",
            set("/receivedForShipmentDate", json!("2026-02-27")),
            "/receivedForShipmentDate",
        ),
        whisky("shipment-date-kind", set("/isShippedOnBoardType", json!(false)), "/shippedOnBoardDate"),
        near(
            vec![set("/transportDocumentStatus", json!("ISSUED")), set("/issueDate", json!("2026-03-02"))],
            whisky("issue-date-missing", out("/issueDate"), "/issueDate"),
        ),
        near(
            vec![set("/issueDate", json!("2026-03-01"))],
            whisky("issued-before-shipment", set("/issueDate", json!("2026-02-28")), "/issueDate"),
        ),
        whisky(
            "arrival-before-departure",
            set("/transports/plannedDepartureDate", json!("2026-04-03")),
            "/transports/plannedArrivalDate",
        ),
        near(
            vec![set("/shippedOnBoardDate", json!("2026-03-21"))],
            whisky("future-day", set("/shippedOnBoardDate", json!("2026-03-22")), "/shippedOnBoardDate"),
        ),
        near(
            vec![set("/transports/plannedArrivalDate", json!("2026-03-01"))],
            whisky(
                "shipped-after-arrival",
                set("/shippedOnBoardDate", json!("2026-03-02")),
                "/shippedOnBoardDate",
            ),
        ),
        near(
            vec![set("/exportLicense", json!({"issueDate": "2026-01-01", "expiryDate": "2026-01-01"}))],
            whisky(
                "licence-days",
                set("/exportLicense/expiryDate", json!("2025-12-31")),
                "/exportLicense/expiryDate",
            ),
        ),
    ]
}

fn changed(document: &Value, (pointer, value): &Change) -> Value {
    let mut document = document.clone();
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {pointer}"));
    match (parent, value) {
        (Value::Object(object), Some(value)) => {
            object.insert(member.to_owned(), value.clone());
        }
        (Value::Object(object), None) => {
            assert!(object.remove(member).is_some(), "nothing at {pointer}");
        }
        (Value::Array(array), Some(value)) => {
            let at: usize = member.parse().unwrap();
            if at == array.len() { array.push(value.clone()) } else { array[at] = value.clone() }
        }
        (Value::Array(array), None) => {
            array.remove(member.parse().unwrap());
        }
        _ => panic!("{pointer} leads into a value"),
    }
    document
}

fn look(document: &Value) -> Checked {
    check_on(&serde_json::to_vec(document).unwrap(), DAY.parse().unwrap()).unwrap()
}

fn breaks(checked: &Checked, rule: &str, place: &str) -> bool {
    checked.findings.iter().any(|finding| finding.rule == rule && finding.place == place)
}

#[test]
fn each_rule_passes_one_document_and_refuses_its_twin() {
    let twins: Vec<Twin> = [schema_twins(), nature_twins(), party_twins(), cargo_twins(), place_twins()]
        .into_iter()
        .flatten()
        .collect();
    for twin in &twins {
        let draft = testkit::json(&example(&format!("{}/draft.json", twin.draft)));
        let passing = twin.near.iter().fold(draft, |document, change| changed(&document, change));
        let before = look(&passing);
        assert!(!breaks(&before, twin.rule, twin.place), "{} already: {:?}", twin.rule, before.findings);
        let after = look(&changed(&passing, &twin.broken));
        assert!(
            breaks(&after, twin.rule, twin.place),
            "{} at {}: {:#?}",
            twin.rule,
            twin.place,
            after.findings
        );
    }
    let tried: BTreeSet<&str> = twins.iter().map(|twin| twin.rule).collect();
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(rules, tried, "every rule has its twins");
    assert_eq!(rules.len(), RULES.len(), "no two rules share an id");
}

#[test]
fn every_rule_says_what_is_wrong_what_to_do_and_who_says_so() {
    for rule in RULES {
        assert!(rule.message.ends_with('.') && rule.remedy.ends_with('.'), "{}", rule.id);
        assert!(
            !rule.source.is_empty() && rule.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
            "{}",
            rule.id
        );
    }
}

#[test]
fn a_document_full_of_faults_is_told_a_hundred_of_each() {
    let mut draft = testkit::json(&example("whisky/draft.json"));
    let item = draft.pointer(CARGO).unwrap().clone();
    let items: Vec<Value> =
        (0..500).map(|_| changed(&item, &set("/equipmentReference", json!("NOWHERE")))).collect();
    draft = changed(&draft, &set("/consignmentItems/0/cargoItems", json!(items)));
    let checked = look(&draft);
    let unlisted = checked.findings.iter().filter(|finding| finding.rule == "equipment-unlisted").count();
    assert_eq!(unlisted, dcsa::check::FINDINGS_MAX);
    assert_eq!(checked.issuable().unwrap_err().code(), "document-not-issuable");
}
