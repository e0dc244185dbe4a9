//! The holder's desk: acts are composed and signed on the holder's own machine. It reads a record's evidence, writes the
//! act and its private part, and signs; what leaves it is an act file. It opens no store and knows no node's key.

use bill::{
    act::{Act, Action, Body, Draft, Issue, Keyset, Rekey, Step},
    consent::ConsentFile,
    details::Details,
    keys::{KeyKind, Keys, MemberKey, Recovery},
    signatures::{self, SignatureList},
    words::{Controller, Op, Registry},
};
use crypto::{
    Digest, base64url,
    entropy::{self, Entropy},
    json::{self, Value},
    key::{PublicKey, SigningKey},
};
use dcsa::{
    document::checksum,
    pint::{IssuanceManifest, sign_issuance_manifest},
    transaction::{BAD_TRANSACTION, Transaction},
};
use vocab::{Refusal, RefusalKind, Timestamp};

/// The record is not the key's to act on.
pub const NOTHING_TO_ACT_ON: RefusalKind = RefusalKind {
    code: "nothing-to-act-on",
    sentence: "The record has no controller, so nobody can act on it.",
    remedy: "It is closed: see `twakow bill history` for what took its place.",
};

/// An act with its private part, signed by its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The act.
    pub act: Act,
    /// Its private part, canonical.
    pub details: Vec<u8>,
    /// The holder's signature.
    pub signatures: SignatureList,
    /// With an issue: the issuance manifest that DCSA asks of a carrier, signed with the same key.
    pub issuance: Option<String>,
    /// The files of the consents that the private part cites.
    pub consents: Vec<Vec<u8>>,
}

impl Signed {
    /// The act file (docs/formats.md).
    pub fn file(&self) -> Value {
        let text = |bytes: &[u8]| Value::from(String::from_utf8_lossy(bytes).as_ref());
        let members = [
            ("act", text(self.act.bytes())),
            ("details", text(&self.details)),
            ("signatures", text(self.signatures.bytes())),
            ("v", Value::from("twakow/act-file/1")),
        ];
        let issuance = self.issuance.as_deref().map(|jws| ("issuanceManifest", Value::from(jws)));
        let consents = (!self.consents.is_empty())
            .then(|| ("consents", Value::array(self.consents.iter().map(|file| text(file)))));
        Value::object(members.into_iter().chain(issuance).chain(consents))
    }
}

/// What the private part of an act says, beside salt and document.
#[derive(Debug, Clone, Default)]
pub struct Particulars {
    /// The DCSA Transactions, without `auditReference`.
    pub transactions: Vec<Value>,
    /// Further members of the private part, by name.
    pub more: Vec<(&'static str, Value)>,
}

/// Where a record stands, as its evidence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The record.
    pub record: Digest,
    /// Position of the last act.
    pub seq: u64,
    /// Digest of the last act.
    pub digest: Digest,
    /// Who may act.
    pub by: Controller,
    /// The document's checksum.
    pub document: Digest,
}

/// A key of a set that lies in a file, and whether it may change the set's keys.
#[derive(Clone, Copy)]
pub struct FileKey<'a> {
    /// The key.
    pub key: &'a SigningKey,
    /// It may: it is bound to no web site, and is kept where the others are not.
    pub portable: bool,
}

impl FileKey<'_> {
    /// The key as the set names it.
    ///
    /// # Errors
    /// A key that is not fit for a set.
    pub fn member(&self) -> Result<MemberKey, Refusal> {
        MemberKey::new(self.key.public().clone(), KeyKind::File { portable: self.portable })
    }
}

/// A new key set with one portable key in a file, signed by it.
///
/// # Errors
/// The key or the recovery does not make a set.
pub fn key_set(
    key: &SigningKey,
    party: Value,
    recovery: Recovery,
    registry: Registry,
    at: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Signed, Refusal> {
    key_set_of(&[FileKey { key, portable: true }], party, recovery, registry, at, entropy)
}

/// A new key set with these keys, each of which signs acts for the set by itself; signed by all of them.
///
/// # Errors
/// The keys or the recovery do not make a set.
pub fn key_set_of(
    keys: &[FileKey<'_>],
    party: Value,
    recovery: Recovery,
    registry: Registry,
    at: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Signed, Refusal> {
    let members = keys.iter().map(FileKey::member).collect::<Result<_, _>>()?;
    let mut signers: Vec<&SigningKey> = keys.iter().map(|member| member.key).collect();
    signers.sort_by_key(|key| key.kid());
    let details = private_part(entropy, vec![("party", party)]);
    let body = Body::Keyset(Keyset { keys: Keys::new(members)?, recovery, registry });
    sign(Draft { at, details: Digest::of(&details), body }, details, &signers)
}

/// New keys for a set, signed by a portable key in force and by every new key.
///
/// # Errors
/// The keys do not make a set.
#[expect(clippy::too_many_arguments, reason = "each is another thing that the act names")]
pub fn rekey(
    set: Digest,
    seq: u64,
    prev: Digest,
    in_force: &SigningKey,
    new: &SigningKey,
    party: Value,
    recovery: Recovery,
    at: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Signed, Refusal> {
    let keys = Keys::new(vec![FileKey { key: new, portable: true }.member()?])?;
    let rekey = Rekey { record: set, seq, prev, keys, recovery };
    rekey_to(rekey, in_force, &[new], party, at, entropy)
}

/// The same for a set of several keys. `in_force` is portable; the others are every new key, and whichever removed key agrees
/// to its end: one that does not sign ends with the wait of the set's recovery only.
///
/// # Errors
/// What it says does not make an act.
pub fn rekey_to(
    rekey: Rekey,
    in_force: &SigningKey,
    others: &[&SigningKey],
    party: Value,
    at: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Signed, Refusal> {
    let mut signers: Vec<&SigningKey> =
        others.iter().copied().filter(|key| key.kid() != in_force.kid()).collect();
    signers.sort_by_key(|key| key.kid());
    signers.insert(0, in_force);
    let details = private_part(entropy, vec![("party", party)]);
    let draft = Draft { at, details: Digest::of(&details), body: Body::Rekey(rekey) };
    sign(draft, details, &signers)
}

/// The recovery of a set whose own platform alone would have to vouch: stored and shown, used in a later version.
///
/// # Errors
/// Never, for a key that is one.
pub fn recovery_by(member: PublicKey) -> Result<Recovery, Refusal> {
    Recovery::new(1, vec![member], 72, 72)
}

/// The same act, citing these consents, signed again. Nothing else of it changes, for they are to this very act.
///
/// # Errors
/// The details are not a bill's or not the act's, or a consent is to another act or has expired at `now`.
pub fn consented(
    act: &Act,
    details: &[u8],
    consents: &[ConsentFile],
    key: &SigningKey,
    now: Timestamp,
) -> Result<Signed, Refusal> {
    let details = Details::parse(details)?;
    let mut said = details.of_act(act)?.clone();
    said.consents.extend(consents.iter().map(ConsentFile::digest));
    said.consents.sort_unstable();
    said.consents.dedup();
    let citing = said.write()?;
    let draft = Draft { at: act.at(), details: citing.digest(), body: act.body().clone() };
    let signed = sign(draft, citing.bytes().to_vec(), &[key])?;
    for consent in consents {
        consent.fits((&signed.act, &said), now)?;
    }
    Ok(Signed { consents: consents.iter().map(|file| file.bytes().to_vec()).collect(), ..signed })
}

/// The first act of a bill, with the carrier's issuance manifest for the party to whom its ISSUE is said.
///
/// # Errors
/// What it says does not make an act, or its Transactions are not one ISSUE.
pub fn issue(
    issue: Issue,
    document: Digest,
    particulars: Particulars,
    key: &SigningKey,
    at: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Signed, Refusal> {
    let said = particulars.transactions.first().map(|said| Transaction::read(said, "dcsa/0")).transpose()?;
    let recipient = said.as_ref().and_then(Transaction::recipient);
    let recipient = recipient.ok_or_else(|| BAD_TRANSACTION.because("an issue says ISSUE to somebody"))?;
    let manifest =
        IssuanceManifest { document, issue_to: checksum(&recipient.issue_to()), visualisation: None };
    let issuance = Some(sign_issuance_manifest(&manifest, key));
    let details = bill_part(entropy, document, particulars);
    let draft = Draft { at, details: Digest::of(&details), body: Body::Issue(issue) };
    Ok(Signed { issuance, ..sign(draft, details, &[key])? })
}

/// A later act of a bill.
///
/// # Errors
/// What it says does not make an act.
pub fn step(
    head: &Head,
    action: Action,
    expires: Timestamp,
    particulars: Particulars,
    key: &SigningKey,
    at: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Signed, Refusal> {
    let details = bill_part(entropy, head.document, particulars);
    let step = Step {
        record: head.record,
        seq: head.seq.saturating_add(1),
        prev: head.digest,
        by: head.by.clone(),
        expires,
        action,
    };
    sign(Draft { at, details: Digest::of(&details), body: Body::Step(step) }, details, &[key])
}

fn sign(draft: Draft, details: Vec<u8>, keys: &[&SigningKey]) -> Result<Signed, Refusal> {
    let act = draft.write()?;
    let signatures = SignatureList::of(keys.iter().map(|key| signatures::sign(&act, key)), [])?;
    Ok(Signed { act, details, signatures, issuance: None, consents: Vec::new() })
}

fn bill_part(entropy: &mut dyn Entropy, document: Digest, particulars: Particulars) -> Vec<u8> {
    let mut members =
        vec![("document", Value::from(document)), ("dcsa", Value::array(particulars.transactions))];
    members.extend(particulars.more);
    private_part(entropy, members)
}

fn private_part(entropy: &mut dyn Entropy, mut members: Vec<(&'static str, Value)>) -> Vec<u8> {
    // A fresh salt at each signing: without it a short private part could be guessed from its digest.
    let salt: [u8; 16] = entropy::bytes(entropy);
    members.push(("salt", Value::from(base64url::encode(&salt).as_str())));
    members.push(("v", Value::from("twakow/details/1")));
    json::canonical(&Value::object(members))
}

/// A DCSA Transaction of an act made at `at`.
pub fn transaction(code: &str, actor: &Value, recipient: Option<&Value>, at: Timestamp) -> Value {
    let mut members = vec![
        ("actionCode", Value::from(code)),
        ("actionDateTime", Value::from(at)),
        ("actor", actor.clone()),
    ];
    if let Some(recipient) = recipient {
        members.push(("recipient", recipient.clone()));
    }
    Value::object(members)
}

/// The last moment at which the registry may admit an act of this kind made at `at`: the longest that is allowed, so that
/// a slow receiver does not lose it.
pub fn expiry(op: Op, crossing: bool, at: Timestamp) -> Timestamp {
    use bill::control::{CROSSING_LIFE_MAX, IN_HOUSE_LIFE_MAX, ISSUE_LIFE_MAX};
    at.plus(match (op, crossing) {
        (Op::Issue, _) => ISSUE_LIFE_MAX,
        (_, true) => CROSSING_LIFE_MAX,
        (_, false) => IN_HOUSE_LIFE_MAX,
    })
}
