//! `twakow invoice view` and `attachments`: what a person sees, and what comes to lie in a folder.

use std::fs;

use crate::{Desk, examples};

/// The example on the desk, with `from` replaced by `to`.
fn desk(from: &str, to: &str) -> Desk {
    let desk = Desk::new();
    let whisky = fs::read_to_string(examples().join("invoices/whisky-export.xml")).unwrap();
    assert!(whisky.contains(from), "{from}");
    fs::write(desk.path("whisky.xml"), whisky.replacen(from, to, 1)).unwrap();
    desk
}

#[test]
fn the_example_is_shown_as_a_person_reads_it() {
    let file = examples().join("invoices/whisky-export.txt");
    let answer = desk("<", "<").types("invoice view whisky.xml");
    if std::env::var_os("TWAKOW_UPDATE").is_some() {
        fs::write(&file, &answer.data).unwrap();
    }
    assert_eq!((answer.code, answer.talk.as_str()), (0, ""));
    assert_eq!(answer.data, fs::read_to_string(file).unwrap(), "TWAKOW_UPDATE=1 writes it anew");
}

#[test]
fn a_page_is_written_and_what_is_no_invoice_is_not() {
    let desk = desk("<", "<");
    let answer = desk.types("invoice view whisky.xml --html whisky.html");
    assert_eq!((answer.code, answer.data.as_str(), answer.talk.as_str()), (0, "", "wrote whisky.html\n"));
    assert!(fs::read_to_string(desk.path("whisky.html")).unwrap().starts_with("<!DOCTYPE html>\n"));
    fs::write(desk.path("order.xml"), "<Order/>").unwrap();
    let answer = desk.types("invoice view order.xml --html order.html");
    assert_eq!(answer.code, 1);
    assert!(answer.talk.contains("refused [invoice-not-ubl]"), "{answer:?}");
    assert!(!desk.path("order.html").exists());
    assert_eq!(desk.types("invoice view gone.xml").code, 2);
}

#[test]
fn findings_stand_beside_the_invoice_when_asked_for_of_one_document() {
    let desk = desk(">25450.00</cbc:PayableAmount>", ">25540.00</cbc:PayableAmount>");
    let answer = desk.types("invoice check whisky.xml --html check.html");
    assert_eq!(answer.code, 1);
    assert!(answer.data.contains("fatal [BR-CO-16]"), "{answer:?}");
    let page = fs::read_to_string(desk.path("check.html")).unwrap();
    assert!(page.contains("id=\"f1\"") && page.contains("href=\"#f1\""));
    let answer = desk.types("--json invoice check whisky.xml --html json.html");
    assert!(answer.data.contains("\"id\":\"BR-CO-16\""), "{answer:?}");
    assert!(desk.path("json.html").exists());
    let answer = desk.types("invoice check whisky.xml whisky.xml --html many.html");
    assert_eq!(answer.code, 2);
    assert!(!desk.path("many.html").exists());
}

#[test]
fn an_excerpt_commands_no_terminal() {
    let desk =
        desk("<cbc:BuyerReference>PO-88120", "<cbc:BuyerReference/><cbc:Note>\u{9b}2J</cbc:Note><cbc:Note>");
    fs::write(
        desk.path("whisky.xml"),
        fs::read_to_string(desk.path("whisky.xml")).unwrap().replace("</cbc:BuyerReference>", "</cbc:Note>"),
    )
    .unwrap();
    let answer = desk.types("invoice check whisky.xml");
    assert!(answer.data.contains("\u{fffd}2J"), "{answer:?}");
    assert!(!answer.data.contains('\u{9b}'), "{answer:?}");
}

/// `printf '%s' '%PDF-1.7' | base64` in the example's reference, and an address.
fn with_attachments() -> Desk {
    desk(
        "<cbc:DocumentDescription>Bill of lading, electronic</cbc:DocumentDescription>",
        "<cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode=\"application/pdf\" filename=\"../../bill.pdf\">\
         JVBERi0xLjc=</cbc:EmbeddedDocumentBinaryObject><cac:ExternalReference><cbc:URI>http://localhost:1/x</cbc:URI>\
         </cac:ExternalReference></cac:Attachment>",
    )
}

#[test]
fn attachments_are_written_into_the_folder_and_addresses_told() {
    let desk = with_attachments();
    let answer = desk.types("invoice attachments whisky.xml --out in/here");
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(
        answer.data,
        "wrote bill.pdf (application/pdf, 8 bytes), of TWKW2603001\nnot fetched: http://localhost:1/x, of TWKW2603001\n"
    );
    assert_eq!(fs::read(desk.path("in/here/bill.pdf")).unwrap(), b"%PDF-1.7");
    let answer = desk.types("--json invoice attachments whisky.xml --out json");
    let line = answer.data.lines().next().unwrap();
    assert_eq!(
        line,
        r#"{"bytes":8,"reference":"TWKW2603001","v":"twakow/invoice-attachment/1","written":"bill.pdf"}"#
    );
}

#[test]
fn no_file_and_no_link_is_replaced() {
    let desk = with_attachments();
    fs::create_dir(desk.path("out")).unwrap();
    fs::write(desk.path("out/bill.pdf"), "mine").unwrap();
    let answer = desk.types("invoice attachments whisky.xml --out out");
    assert_eq!(answer.code, 1);
    assert!(answer.data.starts_with("refused bill.pdf, of TWKW2603001: [attachment-exists] "), "{answer:?}");
    assert_eq!(fs::read(desk.path("out/bill.pdf")).unwrap(), b"mine");
    fs::remove_file(desk.path("out/bill.pdf")).unwrap();
    std::os::unix::fs::symlink(desk.path("elsewhere"), desk.path("out/bill.pdf")).unwrap();
    assert_eq!(desk.types("invoice attachments whisky.xml --out out").code, 1);
    assert!(!desk.path("elsewhere").exists());
}

#[test]
fn what_is_not_what_it_says_is_not_written() {
    let desk = with_attachments();
    let source = fs::read_to_string(desk.path("whisky.xml")).unwrap();
    fs::write(desk.path("whisky.xml"), source.replace("application/pdf", "image/png")).unwrap();
    let answer = desk.types("invoice attachments whisky.xml --out out");
    assert_eq!(answer.code, 1);
    assert!(
        answer.data.contains("refused bill.pdf.png, of TWKW2603001: [invoice-attachment-content] "),
        "{answer:?}"
    );
    assert_eq!(fs::read_dir(desk.path("out")).unwrap().count(), 0);
}

#[test]
fn an_invoice_without_attachments_says_so() {
    let desk = desk("<", "<");
    let answer = desk.types("invoice attachments whisky.xml --out out");
    assert_eq!(
        (answer.code, answer.data.as_str(), answer.talk.as_str()),
        (0, "", "The invoice has no attachments.\n")
    );
}
