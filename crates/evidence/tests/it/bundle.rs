//! The form of a bundle: what is read, what is a broken bundle, what is none.

use std::collections::BTreeMap;

use crypto::Digest;
use evidence::bundle::{Files, Read, path::Path, proof::ProofFiles};
use tlog::proof::LogProof;

use crate::{
    corridor::Corridor,
    zipper::{Entry, entry, zip, zip_with},
};

const CHECKPOINT: &[u8] = b"a checkpoint";

/// A proof file: whatever it says, its last line is the path of its checkpoint.
fn proof(says: &str) -> Vec<u8> {
    format!("{says}\n\ncheckpoints/{}\n", Digest::of(CHECKPOINT)).into_bytes()
}

fn checkpoint() -> Path {
    Path::Checkpoint(Digest::of(CHECKPOINT))
}

fn small() -> Files {
    let record = Digest::of(b"record");
    let files = [
        (Path::Act(0), b"{}".to_vec()),
        (Path::ActProof(0), proof("proof")),
        (Path::SetAct(record, 0), b"{\"x\":1}".to_vec()),
        (Path::SetProof(record, 0), proof("another")),
        (checkpoint(), CHECKPOINT.to_vec()),
        (Path::Timeline, b"<p>anything</p>".to_vec()),
        (Path::File(Digest::of(b"scan")), b"scan".to_vec()),
    ];
    Files::new(record, false, BTreeMap::from(files)).unwrap()
}

/// The entries of a bundle, the manifest first, as an ordinary zip tool would store them.
fn entries(files: &Files) -> Vec<Entry> {
    entries_of(files.record(), &map(files))
}

fn entries_of(record: Digest, files: &BTreeMap<Path, Vec<u8>>) -> Vec<Entry> {
    let own = [entry("manifest.json", &manifest(record, files))];
    own.into_iter().chain(files.iter().map(|(path, bytes)| entry(&path.to_string(), bytes))).collect()
}

/// A bundle of these files by hand, which an exporter may refuse to make.
pub(crate) fn zipped(record: Digest, files: &BTreeMap<Path, Vec<u8>>) -> Vec<u8> {
    zip(&entries_of(record, files))
}

fn map(files: &Files) -> BTreeMap<Path, Vec<u8>> {
    files.iter().map(|(path, bytes)| (path, bytes.to_vec())).collect()
}

/// The manifest by hand: the format's text is enough to write it.
fn manifest(record: Digest, files: &BTreeMap<Path, Vec<u8>>) -> Vec<u8> {
    let mut listed: Vec<(String, &Vec<u8>)> =
        files.iter().map(|(path, bytes)| (path.to_string(), bytes)).collect();
    listed.sort();
    let listed: Vec<String> = listed
        .iter()
        .map(|(path, bytes)| {
            format!(r#"{{"path":"{path}","sha256":"{}","size":{}}}"#, Digest::of(bytes), bytes.len())
        })
        .collect();
    format!(r#"{{"files":[{}],"record":"{record}","v":"twakow/bundle/1"}}"#, listed.join(",")).into_bytes()
}

fn broken(bytes: &[u8]) -> String {
    match Files::read(bytes) {
        Ok(Read::Broken { why, .. }) => why.code().to_owned(),
        Ok(Read::Whole(_)) => "whole".to_owned(),
        Err(why) => format!("refused {}", why.code()),
    }
}

#[test]
fn a_bundle_is_read_as_it_was_written_and_writing_is_repeatable() {
    let files = small();
    let bytes = files.write().unwrap();
    assert_eq!(Files::read(&bytes).unwrap(), Read::Whole(files.clone()));
    assert_eq!(bytes, files.write().unwrap());
}

#[test]
fn zipping_the_same_entries_again_gives_an_equal_bundle() {
    let files = small();
    let stored = entries(&files);
    let mut shuffled = stored.clone();
    shuffled.reverse();
    shuffled.insert(2, entry("acts/", b""));
    shuffled.push(entry("keysets/", b""));
    for (number, entry) in shuffled.iter_mut().enumerate() {
        entry.deflate = number % 2 == 0 && !entry.name.ends_with('/');
        entry.descriptor = number % 3 == 0;
        // Info-ZIP's times.
        entry.extra = b"UT\x05\0\x03\x01\x02\x03\x04".to_vec();
    }
    for zipped in [zip(&stored), zip(&shuffled)] {
        assert_eq!(Files::read(&zipped).unwrap(), Read::Whole(files.clone()));
    }
}

#[test]
fn what_two_readers_could_read_in_two_ways_is_broken() {
    let files = small();
    let change = |change: &dyn Fn(&mut Vec<Entry>)| {
        let mut entries = entries(&files);
        change(&mut entries);
        broken(&zip(&entries))
    };
    assert_eq!(change(&|_| {}), "whole");
    assert_eq!(change(&|entries| entries[1].local_name = Some("acts/0001.json".into())), "bad-zip");
    assert_eq!(change(&|entries| entries[1].gap = b"PK\x03\x04 hidden".to_vec()), "bad-zip");
    assert_eq!(change(&|entries| entries[1].crc_off = 1), "bad-zip");
    assert_eq!(change(&|entries| entries[1].size_off = 1), "bad-zip");
    assert_eq!(change(&|entries| entries[1].flags = 1), "bad-zip");
    assert_eq!(change(&|entries| entries[1].method = Some(12)), "bad-zip");
    assert_eq!(change(&|entries| entries[1].extra = b"\x01\0\x08\0\0\0\0\0\0\0\0\0".to_vec()), "bad-zip");
    assert_eq!(
        change(&|entries| {
            entries[1].deflate = true;
            entries[1].tail = vec![0];
        }),
        "bad-zip"
    );
    assert_eq!(change(&|entries| entries.push(entries[1].clone())), "double-path");
    assert_eq!(change(&|entries| entries.push(entry("../escape", b"x"))), "stray-path");
    assert_eq!(change(&|entries| entries.push(entry("/etc/passwd", b"x"))), "stray-path");
    assert_eq!(change(&|entries| entries.push(entry("notes/", b""))), "stray-path");
    assert_eq!(change(&|entries| entries.push(entry("acts/", b"x"))), "bad-zip");
    assert_eq!(change(&|entries| entries.push(entry("acts/0000.json\u{202e}", b"x"))), "stray-path");
}

#[test]
fn every_file_is_on_the_first_disk() {
    let mut bytes = zip(&entries(&small()));
    assert_eq!(broken(&bytes), "whole");
    let headers: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02")).collect();
    // APPNOTE 4.3.12: "disk number start" is 34 bytes into a directory header.
    for at in [headers[0], headers[headers.len() - 1]] {
        bytes[at + 34] = 1;
        assert_eq!(broken(&bytes), "bad-zip");
        bytes[at + 34] = 0;
    }
    assert_eq!(broken(&bytes), "whole");
}

#[test]
fn the_manifest_must_describe_the_files() {
    let files = small();
    let change = |change: &dyn Fn(&mut Vec<Entry>)| {
        let mut entries = entries(&files);
        change(&mut entries);
        broken(&zip(&entries))
    };
    assert_eq!(change(&|entries| entries[1].data = b"[]".to_vec()), "bad-manifest");
    assert_eq!(change(&|entries| drop(entries.remove(2))), "bad-manifest");
    assert_eq!(change(&|entries| entries.push(entry("document.json", b"{}"))), "bad-manifest");
    assert_eq!(change(&|entries| entries[0].data.push(b' ')), "bad-manifest");
    let swap = |from: &str, to: &str| {
        change(&|entries| {
            let text = String::from_utf8(entries[0].data.clone()).unwrap();
            entries[0].data = text.replacen(from, to, 1).into_bytes();
        })
    };
    assert_eq!(swap("\"size\":2", "\"size\":3"), "bad-manifest");
    assert_eq!(swap("twakow/bundle/1", "twakow/bundle/2"), "refused not-a-bundle");
    assert_eq!(swap("\"record\":", "\"record2\":"), "bad-manifest");
    assert_eq!(swap("}],", "},{}],"), "bad-manifest");
}

#[test]
fn a_bundle_lacks_nothing_that_it_must_have() {
    let record = Digest::of(b"record");
    let code = |files: &[(Path, &[u8])]| {
        let files = files.iter().map(|(path, bytes)| (*path, bytes.to_vec())).collect();
        Files::new(record, false, files).map_or_else(|why| why.code(), |_| "whole")
    };
    let p = proof("p");
    let act = [(Path::Act(0), b"{}".as_slice()), (Path::ActProof(0), &p), (checkpoint(), CHECKPOINT)];
    let with = |more: &[(Path, &[u8])]| code(&[&act, more].concat());
    assert_eq!(with(&[]), "whole");
    assert_eq!(code(&[]), "bad-layout");
    assert_eq!(code(&act[..1]), "bad-layout");
    assert_eq!(with(&[(Path::Act(1), b"{}"), (Path::ActProof(1), &p)]), "whole");
    assert_eq!(with(&[(Path::Act(2), b"{}"), (Path::ActProof(2), &p)]), "bad-layout");
    assert_eq!(with(&[(Path::BeforeProof(1), &p)]), "bad-layout");
    assert_eq!(with(&[(Path::HeadLeaf, b"{}"), (Path::HeadProof, &p)]), "bad-layout");
    assert_eq!(with(&[(Path::SetAct(record, 1), b"{}"), (Path::SetProof(record, 1), &p)]), "bad-layout");
    assert_eq!(with(&[(Path::Member(0), b"{}")]), "bad-layout");
    assert_eq!(with(&[(Path::Manifest, b"{}")]), "bad-layout");
}

#[test]
fn each_proof_has_its_checkpoint_and_each_checkpoint_a_proof() {
    let record = Digest::of(b"record");
    let other = Path::Checkpoint(Digest::of(b"another"));
    let code = |proof: &[u8], more: &[(Path, &[u8])]| {
        let own = [(Path::Act(0), b"{}".as_slice()), (Path::ActProof(0), proof)];
        let files = own.iter().chain(more).map(|(path, bytes)| (*path, bytes.to_vec())).collect();
        let read = broken(&zipped(record, &files));
        match Files::new(record, false, files) {
            // Whether a file has its name's digest is the reader's to say.
            Ok(_) => assert!(["whole", "bad-manifest"].contains(&read.as_str()), "{read}"),
            Err(why) => assert_eq!(why.code(), read),
        }
        read
    };
    let there = [(checkpoint(), CHECKPOINT)];
    assert_eq!(code(&proof("p"), &there), "whole");
    assert_eq!(code(&proof("p"), &[]), "bad-layout");
    assert_eq!(code(&proof("p"), &[(other, b"another")]), "bad-layout");
    assert_eq!(code(&proof("p"), &[there[0], (other, b"another")]), "stray-path");
    assert_eq!(code(&proof("p"), &[(checkpoint(), b"another")]), "bad-manifest");
    let line = format!("checkpoints/{}\n", Digest::of(CHECKPOINT));
    assert_eq!(code(format!("\n{line}").as_bytes(), &there), "whole");
    for last in [
        line.clone(),
        format!("p{line}"),
        format!("\n{}", line.trim_end()),
        format!("\n{line}\n"),
        format!("\n{}\r\n", line.trim_end()),
        format!("\n{}", line.replace("checkpoints", "CHECKPOINTS")),
        format!("\n{}", line.replace("checkpoints/", "/checkpoint/")),
        format!("\n{}", line.to_uppercase()),
        String::new(),
    ] {
        assert_eq!(code(last.as_bytes(), &there), "bad-form", "{last:?}");
    }
}

#[test]
fn a_proof_with_its_checkpoint_in_place_of_its_last_line_is_the_tlog_proof() {
    let Some(corridor) = Corridor::new() else { return };
    let Read::Whole(files) = Files::read(&corridor.bytes()).unwrap() else { panic!("a whole bundle") };
    let proofs: Vec<_> = corridor.files.iter().filter(|(path, _)| path.is_proof()).collect();
    assert!(proofs.len() > 10);
    for (path, whole) in proofs {
        assert_eq!(files.tlog_proof(*path).as_ref(), Some(whole), "{path}");
        let parts = ProofFiles::of(&LogProof::parse(whole).unwrap());
        assert_eq!(files.get(*path), Some(parts.proof.as_slice()));
        assert_eq!(files.get(parts.path), Some(parts.checkpoint.as_slice()));
    }
    let checkpoints = files.iter().filter(|(path, _)| matches!(path, Path::Checkpoint(_))).count();
    assert_eq!(
        (checkpoints, files.tlog_proof(Path::Act(0)), files.tlog_proof(Path::Seal(0))),
        (1, None, None)
    );
}

#[test]
fn limits_hold() {
    let record = Digest::of(b"record");
    let act = [
        (Path::Act(0), b"{}".to_vec()),
        (Path::ActProof(0), proof("p")),
        (checkpoint(), CHECKPOINT.to_vec()),
    ];
    let with = |count: u32, path: &dyn Fn(u32) -> Path, more: &dyn Fn(u32) -> Option<Path>| {
        let mut files = BTreeMap::from(act.clone());
        for number in 0..count {
            files.insert(path(number), vec![]);
            more(number).map(|path| files.insert(path, proof("p")));
        }
        Files::new(record, false, files).map_or_else(|why| why.code(), |_| "whole")
    };
    let digest = |number: u32| Digest::of(&number.to_be_bytes());
    let supporting = |count| with(count, &|number| Path::File(digest(number)), &|_| None);
    assert_eq!((supporting(100), supporting(101)), ("whole", "bundle-too-large"));
    let sets = |count| {
        with(count, &|number| Path::SetAct(digest(number), 0), &|number| {
            Some(Path::SetProof(digest(number), 0))
        })
    };
    assert_eq!((sets(256), sets(257)), ("whole", "bundle-too-large"));

    let files = small();
    let note = checkpoint().to_string();
    for (name, most) in
        [("acts/0000.json", 256 << 10), ("proofs/0000.proof", 64 << 10), (note.as_str(), 128 << 10)]
    {
        let sized = |size: usize| {
            let mut entries = entries(&files);
            let file = entries.iter_mut().find(|entry| entry.name == name).unwrap();
            (file.data, file.deflate) = (vec![b' '; size], true);
            broken(&zip(&entries))
        };
        // At the limit the manifest is what is wrong, one byte more is never unpacked.
        assert_eq!(
            (sized(most), sized(most + 1)),
            ("bad-manifest".into(), "bundle-too-large".into()),
            "{name}"
        );
    }

    let mut many = entries(&files);
    many.extend((0..16_384 - many.len()).map(|number| entry(&format!("acts/{number}/"), b"")));
    assert_eq!(broken(&zip(&many)), "stray-path");
    many.push(entry("x/", b""));
    assert_eq!(broken(&zip(&many)), "bundle-too-large");

    let long = entry(&"x".repeat(121), b"");
    assert_eq!(
        broken(&zip(&[entry("manifest.json", &manifest(files.record(), &map(&files))), long])),
        "stray-path"
    );
}

#[test]
fn what_is_no_bundle_is_refused() {
    let files = small();
    let whole = zip(&entries(&files));
    assert_eq!(broken(b""), "refused not-a-bundle");
    assert_eq!(broken(b"PK\x05\x06"), "refused not-a-bundle");
    assert_eq!(broken(&whole[..whole.len() - 1]), "refused not-a-bundle");
    assert_eq!(broken(&[whole.as_slice(), b"x"].concat()), "refused not-a-bundle");
    assert_eq!(broken(&zip_with(&entries(&files), b"", b"comment")), "refused not-a-bundle");
    assert_eq!(broken(&zip(&entries(&files)[1..])), "refused not-a-bundle");
    assert_eq!(broken(&zip(&[entry("manifest.json", b"{\"v\":1,\"v\":2}")])), "refused not-a-bundle");
    assert_eq!(broken(&zip_with(&entries(&files), b"#!/bin/sh\n", b"")), "bad-zip");
    assert_eq!(broken(&vec![0; (64 << 20) + 1]), "refused bundle-too-large");
}

#[test]
fn a_flipped_bit_is_never_read_as_another_bundle() {
    let files = small();
    for bytes in [files.write().unwrap(), zip(&entries(&files))] {
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            // Times and attributes carry no meaning; everywhere else a flip is seen. Nowhere does it change a file.
            if let Ok(Read::Whole(read)) = Files::read(&flipped) {
                assert_eq!(read, files, "byte {at}");
            }
        }
    }
}
