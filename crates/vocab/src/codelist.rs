//! Code lists as data: dated files of tab-separated rows, compiled in.
//!
//! Lists change while rules stay, so a list is a file in `data/` whose first lines say what it is, who publishes it and
//! as of when. A refusal or finding that rests on a list can name that date.

/// A code list compiled into the program.
#[derive(Debug, Clone, Copy)]
pub struct CodeList {
    text: &'static str,
}

/// One row of a [`CodeList`]: the code, then its columns.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The code itself.
    pub code: &'static str,
    rest: &'static str,
}

impl CodeList {
    /// The list in `text`: comment lines that begin with `#`, among them `# Source: ` and `# Date: `, then rows whose
    /// columns are separated by tabs.
    pub const fn new(text: &'static str) -> Self {
        CodeList { text }
    }

    /// All rows, in the order of the file.
    pub fn rows(self) -> impl Iterator<Item = Row> {
        self.text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| {
            let (code, rest) = line.split_once('\t').unwrap_or((line, ""));
            Row { code, rest }
        })
    }

    /// The row of `code`, which must be written exactly as in the list.
    pub fn find(self, code: &str) -> Option<Row> {
        self.rows().find(|row| row.code == code)
    }

    /// Whether the list has `code`.
    pub fn contains(self, code: &str) -> bool {
        self.find(code).is_some()
    }

    /// Who publishes the list; empty if the file does not say.
    pub fn source(self) -> &'static str {
        self.comment("# Source: ")
    }

    /// As of when the list is given, as `2026-06-11`; empty if the file does not say.
    pub fn date(self) -> &'static str {
        self.comment("# Date: ")
    }

    fn comment(self, starts: &str) -> &'static str {
        self.text.lines().find_map(|line| line.strip_prefix(starts)).unwrap_or("")
    }
}

impl Row {
    /// Column `n` after the code, counted from 0; empty where the row is shorter.
    pub fn column(self, n: usize) -> &'static str {
        self.rest.split('\t').nth(n).unwrap_or("")
    }
}

/// Countries and territories, ISO 3166-1 alpha-2: code, name.
pub const COUNTRIES: CodeList = CodeList::new(include_str!("../data/countries.tsv"));
/// Currencies, ISO 4217: code, number, digits after the point, name.
pub const CURRENCIES: CodeList = CodeList::new(include_str!("../data/currencies.tsv"));
/// Electronic bill of lading platforms as DCSA lists them: code, name, state.
pub const EBL_PLATFORMS: CodeList = CodeList::new(include_str!("../data/ebl-platforms.tsv"));
/// Prefixes of British company numbers: prefix, form of the rest, meaning.
pub const GB_COMPANY_PREFIXES: CodeList = CodeList::new(include_str!("../data/gb-company-prefixes.tsv"));
/// Who keeps the list that a party code comes from, as DCSA lists them: code, name, state.
pub const PARTY_CODE_LISTS: CodeList = CodeList::new(include_str!("../data/party-code-lists.tsv"));
/// Entity types in the third shape of the Singapore UEN: code.
pub const UEN_ENTITY_TYPES: CodeList = CodeList::new(include_str!("../data/uen-entity-types.tsv"));

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_list_says_its_source_and_date_and_has_each_code_once() {
        let lists = [
            (COUNTRIES, 249),
            (CURRENCIES, 178),
            (EBL_PLATFORMS, 20),
            (GB_COMPANY_PREFIXES, 39),
            (PARTY_CODE_LISTS, 28),
            (UEN_ENTITY_TYPES, 38),
        ];
        for (list, count) in lists {
            assert!(!list.source().is_empty());
            let date = list.date();
            assert!(date.len() == 10 && date.starts_with("20"), "{date}");
            let codes: BTreeSet<_> = list.rows().map(|row| row.code).collect();
            assert_eq!((codes.len(), list.rows().count()), (count, count), "{}", list.source());
        }
    }

    #[test]
    fn rows_are_found_by_their_exact_code() {
        let row = COUNTRIES.find("SG").unwrap();
        assert_eq!((row.column(0), row.column(1)), ("Singapore", ""));
        assert!(!COUNTRIES.contains("sg"));
        assert!(!COUNTRIES.contains("# Date"));
        assert_eq!(EBL_PLATFORMS.find("ESSD").unwrap().column(1), "deprecated: write IDT");
        assert_eq!(CURRENCIES.find("JPY").unwrap().column(1), "0");
    }
}
