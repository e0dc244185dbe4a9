//! Generated histories: the room under test and the model of `model.rs` walk side by side, and after every step agree on who
//! is in control, in whose favour the bill stands, and what everybody may do next (I1-I4, I6, I8).

use std::{collections::BTreeSet, time::Duration};

use bill::{
    act::Action,
    control::{Facts, Phase as RealPhase, Record},
    details::{ActionCode, BillDetails, Reason, ToPaper},
    options::{Asker, options},
    record::Bill,
    title::Favour as RealFavour,
    words::{End, Purpose},
};
use crypto::Digest;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use crate::{
    desk::{Desk, party, said},
    model::{CARRIER, EXPORTER, Favour, Model, PARTIES, Phase, ROWS, SOMEBODY, Try, moves},
    world::{HOUR, cast, platform},
};

const NAMES: [&str; PARTIES] = ["carrier", "exporter", "trader", "bank", "importer"];
const PLATFORMS: [&str; 4] = ["TWKA", "TWKB", "TWKC", "TWKD"];

/// One step: numbers that become an act by somebody, mostly by one who may.
#[derive(Debug, Clone)]
struct Dice {
    row: usize,
    by: usize,
    to: usize,
    insider: bool,
    all_consent: bool,
    hours: u64,
    platform: usize,
}

fn dice() -> impl Strategy<Value = Dice> {
    let hours = prop_oneof![4 => 0..4_u64, 2 => 20..30_u64, 1 => 70..80_u64, 1 => 235..245_u64];
    (0..ROWS.len(), 0..PARTIES, 0..PARTIES, 0..8_u8, 0..4_u8, hours, 0..40_usize).prop_map(
        |(row, by, to, insider, consent, hours, platform)| Dice {
            row,
            by,
            to,
            insider: insider > 0,
            all_consent: consent == 0,
            hours,
            platform,
        },
    )
}

/// Which act the numbers stand for: an insider tries what its phase has.
fn tried(dice: &Dice, model: &Model) -> Try {
    let rows: Vec<&'static str> = ROWS
        .iter()
        .filter(|row| !dice.insider || model.phase == Phase::Closed || row.1 == model.phase)
        .map(|row| row.0)
        .collect();
    let row = rows[dice.row % rows.len()];
    let by = match (dice.insider, row) {
        (true, "reclaim") => dice.by,
        (true, _) => model.controller().unwrap_or(dice.by),
        (false, _) => dice.by,
    };
    Try { row, by, to: dice.to, all_consent: dice.all_consent, bare: false }
}

fn code_of(row: &str) -> Option<ActionCode> {
    match row.rsplit_once("endorse-").map(|(_, kind)| kind) {
        Some("named") => Some(ActionCode::Endorse),
        Some("to-order") => Some(ActionCode::EndorseToOrder),
        Some("blank") => Some(ActionCode::BlankEndorse),
        _ if matches!(row, "pledge" | "release" | "enforce") => Some(ActionCode::EndorseToOrder),
        _ => None,
    }
}

/// The action and the details that a row writes.
fn written(desk: &Desk, it: Try) -> (Action, BillDetails, Option<String>) {
    let (by, to) = (NAMES[it.by], NAMES[it.to]);
    let mut details = desk.details();
    let bill = desk.bill.as_ref().unwrap();
    let pledge = bill.title().pledge().map(|pledge| pledge.act);
    let say = |action, to: Option<&str>| said(action, by, to, desk.now);
    details.dcsa.extend(code_of(it.row).map(|code| say(code, Some(to))));
    match it.row {
        row if row.starts_with("endorse") => (Action::Note, details, None),
        "sign" => {
            details.dcsa.push(say(ActionCode::Sign, None));
            (Action::Note, details, None)
        }
        "nominate" => {
            details.nominee = Some(party(to));
            (Action::Note, details, None)
        }
        "pledge-terms" => {
            details.terms = Some(Digest::of(b"terms"));
            (Action::Note, details, None)
        }
        "withdraw" => {
            details.withdraw = true;
            (Action::Note, details, None)
        }
        row if moves(row) => {
            details.dcsa.push(say(ActionCode::Transfer, Some(to)));
            if row == "pledge" {
                details.terms = Some(Digest::of(b"terms"));
            }
            if row == "release" || row == "enforce" {
                details.pledge = Some(pledge.unwrap_or(Digest::of(b"none")));
            }
            (Action::Move { to: desk.who(to) }, details, Some(to.to_owned()))
        }
        "reject" => {
            let window = match bill.control() {
                Record::Live(live) => live.window(),
                Record::Surrendered(_) | Record::Closed(_) => None,
            };
            let former = window
                .and_then(|window| NAMES.into_iter().find(|name| cast(name).sets == window.former.sets));
            let former = former.unwrap_or("exporter");
            details.dcsa.push(say(ActionCode::Transfer, Some(former)));
            (Action::Reject, details, Some(former.to_owned()))
        }
        "leave" => (Action::Leave, details, None),
        "rehome" => {
            let to = desk.who(by).at(platform(PLATFORMS[it.to % 4]));
            (Action::Rehome { to }, details, None)
        }
        row if row.starts_with("surrender-") => {
            let purpose: Purpose = row.strip_prefix("surrender-").unwrap().parse().unwrap();
            let mut word = match purpose {
                Purpose::Delivery => say(ActionCode::SurrenderForDelivery, None),
                Purpose::Amendment | Purpose::Cancel => say(ActionCode::SurrenderForAmendment, None),
            };
            word.reason = (purpose == Purpose::Amendment).then_some(Reason::SwitchToPaper);
            details.dcsa.push(word);
            details.pledge = pledge;
            let answer_by = Some(desk.now.plus(Duration::from_secs(240 * HOUR)));
            (Action::Surrender { to: desk.who("carrier"), purpose, answer_by }, details, None)
        }
        row if row.starts_with("close-") => {
            let end: End = row.strip_prefix("close-").unwrap().parse().unwrap();
            let paper = ToPaper { serials: vec!["1/1".to_owned()], statement: "replaces".to_owned() };
            details.to_paper = (end == End::Paper).then_some(paper);
            details.dcsa.push(say(ActionCode::SurrenderAccepted, None));
            let into = if end == End::Replaced { vec![Digest::of(b"successor")] } else { Vec::new() };
            (Action::Close { end, into }, details, None)
        }
        "return" => {
            details.dcsa.push(say(ActionCode::SurrenderRejected, None));
            (Action::Return, details, None)
        }
        "reclaim" => (Action::Reclaim, details, None),
        other => panic!("no such row: {other}"),
    }
}

/// What the model expects of an act that is put to possession first, whose group rule it does not tell.
fn expected(model: &Model, it: Try) -> Result<(), &'static str> {
    match model.judge(it) {
        Err("successors-not-agreed") => Err("group-not-whole"),
        other => other,
    }
}

fn name_of(favour: Favour) -> String {
    match favour {
        Favour::Blank => "blank".to_owned(),
        Favour::Named(party) => format!("named {}", NAMES[party]),
        Favour::Straight(party) => format!("straight {}", NAMES[party]),
        Favour::Order(party) => format!("order {}", NAMES[party]),
    }
}

fn name_of_real(favour: &RealFavour) -> String {
    match favour {
        RealFavour::Blank => "blank".to_owned(),
        RealFavour::Named(party) => format!("named {party}"),
        RealFavour::Straight { consignee, .. } => format!("straight {consignee}"),
        RealFavour::ToOrder(party) => format!("order {party}"),
    }
}

/// I1, I2, I4, and the title.
fn same_state(bill: &Bill, model: &Model) {
    let holder =
        model.controller().map(|holder| cast(NAMES[holder]).at(platform(PLATFORMS[model.homes[holder]])));
    assert_eq!(bill.control().controller(), holder.as_ref());
    let phase = match model.phase {
        Phase::Live => RealPhase::Live,
        Phase::Surrendered => RealPhase::Surrendered,
        Phase::Closed => RealPhase::Closed,
    };
    assert_eq!(bill.control().phase(), phase);
    assert!(bill.title().paper().is_none() || phase == RealPhase::Closed, "paper and record both live");
    assert_eq!(name_of_real(bill.title().favour()), name_of(model.title.favour));
    let pledge = bill.title().pledge().map(|it| (it.pledgor.name(), it.pledgee.name()));
    assert_eq!(pledge, model.title.pledge.map(|(_, pledgor, pledgee)| (NAMES[pledgor], NAMES[pledgee])));
}

/// What everybody may do, row by row, by the model's telling.
fn same_options(desk: &Desk, model: &Model) {
    let bill = desk.bill.as_ref().unwrap();
    let standing = |platform| desk.standing(platform);
    let facts = Facts::new(desk.now, 72, &standing);
    for (by, name) in NAMES.into_iter().enumerate() {
        let (controller, asking) = (desk.who(name), party(name));
        let asker = Asker { controller: &controller, party: &asking };
        let choices = options(bill, asker, &facts, desk.policy);
        assert_eq!(choices.len(), ROWS.len());
        let mut model = model.clone();
        model.homes[SOMEBODY] = model.homes[by];
        for (choice, row) in choices.iter().zip(ROWS) {
            assert_eq!(choice.row.name, row.0);
            // From the fourth platform the model's fourth is nowhere else.
            if row.0 == "rehome" && model.homes[by] == 3 {
                continue;
            }
            let bare = matches!(row.0, "release" | "enforce");
            let to = if row.0 == "rehome" { 3 } else { SOMEBODY };
            let wanted = model.judge(Try { row: row.0, by, to, all_consent: false, bare });
            let answer = choice.answer.clone().map_err(|refusal| refusal.code());
            assert_eq!(answer, wanted, "{name} may {}?", row.0);
        }
    }
}

fn walk(favour: Favour, face: &[&str], steps: &[Dice]) {
    let mut desk = Desk::new();
    desk.issue("carrier", "exporter", &Desk::face(face), |_| ()).unwrap();
    let mut model = Model::new(favour);
    same_state(desk.bill.as_ref().unwrap(), &model);
    for dice in steps {
        // A second apart even at one hour, so that no two acts are one.
        desk.now = desk.now.plus(Duration::from_secs(dice.hours * HOUR));
        model.now += dice.hours;
        if let Some(gone) = dice.platform.checked_sub(37) {
            model.gone[gone] = !model.gone[gone];
            let code = platform(PLATFORMS[gone]);
            if !desk.gone.remove(&code) {
                desk.gone.insert(code);
            }
        }
        let it = tried(dice, &model);
        let wanted = expected(&model, it);
        let before = desk.bill.clone().unwrap();
        let (action, details, to) = written(&desk, it);
        let everybody: Vec<&str> = NAMES.into_iter().filter(|name| *name != NAMES[it.by]).collect();
        let consenting: &[&str] = if it.all_consent { &everybody } else { &[] };
        match desk.act((NAMES[it.by], to.as_deref()), action, details, consenting) {
            Ok(_) => {
                assert_eq!(wanted, Ok(()), "{it:?}");
                // I3, I8: whoever signed was in control, or remembered.
                let signer = desk.who(NAMES[it.by]);
                let entitled = if it.row == "reclaim" {
                    before.control().remembered()
                } else {
                    before.control().controller()
                };
                assert_eq!(entitled, Some(&signer), "{it:?}");
                model.apply(it);
                if let Some(holder) = model.controller() {
                    desk.homes.insert(NAMES[holder].to_owned(), platform(PLATFORMS[model.homes[holder]]));
                }
            }
            Err(refusal) => {
                assert_eq!(wanted, Err(refusal.code()), "{it:?}");
                // I6, and a refusal changes nothing.
                assert!(bill::REFUSALS.iter().any(|kind| kind.code == refusal.code()));
                assert!(!refusal.kind().sentence.is_empty() && !refusal.remedy().is_empty());
                assert_eq!(desk.bill.as_ref(), Some(&before));
            }
        }
        same_state(desk.bill.as_ref().unwrap(), &model);
    }
    same_options(&desk, &model);
    // Replaying the bytes gives the same bill.
    assert_eq!(desk.replayed(), desk.bill);
}

/// 48 histories a kind of bill in the ordinary run; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if asked { config } else { ProptestConfig { cases: 48, ..config } }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_order_bill_goes_as_the_model_says(steps in prop::collection::vec(dice(), 1..40)) {
        walk(Favour::Order(EXPORTER), &["order", "exporter"], &steps);
    }

    #[test]
    fn a_blank_bill_goes_as_the_model_says(steps in prop::collection::vec(dice(), 1..40)) {
        walk(Favour::Blank, &["blank"], &steps);
    }

    #[test]
    fn a_straight_bill_goes_as_the_model_says(steps in prop::collection::vec(dice(), 1..40)) {
        walk(Favour::Straight(4), &["straight", "importer"], &steps);
    }
}

#[test]
fn the_carrier_is_the_first_of_the_cast() {
    assert_eq!(NAMES[CARRIER], "carrier");
}

/// The dice must be such that a history can come to every act, or the walks would agree about little.
#[test]
fn every_act_comes_to_pass_in_some_history() {
    let mut runner = TestRunner::deterministic();
    let mut done = BTreeSet::new();
    for _ in 0..400 {
        let steps = prop::collection::vec(dice(), 40).new_tree(&mut runner).unwrap().current();
        let mut model = Model::new(Favour::Order(EXPORTER));
        for dice in steps {
            model.now += dice.hours;
            let it = tried(&dice, &model);
            if model.judge(it).is_ok() {
                model.apply(it);
                done.insert(it.row);
            }
        }
    }
    // What replaces a record is a group, which these histories do not have.
    let never: Vec<&str> = ROWS.iter().map(|row| row.0).filter(|row| !done.contains(row)).collect();
    assert_eq!(never, ["close-replaced"]);
}
