//! What people write in TOML: a node's settings, and the script of a consignment. Settings are written and read back the
//! same; a shell that runs a script's twin reads the words of the script, and runs nothing else.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "the node's own file, of which the fuzzer uses the reader and the writer")]
#[path = "../../crates/node/src/settings.rs"]
mod settings;

#[allow(dead_code, reason = "the command's own file, of which the fuzzer uses the reader and the shell twin")]
#[path = "../../crates/twakow/src/commands/script.rs"]
mod script;

use script::Script;
use settings::Settings;

/// Lines of the twin before the first step.
const HEAD_LINES: usize = 7;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = str::from_utf8(bytes)
        && let Ok(settings) = Settings::parse(text)
    {
        let written = settings.write().expect("what was read is written");
        assert_eq!(Settings::parse(&written), Ok(settings));
    }
    let Ok(script) = Script::parse(bytes) else { return };
    let here = Path::new("here");
    let shell = script.shell(here, None).expect("a script that was read has a twin");
    let mut commands =
        shell.split('\n').skip(HEAD_LINES).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for step in &script.step {
        let line = step.line(here, None).expect("a step that was read is a line");
        let command = commands.next().expect("each step is a line of the twin");
        let command = match step.refused {
            Some(_) => command.strip_suffix(" || test $? -eq 1").expect("a refusal is looked for"),
            None => command,
        };
        let mut expected = line.words;
        if let Some(output) = line.output {
            expected.extend([">".to_owned(), output]);
        }
        assert_eq!(posix_words(command), expected);
    }
    assert_eq!(commands.next(), None);
});

/// The words that a POSIX shell (2.2.2, 2.6.5) makes of a line of plain words and single quotes; anything that it would
/// read otherwise is a fault.
fn posix_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        let word = words.last_mut().expect("never empty");
        match character {
            '\'' => quoted = !quoted,
            other if quoted => word.push(other),
            ' ' => words.push(String::new()),
            '>' => {
                assert!(word.is_empty());
                word.push('>');
            }
            other => {
                assert!(
                    other.is_ascii_alphanumeric() || "-_./:=@,+".contains(other),
                    "{other:?} stands bare"
                );
                word.push(other);
            }
        }
    }
    assert!(!quoted);
    words
}
