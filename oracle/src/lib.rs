//! Other programs' answers beside ours. Run `cargo test --manifest-path oracle/Cargo.toml`; each test names its oracle.
