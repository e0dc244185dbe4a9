//! What a person and a program see of a verdict.

use evidence::{
    bundle::Files,
    render::{to_json, to_text, unreadable},
    verify::{Asked, Verdict, verify},
};
use serde_json::Value as Json;

use crate::world::World;

fn read(value: &crypto::json::Value) -> Json {
    serde_json::from_slice(&crypto::json::canonical(value)).unwrap()
}

fn verdict(asked: &Asked) -> Verdict {
    let mut world = World::shipped();
    world.complete();
    verify(&world.bytes(), Some(&world.trust()), asked).unwrap()
}

#[test]
fn json_has_the_members_that_the_document_names() {
    let asked = Asked { at: Some("2026-01-01T00:00:00.000Z".parse().unwrap()), ..Asked::default() };
    let verdict = verdict(&asked);
    let json = read(&to_json(&verdict));
    let names = |value: &Json| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(names(&json), "acts asked claims clauses exit jurisdiction law origin record state test v");
    assert_eq!(names(&json["asked"]), "at controlNow identity limitMinutes trust");
    assert_eq!(names(&json["claims"][0]), "because cause clauses code counts reason subject verdict");
    assert_eq!(
        names(&json["acts"][1]),
        "at digest finalBy home index leafAt notBefore op phase provenance seq sets title"
    );
    assert_eq!(names(&json["state"]), "asOf control phase title");
    assert_eq!(names(&json["state"]["control"]), "home parties sets");
    assert_eq!(names(&json["clauses"][0]), "claims id mletr note requirement sg uk unverified verdict");
    assert_eq!((&json["v"], &json["exit"]), (&"twakow/verdict/1".into(), &3.into()));
    assert_eq!(json["claims"].as_array().unwrap().len(), 28);
    assert_eq!(json["state"]["control"]["parties"][0], "bank");
    assert_eq!(json["claims"][3]["clauses"].to_string(), r#"["L3","L11"]"#);
    let medium = &json["claims"][18];
    assert_eq!(
        (&medium["subject"], &medium["verdict"], &medium["counts"]),
        (&Json::Null, &Json::Null, &false.into())
    );
}

#[test]
fn text_says_who_is_in_control_and_what_is_not_shown() {
    let text = to_text(&verdict(&Asked::default()));
    for line in [
        "TEST: keys were made from a seed",
        "state     live: in control bank at TWKB; title: to the order of bank, as of 2026-01-09T00:10:02.000Z",
        "law       England and Wales; jurisdiction England and Wales",
        "ALGORITHMS     INDETERMINATE the checkpoint of size",
        "MEDIUM         –",
        "L10  PASS          Endorsement, also in blank [MLETR 15; UK 3(1); SG 16J unverified]",
        "L14  –             Reliability factors",
        "A file cannot speak to it",
        "INDETERMINATE: what is not PASS above is not shown by this file.",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let mut world = World::shipped();
    world.complete();
    let alone = to_text(&verify(&world.bytes(), None, &Asked::default()).unwrap());
    assert!(alone.contains("no trust file") && alone.ends_with("from someone you trust.\n"), "{alone}");
}

#[test]
fn what_cannot_be_read_says_why_and_claims_nothing() {
    let why = Files::read(b"not a zip").unwrap_err();
    let json = read(&unreadable(&why, &Asked::default(), true));
    assert_eq!((&json["exit"], &json["refusal"]["code"]), (&2.into(), &"not-a-bundle".into()));
    assert!(json.get("claims").is_none());
    assert!(!json["refusal"]["remedy"].as_str().unwrap().is_empty());
}
