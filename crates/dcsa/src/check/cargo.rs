//! The goods, what they are packed in, and the containers they travel in.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use vocab::{equipment::ContainerNumber, goods::HsCode};

use super::{Breaches, Draft};
use crate::place::At;

/// Words that customs do not take for a description of goods (DCSA, ConsignmentItem.descriptionOfGoods).
const VAGUE: [&str; 8] = [
    "consolidated",
    "consolidated cargo",
    "fak",
    "freight of all kinds",
    "general cargo",
    "goods",
    "parts",
    "stc",
];

/// The heaviest gross mass to which a container is rated, in kilograms (ISO 668).
const RATED_MAX_KG: Decimal = Decimal::from_parts(36_000, 0, 0, false, 0);
/// Kilograms in a pound, exactly (International Yard and Pound Agreement, 1959).
const KG_IN_POUND: Decimal = Decimal::from_parts(45_359_237, 0, 0, false, 8);

impl<'a> Draft<'a> {
    fn consignment_items(&self) -> impl Iterator<Item = At<'a>> + use<'a> {
        self.root.get("consignmentItems").items()
    }

    fn cargo_items(&self) -> impl Iterator<Item = At<'a>> + use<'a> {
        self.consignment_items().flat_map(|item| item.get("cargoItems").items())
    }

    fn containers(&self) -> impl Iterator<Item = At<'a>> + use<'a> {
        self.root.get("utilizedTransportEquipments").items()
    }

    fn dangerous_goods(&self) -> impl Iterator<Item = At<'a>> + use<'a> {
        self.cargo_items().flat_map(|item| item.get("outerPackaging").get("dangerousGoods").items())
    }
}

fn container_number<'a>(container: &At<'a>) -> At<'a> {
    container.get("equipment").get("equipmentReference")
}

/// Gross mass by container, in kilograms, of the cargo items whose weight can be read.
fn gross_by_container<'a>(draft: &Draft<'a>) -> BTreeMap<&'a str, Decimal> {
    let mut gross: BTreeMap<&str, Decimal> = BTreeMap::new();
    for item in draft.cargo_items() {
        if let (Some(number), Some(weight)) =
            (item.get("equipmentReference").text(), kilograms(&item.get("cargoGrossWeight")))
        {
            let sum = gross.entry(number).or_default();
            *sum = sum.saturating_add(weight);
        }
    }
    gross
}

/// The mass at `weight`, in kilograms.
fn kilograms(weight: &At<'_>) -> Option<Decimal> {
    let value = weight.get("value").number()?;
    match weight.get("unit").text()? {
        "KGM" => Some(value),
        "LBR" => value.checked_mul(KG_IN_POUND),
        _ => None,
    }
}

pub(super) fn description_missing(draft: &Draft<'_>, breaches: &mut Breaches) {
    for place in draft.consignment_items().map(|item| item.get("descriptionOfGoods")) {
        if place.value().and_then(|lines| lines.as_array()).is_some_and(<[_]>::is_empty) {
            breaches.at(&place);
        }
    }
}

pub(super) fn description_vague(draft: &Draft<'_>, breaches: &mut Breaches) {
    for place in draft.consignment_items().map(|item| item.get("descriptionOfGoods")) {
        let lines: Vec<String> =
            place.items().filter_map(|line| line.text()).map(|line| line.trim().to_lowercase()).collect();
        if !lines.is_empty() && lines.iter().all(|line| VAGUE.contains(&line.as_str())) {
            breaches.at(&place);
        }
    }
}

pub(super) fn marks_missing(draft: &Draft<'_>, breaches: &mut Breaches) {
    let marks = |at: At<'_>| at.get("shippingMarks").items().next().is_some();
    if draft.containers().any(marks) {
        return;
    }
    for item in draft.consignment_items() {
        let place = item.get("shippingMarks");
        if place.items().next().is_none() {
            breaches.at(&place);
        }
    }
}

pub(super) fn hs_code(draft: &Draft<'_>, breaches: &mut Breaches) {
    for place in draft.consignment_items().flat_map(|item| item.get("HSCodes").items()) {
        if place.text().is_some_and(|code| code.parse::<HsCode>().is_err()) {
            breaches.at(&place);
        }
    }
}

pub(super) fn hs_codes_disagree(draft: &Draft<'_>, breaches: &mut Breaches) {
    for item in draft.consignment_items() {
        let subheadings = |name: &str| -> BTreeSet<&str> {
            item.get(name).items().filter_map(|code| code.text()?.get(..6)).collect()
        };
        let place = item.get("extendedHSCodes");
        if place.exists() && subheadings("extendedHSCodes") != subheadings("HSCodes") {
            breaches.at(&place);
        }
    }
}

pub(super) fn equipment_twice(draft: &Draft<'_>, breaches: &mut Breaches) {
    let mut seen = BTreeSet::new();
    for place in draft.containers().map(|container| container_number(&container)) {
        if place.text().is_some_and(|number| !seen.insert(number)) {
            breaches.at(&place);
        }
    }
}

pub(super) fn container_check_digit(draft: &Draft<'_>, breaches: &mut Breaches) {
    number_refused(draft, false, breaches);
}

pub(super) fn shipper_owned_number(draft: &Draft<'_>, breaches: &mut Breaches) {
    number_refused(draft, true, breaches);
}

fn number_refused(draft: &Draft<'_>, shipper_owned: bool, breaches: &mut Breaches) {
    for container in draft.containers() {
        let place = container_number(&container);
        let is_shippers = container.get("isShipperOwned").flag() == Some(true);
        if let (true, Some(Err(refusal))) =
            (is_shippers == shipper_owned, place.text().map(str::parse::<ContainerNumber>))
        {
            breaches.because(&place, refusal.kind().sentence.trim_end_matches('.'));
        }
    }
}

pub(super) fn equipment_unlisted(draft: &Draft<'_>, breaches: &mut Breaches) {
    let listed: BTreeSet<&str> = draft.containers().filter_map(|at| container_number(&at).text()).collect();
    for place in draft.cargo_items().map(|item| item.get("equipmentReference")) {
        if place.text().is_some_and(|number| !listed.contains(number)) {
            breaches.at(&place);
        }
    }
}

pub(super) fn equipment_unused(draft: &Draft<'_>, breaches: &mut Breaches) {
    let used: BTreeSet<&str> =
        draft.cargo_items().filter_map(|item| item.get("equipmentReference").text()).collect();
    for place in draft.containers().map(|container| container_number(&container)) {
        if place.text().is_some_and(|number| !used.contains(number)) {
            breaches.at(&place);
        }
    }
}

pub(super) fn net_above_gross(draft: &Draft<'_>, breaches: &mut Breaches) {
    for item in draft.cargo_items() {
        let net = item.get("cargoNetWeight");
        if let (Some(gross), Some(of_net)) = (kilograms(&item.get("cargoGrossWeight")), kilograms(&net))
            && of_net > gross
        {
            breaches.because(&net, format!("{of_net} kg net, {gross} kg gross"));
        }
    }
}

pub(super) fn container_overloaded(draft: &Draft<'_>, breaches: &mut Breaches) {
    let gross = gross_by_container(draft);
    for container in draft.containers() {
        let place = container_number(&container);
        let tare = kilograms(&container.get("equipment").get("tareWeight")).unwrap_or_default();
        let total = place.text().and_then(|number| gross.get(number)).map(|gross| gross.saturating_add(tare));
        if let Some(total) = total.filter(|total| *total > RATED_MAX_KG) {
            breaches.because(&place, format!("{} kg", total.normalize()));
        }
    }
}

/// Older writers state the sum of a container's cargo beside it; where they do, it must be the sum.
pub(super) fn container_sum(draft: &Draft<'_>, breaches: &mut Breaches) {
    let gross = gross_by_container(draft);
    for container in draft.containers() {
        let place = container.get("cargoGrossWeight");
        let stated = match place.number() {
            Some(value) if container.get("cargoGrossWeightUnit").is("LBR") => value.checked_mul(KG_IN_POUND),
            Some(value) => Some(value),
            None => kilograms(&place),
        };
        let sum = container_number(&container).text().and_then(|number| gross.get(number));
        if let (Some(stated), Some(sum)) = (stated, sum)
            && stated != *sum
        {
            breaches.because(&place, format!("the cargo items weigh {} kg", sum.normalize()));
        }
    }
}

pub(super) fn dangerous_goods_packaging(draft: &Draft<'_>, breaches: &mut Breaches) {
    for packaging in draft.cargo_items().map(|item| item.get("outerPackaging")) {
        let dangerous = packaging.get("dangerousGoods").items().next().is_some();
        if dangerous && !packaging.get("imoPackagingCode").exists() && !packaging.get("packageCode").exists()
        {
            breaches.at(&packaging.get("imoPackagingCode"));
        }
    }
}

pub(super) fn dangerous_goods_class(draft: &Draft<'_>, breaches: &mut Breaches) {
    for place in draft.dangerous_goods().map(|goods| goods.get("imoClass")) {
        if place.text().is_some_and(|class| !is_imo_class(class)) {
            breaches.at(&place);
        }
    }
}

/// The classes and divisions of the IMDG Code; explosives carry the letter of their compatibility group.
fn is_imo_class(class: &str) -> bool {
    matches!(
        class.as_bytes(),
        [b'3' | b'7' | b'8' | b'9']
            | [b'2' | b'4', b'.', b'1'..=b'3']
            | [b'5' | b'6', b'.', b'1' | b'2']
            | [b'1', b'.', b'1'..=b'6', b'A'..=b'L' | b'N' | b'S']
    )
}

pub(super) fn dangerous_goods_weight(draft: &Draft<'_>, breaches: &mut Breaches) {
    for item in draft.cargo_items() {
        let goods = item.get("outerPackaging").get("dangerousGoods");
        let weights = goods.items().filter_map(|goods| kilograms(&goods.get("grossWeight")));
        let sum = weights.fold(Decimal::ZERO, Decimal::saturating_add);
        if kilograms(&item.get("cargoGrossWeight")).is_some_and(|gross| sum > gross) {
            breaches.because(&goods, format!("{} kg of dangerous goods", sum.normalize()));
        }
    }
}

/// The third character of an ISO 6346 size and type code says what kind of container it is.
fn is_reefer(container: &At<'_>) -> Option<bool> {
    let code = container.get("equipment").get("ISOEquipmentCode").text()?;
    Some(matches!(code.as_bytes().get(2)?, b'R' | b'H'))
}

pub(super) fn equipment_type(draft: &Draft<'_>, breaches: &mut Breaches) {
    for place in draft.containers().map(|container| container.get("equipment").get("ISOEquipmentCode")) {
        let fits = |code: &str| {
            code.len() == 4 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        if place.text().is_some_and(|code| !fits(code)) {
            breaches.at(&place);
        }
    }
}

pub(super) fn reefer_settings_of_dry(draft: &Draft<'_>, breaches: &mut Breaches) {
    for container in draft.containers().filter(|container| is_reefer(container) == Some(false)) {
        for member in ["activeReeferSettings", "isNonOperatingReefer"] {
            let place = container.get(member);
            if place.exists() && place.flag() != Some(false) {
                breaches.at(&place);
            }
        }
    }
}

pub(super) fn reefer_settings_missing(draft: &Draft<'_>, breaches: &mut Breaches) {
    for container in draft.containers().filter(|container| is_reefer(container) == Some(true)) {
        let place = container.get("activeReeferSettings");
        if container.get("isNonOperatingReefer").flag() != Some(true) && !place.exists() {
            breaches.at(&place);
        }
    }
}

pub(super) fn reefer_both_ways(draft: &Draft<'_>, breaches: &mut Breaches) {
    for container in draft.containers() {
        let place = container.get("activeReeferSettings");
        if container.get("isNonOperatingReefer").flag() == Some(true) && place.exists() {
            breaches.at(&place);
        }
    }
}

pub(super) fn reefer_units(draft: &Draft<'_>, breaches: &mut Breaches) {
    for settings in draft.containers().map(|container| container.get("activeReeferSettings")) {
        for (value, unit) in
            [("temperatureSetpoint", "temperatureUnit"), ("airExchangeSetpoint", "airExchangeUnit")]
        {
            if settings.get(value).exists() != settings.get(unit).exists() {
                breaches.at(&settings.get(unit));
            }
        }
    }
}
