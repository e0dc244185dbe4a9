//! The document and what the details say of it: claim DOCUMENT, and the words that other claims need from it.

use std::collections::BTreeSet;

use crypto::{
    Digest, base64url,
    json::{self, Value},
};
use vocab::Refusal;

use super::reading::Reading;
use crate::claim::Found;

/// DCSA's checksum of a transport document: SHA-256 over its RFC 8785 form.
pub(crate) fn checksum(document: &Value) -> Digest {
    Digest::of(&json::canonical(document))
}

/// The carrier that a document names, as a trust file writes it.
pub(crate) fn carrier(document: &Value) -> Option<String> {
    let text = |name| {
        document
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.contains(|c: char| c.is_ascii_control()))
    };
    Some(format!("{}:{}", text("carrierCodeListProvider")?, text("carrierCode")?))
}

/// DOCUMENT, by itself.
pub(crate) fn document(reading: &Reading) -> Found {
    let checksum = reading.document.as_ref().map(checksum);
    let mut found = match checksum {
        None => Found::unknown("the document is left out"),
        Some(checksum) => Found::pass(format!("the document {checksum} is the one that every act names")),
    };
    for (nth, file) in reading.acts.iter().enumerate() {
        let one = match &file.signed.details {
            None => Found::unknown("its details are left out"),
            Some(details) if details.digest != file.act.details() => {
                Found::fail("its details are not those that the act names")
            }
            Some(details) => names_document(&details.value, checksum),
        };
        found = found.and(one.of(format_args!("act {nth}")));
    }
    found.and(one_document(reading)).and(opens_tag(reading))
}

/// Also without the document itself, all acts are about one.
fn one_document(reading: &Reading) -> Found {
    let details = reading.acts.iter().filter_map(|file| file.signed.details.as_ref());
    let named: BTreeSet<&str> =
        details.filter_map(|details| details.value.get("document").and_then(Value::as_str)).collect();
    if named.len() > 1 { Found::fail("the acts name different documents") } else { Found::pass("") }
}

fn names_document(details: &Value, checksum: Option<Digest>) -> Found {
    let named = details.get("document").and_then(Value::as_str).and_then(|text| text.parse::<Digest>().ok());
    match (named, checksum) {
        (None, _) => Found::fail("its details name no document"),
        (Some(_), None) => Found::pass(""),
        (Some(named), Some(checksum)) if named == checksum => Found::pass(""),
        (Some(_), Some(_)) => Found::fail("it names another document"),
    }
}

/// The issuer's salt opens the tag of the first act to this document.
fn opens_tag(reading: &Reading) -> Found {
    let Some(bill::act::Body::Issue(issue)) = reading.acts.first().map(|file| file.act.body()) else {
        return Found::unknown("the first act is no issue");
    };
    let details = reading.acts.first().and_then(|file| file.signed.details.as_ref());
    let (Some(document), Some(details)) = (&reading.document, details) else {
        return Found::unknown("the tag cannot be opened without document and details");
    };
    match tag(document, &details.value) {
        Ok(Some(tag)) if tag == issue.tag => Found::pass(""),
        Ok(Some(_)) => Found::fail("its tag is another").of("act 0"),
        Ok(None) => Found::fail("document or details lack what makes a tag").of("act 0"),
        Err(why) => Found::fail_for(&why).of("act 0"),
    }
}

/// The tag of a document (control.md 6); `None` where something that it is made of is missing.
fn tag(document: &Value, details: &Value) -> Result<Option<Digest>, Refusal> {
    let text = |name| document.get(name).and_then(Value::as_str);
    let (Some(provider), Some(code)) = (text("carrierCodeListProvider"), text("carrierCode")) else {
        return Ok(None);
    };
    let Some(reference) = text("transportDocumentReference") else { return Ok(None) };
    let sub_reference = text("transportDocumentSubReference").unwrap_or_default();
    let Some(salt) = details.get("issuerSalt").and_then(Value::as_str) else { return Ok(None) };
    let salt: [u8; 16] = base64url::decode_exactly(salt)?;
    if [provider, code, reference, sub_reference]
        .iter()
        .any(|text| text.contains(|c: char| c.is_ascii_control()))
    {
        return Ok(None);
    }
    let said = format!("twakow/tag/1\n{provider}:{code}\n{reference}\n{sub_reference}\n");
    Ok(Some(Digest::of_parts(&[said.as_bytes(), &salt])))
}

/// Whether two DCSA party objects are the same party (control.md 5).
pub(crate) fn same_party(one: &Value, other: &Value) -> bool {
    let (codes, others) = (codes(one), codes(other));
    if codes.is_empty() || others.is_empty() {
        return one == other;
    }
    codes.iter().any(|code| others.contains(code))
}

fn codes(party: &Value) -> Vec<[Option<&str>; 3]> {
    let codes = party.get("identifyingCodes").and_then(Value::as_array).unwrap_or_default();
    codes
        .iter()
        .map(|code| {
            ["codeListProvider", "codeListName", "partyCode"]
                .map(|name| code.get(name).and_then(Value::as_str))
        })
        .filter(|[provider, _, code]| provider.is_some() && code.is_some())
        .collect()
}
