//! Names of elements and attributes as numbers, so that a rule compares two bytes and never a string.
//!
//! A [`Name`] is the position of an element in `data/ubl-2.1.tsv`. Rules declare the names they speak of as constants;
//! the compiler looks each up and refuses a name that is not in the table.

pub(crate) mod known;
mod table;

use std::sync::LazyLock;

/// An element's qualified name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name(u16);

impl Name {
    /// An element that neither UBL nor any rule knows.
    pub(crate) const OTHER: Name = Name(u16::MAX);

    /// How many names there are, [`Name::OTHER`] not counted.
    pub(crate) const COUNT: usize = table::ELEMENTS.len();

    /// Its position; for [`Name::OTHER`] one after the last.
    pub(crate) fn index(self) -> usize {
        usize::from(self.0).min(Self::COUNT)
    }

    /// The name as it stands in a document that uses the usual prefixes; empty for [`Name::OTHER`].
    pub(crate) fn text(self) -> &'static str {
        table::ELEMENTS.get(usize::from(self.0)).copied().unwrap_or("")
    }

    /// The name as it is written with the usual prefixes, if the table has it.
    pub(crate) fn parse(text: &str) -> Option<Name> {
        let found = table::ELEMENTS.binary_search(&text).ok()?;
        u16::try_from(found).ok().map(Name)
    }

    /// Every name.
    pub(crate) fn all() -> impl Iterator<Item = Name> {
        (0..Self::COUNT).filter_map(|index| u16::try_from(index).ok().map(Name))
    }
}

/// A namespace that UBL documents use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    Aggregate,
    Basic,
    CreditNote,
    Extension,
    Invoice,
    None,
    Other,
}

const UBL: &str = "urn:oasis:names:specification:ubl:schema:xsd:";

impl Space {
    pub(crate) fn of(uri: &str) -> Space {
        match uri.strip_prefix(UBL) {
            Some("CommonAggregateComponents-2") => Space::Aggregate,
            Some("CommonBasicComponents-2") => Space::Basic,
            Some("CommonExtensionComponents-2") => Space::Extension,
            Some("CreditNote-2") => Space::CreditNote,
            Some("Invoice-2") => Space::Invoice,
            _ if uri.is_empty() => Space::None,
            _ => Space::Other,
        }
    }

    /// The usual prefix with its colon; empty for the two document types and where there is none.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Space::Aggregate => "cac:",
            Space::Basic => "cbc:",
            Space::Extension => "ext:",
            Space::CreditNote | Space::Invoice | Space::None | Space::Other => "",
        }
    }
}

/// The element `local` of `space`.
pub(crate) fn lookup(space: Space, local: &str) -> Name {
    match space {
        Space::Aggregate | Space::Basic | Space::Extension => INDEX.find(space, local),
        Space::CreditNote if local == "CreditNote" => CREDIT_NOTE,
        Space::Invoice if local == "Invoice" => INVOICE,
        Space::CreditNote | Space::Invoice | Space::None | Space::Other => Name::OTHER,
    }
}

/// Where each name lies, by a hash of its text: open addressing, a quarter full.
struct Index(Vec<Name>);

const SLOTS: usize = 4096;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut slots = vec![Name::OTHER; SLOTS];
    for name in Name::all() {
        let text = name.text();
        let (prefix, local) = text.split_once(':').unwrap_or(("", text));
        let mut slot = hash(prefix.as_bytes().get(1).copied().unwrap_or(0), local);
        while slots.get(slot).is_some_and(|taken| *taken != Name::OTHER) {
            slot = (slot + 1) % SLOTS;
        }
        if let Some(free) = slots.get_mut(slot) {
            *free = name;
        }
    }
    Index(slots)
});

impl Index {
    fn find(&self, space: Space, local: &str) -> Name {
        let prefix = space.prefix();
        let mut slot = hash(prefix.as_bytes().get(1).copied().unwrap_or(0), local);
        loop {
            let name = self.0.get(slot).copied().unwrap_or(Name::OTHER);
            let text = name.text();
            if name == Name::OTHER || (text.get(4..) == Some(local) && text.starts_with(prefix)) {
                return name;
            }
            slot = (slot + 1) % SLOTS;
        }
    }
}

/// The first eight bytes, the last eight and the length: no two of a few hundred names share many of them.
fn hash(space: u8, local: &str) -> usize {
    let bytes = local.as_bytes();
    let word = |part: &[u8]| part.iter().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
    let eight = bytes.len().min(8);
    let first = bytes.first_chunk::<8>().map_or_else(|| word(bytes), |chunk| u64::from_be_bytes(*chunk));
    let last = bytes.last_chunk::<8>().map_or(0, |chunk| u64::from_be_bytes(*chunk));
    let mixed = (first ^ last.rotate_left(23) ^ (u64::from(space) << 32))
        .wrapping_add(u64::try_from(bytes.len() + eight).unwrap_or(0))
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(mixed >> 52).unwrap_or(0)
}

/// The name of an aggregate; does not compile where UBL has none.
pub(crate) const fn cac(local: &str) -> Name {
    const_lookup("cac:", local)
}

/// The name of a basic component; does not compile where UBL has none.
pub(crate) const fn cbc(local: &str) -> Name {
    const_lookup("cbc:", local)
}

#[expect(clippy::indexing_slicing, clippy::as_conversions, reason = "runs in the compiler only")]
const fn const_lookup(prefix: &str, local: &str) -> Name {
    let (mut low, mut high) = (0, table::ELEMENTS.len());
    while low < high {
        let middle = low + (high - low) / 2;
        match const_compare(table::ELEMENTS[middle].as_bytes(), prefix.as_bytes(), local.as_bytes()) {
            0 => return Name(middle as u16),
            1 => high = middle,
            _ => low = middle + 1,
        }
    }
    panic!("UBL has no element of this name")
}

/// 0 where `entry` is `prefix` and `local` joined, 1 where it lies after them, 2 where it lies before.
#[expect(clippy::indexing_slicing, reason = "runs in the compiler only")]
const fn const_compare(entry: &[u8], prefix: &[u8], local: &[u8]) -> u8 {
    let mut at = 0;
    let length = prefix.len() + local.len();
    while at < entry.len() && at < length {
        let wanted = if at < prefix.len() { prefix[at] } else { local[at - prefix.len()] };
        if entry[at] != wanted {
            return if entry[at] > wanted { 1 } else { 2 };
        }
        at += 1;
    }
    if entry.len() == length {
        0
    } else if entry.len() > length {
        1
    } else {
        2
    }
}

pub(crate) const CREDIT_NOTE: Name = const_lookup("", "CreditNote");
pub(crate) const INVOICE: Name = const_lookup("", "Invoice");

/// An attribute's name, of those that UBL or a rule knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Attribute(u8);

/// The attributes of UBL's datatypes and those that only rules speak of, sorted by bytes.
const ATTRIBUTES: [&str; 32] = [
    "characterSetCode",
    "currencyCodeListVersionID",
    "currencyID",
    "encodingCode",
    "filename",
    "format",
    "languageID",
    "languageLocaleID",
    "listAgencyID",
    "listAgencyName",
    "listID",
    "listName",
    "listSchemeURI",
    "listURI",
    "listVersionID",
    "mimeCode",
    "name",
    "schemeAgencyID",
    "schemeAgencyName",
    "schemeDataURI",
    "schemeID",
    "schemeName",
    "schemeURI",
    "schemeVersionID",
    "unitCode",
    "unitCodeListAgencyID",
    "unitCodeListAgencyIdentifier",
    "unitCodeListAgencyName",
    "unitCodeListID",
    "unitCodeListIdentifier",
    "unitCodeListVersionID",
    "uri",
];

impl Attribute {
    /// An attribute that neither UBL nor any rule knows, or one in a namespace.
    pub(crate) const OTHER: Attribute = Attribute(u8::MAX);

    pub(crate) fn parse(text: &str) -> Attribute {
        let found = ATTRIBUTES.binary_search(&text).ok();
        found.and_then(|index| u8::try_from(index).ok()).map_or(Attribute::OTHER, Attribute)
    }

    pub(crate) fn text(self) -> &'static str {
        ATTRIBUTES.get(usize::from(self.0)).copied().unwrap_or("")
    }

    /// A set with this attribute alone; empty for [`Attribute::OTHER`].
    pub(crate) fn bit(self) -> u32 {
        1_u32.checked_shl(u32::from(self.0)).unwrap_or(0)
    }
}

/// The attribute `name`; does not compile where neither UBL nor a rule has it.
#[expect(clippy::indexing_slicing, clippy::as_conversions, reason = "runs in the compiler only")]
pub(crate) const fn attribute(name: &str) -> Attribute {
    let mut at = 0;
    while at < ATTRIBUTES.len() {
        if const_compare(ATTRIBUTES[at].as_bytes(), b"", name.as_bytes()) == 0 {
            return Attribute(at as u8);
        }
        at += 1;
    }
    panic!("UBL has no attribute of this name")
}

pub(crate) const CURRENCY_ID: Attribute = attribute("currencyID");
pub(crate) const FILENAME: Attribute = attribute("filename");
pub(crate) const LIST_ID: Attribute = attribute("listID");
pub(crate) const LIST_VERSION_ID: Attribute = attribute("listVersionID");
pub(crate) const MIME_CODE: Attribute = attribute("mimeCode");
pub(crate) const NAME_ATTRIBUTE: Attribute = attribute("name");
pub(crate) const SCHEME_ID: Attribute = attribute("schemeID");
pub(crate) const UNIT_CODE: Attribute = attribute("unitCode");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_first_column_of_the_grammar() {
        let column = vocab::codelist::CodeList::new(crate::schema::UBL_2_1);
        let column: Vec<&str> = column.rows().map(|row| row.code).collect();
        assert_eq!(column, table::ELEMENTS);
        assert!(table::ELEMENTS.is_sorted());
        assert!(ATTRIBUTES.is_sorted());
    }

    #[test]
    fn every_name_is_found_at_run_time_and_by_the_compiler() {
        for name in Name::all() {
            let (prefix, local) = name.text().split_once(':').unwrap_or(("", name.text()));
            let space = match prefix {
                "cac" => Space::Aggregate,
                "cbc" => Space::Basic,
                "ext" => Space::Extension,
                _ if local == "Invoice" => Space::Invoice,
                _ => Space::CreditNote,
            };
            assert_eq!(lookup(space, local), name, "{}", name.text());
        }
        assert_eq!(cbc("ID").text(), "cbc:ID");
        assert_eq!(cac("WorkPhaseReference").text(), "cac:WorkPhaseReference");
    }

    #[test]
    fn a_name_of_another_namespace_is_another_name() {
        assert_eq!(lookup(Space::Aggregate, "ID"), Name::OTHER);
        assert_eq!(lookup(Space::Other, "ID"), Name::OTHER);
        assert_eq!(lookup(Space::Basic, "Id"), Name::OTHER);
        assert_eq!(lookup(Space::CreditNote, "Invoice"), Name::OTHER);
    }
}
