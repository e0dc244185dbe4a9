//! The keys of a node: one key in a file, encrypted with the operator's passphrase, from which the others are derived.
//!
//! No holder's key is ever here. A rotation makes a new file; members learn the new keys by a member mark.

use bill::words::Platform;
use crypto::key::SigningKey;
use tlog::{
    key::{KeyKind, NoteSigner},
    note::KeyName,
};
use vocab::Refusal;

/// The keys that a platform signs with.
#[derive(Debug)]
pub struct PlatformKeys {
    /// Counter statements, nothing else.
    pub counter: SigningKey,
    /// What goes to other platforms by DCSA PINT, nothing else: ES256, which every peer can check.
    pub pint: SigningKey,
    /// The carrier's secret from which issuer salts follow (docs/control.md section 6); only a carrier's node uses it.
    pub issuer_secret: [u8; 32],
}

impl PlatformKeys {
    /// The keys that follow from the node's own key.
    pub fn of(node: &SigningKey, code: Platform) -> Self {
        let purpose = |what: &str| format!("twakow/node/{what}/1\n{}", code.as_str());
        let mut attempt = 0_u32;
        let pint = loop {
            // A draw is no scalar with a probability of about 2^-32.
            let scalar = node.derive(&format!("{}\n{attempt}", purpose("pint")));
            if let Ok(key) = SigningKey::p256_from_scalar(*scalar) {
                break key;
            }
            attempt = attempt.saturating_add(1);
        };
        Self {
            counter: SigningKey::ed25519_from_seed(*node.derive(&purpose("counter"))),
            pint,
            issuer_secret: *node.derive(&purpose("issuer")),
        }
    }
}

/// The two keys under one name that a log, or a witness, signs with: Ed25519 and ML-DSA-44.
///
/// # Errors
/// The name cannot stand in a note.
pub fn note_keys(node: &SigningKey, name: &str, kinds: [KeyKind; 2]) -> Result<Vec<NoteSigner>, Refusal> {
    let name: KeyName = name.parse()?;
    let signer = |kind: KeyKind, what: &str| {
        let seed = node.derive(&format!("twakow/node/{what}/1\n{}", name.as_str()));
        NoteSigner::from_seed(kind, name.clone(), &seed)
    };
    let [classic, post_quantum] = kinds;
    Ok(vec![signer(classic, "note-ed25519"), signer(post_quantum, "note-ml-dsa-44")])
}
