//! `twakow key`: key files that only their owner reads, never overwritten.

use crate::{Desk, restrict};

#[test]
fn a_new_key_is_its_owners_alone_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let made = desk.types("key new exporter.key");
    assert_eq!(made.code, 0, "{made:?}");
    let mode = std::fs::metadata(desk.path("exporter.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = std::fs::read(desk.path("exporter.key")).unwrap();
    let again = desk.types("key new exporter.key");
    assert_eq!(again.code, 2, "{again:?}");
    assert_eq!(std::fs::read(desk.path("exporter.key")).unwrap(), before);
    let shown = desk.types("key show exporter.key");
    assert!(shown.data.starts_with("EdDSA  "), "{shown:?}");
    assert_eq!(desk.types("key new --algorithm es256 carrier.key").code, 0);
    assert!(desk.types("key show carrier.key").data.starts_with("ES256  "));
}

#[test]
fn the_same_seed_makes_the_same_key_and_no_seed_another() {
    let (one, other) = (Desk::new(), Desk::new());
    for desk in [&one, &other] {
        desk.types("--seed 7 key new seeded.key");
        desk.types("key new fresh.key");
    }
    let shown = |desk: &Desk, file: &str| desk.types(&format!("key show {file}")).data;
    assert_eq!(shown(&one, "seeded.key"), shown(&other, "seeded.key"));
    assert_ne!(shown(&one, "fresh.key"), shown(&other, "fresh.key"));
}

#[test]
fn a_passphrase_that_others_can_read_is_refused() {
    let desk = Desk::new();
    restrict(&desk.path("passphrase"), 0o640);
    let answer = desk.types("key new exporter.key");
    assert_eq!(answer.code, 1);
    assert!(answer.talk.starts_with("refused [readable-by-others]"), "{answer:?}");
    assert!(!desk.path("exporter.key").exists());
}

#[test]
fn a_missing_file_and_a_corridor_too_new_say_what_to_do() {
    let desk = Desk::new();
    for line in
        ["key show gone.key", "bill check gone.json", "verify gone.twk", "submit gone.act --at platform-a"]
    {
        let answer = desk.types(line);
        assert_eq!(answer.code, 2, "{line}: {answer:?}");
        assert!(answer.talk.starts_with("refused [file-not-read]: "), "{line}: {answer:?}");
        assert!(
            answer.talk.contains("gone.") && answer.talk.contains("what to do: Look whether"),
            "{answer:?}"
        );
    }
    desk.types("--clock 2026-03-01T08:00:00.000Z corridor init");
    desk.types("key new exporter.key");
    let party = crate::examples().join("whisky/exporter.toml");
    let enrol = |clock: &str| {
        let party = party.display();
        desk.types(&format!(
            "--clock {clock} key enrol exporter.key --party {party} --at platform-a --out exporter.keyset"
        ))
    };
    let early = enrol("2026-03-01T08:00:10.000Z");
    assert!(
        early.talk.starts_with("refused [not-final-yet]: ") && early.talk.contains("a minute"),
        "{early:?}"
    );
    assert!(!desk.path("exporter.keyset").exists());
    assert_eq!(enrol("2026-03-01T08:02:00.000Z").code, 0);
}
