//! Rules of Norway, Denmark and Sweden.

use super::ask::{
    address_says, has_text, is_exactly_from, normal_length, string, supplier_country, tax_ids, text_of,
    vat_schemes, word,
};
use crate::{
    cast::number,
    digits,
    document::Element,
    names::{CREDIT_NOTE, INVOICE, LIST_ID, LIST_VERSION_ID, Name, SCHEME_ID, known::*},
    rule::{Answer, Cause, Check, Context, Rule, Stop, Template, both, fatal, warning},
    text::{is_blank, is_digits, normalized, part, trimmed},
};

const SELLER: &[Name] = &[ACCOUNTING_SUPPLIER_PARTY, PARTY];
const BUYER: &[Name] = &[ACCOUNTING_CUSTOMER_PARTY, PARTY];

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 3,
        contexts: &[Context::new(SELLER).when(|party| Ok(supplier_country(party.document())? == "NO"))],
        rules: &[NORWAY],
    },
    Template {
        pattern: 4,
        contexts: &[
            Context::new(&[CREDIT_NOTE])
                .when(|root| is_exactly_from(root.document(), ACCOUNTING_SUPPLIER_PARTY, "DK")),
            Context::new(&[INVOICE])
                .when(|root| is_exactly_from(root.document(), ACCOUNTING_SUPPLIER_PARTY, "DK")),
        ],
        rules: &[DENMARK],
    },
    Template {
        pattern: 4,
        contexts: &[
            Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_IDENTIFICATION]).when(within_denmark),
            Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_IDENTIFICATION]).when(within_denmark),
        ],
        rules: &[&[fatal(
            "DK-R-013",
            &["BT-29", "BT-46"],
            &[ID],
            Check::By(|party| Ok(!party.has(ID) || !is_blank(only_scheme(party, &[ID])?))),
            "A Danish party's identifier has no scheme.",
            "Write the scheme into schemeID, as 0184 for a CVR number or 0088 for a GLN.",
        )]],
    },
    Template {
        pattern: 4,
        contexts: &[Context::new(&[INVOICE, PAYMENT_MEANS]).when(within_denmark)],
        rules: &[DANISH_PAYMENT],
    },
    Template {
        pattern: 4,
        contexts: &[Context::new(BUYER).when(within_denmark)],
        rules: &[&[fatal(
            "DK-R-017",
            &["BT-47-1"],
            &[PARTY_LEGAL_ENTITY, COMPANY_ID],
            Check::By(|party| is_in_danish_register(party, &[PARTY_LEGAL_ENTITY, COMPANY_ID])),
            "The registration number of a Danish buyer is not said to be a CVR number.",
            "Write 0184 into schemeID.",
        )]],
    },
    Template {
        pattern: 4,
        contexts: &[
            Context::new(&[CREDIT_NOTE, CREDIT_NOTE_LINE]).when(within_denmark),
            Context::new(&[INVOICE, INVOICE_LINE]).when(within_denmark),
        ],
        rules: &[&[fatal(
            "DK-R-003",
            &["BT-158-2"],
            &[ITEM, COMMODITY_CLASSIFICATION, ITEM_CLASSIFICATION_CODE],
            Check::By(|line| {
                let codes = || line.along(&[ITEM, COMMODITY_CLASSIFICATION, ITEM_CLASSIFICATION_CODE]);
                let versions = ["19.05.01", "19.0501", "26.08.01", "26.0801"];
                Ok(!codes().any(|code| code.attribute(LIST_ID) == Some("TST"))
                    || codes()
                        .filter_map(|code| code.attribute(LIST_VERSION_ID))
                        .any(|version| versions.contains(&version)))
            }),
            "A code of UNSPSC comes from a version that Denmark does not use.",
            "Write 19.05.01 or 26.08.01 into listVersionID.",
        )]],
    },
    Template {
        pattern: 4,
        contexts: &[Context::new(&[ALLOWANCE_CHARGE]).when(within_denmark)],
        rules: &[&[fatal(
            "DK-R-004",
            &["BT-97", "BT-98", "BT-104", "BT-105"],
            &[ALLOWANCE_CHARGE_REASON],
            Check::By(mutual_reason_is_coded),
            "The reason ZZZ stands without a code of four digits or a code and a text divided by #.",
            "Write such a code into cbc:AllowanceChargeReason.",
        )]],
    },
    Template { pattern: 6, contexts: &[Context::new(SELLER).when(is_swedish_vat_payer)], rules: &[SWEDEN] },
    Template {
        pattern: 6,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY]).when(|entity| {
            Ok(entity.parent().is_some_and(|party| address_says(party, "SE")) && entity.has(COMPANY_ID))
        })],
        rules: &[SWEDISH_COMPANY],
    },
    Template {
        pattern: 6,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME, COMPANY_ID])
            .when(is_other_swedish_id)],
        rules: &[&[fatal(
            "SE-R-005",
            &["BT-32"],
            &[],
            Check::By(|id| Ok(normalized(&id.text().to_uppercase()) == "GODKÄND FÖR F-SKATT")),
            "A Swedish seller's registration for other tax does not say that it is approved for F-tax.",
            "Write Godkänd för F-skatt.",
        )]],
    },
    Template {
        pattern: 6,
        contexts: &[
            Context::new(&[TAX_CATEGORY]).when(is_swedish_standard_rate),
            Context::new(&[CLASSIFIED_TAX_CATEGORY]).when(is_swedish_standard_rate),
        ],
        rules: &[&[fatal(
            "SE-R-006",
            &["BT-96", "BT-103", "BT-119", "BT-152"],
            &[PERCENT],
            Check::By(|category| {
                let rate = number(string(category, &[PERCENT])?);
                Ok([25.0, 12.0, 6.0].contains(&rate))
            }),
            "Sweden has no standard rate of this height.",
            "Write 25, 12 or 6 per cent.",
        )]],
    },
    Template {
        pattern: 6,
        contexts: &[Context::new(&[PAYMENT_MEANS, PAYEE_FINANCIAL_ACCOUNT, ID])
            .when(|id| is_swedish_giro(id, "SE:PLUSGIRO"))],
        rules: &[&[
            warning(
                "SE-R-007",
                &["BT-84"],
                &[],
                Check::By(|id| Ok(is_number(&normalized(id.text())))),
                "A Plusgiro account holds more than digits.",
                "Write the digits alone.",
            ),
            warning(
                "SE-R-010",
                &["BT-84"],
                &[],
                Check::By(|id| Ok((2..=8).contains(&normal_length(id.text())))),
                "A Plusgiro account does not have two to eight digits.",
                "Write two to eight digits.",
            ),
        ]],
    },
    Template {
        pattern: 6,
        contexts: &[Context::new(&[PAYMENT_MEANS, PAYEE_FINANCIAL_ACCOUNT, ID])
            .when(|id| is_swedish_giro(id, "SE:BANKGIRO"))],
        rules: &[&[
            warning(
                "SE-R-008",
                &["BT-84"],
                &[],
                Check::By(|id| Ok(is_number(&normalized(id.text())))),
                "A Bankgiro account holds more than digits.",
                "Write the digits alone.",
            ),
            warning(
                "SE-R-009",
                &["BT-84"],
                &[],
                Check::By(|id| Ok((7..=8).contains(&normal_length(id.text())))),
                "A Bankgiro account does not have seven or eight digits.",
                "Write seven or eight digits.",
            ),
        ]],
    },
    Template {
        pattern: 6,
        contexts: &[Context::new(&[PAYMENT_MEANS]).when(|means| {
            Ok(some_party_from_sweden(means, ACCOUNTING_SUPPLIER_PARTY)
                && (has_text(means, &[PAYMENT_MEANS_CODE], "50")
                    || has_text(means, &[PAYMENT_MEANS_CODE], "56")))
        })],
        rules: &[&[warning(
            "SE-R-011",
            &["BT-81"],
            &[PAYMENT_MEANS_CODE],
            Check::By(|_| Ok(false)),
            "A Swedish giro account is named by an old code.",
            "Write 30, with SE:BANKGIRO or SE:PLUSGIRO as the institution.",
        )]],
    },
    Template {
        pattern: 6,
        contexts: &[Context::new(&[PAYMENT_MEANS]).when(|means| {
            Ok(some_party_from_sweden(means, ACCOUNTING_SUPPLIER_PARTY)
                && some_party_from_sweden(means, ACCOUNTING_CUSTOMER_PARTY)
                && has_text(means, &[PAYMENT_MEANS_CODE], "31"))
        })],
        rules: &[&[warning(
            "SE-R-012",
            &["BT-81"],
            &[PAYMENT_MEANS_CODE],
            Check::By(|_| Ok(false)),
            "A payment within Sweden is said to be a debit transfer.",
            "Write 30 for a credit transfer.",
        )]],
    },
];

const NORWAY: &[Rule] = &[
    warning(
        "NO-R-002",
        &["BT-32"],
        &[PARTY_TAX_SCHEME, COMPANY_ID],
        Check::By(|party| {
            let ids = tax_ids(party, "TAX")?;
            Ok(only_of(&ids)?.is_some_and(|id| normalized(id.text()) == "Foretaksregisteret"))
        }),
        "A Norwegian seller does not say that it stands in the register of enterprises.",
        "Write Foretaksregisteret into cbc:CompanyID with the tax scheme TAX.",
    ),
    fatal(
        "NO-R-001",
        &["BT-31"],
        &[PARTY_TAX_SCHEME, COMPANY_ID],
        Check::By(norwegian_vat_is_right),
        "A Norwegian VAT identifier is not NO, nine digits and MVA, or its check digit is wrong.",
        "Write it as NO974760673MVA.",
    ),
];

pub(super) fn only_of<'d>(found: &[Element<'d>]) -> Result<Option<Element<'d>>, Stop> {
    match found.get(1) {
        Some(second) => Err(second.stop(Cause::MoreThanOne)),
        None => Ok(found.first().copied()),
    }
}

fn is_number(text: &str) -> bool {
    !number(text).is_nan()
}

fn norwegian_vat_is_right(party: Element<'_>) -> Answer {
    let mut numbers = Vec::new();
    for scheme in party.each(PARTY_TAX_SCHEME) {
        if word(scheme, &[TAX_SCHEME, ID])? == "VAT" {
            numbers.push((scheme, string(scheme, &[COMPANY_ID])?));
        }
    }
    if !numbers.iter().any(|(_, number)| number.starts_with("NO")) {
        return Ok(true);
    }
    if let Some((second, _)) = numbers.get(1) {
        return Err(second.stop(Cause::MoreThanOne));
    }
    Ok(numbers.first().and_then(|(_, number)| number.strip_prefix("NO")).is_some_and(|rest| {
        rest.strip_suffix("MVA").is_some_and(|number| is_digits(number, 9))
            && digits::mod11(&part(rest, 0, 9))
    }))
}

pub(super) fn within(element: Element<'_>, country: &str) -> Answer {
    Ok(is_exactly_from(element.document(), ACCOUNTING_SUPPLIER_PARTY, country)?
        && is_exactly_from(element.document(), ACCOUNTING_CUSTOMER_PARTY, country)?)
}

fn within_denmark(element: Element<'_>) -> Answer {
    within(element, "DK")
}

/// `path/@schemeID` where a function takes one or none.
fn only_scheme<'d>(element: Element<'d>, path: &'static [Name]) -> Result<&'d str, Stop> {
    let ids: Vec<Element<'d>> = element.along(path).filter(|id| id.attribute(SCHEME_ID).is_some()).collect();
    Ok(only_of(&ids)?.and_then(|id| id.attribute(SCHEME_ID)).unwrap_or(""))
}

fn is_in_danish_register(element: Element<'_>, path: &'static [Name]) -> Answer {
    Ok(!element.leads_to(path) || trimmed(only_scheme(element, path)?) == "0184")
}

pub(super) const COMPANY: &[Name] = &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID];

const DENMARK: &[Rule] = &[
    fatal(
        "DK-R-002",
        &["BT-30"],
        COMPANY,
        Check::By(|root| Ok(!is_blank(text_of(root, COMPANY)?.unwrap_or("")))),
        "A Danish seller has no registration number.",
        "Write the CVR number into cac:PartyLegalEntity/cbc:CompanyID.",
    ),
    fatal(
        "DK-R-014",
        &["BT-30-1"],
        COMPANY,
        Check::By(|root| is_in_danish_register(root, COMPANY)),
        "The registration number of a Danish seller is not said to be a CVR number.",
        "Write 0184 into schemeID.",
    ),
    fatal(
        "DK-R-016",
        &["BT-115"],
        &[LEGAL_MONETARY_TOTAL, PAYABLE_AMOUNT],
        Check::By(|root| {
            let document = root.document();
            if !document.is_credit_note() {
                return Ok(true);
            }
            let negative = both(is_exactly_from(document, ACCOUNTING_CUSTOMER_PARTY, "DK"), || {
                let payable = text_of(root, &[LEGAL_MONETARY_TOTAL, PAYABLE_AMOUNT])?;
                Ok(payable.is_some_and(|payable| number(payable) < 0.0))
            });
            Ok(!negative?)
        }),
        "A Danish credit note asks for a negative amount.",
        "Write the amount without a sign, or send an invoice.",
    ),
];

pub(super) const ACCOUNT: &[Name] = &[PAYEE_FINANCIAL_ACCOUNT, ID];

pub(super) fn is_paid_by(means: Element<'_>, code: &str) -> bool {
    has_text(means, &[PAYMENT_MEANS_CODE], code)
}

fn is_filled(means: Element<'_>, path: &'static [Name]) -> Answer {
    Ok(!is_blank(text_of(means, path)?.unwrap_or("")))
}

/// Whether the payment's reference begins with one of `kinds`.
fn reference_begins(means: Element<'_>, kinds: &[&str]) -> Answer {
    let reference = string(means, &[PAYMENT_ID])?;
    Ok(kinds.iter().any(|kind| reference.starts_with(kind)))
}

fn reference_length(means: Element<'_>) -> Result<usize, Stop> {
    Ok(string(means, &[PAYMENT_ID])?.chars().count())
}

const DANISH_PAYMENT: &[Rule] = &[
    fatal(
        "DK-R-005",
        &["BT-81"],
        &[PAYMENT_MEANS_CODE],
        Check::By(|means| {
            let code = format!(" {} ", string(means, &[PAYMENT_MEANS_CODE])?);
            Ok(" 1 10 31 42 48 49 50 58 59 93 97 ".contains(&code))
        }),
        "Denmark does not use this means of payment.",
        "Write 1, 10, 31, 42, 48, 49, 50, 58, 59, 93 or 97.",
    ),
    fatal(
        "DK-R-006",
        &["BT-84", "BT-86"],
        ACCOUNT,
        Check::By(|means| {
            Ok(!(is_paid_by(means, "31") || is_paid_by(means, "42"))
                || is_filled(means, ACCOUNT)?
                    && is_filled(means, &[PAYEE_FINANCIAL_ACCOUNT, FINANCIAL_INSTITUTION_BRANCH, ID])?)
        }),
        "A Danish transfer lacks the account or the bank's registration number.",
        "Write cac:PayeeFinancialAccount/cbc:ID and cac:FinancialInstitutionBranch/cbc:ID.",
    ),
    fatal(
        "DK-R-007",
        &["BT-89", "BT-91"],
        &[PAYMENT_MANDATE],
        Check::By(|means| {
            Ok(!is_paid_by(means, "49")
                || is_filled(means, &[PAYMENT_MANDATE, ID])?
                    && is_filled(means, &[PAYMENT_MANDATE, PAYER_FINANCIAL_ACCOUNT, ID])?)
        }),
        "A Danish direct debit lacks the mandate or the account that is debited.",
        "Write cac:PaymentMandate/cbc:ID and cac:PayerFinancialAccount/cbc:ID.",
    ),
    fatal(
        "DK-R-008",
        &["BT-83", "BT-84"],
        &[PAYMENT_ID],
        Check::By(|means| {
            if !is_paid_by(means, "50") {
                return Ok(true);
            }
            let account = |means| Ok(string(means, ACCOUNT)?.len());
            Ok(reference_begins(means, &["01#", "04#", "15#"])?
                && (7..=8).contains(&account(means)?)
                && string(means, ACCOUNT)?.bytes().all(|byte| byte.is_ascii_digit()))
        }),
        "A Danish giro payment has no reference of kind 01, 04 or 15, or no account of seven or eight digits.",
        "Begin cbc:PaymentID with 01#, 04# or 15#, and write the account's digits.",
    ),
    fatal(
        "DK-R-009",
        &["BT-83"],
        &[PAYMENT_ID],
        Check::By(|means| {
            Ok(!is_paid_by(means, "50")
                || !reference_begins(means, &["04#", "15#"])?
                || reference_length(means)? == 19)
        }),
        "A Danish giro reference of kind 04 or 15 does not have sixteen digits.",
        "Write sixteen digits after 04# or 15#.",
    ),
    fatal(
        "DK-R-010",
        &["BT-83", "BT-84"],
        &[PAYMENT_ID],
        Check::By(|means| {
            Ok(!is_paid_by(means, "93")
                || reference_begins(means, &["71#", "73#", "75#"])?
                    && text_of(means, ACCOUNT)?.unwrap_or("").chars().count() == 8)
        }),
        "A Danish FIK payment has no reference of kind 71, 73 or 75, or no account of eight digits.",
        "Begin cbc:PaymentID with 71#, 73# or 75#, and write the creditor's eight digits.",
    ),
    fatal(
        "DK-R-011",
        &["BT-83"],
        &[PAYMENT_ID],
        Check::By(|means| {
            Ok(!is_paid_by(means, "93")
                || !reference_begins(means, &["71#", "75#"])?
                || (18..=19).contains(&reference_length(means)?))
        }),
        "A Danish FIK reference of kind 71 or 75 does not have fifteen or sixteen digits.",
        "Write fifteen or sixteen digits after 71# or 75#.",
    ),
];

fn mutual_reason_is_coded(modifier: Element<'_>) -> Answer {
    if !has_text(modifier, &[ALLOWANCE_CHARGE_REASON_CODE], "ZZZ") {
        return Ok(true);
    }
    let text = text_of(modifier, &[ALLOWANCE_CHARGE_REASON])?.unwrap_or("");
    let reason = string(modifier, &[ALLOWANCE_CHARGE_REASON])?;
    let coded = normal_length(text) == 4 && (0.0..=9999.0).contains(&number(reason));
    Ok(coded || reason.contains('#') && !reason.starts_with('#') && !reason.ends_with('#'))
}

/// A seller with a Swedish address and a VAT identifier that begins with SE.
fn is_swedish_vat_payer(party: Element<'_>) -> Answer {
    if !address_says(party, "SE") {
        return Ok(false);
    }
    for scheme in vat_schemes(party) {
        if string(scheme, &[COMPANY_ID])?.starts_with("SE") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `//name/cac:Party[…]` from Sweden.
fn some_party_from_sweden(element: Element<'_>, name: Name) -> bool {
    let document = element.document();
    document.all(name).any(|party| party.each(PARTY).any(|party| address_says(party, "SE")))
}

fn is_swedish_standard_rate(category: Element<'_>) -> Answer {
    let document = category.document();
    for seller in document.all(ACCOUNTING_SUPPLIER_PARTY) {
        for party in seller.each(PARTY) {
            if is_swedish_vat_payer(party)? {
                return Ok(has_text(category, &[ID], "S"));
            }
        }
    }
    Ok(false)
}

fn is_other_swedish_id(id: Element<'_>) -> Answer {
    let Some(scheme) = id.parent() else { return Ok(false) };
    let swedish = scheme
        .parent()
        .is_some_and(|party| address_says(party, "SE") && party.leads_to(&[PARTY_LEGAL_ENTITY, COMPANY_ID]));
    let name = string(scheme, &[TAX_SCHEME, ID])?;
    Ok(swedish && trimmed(&name.to_uppercase()) != "VAT")
}

fn is_swedish_giro(id: Element<'_>, institution: &str) -> Answer {
    let Some(means) = id.parent().and_then(Element::parent) else { return Ok(false) };
    let branch = &[PAYEE_FINANCIAL_ACCOUNT, FINANCIAL_INSTITUTION_BRANCH, ID];
    Ok(some_party_from_sweden(means, ACCOUNTING_SUPPLIER_PARTY)
        && word(means, &[PAYMENT_MEANS_CODE])? == "30"
        && word(means, branch)? == institution)
}

fn swedish_vat_id(party: Element<'_>) -> Result<&str, Stop> {
    let ids: Vec<Element<'_>> = vat_schemes(party).flat_map(|scheme| scheme.each(COMPANY_ID)).collect();
    Ok(only_of(&ids)?.map_or("", Element::text))
}

const SWEDEN: &[Rule] = &[
    fatal(
        "SE-R-001",
        &["BT-31"],
        &[PARTY_TAX_SCHEME, COMPANY_ID],
        Check::By(|party| Ok(normal_length(swedish_vat_id(party)?) == 14)),
        "A Swedish VAT identifier does not have fourteen characters.",
        "Write SE and twelve digits.",
    ),
    fatal(
        "SE-R-002",
        &["BT-31"],
        &[PARTY_TAX_SCHEME, COMPANY_ID],
        Check::By(|party| Ok(is_number(&part(swedish_vat_id(party)?, 2, 12)))),
        "A Swedish VAT identifier holds more than digits after SE.",
        "Write SE and twelve digits.",
    ),
];

const SWEDISH_COMPANY: &[Rule] = &[
    fatal(
        "SE-R-003",
        &["BT-30"],
        &[COMPANY_ID],
        Check::By(|entity| Ok(is_number(string(entity, &[COMPANY_ID])?))),
        "A Swedish organisation number holds more than digits.",
        "Write ten digits without a hyphen.",
    ),
    fatal(
        "SE-R-004",
        &["BT-30"],
        &[COMPANY_ID],
        Check::By(|entity| Ok(normal_length(string(entity, &[COMPANY_ID])?) == 10)),
        "A Swedish organisation number does not have ten digits.",
        "Write ten digits without a hyphen.",
    ),
    fatal(
        "SE-R-013",
        &["BT-30"],
        &[COMPANY_ID],
        Check::By(|entity| Ok(digits::swedish(&normalized(string(entity, &[COMPANY_ID])?)))),
        "The check digit of a Swedish organisation number is wrong.",
        "Write the number as the companies' register has it.",
    ),
];
