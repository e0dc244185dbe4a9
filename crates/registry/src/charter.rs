//! The charter: who governs a log, by which policy it is final, how long its members wait (docs/control.md 9).

use std::hash::{Hash, Hasher};

use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
    jws,
    key::{Kid, PublicKey},
};
use tlog::{policy::Policy, tile::LEAF_BYTES_MAX};
use vocab::Refusal;

use crate::{
    leaf::PlainMark,
    refusals::{AUTHORITY_MISSING, BAD_CHARTER, BAD_MARK, MARK_SIGNATURE_WRONG},
};

/// Keys of an authority at most: a board, not an electorate.
pub const AUTHORITY_KEYS_MAX: usize = 32;

/// Longest wait that a charter may set, in hours: one year.
pub const WAIT_HOURS_MAX: u64 = 366 * 24;

/// The type in the header of an authority's signature.
pub const MARK_TYP: &str = "twk-mark+jws";

const VERSION: &str = "twakow/charter/1";

/// A charter, its text kept as it is signed.
///
/// Invariant: `text` is the canonical form of what the other fields say; the policy's quorums meet.
#[derive(Debug, Clone)]
pub struct Charter {
    n: u64,
    origin: String,
    authority: Authority,
    policy: Policy,
    waits: Waits,
    text: String,
}

/// How long things wait under a charter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Waits {
    /// Days from its leaf until a platform's new key counts, and until a later charter takes effect.
    pub member_days: u64,
    /// Hours from a `leave` until a re-home without release.
    pub rehome_hours: u64,
    /// Hours in which a transfer may be rejected.
    pub reject_hours: u64,
}

/// Who signs plain marks: k of n keys.
///
/// Invariant: the keys rise by kid, none twice; 1 ≤ quorum ≤ number of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    quorum: usize,
    keys: Vec<PublicKey>,
}

impl Charter {
    /// Reads a charter's statement. Refused (`bad-charter`, or the reader's own) unless it is canonical, whole, and its
    /// policy is one that [`Policy::parse`] takes for a log of this origin.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let value = json::parse_canonical(text.as_bytes(), &Limits::bytes(LEAF_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "charter")?;
        fields.constant("v", VERSION)?;
        let n = fields.integer("n")?;
        let origin = fields.string("origin")?.to_owned();
        let authority = Authority::read(&mut fields)?;
        let policy = Policy::parse(fields.string("policy")?)?;
        let waits = Waits::read(&mut fields)?;
        fields.end()?;
        if policy.logs().is_empty() || policy.logs().iter().any(|log| log.name().as_str() != origin) {
            return Err(BAD_CHARTER.because("its policy is about another log"));
        }
        Ok(Self { n, origin, authority, policy, waits, text: text.to_owned() })
    }

    /// Its number: 0 at leaf 0, then one more each time.
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// The log it governs.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Who signs the marks of this log.
    pub const fn authority(&self) -> &Authority {
        &self.authority
    }

    /// When a checkpoint of this log is final.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// How long things wait.
    pub const fn waits(&self) -> Waits {
        self.waits
    }

    /// The text that is signed.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Charter {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Charter {}

impl Hash for Charter {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Waits {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let place = fields.place_of("waits");
        let mut fields = fields.object("waits")?;
        let waits = Self {
            member_days: fields.integer("memberDays")?,
            rehome_hours: fields.integer("rehomeHours")?,
            reject_hours: fields.integer("rejectHours")?,
        };
        fields.end()?;
        let hours = [waits.member_days.saturating_mul(24), waits.rehome_hours, waits.reject_hours];
        if hours.iter().any(|hours| *hours > WAIT_HOURS_MAX) {
            return Err(BAD_CHARTER.because("a wait of more than a year").at(place));
        }
        Ok(waits)
    }
}

impl Authority {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let place = fields.place_of("authority");
        let mut fields = fields.object("authority")?;
        let listed = fields.array("keys")?;
        if listed.len() > AUTHORITY_KEYS_MAX {
            return Err(BAD_CHARTER.because(format!("{} authority keys", listed.len())).at(place));
        }
        let keys = listed
            .iter()
            .map(|jwk| PublicKey::from_jwk(jwk).map_err(|refusal| refusal.at(place.as_str())))
            .collect::<Result<Vec<_>, _>>()?;
        let quorum = usize::try_from(fields.integer("quorum")?).unwrap_or(usize::MAX);
        fields.end()?;
        let rising = keys.is_sorted_by(|one, next| one.kid() < next.kid());
        if !rising || !(1..=keys.len()).contains(&quorum) {
            return Err(BAD_CHARTER
                .because("authority keys not rising by kid, or a quorum they cannot make")
                .at(place));
        }
        Ok(Self { quorum, keys })
    }

    /// How many of the keys must sign.
    pub const fn quorum(&self) -> usize {
        self.quorum
    }

    /// Whose signatures count, rising by kid.
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// Checks that a quorum has signed a mark's statement: signatures rising by kid, each by one of the keys, each
    /// holding, as many as the quorum or more.
    ///
    /// Refused: `authority-missing`, `mark-signature-wrong`, `bad-mark`.
    pub fn verify(&self, mark: &PlainMark) -> Result<Authorised, Refusal> {
        let mut before: Option<Kid> = None;
        for signature in &mark.signatures {
            let kid = jws::detached_kid(signature)?;
            if before.is_some_and(|before| before >= kid) {
                return Err(BAD_MARK.because("its signatures do not rise by kid"));
            }
            before = Some(kid);
            let key = self.keys.iter().find(|key| key.kid() == kid);
            let key =
                key.ok_or_else(|| MARK_SIGNATURE_WRONG.because(format!("{kid} is no key of the authority")))?;
            jws::verify_detached(signature, mark.statement.as_bytes(), key, MARK_TYP)
                .map_err(|why| MARK_SIGNATURE_WRONG.because(format!("{kid}: {why}")))?;
        }
        if mark.signatures.len() < self.quorum {
            let found = format!("{} signatures, {} needed", mark.signatures.len(), self.quorum);
            return Err(AUTHORITY_MISSING.because(found));
        }
        Ok(Authorised { statement: Digest::of(mark.statement.as_bytes()), authority: self.clone() })
    }
}

/// A statement that a quorum of an authority has signed. Only [`Authority::verify`] makes one; for the model there is
/// `Authorised::claimed` behind the feature `model`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorised {
    statement: Digest,
    authority: Authority,
}

impl Authorised {
    /// Whether it is about this statement, and by this authority.
    pub fn covers(&self, statement: &str, authority: &Authority) -> bool {
        self.statement == Digest::of(statement.as_bytes()) && self.authority == *authority
    }

    /// The claim that `authority` has signed `statement`, without a signature: the model walks the rules of admission
    /// with small values, and a forger who has no key is there a claim that is never made.
    #[cfg(feature = "model")]
    pub fn claimed(statement: &str, authority: &Authority) -> Self {
        Self { statement: Digest::of(statement.as_bytes()), authority: authority.clone() }
    }
}

/// The canonical text of the first charter of a log, ready to be signed by its authority.
pub fn draft(n: u64, origin: &str, quorum: u64, keys: &[PublicKey], policy: &str, waits: Waits) -> String {
    let mut keys = keys.to_vec();
    keys.sort_by_key(PublicKey::kid);
    let authority = Value::object([
        ("keys", Value::array(keys.iter().map(PublicKey::jwk))),
        ("quorum", crate::leaf::whole(quorum)),
    ]);
    let waits = Value::object([
        ("memberDays", crate::leaf::whole(waits.member_days)),
        ("rehomeHours", crate::leaf::whole(waits.rehome_hours)),
        ("rejectHours", crate::leaf::whole(waits.reject_hours)),
    ]);
    let value = Value::object([
        ("authority", authority),
        ("n", crate::leaf::whole(n)),
        ("origin", Value::from(origin)),
        ("policy", Value::from(policy)),
        ("v", Value::from(VERSION)),
        ("waits", waits),
    ]);
    String::from_utf8(json::canonical(&value)).unwrap_or_default()
}
