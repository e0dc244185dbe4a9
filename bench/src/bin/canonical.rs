//! Canonical JSON in megabytes a second, beside `serde_json` and another RFC 8785 writer. See `--help`.

use std::time::Duration;

use bench::{
    bundle::{self, Under},
    corridor::Corridor,
    measure::{medians, numbers, ratio},
};
use crypto::json::{Limits, canonical, parse, parse_canonical};
use evidence::bundle::{Files, Read, path::Path};
use serde_json::Value as Json;

const HELP: &str = "
canonical [MEGABYTES a row and round, default 4] [ROUNDS, default 15]

Reads JSON and writes it in the canonical form of RFC 8785, over and over, on one thread: texts that this product really
has, made by its own code. Beside it in turn: `serde_json`, parsed and written again, which sorts names by bytes and is no
RFC 8785; and `serde_json_canonicalizer`, which is, on what `serde_json` parsed. `serde_json` refuses neither a name given
twice nor a number that a double cannot hold; ours does. \"Checked\" is what a verifier does: is this text its own
canonical form? Figures are CPU time of the thread, the middle of the rounds; megabytes are 10^6 bytes read.";

fn main() {
    let [megabytes, rounds] = numbers(HELP, [4, 15]);
    println!(
        "MB/s, CPU time of one thread, middle of {rounds} rounds; in brackets the ratio to serde_json\n{:<34} {:>7} {:>14} {:>14} {:>11} {:>14}",
        "", "bytes", "checked", "canonicalised", "serde_json", "canonicalizer"
    );
    for (name, texts) in texts() {
        row(name, &texts, megabytes * 1_000_000, rounds);
    }
}

fn row(name: &str, texts: &[Vec<u8>], bytes: usize, rounds: usize) {
    let own: usize = texts.iter().map(Vec::len).sum();
    let times = bytes.div_ceil(own);
    let each = |call: &dyn Fn(&[u8]) -> usize| {
        let written: usize = (0..times).map(|_| texts.iter().map(|text| call(text)).sum::<usize>()).sum();
        assert!(written >= times * own / 2);
    };
    let limits = Limits::bytes(1 << 20);
    let checked = |text: &[u8]| {
        parse_canonical(text, &limits).map_or(text.len(), |value| {
            std::hint::black_box(value).get("v").map_or(text.len(), |_| text.len())
        })
    };
    let ours = |text: &[u8]| canonical(&parse(text, &limits).expect("JSON")).len();
    let plain = |text: &[u8]| {
        serde_json::to_vec(&serde_json::from_slice::<Json>(text).expect("JSON")).expect("written").len()
    };
    let peer = |text: &[u8]| {
        let value = serde_json::from_slice::<Json>(text).expect("JSON");
        serde_json_canonicalizer::to_vec(&value).expect("written").len()
    };
    for text in texts {
        let value: Json = serde_json::from_slice(text).expect("JSON");
        let wanted = serde_json_canonicalizer::to_vec(&value).expect("written");
        assert_eq!(canonical(&parse(text, &limits).expect("JSON")), wanted, "both write the same");
    }
    let [checked, ours, plain, peer] = medians(
        rounds,
        [&mut || each(&checked), &mut || each(&ours), &mut || each(&plain), &mut || each(&peer)],
    );
    let speed = |time: Duration| (times * own) as f64 / time.as_secs_f64() / 1e6;
    let beside = |time: Duration| format!("{:.0} ({:.2})", speed(time), ratio(plain, time));
    println!(
        "{name:<34} {:>7} {:>14} {:>14} {:>11.0} {:>14}",
        own / texts.len(),
        beside(checked),
        beside(ours),
        speed(plain),
        beside(peer)
    );
}

/// Acts and lists as they are signed, files of a bundle, a document as a carrier drafts it.
fn texts() -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let draft = include_bytes!("../../../examples/whisky/draft.json").to_vec();
    let mut corridor = Corridor::new();
    let carrier = corridor.enrol("Northern Isles Line", "TWKC", ("LEI", "TWKATEST00CARRIER096"));
    let holders: Vec<_> = (0..20)
        .map(|number| {
            let home = ["TWKA", "TWKB"][number % 2];
            let (name, code) = (format!("Holder {number} Ltd"), format!("HOLDER-{number}"));
            corridor.enrol(&name, home, ("", &code))
        })
        .collect();
    let mut head = corridor.issue(&draft, &carrier, &holders[0]);
    for pair in holders.windows(2) {
        head = corridor.pass(&head, &pair[0], &pair[1]);
    }
    corridor.publish();
    let bytes = bundle::of(&corridor, head.record, &draft, Under::Newest);
    let Ok(Read::Whole(files)) = Files::read(&bytes) else { panic!("a whole bundle") };
    let signed = corridor.admitted.iter().filter_map(|admitted| admitted.signed.as_ref());
    let acts = signed.clone().map(|signed| signed.act.bytes().to_vec()).collect();
    let lists = signed.map(|signed| signed.signatures.bytes().to_vec()).collect();
    let of = |which: fn(&Path) -> bool| {
        files.iter().filter(|(path, _)| which(path)).map(|(_, bytes)| bytes.to_vec()).collect()
    };
    vec![
        ("acts", acts),
        ("signature lists", lists),
        ("acts' files in a bundle", of(|path| matches!(path, Path::Act(_)))),
        ("slot proofs of a bundle", of(|path| matches!(path, Path::HeadSlots))),
        ("transport document, indented", vec![draft]),
    ]
}
