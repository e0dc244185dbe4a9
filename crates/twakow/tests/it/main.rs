//! The command line, as a person at a shell meets it.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a panic in a test is its report")]

mod bill;
mod invoice;
mod invoice_batch;
mod invoice_history;
mod invoice_new;
mod invoice_schema;
mod invoice_view;
mod key;
mod ship;
mod table;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Names a built command to be tried in the place of the one that was compiled with the tests: an optimised one is ten times as
/// fast.
const COMMAND: &str = "TWAKOW_COMMAND";

/// What a command answered.
#[derive(Debug)]
struct Answer {
    code: i32,
    data: String,
    talk: String,
}

/// A folder of its own, with a passphrase file that only its owner can read.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let desk = Self { folder };
        std::fs::write(desk.path("passphrase"), "four words of a test\n").unwrap();
        restrict(&desk.path("passphrase"), 0o600);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Types a command; blanks part its words.
    fn types(&self, line: &str) -> Answer {
        let built = std::env::var_os(COMMAND);
        let command = built.unwrap_or_else(|| env!("CARGO_BIN_EXE_twakow").into());
        let output = Command::new(command)
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env("TWAKOW_PASSPHRASE_FILE", "passphrase")
            .output()
            .unwrap();
        Answer {
            code: output.status.code().unwrap(),
            data: String::from_utf8(output.stdout).unwrap(),
            talk: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The folder of examples.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

fn restrict(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}
