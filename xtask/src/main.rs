//! `cargo xtask`: chores of the repository.

use std::path::Path;

use anyhow::{Context, Result, bail};

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask stands in the workspace")?;
    match std::env::args().nth(1).as_deref() {
        Some("codegen") => {
            for page in xtask::codegen::write(root)? {
                #[expect(clippy::print_stdout, reason = "this is a command")]
                {
                    println!("wrote {page}");
                }
            }
            Ok(())
        }
        Some(other) => bail!("no such chore: {other}; there is: codegen"),
        None => bail!("name a chore: codegen"),
    }
}
