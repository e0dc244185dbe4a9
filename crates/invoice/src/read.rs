//! Bytes become a [`Document`] in one pass: names resolved, positions kept, the schema's faults noted.
//!
//! `quick-xml` divides the bytes into tags and text; it is a tokenizer, so what makes a document well-formed beyond that
//! is asked here: one root and nothing beside it, characters that XML allows, references that exist, names and
//! namespaces. A document type declaration is refused before it is looked at.

mod characters;

use std::cell::OnceCell;

use quick_xml::{
    Reader,
    events::{BytesDecl, BytesRef, BytesStart, Event},
};
use vocab::Refusal;

use crate::{
    document::{AttributeRow, Document, Kept, NONE, Row, Span, at, short},
    fault::{Fault, FaultKind},
    limits::{
        ATTRIBUTE_BYTES_MAX, ATTRIBUTES_IN_ALL_MAX, ATTRIBUTES_MAX, BYTES_MAX, DEPTH_MAX, ELEMENTS_MAX,
        FAULTS_MAX, NAMESPACES_MAX, REWRITTEN_BYTES_MAX,
    },
    names::{Attribute, CREDIT_NOTE, INVOICE, Name, Space, lookup},
    refusals::{
        ATTRIBUTE_TOO_LONG, DOCTYPE, ENCODING, NOT_UBL_INVOICE, NOT_XML, TOO_DEEP, TOO_LARGE,
        TOO_MANY_ATTRIBUTES, TOO_MANY_ELEMENTS, TOO_MUCH_REWRITTEN,
    },
    schema::{Content, Datatype, content},
    text::is_blank,
};

/// Reads an invoice or credit note.
///
/// # Errors
/// The bytes are too many, not UTF-8, not well-formed XML, no UBL invoice, or exceed one of [`crate::limits`].
pub fn read(bytes: &[u8]) -> Result<Document<'_>, Refusal> {
    if bytes.len() > BYTES_MAX {
        return Err(TOO_LARGE.because(format!("{} bytes, at most {BYTES_MAX}", bytes.len())));
    }
    let source = characters::utf_8(bytes)?;
    let mut builder = Builder::new(source);
    builder.run().map_err(|refusal| match refusal.place() {
        Some(_) => refusal,
        None => {
            let (line, column) = line_and_column(source, builder.position);
            refusal.at(format!("line {line}, column {column}"))
        }
    })?;
    Ok(builder.document)
}

/// Line and column of a byte, both counted from 1, columns in characters.
pub(crate) fn line_and_column(source: &str, byte: usize) -> (usize, usize) {
    let before = source.get(..byte).unwrap_or(source);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

/// A namespace prefix in force.
#[derive(Debug)]
struct Binding<'a> {
    prefix: &'a str,
    space: Space,
}

/// An element whose end has not come.
#[derive(Debug)]
struct Open {
    index: u32,
    content: Content,
    /// The place in the sequence that the last child took.
    cursor: usize,
    /// Whether a child stands at the cursor.
    taken: bool,
    has_children: bool,
    text: Span,
    texts: u8,
    /// Where in `mixed` its string value begins, for it and what stands in it.
    mixed_from: Option<u32>,
    /// A comment or element stood after the last text.
    divided: bool,
    /// How many bindings were in force outside.
    bindings: usize,
}

struct Builder<'a> {
    document: Document<'a>,
    tails: Vec<u32>,
    open: Vec<Open>,
    bindings: Vec<Binding<'a>>,
    position: usize,
    root_is_closed: bool,
    has_carriage_returns: bool,
}

impl<'a> Builder<'a> {
    fn new(source: &'a str) -> Self {
        let names = Name::COUNT + 1;
        // An element of an invoice takes about forty bytes of text.
        let likely = (source.len() / 40).min(ELEMENTS_MAX) + 16;
        Builder {
            document: Document {
                source,
                rewritten: String::new(),
                mixed: String::new(),
                own_texts: Vec::new(),
                rows: Vec::with_capacity(likely),
                attributes: Vec::with_capacity(likely / 4),
                heads: vec![NONE; names],
                attributes_seen: 0,
                faults: Vec::new(),
                facts: OnceCell::new(),
            },
            tails: vec![NONE; names],
            open: Vec::with_capacity(16),
            bindings: Vec::with_capacity(8),
            position: 0,
            root_is_closed: false,
            has_carriage_returns: source.as_bytes().contains(&b'\r'),
        }
    }

    fn run(&mut self) -> Result<(), Refusal> {
        let mut reader = Reader::from_str(self.document.source);
        reader.config_mut().check_comments = true;
        loop {
            self.position = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = reader.read_event().map_err(|error| {
                self.position = usize::try_from(reader.error_position()).unwrap_or(self.position);
                NOT_XML.because(error.to_string())
            })?;
            match event {
                Event::Start(tag) => self.start(&tag)?,
                Event::Empty(tag) => {
                    self.start(&tag)?;
                    self.end()?;
                }
                Event::End(_) => self.end()?,
                Event::Text(text) => self.text(&text)?,
                Event::CData(text) => self.character_data(&text)?,
                Event::GeneralRef(reference) => self.reference(&reference)?,
                Event::Comment(_) => self.divide(),
                Event::PI(instruction) => {
                    if instruction.target().eq_ignore_ascii_case("xml") {
                        return Err(NOT_XML.because("an XML declaration stands at the beginning or nowhere"));
                    }
                    self.divide();
                }
                Event::Decl(declaration) => self.declaration(&declaration)?,
                Event::DocType(_) => return Err(DOCTYPE.refuse()),
                Event::Eof => return self.close(),
            }
        }
    }

    fn declaration(&self, declaration: &BytesDecl<'_>) -> Result<(), Refusal> {
        if self.position != 0 {
            return Err(NOT_XML.because("an XML declaration stands at the beginning or nowhere"));
        }
        let version = declaration.version().map_err(|error| NOT_XML.because(error.to_string()))?;
        if version != "1.0" {
            return Err(NOT_XML.because(format!("XML version {version}")));
        }
        match declaration.encoding() {
            None => Ok(()),
            Some(Ok(name))
                if ["utf-8", "utf8", "us-ascii"].iter().any(|known| name.eq_ignore_ascii_case(known)) =>
            {
                Ok(())
            }
            Some(Ok(name)) => Err(ENCODING.because(format!("it says that it is written in {name}"))),
            Some(Err(error)) => Err(NOT_XML.because(error.to_string())),
        }
    }

    fn close(&mut self) -> Result<(), Refusal> {
        if let Some(open) = self.open.last() {
            let name = self.document.element(open.index).written_name();
            return Err(NOT_XML.because(format!("the file ends inside <{name}>")));
        }
        if !self.root_is_closed {
            return Err(NOT_XML.because("the file has no element"));
        }
        // They were noted as elements ended.
        self.document.own_texts.sort_unstable_by_key(|(index, _)| *index);
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        if self.open.len() >= DEPTH_MAX {
            return Err(TOO_DEEP.because(format!("at most {DEPTH_MAX}")));
        }
        if self.document.rows.len() >= ELEMENTS_MAX {
            return Err(TOO_MANY_ELEMENTS.because(format!("at most {ELEMENTS_MAX}")));
        }
        if self.root_is_closed {
            return Err(NOT_XML.because("a second element stands beside the first"));
        }
        let bindings = self.bindings.len();
        let attributes = short(self.document.attributes.len());
        if !tag.attributes_raw().is_empty() {
            self.attributes(tag)?;
        }
        let written = tag.name().0;
        let (prefix, local) = characters::divide_name(written)?;
        let space = self.space(prefix)?;
        let name = lookup(space, local);
        if name == Name::OTHER {
            characters::check_name(written)?;
        }
        self.check_prefixes(attributes)?;
        let parent = self.open.last().map_or(NONE, |open| open.index);
        if parent == NONE && name != INVOICE && name != CREDIT_NOTE {
            return Err(NOT_UBL_INVOICE.because(format!("its root is {written}")));
        }
        let index = short(self.document.rows.len());
        self.document.rows.push(Row {
            name,
            texts: 0,
            parent,
            end: NONE,
            same: NONE,
            start: short(self.position),
            text: Span::default(),
            attributes,
        });
        self.chain(name, index);
        let mixed_from = self.mix_values()?;
        let content = self.place(name, index);
        self.open.push(Open {
            index,
            content,
            cursor: 0,
            taken: false,
            has_children: false,
            text: Span::default(),
            texts: 0,
            mixed_from,
            divided: false,
            bindings,
        });
        if let Content::Value(_) | Content::Elements(_) = content {
            self.check_attributes(index, content);
        }
        Ok(())
    }

    /// Adds the element to the chain of its name.
    fn chain(&mut self, name: Name, index: u32) {
        let Some(tail) = self.tails.get_mut(name.index()) else { return };
        let before = std::mem::replace(tail, index);
        match self.document.rows.get_mut(at(before)) {
            Some(row) => row.same = index,
            None => {
                if let Some(head) = self.document.heads.get_mut(name.index()) {
                    *head = index;
                }
            }
        }
    }

    /// An element begins. Where it stands in one that should hold a value, the string value of that goes on with the text
    /// in this: both are pieces of one text from here on. Says where this one's begins.
    fn mix_values(&mut self) -> Result<Option<u32>, Refusal> {
        let Some(parent) = self.open.last() else { return Ok(None) };
        if parent.mixed_from.is_none() {
            let name = self.document.element(parent.index).name();
            if parent.has_children || !matches!(content(name), Content::Value(_)) {
                return Ok(None);
            }
            let before = self.document.slice(parent.text).to_owned();
            if let Some(parent) = self.open.last_mut() {
                parent.mixed_from = Some(short(self.document.mixed.len()));
            }
            self.mix(&before)?;
        }
        Ok(Some(short(self.document.mixed.len())))
    }

    /// Text within a value that holds elements.
    fn mix(&mut self, text: &str) -> Result<(), Refusal> {
        if self.open.last().is_none_or(|open| open.mixed_from.is_none()) {
            return Ok(());
        }
        if self.document.mixed.len() + text.len() > REWRITTEN_BYTES_MAX {
            return Err(TOO_MUCH_REWRITTEN.because(format!("at most {REWRITTEN_BYTES_MAX} bytes")));
        }
        self.document.mixed.push_str(&text.replace("\r\n", "\n").replace('\r', "\n"));
        Ok(())
    }

    /// Whether the schema lets the element stand here, and what it may hold.
    fn place(&mut self, name: Name, index: u32) -> Content {
        let Some(parent) = self.open.last_mut() else { return content(name) };
        parent.has_children = true;
        parent.divided = true;
        if !matches!(parent.content, Content::Value(_)) && is_blank(self.document.slice(parent.text)) {
            (parent.text, parent.texts) = (Span::default(), 0);
        }
        let fault = match parent.content {
            Content::Anything | Content::Unknown => return parent.content,
            Content::Value(_) => FaultKind::ElementUnknown,
            Content::Elements(places) => {
                let ahead = places.get(parent.cursor..).unwrap_or(&[]);
                if let Some(leap) = ahead.iter().position(|place| place.name == name) {
                    let repeated =
                        leap == 0 && parent.taken && !ahead.first().is_some_and(|place| place.repeats);
                    let skipped = ahead.get(usize::from(parent.taken)..leap).unwrap_or(&[]);
                    let missing = skipped.iter().find(|place| place.required).map(|place| place.name);
                    let holder = parent.index;
                    (parent.cursor, parent.taken) = (parent.cursor + leap, true);
                    if let Some(missing) = missing {
                        self.fault(FaultKind::ElementMissing(missing), holder);
                    }
                    if repeated {
                        self.fault(FaultKind::ElementRepeated, index);
                    }
                    return content(name);
                }
                if places.iter().any(|place| place.name == name) {
                    self.fault(FaultKind::ElementOrder, index);
                    return content(name);
                }
                FaultKind::ElementUnknown
            }
        };
        self.fault(fault, index);
        Content::Unknown
    }

    fn fault(&mut self, kind: FaultKind, element: u32) {
        if self.document.faults.len() < FAULTS_MAX {
            self.document.faults.push(Fault { kind, element });
        }
    }

    fn attributes(&mut self, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        let (mut count, mut quoted_until) = (0, 0);
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| NOT_XML.because(error.to_string()))?;
            let (key, value): (&str, &str) = (attribute.key.0, &attribute.value);
            let (key_span, written) = (self.span(key), self.span(value));
            if count > 0 && key_span.start <= quoted_until {
                return Err(NOT_XML.because("no space between two attributes"));
            }
            // One more is the closing quote.
            quoted_until = written.start.saturating_add(written.length).saturating_add(1);
            count += 1;
            if count > ATTRIBUTES_MAX {
                return Err(TOO_MANY_ATTRIBUTES.because(format!("at most {ATTRIBUTES_MAX} in one element")));
            }
            if self.document.attributes.len() >= ATTRIBUTES_IN_ALL_MAX {
                return Err(TOO_MANY_ATTRIBUTES.because(format!("at most {ATTRIBUTES_IN_ALL_MAX} in all")));
            }
            if value.len() > ATTRIBUTE_BYTES_MAX {
                return Err(ATTRIBUTE_TOO_LONG.because(format!("at most {ATTRIBUTE_BYTES_MAX} bytes")));
            }
            let (prefix, local) = characters::divide_name(key)?;
            if prefix == "xmlns" || key == "xmlns" {
                self.bind(if key == "xmlns" { "" } else { local }, value)?;
                continue;
            }
            let known = if prefix.is_empty() { Attribute::parse(key) } else { Attribute::OTHER };
            if known == Attribute::OTHER {
                characters::check_name(key)?;
            }
            let value_span = match characters::attribute_value(value)? {
                None => written,
                Some(rewritten) => self.rewrite(Span::default(), &rewritten)?,
            };
            self.document.attributes_seen |= known.bit();
            self.document.attributes.push(AttributeRow {
                attribute: known,
                name: key_span,
                value: value_span,
            });
        }
        Ok(())
    }

    /// The prefixes of an element's attributes, which may be bound by any of them.
    fn check_prefixes(&self, from: u32) -> Result<(), Refusal> {
        let new = self.document.attributes.get(at(from)..).unwrap_or(&[]);
        for row in new.iter().filter(|row| row.attribute == Attribute::OTHER) {
            if let Some((prefix, _)) = self.document.slice(row.name).split_once(':') {
                self.space(prefix)?;
            }
        }
        Ok(())
    }

    fn bind(&mut self, prefix: &str, uri: &str) -> Result<(), Refusal> {
        if self.bindings.len() >= NAMESPACES_MAX {
            return Err(TOO_MANY_ATTRIBUTES.because(format!("at most {NAMESPACES_MAX} namespaces")));
        }
        let uri = characters::attribute_value(uri)?.unwrap_or_else(|| uri.to_owned());
        // Namespaces in XML 1.0, sections 2.2 and 3.
        let reserved = (prefix == "xml") != (uri == "http://www.w3.org/XML/1998/namespace");
        if (uri.is_empty() && !prefix.is_empty()) || prefix == "xmlns" || reserved {
            return Err(NOT_XML.because(format!("the prefix {prefix} is bound to nothing")));
        }
        let span = self.span(prefix);
        let prefix = self.document.source.get(at(span.start)..at(span.start + span.length)).unwrap_or("");
        self.bindings.push(Binding { prefix, space: Space::of(&uri) });
        Ok(())
    }

    fn space(&self, prefix: &str) -> Result<Space, Refusal> {
        match self.bindings.iter().rev().find(|binding| binding.prefix == prefix) {
            Some(binding) => Ok(binding.space),
            None if prefix.is_empty() => Ok(Space::None),
            None if prefix == "xml" => Ok(Space::Other),
            None => Err(NOT_XML.because(format!("the prefix {prefix} is bound to no namespace"))),
        }
    }

    fn check_attributes(&mut self, index: u32, content: Content) {
        let (allowed, required): (&[Attribute], _) = match content {
            Content::Value(datatype) => (datatype.attributes(), datatype.required_attribute()),
            Content::Anything | Content::Elements(_) | Content::Unknown => (&[], None),
        };
        let element = self.document.element(index);
        let rows = element.attribute_rows();
        // `xsi:schemaLocation` and `xml:lang` stand in namespaces: the schema has no say about the first, and refuses
        // the second, as it refuses every other.
        let stranger = rows
            .iter()
            .any(|row| !allowed.contains(&row.attribute) && !element.attribute_name(row).starts_with("xsi:"));
        let missing = required.filter(|required| rows.iter().all(|row| row.attribute != *required));
        if stranger {
            self.fault(FaultKind::AttributeUnknown, index);
        }
        if let Some(missing) = missing {
            self.fault(FaultKind::AttributeMissing(missing), index);
        }
    }

    fn end(&mut self) -> Result<(), Refusal> {
        let Some(open) = self.open.pop() else {
            return Err(NOT_XML.because("an end tag without a start tag"));
        };
        self.bindings.truncate(open.bindings);
        let end = short(self.document.rows.len());
        let value = self.document.slice(open.text);
        let fault = match open.content {
            Content::Value(datatype) if !open.has_children && !datatype.allows(value) => {
                Some(FaultKind::Value(datatype))
            }
            Content::Elements(places) => {
                let rest = places.get(open.cursor + usize::from(open.taken)..).unwrap_or(&[]);
                let missing = rest.iter().find(|place| place.required);
                let text = !is_blank(value);
                if text {
                    self.fault(FaultKind::TextBetween, open.index);
                }
                missing.map(|place| FaultKind::ElementMissing(place.name))
            }
            Content::Anything | Content::Unknown | Content::Value(_) => None,
        };
        if let Some(fault) = fault {
            self.fault(fault, open.index);
        }
        let text = match open.mixed_from {
            Some(start) if open.has_children => {
                self.document.own_texts.push((open.index, open.text));
                let length = short(self.document.mixed.len()).saturating_sub(start);
                Span { start, length, from: Kept::Mixed }
            }
            Some(_) | None => open.text,
        };
        if let Some(row) = self.document.rows.get_mut(at(open.index)) {
            (row.end, row.text, row.texts) = (end, text, open.texts);
        }
        self.root_is_closed = self.open.is_empty();
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Refusal> {
        characters::check_text(text)?;
        let blank = is_blank(text);
        let Some(open) = self.open.last() else {
            return if blank { Ok(()) } else { Err(NOT_XML.because("text outside the root element")) };
        };
        let between = blank && open.has_children && open.mixed_from.is_none();
        // White space in Base64 means nothing, so files are not written anew for the sake of line ends.
        let is_file = matches!(open.content, Content::Value(Datatype::BinaryObject));
        if open.mixed_from.is_some() {
            self.mix(text)?;
        }
        if between {
            return Ok(());
        }
        if self.has_carriage_returns && !is_file && text.contains('\r') {
            return self.append(&text.replace("\r\n", "\n").replace('\r', "\n"));
        }
        let span = self.span(text);
        self.append_span(span, text)
    }

    fn character_data(&mut self, text: &str) -> Result<(), Refusal> {
        if self.open.is_empty() {
            return Err(NOT_XML.because("text outside the root element"));
        }
        self.mix(text)?;
        if text.contains('\r') {
            return self.append(&text.replace("\r\n", "\n").replace('\r', "\n"));
        }
        let span = self.span(text);
        self.append_span(span, text)
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Refusal> {
        if self.open.is_empty() {
            return Err(NOT_XML.because("text outside the root element"));
        }
        let mut buffer = [0; 4];
        let text = characters::reference(reference)?.encode_utf8(&mut buffer);
        // A carriage return that is written as a reference stays one.
        if let Some(Open { mixed_from: Some(_), .. }) = self.open.last() {
            self.document.mixed.push_str(text);
        }
        self.append(text)
    }

    /// A comment, an instruction: what follows is another text node.
    fn divide(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.divided = true;
        }
    }

    fn append_span(&mut self, span: Span, text: &str) -> Result<(), Refusal> {
        match self.open.last_mut() {
            Some(open) if open.texts == 0 && open.text.length == 0 => {
                (open.text, open.texts, open.divided) = (span, u8::from(span.length > 0), false);
                Ok(())
            }
            _ => self.append(text),
        }
    }

    fn append(&mut self, text: &str) -> Result<(), Refusal> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        if text.is_empty() {
            return Ok(());
        }
        if open.texts == 0 || open.divided {
            open.texts = open.texts.saturating_add(1);
        }
        open.divided = false;
        let before = open.text;
        let span = self.rewrite(before, text)?;
        if let Some(open) = self.open.last_mut() {
            open.text = span;
        }
        Ok(())
    }

    /// Writes the text of `before` and `text` one behind the other.
    fn rewrite(&mut self, before: Span, text: &str) -> Result<Span, Refusal> {
        let rewritten = &mut self.document.rewritten;
        let in_place =
            before.from == Kept::Rewritten && at(before.start) + at(before.length) == rewritten.len();
        let growth = text.len() + if in_place { 0 } else { at(before.length) };
        if rewritten.len() + growth > REWRITTEN_BYTES_MAX {
            return Err(TOO_MUCH_REWRITTEN.because(format!("at most {REWRITTEN_BYTES_MAX} bytes")));
        }
        let start = if in_place { before.start } else { short(rewritten.len()) };
        if !in_place && before.length > 0 {
            if before.from == Kept::Rewritten {
                rewritten.extend_from_within(at(before.start)..at(before.start) + at(before.length));
            } else {
                let range = at(before.start)..at(before.start) + at(before.length);
                rewritten.push_str(self.document.source.get(range).unwrap_or(""));
            }
        }
        rewritten.push_str(text);
        Ok(Span { start, length: before.length.saturating_add(short(text.len())), from: Kept::Rewritten })
    }

    /// Where `part`, which `quick-xml` borrowed from the source, stands in it.
    fn span(&self, part: &str) -> Span {
        let start = part.as_ptr().addr().wrapping_sub(self.document.source.as_ptr().addr());
        Span { start: short(start), length: short(part.len()), from: Kept::Source }
    }
}
