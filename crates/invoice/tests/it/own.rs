//! What we find ourselves: each sum and identifier of one invoice, right and with one thing wrong.

use std::collections::BTreeSet;

use invoice::{Finding, OWN_RULES, Outcome, check, limits::FINDINGS_OF_A_RULE_MAX};
use vocab::Severity;

/// A trader's invoice with two lines at 20 %, one at 0 %, an allowance, a charge, a payment made and a rounding.
pub(crate) const MIXED: &str = include_str!("../../data/examples/mixed.xml");

fn own(document: &str) -> Vec<Finding> {
    check(document.as_bytes()).unwrap().own
}

/// Replaces what stands once in the invoice; the one finding that it must give: id, business term, message, remedy.
#[track_caller]
fn is_told(from: &str, to: &str, id: &str, term: &str, message: &str, remedy: &str) {
    assert_eq!(MIXED.matches(from).count(), 1, "{from}");
    let found = own(&MIXED.replace(from, to));
    let mut of_id = found.iter().filter(|finding| finding.id == id);
    let Some(finding) = of_id.next() else { panic!("{id}: {found:?}") };
    assert_eq!(of_id.next(), None);
    assert_eq!(
        (finding.term.as_str(), finding.message.as_str(), finding.remedy.as_str()),
        (term, message, remedy)
    );
}

#[test]
fn an_invoice_without_fault_is_free_of_findings() {
    let verdict = check(MIXED.as_bytes()).unwrap();
    assert_eq!(verdict.own, []);
    for set in verdict.sets {
        assert_eq!(set.outcome, Outcome::Report(vec![]), "{}", set.name);
    }
}

// Each sum worked out by hand: 12 × 45.50 = 546; 250 × 40 ÷ 100 − 1 = 99; 5 × 12 = 60; 546 + 99 + 60 = 705;
// 705 − 27.30 + 15 = 692.70; 546 + 99 − 27.30 + 15 = 632.70, of which 20 % are 126.54; 692.70 + 126.54 = 819.24;
// 819.24 − 100 − 0.24 = 719.
#[test]
fn each_sum_is_worked_out_and_shown() {
    is_told(
        ">546.00</cbc:LineExtensionAmount>",
        ">564.00</cbc:LineExtensionAmount>",
        "line-amount",
        "BT-131",
        "Line 1: 12 × 45.50 = 546.00, the invoice says 564.00.",
        "Write 546.00; or, if the amount is right, mend the quantity or the price.",
    );
    is_told(
        ">99.00<",
        ">98.00<",
        "line-amount",
        "BT-131",
        "Line 2: 250 × 40.00 ÷ 100 = 100.00, and 100.00 − 1.00 = 99.00, the invoice says 98.00.",
        "Write 99.00; or, if the amount is right, mend the quantity or the price.",
    );
    is_told(
        ">45.50<",
        ">45.00<",
        "price-amount",
        "BT-146",
        "Line 1: the gross price 50.00 less the discount 4.50 is 45.50, the invoice says 45.00.",
        "Write 45.50; or, if the price is right, mend the gross price or the discount.",
    );
    is_told(
        "<cbc:Amount currencyID=\"GBP\">27.30<",
        "<cbc:Amount currencyID=\"GBP\">23.70<",
        "allowance-amount",
        "BT-92",
        "The allowance: 546.00 × 5 % = 27.30, the invoice says 23.70.",
        "Write 27.30; or, if the amount is right, mend the base or the percentage.",
    );
    is_told(
        ">705.00<",
        ">750.00<",
        "lines-total",
        "BT-106",
        "The sum of the lines: 546.00 + 99.00 + 60.00 = 705.00, the invoice says 750.00.",
        "Write 705.00; or, if the amount is right, mend what it is the sum of.",
    );
    is_told(
        ">692.70<",
        ">705.00<",
        "total-without-tax",
        "BT-109",
        "Lines, less allowances, plus charges: 705.00 − 27.30 + 15.00 = 692.70, the invoice says 705.00.",
        "Write 692.70; or, if the amount is right, mend what it is the sum of.",
    );
    is_told(
        ">819.24<",
        ">819.42<",
        "total-with-tax",
        "BT-112",
        "The total without tax plus the tax: 692.70 + 126.54 = 819.24, the invoice says 819.42.",
        "Write 819.24; or, if the amount is right, mend what it is the sum of.",
    );
    is_told(
        ">719.00<",
        ">719.24<",
        "amount-due",
        "BT-115",
        "The total with tax, less what is paid, plus the rounding: 819.24 − 100.00 − 0.24 = 719.00, the invoice says \
         719.24.",
        "Write 719.00; or, if the amount is right, mend what it is the sum of.",
    );
}

#[test]
fn totals_of_allowances_and_charges_are_added_up_and_missed() {
    is_told(
        "AllowanceTotalAmount currencyID=\"GBP\">27.30<",
        "AllowanceTotalAmount currencyID=\"GBP\">72.30<",
        "allowances-total",
        "BT-107",
        "The sum of the allowances: 27.30, the invoice says 72.30.",
        "Write 27.30; or, if the amount is right, mend what it is the sum of.",
    );
    is_told(
        "<cbc:ChargeTotalAmount currencyID=\"GBP\">15.00</cbc:ChargeTotalAmount>",
        "",
        "charges-total",
        "BT-108",
        "The sum of the charges is 15.00, and the invoice does not give it.",
        "Add cbc:ChargeTotalAmount with 15.00 and its currency to cac:LegalMonetaryTotal, after cbc:AllowanceTotalAmount.",
    );
}

#[test]
fn the_breakdown_of_tax_is_worked_out_by_category_and_rate() {
    is_told(
        ">632.70<",
        ">645.00<",
        "tax-base",
        "BT-116",
        "Lines, allowances and charges of category S at 20 %: 546.00 + 99.00 − 27.30 + 15.00 = 632.70, the invoice says \
         645.00.",
        "Write 632.70; or, if the amount is right, mend the lines or their category.",
    );
    is_told(
        "126.54</cbc:TaxAmount>\n      <cac:TaxCategory>",
        "126.00</cbc:TaxAmount>\n      <cac:TaxCategory>",
        "tax-amount-cents",
        "BT-117",
        "The tax of category S: 632.70 × 20 % = 126.54, the invoice says 126.00.",
        "Write 126.54; or, if the tax is right, mend the taxable amount or the rate.",
    );
    is_told(
        "126.54</cbc:TaxAmount>\n      <cac:TaxCategory>",
        "125.54</cbc:TaxAmount>\n      <cac:TaxCategory>",
        "tax-amount",
        "BT-117",
        "The tax of category S: 632.70 × 20 % = 126.54, the invoice says 125.54.",
        "Write 126.54; or, if the tax is right, mend the taxable amount or the rate.",
    );
    is_told(
        "126.54</cbc:TaxAmount>\n    <cac:TaxSubtotal>",
        "126.45</cbc:TaxAmount>\n    <cac:TaxSubtotal>",
        "tax-total",
        "BT-110",
        "The tax of the breakdown: 126.54 + 0.00 = 126.54, the invoice says 126.45.",
        "Write 126.54; or, if the total is right, mend the taxes in the breakdown.",
    );
    is_told(
        "<cbc:ID>Z</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>\n        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        \
         </cac:TaxScheme>\n      </cac:ClassifiedTaxCategory>",
        "<cbc:ID>S</cbc:ID><cbc:Percent>5.0</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>\
         </cac:ClassifiedTaxCategory>",
        "tax-breakdown-missing",
        "BG-23",
        "Lines, allowances or charges are of category S at 5 %, together 60.00, and the breakdown of tax has no row for it.",
        "Add a cac:TaxSubtotal of category S at 5 % with cbc:TaxableAmount 60.00 and cbc:TaxAmount 3.00; or mend the category \
         or rate where it is wrong.",
    );
}

#[test]
fn what_cannot_be_read_is_no_part_of_a_sum() {
    for (from, to) in [
        (">546.00</cbc:LineExtensionAmount>", ">546,00</cbc:LineExtensionAmount>"),
        (">45.50<", "><"),
        (">12</cbc:InvoicedQuantity>", ">a dozen</cbc:InvoicedQuantity>"),
        ("<cbc:BaseQuantity unitCode=\"C62\">100<", "<cbc:BaseQuantity unitCode=\"C62\">0<"),
    ] {
        assert_eq!(MIXED.matches(from).count(), 1, "{from}");
        let found = own(&MIXED.replace(from, to));
        assert!(
            found.iter().all(|finding| finding.id != "line-amount" && finding.id != "lines-total"),
            "{found:?}"
        );
    }
}

#[test]
fn two_cents_of_a_product_pass_and_three_do_not() {
    let line = |amount: &str| MIXED.replace(">99.00<", &format!(">{amount}<"));
    assert!(own(&line("99.02")).iter().all(|finding| finding.id != "line-amount"));
    assert!(own(&line("99.03")).iter().any(|finding| finding.id == "line-amount"));
}

#[test]
fn identifiers_are_held_to_their_registers() {
    const VAT: &str =
        "Compare it with the VAT certificate: GB and 9 digits, 12 for a branch, or GD or HA and 3 digits.";
    is_told(
        "<cbc:CompanyID>GB980780684<",
        "<cbc:CompanyID>GB980780648<",
        "gb-vat-number",
        "BT-31",
        "GB980780648 cannot be a British VAT number: its check characters do not belong to the rest of it.",
        VAT,
    );
    is_told(
        "\"9932\">GB980780684<",
        "\"9932\">GB98078068<",
        "gb-vat-number",
        "BT-34",
        "GB98078068 has not the shape of a British VAT number.",
        VAT,
    );
    is_told(
        "7300010000001",
        "7300010000010",
        "gln",
        "BT-49",
        "The check digit of the GLN 7300010000010 does not belong to the rest of it.",
        "Write all 13 digits as GS1 gave them.",
    );
    is_told(
        "7300010000001",
        "0",
        "gln",
        "BT-49",
        "The GLN 0 has not 13 digits.",
        "Write all 13 digits as GS1 gave them.",
    );
    is_told(
        "213800LBQA1Y9L22JB70",
        "213800LBQA1Y9L22BJ70",
        "lei",
        "BT-29",
        "213800LBQA1Y9L22BJ70 cannot be an LEI: its check characters do not belong to the rest of it.",
        "Write its 20 characters as the GLEIF register shows them.",
    );
    is_told(
        "GB82WEST12345698765432",
        "GB82 WEST 1234 5698 7654 23",
        "iban",
        "BT-84",
        "The account number GB82WEST12345698765423 looks like an IBAN, and its check digits do not belong to it.",
        "Compare it with the bank's statement; a payment to this number will be sent back.",
    );
}

#[test]
fn a_uen_has_its_check_character_and_an_address_its_prefix() {
    const REMEDY: &str = "Write the UEN as BizFile shows it, in an electronic address with SGUEN before it.";
    // 196800306E is in ACRA's register. Its neighbour ends in a letter that the formula does not give.
    for (written, message) in [
        ("SGUEN196800306E", ""),
        ("sguen196800306e", ""),
        (
            "SGUEN196800306F",
            "196800306F cannot be a UEN: its check characters do not belong to the rest of it.",
        ),
        ("SGUEN19680030", "19680030 has not the shape of a UEN."),
        ("196800306E", "The electronic address 196800306E under scheme 0195 does not begin with SGUEN."),
    ] {
        let address = format!("\"0195\">{written}<");
        if message.is_empty() {
            assert_eq!(own(&MIXED.replace("\"0088\">7300010000001<", &address)), [], "{written}");
        } else {
            is_told("\"0088\">7300010000001<", &address, "uen", "BT-49", message, REMEDY);
        }
    }
    let legal = MIXED.replace("<cbc:CompanyID>01471587<", "<cbc:CompanyID schemeID=\"0195\">196800306E<");
    assert_eq!(own(&legal), []);
}

#[test]
fn a_gst_number_is_looked_at_where_its_holder_is_in_singapore() {
    let seller = |number: &str, country: &str| {
        MIXED
            .replace("<cbc:CompanyID>GB980780684<", &format!("<cbc:CompanyID>{number}<"))
            .replacen("<cbc:ID>VAT</cbc:ID>", "<cbc:ID>GST</cbc:ID>", 1)
            .replacen("<cbc:IdentificationCode>GB<", &format!("<cbc:IdentificationCode>{country}<"), 1)
    };
    assert_eq!(own(&seller("M2-1234567-K", "SG")), []);
    assert_eq!(own(&seller("FR98746", "FR")), []);
    let [finding] = own(&seller("FR98746", "SG")).try_into().unwrap();
    assert_eq!((finding.id, finding.term.as_str()), ("gst-number", "BT-31"));
    assert_eq!(finding.message, "FR98746 has not the shape of a Singapore GST registration number.");
}

#[test]
fn numbers_that_are_no_iban_are_left_alone() {
    for account in ["000166000001", "IBAN32423940", "12345678", "SG12", "GB82WEST123456987654321234567890123"]
    {
        assert_eq!(own(&MIXED.replace("GB82WEST12345698765432", account)), [], "{account}");
    }
}

#[test]
fn of_one_rule_at_most_a_hundred_are_told() {
    let (head, line) = MIXED.split_once("  <cac:InvoiceLine>").unwrap();
    let line = line.split_once("</cac:InvoiceLine>").unwrap().0.replace("546.00", "564.00");
    let wrong = |count: usize| {
        let lines = format!("  <cac:InvoiceLine>{line}</cac:InvoiceLine>").repeat(count);
        let found = own(&format!("{head}{lines}</Invoice>"));
        found.iter().filter(|finding| finding.id == "line-amount").count()
    };
    assert_eq!((wrong(100), wrong(101)), (100, FINDINGS_OF_A_RULE_MAX));
}

#[test]
fn every_kind_of_finding_is_a_row_and_stands_once() {
    let ids: Vec<&str> = OWN_RULES.iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
    for rule in OWN_RULES {
        assert!(
            rule.message.ends_with('.') && rule.remedy.ends_with('.') && !rule.source.is_empty(),
            "{}",
            rule.id
        );
    }
}

/// Where the official examples, which the official rules accept, have sums that are none; each looked up by hand.
#[test]
fn official_examples_have_few_wrong_sums() {
    let Some(folder) = testkit::standards("einvoice/examples") else { return };
    let mut told = BTreeSet::new();
    for set in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(set.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            let Ok(verdict) = check(&std::fs::read(&file).unwrap()) else { continue };
            for finding in verdict.own {
                assert!(OWN_RULES.iter().any(|rule| rule.id == finding.id), "{} is in no table", finding.id);
                if finding.severity == Severity::Fatal
                    && !finding.id.starts_with("ubl-")
                    && finding.id != "official-rules-stop"
                {
                    told.insert((file.file_name().unwrap().to_string_lossy().into_owned(), finding.id));
                }
            }
        }
    }
    let expected = [
        // Its lines are standard-rated at 7 %, its breakdown has another category.
        ("PINT-SG_INV_example_07_-_Foreign_buyer.xml", "tax-breakdown-missing"),
        ("SG_INV_example_07_-_Foreign_buyer.xml", "tax-breakdown-missing"),
        // It is meant to be wrong.
        ("SG_INV_example_16b_-_GST_in_SGD_With_Several_Errors.xml", "tax-amount"),
    ];
    assert_eq!(told, expected.map(|(file, id)| (file.to_owned(), id)).into());
}

#[test]
fn what_the_official_rules_look_at_too_loosely_is_found() {
    let remedy = |id: &str| OWN_RULES.iter().find(|rule| rule.id == id).unwrap().remedy;
    is_told(
        "<cbc:CompanyID>GB980780684<",
        "<cbc:CompanyID>E 980780684<",
        "vat-id-prefix",
        "BT-31",
        "The VAT identifier E 980780684 does not begin with the code of a country.",
        remedy("vat-id-prefix"),
    );
    is_told(
        "<cbc:CompanyID>GB980780684<",
        "<cbc:CompanyID>gb980780684<",
        "vat-id-prefix",
        "BT-31",
        "The VAT identifier gb980780684 does not begin with the code of a country.",
        "Write GB980780684; or another identifier, if this one is wrong.",
    );
    is_told(
        "<cbc:CompanyID>01471587<",
        "<cbc:CompanyID> <",
        "identifier-empty",
        "",
        "The identifier of a party is empty, so it identifies nobody.",
        remedy("identifier-empty"),
    );
    let with_note = |note: &str| {
        let noted = format!("</cbc:InvoiceTypeCode><cbc:Note>{note}</cbc:Note>");
        own(&MIXED.replace("</cbc:InvoiceTypeCode>", &noted))
    };
    for note in ["#AAI#Terms", "#1 in valves", "No code", "#LONG#Terms"] {
        assert_eq!(with_note(note), [], "{note}");
    }
    let [finding] = with_note("#A A#Terms").try_into().unwrap();
    assert_eq!((finding.id, finding.term.as_str()), ("note-subject-code", "BT-21"));
    is_told(
        "<cbc:ID>Z</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>\n        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        \
         </cac:TaxScheme>\n      </cac:TaxCategory>\n    </cac:TaxSubtotal>",
        "<cbc:ID>Z</cbc:ID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal>",
        "tax-rate-missing",
        "BT-119",
        "The breakdown gives no rate for category Z.",
        "Add cbc:Percent with the rate after the category's cbc:ID.",
    );
    is_told(
        "DocumentCurrencyCode>GBP<",
        "DocumentCurrencyCode>EUR<",
        "document-currency",
        "BT-5",
        "All amounts are in GBP, and the document's currency is EUR.",
        "Write GBP; or, if that is the currency, give it to every amount.",
    );
}
