//! A bill's life in eight commands, each of which can be run by itself on whatever the ones before it have left.

use bill::{
    act::Action,
    words::{Controller, End, Op, Purpose},
};
use crypto::Digest;
use node::Status;

use crate::{
    account,
    faults::{assert_nothing_fails, assert_only_controller},
    stage::Stage,
};

/// One thing that somebody does, and what must be so when the corridor has come to rest.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    run: fn(&mut Stage, &mut Play),
    /// Who has the record afterwards, and which platforms know every act of it.
    ends: Ends,
}

enum Ends {
    /// There is no record yet.
    NoRecord,
    /// With a controller.
    With(&'static str, &'static [&'static str]),
    /// The record is closed.
    Closed,
}

/// What later commands need of earlier ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Play {
    pub(crate) record: Option<Digest>,
}

impl Command {
    /// Runs the command to its end.
    pub(crate) fn play(&self, stage: &mut Stage, play: &mut Play) {
        (self.run)(stage, play);
    }

    /// Runs the command to its end and checks everything that must hold then.
    pub(crate) fn run(&self, stage: &mut Stage, play: &mut Play) {
        (self.run)(stage, play);
        self.check(stage, play);
    }

    fn check(&self, stage: &mut Stage, play: &Play) {
        let Some(record) = &play.record else {
            assert!(matches!(self.ends, Ends::NoRecord));
            return account::check(&mut stage.rig);
        };
        match self.ends {
            Ends::NoRecord => panic!("{} makes no record", self.name),
            Ends::With(who, know_it) => assert_only_controller(stage, record, who, know_it),
            Ends::Closed => {
                account::check(&mut stage.rig);
                let kept = stage.rig.registry().state().record(record).unwrap();
                assert_eq!(kept.record().controller(), None, "a closed record has no controller");
                assert_nothing_fails(&stage.verdict("carrier", record));
            }
        }
    }
}

/// The script: every kind of command that a corridor serves, crossings and in-house, accepted and declined.
pub(crate) const SCRIPT: [Command; 8] = [
    Command { name: "enrol", run: enrol, ends: Ends::NoRecord },
    Command { name: "issue, crossing", run: issue, ends: Ends::With("exporter", &["carrier", "platform-a"]) },
    Command { name: "declined crossing", run: declined, ends: Ends::With("exporter", &["platform-a"]) },
    Command { name: "crossing", run: cross, ends: Ends::With("importer", &["platform-a", "platform-b"]) },
    Command { name: "note", run: note, ends: Ends::With("importer", &["platform-b"]) },
    Command { name: "move in-house", run: in_house, ends: Ends::With("broker", &["platform-b"]) },
    Command { name: "surrender", run: surrender, ends: Ends::With("carrier", &["platform-b", "carrier"]) },
    Command { name: "close", run: close, ends: Ends::Closed },
];

/// The people who are there before the script begins.
pub(crate) fn cast(seed: &str) -> Stage {
    enter(Stage::new(seed))
}

/// The same on stores in files.
pub(crate) fn cast_in_folder(seed: &str) -> Stage {
    enter(Stage::in_folder(seed))
}

fn enter(mut stage: Stage) -> Stage {
    stage.enrol("carrier", "Northern Isles Line", "carrier", "TWKC");
    stage.enrol("exporter", "Strathspey Malts Ltd", "platform-a", "TWKA");
    stage.enrol("broker", "Keppel Broking Pte Ltd", "platform-b", "TWKB");
    // Enrolled at the carrier's platform, and written down as a user of the other.
    stage.enrol("stranger", "Quick Goods Ltd", "carrier", "TWKB");
    stage
}

fn enrol(stage: &mut Stage, _: &mut Play) {
    stage.enrol("importer", "Orchard Spirits Pte Ltd", "platform-b", "TWKB");
}

fn issue(stage: &mut Stage, play: &mut Play) {
    play.record = Some(stage.issue("whisky", "exporter"));
}

fn acts(stage: &mut Stage, play: &Play, who: &str, action: Action, codes: &[(&str, Option<&str>)]) -> Digest {
    let signed = stage.act(&play.record.unwrap(), who, action, codes);
    let reply = stage.hand_in(who, &signed);
    assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
    signed.act.digest()
}

/// To a set that the platform named as its home has never seen.
fn declined(stage: &mut Stage, play: &mut Play) {
    let to = Controller::own(stage.people["stranger"].set, "TWKB".parse().unwrap());
    let codes = [("ENDORSE_TO_ORDER", Some("stranger")), ("TRANSFER", Some("stranger"))];
    let act = acts(stage, play, "exporter", Action::Move { to }, &codes);
    assert_eq!(stage.stage("platform-a", &act), "returned");
    assert!(stage.rig.registry().state().declined(&act).is_some(), "the decline is in the log");
}

fn cross(stage: &mut Stage, play: &mut Play) {
    let to = stage.controller("importer");
    let codes = [("ENDORSE_TO_ORDER", Some("importer")), ("TRANSFER", Some("importer"))];
    let act = acts(stage, play, "exporter", Action::Move { to }, &codes);
    assert_eq!(stage.stage("platform-b", &act), "moved");
}

fn note(stage: &mut Stage, play: &mut Play) {
    acts(stage, play, "importer", Action::Note, &[("SIGN", None)]);
}

fn in_house(stage: &mut Stage, play: &mut Play) {
    let to = stage.controller("broker");
    let codes = [("ENDORSE_TO_ORDER", Some("broker")), ("TRANSFER", Some("broker"))];
    acts(stage, play, "importer", Action::Move { to }, &codes);
}

fn surrender(stage: &mut Stage, play: &mut Play) {
    let week = std::time::Duration::from_secs(7 * 86_400);
    let answer_by = Some(stage.rig.now.plus(week));
    let to = stage.controller("carrier");
    let action = Action::Surrender { to, purpose: Purpose::Delivery, answer_by };
    assert_eq!(action.op(), Op::Surrender);
    acts(stage, play, "broker", action, &[("SURRENDER_FOR_DELIVERY", None)]);
}

fn close(stage: &mut Stage, play: &mut Play) {
    let action = Action::Close { end: End::Delivered, into: Vec::new() };
    acts(stage, play, "carrier", action, &[("SACC", None)]);
}
