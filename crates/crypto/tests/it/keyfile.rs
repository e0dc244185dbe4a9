//! Key files: what opens them, what does not, and what a hostile one cannot do.

use crypto::{
    entropy::SeededEntropy,
    key::SigningKey,
    keyfile::{self, Cost, KeyFile, encrypt},
};

const PASSPHRASE: &[u8] = "three tall masts".as_bytes();

/// The least that Argon2 takes, so that the tests are quick.
fn cheap() -> Cost {
    Cost::new(8, 1, 1).unwrap()
}

fn written(key: &SigningKey) -> Vec<u8> {
    encrypt(key, PASSPHRASE, cheap(), &mut SeededEntropy::named("key file")).unwrap()
}

fn keys() -> [SigningKey; 2] {
    let mut entropy = SeededEntropy::named("keys");
    [SigningKey::generate_ed25519(&mut entropy), SigningKey::generate_p256(&mut entropy)]
}

#[test]
fn a_key_comes_back_out_of_its_file() {
    for key in keys() {
        let bytes = written(&key);
        let file = KeyFile::read(&bytes).unwrap();
        assert_eq!((file.public(), file.cost()), (key.public(), cheap()));
        let opened = file.decrypt(PASSPHRASE).unwrap();
        assert_eq!(opened.public(), key.public());
        key.public().verify(key.algorithm(), b"message", &opened.sign(b"message")).unwrap();
        assert_eq!(bytes.last(), Some(&b'\n'));
        KeyFile::read(&bytes[..bytes.len() - 1]).unwrap().decrypt(PASSPHRASE).unwrap();
        assert_ne!(encrypt(&key, PASSPHRASE, cheap(), &mut SeededEntropy::named("again")).unwrap(), bytes);
    }
}

/// Made with Python's `cryptography` 48 (Argon2id, AESGCM) over the recipe of
/// docs/decisions/0001-key-files.md, seed 00 01 … 1f, passphrase as above.
const FROM_PYTHON: &str = r#"{"cipher":{"ciphertext":"jN0c5vzkPWoElyJ7NyIbWJofhTBQSxNg41Bvqz3wFyDSZVu7-QxAsJhm4n7F2XNm","name":"A256GCM","nonce":"yMnKy8zNzs_Q0dLT"},"kdf":{"lanes":2,"memoryKib":64,"name":"argon2id","passes":2,"salt":"ZGVmZ2hpamtsbW5vcHFycw"},"public":{"crv":"Ed25519","kty":"OKP","x":"A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"},"v":"twakow/key-file/1"}"#;

#[test]
fn a_file_that_another_program_wrote_opens() {
    let file = KeyFile::read(FROM_PYTHON.as_bytes()).unwrap();
    let seed = std::array::from_fn(|at| u8::try_from(at).unwrap());
    assert_eq!(file.decrypt(PASSPHRASE).unwrap().public(), SigningKey::ed25519_from_seed(seed).public());
}

#[test]
fn only_its_passphrase_opens_a_file() {
    let [key, _] = keys();
    let file = KeyFile::read(&written(&key)).unwrap();
    for other in ["three tall mast", "three tall masts ", "Three tall masts", "", "short", &"x".repeat(2000)]
    {
        assert_eq!(file.decrypt(other.as_bytes()).unwrap_err().code(), "wrong-passphrase", "{other}");
    }
}

#[test]
fn every_byte_of_a_file_counts() {
    for key in keys() {
        let bytes = written(&key);
        for at in 0..bytes.len() {
            for flip in [0x01, 0x20, 0x80] {
                let mut other = bytes.clone();
                other[at] ^= flip;
                let verdict = KeyFile::read(&other).and_then(|file| file.decrypt(PASSPHRASE));
                assert!(verdict.is_err(), "byte {at} ^ {flip:02x} of {}", String::from_utf8_lossy(&bytes));
            }
        }
        for len in 0..bytes.len() - 1 {
            assert!(KeyFile::read(&bytes[..len]).is_err(), "{len} bytes");
        }
    }
}

#[test]
fn what_stands_in_the_open_is_bound_to_what_is_encrypted() {
    let [one, other] = [1, 2].map(|seed| SigningKey::ed25519_from_seed([seed; 32]));
    let text = String::from_utf8(written(&one)).unwrap();
    let public = |key: &SigningKey| String::from_utf8(crypto::json::canonical(&key.public().jwk())).unwrap();
    for (from, to) in [
        (public(&one), public(&other)),
        ("\"passes\":1".to_owned(), "\"passes\":2".to_owned()),
        ("\"memoryKib\":8,".to_owned(), "\"memoryKib\":9,".to_owned()),
    ] {
        let changed = text.replace(&from, &to);
        assert_ne!(changed, text);
        let verdict = KeyFile::read(changed.as_bytes()).unwrap().decrypt(PASSPHRASE);
        assert_eq!(verdict.unwrap_err().code(), "wrong-passphrase", "{to}");
    }
}

#[test]
fn a_file_has_one_form() {
    let [key, _] = keys();
    let text = String::from_utf8(written(&key)).unwrap();
    for (from, to, code) in [
        ("twakow/key-file/1", "twakow/key-file/2", "member-type"),
        ("argon2id", "argon2i", "member-type"),
        ("A256GCM", "A128GCM", "member-type"),
        ("\"lanes\"", "\"lane\"", "member-missing"),
        ("\"v\":", "\"u\":0,\"v\":", "member-unknown"),
        ("\"passes\":1,", "\"passes\":1,\"pepper\":1,", "member-unknown"),
        ("\"name\":\"A256GCM\",", "\"name\":\"A256GCM\",\"nonc\":1,", "member-unknown"),
        ("\"lanes\":1", "\"lanes\":\"1\"", "member-type"),
        ("\"lanes\":1", "\"lanes\": 1", "not-canonical"),
        ("\"lanes\":1", "\"lanes\":[[1]]", "json-too-deep"),
        ("\n", "\n\n", "not-canonical"),
        ("{\"cipher", "\u{feff}{\"cipher", "json-syntax"),
    ] {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text);
        assert_eq!(KeyFile::read(other.as_bytes()).unwrap_err().code(), code, "{from} -> {to}");
    }
    let large = text.replace("\"v\":", &format!("\"u\":\"{}\",\"v\":", "x".repeat(keyfile::FILE_BYTES_MAX)));
    assert_eq!(KeyFile::read(large.as_bytes()).unwrap_err().code(), "json-too-large");
}

#[test]
fn a_hostile_file_cannot_eat_the_machine() {
    let [key, _] = keys();
    let text = String::from_utf8(written(&key)).unwrap();
    let asking = |memory_kib: u64, passes: u64, lanes: u64| {
        let other = text
            .replace("\"memoryKib\":8,", &format!("\"memoryKib\":{memory_kib},"))
            .replace("\"passes\":1", &format!("\"passes\":{passes}"))
            .replace("\"lanes\":1", &format!("\"lanes\":{lanes}"));
        KeyFile::read(other.as_bytes()).map(|file| file.cost())
    };
    let (memory, passes, lanes) =
        (u64::from(keyfile::MEMORY_KIB_MAX), u64::from(keyfile::PASSES_MAX), u64::from(keyfile::LANES_MAX));
    let work = u64::from(keyfile::WORK_KIB_MAX);
    for (memory_kib, passes, lanes) in [(memory, work / memory, lanes), (work / passes, passes, 1), (8, 1, 1)]
    {
        asking(memory_kib, passes, lanes).unwrap();
    }
    for (memory_kib, passes, lanes) in [
        (memory + 1, 1, 1),
        (8, passes + 1, 1),
        (64, 1, lanes + 1),
        (memory, work / memory + 1, 1),
        (work / passes + 1, passes, 1),
        (7, 1, 1),
        (15, 1, 2),
        (8, 0, 1),
        (8, 1, 0),
        (0, 0, 0),
        (u64::from(u32::MAX), 1, 1),
        (u64::from(u32::MAX) + 9, 1, 1),
        (8, u64::from(u32::MAX) + 2, 1),
        ((1 << 53) - 1, (1 << 53) - 1, (1 << 53) - 1),
    ] {
        assert_eq!(
            asking(memory_kib, passes, lanes).unwrap_err().code(),
            "key-file-cost",
            "{memory_kib} {passes} {lanes}"
        );
    }
    assert_eq!(asking(1 << 53, 1, 1).unwrap_err().code(), "member-type");
}

#[test]
fn passphrases_have_a_least_and_a_greatest_length() {
    let [key, _] = keys();
    let attempt = |len: usize| {
        encrypt(&key, &vec![b'x'; len], cheap(), &mut SeededEntropy::named("x"))
            .map_err(|refusal| refusal.code())
    };
    assert!(attempt(keyfile::PASSPHRASE_BYTES_MIN).is_ok() && attempt(keyfile::PASSPHRASE_BYTES_MAX).is_ok());
    for len in [0, keyfile::PASSPHRASE_BYTES_MIN - 1, keyfile::PASSPHRASE_BYTES_MAX + 1] {
        assert_eq!(attempt(len), Err("bad-passphrase"));
    }
}

#[test]
fn the_standard_cost_is_within_the_limits_and_works() {
    assert_eq!(Cost::new(64 * 1024, 3, 4).unwrap(), Cost::STANDARD);
    let [key, _] = keys();
    let bytes = encrypt(&key, PASSPHRASE, Cost::STANDARD, &mut SeededEntropy::named("x")).unwrap();
    assert_eq!(KeyFile::read(&bytes).unwrap().decrypt(PASSPHRASE).unwrap().public(), key.public());
}
