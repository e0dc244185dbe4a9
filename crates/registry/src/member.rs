//! Member marks: which platforms take part, and with which keys, from when (docs/control.md 9).

use std::time::Duration;

use bill::words::Platform;
use crypto::{
    json::{self, Fields, Limits, Value},
    key::{Algorithm, Kid, PublicKey},
};
use tlog::tile::LEAF_BYTES_MAX;
use vocab::{Refusal, Timestamp};

use crate::{
    leaf::whole,
    refusals::{BAD_MEMBER, KEY_TOO_SOON},
};

/// Keys of one platform at most: both uses, with room for rotation.
pub const MEMBER_KEYS_MAX: usize = 16;

const VERSION: &str = "twakow/member/1";
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A member mark: the platform's whole state. The newest counts.
///
/// Invariant: no key stands twice with the same use; a `counter` key is Ed25519.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Member {
    n: u64,
    origin: String,
    platform: Platform,
    state: MemberState,
    keys: Vec<MemberKey>,
}

/// Whether a platform's signatures admit anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberState {
    /// Nothing, for good; its records may leave at once.
    Dead,
    /// They do.
    Member,
    /// Nothing for a time; its records may leave at once.
    Suspended,
}

/// A platform's key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MemberKey {
    /// The key.
    pub key: PublicKey,
    /// What it signs.
    pub purpose: Use,
    /// From when on it counts.
    pub from: Timestamp,
}

/// What a platform's key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// Counter statements, nothing else.
    Counter,
    /// What goes to other platforms by DCSA PINT, nothing else.
    Pint,
}

impl Member {
    /// A platform's state. Refused (`bad-member`) when a key stands twice with the same use, is not fit for its use, or
    /// there are more than [`MEMBER_KEYS_MAX`].
    pub fn new(
        n: u64,
        origin: &str,
        platform: Platform,
        state: MemberState,
        keys: Vec<MemberKey>,
    ) -> Result<Self, Refusal> {
        if keys.len() > MEMBER_KEYS_MAX {
            return Err(BAD_MEMBER.because(format!("{} keys", keys.len())));
        }
        let mut seen: Vec<_> = keys.iter().map(|key| (key.key.kid(), key.purpose)).collect();
        seen.sort_unstable();
        if !seen.is_sorted_by(|one, next| one < next) {
            return Err(BAD_MEMBER.because("a key twice"));
        }
        let unfit =
            |key: &&MemberKey| key.purpose == Use::Counter && key.key.algorithm() != Some(Algorithm::EdDsa);
        if let Some(unfit) = keys.iter().find(unfit) {
            return Err(
                BAD_MEMBER.because(format!("{} is not Ed25519, so it cannot countersign", unfit.key.kid()))
            );
        }
        Ok(Self { n, origin: origin.to_owned(), platform, state, keys })
    }

    /// Reads a member mark's statement. Refused (`bad-member`, or the reader's own) unless it is canonical and whole.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let value = json::parse_canonical(text.as_bytes(), &Limits::bytes(LEAF_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "member")?;
        fields.constant("v", VERSION)?;
        let (n, origin) = (fields.integer("n")?, fields.string("origin")?);
        let platform = fields.parsed("platform")?;
        let state = match fields.string("state")? {
            "dead" => MemberState::Dead,
            "member" => MemberState::Member,
            "suspended" => MemberState::Suspended,
            other => return Err(BAD_MEMBER.because(other.chars().take(40).collect::<String>())),
        };
        let keys = fields.array("keys")?.iter().take(MEMBER_KEYS_MAX + 1).map(MemberKey::read);
        let member = Self::new(n, origin, platform, state, keys.collect::<Result<_, _>>()?)?;
        fields.end()?;
        Ok(member)
    }

    /// The canonical text, ready to be signed by the authority.
    pub fn text(&self) -> String {
        let state = match self.state {
            MemberState::Dead => "dead",
            MemberState::Member => "member",
            MemberState::Suspended => "suspended",
        };
        let value = Value::object([
            ("keys", Value::array(self.keys.iter().map(MemberKey::to_json))),
            ("n", whole(self.n)),
            ("origin", Value::from(self.origin.as_str())),
            ("platform", Value::from(self.platform.as_str())),
            ("state", Value::from(state)),
            ("v", Value::from(VERSION)),
        ]);
        String::from_utf8(json::canonical(&value)).unwrap_or_default()
    }

    /// The platform's own count of its marks, from 0.
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// The log it is about.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The platform it is about.
    pub const fn platform(&self) -> Platform {
        self.platform
    }

    /// Whether its signatures admit anything.
    pub const fn state(&self) -> MemberState {
        self.state
    }

    /// Its keys.
    pub fn keys(&self) -> &[MemberKey] {
        &self.keys
    }

    /// Checks this mark, whose leaf is at `at`, against the one before it: a key that the mark before lists with the
    /// same use and `from` goes on; every other is new and counts from `member_days` after the leaf at the earliest.
    ///
    /// Refused (`key-too-soon`).
    pub fn follows(&self, before: Option<&Self>, at: Timestamp, member_days: u64) -> Result<(), Refusal> {
        let earliest = at.plus(DAY.saturating_mul(u32::try_from(member_days).unwrap_or(u32::MAX)));
        let goes_on = |key: &MemberKey| before.is_some_and(|before| before.keys.contains(key));
        match self.keys.iter().find(|key| !goes_on(key) && key.from < earliest) {
            None => Ok(()),
            Some(key) => Err(KEY_TOO_SOON.because(format!(
                "{} from {}, not before {earliest}",
                key.key.kid(),
                key.from
            ))),
        }
    }

    /// The key with this name, if at the moment `at` it signs for `purpose`: the platform is in good standing and the
    /// key's `from` has come.
    pub fn valid_key(&self, kid: &Kid, purpose: Use, at: Timestamp) -> Option<&PublicKey> {
        let keys = self.keys.iter().filter(|key| key.purpose == purpose && key.from <= at);
        match self.state {
            MemberState::Member => keys.map(|key| &key.key).find(|key| key.kid() == *kid),
            MemberState::Dead | MemberState::Suspended => None,
        }
    }
}

impl MemberKey {
    fn read(value: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, "member/keys")?;
        let jwk = fields.value("jwk")?;
        let purpose = match fields.string("use")? {
            "counter" => Use::Counter,
            "pint" => Use::Pint,
            other => return Err(BAD_MEMBER.because(other.chars().take(40).collect::<String>())),
        };
        let key = match purpose {
            Use::Counter => PublicKey::from_jwk(jwk)?,
            // Others sign with what they have; but one key must be one text here too.
            Use::Pint => PublicKey::from_published_jwk(jwk)?,
        };
        if key.jwk() != *jwk {
            return Err(BAD_MEMBER.because(format!("{} has more members than a key needs", key.kid())));
        }
        let key = Self { key, purpose, from: fields.timestamp("from")? };
        fields.end()?;
        Ok(key)
    }

    fn to_json(&self) -> Value {
        let purpose = match self.purpose {
            Use::Counter => "counter",
            Use::Pint => "pint",
        };
        Value::object([
            ("from", Value::from(self.from)),
            ("jwk", self.key.jwk()),
            ("use", Value::from(purpose)),
        ])
    }
}
