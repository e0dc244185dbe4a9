//! Who stands in the document, and whether their codes can be theirs.

use vocab::{
    britain::{CompanyNumber, Eori, VatNumber},
    codelist::{COUNTRIES, EBL_PLATFORMS, PARTY_CODE_LISTS},
    lei::Lei,
    singapore::{GstNumber, Uen},
};

use super::{Breaches, Draft};
use crate::place::At;

/// What DCSA's descriptions allow for a country that is not known (PINT changelog, 2025-11-14).
const COUNTRY_UNKNOWN: &str = "ZZ";

impl<'a> Draft<'a> {
    fn party(&self, role: &str) -> At<'a> {
        self.root.get("documentParties").get(role)
    }
}

pub(super) fn consignee_missing(draft: &Draft<'_>, breaches: &mut Breaches) {
    if draft.is_to_order() == Some(false) && !draft.party("consignee").exists() {
        breaches.at(&draft.party("consignee"));
    }
}

pub(super) fn consignee_to_order(draft: &Draft<'_>, breaches: &mut Breaches) {
    if draft.is_to_order() == Some(true) && draft.party("consignee").exists() {
        breaches.at(&draft.party("consignee"));
    }
}

pub(super) fn endorsee_of_straight(draft: &Draft<'_>, breaches: &mut Breaches) {
    if draft.is_to_order() == Some(false) && draft.party("endorsee").exists() {
        breaches.at(&draft.party("endorsee"));
    }
}

pub(super) fn to_order_in_blank(draft: &Draft<'_>, breaches: &mut Breaches) {
    if draft.is_to_order() == Some(true) && !draft.party("endorsee").exists() {
        breaches.at(&draft.party("endorsee"));
    }
}

pub(super) fn party_without_code(draft: &Draft<'_>, breaches: &mut Breaches) {
    for role in ["consignee", "endorsee"] {
        let codes = draft.party(role).get("identifyingCodes");
        if codes.value().and_then(|codes| codes.as_array()).is_some_and(<[_]>::is_empty) {
            breaches.at(&codes);
        }
    }
}

pub(super) fn party_without_address_or_code(draft: &Draft<'_>, breaches: &mut Breaches) {
    let named = ["shipper", "onBehalfOfShipper", "onBehalfOfConsignee"].map(|role| draft.party(role));
    let notified = draft.party("notifyParties");
    let others = draft.party("other");
    let parties =
        named.into_iter().chain(notified.items()).chain(others.items().map(|other| other.get("party")));
    for party in parties.filter(At::exists) {
        let has = |member: &str| party.get(member).items().next().is_some();
        if !party.get("address").exists() && !has("addressLines") && !has("identifyingCodes") {
            breaches.at(&party);
        }
    }
}

pub(super) fn notify_party_missing(draft: &Draft<'_>, breaches: &mut Breaches) {
    let place = draft.party("notifyParties");
    let endorsee_is_notified = draft.party("endorsee").get("isNotifyParty").flag() == Some(true);
    if draft.is_to_order() == Some(true) && !endorsee_is_notified && place.items().next().is_none() {
        breaches.at(&place);
    }
}

pub(super) fn lei(draft: &Draft<'_>, breaches: &mut Breaches) {
    for code in identifying_codes(draft).filter(|code| code.get("codeListProvider").is("GLEIF")) {
        let place = code.get("partyCode");
        if let Some(Err(refusal)) = place.text().map(str::parse::<Lei>) {
            breaches.because(&place, refusal.kind().sentence.trim_end_matches('.'));
        }
    }
}

pub(super) fn party_code_list(draft: &Draft<'_>, breaches: &mut Breaches) {
    for place in identifying_codes(draft).map(|code| code.get("codeListProvider")) {
        match place.text().map(|provider| PARTY_CODE_LISTS.find(provider)) {
            Some(None) => breaches.because(&place, "not in the list"),
            Some(Some(row)) if row.column(1) != "in use" => breaches.because(&place, row.column(1)),
            Some(Some(_)) | None => {}
        }
    }
}

fn identifying_codes<'a>(draft: &Draft<'a>) -> impl Iterator<Item = At<'a>> {
    draft.root.every("identifyingCodes").into_iter().flat_map(|codes| codes.items())
}

pub(super) fn platform_code(draft: &Draft<'_>, breaches: &mut Breaches) {
    for place in draft.root.every("eblPlatform") {
        match place.text().map(|platform| EBL_PLATFORMS.find(platform)) {
            Some(None) => breaches.because(&place, "not in the list"),
            Some(Some(row)) if row.column(1) != "in use" => breaches.because(&place, row.column(1)),
            Some(Some(_)) | None => {}
        }
    }
}

pub(super) fn tax_reference(draft: &Draft<'_>, breaches: &mut Breaches) {
    for reference in draft.root.every("taxLegalReferences").iter().flat_map(At::items) {
        let place = reference.get("value");
        let (Some(country), Some(kind), Some(value)) =
            (reference.get("countryCode").text(), reference.get("type").text(), place.text())
        else {
            continue;
        };
        let refusal = match (country, kind) {
            ("GB" | "XI", "EORI") => value.parse::<Eori>().err(),
            ("GB" | "XI", "VAT") => value.parse::<VatNumber>().err(),
            ("GB", "CRN") => value.parse::<CompanyNumber>().err(),
            ("SG", "GST") => value.parse::<GstNumber>().err(),
            ("SG", "UEN") => value.parse::<Uen>().err(),
            _ => None,
        };
        if let Some(refusal) = refusal {
            breaches.because(&place, refusal.kind().sentence.trim_end_matches('.'));
        }
    }
}

pub(super) fn country_code(draft: &Draft<'_>, breaches: &mut Breaches) {
    for place in draft.root.every("countryCode") {
        let two_capitals = |code: &&str| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        if let Some(code) = place.text().filter(two_capitals)
            && code != COUNTRY_UNKNOWN
            && !COUNTRIES.contains(code)
        {
            breaches.at(&place);
        }
    }
}
