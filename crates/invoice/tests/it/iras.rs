//! The submission rules of IRAS. Nobody has recorded what their artefact answers, so every row here was written by hand from
//! its expressions: a document that is clean, one change, and the rules that the change breaks. Rows that break nothing are
//! the twins at the edge: what is nearly wrong, and taken.

use std::collections::BTreeSet;

use invoice::{Outcome, SetVerdict, check, judge, read, rules_of};

const EXPORT: &str = include_str!("../../../../examples/invoices/pepper-export.xml");
const SALE: &str = include_str!("../test_data/iras-sale.xml");
const CREDIT: &str = include_str!("../test_data/iras-credit.xml");
const PURCHASE: &str = include_str!("../test_data/iras-purchase.xml");

fn answer(source: &str) -> SetVerdict {
    let document = read(source.as_bytes()).unwrap();
    judge(&document, |set| set.name == "iras").sets.remove(0)
}

/// The rules that a document breaks, sorted, each once; `stop` where the artefact ends with an error.
fn broken(source: &str) -> Vec<&'static str> {
    let mut ids: Vec<_> = match answer(source).outcome {
        Outcome::Report(findings) => findings.iter().map(|finding| finding.id).collect(),
        Outcome::CannotRun(_) => vec!["stop"],
    };
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Each row: what in the document becomes what, and the numbers of the rules that break, or `stop`.
fn rows(base: &str, rows: &[(&str, &str, &str)]) -> BTreeSet<String> {
    assert_eq!(broken(base), Vec::<&str>::new(), "the base is not clean");
    let mut seen = BTreeSet::new();
    for (from, to, expected) in rows {
        assert!(base.contains(from), "the document does not hold {from}");
        let expected: Vec<String> = expected
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(|word| if word == "stop" { word.to_owned() } else { format!("IRASC5-{word}") })
            .collect();
        assert_eq!(broken(&base.replacen(from, to, 1)), expected, "{from} -> {to}");
        seen.extend(expected);
    }
    seen
}

/// Rules that no document can break, as the artefact is written.
const NEVER: [&str; 6] = ["IRASC5-036", "IRASC5-038", "IRASC5-045", "IRASC5-048", "IRASC5-080", "IRASC5-081"];
/// Rules that speak of the envelope.
const ENVELOPE: [&str; 4] = ["IRASC5-001", "IRASC5-002", "IRASC5-003", "IRASC5-004"];

fn head() -> BTreeSet<String> {
    rows(
        SALE,
        &[
            ("@sg-1<", "@sg-10<", "005"),
            ("<cbc:CustomizationID>urn", "<cbc:CustomizationID>\n urn", ""),
            ("@sg-1<", "@sg-1:LocalTaxInvoice:sg:1.0<", ""),
            ("bis:billing<", "bis:selfbilling<", "006"),
            ("bis:billing<", "bis:ordering<", "006 049"),
            ("urn:peppol:bis:billing<", "URN:PEPPOL:BIS:BILLING <", ""),
            ("bis:billing<", "bis:payables<", "049"),
            ("<cbc:ID>SST-2026-1031</cbc:ID>", "", "007"),
            ("<cbc:ID>SST-2026-1031</cbc:ID>", "<cbc:ID/>", ""),
            ("<cbc:UUID>0d6cbe52-93f1-4f6e-8a41-5b2f7c0e9d33</cbc:UUID>", "", "008"),
            ("<cbc:IssueDate>2026-10-31</cbc:IssueDate>", "", "009"),
            ("<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "", "010"),
            ("<cbc:InvoiceTypeCode>380<", "<cbc:InvoiceTypeCode>381<", "011"),
            ("<cbc:InvoiceTypeCode>380<", "<cbc:InvoiceTypeCode><", "011"),
            ("<cbc:InvoiceTypeCode>380<", "<cbc:InvoiceTypeCode> 380 <", ""),
            ("<cbc:DocumentCurrencyCode>SGD</cbc:DocumentCurrencyCode>", "", "012 014 015 016 075"),
            ("Code>SGD<", "Code>BYN<", "013 014 015 016 035 075"),
            ("Code>SGD<", "Code> SGD <", "035 075"),
            ("<cbc:BuyerRef", "<cbc:TaxCurrencyCode>SGD</cbc:TaxCurrencyCode><cbc:BuyerRef", "014"),
            ("<cbc:ProfileID>", "<cbc:ProfileID/><cbc:ProfileID>", "stop"),
        ],
    )
}

fn parties() -> BTreeSet<String> {
    const SELLER_SCHEME: &str = "<cbc:EndpointID schemeID=\"0195\">SGUEN199804321W</cbc:EndpointID>";
    const BUYER_SCHEME: &str = "<cbc:EndpointID schemeID=\"0195\">SGUEN200312345H</cbc:EndpointID>";
    const COUNTRY: &str = "<cac:Country><cbc:IdentificationCode>SG</cbc:IdentificationCode></cac:Country>";
    let sellers_registration = "<cac:PartyTaxScheme>
        <cbc:CompanyID>M2-1234567-K</cbc:CompanyID>
        <cac:TaxScheme><cbc:ID>GST</cbc:ID></cac:TaxScheme>
      </cac:PartyTaxScheme>";
    let twice = format!("{sellers_registration}{}", sellers_registration.replace("GST", "VAT"));
    let buyers_zone = format!("068895</cbc:PostalZone>\n        {COUNTRY}");
    rows(
        SALE,
        &[
            (SELLER_SCHEME, "", "017"),
            (SELLER_SCHEME, "<cbc:EndpointID>SGUEN199804321W</cbc:EndpointID>", "018"),
            (SELLER_SCHEME, "<cbc:EndpointID schemeID=\"0245\">x</cbc:EndpointID>", ""),
            (BUYER_SCHEME, "<cbc:EndpointID schemeID=\"0245\">x</cbc:EndpointID>", "019"),
            (BUYER_SCHEME, "<cbc:EndpointID schemeID=\" 9932 \">x</cbc:EndpointID>", ""),
            ("18 Pasir Panjang Road", " ", "020"),
            ("<cbc:PostalZone>117440</cbc:PostalZone>", "", "021"),
            (COUNTRY, "", "022"),
            (sellers_registration, "", "023 024"),
            ("M2-1234567-K", "", "023"),
            ("<cac:TaxScheme><cbc:ID>GST", "<cac:TaxScheme><cbc:ID>VAT", "023 024"),
            ("<cac:TaxScheme><cbc:ID>GST", "<cac:TaxScheme><cbc:ID> GST ", ""),
            (sellers_registration, &twice, "stop"),
            ("Straits Spice Trading Pte Ltd", "", "025"),
            ("<cbc:CompanyID>199804321W</cbc:CompanyID>", "", "026"),
            (BUYER_SCHEME, "", "027"),
            (BUYER_SCHEME, "<cbc:EndpointID>SGUEN200312345H</cbc:EndpointID>", "028"),
            ("71 Robinson Road", "", "029"),
            ("068895", "", "030"),
            (&buyers_zone, "068895</cbc:PostalZone>", "031"),
            ("Straits Cellars Pte. Ltd.", "", "033"),
            ("<cbc:CompanyID>200312345H</cbc:CompanyID>", "", "034"),
        ],
    )
}

fn breakdown() -> BTreeSet<String> {
    const TAXABLE: &str = "<cbc:TaxableAmount currencyID=\"SGD\">1000.00</cbc:TaxableAmount>";
    const TAX: &str = "      <cbc:TaxAmount currencyID=\"SGD\">90.00</cbc:TaxAmount>";
    let in_breakdown = |category: &str| format!("{TAX}\n      <cac:TaxCategory>{category}");
    let (id, percent) = ("<cbc:ID>SR</cbc:ID>", "<cbc:Percent>9</cbc:Percent>");
    let scheme = |word: &str| format!("{id}{percent}<cac:TaxScheme><cbc:ID>{word}</cbc:ID>");
    let whole = in_breakdown(&scheme("GST"));
    let of_line = format!(
        "<cac:TaxTotal><cac:TaxSubtotal>{TAXABLE}{TAX}<cac:TaxCategory>{}</cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal><cac:Item>",
        scheme("GST")
    );
    rows(
        SALE,
        &[
            ("<cbc:TaxAmount currencyID=\"SGD\">90.00", "<cbc:TaxAmount currencyID=\"sgd\">90.00", "035"),
            (TAXABLE, "", "040 041"),
            (TAXABLE, "<cbc:TaxableAmount>1000.00</cbc:TaxableAmount>", "041"),
            (TAXABLE, "<cbc:TaxableAmount currencyID=\" \">1000.00</cbc:TaxableAmount>", "041"),
            (TAXABLE, "<cbc:TaxableAmount currencyID=\"USD\">1000.00</cbc:TaxableAmount>", ""),
            (TAXABLE, "<cbc:TaxableAmount currencyID=\"SGD\">1000.000</cbc:TaxableAmount>", "082"),
            (TAX, "", "042 043"),
            (TAX, "<cbc:TaxAmount>90.00</cbc:TaxAmount>", "043"),
            (TAX, "<cbc:TaxAmount currencyID=\"SGD\">90.000</cbc:TaxAmount>", "083"),
            (&whole, &in_breakdown(&scheme("GST").replace(id, "")), "044 049"),
            (&whole, &in_breakdown(&scheme("GST").replace(percent, "")), "046"),
            (&whole, &in_breakdown(&scheme("gst")), "044 046 047 049"),
            (&whole, &in_breakdown(&scheme(" GST ")), "044 046 049"),
            (&whole, &in_breakdown(&scheme("GST").replace("SR", "TX")), "049"),
            (&whole, &in_breakdown(&scheme("GST").replace("SR", "sr")), ""),
            (&whole, &in_breakdown(&scheme("GST").replace("SR", "SR SRCA-S")), ""),
            (&whole, &in_breakdown(&scheme("GST").replace(id, &format!("{id}{id}"))), "stop"),
            ("<cac:Item>", &of_line, "049"),
            // The first amount is the tax total: its decimals are never counted.
            ("\"SGD\">90.00<", "\"SGD\">90.000<", ""),
        ],
    )
}

fn totals() -> BTreeSet<String> {
    let amount = |name: &str, value: &str| format!("<cbc:{name} currencyID=\"SGD\">{value}</cbc:{name}>");
    let (excluding, including) =
        (amount("TaxExclusiveAmount", "1000.00"), amount("TaxInclusiveAmount", "1090.00"));
    let (sum, payable) = (amount("LineExtensionAmount", "970.00"), amount("PayableAmount", "1000.00"));
    rows(
        SALE,
        &[
            (&sum, "", "050 051"),
            (&sum, "<cbc:LineExtensionAmount>970.00</cbc:LineExtensionAmount>", "051 075"),
            (&excluding, "", "052 053"),
            (&excluding, &amount("TaxExclusiveAmount", ""), "053"),
            (&including, "", "054 055 056"),
            (&including, &amount("TaxInclusiveAmount", "-0.01"), "055"),
            (&including, &amount("TaxInclusiveAmount", "1,090.00"), "055"),
            (&including, &amount("TaxInclusiveAmount", "0"), ""),
            (&including, &amount("TaxInclusiveAmount", " "), "055 056"),
            (&payable, "", "057 058"),
            (&payable, &amount("PayableAmount", ""), "058"),
            (&sum, &amount("LineExtensionAmount", "970.000"), "084"),
            (&sum, &amount("LineExtensionAmount", "970."), ""),
            (&excluding, &amount("TaxExclusiveAmount", "1000.000"), "085"),
            (&including, &amount("TaxInclusiveAmount", "1090.000"), "086"),
            ("20.00</cbc:AllowanceTotalAmount>", "20.000</cbc:AllowanceTotalAmount>", "087"),
            ("50.00</cbc:ChargeTotalAmount>", "50.000</cbc:ChargeTotalAmount>", "088"),
            ("90.01<", "90.010<", "089"),
            (">0.01<", ">0.010<", "090"),
            (&payable, &amount("PayableAmount", "1000.00 "), "091"),
            (&payable, &payable.replace("SGD", "USD"), "075"),
        ],
    )
}

fn lines() -> BTreeSet<String> {
    const QUANTITY: &str = "<cbc:InvoicedQuantity unitCode=\"KGM\">100</cbc:InvoicedQuantity>";
    const AMOUNT: &str = "    <cbc:LineExtensionAmount currencyID=\"SGD\">970.00</cbc:LineExtensionAmount>\n    <cac:AllowanceCharge>";
    const PRICE: &str = "<cbc:PriceAmount currencyID=\"SGD\">10.00</cbc:PriceAmount>";
    let item = |category: &str| format!("<cac:ClassifiedTaxCategory>{category}");
    let (id, percent) = ("<cbc:ID>SR</cbc:ID>", "<cbc:Percent>9</cbc:Percent>");
    let scheme = |word: &str| format!("{id}{percent}<cac:TaxScheme><cbc:ID>{word}</cbc:ID>");
    let whole = item(&scheme("GST"));
    let twice = format!("{whole}</cac:TaxScheme></cac:ClassifiedTaxCategory>{whole}");
    rows(
        SALE,
        &[
            ("<cbc:ID>1<", "<cbc:ID> <", "059"),
            (QUANTITY, "", "060 061"),
            (QUANTITY, "<cbc:InvoicedQuantity>100</cbc:InvoicedQuantity>", "061"),
            (QUANTITY, "<cbc:InvoicedQuantity unitCode=\"\"/>", ""),
            (AMOUNT, "<cac:AllowanceCharge>", "062 063"),
            (AMOUNT, &AMOUNT.replace("970.00", " "), "063"),
            (AMOUNT, &AMOUNT.replace("970.00", "970.000"), "092"),
            ("White pepper", "", "064"),
            (&whole, &item(&scheme("GST").replace(id, "")), "065"),
            (&whole, &item(&scheme("GST").replace("SR", "TXRC-TS")), "066"),
            (&whole, &item(&scheme("GST").replace("SR", "sr")), "066"),
            (&whole, &item(&scheme("GST").replace("SR", " TXR-TS ")), ""),
            (&whole, &item(&scheme("GST").replace(percent, "")), "067"),
            (&whole, &item(&scheme("gst")), "065 067 068"),
            (&whole, &item(&scheme(" GST ")), "065 067"),
            (&whole, &twice, "stop"),
            (PRICE, "", "069 070 071"),
            (PRICE, &PRICE.replace("10.00", "-0.01"), "070"),
            (PRICE, &PRICE.replace("10.00", "-0"), ""),
            (PRICE, &PRICE.replace("10.00", "ten"), "stop"),
            (PRICE, &PRICE.replace("SGD", ""), "071 075"),
            (PRICE, &PRICE.replace("SGD", " SGD"), "075"),
        ],
    )
}

fn allowances_and_charges() -> BTreeSet<String> {
    // Four spaces before an amount: for the whole invoice; six: on a line.
    rows(
        SALE,
        &[
            (">20.00</cbc:Amount>", ">20.000</cbc:Amount>", "076"),
            (
                "\n    <cbc:Amount currencyID=\"SGD\">50.00<",
                "\n    <cbc:Amount currencyID=\"SGD\">50.000<",
                "077",
            ),
            (
                "\n    <cbc:BaseAmount currencyID=\"SGD\">1000.00<",
                "\n    <cbc:BaseAmount currencyID=\"SGD\">1000.000<",
                "078 079",
            ),
            // An allowance of the whole invoice may have any base.
            (
                ">20.00</cbc:Amount>",
                ">20.00</cbc:Amount><cbc:BaseAmount currencyID=\"SGD\">1.234</cbc:BaseAmount>",
                "",
            ),
            // What is neither an allowance nor a charge is not looked at, and stops nothing.
            ("false</cbc:ChargeIndicator>\n", "maybe</cbc:ChargeIndicator><!-- -->\n", ""),
            (
                "\n      <cbc:Amount currencyID=\"SGD\">50.00<",
                "\n      <cbc:Amount currencyID=\"SGD\">50.000<",
                "076 093",
            ),
            (
                "\n      <cbc:BaseAmount currencyID=\"SGD\">1000.00<",
                "\n      <cbc:BaseAmount currencyID=\"SGD\">1000.000<",
                "095",
            ),
            (
                "\n      <cbc:Amount currencyID=\"SGD\">20.00<",
                "\n      <cbc:Amount currencyID=\"SGD\">20.000<",
                "077 094",
            ),
            (
                "20.00</cbc:Amount>\n      <cbc:BaseAmount currencyID=\"SGD\">1000.00<",
                "20.00</cbc:Amount>\n      <cbc:BaseAmount currencyID=\"SGD\">1000.000<",
                "078 079 096",
            ),
        ],
    )
}

fn exports() -> BTreeSet<String> {
    const EXCLUDING: &str = "<cbc:DocumentTypeCode>sgdtotal-excl-gst</cbc:DocumentTypeCode>";
    const INCLUDING: &str = "<cbc:DocumentTypeCode>sgdtotal-incl-gst</cbc:DocumentTypeCode>";
    let reference = |kind: &str, id: &str, amount: &str| {
        format!(
            "<cac:AdditionalDocumentReference>\n    <cbc:ID>{id}</cbc:ID>\n    {kind}\n    \
             <cbc:DocumentDescription>{amount}</cbc:DocumentDescription>\n  </cac:AdditionalDocumentReference>"
        )
    };
    let (one, other) = (reference(EXCLUDING, "SGD", "216008.00"), reference(INCLUDING, "SGD", "216008.00"));
    let second_total =
        "<cac:TaxTotal>\n    <cbc:TaxAmount currencyID=\"SGD\">0.00</cbc:TaxAmount>\n  </cac:TaxTotal>";
    let taxed = EXPORT.replacen("currencyID=\"USD\">0.00<", "currencyID=\"USD\">1.00<", 1);
    let mut seen = rows(
        EXPORT,
        &[
            ("<cbc:TaxCurrencyCode>SGD</cbc:TaxCurrencyCode>", "", "014"),
            ("<cbc:TaxCurrencyCode>SGD<", "<cbc:TaxCurrencyCode>GBP<", "014 037 039"),
            (&one, "", "015"),
            (&one, &reference(EXCLUDING, "sgd", "216008.00"), "015"),
            (&one, &reference(EXCLUDING, "SGD", ""), "015 100"),
            (&one, &reference(EXCLUDING, "SGD", "216,008.00"), "100"),
            (&one, &reference(EXCLUDING, "SGD", "216008.000"), "100"),
            (&one, &reference(EXCLUDING, "SGD", " 216008. "), ""),
            (&one, &reference(&EXCLUDING.replace("gst<", "gst <"), "SGD", "any"), ""),
            (&one, &format!("{one}{one}"), "stop"),
            (&other, "", "016"),
            (&other, &reference(INCLUDING, " ", "216008.00"), "016"),
            (&other, &reference(INCLUDING, "SGD", "216008.001"), "101"),
            (second_total, "", "037 039"),
            ("\"SGD\">0.00<", "\"SGD\">-5.00<", ""),
        ],
    );
    seen.extend(rows(
        &taxed,
        &[
            ("\"SGD\">0.00<", "\"SGD\">-0.01<", "039"),
            ("\"SGD\">0.00<", "\"SGD\">1.34<", ""),
            ("\"SGD\">0.00<", "\"SGD\">none<", "stop"),
        ],
    ));
    seen
}

fn credit_notes() -> BTreeSet<String> {
    rows(
        CREDIT,
        &[
            ("<cbc:Note>All bags came back.</cbc:Note>", "", "072"),
            ("All bags came back.", " ", "072"),
            ("<cbc:Note>", "<cbc:Note/><cbc:Note>", "stop"),
            ("TypeCode>381<", "TypeCode>396<", "011"),
            ("TypeCode>381<", "TypeCode><", "010 011"),
            ("<cbc:CreditedQuantity unitCode=\"KGM\">100</cbc:CreditedQuantity>", "", "060 061"),
        ],
    )
}

fn purchases() -> BTreeSet<String> {
    rows(
        PURCHASE,
        &[
            ("bis:payables<", "bis:billing<", "049"),
            ("urn:peppol:bis:payables", "urn:fdc:peppol.eu:2017:poacc:payables:01:1.0", ""),
        ],
    )
}

#[test]
fn each_rule_refuses_and_accepts_as_it_is_written() {
    let groups =
        [head, parties, breakdown, totals, lines, allowances_and_charges, exports, credit_notes, purchases];
    let mut seen: BTreeSet<String> = groups.iter().flat_map(|group| group()).collect();
    assert!(seen.remove("stop"));
    let ids: BTreeSet<String> = rules_of("iras").map(|rule| rule.id.to_owned()).collect();
    let others = NEVER.iter().chain(&ENVELOPE).map(|id| (*id).to_owned());
    let told: BTreeSet<String> = seen.iter().cloned().chain(others).collect();
    assert_eq!(told, ids, "each rule is broken by a row, or one of those that never are");
    assert_eq!(seen.len(), 95 - NEVER.len() - ENVELOPE.len(), "and none of those is broken");
}

#[test]
fn a_currency_is_checked_by_the_older_list() {
    assert_eq!(broken(&EXPORT.replace("USD", "XCG")), ["IRASC5-013"]);
    assert_eq!(broken(&EXPORT.replace("USD", "ANG")), Vec::<&str>::new(), "withdrawn in 2025");
}

/// The engine takes `a and b` for false where one of them is, even if the other would stop it.
#[test]
fn what_is_false_anyway_stops_nothing() {
    let no_number = EXPORT.replacen("\"SGD\">0.00<", "\"SGD\">none<", 1);
    assert_eq!(broken(&no_number), ["stop"]);
    let in_pounds = no_number.replacen("Code>USD<", "Code>GBP<", 1);
    assert_eq!(broken(&in_pounds), ["IRASC5-035", "IRASC5-039", "IRASC5-075"]);
}

#[test]
fn what_needs_the_envelope_is_neither_broken_nor_kept() {
    let answer = answer(SALE);
    assert_eq!(answer.not_judged, ENVELOPE);
    assert_eq!((answer.name, answer.version), ("iras", "2026-09-08"));
    let others = judge(&read(SALE.as_bytes()).unwrap(), |set| set.name != "iras").sets;
    assert!(others.iter().all(|set| set.not_judged.is_empty()));
}

/// Which sets `check` applies.
fn applied(source: &str) -> Vec<&'static str> {
    check(source.as_bytes()).unwrap().sets.iter().map(|set| set.name).collect()
}

#[test]
fn an_invoice_of_singapore_is_judged_by_iras_unless_its_seller_is_not_registered() {
    assert_eq!(applied(SALE), ["pint", "pint-sg", "iras"]);
    assert_eq!(applied(&SALE.replace("SR", "NG")), ["pint", "pint-sg"]);
    assert_eq!(applied(&SALE.replacen("SR", "NG", 3)), ["pint", "pint-sg"], "the breakdown decides");
    assert_eq!(applied(&SALE.replacen("SR", "NG", 2)), ["pint", "pint-sg", "iras"]);
    assert_eq!(applied(PURCHASE), ["iras"]);
    let bis = "urn:cen.eu:en16931:2017#conformant#urn:fdc:peppol.eu:2017:poacc:billing:";
    let of_bis = |ending: &str| SALE.replacen("urn:peppol:pint:billing-1@sg-1", &format!("{bis}{ending}"), 1);
    assert_eq!(applied(&of_bis("international:sg:3.0")), ["iras"]);
    assert_eq!(broken(&of_bis("LocalTaxInvoice:sg:1.0")), Vec::<&str>::new());
    assert_eq!(applied(&of_bis("LocalTaxInvoice:sg:1.0")), ["iras"]);
}

#[test]
fn our_own_documents_of_singapore_pass_the_network_too() {
    for source in [EXPORT, SALE, CREDIT] {
        let verdict = check(source.as_bytes()).unwrap();
        assert_eq!(verdict.own, []);
        for set in &verdict.sets {
            assert_eq!(set.outcome, Outcome::Report(vec![]), "{}", set.name);
        }
    }
}
