//! Check digits, as the rules of Peppol and PINT work them out: where they are laxer than the registers, they stay so.

use crate::{
    cast::{is_integer, number},
    text::{is_all, is_digits, part},
};

fn digits(text: &str) -> impl DoubleEndedIterator<Item = u32> + '_ {
    text.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0')))
}

/// All but the last digit, from the right, each with its position, and the last one. Nothing where there is none.
fn body_and_check(text: &str) -> Option<(impl Iterator<Item = (u32, u32)> + '_, u32)> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let check = digits(text).next_back()?;
    Some(((0..).zip(digits(text).rev().skip(1)), check))
}

/// GS1: weights 3 and 1 from the right, of any length.
pub(crate) fn gln(text: &str) -> bool {
    body_and_check(text).is_some_and(|(body, check)| {
        let sum: u32 = body.map(|(at, digit)| digit * if at % 2 == 0 { 3 } else { 1 }).sum();
        (10 - sum % 10) % 10 == check
    })
}

/// Modulo 11 with weights 2 to 7 from the right; nothing but zeros is refused.
pub(crate) fn mod11(text: &str) -> bool {
    body_and_check(text).is_some_and(|(body, check)| {
        let sum: u32 = body.map(|(at, digit)| digit * (at % 6 + 2)).sum();
        digits(text).any(|digit| digit > 0) && (11 - sum % 11) % 11 == check
    })
}

/// Belgian enterprise numbers: the last two of ten digits are 97 minus the rest of the first eight by 97.
pub(crate) fn belgian(text: &str) -> bool {
    let value = |from, length| part(text, from, length).parse::<u32>().ok();
    is_digits(text, 10) && value(0, 8).zip(value(8, 2)).is_some_and(|(body, check)| 97 - body % 97 == check)
}

/// Swedish organisation numbers: Luhn over the first nine digits, whatever follows the tenth.
pub(crate) fn swedish(text: &str) -> bool {
    if text.len() < 10 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = (0..9_u32)
        .zip(digits(text))
        .map(|(at, digit)| if at % 2 == 0 { digit * 2 % 10 + digit * 2 / 10 } else { digit })
        .sum();
    digits(text).nth(9) == Some((10 - sum % 10) % 10)
}

/// Australian business numbers of eleven digits: the first less one, weights 10, 1, 3 … 19, modulo 89.
pub(crate) fn australian(text: &str) -> bool {
    const WEIGHTS: [i64; 11] = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
    let sum: i64 = WEIGHTS.iter().zip(digits(text)).map(|(weight, digit)| weight * i64::from(digit)).sum();
    is_digits(text, 11) && (sum - 10) % 89 == 0
}

/// Greek tax numbers: powers of two over eight digits, modulo 11 and 10; what follows the ninth is not looked at.
pub(crate) fn greek(text: &str) -> bool {
    let digits: Vec<Option<u32>> = text.chars().take(9).map(|digit| digit.to_digit(10)).collect();
    let Some(digits) = digits.into_iter().collect::<Option<Vec<u32>>>() else { return false };
    let sum: u32 = digits.iter().take(8).fold(0, |sum, digit| (sum + digit) * 2);
    digits.get(8).is_some_and(|check| sum % 11 % 10 == *check)
}

/// Italian codes of public offices: six letters or digits.
pub(crate) fn italian_office(text: &str) -> bool {
    is_all(text, 6, 6, |byte| byte.is_ascii_alphanumeric())
}

/// Italian tax codes: sixteen characters of a shape, or eleven that are a whole number, with a sign if they like.
pub(crate) fn italian_tax_code(text: &str) -> bool {
    let letters = |from, length| part(text, from, length).bytes().all(|byte| byte.is_ascii_alphabetic());
    let whole = |from, length| is_integer(&part(text, from, length));
    match text.chars().count() {
        11 => is_integer(text),
        16 => letters(0, 6) && whole(6, 2) && letters(8, 1) && whole(9, 2) && whole(14, 1) && letters(15, 1),
        _ => false,
    }
}

/// Italian VAT numbers, where `IT` or `it` stands before them: eleven digits, every second one doubled.
pub(crate) fn italian_vat(text: &str) -> bool {
    let Some(code) = text.strip_prefix("IT").or_else(|| text.strip_prefix("it")) else { return true };
    let sum: u32 = (0..11_u32)
        .zip(digits(code))
        .map(|(at, digit)| if at % 2 == 1 { digit * 2 % 10 + digit * 2 / 10 } else { digit })
        .sum();
    is_digits(code, 11) && sum.is_multiple_of(10)
}

/// International bank account numbers: shape, and 1 as the rest by 97. Small letters count 32 more than capitals.
pub(crate) fn iban(text: &str) -> bool {
    let shape = text.get(..2).is_some_and(|country| is_all(country, 2, 2, |byte| byte.is_ascii_uppercase()))
        && text.get(2..4).is_some_and(|check| is_digits(check, 2))
        && text.get(4..).is_some_and(|rest| is_all(rest, 0, 30, |byte| byte.is_ascii_alphanumeric()));
    let (head, body) = text.split_at_checked(4).unwrap_or(("", ""));
    let rest = body.bytes().chain(head.bytes()).fold(0_u32, |rest, byte| {
        let value = u32::from(if byte > 64 { byte - 55 } else { byte.saturating_sub(48) });
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    });
    shape && rest == 1
}

/// Ten characters that are a number, and a Swedish one.
pub(crate) fn swedish_of_ten(text: &str) -> bool {
    text.chars().count() == 10 && !number(text).is_nan() && swedish(text)
}

/// VAT identifiers of Luxembourg in capitals: LU and eight digits, the last two the first six modulo 89.
pub(crate) fn luxembourg_vat(text: &str) -> bool {
    let Some(number) = text.strip_prefix("LU").filter(|number| is_digits(number, 8)) else { return false };
    let value = |from, length| part(number, from, length).parse::<u32>().ok();
    value(0, 6).zip(value(6, 2)).is_some_and(|(body, check)| body % 89 == check)
}

/// Numbers of Luxembourg's register of legal persons: eleven digits, the fifth and sixth a legal form from 20 to 99, the last
/// a check digit modulo 11; form 24 may have another.
pub(crate) fn luxembourg_register(text: &str) -> bool {
    const WEIGHTS: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let form = part(text, 4, 2).parse::<u32>().ok();
    let (Some(form @ 20..=99), Some(check)) = (form, digits(text).nth(10)) else { return false };
    let rest = WEIGHTS.iter().zip(digits(text)).map(|(weight, digit)| weight * digit).sum::<u32>() % 11;
    let usual = if rest == 0 { 0 } else { 11 - rest };
    let other = match rest {
        0 => 1,
        1 => 0,
        rest => 12 - rest,
    };
    is_digits(text, 11) && (check == usual || (form == 24 && check == other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only_the_first(check: fn(&str) -> bool, numbers: &[&str]) {
        for (at, number) in numbers.iter().enumerate() {
            assert_eq!(check(number), at == 0, "{number}");
        }
    }

    // Each first number meets its register's formula, worked out by hand in another program.
    #[test]
    fn one_wrong_digit_is_seen() {
        only_the_first(gln, &["7300010000001", "7300010000002", "7300010000010", "", "730001000000x"]);
        only_the_first(mod11, &["974760673", "974760674", "974760637", "000000000", ""]);
        only_the_first(belgian, &["0202239951", "0202239952", "0202239915", "202239951"]);
        only_the_first(swedish_of_ten, &["5560125790", "5560125791", "5560125970", "556012-5790"]);
        only_the_first(australian, &["51824753556", "51824753557", "51824753565", "5182475355"]);
        only_the_first(greek, &["094019245", "094019246", "094019254", "09401924", "09401924x"]);
        only_the_first(italian_vat, &["IT00159560366", "IT00159560367", "IT0015956036"]);
        only_the_first(
            iban,
            &["GB82WEST12345698765432", "GB82WEST12345698765423", "gb82WEST12345698765432", ""],
        );
    }

    #[test]
    fn what_the_rules_let_pass_passes() {
        assert!(gln("0"), "a lone zero is its own check digit");
        assert!(italian_vat("DE1"), "only numbers that begin with IT are looked at");
        assert!(italian_tax_code("-1234567890"), "a sign makes a whole number");
        assert!(italian_tax_code("RSSMRA80A01H501U") && !italian_tax_code("RSSMRA80A01H501"));
        assert!(italian_office("UFY9MH") && !italian_office("UFY9M-"));
    }
}
