//! `node.toml`: what a node is told about itself and the others. Written once by whoever sets the node up.

use std::collections::BTreeMap;

use bill::words::Platform;
use serde::{Deserialize, Serialize};
use vocab::{Refusal, RefusalKind};

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
    /// The other platforms: code to name in the corridor.
    pub peers: BTreeMap<String, String>,
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
    /// Reads `node.toml`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let settings: Self = toml::from_str(text).map_err(|error| BAD_SETTINGS.because(error.message()))?;
        if let Self::Platform(platform) = &settings {
            platform.code()?;
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
