//! What the check digits promise, and what holds for any text at all.

use std::{fmt::Display, str::FromStr};

use proptest::prelude::*;
use vocab::{
    Refusal,
    britain::{CompanyNumber, Eori, VatNumber},
    carrier::CarrierCode,
    date::Date,
    equipment::ContainerNumber,
    goods::HsCode,
    lei::Lei,
    money::{Amount, Currency},
    party::PlatformCode,
    place::{Country, UnLocode},
    singapore::{GstNumber, Uen},
};

/// Whatever parses is written back as something that parses to the same.
fn round_trips<T: FromStr<Err = Refusal> + Display + PartialEq + std::fmt::Debug>(text: &str) {
    if let Ok(word) = text.parse::<T>() {
        assert_eq!(word.to_string().parse::<T>().as_ref(), Ok(&word), "{text}");
    }
}

fn all_round_trip(text: &str) {
    round_trips::<Amount>(text);
    round_trips::<CarrierCode>(text);
    round_trips::<CompanyNumber>(text);
    round_trips::<ContainerNumber>(text);
    round_trips::<Country>(text);
    round_trips::<Currency>(text);
    round_trips::<Date>(text);
    round_trips::<Eori>(text);
    round_trips::<GstNumber>(text);
    round_trips::<HsCode>(text);
    round_trips::<Lei>(text);
    round_trips::<PlatformCode>(text);
    round_trips::<Uen>(text);
    round_trips::<UnLocode>(text);
    round_trips::<VatNumber>(text);
}

/// The remainder by which ISO 7064 MOD 97-10 checks, reckoned in one big sum of decimal text: a second way.
fn mod97(text: &str) -> u64 {
    let decimal: String =
        text.chars().filter_map(|c| c.to_digit(36)).map(|value| value.to_string()).collect();
    decimal.bytes().fold(0, |rest, digit| (rest * 10 + u64::from(digit - b'0')) % 97)
}

fn with_lei_check(base: &str) -> String {
    format!("{base}{:02}", 98 - mod97(&format!("{base}00")))
}

fn replaced(text: &str, place: usize, with: char) -> String {
    text.chars().enumerate().map(|(n, c)| if n == place { with } else { c }).collect()
}

proptest! {
    #[test]
    fn no_text_makes_any_word_panic_and_what_parses_round_trips(text in any::<String>()) {
        all_round_trip(&text);
    }

    #[test]
    fn texts_of_nearly_the_right_shape_neither(text in "(GB|XI|GD|HA|M|MR|T|SC|NMFTA:|SMDG:|GBP )?[A-Z0-9é. -]{0,21}") {
        all_round_trip(&text);
    }

    /// Two numbers below 97 apart, times a power of ten, never differ by a multiple of 97: a digit for a digit and a
    /// letter for a letter are always seen. (A letter for a digit shifts the rest and may escape once in 97.)
    #[test]
    fn a_changed_character_of_an_lei_is_refused(base in "[A-Z0-9]{18}", place in 0usize..20, other in "[A-Z0-9]") {
        let lei = with_lei_check(&base);
        prop_assert!(lei.parse::<Lei>().is_ok());
        let other = other.chars().next().unwrap();
        let here = lei.chars().nth(place).unwrap();
        if other != here && other.is_ascii_digit() == here.is_ascii_digit() {
            prop_assert!(replaced(&lei, place, other).parse::<Lei>().is_err());
        }
    }

    /// Each weight is prime to 11, so a changed digit changes the remainder; only 10, which is written 0, hides among 0.
    #[test]
    fn a_changed_digit_of_a_container_number_is_refused(
        owner in "[A-Z]{3}", serial in 0u32..1_000_000, place in 4usize..11, other in 0u32..10,
    ) {
        let body = format!("{owner}U{serial:06}");
        let holding: Vec<String> =
            (0..10).map(|check| format!("{body}{check}")).filter(|n| n.parse::<ContainerNumber>().is_ok()).collect();
        prop_assert_eq!(holding.len(), 1, "exactly one check digit holds");
        let number = &holding[0];
        let changed = replaced(number, place, char::from_digit(other, 10).unwrap());
        if &changed != number && !number.ends_with('0') {
            prop_assert!(changed.parse::<ContainerNumber>().is_err());
        }
    }

    /// The weights 8 to 2, 10 and 1 times a difference below 10 are below 97, so a changed digit moves the remainder;
    /// among the three that are taken from 100 nnnn nn on, 42, 55 and 97 (that is, 0) lie 13, 42 and 55 apart.
    #[test]
    fn a_changed_digit_of_a_vat_number_is_refused_unless_it_leads_to_another_remainder(
        base in 0u32..10_000_000, place in 0usize..9, other in 0u32..10,
    ) {
        let holding: Vec<String> =
            (0..97).map(|check| format!("{base:07}{check:02}")).filter(|n| n.parse::<VatNumber>().is_ok()).collect();
        prop_assert_eq!(holding.len(), if base < 1_000_000 { 1 } else { 3 });
        let number = &holding[0];
        let changed = replaced(number, place, char::from_digit(other, 10).unwrap());
        let here = number.chars().nth(place).and_then(|c| c.to_digit(10)).unwrap();
        let moved = [8, 7, 6, 5, 4, 3, 2, 10, 1][place] * here.abs_diff(other);
        if moved != 0 && ![13, 42, 55].contains(&(moved % 97)) && ![13, 42, 55].contains(&(97 - moved % 97)) {
            prop_assert!(changed.parse::<VatNumber>().is_err(), "{} {}", number, changed);
        }
    }

    /// Weights from 1 to 10 modulo 11, and letters all different: each digit tells.
    #[test]
    fn a_changed_digit_of_a_uen_is_refused(
        shape in prop_oneof!["[0-9]{8}", "(19|20)[0-9]{7}", "[RST][0-9]{2}(LL|FC|LP)[0-9]{4}"],
        place in 0usize..9, other in 0u32..10,
    ) {
        let holding: Vec<String> = ('A'..='Z')
            .chain('0'..='9')
            .map(|check| format!("{shape}{check}"))
            .filter(|number| number.parse::<Uen>().is_ok())
            .collect();
        prop_assert_eq!(holding.len(), 1, "exactly one check character holds");
        let number = &holding[0];
        if place < shape.len() && number.chars().nth(place).unwrap().is_ascii_digit() {
            let changed = replaced(number, place, char::from_digit(other, 10).unwrap());
            if &changed != number {
                prop_assert!(changed.parse::<Uen>().is_err(), "{} {}", number, changed);
            }
        }
    }

    #[test]
    fn amounts_add_and_subtract_back(a in -1_000_000_000_000i64..1_000_000_000_000, b in -1_000_000_000_000i64..1_000_000_000_000) {
        let amount = |pence: i64| {
            let sign = if pence < 0 { "-" } else { "" };
            format!("GBP {sign}{}.{:02}", pence.abs() / 100, pence.abs() % 100).parse::<Amount>().unwrap()
        };
        prop_assert_eq!(amount(a).plus(amount(b)).unwrap(), amount(a + b));
        prop_assert_eq!(amount(a + b).minus(amount(b)).unwrap(), amount(a));
    }
}
