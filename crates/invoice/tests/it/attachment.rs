//! Attachments of a whole document: what is taken out, what is refused, and at which number.

use std::{fs, path::PathBuf};

use invoice::{
    Content, attachments,
    limits::{ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX},
    read,
};

/// The project's example with these references before its seller.
fn with(references: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/invoices/whisky-export.xml");
    let source = fs::read_to_string(file).unwrap();
    source.replacen("<cac:AccountingSupplierParty>", &format!("{references}<cac:AccountingSupplierParty>"), 1)
}

fn embedded(id: &str, attributes: &str, base64: &str) -> String {
    format!(
        "<cac:AdditionalDocumentReference><cbc:ID>{id}</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject \
         {attributes}>{base64}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    )
}

/// Of each attachment: reference, name or address, and its bytes as text or the refusal.
fn taken(references: &str) -> Vec<(String, String, Result<String, String>)> {
    let source = with(references);
    let document = read(source.as_bytes()).unwrap();
    let told = attachments(&document).unwrap().into_iter().map(|attachment| match attachment.content {
        Content::External(address) => (attachment.reference, address, Err("external".to_owned())),
        Content::Embedded(file) => {
            let bytes = file.bytes().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            (attachment.reference, file.name, bytes.map_err(|refusal| refusal.code().to_owned()))
        }
    });
    told.collect()
}

/// `printf '%s' '%PDF-1.7' | base64`.
const PDF: &str = "JVBERi0xLjc=";

#[test]
fn what_is_of_its_type_is_taken_out_under_a_plain_name() {
    let pdf = r#"mimeCode="application/pdf" filename="../../survey.pdf""#;
    let said = |text: &str| Ok(text.to_owned());
    let refused = |code: &str| Err(code.to_owned());
    let all = [
        embedded("B-1", pdf, "JVBE\n Ri0x\tLjc="),
        embedded("B-2", pdf, PDF),
        embedded("B/3", r#"mimeCode="application/pdf""#, PDF),
        embedded("B-4", r#"mimeCode="text/csv" filename="rates.pdf""#, "YTti"),
        embedded("B-5", r#"mimeCode="image/png" filename="a.png""#, PDF),
        embedded("B-6", r#"mimeCode="text/html" filename="a.html""#, "PGI+"),
        embedded("B-7", r#"filename="a.pdf""#, PDF),
        embedded("B-8", pdf, "JVBERi0xLjc"),
        embedded("B-9", pdf, "JVBERi0x!jc="),
        "<cac:AdditionalDocumentReference><cbc:ID>X</cbc:ID><cac:Attachment><cac:ExternalReference><cbc:URI>\
         https://example.com/\u{202e}x</cbc:URI></cac:ExternalReference></cac:Attachment></cac:AdditionalDocumentReference>"
            .to_owned(),
    ]
    .concat();
    let expected = [
        ("B-1", "survey.pdf", said("%PDF-1.7")),
        ("B-2", "survey (2).pdf", said("%PDF-1.7")),
        ("B/3", "3.pdf", said("%PDF-1.7")),
        ("B-4", "rates.pdf.csv", said("a;b")),
        ("B-5", "a.png", refused("invoice-attachment-content")),
        ("B-6", "a.html.bin", refused("invoice-attachment-type")),
        ("B-7", "a.pdf.bin", refused("invoice-attachment-type")),
        ("B-8", "survey (3).pdf", refused("invoice-attachment-base64")),
        ("B-9", "survey (4).pdf", refused("invoice-attachment-base64")),
        ("X", "https://example.com/\u{fffd}x", refused("external")),
    ];
    let taken = taken(&all);
    for (taken, (reference, name, bytes)) in taken.iter().zip(&expected) {
        assert_eq!((taken.0.as_str(), taken.1.as_str(), &taken.2), (*reference, *name, bytes));
    }
    assert_eq!(taken.len(), expected.len());
}

#[test]
fn an_attachment_has_so_many_bytes() {
    let csv = |bytes: usize| {
        // Three bytes of text are four symbols: "aaa" is "YWFh"; two bytes are "YWE=".
        let rest = ["", "YQ==", "YWE="][bytes % 3];
        let text = format!("{}{rest}", "YWFh".repeat(bytes / 3));
        taken(&embedded("B", r#"mimeCode="text/csv""#, &text)).remove(0).2.map(|text| text.len())
    };
    assert_eq!(csv(ATTACHMENT_BYTES_MAX), Ok(ATTACHMENT_BYTES_MAX));
    assert_eq!(csv(ATTACHMENT_BYTES_MAX + 1), Err("invoice-attachment-too-large".to_owned()));
}

#[test]
fn an_invoice_has_so_many_attachments() {
    let count = |count: usize| {
        let source = with(&embedded("B", r#"mimeCode="application/pdf""#, PDF).repeat(count));
        attachments(&read(source.as_bytes()).unwrap()).map(|all| all.len()).map_err(|refusal| refusal.code())
    };
    assert_eq!(count(0), Ok(0));
    assert_eq!(count(ATTACHMENTS_MAX), Ok(ATTACHMENTS_MAX));
    assert_eq!(count(ATTACHMENTS_MAX + 1), Err("invoice-too-many-attachments"));
}
