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
