//! What is read, what is refused, and what the schema refuses in what is read.

use invoice::{Outcome, Verdict, check, judge, limits, read, refusals};
use vocab::RefusalKind;

use crate::csv;

const CAC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
const CBC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
const ROOT: &str = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";

fn invoice(inside: &str) -> String {
    format!("<Invoice xmlns=\"{ROOT}\" xmlns:cac=\"{CAC}\" xmlns:cbc=\"{CBC}\">{inside}</Invoice>")
}

fn refused(document: &str, kind: &RefusalKind) {
    let refusal = read(document.as_bytes()).map(|_| ()).unwrap_err();
    assert_eq!(refusal.code(), kind.code, "{refusal}: {}", document.chars().take(200).collect::<String>());
    let place =
        refusal.place().is_some() || kind.code == "invoice-too-large" || kind.code == "invoice-encoding";
    assert!(place || kind.code == "invoice-not-xml", "{refusal} names no place");
}

/// The schema's faults alone: id and place.
fn faults(document: &str) -> Vec<(&'static str, String)> {
    let document = read(document.as_bytes()).unwrap();
    let Verdict { own, .. } = judge(&document, |_| false);
    let faults = own.into_iter().filter(|finding| finding.id.starts_with("ubl-"));
    faults.map(|finding| (finding.id, finding.xpath)).collect()
}

#[test]
fn whatever_could_draw_something_in_is_refused() {
    refused(
        &format!("<!DOCTYPE Invoice [<!ENTITY a \"x\">]>{}", invoice("<cbc:ID>&a;</cbc:ID>")),
        &refusals::DOCTYPE,
    );
    refused(&format!("<!DOCTYPE Invoice SYSTEM \"file:///etc/passwd\">{}", invoice("")), &refusals::DOCTYPE);
    refused(&invoice("<cbc:ID>&a;</cbc:ID>"), &refusals::NOT_XML);
}

#[test]
fn encodings_other_than_utf_8_are_named_and_refused() {
    refused(&format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{}", invoice("")), &refusals::ENCODING);
    let utf_16: Vec<u8> = invoice("").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&utf_16).unwrap_err().code(), refusals::ENCODING.code);
    assert_eq!(read(b"<Invoice>\xFF</Invoice>").unwrap_err().code(), refusals::ENCODING.code);
    for declared in ["UTF-8", "utf-8", "US-ASCII"] {
        let document = format!("\u{feff}<?xml version=\"1.0\" encoding=\"{declared}\"?>{}", invoice(""));
        assert!(read(document.as_bytes()).is_ok(), "{declared}");
    }
}

#[test]
fn other_documents_are_refused_by_name() {
    refused("<Order xmlns=\"urn:x\"/>", &refusals::NOT_UBL_INVOICE);
    refused("<Invoice/>", &refusals::NOT_UBL_INVOICE);
    let refusal = read(b"<rsm:CrossIndustryInvoice xmlns:rsm=\"urn:x\"/>").map(|_| ()).unwrap_err();
    assert!(refusal.to_string().contains("CrossIndustryInvoice"), "{refusal}");
}

#[test]
fn each_limit_holds_at_its_number_and_not_above() {
    let nested =
        |depth: usize| invoice(&format!("{}{}", "<cac:Party>".repeat(depth), "</cac:Party>".repeat(depth)));
    assert!(read(nested(limits::DEPTH_MAX - 1).as_bytes()).is_ok());
    refused(&nested(limits::DEPTH_MAX), &refusals::TOO_DEEP);

    let attributes = |count: usize| {
        let written: String = (0..count).map(|number| format!(" a{number}=\"\"")).collect();
        invoice(&format!("<cbc:ID{written}/>"))
    };
    assert!(read(attributes(limits::ATTRIBUTES_MAX).as_bytes()).is_ok());
    refused(&attributes(limits::ATTRIBUTES_MAX + 1), &refusals::TOO_MANY_ATTRIBUTES);

    let long = |length: usize| invoice(&format!("<cbc:ID schemeID=\"{}\"/>", "x".repeat(length)));
    assert!(read(long(limits::ATTRIBUTE_BYTES_MAX).as_bytes()).is_ok());
    refused(&long(limits::ATTRIBUTE_BYTES_MAX + 1), &refusals::ATTRIBUTE_TOO_LONG);

    // One row is the root's.
    let many = |count: usize| invoice(&"<cbc:Note/>".repeat(count));
    assert!(read(many(limits::ELEMENTS_MAX - 1).as_bytes()).is_ok());
    refused(&many(limits::ELEMENTS_MAX), &refusals::TOO_MANY_ELEMENTS);

    let references = |count: usize| invoice(&format!("<cbc:Note>{}</cbc:Note>", "&amp;".repeat(count)));
    assert!(read(references(limits::REWRITTEN_BYTES_MAX).as_bytes()).is_ok());
    refused(&references(limits::REWRITTEN_BYTES_MAX + 1), &refusals::TOO_MUCH_REWRITTEN);

    let all = |count: usize| {
        let elements = count.div_ceil(limits::ATTRIBUTES_MAX);
        let (full, rest) = (elements - 1, count - (elements - 1) * limits::ATTRIBUTES_MAX);
        let element = |count| {
            let attributes: String = (0..count).map(|number| format!(" a{number}=''")).collect();
            format!("<cbc:Note{attributes}/>")
        };
        invoice(&(element(limits::ATTRIBUTES_MAX).repeat(full) + &element(rest)))
    };
    assert!(read(all(limits::ATTRIBUTES_IN_ALL_MAX).as_bytes()).is_ok());
    refused(&all(limits::ATTRIBUTES_IN_ALL_MAX + 1), &refusals::TOO_MANY_ATTRIBUTES);

    let namespaces = |count: usize| {
        let some = |from: usize, to: usize| -> String {
            (from..to).map(|number| format!(" xmlns:n{number}='urn:n'")).collect()
        };
        let starts: Vec<usize> = (0..count).step_by(limits::ATTRIBUTES_MAX).collect();
        let open: String = starts
            .iter()
            .map(|from| format!("<cac:Party{}>", some(*from, count.min(from + limits::ATTRIBUTES_MAX))))
            .collect();
        invoice(&(open + &"</cac:Party>".repeat(starts.len())))
    };
    // The root declares some itself.
    let declared = invoice("").matches("xmlns").count();
    assert!(read(namespaces(limits::NAMESPACES_MAX - declared).as_bytes()).is_ok());
    refused(&namespaces(limits::NAMESPACES_MAX - declared + 1), &refusals::TOO_MANY_ATTRIBUTES);

    let large = vec![b' '; limits::BYTES_MAX + 1];
    assert_eq!(read(&large).unwrap_err().code(), refusals::TOO_LARGE.code);
    assert!(faults(&invoice(&"<cbc:Nonsense/>".repeat(500))).len() == limits::FAULTS_MAX);
}

#[test]
fn a_document_is_read_exactly_when_another_parser_reads_it() {
    let mut documents = Vec::new();
    for inside in [
        "",
        "text",
        "<cbc:ID>1</cbc:ID>",
        "<cbc:ID>1</cbc:Id>",
        "<cbc:ID>",
        "</cbc:ID>",
        "<cbc:ID a=\"1\" a=\"2\"/>",
        "<cbc:ID a=1/>",
        "<cbc:ID a/>",
        "<cbc:ID a=\"<\"/>",
        "<cbc:ID a=\"&lt;\"/>",
        "<cbc:ID a=\"&x;\"/>",
        "<cbc:ID a=\"&\"/>",
        "&#0;",
        "&#1;",
        "&#9;",
        "&#x41;",
        "&#xFFFF;",
        "&#;",
        "&#x;",
        "&;",
        "&",
        "& ",
        "&amp",
        "]]>",
        "]]&gt;",
        "<![CDATA[<&]]>",
        "<![CDATA[",
        "<!-- a -- b -->",
        "<!-- a -->",
        "<!-- a --->",
        "<?pi x?>",
        "<?xml version=\"1.0\"?>",
        "<x:ID/>",
        "<x:ID xmlns:x=\"urn:x\"/>",
        "<cbc:ID x:a=\"\"/>",
        "<1a/>",
        "<-a/>",
        "<a:b:c/>",
        "<a:/>",
        "<é/>",
        "<cbc:ID é=\"\"/>",
        "<cbc:ID xmlns=\"\"/>",
        "<cbc:ID xml:lang=\"en\"/>",
        "<cbc:ID xmlns:xml=\"urn:x\"/>",
        "< cbc:ID/>",
        "<cbc:ID / >",
        "<cbc:ID></cbc:ID >",
        "<cbc:ID></ cbc:ID>",
        "\u{1}",
        "\u{b}",
        "\u{fffe}",
        "\u{7f}",
        "<!DOCTYPE a>",
        "<!ELEMENT a>",
        "<a b=\"]]>\"/>",
        "<a b='\"'/>",
        "<a b=\"1\"c=\"2\"/>",
    ] {
        documents.push(invoice(inside));
    }
    for (before, after) in [
        ("", ""),
        (" ", ""),
        ("", "\n"),
        ("x", ""),
        ("", "x"),
        ("", "<a/>"),
        ("<!-- a -->", "<!-- a -->"),
        ("<?a?>", "<?a?>"),
        (" <?xml version=\"1.0\"?>", ""),
        ("<?xml version=\"1.0\"?>", ""),
        ("<?xml version=\"1.0\"?><?xml version=\"1.0\"?>", ""),
        ("", "&amp;"),
        ("", "<![CDATA[]]>"),
        ("<?xml encoding=\"utf-8\"?>", ""),
    ] {
        documents.push(format!("{before}{}{after}", invoice("")));
    }
    let differences: Vec<String> = documents
        .iter()
        .filter_map(|document| {
            let ours = read(document.as_bytes()).map(|_| ()).map_err(|refusal| refusal.to_string());
            let theirs = roxmltree::Document::parse(document).map(|_| ()).map_err(|error| error.to_string());
            (ours.is_ok() != theirs.is_ok()).then(|| format!("{document}: ours {ours:?}, theirs {theirs:?}"))
        })
        .collect();
    assert_eq!(differences, Vec::<String>::new());
    // The other parser lets these pass, and XML 1.0 (2.2, 2.3, 2.6) and Namespaces in XML 1.0 (2.2, 3) do not.
    for inside in ["<:a/>", "<cbc:ID xmlns:y=\"\"/>", "<cbc:ID xmlns:xmlns=\"urn:x\"/>"] {
        refused(&invoice(inside), &refusals::NOT_XML);
    }
    refused(&invoice("&#xD800;"), &refusals::NOT_XML);
    refused(&invoice("<?XML x?>"), &refusals::NOT_XML);
    refused("", &refusals::NOT_XML);
    refused(&invoice("")[..60], &refusals::NOT_XML);
}

const HEAD: &str = "<cbc:ID>1</cbc:ID><cbc:IssueDate>2026-03-09</cbc:IssueDate>";
const PARTIES: &str = "<cac:AccountingSupplierParty/><cac:AccountingCustomerParty/>";
const TOTAL: &str = "<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID=\"GBP\">1</cbc:PayableAmount></cac:LegalMonetaryTotal>";
const LINE: &str = "<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:LineExtensionAmount currencyID=\"GBP\">1</cbc:LineExtensionAmount><cac:Item/></cac:InvoiceLine>";

#[test]
fn the_schema_is_kept() {
    assert_eq!(faults(&invoice(&[HEAD, PARTIES, TOTAL, LINE, LINE].concat())), []);
}

#[test]
fn each_fault_against_the_schema_is_found_where_it_is() {
    let with = |change: &[&str]| faults(&invoice(&change.concat()));
    let one = |id, place: &str| vec![(id, place.to_owned())];
    let missing_line = with(&[HEAD, PARTIES, TOTAL]);
    assert_eq!(missing_line, one("ubl-element-missing", "/Invoice[1]"));
    assert_eq!(with(&[HEAD, TOTAL, LINE]), one("ubl-element-missing", "/Invoice[1]"));
    let twice = with(&[
        HEAD,
        "<cbc:DueDate>2026-03-09</cbc:DueDate><cbc:DueDate>2026-03-09</cbc:DueDate>",
        PARTIES,
        TOTAL,
        LINE,
    ]);
    assert_eq!(twice, one("ubl-element-repeated", "/Invoice[1]/cbc:DueDate[2]"));
    let late = with(&[HEAD, PARTIES, "<cbc:Note>x</cbc:Note>", TOTAL, LINE]);
    assert_eq!(late, one("ubl-element-order", "/Invoice[1]/cbc:Note[1]"));
    let unknown = with(&[HEAD, "<cbc:Colour>red</cbc:Colour>", PARTIES, TOTAL, LINE]);
    assert_eq!(unknown, one("ubl-element-unknown", "/Invoice[1]/cbc:Colour[1]"));
    let text = with(&[HEAD, PARTIES, "x", TOTAL, LINE]);
    assert_eq!(text, one("ubl-text-between", "/Invoice[1]"));
    let value = with(&[&HEAD.replace("2026-03-09", "9 March 2026"), PARTIES, TOTAL, LINE]);
    assert_eq!(value, one("ubl-value", "/Invoice[1]/cbc:IssueDate[1]"));
    let amount = "/Invoice[1]/cac:LegalMonetaryTotal[1]/cbc:PayableAmount[1]";
    let attribute = with(&[HEAD, PARTIES, &TOTAL.replace(" currencyID=\"GBP\"", ""), LINE]);
    assert_eq!(attribute, one("ubl-attribute-missing", amount));
    let stranger = with(&[HEAD, PARTIES, &TOTAL.replace("currencyID", "unitCode=\"x\" currencyID"), LINE]);
    assert_eq!(stranger, one("ubl-attribute-unknown", amount));
    let inside = with(&[&HEAD.replace("<cbc:ID>1", "<cbc:ID><cbc:Note/>"), PARTIES, TOTAL, LINE]);
    assert_eq!(inside, one("ubl-element-unknown", "/Invoice[1]/cbc:ID[1]/cbc:Note[1]"));
}

#[test]
fn official_examples_are_valid_exactly_where_the_schema_says_so() {
    let Some(folder) = testkit::standards("einvoice") else { return };
    let mut invalid = 0;
    for row in csv::rows(&std::fs::read_to_string(folder.join("expected/examples.csv")).unwrap()) {
        if !matches!(row[1].as_str(), "Invoice" | "CreditNote") || row[2].is_empty() {
            continue;
        }
        let found = faults(&std::fs::read_to_string(folder.join(&row[0])).unwrap());
        assert_eq!(found.is_empty(), row[2] == "valid", "{}: {} {found:?}", row[0], row[2]);
        invalid += usize::from(!found.is_empty());
    }
    assert!(invalid > 0, "two Greek examples are not valid");
}

#[test]
fn places_are_lines_and_columns_of_the_tag() {
    let document = invoice("\r\n  <cbc:IssueDate>é</cbc:IssueDate>\n\t<cbc:ID>");
    let refusal = read(document.as_bytes()).map(|_| ()).unwrap_err();
    assert_eq!(refusal.place(), Some("line 3, column 10"), "{refusal}");
    let verdict = check(invoice("\r\n  <cbc:IssueDate>é</cbc:IssueDate>").as_bytes()).unwrap();
    let value = verdict.own.iter().find(|finding| finding.id == "ubl-value").unwrap();
    assert_eq!((value.line, value.column, value.found.as_deref()), (2, 3, Some("é")));
}

#[test]
fn a_value_that_holds_elements_says_all_the_text_in_it() {
    // As XPath has it: the string value of an element is all text within, in order; `text()` is its own alone.
    let told = |inside: &str| -> Vec<(&'static str, String)> {
        let document = invoice(inside);
        let document = read(document.as_bytes()).unwrap();
        let verdict = judge(&document, |set| set.name == "en-ubl");
        let [set] = verdict.sets.as_slice() else { panic!("one set") };
        let Outcome::Report(findings) = &set.outcome else { return vec![("(cannot run)", String::new())] };
        let shown = ["BR-CL-01", "BR-CO-16"];
        let findings = findings.iter().filter(|finding| shown.contains(&finding.id));
        findings.map(|finding| (finding.id, finding.found.clone().unwrap_or_default())).collect()
    };
    let code = |inside: &str| told(&format!("<cbc:InvoiceTypeCode>{inside}</cbc:InvoiceTypeCode>"));
    assert_eq!(code("380"), []);
    assert_eq!(code("3<cbc:Note>8</cbc:Note>0"), [], "all of it is 380");
    assert_eq!(code("\n<cbc:Note>3</cbc:Note>&#56;<![CDATA[0]]>\r\n"), []);
    assert_ne!(code("380<cbc:Note>1</cbc:Note>"), []);
    assert_eq!(code("380<cbc:Note/>\n"), [], "two texts, and no rule about them asks for text()");
    assert_ne!(code("380<cac:Party><cbc:Note>1</cbc:Note></cac:Party>"), []);
    let total = |paid: &str| {
        let amounts = format!(
            "<cbc:TaxInclusiveAmount>9</cbc:TaxInclusiveAmount>{paid}<cbc:PayableAmount>5</cbc:PayableAmount>"
        );
        told(&format!("<cac:LegalMonetaryTotal>{amounts}</cac:LegalMonetaryTotal>"))
    };
    assert_eq!(total("<cbc:PrepaidAmount><cbc:Note>4</cbc:Note></cbc:PrepaidAmount>").len(), 0);
    assert_eq!(total("<cbc:PrepaidAmount>4<cbc:Note>0</cbc:Note></cbc:PrepaidAmount>").len(), 1);
    assert_eq!(total("<cbc:PrepaidAmount>4<cbc:Note>x</cbc:Note></cbc:PrepaidAmount>")[0].0, "(cannot run)");
}

#[test]
fn a_day_of_the_year_0_is_one_for_the_rules_and_none_for_the_schema() {
    let value = "ubl-value";
    let faults_of = |day: &str| faults(&invoice(&format!("<cbc:IssueDate>{day}</cbc:IssueDate>")));
    let is_refused = |day: &str| faults_of(day).iter().any(|(id, _)| *id == value);
    assert!(is_refused("0000-01-01") && is_refused("-0000-01-01"));
    assert!(!is_refused("0001-01-01") && !is_refused("-0001-01-01"));
}
