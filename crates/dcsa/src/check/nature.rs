//! What kind of document it is, and whether it can be a record that one person holds.

use rust_decimal::Decimal;

use super::{Breaches, Draft};
use crate::place::At;

/// Members in which people have tried to write the governing law; DCSA's document has none for it.
pub(super) const LAW_WORDS: [&str; 4] = ["applicableLaw", "governingLaw", "jurisdiction", "law"];

/// States in which a document may yet be issued, or just has been.
const ISSUABLE: [&str; 3] = ["DRAFT", "APPROVED", "ISSUED"];

const ORIGINALS: [&str; 2] = ["numberOfOriginalsWithCharges", "numberOfOriginalsWithoutCharges"];
const COPIES: [&str; 2] = ["numberOfCopiesWithCharges", "numberOfCopiesWithoutCharges"];

impl Draft<'_> {
    pub(super) fn is_bill(&self) -> bool {
        self.root.get("transportDocumentTypeCode").is("BOL")
    }

    pub(super) fn is_waybill(&self) -> bool {
        self.root.get("transportDocumentTypeCode").is("SWB")
    }

    pub(super) fn is_electronic(&self) -> bool {
        self.root.get("isElectronic").flag() == Some(true)
    }

    pub(super) fn is_to_order(&self) -> Option<bool> {
        self.root.get("isToOrder").flag()
    }

    pub(super) fn is_issued(&self) -> bool {
        self.root.get("transportDocumentStatus").is("ISSUED")
    }
}

pub(super) fn originals_of_electronic_bill(draft: &Draft<'_>, breaches: &mut Breaches) {
    if !draft.is_bill() || !draft.is_electronic() {
        return;
    }
    let counts: Vec<(At<'_>, Decimal)> = numbers(draft, ORIGINALS);
    let total = counts.iter().fold(Decimal::ZERO, |total, (_, count)| total.saturating_add(*count));
    if let (true, Some((place, _))) = (total > Decimal::ONE, counts.last()) {
        breaches.because(place, format!("{total} originals"));
    }
}

pub(super) fn copies_of_electronic_bill(draft: &Draft<'_>, breaches: &mut Breaches) {
    if draft.is_bill() && draft.is_electronic() {
        positive(draft, COPIES, breaches);
    }
}

pub(super) fn originals_of_waybill(draft: &Draft<'_>, breaches: &mut Breaches) {
    if draft.is_waybill() {
        positive(draft, ORIGINALS, breaches);
    }
}

fn numbers<'a>(draft: &Draft<'a>, names: [&str; 2]) -> Vec<(At<'a>, Decimal)> {
    names
        .iter()
        .filter_map(|name| {
            let at = draft.root.get(name);
            at.number().map(|number| (at, number))
        })
        .collect()
}

fn positive(draft: &Draft<'_>, names: [&str; 2], breaches: &mut Breaches) {
    for (place, count) in numbers(draft, names) {
        if count > Decimal::ZERO {
            breaches.at(&place);
        }
    }
}

pub(super) fn waybill_to_order(draft: &Draft<'_>, breaches: &mut Breaches) {
    if draft.is_waybill() && draft.is_to_order() == Some(true) {
        breaches.at(&draft.root.get("isToOrder"));
    }
}

pub(super) fn waybill_not_transferable(draft: &Draft<'_>, breaches: &mut Breaches) {
    if draft.is_waybill() {
        breaches.at(&draft.root.get("transportDocumentTypeCode"));
    }
}

pub(super) fn not_electronic(draft: &Draft<'_>, breaches: &mut Breaches) {
    let place = draft.root.get("isElectronic");
    if place.flag() == Some(false) {
        breaches.at(&place);
    }
}

pub(super) fn status_not_issuable(draft: &Draft<'_>, breaches: &mut Breaches) {
    let place = draft.root.get("transportDocumentStatus");
    if place.text().is_some_and(|status| !ISSUABLE.contains(&status)) {
        breaches.at(&place);
    }
}

pub(super) fn control_characters(draft: &Draft<'_>, breaches: &mut Breaches) {
    for name in ["carrierCode", "transportDocumentReference", "transportDocumentSubReference"] {
        let place = draft.root.get(name);
        if place.text().is_some_and(|text| text.chars().any(char::is_control)) {
            breaches.at(&place);
        }
    }
}

pub(super) fn terms_empty(draft: &Draft<'_>, breaches: &mut Breaches) {
    let place = draft.root.get("termsAndConditions");
    if place.text().is_some_and(|text| text.trim().is_empty()) {
        breaches.at(&place);
    }
}

pub(super) fn law_as_member(draft: &Draft<'_>, breaches: &mut Breaches) {
    for name in LAW_WORDS {
        let place = draft.root.get(name);
        if place.exists() {
            breaches.at(&place);
        }
    }
}

pub(super) fn deprecated_member(draft: &Draft<'_>, breaches: &mut Breaches) {
    let old_quotation = draft.root.get("contractQuotationReference");
    if old_quotation.exists() {
        breaches.because(&old_quotation, "write extendedContractQuotationReference");
    }
    for place in draft.root.every("nationalCommodityCodes") {
        breaches.because(&place, "write extendedNationalCommodityCodes");
    }
}
