//! The consents that acts cite (docs/control.md 5, docs/formats.md): read from `files/`, and judged for TITLE.

use std::collections::BTreeSet;

use bill::{
    consent::{ConsentFile, Consented},
    details::BillDetails,
    party::Party,
    refusals::KEY_NOT_IN_SET,
};
use crypto::{Digest, json::Value};
use vocab::Refusal;

use super::{
    log::{LogView, What},
    reading::{ActFile, Reading},
    sets::{self, Unusable},
};
use crate::{
    bundle::{Files, path::Path},
    claim::Found,
};

/// What the bundle shows of the consents of one act.
pub(crate) struct OfAct {
    /// Those that are proved.
    pub(crate) shown: Vec<Consented>,
    /// Whether it cites one that the bundle does not show, or not whose it is.
    pub(crate) unseen: bool,
}

/// The consents that an act's details cite and the bundle has.
pub(crate) fn cited(details: &Value, files: &Files) -> Vec<(Digest, Result<ConsentFile, Refusal>)> {
    let listed = details.get("consents").and_then(Value::as_array).unwrap_or_default();
    let digests = listed.iter().filter_map(|one| one.as_str()?.parse::<Digest>().ok());
    digests.filter_map(|digest| Some((digest, ConsentFile::parse(files.get(Path::File(digest))?)))).collect()
}

/// The sets that consent to acts, by the consents in the bundle.
pub(crate) fn sets_that_consent(reading: &Reading) -> BTreeSet<Digest> {
    let read = reading.consents.values().filter_map(|consent| consent.as_ref().ok());
    read.map(|consent| consent.consent().set).collect()
}

/// Every consent in the bundle that the act cites must hold.
///
/// # Errors
/// FAIL: one is no consent, is to another act, had expired, or is not signed by a key in force.
pub(crate) fn of_act(
    reading: &Reading,
    log: &LogView<'_>,
    (nth, file): (usize, &ActFile),
    said: &BillDetails,
) -> Result<OfAct, Found> {
    let mut found = OfAct { shown: Vec::new(), unseen: false };
    for digest in &said.consents {
        let Some(consent) = reading.consents.get(digest) else {
            found.unseen = true;
            continue;
        };
        let consent = consent.as_ref().map_err(Found::fail_for)?;
        match proved(reading, log, (nth, file), (consent, said)).map_err(|why| Found::fail_for(&why))? {
            Some(consented) => found.shown.push(consented),
            None => found.unseen = true,
        }
    }
    Ok(found)
}

/// The consent, proved; `None` where the bundle does not show whose it is.
fn proved(
    reading: &Reading,
    log: &LogView<'_>,
    (nth, file): (usize, &ActFile),
    (consent, said): (&ConsentFile, &BillDetails),
) -> Result<Option<Consented>, Refusal> {
    let (act, at) = ((&file.act, said), file.signed.leaf.at);
    consent.fits(act, at)?;
    let (set, kid) = (consent.consent().set, consent.kid()?);
    let acts = match sets::shown(reading, &set) {
        Ok(acts) => acts,
        Err(Unusable::Absent) => return Ok(None),
        Err(Unusable::Refused(why)) => return Err(why),
    };
    let Some(last) = sets::last_before(log, acts, set, log.index(What::Act(nth))) else { return Ok(None) };
    let member = last.and_then(|last| sets::keys(last).find(|member| member.kid() == kid));
    let member = member.ok_or_else(|| KEY_NOT_IN_SET.because(kid.as_str()))?;
    consent.signed_by(member)?;
    let Some(party) = sets::party(reading, &set) else { return Ok(None) };
    Ok(Some(consent.verify(act, (member, &Party::of(party)?), at)?))
}
