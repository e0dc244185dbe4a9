//! The zip around a bundle, read so that nobody can read another one into the same bytes
//! (docs/evidence-bundle.md section 1).
//!
//! A zip says everything twice, at its files and in its directory, and lets bytes lie about that nobody names: two honest
//! readers can then see different files. Here both must agree, and there is no byte that does not belong to an entry.

use flate2::{Crc, Decompress, FlushDecompress, Status};
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveWriter, ZipFileHeaderRecord, ZipSliceArchive};
use vocab::Refusal;

use super::path::PATH_BYTES_MAX;
use crate::refusals::{BAD_ZIP, BUNDLE_TOO_LARGE, DOUBLE_PATH, NOT_A_BUNDLE, STRAY_PATH};

/// Bytes of a bundle at most: a full record of 1,024 acts with a checkpoint each of 13 KiB, and its documents.
pub const BUNDLE_BYTES_MAX: usize = 64 << 20;
/// Entries of the zip at most, folders included: a full record has some 4,100, and 256 sets as many again.
pub const ENTRIES_MAX: usize = 16_384;
/// Bytes of all entries unpacked at most.
pub const UNPACKED_BYTES_MAX: usize = 256 << 20;

const END_RECORD_BYTES: usize = 22;
const END_SIGNATURE: [u8; 4] = *b"PK\x05\x06";
const DIRECTORY_HEADER_BYTES: u64 = 46;
/// Where a directory header names the disk of its file.
const DIRECTORY_DISK_AT: usize = 34;
const ZIP64_FIELD: [u8; 2] = [0x01, 0x00];
/// Deflate hints (1, 2), descriptor behind the data (3), names in UTF-8 (11).
const FLAGS_ALLOWED: u16 = 0b1000_0000_1110;

/// One file as it lies in the zip.
#[derive(Debug)]
pub(crate) struct Packed<'a> {
    /// Its name.
    pub(crate) name: String,
    deflated: bool,
    data: &'a [u8],
    unpacked: usize,
    crc: u32,
}

/// The files of a zip, in the order of their data; folders are left out, but their names are checked.
///
/// Refused (`not-a-bundle`) without an end record where it must be; (`bundle-too-large`), (`bad-zip`), (`stray-path`)
/// and (`double-path`) for what section 1 forbids.
pub(crate) fn files(bytes: &[u8]) -> Result<Vec<Packed<'_>>, Refusal> {
    let end = EndRecord::of(bytes)?;
    let archive = ZipArchive::from_slice(bytes).map_err(|why| BAD_ZIP.because(why.to_string()))?;
    if u64::from(end.directory_at) != archive.directory_offset() {
        return Err(BAD_ZIP.because("its directory is not where its end says"));
    }
    let mut entries = Vec::new();
    let mut directory_at = archive.directory_offset();
    for record in archive.entries() {
        let record = record.map_err(|why| BAD_ZIP.because(why.to_string()))?;
        if entries.len() == ENTRIES_MAX {
            return Err(BUNDLE_TOO_LARGE.because(format!("more than {ENTRIES_MAX} entries")));
        }
        if disk(bytes, directory_at) != Some([0, 0]) {
            return Err(BAD_ZIP.because("several disks"));
        }
        directory_at += DIRECTORY_HEADER_BYTES
            + length(record.file_path().as_bytes())
            + length(record.extra_fields().remaining_bytes())
            + length(record.comment().as_bytes());
        entries.push(Entry::read(bytes, &archive, &record)?);
    }
    if entries.len() != usize::from(end.entries) || directory_at != archive.eocd_offset() {
        return Err(BAD_ZIP.because("its directory is longer or shorter than its end says"));
    }
    entries.sort_unstable_by_key(|entry| entry.starts);
    no_gaps(&entries, archive.directory_offset())?;
    distinct(&entries)?;
    Ok(entries
        .into_iter()
        .filter(|entry| !entry.packed.name.ends_with('/'))
        .map(|entry| entry.packed)
        .collect())
}

/// The disk that the directory header at this place names.
fn disk(bytes: &[u8], header_at: u64) -> Option<[u8; 2]> {
    let header = bytes.get(usize::try_from(header_at).ok()?..)?;
    header.get(DIRECTORY_DISK_AT..)?.first_chunk().copied()
}

/// The file of this name, by the directory alone: enough to say what a damaged bundle was meant to be.
pub(crate) fn find<'a>(bytes: &'a [u8], name: &str) -> Option<Packed<'a>> {
    if bytes.len() > BUNDLE_BYTES_MAX || !bytes.last_chunk::<END_RECORD_BYTES>()?.starts_with(&END_SIGNATURE)
    {
        return None;
    }
    let archive = ZipArchive::from_slice(bytes).ok()?;
    let mut entries = archive.entries().take(ENTRIES_MAX).map_while(Result::ok);
    let record = entries.find(|record| record.file_path().as_bytes() == name.as_bytes())?;
    Entry::read(bytes, &archive, &record).ok().map(|entry| entry.packed)
}

impl Packed<'_> {
    /// The file's bytes. Refused (`bundle-too-large`) when they are more than `bytes_max`, (`bad-zip`) when they are
    /// not what the directory says.
    pub(crate) fn unpack(&self, bytes_max: usize) -> Result<Vec<u8>, Refusal> {
        let bad = |why: &str| BAD_ZIP.because(why).at(&self.name);
        if self.unpacked > bytes_max {
            return Err(BUNDLE_TOO_LARGE.because(format!("{bytes_max} bytes are allowed")).at(&self.name));
        }
        let bytes = if self.deflated {
            inflate(self.data, self.unpacked).ok_or_else(|| bad("its data does not unpack to its size"))?
        } else if self.data.len() == self.unpacked {
            self.data.to_vec()
        } else {
            return Err(bad("stored, and two sizes"));
        };
        let mut crc = Crc::new();
        crc.update(&bytes);
        if crc.sum() == self.crc { Ok(bytes) } else { Err(bad("its CRC-32 is another")) }
    }

    /// Bytes after unpacking, as the directory says.
    pub(crate) const fn unpacked(&self) -> usize {
        self.unpacked
    }
}

/// Packs files in the order given; the same files give the same bytes.
pub(crate) fn write<'a>(files: impl Iterator<Item = (String, &'a [u8], bool)>) -> Result<Vec<u8>, Refusal> {
    let failed = |why: String| BAD_ZIP.because(why);
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, bytes, deflate) in files {
        let method = if deflate { CompressionMethod::DEFLATE } else { CompressionMethod::STORE };
        let started = archive.new_file(&name).compression_method(method).start();
        let (mut entry, config) = started.map_err(|why| failed(why.to_string()))?;
        let descriptor = if deflate {
            let mut encoder = flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default());
            let mut writer = config.wrap(&mut encoder);
            std::io::Write::write_all(&mut writer, bytes).map_err(|why| failed(why.to_string()))?;
            let (_, descriptor) = writer.finish().map_err(|why| failed(why.to_string()))?;
            encoder.finish().map_err(|why| failed(why.to_string()))?;
            descriptor
        } else {
            let mut writer = config.wrap(&mut entry);
            std::io::Write::write_all(&mut writer, bytes).map_err(|why| failed(why.to_string()))?;
            writer.finish().map_err(|why| failed(why.to_string()))?.1
        };
        entry.finish(descriptor).map_err(|why| failed(why.to_string()))?;
    }
    archive.finish().map_err(|why| failed(why.to_string()))
}

/// The last 22 bytes of the file, where nothing is optional.
struct EndRecord {
    entries: u16,
    directory_at: u32,
}

impl EndRecord {
    fn of(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > BUNDLE_BYTES_MAX {
            return Err(BUNDLE_TOO_LARGE.because(format!("{BUNDLE_BYTES_MAX} bytes are allowed")));
        }
        let record = bytes.last_chunk::<END_RECORD_BYTES>();
        let record = record.filter(|record| record.starts_with(&END_SIGNATURE));
        let record = record.ok_or_else(|| NOT_A_BUNDLE.because("no zip, or something behind its end"))?;
        let [_, _, _, _, d0, d1, s0, s1, here0, here1, all0, all1, z0, z1, z2, z3, a0, a1, a2, a3, c0, c1] =
            *record;
        let (here, all) = (u16::from_le_bytes([here0, here1]), u16::from_le_bytes([all0, all1]));
        let directory_bytes = u32::from_le_bytes([z0, z1, z2, z3]);
        let directory_at = u32::from_le_bytes([a0, a1, a2, a3]);
        if [d0, d1, s0, s1, c0, c1] != [0; 6] || here != all {
            return Err(BAD_ZIP.because("several disks, or a comment"));
        }
        let ends = u64::from(directory_at) + u64::from(directory_bytes);
        if ends + length(record) != length(bytes) {
            return Err(BAD_ZIP.because("its directory does not end where its end record begins"));
        }
        Ok(Self { entries: all, directory_at })
    }
}

/// One entry, with where it lies.
struct Entry<'a> {
    packed: Packed<'a>,
    starts: u64,
    ends: u64,
    descriptor: bool,
}

impl<'a> Entry<'a> {
    fn read(
        bytes: &'a [u8],
        archive: &ZipSliceArchive<&[u8]>,
        record: &ZipFileHeaderRecord<'_>,
    ) -> Result<Self, Refusal> {
        let name = file_name(record.file_path().as_bytes())?;
        let bad = |why: &str| BAD_ZIP.because(why.to_owned()).at(name);
        let flags = record.flags().bits();
        if flags & !FLAGS_ALLOWED != 0 {
            return Err(bad("encrypted, or another flag that is not known"));
        }
        let method = record.compression_method();
        if method != CompressionMethod::STORE && method != CompressionMethod::DEFLATE {
            return Err(bad("neither stored nor deflated"));
        }
        let found = archive.get_entry(record.wayfinder()).map_err(|why| bad(&why.to_string()))?;
        let local = found.local_header();
        let extra = [record.extra_fields().remaining_bytes(), local.extra_fields().remaining_bytes()];
        if extra.iter().any(|fields| has_zip64(fields)) {
            return Err(bad("a zip64 field"));
        }
        let (packed_bytes, unpacked_bytes) = (record.compressed_size_hint(), record.uncompressed_size_hint());
        let descriptor = record.flags().has_data_descriptor();
        let said = (local.crc32(), local.compressed_size_hint(), local.uncompressed_size_hint());
        let same = (record.crc32(), packed_bytes, unpacked_bytes);
        if local.file_path().as_bytes() != name.as_bytes()
            || local.flags().bits() != flags
            || local.compression_method() != method
            || !(said == same || descriptor && said == (0, 0, 0))
        {
            return Err(bad("its header and the directory do not agree"));
        }
        if let Some(behind) = found.data_descriptor().map_err(|why| bad(&why.to_string()))?
            && (behind.crc32(), behind.compressed_size(), behind.uncompressed_size()) != same
        {
            return Err(bad("its descriptor and the directory do not agree"));
        }
        let unpacked = usize::try_from(unpacked_bytes).map_err(|_| bad("too large"))?;
        if name.ends_with('/') && (packed_bytes, unpacked_bytes) != (0, 0) {
            return Err(bad("a folder with data"));
        }
        let deflated = method == CompressionMethod::DEFLATE;
        let (from, ends) = found.compressed_data_range();
        let range = usize::try_from(from).and_then(|from| usize::try_from(ends).map(|ends| from..ends));
        let data =
            range.ok().and_then(|range| bytes.get(range)).ok_or_else(|| bad("its data is not there"))?;
        let packed = Packed { name: name.to_owned(), deflated, data, unpacked, crc: record.crc32() };
        let starts = record.local_header_offset();
        Ok(Self { packed, starts, ends, descriptor })
    }
}

fn file_name(bytes: &[u8]) -> Result<&str, Refusal> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii() && text.len() <= PATH_BYTES_MAX);
    text.ok_or_else(|| STRAY_PATH.because("a name that is long, or not ASCII"))
}

/// Walks the extra fields as far as they can be walked; what cannot be walked is not zip64 to anybody.
fn has_zip64(mut fields: &[u8]) -> bool {
    while let [id0, id1, len0, len1, rest @ ..] = fields {
        if [*id0, *id1] == ZIP64_FIELD {
            return true;
        }
        fields = rest.get(usize::from(u16::from_le_bytes([*len0, *len1]))..).unwrap_or_default();
    }
    false
}

/// Each entry begins where the one before ends, a descriptor of 12 or 16 bytes between them if it has one.
fn no_gaps(entries: &[Entry<'_>], directory_at: u64) -> Result<(), Refusal> {
    let mut starts = entries.iter().map(|entry| entry.starts).chain([directory_at]);
    if starts.next() != Some(0) {
        return Err(BAD_ZIP.because("it does not begin with a file"));
    }
    for (entry, next) in entries.iter().zip(starts) {
        let allowed: &[u64] = if entry.descriptor { &[12, 16] } else { &[0] };
        if !allowed.iter().any(|gap| entry.ends + gap == next) {
            return Err(BAD_ZIP
                .because("bytes between two files, or files one over the other")
                .at(&entry.packed.name));
        }
    }
    Ok(())
}

fn distinct(entries: &[Entry<'_>]) -> Result<(), Refusal> {
    let mut names: Vec<&str> = entries.iter().map(|entry| entry.packed.name.as_str()).collect();
    names.sort_unstable();
    for (name, next) in names.iter().zip(names.iter().skip(1)) {
        if name == next {
            return Err(DOUBLE_PATH.refuse().at(*name));
        }
        // A folder sorts before what lies in it.
        if name.ends_with('/') && !next.starts_with(name) {
            return Err(STRAY_PATH.because("a folder with nothing in it").at(*name));
        }
    }
    match names.last() {
        Some(name) if name.ends_with('/') => Err(STRAY_PATH.because("a folder with nothing in it").at(*name)),
        _ => Ok(()),
    }
}

/// The data unpacked, if it is one whole deflate stream and gives exactly `size` bytes.
fn inflate(data: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut inflater = Decompress::new(false);
    let mut bytes = Vec::with_capacity(size + 1);
    let status = inflater.decompress_vec(data, &mut bytes, FlushDecompress::Finish).ok()?;
    let whole = status == Status::StreamEnd && inflater.total_in() == length(data) && bytes.len() == size;
    whole.then_some(bytes)
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
