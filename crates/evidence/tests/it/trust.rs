//! The trust file: what is read, what is refused.

use crypto::Digest;
use evidence::trust::{Carrier, RegistryFile, Trust, TrustFile};

const ORIGIN: &str = "registry.example/uk-sg/1";
// Public keys of the golden vectors (control-vectors.json, `log.vkeys`).
const LOG: &str = "log registry.example/uk-sg/1+a94b5477+AekT08S3cOuzSHpHx6CNewVF8cHa1UxEItoM5Wf08dPq\n";
const UK1: &str = "witness uk1 witness.example/uk1+162161ca+BNcl/EUCOtfZWcce9VkQyVHsWXtMoLXytQ1eZ2jMX/A8\n";
const SG1: &str = "witness sg1 witness.example/sg1+77e6042b+BAmXUvVscsXCKH+GxYFgGnKxpUGSTmWHMlgwkWyUVJKg\n";

fn policy(rule: &str) -> String {
    format!("{LOG}{UK1}{SG1}{rule}quorum both\n")
}

fn registry() -> RegistryFile {
    RegistryFile {
        origin: ORIGIN.into(),
        policy_ed25519: Some(policy("group both all uk1 sg1\n")),
        verifying: vec!["uk1".into()],
        charter: Some(Digest::of(b"charter")),
        ..RegistryFile::default()
    }
}

fn read(registry: RegistryFile) -> Result<Trust, String> {
    let file = TrustFile { registries: vec![registry], ..TrustFile::default() };
    Trust::parse(&file.write()).map_err(|why| why.code().to_owned())
}

#[test]
fn a_trust_file_is_read_as_it_was_written() {
    let set = Digest::of(b"set");
    let file = TrustFile {
        registries: vec![registry()],
        carriers: vec![Carrier { carrier: "SMDG:TST".into(), sets: vec![set] }],
        identity_issuers: Vec::new(),
        test: true,
    };
    let trust = Trust::parse(&file.write()).unwrap();
    assert!(trust.is_test());
    assert_eq!(trust.carrier("SMDG:TST"), Some([set].as_slice()));
    assert_eq!(trust.carrier("SMDG:XXX"), None);
    let registry = trust.registry(ORIGIN).unwrap();
    assert_eq!(registry.charter(), Some(Digest::of(b"charter")));
    assert!(registry.is_verifying("uk1") && !registry.is_verifying("sg1"));
    assert_eq!(registry.policy().unwrap().as_ref().unwrap().witnesses().len(), 2);
    assert!(registry.long_term_policy().is_none());
    assert!(trust.registry("registry.example/other").is_none());
}

#[test]
fn white_space_is_the_readers_own() {
    let text = String::from_utf8(TrustFile::default().write()).unwrap();
    assert!(Trust::parse(text.replace(',', " ,\n  ").as_bytes()).is_ok());
    assert_eq!(Trust::parse(b"\xef\xbb\xbf{}").unwrap_err().code(), "bad-trust");
    assert_eq!(Trust::parse(text.replace("\"v\"", "\"w\"").as_bytes()).unwrap_err().code(), "bad-trust");
    assert_eq!(Trust::parse(text.replace('{', "{\"more\":1,").as_bytes()).unwrap_err().code(), "bad-trust");
    assert_eq!(Trust::parse(text.replace("trust/1", "trust/2").as_bytes()).unwrap_err().code(), "bad-trust");
}

#[test]
fn quorums_that_need_not_meet_are_kept_as_what_they_are() {
    let any = policy("group both any uk1 sg1\n");
    let trust = read(RegistryFile { policy_ed25519: Some(any), ..registry() }).unwrap();
    let judge = trust.registry(ORIGIN).unwrap().policy().unwrap();
    assert_eq!(judge.as_ref().unwrap_err().code(), "quorums-need-not-meet");
}

#[test]
fn a_registry_that_cannot_be_used_is_refused() {
    let refused = |registry: RegistryFile| read(registry).unwrap_err();
    let all = "group both all uk1 sg1\n";
    assert_eq!(refused(RegistryFile { policy_ed25519: None, ..registry() }), "bad-trust");
    assert_eq!(refused(RegistryFile { policy_ed25519: Some("quorum".into()), ..registry() }), "bad-trust");
    assert_eq!(refused(RegistryFile { origin: "registry.example/other".into(), ..registry() }), "bad-trust");
    assert_eq!(refused(RegistryFile { verifying: vec!["uk9".into()], ..registry() }), "bad-trust");
    assert_eq!(refused(RegistryFile { log_ml_dsa: Some("x".into()), ..registry() }), "bad-trust");
    let log_ml_dsa = Some(UK1.split(' ').next_back().unwrap().trim().to_owned());
    assert_eq!(refused(RegistryFile { log_ml_dsa, ..registry() }), "bad-trust");
    let other_shape = Some(format!("{LOG}{SG1}{UK1}{all}quorum both\n"));
    assert_eq!(refused(RegistryFile { policy: other_shape, ..registry() }), "bad-trust");
    let twice = TrustFile { registries: vec![registry(), registry()], ..TrustFile::default() };
    assert_eq!(Trust::parse(&twice.write()).unwrap_err().code(), "bad-trust");
}

#[test]
fn limits_hold() {
    let many = |count: usize| {
        let registries = (0..count).map(|number| {
            let origin = format!("registry.example/{number}");
            RegistryFile { origin, ..registry() }
        });
        let file = TrustFile { registries: registries.collect(), ..TrustFile::default() };
        Trust::parse(&file.write()).unwrap_err().to_string()
    };
    assert!(many(33).contains("32 are allowed"), "{}", many(33));
    assert!(!many(32).contains("are allowed"));
    let padded = |size: usize| {
        let text = String::from_utf8(TrustFile::default().write()).unwrap();
        let padding = " ".repeat(size - text.len());
        Trust::parse(format!("{text}{padding}").as_bytes()).is_ok()
    };
    assert!(padded(1 << 20) && !padded((1 << 20) + 1));
}

#[test]
fn of_two_policies_everybody_checks_one_and_the_other_lasts() {
    let Some(vectors) = testkit::vectors() else { return };
    let ml_dsa = vectors["log"]["policy"].as_str().unwrap().to_owned();
    let ed25519 =
        format!("{LOG}{UK1}{SG1}group uk 1 uk1\ngroup sg 1 sg1\ngroup both all uk sg\nquorum both\n");
    let both =
        RegistryFile { policy: Some(ml_dsa.clone()), policy_ed25519: Some(ed25519.clone()), ..registry() };
    let trust = read(both).unwrap();
    let registry = trust.registry(ORIGIN).unwrap();
    assert_eq!(
        registry.policy().unwrap().as_ref().unwrap().witnesses()[0].key().id().to_string(),
        "162161ca"
    );
    let lasting = registry.long_term_policy().unwrap().as_ref().unwrap();
    assert_eq!(lasting.witnesses()[0].key().id().to_string(), "077377dd");

    let swapped = RegistryFile { policy: Some(ed25519), policy_ed25519: Some(ml_dsa), ..self::registry() };
    assert_eq!(read(swapped).unwrap_err(), "bad-trust");
}
