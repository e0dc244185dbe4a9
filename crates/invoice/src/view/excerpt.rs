//! The piece of a line of the source that a finding is about.

use super::visible::one_line;

/// Characters of a line that an excerpt shows.
const EXCERPT_CHARACTERS_MAX: usize = 100;
/// Of these, how many stand before the marked ones where the line is longer.
const BEFORE_MAX: usize = 20;

/// A piece of one line; hidden characters are replaced one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// What stands before.
    pub before: String,
    /// What is meant: the element's tag, with its value where that follows on the line.
    pub marked: String,
    /// What stands behind.
    pub after: String,
}

/// The piece of `line` around `column`, which is counted in characters from 1.
pub(crate) fn excerpt(line: &str, column: usize) -> Option<Excerpt> {
    let line: Vec<char> = one_line(line.trim_end()).chars().collect();
    let indent = line.iter().take_while(|character| character.is_whitespace()).count();
    let begin = column.checked_sub(1).filter(|begin| *begin < line.len())?;
    let from = if line.len().saturating_sub(indent) > EXCERPT_CHARACTERS_MAX {
        begin.saturating_sub(BEFORE_MAX).max(indent.min(begin))
    } else {
        indent.min(begin)
    };
    let shown = line.get(from..).unwrap_or_default();
    let shown = shown.get(..EXCERPT_CHARACTERS_MAX).unwrap_or(shown);
    let (before, rest) = shown.split_at_checked(begin - from)?;
    let (marked, after) = rest.split_at_checked(element_length(rest))?;
    let text = |characters: &[char]| characters.iter().collect::<String>();
    Some(Excerpt { before: text(before), marked: text(marked), after: text(after) })
}

/// How many characters the element takes that begins here: its tag, and to its end tag where only text lies between.
fn element_length(text: &[char]) -> usize {
    let tag_end = |from: usize| {
        let found = text.iter().skip(from).position(|character| *character == '>');
        found.map(|found| from + found + 1)
    };
    let Some(tag) = tag_end(0) else { return text.len() };
    let next = text.iter().skip(tag).position(|character| *character == '<').map(|next| tag + next);
    match next {
        Some(next) if text.get(next + 1) == Some(&'/') => tag_end(next).unwrap_or(text.len()),
        Some(_) => tag,
        None => text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, column: usize, parts: [&str; 3]) {
        let [before, marked, after] = parts.map(str::to_owned);
        assert_eq!(excerpt(line, column), Some(Excerpt { before, marked, after }));
    }

    #[test]
    fn the_element_is_marked_and_the_indent_left_out() {
        check("  <cbc:ID>1</cbc:ID>", 3, ["", "<cbc:ID>1</cbc:ID>", ""]);
        check("  <a><cbc:ID>1</cbc:ID></a>", 6, ["<a>", "<cbc:ID>1</cbc:ID>", "</a>"]);
        check("  <a><b><c>1</c></b></a>", 6, ["<a>", "<b>", "<c>1</c></b></a>"]);
        check("<cac:Party>\r", 1, ["", "<cac:Party>", ""]);
        check("<cbc:Note>first line of", 1, ["", "<cbc:Note>first line of", ""]);
        check("<cbc:Note", 1, ["", "<cbc:Note", ""]);
        assert_eq!(excerpt("<a>", 0), None);
        assert_eq!(excerpt("<a>", 4), None);
    }

    #[test]
    fn of_a_long_line_so_many_characters_are_shown() {
        let line = format!("{}<b>1</b>{}", "x".repeat(500), "y".repeat(500));
        let (before, after) = ("x".repeat(BEFORE_MAX), "y".repeat(EXCERPT_CHARACTERS_MAX - BEFORE_MAX - 8));
        check(&line, 501, [&before, "<b>1</b>", &after]);
        check(&"z".repeat(EXCERPT_CHARACTERS_MAX), 1, ["", &"z".repeat(EXCERPT_CHARACTERS_MAX), ""]);
        check(&"z".repeat(EXCERPT_CHARACTERS_MAX + 1), 1, ["", &"z".repeat(EXCERPT_CHARACTERS_MAX), ""]);
    }

    #[test]
    fn nothing_in_it_commands_a_terminal() {
        check("<a>\u{9b}2J\u{202e}</a>", 1, ["", "<a>\u{fffd}2J\u{fffd}</a>", ""]);
    }
}
