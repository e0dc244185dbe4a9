//! Parties, addresses and identifiers.

use vocab::codelist::COUNTRIES;

use super::{
    Target,
    input::{Fields, Problems},
    refusals::{CODE_UNKNOWN, VALUE_WRONG},
};
use crate::model::{Address, Code, Contact, Identifier, LegalEntity, Party, TaxRegistration};

/// `0088:7300010000001` is an identifier of scheme 0088; without four digits and a colon there is no scheme.
pub(super) fn identifier(text: &str) -> Identifier {
    match text.split_once(':') {
        Some((scheme, value)) if scheme.len() == 4 && scheme.bytes().all(|byte| byte.is_ascii_digit()) => {
            Identifier { value: value.to_owned(), scheme: Some(Code::from(scheme)) }
        }
        _ => Identifier { value: text.to_owned(), scheme: None },
    }
}

/// The party that the table is about. A seller or buyer is a company in a register; a payee or representative goes by its
/// trading name.
pub(super) fn party(mut fields: Fields<'_>, by_trading_name: bool, problems: &mut Problems) -> Party {
    fields.need("name", problems);
    let name = fields.text("name", problems);
    let electronic_address = electronic_address(&mut fields, problems);
    let identifiers = fields.texts("identifiers", problems);
    let trading_name = fields.text("trading_name", problems);
    let address = fields.table("address", problems).map(|fields| address(fields, problems));
    let tax = ["vat", "gst", "tax_number"].map(|key| (key, fields.text(key, problems)));
    let company_number = fields.text("company_number", problems);
    let legal_form = fields.text("legal_form", problems);
    let contact = fields.table("contact", problems).map(|mut fields| {
        let contact = Contact {
            name: fields.text("name", problems),
            telephone: fields.text("telephone", problems),
            email: fields.text("email", problems),
        };
        fields.finish(problems);
        contact
    });
    fields.finish(problems);
    let company = LegalEntity {
        name: name.clone().filter(|_| !by_trading_name),
        identifier: company_number.as_deref().map(identifier),
        legal_form,
    };
    Party {
        electronic_address,
        identifiers: identifiers.iter().map(|text| identifier(text)).collect(),
        trading_name: if by_trading_name { name } else { trading_name },
        address,
        tax_registrations: tax
            .into_iter()
            .filter_map(|(key, number)| {
                // EN 16931 tells a tax number that is no VAT number by any other scheme (BT-32).
                let scheme = match key {
                    "vat" => "VAT",
                    "gst" => "GST",
                    _ => "TAX",
                };
                Some(TaxRegistration { identifier: Some(number?), scheme: Some(Code::from(scheme)) })
            })
            .collect(),
        legal_entity: Some(company).filter(|company| *company != LegalEntity::default()),
        contact,
    }
}

/// `9932:GB831495816`: a scheme of the list of electronic addresses, a colon, the address.
fn electronic_address(fields: &mut Fields<'_>, problems: &mut Problems) -> Option<Identifier> {
    let text = fields.text("electronic_address", problems)?;
    match text.split_once(':') {
        Some((scheme, value)) if !scheme.is_empty() && !value.is_empty() => {
            Some(Identifier { value: value.to_owned(), scheme: Some(Code::from(scheme)) })
        }
        _ => {
            let what =
                format!("scheme and address such as 9932:GB831495816 are expected, and this is {text}");
            problems.add(&VALUE_WRONG, what, &fields.at("electronic_address"));
            None
        }
    }
}

pub(super) fn address(mut fields: Fields<'_>, problems: &mut Problems) -> Address {
    fields.need("country", problems);
    let address = Address {
        line_1: fields.text("street", problems),
        line_2: fields.text("street_2", problems),
        line_3: fields.text("street_3", problems),
        city: fields.text("city", problems),
        post_code: fields.text("post_code", problems),
        subdivision: fields.text("subdivision", problems),
        country: country(&mut fields, "country", problems),
    };
    fields.finish(problems);
    address
}

pub(super) fn country(fields: &mut Fields<'_>, key: &'static str, problems: &mut Problems) -> Option<Code> {
    let code = fields.text(key, problems)?;
    if !COUNTRIES.contains(&code) {
        let what = format!("{code} is no country: two capital letters of ISO 3166-1, such as GB or SG");
        problems.add(&CODE_UNKNOWN, what, &fields.at(key));
    }
    Some(Code(code))
}

/// The table under `key`, which every order has.
pub(super) fn needed_party(
    order: &mut Fields<'_>,
    key: &'static str,
    target: &Target,
    problems: &mut Problems,
) -> Option<Party> {
    order.need(key, problems);
    let fields = order.table(key, problems)?;
    fields.need("address", problems);
    if target.process.is_some() {
        fields.need("electronic_address", problems);
    }
    Some(party(fields, false, problems))
}
