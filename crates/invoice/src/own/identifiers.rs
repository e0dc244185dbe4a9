//! Identifiers against their registers: length, shape and check digits.

use vocab::{
    britain::VatNumber,
    lei::Lei,
    singapore::{GstNumber, Uen},
};

use super::{Found, OwnRule, Remark, rows};
use crate::{
    digits,
    document::{Document, Element},
    names::{Name, SCHEME_ID, known::*},
    text::{is_digits, is_word, is_word_in_capitals, trimmed},
};

/// Elements that hold an identifier with its scheme, and which of a party's terms they are.
const SCHEMED: [(Name, Kind); 3] =
    [(COMPANY_ID, Kind::Legal), (ENDPOINT_ID, Kind::Address), (ID, Kind::Other)];

/// Which of its identifiers a party gives.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Address,
    Legal,
    Other,
    Tax,
}

pub(super) fn look<'d>(document: &'d Document<'d>, found: &mut Found<'d>) {
    for (name, kind) in SCHEMED {
        for element in document.all(name) {
            if let Some(scheme) = element.attribute(SCHEME_ID) {
                by_scheme(element, trimmed(scheme), kind, found);
            }
        }
    }
    for scheme in document.all(PARTY_TAX_SCHEME) {
        tax_number(scheme, found);
    }
    for name in [PAYEE_FINANCIAL_ACCOUNT, PAYER_FINANCIAL_ACCOUNT] {
        for id in document.all(name).filter_map(|account| account.first(ID)) {
            account(id, if name == PAYER_FINANCIAL_ACCOUNT { "BT-91" } else { "BT-84" }, found);
        }
    }
}

fn by_scheme<'d>(element: Element<'d>, scheme: &str, kind: Kind, found: &mut Found<'d>) {
    let text = trimmed(element.text());
    let wrong = match scheme {
        "0088" => wrong_gln(text).map(|why| (&rows::GLN, why)),
        "0195" => wrong_uen(text, kind).map(|why| (&rows::UEN, why)),
        "0199" => text.parse::<Lei>().err().map(|refusal| (&rows::LEI, why("an LEI", text, &refusal))),
        "9932" => wrong_vat_number(text).map(|why| (&rows::GB_VAT_NUMBER, why)),
        _ => None,
    };
    if let Some((rule, message)) = wrong {
        say(rule, element, kind, message, found);
    }
}

fn tax_number<'d>(scheme: Element<'d>, found: &mut Found<'d>) {
    let Some(id) = scheme.first(COMPANY_ID) else { return };
    let text = trimmed(id.text());
    let says = |word: &str| scheme.along(&[TAX_SCHEME, ID]).any(|id| is_word_in_capitals(id.text(), word));
    if text.is_empty() {
        return;
    }
    if says("VAT") && (text.starts_with("GB") || text.starts_with("XI")) {
        if let Some(message) = wrong_vat_number(text) {
            say(&rows::GB_VAT_NUMBER, id, Kind::Tax, message, found);
        }
    } else if says("GST")
        && !is_abroad(scheme)
        && let Err(refusal) = text.parse::<GstNumber>()
    {
        let message = why("a Singapore GST registration number", text, &refusal);
        say(&rows::GST_NUMBER, id, Kind::Tax, message, found);
    }
}

/// Whether the party of a tax scheme has its address in another country than Singapore: its number is none of IRAS then.
fn is_abroad(scheme: Element<'_>) -> bool {
    scheme.parent().is_some_and(|party| {
        party
            .along(&[POSTAL_ADDRESS, COUNTRY, IDENTIFICATION_CODE])
            .any(|country| !is_word(country.text(), "SG"))
    })
}

fn wrong_gln(text: &str) -> Option<String> {
    if !is_digits(text, GLN_DIGITS) {
        return Some(format!("The GLN {text} has not {GLN_DIGITS} digits."));
    }
    if digits::gln(text) {
        return None;
    }
    Some(format!("The check digit of the GLN {text} does not belong to the rest of it."))
}

/// Digits of a Global Location Number.
const GLN_DIGITS: usize = 13;

/// The identifier of a country and a register that stand before the UEN in an electronic address.
const UEN_PREFIX: &str = "SGUEN";

fn wrong_uen(text: &str, kind: Kind) -> Option<String> {
    let capitals = text.to_ascii_uppercase();
    let number = match (capitals.strip_prefix(UEN_PREFIX), kind) {
        (Some(number), _) => number,
        (None, Kind::Address) => {
            return Some(format!(
                "The electronic address {text} under scheme 0195 does not begin with {UEN_PREFIX}."
            ));
        }
        (None, Kind::Legal | Kind::Other | Kind::Tax) => &capitals,
    };
    number.parse::<Uen>().err().map(|refusal| why("a UEN", number, &refusal))
}

fn wrong_vat_number(text: &str) -> Option<String> {
    text.parse::<VatNumber>().err().map(|refusal| why("a British VAT number", text, &refusal))
}

fn why(what: &str, text: &str, refusal: &vocab::Refusal) -> String {
    if refusal.code() == vocab::identifier::BAD_CHECK.code {
        format!("{text} cannot be {what}: its check characters do not belong to the rest of it.")
    } else {
        format!("{text} has not the shape of {what}.")
    }
}

fn account<'d>(id: Element<'d>, term: &'static str, found: &mut Found<'d>) {
    let number: String = id.text().chars().filter(|character| !character.is_ascii_whitespace()).collect();
    if looks_like_iban(&number) && !digits::iban(&number) {
        found.add(Some(Remark {
            rule: &rows::IBAN,
            element: id,
            term,
            message: format!(
                "The account number {number} looks like an IBAN, and its check digits do not belong to it."
            ),
            remedy: rows::IBAN.remedy.to_owned(),
            write: None,
        }));
    }
}

/// Two capitals, two digits, and 11 to 30 letters or digits: what is shorter or begins otherwise is a national number.
fn looks_like_iban(number: &str) -> bool {
    let (head, rest) = number.split_at_checked(4).unwrap_or(("", ""));
    head.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
        && head.bytes().skip(2).all(|byte| byte.is_ascii_digit())
        && (11..=30).contains(&rest.len())
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn say<'d>(rule: &'static OwnRule, element: Element<'d>, kind: Kind, message: String, found: &mut Found<'d>) {
    let remedy = rule.remedy.to_owned();
    found.add(Some(Remark { rule, element, term: term_of(element, kind), message, remedy, write: None }));
}

/// The business term of an identifier, by whose it is.
fn term_of(element: Element<'_>, kind: Kind) -> &'static str {
    let whose = |name: Name| element.is_under(name);
    let terms = if whose(ACCOUNTING_SUPPLIER_PARTY) {
        ["BT-34", "BT-30", "BT-29", "BT-31"]
    } else if whose(ACCOUNTING_CUSTOMER_PARTY) {
        ["BT-49", "BT-47", "BT-46", "BT-48"]
    } else if whose(PAYEE_PARTY) {
        ["", "BT-61", "BT-60", ""]
    } else if whose(TAX_REPRESENTATIVE_PARTY) {
        ["", "", "", "BT-63"]
    } else if whose(DELIVERY_LOCATION) {
        ["", "", "BT-71", ""]
    } else {
        [""; 4]
    };
    let [address, legal, other, tax] = terms;
    match kind {
        Kind::Address => address,
        Kind::Legal => legal,
        Kind::Other => other,
        Kind::Tax => tax,
    }
}
