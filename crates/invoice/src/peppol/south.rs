//! Rules of Italy and the Netherlands.

use rust_decimal::Decimal;

use super::ask::{both_live_in, heads, lives_in, normal_length, supplier_country, word};
use crate::{
    document::Element,
    names::{SCHEME_ID, known::*},
    rule::{Answer, Check, Context, Template, either, fatal},
    text::is_all,
};

macro_rules! italian {
    ($rule:literal, $term:literal, $name:expr, $message:literal, $remedy:literal) => {
        fatal($rule, &[$term], &[POSTAL_ADDRESS], Check::Exists(&[POSTAL_ADDRESS, $name]), $message, $remedy)
    };
}

/// A rule about an address of which all three parts must be there.
macro_rules! dutch_address {
    ($path:expr, $when:expr, $rule:literal, $terms:expr, $message:literal) => {
        Template {
            pattern: 10,
            contexts: &[Context::new($path).when($when)],
            rules: &[&[fatal(
                $rule,
                $terms,
                &[],
                Check::By(|address| {
                    Ok(address.has(STREET_NAME) && address.has(CITY_NAME) && address.has(POSTAL_ZONE))
                }),
                $message,
                "Write cbc:StreetName, cbc:CityName and cbc:PostalZone.",
            )]],
        }
    };
}

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 5,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME])
            .when(|scheme| Ok(seller_is_italian(scheme)? && word(scheme, &[TAX_SCHEME, ID])? != "VAT"))],
        rules: &[&[fatal(
            "IT-R-001",
            &["BT-32"],
            &[COMPANY_ID],
            Check::By(|scheme| {
                let id = word(scheme, &[COMPANY_ID])?;
                Ok(is_all(id, 11, 16, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()))
            }),
            "The tax code of an Italian seller does not have eleven to sixteen capitals and digits.",
            "Write the Codice Fiscale into cbc:CompanyID.",
        )]],
    },
    Template {
        pattern: 5,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY]).when(seller_is_italian)],
        rules: &[&[
            italian!(
                "IT-R-002",
                "BT-35",
                STREET_NAME,
                "The address of an Italian seller lacks the street.",
                "Write cbc:StreetName."
            ),
            italian!(
                "IT-R-003",
                "BT-37",
                CITY_NAME,
                "The address of an Italian seller lacks the city.",
                "Write cbc:CityName."
            ),
            italian!(
                "IT-R-004",
                "BT-38",
                POSTAL_ZONE,
                "The address of an Italian seller lacks the post code.",
                "Write cbc:PostalZone."
            ),
        ]],
    },
    Template {
        pattern: 10,
        contexts: &[Context::new(&[CREDIT_NOTE_TYPE_CODE]).when(seller_is_dutch)],
        rules: &[&[fatal(
            "NL-R-001",
            &["BT-25"],
            &[],
            Check::By(|code| {
                Ok(heads(code.document(), BILLING_REFERENCE)
                    .any(|billing| billing.leads_to(&[INVOICE_DOCUMENT_REFERENCE, ID])))
            }),
            "A Dutch credit note does not name the invoice it credits.",
            "Write the invoice's number into cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID.",
        )]],
    },
    dutch_address!(
        &[ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS],
        seller_is_dutch,
        "NL-R-002",
        &["BT-35", "BT-37", "BT-38"],
        "The address of a Dutch seller lacks the street, the city or the post code."
    ),
    Template {
        pattern: 10,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID])
            .when(seller_is_dutch)],
        rules: &[&[fatal(
            "NL-R-003",
            &["BT-30"],
            &[],
            Check::By(is_in_dutch_register),
            "The registration number of a Dutch seller is neither a KVK number nor an OIN.",
            "Write 0106 or 0190 into schemeID, and the number.",
        )]],
    },
    dutch_address!(
        &[ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS],
        both_are_dutch,
        "NL-R-004",
        &["BT-50", "BT-52", "BT-53"],
        "The address of a Dutch buyer lacks the street, the city or the post code."
    ),
    Template {
        pattern: 10,
        contexts: &[Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID])
            .when(both_are_dutch)],
        rules: &[&[fatal(
            "NL-R-005",
            &["BT-47"],
            &[],
            Check::By(is_in_dutch_register),
            "The registration number of a Dutch buyer is neither a KVK number nor an OIN.",
            "Write 0106 or 0190 into schemeID, and the number.",
        )]],
    },
    dutch_address!(
        &[TAX_REPRESENTATIVE_PARTY, POSTAL_ADDRESS],
        |address| Ok(
            seller_is_dutch(address)? && lives_in(address.document(), TAX_REPRESENTATIVE_PARTY, "NL")?
        ),
        "NL-R-006",
        &["BT-64", "BT-66", "BT-67"],
        "The address of a Dutch tax representative lacks the street, the city or the post code."
    ),
    Template {
        pattern: 10,
        contexts: &[Context::new(&[LEGAL_MONETARY_TOTAL]).when(seller_is_dutch)],
        rules: &[&[fatal(
            "NL-R-007",
            &["BT-81"],
            &[PAYABLE_AMOUNT],
            Check::By(something_is_to_be_paid_by_means),
            "A Dutch seller asks for money and names no means of payment.",
            "Write cac:PaymentMeans.",
        )]],
    },
    Template {
        pattern: 10,
        contexts: &[Context::new(&[PAYMENT_MEANS]).when(both_are_dutch)],
        rules: &[&[fatal(
            "NL-R-008",
            &["BT-81"],
            &[PAYMENT_MEANS_CODE],
            Check::By(|means| {
                Ok(matches!(word(means, &[PAYMENT_MEANS_CODE])?, "30" | "48" | "49" | "57" | "58" | "59"))
            }),
            "The Netherlands do not use this means of payment.",
            "Write 30, 48, 49, 57, 58 or 59.",
        )]],
    },
    Template {
        pattern: 10,
        contexts: &[Context::new(&[ORDER_LINE_REFERENCE, LINE_ID]).when(seller_is_dutch)],
        rules: &[&[fatal(
            "NL-R-009",
            &["BT-13", "BT-132"],
            &[],
            Check::By(|line| Ok(heads(line.document(), ORDER_REFERENCE).any(|order| order.has(ID)))),
            "A line names a line of an order, and the order is not named.",
            "Write the order's number into cac:OrderReference/cbc:ID.",
        )]],
    },
];

fn seller_is_italian(element: Element<'_>) -> Answer {
    Ok(supplier_country(element.document())? == "IT")
}

fn seller_is_dutch(element: Element<'_>) -> Answer {
    lives_in(element.document(), ACCOUNTING_SUPPLIER_PARTY, "NL")
}

fn both_are_dutch(element: Element<'_>) -> Answer {
    both_live_in(element.document(), "NL")
}

fn is_in_dutch_register(id: Element<'_>) -> Answer {
    let scheme = format!(" {} ", id.attribute(SCHEME_ID).unwrap_or(""));
    Ok((scheme.contains(" 0106 ") || scheme.contains(" 0190 ")) && normal_length(id.text()) > 0)
}

fn something_is_to_be_paid_by_means(total: Element<'_>) -> Answer {
    let document = total.document();
    let nothing = total.decimal_of(PAYABLE_AMOUNT).map(|payable| {
        payable.is_some_and(|payable| {
            if document.is_credit_note() { payable >= Decimal::ZERO } else { payable <= Decimal::ZERO }
        })
    });
    either(nothing, || Ok(document.all(PAYMENT_MEANS).next().is_some()))
}
