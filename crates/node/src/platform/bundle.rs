//! The evidence of a record: what the registry proves, and the private parts that this platform has.

use bill::act::Act;
use crypto::json::{self, Limits, Value};
use evidence::bundle::{Files, path::Path};

use super::{PlatformNode, UNKNOWN_RECORD, offers::set_value, shelf::text, view::bundle_files};
use crate::{NodeError, Reply, Status, registrar::LookedUp};

impl PlatformNode {
    /// The bundle of the record that people know by `name`.
    pub(super) fn export(&self, name: &str) -> Result<Reply, NodeError> {
        let record = self.shelves().find(name)?.ok_or_else(|| UNKNOWN_RECORD.because(name))?;
        let found = self.shelves().view(&record)?.ok_or_else(|| UNKNOWN_RECORD.because("not final yet"))?;
        let mut files = bundle_files(&found)?;
        let paths: Vec<Path> =
            files.keys().copied().filter(|path| matches!(path, Path::Act(_) | Path::SetAct(..))).collect();
        for path in paths {
            if let Some(bytes) = files.get(&path)
                && let Some(opened) = self.with_details(bytes)?
            {
                files.insert(path, opened);
            }
        }
        if let Some(document) = self.shelves().document(&record)? {
            files.insert(Path::Document, document);
        }
        let bytes = Files::new(record, self.settings.test, files)?.write()?;
        Ok(Reply { status: Status::Ok, body: bytes })
    }

    /// The file of an act with its private part, where this platform has it.
    fn with_details(&self, bytes: &[u8]) -> Result<Option<Vec<u8>>, NodeError> {
        let value = json::parse_canonical(bytes, &Limits::bytes(evidence::bundle::path::RECORD_BYTES_MAX))?;
        let act = value.get("act").and_then(Value::as_str).unwrap_or_default();
        let Some(details) = self.shelves().details(&Act::parse(act.as_bytes())?.details())? else {
            return Ok(None);
        };
        let Value::Object(mut object) = value else { return Ok(None) };
        object.insert("details", text(&details));
        Ok(Some(json::canonical(&Value::Object(object))))
    }

    /// The private parts that this platform has of the acts and key sets in the registry's answer.
    pub(super) fn parts(&self, found: &LookedUp) -> Result<Vec<Vec<u8>>, NodeError> {
        let mut parts = Vec::new();
        for (path, bytes) in found {
            if !matches!(path.parse()?, Path::Act(_) | Path::SetAct(..)) {
                continue;
            }
            let value =
                json::parse_canonical(bytes, &Limits::bytes(evidence::bundle::path::RECORD_BYTES_MAX))?;
            let act = value.get("act").and_then(Value::as_str).unwrap_or_default();
            parts.extend(self.shelves().details(&Act::parse(act.as_bytes())?.details())?);
        }
        Ok(parts)
    }

    /// The key sets in the registry's answer whose owners this platform knows.
    pub(super) fn sets_of(&self, found: &LookedUp) -> Result<Vec<Value>, NodeError> {
        let mut sets = Vec::new();
        for (path, bytes) in found {
            let Path::SetAct(id, 0) = path.parse()? else { continue };
            let Some((_, details)) = self.shelves().set(&id)? else { continue };
            let value =
                json::parse_canonical(bytes, &Limits::bytes(evidence::bundle::path::RECORD_BYTES_MAX))?;
            let act = value.get("act").and_then(Value::as_str).unwrap_or_default();
            sets.push(set_value(act.as_bytes(), &details));
        }
        Ok(sets)
    }
}
