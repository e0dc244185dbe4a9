//! Identifiers of parties whose registers have a shape or a check digit.

use super::ask::{has_scheme, normal_length, word};
use crate::{
    digits,
    document::Element,
    names::known::*,
    rule::{Answer, Check, Context, Template, fatal, warning},
    text::{is_digits, normalized, trimmed},
};

/// A rule about identifiers with one scheme, at an endpoint, a party and a company.
macro_rules! scheme {
    ($kind:ident, $id:literal, $scheme:literal, $check:expr, $message:literal, $remedy:literal) => {
        Template {
            pattern: 2,
            contexts: &[
                Context::new(&[ENDPOINT_ID]).when(|id| has_scheme(id, $scheme)),
                Context::new(&[PARTY_IDENTIFICATION, ID]).when(|id| has_scheme(id, $scheme)),
                Context::new(&[COMPANY_ID]).when(|id| has_scheme(id, $scheme)),
            ],
            rules: &[&[$kind($id, TERMS, &[], Check::By($check), $message, $remedy)]],
        }
    };
}

pub(super) use scheme;

pub(super) const TERMS: &[&str] = &["BT-29", "BT-30", "BT-34", "BT-46", "BT-47", "BT-49"];

pub(super) const TEMPLATES: &[Template] = &[
    scheme!(
        fatal,
        "PEPPOL-COMMON-R040",
        "0088",
        |id| Ok(digits::gln(trimmed(id.text()))),
        "A GLN has a wrong check digit, or holds more than digits.",
        "Write the 13 digits of the GLN as GS1 issued them."
    ),
    scheme!(
        fatal,
        "PEPPOL-COMMON-R041",
        "0192",
        |id| Ok(is_digits(trimmed(id.text()), 9) && digits::mod11(trimmed(id.text()))),
        "A Norwegian organisation number is not nine digits, or its check digit is wrong.",
        "Write the nine digits of the register at Brønnøysund."
    ),
    scheme!(
        fatal,
        "PEPPOL-COMMON-R042",
        "0184",
        |id| Ok(is_danish(id.text()) || is_digits(id.text(), 8)),
        "A Danish company number is neither eight digits nor DK and eight digits.",
        "Write DK and the eight digits of the CVR number, without spaces."
    ),
    scheme!(
        fatal,
        "PEPPOL-COMMON-R052",
        "0096",
        |id| Ok(is_digits(id.text(), 10)),
        "A Danish P number is not ten digits.",
        "Write the ten digits, without spaces."
    ),
    scheme!(
        fatal,
        "PEPPOL-COMMON-R053",
        "0198",
        |id| Ok(is_danish(id.text())),
        "A Danish SE number is not DK and eight digits.",
        "Write DK and the eight digits, without spaces."
    ),
    scheme!(
        fatal,
        "PEPPOL-COMMON-R043",
        "0208",
        |id| Ok(digits::belgian(trimmed(id.text()))),
        "A Belgian enterprise number is not ten digits, or its check digits are wrong.",
        "Write the ten digits as the Crossroads Bank has them."
    ),
    scheme!(
        warning,
        "PEPPOL-COMMON-R044",
        "0201",
        |id| Ok(digits::italian_office(trimmed(id.text()))),
        "An Italian office code is not six letters or digits.",
        "Write the six characters of the IPA code."
    ),
    scheme!(
        warning,
        "PEPPOL-COMMON-R045",
        "0210",
        |id| Ok(digits::italian_tax_code(&normalized(id.text()))),
        "An Italian tax code does not have the shape of one.",
        "Write the sixteen characters of the Codice Fiscale, or the eleven digits of a company's."
    ),
    Template {
        pattern: 2,
        contexts: &[Context::new(&[ENDPOINT_ID]).when(|id| has_scheme(id, "9907"))],
        rules: &[&[warning(
            "PEPPOL-COMMON-R046",
            &["BT-34", "BT-49"],
            &[],
            Check::By(|id| Ok(digits::italian_tax_code(&normalized(id.text())))),
            "An electronic address is an Italian tax code and does not have the shape of one.",
            "Write the sixteen characters of the Codice Fiscale, or the eleven digits of a company's.",
        )]],
    },
    scheme!(
        warning,
        "PEPPOL-COMMON-R047",
        "0211",
        |id| Ok(digits::italian_vat(&normalized(id.text()))),
        "An Italian VAT number is not IT and eleven digits, or its check digit is wrong.",
        "Write IT and the eleven digits of the Partita IVA."
    ),
    scheme!(
        fatal,
        "PEPPOL-COMMON-R049",
        "0007",
        |id| Ok(digits::swedish_of_ten(&normalized(id.text()))),
        "A Swedish organisation number is not ten digits, or its check digit is wrong.",
        "Write the ten digits without a hyphen."
    ),
    scheme!(
        fatal,
        "PEPPOL-COMMON-R050",
        "0151",
        |id| Ok(digits::australian(trimmed(id.text()))),
        "An Australian business number is not eleven digits, or its check digits are wrong.",
        "Write the eleven digits of the ABN without spaces."
    ),
    scheme!(
        warning,
        "PEPPOL-COMMON-R054",
        "0106",
        |id| Ok(is_digits(trimmed(id.text()), 8)),
        "A Dutch chamber of commerce number is not eight digits.",
        "Write the eight digits of the KVK number."
    ),
    scheme!(
        warning,
        "PEPPOL-COMMON-R055",
        "0190",
        |id| Ok(is_digits(trimmed(id.text()), 20)),
        "A Dutch public organisation number is not twenty digits.",
        "Write the twenty digits of the OIN."
    ),
    scheme!(
        warning,
        "PEPPOL-COMMON-R056-1",
        "9944",
        |id| Ok(is_dutch_vat(id.text())),
        "A Dutch VAT number is not NL, nine digits, B and two digits.",
        "Write it as NL123456789B01."
    ),
    Template {
        pattern: 2,
        contexts: &[Context::new(&[PARTY_TAX_SCHEME, COMPANY_ID]).when(is_dutch_vat_id)],
        rules: &[&[warning(
            "PEPPOL-COMMON-R056-2",
            &["BT-31", "BT-48", "BT-63"],
            &[],
            Check::By(|id| Ok(is_dutch_vat(id.text()))),
            "A Dutch VAT identifier is not NL, nine digits, B and two digits.",
            "Write it as NL123456789B01.",
        )]],
    },
    scheme!(
        warning,
        "PEPPOL-COMMON-R057",
        "0217",
        |id| Ok(is_digits(trimmed(id.text()), 12)),
        "A Dutch establishment number is not twelve digits.",
        "Write the twelve digits of the Vestigingsnummer."
    ),
];

fn is_danish(text: &str) -> bool {
    text.strip_prefix("DK").is_some_and(|number| is_digits(number, 8))
}

pub(super) fn is_dutch_vat(text: &str) -> bool {
    let text = trimmed(text);
    let parts = text.strip_prefix("NL").and_then(|rest| rest.split_once('B'));
    normal_length(text) == 14
        && parts.is_some_and(|(number, suffix)| is_digits(number, 9) && is_digits(suffix, 2))
}

pub(super) fn is_dutch_vat_id(id: Element<'_>) -> Answer {
    let Some(scheme) = id.parent() else { return Ok(false) };
    Ok(word(scheme, &[TAX_SCHEME, ID])? == "VAT" && trimmed(id.text()).starts_with("NL"))
}
