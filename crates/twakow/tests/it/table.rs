//! The table of acts, walked: for every row, `options` says that the party may, a command makes the act, the nodes refuse it when
//! another has signed it and take it from the party, the log has it, and the exported file proves it. A row without a command fails here.

use std::collections::BTreeSet;

use crate::{Answer, Desk, examples};

/// One row, done by a party to a bill.
struct Deed {
    row: &'static str,
    party: &'static str,
    bill: &'static str,
    /// The platform at which it is handed in.
    at: &'static str,
    /// The command, its bill and key left out.
    act: &'static str,
}

const fn deed(
    row: &'static str,
    party: &'static str,
    bill: &'static str,
    at: &'static str,
    act: &'static str,
) -> Deed {
    Deed { row, party, bill, at, act }
}

const A: &str = "platform-a";
const B: &str = "platform-b";
const C: &str = "carrier";

/// Whisky bills: the first lives through everything that ends in delivery, the others end otherwise. The draft of the last is at hand.
const BILLS: [&str; 5] = [ONE, VOID, PAPER, AWAY, AMENDED];
const ONE: &str = "TWKW2603011";
const VOID: &str = "TWKW2603012";
const PAPER: &str = "TWKW2603013";
const AMENDED: &str = "TWKW2603014";
const AWAY: &str = "TWKW2603015";

const DEEDS: [Deed; 35] = [
    deed("sign", "exporter", ONE, A, "note"),
    deed("endorse-named", "exporter", ONE, A, "note --endorse named --to importer.keyset"),
    deed("withdraw", "exporter", ONE, A, "withdraw"),
    deed("endorse-to-order", "exporter", ONE, A, "note --endorse to-order --to importer.keyset"),
    deed("endorse-blank", "exporter", ONE, A, "note --endorse blank"),
    deed("move", "exporter", ONE, A, "move --to importer.keyset"),
    deed("reject", "importer", ONE, A, "reject"),
    deed("withdraw", "exporter", ONE, A, "withdraw"),
    deed("nominate", "exporter", ONE, A, "nominate --to bank.keyset"),
    deed("pledge-terms", "exporter", ONE, A, "pledge --terms terms.txt"),
    deed("pledge", "exporter", ONE, A, "move --endorse to-order --to bank.keyset"),
    deed("release", "bank", ONE, A, "move --of-pledge --endorse to-order --to exporter.keyset"),
    deed("pledge", "exporter", ONE, A, "move --endorse to-order --terms terms.txt --to bank.keyset"),
    deed("enforce", "bank", ONE, A, "move --of-pledge --endorse to-order --to importer.keyset"),
    deed("leave", "importer", ONE, A, "leave"),
    deed("move-endorse-to-order", "importer", ONE, A, "move --endorse to-order --to exporter.keyset"),
    deed("move-endorse-blank", "exporter", ONE, A, "move --endorse blank --to importer.keyset"),
    deed("move-endorse-named", "importer", ONE, A, "move --endorse named --to exporter.keyset"),
    deed("surrender-delivery", "exporter", ONE, A, "surrender --for delivery"),
    deed("return", "carrier", ONE, C, "return"),
    deed("surrender-delivery", "exporter", ONE, A, "surrender --for delivery --answer-within 1"),
    deed("reclaim", "exporter", ONE, A, "reclaim"),
    deed("surrender-delivery", "exporter", ONE, A, "surrender --for delivery"),
    deed("close-delivered", "carrier", ONE, C, "close --end delivered"),
    deed("surrender-cancel", "exporter", VOID, A, "surrender --for cancel"),
    deed("close-void", "carrier", VOID, C, "close --end void"),
    deed("surrender-amendment", "exporter", PAPER, A, "surrender --for amendment --reason swtp"),
    deed("close-paper", "carrier", PAPER, C, "close --end paper --serial 1 --statement Replaces-the-record."),
    deed("surrender-amendment", "exporter", AMENDED, A, "surrender --for amendment --agree amended.act"),
    deed("close-replaced", "carrier", AMENDED, C, "close --end replaced --into amended.act"),
    deed("sign", "exporter", AMENDED, A, "note"),
    deed("surrender-delivery", "exporter", AMENDED, A, "surrender --for delivery"),
    deed("close-delivered", "carrier", AMENDED, C, "close --end delivered"),
    deed("rehome", "exporter", AWAY, A, "rehome --to platform-b"),
    deed("sign", "exporter", AWAY, B, "note"),
];

/// A day at somebody's desk: every command has a time, an hour after the one before.
struct Days {
    desk: Desk,
    hours: u32,
}

impl Days {
    fn types(&mut self, line: &str) -> Answer {
        self.hours += 1;
        let (day, hour) = (2 + self.hours / 24, self.hours % 24);
        self.desk.types(&format!("--clock 2026-03-{day:02}T{hour:02}:00:00.000Z {line}"))
    }

    fn does(&mut self, line: &str) -> Answer {
        let answer = self.types(line);
        assert_eq!(answer.code, 0, "{line}: {answer:?}");
        answer
    }

    fn keeps(&mut self, line: &str, file: &str) {
        let made = self.does(line);
        std::fs::write(self.desk.path(file), made.data).unwrap();
    }
}

/// The corridor, its people and the bills.
fn founded(bills: &[&str]) -> Days {
    let mut days = Days { desk: Desk::new(), hours: 0 };
    let whisky = examples().join("whisky");
    days.does("corridor init");
    for (who, party, at) in [
        ("carrier", "carrier", C),
        ("exporter", "exporter", A),
        ("importer", "importer", A),
        ("bank", "sg-bank", A),
    ] {
        days.does(&format!("key new {who}.key"));
        let party = whisky.join(party).with_extension("toml");
        let party = party.display();
        days.does(&format!("key enrol {who}.key --party {party} --at {at} --out {who}.keyset"));
    }
    std::fs::write(days.desk.path("terms.txt"), "Until the loan is repaid.\n").unwrap();
    let draft = std::fs::read_to_string(whisky.join("draft.json")).unwrap();
    for bill in bills {
        std::fs::write(days.desk.path("draft.json"), draft.replace("TWKW2603001", bill)).unwrap();
        days.does("bill issue draft.json --to exporter.keyset --law England --jurisdiction England --key carrier.key");
    }
    days
}

#[test]
#[ignore = "two hundred commands: CI runs it with the optimised command (docs/ci.md, stage table)"]
fn every_act_of_the_table_has_a_command_and_its_evidence_holds() {
    let mut days = founded(&BILLS);
    let mut walked = BTreeSet::from(["issue"]);
    for Deed { row, party, bill, at, act } in DEEDS {
        // Past the time that the carrier has for an answer.
        days.hours += if row == "reclaim" { 24 } else { 0 };
        if act.contains("--agree") {
            days.keeps(&format!("bill amend {bill} draft.json --key carrier.key"), "amended.act");
        }
        let options = days.does(&format!("--json options {bill} --party {party}"));
        let may = format!("{{\"act\":\"{row}\",\"may\":true}}");
        assert!(options.data.contains(&may), "{party} {row}: {}", options.data);
        let (verb, rest) = act.split_once(' ').unwrap_or((act, ""));
        let hands_in = if row == "rehome" { "release" } else { "submit" };
        if !walked.contains(row) {
            // Whoever else signs it is refused, and nothing has changed for the party.
            let other = if party == "bank" { "exporter" } else { "bank" };
            days.keeps(&format!("act {verb} {bill} --key {other}.key {rest}"), "other.act");
            let refused = days.types(&format!("{hands_in} other.act --at {at}"));
            assert!(refused.code == 1 && refused.talk.contains("[key-not-in-set]"), "{row}: {refused:?}");
        }
        days.keeps(&format!("act {verb} {bill} --key {party}.key {rest}"), "made.act");
        if row == "rehome" {
            days.keeps(&format!("release made.act --at {at}"), "released.act");
            days.does(&format!("export {bill} --at {at} --out leaving.twk"));
            days.does(&format!("rehome released.act leaving.twk --at {B}"));
        } else {
            days.does(&format!("submit made.act --at {at}"));
        }
        walked.insert(row);
    }
    let rows: BTreeSet<&str> = bill::table::ROWS.iter().map(|row| row.name).collect();
    assert_eq!(walked, rows, "every row of the table, and nothing else");
    days.does("corridor trust --carrier carrier.keyset --as NMFTA:TWKL");
    for bill in BILLS.into_iter().chain(["TWKW2603014~1"]) {
        days.does(&format!("export {bill} --out evidence.twk"));
        let verdict = days.does("verify evidence.twk --trust corridor.trust --json");
        let ops: Vec<&str> =
            verdict.data.split("\"op\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let made = DEEDS.iter().filter(|deed| deed.bill == bill);
        let made = made.map(|deed| op_of(deed.row)).collect::<Vec<_>>();
        match bill {
            AMENDED => assert_eq!(ops, ["issue", "note", "surrender", "close"]),
            "TWKW2603014~1" => assert_eq!(ops, ["issue", "surrender", "close"]),
            _ => assert_eq!(ops.get(1..), Some(made.as_slice()), "{bill}"),
        }
    }
}

fn op_of(row: &str) -> &'static str {
    bill::table::ROWS.iter().find(|known| known.name == row).unwrap().deed.op().as_str()
}

#[test]
fn a_new_key_acts_for_the_set_and_the_old_one_no_more() {
    let mut days = founded(&[ONE]);
    days.does("key new fresh.key");
    let rekey =
        "key rekey exporter.keyset --key exporter.key --new fresh.key --at platform-a --out exporter.keyset";
    days.does(rekey);
    // The first act after it is judged by the keys of now, though the platform saw the record before.
    days.keeps(&format!("act note {ONE} --key fresh.key"), "new.act");
    days.does("submit new.act --at platform-a");
    days.keeps(&format!("act note {ONE} --key exporter.key"), "old.act");
    let refused = days.types("submit old.act --at platform-a");
    assert!(refused.talk.contains("[key-not-in-set]"), "{refused:?}");
    // The file names the newest act of the set, so that the next rekey follows it; the old key cannot make one.
    days.does("key new third.key");
    let by_old = days.types(&rekey.replace("fresh.key", "third.key"));
    assert_ne!(by_old.code, 0, "{by_old:?}");
    days.does(&rekey.replace("fresh.key", "third.key").replace("exporter.key --new", "fresh.key --new"));
}

#[test]
fn of_a_set_of_several_keys_one_is_replaced_and_the_lost_one_waits() {
    let mut days = founded(&[ONE]);
    for key in ["desk", "phone", "safe", "new-phone", "new-desk"] {
        days.does(&format!("key new {key}.key"));
    }
    let party = examples().join("whisky/importer.toml");
    let enrol = format!("--party {} --at {A} --out importer.keyset", party.display());
    days.does(&format!("key enrol desk.key --also phone.key --portable safe.key {enrol}"));
    let id = |days: &mut Days, key: &str| {
        days.does(&format!("key show {key}.key")).data.split_whitespace().last().unwrap().to_owned()
    };
    let [desk, phone, safe, new] = ["desk", "phone", "safe", "new-phone"].map(|key| id(&mut days, key));
    let shown = days.does("key show importer.keyset").data;
    for (key, says) in [(&desk, "signs"), (&phone, "signs"), (&safe, "(portable)")] {
        assert!(
            shown.lines().any(|line| line.contains(key.as_str()) && line.ends_with(says)),
            "{says}: {shown}"
        );
    }
    days.keeps(
        &format!("act move {ONE} --endorse to-order --to importer.keyset --key exporter.key"),
        "sell.act",
    );
    days.does(&format!("submit sell.act --at {A}"));
    // Each key signs by itself.
    for key in ["desk", "phone", "safe"] {
        days.keeps(&format!("act note {ONE} --key {key}.key"), "note.act");
        days.does(&format!("submit note.act --at {A}"));
    }
    // The phone is lost. Only a key that is kept apart may change the set, and by its id alone the lost one waits.
    let rekey = |key: &str, ends: &str, new: &str| {
        format!(
            "key rekey importer.keyset --key {key}.key --in-place-of {ends} --new {new}.key --at {A} --out importer.keyset"
        )
    };
    let by_desk = days.types(&rekey("desk", &phone, "new-phone"));
    assert!(by_desk.talk.contains("key-not-portable"), "{by_desk:?}");
    let unknown = days.types(&rekey("safe", "AAAA", "new-phone"));
    assert!(unknown.code == 1 && unknown.talk.contains("[no-such-key]"), "{unknown:?}");
    days.keeps(&format!("act note {ONE} --key phone.key"), "lost.act");
    let rekeyed = days.does(&rekey("safe", &phone, "new-phone"));
    assert!(rekeyed.talk.contains("it has not agreed, so it ends only at 2026-03-"), "{rekeyed:?}");
    let lost = days.types(&format!("submit lost.act --at {A}"));
    assert!(lost.talk.contains("[key-ending]"), "{lost:?}");
    let shown = days.does("key show importer.keyset").data;
    let waits =
        |shown: &str| shown.lines().any(|line| line.contains(&phone) && line.contains("ends at 2026-03-"));
    assert!(waits(&shown) && shown.contains(&new), "{shown}");
    days.keeps(&format!("act note {ONE} --key new-phone.key"), "note.act");
    days.does(&format!("submit note.act --at {A}"));
    // Three days later it has ended. A key whose file is given agrees, and ends at once.
    days.hours += 73;
    let shown = days.does("key show importer.keyset").data;
    assert!(!shown.contains(&phone), "{shown}");
    let agreed = days.does(&rekey("safe", "desk.key", "new-desk"));
    assert!(agreed.talk.contains("so it ends at once"), "{agreed:?}");
    let shown = days.does("key show importer.keyset").data;
    assert!(!shown.contains(&desk), "{shown}");
    days.keeps(&format!("act note {ONE} --key new-desk.key"), "note.act");
    days.does(&format!("submit note.act --at {A}"));
    days.does("corridor trust --carrier carrier.keyset --as NMFTA:TWKL");
    days.does(&format!("export {ONE} --out evidence.twk"));
    days.does("verify evidence.twk --trust corridor.trust");
}

#[test]
fn an_older_copy_of_the_registry_refuses_to_serve_and_says_what_to_do() {
    let mut days = founded(&[ONE]);
    days.does("node backup registry --out registry.bak");
    let again = days.types("node backup registry --out registry.bak");
    assert!(again.talk.contains("[store-in-the-way]"), "{again:?}");
    let in_the_way = days.types("node restore registry --from registry.bak");
    assert!(in_the_way.talk.contains("[store-in-the-way]"), "{in_the_way:?}");
    // A copy of the last moment serves.
    days.does("node backup platform-a --out platform-a.bak");
    lose(&days, "platform-a");
    days.does("node restore platform-a --from platform-a.bak");
    days.keeps(&format!("act note {ONE} --key exporter.key"), "made.act");
    days.does("submit made.act --at platform-a");
    // One that is older than what the witnesses have cosigned does not.
    lose(&days, "registry");
    let restored = days.types("node restore registry --from registry.bak");
    assert_eq!(restored.code, 1, "{restored:?}");
    assert!(restored.talk.contains("refused [below-witnesses]"), "{restored:?}");
    assert!(restored.talk.contains("what to do: "), "{restored:?}");
    let run = days.types("corridor run");
    assert!(run.talk.contains("refused [below-witnesses]"), "{run:?}");
}

fn lose(days: &Days, node: &str) {
    for file in std::fs::read_dir(days.desk.path("corridor").join(node)).unwrap() {
        let file = file.unwrap().path();
        if file.file_name().unwrap().to_str().unwrap().starts_with("store.db") {
            std::fs::remove_file(file).unwrap();
        }
    }
}
