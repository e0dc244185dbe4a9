//! Releases that are not applied yet: what they refuse that passes today, and the twin that passes both.

use invoice::{Forecast, Profile, coming_releases, coming_rules, forecast, judge, read};

const EXPORT: &str = include_str!("../../../../examples/invoices/whisky-export.xml");
const PINT: &str = include_str!("../../../../examples/invoices/pepper-export.xml");

fn forecasts(source: &str) -> Vec<Forecast> {
    let document = read(source.as_bytes()).unwrap();
    let sets = Profile::of(&document).sets;
    let verdict = judge(&document, |set| sets.contains(&set.name));
    forecast(&document, &verdict.sets)
}

/// Refused and warned of by the next release of Peppol Billing, rules in order, each once.
fn coming(source: &str) -> (Vec<&'static str>, Vec<&'static str>) {
    let ids = |findings: &[invoice::Finding]| {
        let mut ids: Vec<_> = findings.iter().map(|finding| finding.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let forecasts = forecasts(source);
    assert_eq!(forecasts.len(), 1);
    (ids(&forecasts[0].refused), ids(&forecasts[0].warned))
}

/// Two numbers of the buyer in the invoice: its endpoint's, and its VAT identifier.
fn with_buyer(scheme: &str, number: &str, vat: &str) -> String {
    let endpoint = format!("<cbc:EndpointID schemeID=\"{scheme}\">{number}</cbc:EndpointID>");
    let registration = format!(
        "<cac:PartyTaxScheme><cbc:CompanyID>{vat}</cbc:CompanyID>\
         <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
    );
    let named =
        EXPORT.replace("<cbc:EndpointID schemeID=\"0195\">SGUEN200312345H</cbc:EndpointID>", &endpoint);
    let (before, after) = named.rsplit_once("<cac:PartyLegalEntity>").unwrap();
    if vat.is_empty() { named } else { format!("{before}{registration}<cac:PartyLegalEntity>{after}") }
}

#[test]
fn the_example_passes_today_and_later() {
    assert_eq!(coming(EXPORT), (vec![], vec![]));
    let forecast = forecasts(EXPORT).remove(0);
    assert_eq!((forecast.name, forecast.version, forecast.from), ("peppol", "3.0.22", "2027-02-24"));
    assert!(forecast.not_held.contains("SK-R-001"), "what is not held is said");
    assert_eq!(forecasts(PINT), [], "no coming release of PINT or IRAS is known");
}

// Check digits by another program: 202607 mod 89 is 43; of 2010240030 the weighted sum leaves 5 modulo 11, so 6, and with
// form 24 also 7; of 1998220112 it leaves 0; 97 - 22022399 mod 97 is 93; GS1's sum of 730001000000 leaves 1.
#[test]
fn numbers_are_looked_at_more_closely() {
    for (scheme, number, vat, refused, warned) in [
        ("0088", "7300010000001", "", "", ""),
        ("0088", "00000007300010000001", "", "R040", ""),
        ("0088", "0", "", "R040", ""),
        ("0208", "0202239951", "", "", ""),
        ("0208", "2202239993", "", "R043", ""),
        ("0106", "12345678", "", "", ""),
        ("0106", "1234567", "", "R054", ""),
        ("0190", "00000001234567890000", "", "", ""),
        ("0190", "1234567890", "", "R055", ""),
        ("9944", "NL123456789B01", "", "", ""),
        ("9944", "NL123456789", "", "R056-1", ""),
        ("0217", "123456789012", "", "", ""),
        ("0217", "12345678901", "", "R057", ""),
        ("0240", "20102400306", "", "", ""),
        ("0240", "20102400307", "", "", ""),
        ("0240", "20102400308", "", "", "R059"),
        ("0240", "19982201120", "", "", ""),
        ("0240", "19982201121", "", "", "R059"),
        ("0240", "19981001120", "", "", "R059"),
        ("9932", "GB1", "LU20260743", "", ""),
        ("9932", "GB1", "lu20260743 ", "", ""),
        ("9932", "GB1", "LU20260744", "", "R058"),
        ("9932", "GB1", "LU2026074", "", "R058"),
        ("9932", "GB1", "BE0202239951", "", ""),
        ("9932", "GB1", "BE0202239952", "", "R062"),
        ("9932", "GB1", "NL123456789B01", "", ""),
        ("9932", "GB1", "NL123456789", "R056-2", ""),
        // A number that today's release refuses too is no news.
        ("0088", "7300010000002", "", "", ""),
    ] {
        let ids = |word: &str| match word {
            "" => vec![],
            word => vec![format!("PEPPOL-COMMON-{word}")],
        };
        let (found_refused, found_warned) = coming(&with_buyer(scheme, number, vat));
        assert_eq!(
            (ids(refused), ids(warned)),
            (owned(&found_refused), owned(&found_warned)),
            "{number}{vat}"
        );
    }
}

fn owned(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

/// The document that has nothing but the way to the end of `path`, and there `count` elements called `name`.
fn bare(path: &str, name: &str, count: usize) -> String {
    let mut steps = path.split('/');
    let root = steps.next().unwrap();
    let inner = format!("<{name}/>").repeat(count);
    let inside = steps.rev().fold(inner, |inner, step| format!("<{step}>{inner}</{step}>"));
    format!(
        "<{root} xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:{root}-2\" \
         xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\" \
         xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">{inside}</{root}>"
    )
}

#[test]
fn of_what_stands_exactly_once_none_and_two_are_refused() {
    let table = include_str!("../test_data/peppol-3.0.22-once.tsv");
    let rows: Vec<Vec<&str>> =
        table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), 137);
    for row in rows {
        let (id, path, name) = (format!("PEPPOL-EN16931-R{}", row[0]), row[1], row[2]);
        for count in 0..3 {
            let source = bare(path, name, count);
            let document = read(source.as_bytes()).unwrap();
            for set in ["peppol", "peppol-sb"] {
                let today = judge(&document, |rules| rules.name == set).sets;
                let told = forecast(&document, &today).remove(0).refused;
                let place = |xpath: &str| xpath.replace("[1]", "") == format!("/{path}");
                let refused = told.iter().any(|finding| finding.id == id && place(&finding.xpath));
                assert_eq!(refused, count != 1, "{set} {id} {path} {count} × {name}");
            }
        }
    }
}

#[test]
fn a_coming_release_refuses_more_than_the_example_shows() {
    let account = "<cbc:ID>GB33BUKB20201555555555</cbc:ID>";
    let without_terms = EXPORT.replace("<cac:AllowanceCharge>", "<cac:PaymentTerms/><cac:AllowanceCharge>");
    let two_items = EXPORT.replace(
        "<cac:OriginCountry><cbc:IdentificationCode>GB</cbc:IdentificationCode></cac:OriginCountry>",
        "<cac:OriginCountry/>",
    );
    for (source, rule) in [
        (EXPORT.replace(account, ""), "PEPPOL-EN16931-R258"),
        (without_terms, "PEPPOL-EN16931-R260"),
        (two_items, "PEPPOL-EN16931-R247"),
    ] {
        assert_eq!(coming(&source).0, [rule]);
    }
}

#[test]
fn what_will_pass_is_told_where_it_is_refused_today() {
    // A Swedish seller with a rate of 20 %, to Singapore and within Sweden.
    let swedish = EXPORT
        .replacen(
            "<cbc:IdentificationCode>GB</cbc:IdentificationCode>",
            "<cbc:IdentificationCode>SE</cbc:IdentificationCode>",
            1,
        )
        .replacen(
            "<cbc:CompanyID>GB831495816</cbc:CompanyID>",
            "<cbc:CompanyID>SE556012579001</cbc:CompanyID>",
            1,
        )
        .replace("<cbc:ID>G</cbc:ID>", "<cbc:ID>S</cbc:ID>");
    let eased = |source: &str| forecasts(source).remove(0).eased;
    assert_eq!(eased(&swedish).first().map(|(rule, _)| *rule), Some("SE-R-006"));
    assert_eq!(eased(&swedish.replace(">SG<", ">SE<")), []);
    assert_eq!(eased(EXPORT), []);
}

#[test]
fn coming_rules_speak_in_sentences_and_are_no_set_that_judges() {
    let counts: Vec<_> = coming_releases().map(|release| coming_rules(release.rules.name).count()).collect();
    assert_eq!(counts, [147, 147], "137 of what stands once, ten of numbers");
    for release in coming_releases() {
        for rule in coming_rules(release.rules.name) {
            assert!(rule.message.ends_with('.') && rule.remedy.ends_with('.'), "{}", rule.id);
        }
        let today = invoice::rule_sets().find(|set| set.name == release.rules.name).unwrap();
        assert_eq!(today.valid_to, Some("2027-02-23"), "the day before {}", release.rules.valid_from);
        assert!(!today.is_applied_on(release.rules.valid_from) && today.is_applied_on("2027-02-23"));
    }
}
