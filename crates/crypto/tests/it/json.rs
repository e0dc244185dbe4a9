//! RFC 8785's own examples, written from the RFC, and what the strict reader refuses.

use crypto::json::{self, Limits, Number, Value, canonical, parse, parse_canonical};

const ROOM: Limits = Limits::bytes(1 << 16);

fn read(text: &str) -> Value {
    parse(text.as_bytes(), &ROOM).unwrap_or_else(|refusal| panic!("{text}: {refusal}"))
}

fn written(text: &str) -> String {
    String::from_utf8(canonical(&read(text))).unwrap()
}

fn refused(text: &str) -> &'static str {
    parse(text.as_bytes(), &ROOM).expect_err(text).code()
}

#[test]
fn the_sample_of_rfc_8785_section_3_2_comes_out_as_printed() {
    let input = r#"{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"#;
    let output = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
    assert_eq!(written(input), output);
    // Section 3.2.4 prints the first and last of these bytes: "7b 22 6c 69 74" and "22 2f 22 7d".
    let bytes = canonical(&read(input));
    assert_eq!((&bytes[..5], &bytes[bytes.len() - 3..]), (&b"{\"lit"[..], &b"/\"}"[..]));
}

#[test]
fn members_sort_as_in_rfc_8785_section_3_2_3() {
    let input = r#"{
  "\u20ac": "Euro Sign",
  "\r": "Carriage Return",
  "\ufb33": "Hebrew Letter Dalet With Dagesh",
  "1": "One",
  "\ud83d\ude00": "Emoji: Grinning Face",
  "\u0080": "Control",
  "\u00f6": "Latin Small Letter O With Diaeresis"
}"#;
    let value = read(input);
    let order: Vec<&str> = value.as_object().unwrap().iter().filter_map(|(_, text)| text.as_str()).collect();
    assert_eq!(
        order,
        [
            "Carriage Return",
            "One",
            "Control",
            "Latin Small Letter O With Diaeresis",
            "Euro Sign",
            "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh",
        ]
    );
}

/// RFC 8785, appendix B: bits of the double, and how it is written. The rows for NaN and Infinity have no text.
const APPENDIX_B: &[(u64, &str)] = &[
    (0x0000000000000000, "0"),
    (0x8000000000000000, "0"),
    (0x0000000000000001, "5e-324"),
    (0x8000000000000001, "-5e-324"),
    (0x7fefffffffffffff, "1.7976931348623157e+308"),
    (0xffefffffffffffff, "-1.7976931348623157e+308"),
    (0x4340000000000000, "9007199254740992"),
    (0xc340000000000000, "-9007199254740992"),
    (0x4430000000000000, "295147905179352830000"),
    (0x44b52d02c7e14af5, "9.999999999999997e+22"),
    (0x44b52d02c7e14af6, "1e+23"),
    (0x44b52d02c7e14af7, "1.0000000000000001e+23"),
    (0x444b1ae4d6e2ef4e, "999999999999999700000"),
    (0x444b1ae4d6e2ef4f, "999999999999999900000"),
    (0x444b1ae4d6e2ef50, "1e+21"),
    (0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"),
    (0x3eb0c6f7a0b5ed8d, "0.000001"),
    (0x41b3de4355555553, "333333333.3333332"),
    (0x41b3de4355555554, "333333333.33333325"),
    (0x41b3de4355555555, "333333333.3333333"),
    (0x41b3de4355555556, "333333333.3333334"),
    (0x41b3de4355555557, "333333333.33333343"),
    (0xbecbf647612f3696, "-0.0000033333333333333333"),
    (0x43143ff3c1cb0959, "1424953923781206.2"),
];

#[test]
fn numbers_are_written_as_in_rfc_8785_appendix_b_and_read_back() {
    for (bits, text) in APPENDIX_B {
        let number = Number::from_f64(f64::from_bits(*bits)).unwrap();
        assert_eq!(number.to_string(), *text, "{bits:016x}");
        assert_eq!(read(text), Value::Number(number), "{text}");
        assert_eq!(written(text), *text);
    }
    for not_a_number in [0x7fffffffffffffff, 0x7ff0000000000000, 0xfff0000000000000] {
        assert_eq!(Number::from_f64(f64::from_bits(not_a_number)), None);
    }
}

#[test]
fn a_number_that_a_double_would_change_is_refused() {
    for text in [
        "9007199254740993",
        "-9007199254740993",
        "9007199254740993.0",
        "9007199254740993e0",
        "9007199254740993.5",
        "295147905179352825856",
        "333333333333333333333",
        "0.99999999999999999",
        "3.14159265358979323846",
        "1e400",
        "-1e400",
        "1e99999999999999999999",
        "1e-400",
        "123456789012345678e-400",
        "18446744073709551615",
    ] {
        assert_eq!(refused(text), "json-number", "{text}");
    }
}

#[test]
fn a_number_that_a_double_keeps_is_read_however_it_is_written() {
    for (text, canonical) in [
        ("-0", "0"),
        ("-0.0e7", "0"),
        ("0e99999999999999999999", "0"),
        ("1.0", "1"),
        ("100e-2", "1"),
        ("1E2", "100"),
        ("12.50", "12.5"),
        ("9007199254740991", "9007199254740991"),
        ("9007199254740992", "9007199254740992"),
        ("9007199254740994", "9007199254740994"),
        ("1000000000000000000000", "1e+21"),
        ("0.1", "0.1"),
        ("0.10000000000000001", "0.1"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("5e-324", "5e-324"),
        ("-123456789012345", "-123456789012345"),
    ] {
        assert_eq!(written(text), canonical, "{text}");
    }
    assert_eq!(read("9007199254740991").as_integer(), Some(json::INTEGER_END - 1));
    assert_eq!(read("9007199254740992").as_integer(), None);
    assert_eq!(
        (read("-1").as_integer(), read("1.5").as_integer(), read("1e3").as_integer()),
        (None, None, Some(1000))
    );
}

#[test]
fn what_is_not_json_is_refused() {
    for text in [
        "",
        " ",
        "nul",
        "nulL",
        "True",
        "+1",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x10",
        "NaN",
        "Infinity",
        "1 2",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[",
        "]",
        "{",
        "}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "'a'",
        "\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u+123\"",
        "\"\t\"",
        "\"\n\"",
        "\"\u{0}\"",
        "// x\n1",
        "1 // x",
        "\u{feff}1",
        "\u{a0}1",
        "[1]]",
        "tru",
        "falsey",
    ] {
        assert_eq!(refused(text), "json-syntax", "{text:?}");
    }
    assert_eq!(parse(b"\"\xff\"", &ROOM).unwrap_err().code(), "json-syntax");
    assert_eq!(parse(b"\"\xed\xa0\x80\"", &ROOM).unwrap_err().code(), "json-syntax");
}

#[test]
fn a_member_given_twice_is_refused_wherever_it_stands() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"b":2,"a":3}"#,
        r#"{"b":1,"a":2,"\u0061":3}"#,
        r#"[{"x":{"a":1,"\u0061":2}}]"#,
        r#"{"":1,"":2}"#,
    ] {
        assert_eq!(refused(text), "json-duplicate-member", "{text}");
    }
    assert_eq!(written(r#"{"b":{"a":1},"a":{"a":1},"A":0}"#), r#"{"A":0,"a":{"a":1},"b":{"a":1}}"#);
}

#[test]
fn half_a_surrogate_pair_is_refused() {
    for text in [
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\ud800x""#,
        r#""\ud800\n""#,
        r#""\ud800\ud800""#,
        r#""\udc00\ud800""#,
    ] {
        assert_eq!(refused(text), "json-lone-surrogate", "{text}");
    }
    assert_eq!(refused(r#"{"\udead":1}"#), "json-lone-surrogate");
    assert_eq!(written(r#""\ud83d\ude00\uD7FF\uE000\u0000""#), "\"😀\u{d7ff}\u{e000}\\u0000\"");
}

#[test]
fn the_limits_hold_to_the_byte_and_to_the_floor() {
    let limits = Limits { bytes_max: 6, depth_max: 3 };
    assert!(parse(b"[[[]]]", &limits).is_ok());
    assert_eq!(parse(b"[[[]]] ", &limits).unwrap_err().code(), "json-too-large");
    let limits = Limits { bytes_max: 60, depth_max: 3 };
    assert_eq!(parse(b"[[[[]]]]", &limits).unwrap_err().code(), "json-too-deep");
    assert_eq!(parse(br#"[{"a":[{}]}]"#, &limits).unwrap_err().code(), "json-too-deep");
    assert!(parse(br#"[{"a":[1]},[[2]],{"b":{}}]"#, &limits).is_ok());
    let deep = |floors: usize| "[".repeat(floors) + &"]".repeat(floors);
    assert!(parse(deep(json::DEPTH_MAX).as_bytes(), &ROOM).is_ok());
    assert_eq!(refused(&deep(json::DEPTH_MAX + 1)), "json-too-deep");
    assert_eq!(refused(&"[".repeat(60_000)), "json-too-deep");
}

#[test]
fn only_canonical_bytes_pass_as_canonical() {
    let bytes = br#"{"a":[1,"\n",null],"b":{}}"#;
    assert_eq!(canonical(&parse_canonical(bytes, &ROOM).unwrap()), bytes);
    for other in [
        r#" {"a":1}"#,
        r#"{"a":1} "#,
        r#"{"a": 1}"#,
        r#"{"b":1,"a":2}"#,
        r#"{"a":1.0}"#,
        r#"{"a":-0}"#,
        r#""\u0041""#,
        r#""\/""#,
        r#""\u000A""#,
        r#""\u001F""#,
        r#""\u0008""#,
        r#"{"a":{"b":1, "c":2}}"#,
        r#"[{"b":1,"a":2},{}]"#,
        r#"1E2"#,
        r#"{"\u0061":1}"#,
    ] {
        let refusal = parse_canonical(other.as_bytes(), &ROOM).unwrap_err();
        assert_eq!(refusal.code(), "not-canonical", "{other}");
        assert!(refusal.place().is_some_and(|place| place.starts_with("byte ")));
    }
}
