//! The questions that a ledger answers about one more document.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{
    Entry, Kind, Ledger,
    rows::{
        ACCOUNT_NEW, BALANCE, CREDITED_BEFORE, CREDITED_UNKNOWN, CREDITS_NOTHING, DUPLICATE, LOOK_ALIKE,
        NOT_COMPARED, NUMBER_AGAIN, OVER_CREDITED,
    },
    squeezed, total, written,
};
use crate::{
    document::{Document, Element},
    finding::{Finding, Place, Teller},
    limits::{FINDINGS_OF_A_RULE_MAX, LEDGER_CHAIN_MAX},
    names::known::*,
    own::OwnRule,
};

/// Asks everything of one document.
struct Asked<'d> {
    ledger: &'d Ledger,
    document: &'d Document<'d>,
    entry: &'d Entry,
    teller: Teller<'d>,
    findings: Vec<Finding>,
}

pub(super) fn findings(ledger: &Ledger, document: &Document<'_>) -> Vec<Finding> {
    let entry = Entry::of(document);
    let teller = Teller::new(document);
    let mut asked = Asked { ledger, document, entry: &entry, teller, findings: Vec::new() };
    let came_before = asked.numbers();
    asked.accounts();
    // The credit of a document that came before is in the chain already.
    if !came_before {
        asked.credits();
    }
    asked.findings
}

impl<'d> Asked<'d> {
    fn tell(&mut self, rule: &'static OwnRule, element: Element<'d>, term: &'static str, message: String) {
        if self.findings.iter().filter(|told| told.id == rule.id).count() < FINDINGS_OF_A_RULE_MAX {
            let place = Place { id: rule.id, severity: rule.severity, element, term };
            self.findings.push(self.teller.tell_at(place, message, rule.remedy.to_owned()));
        }
    }

    /// The element with the document's number, or the document.
    fn number(&self) -> Element<'d> {
        let root = self.document.root();
        root.first(ID).unwrap_or(root)
    }

    /// Whether it came before; tells also whether its number did, or something very like it.
    fn numbers(&mut self) -> bool {
        let same_number = |entry: &Entry, ledger: &Ledger| -> BTreeSet<usize> {
            let keys = entry.sellers.iter().map(|key| (key.clone(), entry.kind, entry.number.clone()));
            keys.filter_map(|key| ledger.by_number.get(&key)).flatten().copied().collect()
        };
        if self.entry.number.is_empty() {
            return false;
        }
        for earlier in same_number(self.entry, self.ledger) {
            let Some(earlier) = self.ledger.entry(earlier) else { continue };
            let said = format!("{} of {} over {}", earlier.number, day(earlier), money(earlier));
            let same = (earlier.issued, earlier.total, &earlier.currency)
                == (self.entry.issued, self.entry.total, &self.entry.currency);
            if same {
                self.tell(
                    &DUPLICATE,
                    self.number(),
                    "BT-1",
                    format!("It came before: the history has {said} of this seller."),
                );
                return true;
            }
            let message = format!("Its number was used before: the history has {said} of this seller.");
            self.tell(&NUMBER_AGAIN, self.number(), "BT-1", message);
        }
        self.look_alikes();
        false
    }

    fn look_alikes(&mut self) {
        let (Some(issued), Some(total)) = (self.entry.issued, self.entry.total) else { return };
        let keys = self.entry.sellers.iter().map(|key| (key.clone(), self.entry.kind, issued, total));
        let alike: BTreeSet<usize> =
            keys.filter_map(|key| self.ledger.by_day_and_total.get(&key)).flatten().copied().collect();
        for earlier in alike {
            let Some(earlier) = self.ledger.entry(earlier) else { continue };
            if earlier.number != self.entry.number && earlier.currency == self.entry.currency {
                let message = format!(
                    "The history has {} of the same day over the same {}.",
                    earlier.number,
                    money(earlier)
                );
                self.tell(&LOOK_ALIKE, self.number(), "BT-1", message);
            }
        }
    }

    /// Whether it asks to be paid into an account that is new, where its seller has named others.
    fn accounts(&mut self) {
        let known = self.entry.sellers.iter().filter_map(|key| self.ledger.accounts.get(key));
        let mut used: BTreeMap<&str, super::Use> = BTreeMap::new();
        for (account, use_) in known.flatten() {
            let seen = used.entry(account).or_default();
            // The same documents under several keys: the most that one key saw.
            seen.documents = seen.documents.max(use_.documents);
            seen.latest = seen.latest.max(use_.latest);
        }
        let Some((usual, last)) = used.iter().max_by_key(|(_, seen)| (seen.latest, seen.documents)) else {
            return;
        };
        let latest = last.latest.map_or(String::new(), |day| format!(", the last of {day}"));
        let plural = if last.documents == 1 { "" } else { "s" };
        let so_far = format!("{usual} in {} document{plural}{latest}", last.documents);
        let accounts: Vec<Element<'d>> =
            self.document.root().along(&[PAYMENT_MEANS, PAYEE_FINANCIAL_ACCOUNT, ID]).collect();
        for element in accounts {
            let account = squeezed(element.text());
            if !account.is_empty() && !used.contains_key(account.as_str()) {
                let message = format!(
                    "The money is to go to {account}, which no earlier document of this seller named. So far: {so_far}."
                );
                self.tell(&ACCOUNT_NEW, element, "BT-84", message);
            }
        }
    }

    /// Whether the credit notes on an invoice, this document among them, give back more than it asked for.
    fn credits(&mut self) {
        if self.entry.kind == Kind::CreditNote && self.entry.speaks_of.is_empty() {
            let root = self.document.root();
            self.tell(&CREDITS_NOTHING, root, "BG-3", "The credit note names no invoice.".to_owned());
            return;
        }
        let chain = Chain::of(self.ledger, self.entry);
        for number in &chain.unknown {
            let message =
                format!("The invoice {number} is not in the history: what is left of it cannot be said.");
            self.tell(&CREDITED_UNKNOWN, self.reference(number), "BT-25", message);
        }
        if chain.credits.is_empty() {
            return;
        }
        for (number, invoice) in &chain.invoices {
            let before = invoice.issued.zip(self.entry.issued).filter(|(invoice, credit)| credit < invoice);
            if let (true, Some((invoice, credit))) = (self.entry.speaks_of.contains(number), before) {
                let message = format!("It is dated {credit}, and the invoice {number} is of {invoice}.");
                self.tell(&CREDITED_BEFORE, self.reference(number), "BT-25", message);
            }
        }
        let place = total(self.document.root()).unwrap_or_else(|| self.number());
        let Some(one_currency) = chain.is_in_one_currency().filter(|_| !chain.is_cut) else {
            let message = "The invoice and its credit notes are in different currencies, a total is no number, or they are too many.";
            self.tell(&NOT_COMPARED, place, "BT-112", message.to_owned());
            return;
        };
        // What lacks an invoice was told; the rest of the chain is compared only where it is whole.
        if !chain.unknown.is_empty() {
            return;
        }
        self.compare(&chain, place, &one_currency);
    }

    fn compare(&mut self, chain: &Chain<'_>, place: Element<'d>, currency: &str) {
        let mut within = true;
        for (number, invoice) in &chain.invoices {
            let asked = invoice.total.unwrap_or_default();
            let on_it = chain.credits.iter().filter(|credit| credit.speaks_of == [number.clone()]);
            let given: Decimal = on_it.filter_map(|credit| credit.gives_back()).sum();
            if given > asked {
                within = false;
                let message = format!(
                    "The invoice {number} asked for {asked} {currency}; its credit notes, with this, give back {given}: {} too much.",
                    given - asked
                );
                self.tell(&OVER_CREDITED, place, "BT-112", message);
            }
        }
        let sum = |entries: &[&Entry], amount: fn(&Entry) -> Option<Decimal>| -> Decimal {
            entries.iter().filter_map(|entry| amount(entry)).sum()
        };
        let invoices: Vec<&Entry> = chain.invoices.values().copied().collect();
        let asked = sum(&invoices, |invoice| invoice.total);
        let given = sum(&chain.credits, Entry::gives_back);
        let numbers = chain.invoices.keys().cloned().collect::<Vec<_>>().join(", ");
        if within && given > asked {
            let message = format!(
                "The invoices {numbers} asked for {asked} {currency} together; their credit notes, with this, give back {given}: {} too much.",
                given - asked
            );
            self.tell(&OVER_CREDITED, place, "BT-112", message);
        } else if within && self.entry.is_credit() {
            let message = format!(
                "Of {asked} {currency} asked for by {numbers}, {given} are given back, with this: {} are left.",
                asked - given
            );
            self.tell(&BALANCE, place, "BT-112", message);
        }
    }

    /// The element in which the document speaks of the invoice `number`.
    fn reference(&self, number: &str) -> Element<'d> {
        let mut references = self.document.root().along(&[BILLING_REFERENCE, INVOICE_DOCUMENT_REFERENCE, ID]);
        references.find(|id| written(*id) == number).unwrap_or_else(|| self.number())
    }
}

/// Invoices that are bound to each other by credit notes, and those credit notes.
struct Chain<'l> {
    invoices: BTreeMap<String, &'l Entry>,
    credits: Vec<&'l Entry>,
    unknown: Vec<String>,
    /// It is longer than [`LEDGER_CHAIN_MAX`], and the rest was not looked at.
    is_cut: bool,
}

impl<'l> Chain<'l> {
    /// From the document on: the invoices it credits, or itself, all credit notes on them, what those credit, and so on.
    fn of(ledger: &'l Ledger, document: &'l Entry) -> Chain<'l> {
        let mut chain =
            Chain { invoices: BTreeMap::new(), credits: Vec::new(), unknown: Vec::new(), is_cut: false };
        let mut open: Vec<String> = Vec::new();
        if document.is_credit() {
            chain.credits.push(document);
            open.extend(document.speaks_of.iter().cloned());
        } else {
            open.push(document.number.clone());
        }
        let (mut seen, mut taken) = (BTreeSet::new(), BTreeSet::new());
        while let Some(number) = open.pop() {
            if !seen.insert(number.clone()) {
                continue;
            }
            if seen.len() > LEDGER_CHAIN_MAX {
                chain.is_cut = true;
                break;
            }
            let is_it = |entry: &&Entry| entry.kind == Kind::Invoice && entry.number == number;
            let invoice = Some(document).filter(is_it).or_else(|| invoice_of(ledger, document, &number));
            match invoice {
                Some(invoice) => drop(chain.invoices.insert(number.clone(), invoice)),
                None => chain.unknown.push(number.clone()),
            }
            for credit in credits_on(ledger, document, &number) {
                // A credit note that lies in the history twice gives back once.
                if let Some(credit) = ledger.entry(credit)
                    && taken.insert((credit.kind, &credit.number, credit.issued, credit.total))
                {
                    chain.credits.push(credit);
                    open.extend(credit.speaks_of.iter().cloned());
                }
            }
        }
        chain.unknown.sort_unstable();
        chain
    }

    /// The currency of all, where it is one and every total is a number.
    fn is_in_one_currency(&self) -> Option<String> {
        let mut all = self.invoices.values().chain(&self.credits);
        let currency = &all.next()?.currency;
        let mut all = self.invoices.values().chain(&self.credits);
        all.all(|entry| entry.currency == *currency && entry.total.is_some()).then(|| currency.clone())
    }
}

fn invoice_of<'l>(ledger: &'l Ledger, document: &Entry, number: &str) -> Option<&'l Entry> {
    let keys = document.sellers.iter().map(|key| (key.clone(), Kind::Invoice, number.to_owned()));
    let found = keys.filter_map(|key| ledger.by_number.get(&key)).flatten();
    // Of two invoices with one number the first, so that the order of the history does not matter.
    found.filter_map(|at| ledger.entry(*at)).min_by_key(|invoice| (invoice.issued, invoice.total))
}

fn credits_on(ledger: &Ledger, document: &Entry, number: &str) -> BTreeSet<usize> {
    let keys = document.sellers.iter().map(|key| (key.clone(), number.to_owned()));
    keys.filter_map(|key| ledger.by_credited.get(&key)).flatten().copied().collect()
}

fn day(entry: &Entry) -> String {
    entry.issued.map_or_else(|| "no day".to_owned(), |day| day.to_string())
}

fn money(entry: &Entry) -> String {
    entry.total.map_or_else(|| "no amount".to_owned(), |total| format!("{total} {}", entry.currency))
}
