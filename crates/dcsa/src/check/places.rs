//! Places, days, the carrier and the money.

use rust_decimal::Decimal;
use vocab::{
    carrier::CarrierCode,
    codelist::CURRENCIES,
    date::Date,
    money::Currency,
    place::{Country, UnLocode},
};

use super::{Breaches, Draft};
use crate::place::At;

/// A charge may differ from price times quantity by this much of a currency unit: each is rounded by itself.
const ROUNDING: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

impl<'a> Draft<'a> {
    fn transport(&self, name: &str) -> At<'a> {
        self.root.get("transports").get(name)
    }

    fn day(&self, name: &str) -> Option<Date> {
        self.root.get(name).parsed()
    }
}

pub(super) fn locode_country(draft: &Draft<'_>, breaches: &mut Breaches) {
    for place in draft.root.every("UNLocationCode") {
        // A code of another shape is the schema's to refuse.
        let shaped = |code: &&str| code.len() == 5 && code.bytes().all(|b| b.is_ascii_alphanumeric());
        if let Some(code) = place.text().filter(shaped)
            && code.parse::<UnLocode>().is_err()
            && code.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'9'))
        {
            breaches.at(&place);
        }
    }
}

pub(super) fn countries_disagree(draft: &Draft<'_>, breaches: &mut Breaches) {
    let transports = draft.root.get("transports");
    for name in
        ["placeOfReceipt", "portOfLoading", "portOfDischarge", "placeOfDelivery", "onwardInlandRouting"]
    {
        let location = transports.get(name);
        let by_code = location
            .get("UNLocationCode")
            .parsed::<UnLocode>()
            .and_then(|code| code.country())
            .map(Country::code);
        for inner in ["city", "address"] {
            let place = location.get(inner).get("countryCode");
            if let (Some(one), Some(other)) = (by_code, place.text())
                && one != other
            {
                breaches.because(&place, format!("the UN/LOCODE lies in {one}"));
            }
        }
    }
}

pub(super) fn port_not_named(draft: &Draft<'_>, breaches: &mut Breaches) {
    for name in ["portOfLoading", "portOfDischarge"] {
        let port = draft.transport(name);
        let named = ["UNLocationCode", "city", "locationName"].iter().any(|member| port.get(member).exists());
        if port.exists() && !named {
            breaches.at(&port);
        }
    }
}

pub(super) fn ports_the_same(draft: &Draft<'_>, breaches: &mut Breaches) {
    let discharge = draft.transport("portOfDischarge").get("UNLocationCode");
    let loading = draft.transport("portOfLoading").get("UNLocationCode");
    if loading.text().is_some() && loading.text() == discharge.text() {
        breaches.at(&discharge);
    }
}

pub(super) fn inland_place_missing(draft: &Draft<'_>, breaches: &mut Breaches) {
    for (carriage, place) in [("preCarriageBy", "placeOfReceipt"), ("onCarriageBy", "placeOfDelivery")] {
        if draft.transport(carriage).exists() && !draft.transport(place).exists() {
            breaches.because(&draft.transport(place), format!("{carriage} is given"));
        }
    }
}

pub(super) fn facility_without_place(draft: &Draft<'_>, breaches: &mut Breaches) {
    for name in ["placeOfReceipt", "placeOfDelivery", "onwardInlandRouting"] {
        let location = draft.transport(name);
        if location.get("facility").exists() && !location.get("UNLocationCode").exists() {
            breaches.at(&location.get("UNLocationCode"));
        }
    }
}

pub(super) fn place_of_issue_missing(draft: &Draft<'_>, breaches: &mut Breaches) {
    let place = draft.root.get("placeOfIssue");
    if !place.exists() {
        breaches.at(&place);
    }
}

pub(super) fn carrier_code(draft: &Draft<'_>, breaches: &mut Breaches) {
    let place = draft.root.get("carrierCode");
    if let (Some(list), Some(code)) = (draft.root.get("carrierCodeListProvider").text(), place.text())
        && matches!(list, "SMDG" | "NMFTA")
        && CarrierCode::new(list, code).is_err()
    {
        breaches.because(&place, format!("of {list}"));
    }
}

pub(super) fn freight_term_missing(draft: &Draft<'_>, breaches: &mut Breaches) {
    let place = draft.root.get("freightPaymentTermCode");
    if !place.exists() {
        breaches.at(&place);
    }
}

pub(super) fn currency_code(draft: &Draft<'_>, breaches: &mut Breaches) {
    let charged = draft.root.get("charges").items().map(|charge| charge.get("currencyCode"));
    for place in charged.chain([draft.root.get("declaredValueCurrency")]) {
        let shaped = |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        if place.text().is_some_and(|code| shaped(code) && code.parse::<Currency>().is_err()) {
            breaches.because(&place, format!("the list is of {}", CURRENCIES.date()));
        }
    }
}

pub(super) fn declared_value_currency(draft: &Draft<'_>, breaches: &mut Breaches) {
    let currency = draft.root.get("declaredValueCurrency");
    if draft.root.get("declaredValue").exists() != currency.exists() {
        breaches.at(&currency);
    }
}

pub(super) fn charge_sum(draft: &Draft<'_>, breaches: &mut Breaches) {
    for charge in draft.root.get("charges").items() {
        let amount = charge.get("currencyAmount");
        let product = charge
            .get("unitPrice")
            .number()
            .zip(charge.get("quantity").number())
            .and_then(|(price, quantity)| price.checked_mul(quantity));
        if let (Some(stated), Some(product)) = (amount.number(), product)
            && stated.saturating_sub(product).abs() > ROUNDING
        {
            breaches.because(&amount, format!("price times quantity is {}", product.normalize()));
        }
    }
}

pub(super) fn shipment_date_missing(draft: &Draft<'_>, breaches: &mut Breaches) {
    let on_board = draft.root.get("isShippedOnBoardType").flag();
    let place = draft.root.get(if on_board == Some(false) {
        "receivedForShipmentDate"
    } else {
        "shippedOnBoardDate"
    });
    let either = ["shippedOnBoardDate", "receivedForShipmentDate"];
    if draft.is_issued() && !either.iter().any(|name| draft.root.get(name).exists()) {
        breaches.at(&place);
    }
}

pub(super) fn shipment_date_open(draft: &Draft<'_>, breaches: &mut Breaches) {
    let either = ["shippedOnBoardDate", "receivedForShipmentDate"];
    if !draft.is_issued() && !either.iter().any(|name| draft.root.get(name).exists()) {
        breaches.at(&draft.root.get("shippedOnBoardDate"));
    }
}

pub(super) fn both_shipment_dates(draft: &Draft<'_>, breaches: &mut Breaches) {
    let received = draft.root.get("receivedForShipmentDate");
    if draft.root.get("shippedOnBoardDate").exists() && received.exists() {
        breaches.at(&received);
    }
}

pub(super) fn shipment_date_of_other_kind(draft: &Draft<'_>, breaches: &mut Breaches) {
    let on_board = draft.root.get("shippedOnBoardDate");
    let received = draft.root.get("receivedForShipmentDate");
    match draft.root.get("isShippedOnBoardType").flag() {
        Some(true) if received.exists() && !on_board.exists() => breaches.at(&received),
        Some(false) if on_board.exists() && !received.exists() => breaches.at(&on_board),
        Some(_) | None => {}
    }
}

pub(super) fn issue_date_missing(draft: &Draft<'_>, breaches: &mut Breaches) {
    let place = draft.root.get("issueDate");
    if draft.is_issued() && !place.exists() {
        breaches.at(&place);
    }
}

pub(super) fn issued_before_shipment(draft: &Draft<'_>, breaches: &mut Breaches) {
    let Some(issued) = draft.day("issueDate") else { return };
    for name in ["shippedOnBoardDate", "receivedForShipmentDate"] {
        if draft.day(name).is_some_and(|shipped| issued < shipped) {
            breaches.because(&draft.root.get("issueDate"), format!("{name} is later"));
        }
    }
}

pub(super) fn arrival_before_departure(draft: &Draft<'_>, breaches: &mut Breaches) {
    let arrival = draft.transport("plannedArrivalDate");
    if let (Some(departs), Some(arrives)) =
        (draft.transport("plannedDepartureDate").parsed::<Date>(), arrival.parsed::<Date>())
        && arrives < departs
    {
        breaches.at(&arrival);
    }
}

pub(super) fn shipped_after_arrival(draft: &Draft<'_>, breaches: &mut Breaches) {
    if let (Some(shipped), Some(arrives)) =
        (draft.day("shippedOnBoardDate"), draft.transport("plannedArrivalDate").parsed::<Date>())
        && shipped > arrives
    {
        breaches.at(&draft.root.get("shippedOnBoardDate"));
    }
}

pub(super) fn day_in_the_future(draft: &Draft<'_>, breaches: &mut Breaches) {
    let Some(today) = draft.today else { return };
    for name in ["shippedOnBoardDate", "receivedForShipmentDate", "issueDate"] {
        // A day begins up to 14 hours earlier elsewhere, so tomorrow may already be today at the port.
        if draft.day(name).is_some_and(|day| today.days_until(day) > 1) {
            breaches.at(&draft.root.get(name));
        }
    }
}

pub(super) fn licence_days(draft: &Draft<'_>, breaches: &mut Breaches) {
    for licence in ["exportLicense", "importLicense"].iter().flat_map(|name| draft.root.every(name)) {
        let expiry = licence.get("expiryDate");
        if let (Some(from), Some(to)) = (licence.get("issueDate").parsed::<Date>(), expiry.parsed::<Date>())
            && to < from
        {
            breaches.at(&expiry);
        }
    }
}
