//! Reading JSON strictly (RFC 8259, RFC 7493): what two readers could read in two ways is refused.

use std::{cmp::Ordering, sync::Arc};

use vocab::{Refusal, RefusalKind};

use super::{Number, Object, Text, Value, canonical, value::utf16_order, write::write_escaped};

/// How deep arrays and objects may lie in each other. The deepest message known to us (a DCSA envelope with its
/// transport document) has about twelve floors; a stack frame of the reader is a few hundred bytes.
pub const DEPTH_MAX: usize = 64;

/// What a reader takes from a stranger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole text.
    pub bytes_max: usize,
    /// Floors of nesting; an array or object at the top is the first.
    pub depth_max: usize,
}

impl Limits {
    /// Texts of up to `bytes_max` bytes, nested up to [`DEPTH_MAX`].
    pub const fn bytes(bytes_max: usize) -> Self {
        Self { bytes_max, depth_max: DEPTH_MAX }
    }
}

/// More bytes than the reader takes.
pub const TOO_LARGE: RefusalKind = RefusalKind {
    code: "json-too-large",
    sentence: "This JSON text is larger than what is read here.",
    remedy: "Send a smaller one; the limit stands beside the message.",
};

/// Nested deeper than the reader follows.
pub const TOO_DEEP: RefusalKind = RefusalKind {
    code: "json-too-deep",
    sentence: "This JSON text is nested deeper than what is read here.",
    remedy: "Send a flatter one.",
};

/// Not JSON.
pub const NOT_JSON: RefusalKind = RefusalKind {
    code: "json-syntax",
    sentence: "This is not a JSON text in UTF-8.",
    remedy: "Write it by RFC 8259, without comments, trailing commas or a byte order mark.",
};

/// A member name twice in one object.
pub const DUPLICATE_MEMBER: RefusalKind = RefusalKind {
    code: "json-duplicate-member",
    sentence: "An object gives the same member twice.",
    remedy: "Give each member once: readers disagree on which of two counts.",
};

/// Half of a surrogate pair.
pub const LONE_SURROGATE: RefusalKind = RefusalKind {
    code: "json-lone-surrogate",
    sentence: "A string holds half of a surrogate pair, which is no character.",
    remedy: "Write the character itself, or both halves.",
};

/// A number that a double cannot hold as written.
pub const NUMBER_RANGE: RefusalKind = RefusalKind {
    code: "json-number",
    sentence: "A number is written with more than JSON readers keep, so its value would change.",
    remedy: "Write at most 15 significant digits within the range of a double, or write it as a string.",
};

/// JSON, but not in its canonical form.
pub const NOT_CANONICAL: RefusalKind = RefusalKind {
    code: "not-canonical",
    sentence: "The bytes are not the canonical form of what they say.",
    remedy: "Write them by RFC 8785 and sign again.",
};

/// The value that `bytes` write.
///
/// # Errors
/// [`TOO_LARGE`], [`TOO_DEEP`], [`NOT_JSON`], [`DUPLICATE_MEMBER`], [`LONE_SURROGATE`], [`NUMBER_RANGE`], with the
/// byte at which reading stopped.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Value, Refusal> {
    read(bytes, limits).map(|(value, _)| value)
}

/// The value that `bytes` write, when they are its canonical form (docs/control.md 1: checked before anything else).
///
/// # Errors
/// As [`parse`], and [`NOT_CANONICAL`] with the first byte that differs.
pub fn parse_canonical(bytes: &[u8], limits: &Limits) -> Result<Value, Refusal> {
    let (value, form) = read(bytes, limits)?;
    if form == Form::Canonical {
        return Ok(value);
    }
    let written = canonical(&value);
    let same = written.iter().zip(bytes).take_while(|(one, other)| one == other).count();
    Err(NOT_CANONICAL.refuse().at(format!("byte {same}")))
}

/// Whether a text is what [`canonical`] writes of its value, as the reader saw on its way.
///
/// It is, unless white space stands anywhere, members are not in order, a string has an escape that need not be there or
/// could be shorter, or a number is written in another way: there is no other liberty in JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Canonical,
    Other,
}

fn read(bytes: &[u8], limits: &Limits) -> Result<(Value, Form), Refusal> {
    if bytes.len() > limits.bytes_max {
        return Err(TOO_LARGE.because(format!("{} bytes, {} allowed", bytes.len(), limits.bytes_max)));
    }
    let text = str::from_utf8(bytes)
        .map_err(|error| NOT_JSON.because("not UTF-8").at(format!("byte {}", error.valid_up_to())))?;
    let mut reader = Reader {
        source: text.into(),
        text,
        bytes,
        at: 0,
        depth: 0,
        depth_max: limits.depth_max,
        form: Form::Canonical,
        elements: Vec::new(),
        members: Vec::new(),
    };
    reader.skip_space();
    let value = reader.value()?;
    reader.skip_space();
    if reader.at < bytes.len() {
        return Err(reader.syntax("something follows the value"));
    }
    Ok((value, reader.form))
}

struct Reader<'a> {
    /// What its strings point into.
    source: Arc<str>,
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    depth_max: usize,
    form: Form,
    /// What the arrays and objects that are still open have so far, the innermost last: each is allocated once, when its
    /// length is known.
    elements: Vec<Value>,
    members: Vec<(Text, Value)>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
            self.form = Form::Other;
        }
    }

    fn refusal(&self, kind: &'static RefusalKind, found: impl Into<String>) -> Refusal {
        kind.because(found).at(format!("byte {}", self.at))
    }

    fn syntax(&self, found: &str) -> Refusal {
        self.refusal(&NOT_JSON, found)
    }

    fn value(&mut self) -> Result<Value, Refusal> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => Err(self.syntax("no value begins like this")),
            None => Err(self.syntax("the text ends where a value belongs")),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Refusal> {
        if !self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            return Err(self.syntax("no value begins like this"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn enter(&mut self) -> Result<(), Refusal> {
        if self.depth == self.depth_max {
            return Err(self.refusal(&TOO_DEEP, format!("more than {} floors", self.depth_max)));
        }
        self.depth += 1;
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    fn array(&mut self) -> Result<Value, Refusal> {
        self.enter()?;
        let first = self.elements.len();
        if !self.take(b']') {
            loop {
                let value = self.value()?;
                self.elements.push(value);
                self.skip_space();
                if self.take(b']') {
                    break;
                }
                if !self.take(b',') {
                    return Err(self.syntax("neither a comma nor the end of the array"));
                }
                self.skip_space();
            }
        }
        self.depth -= 1;
        Ok(Value::Array(self.elements.drain(first..).collect()))
    }

    fn object(&mut self) -> Result<Value, Refusal> {
        let start = self.at;
        self.enter()?;
        let first = self.members.len();
        // Canonical text comes sorted; only what does not is sorted here.
        let mut sorted = true;
        if !self.take(b'}') {
            loop {
                if self.peek() != Some(b'"') {
                    return Err(self.syntax("no member name where one belongs"));
                }
                let name = self.string()?;
                self.skip_space();
                if !self.take(b':') {
                    return Err(self.syntax("no colon after the member name"));
                }
                self.skip_space();
                let value = self.value()?;
                let last = self.members.get(first..).and_then(<[_]>::last);
                sorted = sorted
                    && last
                        .is_none_or(|(last, _)| utf16_order(last.as_str(), name.as_str()) == Ordering::Less);
                self.members.push((name, value));
                self.skip_space();
                if self.take(b'}') {
                    break;
                }
                if !self.take(b',') {
                    return Err(self.syntax("neither a comma nor the end of the object"));
                }
                self.skip_space();
            }
        }
        self.depth -= 1;
        if !sorted {
            self.form = Form::Other;
        }
        let members = self.members.drain(first..).collect();
        Object::from_members(members, sorted).map(Value::Object).map_err(|twice| {
            let shown: String = twice.as_str().chars().take(40).collect();
            DUPLICATE_MEMBER.because(shown).at(format!("byte {start}"))
        })
    }

    /// The grammar of RFC 8259, section 6; the value is [`Number`]'s matter.
    fn number(&mut self) -> Result<Number, Refusal> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        let literal = self.text.get(start..self.at).unwrap_or_default();
        let number = Number::from_literal(literal).ok_or_else(|| {
            let shown: String = literal.chars().take(40).collect();
            NUMBER_RANGE.because(shown).at(format!("byte {start}"))
        })?;
        if !number.is_written(literal) {
            self.form = Form::Other;
        }
        Ok(number)
    }

    fn digits(&mut self) -> Result<(), Refusal> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(self.syntax("no digit where one belongs")) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<Text, Refusal> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let (start, end) = (self.at, self.at + plain_prefix(rest));
            self.at = end;
            // Invariant: both ends stand at ASCII bytes of a valid text, so they are character boundaries.
            let plain = || self.text.get(start..end).unwrap_or_default();
            match self.peek() {
                Some(b'"') if out.is_empty() => {
                    self.at += 1;
                    return Ok(Text::part(&self.source, start, end));
                }
                Some(b'"') => {
                    out.push_str(plain());
                    self.at += 1;
                    return Ok(out.into());
                }
                Some(b'\\') => {
                    out.push_str(plain());
                    out.push(self.escape()?);
                }
                Some(_) => return Err(self.syntax("a bare control character in a string")),
                None => return Err(self.syntax("the text ends inside a string")),
            }
        }
    }

    /// One escape, from its backslash on.
    fn escape(&mut self) -> Result<char, Refusal> {
        let start = self.at;
        self.at += 1;
        let letter = self.peek().ok_or_else(|| self.syntax("the text ends inside a string"))?;
        self.at += 1;
        let character = match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'/' | b'u' => {
                let character = if letter == b'/' { '/' } else { self.unicode_escape()? };
                let mut written = Vec::with_capacity(8);
                write_escaped(character, &mut written);
                if self.bytes.get(start..self.at) != Some(written.as_slice()) {
                    self.form = Form::Other;
                }
                character
            }
            _ => return Err(self.syntax("no escape is written like this")),
        };
        Ok(character)
    }

    fn unicode_escape(&mut self) -> Result<char, Refusal> {
        let first = self.hex4()?;
        let point = match first {
            0xd800..=0xdbff => {
                let lone = self.refusal(&LONE_SURROGATE, format!("\\u{first:04x}"));
                if !(self.take(b'\\') && self.take(b'u')) {
                    return Err(lone);
                }
                let second = self.hex4()?;
                if !(0xdc00..=0xdfff).contains(&second) {
                    return Err(lone);
                }
                0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            other => other,
        };
        char::from_u32(point).ok_or_else(|| self.refusal(&LONE_SURROGATE, format!("\\u{point:04x}")))
    }

    fn hex4(&mut self) -> Result<u32, Refusal> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            value =
                value << 4 | digit.ok_or_else(|| self.syntax("no hexadecimal digit where one belongs"))?;
            self.at += 1;
        }
        Ok(value)
    }
}

/// How many bytes from the start stand in a JSON string as they are: up to a quotation mark, a backslash or a control
/// character. Eight at a time, because this loop is most of what reading and writing cost.
pub(super) fn plain_prefix(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    // A byte's high bit is set in the result where the byte is below `limit` (at most 0x80); bytes above the lowest
    // such byte may be marked wrongly, which does not matter: only the lowest is looked at.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES.wrapping_mul(u64::from(limit))) & !word & HIGHS;
    let equals = |word: u64, byte: u8| below(word ^ ONES.wrapping_mul(u64::from(byte)), 1);
    let (words, rest) = bytes.as_chunks::<8>();
    let mut prefix = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let special = below(word, 0x20) | equals(word, b'"') | equals(word, b'\\');
        if special != 0 {
            // Invariant: at most 63 bits lie below a set one.
            return prefix + usize::try_from(special.trailing_zeros() / 8).unwrap_or_default();
        }
        prefix += 8;
    }
    prefix + rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)).count()
}
