//! Where the answer by the specification is another than the official one. The table is judged row by row, and
//! `docs/differences.md` is written from it: `TWAKOW_UPDATE=1 cargo test -p twakow-invoice differences`.

use std::{fmt::Write, fs, path::Path};

use invoice::{Outcome, check};

use crate::own::MIXED;

const EXPORT: &str = include_str!("../../../../examples/invoices/whisky-export.xml");
const SALE: &str = include_str!("../test_data/iras-sale.xml");
const PEPPER: &str = include_str!("../../../../examples/invoices/pepper-export.xml");
const CREDIT: &str = include_str!("../test_data/iras-credit.xml");

/// What the official rules do with the document.
enum Official {
    /// The set stops and reports nothing.
    CannotRun,
    /// The rule refuses.
    Refuses,
    /// The rule, and all of its set, let it pass.
    Passes,
    /// The rule lets it pass; another of the set may not.
    RulePasses,
}

/// One difference.
struct Difference {
    set: &'static str,
    rule: &'static str,
    base: &'static str,
    /// What is changed in the base: from, to; the first occurrence of each.
    changes: &'static [(&'static str, &'static str)],
    official: Official,
    /// Our finding; nothing where the specification has no fault to find.
    own: &'static str,
    clause: &'static str,
    why: &'static str,
}

const DIFFERENCES: &[Difference] = &[
    Difference {
        set: "en-ubl",
        rule: "BR-CO-17",
        base: "mixed",
        changes: &[
            (
                "126.54</cbc:TaxAmount>\n      <cac:TaxCategory>",
                "127.50</cbc:TaxAmount>\n      <cac:TaxCategory>",
            ),
            (">126.54</cbc:TaxAmount>", ">127.50</cbc:TaxAmount>"),
            (">819.24<", ">820.20<"),
            (">719.00<", ">719.96<"),
        ],
        official: Official::Passes,
        own: "tax-amount-cents",
        clause: "BR-CO-17: BT-117 = BT-116 × BT-119 ÷ 100, rounded to two decimals",
        why: "The test takes any difference of less than 1, so a tax 0.96 too high passes, as does any tax on a small invoice.",
    },
    Difference {
        set: "en-ubl",
        rule: "BR-S-08",
        base: "mixed",
        changes: &[
            (">632.70<", ">633.50<"),
            (
                "126.54</cbc:TaxAmount>\n      <cac:TaxCategory>",
                "126.70</cbc:TaxAmount>\n      <cac:TaxCategory>",
            ),
            (">126.54</cbc:TaxAmount>", ">126.70</cbc:TaxAmount>"),
            (">819.24<", ">819.40<"),
            (">719.00<", ">719.16<"),
        ],
        official: Official::Passes,
        own: "tax-base",
        clause: "BR-S-08: BT-116 is the sum of the lines, less allowances, plus charges, of the rate",
        why: "The test takes any difference of less than 1; the same rule of the other categories takes none.",
    },
    Difference {
        set: "en-ubl",
        rule: "BR-S-09",
        base: "mixed",
        changes: &[(
            "126.54</cbc:TaxAmount>\n      <cac:TaxCategory>",
            "-126.54</cbc:TaxAmount>\n      <cac:TaxCategory>",
        )],
        official: Official::RulePasses,
        own: "tax-amount",
        clause: "BR-S-09: BT-117 is BT-116 × BT-119",
        why: "Absolute values are compared, so a tax of the wrong sign passes this rule; only the totals may betray it.",
    },
    Difference {
        set: "en-ubl",
        rule: "BR-S-01",
        base: "mixed",
        changes: &[
            (
                "        <cbc:ID>Z</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>\n        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        </cac:TaxScheme>\n      </cac:TaxCategory>\n    </cac:TaxSubtotal>\n",
                "        <cbc:ID>S</cbc:ID>\n        <cbc:Percent>0.4</cbc:Percent>\n        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        </cac:TaxScheme>\n      </cac:TaxCategory>\n    </cac:TaxSubtotal>\n",
            ),
            (
                "        <cbc:ID>Z</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>",
                "        <cbc:ID>S</cbc:ID>\n        <cbc:Percent>5</cbc:Percent>",
            ),
        ],
        official: Official::RulePasses,
        own: "tax-breakdown-missing",
        clause: "BG-23: one group for each category and rate; BR-S-01, BR-S-08",
        why: "One row of category S is enough for the test, whatever the rates: a rate of lines without a row is not missed.",
    },
    Difference {
        set: "en-ubl",
        rule: "BR-CO-09",
        base: "mixed",
        changes: &[("<cbc:CompanyID>GB980780684<", "<cbc:CompanyID>E 980780684<")],
        official: Official::Passes,
        own: "vat-id-prefix",
        clause: "BR-CO-09: a prefix by ISO 3166-1 alpha-2",
        why: "The two letters are looked for anywhere in the list written as one text, so the end of one code and the space after it pass.",
    },
    Difference {
        set: "en-ubl",
        rule: "BR-CL-08",
        base: "mixed",
        changes: &[(
            "</cbc:InvoiceTypeCode>",
            "</cbc:InvoiceTypeCode>\n  <cbc:Note>#A A#Terms of delivery</cbc:Note>",
        )],
        official: Official::Passes,
        own: "note-subject-code",
        clause: "BR-CL-08: BT-21 by UNTDID 4451",
        why: "The code is looked for anywhere in the list written as one text.",
    },
    Difference {
        set: "en-ubl",
        rule: "BR-CO-26",
        base: "mixed",
        changes: &[("<cbc:CompanyID>01471587</cbc:CompanyID>", "<cbc:CompanyID></cbc:CompanyID>")],
        official: Official::Passes,
        own: "identifier-empty",
        clause: "BR-CO-26: BT-29, BT-30 or BT-31 shall be present",
        why: "The element is enough, what it says is not looked at.",
    },
    Difference {
        set: "peppol",
        rule: "PEPPOL-COMMON-R040",
        base: "mixed",
        changes: &[("7300010000001", "0")],
        official: Official::Passes,
        own: "gln",
        clause: "GS1 General Specifications: a GLN has 13 digits",
        why: "The check digit is worked out over any length, and 0 is its own.",
    },
    Difference {
        set: "peppol",
        rule: "PEPPOL-EN16931-R043",
        base: "mixed",
        changes: &[("<cbc:ChargeIndicator>false<", "<cbc:ChargeIndicator>0<")],
        official: Official::Refuses,
        own: "",
        clause: "XML Schema, xs:boolean: true, false, 1 and 0; BG-20",
        why: "Only the words pass, though the schema and EN 16931 take the digits.",
    },
    Difference {
        set: "en-ubl",
        rule: "BR-DEC-16",
        base: "mixed",
        changes: &[(">100.00</cbc:PrepaidAmount>", ">100.00 </cbc:PrepaidAmount>")],
        official: Official::Refuses,
        own: "",
        clause: "BR-DEC-16: at most two decimals",
        why: "Decimals are counted as characters after the point, so a space at the end counts as a third.",
    },
    Difference {
        set: "en-ubl",
        rule: "BR-CO-16",
        base: "mixed",
        changes: &[(">719.00<", ">719,00<")],
        official: Official::CannotRun,
        own: "official-rules-stop",
        clause: "BT-115 is an amount; XPath 2.0, casting to xs:decimal",
        why: "The rules end with a type error instead of a finding, so nothing at all is reported of the document.",
    },
    Difference {
        set: "en-ubl",
        rule: "BR-02",
        base: "export",
        changes: &[(
            "<cbc:ID>LD-2026-0317</cbc:ID>",
            "<cbc:ID>LD-2026-0317</cbc:ID><cbc:ID>LD-2026-0317</cbc:ID>",
        )],
        official: Official::CannotRun,
        own: "ubl-element-repeated",
        clause: "BT-1, once; UBL 2.1, Invoice/cbc:ID",
        why: "A function that takes one value ends the run where there are two.",
    },
    Difference {
        set: "pint",
        rule: "ibr-co-14",
        base: "credit",
        changes: &[("<cbc:TaxAmount currencyID=\"SGD\">", "<cbc:TaxAmount currencyID=\"SGD\">1")],
        official: Official::RulePasses,
        own: "tax-total",
        clause: "ibr-co-14: the tax total is the sum of the breakdown",
        why: "The path for credit notes is spelled Taxtotal, so the rule never looks at one.",
    },
    Difference {
        set: "pint",
        rule: "ibr-co-15",
        base: "pepper",
        changes: &[
            (
                "  <cac:TaxTotal>\n    <cbc:TaxAmount currencyID=\"USD\">0.00</cbc:TaxAmount>",
                "  <cac:TaxTotal>\n    <cbc:TaxAmount currencyID=\"SGD\">0.00</cbc:TaxAmount>\n  </cac:TaxTotal>\n  <cac:TaxTotal>\n    <cbc:TaxAmount currencyID=\"USD\">0.00</cbc:TaxAmount>",
            ),
            (
                "  </cac:TaxTotal>\n  <cac:TaxTotal>\n    <cbc:TaxAmount currencyID=\"SGD\">0.00</cbc:TaxAmount>\n  </cac:TaxTotal>\n  <cac:LegalMonetaryTotal>",
                "  </cac:TaxTotal>\n  <cac:LegalMonetaryTotal>",
            ),
        ],
        official: Official::Refuses,
        own: "",
        clause: "ibr-co-15 and IBT-110, IBT-111: the total with tax is the total without it plus the tax in the invoice's currency",
        why: "Only the first tax total is read. UBL gives the two no order, so an invoice with the Singapore dollars first is refused.",
    },
    Difference {
        set: "pint-sg",
        rule: "BR-48-GST-SG",
        base: "sale",
        changes: &[(
            "<cbc:TaxAmount currencyID=\"SGD\">90.00</cbc:TaxAmount>\n      <cac:TaxCategory><cbc:ID>SR</cbc:ID><cbc:Percent>9</cbc:Percent>",
            "<cbc:TaxAmount currencyID=\"SGD\">90.00</cbc:TaxAmount>\n      <cac:TaxCategory><cbc:ID>SR</cbc:ID>",
        )],
        official: Official::RulePasses,
        own: "tax-rate-missing",
        clause: "BR-48-GST-SG: a rate for each category except one that is not registered",
        why: "The test asks whether the result of a comparison exists, which it always does.",
    },
    Difference {
        set: "pint-sg",
        rule: "BR-CO-17-GST-SG",
        base: "sale",
        changes: &[
            ("<cbc:TaxAmount currencyID=\"SGD\">90.00", "<cbc:TaxAmount currencyID=\"SGD\">91.90"),
            ("<cbc:TaxAmount currencyID=\"SGD\">90.00", "<cbc:TaxAmount currencyID=\"SGD\">91.90"),
            (">1090.00<", ">1091.90<"),
            (">90.01<", ">91.91<"),
        ],
        official: Official::Passes,
        own: "tax-amount",
        clause: "BR-CO-17-GST-SG: the tax is the taxable amount times the rate",
        why: "The test takes any difference of less than 2, so a tax of S$91.90 on S$1,000.00 at 9 % passes.",
    },
    Difference {
        set: "pint",
        rule: "ibr-cl-25",
        base: "sale",
        changes: &[("SGUEN200312345H", "hello")],
        official: Official::Passes,
        own: "uen",
        clause: "Peppol code list of participant identifier schemes: 0195, the shape of a UEN after SGUEN",
        why: "The scheme is looked at, the identifier is not: nobody can be found under it.",
    },
];

fn document(difference: &Difference) -> String {
    let base = match difference.base {
        "mixed" => MIXED,
        "export" => EXPORT,
        "sale" => SALE,
        "pepper" => PEPPER,
        _ => CREDIT,
    };
    difference.changes.iter().fold(base.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{}: {from}", difference.rule);
        text.replacen(from, to, 1)
    })
}

#[test]
fn each_difference_is_one() {
    for difference in DIFFERENCES {
        let verdict = check(document(difference).as_bytes()).unwrap();
        let set = verdict.sets.iter().find(|set| set.name == difference.set).unwrap();
        let told = match &set.outcome {
            Outcome::CannotRun(_) => None,
            Outcome::Report(findings) => Some(findings.iter().map(|finding| finding.id).collect::<Vec<_>>()),
        };
        let (rule, own) = (difference.rule, &verdict.own);
        match (&difference.official, &told) {
            (Official::CannotRun, None) => {}
            (Official::Refuses, Some(ids)) => assert!(ids.contains(&rule), "{rule} does not refuse: {ids:?}"),
            (Official::Passes, Some(ids)) => assert!(ids.is_empty(), "{rule}: {ids:?}"),
            (Official::RulePasses, Some(ids)) => assert!(!ids.contains(&rule), "{rule} refuses"),
            (Official::CannotRun, Some(_))
            | (Official::Refuses | Official::Passes | Official::RulePasses, None) => {
                panic!("{rule}: {told:?}")
            }
        }
        if difference.own.is_empty() {
            assert_eq!(own, &[], "{rule}");
        } else {
            assert!(own.iter().any(|finding| finding.id == difference.own), "{rule}: {own:#?}");
        }
        assert!(invoice::rules_of(difference.set).any(|known| known.id == rule), "{rule} is no rule");
    }
}

#[test]
fn each_base_passes_both_so_that_the_change_alone_makes_the_difference() {
    for base in [MIXED, EXPORT, SALE, PEPPER, CREDIT] {
        let verdict = check(base.as_bytes()).unwrap();
        assert_eq!(verdict.own, []);
        assert!(verdict.sets.iter().all(|set| set.outcome == Outcome::Report(vec![])));
    }
}

fn page() -> String {
    let mut page = String::from(
        "# Where the specification and its official rules say different things\n\nEach row is one small document that is judged in a \
         test: by the official rules as they are written, and by what the\nspecification says. Base documents: `mixed` is \
         `crates/invoice/data/examples/mixed.xml`, `export` is\n`examples/invoices/whisky-export.xml`, `pepper` is `pepper-export.xml` beside it, `sale` and `credit` are \
         `crates/invoice/tests/test_data/iras-sale.xml` and `iras-credit.xml`;\neach of them passes both. The official answers are those of Twakow's own rules, which agree with the official engine on all recorded \
         documents (conformance.md).\nWritten by \
         `TWAKOW_UPDATE=1 cargo test -p twakow-invoice differences`.\n",
    );
    for difference in DIFFERENCES {
        let version =
            invoice::rule_sets().find(|set| set.name == difference.set).map_or("", |set| set.version);
        let official = match difference.official {
            Official::CannotRun => "the run ends with an error, and nothing is reported",
            Official::Refuses => "refused by this rule",
            Official::Passes => "accepted",
            Official::RulePasses => "this rule finds nothing",
        };
        let ours = if difference.own.is_empty() {
            "nothing is wrong".to_owned()
        } else {
            format!("`{}`", difference.own)
        };
        // Writing to a string cannot fail.
        write!(
            page,
            "\n## {} ({} {version})\n\n{}\n\n- official: {official}\n- specification: {ours}\n- clause: {}\n- document: `{}` with\n",
            difference.rule, difference.set, difference.why, difference.clause, difference.base
        )
        .ok();
        for (from, to) in difference.changes {
            write!(page, "\n```diff\n{}\n{}\n```\n", marked('-', from), marked('+', to)).ok();
        }
    }
    page
}

fn marked(mark: char, text: &str) -> String {
    text.lines().map(|line| format!("{mark} {line}")).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_page_of_differences_is_written_from_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/differences.md");
    if std::env::var_os("TWAKOW_UPDATE").is_some() {
        fs::write(&path, page()).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        page(),
        "run with TWAKOW_UPDATE=1 and commit the page"
    );
}
