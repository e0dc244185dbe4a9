//! General rules: what stands at the head, parties, allowances, currencies, periods, lines and prices.

use std::cmp::Ordering;

use rust_decimal::{Decimal, RoundingStrategy};

use super::ask::{both_live_in, heads, is_invoice, only, text_of, word};
use crate::{
    cast,
    document::Element,
    names::{CREDIT_NOTE, CURRENCY_ID, INVOICE, Name, UNIT_CODE, known::*},
    rule::{Answer, Cause, Check, Context, Rule, Selector, Stop, Template, both, either, fatal},
    text::trimmed,
};

pub(super) const EVERY_ELEMENT: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[Context {
            selector: Selector::Suffix(""),
            when: Some(|element| Ok(!element.has_children() && element.is_blank())),
        }],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R008",
            &[],
            &[],
            Check::By(|_| Ok(false)),
            "An element is empty.",
            "Write its value, or leave the element out.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[CREDIT_NOTE])],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R080",
            &["BT-11"],
            &[ADDITIONAL_DOCUMENT_REFERENCE],
            Check::By(|root| {
                let projects = root
                    .each(ADDITIONAL_DOCUMENT_REFERENCE)
                    .filter(|reference| reference.each(DOCUMENT_TYPE_CODE).any(|code| code.text() == "50"));
                Ok(projects.count() <= 1)
            }),
            "A credit note refers to more than one project.",
            "Keep one cac:AdditionalDocumentReference with cbc:DocumentTypeCode 50.",
        )]],
    },
];

const ROOT: &[Context] = &[Context::new(&[CREDIT_NOTE]), Context::new(&[INVOICE])];

pub(super) const BILLING_ROOT: &[Template] = &[Template {
    pattern: 2,
    contexts: ROOT,
    rules: &[
        HEAD,
        &[
            fatal(
                "PEPPOL-EN16931-R007",
                &["BT-23"],
                &[PROFILE_ID],
                Check::By(|root| is_known_process(root, "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0")),
                "The business process is none of Peppol Billing.",
                "Write urn:fdc:peppol.eu:2017:poacc:billing:01:1.0 into cbc:ProfileID.",
            ),
            fatal(
                "PEPPOL-EN16931-R004",
                &["BT-24"],
                &[CUSTOMIZATION_ID],
                Check::By(|root| {
                    follows(
                        root,
                        "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
                    )
                }),
                "The invoice does not say that it follows Peppol BIS Billing 3.0.",
                "Write urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0 into \
                 cbc:CustomizationID, without two colons in a row.",
            ),
        ],
    ],
}];

pub(super) const SELF_BILLING_ROOT: &[Template] = &[Template {
    pattern: 2,
    contexts: ROOT,
    rules: &[
        HEAD,
        &[
            fatal(
                "PEPPOL-EN16931-R007",
                &["BT-23"],
                &[PROFILE_ID],
                Check::By(|root| is_known_process(root, "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0")),
                "The business process is none of Peppol Self-Billing.",
                "Write urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0 into cbc:ProfileID.",
            ),
            fatal(
                "PEPPOL-EN16931-R004",
                &["BT-24"],
                &[CUSTOMIZATION_ID],
                Check::By(|root| {
                    follows(
                        root,
                        "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0",
                    )
                }),
                "The invoice does not say that it follows Peppol BIS Self-Billing 3.0.",
                "Write urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0 into \
                 cbc:CustomizationID, without two colons in a row.",
            ),
        ],
    ],
}];

const HEAD: &[Rule] = &[
    fatal(
        "PEPPOL-EN16931-R001",
        &["BT-23"],
        &[],
        Check::Exists(&[PROFILE_ID]),
        "The invoice does not name its business process.",
        "Write the process into cbc:ProfileID.",
    ),
    fatal(
        "PEPPOL-EN16931-R002",
        &["BT-22"],
        &[NOTE],
        Check::By(|root| Ok(root.count(NOTE) <= 1 || both_live_in(root.document(), "DE")?)),
        "The invoice has more than one note; only German parties may write more between them.",
        "Put all text into one cbc:Note.",
    ),
    fatal(
        "PEPPOL-EN16931-R003",
        &["BT-10", "BT-13"],
        &[],
        Check::By(|root| Ok(root.has(BUYER_REFERENCE) || root.leads_to(&[ORDER_REFERENCE, ID]))),
        "There is neither a reference of the buyer nor an order.",
        "Write the buyer's reference into cbc:BuyerReference, after the currency codes and cbc:AccountingCost; or the order's number into cac:OrderReference/cbc:ID, next after it.",
    ),
    fatal(
        "PEPPOL-EN16931-R053",
        &["BG-22"],
        &[TAX_TOTAL],
        Check::By(|root| Ok(totals(root, true).count() == 1)),
        "There must be exactly one tax total with a breakdown.",
        "Keep one cac:TaxTotal with cac:TaxSubtotal.",
    ),
    fatal(
        "PEPPOL-EN16931-R054",
        &["BT-111"],
        &[TAX_TOTAL],
        Check::By(|root| Ok(totals(root, false).count() == usize::from(root.has(TAX_CURRENCY_CODE)))),
        "A tax total without a breakdown belongs to a tax currency, and there is one without the other.",
        "Write one cac:TaxTotal without cac:TaxSubtotal where there is cbc:TaxCurrencyCode, and none where there is not.",
    ),
    fatal(
        "PEPPOL-EN16931-R055",
        &["BT-110", "BT-111"],
        &[TAX_TOTAL, TAX_AMOUNT],
        Check::By(tax_totals_have_one_sign),
        "The tax totals in the two currencies have different signs.",
        "Let both be positive or both negative.",
    ),
];

fn totals(root: Element<'_>, with_breakdown: bool) -> impl Iterator<Item = Element<'_>> {
    root.each(TAX_TOTAL).filter(move |total| total.has(TAX_SUBTOTAL) == with_breakdown)
}

/// The process, where `usual` is the set's own.
fn process(root: Element<'_>) -> Result<&str, Stop> {
    Ok(only(heads(root.document(), PROFILE_ID))?.map_or("", |profile| trimmed(profile.text())))
}

/// The first profile of Peppol: `usual` is the set's own, France has two.
pub(super) fn is_first_profile(element: Element<'_>, usual: &str) -> Answer {
    let process = process(element)?;
    Ok(process == usual
        || process == "urn:peppol:france:billing:regulated"
        || process == "urn:peppol:france:billing:non-regulated")
}

/// The second profile: invoices that are answered.
pub(super) fn is_second_profile(element: Element<'_>) -> Answer {
    Ok(process(element)? == "urn:peppol:bis:billing_with_response")
}

fn is_known_process(root: Element<'_>, usual: &str) -> Answer {
    Ok(is_first_profile(root, usual)? || is_second_profile(root)?)
}

fn follows(root: Element<'_>, specification: &str) -> Answer {
    let said = trimmed(text_of(root, &[CUSTOMIZATION_ID])?.unwrap_or(""));
    Ok(said.starts_with(specification) && !said.contains("::"))
}

fn tax_totals_have_one_sign(root: Element<'_>) -> Answer {
    if !root.has(TAX_CURRENCY_CODE) {
        return Ok(true);
    }
    let any = |currency: Name, wanted: fn(Ordering) -> bool| -> Answer {
        for amount in root.along(&[TAX_TOTAL, TAX_AMOUNT]) {
            if amount.attribute(CURRENCY_ID) == Some(word(root, &[currency])?) && wanted(amount.compare(0.0)?)
            {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let same = |sign| both(any(TAX_CURRENCY_CODE, sign), || any(DOCUMENT_CURRENCY_CODE, sign));
    either(same(Ordering::is_le), || same(Ordering::is_ge))
}

macro_rules! amounts {
    ($($more:expr),*) => {
        &[Template {
            pattern: 2,
            contexts: &[
                Context::new(&[AMOUNT]),
                Context::new(&[BASE_AMOUNT]),
                Context::new(&[PRICE_AMOUNT]),
                Context::new(&[TAX_TOTAL, TAX_AMOUNT])
                    .when(|amount| Ok(amount.parent().is_some_and(|total| total.has(TAX_SUBTOTAL)))),
                $($more,)*
                Context::new(&[TAXABLE_AMOUNT]),
                Context::new(&[LINE_EXTENSION_AMOUNT]),
                Context::new(&[TAX_EXCLUSIVE_AMOUNT]),
                Context::new(&[TAX_INCLUSIVE_AMOUNT]),
                Context::new(&[ALLOWANCE_TOTAL_AMOUNT]),
                Context::new(&[CHARGE_TOTAL_AMOUNT]),
                Context::new(&[PREPAID_AMOUNT]),
                Context::new(&[PAYABLE_ROUNDING_AMOUNT]),
                Context::new(&[PAYABLE_AMOUNT]),
            ],
            rules: &[&[fatal(
                "PEPPOL-EN16931-R051",
                &["BT-5"],
                &[],
                Check::By(|amount| {
                    let said = amount.attribute(CURRENCY_ID);
                    Ok(heads(amount.document(), DOCUMENT_CURRENCY_CODE).any(|code| said == Some(code.text())))
                }),
                "An amount is not in the currency of the invoice.",
                "Write the same code into currencyID and cbc:DocumentCurrencyCode; only the tax total in the tax \
                 currency differs.",
            )]],
        }]
    };
}

pub(super) const BILLING_AMOUNTS: &[Template] = amounts!(Context::new(&[TAX_SUBTOTAL, TAX_AMOUNT]));
pub(super) const SELF_BILLING_AMOUNTS: &[Template] = amounts!();

macro_rules! modifiers {
    ($when:expr) => {
        &[
            Context::new(&[INVOICE, ALLOWANCE_CHARGE]).when($when),
            Context::new(&[INVOICE, INVOICE_LINE, ALLOWANCE_CHARGE]).when($when),
            Context::new(&[CREDIT_NOTE, ALLOWANCE_CHARGE]).when($when),
            Context::new(&[CREDIT_NOTE, CREDIT_NOTE_LINE, ALLOWANCE_CHARGE]).when($when),
        ]
    };
}

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 2,
        contexts: &[Context::new(&[TAX_CURRENCY_CODE])],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R005",
            &["BT-6"],
            &[],
            Check::By(|code| {
                let document =
                    code.parent().map_or(Ok(None), |root| text_of(root, &[DOCUMENT_CURRENCY_CODE]))?;
                Ok(trimmed(code.own_text()?) != trimmed(document.unwrap_or("")))
            }),
            "The tax currency is the currency of the invoice.",
            "Leave cbc:TaxCurrencyCode out: it is for tax in another currency.",
        )]],
    },
    Template {
        pattern: 2,
        contexts: &[Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY])],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R010",
            &["BT-49"],
            &[],
            Check::Exists(&[ENDPOINT_ID]),
            "The buyer has no electronic address.",
            "Write the buyer's address on the network into cbc:EndpointID with its scheme in schemeID: 0088 and a GLN, 9932 and a British VAT number, 0195 and SGUEN with a UEN.",
        )]],
    },
    Template {
        pattern: 2,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY])],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R020",
            &["BT-34"],
            &[],
            Check::Exists(&[ENDPOINT_ID]),
            "The seller has no electronic address.",
            "Write the seller's address on the network into cbc:EndpointID with its scheme in schemeID: 0088 and a GLN, 9932 and a British VAT number, 0195 and SGUEN with a UEN.",
        )]],
    },
    Template {
        pattern: 2,
        contexts: modifiers!(|modifier| Ok(
            modifier.has(MULTIPLIER_FACTOR_NUMERIC) && !modifier.has(BASE_AMOUNT)
        )),
        rules: &[&[fatal(
            "PEPPOL-EN16931-R041",
            &["BT-93", "BT-100", "BT-137", "BT-142"],
            &[],
            Check::By(|_| Ok(false)),
            "An allowance or charge has a percentage and no amount that it is of.",
            "Write the amount before the percentage into cbc:BaseAmount.",
        )]],
    },
    Template {
        pattern: 2,
        contexts: modifiers!(|modifier| Ok(
            !modifier.has(MULTIPLIER_FACTOR_NUMERIC) && modifier.has(BASE_AMOUNT)
        )),
        rules: &[&[fatal(
            "PEPPOL-EN16931-R042",
            &["BT-94", "BT-101", "BT-138", "BT-143"],
            &[],
            Check::By(|_| Ok(false)),
            "An allowance or charge has a base and no percentage.",
            "Write the percentage into cbc:MultiplierFactorNumeric, or leave cbc:BaseAmount out.",
        )]],
    },
    Template {
        pattern: 2,
        contexts: modifiers!(|_| Ok(true)),
        rules: &[&[
            fatal(
                "PEPPOL-EN16931-R040",
                &["BT-92", "BT-99", "BT-136", "BT-141"],
                &[AMOUNT],
                Check::By(amount_is_the_percentage),
                "An allowance or charge is not the percentage of its base.",
                "Write base × percentage ÷ 100 into cbc:Amount; 0.02 more or less will do.",
            ),
            fatal(
                "PEPPOL-EN16931-R043",
                &["BG-20", "BG-21", "BG-27", "BG-28"],
                &[CHARGE_INDICATOR],
                Check::By(|modifier| {
                    let said = trimmed(text_of(modifier, &[CHARGE_INDICATOR])?.unwrap_or(""));
                    Ok(said == "true" || said == "false")
                }),
                "It is not said in words whether this is an allowance or a charge.",
                "Write false for an allowance or true for a charge; 0 and 1 will not do.",
            ),
        ]],
    },
    Template {
        pattern: 2,
        contexts: &[Context::new(&[PAYMENT_MEANS])
            .when(|means| Ok(matches!(word(means, &[PAYMENT_MEANS_CODE])?, "49" | "59")))],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R061",
            &["BT-89"],
            &[],
            Check::Exists(&[PAYMENT_MANDATE, ID]),
            "A direct debit has no mandate.",
            "Write the mandate's reference into cac:PaymentMandate/cbc:ID.",
        )]],
    },
    Template {
        pattern: 2,
        contexts: &[
            Context::new(&[INVOICE, INVOICE_LINE, INVOICE_PERIOD, START_DATE]).when(invoice_has_start),
            Context::new(&[CREDIT_NOTE, CREDIT_NOTE_LINE, INVOICE_PERIOD, START_DATE])
                .when(invoice_has_start),
        ],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R110",
            &["BT-134"],
            &[],
            Check::By(|date| Ok(lies(date, START_DATE)?.is_some_and(Ordering::is_ge))),
            "The period of a line begins before that of the invoice.",
            "Let the line's period lie within the invoice's.",
        )]],
    },
    Template {
        pattern: 2,
        contexts: &[
            Context::new(&[INVOICE, INVOICE_LINE, INVOICE_PERIOD, END_DATE]).when(invoice_has_end),
            Context::new(&[CREDIT_NOTE, CREDIT_NOTE_LINE, INVOICE_PERIOD, END_DATE]).when(invoice_has_end),
        ],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R111",
            &["BT-135"],
            &[],
            Check::By(|date| Ok(lies(date, END_DATE)?.is_some_and(Ordering::is_le))),
            "The period of a line ends after that of the invoice.",
            "Let the line's period lie within the invoice's.",
        )]],
    },
    Template {
        pattern: 2,
        contexts: &[Context::new(&[INVOICE_LINE]), Context::new(&[CREDIT_NOTE_LINE])],
        rules: &[LINE],
    },
    Template {
        pattern: 2,
        contexts: &[Context::new(&[PRICE, ALLOWANCE_CHARGE])],
        rules: &[&[
            fatal(
                "PEPPOL-EN16931-R044",
                &["BT-147"],
                &[CHARGE_INDICATOR],
                Check::By(|modifier| Ok(word(modifier, &[CHARGE_INDICATOR])? == "false")),
                "A price has a charge; only a discount may stand there.",
                "Write false into cbc:ChargeIndicator, or put the charge on the line.",
            ),
            fatal(
                "PEPPOL-EN16931-R046",
                &["BT-146", "BT-147", "BT-148"],
                &[BASE_AMOUNT],
                Check::By(net_price_is_gross_less_discount),
                "The net price is not the gross price less the discount.",
                "Write gross price − discount into cbc:PriceAmount, exactly.",
            ),
        ]],
    },
    Template {
        pattern: 2,
        contexts: &[Context::new(&[PRICE, BASE_QUANTITY])
            .when(|quantity| Ok(quantity.attribute(UNIT_CODE).is_some()))],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R130",
            &["BT-130", "BT-150"],
            &[],
            Check::By(price_unit_is_line_unit),
            "The price is for another unit than the one invoiced.",
            "Write the same unitCode at cbc:BaseQuantity and at the invoiced quantity.",
        )]],
    },
];

const LINE: &[Rule] = &[
    fatal(
        "PEPPOL-EN16931-R120",
        &["BT-131"],
        &[LINE_EXTENSION_AMOUNT],
        Check::By(line_amount_is_worked_out),
        "The amount of a line is not quantity × price ÷ base quantity, plus charges, less allowances.",
        "Write that sum into cbc:LineExtensionAmount; 0.02 more or less will do.",
    ),
    fatal(
        "PEPPOL-EN16931-R121",
        &["BT-149"],
        &[PRICE, BASE_QUANTITY],
        Check::By(|line| {
            let base = line.one_along(&[PRICE, BASE_QUANTITY])?.map(Element::decimal).transpose()?;
            Ok(base.is_none_or(|base| base > Decimal::ZERO))
        }),
        "The quantity that a price is for is not above zero.",
        "Write a number above zero into cbc:BaseQuantity, or leave it out.",
    ),
    fatal(
        "PEPPOL-EN16931-R100",
        &["BT-128"],
        &[DOCUMENT_REFERENCE],
        Check::AtMostOne(&[DOCUMENT_REFERENCE]),
        "A line refers to more than one object.",
        "Keep one cac:DocumentReference.",
    ),
    fatal(
        "PEPPOL-EN16931-R101",
        &["BT-128"],
        &[DOCUMENT_REFERENCE],
        Check::By(|line| {
            let codes = &[DOCUMENT_REFERENCE, DOCUMENT_TYPE_CODE];
            Ok(!line.has(DOCUMENT_REFERENCE) || line.along(codes).any(|code| code.text() == "130"))
        }),
        "A line refers to a document that is not said to be an invoiced object.",
        "Write 130 into cbc:DocumentTypeCode, or leave the reference out.",
    ),
];

const SLACK: Decimal = Decimal::from_parts(2, 0, 0, false, 2);

/// `amount` is `wanted`, 0.02 more or less.
fn is_about(amount: Decimal, wanted: Decimal) -> bool {
    amount.checked_sub(wanted).is_some_and(|difference| difference.abs() <= SLACK)
}

fn amount_is_the_percentage(modifier: Element<'_>) -> Answer {
    if !modifier.has(MULTIPLIER_FACTOR_NUMERIC) || !modifier.has(BASE_AMOUNT) {
        return Ok(true);
    }
    let amount = modifier.decimal_of(AMOUNT)?.unwrap_or_default();
    let base = modifier.decimal_of(BASE_AMOUNT)?.unwrap_or_default();
    let factor = modifier.decimal_of(MULTIPLIER_FACTOR_NUMERIC)?.unwrap_or_default();
    let wanted = base.checked_mul(factor).and_then(|product| product.checked_div(Decimal::ONE_HUNDRED));
    Ok(is_about(amount, wanted.ok_or_else(|| modifier.stop(Cause::TooManyDigits))?))
}

fn invoice_has_start(date: Element<'_>) -> Answer {
    Ok(heads(date.document(), INVOICE_PERIOD).any(|period| period.has(START_DATE)))
}

fn invoice_has_end(date: Element<'_>) -> Answer {
    Ok(heads(date.document(), INVOICE_PERIOD).any(|period| period.has(END_DATE)))
}

/// How a line's date lies to that of the invoice; nothing where the line's has no text.
fn lies(date: Element<'_>, name: Name) -> Result<Option<Ordering>, Stop> {
    let day = |element: Element<'_>| cast::date(element.text()).ok_or_else(|| element.stop(Cause::NotADate));
    date.own_text()?;
    let ours = if date.texts() == 0 { None } else { Some(day(date)?) };
    let whole = heads(date.document(), INVOICE_PERIOD).flat_map(|period| period.each(name));
    let whole = only(whole)?.map(day).transpose()?;
    Ok(ours.zip(whole).map(|(ours, whole)| ours.compare(whole)))
}

fn net_price_is_gross_less_discount(modifier: Element<'_>) -> Answer {
    if !modifier.has(BASE_AMOUNT) {
        return Ok(true);
    }
    let net = modifier.parent().map_or(Ok(None), |price| price.decimal_of(PRICE_AMOUNT))?;
    let gross = modifier.decimal_of(BASE_AMOUNT)?;
    let discount = modifier.decimal_of(AMOUNT)?;
    let wanted = gross.zip(discount).and_then(|(gross, discount)| gross.checked_sub(discount));
    Ok(net.is_some() && net == wanted)
}

fn quantity_name(element: Element<'_>) -> Name {
    if is_invoice(element) { INVOICED_QUANTITY } else { CREDITED_QUANTITY }
}

fn price_unit_is_line_unit(quantity: Element<'_>) -> Answer {
    let Some(line) = quantity.parent().and_then(Element::parent) else { return Ok(true) };
    if !line.has(INVOICED_QUANTITY) && !line.has(CREDITED_QUANTITY) {
        return Ok(true);
    }
    let unit = quantity.attribute(UNIT_CODE);
    Ok(line.each(quantity_name(line)).any(|invoiced| unit.is_some() && invoiced.attribute(UNIT_CODE) == unit))
}

fn line_amount_is_worked_out(line: Element<'_>) -> Answer {
    let amount = line.decimal_of(LINE_EXTENSION_AMOUNT)?.unwrap_or_default();
    let quantity = line.decimal_of(quantity_name(line))?.unwrap_or(Decimal::ONE);
    let along = |path| line.one_along(path)?.map(Element::decimal).transpose();
    let price = along(&[PRICE, PRICE_AMOUNT])?.unwrap_or_default();
    let base = along(&[PRICE, BASE_QUANTITY])?.filter(|base| !base.is_zero()).unwrap_or(Decimal::ONE);
    let (charges, allowances) = (modifiers_of(line, "true")?, modifiers_of(line, "false")?);
    let wanted = price
        .checked_div(base)
        // The official engine divides to 18 digits after the point.
        .map(|price| price.round_dp_with_strategy(18, RoundingStrategy::MidpointTowardZero))
        .and_then(|price| quantity.checked_mul(price))
        .and_then(|sum| sum.checked_add(charges))
        .and_then(|sum| sum.checked_sub(allowances));
    Ok(is_about(amount, wanted.ok_or_else(|| line.stop(Cause::TooManyDigits))?))
}

/// The sum of a line's charges or allowances, in cents.
fn modifiers_of(line: Element<'_>, indicator: &str) -> Result<Decimal, Stop> {
    let mut sum = Some(Decimal::ZERO);
    for modifier in line.each(ALLOWANCE_CHARGE) {
        if word(modifier, &[CHARGE_INDICATOR])? == indicator {
            for amount in modifier.each(AMOUNT) {
                let amount = amount.decimal()?;
                sum = sum.and_then(|sum| sum.checked_add(amount));
            }
        }
    }
    sum.and_then(cast::to_cents).ok_or_else(|| line.stop(Cause::TooManyDigits))
}
