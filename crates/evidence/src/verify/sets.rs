//! Key sets and the signatures of their keys: claims ACT-SIGNED, KEYS-IN-FORCE, WHO and IDENTITY.

use std::collections::{BTreeMap, BTreeSet};

use bill::{
    act::Body,
    keys::MemberKey,
    keyset::{self, KeySet},
    signatures::{Role, SignatureList, verify_keyset, verify_one, verify_rekey},
};
use crypto::{Digest, Signature, json::Value, key::Kid};
use registry::member::Use;
use vocab::Refusal;

use super::{
    consents,
    document::same_party,
    head::{Slots, set_is_complete},
    log::{LogView, What, set_origin, short},
    members::{KeyFound, Platforms},
    reading::{ActFile, Reading, SetFile},
};
use crate::{
    bundle::{Files, path::Path},
    claim::Found,
    trust::Trust,
};

/// Why a set's keys cannot be used.
pub(crate) enum Unusable {
    /// The bundle does not show the set.
    Absent,
    /// An act of the set lists a key that nobody may use.
    Refused(Refusal),
}

/// The acts of a set that the bundle shows, if they are that set's.
pub(crate) fn shown<'a>(reading: &'a Reading, id: &Digest) -> Result<&'a [SetFile], Unusable> {
    let acts = reading.sets.get(id).filter(|acts| acts.first().is_some_and(|first| first.digest == *id));
    let acts = acts.ok_or(Unusable::Absent)?;
    match acts.iter().find_map(|file| file.act.as_ref().err()) {
        Some(why) => Err(Unusable::Refused(why.clone())),
        None => Ok(acts),
    }
}

/// The keys that a set's act lists.
pub(crate) fn keys(file: &SetFile) -> impl Iterator<Item = &MemberKey> {
    let keys = file.act.as_ref().ok().and_then(|act| match act.body() {
        Body::Keyset(keyset) => Some(&keyset.keys),
        Body::Rekey(rekey) => Some(&rekey.keys),
        Body::Issue(_) | Body::Step(_) => None,
    });
    keys.into_iter().flat_map(|keys| keys.iter())
}

/// The set's acts in force before a leaf, newest first, then the others: where several list a key, the one that counts.
fn newest_first<'a>(
    acts: &'a [SetFile],
    id: Digest,
    index: Option<u64>,
    log: &LogView<'_>,
) -> Vec<&'a SetFile> {
    let before = |nth: usize| log.index(What::Set(id, nth)).zip(index).is_some_and(|(own, leaf)| own < leaf);
    let (mut earlier, later): (Vec<_>, Vec<_>) = acts.iter().enumerate().partition(|(nth, _)| before(*nth));
    earlier.reverse();
    earlier.into_iter().chain(later).map(|(_, file)| file).collect()
}

/// ACT-SIGNED, by itself.
pub(crate) fn acts_signed(reading: &Reading, log: &LogView<'_>) -> Found {
    let mut signers = BTreeSet::new();
    let mut found = Found::pass("");
    for (nth, file) in reading.acts.iter().enumerate() {
        let one = act_signed(reading, log, file, log.index(What::Act(nth)), &mut signers);
        found = found.and(one.of(format_args!("act {nth}")));
    }
    let signers: Vec<String> = signers.into_iter().collect();
    Found::pass(format!("signed by {}", signers.join(", "))).and(found)
}

fn act_signed(
    reading: &Reading,
    log: &LogView<'_>,
    file: &ActFile,
    index: Option<u64>,
    signers: &mut BTreeSet<String>,
) -> Found {
    let (list, sets) = (&file.signed.list, file.act.by().map_or([].as_slice(), |by| &by.sets));
    if list.mixed {
        return Found::fail("a holder's signature stands behind a platform's");
    }
    if list.keys.len() != sets.len() {
        return Found::fail(format!("{} signatures of holders, {} wanted", list.keys.len(), sets.len()));
    }
    let mut found = Found::pass("");
    for (id, signature) in sets.iter().zip(&list.keys) {
        let one = match shown(reading, id) {
            Err(Unusable::Absent) => Found::unknown(format!("set {} is not in the bundle", short(id))),
            Err(Unusable::Refused(why)) => Found::fail_for(&why),
            Ok(acts) => match signed_by(&newest_first(acts, *id, index, log), file, signature) {
                Ok(signer) => {
                    signers.insert(signer);
                    Found::pass("")
                }
                Err(why) => Found::fail_for(&why),
            },
        };
        found = found.and(one);
    }
    found
}

/// Who signed, in words.
fn signed_by(
    acts: &[&SetFile],
    file: &ActFile,
    signature: &Result<Signature, Refusal>,
) -> Result<String, Refusal> {
    let signature = signature.as_ref().map_err(Clone::clone)?;
    let kid = signature.kid()?;
    let member = acts.iter().flat_map(|file| keys(file)).find(|member| member.kid() == kid);
    let member = member.ok_or_else(|| bill::refusals::KEY_NOT_IN_SET.because(kid.as_str()))?;
    verify_one(&file.act, signature, member)?;
    let kind = SetFile::signer(member.kind());
    Ok(match signature {
        Signature::Jws(_) => kind.to_owned(),
        Signature::WebAuthn(assertion) => format!("{kind} on {}", origin(&assertion.client_data_json)),
    })
}

/// The site on which a verified assertion was made.
fn origin(client_data: &[u8]) -> String {
    let value = crypto::json::parse(client_data, &crypto::json::Limits::bytes(client_data.len()));
    let origin = value.ok().and_then(|value| value.get("origin").and_then(Value::as_str).map(str::to_owned));
    origin.unwrap_or_default()
}

/// KEYS-IN-FORCE, by itself.
pub(crate) fn keys_in_force(reading: &Reading, log: &LogView<'_>, slots: &Slots<'_>) -> Found {
    let mut by_set: BTreeMap<Digest, Vec<(usize, Kid)>> = BTreeMap::new();
    for (nth, file) in reading.acts.iter().enumerate() {
        let sets = file.act.by().map_or([].as_slice(), |by| &by.sets);
        for (id, signature) in sets.iter().zip(&file.signed.list.keys) {
            let signed = by_set.entry(*id).or_default();
            if let Some(kid) = signature.as_ref().ok().and_then(|signature| signature.kid().ok()) {
                signed.push((nth, kid));
            }
        }
    }
    for id in consents::sets_that_consent(reading) {
        by_set.entry(id).or_default();
    }
    let mut found = Found::pass(format!("{} sets, each complete as of the head", by_set.len()));
    for (id, signed) in &by_set {
        found =
            found.and(set_in_force(reading, log, slots, id, signed).of(format_args!("set {}", short(id))));
    }
    found.and(slots.is_after_acts(reading, log))
}

fn set_in_force(
    reading: &Reading,
    log: &LogView<'_>,
    slots: &Slots<'_>,
    id: &Digest,
    signed: &[(usize, Kid)],
) -> Found {
    let acts = match shown(reading, id) {
        Ok(acts) => acts,
        Err(Unusable::Refused(why)) => return Found::fail_for(&why),
        Err(Unusable::Absent) if reading.sets.contains_key(id) => {
            return Found::fail("its folder begins with the first act of another set");
        }
        Err(Unusable::Absent) => return Found::unknown("it is not in the bundle"),
    };
    let mut found = match replayed(acts) {
        Ok(_) => Found::pass(""),
        Err(why) => Found::fail_for(&why),
    };
    if set_origin(reading, id) != Some(log.origin()) {
        found = found.and(Found::fail("it lives in another log"));
    }
    for (nth, kid) in signed {
        found = found.and(listed(log, acts, *id, (*nth, *kid)).of(format_args!("act {nth}")));
    }
    found.and(set_is_complete(reading, log, slots, id))
}

/// The set's last act before a leaf, if there is one; `None` where the place of a leaf is not known.
pub(crate) fn last_before<'a>(
    log: &LogView<'_>,
    acts: &'a [SetFile],
    id: Digest,
    leaf: Option<u64>,
) -> Option<Option<&'a SetFile>> {
    let places: Option<Vec<u64>> = (0..acts.len()).map(|nth| log.index(What::Set(id, nth))).collect();
    let (leaf, places) = leaf.zip(places)?;
    Some(places.iter().rposition(|place| *place < leaf).and_then(|last| acts.get(last)))
}

/// The key that signed an act is listed by the set's last act before it.
fn listed(log: &LogView<'_>, acts: &[SetFile], id: Digest, (act, kid): (usize, Kid)) -> Found {
    let Some(last) = last_before(log, acts, id, log.index(What::Act(act))) else {
        return Found::unknown("the place of a leaf is not known");
    };
    if last.is_some_and(|file| keys(file).any(|key| key.kid() == kid)) {
        return Found::pass("");
    }
    Found::fail(format!("{kid} was not in force at its leaf"))
}

/// The set after all its acts, each checked against the one before it, with its signatures.
fn replayed(acts: &[SetFile]) -> Result<Option<KeySet>, Refusal> {
    let mut set: Option<KeySet> = None;
    for file in acts {
        let act = file.act.as_ref().map_err(Clone::clone)?;
        let list = holders(file, set.is_none())?;
        let at = file.signed.leaf.at;
        set = Some(match set {
            None => {
                verify_keyset(act, &list)?;
                keyset::apply_first(&keyset::check_first(act, at)?)
            }
            Some(set) => {
                let signed = verify_rekey(&set, act, &list, at)?;
                let rekeyed = keyset::check(&set, act, signed.signers(), at)?;
                keyset::apply(set, &rekeyed)
            }
        });
    }
    Ok(set)
}

/// What keys signed of a set's list. What a platform says behind the keys of a first act is WHO's; elsewhere none does.
fn holders(file: &SetFile, first: bool) -> Result<SignatureList, Refusal> {
    let list = &file.signed.list;
    if list.mixed || !first && !list.platforms.is_empty() {
        // Refused for its order, or for what is over.
        return SignatureList::parse(list.text.as_bytes());
    }
    let keys: Vec<Signature> = list.keys.iter().cloned().collect::<Result<_, _>>()?;
    SignatureList::of(keys, [])
}

/// WHO, by itself.
pub(crate) fn who(
    reading: &Reading,
    log: &LogView<'_>,
    platforms: &Platforms<'_>,
    carrier: Option<&str>,
    trust: Option<&Trust>,
) -> Found {
    let sets = named_sets(reading);
    let mut names = Vec::new();
    let mut found = Found::pass("");
    for id in &sets {
        found = found
            .and(enrolled(reading, log, platforms, id, &mut names).of(format_args!("set {}", short(id))));
    }
    Found::pass(format!("parties: {}", names.join(", "))).and(found).and(issuer(reading, carrier, trust))
}

/// Every set that an act names, or that consents to one.
fn named_sets(reading: &Reading) -> BTreeSet<Digest> {
    let controllers = reading.acts.iter().flat_map(|file| [file.act.by(), file.act.to()]).flatten();
    let named = controllers.flat_map(|controller| controller.sets.iter().copied());
    named.chain(consents::sets_that_consent(reading)).collect()
}

fn enrolled(
    reading: &Reading,
    log: &LogView<'_>,
    platforms: &Platforms<'_>,
    id: &Digest,
    names: &mut Vec<String>,
) -> Found {
    let acts = reading.sets.get(id).filter(|acts| acts.first().is_some_and(|first| first.digest == *id));
    let Some((first, rekeys)) = acts.and_then(|acts| acts.split_first()) else {
        return Found::unknown("it is not in the bundle");
    };
    let [by] = first.signed.list.platforms.as_slice() else {
        return Found::fail("not one platform enrolled it");
    };
    if first.signed.list.mixed {
        return Found::fail("the platform's statement does not stand at the end of its list");
    }
    if !by.says(Role::Enrol, *id) {
        return Found::fail("the platform's statement is no enrolment of this set");
    }
    let leaf = log.index(What::Set(*id, 0)).map(|index| (index, first.signed.leaf.at));
    let found = by_platform(by, platforms, leaf);
    let Some(details) = &first.signed.details else {
        return found.and(Found::unknown("its details are left out"));
    };
    if !details_are_named(first) {
        return found.and(Found::fail("its details are not those that its act names"));
    }
    if !rekeys.iter().all(details_are_named) {
        return found.and(Found::fail("a rekey's details are not those that the act names"));
    }
    let Some(party) = details.value.get("party") else {
        return found.and(Found::fail("its details name no party"));
    };
    names.push(party.get("partyName").and_then(Value::as_str).unwrap_or("(no name)").to_owned());
    let others = rekeys.iter().filter_map(|file| file.signed.details.as_ref()?.value.get("party"));
    let repointed = others.into_iter().any(|other| !same_party(party, other));
    if repointed { found.and(Found::fail("a rekey names another party")) } else { found }
}

/// Whether the details of a set's act, where they are there, are those that it names.
fn details_are_named(file: &SetFile) -> bool {
    file.signed.details.as_ref().is_none_or(|details| file.named == Some(details.digest))
}

/// A platform's signature by a countersigning key that is valid at the leaf.
pub(crate) fn by_platform(
    by: &super::list::BySaying,
    platforms: &Platforms<'_>,
    leaf: Option<(u64, vocab::Timestamp)>,
) -> Found {
    let Some(leaf) = leaf else {
        return Found::unknown("the place of its leaf is not known");
    };
    let kid = match by.kid() {
        Ok(kid) => kid,
        Err(why) => return Found::fail_for(&why),
    };
    match platforms.key(by.platform(), &kid, Use::Counter, leaf) {
        KeyFound::Valid(key) => by.verify(key).map_or_else(|why| Found::fail_for(&why), |()| Found::pass("")),
        KeyFound::NoMark => Found::unknown(format!("no mark of {} is in the bundle", by.platform())),
        KeyFound::NotValid => Found::fail(format!("{kid} is no valid key of {} at that leaf", by.platform())),
    }
}

/// The set that issued is one of the carrier's, by the trust file.
fn issuer(reading: &Reading, carrier: Option<&str>, trust: Option<&Trust>) -> Found {
    let Some(carrier) = carrier else {
        return Found::unknown("the document does not say who the carrier is");
    };
    let Some(sets) = trust.and_then(|trust| trust.carrier(carrier)) else {
        return Found::unknown(format!("the trust file does not name the carrier {carrier}"));
    };
    let by = reading.acts.first().and_then(|file| file.act.by());
    let known = by.is_some_and(|by| by.sets.iter().all(|set| sets.contains(set)));
    if known {
        Found::pass("")
    } else {
        Found::fail(format!("the set that issued is not one of {carrier}'s"))
    }
}

/// IDENTITY, by itself; `None` when no set names a receipt.
pub(crate) fn identity(reading: &Reading, files: &Files) -> Option<Found> {
    let details = reading.sets.values().flatten().filter_map(|file| file.signed.details.as_ref());
    let named: BTreeSet<&str> =
        details.filter_map(|details| details.value.get("identityReceipt").and_then(Value::as_str)).collect();
    let mut held = 0_usize;
    for (path, bytes) in files.iter() {
        let Path::Receipt(id) = path else { continue };
        held += 1;
        if id != Digest::of(bytes) {
            return Some(Found::fail("it does not hash to its name").of(path));
        }
    }
    if named.is_empty() && held == 0 {
        return None;
    }
    let (named, held) = (named.len(), held.min(named.len()));
    Some(Found::unknown(format!(
        "{held} of {named} receipts are in the bundle; replaying them is not in this version"
    )))
}

/// The party behind a set, as it was enrolled: `None` where the bundle does not show the details that its first act
/// names.
pub(crate) fn party<'a>(reading: &'a Reading, id: &Digest) -> Option<&'a Value> {
    let first =
        reading.sets.get(id)?.first().filter(|first| first.digest == *id && details_are_named(first))?;
    first.signed.details.as_ref()?.value.get("party")
}

/// The issuer's keys in force at the issue's leaf, as far as the bundle shows them.
pub(crate) struct IssuerKeys {
    pub(crate) keys: Vec<crypto::key::PublicKey>,
    /// Whether every set that issued is in the bundle.
    pub(crate) whole: bool,
}

/// The issuer's keys in force at the issue's leaf.
pub(crate) fn issuer_keys(reading: &Reading, log: &LogView<'_>) -> IssuerKeys {
    let by = reading.acts.first().and_then(|file| file.act.by());
    let index = log.index(What::Act(0));
    let mut found = IssuerKeys { keys: Vec::new(), whole: true };
    for id in by.map_or([].as_slice(), |by| &by.sets) {
        match shown(reading, id) {
            Ok(acts) => {
                let newest = newest_first(acts, *id, index, log).into_iter().next();
                found.keys.extend(newest.into_iter().flat_map(keys).map(|member| member.key().clone()));
            }
            Err(Unusable::Absent) => found.whole = false,
            Err(Unusable::Refused(_)) => {}
        }
    }
    found
}
