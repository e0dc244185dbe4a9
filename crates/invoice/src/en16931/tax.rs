//! Rules about each category of VAT: the same ten questions, answered differently.

use rust_decimal::{Decimal, prelude::FromPrimitive};

use super::{lines::some_is_not_negative, parties::vat_number, totals};
use crate::{
    document::Element,
    facts::{AE, B, Categories, Counts, E, G, K, L, Lines, M, O, S, Z, category_code, is_vat},
    names::{Name, known::*},
    rule::{Answer, Cause, Check, Context, Rule, Stop, Template, fatal},
};

/// Who must have a number for tax where the category is used.
#[derive(Debug, Clone, Copy)]
enum Need {
    /// The seller any number for tax, or the representative a VAT number.
    Seller,
    /// The seller or the representative a VAT number.
    SellerVat,
    /// As [`Need::Seller`], and the buyer a VAT number or a registration.
    SellerAndBuyer,
    /// As [`Need::SellerVat`], and the buyer a VAT number.
    SellerVatAndBuyerVat,
    /// Nobody a VAT number.
    Nobody,
}

/// Where the category is used.
#[derive(Debug, Clone, Copy)]
enum Use {
    Allowance,
    Charge,
    Item,
}

fn categories<'d>(element: Element<'d>) -> Result<&'d Categories, Stop> {
    element.document().facts().categories.as_ref().map_err(|stop| *stop)
}

/// Used anywhere: exactly one breakdown. Not used: none is asked for.
fn one_breakdown(root: Element<'_>, code: usize) -> Answer {
    let found = categories(root)?;
    Ok(!(found.any_vat.has(code) || found.item_vat.has(code)) || found.breakdown_vat_ids.of(code) == 1)
}

fn both_or_neither(used: u32, breakdown_where_used: u32, breakdown_where_not: u32) -> bool {
    if used > 0 { breakdown_where_used > 0 } else { breakdown_where_not == 0 }
}

/// Category S: whatever the tax scheme.
fn some_breakdown_s(root: Element<'_>) -> Answer {
    let found = categories(root)?;
    let used = found.modifier.of(S) + found.item.of(S);
    Ok(both_or_neither(used, found.breakdown.of(S), found.breakdown.of(S)))
}

fn some_breakdown(root: Element<'_>, code: usize, raw: impl Fn(&Categories) -> &Counts) -> Answer {
    let found = categories(root)?;
    let used = found.modifier_vat.of(code) + found.item_vat.of(code);
    Ok(both_or_neither(used, raw(found).of(code), found.breakdown_vat.of(code)))
}

fn numbers(root: Element<'_>, code: usize, place: Use, need: Need) -> Answer {
    let found = categories(root)?;
    let (used, escape) = match place {
        Use::Item if code == S => (found.item_vat.has(code), !found.item.has(code)),
        Use::Item => (found.item_vat.has(code), !found.item_vat.has(code)),
        Use::Allowance if code == G => (found.allowance.has(code), !found.allowance_vat.has(code)),
        Use::Charge if code == G => (found.charge.has(code), !found.charge_vat.has(code)),
        Use::Allowance if code == O => {
            (found.root_allowance_vat.has(code), !found.root_allowance_vat.has(code))
        }
        Use::Charge if code == O => (found.root_charge_vat.has(code), !found.root_charge_vat.has(code)),
        Use::Allowance => (found.allowance_vat.has(code), !found.allowance_vat.has(code)),
        Use::Charge if code == L => (found.charge_vat.has(code), !found.charge_vat_raw.has(code)),
        Use::Charge => (found.charge_vat.has(code), !found.charge_vat.has(code)),
    };
    Ok((used && need.is_met(root)?) || escape)
}

impl Need {
    fn is_met(self, root: Element<'_>) -> Answer {
        let document = root.document();
        let seller = || {
            document
                .all(ACCOUNTING_SUPPLIER_PARTY)
                .any(|party| party.leads_to(&[PARTY, PARTY_TAX_SCHEME, COMPANY_ID]))
        };
        let vat_of = |name: Name| -> Answer {
            for party in document.all(name).flat_map(|party| party.each(PARTY)) {
                if vat_number(party, true)? {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        let representative = || -> Answer {
            for party in document.all(TAX_REPRESENTATIVE_PARTY) {
                if vat_number(party, true)? {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        let buyer_registered = || {
            document
                .all(ACCOUNTING_CUSTOMER_PARTY)
                .any(|party| party.leads_to(&[PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID]))
        };
        Ok(match self {
            Need::Seller => seller() || representative()?,
            Need::SellerVat => vat_of(ACCOUNTING_SUPPLIER_PARTY)? || representative()?,
            Need::SellerAndBuyer => {
                (seller() || representative()?) && (vat_of(ACCOUNTING_CUSTOMER_PARTY)? || buyer_registered())
            }
            Need::SellerVatAndBuyerVat => {
                (vat_of(ACCOUNTING_SUPPLIER_PARTY)? || representative()?)
                    && vat_of(ACCOUNTING_CUSTOMER_PARTY)?
            }
            Need::Nobody => {
                !vat_of(ACCOUNTING_SUPPLIER_PARTY)?
                    && !representative()?
                    && !vat_of(ACCOUNTING_CUSTOMER_PARTY)?
            }
        })
    }
}

/// Whether the category is `code` under VAT.
fn is(category: Element<'_>, code: &str) -> Answer {
    Ok(category_code(category)? == code && is_vat(category)?)
}

fn rate_is_zero(category: Element<'_>) -> Answer {
    Ok(category.decimal_of(PERCENT)?.is_some_and(|rate| rate.is_zero()))
}

fn rate_is_positive(category: Element<'_>) -> Answer {
    for rate in category.each(PERCENT) {
        if rate.compare(0.0)?.is_gt() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn rate_is_not_negative(category: Element<'_>) -> Answer {
    some_is_not_negative(category, &[PERCENT])
}

fn has_no_rate(category: Element<'_>) -> Answer {
    Ok(!category.has(PERCENT))
}

/// Exact: what the category taxes is what lines, charges and allowances of that category come to.
fn base_is_exact(category: Element<'_>, code: usize) -> Answer {
    let document = category.document();
    let Some(subtotal) = category.parent() else { return Ok(false) };
    for lines in [Lines::Invoice, Lines::CreditNote] {
        if document.all(lines.name()).next().is_none() {
            continue;
        }
        let Some(base) = subtotal.decimal_of(TAXABLE_AMOUNT)? else { return Ok(false) };
        let sum = document.facts().sums(document)?.taxable(code, lines);
        if sum.ok_or_else(|| category.stop(Cause::TooManyDigits))? == base {
            return Ok(true);
        }
    }
    Ok(false)
}

/// For each rate, within less than 1: the official test goes through binary fractions, so the bounds do, too.
fn base_is_near(category: Element<'_>, code: usize) -> Answer {
    let Some(rate) = category.decimal_of(PERCENT)? else { return Ok(true) };
    let document = category.document();
    let sum = document.facts().by_rate(code, document)?.at(rate);
    for lines in [Lines::Invoice, Lines::CreditNote] {
        let asked = match lines {
            _ if code != S => document.all(lines.name()).next().is_some(),
            Lines::Invoice => sum.has_invoice_line || sum.has_modifier,
            Lines::CreditNote => sum.has_credit_note_line || sum.has_modifier,
        };
        if asked && is_within_one(category, sum.taxable(lines))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `xs:decimal(base - 1) < sum` and `xs:decimal(base + 1) > sum`.
fn is_within_one(category: Element<'_>, sum: Option<Decimal>) -> Answer {
    let too_long = || category.stop(Cause::TooManyDigits);
    let Some(subtotal) = category.parent() else { return Ok(false) };
    let Some(base) = subtotal.one(TAXABLE_AMOUNT)? else { return Ok(false) };
    let (base, sum) = (base.double()?, sum.ok_or_else(too_long)?);
    let bound = |number: f64| Decimal::from_f64_retain(number).or_else(|| Decimal::from_f64(number));
    let (low, high) = (bound(base - 1.0).ok_or_else(too_long)?, bound(base + 1.0).ok_or_else(too_long)?);
    Ok(low < sum && high > sum)
}

fn tax_is_zero(category: Element<'_>) -> Answer {
    let Some(subtotal) = category.parent() else { return Ok(false) };
    Ok(subtotal.decimal_of(TAX_AMOUNT)?.is_some_and(|tax| tax.is_zero()))
}

fn tax_is_product(category: Element<'_>) -> Answer {
    let Some(subtotal) = category.parent() else { return Ok(false) };
    let (Some(tax), Some(base), Some(rate)) = (
        subtotal.decimal_of(TAX_AMOUNT)?,
        subtotal.decimal_of(TAXABLE_AMOUNT)?,
        category.decimal_of(PERCENT)?,
    ) else {
        return Ok(false);
    };
    totals::is_near_product(tax, base, rate).ok_or_else(|| category.stop(Cause::TooManyDigits))
}

fn has_reason(category: Element<'_>) -> Answer {
    Ok(category.has(TAX_EXEMPTION_REASON) || category.has(TAX_EXEMPTION_REASON_CODE))
}

fn has_no_reason(category: Element<'_>) -> Answer {
    Ok(!has_reason(category)?)
}

/// The rules of one category: four of the root, three of its breakdown, one each of allowance, charge and item.
macro_rules! category {
    (
        $prefix:literal, $code:literal, $what:literal,
        once: $once:expr, numbers: $need:expr, $numbers:literal,
        rate: $rate:expr, $rates:literal, base: $base:expr, tax: $tax:expr, $taxes:literal, reason: $reason:expr, $reasons:literal,
        $root:ident, $breakdown:ident, $allowance:ident, $charge:ident, $item:ident, $index:expr
    ) => {
        pub(super) const $root: &[Rule] = &[
            fatal(concat!($prefix, "-01"), &["BT-118", "BT-151", "BT-95", "BT-102"], &[TAX_TOTAL], Check::By($once),
                concat!("Something is ", $what, " (category ", $code, ") and the breakdown of tax does not show it as it must, or the other way round."),
                concat!("Give the breakdown a cac:TaxSubtotal of category ", $code, " exactly where a line, allowance or charge has that category.")),
            fatal(concat!($prefix, "-02"), &["BT-31", "BT-32", "BT-63", "BT-48"], &[], Check::By(|root| numbers(root, $index, Use::Item, $need)),
                concat!("A line is ", $what, " (category ", $code, "), and the tax numbers are not as that demands."), $numbers),
            fatal(concat!($prefix, "-03"), &["BT-31", "BT-32", "BT-63", "BT-48"], &[], Check::By(|root| numbers(root, $index, Use::Allowance, $need)),
                concat!("An allowance is ", $what, " (category ", $code, "), and the tax numbers are not as that demands."), $numbers),
            fatal(concat!($prefix, "-04"), &["BT-31", "BT-32", "BT-63", "BT-48"], &[], Check::By(|root| numbers(root, $index, Use::Charge, $need)),
                concat!("A charge is ", $what, " (category ", $code, "), and the tax numbers are not as that demands."), $numbers),
        ];
        const $breakdown: &[Rule] = &[
            fatal(concat!($prefix, "-08"), &["BT-116", "BT-131", "BT-92", "BT-99"], &[], Check::By(|category| $base(category, $index)),
                concat!("The taxable amount of category ", $code, " is not what its lines, charges and allowances come to."),
                "Write lines plus charges minus allowances of this category, and where it is taxed of this rate, into cbc:TaxableAmount."),
            fatal(concat!($prefix, "-09"), &["BT-117"], &[], Check::By($tax),
                concat!("The tax amount of category ", $code, " is not as that category demands."), $taxes),
            fatal(concat!($prefix, "-10"), &["BT-120", "BT-121"], &[], Check::By($reason),
                concat!("The breakdown of category ", $code, " gives a reason for exemption where it may not, or none where it must."), $reasons),
        ];
        const $allowance: &[Rule] = &[fatal(concat!($prefix, "-06"), &["BT-96"], &[PERCENT], Check::By($rate),
            concat!("The rate of an allowance of category ", $code, " is not as that category demands."), $rates)];
        const $charge: &[Rule] = &[fatal(concat!($prefix, "-07"), &["BT-103"], &[PERCENT], Check::By($rate),
            concat!("The rate of a charge of category ", $code, " is not as that category demands."), $rates)];
        const $item: &[Rule] = &[fatal(concat!($prefix, "-05"), &["BT-152"], &[PERCENT], Check::By($rate),
            concat!("The rate of a line of category ", $code, " is not as that category demands."), $rates)];
    };
}

category!("BR-S", "S", "taxed at a rate", once: some_breakdown_s,
    numbers: Need::Seller, "Give the seller's VAT number in cac:PartyTaxScheme/cbc:CompanyID, with cac:TaxScheme/cbc:ID VAT, or the tax representative's.",
    rate: rate_is_positive, "Write a rate above 0 into cbc:Percent, or use category Z for the zero rate.",
    base: base_is_near, tax: tax_is_product, "Write TaxableAmount × Percent ÷ 100 into cbc:TaxAmount.",
    reason: has_no_reason, "Leave cbc:TaxExemptionReason and its code out.",
    S_ROOT, S_BREAKDOWN, S_ALLOWANCE, S_CHARGE, S_ITEM, S);
category!("BR-Z", "Z", "zero rated", once: |root| one_breakdown(root, Z),
    numbers: Need::Seller, "Give the seller's VAT number in cac:PartyTaxScheme/cbc:CompanyID, with cac:TaxScheme/cbc:ID VAT, or the tax representative's.",
    rate: rate_is_zero, "Write 0 into cbc:Percent.",
    base: base_is_exact, tax: tax_is_zero, "Write 0.00 into cbc:TaxAmount.",
    reason: has_no_reason, "Leave cbc:TaxExemptionReason and its code out; an export that needs a reason is category G.",
    Z_ROOT, Z_BREAKDOWN, Z_ALLOWANCE, Z_CHARGE, Z_ITEM, Z);
category!("BR-E", "E", "exempt from VAT", once: |root| one_breakdown(root, E),
    numbers: Need::Seller, "Give the seller's VAT number in cac:PartyTaxScheme/cbc:CompanyID, with cac:TaxScheme/cbc:ID VAT, or the tax representative's.",
    rate: rate_is_zero, "Write 0 into cbc:Percent.",
    base: base_is_exact, tax: tax_is_zero, "Write 0.00 into cbc:TaxAmount.",
    reason: has_reason, "Say why in cbc:TaxExemptionReason, or by code in cbc:TaxExemptionReasonCode.",
    E_ROOT, E_BREAKDOWN, E_ALLOWANCE, E_CHARGE, E_ITEM, E);
category!("BR-AE", "AE", "under reverse charge", once: |root| one_breakdown(root, AE),
    numbers: Need::SellerAndBuyer, "Give a tax number of the seller (or the representative's VAT number), and the buyer's VAT number or registration number.",
    rate: rate_is_zero, "Write 0 into cbc:Percent.",
    base: base_is_exact, tax: tax_is_zero, "Write 0.00 into cbc:TaxAmount: the buyer accounts for the tax.",
    reason: has_reason, "Write Reverse charge into cbc:TaxExemptionReason, or VATEX-EU-AE into cbc:TaxExemptionReasonCode.",
    AE_ROOT, AE_BREAKDOWN, AE_ALLOWANCE, AE_CHARGE, AE_ITEM, AE);
category!("BR-IC", "K", "an intra-community supply", once: |root| one_breakdown(root, K),
    numbers: Need::SellerVatAndBuyerVat, "Give the VAT numbers of seller (or tax representative) and buyer, both with cac:TaxScheme/cbc:ID VAT.",
    rate: rate_is_zero, "Write 0 into cbc:Percent.",
    base: base_is_exact, tax: tax_is_zero, "Write 0.00 into cbc:TaxAmount.",
    reason: has_reason, "Write Intra-community supply into cbc:TaxExemptionReason, or VATEX-EU-IC into cbc:TaxExemptionReasonCode.",
    IC_ROOT, IC_BREAKDOWN, IC_ALLOWANCE, IC_CHARGE, IC_ITEM, K);
category!("BR-G", "G", "an export outside the EU", once: |root| one_breakdown(root, G),
    numbers: Need::SellerVat, "Give the VAT number of the seller or the tax representative, with cac:TaxScheme/cbc:ID VAT.",
    rate: rate_is_zero, "Write 0 into cbc:Percent.",
    base: base_is_exact, tax: tax_is_zero, "Write 0.00 into cbc:TaxAmount.",
    reason: has_reason, "Write Export outside the EU into cbc:TaxExemptionReason, or VATEX-EU-G into cbc:TaxExemptionReasonCode.",
    G_ROOT, G_BREAKDOWN, G_ALLOWANCE, G_CHARGE, G_ITEM, G);
category!("BR-O", "O", "outside the scope of VAT", once: |root| one_breakdown(root, O),
    numbers: Need::Nobody, "Remove every VAT number of seller, representative and buyer, or use another category: AE, G or Z.",
    rate: has_no_rate, "Leave cbc:Percent out, also where it would be 0.",
    base: base_is_exact, tax: tax_is_zero, "Write 0.00 into cbc:TaxAmount.",
    reason: has_reason, "Write Not subject to VAT into cbc:TaxExemptionReason, or VATEX-EU-O into cbc:TaxExemptionReasonCode.",
    O_ROOT, O_BREAKDOWN, O_ALLOWANCE, O_CHARGE, O_ITEM, O);
category!("BR-AF", "L", "under the Canary Islands' tax (IGIC)", once: |root| some_breakdown(root, L, |found| &found.breakdown_raw),
    numbers: Need::Seller, "Give the seller's tax number in cac:PartyTaxScheme/cbc:CompanyID, or the tax representative's VAT number.",
    rate: rate_is_not_negative, "Write a rate of 0 or more into cbc:Percent.",
    base: base_is_near, tax: tax_is_product, "Write TaxableAmount × Percent ÷ 100 into cbc:TaxAmount.",
    reason: has_no_reason, "Leave cbc:TaxExemptionReason and its code out.",
    AF_ROOT, AF_BREAKDOWN, AF_ALLOWANCE, AF_CHARGE, AF_ITEM, L);
category!("BR-AG", "M", "under the tax of Ceuta and Melilla (IPSI)", once: |root| some_breakdown(root, M, |found| &found.breakdown_vat_raw),
    numbers: Need::Seller, "Give the seller's tax number in cac:PartyTaxScheme/cbc:CompanyID, or the tax representative's VAT number.",
    rate: rate_is_not_negative, "Write a rate of 0 or more into cbc:Percent.",
    base: base_is_near, tax: tax_is_product, "Write TaxableAmount × Percent ÷ 100 into cbc:TaxAmount.",
    reason: has_no_reason, "Leave cbc:TaxExemptionReason and its code out.",
    AG_ROOT, AG_BREAKDOWN, AG_ALLOWANCE, AG_CHARGE, AG_ITEM, M);

pub(super) const MORE_ROOT: &[Rule] = &[
    fatal(
        "BR-IC-11",
        &["BT-72", "BG-14"],
        &[],
        Check::By(supply_has_a_date),
        "An intra-community supply has neither a date of delivery nor an invoicing period.",
        "Write cac:Delivery/cbc:ActualDeliveryDate, or cac:InvoicePeriod.",
    ),
    fatal(
        "BR-IC-12",
        &["BT-80"],
        &[],
        Check::By(supply_has_a_country),
        "An intra-community supply does not say to which country it goes.",
        "Write the country into cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode.",
    ),
    fatal(
        "BR-O-11",
        &["BT-118"],
        &[],
        Check::By(|root| alone(root, |found| &found.breakdown_vat)),
        "One breakdown is outside the scope of VAT and another is not.",
        STAND_ALONE,
    ),
    fatal(
        "BR-O-12",
        &["BT-151"],
        &[],
        Check::By(|root| alone(root, |found| &found.item_vat)),
        "The invoice is outside the scope of VAT and a line is not.",
        STAND_ALONE,
    ),
    fatal(
        "BR-O-13",
        &["BT-95"],
        &[],
        Check::By(|root| alone(root, |found| &found.allowance_vat)),
        "The invoice is outside the scope of VAT and an allowance is not.",
        STAND_ALONE,
    ),
    fatal(
        "BR-O-14",
        &["BT-102"],
        &[],
        Check::By(|root| alone(root, |found| &found.charge_vat)),
        "The invoice is outside the scope of VAT and a charge is not.",
        STAND_ALONE,
    ),
    fatal(
        "BR-B-01",
        &["BT-118", "BT-151"],
        &[],
        Check::By(split_payment_is_italian),
        "Split payment (category B) is used, and a country other than Italy stands in the invoice.",
        "Use category B in domestic Italian invoices only.",
    ),
    fatal(
        "BR-B-02",
        &["BT-118", "BT-151"],
        &[],
        Check::By(split_payment_excludes_standard_rate),
        "Split payment (category B) and the standard rate (category S) stand in one invoice.",
        "Divide them into two invoices.",
    ),
];

const STAND_ALONE: &str =
    "Let category O stand alone: send what is taxed otherwise in an invoice of its own.";

fn alone(root: Element<'_>, counts: impl Fn(&Categories) -> &Counts) -> Answer {
    let found = categories(root)?;
    Ok(!found.breakdown_vat_ids.has(O) || counts(found).others(O) == 0)
}

fn supply_has_a_date(root: Element<'_>) -> Answer {
    if !categories(root)?.breakdown_vat_ids.has(K) {
        return Ok(true);
    }
    let delivered = root.one_along(&[DELIVERY, ACTUAL_DELIVERY_DATE])?;
    Ok(delivered.is_some_and(|date| date.text().chars().count() > 1)
        || root.each(INVOICE_PERIOD).any(Element::has_children))
}

fn supply_has_a_country(root: Element<'_>) -> Answer {
    if !categories(root)?.breakdown_vat_ids.has(K) {
        return Ok(true);
    }
    let country = root.one_along(&[DELIVERY, DELIVERY_LOCATION, ADDRESS, COUNTRY, IDENTIFICATION_CODE])?;
    Ok(country.is_some_and(|country| country.text().chars().count() > 1))
}

/// Every country code of the document, also of an item's origin.
fn split_payment_is_italian(root: Element<'_>) -> Answer {
    let (found, document) = (categories(root)?, root.document());
    let used = found.any_raw.has(B) || found.item_raw.has(B);
    Ok(!used || document.all(IDENTIFICATION_CODE).all(|country| country.text() == "IT"))
}

fn split_payment_excludes_standard_rate(root: Element<'_>) -> Answer {
    let found = categories(root)?;
    let used =
        |code| found.breakdown_raw.has(code) || found.root_modifier_raw.has(code) || found.item_raw.has(code);
    Ok(!used(B) || !used(S))
}

/// The templates of one category.
macro_rules! templates {
    ($code:literal, $breakdown:ident, $allowance:ident, $charge:ident, $item:ident) => {
        [
            Template {
                pattern: 0,
                contexts: &[Context::from_root(&[TAX_TOTAL, TAX_SUBTOTAL, TAX_CATEGORY])
                    .when(|category| is(category, $code))],
                rules: &[$breakdown],
            },
            Template {
                pattern: 0,
                contexts: &[Context::new(&[ALLOWANCE_CHARGE, TAX_CATEGORY])
                    .when(|category| modifies(category, false, $code))],
                rules: &[$allowance],
            },
            Template {
                pattern: 0,
                contexts: &[Context::new(&[ALLOWANCE_CHARGE, TAX_CATEGORY])
                    .when(|category| modifies(category, true, $code))],
                rules: &[$charge],
            },
            Template {
                pattern: 0,
                contexts: &[
                    Context::new(&[INVOICE_LINE, ITEM, CLASSIFIED_TAX_CATEGORY])
                        .when(|category| is(category, $code)),
                    Context::new(&[CREDIT_NOTE_LINE, ITEM, CLASSIFIED_TAX_CATEGORY])
                        .when(|category| is(category, $code)),
                ],
                rules: &[$item],
            },
        ]
    };
}

fn modifies(category: Element<'_>, charge: bool, code: &str) -> Answer {
    let Some(modifier) = category.parent() else { return Ok(false) };
    Ok(modifier.says(CHARGE_INDICATOR, charge)? && is(category, code)?)
}

pub(super) const TEMPLATES: &[Template] = {
    const ALL: &[[Template; 4]] = &[
        templates!("AE", AE_BREAKDOWN, AE_ALLOWANCE, AE_CHARGE, AE_ITEM),
        templates!("E", E_BREAKDOWN, E_ALLOWANCE, E_CHARGE, E_ITEM),
        templates!("G", G_BREAKDOWN, G_ALLOWANCE, G_CHARGE, G_ITEM),
        templates!("K", IC_BREAKDOWN, IC_ALLOWANCE, IC_CHARGE, IC_ITEM),
        templates!("L", AF_BREAKDOWN, AF_ALLOWANCE, AF_CHARGE, AF_ITEM),
        templates!("M", AG_BREAKDOWN, AG_ALLOWANCE, AG_CHARGE, AG_ITEM),
        templates!("O", O_BREAKDOWN, O_ALLOWANCE, O_CHARGE, O_ITEM),
        templates!("S", S_BREAKDOWN, S_ALLOWANCE, S_CHARGE, S_ITEM),
        templates!("Z", Z_BREAKDOWN, Z_ALLOWANCE, Z_CHARGE, Z_ITEM),
    ];
    ALL.as_flattened()
};
