//! Notes, keys, checkpoints and cosignatures: the examples of the C2SP texts, the golden log's own signatures.

use tlog::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    key::{KeyKind, NoteSigner, VerifierKey},
    note::{KeyName, NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX, Note},
};
use vocab::Timestamp;

use crate::{base64_digest, vectors};

/// C2SP signed-note, "Example".
const FOO_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const FOO_NOTE: &str = "This is an example message.\n\n\
    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
/// C2SP signed-note, at the top: a text with an empty line within.
const QUASIMODO: &str = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\
    — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
/// C2SP tlog-cosignature, at the top.
const SOFA: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

#[test]
fn the_examples_of_the_standards_are_read_and_written_back() {
    for example in [FOO_NOTE, QUASIMODO, SOFA] {
        assert_eq!(Note::parse(example.as_bytes()).unwrap().to_string(), example);
    }
    let poem = Note::parse(QUASIMODO.as_bytes()).unwrap();
    assert!(poem.text().ends_with("sole:\n\ned è subito sera.\n"));
    let sofa = SignedCheckpoint::parse(SOFA.as_bytes()).unwrap();
    assert_eq!((sofa.checkpoint().size(), sofa.note().signatures().len()), (20_852_163, 2));
    assert_eq!(sofa.note().signatures()[1].name.as_str(), "witness.example.com/w1");
}

#[test]
fn the_example_key_verifies_the_example_note_and_no_other() {
    let key: VerifierKey = FOO_KEY.parse().unwrap();
    assert_eq!((key.to_string().as_str(), key.kind()), (FOO_KEY, KeyKind::Ed25519));
    let check = |text: &str| key.check(&Note::parse(text.as_bytes()).unwrap());
    assert!(check(FOO_NOTE).unwrap().unwrap().time().is_none());
    assert!(check(QUASIMODO).unwrap().is_none(), "a note by others says nothing");
    let changed = FOO_NOTE.replace("an example", "another example");
    assert_eq!(check(&changed).unwrap_err().code(), "note-signature-wrong");
    let flipped = FOO_NOTE.replace("Uw2QOkn8", "Uw2QOkn9");
    assert_eq!(check(&flipped).unwrap_err().code(), "note-signature-wrong");
    let short = "This is an example message.\n\n— example.com/foo Uw2QOkk=\n";
    assert_eq!(check(short).unwrap_err().code(), "note-signature-wrong");
}

#[test]
fn what_is_not_exactly_a_note_is_refused() {
    let line = "— example.com/foo Uw2QOkk=\n";
    let many = |count: usize| {
        let lines = (0..count).map(|number| format!("— example.com/{number} Uw2QOkk=\n"));
        format!("text\n\n{}", lines.collect::<String>())
    };
    Note::parse(many(NOTE_SIGNATURES_MAX).as_bytes()).unwrap();
    let long = format!("{}\n\n{line}", "x".repeat(NOTE_BYTES_MAX));
    for bad in [
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        "text",
        line,
        "text\n— example.com/foo Uw2QOkk=\n",
        "text\n\n— example.com/foo Uw2QOkk=",
        "text\n\n- example.com/foo Uw2QOkk=\n",
        "text\n\n— example.com/foo\n",
        "text\n\n—  Uw2QOkk=\n",
        "text\n\n— a+b Uw2QOkk=\n",
        "text\n\n— a\u{2003}b Uw2QOkk=\n",
        "text\n\n— example.com/foo Uw2QOg==\n",
        "text\n\n— example.com/foo Uw2QOk\n",
        "te\txt\n\n— foo Uw2QOkk=\n",
        "te\rxt\n\n— foo Uw2QOkk=\n",
        "text\n\n— foo Uw2QOkk=\n\n",
        "text\n\n— foo Uw2QOkk=\n— foo Uw2QOkk=\n",
        &many(NOTE_SIGNATURES_MAX + 1),
        &long,
    ] {
        let code = Note::parse(bad.as_bytes()).unwrap_err().code();
        assert!(["bad-note", "bad-key-name"].contains(&code), "{bad:.60?}: {code}");
    }
    assert_eq!(Note::parse(b"\xff\n\n").unwrap_err().code(), "bad-note");
}

#[test]
fn what_is_not_exactly_a_checkpoint_is_refused() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    Checkpoint::parse(&format!("log\n7\n{root}\n")).unwrap();
    let extended = Checkpoint::parse(&format!("log\n7\n{root}\nmore\nand more\n")).unwrap();
    assert_eq!(extended.extensions(), ["more", "and more"]);
    assert_eq!(extended.to_string(), format!("log\n7\n{root}\nmore\nand more\n"));
    for bad in [
        String::new(),
        "\n".into(),
        "log\n".into(),
        "log\n7\n".into(),
        format!("log\n7\n{root}"),
        format!("\n7\n{root}\n"),
        format!("log\n07\n{root}\n"),
        format!("log\n+7\n{root}\n"),
        format!("log\n-7\n{root}\n"),
        format!("log\n 7\n{root}\n"),
        format!("log\n0\n{root}\n"),
        format!("log\n7\n{root}\n\n"),
        format!("log\n7\n{root}\n\nmore\n"),
        "log\n7\nCsUY\n".into(),
        format!("log\n7\n{}\n", root.replace("2I=", "2J=")),
        format!("log\n9223372036854775807\n{root}\n"),
        format!("{}\n7\n{root}\n", "o".repeat(256)),
    ] {
        assert_eq!(Checkpoint::parse(&bad).unwrap_err().code(), "bad-checkpoint", "{bad:?}");
    }
    let empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assert_eq!(Checkpoint::parse(&format!("log\n0\n{empty}\n")).unwrap().size(), 0);
}

fn vkeys(vectors: &serde_json::Value) -> Vec<VerifierKey> {
    let keys = vectors["log"]["vkeys"].as_object().unwrap().values();
    let policy = vectors["log"]["policy"].as_str().unwrap();
    let in_policy =
        policy.lines().filter(|line| line.starts_with("witness")).map(|line| line.split(' ').nth(2).unwrap());
    keys.map(|key| key.as_str().unwrap()).chain(in_policy).map(|key| key.parse().unwrap()).collect()
}

#[test]
fn every_signature_on_the_golden_checkpoint_holds() {
    let Some(vectors) = vectors() else { return };
    let bytes = vectors["log"]["checkpoint"].as_str().unwrap();
    let signed = SignedCheckpoint::parse(bytes.as_bytes()).unwrap();
    assert_eq!(signed.to_string(), bytes);
    assert_eq!(*signed.checkpoint().root(), base64_digest(&vectors["log"]["root"]));
    let mut kinds = Vec::new();
    for key in vkeys(&vectors) {
        assert_eq!(key.to_string().parse::<VerifierKey>().unwrap(), key);
        let signature = key.check(signed.note()).unwrap().expect("every key has signed");
        // 2026-03-09T04:00:15Z, from the first eight bytes of the cosignatures: 0x69ae45cf.
        let time = (key.kind() != KeyKind::Ed25519).then_some("2026-03-09T04:00:15.000Z");
        assert_eq!(signature.time().map(|time| time.to_string()).as_deref(), time);
        kinds.push(key.kind());
    }
    kinds.sort();
    let (cosigned, ml_dsa) = (KeyKind::CosignatureEd25519, KeyKind::CosignatureMlDsa44);
    assert_eq!(kinds, [KeyKind::Ed25519, cosigned, cosigned, ml_dsa, ml_dsa]);
}

#[test]
fn a_checkpoint_with_its_size_raised_by_one_loses_every_signature() {
    let Some(vectors) = vectors() else { return };
    let mut rows = vectors["refuse"].as_array().unwrap().iter();
    let row = rows.find(|row| row["name"] == "checkpoint with its size raised by one").unwrap();
    let signed = SignedCheckpoint::parse(row["checkpoint"].as_str().unwrap().as_bytes()).unwrap();
    for key in vkeys(&vectors) {
        assert_eq!(key.check(signed.note()).unwrap_err().code(), "note-signature-wrong", "{}", key.name());
    }
}

#[test]
fn a_cosignature_covers_its_time_and_the_extension_lines_as_its_kind_says() {
    let seed = [7; 32];
    let at: Timestamp = "2026-03-09T04:00:15.900Z".parse().unwrap();
    let checkpoint = Checkpoint::parse("log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n").unwrap();
    for (kind, covers_extensions) in
        [(KeyKind::CosignatureEd25519, true), (KeyKind::CosignatureMlDsa44, false)]
    {
        let signer = NoteSigner::from_seed(kind, name("w.example/1"), &seed);
        let signature = signer.sign(&checkpoint, at).unwrap();
        let verify = |text: &str, signature: &tlog::note::NoteSignature| {
            signer.verifier().check(&Note::new(text, vec![signature.clone()]).unwrap())
        };
        let text = checkpoint.to_string();
        let held = verify(&text, &signature).unwrap().unwrap();
        assert_eq!(held.time().unwrap().to_string(), "2026-03-09T04:00:15.000Z", "whole seconds");
        assert_eq!(verify(&format!("{text}more\n"), &signature).is_err(), covers_extensions);
        verify(&text.replace("log", "gol"), &signature).unwrap_err();
        for at in [7, 8, signature.bytes.len() - 1] {
            let mut forged = signature.clone();
            forged.bytes[at] ^= 1;
            assert_eq!(verify(&text, &forged).unwrap_err().code(), "note-signature-wrong", "byte {at}");
        }
        let mut forged = signature.clone();
        forged.bytes[0] = 0x80;
        assert_eq!(verify(&text, &forged).unwrap_err().code(), "note-signature-wrong", "2^63 seconds");
        forged.bytes.truncate(5);
        assert_eq!(verify(&text, &forged).unwrap_err().code(), "note-signature-wrong", "no whole time");
        assert_eq!(verify("not a checkpoint\n", &signature).unwrap_err().code(), "bad-checkpoint");
    }
}

fn name(name: &str) -> KeyName {
    name.parse().unwrap()
}

#[test]
fn the_golden_log_signature_is_made_byte_for_byte() {
    let Some(vectors) = vectors() else { return };
    let signed = SignedCheckpoint::parse(vectors["log"]["checkpoint"].as_str().unwrap().as_bytes()).unwrap();
    let at: Timestamp = "2026-03-09T04:00:15.000Z".parse().unwrap();
    let key = |label: &str| {
        let seed = crypto::base64url::decode(vectors["keys"][label]["TEST_ONLY_private"].as_str().unwrap());
        <[u8; 32]>::try_from(seed.unwrap()).unwrap()
    };
    let origin = signed.checkpoint().origin();
    for (label, kind, named) in [
        ("registry", KeyKind::Ed25519, origin),
        ("witnessUk", KeyKind::CosignatureEd25519, "witness.example/uk1"),
        ("witnessSg", KeyKind::CosignatureEd25519, "witness.example/sg1"),
    ] {
        let signer = NoteSigner::from_seed(kind, name(named), &key(label));
        let made = signer.sign(signed.checkpoint(), at).unwrap();
        assert!(signed.note().signatures().contains(&made), "{label}");
    }
    for (label, named) in [
        ("registryMlDsa", origin),
        ("witnessUkMlDsa", "witness.example/uk1"),
        ("witnessSgMlDsa", "witness.example/sg1"),
    ] {
        let signer = NoteSigner::from_seed(KeyKind::CosignatureMlDsa44, name(named), &key(label));
        // ML-DSA signatures are randomised: ours is another, the golden one must hold under the key from our seed.
        assert!(signer.verifier().check(signed.note()).unwrap().is_some(), "{label}");
        assert!(
            vectors["keys"][label]["publicBase64"] == crypto::base64::encode(&signer.verifier().key_bytes())
        );
    }
}

#[test]
fn a_signing_key_is_read_from_its_one_text() {
    for kind in [KeyKind::Ed25519, KeyKind::CosignatureEd25519, KeyKind::CosignatureMlDsa44] {
        let signer = NoteSigner::from_seed(kind, name("log.example/1"), &[9; 32]);
        let text = NoteSigner::skey(kind, &name("log.example/1"), &[9; 32]);
        assert_eq!(NoteSigner::from_skey(&text).unwrap().verifier(), signer.verifier());
        for bad in [&text[1..], &text.replacen("log.example", "gol.example", 1), &format!("{text}AAAA"), ""] {
            assert_eq!(NoteSigner::from_skey(bad).err().unwrap().code(), "bad-skey", "{bad}");
        }
        assert_eq!(format!("{signer:?}"), format!("NoteSigner(log.example/1+{})", signer.verifier().id()));
    }
}

#[test]
fn no_cosignature_is_made_for_a_time_that_could_not_be_read_back() {
    let signer = NoteSigner::from_seed(KeyKind::CosignatureMlDsa44, name("w.example/1"), &[7; 32]);
    let checkpoint = Checkpoint::parse("log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n").unwrap();
    for at in ["1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00.999Z"] {
        assert_eq!(signer.sign(&checkpoint, at.parse().unwrap()).unwrap_err().code(), "cosignature-time");
    }
    signer.sign(&checkpoint, "1970-01-01T00:00:01.000Z".parse().unwrap()).unwrap();
}

#[test]
fn what_is_not_exactly_a_verifier_key_is_refused() {
    for bad in [
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0=",
        "example.com/foo+530d903a+",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        &format!("a+{}", "b".repeat(5_000)),
    ] {
        let code = bad.parse::<VerifierKey>().unwrap_err().code();
        assert_eq!(code, "bad-vkey", "{bad:.80}");
    }
    assert_eq!("a b+530d903a+Aeky".parse::<VerifierKey>().unwrap_err().code(), "bad-key-name");
}
