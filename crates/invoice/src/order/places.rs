//! Where in an order a finding comes from: by the business term of its rule, else by the element.

use super::input::{Data, Value};
use crate::finding::Finding;

/// Terms that a rule may speak of, and the key that says them. `lines` and `tax` get the number of the entry.
const KEYS: [(&str, &str); 63] = [
    ("BT-1", "number"),
    ("BT-2", "issued"),
    ("BT-3", "type"),
    ("BT-5", "currency"),
    ("BT-6", "tax_currency"),
    ("BT-7", "tax_point"),
    ("BT-9", "due"),
    ("BT-10", "buyer_reference"),
    ("BT-11", "project"),
    ("BT-12", "contract"),
    ("BT-13", "order"),
    ("BT-17", "tender"),
    ("BT-19", "buyer_accounting"),
    ("BT-20", "terms"),
    ("BT-22", "note"),
    ("BT-23", "process"),
    ("BT-24", "profile"),
    ("BT-25", "preceding"),
    ("BT-27", "seller.name"),
    ("BT-29", "seller.identifiers"),
    ("BT-30", "seller.company_number"),
    ("BT-31", "seller.vat"),
    ("BT-32", "seller.tax_number"),
    ("BT-34", "seller.electronic_address"),
    ("BT-40", "seller.address.country"),
    ("BT-44", "buyer.name"),
    ("BT-46", "buyer.identifiers"),
    ("BT-47", "buyer.company_number"),
    ("BT-48", "buyer.vat"),
    ("BT-49", "buyer.electronic_address"),
    ("BT-55", "buyer.address.country"),
    ("BT-59", "payee.name"),
    ("BT-62", "tax_representative.name"),
    ("BT-63", "tax_representative.vat"),
    ("BT-69", "tax_representative.address.country"),
    ("BT-72", "delivery.date"),
    ("BT-80", "delivery.address.country"),
    ("BT-81", "payment.means"),
    ("BT-83", "payment.reference"),
    ("BT-84", "payment.account"),
    ("BT-86", "payment.bank"),
    ("BT-89", "payment.mandate"),
    ("BT-113", "paid"),
    ("BT-114", "rounding"),
    ("BT-118", "tax.category"),
    ("BT-119", "tax.rate"),
    ("BT-120", "tax.reason"),
    ("BT-121", "tax.reason_code"),
    ("BT-122", "documents"),
    ("BT-126", "lines.id"),
    ("BT-129", "lines.quantity"),
    ("BT-130", "lines.unit"),
    ("BT-133", "lines.buyer_accounting"),
    ("BT-146", "lines.price"),
    ("BT-147", "lines.discount"),
    ("BT-148", "lines.gross_price"),
    ("BT-149", "lines.base_quantity"),
    ("BT-151", "lines.tax"),
    ("BT-152", "lines.rate"),
    ("BT-153", "lines.item"),
    ("BT-157", "lines.standard_id"),
    ("BT-158", "lines.classification"),
    ("BT-159", "lines.origin"),
];

/// Elements that stand for a table of the order.
const TABLES: [(&str, &str); 10] = [
    ("cac:AccountingSupplierParty", "seller"),
    ("cac:AccountingCustomerParty", "buyer"),
    ("cac:PayeeParty", "payee"),
    ("cac:TaxRepresentativeParty", "tax_representative"),
    ("cac:Delivery", "delivery"),
    ("cac:PaymentMeans", "payment"),
    ("cac:InvoiceLine", "lines"),
    ("cac:CreditNoteLine", "lines"),
    ("cac:TaxSubtotal", "tax"),
    ("cac:LegalMonetaryTotal", "totals"),
];

/// The place of the order, with its line where that is known.
pub(super) fn of(finding: &Finding, order: &Value) -> String {
    let by_element = table(&finding.xpath);
    let keys = finding.term.split(' ').filter_map(|term| {
        let term = term.strip_prefix('I').unwrap_or(term);
        KEYS.iter().find(|(known, _)| *known == plain(term)).map(|(_, key)| *key)
    });
    // A key of the table where the finding is says more than one of another table.
    let name = by_element.map_or("", |(table, _)| table);
    let keys: Vec<&str> = keys.collect();
    let key = keys.iter().find(|key| key.split('.').next() == Some(name)).or(keys.first()).copied();
    let path: Vec<&str> = key.unwrap_or(name).split('.').filter(|step| !step.is_empty()).collect();
    let number = by_element.filter(|(table, _)| path.first() == Some(table)).map(|(_, number)| number);
    if path.is_empty()
        && let Some(position) = modifier(&finding.xpath)
    {
        let allowances = entries(order, "allowances");
        return match position.checked_sub(allowances) {
            None | Some(0) => render(&["allowances"], Some(position), order),
            charge => render(&["charges"], charge, order),
        };
    }
    render(&path, number, order)
}

/// `BT-031` is written `BT-31` in EN 16931.
fn plain(term: &str) -> String {
    term.split_once('-').map_or_else(
        || term.to_owned(),
        |(kind, number)| format!("{kind}-{}", number.trim_start_matches('0')),
    )
}

/// The table that the place lies in, and which of its kind it is.
fn table(xpath: &str) -> Option<(&'static str, usize)> {
    xpath.split('/').find_map(|step| {
        let (name, number) = step.split_once('[')?;
        let (_, table) = TABLES.iter().find(|(element, _)| *element == name)?;
        Some((*table, number.trim_end_matches(']').parse().ok()?))
    })
}

/// Which allowance or charge on the whole: they are written in the order of the order, allowances first.
fn modifier(xpath: &str) -> Option<usize> {
    let step = xpath.split('/').nth(2)?.strip_prefix("cac:AllowanceCharge[")?;
    step.trim_end_matches(']').parse().ok()
}

/// How many entries the list `key` has.
fn entries(order: &Value, key: &str) -> usize {
    let Data::Table(table) = &order.data else { return 0 };
    let found = table.iter().find(|(name, _)| name == key);
    found.map_or(0, |(_, value)| match &value.data {
        Data::List(entries) => entries.len(),
        Data::Number(_) | Data::Table(_) | Data::Text(_) | Data::Truth(_) => 1,
    })
}

/// `lines[2].unit, line 31`: as far as the order goes along it, the line of what is there.
fn render(path: &[&str], number: Option<usize>, order: &Value) -> String {
    if path.is_empty() {
        return "the whole order".to_owned();
    }
    let (mut current, mut line, mut text) = (Some(order), order.line, String::new());
    for step in path {
        let dot = if text.is_empty() { "" } else { "." };
        text = format!("{text}{dot}{step}");
        current = current.and_then(|value| match &value.data {
            Data::Table(entries) => entries.iter().find(|(name, _)| name == step).map(|(_, value)| value),
            Data::List(_) | Data::Number(_) | Data::Text(_) | Data::Truth(_) => None,
        });
        line = current.and_then(|value| value.line).or(line);
        if let (Some(Value { data: Data::List(entries), .. }), Some(number)) = (current, number)
            && dot.is_empty()
        {
            text = format!("{text}[{number}]");
            current = number.checked_sub(1).and_then(|index| entries.get(index));
        }
        line = current.and_then(|value| value.line).or(line);
    }
    line.map_or_else(|| text.clone(), |line| format!("{text}, line {line}"))
}
