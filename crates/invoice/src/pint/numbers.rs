//! Numbers of organisations in schemes whose check digits PINT works out. A number in any other scheme passes.

use crate::{
    cast,
    document::Element,
    names::{SCHEME_ID, known::*},
    rule::{Answer, Cause, Check, Context, Stop, Template, fatal},
    text::{normalized, trimmed},
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

/// The digits of `text`, if it is nothing else.
fn digits_of(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|digit| digit.to_digit(10)).collect()
}

/// The same, if there are `count`.
fn some_digits(id: Element<'_>, count: usize) -> Option<Vec<u32>> {
    digits_of(trimmed(id.text())).filter(|digits| digits.len() == count)
}

/// All but the last digit, weighted from the right and added, and the last digit.
fn weighted(digits: &[u32], weight: impl Fn(u32) -> u32) -> Option<(u32, u32)> {
    let (check, body) = digits.split_last()?;
    let sum = (0..).zip(body.iter().rev()).map(|(at, digit)| digit * weight(at)).sum();
    Some((sum, *check))
}

/// Modulo 10 with the weights 3 and 1, of any length.
fn is_gln(id: Element<'_>) -> Answer {
    let fits = digits_of(trimmed(id.text()))
        .and_then(|digits| weighted(&digits, |at| if at % 2 == 0 { 3 } else { 1 }))
        .is_some_and(|(sum, check)| (10 - sum % 10) % 10 == check);
    Ok(fits)
}

/// Any number of ten characters will do, also one with a point.
fn is_ten_characters_of_a_number(id: Element<'_>) -> Answer {
    let text = normalized(id.text());
    Ok(text.chars().count() == 10 && cast::double(&text).is_some_and(|number| !number.is_nan()))
}

/// Modulo 11 with the weights 2 to 7 from the right, and more than 0.
fn is_norwegian(id: Element<'_>) -> Answer {
    let fits = some_digits(id, 9)
        .filter(|digits| digits.iter().any(|digit| *digit > 0))
        .and_then(|digits| weighted(&digits, |at| at % 6 + 2))
        .is_some_and(|(sum, check)| (11 - sum % 11) % 11 == check);
    Ok(fits)
}

/// `DK` and eight digits, untrimmed; a comment within the number stops the run.
fn is_danish(id: Element<'_>) -> Answer {
    let number = own_text(id)?.strip_prefix("DK");
    Ok(number.and_then(digits_of).is_some_and(|digits| digits.len() == 8))
}

/// The last two of ten digits are 97 less the remainder of the first eight.
fn is_belgian(id: Element<'_>) -> Answer {
    let value = |digits: &[u32]| digits.iter().fold(0, |value, digit| value * 10 + digit);
    let fits = some_digits(id, 10).is_some_and(|digits| {
        let (body, check) = digits.split_at(8);
        97 - value(body) % 97 == value(check)
    });
    Ok(fits)
}

fn is_italian_office(id: Element<'_>) -> Answer {
    let code = trimmed(id.text());
    Ok(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// `text castable as xs:integer`: a sign will do.
fn is_integer(text: &str) -> bool {
    let digits = trimmed(text);
    let digits = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A person's code by its shape, or eleven characters that are a whole number.
fn is_italian_tax_code(id: Element<'_>) -> Answer {
    let code: Vec<char> = normalized(id.text()).chars().collect();
    let letters = |range: std::ops::Range<usize>| {
        code.get(range).is_some_and(|part| part.iter().all(char::is_ascii_alphabetic))
    };
    let whole = |range: std::ops::Range<usize>| {
        code.get(range).is_some_and(|part| is_integer(&part.iter().collect::<String>()))
    };
    Ok(match code.len() {
        11 => whole(0..11),
        16 => {
            letters(0..6) && whole(6..8) && letters(8..9) && whole(9..11) && whole(14..15) && letters(15..16)
        }
        _ => false,
    })
}

/// Only a number that begins with `IT` or `it` is looked at: eleven digits, every second doubled, modulo 10.
fn is_italian_vat_number(id: Element<'_>) -> Answer {
    let text = trimmed(id.text());
    let Some(number) = text.strip_prefix("IT").or_else(|| text.strip_prefix("it")) else { return Ok(true) };
    let fits = digits_of(number).filter(|digits| digits.len() == 11).is_some_and(|digits| {
        let doubled = |digit: u32| digit * 2 / 10 + digit * 2 % 10;
        let values =
            (0_u32..).zip(&digits).map(|(at, digit)| if at % 2 == 1 { doubled(*digit) } else { *digit });
        values.sum::<u32>().is_multiple_of(10)
    });
    Ok(fits)
}

/// The first digit less one, the weights 10, 1, 3 … 19, modulo 89.
fn is_australian(id: Element<'_>) -> Answer {
    let fits = some_digits(id, 11).is_some_and(|digits| {
        let weights = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
        let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
        // The 10 taken off for the first digit is 79 added, modulo 89.
        (sum + 79).is_multiple_of(89)
    });
    Ok(fits)
}

/// `text()` where one text node or none is taken; two stop the run.
pub(crate) fn own_text(element: Element<'_>) -> Result<&str, Stop> {
    match element.texts() {
        0 => Ok(""),
        1 => Ok(element.text()),
        _ => Err(element.stop(Cause::MoreThanOne)),
    }
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
