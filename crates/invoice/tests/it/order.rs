//! Whatever is ordered and not refused passes our own check, and its sums are those of whole cents.

use invoice::{
    model::Invoice,
    order::{Data, LINES_MAX, Value, Wish, write},
};
use proptest::prelude::*;

fn text(text: &str) -> Value {
    Value { line: None, data: Data::Text(text.to_owned()) }
}

fn number(text: impl ToString) -> Value {
    Value { line: None, data: Data::Number(text.to_string()) }
}

fn list(values: Vec<Value>) -> Value {
    Value { line: None, data: Data::List(values) }
}

fn table(entries: Vec<(&str, Value)>) -> Value {
    let entries = entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Value { line: None, data: Data::Table(entries) }
}

const WISH: Wish<'static> = Wish { profile: None, random: [7; 16] };

/// Who sells to whom, by the specification.
fn parties(profile: &str) -> Vec<(&'static str, Value)> {
    let address = |street: &str, post_code: &str, country: &str| {
        table(vec![
            ("street", text(street)),
            ("city", text("Town")),
            ("post_code", text(post_code)),
            ("country", text(country)),
        ])
    };
    let (tax, tax_number, country) =
        if profile == "pint-sg" { ("gst", "M2-1234567-K", "SG") } else { ("vat", "GB831495816", "GB") };
    let seller = table(vec![
        ("name", text("Seller")),
        ("company_number", text("200312345H")),
        (tax, text(tax_number)),
        ("electronic_address", text("0195:SGUEN200312345H")),
        ("address", address("1 Road", "068895", country)),
    ]);
    let buyer = table(vec![
        ("name", text("Buyer")),
        ("company_number", text("201533018E")),
        ("electronic_address", text("0195:SGUEN201533018E")),
        ("address", address("2 Road", "048581", "SG")),
    ]);
    vec![("seller", seller), ("buyer", buyer)]
}

/// A line: quantity in thousandths, price in hundredths, whether of the first or the second rate.
type DrawnLine = (i64, i64, bool);

fn order(
    profile: &'static str,
    kind: &'static str,
    lines: &[DrawnLine],
    charge: i64,
    rates: [i64; 2],
) -> Value {
    let codes = if profile == "pint-sg" { ["SR", "DS"] } else { ["S", "S"] };
    let taxes = rates.iter().zip(codes);
    let taxes = taxes.map(|(rate, code)| table(vec![("category", text(code)), ("rate", number(rate))]));
    let which = |first: bool| {
        let at = usize::from(!first);
        vec![("tax", text(codes[at])), ("rate", number(rates[at]))]
    };
    let lines = lines.iter().map(|(quantity, price, first)| {
        let mut entries = vec![
            ("item", text("Goods")),
            ("quantity", number(format!("{}.{:03}", quantity / 1000, quantity % 1000))),
            ("price", number(format!("{}.{:02}", price / 100, price % 100))),
        ];
        entries.extend(which(*first));
        table(entries)
    });
    let mut carriage = vec![
        ("amount", number(format!("{}.{:02}", charge / 100, charge % 100))),
        ("reason", text("Carriage")),
    ];
    carriage.extend(which(true));
    let mut entries = vec![
        ("profile", text(profile)),
        ("kind", text(kind)),
        ("number", text("17")),
        ("issued", text("2026-03-09")),
        ("currency", text("SGD")),
        ("order", text("PO-1")),
        ("note", text("Goods")),
        ("terms", text("Thirty days")),
        ("tax", list(taxes.collect())),
        ("lines", list(lines.collect())),
        ("charges", list(vec![table(carriage)])),
    ];
    entries.extend(parties(profile));
    table(entries)
}

/// Half a cent goes up.
fn cents(numerator: i64, denominator: i64) -> i64 {
    (numerator * 2 + denominator) / (denominator * 2)
}

proptest! {
    #[test]
    fn what_is_written_passes_and_its_sums_are_those_of_whole_cents(
        profile in prop::sample::select(vec!["core", "peppol", "pint-sg"]),
        kind in prop::sample::select(vec!["invoice", "credit note"]),
        lines in prop::collection::vec((0_i64..500_000, 0_i64..200_000, any::<bool>()), 1..8),
        charge in 0_i64..100_000,
        rates in prop::sample::select(vec![[20, 5], [9, 7], [25, 1]]),
    ) {
        let amounts: Vec<i64> = lines.iter().map(|(quantity, price, _)| cents(quantity * price, 1000)).collect();
        let all: i64 = amounts.iter().sum();
        let of = |wanted: bool| -> i64 {
            lines.iter().zip(&amounts).filter(|((.., first), _)| *first == wanted).map(|(_, amount)| *amount).sum()
        };
        let tax = cents((of(true) + charge) * rates[0], 100) + cents(of(false) * rates[1], 100);
        let due = all + charge + tax;
        // The law knows 9 % and 7 % alone; rules of the network do not ask.
        let written = match write(&order(profile, kind, &lines, charge, rates), WISH) {
            Ok(written) => written,
            Err(refusals) => panic!("{refusals:?}"),
        };
        let total = written.invoice.totals.as_ref().unwrap();
        let expected = |cents: i64| rust_decimal::Decimal::new(cents, 2);
        prop_assert_eq!(total.due.as_ref().unwrap().value(), expected(due));
        prop_assert_eq!(written.invoice.tax_total().unwrap().amount.as_ref().unwrap().value(), expected(tax));
        let document = invoice::read(written.source.as_bytes()).unwrap();
        let (again, unheld) = Invoice::read(&document);
        prop_assert_eq!(unheld, vec![]);
        prop_assert_eq!(again, written.invoice);
    }
}

fn codes(order: &Value) -> Vec<String> {
    let refusals = write(order, WISH).unwrap_err();
    refusals
        .iter()
        .map(|refusal| format!("{} {}", refusal.code(), refusal.place().unwrap_or_default()))
        .collect()
}

#[test]
fn a_uuid_is_made_where_singapore_asks_for_one() {
    let written = write(&order("pint-sg", "invoice", &[(1000, 100, true)], 1, [9, 7]), WISH).unwrap();
    // Sixteen sevens, with the version 4 and the variant 10xx put in by hand.
    assert_eq!(written.invoice.uuid.as_deref(), Some("07070707-0707-4707-8707-070707070707"));
}

#[test]
fn amounts_have_two_decimals_in_yen_too() {
    let Data::Table(mut entries) = order("peppol", "invoice", &[(500, 33_300, true)], 1, [20, 5]).data else {
        panic!("an order is a table")
    };
    entries.retain(|(key, _)| key != "currency");
    entries.push(("currency".to_owned(), text("JPY")));
    let written = write(&Value { line: None, data: Data::Table(entries) }, WISH).unwrap();
    // Half a piece at 333: rounded to a whole yen it would be half a yen off, and Peppol takes 0.02.
    assert_eq!(written.invoice.lines[0].amount.as_ref().unwrap().number.text(), "166.50");
}

#[test]
fn a_finding_about_an_allowance_or_charge_on_the_whole_names_it() {
    let Data::Table(mut entries) = order("peppol", "invoice", &[(1000, 33_300, true)], 1, [20, 5]).data
    else {
        panic!("an order is a table")
    };
    // A base without a percentage: PEPPOL-EN16931-R041.
    let modifier = table(vec![
        ("amount", number(5)),
        ("base", number(10)),
        ("reason", text("x")),
        ("tax", text("S")),
        ("rate", number(20)),
    ]);
    let charge = Data::List(vec![modifier.clone(), modifier.clone()]);
    entries.retain(|(key, _)| key != "charges");
    entries.push(("allowances".to_owned(), list(vec![modifier])));
    entries.push(("charges".to_owned(), Value { line: Some(9), data: charge }));
    let broken = Value { line: None, data: Data::Table(entries) };
    assert_eq!(
        codes(&broken),
        [
            "order-against-rules allowances[1]",
            "order-against-rules charges[1], line 9",
            "order-against-rules charges[2], line 9"
        ]
    );
}

#[test]
fn an_order_has_no_more_lines_than_the_limit() {
    let lines = vec![(1000, 100, true); LINES_MAX + 1];
    assert_eq!(codes(&order("core", "invoice", &lines, 1, [9, 7])), ["order-too-much lines"]);
}

#[test]
fn numbers_of_many_digits_are_refused() {
    let price = |digits: &str| {
        let Data::Table(mut entries) = order("core", "invoice", &[], 1, [9, 7]).data else {
            return Vec::new();
        };
        let line = vec![
            ("item", text("x")),
            ("quantity", number(1)),
            ("price", number(digits)),
            ("rate", number(9)),
        ];
        entries.retain(|(key, _)| key != "lines");
        entries.push(("lines".to_owned(), list(vec![table(line)])));
        write(&Value { line: None, data: Data::Table(entries) }, WISH).err().map_or(Vec::new(), |refusals| {
            refusals
                .iter()
                .map(|refusal| format!("{} {}", refusal.code(), refusal.place().unwrap()))
                .collect()
        })
    };
    assert_eq!(price("1234567890.1234"), Vec::<String>::new());
    assert_eq!(price("12345678901.1234"), ["order-too-much lines[1].price"]);
}
