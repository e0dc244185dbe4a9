//! A small corridor for tables of acts: parties, their platforms, a clock, one bill.

use std::{collections::BTreeMap, time::Duration};

use bill::{
    act::{Act, Action, Body, Draft, Issue, Keyset, Step},
    control::{self, Facts, Record, Standing},
    keys::{KeyKind, Keys, MemberKey, Recovery},
    keyset::{self, KeySet},
    words::{Controller, End, Op, Platform, Purpose, Registry},
};
use crypto::{Digest, key::SigningKey};
use vocab::{Refusal, Timestamp};

pub(crate) const HOUR: u64 = 3_600;
pub(crate) const DAY: u64 = 24 * HOUR;

pub(crate) fn time(written: &str) -> Timestamp {
    written.parse().unwrap()
}

/// 2 March 2026, 09:00, and `seconds` later.
pub(crate) fn after(seconds: u64) -> Timestamp {
    time("2026-03-02T09:00:00.000Z").plus(Duration::from_secs(seconds))
}

pub(crate) fn platform(code: &str) -> Platform {
    code.parse().unwrap()
}

pub(crate) fn registry() -> Registry {
    Registry { origin: "registry.example/uk-sg/1".to_owned(), url: "https://registry.example/v1".to_owned() }
}

/// The key that a name stands for; tests need many and name them.
pub(crate) fn key(name: &str) -> SigningKey {
    SigningKey::ed25519_from_seed(*Digest::of(name.as_bytes()).as_bytes())
}

pub(crate) fn file(name: &str) -> MemberKey {
    MemberKey::new(key(name).public().clone(), KeyKind::File { portable: true }).unwrap()
}

pub(crate) fn recovery(quorum: u64, names: &[&str]) -> Recovery {
    Recovery::new(quorum, names.iter().map(|name| key(name).public().clone()).collect(), 72, 72).unwrap()
}

pub(crate) fn keyset_act(keys: &[&str]) -> Act {
    let keyset = Keyset {
        keys: Keys::new(keys.iter().map(|name| file(name)).collect()).unwrap(),
        recovery: recovery(1, &["officer", "notary"]),
        registry: registry(),
    };
    let draft = Draft { at: after(0), details: Digest::of(b"details"), body: Body::Keyset(keyset) };
    draft.write().unwrap()
}

pub(crate) fn keyset(keys: &[&str]) -> KeySet {
    keyset::apply_first(&keyset::check_first(&keyset_act(keys), after(0)).unwrap())
}

/// A party as the registry sees it: one key set, named by its only key, at a platform.
pub(crate) fn party(name: &str, home: &str) -> Controller {
    Controller::own(keyset(&[name]).id(), platform(home))
}

/// The cast of the tables: who is at home where.
pub(crate) fn cast(name: &str) -> Controller {
    let home = match name {
        "carrier" | "exporter" | "trader" => "TWKA",
        "bank" | "importer" => "TWKB",
        other => panic!("{other} is not of the cast"),
    };
    party(name, home)
}

/// One bill, its clock, and who signs what on it.
pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) record: Option<Record>,
    pub(crate) standing: BTreeMap<Platform, Standing>,
    /// Where a party has gone; else it is where the cast has it.
    pub(crate) homes: BTreeMap<String, Platform>,
    pub(crate) acts: Vec<Act>,
}

impl World {
    pub(crate) fn new() -> Self {
        let members = ["TWKA", "TWKB", "TWKC"].map(|code| (platform(code), Standing::Member));
        Self {
            now: after(0),
            record: None,
            standing: BTreeMap::from(members),
            homes: BTreeMap::new(),
            acts: Vec::new(),
        }
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now = self.now.plus(Duration::from_secs(seconds));
    }

    pub(crate) fn who(&self, name: &str) -> Controller {
        match self.homes.get(name) {
            Some(home) => cast(name).at(*home),
            None => cast(name),
        }
    }

    pub(crate) fn issue(&self, by: &str, to: &str) -> Issue {
        Issue {
            by: self.who(by),
            to: self.who(to),
            expires: self.now.plus(Duration::from_secs(HOUR)),
            tag: Digest::of(b"tag"),
            registry: registry(),
            from: Vec::new(),
        }
    }

    pub(crate) fn draft(&self, body: Body) -> Act {
        Draft { at: self.now, details: Digest::of(b"details"), body }.write().unwrap()
    }

    /// The next act on the bill, by `by`.
    pub(crate) fn step(&self, by: &str, action: Action) -> Step {
        let spine = self.record.as_ref().unwrap().spine();
        Step {
            record: spine.record(),
            seq: spine.seq() + 1,
            prev: spine.head(),
            by: self.who(by),
            expires: self.now.plus(Duration::from_secs(HOUR)),
            action,
        }
    }

    pub(crate) fn facts<'a>(&self, standing: &'a dyn Fn(Platform) -> Standing) -> Facts<'a> {
        Facts::new(self.now, 72, standing)
    }

    pub(crate) fn begin(&mut self, issue: Issue) -> Result<(), Refusal> {
        let act = self.draft(Body::Issue(issue));
        let standing = |platform| self.standing.get(&platform).copied().unwrap_or(Standing::Stranger);
        let begun = control::check_issue(&act, self.record.as_ref(), &self.facts(&standing))?;
        self.record = Some(control::apply_issue(&begun));
        self.acts.push(act);
        Ok(())
    }

    pub(crate) fn submit(&mut self, act: &Act) -> Result<(), Refusal> {
        self.submit_with(act, |facts| facts)
    }

    pub(crate) fn submit_with(
        &mut self,
        act: &Act,
        facts: impl Fn(Facts<'_>) -> Facts<'_>,
    ) -> Result<(), Refusal> {
        let standing = |platform| self.standing.get(&platform).copied().unwrap_or(Standing::Stranger);
        let record = self.record.clone().unwrap();
        let admitted = control::check(&record, act, &facts(self.facts(&standing)))?;
        self.record = Some(control::apply(record, &admitted));
        self.acts.push(act.clone());
        Ok(())
    }

    pub(crate) fn act(&mut self, by: &str, action: Action) -> Result<(), Refusal> {
        let act = self.draft(Body::Step(self.step(by, action)));
        self.submit(&act)
    }

    pub(crate) fn surrender(&self, purpose: Purpose) -> Action {
        let answer_by = Some(self.now.plus(Duration::from_secs(10 * DAY)));
        Action::Surrender { to: self.who("carrier"), purpose, answer_by }
    }

    /// One line of a table: `move exporter -> bank`, `close carrier delivered`, `wait 3 days`.
    pub(crate) fn line(&mut self, words: &[&str]) -> Result<(), Refusal> {
        match words {
            ["wait", amount, unit] => {
                let unit = match *unit {
                    "seconds" => 1,
                    "minutes" => 60,
                    "hours" => HOUR,
                    "days" => DAY,
                    other => panic!("{other} is no unit"),
                };
                self.wait(amount.parse::<u64>().unwrap() * unit);
                Ok(())
            }
            ["platform", code, standing] => {
                let standing = match *standing {
                    "member" => Standing::Member,
                    "suspended" => Standing::Suspended,
                    "dead" => Standing::Dead,
                    other => panic!("{other} is no standing"),
                };
                self.standing.insert(platform(code), standing);
                Ok(())
            }
            ["issue", by, "->", to] => self.begin(self.issue(by, to)),
            ["move", by, "->", to] => {
                let to = self.who(to);
                self.act(by, Action::Move { to })
            }
            ["note", by] => self.act(by, Action::Note),
            ["reject", by] => self.act(by, Action::Reject),
            ["leave", by] => self.act(by, Action::Leave),
            ["surrender", by, purpose] => self.act(by, self.surrender(purpose.parse().unwrap())),
            ["close", by, end] => {
                let end: End = end.parse().unwrap();
                self.act(by, Action::Close { end, into: Vec::new() })
            }
            ["return", by] => self.act(by, Action::Return),
            ["reclaim", by] => self.act(by, Action::Reclaim),
            ["rehome", by, "->", home] => self.rehome(by, home, false),
            ["rehome", by, "->", home, "released"] => self.rehome(by, home, true),
            other => panic!("no such line: {other:?}"),
        }
    }

    fn rehome(&mut self, by: &str, home: &str, released: bool) -> Result<(), Refusal> {
        let to = self.who(by).at(platform(home));
        let act = self.draft(Body::Step(self.step(by, Action::Rehome { to })));
        self.submit_with(&act, |facts| facts.released(released))?;
        self.homes.insert(by.to_owned(), platform(home));
        Ok(())
    }

    /// Who is in control now, as the tables write it.
    pub(crate) fn in_control(&self) -> String {
        let Some(controller) = self.record.as_ref().and_then(Record::controller) else {
            return "nobody".to_owned();
        };
        let named = ["carrier", "exporter", "trader", "bank", "importer"]
            .into_iter()
            .find(|name| cast(name).sets == controller.sets);
        format!("{} at {}", named.unwrap(), controller.home)
    }
}

/// Runs a table: each line is an act, `|`, and `ok` or `refused CODE`; after `ok` may follow `; WHO at HOME`.
pub(crate) fn check(table: &str) -> World {
    let mut world = World::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (act, expected) = line.split_once('|').unwrap();
        let words: Vec<&str> = act.split_whitespace().collect();
        let outcome = match world.line(&words) {
            Ok(()) => "ok".to_owned(),
            Err(refusal) => format!("refused {}", refusal.code()),
        };
        let (wanted, who) = expected.split_once(';').unwrap_or((expected, ""));
        assert_eq!(outcome, wanted.trim(), "in the line `{line}`");
        if !who.trim().is_empty() {
            assert_eq!(world.in_control(), who.trim(), "after the line `{line}`");
        }
        // Acts of one moment would have one digest.
        if outcome == "ok" && !matches!(words.first(), Some(&("wait" | "platform"))) {
            world.wait(1);
        }
    }
    world
}

/// Every op of a bill that exists.
pub(crate) const STEPS: [Op; 9] = [
    Op::Note,
    Op::Move,
    Op::Reject,
    Op::Leave,
    Op::Surrender,
    Op::Close,
    Op::Return,
    Op::Reclaim,
    Op::Rehome,
];
