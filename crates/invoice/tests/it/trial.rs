//! The bookkeeper's trial: ten broken invoices of `test_data/trial`, each mended by doing what the report says and nothing
//! else, until no set of rules and nothing of ours has a word to say.

use invoice::{Profile, causes, judge, read};

/// One step: the cause that is told, a part of what it says to write, and the change that somebody makes who follows it.
type Step = (&'static str, &'static str, &'static str, &'static str);

#[track_caller]
fn is_mended(broken: &str, steps: &[Step]) {
    let mut source = broken.to_owned();
    for (id, remedy, from, to) in steps {
        let told = told(&source);
        let cause = told.iter().find(|(told, _)| told == id);
        let Some((_, said)) = cause else { panic!("{id} is not told: {told:#?}") };
        assert!(said.contains(remedy), "{id} says to write: {said}");
        assert!(source.contains(from), "{from}");
        source = source.replacen(from, to, 1);
    }
    assert_eq!(told(&source), [], "something is left");
}

/// The causes: id, and everything that is said to be written for them.
fn told(source: &str) -> Vec<(String, String)> {
    let document = read(source.as_bytes()).unwrap();
    let sets = Profile::of(&document).sets;
    let verdict = judge(&document, |set| sets.contains(&set.name));
    let said = |cause: invoice::Cause<'_>| {
        let mut said = vec![cause.head.finding.remedy.clone()];
        said.extend(cause.with_it.iter().map(|change| format!("{}: {}", change.xpath, change.to)));
        if !cause.mended {
            said.extend(cause.under.iter().map(|told| told.finding.remedy.clone()));
        }
        (cause.head.finding.id.to_owned(), said.join(" "))
    };
    causes(&document, &verdict).into_iter().map(said).collect()
}

#[test]
fn swapped_digits_on_a_line() {
    is_mended(
        include_str!("../test_data/trial/01-swapped-digits-on-a-line.xml"),
        &[("line-amount", "Write 546.00;", ">564.00<", ">546.00<")],
    );
}

#[test]
fn an_allowance_that_the_totals_forget() {
    is_mended(
        include_str!("../test_data/trial/02-allowance-left-out-of-the-totals.xml"),
        &[
            (
                "allowances-total",
                "Add cbc:AllowanceTotalAmount with 27.30 and its currency to cac:LegalMonetaryTotal, after cbc:TaxInclusiveAmount.",
                "</cbc:TaxInclusiveAmount>",
                "</cbc:TaxInclusiveAmount><cbc:AllowanceTotalAmount currencyID=\"GBP\">27.30</cbc:AllowanceTotalAmount>",
            ),
            ("total-without-tax", "Write 692.70;", ">720.00<", ">692.70<"),
            ("total-with-tax", "Write 819.24;", ">846.54<", ">819.24<"),
            ("amount-due", "Write 719.00;", ">746.30<", ">719.00<"),
        ],
    );
}

#[test]
fn an_amount_with_a_comma() {
    is_mended(
        include_str!("../test_data/trial/03-amount-with-a-comma.xml"),
        &[("ubl-value", "Write 719.00.", ">719,00<", ">719.00<")],
    );
}

#[test]
fn an_export_as_domestic_zero_rate() {
    is_mended(
        include_str!("../test_data/trial/04-export-as-domestic-zero-rate.xml"),
        &[
            (
                "BR-Z-10",
                "an export that needs a reason is category G",
                "<cbc:ID>Z</cbc:ID>",
                "<cbc:ID>G</cbc:ID>",
            ),
            (
                "PEPPOL-EN16931-P0104",
                "in the breakdown and on all lines",
                "<cbc:ID>Z</cbc:ID>",
                "<cbc:ID>G</cbc:ID>",
            ),
            ("tax-breakdown-missing", "or mend the category", "<cbc:ID>Z</cbc:ID>", "<cbc:ID>G</cbc:ID>"),
        ],
    );
}

#[test]
fn a_buyer_without_electronic_address() {
    is_mended(
        include_str!("../test_data/trial/05-no-electronic-address-of-the-buyer.xml"),
        &[(
            "PEPPOL-EN16931-R010",
            "0088 and a GLN, 9932 and a British VAT number, 0195 and SGUEN with a UEN. Its place is as the first element of \
             cac:Party.",
            "<cac:AccountingCustomerParty>\n    <cac:Party>",
            "<cac:AccountingCustomerParty>\n    <cac:Party><cbc:EndpointID schemeID=\"0088\">7300010000001</cbc:EndpointID>",
        )],
    );
}

#[test]
fn a_bill_of_lading_with_its_type() {
    is_mended(
        include_str!("../test_data/trial/06-bill-of-lading-with-its-type.xml"),
        &[(
            "UBL-SR-43",
            "Leave cbc:DocumentTypeCode and schemeID out",
            "<cbc:DocumentTypeCode>705</cbc:DocumentTypeCode>",
            "",
        )],
    );
}

#[test]
fn tax_worked_out_at_the_wrong_rate() {
    const FIRST: &str = "/Invoice[1]/cac:TaxTotal[1]/cbc:TaxAmount[1]: 126.54 \
                         /Invoice[1]/cac:LegalMonetaryTotal[1]/cbc:TaxInclusiveAmount[1]: 819.24 \
                         /Invoice[1]/cac:LegalMonetaryTotal[1]/cbc:PayableAmount[1]: 719.00";
    is_mended(
        include_str!("../test_data/trial/07-tax-worked-out-at-the-wrong-rate.xml"),
        &[
            ("tax-amount", FIRST, ">110.72<", ">126.54<"),
            ("tax-amount", "126.54", ">110.72<", ">126.54<"),
            ("total-with-tax", "Write 819.24;", ">803.42<", ">819.24<"),
            ("amount-due", "Write 719.00;", ">703.18<", ">719.00<"),
        ],
    );
}

#[test]
fn an_address_in_singapore_without_street_and_post_code() {
    is_mended(
        include_str!("../test_data/trial/08-invoice-of-singapore-without-street-and-post-code.xml"),
        &[
            (
                "IRASC5-029",
                "Write it into cbc:StreetName of the buyer's cac:PostalAddress. Its place is as the first element of \
                 cac:PostalAddress.",
                "<cbc:CityName>Singapore</cbc:CityName>\n        <cac:Country><cbc:IdentificationCode>SG</cbc:IdentificationCode>\
                 </cac:Country>\n      </cac:PostalAddress>\n      <cac:PartyLegalEntity>\n        <cbc:RegistrationName>Straits Cellars",
                "<cbc:StreetName>71 Robinson Road</cbc:StreetName><cbc:CityName>Singapore</cbc:CityName>\n        \
                 <cac:Country><cbc:IdentificationCode>SG</cbc:IdentificationCode></cac:Country>\n      </cac:PostalAddress>\n      \
                 <cac:PartyLegalEntity>\n        <cbc:RegistrationName>Straits Cellars",
            ),
            (
                "IRASC5-030",
                "Write it into cbc:PostalZone of the buyer's cac:PostalAddress. Its place is after cbc:CityName.",
                "71 Robinson Road</cbc:StreetName><cbc:CityName>Singapore</cbc:CityName>",
                "71 Robinson Road</cbc:StreetName><cbc:CityName>Singapore</cbc:CityName><cbc:PostalZone>068895</cbc:PostalZone>",
            ),
        ],
    );
}

#[test]
fn codes_and_days_as_people_write_them() {
    is_mended(
        include_str!("../test_data/trial/09-written-by-hand.xml"),
        &[
            ("ubl-value", "Write a day such as 2026-03-09.", ">01/06/2026<", ">2026-06-01<"),
            ("document-currency", "Write GBP;", ">gbp<", ">GBP<"),
            ("BR-CL-23", "as EA, KGM, LTR or C62", "\"pieces\"", "\"C62\""),
        ],
    );
}

#[test]
fn a_number_twice_no_reference_and_no_country_of_tax() {
    is_mended(
        include_str!("../test_data/trial/10-number-twice-and-no-reference.xml"),
        &[
            (
                "PEPPOL-EN16931-R003",
                "into cbc:BuyerReference, after the currency codes",
                "</cbc:DocumentCurrencyCode>",
                "</cbc:DocumentCurrencyCode><cbc:BuyerReference>PO-7301</cbc:BuyerReference>",
            ),
            ("ubl-element-repeated", "Keep one of them.", "<cbc:ID>TV-2026-0042</cbc:ID>", ""),
            (
                "vat-id-prefix",
                "the two capital letters of the country",
                "<cbc:CompanyID>980780684<",
                "<cbc:CompanyID>GB980780684<",
            ),
        ],
    );
}

#[test]
fn an_element_in_the_wrong_place_is_told_where_to_go() {
    let moved = include_str!("../../data/examples/mixed.xml").replacen(
        "        <cbc:StreetName>12 Quayside</cbc:StreetName>\n        <cbc:CityName>Newcastle</cbc:CityName>",
        "        <cbc:CityName>Newcastle</cbc:CityName><cbc:StreetName>12 Quayside</cbc:StreetName>",
        1,
    );
    is_mended(
        &moved,
        &[(
            "ubl-element-order",
            "Move the element before cbc:CityName.",
            "<cbc:CityName>Newcastle</cbc:CityName><cbc:StreetName>12 Quayside</cbc:StreetName>",
            "<cbc:StreetName>12 Quayside</cbc:StreetName><cbc:CityName>Newcastle</cbc:CityName>",
        )],
    );
    let missing = include_str!("../../data/examples/mixed.xml").replacen(
        "  <cbc:IssueDate>2026-06-01</cbc:IssueDate>\n",
        "",
        1,
    );
    assert!(
        told(&missing).iter().any(|(_, said)| said.contains("Add cbc:IssueDate after cbc:ID.")),
        "{:#?}",
        told(&missing)
    );
}
