//! The corpus that another program made (docs/corpus.md): every bundle, every claim, as its maker wrote beforehand.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use evidence::{
    claim::Outcome,
    trust::Trust,
    verify::{Asked, Verdict, verify},
};
use serde_json::Value as Json;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../e2e/corpus")
}

/// The bundles by name. `bundles.pack` is one line of JSON, a line feed, and the parts of which each is made.
fn bundles() -> BTreeMap<String, Vec<u8>> {
    let pack = std::fs::read(folder().join("bundles.pack")).unwrap();
    let line = pack.iter().position(|byte| *byte == b'\n').unwrap();
    let index: Json = serde_json::from_slice(&pack[..line]).unwrap();
    let mut rest = &pack[line + 1..];
    let mut parts = Vec::new();
    for length in index["chunks"].as_array().unwrap() {
        let (part, after) = rest.split_at(usize::try_from(length.as_u64().unwrap()).unwrap());
        parts.push(part);
        rest = after;
    }
    let whole = |bundle: &Json| {
        let chunks = bundle["chunks"].as_array().unwrap().iter();
        chunks.flat_map(|at| parts[usize::try_from(at.as_u64().unwrap()).unwrap()]).copied().collect()
    };
    let bundles = index["bundles"].as_array().unwrap().iter();
    bundles.map(|bundle| (bundle["name"].as_str().unwrap().to_owned(), whole(bundle))).collect()
}

fn asked(row: &Json) -> Asked {
    let asked = &row["asked"];
    let time = |name: &str| asked[name].as_str().map(|time| time.parse().unwrap());
    Asked {
        at: time("at"),
        now: time("now"),
        limit: Duration::from_secs(60 * asked["limitMinutes"].as_u64().unwrap()),
        control_now: asked["controlNow"].as_bool().unwrap(),
        identity: asked["identity"].as_bool().unwrap(),
    }
}

/// The row's bundle under its trust file: the exit code, and the verdict where there is one.
fn judge(row: &Json, bundles: &BTreeMap<String, Vec<u8>>) -> (u8, Option<Verdict>) {
    let trust = match row["trust"].as_str().filter(|name| *name != "none") {
        None => None,
        Some(name) => match Trust::parse(&std::fs::read(folder().join(name)).unwrap()) {
            Ok(trust) => Some(trust),
            Err(_) => return (2, None),
        },
    };
    let name = row["file"].as_str().unwrap().trim_start_matches("bundles/").trim_end_matches(".twk");
    match verify(&bundles[name], trust.as_ref(), &asked(row)) {
        Ok(verdict) => (verdict.exit(), Some(verdict)),
        Err(_) => (2, None),
    }
}

#[test]
fn the_corpus_is_judged_as_its_maker_wrote() {
    let expected: Json =
        serde_json::from_slice(&std::fs::read(folder().join("expected.json")).unwrap()).unwrap();
    let (bundles, rows) = (bundles(), expected["rows"].as_array().unwrap());
    let mut differ = Vec::new();
    for row in rows {
        let (exit, verdict) = judge(row, &bundles);
        let unsettled = |code: &str| row["unsettled"].get(code).is_some();
        let mut wrong: Vec<String> = Vec::new();
        if row["exit"].as_u64().is_some_and(|wanted| wanted != u64::from(exit)) {
            wrong.push(format!("exit {} wanted, {exit} found", row["exit"]));
        }
        for claim in verdict.iter().flat_map(|verdict| &verdict.claims) {
            let (wanted, found) = (row["claims"][claim.code].as_str(), claim.outcome.map(Outcome::word));
            if wanted != found && !unsettled(claim.code) {
                wrong.push(format!("{}: {wanted:?} wanted, {found:?} found: {}", claim.code, claim.reason));
            }
        }
        if verdict.is_none() && row["claims"].as_object().is_some_and(|claims| !claims.is_empty()) {
            wrong.push("a verdict wanted, unreadable found".to_owned());
        }
        if !wrong.is_empty() {
            differ.push(format!(
                "{} under {} ({}):\n  {}",
                row["file"],
                row["trust"],
                row["why"],
                wrong.join("\n  ")
            ));
        }
    }
    assert!(rows.len() >= 390, "{} rows", rows.len());
    assert!(differ.is_empty(), "{} of {} rows differ\n{}", differ.len(), rows.len(), differ.join("\n"));
}
