//! Numbers of organisations in schemes whose check digits PINT works out. A number in any other scheme passes.

use crate::{
    cast, digits,
    document::Element,
    names::{SCHEME_ID, known::*},
    rule::{Answer, Check, Context, Template, fatal},
    text::{is_digits, normalized, trimmed},
};

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[ENDPOINT_ID]).when(|id| has_scheme(id, &["0088"])),
            Context::new(&[PARTY_IDENTIFICATION, ID]).when(|id| has_scheme(id, &["0088"])),
            Context::new(&[COMPANY_ID]).when(|id| has_scheme(id, &["0088"])),
        ],
        rules: &[&[fatal(
            "ibr-068",
            &["IBT-34", "IBT-49", "IBT-29", "IBT-46", "IBT-60", "IBT-30", "IBT-47", "IBT-61"],
            &[],
            Check::By(is_gln),
            "A number that is said to be a GLN is none: its check digit does not fit, or it holds something besides digits.",
            "Correct the number, or name its real scheme in schemeID.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[ENDPOINT_ID]).when(|id| has_scheme(id, &["0007"])),
            Context::new(&[PARTY_IDENTIFICATION, ID]).when(|id| has_scheme(id, &["0007"])),
            Context::new(&[COMPANY_ID]).when(|id| has_scheme(id, &["0007"])),
        ],
        rules: &[&[fatal(
            "ibr-127",
            &["IBT-34", "IBT-49", "IBT-29", "IBT-46", "IBT-60", "IBT-30", "IBT-47", "IBT-61"],
            &[],
            Check::By(is_ten_characters_of_a_number),
            "A Swedish organisation number does not have ten digits.",
            "Write the ten digits without a hyphen.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[ENDPOINT_ID]).when(|id| has_scheme(id, &["0192"])),
            Context::new(&[PARTY_IDENTIFICATION, ID]).when(|id| has_scheme(id, &["0192"])),
            Context::new(&[COMPANY_ID]).when(|id| has_scheme(id, &["0192"])),
        ],
        rules: &[&[fatal(
            "ibr-069",
            &["IBT-34", "IBT-49", "IBT-29", "IBT-46", "IBT-60", "IBT-30", "IBT-47", "IBT-61"],
            &[],
            Check::By(is_norwegian),
            "A Norwegian organisation number is wrong: not nine digits, or its check digit does not fit.",
            "Write the nine digits without spaces.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[ENDPOINT_ID]).when(|id| has_scheme(id, &["0184"])),
            Context::new(&[PARTY_IDENTIFICATION, ID]).when(|id| has_scheme(id, &["0184"])),
            Context::new(&[COMPANY_ID]).when(|id| has_scheme(id, &["0184"])),
        ],
        rules: &[&[fatal(
            "ibr-070",
            &["IBT-34", "IBT-49", "IBT-29", "IBT-46", "IBT-60", "IBT-30", "IBT-47", "IBT-61"],
            &[],
            Check::By(is_danish),
            "A Danish CVR number is not written as DK and eight digits.",
            "Write DK and the eight digits, as DK12345678.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[ENDPOINT_ID]).when(|id| has_scheme(id, &["0208"])),
            Context::new(&[PARTY_IDENTIFICATION, ID]).when(|id| has_scheme(id, &["0208"])),
            Context::new(&[COMPANY_ID]).when(|id| has_scheme(id, &["0208"])),
        ],
        rules: &[&[fatal(
            "ibr-113",
            &["IBT-34", "IBT-49", "IBT-29", "IBT-46", "IBT-60", "IBT-30", "IBT-47", "IBT-61"],
            &[],
            Check::By(is_belgian),
            "A Belgian enterprise number is wrong: not ten digits, or its check digits do not fit.",
            "Write the ten digits without points.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[ENDPOINT_ID]).when(|id| has_scheme(id, &["0201"])),
            Context::new(&[PARTY_IDENTIFICATION, ID]).when(|id| has_scheme(id, &["0201"])),
            Context::new(&[COMPANY_ID]).when(|id| has_scheme(id, &["0201"])),
        ],
        rules: &[&[fatal(
            "ibr-114",
            &["IBT-34", "IBT-49", "IBT-29", "IBT-46", "IBT-60", "IBT-30", "IBT-47", "IBT-61"],
            &[],
            Check::By(is_italian_office),
            "An Italian code of a public office is not six letters or digits.",
            "Write the six characters of the code.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[ENDPOINT_ID]).when(|id| has_scheme(id, &["0210", "9907"])),
            Context::new(&[PARTY_IDENTIFICATION, ID]).when(|id| has_scheme(id, &["0210", "9907"])),
            Context::new(&[COMPANY_ID]).when(|id| has_scheme(id, &["0210", "9907"])),
        ],
        rules: &[&[fatal(
            "ibr-115",
            &["IBT-34", "IBT-49", "IBT-29", "IBT-46", "IBT-60", "IBT-30", "IBT-47", "IBT-61"],
            &[],
            Check::By(is_italian_tax_code),
            "An Italian tax code has neither the form of a person's code nor eleven digits.",
            "Write the sixteen characters, or the eleven digits of an organisation.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[ENDPOINT_ID]).when(|id| has_scheme(id, &["0211", "9906"])),
            Context::new(&[PARTY_IDENTIFICATION, ID]).when(|id| has_scheme(id, &["0211", "9906"])),
            Context::new(&[COMPANY_ID]).when(|id| has_scheme(id, &["0211", "9906"])),
        ],
        rules: &[&[fatal(
            "ibr-116",
            &["IBT-34", "IBT-49", "IBT-29", "IBT-46", "IBT-60", "IBT-30", "IBT-47", "IBT-61"],
            &[],
            Check::By(is_italian_vat_number),
            "An Italian VAT number is wrong: not IT and eleven digits, or its check digit does not fit.",
            "Write IT and the eleven digits.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[ENDPOINT_ID]).when(|id| has_scheme(id, &["0151"])),
            Context::new(&[PARTY_IDENTIFICATION, ID]).when(|id| has_scheme(id, &["0151"])),
            Context::new(&[COMPANY_ID]).when(|id| has_scheme(id, &["0151"])),
        ],
        rules: &[&[fatal(
            "ibr-120",
            &["IBT-34", "IBT-49", "IBT-29", "IBT-46", "IBT-60", "IBT-30", "IBT-47", "IBT-61"],
            &[],
            Check::By(is_australian),
            "An Australian business number is wrong: not eleven digits, or its check digits do not fit.",
            "Write the eleven digits without spaces.",
        )]],
    },
];

/// `@schemeID = …`, untrimmed.
fn has_scheme(id: Element<'_>, schemes: &[&str]) -> Answer {
    Ok(id.attribute(SCHEME_ID).is_some_and(|scheme| schemes.contains(&scheme)))
}

fn is_gln(id: Element<'_>) -> Answer {
    Ok(digits::gln(trimmed(id.text())))
}

/// Any number of ten characters will do, also one with a point.
fn is_ten_characters_of_a_number(id: Element<'_>) -> Answer {
    let text = normalized(id.text());
    Ok(text.chars().count() == 10 && cast::double(&text).is_some_and(|number| !number.is_nan()))
}

fn is_norwegian(id: Element<'_>) -> Answer {
    let number = trimmed(id.text());
    Ok(is_digits(number, 9) && digits::mod11(number))
}

/// `DK` and eight digits, untrimmed; a comment within the number stops the run.
fn is_danish(id: Element<'_>) -> Answer {
    Ok(id.own_text()?.strip_prefix("DK").is_some_and(|number| is_digits(number, 8)))
}

fn is_belgian(id: Element<'_>) -> Answer {
    Ok(digits::belgian(trimmed(id.text())))
}

fn is_italian_office(id: Element<'_>) -> Answer {
    Ok(digits::italian_office(trimmed(id.text())))
}

fn is_italian_tax_code(id: Element<'_>) -> Answer {
    Ok(digits::italian_tax_code(&normalized(id.text())))
}

fn is_italian_vat_number(id: Element<'_>) -> Answer {
    Ok(digits::italian_vat(trimmed(id.text())))
}

fn is_australian(id: Element<'_>) -> Answer {
    Ok(digits::australian(trimmed(id.text())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read;

    /// The first number is real, published by its register or in an official example; the others are wrong.
    fn only_the_first(check: fn(Element<'_>) -> Answer, numbers: &[&str]) {
        for (at, number) in numbers.iter().enumerate() {
            let source = format!(
                "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\" \
                 xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">\
                 <cbc:ID>{number}</cbc:ID></Invoice>"
            );
            let document = read(source.as_bytes()).unwrap();
            let id = document.root().first(ID).unwrap();
            assert_eq!(check(id), Ok(at == 0), "{number}");
        }
    }

    #[test]
    fn one_wrong_digit_is_seen() {
        only_the_first(is_gln, &["7300010000001", "7300010000002", "7300010000010", "", "730001000000x"]);
        only_the_first(is_norwegian, &[" 974760673 ", "974760674", "974760637", "000000000", "97476067"]);
        only_the_first(is_belgian, &["0202239951", "0202239952", "0202239915", "202239951"]);
        only_the_first(is_australian, &["51824753556", "51824753557", "51824753565", "5182475355"]);
        only_the_first(is_italian_vat_number, &["IT00159560366", "IT00159560367", "IT0015956036"]);
        only_the_first(is_danish, &["DK12345678", "12345678", "DK1234567", "DK1234567x", " DK12345678"]);
        only_the_first(is_italian_office, &["UFY9MH", "UFY9M-", "UFY9M"]);
        only_the_first(is_italian_tax_code, &["RSSMRA80A01H501U", "RSSMRA80A01H5017", "RSSMRA80A01H501"]);
        only_the_first(is_ten_characters_of_a_number, &["5562654116", "556265-411", "55626541161"]);
    }

    // Measured on the official rules.
    #[test]
    fn what_the_rules_let_pass_passes() {
        only_the_first(is_gln, &["0"]);
        only_the_first(is_ten_characters_of_a_number, &["1234567.89"]);
        only_the_first(is_italian_vat_number, &["DE1"]);
        only_the_first(is_italian_tax_code, &["-1234567890"]);
    }
}
