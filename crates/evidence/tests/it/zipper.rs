//! A zip writer of the tests' own, which can also write what no tool writes.

use flate2::{Compress, Compression, Crc, FlushCompress};

/// One entry, and how it lies.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) data: Vec<u8>,
    pub(crate) deflate: bool,
    /// Flag bit 3: sizes behind the data.
    pub(crate) descriptor: bool,
    /// Extra field, in the local header and in the directory.
    pub(crate) extra: Vec<u8>,
    /// The name in the local header, when another.
    pub(crate) local_name: Option<String>,
    /// The method in the directory, when another.
    pub(crate) method: Option<u16>,
    pub(crate) flags: u16,
    /// Added to the CRC-32 in the directory and header.
    pub(crate) crc_off: u32,
    /// Added to the unpacked size in the directory and header.
    pub(crate) size_off: u32,
    /// Bytes between this entry and the next.
    pub(crate) gap: Vec<u8>,
    /// Bytes behind the end of the deflate stream, within the data.
    pub(crate) tail: Vec<u8>,
}

/// An ordinary entry.
pub(crate) fn entry(name: &str, data: &[u8]) -> Entry {
    Entry {
        name: name.to_owned(),
        data: data.to_vec(),
        deflate: false,
        descriptor: false,
        extra: Vec::new(),
        local_name: None,
        method: None,
        flags: 0,
        crc_off: 0,
        size_off: 0,
        gap: Vec::new(),
        tail: Vec::new(),
    }
}

/// The zip of these entries.
pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    zip_with(entries, &[], &[])
}

/// The zip with bytes before its first entry and a comment at its end.
pub(crate) fn zip_with(entries: &[Entry], before: &[u8], comment: &[u8]) -> Vec<u8> {
    let mut out = before.to_vec();
    let mut directory = Vec::new();
    for entry in entries {
        let at = out.len();
        let packed = packed(entry);
        let mut crc = Crc::new();
        crc.update(&entry.data);
        let sizes = [
            crc.sum().wrapping_add(entry.crc_off),
            packed.len() as u32,
            (entry.data.len() as u32).wrapping_add(entry.size_off),
        ];
        let method = entry.method.unwrap_or(if entry.deflate { 8 } else { 0 });
        let flags = entry.flags | if entry.descriptor { 8 } else { 0 };
        let local_name = entry.local_name.as_ref().unwrap_or(&entry.name);
        out.extend(b"PK\x03\x04\x14\0");
        header(
            &mut out,
            flags,
            method,
            if entry.descriptor { [0; 3] } else { sizes },
            local_name,
            &entry.extra,
        );
        out.extend(local_name.as_bytes());
        out.extend(&entry.extra);
        out.extend(&packed);
        if entry.descriptor {
            out.extend(b"PK\x07\x08");
            sizes.iter().for_each(|size| out.extend(size.to_le_bytes()));
        }
        out.extend(&entry.gap);
        directory.extend(b"PK\x01\x02\x14\0\x14\0");
        header(&mut directory, flags, method, sizes, &entry.name, &entry.extra);
        directory.extend([0; 10]);
        directory.extend(&(at as u32).to_le_bytes());
        directory.extend(entry.name.as_bytes());
        directory.extend(&entry.extra);
    }
    let (at, count) = (out.len() as u32, entries.len() as u16);
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend((comment.len() as u16).to_le_bytes());
    out.extend(comment);
    out
}

fn header(out: &mut Vec<u8>, flags: u16, method: u16, sizes: [u32; 3], name: &str, extra: &[u8]) {
    out.extend(flags.to_le_bytes());
    out.extend(method.to_le_bytes());
    out.extend([0; 4]);
    sizes.iter().for_each(|size| out.extend(size.to_le_bytes()));
    out.extend((name.len() as u16).to_le_bytes());
    out.extend((extra.len() as u16).to_le_bytes());
}

fn packed(entry: &Entry) -> Vec<u8> {
    if !entry.deflate {
        return entry.data.clone();
    }
    let mut out = Vec::with_capacity(entry.data.len() + 64);
    Compress::new(Compression::best(), false)
        .compress_vec(&entry.data, &mut out, FlushCompress::Finish)
        .unwrap();
    out.extend(&entry.tail);
    out
}
