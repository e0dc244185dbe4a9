//! What a reader trusts: whose logs, witnesses, charters and carriers (docs/formats.md, "Trust file").
//!
//! It comes from the reader and never from a bundle: a corridor that somebody made up is complete in itself, and only
//! what lies outside the file can tell.

use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
    key::PublicKey,
};
use tlog::{
    key::{KeyKind, VerifierKey},
    policy::Policy,
    refusals::QUORUMS_NEED_NOT_MEET,
};
use vocab::Refusal;

use crate::refusals::BAD_TRUST;

/// The `v` of a trust file.
pub const TRUST_VERSION: &str = "twakow/trust/1";
/// Bytes of a trust file at most.
pub const TRUST_BYTES_MAX: usize = 1 << 20;
/// Registries in a trust file at most.
pub const REGISTRIES_MAX: usize = 32;
/// Carriers, and identity issuers, in a trust file at most.
pub const PARTIES_MAX: usize = 1_000;

/// A trust file as it is written, not yet looked at: for whoever makes one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustFile {
    /// Logs.
    pub registries: Vec<RegistryFile>,
    /// Carriers and the key sets they issue with.
    pub carriers: Vec<Carrier>,
    /// Who may vouch for identities; kept and shown.
    pub identity_issuers: Vec<IdentityIssuer>,
    /// Whether keys were made from a seed.
    pub test: bool,
}

/// A log as a trust file writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistryFile {
    /// The log's origin.
    pub origin: String,
    /// A C2SP policy, normally with ML-DSA-44 witness keys.
    pub policy: Option<String>,
    /// The same with Ed25519 witness keys.
    pub policy_ed25519: Option<String>,
    /// Witnesses that read every leaf, by the policy's names.
    pub verifying: Vec<String>,
    /// Digest of the charter's statement at leaf 0.
    pub charter: Option<Digest>,
    /// The log's own ML-DSA-44 key.
    pub log_ml_dsa: Option<String>,
    /// The log that took its place; later.
    pub successor: Option<String>,
}

/// A carrier and its key sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    /// List provider and code, for example `SMDG:TST`.
    pub carrier: String,
    /// The key sets it issues with.
    pub sets: Vec<Digest>,
}

/// Somebody who vouches for identities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityIssuer {
    /// What to call it.
    pub name: String,
    /// Its key.
    pub key: PublicKey,
}

/// What a reader trusts, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    registries: Vec<Registry>,
    carriers: Vec<Carrier>,
    identity_issuers: Vec<IdentityIssuer>,
    test: bool,
}

/// A log that a reader trusts, as far as its witnesses do.
///
/// Invariant: at least one of the two policies is there; both are about this origin, and of one shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    origin: String,
    policy: Option<Judge>,
    policy_ed25519: Option<Judge>,
    verifying: Vec<String>,
    charter: Option<Digest>,
    log_ml_dsa: Option<VerifierKey>,
    successor: Option<String>,
}

/// A policy, or why its quorums need not meet: then nothing is cosigned by it.
pub type Judge = Result<Policy, Refusal>;

impl TrustFile {
    /// The file's bytes.
    pub fn write(&self) -> Vec<u8> {
        let registries = self.registries.iter().map(RegistryFile::value);
        let carriers = self.carriers.iter().map(|carrier| {
            Value::object([
                ("carrier", Value::from(carrier.carrier.as_str())),
                ("sets", Value::array(carrier.sets.iter().map(|set| Value::from(*set)))),
            ])
        });
        let issuers = self.identity_issuers.iter().map(|issuer| {
            Value::object([("name", Value::from(issuer.name.as_str())), ("jwk", issuer.key.jwk())])
        });
        let mut members = vec![
            ("v", Value::from(TRUST_VERSION)),
            ("registries", Value::array(registries)),
            ("carriers", Value::array(carriers)),
            ("identityIssuers", Value::array(issuers)),
        ];
        if self.test {
            members.push(("test", Value::Bool(true)));
        }
        json::canonical(&Value::object(members))
    }
}

impl RegistryFile {
    fn value(&self) -> Value {
        let texts = [
            ("policy", &self.policy),
            ("policyEd25519", &self.policy_ed25519),
            ("logMlDsa", &self.log_ml_dsa),
            ("successor", &self.successor),
        ];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, Value::from(text.as_deref()?))));
        let charter = self.charter.map(|charter| ("charter", Value::from(charter)));
        let verifying = Value::array(self.verifying.iter().map(|name| Value::from(name.as_str())));
        let own = [("origin", Value::from(self.origin.as_str())), ("verifying", verifying)];
        Value::object(own.into_iter().chain(charter).chain(texts))
    }
}

impl Trust {
    /// Reads a trust file.
    ///
    /// # Errors
    /// `bad-trust`, with the place. A policy whose quorums need not meet is no error here: everything cosigned by it
    /// fails.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let bad = |why: Refusal| BAD_TRUST.because(why.to_string());
        let value = json::parse(bytes, &Limits::bytes(TRUST_BYTES_MAX)).map_err(bad)?;
        let trust = Self::read(&value).map_err(bad)?;
        distinct("registry", trust.registries.iter().map(|registry| registry.origin.as_str()))?;
        distinct("carrier", trust.carriers.iter().map(|carrier| carrier.carrier.as_str()))?;
        Ok(trust)
    }

    /// The log of this origin, if the reader trusts it.
    pub fn registry(&self, origin: &str) -> Option<&Registry> {
        self.registries.iter().find(|registry| registry.origin == origin)
    }

    /// The key sets of this carrier, if the reader knows it.
    pub fn carrier(&self, carrier: &str) -> Option<&[Digest]> {
        self.carriers.iter().find(|known| known.carrier == carrier).map(|known| known.sets.as_slice())
    }

    /// Who may vouch for identities.
    pub fn identity_issuers(&self) -> &[IdentityIssuer] {
        &self.identity_issuers
    }

    /// Whether it says that keys were made from a seed.
    pub const fn is_test(&self) -> bool {
        self.test
    }

    fn read(value: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, "trust")?;
        fields.constant("v", TRUST_VERSION)?;
        let registries = list(&mut fields, "registries", REGISTRIES_MAX, Registry::read)?;
        let carriers = list(&mut fields, "carriers", PARTIES_MAX, Carrier::read)?;
        let identity_issuers = list(&mut fields, "identityIssuers", PARTIES_MAX, IdentityIssuer::read)?;
        let test = fields.optional_boolean("test")?.unwrap_or(false);
        fields.end()?;
        Ok(Self { registries, carriers, identity_issuers, test })
    }
}

impl Registry {
    /// The log's origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The policy by which a checkpoint is cosigned (claim COSIGNED): the one with Ed25519 keys, which every reader can
    /// check, when it is there.
    pub const fn policy(&self) -> Option<&Judge> {
        match &self.policy_ed25519 {
            Some(judge) => Some(judge),
            None => self.policy.as_ref(),
        }
    }

    /// The policy on which existence rests in the long term (claim ALGORITHMS): one whose witness keys are all ML-DSA.
    pub fn long_term_policy(&self) -> Option<&Judge> {
        self.policy.as_ref().filter(|judge| match judge {
            Ok(policy) => {
                policy.witnesses().iter().all(|witness| witness.key().kind() == KeyKind::CosignatureMlDsa44)
            }
            Err(_) => true,
        })
    }

    /// Whether a witness, by the policy's name, reads every leaf before it cosigns.
    pub fn is_verifying(&self, witness: &str) -> bool {
        self.verifying.iter().any(|name| name == witness)
    }

    /// Digest of the charter's statement at leaf 0.
    pub const fn charter(&self) -> Option<Digest> {
        self.charter
    }

    /// The log's own ML-DSA-44 key.
    pub const fn log_ml_dsa(&self) -> Option<&VerifierKey> {
        self.log_ml_dsa.as_ref()
    }

    /// The log that took its place; later.
    pub fn successor(&self) -> Option<&str> {
        self.successor.as_deref()
    }

    fn read(value: &Value, place: String) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, place.clone())?;
        let origin = fields.string("origin")?.to_owned();
        let texts = [fields.optional_string("policy")?, fields.optional_string("policyEd25519")?];
        let verifying = fields.array("verifying")?.iter().map(text).collect::<Option<Vec<_>>>();
        let charter = fields.optional_digest("charter")?;
        let log_ml_dsa = fields.optional_parsed::<VerifierKey>("logMlDsa")?;
        let successor = fields.optional_string("successor")?.map(str::to_owned);
        fields.end()?;
        let bad = |why: &str| BAD_TRUST.because(why).at(place.clone());
        let verifying = verifying.ok_or_else(|| bad("`verifying` is a list of names"))?;
        if texts == [None, None] {
            return Err(bad("it has no policy"));
        }
        if let [Some(one), Some(other)] = texts
            && shape(one) != shape(other)
        {
            return Err(bad("its two policies have not the same witnesses, groups and quorum"));
        }
        let names: Vec<&str> = texts.iter().flatten().flat_map(|text| witness_names(text)).collect();
        if !verifying.iter().all(|name| names.contains(&name.as_str())) {
            return Err(bad("`verifying` names a witness that no policy has"));
        }
        if log_ml_dsa
            .as_ref()
            .is_some_and(|key| key.kind() != KeyKind::CosignatureMlDsa44 || key.name().as_str() != origin)
        {
            return Err(bad("`logMlDsa` is not an ML-DSA-44 key of this log"));
        }
        let [policy, policy_ed25519] = texts.map(|text| text.map(|text| judge(text, &origin)).transpose());
        Ok(Self {
            policy: policy?,
            policy_ed25519: ed25519_only(policy_ed25519?, &bad)?,
            origin,
            verifying,
            charter,
            log_ml_dsa,
            successor,
        })
    }
}

impl Carrier {
    fn read(value: &Value, place: String) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, place)?;
        let carrier = fields.string("carrier")?.to_owned();
        let sets = fields.array("sets")?.iter();
        let sets = sets.map(|set| set.as_str().unwrap_or_default().parse()).collect::<Result<_, _>>()?;
        fields.end()?;
        Ok(Self { carrier, sets })
    }
}

impl IdentityIssuer {
    fn read(value: &Value, place: String) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, place)?;
        let name = fields.string("name")?.to_owned();
        let key = PublicKey::from_published_jwk(fields.value("jwk")?)?;
        fields.end()?;
        Ok(Self { name, key })
    }
}

/// A policy about this origin. One whose quorums need not meet is kept as the refusal that it is.
fn judge(text: &str, origin: &str) -> Result<Judge, Refusal> {
    match Policy::parse(text) {
        Ok(policy) => match policy.logs() {
            [log] if log.name().as_str() == origin && log.kind() == KeyKind::Ed25519 => Ok(Ok(policy)),
            _ => Err(BAD_TRUST.because("a policy has one Ed25519 log line, for its origin").at(origin)),
        },
        Err(why) if why.code() == QUORUMS_NEED_NOT_MEET.code => Ok(Err(why)),
        Err(why) => Err(why),
    }
}

fn ed25519_only(judge: Option<Judge>, bad: &dyn Fn(&str) -> Refusal) -> Result<Option<Judge>, Refusal> {
    if let Some(Ok(policy)) = &judge
        && policy.witnesses().iter().any(|witness| witness.key().kind() != KeyKind::CosignatureEd25519)
    {
        return Err(bad("`policyEd25519` has a witness key of another kind"));
    }
    Ok(judge)
}

/// The lines of a policy that are about who and how many, without keys.
fn shape(policy: &str) -> Vec<Vec<&str>> {
    let words = policy
        .lines()
        .map(|line| line.split([' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>());
    words
        .filter_map(|words| match words.as_slice() {
            ["witness", name, ..] => Some(vec!["witness", name]),
            ["group" | "quorum", ..] => Some(words),
            _ => None,
        })
        .collect()
}

fn witness_names(policy: &str) -> Vec<&str> {
    let names = shape(policy).into_iter().filter(|words| words.first() == Some(&"witness"));
    names.filter_map(|words| words.get(1).copied()).collect()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn list<T>(
    fields: &mut Fields<'_>,
    name: &str,
    most: usize,
    read: fn(&Value, String) -> Result<T, Refusal>,
) -> Result<Vec<T>, Refusal> {
    let place = fields.place_of(name);
    let values = fields.array(name)?;
    if values.len() > most {
        return Err(BAD_TRUST.because(format!("{most} are allowed")).at(place));
    }
    values.iter().enumerate().map(|(number, value)| read(value, format!("{place}/{number}"))).collect()
}

fn distinct<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Result<(), Refusal> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    match names.iter().zip(names.iter().skip(1)).find(|(name, next)| name == next) {
        None => Ok(()),
        Some((name, _)) => Err(BAD_TRUST.because(format!("the {what} {name} occurs twice"))),
    }
}
