//! Invoices that nobody would write: how long the answer takes for each ten megabytes, and how much memory. See `--help`.

use std::{fs, process::Command};

use bench::measure::{ms, numbers, peak_mib, time_of};

const HELP: &str = "
hostile [MEGABYTES, default 10] [ROW, default all]

Makes documents that would hurt a careless reader, so many megabytes each where a limit does not stop them before, and takes the
whole answer of each (`invoice::check`: read, every set of its profile, own findings, places), each in a process of its own.
Bounds: a second for ten megabytes, and 64 MiB beyond the document and its findings. Time is CPU time; the figure on the right is
one second and less, or it is marked. A document that is refused is told by its refusal's code.";

const NAMESPACES: &str = "xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\" \
    xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\" \
    xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\"";
const PEPPOL: &str = "<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>";

/// Seconds for ten megabytes.
const SECONDS_MAX: f64 = 1.0;
/// Beyond the document, without what the findings take that are handed out.
const MIB_MAX: u64 = 64;

type Make = fn(usize) -> Vec<u8>;

const ROWS: &[(&str, Make)] = &[
    ("entities that expand", |_| {
        b"<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><a>&b;</a>".to_vec()
    }),
    ("an external entity", |_| b"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>".to_vec()),
    ("elements in elements", |size| invoice(&repeated("<cac:Party>", size))),
    ("elements in elements, at the limit", |size| {
        let depth = invoice::limits::DEPTH_MAX - 2;
        invoice(&repeated(&format!("{}{}", "<cac:Party>".repeat(depth), "</cac:Party>".repeat(depth)), size))
    }),
    ("one attribute", |size| invoice(&format!("<cbc:ID schemeID=\"{}\"/>", "x".repeat(size)))),
    ("many attributes", |size| {
        let attributes: String = (0..size / 12).map(|number| format!(" a{number}=\"\"")).collect();
        invoice(&format!("<cbc:ID{attributes}/>"))
    }),
    ("attributes at the limit, everywhere", |size| {
        let attributes: String =
            (0..invoice::limits::ATTRIBUTES_MAX).map(|number| format!(" a{number}=\"\"")).collect();
        invoice(&repeated(&format!("<cbc:Note{attributes}/>"), size))
    }),
    ("UTF-16", |size| repeated("ab", size / 2).encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("Latin-1 that says UTF-8", |size| {
        let mut bytes = invoice(&repeated("<cbc:Note>text</cbc:Note>", size));
        let middle = bytes.len() / 2;
        bytes[middle] = 0xE9;
        bytes
    }),
    ("cut off within an element", |size| {
        let mut bytes = invoice(&repeated(LINE, size));
        bytes.truncate(bytes.len() - 30);
        bytes
    }),
    ("one attachment", |size| {
        let file = format!(
            "<cbc:EmbeddedDocumentBinaryObject mimeCode=\"application/pdf\" filename=\"a.pdf\">{}</cbc:EmbeddedDocumentBinaryObject>",
            repeated("QUJD", size)
        );
        invoice(&format!(
            "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment>{file}</cac:Attachment></cac:AdditionalDocumentReference>"
        ))
    }),
    ("many attachments", |size| {
        invoice(&repeated(
            "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject>QUJD</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>",
            size,
        ))
    }),
    ("references to characters", |size| {
        invoice(&format!("<cbc:Note>{}</cbc:Note>", repeated("&#65;", size)))
    }),
    ("text in pieces", |size| invoice(&format!("<cbc:Note>{}</cbc:Note>", repeated("a<!-- -->", size)))),
    ("elements in a value", |size| {
        invoice(&format!("<cbc:ID>{}</cbc:ID>", repeated("a<cbc:Note>b</cbc:Note>", size)))
    }),
    ("one long comment", |size| invoice(&format!("<!--{}-->", repeated("a ", size)))),
    ("blank", |size| invoice(&repeated(" \n", size))),
    ("lines that say nothing, on one line of text", |size| invoice(&repeated("<cac:InvoiceLine/>", size))),
    ("whole lines", |size| invoice(&repeated(LINE, size))),
    ("breakdowns beside lines", |size| {
        invoice(&format!(
            "<cac:TaxTotal>{}</cac:TaxTotal>{}",
            repeated(BREAKDOWN, size / 2),
            repeated(LINE, size / 2)
        ))
    }),
    ("tax totals beside lines", |size| {
        let total = format!(
            "<cac:TaxTotal><cbc:TaxAmount currencyID=\"EUR\">1</cbc:TaxAmount>{BREAKDOWN}</cac:TaxTotal>"
        );
        invoice(&format!("{}{}", repeated(&total, size / 2), repeated(LINE, size / 2)))
    }),
    ("rates, each another", |size| {
        let lines: String = (0..size / LINE.len())
            .map(|number| LINE.replace(">25<", &format!(">{}.{}<", number % 90, number)))
            .collect();
        let breakdown: String =
            (0..50).map(|number| BREAKDOWN.replace(">25<", &format!(">{number}.{number}<"))).collect();
        invoice(&format!("<cac:TaxTotal>{breakdown}</cac:TaxTotal>{lines}"))
    }),
    ("names that nobody knows", |size| {
        let names: String = (0..size / 14).map(|number| format!("<n{number}/>")).collect();
        invoice(&names)
    }),
    ("means of payment", |size| {
        let means: String = (0..size / 110).map(|number| format!("<cac:PaymentMeans><cbc:PaymentMeansCode>{number}</cbc:PaymentMeansCode><cbc:PaymentID>{number}</cbc:PaymentID></cac:PaymentMeans>")).collect();
        invoice(&means)
    }),
    ("allowances of the document", |size| invoice(&repeated(ALLOWANCE, size))),
    ("sellers", |size| {
        let seller = "<cac:AccountingSupplierParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>DE1</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme></cac:Party></cac:AccountingSupplierParty>";
        invoice(&format!("{}{}", repeated(seller, size / 2), repeated(LINE, size / 2)))
    }),
    ("identifiers with check digits", |size| {
        invoice(&repeated(
            "<cac:PartyIdentification><cbc:ID schemeID=\"0088\">7300010000001</cbc:ID></cac:PartyIdentification>",
            size,
        ))
    }),
    ("one number of many digits", |size| {
        invoice(&format!(
            "<cbc:LineExtensionAmount currencyID=\"EUR\">{}</cbc:LineExtensionAmount>",
            repeated("1", size)
        ))
    }),
    ("one identifier of many digits", |size| {
        invoice(&format!("<cbc:EndpointID schemeID=\"0088\">{}</cbc:EndpointID>", repeated("1", size)))
    }),
];

const LINE: &str = "<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode=\"C62\">1</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID=\"EUR\">1</cbc:LineExtensionAmount><cac:Item><cbc:Name>a</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item><cac:Price><cbc:PriceAmount currencyID=\"EUR\">1</cbc:PriceAmount></cac:Price></cac:InvoiceLine>";
const BREAKDOWN: &str = "<cac:TaxSubtotal><cbc:TaxableAmount currencyID=\"EUR\">1</cbc:TaxableAmount><cbc:TaxAmount currencyID=\"EUR\">1</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal>";
const ALLOWANCE: &str = "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount currencyID=\"EUR\">1</cbc:Amount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:AllowanceCharge>";

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [word, row, megabytes] = given.as_slice()
        && word == "once"
    {
        return once(row.parse().expect("a row"), megabytes.parse().expect("megabytes"));
    }
    let [megabytes, only] = numbers(HELP, [10, usize::MAX]);
    println!("{:<46} {:>10} {:>10} {:>8} {:>9}  outcome", "", "MB", "s / 10 MB", "MiB", "findings");
    for (row, (name, _)) in ROWS.iter().enumerate().filter(|(row, _)| only == usize::MAX || only == *row) {
        let this = std::env::current_exe().expect("a path");
        let ran = Command::new(this)
            .args(["once", &row.to_string(), &megabytes.to_string()])
            .output()
            .expect("runs");
        println!("{name:<46} {}", String::from_utf8_lossy(&ran.stdout).trim_end());
    }
}

fn once(row: usize, megabytes: usize) {
    let (_, make) = ROWS[row];
    let document = make(megabytes * 1_000_000);
    // What making it has left behind must not count.
    fs::write("/proc/self/clear_refs", "5").expect("Linux");
    let before = peak_mib();
    let (time, answer) = time_of(|| invoice::check(&document));
    let grown = peak_mib() - before;
    let (findings, outcome) = match &answer {
        Err(refusal) => (0, refusal.code()),
        Ok(verdict) => {
            let told = verdict.sets.iter().map(|set| match &set.outcome {
                invoice::Outcome::CannotRun(_) => 1,
                invoice::Outcome::Report(findings) => findings.len(),
            });
            (told.sum::<usize>() + verdict.own.len(), "judged")
        }
    };
    let megabytes = document.len() as f64 / 1e6;
    let seconds = ms(time) / 1e3 / megabytes.max(0.1) * 10.0;
    let slow = if seconds > SECONDS_MAX { " SLOW" } else { "" };
    let large = if grown > MIB_MAX { " LARGE" } else { "" };
    println!("{megabytes:>10.1} {seconds:>10.3} {grown:>8} {findings:>9}  {outcome}{slow}{large}");
}

fn invoice(inside: &str) -> Vec<u8> {
    format!("<Invoice {NAMESPACES}>{PEPPOL}{inside}</Invoice>").into_bytes()
}

/// `text` over and over, up to about `size` bytes.
fn repeated(text: &str, size: usize) -> String {
    text.repeat((size / text.len()).max(1))
}
