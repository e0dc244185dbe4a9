//! A bundle as files: the zip, the paths, the manifest.
//!
//! [`Files::read`] gives the files and, where the form is broken, why: a bundle that can still be recognised as one gets
//! a verdict (FORMAT: FAIL), and only what is no bundle at all is refused.

pub mod path;
pub mod proof;
mod zip;

use std::collections::{BTreeMap, BTreeSet};

use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
};
use vocab::Refusal;

pub use self::zip::{BUNDLE_BYTES_MAX, ENTRIES_MAX, UNPACKED_BYTES_MAX};
use self::{
    path::{MANIFEST_BYTES_MAX, Path},
    proof::ProofFile,
    zip::Packed,
};
use crate::refusals::{BAD_LAYOUT, BAD_MANIFEST, BUNDLE_TOO_LARGE, NOT_A_BUNDLE, STRAY_PATH};

/// The `v` of a manifest.
pub const BUNDLE_VERSION: &str = "twakow/bundle/1";
/// Files in `files/` at most (docs/control.md 1: the supporting files of a record).
pub const SUPPORTING_FILES_MAX: usize = 100;
/// Key sets in a bundle at most: the holders of a record, and its carrier.
pub const SETS_MAX: usize = 256;

/// The files of a bundle, without its manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    record: Digest,
    test: bool,
    files: BTreeMap<Path, Vec<u8>>,
}

/// What reading the form of a bundle gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// Its form is whole.
    Whole(Files),
    /// It is a bundle, but its form is broken: the record its manifest names, and why.
    Broken {
        /// The record that the manifest names, if it names one.
        record: Option<Digest>,
        /// Whether the manifest says that its keys were made from a seed.
        test: bool,
        /// What is broken.
        why: Refusal,
    },
}

impl Files {
    /// The files of a new bundle. `test` says that keys were made from a seed.
    ///
    /// # Errors
    /// `bad-layout`, `bad-form`, `stray-path`, `bundle-too-large` when the files are not what a bundle must have.
    pub fn new(record: Digest, test: bool, files: BTreeMap<Path, Vec<u8>>) -> Result<Self, Refusal> {
        let files = Self { record, test, files };
        files.layout()?;
        files.checkpoints()?;
        Ok(files)
    }

    /// Reads the bytes of a `.twk` file.
    ///
    /// # Errors
    /// `not-a-bundle`, `bundle-too-large`: there is no manifest to say what this is. Everything else that is wrong with
    /// the form is an answer, [`Read::Broken`].
    pub fn read(bytes: &[u8]) -> Result<Read, Refusal> {
        let packed = match zip::files(bytes) {
            Ok(packed) => packed,
            Err(why) => {
                let named = zip::find(bytes, "manifest.json").ok_or_else(|| why.clone())?;
                return Manifest::of(&named).map(|manifest| manifest.broken(why));
            }
        };
        let named = packed.iter().find(|file| file.name == "manifest.json");
        let manifest = Manifest::of(named.ok_or_else(|| NOT_A_BUNDLE.because("no manifest.json"))?)?;
        match Self::unpack(&manifest, &packed) {
            Ok(files) => Ok(Read::Whole(files)),
            Err(why) => Ok(manifest.broken(why)),
        }
    }

    /// The `.twk` file: the same files give the same bytes.
    ///
    /// # Errors
    /// `bundle-too-large`.
    pub fn write(&self) -> Result<Vec<u8>, Refusal> {
        let manifest = self.manifest();
        let own = (Path::Manifest.to_string(), manifest.as_slice(), false);
        let files = self
            .files
            .iter()
            .map(|(path, bytes)| (path.to_string(), bytes.as_slice(), path.is_worth_packing()));
        let bytes = zip::write([own].into_iter().chain(files))?;
        if bytes.len() > BUNDLE_BYTES_MAX {
            return Err(BUNDLE_TOO_LARGE.because(format!("{} bytes", bytes.len())));
        }
        Ok(bytes)
    }

    /// The record it is about.
    pub const fn record(&self) -> Digest {
        self.record
    }

    /// Whether it says that its keys were made from a seed.
    pub const fn is_test(&self) -> bool {
        self.test
    }

    /// The file at `path`.
    pub fn get(&self, path: Path) -> Option<&[u8]> {
        self.files.get(&path).map(Vec::as_slice)
    }

    /// The C2SP tlog-proof whose proof file is at `path`, byte for byte as the log gave it; `None` where there is no proof.
    pub fn tlog_proof(&self, path: Path) -> Option<Vec<u8>> {
        let file = ProofFile::read(self.get(path).filter(|_| path.is_proof())?).ok()?;
        let checkpoint = self.get(Path::Checkpoint(file.checkpoint()))?;
        Some([file.before(), checkpoint].concat())
    }

    /// All files but the manifest, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (Path, &[u8])> {
        self.files.iter().map(|(path, bytes)| (*path, bytes.as_slice()))
    }

    fn unpack(manifest: &Manifest, packed: &[Packed<'_>]) -> Result<Self, Refusal> {
        let mut left = UNPACKED_BYTES_MAX;
        let mut files = BTreeMap::new();
        for file in packed {
            let path: Path = file.name.parse()?;
            let too_much =
                || BUNDLE_TOO_LARGE.because(format!("{UNPACKED_BYTES_MAX} bytes in all are allowed"));
            left = left.checked_sub(file.unpacked()).ok_or_else(too_much)?;
            if path != Path::Manifest {
                files.insert(path, file.unpack(path.bytes_max())?);
            }
        }
        manifest.describes(&files)?;
        let record = manifest.record()?;
        let files = Self { record, test: manifest.test, files };
        files.layout()?;
        files.checkpoints()?;
        Ok(files)
    }

    /// Files that a bundle must have, pairs, and numbers without gaps (docs/evidence-bundle.md section 2).
    fn layout(&self) -> Result<(), Refusal> {
        let missing = |path: Path| BAD_LAYOUT.because(path.to_string());
        let mut folders: BTreeMap<&'static str, u32> = BTreeMap::new();
        let mut sets: BTreeMap<Digest, u32> = BTreeMap::new();
        let mut supporting = 0_usize;
        for path in self.files.keys().copied() {
            let in_turn = match path {
                Path::Act(number) => next(folders.entry("acts").or_default(), number),
                Path::Member(number) => next(folders.entry("members").or_default(), number),
                Path::Mark(number) => next(folders.entry("marks").or_default(), number),
                Path::Pint(number) => next(folders.entry("pint").or_default(), number),
                Path::Seal(number) => next(folders.entry("seals").or_default(), number),
                Path::SetAct(id, number) => next(sets.entry(id).or_default(), number),
                Path::File(_) => {
                    supporting += 1;
                    true
                }
                Path::Manifest => false,
                Path::ActProof(_)
                | Path::BeforeProof(_)
                | Path::Checkpoint(_)
                | Path::Document
                | Path::HeadLeaf
                | Path::HeadProof
                | Path::HeadSlots
                | Path::Mandate(_)
                | Path::MarkProof(_)
                | Path::MemberProof(_)
                | Path::Receipt(_)
                | Path::SetProof(..)
                | Path::TagProof
                | Path::Timeline
                | Path::Visualisation => true,
            };
            if !in_turn {
                return Err(BAD_LAYOUT.because("a number is left out before this one").at(path.to_string()));
            }
            if let Some(partner) = partners(path).iter().find(|partner| !self.files.contains_key(partner)) {
                return Err(missing(*partner).at(path.to_string()));
            }
        }
        if !self.files.contains_key(&Path::Act(0)) {
            return Err(missing(Path::Act(0)));
        }
        if supporting > SUPPORTING_FILES_MAX {
            return Err(
                BUNDLE_TOO_LARGE.because(format!("{SUPPORTING_FILES_MAX} supporting files are allowed"))
            );
        }
        if sets.len() > SETS_MAX {
            return Err(BUNDLE_TOO_LARGE.because(format!("{SETS_MAX} key sets are allowed")));
        }
        Ok(())
    }

    /// Every proof names a checkpoint that is there, and no checkpoint lies about that no proof names.
    fn checkpoints(&self) -> Result<(), Refusal> {
        let mut named = BTreeSet::new();
        for (path, bytes) in self.files.iter().filter(|(path, _)| path.is_proof()) {
            let checkpoint = ProofFile::read(bytes).map_err(|why| why.at(path.to_string()))?.checkpoint();
            let wanted = Path::Checkpoint(checkpoint);
            if named.insert(checkpoint) && !self.files.contains_key(&wanted) {
                return Err(BAD_LAYOUT.because(wanted.to_string()).at(path.to_string()));
            }
        }
        let unused = self.files.keys().find(|path| match path {
            Path::Checkpoint(id) => !named.contains(id),
            _ => false,
        });
        match unused {
            None => Ok(()),
            Some(path) => Err(STRAY_PATH.because("no proof leads to it").at(path.to_string())),
        }
    }

    fn manifest(&self) -> Vec<u8> {
        let mut entries: Vec<(String, &[u8])> =
            self.files.iter().map(|(path, bytes)| (path.to_string(), bytes.as_slice())).collect();
        entries.sort_unstable();
        let files = entries.into_iter().map(|(path, bytes)| {
            Value::object([
                ("path", Value::from(path)),
                ("sha256", Value::from(Digest::of(bytes).to_string())),
                ("size", integer(bytes.len())),
            ])
        });
        let mut members = vec![
            ("files", Value::array(files)),
            ("record", Value::from(self.record.to_string())),
            ("v", Value::from(BUNDLE_VERSION)),
        ];
        if self.test {
            members.push(("test", Value::Bool(true)));
        }
        json::canonical(&Value::object(members))
    }
}

fn integer(size: usize) -> Value {
    u64::try_from(size).ok().and_then(json::Number::from_integer).map_or(Value::Null, Value::Number)
}

/// Paths sort by folder and number, so numbers come in turn when none is left out.
fn next(expected: &mut u32, number: u32) -> bool {
    let in_turn = *expected == number;
    *expected += 1;
    in_turn
}

/// The files that must be there when this one is.
fn partners(path: Path) -> Vec<Path> {
    match path {
        Path::Act(number) => vec![Path::ActProof(number)],
        Path::ActProof(number) | Path::BeforeProof(number) => vec![Path::Act(number)],
        Path::TagProof => vec![Path::Act(0)],
        Path::SetAct(id, number) => vec![Path::SetProof(id, number)],
        Path::SetProof(id, number) => vec![Path::SetAct(id, number)],
        Path::Member(number) => vec![Path::MemberProof(number)],
        Path::MemberProof(number) => vec![Path::Member(number)],
        Path::Mark(number) => vec![Path::MarkProof(number)],
        Path::MarkProof(number) => vec![Path::Mark(number)],
        Path::HeadLeaf => vec![Path::HeadProof, Path::HeadSlots],
        Path::HeadProof | Path::HeadSlots => vec![Path::HeadLeaf],
        Path::Checkpoint(_)
        | Path::Document
        | Path::File(_)
        | Path::Manifest
        | Path::Mandate(_)
        | Path::Pint(_)
        | Path::Receipt(_)
        | Path::Seal(_)
        | Path::Timeline
        | Path::Visualisation => Vec::new(),
    }
}

/// `manifest.json` as far as it could be read.
struct Manifest {
    value: Value,
    /// What is wrong with its form, if anything is.
    form: Result<(), Refusal>,
    test: bool,
}

impl Manifest {
    /// Refused (`not-a-bundle`) unless it can be unpacked and calls itself a bundle of this version.
    fn of(packed: &Packed<'_>) -> Result<Self, Refusal> {
        let bytes = packed.unpack(MANIFEST_BYTES_MAX).map_err(|why| NOT_A_BUNDLE.because(why.to_string()))?;
        let limits = Limits::bytes(MANIFEST_BYTES_MAX);
        let (value, form) = match json::parse_canonical(&bytes, &limits) {
            Ok(value) => (value, Ok(())),
            Err(why) => {
                let value = json::parse(&bytes, &limits)
                    .map_err(|why| NOT_A_BUNDLE.because(why.to_string()).at("manifest.json"))?;
                (value, Err(why))
            }
        };
        if value.get("v").and_then(Value::as_str) != Some(BUNDLE_VERSION) {
            return Err(NOT_A_BUNDLE.because(format!("its v is not {BUNDLE_VERSION}")).at("manifest.json"));
        }
        let test = value.get("test").and_then(Value::as_bool) == Some(true);
        Ok(Self { value, form, test })
    }

    fn broken(&self, why: Refusal) -> Read {
        Read::Broken { record: self.record().ok(), test: self.test, why }
    }

    fn record(&self) -> Result<Digest, Refusal> {
        let text = self.value.get("record").and_then(Value::as_str);
        text.and_then(|text| text.parse().ok()).ok_or_else(|| BAD_MANIFEST.because("it names no record"))
    }

    /// Refused unless it is canonical and names exactly these files, as they are.
    fn describes(&self, files: &BTreeMap<Path, Vec<u8>>) -> Result<(), Refusal> {
        let bad = |why: Refusal| BAD_MANIFEST.because(why.to_string());
        self.form.clone().map_err(bad)?;
        let mut fields = Fields::of(&self.value, "manifest.json").map_err(bad)?;
        fields.constant("v", BUNDLE_VERSION).map_err(bad)?;
        fields.digest("record").map_err(bad)?;
        if fields.optional_boolean("test").map_err(bad)? == Some(false) {
            return Err(BAD_MANIFEST.because("test is true or absent"));
        }
        let listed = fields.array("files").map_err(bad)?;
        fields.end().map_err(bad)?;
        let mut seen = BTreeSet::new();
        let mut before = "";
        for (number, entry) in listed.iter().enumerate() {
            let mut fields = Fields::of(entry, format!("manifest.json/files/{number}")).map_err(bad)?;
            let name = fields.string("path").map_err(bad)?;
            let (digest, size) =
                (fields.digest("sha256").map_err(bad)?, fields.integer("size").map_err(bad)?);
            fields.end().map_err(bad)?;
            if number > 0 && before >= name {
                return Err(BAD_MANIFEST.because("its paths are not sorted").at(name));
            }
            before = name;
            let path: Path = name.parse()?;
            let bytes =
                files.get(&path).ok_or_else(|| BAD_MANIFEST.because("this file is missing").at(name))?;
            if u64::try_from(bytes.len()) != Ok(size) || Digest::of(bytes) != digest {
                return Err(BAD_MANIFEST.because("this file is another").at(name));
            }
            if path.named_by_content().is_some_and(|named| named != digest) {
                return Err(BAD_MANIFEST.because("it does not hash to its name").at(name));
            }
            seen.insert(path);
        }
        match files.keys().find(|path| !seen.contains(path)) {
            None => Ok(()),
            Some(path) => Err(BAD_MANIFEST.because("it does not list this file").at(path.to_string())),
        }
    }
}
