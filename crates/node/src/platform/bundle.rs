//! The evidence of a record: what the registry proves, the private parts that this platform has, and what was signed
//! between platforms.

use std::collections::BTreeMap;

use bill::{act::Act, signatures::SignatureList};
use crypto::{
    Digest,
    json::{self, Limits, Value},
};
use dcsa::pint::entry_checksum;
use evidence::bundle::{Files, path::Path};
use vocab::{Refusal, Timestamp};

use super::{
    PlatformNode, UNKNOWN_RECORD,
    envelope::ToldSet,
    shelf::{DETAILS_BYTES_MAX, Paper, text},
    view::bundle_files,
};
use crate::{
    NodeError, Reply, Status, post,
    registrar::{LOOKUP, LookedUp, lookup::Question},
};

/// A file of an act with its private part.
struct Opened {
    details: Vec<u8>,
    file: Vec<u8>,
}

impl PlatformNode {
    /// The bundle of the record that people know by `name`.
    ///
    /// Of a record that has gone on since the registry last showed it, there is none yet: the registry is asked, and the
    /// answer is 202.
    pub(super) fn export(&mut self, name: &str, now: Timestamp) -> Result<Reply, NodeError> {
        let record = self.shelves().find(name)?.ok_or_else(|| UNKNOWN_RECORD.because(name))?;
        let found = self.shelves().view(&record)?.ok_or_else(|| UNKNOWN_RECORD.because("not final yet"))?;
        if let Some(newest) = self.shelves().finals(&record)?.last() {
            let (registry, asked) = (self.settings.registry.clone(), Question::write(&record, &newest.act));
            self.store.write(move |txn| post::ask(txn, &registry, LOOKUP, &asked, now).map(|_| ()))?;
            return Ok(Reply { status: Status::Accepted, body: Vec::new() });
        }
        let mut files = bundle_files(&found)?;
        let paths: Vec<Path> =
            files.keys().copied().filter(|path| matches!(path, Path::Act(_) | Path::SetAct(..))).collect();
        for path in paths {
            let opened = files.get(&path).map(|bytes| self.with_details(bytes)).transpose()?.flatten();
            let Some(Opened { details, file }) = opened else { continue };
            files.insert(path, file);
            if matches!(path, Path::Act(_)) {
                files.extend(self.cited(&details)?.into_iter().map(|(id, file)| (Path::File(id), file)));
            }
        }
        if let Some(document) = self.shelves().document(&record)? {
            files.insert(Path::Document, document);
        }
        for (count, entry) in (0_u32..).zip(&self.shelves().chain(&record)?.entries) {
            let answers = self.shelves().answers(&entry_checksum(entry))?;
            let file = Value::object([
                ("answers", Value::array(answers.iter().map(String::as_str))),
                ("entry", Value::from(entry.as_str())),
                ("v", Value::from("twakow/bundle-pint/1")),
            ]);
            files.insert(Path::Pint(count), json::canonical(&file));
        }
        let bytes = Files::new(record, self.settings.test, files)?.write()?;
        Ok(Reply { status: Status::Ok, body: bytes })
    }

    /// The private part of an act, and its file with it, where this platform has it.
    fn with_details(&self, bytes: &[u8]) -> Result<Option<Opened>, NodeError> {
        let value = json::parse_canonical(bytes, &Limits::bytes(evidence::bundle::path::RECORD_BYTES_MAX))?;
        let act = value.get("act").and_then(Value::as_str).unwrap_or_default();
        let Some(details) = self.shelves().part(&Act::parse(act.as_bytes())?)? else {
            return Ok(None);
        };
        let Value::Object(mut object) = value else { return Ok(None) };
        object.insert("details", text(&details));
        Ok(Some(Opened { details, file: json::canonical(&Value::Object(object)) }))
    }

    /// The files of the consents that a private part cites, as far as this platform has them.
    fn cited(&self, details: &[u8]) -> Result<BTreeMap<Digest, Vec<u8>>, NodeError> {
        let value = json::parse_canonical(details, &Limits::bytes(DETAILS_BYTES_MAX))?;
        let listed = value.get("consents").and_then(Value::as_array).unwrap_or_default();
        let mut files = BTreeMap::new();
        for digest in listed.iter().filter_map(|one| one.as_str()?.parse::<Digest>().ok()) {
            files.extend(self.shelves().details(&digest)?.map(|file| (digest, file)));
        }
        Ok(files)
    }

    /// The acts in the registry's answer with their private parts, in order.
    pub(super) fn papers_of(&self, found: &LookedUp) -> Result<Vec<Paper>, NodeError> {
        let mut papers = Vec::new();
        for (path, bytes) in found {
            if !matches!(path.parse()?, Path::Act(_)) {
                continue;
            }
            let (act, signatures) = act_file(bytes)?;
            let details = self.part(&act)?;
            let consents = self.cited(&details)?.into_values().collect();
            papers.push(Paper { act, details, signatures, issuance: None, consents });
        }
        Ok(papers)
    }

    /// The key sets behind these acts, with the private parts that this platform has: as the registry showed them, or as they
    /// were enrolled here.
    pub(super) fn told_sets(&self, found: &LookedUp, papers: &[Paper]) -> Result<Vec<Value>, NodeError> {
        let mut sets: BTreeMap<Digest, Vec<Value>> = BTreeMap::new();
        for (path, bytes) in found {
            let Path::SetAct(id, count) = path.parse()? else { continue };
            let (act, list) = act_file(bytes)?;
            let details = match count {
                0 => self.shelves().set(&id)?.map(|(_, details)| details),
                _ => self.shelves().part(&act)?,
            };
            let told = ToldSet::act_value(act.bytes(), list.bytes(), details.as_deref());
            sets.entry(id).or_default().push(told);
        }
        let controllers = papers.iter().flat_map(|paper| paper.act.by().into_iter().chain(paper.act.to()));
        for set in controllers.flat_map(|controller| &controller.sets) {
            if sets.contains_key(set) {
                continue;
            }
            // The receiver's own sets it knows itself.
            let told = self.shelves().set_acts(set)?;
            if !told.is_empty() {
                let told = told.iter().map(|paper| {
                    ToldSet::act_value(paper.act.bytes(), paper.signatures.bytes(), Some(&paper.details))
                });
                sets.insert(*set, told.collect());
            }
        }
        Ok(sets.into_values().map(ToldSet::value).collect())
    }
}

fn act_file(bytes: &[u8]) -> Result<(Act, SignatureList), Refusal> {
    let value = json::parse_canonical(bytes, &Limits::bytes(evidence::bundle::path::RECORD_BYTES_MAX))?;
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().as_bytes();
    Ok((Act::parse(text("act"))?, SignatureList::parse(text("signatures"))?))
}
