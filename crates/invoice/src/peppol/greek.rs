//! Rules of Greece, whose invoice numbers hold the seller's tax number, the date and the type.

use super::ask::{
    has_text, heads, normal_length, only, party_country, string, supplier_country, tax_ids, vat_schemes,
};
use crate::{
    cast::{is_integer, number},
    digits,
    document::{Document, Element},
    names::{CREDIT_NOTE, INVOICE, Name, SCHEME_ID, known::*},
    rule::{Answer, Cause, Check, Context, Rule, Template, fatal, warning},
    text::{is_blank, part},
};

const SELLER: &[Name] = &[ACCOUNTING_SUPPLIER_PARTY, PARTY];
const BUYER: &[Name] = &[ACCOUNTING_CUSTOMER_PARTY, PARTY];
const DESCRIPTIONS: &[Name] = &[DOCUMENT_DESCRIPTION];
const MARK: &str = "##M.AR.K##";
const INVOICE_URL: &str = "##INVOICE|URL##";

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 7,
        contexts: &[
            Context::new(&[INVOICE, ID]).when(sender_is_greek),
            Context::new(&[CREDIT_NOTE, ID]).when(sender_is_greek),
        ],
        rules: &[NUMBER],
    },
    Template {
        pattern: 7,
        contexts: &[Context::new(SELLER).when(sender_is_greek)],
        rules: &[&[
            fatal(
                "GR-R-002",
                &["BT-28"],
                &[PARTY_NAME, NAME],
                Check::By(|party| Ok(!string(party, &[PARTY_NAME, NAME])?.is_empty())),
                "A Greek seller has no trading name.",
                "Write it into cac:PartyName/cbc:Name.",
            ),
            warning(
                "GR-S-011",
                &["BT-31"],
                &[PARTY_TAX_SCHEME, COMPANY_ID],
                Check::By(has_one_greek_vat_id),
                "A Greek seller has not exactly one VAT identifier, of EL and a right tax number.",
                "Write EL and the nine digits of the AFM.",
            ),
        ]],
    },
    Template {
        pattern: 7,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME, COMPANY_ID]).when(
            |id| {
                let Some(scheme) = id.parent() else { return Ok(false) };
                Ok(sender_is_greek(id)? && super::ask::word(scheme, &[TAX_SCHEME, ID])? == "VAT")
            },
        )],
        rules: &[&[fatal(
            "GR-R-003",
            &["BT-31"],
            &[],
            Check::By(|id| Ok(is_greek_vat(id.text()))),
            "The VAT identifier of a Greek seller is not EL and a right tax number.",
            "Write EL and the nine digits of the AFM.",
        )]],
    },
    Template {
        pattern: 7,
        contexts: &[
            Context::new(&[INVOICE]).when(seller_lives_in_greece),
            Context::new(&[CREDIT_NOTE]).when(seller_lives_in_greece),
        ],
        rules: &[&[
            fatal(
                "GR-R-004-1",
                &["BT-122", "BT-123"],
                &[ADDITIONAL_DOCUMENT_REFERENCE],
                Check::By(|root| Ok(count_described(root, MARK) == 1)),
                "A Greek invoice does not name its MARK exactly once.",
                "Write one cac:AdditionalDocumentReference with the MARK and the description ##M.AR.K##.",
            ),
            warning(
                "GR-S-008-1",
                &["BT-122", "BT-123"],
                &[ADDITIONAL_DOCUMENT_REFERENCE],
                Check::By(|root| Ok(count_described(root, INVOICE_URL) == 1)),
                "A Greek invoice does not say where it can be read.",
                "Write one cac:AdditionalDocumentReference with the description ##INVOICE|URL##.",
            ),
            fatal(
                "GR-R-008-2",
                &["BT-122", "BT-123"],
                &[ADDITIONAL_DOCUMENT_REFERENCE],
                Check::By(|root| Ok(count_described(root, INVOICE_URL) <= 1)),
                "A Greek invoice says more than once where it can be read.",
                "Keep one reference with the description ##INVOICE|URL##.",
            ),
        ]],
    },
    Template {
        pattern: 7,
        contexts: &[Context::new(&[ADDITIONAL_DOCUMENT_REFERENCE, ID]).when(|id| {
            let mark = id.parent().is_some_and(|reference| has_text(reference, DESCRIPTIONS, MARK));
            Ok(mark && seller_lives_in_greece(id)?)
        })],
        rules: &[&[fatal(
            "GR-R-004-2",
            &["BT-122"],
            &[],
            Check::By(|id| Ok(id.text().starts_with(|first: char| matches!(first, '1'..='9')))),
            "A MARK is no number above zero.",
            "Write the number that the Greek tax authority gave to the invoice.",
        )]],
    },
    Template {
        pattern: 7,
        contexts: &[Context::new(&[ADDITIONAL_DOCUMENT_REFERENCE]).when(|reference| {
            Ok(has_text(reference, DESCRIPTIONS, INVOICE_URL) && sender_is_greek(reference)?)
        })],
        rules: &[&[fatal(
            "GR-R-008-3",
            &["BT-124"],
            &[ATTACHMENT, EXTERNAL_REFERENCE, URI],
            Check::By(|reference| Ok(!is_blank(string(reference, &[ATTACHMENT, EXTERNAL_REFERENCE, URI])?))),
            "The reference to where a Greek invoice can be read has no address.",
            "Write it into cac:Attachment/cac:ExternalReference/cbc:URI.",
        )]],
    },
    Template {
        pattern: 7,
        contexts: &[Context::new(BUYER).when(sender_is_greek)],
        rules: &[&[fatal(
            "GR-R-005",
            &["BT-45"],
            &[PARTY_NAME, NAME],
            Check::By(|party| Ok(!string(party, &[PARTY_NAME, NAME])?.is_empty())),
            "The buyer of a Greek seller has no trading name.",
            "Write it into cac:PartyName/cbc:Name.",
        )]],
    },
    Template {
        pattern: 7,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, ENDPOINT_ID])
            .when(|id| Ok(is_greece(&party_country(id.document(), ACCOUNTING_SUPPLIER_PARTY)?)))],
        rules: &[&[fatal(
            "GR-R-009",
            &["BT-34"],
            &[],
            Check::By(is_greek_endpoint),
            "The electronic address of a Greek seller is no right tax number with the scheme 9933.",
            "Write the nine digits of the AFM with the scheme 9933.",
        )]],
    },
    Template {
        pattern: 8,
        contexts: &[Context::new(BUYER).when(both_are_greek)],
        rules: &[&[fatal(
            "GR-R-006",
            &["BT-48"],
            &[PARTY_TAX_SCHEME, COMPANY_ID],
            Check::By(has_one_greek_vat_id),
            "A Greek buyer has not exactly one VAT identifier, of EL and a right tax number.",
            "Write EL and the nine digits of the AFM.",
        )]],
    },
    Template {
        pattern: 8,
        contexts: &[Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, ENDPOINT_ID]).when(both_are_greek)],
        rules: &[&[fatal(
            "GR-R-010",
            &["BT-49"],
            &[],
            Check::By(is_greek_endpoint),
            "The electronic address of a Greek buyer is no right tax number with the scheme 9933.",
            "Write the nine digits of the AFM with the scheme 9933.",
        )]],
    },
];

const NUMBER: &[Rule] = &[
    fatal(
        "GR-R-001-1",
        &["BT-1"],
        &[],
        Check::By(|id| Ok(segments(id).len() == 6)),
        "A Greek invoice number does not have six parts divided by |.",
        "Write tax number|date|branch|type|series|number, as 094019245|01/12/2026|0|1.1|A|17.",
    ),
    fatal(
        "GR-R-001-2",
        &["BT-1"],
        &[],
        Check::By(tax_number_is_the_sellers),
        "The first part of a Greek invoice number is not the tax number of the seller or its representative.",
        "Write the nine digits of the AFM.",
    ),
    fatal(
        "GR-R-001-3",
        &["BT-1", "BT-2"],
        &[],
        Check::By(date_is_the_invoices),
        "The second part of a Greek invoice number is not the date of the invoice.",
        "Write day/month/year, as 09/03/2026.",
    ),
    fatal(
        "GR-R-001-4",
        &["BT-1"],
        &[],
        Check::By(|id| {
            let branch = segment(id, 2);
            if is_blank(branch) || number(branch).is_nan() {
                return Ok(false);
            }
            if !is_integer(branch) {
                return Err(id.stop(Cause::NotANumber));
            }
            Ok(number(branch) >= 0.0)
        }),
        "The third part of a Greek invoice number is not a whole number.",
        "Write the branch's number, or 0.",
    ),
    fatal(
        "GR-R-001-5",
        &["BT-1", "BT-3"],
        &[],
        Check::By(|id| Ok(["1.1", "1.6", "2.1", "2.4", "5.1", "5.2"].contains(&segment(id, 3)))),
        "The fourth part of a Greek invoice number is no type of document.",
        "Write 1.1, 1.6, 2.1, 2.4, 5.1 or 5.2.",
    ),
    fatal(
        "GR-R-001-6",
        &["BT-1"],
        &[],
        Check::By(|id| Ok(!segment(id, 4).is_empty())),
        "The fifth part of a Greek invoice number is missing.",
        "Write the series, or 0.",
    ),
    fatal(
        "GR-R-001-7",
        &["BT-1"],
        &[],
        Check::By(|id| Ok(!segment(id, 5).is_empty())),
        "The sixth part of a Greek invoice number is missing.",
        "Write the number within the series.",
    ),
];

/// `tokenize(., '\|')`.
fn segments(id: Element<'_>) -> Vec<&str> {
    if id.text().is_empty() { Vec::new() } else { id.text().split('|').collect() }
}

fn segment(id: Element<'_>, at: usize) -> &str {
    segments(id).get(at).copied().unwrap_or("")
}

fn tax_number_is_the_sellers(id: Element<'_>) -> Answer {
    let tax_number = segment(id, 0);
    if normal_length(tax_number) != 9 || !digits::greek(tax_number) {
        return Ok(false);
    }
    let document = id.document();
    let sellers = heads(document, ACCOUNTING_SUPPLIER_PARTY).flat_map(|seller| seller.each(PARTY));
    let representatives = heads(document, TAX_REPRESENTATIVE_PARTY);
    for scheme in sellers.chain(representatives).flat_map(vat_schemes) {
        if part(string(scheme, &[COMPANY_ID])?, 2, 9) == tax_number {
            return Ok(true);
        }
    }
    Ok(false)
}

fn date_is_the_invoices(id: Element<'_>) -> Answer {
    let date = segment(id, 1);
    if is_blank(date) || !begins_with_greek_date(date) {
        return Ok(false);
    }
    let issued = only(heads(id.document(), ISSUE_DATE))?.map_or("", Element::text);
    let (issued, date): (Vec<&str>, Vec<&str>) = (issued.split('-').collect(), date.split('/').collect());
    let same =
        |ours: usize, theirs: usize| date.get(ours).is_some_and(|ours| issued.get(theirs) == Some(ours));
    Ok(same(0, 2) && same(1, 1) && same(2, 0))
}

/// `^(0?[1-9]|[12][0-9]|3[01])[-\\/ ]?(0?[1-9]|1[0-2])[-\\/ ]?(19|20)[0-9]{2}`: what follows is not looked at.
fn begins_with_greek_date(text: &str) -> bool {
    let numbers = |text: &str, most: u32| -> Vec<usize> {
        let fits = |length: &usize| {
            let digits = text.get(..*length).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
            digits
                .and_then(|digits| digits.parse().ok())
                .is_some_and(|number: u32| (1..=most).contains(&number))
        };
        [1, 2].into_iter().filter(fits).collect()
    };
    let skip = |text: &str| text.strip_prefix(['-', '\\', '/', ' ']).unwrap_or(text).to_owned();
    let rest_of = |text: &str, length: usize| skip(text.get(length..).unwrap_or(""));
    numbers(text, 31).into_iter().map(|length| rest_of(text, length)).any(|months| {
        numbers(&months, 12).into_iter().map(|length| rest_of(&months, length)).any(|year| {
            (year.starts_with("19") || year.starts_with("20"))
                && year.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()))
        })
    })
}

fn is_greece(country: &str) -> bool {
    country == "GR" || country == "EL"
}

fn sender_is_greek(element: Element<'_>) -> Answer {
    Ok(is_greece(&supplier_country(element.document())?))
}

fn both_are_greek(element: Element<'_>) -> Answer {
    Ok(sender_is_greek(element)? && is_greece(&party_country(element.document(), ACCOUNTING_CUSTOMER_PARTY)?))
}

fn seller_lives_in_greece(element: Element<'_>) -> Answer {
    let written = |document: &Document<'_>| {
        heads(document, ACCOUNTING_SUPPLIER_PARTY)
            .any(|seller| has_text(seller, &[PARTY, POSTAL_ADDRESS, COUNTRY, IDENTIFICATION_CODE], "GR"))
    };
    Ok(sender_is_greek(element)? && written(element.document()))
}

fn count_described(root: Element<'_>, description: &str) -> usize {
    root.each(ADDITIONAL_DOCUMENT_REFERENCE)
        .filter(|reference| has_text(*reference, DESCRIPTIONS, description))
        .count()
}

fn is_greek_vat(id: &str) -> bool {
    id.strip_prefix("EL").is_some_and(digits::greek)
}

fn has_one_greek_vat_id(party: Element<'_>) -> Answer {
    let ids = tax_ids(party, "VAT")?;
    Ok(matches!(ids.as_slice(), [id] if is_greek_vat(id.text())))
}

fn is_greek_endpoint(id: Element<'_>) -> Answer {
    Ok(id.attribute(SCHEME_ID) == Some("9933") && digits::greek(id.text()))
}
