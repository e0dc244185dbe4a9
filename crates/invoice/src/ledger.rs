//! What one invoice alone cannot tell: whether it came before, whether its credit notes give back more than it asked, and
//! whether its money suddenly goes elsewhere.
//!
//! A [`Ledger`] holds what earlier invoices and credit notes say, as far as these questions need it. It is filled from
//! documents, in any order, and asked about one more; where a document comes from and what its file is called it never
//! learns. It reports; whether to pay is not its business.

mod asked;
mod rows;

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;
use vocab::date::Date;

pub use rows::LEDGER_RULES;

use crate::{
    cast,
    document::{Document, Element},
    finding::Finding,
    names::{Name, SCHEME_ID, known::*},
    text::trimmed,
};

/// What the ledger keeps of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    kind: Kind,
    /// Everything by which its seller may be known again.
    sellers: Vec<Key>,
    number: String,
    issued: Option<Date>,
    currency: String,
    /// The total with tax (BT-112).
    total: Option<Decimal>,
    /// The accounts that it asks to be paid into, without spaces and in capitals (BT-84).
    accounts: Vec<String>,
    /// The numbers of the invoices that it speaks of (BT-25), each once.
    speaks_of: Vec<String>,
}

/// Whether a document asks for money or gives it back. Each has numbers of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    CreditNote,
    Invoice,
}

/// Something by which a seller is known again. Two documents are of one seller when they share one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    /// Its electronic address: scheme and identifier (BT-34).
    Endpoint(String, String),
    /// Its registered name, in capitals with single spaces (BT-27).
    Name(String),
    /// Its number in a register: scheme, or else its country, and the number (BT-30).
    Registration(String, String),
    /// Its number at a tax authority (BT-31, BT-32).
    Tax(String),
}

/// Earlier documents.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
    by_number: HashMap<(Key, Kind, String), Vec<usize>>,
    /// Documents that give money back on an invoice.
    by_credited: HashMap<(Key, String), Vec<usize>>,
    by_day_and_total: HashMap<(Key, Kind, Date, Decimal), Vec<usize>>,
    accounts: HashMap<Key, BTreeMap<String, Use>>,
}

/// How an account was used.
#[derive(Debug, Clone, Copy, Default)]
struct Use {
    documents: usize,
    latest: Option<Date>,
}

impl Ledger {
    /// Takes a document in.
    pub fn add(&mut self, document: &Document<'_>) {
        let entry = Entry::of(document);
        let at = self.entries.len();
        for key in &entry.sellers {
            let number = (key.clone(), entry.kind, entry.number.clone());
            self.by_number.entry(number).or_default().push(at);
            if entry.is_credit() {
                for number in &entry.speaks_of {
                    self.by_credited.entry((key.clone(), number.clone())).or_default().push(at);
                }
            }
            if let (Some(day), Some(total)) = (entry.issued, entry.total) {
                let look = (key.clone(), entry.kind, day, total);
                self.by_day_and_total.entry(look).or_default().push(at);
            }
            for account in &entry.accounts {
                let used = self.accounts.entry(key.clone()).or_default().entry(account.clone()).or_default();
                used.documents += 1;
                used.latest = used.latest.max(entry.issued);
            }
        }
        self.entries.push(entry);
    }

    /// How many documents it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What the earlier documents make of this one. It must not be among them: it would be its own duplicate.
    pub fn findings(&self, document: &Document<'_>) -> Vec<Finding> {
        asked::findings(self, document)
    }

    fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }
}

impl Entry {
    fn of(document: &Document<'_>) -> Entry {
        let root = document.root();
        let mut speaks_of: Vec<String> =
            root.along(&[BILLING_REFERENCE, INVOICE_DOCUMENT_REFERENCE, ID]).map(written).collect();
        speaks_of.retain(|number| !number.is_empty());
        speaks_of.sort_unstable();
        speaks_of.dedup();
        let mut accounts: Vec<String> =
            root.along(&[PAYMENT_MEANS, PAYEE_FINANCIAL_ACCOUNT, ID]).map(|id| squeezed(id.text())).collect();
        accounts.retain(|account| !account.is_empty());
        accounts.sort_unstable();
        accounts.dedup();
        Entry {
            kind: if document.is_credit_note() { Kind::CreditNote } else { Kind::Invoice },
            sellers: sellers(root),
            number: of_child(root, ID),
            issued: root.first(ISSUE_DATE).and_then(|day| trimmed(day.text()).parse().ok()),
            currency: of_child(root, DOCUMENT_CURRENCY_CODE),
            total: total(root).and_then(|total| cast::decimal(total.text())),
            accounts,
            speaks_of,
        }
    }

    /// Whether it gives money back: a credit note, or an invoice over less than nothing.
    fn is_credit(&self) -> bool {
        self.kind == Kind::CreditNote || self.gives_back().is_some()
    }

    /// What it gives back on the invoices it speaks of: the total of a credit note, or the negative total of an invoice.
    fn gives_back(&self) -> Option<Decimal> {
        match self.kind {
            Kind::CreditNote => self.total,
            Kind::Invoice => self.total.filter(|total| total.is_sign_negative()).map(|total| -total),
        }
    }
}

/// The element that gives the total with tax.
fn total(root: Element<'_>) -> Option<Element<'_>> {
    root.along(&[LEGAL_MONETARY_TOTAL, TAX_INCLUSIVE_AMOUNT]).next()
}

fn sellers(root: Element<'_>) -> Vec<Key> {
    let mut keys = Vec::new();
    for party in root.along(&[ACCOUNTING_SUPPLIER_PARTY, PARTY]) {
        let country = party
            .along(&[POSTAL_ADDRESS, COUNTRY, IDENTIFICATION_CODE])
            .next()
            .map_or(String::new(), written);
        let scheme = |id: Element<'_>| id.attribute(SCHEME_ID).map(|scheme| trimmed(scheme).to_owned());
        keys.extend(
            party
                .each(ENDPOINT_ID)
                .map(|id| Key::Endpoint(scheme(id).unwrap_or_default(), squeezed(id.text()))),
        );
        keys.extend(party.along(&[PARTY_TAX_SCHEME, COMPANY_ID]).map(|id| Key::Tax(squeezed(id.text()))));
        keys.extend(
            party.along(&[PARTY_LEGAL_ENTITY, COMPANY_ID]).map(|id| {
                Key::Registration(scheme(id).unwrap_or_else(|| country.clone()), squeezed(id.text()))
            }),
        );
        keys.extend(party.along(&[PARTY_LEGAL_ENTITY, REGISTRATION_NAME]).map(|name| {
            Key::Name(name.text().split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase())
        }));
    }
    keys.retain(|key| !key.value().is_empty());
    keys.sort_unstable();
    keys.dedup();
    keys
}

impl Key {
    fn value(&self) -> &str {
        match self {
            Key::Endpoint(_, value) | Key::Name(value) | Key::Registration(_, value) | Key::Tax(value) => {
                value
            }
        }
    }
}

/// The text without space at its ends.
fn written(element: Element<'_>) -> String {
    trimmed(element.text()).to_owned()
}

fn of_child(root: Element<'_>, name: Name) -> String {
    root.first(name).map_or(String::new(), written)
}

/// The text without any space, in capitals: as accounts and numbers of registers are compared.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<String>().to_uppercase()
}
