//! The order as a whole: specification, parties, references, payment, totals.

use rust_decimal::Decimal;

use super::{
    LINES_MAX, Target, Wish,
    goods::{self, Taxes},
    input::{Fields, Problems},
    parties::{address, identifier, needed_party, party},
    refusals::{KEY_MISSING, NO_SUCH_PROFILE, TOO_MUCH, VALUE_WRONG},
    sums::{Money, held, number},
};
use crate::model::{
    Account, Bank, Code, Delivery, DocumentReference, Identifier, Invoice, Kind, Mandate, NamedCode, Note,
    OrderReference, PaymentMeans, PaymentTerms, PrecedingInvoice, TaxTotal, Totals,
};

/// The invoice that the order asks for; nothing where its specification is not known.
pub(super) fn invoice(mut order: Fields<'_>, wish: Wish<'_>, problems: &mut Problems) -> Option<Invoice> {
    let target = target(&mut order, wish, problems)?;
    let kind = kind(&mut order, problems);
    for key in ["number", "issued", "currency", "lines"] {
        order.need(key, problems);
    }
    let money = Money::of(&mut order, "currency", problems);
    let mut invoice = Invoice {
        kind,
        specification: Some(target.profile.specification.to_owned()),
        process: order.text("process", problems).or_else(|| target.process.map(str::to_owned)),
        number: order.text("number", problems),
        uuid: order.text("uuid", problems),
        issued: order.day("issued", problems),
        type_code: Some(type_code(&mut order, kind, &target, problems)),
        notes: order.texts("note", problems).into_iter().map(|text| Note { subject: None, text }).collect(),
        tax_point: order.day("tax_point", problems),
        currency: money.as_ref().map(|money| money.code.clone()),
        buyer_accounting: order.text("buyer_accounting", problems),
        buyer_reference: order.text("buyer_reference", problems),
        period: goods::period(&mut order, problems),
        seller: needed_party(&mut order, "seller", &target, problems),
        buyer: needed_party(&mut order, "buyer", &target, problems),
        payee: order.table("payee", problems).map(|fields| party(fields, true, problems)),
        tax_representative: order
            .table("tax_representative", problems)
            .map(|fields| party(fields, true, problems)),
        delivery: delivery(&mut order, problems),
        payment_means: order
            .tables("payment", problems)
            .into_iter()
            .map(|fields| payment(fields, problems))
            .collect(),
        ..Invoice::default()
    };
    if invoice.uuid.is_none() && target.is_singapore() {
        invoice.uuid = Some(uuid(wish.random));
    }
    references(&mut order, &mut invoice, problems);
    due(&mut order, &mut invoice, problems);
    if let Some(money) = money {
        amounts(&mut order, &money, &target, &mut invoice, problems);
    }
    order.finish(problems);
    Some(invoice)
}

fn target(order: &mut Fields<'_>, wish: Wish<'_>, problems: &mut Problems) -> Option<Target> {
    let own = order.text("profile", problems);
    let name = wish.profile.or(own.as_deref()).unwrap_or("peppol");
    let target = Target::find(name);
    if target.is_none() {
        let what = format!("{name}; there are {} and en16931", Target::names());
        problems.add(&NO_SUCH_PROFILE, what, &order.at("profile"));
    }
    target
}

fn kind(order: &mut Fields<'_>, problems: &mut Problems) -> Kind {
    match order.text("kind", problems).as_deref() {
        None | Some("invoice") => Kind::Invoice,
        Some("credit note") => Kind::CreditNote,
        Some(other) => {
            let what = format!("\"invoice\" or \"credit note\" is expected, and this is {other}");
            problems.add(&VALUE_WRONG, what, &order.at("kind"));
            Kind::Invoice
        }
    }
}

/// UNTDID 1001: commercial invoice, self-billed invoice, credit note, self-billed credit note.
fn type_code(order: &mut Fields<'_>, kind: Kind, target: &Target, problems: &mut Problems) -> Code {
    let usual = match (kind, target.profile.name) {
        (Kind::Invoice, "peppol-sb") => "389",
        (Kind::Invoice, _) => "380",
        (Kind::CreditNote, "peppol-sb") => "261",
        (Kind::CreditNote, _) => "381",
    };
    Code(order.text("type", problems).unwrap_or_else(|| usual.to_owned()))
}

/// RFC 9562, section 5.4: 122 bits by lot.
fn uuid(random: [u8; 16]) -> String {
    let number = u128::from_be_bytes(random);
    let number = (number & !(0xf << 76)) | (4 << 76);
    let number = (number & !(0b11 << 62)) | (0b10 << 62);
    let digits = format!("{number:032x}");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

fn delivery(order: &mut Fields<'_>, problems: &mut Problems) -> Option<Delivery> {
    let mut fields = order.table("delivery", problems)?;
    let delivery = Delivery {
        day: fields.day("date", problems),
        location: fields.text("location", problems).as_deref().map(identifier),
        address: fields.table("address", problems).map(|fields| address(fields, problems)),
        party_name: fields.text("to", problems),
    };
    fields.finish(problems);
    Some(delivery)
}

fn payment(mut fields: Fields<'_>, problems: &mut Problems) -> PaymentMeans {
    fields.need("means", problems);
    let code = fields
        .text("means", problems)
        .map(|code| NamedCode { code: Code(code), name: fields.text("means_in_words", problems) });
    let account = fields.text("account", problems);
    let account_name = fields.text("account_name", problems);
    let bank = fields.text("bank", problems);
    let mandate = Mandate {
        id: fields.text("mandate", problems),
        debited_account: fields.text("debited_account", problems),
    };
    let plain = |value: String| Identifier { value, scheme: None };
    let account = Account {
        id: account.map(plain),
        name: account_name,
        bank: bank.map(|bank| Bank { id: Some(plain(bank)), address: None }),
    };
    let means = PaymentMeans {
        code,
        remittance: fields.texts("reference", problems),
        account: Some(account).filter(|account| *account != Account::default()),
        mandate: Some(mandate).filter(|mandate| *mandate != Mandate::default()),
        ..PaymentMeans::default()
    };
    fields.finish(problems);
    means
}

fn references(order: &mut Fields<'_>, invoice: &mut Invoice, problems: &mut Problems) {
    let orders = OrderReference {
        id: order.text("order", problems),
        sales_order: order.text("sales_order", problems),
    };
    if orders.sales_order.is_some() && orders.id.is_none() {
        // UBL has no seller's order without the buyer's; Peppol writes NA there.
        invoice.order = Some(OrderReference { id: Some("NA".to_owned()), ..orders });
    } else {
        invoice.order = Some(orders).filter(|orders| *orders != OrderReference::default());
    }
    invoice.despatch_advice = order.text("despatch_advice", problems);
    invoice.receiving_advice = order.text("receiving_advice", problems);
    invoice.tender = order.text("tender", problems);
    invoice.contract = order.text("contract", problems);
    invoice.preceding = order
        .tables("preceding", problems)
        .into_iter()
        .map(|mut fields| {
            fields.need("number", problems);
            let number = fields.text("number", problems);
            let preceding = PrecedingInvoice { number, issued: fields.day("issued", problems) };
            fields.finish(problems);
            preceding
        })
        .collect();
    let bills = order.texts("bill_of_lading", problems);
    invoice.documents = bills.iter().map(|number| DocumentReference::bill_of_lading(number)).collect();
    for mut fields in order.tables("documents", problems) {
        fields.need("number", problems);
        let id = fields.text("number", problems).map(|value| Identifier { value, scheme: None });
        let (description, uri) = (fields.text("description", problems), fields.text("uri", problems));
        invoice.documents.push(DocumentReference { id, description, uri, ..DocumentReference::default() });
        fields.finish(problems);
    }
    let project = order.text("project", problems);
    match invoice.kind {
        Kind::Invoice => invoice.project = project,
        // Type 50 is the project (BT-11) where UBL has no element for it.
        Kind::CreditNote => invoice.documents.extend(project.map(|value| DocumentReference {
            id: Some(Identifier { value, scheme: None }),
            type_code: Some(Code::from("50")),
            ..DocumentReference::default()
        })),
    }
}

fn due(order: &mut Fields<'_>, invoice: &mut Invoice, problems: &mut Problems) {
    let due = order.day("due", problems);
    let terms = order.text("terms", problems);
    invoice.payment_terms =
        terms.into_iter().map(|note| PaymentTerms { note: Some(note), ..PaymentTerms::default() }).collect();
    match (invoice.kind, due, invoice.payment_means.first_mut()) {
        (Kind::Invoice, due, _) => invoice.due = due,
        (Kind::CreditNote, due, Some(means)) => means.due = due,
        (Kind::CreditNote, None, None) => {}
        (Kind::CreditNote, Some(_), None) => {
            let what = "a credit note says when it is paid beside how it is paid: `payment` is missing";
            problems.add(&KEY_MISSING, what, &order.at("due"));
        }
    }
}

/// Lines, allowances and charges, tax and totals.
fn amounts(
    order: &mut Fields<'_>,
    money: &Money,
    target: &Target,
    invoice: &mut Invoice,
    problems: &mut Problems,
) {
    let entries = goods::taxes(order, problems);
    let mut taxes = Taxes { entries, target };
    let tables = order.tables("lines", problems);
    if tables.len() > LINES_MAX {
        problems.add(&TOO_MUCH, format!("{} lines; at most {LINES_MAX}", tables.len()), &order.at("lines"));
    }
    let mut lines = Decimal::ZERO;
    for (position, fields) in (1..=LINES_MAX).zip(tables) {
        let place = fields.place.clone();
        let (line, amount) = goods::line(fields, position, money, &mut taxes, problems);
        lines = held(lines.checked_add(amount), &place, problems);
        invoice.lines.push(line);
    }
    let (modifiers, allowances, charges) = goods::on_document(order, lines, money, &mut taxes, problems);
    invoice.modifiers = modifiers;
    let (breakdown, tax) = taxes.breakdown(money, problems);
    taxes.finish(problems);
    let totals = Sums { lines, allowances, charges, tax }.totals(order, money, invoice, problems);
    let in_tax_currency = tax_currency(order, money, target, invoice, &totals, tax, problems);
    invoice.totals = Some(totals);
    invoice.tax_totals = vec![TaxTotal { amount: Some(money.amount(tax)), breakdown }];
    invoice.tax_totals.extend(in_tax_currency);
}

/// What the totals are made of.
struct Sums {
    lines: Decimal,
    allowances: Decimal,
    charges: Decimal,
    tax: Decimal,
}

impl Sums {
    /// BT-106 to BT-115, each agreed with what `[totals]` states.
    fn totals(
        &self,
        order: &mut Fields<'_>,
        money: &Money,
        invoice: &Invoice,
        problems: &mut Problems,
    ) -> Totals {
        let paid = number(order, "paid", problems);
        let rounding = number(order, "rounding", problems);
        let empty = super::Value { line: None, data: super::Data::Table(Vec::new()) };
        let mut stated = match order.table("totals", problems) {
            Some(fields) => fields,
            None => Fields::of(&empty, "totals".to_owned(), problems),
        };
        let lines = money.agreed(self.lines, "the lines together", &mut stated, "lines", problems);
        let allowances =
            money.agreed(self.allowances, "the allowances together", &mut stated, "allowances", problems);
        let charges = money.agreed(self.charges, "the charges together", &mut stated, "charges", problems);
        let place = stated.place.clone();
        let without_tax = lines.checked_sub(allowances).and_then(|sum| sum.checked_add(charges));
        let without_tax = held(without_tax, &place, problems);
        let sum = format!("{lines} − {allowances} + {charges}");
        let without_tax = money.agreed(without_tax, &sum, &mut stated, "without_tax", problems);
        money.agreed(self.tax, "the tax of all categories", &mut stated, "tax", problems);
        let with_tax = held(without_tax.checked_add(self.tax), &place, problems);
        let with_tax = money.agreed(
            with_tax,
            &format!("{without_tax} + {}", self.tax),
            &mut stated,
            "with_tax",
            problems,
        );
        let value = |number: &Option<crate::model::Number>| {
            number.as_ref().map_or(Decimal::ZERO, |number| money.round(number.value()))
        };
        let (paid_value, rounding_value) = (value(&paid), value(&rounding));
        let due = with_tax.checked_sub(paid_value).and_then(|sum| sum.checked_add(rounding_value));
        let sum = format!("{with_tax} − {paid_value} + {rounding_value}");
        let due = money.agreed(held(due, &place, problems), &sum, &mut stated, "due", problems);
        stated.finish(problems);
        let some_modifier =
            |is_charge: bool| invoice.modifiers.iter().any(|modifier| modifier.is_charge == Some(is_charge));
        Totals {
            lines: Some(money.amount(lines)),
            without_tax: Some(money.amount(without_tax)),
            with_tax: Some(money.amount(with_tax)),
            allowances: some_modifier(false).then(|| money.amount(allowances)),
            charges: some_modifier(true).then(|| money.amount(charges)),
            paid: paid.map(|_| money.amount(paid_value)),
            rounding: rounding.map(|_| money.amount(rounding_value)),
            due: Some(money.amount(due)),
        }
    }
}

/// The tax again in the currency of the tax accounts (BT-6, BT-111), and in Singapore both totals (IBT-SG-001, -002).
fn tax_currency(
    order: &mut Fields<'_>,
    money: &Money,
    target: &Target,
    invoice: &mut Invoice,
    totals: &Totals,
    tax: Decimal,
    problems: &mut Problems,
) -> Option<TaxTotal> {
    let other = Money::of(order, "tax_currency", problems);
    if other.is_some() {
        order.need("exchange_rate", problems);
    }
    let rate = number(order, "exchange_rate", problems)?.value();
    let other = other?;
    if other.code == money.code {
        let what = format!("{} is the invoice's own currency: leave it out", other.code);
        problems.add(&VALUE_WRONG, what, &order.at("tax_currency"));
    }
    let place = order.at("exchange_rate");
    let mut converted = |value: Decimal| other.round(held(value.checked_mul(rate), &place, problems));
    let tax = converted(tax);
    let without_tax = converted(totals.without_tax.as_ref().map_or(Decimal::ZERO, |amount| amount.value()));
    invoice.tax_currency = Some(other.code.clone());
    if target.is_singapore() {
        let with_tax = held(without_tax.checked_add(tax), &place, problems);
        for (type_code, total) in [("sgdtotal-excl-gst", without_tax), ("sgdtotal-incl-gst", with_tax)] {
            invoice.documents.push(DocumentReference {
                id: Some(Identifier { value: other.code.to_string(), scheme: None }),
                type_code: Some(Code::from(type_code)),
                description: Some(other.round(total).to_string()),
                ..DocumentReference::default()
            });
        }
    }
    Some(TaxTotal { amount: Some(other.amount(tax)), breakdown: Vec::new() })
}
