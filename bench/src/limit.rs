//! The limit: the very signatures that a bundle or an act rests on, each distinct one once, verified by the
//! cryptographic library alone. Read out of the bytes by `serde_json`, with no line of the product's readers.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::signature::{ED25519, ML_DSA_44, ParsedPublicKey};
use crypto::{Digest, base64, base64url};
use evidence::bundle::{Files, Read, path::Path};
use serde_json::Value as Json;
use tlog::key::{KeyKind, VerifierKey};

/// A message, its signature, and the key's place in the list of keys.
type One = (Vec<u8>, Vec<u8>, usize);

/// Distinct signatures and the keys that they are verified with.
#[derive(Default)]
pub struct Signatures {
    keys: Vec<(bool, Vec<u8>)>,
    by_kid: BTreeMap<String, usize>,
    list: BTreeSet<One>,
}

impl Signatures {
    /// How many of Ed25519, and of ML-DSA-44.
    pub fn count(&self) -> (usize, usize) {
        let post_quantum = self.list.iter().filter(|(_, _, key)| self.keys[*key].0).count();
        (self.list.len() - post_quantum, post_quantum)
    }

    /// Parses every key once, and verifies every signature.
    pub fn verify_all(&self) {
        let parse = |(post_quantum, bytes): &(bool, Vec<u8>)| match post_quantum {
            true => ParsedPublicKey::new(&ML_DSA_44, bytes),
            false => ParsedPublicKey::new(&ED25519, bytes),
        };
        let keys: Vec<ParsedPublicKey> = self.keys.iter().map(|key| parse(key).expect("a key")).collect();
        for (message, signature, key) in &self.list {
            keys[*key].verify_sig(message, signature).expect("a signature that holds");
        }
    }

    /// Every signature of a bundle: acts, sets, members, checkpoints.
    pub fn of_bundle(bytes: &[u8], verifiers: &[VerifierKey]) -> Self {
        let Ok(Read::Whole(files)) = Files::read(bytes) else { panic!("a whole bundle") };
        let mut all = Self::default();
        let read = |bytes: &[u8]| serde_json::from_slice::<Json>(bytes).expect("JSON");
        for (path, bytes) in files.iter() {
            match path {
                Path::SetAct(..) => all.keys_of(&inner(&read(bytes), "act")["keys"]),
                Path::Member(_) => {
                    let statement = inner(&inner(&read(bytes), "leaf"), "statement");
                    all.keys_of(&statement["authority"]["keys"]);
                    all.keys_of(&statement["keys"]);
                }
                _ => {}
            }
        }
        for (path, bytes) in files.iter() {
            match path {
                Path::Act(_) | Path::SetAct(..) => all.act(&read(bytes)),
                Path::Member(_) => {
                    let leaf = inner(&read(bytes), "leaf");
                    let statement = leaf["statement"].as_str().expect("a text").as_bytes();
                    let signatures = leaf["signatures"].as_array().expect("a list");
                    signatures.iter().for_each(|one| all.jws(&one["jws"], statement));
                }
                Path::Checkpoint(_) => all.checkpoint(bytes, verifiers),
                _ => {}
            }
        }
        all
    }

    /// The signatures of one act: {`act`, `signatures`}, each a text.
    pub fn act(&mut self, file: &Json) {
        let act = file["act"].as_str().expect("a text").as_bytes();
        for one in inner(file, "signatures").as_array().expect("a list") {
            match one["statement"].as_str() {
                Some(statement) => self.jws(&one["jws"], statement.as_bytes()),
                None => self.jws(&one["jws"], act),
            }
        }
    }

    /// Learns Ed25519 keys from JWKs, bare or as `jwk` members.
    pub fn keys_of(&mut self, list: &Json) {
        for one in list.as_array().into_iter().flatten() {
            let jwk = one.get("jwk").unwrap_or(one);
            if jwk["crv"] != "Ed25519" {
                continue;
            }
            let x = jwk["x"].as_str().expect("a text");
            // RFC 7638, RFC 8037: crv, kty, x.
            let thumbprint = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
            let kid = base64url::encode(Digest::of(thumbprint.as_bytes()).as_bytes());
            let place = self.keys.len();
            if *self.by_kid.entry(kid).or_insert(place) == place {
                self.keys.push((false, base64url::decode(x).expect("base64url")));
            }
        }
    }

    fn jws(&mut self, jws: &Json, payload: &[u8]) {
        let (header, signature) = jws.as_str().expect("a text").split_once("..").expect("detached");
        let read: Json =
            serde_json::from_slice(&base64url::decode(header).expect("base64url")).expect("JSON");
        let key = self.by_kid[read["kid"].as_str().expect("a text")];
        let message = format!("{header}.{}", base64url::encode(payload)).into_bytes();
        self.list.insert((message, base64url::decode(signature).expect("base64url"), key));
    }

    /// What log and witnesses signed, by C2SP signed-note and tlog-cosignature.
    fn checkpoint(&mut self, note: &[u8], verifiers: &[VerifierKey]) {
        let note = std::str::from_utf8(note).expect("text");
        let (body, lines) = note.split_once("\n\n").expect("signatures");
        let said: Vec<&str> = body.lines().collect();
        for line in lines.lines() {
            let (name, encoded) =
                line.strip_prefix("— ").and_then(|line| line.split_once(' ')).expect("a signature line");
            let whole = base64::decode(encoded).expect("base64");
            let (id, signature) = whole.split_at(4);
            let verifier = verifiers.iter().find(|key| key.name().as_str() == name && key.id().0 == id);
            let verifier = verifier.expect("a known key");
            let (time, rest) = signature.split_at(8);
            let seconds = u64::from_be_bytes(time.try_into().expect("8 bytes"));
            let (message, signature) = match verifier.kind() {
                KeyKind::Ed25519 => (format!("{body}\n").into_bytes(), signature),
                KeyKind::CosignatureEd25519 => {
                    (format!("cosignature/v1\ntime {seconds}\n{body}\n").into_bytes(), rest)
                }
                KeyKind::CosignatureMlDsa44 => {
                    let size: u64 = said[1].parse().expect("a size");
                    let root = base64::decode(said[2]).expect("a root");
                    let short = |text: &str| [&[text.len() as u8], text.as_bytes()].concat();
                    let parts = [
                        b"subtree/v1\n\0".to_vec(),
                        short(name),
                        time.to_vec(),
                        short(said[0]),
                        vec![0; 8],
                        size.to_be_bytes().to_vec(),
                        root,
                    ];
                    (parts.concat(), rest)
                }
            };
            let bytes = (verifier.kind() == KeyKind::CosignatureMlDsa44, verifier.key_bytes());
            let key = self.keys.iter().position(|known| *known == bytes).unwrap_or_else(|| {
                self.keys.push(bytes);
                self.keys.len() - 1
            });
            self.list.insert((message, signature.to_vec(), key));
        }
    }
}

fn inner(value: &Json, name: &str) -> Json {
    serde_json::from_str(value[name].as_str().expect("a text")).expect("JSON")
}
