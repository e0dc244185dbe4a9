//! Rules about lines, their periods and their items.

use std::cmp::Ordering;

use crate::{
    cast::{self, Day},
    document::Element,
    en16931::{
        head::{ends_after_it_starts, says_something_of_a_period},
        lines::{gross_price_is_not_negative, has_unit, some_is_not_negative},
    },
    names::{LIST_ID, Name, SCHEME_ID, known::*},
    rule::{Answer, Cause, Check, Context, Stop, Template, fatal},
};

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[Context::new(&[INVOICE_LINE]), Context::new(&[CREDIT_NOTE_LINE])],
        rules: &[&[
            fatal(
                "ibr-021",
                &["IBG-25", "IBT-126"],
                &[ID],
                Check::Filled(&[ID]),
                "A line has no number.",
                "Write the line's number into cbc:ID.",
            ),
            fatal(
                "ibr-022",
                &["IBG-25", "IBT-129"],
                &[],
                Check::By(|line| Ok(line.has(INVOICED_QUANTITY) || line.has(CREDITED_QUANTITY))),
                "A line has no quantity.",
                "Write it into cbc:InvoicedQuantity, in a credit note cbc:CreditedQuantity.",
            ),
            fatal(
                "ibr-023",
                &["IBG-25", "IBT-130"],
                &[],
                Check::By(has_unit),
                "The quantity of a line has no unit.",
                "Add unitCode to the quantity, for example EA, KGM or C62.",
            ),
            fatal(
                "ibr-024",
                &["IBG-25", "IBT-131"],
                &[],
                Check::Exists(&[LINE_EXTENSION_AMOUNT]),
                "A line has no amount.",
                "Write quantity × price, minus allowances plus charges, into cbc:LineExtensionAmount.",
            ),
            fatal(
                "ibr-025",
                &["IBG-25", "IBT-153"],
                &[ITEM, NAME],
                Check::Filled(&[ITEM, NAME]),
                "The item of a line has no name.",
                "Write it into cac:Item/cbc:Name.",
            ),
            fatal(
                "ibr-026",
                &["IBG-25", "IBT-146"],
                &[],
                Check::Exists(&[PRICE, PRICE_AMOUNT]),
                "A line has no price.",
                "Write the net price of one unit into cac:Price/cbc:PriceAmount.",
            ),
            fatal(
                "ibr-027",
                &["IBT-146"],
                &[PRICE, PRICE_AMOUNT],
                Check::By(|line| some_is_not_negative(line, &[PRICE, PRICE_AMOUNT])),
                "The price of a line is negative or missing.",
                "Write a price of 0 or more; for money given back write a negative quantity, or a credit note.",
            ),
            fatal(
                "ibr-028",
                &["IBT-148"],
                &[PRICE, ALLOWANCE_CHARGE, BASE_AMOUNT],
                Check::By(gross_price_is_not_negative),
                "The gross price of a line is negative.",
                "Write a gross price of 0 or more.",
            ),
            fatal(
                "ibr-087",
                &["IBT-149"],
                &[PRICE, BASE_QUANTITY],
                Check::By(base_quantity_is_positive),
                "The quantity to which a price refers is not more than 0.",
                "Write 1, or the number of units that the price is for, into cbc:BaseQuantity.",
            ),
            fatal(
                "ibr-089",
                &["IBT-128", "IBG-25"],
                &[DOCUMENT_REFERENCE],
                Check::By(names_one_object),
                "A line names more than one invoiced object.",
                "Keep one cac:DocumentReference of type 130.",
            ),
            fatal(
                "ibr-109",
                &["IBT-132"],
                &[ORDER_LINE_REFERENCE, LINE_ID],
                Check::AtMostOne(&[ORDER_LINE_REFERENCE, LINE_ID]),
                "A line refers to more than one line of an order.",
                "Keep one cac:OrderLineReference, and split the line where needed.",
            ),
            fatal(
                "ibr-110",
                &["IBG-26"],
                &[INVOICE_PERIOD],
                Check::AtMostOne(&[INVOICE_PERIOD]),
                "A line has more than one period.",
                "Keep one cac:InvoicePeriod, and split the line where needed.",
            ),
            fatal(
                "ibr-111",
                &["IBT-147"],
                &[PRICE, ALLOWANCE_CHARGE, AMOUNT],
                Check::AtMostOne(&[PRICE, ALLOWANCE_CHARGE, AMOUNT]),
                "A price has more than one discount.",
                "Add the discounts into one.",
            ),
            fatal(
                "ibr-sr-34",
                &["IBT-127"],
                &[NOTE],
                Check::AtMostOne(&[NOTE]),
                "A line has more than one note.",
                "Join the notes in one cbc:Note.",
            ),
            fatal(
                "ibr-sr-38",
                &["IBT-185"],
                &[ITEM, CLASSIFIED_TAX_CATEGORY, TAX_EXEMPTION_REASON],
                Check::AtMostOne(&[ITEM, CLASSIFIED_TAX_CATEGORY, TAX_EXEMPTION_REASON]),
                "The item of a line has more than one reason for exemption from tax.",
                "Keep one cbc:TaxExemptionReason.",
            ),
            fatal(
                "ibr-sr-50",
                &["IBT-154"],
                &[ITEM, DESCRIPTION],
                Check::AtMostOne(&[ITEM, DESCRIPTION]),
                "The item of a line has more than one description.",
                "Join them in one cbc:Description.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[INVOICE_LINE, INVOICE_PERIOD]),
            Context::new(&[CREDIT_NOTE_LINE, INVOICE_PERIOD]),
        ],
        rules: &[&[
            fatal(
                "ibr-085",
                &["IBT-134", "IBG-14"],
                &[START_DATE],
                Check::By(starts_within),
                "The period of a line begins before the invoicing period.",
                "Correct cbc:StartDate, or begin the invoicing period earlier.",
            ),
            fatal(
                "ibr-086",
                &["IBT-135", "IBG-14"],
                &[END_DATE],
                Check::By(ends_within),
                "The period of a line ends after the invoicing period.",
                "Correct cbc:EndDate, or end the invoicing period later.",
            ),
            fatal(
                "ibr-030",
                &["IBT-134", "IBT-135"],
                &[END_DATE],
                Check::By(ends_after_it_starts),
                "The period of a line ends before it starts.",
                "Exchange or correct cbc:StartDate and cbc:EndDate.",
            ),
            fatal(
                "ibr-co-20",
                &["IBG-26", "IBT-134", "IBT-135"],
                &[],
                Check::By(|period| Ok(period.has(START_DATE) || period.has(END_DATE))),
                "The period of a line has neither a first nor a last day.",
                "Write cbc:StartDate, cbc:EndDate or both, or leave the period out.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[INVOICE_PERIOD])],
        rules: &[&[
            fatal(
                "ibr-029",
                &["IBT-73", "IBT-74"],
                &[END_DATE],
                Check::By(ends_after_it_starts),
                "The invoicing period ends before it starts.",
                "Exchange or correct cbc:StartDate and cbc:EndDate.",
            ),
            fatal(
                "ibr-co-19",
                &["IBG-14", "IBT-73", "IBT-74"],
                &[],
                Check::By(says_something_of_a_period),
                "The invoicing period says nothing: no first day, no last day, no code.",
                "Write cbc:StartDate, cbc:EndDate or both, or leave the period out.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ADDITIONAL_ITEM_PROPERTY])],
        rules: &[&[fatal(
            "ibr-054",
            &["IBG-32", "IBT-160", "IBT-161"],
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
            "ibr-065",
            &["IBT-158"],
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
            "ibr-064",
            &["IBT-157"],
            &[],
            Check::HasAttribute(SCHEME_ID),
            "The standard number of an item does not say in which scheme it is.",
            "Add schemeID to cbc:ID, for example 0160 for a GTIN.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[INVOICE_LINE, ITEM, CLASSIFIED_TAX_CATEGORY])],
        rules: &[&[fatal(
            "ibr-sr-58",
            &["IBT-151"],
            &[],
            Check::Exists(&[ID]),
            "The tax category of an item has no code.",
            "Write the code into cac:ClassifiedTaxCategory/cbc:ID.",
        )]],
    },
];

fn base_quantity_is_positive(line: Element<'_>) -> Answer {
    let quantity = line.one_along(&[PRICE, BASE_QUANTITY])?;
    Ok(quantity
        .map(Element::decimal)
        .transpose()?
        .is_none_or(|quantity| quantity > rust_decimal::Decimal::ZERO))
}

/// The type of a reference is compared with the number 130: text that is no number stops the run.
fn names_one_object(line: Element<'_>) -> Answer {
    let mut objects = 0;
    for reference in line.each(DOCUMENT_REFERENCE) {
        for code in reference.each(DOCUMENT_TYPE_CODE) {
            if code.compare(130.0)?.is_eq() {
                objects += 1;
                break;
            }
        }
    }
    Ok(objects <= 1)
}

fn day(element: Element<'_>) -> Result<Day, Stop> {
    cast::date(element.text()).ok_or_else(|| element.stop(Cause::NotADate))
}

/// Whether some `name` of the line's period does not lie `outside` that of the document's period.
fn lies_within(period: Element<'_>, name: Name, path: &'static [Name], outside: Ordering) -> Answer {
    if !period.has(name) {
        return Ok(true);
    }
    let above = period.parent().and_then(Element::parent);
    let Some(bound) = above.map(|above| above.one_along(path)).transpose()?.flatten() else {
        return Ok(true);
    };
    let bound = day(bound)?;
    for own in period.each(name) {
        if day(own)?.compare(bound) != outside {
            return Ok(true);
        }
    }
    Ok(false)
}

fn starts_within(period: Element<'_>) -> Answer {
    lies_within(period, START_DATE, &[INVOICE_PERIOD, START_DATE], Ordering::Less)
}

fn ends_within(period: Element<'_>) -> Answer {
    lies_within(period, END_DATE, &[INVOICE_PERIOD, END_DATE], Ordering::Greater)
}
