//! `node.toml`: what a node is told about itself and the others. Written once by whoever sets the node up.

use std::collections::BTreeMap;

use bill::words::Platform;
use crypto::{
    json::{self, Limits},
    key::PublicKey,
};
use dcsa::pint::Peer;
use serde::{Deserialize, Serialize};
use vocab::{Refusal, RefusalKind};

/// Bytes of `node.toml` at most: a trust file of the largest size, and room for the rest.
pub const SETTINGS_BYTES_MAX: usize = evidence::trust::TRUST_BYTES_MAX + 64 * 1024;

/// The settings cannot be read.
pub const BAD_SETTINGS: RefusalKind = RefusalKind {
    code: "bad-settings",
    sentence: "The node's settings cannot be read.",
    remedy: "Compare node.toml with docs/nodes.md; unknown members are refused.",
};

/// What kind of node a directory holds, with what each kind needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "kind")]
pub enum Settings {
    /// A platform: home of holders, or of a carrier.
    Platform(PlatformSettings),
    /// The registry of the corridor.
    Registry(RegistrySettings),
    /// A verifying witness.
    Witness(WitnessSettings),
}

/// A platform's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformSettings {
    /// Its name in the corridor.
    pub name: String,
    /// Its DCSA platform code, four letters.
    pub code: String,
    /// The registry's name in the corridor.
    pub registry: String,
    /// The origin of its log.
    pub origin: String,
    /// Where it answers, as acts name it.
    pub registry_url: String,
    /// What it trusts: the text of a trust file (docs/formats.md).
    pub trust: String,
    /// Keys were made from a seed: every output says so.
    #[serde(default)]
    pub test: bool,
    /// The other platforms by their codes.
    pub peers: BTreeMap<String, PeerSettings>,
}

/// What a platform knows of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerSettings {
    /// Its name in the corridor.
    pub name: String,
    /// The keys with which it signs towards other platforms by DCSA PINT: the text of a JWK each.
    pub pint: Vec<String>,
}

/// A registry's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrySettings {
    /// Its name in the corridor.
    pub name: String,
    /// The origin of its log.
    pub origin: String,
    /// The policy under which a checkpoint is final (C2SP tlog-policy).
    pub policy: String,
    /// The same with the other of each witness's two keys, so that a line that does not hold is not passed on.
    #[serde(default)]
    pub policy_ed25519: Option<String>,
    /// The witnesses: name in the policy to name in the corridor.
    pub witnesses: BTreeMap<String, String>,
    /// The platforms: name in the corridor to code.
    pub platforms: BTreeMap<String, String>,
}

/// A witness's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessSettings {
    /// Its name in the corridor.
    pub name: String,
    /// The name in its cosignatures.
    pub key_name: String,
    /// The origin of the log it watches.
    pub origin: String,
    /// The log's keys, as vkeys: every one must have signed.
    pub log: Vec<String>,
}

impl Settings {
    /// Reads `node.toml`. Refused (`bad-settings`) beyond [`SETTINGS_BYTES_MAX`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.len() > SETTINGS_BYTES_MAX {
            return Err(BAD_SETTINGS.because(format!("{SETTINGS_BYTES_MAX} bytes are allowed")));
        }
        let settings: Self = toml::from_str(text).map_err(|error| BAD_SETTINGS.because(error.message()))?;
        if let Self::Platform(platform) = &settings {
            platform.code()?;
            platform.peers.iter().try_for_each(|(code, peer)| peer.peer(code).map(drop))?;
        }
        Ok(settings)
    }

    /// Writes `node.toml`.
    pub fn write(&self) -> Result<String, Refusal> {
        toml::to_string(self).map_err(|error| BAD_SETTINGS.because(error.to_string()))
    }

    /// The node's name in the corridor.
    pub fn name(&self) -> &str {
        match self {
            Self::Platform(settings) => &settings.name,
            Self::Registry(settings) => &settings.name,
            Self::Witness(settings) => &settings.name,
        }
    }
}

impl PlatformSettings {
    /// The platform's code.
    pub fn code(&self) -> Result<Platform, Refusal> {
        self.code.parse()
    }
}

/// Bytes of the JWK of a peer's key at most: RSA of 8,192 bits has 1,366 characters in its modulus.
const PEER_KEY_BYTES_MAX: usize = 4 * 1024;

impl PeerSettings {
    /// The peer with this code, as its signatures are verified.
    ///
    /// # Errors
    /// A code or a key that is none, or a key that does not sign between platforms.
    pub fn peer(&self, code: &str) -> Result<Peer, Refusal> {
        let key = |text: &String| {
            let jwk = json::parse(text.as_bytes(), &Limits::bytes(PEER_KEY_BYTES_MAX))?;
            PublicKey::from_published_jwk(&jwk)
        };
        Peer::new(vec![code.parse()?], self.pint.iter().map(key).collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(jwk: &str) -> Result<Peer, Refusal> {
        PeerSettings { name: "platform-a".to_owned(), pint: vec![jwk.to_owned()] }.peer("TWKA")
    }

    #[test]
    fn a_peer_signs_with_keys_for_pint_only() {
        // RFC 7515, appendix A.3, and RFC 8037, appendix A.2.
        let p256 = r#"{"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
        let ed25519 = r#"{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        assert!(peer(p256).is_ok());
        assert_eq!(
            peer(ed25519).unwrap_err().code(),
            "not-a-pint-key",
            "a countersigning key never speaks here"
        );
        assert!(peer("{}").is_err());
        let long = format!("{p256}{}", " ".repeat(PEER_KEY_BYTES_MAX));
        assert!(peer(&long).is_err());
    }

    const WITNESS: &str =
        "kind = 'witness'\nname = 'w'\nkey_name = 'w.example/1'\norigin = 'log.example/1'\nlog = []\n";

    #[test]
    fn settings_are_read_to_the_byte_and_no_further() {
        let settings = Settings::parse(WITNESS).expect("settings");
        let full = format!("{WITNESS}#{}", "x".repeat(SETTINGS_BYTES_MAX - WITNESS.len() - 1));
        assert_eq!(full.len(), SETTINGS_BYTES_MAX);
        assert_eq!(Settings::parse(&full), Ok(settings));
        assert_eq!(Settings::parse(&format!("{full}x")).unwrap_err().code(), "bad-settings");
    }

    #[test]
    fn a_member_that_is_not_known_is_refused() {
        let more = format!("{WITNESS}secret = 'x'\n");
        assert_eq!(Settings::parse(&more).unwrap_err().code(), "bad-settings");
    }
}
