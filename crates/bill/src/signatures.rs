//! Who must have signed an act, in what order, and the proof that they did (docs/control.md 2, 7).
//!
//! A [`SignatureList`] is what came with an act; nothing in it is believed until one of the `verify_` functions has
//! looked, and each of those hands out a value that nobody else can build.

use crypto::{
    Digest, Signature,
    json::{self, Fields, Limits, Value},
    jws,
    key::{Kid, PublicKey, SigningKey},
    webauthn,
};
use vocab::{Refusal, Timestamp};

use crate::{
    act::{Act, Body},
    keys::{KeyKind, MemberKey},
    keyset::{KeySet, Signers},
    refusals::{
        NOT_A_FIRST_ACT, PLATFORM_KEY_UNKNOWN, SET_NOT_HEAD, SET_UNKNOWN, SIGNATURE_EXTRA, SIGNATURE_MISSING,
        SIGNATURE_ORDER, SIGNATURE_TWICE, TOO_MANY, WRONG_ACT, WRONG_FORM, WRONG_PLATFORM, WRONG_ROLE,
    },
    words::{JOINT_SETS_MAX, Op, Platform, words},
};

/// `typ` of a holder's JWS.
pub const ACT_TYP: &str = "twk-act+jws";
/// `typ` of a platform's JWS.
pub const COUNTER_TYP: &str = "twk-counter+jws";
/// The format of a platform's statement.
pub const COUNTER_VERSION: &str = "twakow/counter/1";
/// Signatures in one list: joint holders, home and accept; a `rekey` of eight keys by eight others has fewer.
pub const SIGNATURES_MAX: usize = JOINT_SETS_MAX + 2;
/// Bytes of a list: that many assertions, each of at most 5 KiB.
pub const SIGNATURES_BYTES_MAX: usize = SIGNATURES_MAX * 5 * 1024;
/// Bytes of a platform's statement; it has five short members.
pub const COUNTER_BYTES_MAX: usize = 512;

words! {
    /// What a platform says with its signature.
    Role {
        /// My enrolled user, mandate checked, title rules hold, details seen; on `rehome`, the release.
        Home = "home",
        /// The party is known here, chain and title replayed, documents complete.
        Accept = "accept",
        /// The act is refused here, for good.
        Decline = "decline",
        /// This key set belongs to the party in its details.
        Enrol = "enrol",
    }
}

/// A platform's statement over an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Counter {
    /// The act.
    pub act: Digest,
    /// When the platform says that it signed.
    pub at: Timestamp,
    /// The platform.
    pub platform: Platform,
    /// What it says.
    pub role: Role,
}

impl Counter {
    /// The canonical bytes that the platform signs.
    pub fn bytes(&self) -> Vec<u8> {
        json::canonical(&Value::object([
            ("act", Value::from(self.act)),
            ("at", Value::from(self.at)),
            ("platform", Value::from(self.platform.as_str())),
            ("role", Value::from(self.role.as_str())),
            ("v", Value::from(COUNTER_VERSION)),
        ]))
    }

    /// Digest of the statement: what a decline mark's entry names.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes())
    }

    /// Reads a statement from its canonical bytes.
    ///
    /// # Errors
    /// What [`json::parse_canonical`] and the members refuse. `pintEntry`, which only offers to foreign platforms
    /// carry, is a member that this release does not know.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(COUNTER_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "statement")?;
        fields.constant("v", COUNTER_VERSION)?;
        let counter = Self {
            act: fields.digest("act")?,
            at: fields.timestamp("at")?,
            platform: fields.parsed("platform")?,
            role: fields.parsed("role")?,
        };
        fields.end()?;
        Ok(counter)
    }

    /// Signs the statement with a countersigning key of the platform.
    pub fn sign(self, key: &SigningKey) -> PlatformSignature {
        PlatformSignature { jws: jws::sign_detached(key, COUNTER_TYP, &self.bytes()), counter: self }
    }
}

/// A platform's statement with its signature, as a list has it. Nothing about it is verified.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlatformSignature {
    counter: Counter,
    jws: String,
}

impl PlatformSignature {
    /// The statement.
    pub const fn counter(&self) -> &Counter {
        &self.counter
    }

    /// The name of the key that it says it was made with.
    ///
    /// # Errors
    /// As [`jws::detached_kid`].
    pub fn kid(&self) -> Result<Kid, Refusal> {
        jws::detached_kid(&self.jws)
    }

    /// The statement in this role, about this act, by this platform, signed with `key`?
    ///
    /// # Errors
    /// [`WRONG_ROLE`], [`WRONG_PLATFORM`], [`WRONG_ACT`], or what [`jws::verify_detached`] refuses.
    pub fn verify(&self, wanted: (Role, Platform), act: Digest, key: &PublicKey) -> Result<(), Refusal> {
        self.is_about(wanted.0, Some(wanted.1), act)?;
        jws::verify_detached(&self.jws, &self.counter.bytes(), key, COUNTER_TYP)
    }

    fn is_about(&self, role: Role, platform: Option<Platform>, act: Digest) -> Result<(), Refusal> {
        let counter = &self.counter;
        if counter.role != role {
            return Err(WRONG_ROLE.because(format!("{}, {role} is needed", counter.role)));
        }
        if platform.is_some_and(|platform| platform != counter.platform) {
            return Err(WRONG_PLATFORM.because(counter.platform.as_str()));
        }
        if counter.act == act { Ok(()) } else { Err(WRONG_ACT.because(counter.act.to_string())) }
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let counter = Counter::parse(fields.string("statement")?.as_bytes())?;
        Ok(Self { counter, jws: fields.string("jws")?.to_owned() })
    }

    fn write(&self) -> Value {
        // Invariant: canonical JSON is UTF-8.
        let statement = String::from_utf8(self.counter.bytes()).unwrap_or_default();
        Value::object([
            ("kind", Value::from("platform")),
            ("statement", Value::from(statement)),
            ("jws", Value::from(self.jws.as_str())),
        ])
    }
}

/// The signatures that came with an act, their bytes kept: the list first admitted is the list.
///
/// Invariant: canonical; holders first, then platforms; no key and no statement twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureList {
    bytes: Vec<u8>,
    digest: Digest,
    holders: Vec<(Kid, Signature)>,
    platforms: Vec<PlatformSignature>,
}

impl SignatureList {
    /// Reads a list from its canonical bytes. Nothing is verified.
    ///
    /// # Errors
    /// What [`json::parse_canonical`] and the members refuse; [`TOO_MANY`], [`SIGNATURE_ORDER`],
    /// [`SIGNATURE_TWICE`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(SIGNATURES_BYTES_MAX))?;
        let Some(elements) = value.as_array() else {
            return Err(json::MEMBER_TYPE.because("not an array").at("signatures"));
        };
        if elements.len() > SIGNATURES_MAX {
            return Err(TOO_MANY.because(format!("{} signatures", elements.len())).at("signatures"));
        }
        let (mut holders, mut platforms) = (Vec::new(), Vec::new());
        for (at, element) in elements.iter().enumerate() {
            let place = format!("signatures/{at}");
            if element.get("kind").and_then(Value::as_str) == Some("platform") {
                let mut fields = Fields::of(element, place)?;
                fields.constant("kind", "platform")?;
                platforms.push(PlatformSignature::read(&mut fields)?);
                fields.end()?;
            } else if platforms.is_empty() {
                let signature = Signature::from_value(element, place)?;
                holders.push((signature.kid()?, signature));
            } else {
                return Err(SIGNATURE_ORDER.because("a holder after a platform").at(place));
            }
        }
        nothing_twice(&holders, &platforms)?;
        Ok(Self { bytes: bytes.to_vec(), digest: Digest::of(bytes), holders, platforms })
    }

    /// The list of these signatures, in this order.
    ///
    /// # Errors
    /// As [`SignatureList::parse`].
    pub fn of(
        holders: impl IntoIterator<Item = Signature>,
        platforms: impl IntoIterator<Item = PlatformSignature>,
    ) -> Result<Self, Refusal> {
        let holders = holders.into_iter().map(|signature| signature.to_value());
        let platforms = platforms.into_iter().map(|signature| signature.write());
        Self::parse(&json::canonical(&Value::array(holders.chain(platforms))))
    }

    /// The same list with one more platform's signature at its end.
    ///
    /// # Errors
    /// [`TOO_MANY`], [`SIGNATURE_TWICE`], or longer than a list may be.
    pub fn and(&self, signature: PlatformSignature) -> Result<Self, Refusal> {
        let count = self.holders.len().saturating_add(self.platforms.len());
        if count >= SIGNATURES_MAX {
            return Err(TOO_MANY.because(format!("{} signatures", count.saturating_add(1))).at("signatures"));
        }
        // Invariant: the bytes are a canonical array, whose last byte closes it.
        let (kept, last) = (self.bytes.strip_suffix(b"]").unwrap_or_default(), signature.write());
        let comma: &[u8] = if count == 0 { b"" } else { b"," };
        let bytes = [kept, comma, &json::canonical(&last), b"]"].concat();
        if bytes.len() > SIGNATURES_BYTES_MAX {
            return Err(json::TOO_LARGE.because(format!("{} bytes", bytes.len())).at("signatures"));
        }
        let platforms: Vec<PlatformSignature> = self.platforms.iter().cloned().chain([signature]).collect();
        nothing_twice(&self.holders, &platforms)?;
        Ok(Self { digest: Digest::of(&bytes), bytes, holders: self.holders.clone(), platforms })
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Digest of the bytes: what the log's entry names.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The holders' signatures with the names of the keys that they say they were made with.
    pub fn holders(&self) -> impl ExactSizeIterator<Item = (Kid, &Signature)> {
        self.holders.iter().map(|(kid, signature)| (*kid, signature))
    }

    /// The platforms' signatures.
    pub fn platforms(&self) -> &[PlatformSignature] {
        &self.platforms
    }

    /// Whether a list under a `rehome` has the old home's release beside the new home's acceptance.
    pub fn has_release(&self) -> bool {
        self.platforms.len() == 2
    }

    /// Who signed a `rekey`, as the list says.
    ///
    /// # Errors
    /// [`SIGNATURE_MISSING`] when nobody did.
    pub fn signers(&self) -> Result<Signers, Refusal> {
        match self.holders.split_first() {
            Some(((first, _), others)) => {
                Ok(Signers { first: *first, others: others.iter().map(|(kid, _)| *kid).collect() })
            }
            None => Err(SIGNATURE_MISSING.because("of a portable key")),
        }
    }
}

fn nothing_twice(holders: &[(Kid, Signature)], platforms: &[PlatformSignature]) -> Result<(), Refusal> {
    let mut kids: Vec<Kid> = holders.iter().map(|(kid, _)| *kid).collect();
    kids.sort();
    if !kids.is_sorted_by(|earlier, later| earlier < later) {
        return Err(SIGNATURE_TWICE.refuse());
    }
    let mut roles: Vec<Role> = platforms.iter().map(|signature| signature.counter.role).collect();
    roles.sort();
    if roles.is_sorted_by(|earlier, later| earlier < later) { Ok(()) } else { Err(SIGNATURE_TWICE.refuse()) }
}

/// Signs an act with a holder's key file or token.
pub fn sign(act: &Act, key: &SigningKey) -> Signature {
    Signature::Jws(jws::sign_detached(key, ACT_TYP, act.bytes()))
}

/// What the home platform does with an act (docs/control.md 2, 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HomeSigns {
    /// It countersigns.
    Always,
    /// It countersigns, or does not: on a `rehome` its signature is the release.
    AsRelease,
    /// It is not asked.
    Never,
}

impl HomeSigns {
    /// What the home does with acts of this kind.
    pub const fn on(op: Op) -> Self {
        match op {
            Op::Issue | Op::Note | Op::Move | Op::Reject | Op::Surrender | Op::Close | Op::Return => {
                Self::Always
            }
            Op::Rehome => Self::AsRelease,
            Op::Keyset | Op::Rekey | Op::Leave | Op::Reclaim | Op::Adopt => Self::Never,
        }
    }
}

/// The platform statements that an act on a bill needs, in order.
pub fn platforms_needed(act: &Act, released: bool) -> Vec<(Role, Platform)> {
    let home = act.by().map(|by| (Role::Home, by.home)).filter(|_| match HomeSigns::on(act.op()) {
        HomeSigns::Always => true,
        HomeSigns::AsRelease => released,
        HomeSigns::Never => false,
    });
    home.into_iter().chain(act.acceptor().map(|platform| (Role::Accept, platform))).collect()
}

/// Proof that one key in force of every set in `by.sets` signed. Only [`verify_holders`] builds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldersSigned {
    act: Digest,
    keys: Vec<Kid>,
}

impl HoldersSigned {
    /// The act.
    pub const fn act(&self) -> Digest {
        self.act
    }

    /// The keys that signed, in the order of `by.sets`.
    pub fn keys(&self) -> &[Kid] {
        &self.keys
    }
}

/// Did the holders sign? `sets` are the states of the key sets as of the act's leaf, in any order; `now` is its time.
///
/// # Errors
/// [`SIGNATURE_MISSING`], [`SIGNATURE_EXTRA`], [`SET_UNKNOWN`], those of [`KeySet::in_force`], [`WRONG_FORM`], or what
/// the signature itself is refused for.
pub fn verify_holders(
    act: &Act,
    list: &SignatureList,
    sets: &[&KeySet],
    now: Timestamp,
) -> Result<HoldersSigned, Refusal> {
    let Some(by) = act.by() else {
        return Err(SET_NOT_HEAD.because("a key set's act is signed by its own keys"));
    };
    one_each(list.holders.len(), by.sets.len())?;
    for (id, (kid, signature)) in by.sets.iter().zip(&list.holders) {
        let set =
            sets.iter().find(|set| set.id() == *id).ok_or_else(|| SET_UNKNOWN.because(id.to_string()))?;
        verify_one(act, signature, set.in_force(*kid, now)?)?;
    }
    Ok(HoldersSigned { act: act.digest(), keys: list.holders.iter().map(|(kid, _)| *kid).collect() })
}

/// Did this key sign this act, in the form that its kind asks for? Whether it may is another question.
///
/// # Errors
/// [`WRONG_FORM`], or what the signature itself is refused for.
pub fn verify_one(act: &Act, signature: &Signature, member: &MemberKey) -> Result<(), Refusal> {
    verify_bytes((act.bytes(), act.digest(), ACT_TYP), signature, member)
}

/// Did this key sign these bytes, whose digest is a passkey's challenge, for statements of this type?
pub(crate) fn verify_bytes(
    (bytes, digest, typ): (&[u8], Digest, &str),
    signature: &Signature,
    member: &MemberKey,
) -> Result<(), Refusal> {
    match (signature, member.kind()) {
        (Signature::Jws(jws), KeyKind::File { .. } | KeyKind::Token { .. }) => {
            jws::verify_detached(jws, bytes, member.key(), typ)
        }
        (Signature::WebAuthn(assertion), KeyKind::Passkey(passkey)) => {
            webauthn::verify(assertion, &digest, member.key(), &passkey.rp_id, &passkey.origins)
        }
        (Signature::Jws(_), KeyKind::Passkey(_)) | (Signature::WebAuthn(_), _) => {
            Err(WRONG_FORM.because(format!("the key is a {}", member.kind().word())))
        }
    }
}

/// Proof that the platforms that an act needs have signed. Only [`verify_platforms`] and [`verify_keyset`] build one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformsSigned {
    act: Digest,
    platforms: Vec<(Role, Platform)>,
}

impl PlatformsSigned {
    /// The act.
    pub const fn act(&self) -> Digest {
        self.act
    }

    /// Who signed, in which role.
    pub fn platforms(&self) -> &[(Role, Platform)] {
        &self.platforms
    }
}

/// The countersigning key of this name, if the platform has it and it is valid at the leaf.
pub type CounterKeys<'a> = &'a dyn Fn(Platform, Kid) -> Option<PublicKey>;

/// Did home and acceptor sign?
///
/// # Errors
/// [`SIGNATURE_MISSING`], [`SIGNATURE_EXTRA`], [`PLATFORM_KEY_UNKNOWN`], and those of [`PlatformSignature::verify`].
pub fn verify_platforms(
    act: &Act,
    list: &SignatureList,
    keys: CounterKeys<'_>,
) -> Result<PlatformsSigned, Refusal> {
    let needed = platforms_needed(act, list.has_release());
    for (at, (role, platform)) in needed.iter().enumerate() {
        let signature = list
            .platforms
            .get(at)
            .ok_or_else(|| SIGNATURE_MISSING.because(format!("{platform} in the role {role}")))?;
        verify_platform(signature, *role, Some(*platform), act.digest(), keys)?;
    }
    if list.platforms.len() > needed.len() {
        return Err(SIGNATURE_EXTRA.because("of a platform"));
    }
    Ok(PlatformsSigned { act: act.digest(), platforms: needed })
}

fn verify_platform(
    signature: &PlatformSignature,
    role: Role,
    platform: Option<Platform>,
    act: Digest,
    keys: CounterKeys<'_>,
) -> Result<(), Refusal> {
    signature.is_about(role, platform, act)?;
    let (platform, kid) = (signature.counter.platform, signature.kid()?);
    let key =
        keys(platform, kid).ok_or_else(|| PLATFORM_KEY_UNKNOWN.because(format!("{kid} of {platform}")))?;
    jws::verify_detached(&signature.jws, &signature.counter.bytes(), &key, COUNTER_TYP)
}

/// Proof that a decline is the receiving platform's own. Only [`verify_decline`] builds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declined {
    act: Digest,
    by: Platform,
}

impl Declined {
    /// The act that is never admitted.
    pub const fn act(&self) -> Digest {
        self.act
    }

    /// The platform that declined.
    pub const fn by(&self) -> Platform {
        self.by
    }
}

/// Is this the refusal of `act` by the platform that would have to accept it? A platform on both ends has accepted by
/// countersigning, and may not decline (docs/control.md 2).
///
/// # Errors
/// [`SIGNATURE_MISSING`], [`SIGNATURE_EXTRA`]; [`WRONG_PLATFORM`] also when no acceptance is due; and those of
/// [`PlatformSignature::verify`].
pub fn verify_decline(act: &Act, list: &SignatureList, keys: CounterKeys<'_>) -> Result<Declined, Refusal> {
    if !list.holders.is_empty() {
        return Err(SIGNATURE_EXTRA.because("of a holder"));
    }
    let signature = match list.platforms.as_slice() {
        [] => return Err(SIGNATURE_MISSING.because("the decline")),
        [signature] => signature,
        [_, ..] => return Err(SIGNATURE_EXTRA.because("of a platform")),
    };
    let Some(by) = act.acceptor() else {
        return Err(WRONG_PLATFORM.because("no other platform is asked to accept this act"));
    };
    verify_platform(signature, Role::Decline, Some(by), act.digest(), keys)?;
    Ok(Declined { act: act.digest(), by })
}

/// Proof that every key of a new set signed its first act. Only [`verify_keyset`] builds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeysProved {
    act: Digest,
}

impl KeysProved {
    /// The set's first act.
    pub const fn act(&self) -> Digest {
        self.act
    }
}

/// Did every key of a new set sign, in order, and nobody else? Enrolment is [`verify_enrolment`].
///
/// # Errors
/// [`NOT_A_FIRST_ACT`], [`SIGNATURE_MISSING`], [`SIGNATURE_EXTRA`], [`SIGNATURE_ORDER`], and those of [`verify_one`].
pub fn verify_keyset(act: &Act, list: &SignatureList) -> Result<KeysProved, Refusal> {
    let Body::Keyset(keyset) = act.body() else {
        return Err(NOT_A_FIRST_ACT.because(act.op().as_str()));
    };
    one_each(list.holders.len(), keyset.keys.iter().len())?;
    for (member, (kid, signature)) in keyset.keys.iter().zip(&list.holders) {
        if member.kid() != *kid {
            return Err(SIGNATURE_ORDER.because(format!("{kid} where {} is due", member.kid())));
        }
        verify_one(act, signature, member)?;
    }
    Ok(KeysProved { act: act.digest() })
}

/// Did one platform enrol the set?
///
/// # Errors
/// As [`verify_platforms`].
pub fn verify_enrolment(
    act: &Act,
    list: &SignatureList,
    keys: CounterKeys<'_>,
) -> Result<PlatformsSigned, Refusal> {
    let signature = match list.platforms.as_slice() {
        [] => return Err(SIGNATURE_MISSING.because("of an enrolling platform")),
        [signature] => signature,
        [_, ..] => return Err(SIGNATURE_EXTRA.because("of a platform")),
    };
    verify_platform(signature, Role::Enrol, None, act.digest(), keys)?;
    let platforms = vec![(Role::Enrol, signature.counter.platform)];
    Ok(PlatformsSigned { act: act.digest(), platforms })
}

/// Proof that the keys named in [`SignatureList::signers`] signed a `rekey`. Only [`verify_rekey`] builds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RekeySigned {
    act: Digest,
    signers: Signers,
}

impl RekeySigned {
    /// The act.
    pub const fn act(&self) -> Digest {
        self.act
    }

    /// Who signed; whether they are the right ones is [`crate::keyset::check`].
    pub const fn signers(&self) -> &Signers {
        &self.signers
    }
}

/// Are the signatures under a `rekey` what they say? No platform signs.
///
/// # Errors
/// [`SET_NOT_HEAD`] for another act, [`SIGNATURE_MISSING`], [`SIGNATURE_EXTRA`], those of [`KeySet::in_force`] and of
/// [`verify_one`].
pub fn verify_rekey(
    set: &KeySet,
    act: &Act,
    list: &SignatureList,
    now: Timestamp,
) -> Result<RekeySigned, Refusal> {
    let Body::Rekey(rekey) = act.body() else {
        return Err(SET_NOT_HEAD.because(format!("{} is no rekey", act.op())));
    };
    if !list.platforms.is_empty() {
        return Err(SIGNATURE_EXTRA.because("of a platform"));
    }
    let signers = list.signers()?;
    for (kid, signature) in &list.holders {
        let member = match rekey.keys.get(*kid) {
            // The first key signs by what it was before the change, the new ones by what they become.
            Some(member) if *kid != signers.first => member,
            _ => set.in_force(*kid, now)?,
        };
        verify_one(act, signature, member)?;
    }
    Ok(RekeySigned { act: act.digest(), signers })
}

fn one_each(signatures: usize, wanted: usize) -> Result<(), Refusal> {
    let counted = || format!("{signatures} signatures of holders, {wanted} wanted");
    match signatures.cmp(&wanted) {
        std::cmp::Ordering::Less => Err(SIGNATURE_MISSING.because(counted())),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(SIGNATURE_EXTRA.because(counted())),
    }
}
