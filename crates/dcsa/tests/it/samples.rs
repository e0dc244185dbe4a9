//! DCSA's own sample documents: what we find in them is truly there.

use std::path::Path;

use dcsa::{
    TransportDocument,
    check::{check, check_on},
    document::checksum,
};
use vocab::Severity;

fn findings(bytes: &[u8]) -> Vec<(Severity, &'static str, String)> {
    let checked = check(bytes).unwrap();
    checked.findings.into_iter().map(|finding| (finding.severity, finding.rule, finding.place)).collect()
}

fn at(severity: Severity, rule: &'static str, place: &str) -> (Severity, &'static str, String) {
    (severity, rule, place.to_owned())
}

#[test]
fn the_document_of_the_conformance_framework() {
    let Some(path) = testkit::standards("ebl/dcsa/conformance/pint-3.0.0-transport-document.json") else {
        return;
    };
    // The sample's references are placeholders longer than the members allow; the framework's sender writes this one.
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.replace("TRANSPORT_DOCUMENT_REFERENCE_PLACEHOLDER", "TDR-12345678");
    let text = text.replace("SHIPPING_INSTRUCTION_REFERENCE_PLACEHOLDER", "SI-1");
    let text = text.replace("BOOKING_REFERENCE_PLACEHOLDER", "CBR-1");
    assert_eq!(
        findings(text.as_bytes()),
        [
            // The weight of a container moved to its cargo items; the sample still states it.
            at(Severity::Advice, "unknown-member", "/utilizedTransportEquipments/0/cargoGrossWeight"),
            at(Severity::Advice, "unknown-member", "/utilizedTransportEquipments/0/cargoGrossWeightUnit"),
            at(Severity::Advice, "deprecated-member", "/contractQuotationReference"),
            // SMDG keeps carrier codes, and stands in no list of keepers of party codes.
            at(
                Severity::Advice,
                "party-code-list",
                "/documentParties/issuingParty/identifyingCodes/0/codeListProvider"
            ),
            at(Severity::Advice, "marks-missing", "/consignmentItems/0/shippingMarks"),
            // A BIC facility code without the UN/LOCODE within which it has a meaning.
            at(Severity::Warning, "facility-without-place", "/transports/placeOfReceipt/UNLocationCode"),
            at(Severity::Warning, "place-of-issue-missing", "/placeOfIssue"),
            // It says ISSUED and lacks the day of issue, which the specification then requires.
            at(Severity::Fatal, "issue-date-missing", "/issueDate"),
        ]
    );
}

#[test]
fn the_checksum_of_the_conformance_framework() {
    let Some(path) = testkit::standards("ebl/dcsa/conformance/pint-3.0.0-transport-document.json") else {
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.replace("TRANSPORT_DOCUMENT_REFERENCE_PLACEHOLDER", "TDR-12345678");
    let document = TransportDocument::read(text.as_bytes()).unwrap();
    // Reference bills.md 1.3, from two JCS implementations apart from this one; the framework sends this document.
    assert_eq!(
        document.checksum().to_string(),
        "d4f5a3d0b0b083b5ef896cfaf9565d6b7e4ae4dd33763fa029beb5a55dcd9ce4"
    );
    assert_eq!(document.bytes(), text.as_bytes());
    let identity = document.identity().unwrap();
    assert_eq!((identity.carrier.as_str(), identity.reference.as_str()), ("SMDG:HMM", "TDR-12345678"));
    let twin = TransportDocument::read(text.replace("12000.0", "12000.5").as_bytes()).unwrap();
    assert_ne!(twin.checksum(), document.checksum());
}

#[test]
fn the_document_inside_an_issuance_request() {
    let Some(path) = testkit::standards("ebl/dcsa/conformance/eblissuance-v3.0.0-request.json") else {
        return;
    };
    let request = testkit::json(&path);
    let document = serde_json::to_vec(&request["document"]).unwrap();
    let fatal: Vec<_> =
        findings(&document).into_iter().filter(|(severity, ..)| *severity == Severity::Fatal).collect();
    // The framework fills its placeholder in, which is longer than a reference may be.
    assert_eq!(fatal, [at(Severity::Fatal, "length", "/transportDocumentReference")]);
}

#[test]
fn an_older_document_is_no_reason_to_panic() {
    for name in ["si-request.json", "si-straight-bl.json"] {
        let Some(path) = testkit::standards("ebl/dcsa/conformance").map(|folder| folder.join(name)) else {
            return;
        };
        assert!(check(&std::fs::read(path).unwrap()).unwrap().count(Severity::Fatal) > 0, "{name}");
    }
}

#[test]
fn what_is_no_document_is_refused() {
    for (bytes, code) in [
        (&b""[..], "json-syntax"),
        (b"[]", "not-a-transport-document"),
        (b"\"TDR\"", "not-a-transport-document"),
        (b"{\"isToOrder\":true,\"isToOrder\":false}", "json-duplicate-member"),
    ] {
        assert_eq!(check(bytes).unwrap_err().code(), code);
    }
    assert!(check(b"{}").unwrap().count(Severity::Fatal) >= 19, "all required members are missing");
    let large = format!("{{\"termsAndConditions\":\"{}\"}}", "x".repeat(dcsa::document::DOCUMENT_BYTES_MAX));
    assert_eq!(check(large.as_bytes()).unwrap_err().code(), "json-too-large");
}

#[test]
fn a_finding_repeats_little_of_what_it_found() {
    let checked = check(format!("{{\"carrierCode\":\"{}\"}}", "é".repeat(500)).as_bytes()).unwrap();
    let found =
        checked.findings.iter().find(|finding| finding.rule == "length").unwrap().found.clone().unwrap();
    assert_eq!((found.chars().count(), found.chars().next_back()), (81, Some('…')));
}

#[test]
fn a_draft_is_issued_on_a_day() {
    let draft = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/whisky/draft.json"))
        .unwrap();
    let day = "2026-03-02".parse().unwrap();
    let issued = TransportDocument::read(&draft).unwrap().issued_on(day);
    let read_again = TransportDocument::read(issued.bytes()).unwrap();
    assert_eq!((read_again.checksum(), checksum(issued.value())), (issued.checksum(), issued.checksum()));
    let checked = check_on(issued.bytes(), day).unwrap();
    assert_eq!(checked.findings, []);
    assert_eq!(
        issued.value().get("transportDocumentStatus").and_then(|status| status.as_str()),
        Some("ISSUED")
    );
    assert_eq!(
        issued.issued_on("2026-03-05".parse().unwrap()).checksum(),
        issued.checksum(),
        "the day stays"
    );
}
