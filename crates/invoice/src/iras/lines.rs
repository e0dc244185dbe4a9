//! Rules about lines.

use super::{amounts::has_under_gst, is_listed, is_said, word};
use crate::{
    document::Element,
    en16931::totals::{is_allowance, is_charge},
    names::{CURRENCY_ID, UNIT_CODE, known::*},
    rule::{Answer, Check, Context, Rule, Template, fatal},
};

const EACH_LINE: &[Context] = &[Context::new(&[INVOICE_LINE]), Context::new(&[CREDIT_NOTE_LINE])];

pub(super) const LINES: &[Template] = &[
    Template { pattern: 6, contexts: EACH_LINE, rules: &[LINE] },
    Template {
        pattern: 6,
        contexts: &[Context::new(&[CLASSIFIED_TAX_CATEGORY, ID])],
        rules: &[&[fatal(
            "IRASC5-066",
            &["IBT-151"],
            &[],
            Check::By(|code| is_listed(code.text(), "IRASC5-066")),
            "The GST category of an item is none that IRAS takes here; TXRC-TS is none of them, though a breakdown may have it.",
            "Write SR, ZR, ES33 or another category of supplies; for a purchase TX, IM or another category of purchases.",
        )]],
    },
    Template { pattern: 7, contexts: EACH_LINE, rules: &[TAX_AND_PRICE] },
];

const LINE: &[Rule] = &[
    fatal(
        "IRASC5-059",
        &["IBT-126"],
        &[ID],
        Check::Filled(&[ID]),
        "A line has no number.",
        "Write the line's number into cbc:ID.",
    ),
    fatal(
        "IRASC5-060",
        &["IBT-129"],
        &[],
        Check::By(|line| Ok(line.has(INVOICED_QUANTITY) || line.has(CREDITED_QUANTITY))),
        "A line has no quantity.",
        "Write it into cbc:InvoicedQuantity, or cbc:CreditedQuantity of a credit note.",
    ),
    fatal(
        "IRASC5-061",
        &["IBT-130"],
        &[],
        Check::By(has_unit),
        "The quantity of a line has no unit.",
        "Add unitCode to the quantity, as C62 for pieces or KGM for kilograms.",
    ),
    fatal(
        "IRASC5-062",
        &["IBT-131"],
        &[],
        Check::Exists(&[LINE_EXTENSION_AMOUNT]),
        "A line has no amount.",
        "Write it into cbc:LineExtensionAmount.",
    ),
    fatal(
        "IRASC5-063",
        &["IBT-131"],
        &[LINE_EXTENSION_AMOUNT],
        Check::Filled(&[LINE_EXTENSION_AMOUNT]),
        "The amount of a line is empty or missing.",
        "Write it into cbc:LineExtensionAmount.",
    ),
    fatal(
        "IRASC5-064",
        &["IBT-153"],
        &[ITEM, NAME],
        Check::Filled(&[ITEM, NAME]),
        "The item of a line has no name.",
        "Write it into cac:Item/cbc:Name.",
    ),
    fatal(
        "IRASC5-065",
        &["IBT-151"],
        &[],
        Check::By(|line| Ok(has_under_gst(line, &[ITEM, CLASSIFIED_TAX_CATEGORY], ID))),
        "The item of a line has no GST category.",
        "Write the code into cac:ClassifiedTaxCategory/cbc:ID, and GST into its cac:TaxScheme/cbc:ID.",
    ),
];

const TAX_AND_PRICE: &[Rule] = &[
    fatal(
        "IRASC5-067",
        &["IBT-152"],
        &[],
        Check::By(|line| Ok(has_under_gst(line, &[ITEM, CLASSIFIED_TAX_CATEGORY], PERCENT))),
        "The item of a line has no rate of GST.",
        "Write the rate into cac:ClassifiedTaxCategory/cbc:Percent, 0 where none is due.",
    ),
    fatal(
        "IRASC5-068",
        &["IBT-167"],
        &[ITEM, CLASSIFIED_TAX_CATEGORY, TAX_SCHEME, ID],
        Check::By(|line| Ok(word(line, &[ITEM, CLASSIFIED_TAX_CATEGORY, TAX_SCHEME, ID])? == "GST")),
        "The tax of an item is not GST.",
        "Write GST into cac:ClassifiedTaxCategory/cac:TaxScheme/cbc:ID.",
    ),
    fatal(
        "IRASC5-069",
        &["IBT-146"],
        &[],
        Check::Exists(&[PRICE, PRICE_AMOUNT]),
        "A line has no price.",
        "Write the net price of one item into cac:Price/cbc:PriceAmount.",
    ),
    fatal(
        "IRASC5-070",
        &["IBT-146"],
        &[PRICE, PRICE_AMOUNT],
        Check::By(price_is_not_negative),
        "The price of an item is negative, or missing.",
        "Write a price of 0 or more, and make the quantity negative where goods go back.",
    ),
    fatal(
        "IRASC5-071",
        &["IBT-146"],
        &[PRICE, PRICE_AMOUNT],
        Check::By(|line| is_said(line, &[PRICE, PRICE_AMOUNT], CURRENCY_ID)),
        "The price of an item does not say in which currency it is.",
        "Add currencyID to cbc:PriceAmount.",
    ),
];

const CUT: &str = "Round it to two decimals; zeros at the end count.";

pub(super) const DECIMALS: &[Template] = &[
    Template {
        pattern: 10,
        contexts: EACH_LINE,
        rules: &[&[fatal(
            "IRASC5-092",
            &["IBT-131"],
            &[LINE_EXTENSION_AMOUNT],
            Check::TwoDecimals(LINE_EXTENSION_AMOUNT),
            "The amount of a line has more than two decimals.",
            CUT,
        )]],
    },
    Template {
        pattern: 11,
        contexts: &[
            Context::new(&[INVOICE_LINE, ALLOWANCE_CHARGE]).when(is_charge),
            Context::new(&[CREDIT_NOTE_LINE, ALLOWANCE_CHARGE]).when(is_charge),
        ],
        rules: &[&[
            fatal(
                "IRASC5-094",
                &["IBT-141"],
                &[AMOUNT],
                Check::TwoDecimals(AMOUNT),
                "The amount of a charge on a line has more than two decimals.",
                CUT,
            ),
            fatal(
                "IRASC5-096",
                &["IBT-142"],
                &[BASE_AMOUNT],
                Check::TwoDecimals(BASE_AMOUNT),
                "The amount that a charge on a line is taken of has more than two decimals.",
                CUT,
            ),
        ]],
    },
    Template {
        pattern: 11,
        contexts: &[
            Context::new(&[INVOICE_LINE, ALLOWANCE_CHARGE]).when(is_allowance),
            Context::new(&[CREDIT_NOTE_LINE, ALLOWANCE_CHARGE]).when(is_allowance),
        ],
        rules: &[&[
            fatal(
                "IRASC5-093",
                &["IBT-136"],
                &[AMOUNT],
                Check::TwoDecimals(AMOUNT),
                "The amount of an allowance on a line has more than two decimals.",
                CUT,
            ),
            fatal(
                "IRASC5-095",
                &["IBT-137"],
                &[BASE_AMOUNT],
                Check::TwoDecimals(BASE_AMOUNT),
                "The amount that an allowance on a line is taken of has more than two decimals.",
                CUT,
            ),
        ]],
    },
];

fn has_unit(line: Element<'_>) -> Answer {
    let mut quantities = line.each(INVOICED_QUANTITY).chain(line.each(CREDITED_QUANTITY));
    Ok(quantities.any(|quantity| quantity.attribute(UNIT_CODE).is_some()))
}

fn price_is_not_negative(line: Element<'_>) -> Answer {
    for price in line.along(&[PRICE, PRICE_AMOUNT]) {
        if price.compare(0.0)?.is_ge() {
            return Ok(true);
        }
    }
    Ok(false)
}
