//! A holder's desk for tables of title: one bill with its document's face, parties with codes, details in full.

use std::collections::{BTreeMap, BTreeSet};

use bill::{
    act::{Act, Action, Body, Draft, Issue},
    consent::{Consent, ConsentFile, Consented},
    control::{Facts, Standing},
    details::{ActionCode, BillDetails, Details, FromPaper, IssueDetails, Reason, ToPaper, Transaction},
    keyset::KeySet,
    party::Party,
    record::{self, Bill, Proposed},
    title::{Face, Policy},
    words::{Controller, End, Platform, Purpose},
};
use crypto::{Digest, json::Value};
use vocab::{Refusal, Timestamp};

use crate::world::{DAY, HOUR, World, after, cast, key, keyset, registry};

/// The party that a name stands for: one LEI-like code.
pub(crate) fn party(name: &str) -> Party {
    let code = [
        ("codeListProvider", Value::from("GLEIF")),
        ("codeListName", Value::from("LEI")),
        ("partyCode", Value::from(format!("LEI OF {name}"))),
    ];
    let home = match name {
        "bank" | "importer" => "TWKB",
        _ => "TWKA",
    };
    Party::of(&Value::object([
        ("partyName", Value::from(name)),
        ("eblPlatform", Value::from(home)),
        ("identifyingCodes", Value::array([Value::object(code)])),
    ]))
    .unwrap()
}

pub(crate) fn said(action: ActionCode, by: &str, to: Option<&str>, at: Timestamp) -> Transaction {
    Transaction {
        action,
        actor: party(by),
        at,
        recipient: to.filter(|_| action.has_recipient()).map(party),
        reason: None,
        comments: None,
    }
}

/// Digests of so many scans, sorted.
pub(crate) fn scans(count: usize) -> Vec<Digest> {
    let mut scans: Vec<Digest> = (0..count).map(|nth| Digest::of(format!("scan {nth}").as_bytes())).collect();
    scans.sort();
    scans
}

pub(crate) fn document() -> Digest {
    Digest::of(b"document")
}

/// One bill, its clock and its readers' policy.
pub(crate) struct Desk {
    pub(crate) now: Timestamp,
    pub(crate) bill: Option<Bill>,
    pub(crate) policy: Policy,
    /// Platforms that sign nothing.
    pub(crate) gone: BTreeSet<Platform>,
    /// Where a party has gone; else it is where the cast has it.
    pub(crate) homes: BTreeMap<String, Platform>,
    pledge: Option<Digest>,
    transfer_by: String,
    /// The bill as it was issued, and what was admitted since.
    issued: Option<Bill>,
    kept: Vec<Kept>,
}

/// An admitted act as a platform keeps it, with what stood at its leaf.
struct Kept {
    act: Vec<u8>,
    details: Vec<u8>,
    by: Party,
    to: Option<Party>,
    consents: Vec<Consented>,
    now: Timestamp,
    gone: BTreeSet<Platform>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            now: after(0),
            bill: None,
            policy: Policy::default(),
            gone: BTreeSet::new(),
            homes: BTreeMap::new(),
            pledge: None,
            transfer_by: String::new(),
            issued: None,
            kept: Vec::new(),
        }
    }

    pub(crate) fn face(words: &[&str]) -> Face {
        match words {
            ["straight", consignee] => {
                Face { to_order: false, consignee: Some(party(consignee)), endorsee: None }
            }
            ["straight"] => Face { to_order: false, consignee: None, endorsee: None },
            ["order", endorsee] => Face { to_order: true, consignee: None, endorsee: Some(party(endorsee)) },
            ["blank"] => Face { to_order: true, consignee: None, endorsee: None },
            other => panic!("no such face: {other:?}"),
        }
    }

    pub(crate) fn details(&self) -> BillDetails {
        BillDetails::about(document(), [7; 16])
    }

    pub(crate) fn issue_details(&self, by: &str, to: &str) -> BillDetails {
        BillDetails {
            dcsa: vec![said(ActionCode::Issue, by, Some(to), self.now)],
            issue: Some(IssueDetails {
                issuer_salt: [9; 16],
                law: "England and Wales".to_owned(),
                jurisdiction: "England and Wales".to_owned(),
            }),
            ..self.details()
        }
    }

    pub(crate) fn issue(
        &mut self,
        by: &str,
        to: &str,
        face: &Face,
        change: impl Fn(&mut BillDetails),
    ) -> Result<(), Refusal> {
        let mut details = self.issue_details(by, to);
        change(&mut details);
        let details = details.write()?;
        let predecessor = self.bill.as_ref();
        let issue = Issue {
            by: cast(by),
            to: cast(to),
            expires: self.now,
            tag: Digest::of(b"tag"),
            registry: registry(),
            from: predecessor.map(|bill| bill.control().spine().record()).into_iter().collect(),
        };
        let act = Draft { at: self.now, details: details.digest(), body: Body::Issue(issue) }.write()?;
        let standing = |_: Platform| Standing::Member;
        let facts = Facts::new(self.now, 72, &standing);
        let parties = (&party(by), &party(to));
        let agreed = record::check_issue((&act, &details), face, parties, predecessor, &facts)?;
        self.bill = Some(record::apply_issue(agreed));
        self.issued = self.bill.clone();
        self.kept.clear();
        Ok(())
    }

    /// The next act by `by`, with the consents of `consenting`.
    pub(crate) fn act(
        &mut self,
        (by, to): (&str, Option<&str>),
        action: Action,
        mut details: BillDetails,
        consenting: &[&str],
    ) -> Result<Digest, Refusal> {
        let bill = self.bill.clone().unwrap();
        let (record, homes) = (Some(bill.control().clone()), self.homes.clone());
        let world = World { record, homes, now: self.now, ..World::new() };
        let step = world.step(by, action);
        let write = |details: &BillDetails| {
            let written = details.write()?;
            let draft = Draft { at: self.now, details: written.digest(), body: Body::Step(step.clone()) };
            Ok::<_, Refusal>((draft.write()?, written))
        };
        let (draft, _) = write(&details)?;
        let until = self.now.plus(std::time::Duration::from_secs(HOUR));
        let consents: Vec<(ConsentFile, &str)> = consenting
            .iter()
            .map(|name| {
                let consent = Consent::to(&draft, &details, keyset(&[name]).id(), until).unwrap();
                let signature = consent.sign(&key(name));
                (ConsentFile::of(consent, signature).unwrap(), *name)
            })
            .collect();
        details.consents = consents.iter().map(|(consent, _)| consent.digest()).collect();
        details.consents.sort();
        let (act, written) = write(&details)?;
        let proved: Vec<Consented> = consents
            .iter()
            .map(|(consent, name)| {
                let (set, party): (KeySet, Party) = (keyset(&[name]), party(name));
                consent.verify_in((&act, &details), (&set, &party), self.now).unwrap()
            })
            .collect();
        let (by, to) = (party(by), to.map(party));
        let proposed = Proposed { act: &act, details: &written, by: &by, to: to.as_ref(), consents: &proved };
        let standing = |platform: Platform| self.standing(platform);
        let facts = Facts::new(self.now, 72, &standing).released(true);
        let agreed = record::check(&bill, &proposed, &facts, self.policy)?;
        self.bill = Some(record::apply(bill, agreed));
        let (now, gone) = (self.now, self.gone.clone());
        let (act_bytes, details) = (act.bytes().to_vec(), written.bytes().to_vec());
        self.kept.push(Kept { act: act_bytes, details, by, to, consents: proved, now, gone });
        Ok(act.digest())
    }

    /// The bill folded again from what was kept.
    pub(crate) fn replayed(&self) -> Option<Bill> {
        self.kept.iter().fold(self.issued.clone(), |bill, kept| {
            let (act, details) = (Act::parse(&kept.act).unwrap(), Details::parse(&kept.details).unwrap());
            let standing = |platform: Platform| match kept.gone.contains(&platform) {
                true => Standing::Suspended,
                false => Standing::Member,
            };
            let facts = Facts::new(kept.now, 72, &standing).released(true);
            let (by, to) = (&kept.by, kept.to.as_ref());
            let proposed = Proposed { act: &act, details: &details, by, to, consents: &kept.consents };
            let agreed = record::check(bill.as_ref()?, &proposed, &facts, self.policy).unwrap();
            Some(record::apply(bill?, agreed))
        })
    }

    pub(crate) fn standing(&self, platform: Platform) -> Standing {
        if self.gone.contains(&platform) { Standing::Suspended } else { Standing::Member }
    }

    pub(crate) fn who(&self, name: &str) -> Controller {
        let home = self.homes.get(name).copied();
        home.map_or_else(|| cast(name), |home| cast(name).at(home))
    }

    /// One line: `VERB by [-> to] [words]`, with `+ NAME` for each consent at its end.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), Refusal> {
        let mut parts = line.split('+').map(str::trim);
        let words: Vec<&str> = parts.next().unwrap().split_whitespace().collect();
        let consenting: Vec<&str> = parts.collect();
        let at = self.now;
        let code = |word: &str| match word {
            "named" => ActionCode::Endorse,
            "order" => ActionCode::EndorseToOrder,
            "blank" => ActionCode::BlankEndorse,
            other => panic!("no such endorsement: {other}"),
        };
        let note = |details: BillDetails, by: &str, desk: &mut Self| {
            desk.act((by, None), Action::Note, details, &consenting).map(|_| ())
        };
        match words.as_slice() {
            ["issue", by, "->", to, face @ ..] => self.issue(by, to, &Self::face(face), |_| ()),
            ["endorse", by, kind] => {
                note(BillDetails { dcsa: vec![said(code(kind), by, None, at)], ..self.details() }, by, self)
            }
            ["endorse", by, kind, to] => {
                let dcsa = vec![said(code(kind), by, Some(to), at)];
                note(BillDetails { dcsa, ..self.details() }, by, self)
            }
            ["sign", by] => {
                let dcsa = vec![said(ActionCode::Sign, by, None, at)];
                note(BillDetails { dcsa, ..self.details() }, by, self)
            }
            ["nominate", by, to] => {
                note(BillDetails { nominee: Some(party(to)), ..self.details() }, by, self)
            }
            ["terms", by] => {
                note(BillDetails { terms: Some(Digest::of(b"terms")), ..self.details() }, by, self)
            }
            ["withdraw", by] => note(BillDetails { withdraw: true, ..self.details() }, by, self),
            ["move", by, "->", to, rest @ ..] => {
                let details = self.delivery((by, to), rest, code);
                let action = Action::Move { to: cast(to) };
                let act = self.act((by, Some(to)), action, details.clone(), &consenting)?;
                if details.pledge.is_none() && self.bill.as_ref().unwrap().title().pledge().is_some() {
                    self.pledge = Some(act);
                }
                self.transfer_by = (*by).to_owned();
                Ok(())
            }
            ["reject", by] => {
                let former = self.transfer_by.clone();
                let dcsa = vec![said(ActionCode::Transfer, by, Some(&former), at)];
                let details = BillDetails { dcsa, ..self.details() };
                self.act((by, Some(&former)), Action::Reject, details, &consenting).map(|_| ())
            }
            ["surrender", by, purpose, rest @ ..] => self.surrender(by, purpose, rest, &consenting),
            ["close", by, end, serials @ ..] => {
                let end: End = end.parse().unwrap();
                let serials: Vec<String> = serials.iter().map(|serial| (*serial).to_owned()).collect();
                let statement = "replaces the record".to_owned();
                let to_paper = (!serials.is_empty()).then_some(ToPaper { serials, statement });
                let dcsa = vec![said(ActionCode::SurrenderAccepted, by, None, at)];
                let details = BillDetails { to_paper, dcsa, ..self.details() };
                self.act((by, None), Action::Close { end, into: Vec::new() }, details, &[]).map(|_| ())
            }
            ["return", by] => {
                let dcsa = vec![said(ActionCode::SurrenderRejected, by, None, at)];
                self.act((by, None), Action::Return, BillDetails { dcsa, ..self.details() }, &[]).map(|_| ())
            }
            ["leave", by] => self.act((by, None), Action::Leave, self.details(), &[]).map(|_| ()),
            ["back", by, "->", to, serials @ ..] => {
                let from_paper = FromPaper {
                    serials: serials.iter().map(|serial| (*serial).to_owned()).collect(),
                    scans: scans(serials.len()),
                    attestation: "all originals are destroyed".to_owned(),
                    statement: "replaces paper".to_owned(),
                };
                let face = Self::face(&["blank"]);
                self.issue(by, to, &face, |details| {
                    details.from_paper = (!serials.is_empty()).then(|| from_paper.clone());
                })
            }
            other => panic!("no such line: {other:?}"),
        }
    }

    fn delivery(
        &self,
        (by, to): (&str, &str),
        rest: &[&str],
        code: impl Fn(&str) -> ActionCode,
    ) -> BillDetails {
        let mut details = self.details();
        for word in rest {
            match *word {
                "terms" => details.terms = Some(Digest::of(b"terms")),
                "other-terms" => details.terms = Some(Digest::of(b"other terms")),
                "citing" => details.pledge = self.pledge,
                "miscited" => details.pledge = Some(Digest::of(b"no such pledge")),
                kind => details.dcsa.push(said(code(kind), by, Some(to), self.now)),
            }
        }
        details.dcsa.push(said(ActionCode::Transfer, by, Some(to), self.now));
        details
    }

    fn surrender(
        &mut self,
        by: &str,
        purpose: &str,
        rest: &[&str],
        consenting: &[&str],
    ) -> Result<(), Refusal> {
        let purpose: Purpose = purpose.parse().unwrap();
        let word = match purpose {
            Purpose::Delivery => ActionCode::SurrenderForDelivery,
            Purpose::Amendment | Purpose::Cancel => ActionCode::SurrenderForAmendment,
        };
        let mut transaction = said(word, by, None, self.now);
        let mut details = self.details();
        for word in rest {
            match *word {
                "paper" => transaction.reason = Some(Reason::SwitchToPaper),
                "citing" => details.pledge = self.pledge,
                "miscited" => details.pledge = Some(Digest::of(b"no such pledge")),
                other => panic!("no such word: {other}"),
            }
        }
        details.dcsa.push(transaction);
        let answer_by = Some(self.now.plus(std::time::Duration::from_secs(10 * DAY)));
        let action = Action::Surrender { to: cast("carrier"), purpose, answer_by };
        self.act((by, Some("carrier")), action, details, consenting).map(|_| ())
    }

    /// The trader surrenders a pledged bill for amendment, naming what is to take its place.
    pub(crate) fn surrender_for(
        &mut self,
        successors: &[Digest],
        consenting: &[&str],
    ) -> Result<Digest, Refusal> {
        let details = BillDetails {
            dcsa: vec![said(ActionCode::SurrenderForAmendment, "trader", None, self.now)],
            successors: successors.to_vec(),
            pledge: self.pledge,
            ..self.details()
        };
        let answer_by = Some(self.now.plus(std::time::Duration::from_secs(10 * DAY)));
        let action = Action::Surrender { to: cast("carrier"), purpose: Purpose::Amendment, answer_by };
        let act = self.act(("trader", Some("carrier")), action, details, consenting)?;
        self.wait_an_hour();
        Ok(act)
    }

    /// The title in words, as every rendering prints it.
    pub(crate) fn title(&self) -> String {
        let title = self.bill.as_ref().unwrap().title();
        let pledged = title.pledge().map(|pledge| format!(", pledged to {}", pledge.pledgee));
        format!("{}{}", title.favour(), pledged.unwrap_or_default())
    }

    pub(crate) fn wait_an_hour(&mut self) {
        self.now = self.now.plus(std::time::Duration::from_secs(HOUR));
    }
}

/// Runs a table: each line is an act, `|`, and `ok` or `refused CODE`; after `ok` may follow `; TITLE`.
pub(crate) fn check(table: &str) -> Desk {
    let mut desk = Desk::new();
    run(&mut desk, table);
    desk
}

pub(crate) fn run(desk: &mut Desk, table: &str) {
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (act, expected) = line.split_once('|').unwrap();
        let outcome = match desk.line(act.trim()) {
            Ok(()) => "ok".to_owned(),
            Err(refusal) => format!("refused {}", refusal.code()),
        };
        let (wanted, title) = expected.split_once(';').unwrap_or((expected, ""));
        assert_eq!(outcome, wanted.trim(), "in the line `{line}`");
        if !title.trim().is_empty() {
            assert_eq!(desk.title(), title.trim(), "after the line `{line}`");
        }
        desk.wait_an_hour();
    }
}
