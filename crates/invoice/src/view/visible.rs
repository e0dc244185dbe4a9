//! Characters that are not what they look like: made visible before a value is shown to a person.
//!
//! A terminal obeys control characters, and both terminals and browsers let some characters turn the order of others round
//! or hide them. XML admits U+0080 to U+009F, among them the beginning of terminal commands.

use std::fmt::Write;

/// Whether a character is shown by its number: controls, those that turn or hide text, and those that show nothing. Joiners
/// of scripts that need them stay.
fn is_hidden(character: char) -> bool {
    match character {
        '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{feff}' => true,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control(),
    }
}

/// The text as it may be shown: its ends trimmed, tabs as blanks, lines kept, hidden characters as `⟨U+202E⟩`.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.trim_matches(['\t', '\n', '\r', ' ']).chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => shown.push('\n'),
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' => shown.push('\n'),
            '\t' => shown.push(' '),
            hidden if is_hidden(hidden) => {
                // Writing to a string does not fail.
                write!(shown, "\u{27e8}U+{:04X}\u{27e9}", u32::from(hidden)).ok();
            }
            other => shown.push(other),
        }
    }
    shown
}

/// The text on one line of a terminal, each hidden character, line end and tab replaced by one mark, so that columns stay.
pub fn one_line(text: &str) -> String {
    text.chars().map(|character| if is_hidden(character) { '\u{fffd}' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_a_terminal_or_turns_text_round_is_shown_by_its_number() {
        assert_eq!(visible("a\u{9b}31m"), "a⟨U+009B⟩31m");
        assert_eq!(visible("invoice\u{202e}fdp.exe"), "invoice⟨U+202E⟩fdp.exe");
        assert_eq!(
            visible("GB33\u{200b}BUKB\u{ad}\u{feff}\u{e0041}"),
            "GB33⟨U+200B⟩BUKB⟨U+00AD⟩⟨U+FEFF⟩⟨U+E0041⟩"
        );
        assert_eq!(visible("\u{7f}\u{85}\u{2028}\u{2066}"), "⟨U+007F⟩⟨U+0085⟩⟨U+2028⟩⟨U+2066⟩");
        assert_eq!(one_line("a\u{9b}b\tc\nd\u{202e}"), "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}");
    }

    #[test]
    fn what_people_write_stays() {
        for text in ["Größe £5 – 東京 नमस्\u{200d}ते", "שלום", "a\nb"] {
            assert_eq!(visible(text), text);
        }
        assert_eq!(visible(" \t a\tb\r\nc\rd \n"), "a b\nc\nd");
    }
}
