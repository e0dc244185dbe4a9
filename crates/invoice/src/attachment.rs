//! Attachments, taken out so that neither their names nor their types can do harm.
//!
//! A sender writes the name, the type and the bytes. The name becomes a plain file name; the type must be one that invoices
//! carry, and the bytes must begin as that type does; addresses are told and never fetched.

use std::collections::HashSet;

use base64ct::{Base64, Encoding};
use vocab::Refusal;

use crate::{
    document::{Document, Element},
    limits::{ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, FILE_NAME_CHARACTERS_MAX},
    names::{FILENAME, MIME_CODE, known::*},
    refusals::{
        ATTACHMENT_BASE64, ATTACHMENT_CONTENT, ATTACHMENT_TOO_LARGE, ATTACHMENT_TYPE, TOO_MANY_ATTACHMENTS,
    },
    text::{is_space, trimmed},
    view::one_line,
};

/// A document that an invoice carries or points to.
#[derive(Debug, Clone)]
pub struct Attachment<'d> {
    /// The reference under which it stands (BT-122), on one line; empty where there is none.
    pub reference: String,
    /// What it is.
    pub content: Content<'d>,
}

/// Where a document is.
#[derive(Debug, Clone)]
pub enum Content<'d> {
    /// In the invoice.
    Embedded(Embedded<'d>),
    /// Elsewhere, at this address, on one line. Nobody fetches it: whoever does tells the sender who reads the invoice.
    External(String),
}

/// A file in the invoice.
#[derive(Debug, Clone)]
pub struct Embedded<'d> {
    /// A name that is safe as a file name on any system, with the extension of its type; no two of an invoice are the same.
    pub name: String,
    /// The type that the invoice names.
    pub mime: &'d str,
    base64: &'d str,
}

/// Every document that an invoice carries or points to, in the order of the text.
///
/// # Errors
/// Refused where there are more than [`ATTACHMENTS_MAX`].
pub fn attachments<'d>(document: &'d Document<'d>) -> Result<Vec<Attachment<'d>>, Refusal> {
    let mut found: Vec<Element<'d>> = document.all(EMBEDDED_DOCUMENT_BINARY_OBJECT).collect();
    found.extend(document.all(EXTERNAL_REFERENCE).flat_map(|reference| reference.each(URI)));
    if found.len() > ATTACHMENTS_MAX {
        return Err(TOO_MANY_ATTACHMENTS.because(format!("{}, at most {ATTACHMENTS_MAX}", found.len())));
    }
    found.sort_by_key(|element| element.index());
    let mut taken = HashSet::new();
    let attachment = |element: Element<'d>| {
        let reference = reference_of(element);
        let content = if element.name() == URI {
            Content::External(one_line(trimmed(element.text())))
        } else {
            Content::Embedded(Embedded::of(element, &reference, &mut taken))
        };
        Attachment { reference, content }
    };
    Ok(found.into_iter().map(attachment).collect())
}

/// The `cbc:ID` of the reference that holds the attachment.
fn reference_of(element: Element<'_>) -> String {
    let holders = std::iter::successors(element.parent(), |element| element.parent());
    let ids = holders.take_while(|holder| holder.parent().is_some()).filter_map(|holder| holder.first(ID));
    ids.map(|id| one_line(trimmed(id.text()))).next().unwrap_or_default()
}

impl<'d> Embedded<'d> {
    fn of(element: Element<'d>, reference: &str, taken: &mut HashSet<String>) -> Self {
        let mime = trimmed(element.attribute(MIME_CODE).unwrap_or(""));
        let said =
            element.attribute(FILENAME).map(trimmed).filter(|name| !name.is_empty()).unwrap_or(reference);
        let extensions = kind_of(mime).map_or(&[][..], |kind| kind.extensions);
        Self {
            name: unused_name(&safe_stem(said, extensions), extensions, taken),
            mime,
            base64: element.text(),
        }
    }

    /// Its bytes.
    ///
    /// # Errors
    /// Refused where the type is none that invoices carry, where the text is not base64, where there are more than
    /// [`ATTACHMENT_BYTES_MAX`], or where the bytes are not of the type.
    pub fn bytes(&self) -> Result<Vec<u8>, Refusal> {
        let kind = kind_of(self.mime).ok_or_else(|| ATTACHMENT_TYPE.because(one_line(self.mime)))?;
        let length = decoded_length(self.base64);
        if length > ATTACHMENT_BYTES_MAX {
            return Err(
                ATTACHMENT_TOO_LARGE.because(format!("{length} bytes, at most {ATTACHMENT_BYTES_MAX}"))
            );
        }
        let mut bytes: Vec<u8> = self.base64.bytes().filter(|byte| !is_space(*byte)).collect();
        let length = Base64::decode_in_place(&mut bytes)
            .map_err(|error| ATTACHMENT_BASE64.because(error.to_string()))?
            .len();
        bytes.truncate(length);
        if (kind.is_so)(&bytes) { Ok(bytes) } else { Err(ATTACHMENT_CONTENT.because(one_line(self.mime))) }
    }
}

/// How many bytes a text in base64 stands for.
pub(crate) fn decoded_length(base64: &str) -> usize {
    let symbols = base64.bytes().filter(|byte| !is_space(*byte) && *byte != b'=').count();
    symbols / 4 * 3 + (symbols % 4).saturating_sub(1)
}

/// A type that invoices carry.
struct Kind {
    mime: &'static str,
    /// The first is given to files whose name has none of them.
    extensions: &'static [&'static str],
    is_so: fn(&[u8]) -> bool,
}

/// The types of BT-125 (BR-CL-24), and XML, which PINT adds (ibr-cl-24).
const KINDS: [Kind; 7] = [
    Kind { mime: "application/pdf", extensions: &["pdf"], is_so: |bytes| bytes.starts_with(b"%PDF-") },
    Kind { mime: "image/png", extensions: &["png"], is_so: |bytes| bytes.starts_with(b"\x89PNG\r\n\x1a\n") },
    Kind {
        mime: "image/jpeg",
        extensions: &["jpg", "jpeg"],
        is_so: |bytes| bytes.starts_with(b"\xff\xd8\xff"),
    },
    Kind { mime: "text/csv", extensions: &["csv"], is_so: is_text },
    Kind {
        mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        extensions: &["xlsx"],
        is_so: is_excel,
    },
    Kind { mime: OPEN_DOCUMENT, extensions: &["ods"], is_so: is_open_document },
    Kind { mime: "application/xml", extensions: &["xml"], is_so: is_xml },
];
const OPEN_DOCUMENT: &str = "application/vnd.oasis.opendocument.spreadsheet";

fn kind_of(mime: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.mime == mime)
}

/// No control characters but tab and line ends; whatever the encoding, if it is one that extends ASCII.
fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte >= b' ' && *byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r'))
}

fn is_xml(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    is_text(bytes) && bytes.iter().find(|byte| !is_space(**byte)) == Some(&b'<')
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// A package of Office Open XML with a workbook, and no macros.
fn is_excel(bytes: &[u8]) -> bool {
    let names = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    is_zip(bytes) && names(b"[Content_Types].xml") && names(b"xl/workbook.xml") && !names(b"vbaProject")
}

/// A package that begins with its type, as OpenDocument asks, and no macros.
fn is_open_document(bytes: &[u8]) -> bool {
    let begins = |at: usize, with: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(with));
    let has_macros = bytes.windows(6).any(|window| window == b"Basic/");
    // A local header takes 30 bytes, then come the name of the first entry and its bytes.
    is_zip(bytes) && begins(30, b"mimetype") && begins(38, OPEN_DOCUMENT.as_bytes()) && !has_macros
}

/// What is left of a file's name as somebody else wrote it: no path, nothing that a file system or a shell takes for more
/// than a letter, no extension of the type.
fn safe_stem(written: &str, extensions: &[&str]) -> String {
    let last = written.rsplit(['/', '\\']).next().unwrap_or("");
    let stem = match last.rsplit_once('.') {
        Some((stem, extension)) if extensions.iter().any(|known| extension.eq_ignore_ascii_case(known)) => {
            stem
        }
        _ => last,
    };
    let safe = |character: char| match character {
        '\u{fffd}' | '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\'' | '`' | '$' | '&' | ';' | '%' | '~' => {
            '_'
        }
        other => other,
    };
    let named: String = one_line(stem).chars().map(safe).take(FILE_NAME_CHARACTERS_MAX).collect();
    let named =
        named.trim_matches(|character: char| character.is_whitespace() || matches!(character, '.' | '-'));
    let device = named.split('.').next().unwrap_or("").trim_end().to_ascii_uppercase();
    if named.is_empty() {
        "attachment".to_owned()
    } else if is_device(&device) {
        format!("_{named}")
    } else {
        named.to_owned()
    }
}

/// Names that Windows takes for devices, whatever follows after a dot.
fn is_device(name: &str) -> bool {
    let numbered = |prefix: &str| {
        let rest = name.strip_prefix(prefix);
        rest.is_some_and(|rest| {
            matches!(rest, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    matches!(name, "CON" | "PRN" | "AUX" | "NUL" | "CONIN_" | "CONOUT_") || numbered("COM") || numbered("LPT")
}

/// The name with its extension, and with a number where another attachment has it already, in whatever case.
fn unused_name(stem: &str, extensions: &[&str], taken: &mut HashSet<String>) -> String {
    let extension = extensions.first().copied().unwrap_or("bin");
    let mut name = format!("{stem}.{extension}");
    let mut number = 2_usize;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{stem} ({number}).{extension}");
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_elsewhere_or_is_more_than_a_name_becomes_plain() {
        for (written, name) in [
            ("survey.pdf", "survey"),
            ("Survey.PDF", "Survey"),
            ("../../etc/cron.d/x", "x"),
            ("..\\..\\Windows\\win.ini", "win.ini"),
            ("/etc/passwd", "passwd"),
            ("C:evil.pdf", "C_evil"),
            ("file.pdf:stream", "file.pdf_stream"),
            ("..", "attachment"),
            ("", "attachment"),
            ("dir/", "attachment"),
            (".bashrc", "bashrc"),
            ("-rf.pdf", "rf"),
            ("invoice\u{202e}fdp.exe", "invoice_fdp.exe"),
            ("a\0b\nc\u{9b}d\u{200b}.pdf", "a_b_c_d_"),
            ("what?*<>|\".pdf", "what______"),
            ("$(reboot).pdf", "_(reboot)"),
            ("trailing. . .pdf", "trailing"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("nul .pdf", "_nul"),
            ("LPT9.pdf", "_LPT9"),
            ("COM\u{b9}.pdf", "_COM\u{b9}"),
            ("COM10.pdf", "COM10"),
            ("CONIN$", "_CONIN_"),
            ("Größe 東京.pdf", "Größe 東京"),
        ] {
            assert_eq!(safe_stem(written, &["pdf"]), name, "{written:?}");
        }
    }

    #[test]
    fn a_name_has_so_many_characters() {
        let long = "x".repeat(FILE_NAME_CHARACTERS_MAX);
        assert_eq!(safe_stem(&long, &[]), long);
        assert_eq!(safe_stem(&format!("{long}y"), &[]), long);
    }

    #[test]
    fn two_attachments_never_have_one_name() {
        let mut taken = HashSet::new();
        let mut name = |stem| unused_name(stem, &["pdf"], &mut taken);
        assert_eq!(name("Survey"), "Survey.pdf");
        assert_eq!(name("survey"), "survey (2).pdf");
        assert_eq!(name("Survey (2)"), "Survey (2) (2).pdf");
        assert_eq!(name("SURVEY"), "SURVEY (3).pdf");
    }

    #[test]
    fn the_type_gives_the_extension() {
        let mut taken = HashSet::new();
        assert_eq!(unused_name("run.exe", &["pdf"], &mut taken), "run.exe.pdf");
        assert_eq!(unused_name("run.exe", &[], &mut taken), "run.exe.bin");
    }

    #[test]
    fn bytes_must_begin_as_their_type_does() {
        let sheet = b"PK\x03\x04..[Content_Types].xml..xl/workbook.xml";
        let document =
            [b"PK\x03\x04".as_slice(), &[0; 26], b"mimetype", OPEN_DOCUMENT.as_bytes(), b"PK"].concat();
        let excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        for (mime, good, bad) in [
            ("application/pdf", b"%PDF-1.7".as_slice(), b" %PDF-1.7".as_slice()),
            ("image/png", b"\x89PNG\r\n\x1a\n..", b"\x89PNG\n\x1a\n.."),
            ("image/jpeg", b"\xff\xd8\xff\xe0", b"GIF89a"),
            ("text/csv", b"a;b\r\n1;\xe9", b"MZ\x90\0"),
            ("text/csv", b"", b"a\x1b[2J"),
            ("application/xml", b"\xef\xbb\xbf <a/>", b"a<b/>"),
            (excel, sheet, &sheet[..40]),
            (excel, sheet, &[sheet.as_slice(), b"xl/vbaProject.bin"].concat()),
            (OPEN_DOCUMENT, &document, &document[..50]),
            (OPEN_DOCUMENT, &document, &[document.as_slice(), b"Basic/Standard/x.xml"].concat()),
        ] {
            let kind = kind_of(mime).unwrap();
            assert!((kind.is_so)(good), "{mime}");
            assert!(!(kind.is_so)(bad), "{mime} {bad:?}");
        }
        assert!(kind_of("text/html").is_none());
        assert!(kind_of("application/pdf; x=y").is_none());
    }

    #[test]
    fn the_length_is_told_without_reading() {
        for (base64, length) in
            [("", 0), ("QQ==", 1), ("QUI=", 2), ("QUJD", 3), ("QUJD\n QUJD ", 6), ("Q", 0)]
        {
            assert_eq!(decoded_length(base64), length, "{base64:?}");
        }
    }
}
