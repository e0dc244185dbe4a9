//! Rules about allowances and charges: of a price, of a line, of the document.

use super::texts_of;
use crate::{
    document::Element,
    en16931::totals::{has_reason, is_allowance, is_charge},
    names::known::*,
    rule::{Check, Context, Stop, Template, fatal},
    text::trimmed,
};

const GIVE_REASON: &str = "Write cbc:AllowanceChargeReason, or cbc:AllowanceChargeReasonCode, or both.";

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PRICE, ALLOWANCE_CHARGE])],
        rules: &[&[fatal(
            "ibr-083",
            &["IBT-147"],
            &[CHARGE_INDICATOR],
            Check::By(|modifier| Ok(indicator(modifier)? == Some("false"))),
            "A price has a charge; only an allowance is allowed there.",
            "Write false into cbc:ChargeIndicator, and work a charge into the price.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ALLOWANCE_CHARGE]).when(is_allowance)],
        rules: &[&[
            fatal(
                "ibr-sr-30",
                &["IBT-97"],
                &[ALLOWANCE_CHARGE_REASON],
                Check::AtMostOne(&[ALLOWANCE_CHARGE_REASON]),
                "An allowance has more than one reason.",
                "Keep one cbc:AllowanceChargeReason.",
            ),
            fatal(
                "ibr-031",
                &["IBG-20", "IBT-92"],
                &[],
                Check::By(|modifier| Ok(is_in_line(modifier) || modifier.has(AMOUNT))),
                "An allowance of the document has no amount.",
                "Write the amount into cbc:Amount.",
            ),
            fatal(
                "ibr-033",
                &["IBG-20", "IBT-97", "IBT-98"],
                &[],
                Check::By(|modifier| Ok(is_in_line(modifier) || has_reason(modifier)?)),
                "An allowance of the document has no reason.",
                GIVE_REASON,
            ),
            fatal(
                "ibr-041",
                &["IBG-27", "IBT-136"],
                &[],
                Check::By(|modifier| Ok(!is_in_line(modifier) || modifier.has(AMOUNT))),
                "An allowance on a line has no amount.",
                "Write the amount into cbc:Amount.",
            ),
            fatal(
                "ibr-042",
                &["IBG-27", "IBT-139", "IBT-140"],
                &[],
                Check::By(|modifier| Ok(!is_in_line(modifier) || has_reason(modifier)?)),
                "An allowance on a line has no reason.",
                GIVE_REASON,
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ALLOWANCE_CHARGE]).when(is_charge)],
        rules: &[&[
            fatal(
                "ibr-036",
                &["IBG-21", "IBT-99"],
                &[],
                Check::By(|modifier| Ok(is_in_line(modifier) || modifier.has(AMOUNT))),
                "A charge of the document has no amount.",
                "Write the amount into cbc:Amount.",
            ),
            fatal(
                "ibr-sr-31",
                &["IBT-104"],
                &[ALLOWANCE_CHARGE_REASON],
                Check::AtMostOne(&[ALLOWANCE_CHARGE_REASON]),
                "A charge has more than one reason.",
                "Keep one cbc:AllowanceChargeReason.",
            ),
            fatal(
                "ibr-038",
                &["IBG-21", "IBT-104", "IBT-105"],
                &[],
                Check::By(|modifier| Ok(is_in_line(modifier) || has_reason(modifier)?)),
                "A charge of the document has no reason.",
                GIVE_REASON,
            ),
            fatal(
                "ibr-043",
                &["IBG-28", "IBT-141"],
                &[],
                Check::By(|modifier| Ok(!is_in_line(modifier) || modifier.has(AMOUNT))),
                "A charge on a line has no amount.",
                "Write the amount into cbc:Amount.",
            ),
            fatal(
                "ibr-044",
                &["IBG-28", "IBT-144", "IBT-145"],
                &[],
                Check::By(has_reason),
                "A charge, on a line or of the document, has no reason.",
                GIVE_REASON,
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ALLOWANCE_CHARGE])],
        rules: &[&[fatal(
            "ibr-082",
            &[],
            &[CHARGE_INDICATOR],
            Check::By(|modifier| Ok(matches!(indicator(modifier)?, Some("true" | "false")))),
            "It is not said whether an amount is an allowance or a charge.",
            "Write true (charge) or false (allowance) into cbc:ChargeIndicator.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ALLOWANCE_CHARGE, TAX_CATEGORY])],
        rules: &[&[fatal(
            "ibr-sr-61",
            &["IBT-197", "IBT-199"],
            &[TAX_EXEMPTION_REASON],
            Check::AtMostOne(&[TAX_EXEMPTION_REASON]),
            "The tax category of an allowance or charge has more than one reason for exemption.",
            "Keep one cbc:TaxExemptionReason.",
        )]],
    },
];

fn is_in_line(modifier: Element<'_>) -> bool {
    modifier.is_under(INVOICE_LINE) || modifier.is_under(CREDIT_NOTE_LINE)
}

/// `normalize-space(cbc:ChargeIndicator/text())`: two text nodes stop the run.
fn indicator(modifier: Element<'_>) -> Result<Option<&str>, Stop> {
    Ok(texts_of(modifier, &[CHARGE_INDICATOR])?.map(trimmed))
}
