//! Rules about lines, their allowances and charges, and their items.

use super::totals::{has_reason, is_allowance, is_charge};
use crate::{
    document::Element,
    facts::is_vat_once,
    names::{LIST_ID, Name, SCHEME_ID, UNIT_CODE, known::*},
    rule::{Answer, Check, Context, Rule, Template, fatal},
};

const GIVE_REASON: &str = "Write cbc:AllowanceChargeReason, or cbc:AllowanceChargeReasonCode, or both.";
const TWO_DECIMALS: &str = "Write the amount with at most two decimals, as 1656.25.";

pub(super) const LINE: &[Context] = &[Context::new(&[INVOICE_LINE]), Context::new(&[CREDIT_NOTE_LINE])];

pub(super) const TEMPLATES: &[Template] = &[
    Template { pattern: 0, contexts: LINE, rules: &[LINES] },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[INVOICE_LINE, ALLOWANCE_CHARGE]).when(is_allowance),
            Context::new(&[CREDIT_NOTE_LINE, ALLOWANCE_CHARGE]).when(is_allowance),
        ],
        rules: &[&[
            fatal(
                "BR-41",
                &["BT-136"],
                &[],
                Check::Exists(&[AMOUNT]),
                "An allowance on a line has no amount.",
                "Write the amount into cbc:Amount.",
            ),
            fatal(
                "BR-42",
                &["BT-139", "BT-140"],
                &[],
                Check::By(has_reason),
                "An allowance on a line has no reason.",
                GIVE_REASON,
            ),
            fatal(
                "BR-CO-07",
                &["BT-139", "BT-140"],
                &[],
                Check::Always,
                "The reason of an allowance and its code say different things.",
                "Let both say the same.",
            ),
            fatal(
                "BR-CO-23",
                &["BG-27", "BT-139", "BT-140"],
                &[],
                Check::By(has_reason),
                "An allowance on a line has neither a reason nor a code for it.",
                GIVE_REASON,
            ),
            fatal(
                "BR-DEC-24",
                &["BT-136"],
                &[AMOUNT],
                Check::TwoDecimals(AMOUNT),
                "The amount of an allowance on a line has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-25",
                &["BT-137"],
                &[BASE_AMOUNT],
                Check::TwoDecimals(BASE_AMOUNT),
                "The base of an allowance on a line has more than two decimals.",
                TWO_DECIMALS,
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[INVOICE_LINE, ALLOWANCE_CHARGE]).when(is_charge),
            Context::new(&[CREDIT_NOTE_LINE, ALLOWANCE_CHARGE]).when(is_charge),
        ],
        rules: &[&[
            fatal(
                "BR-43",
                &["BT-141"],
                &[],
                Check::Exists(&[AMOUNT]),
                "A charge on a line has no amount.",
                "Write the amount into cbc:Amount.",
            ),
            fatal(
                "BR-44",
                &["BT-144", "BT-145"],
                &[],
                Check::By(has_reason),
                "A charge on a line has no reason.",
                GIVE_REASON,
            ),
            fatal(
                "BR-CO-08",
                &["BT-144", "BT-145"],
                &[],
                Check::Always,
                "The reason of a charge and its code say different things.",
                "Let both say the same.",
            ),
            fatal(
                "BR-CO-24",
                &["BG-28", "BT-144", "BT-145"],
                &[],
                Check::By(has_reason),
                "A charge on a line has neither a reason nor a code for it.",
                GIVE_REASON,
            ),
            fatal(
                "BR-DEC-27",
                &["BT-141"],
                &[AMOUNT],
                Check::TwoDecimals(AMOUNT),
                "The amount of a charge on a line has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-28",
                &["BT-142"],
                &[BASE_AMOUNT],
                Check::TwoDecimals(BASE_AMOUNT),
                "The base of a charge on a line has more than two decimals.",
                TWO_DECIMALS,
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ADDITIONAL_ITEM_PROPERTY])],
        rules: &[&[fatal(
            "BR-54",
            &["BT-160", "BT-161"],
            &[],
            Check::By(|property| Ok(property.has(NAME) && property.has(VALUE))),
            "A property of an item lacks its name or its value.",
            "Write both cbc:Name and cbc:Value.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[INVOICE_LINE, ITEM, COMMODITY_CLASSIFICATION, ITEM_CLASSIFICATION_CODE]),
            Context::new(&[CREDIT_NOTE_LINE, ITEM, COMMODITY_CLASSIFICATION, ITEM_CLASSIFICATION_CODE]),
        ],
        rules: &[&[fatal(
            "BR-65",
            &["BT-158"],
            &[],
            Check::HasAttribute(LIST_ID),
            "A classification of an item does not say from which list it is.",
            "Add listID to cbc:ItemClassificationCode, for example HS for the Harmonized System.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[INVOICE_LINE, ITEM, STANDARD_ITEM_IDENTIFICATION, ID]),
            Context::new(&[CREDIT_NOTE_LINE, ITEM, STANDARD_ITEM_IDENTIFICATION, ID]),
        ],
        rules: &[&[fatal(
            "BR-64",
            &["BT-157"],
            &[],
            Check::HasAttribute(SCHEME_ID),
            "The standard number of an item does not say in which scheme it is.",
            "Add schemeID to cbc:ID, for example 0160 for a GTIN.",
        )]],
    },
];

const LINES: &[Rule] = &[
    fatal(
        "BR-21",
        &["BT-126"],
        &[ID],
        Check::Filled(&[ID]),
        "A line has no number.",
        "Write the line's number into cbc:ID.",
    ),
    fatal(
        "BR-22",
        &["BT-129"],
        &[],
        Check::By(|line| Ok(line.has(INVOICED_QUANTITY) || line.has(CREDITED_QUANTITY))),
        "A line has no quantity.",
        "Write it into cbc:InvoicedQuantity, in a credit note cbc:CreditedQuantity.",
    ),
    fatal(
        "BR-23",
        &["BT-130"],
        &[],
        Check::By(has_unit),
        "The quantity of a line has no unit.",
        "Add unitCode to the quantity, for example EA, KGM or C62.",
    ),
    fatal(
        "BR-24",
        &["BT-131"],
        &[],
        Check::Exists(&[LINE_EXTENSION_AMOUNT]),
        "A line has no amount.",
        "Write quantity × price, minus allowances plus charges, into cbc:LineExtensionAmount.",
    ),
    fatal(
        "BR-25",
        &["BT-153"],
        &[ITEM, NAME],
        Check::Filled(&[ITEM, NAME]),
        "The item of a line has no name.",
        "Write it into cac:Item/cbc:Name.",
    ),
    fatal(
        "BR-26",
        &["BT-146"],
        &[],
        Check::Exists(&[PRICE, PRICE_AMOUNT]),
        "A line has no price.",
        "Write the net price of one unit into cac:Price/cbc:PriceAmount.",
    ),
    fatal(
        "BR-27",
        &["BT-146"],
        &[PRICE, PRICE_AMOUNT],
        Check::By(|line| some_is_not_negative(line, &[PRICE, PRICE_AMOUNT])),
        "The price of a line is negative or missing.",
        "Write a price of 0 or more; for money given back write a negative quantity, or a credit note.",
    ),
    fatal(
        "BR-28",
        &["BT-148"],
        &[PRICE, ALLOWANCE_CHARGE, BASE_AMOUNT],
        Check::By(gross_price_is_not_negative),
        "The gross price of a line is negative.",
        "Write a gross price of 0 or more.",
    ),
    fatal(
        "BR-CO-04",
        &["BT-151"],
        &[],
        Check::By(has_vat_category),
        "A line has no VAT category.",
        "Add cac:Item/cac:ClassifiedTaxCategory with cbc:ID and cac:TaxScheme/cbc:ID VAT.",
    ),
    fatal(
        "BR-DEC-23",
        &["BT-131"],
        &[LINE_EXTENSION_AMOUNT],
        Check::TwoDecimals(LINE_EXTENSION_AMOUNT),
        "The amount of a line has more than two decimals.",
        TWO_DECIMALS,
    ),
];

pub(crate) fn has_unit(line: Element<'_>) -> Answer {
    let quantities = line.each(INVOICED_QUANTITY).chain(line.each(CREDITED_QUANTITY));
    Ok(quantities.into_iter().any(|quantity| quantity.attribute(UNIT_CODE).is_some()))
}

/// `(path) >= 0`, as doubles: some value is.
pub(crate) fn some_is_not_negative(element: Element<'_>, path: &'static [Name]) -> Answer {
    for value in element.along(path) {
        if value.compare(0.0)?.is_ge() {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(crate) fn gross_price_is_not_negative(line: Element<'_>) -> Answer {
    const GROSS: &[Name] = &[PRICE, ALLOWANCE_CHARGE, BASE_AMOUNT];
    Ok(some_is_not_negative(line, GROSS)? || !line.leads_to(GROSS))
}

/// The official test asks each category for one answer: two tax schemes in one stop it.
fn has_vat_category(line: Element<'_>) -> Answer {
    for category in line.along(&[ITEM, CLASSIFIED_TAX_CATEGORY]) {
        if is_vat_once(category)? && category.has(ID) {
            return Ok(true);
        }
    }
    Ok(false)
}
