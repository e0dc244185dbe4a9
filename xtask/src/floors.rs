//! Who may call whom, checked against `cargo metadata` and the sources.
//!
//! A room uses rooms on lower floors only: never up, never sideways; some lower rooms stay shut to some. Rooms that
//! decide are pure: no clock, network, file, thread or randomness but what is handed in.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;

/// One room of the house.
pub struct Room {
    /// The crate's library name; its folder is `crates/NAME` and its package `twakow-NAME`.
    pub name: &'static str,
    /// Its floor: it may use rooms on lower floors only.
    pub floor: u8,
    /// It decides, so nothing with an effect may enter.
    pub pure: bool,
    /// The only rooms it may use, where the floors alone would allow more.
    pub opens_only: Option<&'static [&'static str]>,
    /// Rooms that stay shut to it although they lie lower.
    pub never_opens: &'static [&'static str],
}

const fn room(name: &'static str, floor: u8, pure: bool) -> Room {
    Room { name, floor, pure, opens_only: None, never_opens: &[] }
}

/// The plan of the house, ground floor first. A crate that is not in it fails the test.
pub const HOUSE: &[Room] = &[
    room("vocab", 0, true),
    room("crypto", 1, true),
    room("tlog", 2, true),
    Room { never_opens: &["tlog"], ..room("bill", 3, true) },
    Room { never_opens: &["tlog"], ..room("dcsa", 4, true) },
    Room { opens_only: Some(&["vocab"]), ..room("invoice", 4, true) },
    room("registry", 4, true),
    Room {
        opens_only: Some(&["bill", "crypto", "dcsa", "registry", "tlog", "vocab"]),
        ..room("evidence", 5, true)
    },
    Room { opens_only: Some(&["crypto", "tlog", "vocab"]), ..room("store", 5, false) },
    room("node", 6, false),
    Room { never_opens: &["store"], ..room("pilot", 8, false) },
    room("twakow", 9, false),
];

/// Workspace members that are not rooms: they ship nothing.
const NOT_ROOMS: &[&str] = &["testkit", "xtask"];

/// Crates that bring an effect with them: none may be a direct dependency of a pure room.
const WITH_EFFECTS: &[&str] = &[
    "async-std",
    "axum",
    "chrono",
    "deadpool-postgres",
    "fastrand",
    "getrandom",
    "hyper",
    "mio",
    "postgres",
    "rand",
    "rand_core",
    "rayon",
    "reqwest",
    "rumqttc",
    "rusqlite",
    "smol",
    "socket2",
    "sqlx",
    "tempfile",
    "time",
    "tokio",
    "tokio-postgres",
    "tracing-subscriber",
    "ureq",
];

/// Crates that only one room may name, with that room.
const NAMED_BY_ONE: &[(&str, &str)] = &[
    ("argon2", "crypto"),
    ("aws-lc-rs", "crypto"),
    ("ring", "nobody"),
    ("openssl", "nobody"),
    ("rusqlite", "store"),
];

/// Features that let a crate read the clock or the system's randomness: none may be on anywhere below the edge.
const READS_THE_CLOCK: &[(&str, &str)] =
    &[("jiff", "std"), ("jiff", "tz-system"), ("uuid", "v4"), ("uuid", "v7")];

/// What the sources of a pure room never say, with the reason.
const NEVER_IN_PURE: &[(&str, &str)] = &[
    ("SystemTime", "time is handed in"),
    ("Instant::now", "time is handed in"),
    ("std::fs", "files belong to the edge"),
    ("std::net", "sockets belong to the edge"),
    ("std::thread", "threads belong to the edge"),
    ("std::env", "configuration is an argument"),
    ("std::process", "processes belong to the edge"),
    ("println!", "a room answers with values"),
];

/// One crate as the check sees it.
#[derive(Debug, Clone, Default)]
pub struct Member {
    /// Names of the workspace rooms it uses (not in tests).
    pub rooms: Vec<String>,
    /// Names of outside crates it uses (not in tests).
    pub outside: Vec<String>,
    /// The Rust sources under `src`, path and text.
    pub sources: Vec<(String, String)>,
}

/// The workspace as the check sees it: members by room name, and the features switched on for outside crates.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    /// Members by room name.
    pub members: BTreeMap<String, Member>,
    /// (crate, feature) pairs that are on in the resolved graph.
    pub features: Vec<(String, String)>,
}

/// Reads the workspace at `root` through `cargo metadata` and its source files.
///
/// # Errors
/// When cargo cannot be run or a source cannot be read.
pub fn read(root: &Path) -> Result<Workspace> {
    let host = host_triple()?;
    // For this platform alone, so that nothing is asked of a registry: a build has fetched what it lists.
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", &host])
        .current_dir(root)
        .output()
        .context("cargo metadata")?;
    anyhow::ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).context("the output of cargo metadata")?;
    let mut workspace = from_metadata(&metadata);
    for (name, member) in &mut workspace.members {
        let src =
            if name == "xtask" { root.join("xtask/src") } else { root.join("crates").join(name).join("src") };
        read_sources(&src, &mut member.sources)?;
    }
    Ok(workspace)
}

fn host_triple() -> Result<String> {
    let output = std::process::Command::new("rustc").arg("-vV").output().context("rustc -vV")?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = printed.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}

fn read_sources(dir: &Path, into: &mut Vec<(String, String)>) -> Result<()> {
    for entry in std::fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            read_sources(&path, into)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            into.push((path.display().to_string(), text));
        }
    }
    Ok(())
}

fn room_name(package: &str) -> Option<&str> {
    match package {
        "twakow" | "xtask" => Some(package),
        other => other.strip_prefix("twakow-"),
    }
}

fn from_metadata(metadata: &Value) -> Workspace {
    let mut workspace = Workspace::default();
    let inside: Vec<String> = list(metadata, "workspace_members").iter().map(as_text).collect();
    let mut names = BTreeMap::new();
    for package in list(metadata, "packages") {
        names.insert(text(package, "id"), text(package, "name"));
        if !inside.contains(&text(package, "id")) {
            continue;
        }
        let Some(name) = room_name(&text(package, "name")).map(str::to_owned) else { continue };
        let mut member = Member::default();
        for dependency in list(package, "dependencies").iter().filter(|found| text(found, "kind") != "dev") {
            let dependency = text(dependency, "name");
            match room_name(&dependency) {
                Some(room) => member.rooms.push(room.to_owned()),
                None => member.outside.push(dependency),
            }
        }
        workspace.members.insert(name, member);
    }
    for node in metadata.get("resolve").map(|resolve| list(resolve, "nodes")).unwrap_or_default() {
        let name = names.get(&text(node, "id")).cloned().unwrap_or_default();
        workspace
            .features
            .extend(list(node, "features").iter().map(|feature| (name.clone(), as_text(feature))));
    }
    workspace
}

fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value.get(member).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value, member: &str) -> String {
    value.get(member).map(as_text).unwrap_or_default()
}

fn as_text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Every breach of the plan, one sentence each; empty when the house stands.
pub fn breaches(workspace: &Workspace) -> Vec<String> {
    let mut found = Vec::new();
    for (name, member) in &workspace.members {
        if NOT_ROOMS.contains(&name.as_str()) {
            continue;
        }
        let Some(room) = HOUSE.iter().find(|room| room.name == name) else {
            found.push(format!(
                "{name} is not in the plan of the house: give it a floor in xtask/src/floors.rs"
            ));
            continue;
        };
        wall_breaches(room, member, &mut found);
        purity_breaches(room, member, &mut found);
        for (outside, only) in NAMED_BY_ONE {
            if member.outside.iter().any(|used| used == outside) && name != only {
                found.push(format!("{name} names {outside}, which only {only} may"));
            }
        }
    }
    for (outside, feature) in READS_THE_CLOCK {
        if workspace.features.iter().any(|(on, is)| on == outside && is == feature) {
            found.push(format!(
                "the feature {feature} of {outside} is on: it reads a clock or the system's randomness"
            ));
        }
    }
    found
}

fn wall_breaches(room: &Room, member: &Member, found: &mut Vec<String>) {
    for used in &member.rooms {
        let Some(other) = HOUSE.iter().find(|other| other.name == used) else {
            found.push(format!("{} uses {used}, which is not a room", room.name));
            continue;
        };
        if other.floor >= room.floor {
            found.push(format!("{} (floor {}) uses {used} (floor {})", room.name, room.floor, other.floor));
        }
        let shut = room.opens_only.is_some_and(|only| !only.contains(&other.name));
        if shut || room.never_opens.contains(&other.name) {
            found.push(format!("{used} stays shut to {}", room.name));
        }
    }
}

fn purity_breaches(room: &Room, member: &Member, found: &mut Vec<String>) {
    if !room.pure {
        return;
    }
    for outside in member.outside.iter().filter(|outside| WITH_EFFECTS.contains(&outside.as_str())) {
        found.push(format!("{} is pure and uses {outside}, which has effects", room.name));
    }
    for (path, text) in &member.sources {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            for (word, reason) in NEVER_IN_PURE.iter().filter(|(word, _)| line.contains(word)) {
                found.push(format!("{path}: `{word}` in a pure room: {reason}"));
            }
        }
    }
}
