//! Signed notes: a text and the lines of those who signed it. C2SP signed-note.

use std::{fmt, str::FromStr};

use crypto::base64;
use vocab::Refusal;

use crate::refusals::{BAD_KEY_NAME, BAD_NOTE};

/// Bytes of one note at most. 64 post-quantum signatures take about 210 KiB in base64; the text is short.
pub const NOTE_BYTES_MAX: usize = 256 * 1024;

/// Signatures on one note at most. The standard asks for 16 at least; two for each of 32 keys leaves room.
pub const NOTE_SIGNATURES_MAX: usize = 64;

/// Bytes of a key's name at most: ML-DSA cosignatures give its length in one byte.
pub const KEY_NAME_BYTES_MAX: usize = 255;

const SIGNATURE_LINE: &str = "— ";

/// The name of a key: not empty, no Unicode space, no plus, no control character, at most 255 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = Refusal;

    fn from_str(name: &str) -> Result<Self, Refusal> {
        let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if name.is_empty() || name.len() > KEY_NAME_BYTES_MAX || name.contains(bad) {
            return Err(BAD_KEY_NAME.because(name.chars().take(80).collect::<String>()));
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Four bytes that tell keys of one name apart; an identifier, not a fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

/// Eight lower-case hex digits.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

/// One signature line, unverified.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NoteSignature {
    /// The key's name.
    pub name: KeyName,
    /// The key's id.
    pub key_id: KeyId,
    /// What the key made: for cosignatures a time in eight bytes, then the signature proper.
    pub bytes: Vec<u8>,
}

/// The line, with its final newline.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = [self.key_id.0.as_slice(), &self.bytes].concat();
        writeln!(f, "{SIGNATURE_LINE}{} {}", self.name, base64::encode(&whole))
    }
}

impl FromStr for NoteSignature {
    type Err = Refusal;

    /// Reads one line; its newline may be there or not.
    fn from_str(line: &str) -> Result<Self, Refusal> {
        let refuse = |why: &str| BAD_NOTE.because(format!("signature line: {why}"));
        let line = line.strip_suffix('\n').unwrap_or(line);
        let rest =
            line.strip_prefix(SIGNATURE_LINE).ok_or_else(|| refuse("it does not begin with a dash"))?;
        let (name, encoded) = rest.split_once(' ').ok_or_else(|| refuse("it has no signature"))?;
        let mut bytes = base64::decode(encoded).map_err(|_| refuse("its base64 is wrong"))?;
        let key_id = *bytes.first_chunk::<4>().ok_or_else(|| refuse("it is too short"))?;
        bytes.drain(..key_id.len());
        if bytes.is_empty() {
            return Err(refuse("it is too short"));
        }
        Ok(Self { name: name.parse()?, key_id: KeyId(key_id), bytes })
    }
}

/// A text and its signatures, in the order of their lines, none of them verified.
///
/// Invariant: the text ends in a newline; name and key id of no two signatures are the same, so that "the signature of
/// this key" has one meaning for every reader.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// A note over `text`. Refused (`bad-note`) as by [`Note::parse`].
    pub fn new(text: &str, signatures: Vec<NoteSignature>) -> Result<Self, Refusal> {
        let note = Self { text: text.to_owned(), signatures };
        note.check()?;
        Ok(note)
    }

    /// Reads a note. Refused (`bad-note`) unless it has the exact form of the standard and stays within
    /// [`NOTE_BYTES_MAX`] and [`NOTE_SIGNATURES_MAX`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(BAD_NOTE.because(format!("longer than {NOTE_BYTES_MAX} bytes")));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| BAD_NOTE.because("it is not UTF-8"))?;
        let cut = last_blank_line(whole).ok_or_else(|| BAD_NOTE.because("it has no blank line"))?;
        let (text, after) = whole.split_at(cut);
        let lines = after.strip_prefix('\n').unwrap_or(after);
        if !lines.ends_with('\n') {
            return Err(BAD_NOTE.because("it does not end in a newline"));
        }
        let signatures = lines
            .split_inclusive('\n')
            .take(NOTE_SIGNATURES_MAX + 1)
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        Self::new(text, signatures)
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.text.contains(|c: char| c < ' ' && c != '\n') {
            return Err(BAD_NOTE.because("its text has a control character"));
        }
        if !self.text.ends_with('\n') {
            return Err(BAD_NOTE.because("its text does not end in a newline"));
        }
        if self.signatures.is_empty() || self.signatures.len() > NOTE_SIGNATURES_MAX {
            return Err(BAD_NOTE.because(format!("{} signatures", self.signatures.len())));
        }
        let mut keys: Vec<_> = self.signatures.iter().map(|line| (&line.name, line.key_id)).collect();
        keys.sort_unstable();
        if keys.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(BAD_NOTE.because("two signatures of one key"));
        }
        Ok(())
    }

    /// The signed text, with its final newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, unverified.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The note with one signature more. Refused (`bad-note`) when that key has signed already or the note is full.
    pub fn with(mut self, signature: NoteSignature) -> Result<Self, Refusal> {
        self.signatures.push(signature);
        self.check()?;
        Ok(self)
    }
}

/// Where the last blank line begins. From the end, line by line: signatures of post-quantum keys make long lines.
fn last_blank_line(text: &str) -> Option<usize> {
    let mut end = text.len();
    while let Some(newline) = text.get(..end)?.rfind('\n') {
        if newline + 1 == end && end < text.len() {
            return Some(end);
        }
        end = newline;
    }
    None
}

/// The note's bytes, exactly as they are read.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| line.fmt(f))
    }
}
