//! What lies in the folders of nodes: nothing in it signs for a holder.

use std::path::{Path, PathBuf};

use crypto::{base64, base64url};

use crate::{
    rig::contains,
    script::{Play, SCRIPT},
    stage::Stage,
};

/// How a key could lie in a file: as it is, or as text in one of the usual codes.
fn spellings(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![
        bytes.to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        base64::encode(bytes).into_bytes(),
        base64url::encode(bytes).into_bytes(),
    ]
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// In which of the files a spelling, or one half of it, stands: a page of the store may end in the midst of it.
fn found_in<'a>(needle: &[u8], files: &'a [(PathBuf, Vec<u8>)]) -> Vec<&'a Path> {
    let (first, second) = needle.split_at(needle.len() / 2);
    let hit = |bytes: &[u8]| contains(bytes, first) || contains(bytes, second);
    files.iter().filter(|(_, bytes)| hit(bytes)).map(|(path, _)| path.as_path()).collect()
}

#[test]
fn no_node_directory_holds_a_holders_key() {
    let mut stage = Stage::in_folder("secrets");
    stage.enrol("carrier", "Northern Isles Line", "carrier", "TWKC");
    stage.enrol("exporter", "Strathspey Malts Ltd", "platform-a", "TWKA");
    stage.enrol("broker", "Keppel Broking Pte Ltd", "platform-b", "TWKB");
    stage.enrol("stranger", "Quick Goods Ltd", "carrier", "TWKB");
    let mut play = Play::default();
    for command in &SCRIPT {
        command.play(&mut stage, &mut play);
    }
    let mut paths = Vec::new();
    for name in stage.rig.names() {
        stage.rig.close(&name);
        files(&stage.rig.dir().join(name), &mut paths);
    }
    let files: Vec<_> = paths.into_iter().map(|path| (path.clone(), std::fs::read(&path).unwrap())).collect();
    assert!(files.len() >= 3 * stage.rig.names().len(), "settings, key and store of every node");
    for (who, person) in &stage.people {
        for spelling in spellings(&person.seed) {
            let found = found_in(&spelling, &files);
            assert!(found.is_empty(), "the secret key of {who} lies in {found:?}");
        }
        // The search itself works: the public half is where the set was enrolled, in the key set's own spelling.
        let public = person.key.public().jwk();
        let public = public.get("x").and_then(crypto::json::Value::as_str).unwrap();
        let home = stage.rig.dir().join(&person.home);
        assert!(found_in(public.as_bytes(), &files).iter().any(|path| path.starts_with(&home)), "{who}");
    }
}
