//! Each rule off, and the property that breaks: the shortest way there. What the model cannot see stands in docs/control.md, section 14.

use bill::{
    control::Rule,
    words::{End, Purpose},
};
use registry::admission::{self, Switches};
use stateright::{Checker, HasDiscoveries, Model};
use twakow_model::{
    cast::{Home, Key, Officer, Set, What, Who},
    log::{Custom, Off},
    machine::{Answers, Choice, Machine, Setup, View},
    setups::{self, by, carrier, holder, plain, receiver, surrender, thief},
};

use admission::Rule as Gate;

const RECEIVER: Who = Who(Set::Receiver, Home::B);
const RIVAL: Who = Who(Set::Rival, Home::B);

fn record(rule: Rule) -> Off {
    Off { rules: Switches { control_off: vec![rule], ..Switches::default() }, world: Vec::new() }
}

fn gate(rule: Gate) -> Off {
    Off { rules: Switches { off: [rule].into(), ..Switches::default() }, world: Vec::new() }
}

fn world(rule: Custom) -> Off {
    Off { rules: Switches::default(), world: vec![rule] }
}

fn latest(choice: Choice) -> Choice {
    Choice { view: View::Latest, ..choice }
}

fn of(choices: Vec<Choice>) -> Setup {
    plain("switch", choices, &[])
}

/// The length of the shortest way to break the property, or nothing.
fn breaks(off: Off, setup: Setup, property: &'static str) -> Option<usize> {
    let machine = Machine::without(setup, off, vec![property]);
    // One thread, or the way found is not the shortest.
    let checker = machine.checker().threads(1).finish_when(HasDiscoveries::Any).spawn_bfs().join();
    checker.discovery(property).map(|path| path.into_actions().len())
}

/// The rule off breaks the property, and the rule on keeps it in the same world.
fn needs(name: &str, off: Off, setup: fn() -> Setup, property: &'static str) -> usize {
    assert_eq!(breaks(Off::default(), setup(), property), None, "{name}: {property} holds with the rule");
    let steps = breaks(off, setup(), property);
    println!("{name:18} {property:4} {steps:?}");
    steps.unwrap_or_else(|| panic!("{name} off breaks {property}"))
}

type Row = (&'static str, Off, fn() -> Setup, &'static str);

fn records() -> Vec<Row> {
    vec![
        (
            "Room",
            record(Rule::Room),
            || Setup { before: setups::nearly_full, ..of(vec![holder(What::Note)]) },
            "B1",
        ),
        (
            "Head",
            record(Rule::Head),
            || of(vec![holder(What::Note), Choice { view: View::Stale, ..holder(What::Move(RECEIVER)) }]),
            "S1",
        ),
        (
            "Phase",
            record(Rule::Phase),
            || Setup { before: setups::surrendered, ..of(vec![latest(carrier(What::Move(RIVAL)))]) },
            "I3",
        ),
        (
            "Entitled",
            record(Rule::Entitled),
            || of(vec![Choice { view: View::Pretender, ..by(Key::Rival, Set::Rival, What::Note) }]),
            "S2",
        ),
        (
            "ToIssuer",
            record(Rule::ToIssuer),
            || of(vec![holder(What::Surrender { to: RIVAL, purpose: Purpose::Delivery, answer: 2 })]),
            "I3",
        ),
        (
            "ToAnother",
            record(Rule::ToAnother),
            || of(vec![holder(What::Move(Who(Set::Holder, Home::B)))]),
            "R1",
        ),
        ("HomeOnly", record(Rule::HomeOnly), || of(vec![holder(What::Rehome(RECEIVER))]), "S8"),
        ("Release", record(Rule::Release), || of(vec![thief(What::Rehome(Who(Set::Holder, Home::B)))]), "R1"),
        (
            "EndFitsPurpose",
            record(Rule::EndFitsPurpose),
            || Setup { before: setups::surrendered, ..of(vec![carrier(What::Close(End::Void, None))]) },
            "I4",
        ),
        (
            "RejectWindow",
            record(Rule::RejectWindow),
            || of(vec![holder(What::Move(RECEIVER)), latest(receiver(What::Reject))]),
            "T1",
        ),
        (
            "RejectWindow",
            record(Rule::RejectWindow),
            || {
                let choices = vec![holder(What::Move(RECEIVER)), latest(receiver(What::Reject))];
                Setup { marks: vec![(Home::A, true)], ..of(choices) }
            },
            "S12",
        ),
        (
            "LeaveOnce",
            record(Rule::LeaveOnce),
            || Setup { thief: true, ..of(vec![holder(What::Note)]) },
            "L1",
        ),
        (
            "NotDeclined",
            record(Rule::NotDeclined),
            || {
                let answers = [Answers::Honestly, Answers::Falsely, Answers::Honestly];
                Setup { answers, ..of(vec![holder(What::Move(RECEIVER))]) }
            },
            "S4",
        ),
        ("NotAhead", record(Rule::NotAhead), || of(vec![Choice { at: 2, ..holder(What::Note) }]), "T1"),
        ("NotExpired", record(Rule::NotExpired), || of(vec![holder(What::Move(RECEIVER))]), "S4"),
        ("ShortLived", record(Rule::ShortLived), || of(vec![Choice { life: 3, ..holder(What::Note) }]), "T1"),
        (
            "AnswerRange",
            record(Rule::AnswerRange),
            || of(vec![holder(surrender(Purpose::Delivery, 124))]),
            "L1",
        ),
        (
            "AnswerDue",
            record(Rule::AnswerDue),
            || of(vec![holder(surrender(Purpose::Delivery, 2)), latest(holder(What::Reclaim))]),
            "T1",
        ),
    ]
}

fn gates() -> Vec<Row> {
    vec![
        ("Accepted", gate(Gate::Accepted), || of(vec![holder(What::Move(RECEIVER))]), "S12"),
        ("Accepted", gate(Gate::Accepted), || of(vec![holder(What::Move(RECEIVER))]), "S6"),
        ("AnsweredOnce", gate(Gate::AnsweredOnce), || of(vec![holder(What::Note)]), "A1"),
        ("HomeSigned", gate(Gate::HomeSigned), || of(vec![thief(What::Note)]), "R1"),
        (
            "KeysInForce",
            gate(Gate::KeysInForce),
            || of(vec![Choice { view: View::Forger, ..by(Key::Rival, Set::Rival, What::Note) }]),
            "S2",
        ),
        (
            "KeysInForce",
            gate(Gate::KeysInForce),
            || {
                let keys = Key::Holder.bit() | Key::Fresh.bit();
                of(vec![holder(What::Rekey(keys, Officer::Own)), Choice { home: true, ..thief(What::Note) }])
            },
            "S10",
        ),
        (
            "OwnLog",
            gate(Gate::OwnLog),
            || {
                let what = What::Issue { to: RECEIVER, tag: 1, from: None, elsewhere: true };
                Setup { before: setups::empty, ..of(vec![carrier(what)]) }
            },
            "O1",
        ),
        (
            "RecipientKnown",
            gate(Gate::RecipientKnown),
            || of(vec![holder(What::Move(Who(Set::Unknown, Home::B)))]),
            "L1",
        ),
        (
            "TagFree",
            gate(Gate::TagFree),
            || of(vec![carrier(What::Issue { to: RECEIVER, tag: 0, from: None, elsewhere: false })]),
            "I4",
        ),
        (
            "(final only)",
            world(Custom::FinalOnly),
            || Setup { restarts: 1, ..of(vec![holder(What::Move(RECEIVER))]) },
            "S5",
        ),
        ("(refusal kept)", world(Custom::RefusalKept), || of(vec![holder(What::Move(RECEIVER))]), "S6"),
        (
            "(restart check)",
            world(Custom::RestartCheck),
            || Setup { restarts: 1, ..of(vec![holder(What::Move(RECEIVER))]) },
            "S5",
        ),
    ]
}

#[test]
fn each_rule_of_a_record_is_needed() {
    for (name, off, setup, property) in records() {
        needs(name, off, setup, property);
    }
}

#[test]
fn each_rule_of_admission_is_needed() {
    for (name, off, setup, property) in gates() {
        needs(name, off, setup, property);
    }
}

/// A platform's standing is asked twice: once of the record's rules, and once more when its key is looked up, for a
/// suspended member has no valid key. Either alone is enough; without both the property breaks.
#[test]
fn a_platforms_standing_is_asked_twice() {
    let suspended = |home, what: What| Setup { marks: vec![(home, true)], ..of(vec![holder(what)]) };
    let rows = [
        (Rule::HomeStanding, Gate::HomeSigned, "R1", Home::A, What::Note),
        (Rule::AcceptorStanding, Gate::Accepted, "S12", Home::B, What::Move(RECEIVER)),
    ];
    for (standing, signed, property, home, what) in rows {
        assert_eq!(breaks(record(standing), suspended(home, what), property), None, "the key is looked up");
        let mut both = record(standing);
        both.rules.off = [signed].into();
        let steps = breaks(both, suspended(home, what), property);
        println!("{standing:?} and {signed:?} {property} {steps:?}");
        assert!(steps.is_some());
    }
}

/// Every rule of a record has a row, here or in the test above.
#[test]
fn the_tables_name_every_rule() {
    let named: Vec<String> = records().iter().map(|(name, ..)| (*name).to_owned()).collect();
    let elsewhere = [Rule::HomeStanding, Rule::AcceptorStanding];
    for rule in Rule::ALL.into_iter().filter(|rule| !elsewhere.contains(rule)) {
        assert!(named.contains(&format!("{rule:?}")), "{rule:?}");
    }
}
