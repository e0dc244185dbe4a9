//! Arithmetic of an order: amounts of a currency, each with the sum that made it.

use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use vocab::money::Currency;

use super::{
    DIGITS_MAX,
    input::{Fields, Place, Problems},
    refusals::{AMOUNT_WRONG, CODE_UNKNOWN, TOO_MUCH},
};
use crate::model::{Amount, Code, Number};

/// Decimals of an amount in every currency. Networks take two at most (BR-DEC-01 and its kin), and fewer would break what
/// they ask of a line and of a percentage: half a yen more or less is not "give or take 0.02" (PEPPOL-EN16931-R040, -R120).
const DECIMALS: u32 = 2;

/// A currency, and how its amounts are rounded.
#[derive(Debug, Clone)]
pub(super) struct Money {
    pub(super) code: Code,
}

impl Money {
    /// The currency that `key` names, if it is there.
    pub(super) fn of(fields: &mut Fields<'_>, key: &'static str, problems: &mut Problems) -> Option<Money> {
        let code = fields.text(key, problems)?;
        if Currency::from_str(&code).is_err() {
            let what =
                format!("{code} is no currency: three capital letters of ISO 4217, such as GBP or SGD");
            problems.add(&CODE_UNKNOWN, what, &fields.at(key));
        }
        Some(Money { code: Code(code) })
    }

    /// Rounded as a bookkeeper rounds: halves away from zero.
    pub(super) fn round(&self, value: Decimal) -> Decimal {
        let mut rounded = value.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero);
        rounded.rescale(DECIMALS);
        rounded
    }

    pub(super) fn amount(&self, value: Decimal) -> Amount {
        Amount { number: Number::from(self.round(value)), currency: Some(self.code.clone()) }
    }

    /// An amount as it is written, such as a price, which may have more decimals.
    pub(super) fn as_written(&self, number: Number) -> Amount {
        Amount { number, currency: Some(self.code.clone()) }
    }

    /// The computed amount; where the order states one at `key`, it must be that.
    pub(super) fn agreed(
        &self,
        computed: Decimal,
        sum: &str,
        fields: &mut Fields<'_>,
        key: &'static str,
        problems: &mut Problems,
    ) -> Decimal {
        let rounded = self.round(computed);
        if let Some(stated) = fields.number(key, problems)
            && stated.value() != rounded
        {
            let about = if rounded == computed { String::new() } else { format!(", rounded {rounded}") };
            let what = format!("{sum} = {}{about}; the order says {stated}", computed.normalize());
            problems.add(&AMOUNT_WRONG, what, &fields.at(key));
        }
        rounded
    }
}

/// The number at `key`, of digits that can be computed with.
pub(super) fn number(fields: &mut Fields<'_>, key: &'static str, problems: &mut Problems) -> Option<Number> {
    let number = fields.number(key, problems)?;
    let digits = number.text().bytes().filter(u8::is_ascii_digit).count();
    if digits > DIGITS_MAX {
        problems.add(
            &TOO_MUCH,
            format!("a number of {digits} digits; at most {DIGITS_MAX}"),
            &fields.at(key),
        );
        return None;
    }
    Some(number)
}

/// A sum that has gone out of bounds is refused where it was made.
pub(super) fn held(value: Option<Decimal>, place: &Place, problems: &mut Problems) -> Decimal {
    value.unwrap_or_else(|| {
        problems.add(&TOO_MUCH, "a product or sum of more than 28 digits", place);
        Decimal::ZERO
    })
}
