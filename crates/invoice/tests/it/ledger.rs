//! What earlier documents make of one more: each finding and the twin that has none. Amounts are worked out by hand.

use invoice::{Finding, LEDGER_RULES, Ledger, limits::LEDGER_CHAIN_MAX, read};

const INVOICE: &str = include_str!("../../../../examples/invoices/whisky-export.xml");
const CREDIT: &str = include_str!("../../../../examples/invoices/whisky-credit-note.xml");
const OVER: &str = include_str!("../../../../examples/invoices/whisky-credit-note-over.xml");
const OTHER: &str = include_str!("../../../../examples/invoices/pepper-export.xml");

fn ledger(history: &[&str]) -> Ledger {
    let mut ledger = Ledger::default();
    for source in history {
        ledger.add(&read(source.as_bytes()).unwrap());
    }
    ledger
}

fn findings(history: &[&str], document: &str) -> Vec<Finding> {
    ledger(history).findings(&read(document.as_bytes()).unwrap())
}

#[track_caller]
fn check(history: &[&str], document: &str, ids: &[&str]) {
    let found: Vec<_> = findings(history, document).iter().map(|finding| finding.id).collect();
    assert_eq!(found, ids);
    let mut turned = history.to_vec();
    turned.reverse();
    assert_eq!(findings(&turned, document), findings(history, document), "the order of the history counts");
}

/// The only finding of `id`, in words.
fn said(history: &[&str], document: &str, id: &str) -> String {
    findings(history, document).into_iter().find(|finding| finding.id == id).unwrap().message
}

/// `from`, which is there, made `to` wherever it is.
fn with(source: &str, from: &str, to: &str) -> String {
    assert!(source.contains(from), "{from}");
    source.replace(from, to)
}

const NUMBER: &str = "<cbc:ID>LD-2026-0317</cbc:ID>\n  <cbc:IssueDate>2026-03-09</cbc:IssueDate>\n  <cbc:Due";

fn numbered(number: &str, issued: &str) -> String {
    let head = format!("<cbc:ID>{number}</cbc:ID>\n  <cbc:IssueDate>{issued}</cbc:IssueDate>\n  <cbc:Due");
    with(INVOICE, NUMBER, &head)
}

#[test]
fn what_came_before_is_seen_by_seller_number_date_and_total() {
    check(&[], INVOICE, &[]);
    check(&[INVOICE], INVOICE, &["ledger-duplicate"]);
    check(&[INVOICE], &numbered(" LD-2026-0317 ", "2026-03-09"), &["ledger-duplicate"]);
    check(&[INVOICE], &numbered("LD-2026-0318", "2026-03-10"), &[]);
    check(&[INVOICE], &numbered("LD-2026-0318", "2026-03-09"), &["ledger-look-alike"]);
    check(&[INVOICE], &numbered("LD-2026-0317", "2026-03-10"), &["ledger-number-again"]);
    let dearer = with(INVOICE, "25450.00</cbc:TaxInclusiveAmount>", "25460.00</cbc:TaxInclusiveAmount>");
    check(&[INVOICE], &dearer, &["ledger-number-again"]);
    let in_euro = with(INVOICE, "GBP", "EUR");
    check(&[INVOICE], &in_euro, &["ledger-number-again"]);
    check(
        &[INVOICE, OTHER],
        &with(OTHER, "SST-2026-0412</cbc:ID>\n  <cbc:UUID>", "LD-2026-0317</cbc:ID>\n  <cbc:UUID>"),
        &["ledger-look-alike"],
    );
    let message = said(&[INVOICE], INVOICE, "ledger-duplicate");
    assert_eq!(
        message,
        "It came before: the history has LD-2026-0317 of 2026-03-09 over 25450.00 GBP of this seller."
    );
    let finding = findings(&[INVOICE], INVOICE).remove(0);
    assert_eq!(
        (finding.line, finding.severity.word(), finding.found.as_deref()),
        (8, "fatal", Some("LD-2026-0317"))
    );
}

#[test]
fn a_credit_note_and_an_invoice_may_have_one_number() {
    let same = with(CREDIT, "<cbc:ID>LD-C-2026-0021</cbc:ID>", "<cbc:ID>LD-2026-0317</cbc:ID>");
    check(&[INVOICE], &same, &["ledger-balance"]);
}

/// The seller's four marks, each changed or kept.
fn seller(vat: &str, endpoint: &str, name: &str, registration: &str) -> String {
    let vat = with(INVOICE, "<cbc:CompanyID>GB831495816", &format!("<cbc:CompanyID>{vat}"));
    let endpoint = with(&vat, "\"9932\">GB831495816", &format!("\"9932\">{endpoint}"));
    let name = with(&endpoint, "Leith Shore Distillers Ltd", name);
    with(&name, "SC271828", registration)
}

#[test]
fn a_seller_is_known_by_any_of_its_marks() {
    check(&[INVOICE], &seller("GB1", "GB1", "Another", "SC1"), &[]);
    for same in [
        seller("gb 831495816", "GB1", "Another", "SC1"),
        seller("GB1", "GB831495816", "Another", "SC1"),
        seller("GB1", "GB1", "LEITH  Shore Distillers ltd", "SC1"),
        seller("GB1", "GB1", "Another", "SC 271828"),
    ] {
        check(&[INVOICE], &same, &["ledger-duplicate"]);
    }
    // The same number in the register of another country is another company.
    let from_france =
        seller("GB1", "GB1", "Another", "SC271828").replacen(">GB</cbc:Ident", ">FR</cbc:Ident", 1);
    check(&[INVOICE], &from_france, &[]);
    let no_marks = seller("", "", "", "");
    check(&[&no_marks], &no_marks, &[]);
}

#[test]
fn credit_notes_never_give_back_more_than_the_invoice_asked_for() {
    // 25450.00 - 480.00 = 24970.00; 480.00 + 25200.00 = 25680.00, which is 230.00 more than 25450.00.
    check(&[INVOICE], CREDIT, &["ledger-balance"]);
    let left = said(&[INVOICE], CREDIT, "ledger-balance");
    assert_eq!(
        left,
        "Of 25450.00 GBP asked for by LD-2026-0317, 480.00 are given back, with this: 24970.00 are left."
    );
    check(&[INVOICE], OVER, &["ledger-balance"]);
    check(&[INVOICE, CREDIT], OVER, &["ledger-over-credited"]);
    let over = said(&[INVOICE, CREDIT], OVER, "ledger-over-credited");
    assert!(over.ends_with("with this, give back 25680.00: 230.00 too much."), "{over}");
    check(&[INVOICE, CREDIT], &with(OVER, "25200.00", "24970.00"), &["ledger-balance"]);
    check(&[INVOICE, CREDIT], &with(OVER, "25200.00", "24970.01"), &["ledger-over-credited"]);
    // What lies in the history twice gives back once, and what came before is a duplicate and no second credit.
    check(&[INVOICE, CREDIT, CREDIT], &with(OVER, "25200.00", "24970.00"), &["ledger-balance"]);
    check(&[INVOICE, CREDIT, OVER], CREDIT, &["ledger-duplicate"]);
    // The invoice may come after its credit notes.
    check(&[CREDIT, OVER], INVOICE, &["ledger-over-credited"]);
    check(&[CREDIT], INVOICE, &[]);
    // A negative invoice gives back as a credit note does.
    let negative = with(&numbered("LD-2026-0400", "2026-05-01"), "25450.00", "-25000.00").replace(
        "<cac:AdditionalDocumentReference>",
        "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>LD-2026-0317</cbc:ID>\
         </cac:InvoiceDocumentReference></cac:BillingReference><cac:AdditionalDocumentReference>",
    );
    check(&[INVOICE], &negative, &["ledger-balance"]);
    check(&[INVOICE, CREDIT], &negative, &["ledger-over-credited"]);
}

#[test]
fn what_cannot_be_compared_is_said() {
    check(&[], CREDIT, &["ledger-credited-unknown"]);
    check(&[OTHER], CREDIT, &["ledger-credited-unknown"]);
    let start = CREDIT.find("<cac:BillingReference>").unwrap();
    let end = CREDIT.find("<cac:AdditionalDocumentReference>").unwrap();
    let unbound = format!("{}{}", &CREDIT[..start], &CREDIT[end..]);
    check(&[INVOICE], &unbound, &["ledger-credits-nothing"]);
    check(&[INVOICE], &with(CREDIT, "GBP", "SGD"), &["ledger-not-compared"]);
    check(&[INVOICE], &with(CREDIT, ">480.00</cbc:TaxInc", ">480,00</cbc:TaxInc"), &["ledger-not-compared"]);
    check(&[&with(INVOICE, ">25450.00</cbc:TaxInc", "></cbc:TaxInc")], CREDIT, &["ledger-not-compared"]);
    let early = with(CREDIT, "2026-04-20", "2026-03-08");
    check(&[INVOICE], &early, &["ledger-credited-before", "ledger-balance"]);
}

/// A credit note over `amount` on all of `numbers`.
fn on(number: &str, amount: &str, numbers: &[&str]) -> String {
    let reference = "    <cac:InvoiceDocumentReference>
      <cbc:ID>LD-2026-0317</cbc:ID>
      <cbc:IssueDate>2026-03-09</cbc:IssueDate>
    </cac:InvoiceDocumentReference>";
    let references: Vec<String> = numbers
        .iter()
        .map(|number| {
            format!("<cac:InvoiceDocumentReference><cbc:ID>{number}</cbc:ID></cac:InvoiceDocumentReference>")
        })
        .collect();
    let joined = references.join("</cac:BillingReference><cac:BillingReference>");
    with(&with(&with(CREDIT, reference, &joined), "480.00", amount), "LD-C-2026-0021", number)
}

#[test]
fn a_credit_note_on_several_invoices_is_held_against_their_sum() {
    let one = numbered("A", "2026-03-09");
    let other = with(&numbered("B", "2026-03-10"), "25450.00", "100.00");
    check(&[&one, &other], &on("C1", "25550.00", &["A", "B"]), &["ledger-balance"]);
    check(&[&one, &other], &on("C1", "25550.01", &["A", "B"]), &["ledger-over-credited"]);
    // 60.00 on B alone leave room, 100.01 do not, whatever is left of A.
    let first = on("C1", "25490.00", &["A", "B"]);
    check(&[&one, &other, &first], &on("C2", "60.00", &["B"]), &["ledger-balance"]);
    check(&[&one, &other, &first], &on("C2", "60.01", &["B"]), &["ledger-over-credited"]);
    check(&[&one, &other], &on("C2", "100.01", &["B"]), &["ledger-over-credited"]);
    check(&[&one], &on("C1", "1.00", &["A", "B"]), &["ledger-credited-unknown"]);
}

#[test]
fn a_chain_is_followed_to_its_limit() {
    let numbers: Vec<String> = (0..=LEDGER_CHAIN_MAX).map(|number| format!("N{number}")).collect();
    let invoices: Vec<String> = numbers.iter().map(|number| numbered(number, "2026-03-09")).collect();
    let ledger = ledger(&invoices.iter().map(String::as_str).collect::<Vec<_>>());
    let asked = |count: usize| {
        let names: Vec<&str> = numbers.iter().take(count).map(String::as_str).collect();
        let document = on("C1", "480.00", &names);
        let findings = ledger.findings(&read(document.as_bytes()).unwrap());
        findings.iter().map(|finding| finding.id).collect::<Vec<_>>()
    };
    assert_eq!(asked(LEDGER_CHAIN_MAX), ["ledger-balance"]);
    assert_eq!(asked(LEDGER_CHAIN_MAX + 1), ["ledger-not-compared"]);
}

#[test]
fn money_that_suddenly_goes_elsewhere_is_seen() {
    let next = numbered("LD-2026-0400", "2026-04-09");
    check(&[INVOICE], &next, &[]);
    check(&[INVOICE], &with(&next, "GB33BUKB20201555555555", "gb33 BUKB 2020 1555 5555 55"), &[]);
    let elsewhere = with(&next, "GB33BUKB20201555555555", "GB82WEST12345698765432");
    check(&[INVOICE], &elsewhere, &["ledger-account-new"]);
    check(&[INVOICE, &elsewhere], &with(&elsewhere, "LD-2026-0400", "LD-2026-0401"), &["ledger-look-alike"]);
    check(&[], &elsewhere, &[]);
    check(&[OTHER], &elsewhere, &[]);
    check(&[CREDIT], &elsewhere, &[]);
    let message = said(&[INVOICE], &elsewhere, "ledger-account-new");
    assert_eq!(
        message,
        "The money is to go to GB82WEST12345698765432, which no earlier document of this seller named. \
         So far: GB33BUKB20201555555555 in 1 document, the last of 2026-03-09."
    );
}

#[test]
fn every_rule_speaks_in_sentences_and_stands_once() {
    let mut ids: Vec<&str> = LEDGER_RULES.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), LEDGER_RULES.len());
    for rule in LEDGER_RULES {
        assert!(rule.message.ends_with('.') && rule.remedy.ends_with('.'), "{}", rule.id);
        assert!(rule.id.starts_with("ledger-") && !rule.source.is_empty());
    }
}
