//! Every refusal of this room, for `docs/errors.md`.

use crate::{
    RefusalKind, britain, carrier, date, equipment, goods, identifier, lei, money, party, place, singapore,
    time,
};

/// The refusals of this room, by code.
pub const REFUSALS: &[&RefusalKind] = &[
    &money::AMOUNTS_DO_NOT_ADD,
    &money::BAD_AMOUNT,
    &carrier::BAD_CARRIER_CODE,
    &identifier::BAD_CHECK,
    &britain::BAD_COMPANY_NUMBER,
    &equipment::BAD_CONTAINER_NUMBER,
    &place::BAD_COUNTRY,
    &money::BAD_CURRENCY,
    &date::BAD_DATE,
    &britain::BAD_EORI,
    &singapore::BAD_GST_NUMBER,
    &goods::BAD_HS_CODE,
    &lei::BAD_LEI,
    &party::BAD_PARTY,
    &party::BAD_PARTY_CODE,
    &party::BAD_PLATFORM_CODE,
    &time::BAD_TIME,
    &singapore::BAD_UEN,
    &place::BAD_UN_LOCODE,
    &britain::BAD_VAT_NUMBER,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_each_stands_once() {
        assert!(REFUSALS.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
