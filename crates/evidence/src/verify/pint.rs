//! DCSA's own chain beside the acts: claim PINT.

use bill::words::Platform;
use crypto::{
    Digest, base64url,
    json::{self, Limits, Value},
    jws,
    key::{Algorithm, PublicKey},
};
use registry::member::Use;

use super::{
    document::checksum,
    log::{LogView, What},
    members::Platforms,
    reading::{ActFile, Reading},
    sets,
};
use crate::{
    bundle::{
        Files,
        path::{PINT_BYTES_MAX, Path},
    },
    claim::Found,
};

const PREVIOUS: &str = "previousEnvelopeTransferChainEntrySignedContentChecksum";
const LAST: &str = "lastEnvelopeTransferChainEntrySignedContentChecksum";
const PICTURE: &str = "eBLVisualisationByCarrierChecksum";
const MANIFEST: &str = "issuanceManifestSignedContent";

/// A chain entry and the acts that it covers.
struct Entry {
    checksum: Digest,
    payload: Value,
    /// The last act whose transactions stand in it.
    last: usize,
}

/// What PINT found, and the algorithms that were used.
pub(crate) struct Pint {
    pub(crate) found: Found,
    pub(crate) algorithms: Vec<Used>,
}

/// An algorithm that verified something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Used {
    /// An entry or an answer, by a platform.
    ByPlatform(Algorithm),
    /// The issuance manifest, by a key of the issuer's set.
    ByIssuer(Algorithm),
}

struct Reader<'a> {
    reading: &'a Reading,
    log: &'a LogView<'a>,
    platforms: &'a Platforms<'a>,
    files: &'a Files,
    algorithms: Vec<Used>,
}

/// PINT, by itself; `None` without chain entries.
pub(crate) fn pint(
    reading: &Reading,
    log: &LogView<'_>,
    platforms: &Platforms<'_>,
    files: &Files,
) -> Option<Pint> {
    if reading.pint.is_empty() {
        return None;
    }
    let mut reader = Reader { reading, log, platforms, files, algorithms: Vec::new() };
    let found = reader.read();
    Some(Pint { found, algorithms: reader.algorithms })
}

impl Reader<'_> {
    fn read(&mut self) -> Found {
        let mut entries: Vec<Entry> = Vec::new();
        let mut found = Found::pass("");
        let mut next = 0;
        for (nth, file) in self.reading.pint.iter().enumerate() {
            let (entry, transactions) = match self.entry(&file.entry, next) {
                Ok(read) => read,
                Err(why) => return found.and(why.of(format_args!("pint/{nth:04}"))),
            };
            next = entry.last + 1;
            let link = self.link(nth, &entry, entries.last());
            found = found.and(transactions.and(link).of(format_args!("pint/{nth:04}")));
            entries.push(entry);
        }
        for (nth, file) in self.reading.pint.iter().enumerate() {
            for answer in &file.answers {
                let one = self.answer(answer, &entries, nth);
                found = found.and(one.of(format_args!("an answer in pint/{nth:04}")));
            }
        }
        let without = self.reading.acts.len().saturating_sub(next);
        Found::pass(format!(
            "{} entries for acts 0 to {}; {without} acts after them",
            entries.len(),
            next - 1
        ))
        .and(found)
    }

    /// The entry, its signature verified, and what is wrong with its transactions.
    fn entry(&mut self, entry: &str, first: usize) -> Result<(Entry, Found), Found> {
        let payload = unverified(entry)?;
        let listed = payload.get("transactions").and_then(Value::as_array).unwrap_or_default();
        let (last, transactions) = self.transactions(listed, first)?;
        let platform = payload.get("eblPlatform").and_then(Value::as_str).and_then(|code| code.parse().ok());
        let platform = platform.ok_or_else(|| Found::fail("it names no platform"))?;
        let signed = self.signed_by_platform(entry, platform, last).and(plain_header(entry));
        let named = payload.get("transportDocumentChecksum").and_then(Value::as_str);
        let document = match (&self.reading.document, named) {
            (None, _) => Found::unknown("the document is left out"),
            (Some(document), Some(named)) if named == checksum(document).to_string() => Found::pass(""),
            (Some(_), _) => Found::fail("it is about another document"),
        };
        let checksum = Digest::of(entry.as_bytes());
        Ok((Entry { checksum, payload, last }, signed.and(document).and(transactions)))
    }

    /// The acts from `first` on that these transactions are, up to one that crosses.
    fn transactions(&self, listed: &[Value], first: usize) -> Result<(usize, Found), Found> {
        let mut left = listed;
        let mut found = Found::pass("");
        for (nth, file) in self.reading.acts.iter().enumerate().skip(first) {
            let reference = format!("twk1.{}", base64url::encode(file.act.digest().as_bytes()));
            let own = left
                .iter()
                .take_while(|one| one.get("auditReference").and_then(Value::as_str) == Some(&reference));
            let (own, rest) = left.split_at(own.count());
            left = rest;
            found = found.and(act_transactions(file, own).of(format_args!("act {nth}")));
            if file.act.acceptor().is_some() {
                let surplus =
                    if left.is_empty() { found } else { Found::fail("it goes on after a crossing") };
                return Ok((nth, surplus));
            }
            if left.is_empty() {
                return Err(Found::fail("it does not end with an act that crosses"));
            }
        }
        Err(Found::fail("its transactions are not those of the acts"))
    }

    fn link(&mut self, nth: usize, entry: &Entry, before: Option<&Entry>) -> Found {
        let previous = entry.payload.get(PREVIOUS).and_then(Value::as_str);
        match before {
            None if nth == 0 && previous.is_none() && entry.payload.get(PREVIOUS).is_none() => {
                self.manifest(entry)
            }
            Some(before) if previous == Some(&before.checksum.to_string()) => Found::pass(""),
            _ => Found::fail("it does not name the entry before it"),
        }
    }

    /// The carrier's issuance manifest in the first entry.
    fn manifest(&mut self, entry: &Entry) -> Found {
        let Some(manifest) = entry.payload.get(MANIFEST).and_then(Value::as_str) else {
            return Found::fail("the first entry has no issuance manifest");
        };
        let issuer = sets::issuer_keys(self.reading, self.log);
        let (payload, signed) = match self.verify(manifest, &issuer.keys, Used::ByIssuer) {
            Ok(payload) => (payload, Found::pass("")),
            Err(found) if issuer.whole => return found.of("the issuance manifest"),
            // Whose it is cannot be said; what it says can.
            Err(_) => match unverified(manifest) {
                Ok(payload) => (payload, Found::unknown("the key set that issued is not in the bundle")),
                Err(found) => return found.of("the issuance manifest"),
            },
        };
        let text = |name| payload.get(name).and_then(Value::as_str);
        let document = self.reading.document.as_ref().map(|document| checksum(document).to_string());
        let picture = self.picture(&payload);
        let issued_to = self.issued_to().map(|digest| digest.to_string());
        let wrong = document.is_some() && text("documentChecksum") != document.as_deref()
            || issued_to.is_some() && text("issueToChecksum") != issued_to.as_deref();
        let about = match (wrong, issued_to) {
            (true, _) => Found::fail("the issuance manifest is about another document or party"),
            (false, None) => Found::unknown("the details of the issue are left out"),
            (false, Some(_)) => Found::pass(""),
        };
        signed.and(about).and(picture)
    }

    /// The picture, where the manifest names one.
    fn picture(&self, manifest: &Value) -> Found {
        match (manifest.get(PICTURE), self.files.get(Path::Visualisation)) {
            (None, _) => Found::pass(""),
            (Some(_), None) => Found::unknown("the carrier's picture of the document is left out"),
            (Some(sum), Some(bytes)) if sum.as_str() == Some(&Digest::of(bytes).to_string()) => {
                Found::pass("")
            }
            (Some(_), Some(_)) => Found::fail("the issuance manifest is about another picture"),
        }
    }

    /// Digest of the party that the issue is to, as DCSA writes it in an issuance request.
    fn issued_to(&self) -> Option<Digest> {
        let details = self.reading.acts.first()?.signed.details.as_ref()?;
        let issue = details.value.get("dcsa")?.as_array()?.first()?;
        let mut party = issue.get("recipient")?.as_object()?.clone();
        if let Some(platform) = party.remove("eblPlatform") {
            party.insert("sendToPlatform", platform);
        }
        Some(Digest::of(&json::canonical(&Value::Object(party))))
    }

    fn answer(&mut self, answer: &str, entries: &[Entry], nth: usize) -> Found {
        let Some(entry) = entries.get(nth) else { return Found::unknown("its entry was not read") };
        let to = self.reading.acts.get(entry.last).and_then(|file| file.act.acceptor());
        let Some(to) = to else { return Found::fail("its entry crosses to nobody") };
        let signed = self.signed_by_platform(answer, to, entry.last);
        let payload = jws::unverified_payload(answer).ok();
        let payload = payload.and_then(|bytes| json::parse(&bytes, &Limits::bytes(PINT_BYTES_MAX)).ok());
        let text = |name| payload.as_ref().and_then(|payload| payload.get(name)).and_then(Value::as_str);
        let named = text(LAST).and_then(|text| text.parse::<Digest>().ok());
        let known = named.is_some_and(|named| entries.iter().any(|entry| entry.checksum == named));
        if known && text("responseCode").is_some() {
            signed
        } else {
            signed.and(Found::fail("it answers no entry here"))
        }
    }

    /// A signature by a key that the platform has for PINT, valid at an act's leaf.
    fn signed_by_platform(&mut self, compact: &str, platform: Platform, act: usize) -> Found {
        if !self.platforms.knows(platform) {
            return Found::unknown(format!("no mark of {platform} is in the bundle"));
        }
        let leaf =
            self.log.index(What::Act(act)).zip(self.reading.acts.get(act).map(|file| file.signed.leaf.at));
        let Some(leaf) = leaf else { return Found::unknown("the place of its act is not known") };
        let keys: Vec<PublicKey> =
            self.platforms.keys(platform, Use::Pint, leaf).into_iter().cloned().collect();
        match self.verify(compact, &keys, Used::ByPlatform) {
            Ok(_) => Found::pass(""),
            Err(found) => found.of(format_args!("signed for {platform}")),
        }
    }

    /// The payload, if one of these keys signed it.
    fn verify(
        &mut self,
        compact: &str,
        keys: &[PublicKey],
        by: fn(Algorithm) -> Used,
    ) -> Result<Value, Found> {
        let header = jws::compact_header(compact).map_err(|why| Found::fail_for(&why))?;
        let fitting = keys.iter().filter(|key| key.permits(header.algorithm));
        for key in fitting {
            if let Ok(payload) = jws::verify_compact(compact, key) {
                self.algorithms.push(by(header.algorithm));
                return json::parse(&payload, &Limits::bytes(PINT_BYTES_MAX))
                    .map_err(|why| Found::fail_for(&why));
            }
        }
        Err(Found::fail("no key that may sign it verifies it"))
    }
}

/// What a compact JWS says, whoever signed it.
fn unverified(compact: &str) -> Result<Value, Found> {
    let payload = jws::unverified_payload(compact).map_err(|why| Found::fail_for(&why))?;
    json::parse(&payload, &Limits::bytes(PINT_BYTES_MAX)).map_err(|why| Found::fail_for(&why))
}

/// An entry's header has `alg`, and `kid` and `typ` at most.
fn plain_header(entry: &str) -> Found {
    let header = entry.split('.').next().and_then(|header| base64url::decode(header).ok());
    let header = header.and_then(|bytes| json::parse(&bytes, &Limits::bytes(jws::HEADER_LEN_MAX)).ok());
    let plain = header
        .as_ref()
        .and_then(Value::as_object)
        .is_some_and(|header| header.iter().all(|(name, _)| ["alg", "kid", "typ"].contains(&name)));
    if plain { Found::pass("") } else { Found::fail("its header says more than alg, kid and typ") }
}

/// An act's transactions in an entry are those of its details.
fn act_transactions(file: &ActFile, shown: &[Value]) -> Found {
    let Some(details) = &file.signed.details else {
        return if shown.is_empty() {
            Found::fail("it is not there")
        } else {
            Found::unknown("its details are left out")
        };
    };
    let own = details.value.get("dcsa").and_then(Value::as_array).unwrap_or_default();
    if own.is_empty() {
        let at = file.act.at().to_string();
        let member = |one: &Value, name| one.get(name).and_then(Value::as_str).map(str::to_owned);
        return match shown {
            [one]
                if member(one, "actionCode").as_deref() == Some("SIGN")
                    && member(one, "actionDateTime") == Some(at) =>
            {
                Found::pass("")
            }
            _ => Found::fail("it has no word of DCSA's, and is not one SIGN at its time"),
        };
    }
    let same = own.len() == shown.len()
        && own.iter().zip(shown).all(|(own, shown)| *own == without_reference(shown));
    if same { Found::pass("") } else { Found::fail("its transactions are not those of its details") }
}

fn without_reference(transaction: &Value) -> Value {
    match transaction {
        Value::Object(object) => {
            let mut object = object.clone();
            object.remove("auditReference");
            Value::Object(object)
        }
        other => other.clone(),
    }
}

/// The algorithms used that are not sound for their use (docs/evidence-bundle.md, ALGORITHMS).
pub(crate) fn unsound(used: &[Used]) -> Vec<&'static str> {
    let unsound = used.iter().filter_map(|used| match used {
        Used::ByPlatform(Algorithm::Es256 | Algorithm::Ps256)
        | Used::ByIssuer(Algorithm::EdDsa | Algorithm::Es256 | Algorithm::Ps256) => None,
        Used::ByPlatform(algorithm) | Used::ByIssuer(algorithm) => Some(algorithm.name()),
    });
    unsound.collect()
}
