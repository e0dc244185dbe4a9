//! The keys of a set and the quorum that recovers it, as `keyset` and `rekey` write them (docs/control.md 4).

use crypto::{
    json::{Fields, Value},
    key::{Algorithm, Kid, PublicKey},
};
use vocab::Refusal;

use crate::{
    refusals::{BAD_KEY_KIND, BAD_RECOVERY, NO_PORTABLE_KEY},
    words::{bounded, rising, text, unknown_word},
};

/// Keys in one set (docs/control.md 1).
pub const KEYS_MAX: usize = 8;
/// Members of a recovery quorum (docs/control.md 1).
pub const RECOVERY_MEMBERS_MAX: usize = 16;
/// Hours of each wait of a recovery at most: a year (docs/control.md 1).
pub const RECOVERY_HOURS_MAX: u64 = 8_760;
/// Web origins of one passkey: what browsers accept as related origins, and then some.
pub const ORIGINS_MAX: usize = 8;
/// Bytes of an origin or relying-party id: a DNS name and a scheme.
pub const ORIGIN_BYTES_MAX: usize = 300;

/// One key of a set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MemberKey {
    kid: Kid,
    key: PublicKey,
    kind: KeyKind,
}

/// What a key lives in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// An encrypted file.
    File {
        /// Bound to no web site.
        portable: bool,
    },
    /// A passkey; never portable, for it dies with its origin.
    Passkey(Passkey),
    /// A hardware token.
    Token {
        /// Bound to no web site.
        portable: bool,
    },
}

/// Where a passkey signs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Passkey {
    /// The relying party whose hash the authenticator signs.
    pub rp_id: String,
    /// The web origins enrolled, sorted.
    pub origins: Vec<String>,
}

impl MemberKey {
    /// A key with its kind.
    ///
    /// # Errors
    /// [`BAD_KEY_KIND`] when the algorithm does not go with the kind.
    pub fn new(key: PublicKey, kind: KeyKind) -> Result<Self, Refusal> {
        let es256 = key.algorithm() == Some(Algorithm::Es256);
        let fits = match kind {
            KeyKind::Passkey(_) => es256,
            KeyKind::File { .. } | KeyKind::Token { .. } => es256 || key.as_ed25519().is_some(),
        };
        if fits { Ok(Self { kid: key.kid(), key, kind }) } else { Err(BAD_KEY_KIND.because(kind.word())) }
    }

    /// The key's thumbprint.
    pub const fn kid(&self) -> Kid {
        self.kid
    }

    /// The key itself.
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// What it lives in.
    pub const fn kind(&self) -> &KeyKind {
        &self.kind
    }

    /// Whether it is bound to no web site.
    pub const fn is_portable(&self) -> bool {
        match self.kind {
            KeyKind::File { portable } | KeyKind::Token { portable } => portable,
            KeyKind::Passkey(_) => false,
        }
    }
}

impl MemberKey {
    fn read(value: &Value, place: String) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, place)?;
        let key = PublicKey::from_jwk(fields.value("jwk")?)
            .map_err(|refusal| refusal.at(fields.place_of("jwk")))?;
        let place = fields.place_of("kind");
        let portable = fields.boolean("portable")?;
        let kind = match fields.string("kind")? {
            "file" => KeyKind::File { portable },
            "passkey" if portable => {
                return Err(BAD_KEY_KIND.because("a portable passkey").at(place));
            }
            "passkey" => KeyKind::Passkey(Passkey::read(&mut fields)?),
            "token" => KeyKind::Token { portable },
            other => return Err(unknown_word(other).at(place)),
        };
        fields.end()?;
        Self::new(key, kind).map_err(|refusal| refusal.at(place))
    }

    fn write(&self) -> Value {
        let mut members = vec![
            ("jwk", self.key.jwk()),
            ("kind", Value::from(self.kind.word())),
            ("portable", Value::from(self.is_portable())),
        ];
        if let KeyKind::Passkey(passkey) = &self.kind {
            members.push(("rpId", Value::from(passkey.rp_id.as_str())));
            members.push(("origins", Value::array(passkey.origins.iter().map(String::as_str))));
        }
        Value::object(members)
    }
}

impl KeyKind {
    /// The word that the act writes.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Passkey(_) => "passkey",
            Self::Token { .. } => "token",
        }
    }
}

impl Passkey {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let rp_id = text(fields.string("rpId")?, ORIGIN_BYTES_MAX)
            .map_err(|refusal| refusal.at(fields.place_of("rpId")))?;
        let place = fields.place_of("origins");
        let read = |elements: &[Value]| {
            bounded(elements.len(), ORIGINS_MAX)?;
            let origins = elements
                .iter()
                .map(|element| text(element.as_str().unwrap_or_default(), ORIGIN_BYTES_MAX))
                .collect::<Result<Vec<_>, _>>()?;
            rising(&origins)?;
            Ok(origins)
        };
        let origins = read(fields.array("origins")?).map_err(|refusal: Refusal| refusal.at(place))?;
        Ok(Self { rp_id, origins })
    }
}

/// The keys of a set.
///
/// Invariant: 1 to [`KEYS_MAX`], sorted by kid, none twice, at least one portable.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Keys(Vec<MemberKey>);

impl Keys {
    /// These keys, in any order.
    ///
    /// # Errors
    /// [`NO_PORTABLE_KEY`], and the limits of the list.
    pub fn new(mut keys: Vec<MemberKey>) -> Result<Self, Refusal> {
        keys.sort_by_key(MemberKey::kid);
        Self::sorted(keys)
    }

    fn sorted(keys: Vec<MemberKey>) -> Result<Self, Refusal> {
        bounded(keys.len(), KEYS_MAX)?;
        rising(&keys.iter().map(MemberKey::kid).collect::<Vec<_>>())?;
        if keys.iter().any(MemberKey::is_portable) { Ok(Self(keys)) } else { Err(NO_PORTABLE_KEY.refuse()) }
    }

    /// The keys, sorted by kid.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &MemberKey> {
        self.0.iter()
    }

    /// The key with this thumbprint.
    pub fn get(&self, kid: Kid) -> Option<&MemberKey> {
        self.0.iter().find(|member| member.kid == kid)
    }

    pub(crate) fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let place = fields.place_of("keys");
        let elements = fields.array("keys")?;
        bounded(elements.len(), KEYS_MAX).map_err(|refusal| refusal.at(place.as_str()))?;
        let keys = elements
            .iter()
            .enumerate()
            .map(|(at, element)| MemberKey::read(element, format!("{place}/{at}")))
            .collect::<Result<Vec<_>, _>>()?;
        Self::sorted(keys).map_err(|refusal| refusal.at(place))
    }

    pub(crate) fn write(&self) -> Value {
        Value::array(self.0.iter().map(MemberKey::write))
    }
}

/// Who together can give a set new keys when its own are lost.
///
/// In this version it is validated, stored and exported; what needs it answers `not-yet`.
///
/// Invariant: 1 ≤ quorum ≤ members ≤ [`RECOVERY_MEMBERS_MAX`]; members sorted by kid, none twice; no wait is longer than
/// [`RECOVERY_HOURS_MAX`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Recovery {
    quorum: u64,
    members: Vec<PublicKey>,
    wait_hours: u64,
    object_hours: u64,
}

impl Recovery {
    /// A quorum of these members, in any order.
    ///
    /// # Errors
    /// [`BAD_RECOVERY`], and the limits of the list.
    pub fn new(
        quorum: u64,
        mut members: Vec<PublicKey>,
        wait_hours: u64,
        object_hours: u64,
    ) -> Result<Self, Refusal> {
        members.sort_by_key(PublicKey::kid);
        Self { quorum, members, wait_hours, object_hours }.checked()
    }

    /// How many members must sign.
    pub const fn quorum(&self) -> u64 {
        self.quorum
    }

    /// Whose signatures count, sorted by kid.
    pub fn members(&self) -> &[PublicKey] {
        &self.members
    }

    /// Hours from a change until a removed key that did not agree ends.
    pub const fn wait_hours(&self) -> u64 {
        self.wait_hours
    }

    /// Hours in which an old key may object.
    pub const fn object_hours(&self) -> u64 {
        self.object_hours
    }

    fn checked(self) -> Result<Self, Refusal> {
        bounded(self.members.len(), RECOVERY_MEMBERS_MAX)?;
        rising(&self.members.iter().map(PublicKey::kid).collect::<Vec<_>>())?;
        let members = u64::try_from(self.members.len()).unwrap_or(u64::MAX);
        if !(1..=members).contains(&self.quorum) {
            return Err(BAD_RECOVERY.because(format!("{} of {members}", self.quorum)));
        }
        if self.wait_hours.max(self.object_hours) > RECOVERY_HOURS_MAX {
            return Err(BAD_RECOVERY.because(format!("a wait of more than {RECOVERY_HOURS_MAX} hours")));
        }
        Ok(self)
    }

    pub(crate) fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let place = fields.place_of("recovery");
        let mut fields = fields.object("recovery")?;
        let elements = fields.array("members")?;
        bounded(elements.len(), RECOVERY_MEMBERS_MAX)
            .map_err(|refusal| refusal.at(fields.place_of("members")))?;
        let members = elements
            .iter()
            .map(|element| PublicKey::from_jwk(element).map_err(|refusal| refusal.at(place.as_str())))
            .collect::<Result<Vec<_>, _>>()?;
        let recovery = Self {
            quorum: fields.integer("quorum")?,
            members,
            wait_hours: fields.integer("waitHours")?,
            object_hours: fields.integer("objectHours")?,
        };
        fields.end()?;
        recovery.checked().map_err(|refusal| refusal.at(place))
    }

    pub(crate) fn write(&self) -> Result<Value, Refusal> {
        let whole = |number: u64| Value::try_from(number).map_err(|_| BAD_RECOVERY.refuse());
        Ok(Value::object([
            ("quorum", whole(self.quorum)?),
            ("members", Value::array(self.members.iter().map(PublicKey::jwk))),
            ("waitHours", whole(self.wait_hours)?),
            ("objectHours", whole(self.object_hours)?),
        ]))
    }
}
