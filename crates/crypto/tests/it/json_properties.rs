//! Properties of reading and writing over generated values and arbitrary bytes, and the golden checksums.

use crypto::{
    Digest,
    json::{self, Fields, Limits, Number, Object, Value, canonical, parse, parse_canonical},
};
use proptest::prelude::*;

const ROOM: Limits = Limits::bytes(1 << 20);

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_filter_map("finite", |double| Number::from_f64(double).map(Value::Number)),
        any::<i64>().prop_filter_map("finite", |whole| {
            let double: f64 = whole.to_string().parse().ok()?;
            Number::from_f64(double).map(Value::Number)
        }),
        any::<String>().prop_map(Value::from),
        "[\u{0}-\u{7f}]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
            prop::collection::vec((any::<String>(), inner), 0..8).prop_map(Value::object),
        ]
    })
}

/// The same value in another spelling: members in the opposite order, white space, everything that can be escaped.
fn spelt_otherwise(value: &Value, out: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            out.push_str(str::from_utf8(&canonical(value)).unwrap());
        }
        Value::String(text) => {
            out.push('"');
            text.as_str().encode_utf16().for_each(|unit| out.push_str(&format!("\\u{unit:04X}")));
            out.push('"');
        }
        Value::Array(elements) => {
            out.push_str("[\t");
            for (position, element) in elements.iter().enumerate() {
                out.push_str(if position == 0 { "" } else { "\n,\r" });
                spelt_otherwise(element, out);
            }
            out.push_str(" ]");
        }
        Value::Object(object) => {
            let members: Vec<(&str, &Value)> = object.iter().collect();
            out.push_str("{ ");
            for (position, (name, member)) in members.into_iter().rev().enumerate() {
                out.push_str(if position == 0 { "" } else { " , " });
                spelt_otherwise(&Value::from(name), out);
                out.push_str(" : ");
                spelt_otherwise(member, out);
            }
            out.push_str(" }\n");
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back_and_is_canonical(value in any_value()) {
        let bytes = canonical(&value);
        prop_assert_eq!(&parse(&bytes, &ROOM).unwrap(), &value);
        prop_assert_eq!(canonical(&parse_canonical(&bytes, &ROOM).unwrap()), bytes);
    }

    #[test]
    fn another_spelling_is_the_same_value_but_not_canonical(value in any_value()) {
        let mut spelling = String::from(" ");
        spelt_otherwise(&value, &mut spelling);
        prop_assert_eq!(&parse(spelling.as_bytes(), &ROOM).unwrap(), &value);
        prop_assert_eq!(parse_canonical(spelling.as_bytes(), &ROOM).unwrap_err().code(), "not-canonical");
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes, &ROOM);
    }

    #[test]
    fn texts_made_of_json_parts_never_panic(parts in prop::collection::vec(
        prop::sample::select(vec!["{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "d83d", "de00", "0", "1", "-", ".",
            "e", "+", "true", "null", "a", " ", "\n", "é", "😀"]), 0..40)) {
        let text = parts.concat();
        if let Ok(value) = parse(text.as_bytes(), &ROOM) {
            prop_assert_eq!(parse(&canonical(&value), &ROOM).unwrap(), value);
            only_what_is_written_passes(text.as_bytes());
        }
    }

    #[test]
    fn of_all_spellings_of_strings_only_the_written_one_passes(parts in prop::collection::vec(
        prop::sample::select(vec!["\\u0008", "\\b", "\\u000a", "\\u000A", "\\n", "\\u000b", "\\u000B", "\\u001f", "\\u001F",
            "\\u0022", "\\\"", "\\u002f", "\\/", "/", "\\u005c", "\\\\", "\\u007f", "\u{7f}", "\\u00e9", "é", "\\ud83d\\ude00", "😀",
            "a"]), 0..4)) {
        let text = parts.concat();
        only_what_is_written_passes(format!("\"{text}\"").as_bytes());
        only_what_is_written_passes(format!("{{\"{text}\":[\"{text}\"]}}").as_bytes());
    }

    #[test]
    fn of_all_spellings_of_numbers_only_the_written_one_passes(number in "-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?") {
        only_what_is_written_passes(number.as_bytes());
    }

    #[test]
    fn of_all_orders_of_members_only_the_written_one_passes(names in prop::collection::vec("[a-c\u{e000}\u{10000}]{0,2}", 0..5)) {
        let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":{{}}")).collect();
        only_what_is_written_passes(format!("{{{}}}", members.join(",")).as_bytes());
    }

    #[test]
    fn a_member_given_twice_is_always_refused(names in prop::collection::vec("[a-c\u{e000}\u{10000}]{0,2}", 2..12)) {
        let distinct = names.iter().collect::<std::collections::BTreeSet<_>>().len() == names.len();
        let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":0")).collect();
        let verdict = parse(format!("{{{}}}", members.join(",")).as_bytes(), &ROOM);
        prop_assert_eq!(verdict.is_ok(), distinct);
    }

    #[test]
    fn flipped_bits_never_panic(value in any_value(), at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut bytes = canonical(&value);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(other) = parse_canonical(&bytes, &ROOM) {
            prop_assert_ne!(other, value);
        }
        only_what_is_written_passes(&bytes);
    }
}

/// The reader notices on its way whether a text is canonical; that must be what writing it again and comparing says.
fn only_what_is_written_passes(text: &[u8]) {
    let Ok(value) = parse(text, &ROOM) else { return };
    let same = canonical(&value) == text;
    assert_eq!(parse_canonical(text, &ROOM).is_ok(), same, "{}", String::from_utf8_lossy(text));
}

#[test]
fn the_checksums_of_dcsa_documents_are_the_golden_ones() {
    let Some(golden) = testkit::standards("ebl/golden-vectors.json") else { return };
    let golden = testkit::json(&golden);
    let rows = golden["dcsa"].as_array().unwrap();
    for row in rows {
        let file = testkit::standards(&format!("ebl/{}", row["file"].as_str().unwrap())).unwrap();
        let mut value = parse(&std::fs::read(file).unwrap(), &ROOM).unwrap();
        for step in row["pointer"].as_str().unwrap_or_default().split('/').skip(1) {
            value = value.get(step).unwrap().clone();
        }
        if row["edit"].as_str().unwrap().starts_with("set /transportDocumentReference") {
            let Value::Object(object) = &mut value else { panic!("not an object") };
            object.insert("transportDocumentReference", "TDR-12345678");
        }
        let bytes = canonical(&value);
        assert_eq!(Some(bytes.len()), row["rfc8785Bytes"].as_u64().and_then(|len| usize::try_from(len).ok()));
        assert_eq!(Digest::of(&bytes).to_string(), row["sha256"].as_str().unwrap());
    }
    assert_eq!(rows.len(), 3);
}

#[test]
fn fields_read_what_is_there_and_refuse_the_rest() {
    let value = parse(
        br#"{"n":7,"s":"x","t":"2026-03-09T14:05:00.000Z","b":true,"a":[1],"o":{"i/n":"y"},"d":"00"}"#,
        &ROOM,
    )
    .unwrap();
    let mut fields = Fields::of(&value, "act").unwrap();
    assert_eq!((fields.integer("n").unwrap(), fields.string("s").unwrap()), (7, "x"));
    assert_eq!(fields.timestamp("t").unwrap().to_string(), "2026-03-09T14:05:00.000Z");
    assert_eq!((fields.boolean("b").unwrap(), fields.array("a").unwrap().len()), (true, 1));
    assert_eq!(fields.optional_string("absent").unwrap(), None);
    let mut inner = fields.object("o").unwrap();
    assert_eq!(inner.constant("i/n", "z").unwrap_err().place(), Some("act/o/i~1n"));
    inner.end().unwrap();
    let refusal = fields.digest("d").unwrap_err();
    assert_eq!((refusal.code(), refusal.place()), ("bad-digest", Some("act/d")));
    fields.end().unwrap();

    let mut fields = Fields::of(&value, "").unwrap();
    for (verdict, code) in [
        (fields.integer("s").map(drop), "member-type"),
        (fields.integer("absent").map(drop), "member-missing"),
        (fields.string("n").map(drop), "member-type"),
        (fields.optional_string("n").map(drop), "member-type"),
        (fields.object("a").map(drop), "member-type"),
        (fields.timestamp("s").map(drop), "bad-time"),
        (fields.base64url("s").map(drop), "bad-base64"),
        (Fields::of(&Value::Null, "x").map(drop), "member-type"),
    ] {
        assert_eq!(verdict.unwrap_err().code(), code);
    }
    let refusal = fields.end().unwrap_err();
    assert_eq!((refusal.code(), refusal.place()), ("member-unknown", Some("/b")));
}

#[test]
fn fields_stop_at_the_widest_object() {
    let wide = |members: usize| {
        let mut object = Object::new();
        (0..members).for_each(|member| object.insert(member.to_string(), Value::Null));
        Value::Object(object)
    };
    let value = wide(json::MEMBERS_MAX);
    let mut fields = Fields::of(&value, "").unwrap();
    for member in 0..json::MEMBERS_MAX {
        fields.value(&member.to_string()).unwrap();
    }
    fields.end().unwrap();
    assert_eq!(Fields::of(&wide(json::MEMBERS_MAX + 1), "").unwrap_err().code(), "member-type");
}
