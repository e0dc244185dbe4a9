//! `twakow invoice new`: orders become invoices that pass, and each twin that is wrong by one field is refused at its place.

use crate::{Answer, Desk, examples};

fn order(name: &str) -> String {
    std::fs::read_to_string(examples().join("invoices").join(name)).unwrap()
}

/// Writes an invoice from the text of an order.
fn write(desk: &Desk, text: &str, more: &str) -> Answer {
    std::fs::write(desk.path("order.toml"), text).unwrap();
    desk.types(&format!("invoice new order.toml {more}"))
}

#[test]
fn each_example_becomes_an_invoice_that_is_accepted() {
    for (name, amount) in [
        // 600 × 40.00 + 1,450.00, exported.
        ("whisky-export", "25450.00"),
        // 48 × (66.00 − 1.50) less 5 % is 2,941.20, and 3 × 29.95; 9 % of 3,031.05 is 272.79.
        ("gst-standard", "3303.84"),
        // 12 × 40.00.
        ("whisky-credit-note", "480.00"),
        // 27.46 × 241.50 is 6,631.59, and 27,460 × 12.80 / 1,000 is 351.488; 20 % of 351.49 is 70.30.
        ("self-billed-barley", "7053.38"),
    ] {
        let desk = Desk::new();
        let written = write(&desk, &order(&format!("{name}.toml")), "-o out.xml");
        assert_eq!((written.code, written.data.as_str()), (0, ""), "{written:?}");
        let source = std::fs::read_to_string(desk.path("out.xml")).unwrap();
        assert!(source.contains(&format!(">{amount}</cbc:PayableAmount>")), "{source}");
        let checked = desk.types("invoice check out.xml");
        assert_eq!(checked.code, 0, "{checked:?}");
        assert!(checked.data.contains(" accepts out.xml: 0 fatal, 0 warnings"), "{checked:?}");
    }
}

#[test]
fn each_twin_is_refused_where_it_is_wrong() {
    for (name, refusal, place) in [
        (
            "whisky-export-wrong-amount",
            "order-amount-wrong",
            "600 × 40.00 = 24000; the order says 24600.00) at lines[1].amount, line 44",
        ),
        ("gst-standard-no-rate", "order-key-missing", "`exchange_rate` is missing) at exchange_rate"),
        ("whisky-credit-note-wrong-category", "order-against-rules", "[BR-Z-10]"),
        (
            "self-billed-barley-no-tax",
            "order-tax-unclear",
            "more than one of Z 0 %, S 20 % is meant) at lines[2].tax",
        ),
    ] {
        let desk = Desk::new();
        let answer = write(&desk, &order(&format!("{name}.toml")), "-o out.xml");
        assert_eq!((answer.code, answer.data.as_str()), (1, ""), "{answer:?}");
        assert!(answer.talk.contains(&format!("refused [{refusal}]")), "{answer:?}");
        assert!(answer.talk.contains(place), "{place}: {answer:?}");
        assert!(answer.talk.contains("refused [order-refused]"), "{answer:?}");
        assert!(!desk.path("out.xml").exists(), "nothing is written");
    }
}

/// One change to the whisky's order, and the beginning of what is said about it.
const WRONG: [(&str, &str, &str, &str); 17] = [
    (
        "quantity = 600",
        "quantity = \"many\"",
        "order-value-wrong",
        "this is many) at lines[1].quantity, line 42",
    ),
    ("quantity = 600", "qty = 600", "order-key-unknown", "`qty`; known here: id, note, quantity"),
    ("quantity = 600\n", "", "order-key-missing", "`quantity` is missing) at lines[1].quantity, line 40"),
    ("due = 2026-05-08", "due = \"8 May\"", "order-value-wrong", "this is 8 May) at due, line 6"),
    ("currency = \"GBP\"", "currency = \"STG\"", "order-code-unknown", "STG is no currency"),
    (
        "country = \"SG\" }\n\n[delivery]",
        "country = \"Singapore\" }\n\n[delivery]",
        "order-code-unknown",
        "at buyer.address.country, line 23",
    ),
    (
        "profile = \"peppol\"",
        "profile = \"xrechnung\"",
        "order-profile-unknown",
        "xrechnung; there are core, peppol",
    ),
    ("\"9932:GB831495816\"", "\"GB831495816\"", "order-value-wrong", "at seller.electronic_address, line 16"),
    (
        "electronic_address = \"0195:SGUEN200312345H\"\n",
        "",
        "order-key-missing",
        "at buyer.electronic_address",
    ),
    ("category = \"G\"", "category = \"Q\"", "order-against-rules", "at tax[1].category, line 35"),
    ("price = 40.00\n", "price = 40.00\nunit = \"bottle\"\n", "order-against-rules", "[BR-CL-23]"),
    ("price = 40.00", "price = -40.00", "order-against-rules", "[BR-27]"),
    ("buyer_reference = \"PO-88120\"\n", "", "order-against-rules", "[PEPPOL-EN16931-R003]"),
    (
        "price = 40.00",
        "price = 40.00\nrate = 20",
        "order-tax-unclear",
        "none of G 0 % is meant) at lines[1].tax",
    ),
    (
        "amount = 1450.00",
        "amount = 1450.00\n[totals]\ndue = 25540.00",
        "order-amount-wrong",
        "25450.00 − 0 + 0 = 25450; the order says 25540.00) at totals.due, line 52",
    ),
    ("number = \"LD", "number = \"\\u0007LD", "order-value-wrong", "control character"),
    ("number = \"LD-2026-0317\"", "number = \"", "order-not-read", "line 4"),
];

#[test]
fn each_mistake_is_refused_by_code_at_its_place() {
    let good = order("whisky-export.toml");
    for (from, to, refusal, says) in WRONG {
        assert!(good.contains(from), "the example no longer holds {from}");
        let answer = write(&Desk::new(), &good.replacen(from, to, 1), "");
        assert_eq!((answer.code, answer.data.as_str()), (1, ""), "{to}: {answer:?}");
        assert!(answer.talk.contains(&format!("refused [{refusal}]")), "{to}: {answer:?}");
        assert!(answer.talk.contains(says), "{to}: {answer:?}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let twice = order("whisky-export.toml")
        .replace("currency = \"GBP\"", "currency = \"STG\"")
        .replace("600", "\"x\"");
    let answer = write(&Desk::new(), &twice, "");
    assert!(answer.talk.contains("2 to mend in order.toml"), "{answer:?}");
}

#[test]
fn an_order_in_json_is_the_same_order() {
    let json = r#"{"profile": "peppol", "number": "17", "issued": "2026-03-09", "due": "2026-05-08", "currency": "GBP",
        "buyer_reference": "PO", "seller": {"name": "S", "vat": "GB831495816", "electronic_address": "9932:GB831495816",
        "address": {"country": "GB"}}, "buyer": {"name": "B", "electronic_address": "0195:SGUEN200312345H",
        "address": {"country": "SG"}}, "tax": [{"category": "S", "rate": 20}],
        "lines": [{"item": "Cork", "quantity": 3, "price": 0.35}]}"#;
    let toml = "profile = \"peppol\"\nnumber = 17\nissued = 2026-03-09\ndue = 2026-05-08\ncurrency = \"GBP\"\nbuyer_reference = \"PO\"\n\
        seller = { name = \"S\", vat = \"GB831495816\", electronic_address = \"9932:GB831495816\", address = { country = \"GB\" } }\n\
        buyer = { name = \"B\", electronic_address = \"0195:SGUEN200312345H\", address = { country = \"SG\" } }\n\
        tax = [{ category = \"S\", rate = 20 }]\nlines = [{ item = \"Cork\", quantity = 3, price = 0.35 }]\n";
    let (one, other) = (write(&Desk::new(), json, ""), write(&Desk::new(), toml, ""));
    assert_eq!(one.code, 0, "{one:?}");
    assert_eq!(one.data, other.data);
    // 3 × 0.35 and a fifth of it.
    assert!(one.data.contains(">1.26</cbc:PayableAmount>"), "{one:?}");
    let broken = write(&Desk::new(), &json.replace("\"price\": 0.35", "\"price\": true"), "");
    assert!(broken.talk.contains("this is true or false) at lines[1].price"), "{broken:?}");
}

#[test]
fn the_profile_of_the_command_line_counts() {
    let core = write(&Desk::new(), &order("whisky-export.toml"), "--profile en16931");
    assert_eq!(core.code, 0, "{core:?}");
    assert!(
        core.data.contains("<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>"),
        "{core:?}"
    );
    let singapore = write(&Desk::new(), &order("whisky-export.toml"), "--profile pint-sg");
    assert!(singapore.talk.contains("refused [order-against-rules]"), "{singapore:?}");
}
