//! ML-DSA-44 beside another program: Python's `cryptography` 48 made the key from the seed 00 01 … 1f, and signed.

use crypto::{
    Digest, base64,
    ml_dsa44::{self, PublicKey, SecretKey},
};

const WITHOUT_CONTEXT: &str = include_str!("../test_data/ml-dsa-44-without-context.base64");
const WITH_CONTEXT: &str = include_str!("../test_data/ml-dsa-44-with-context.base64");

fn key() -> SecretKey {
    SecretKey::from_seed(&std::array::from_fn(|at| u8::try_from(at).unwrap()))
}

#[test]
fn the_same_seed_makes_the_same_public_key() {
    let public = key().public().clone();
    assert_eq!(public.as_bytes().len(), ml_dsa44::PUBLIC_KEY_BYTES);
    let theirs = "9f107644c1084526af3bc8098680b05499a2325a644e388fb4f970e058d19d46";
    assert_eq!(Digest::of(public.as_bytes()).to_string(), theirs);
    assert_eq!(PublicKey::from_bytes(public.as_bytes()).unwrap(), public);
}

#[test]
fn another_programs_signature_verifies_and_its_twins_do_not() {
    let public = key().public().clone();
    let signature = base64::decode(WITHOUT_CONTEXT.trim_end()).unwrap();
    public.verify(b"twakow", &signature).unwrap();
    let refused = |message: &[u8], signature: &[u8]| {
        assert_eq!(public.verify(message, signature).unwrap_err().code(), "bad-signature");
    };
    refused(b"twakov", &signature);
    refused(b"twakow", &base64::decode(WITH_CONTEXT.trim_end()).unwrap());
    refused(b"twakow", &signature[..ml_dsa44::SIGNATURE_BYTES - 1]);
    refused(b"twakow", &[&signature[..], &[0]].concat());
    refused(b"twakow", &[]);
    for at in (0..signature.len()).step_by(97) {
        let mut other = signature.clone();
        other[at] ^= 1;
        refused(b"twakow", &other);
    }
    let other_key = SecretKey::from_seed(&[9; 32]);
    assert!(other_key.public().verify(b"twakow", &signature).is_err());
}

#[test]
fn a_public_key_has_one_length() {
    let bytes = key().public().as_bytes().to_vec();
    for other in [&bytes[1..], &[&bytes[..], &[0]].concat(), &[]] {
        assert_eq!(PublicKey::from_bytes(other).unwrap_err().code(), "bad-ml-dsa-key");
    }
}

#[test]
fn what_we_sign_verifies() {
    let key = key();
    let signature = key.sign(b"message");
    assert_eq!(signature.len(), ml_dsa44::SIGNATURE_BYTES);
    key.public().verify(b"message", &signature).unwrap();
    assert!(!format!("{key:?}").contains("seed"));
}
