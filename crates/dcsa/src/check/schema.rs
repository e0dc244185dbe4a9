//! The published schema, as rows of data, and one pass over a document that compares.

use std::{collections::BTreeMap, sync::LazyLock};

use crypto::json::Value;
use vocab::{codelist::CodeList, date::Date};

use super::{Breaches, nature::LAW_WORDS};
use crate::place::At;

/// The members of a transport document as DCSA publishes them.
pub(super) const TRANSPORT_DOCUMENT: CodeList =
    CodeList::new(include_str!("../../data/transport-document.tsv"));

/// What can be wrong with one place by the schema alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    CodeNotInList,
    CodeNotListed,
    Date,
    Form,
    Items,
    Length,
    Missing,
    OneOf,
    Range,
    Type,
    Unknown,
}

/// All that the schema finds in the document at `root`.
pub(super) fn faults(root: &At<'_>) -> BTreeMap<Fault, Breaches> {
    let mut faults = BTreeMap::new();
    look_at_object(root, "TransportDocument", &mut faults);
    faults
}

type Faults = BTreeMap<Fault, Breaches>;

#[derive(Debug)]
struct Object {
    members: BTreeMap<&'static str, Member>,
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Member {
    required: bool,
    list: bool,
    kind: Kind,
    limits: Vec<Limit>,
}

/// Of these members there is exactly one, or at least one.
#[derive(Debug)]
struct Group {
    members: Vec<&'static str>,
    exactly_one: bool,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Date,
    Flag,
    Moment,
    Number,
    Object(&'static str),
    Text,
    Whole,
}

#[derive(Debug)]
enum Limit {
    Above(f64),
    Form(Form),
    From(f64),
    Items(usize, usize),
    Length(usize, usize),
    Listed(&'static str),
    OneOf(&'static str),
    To(f64),
}

/// The published patterns, by what they mean.
#[derive(Debug, Clone, Copy)]
enum Form {
    Alphanumeric,
    Capitals,
    Digits,
    Email,
    Locode,
    Risk,
    Solid,
    Trimmed,
    Variant,
    Voyage,
}

/// The rows, parsed once. A row that cannot be parsed would be lost here; a test shows that there is none.
static OBJECTS: LazyLock<BTreeMap<&'static str, Object>> = LazyLock::new(|| {
    let mut objects: BTreeMap<&'static str, Object> = BTreeMap::new();
    for row in TRANSPORT_DOCUMENT.rows() {
        let object = objects
            .entry(row.code)
            .or_insert_with(|| Object { members: BTreeMap::new(), groups: Vec::new() });
        let (name, need, kind, limits) = (row.column(0), row.column(1), row.column(2), row.column(3));
        if need == "group" {
            object
                .groups
                .push(Group { members: name.split('|').collect(), exactly_one: kind == "exactly one" });
        } else if let Some(member) = parse_member(need, kind, limits) {
            object.members.insert(name, member);
        }
    }
    objects
});

fn parse_member(need: &str, kind: &'static str, limits: &'static str) -> Option<Member> {
    let (list, kind) = kind.strip_prefix("list of ").map_or((false, kind), |kind| (true, kind));
    let kind = match kind {
        "date" => Kind::Date,
        "flag" => Kind::Flag,
        "moment" => Kind::Moment,
        "number" => Kind::Number,
        "text" => Kind::Text,
        "whole" => Kind::Whole,
        object => Kind::Object(object),
    };
    let limits =
        limits.split("; ").filter(|limit| !limit.is_empty()).map(parse_limit).collect::<Option<_>>()?;
    Some(Member { required: need == "required", list, kind, limits })
}

fn parse_limit(limit: &'static str) -> Option<Limit> {
    if let Some(codes) = limit.strip_prefix("one of ") {
        return Some(Limit::OneOf(codes));
    }
    let (word, rest) = limit.split_once(' ')?;
    let range = |rest: &str| {
        let (least, most) = rest.split_once("..")?;
        let most = if most.is_empty() { usize::MAX } else { most.parse().ok()? };
        Some((least.parse().ok()?, most))
    };
    Some(match word {
        "above" => Limit::Above(rest.parse().ok()?),
        "from" => Limit::From(rest.parse().ok()?),
        "to" => Limit::To(rest.parse().ok()?),
        "items" => range(rest).map(|(least, most)| Limit::Items(least, most))?,
        "length" => range(rest).map(|(least, most)| Limit::Length(least, most))?,
        "listed" => Limit::Listed(rest),
        "form" => Limit::Form(match rest {
            "alphanumeric" => Form::Alphanumeric,
            "capitals" => Form::Capitals,
            "digits" => Form::Digits,
            "email" => Form::Email,
            "locode" => Form::Locode,
            "risk" => Form::Risk,
            "solid" => Form::Solid,
            "trimmed" => Form::Trimmed,
            "variant" => Form::Variant,
            "voyage" => Form::Voyage,
            _ => return None,
        }),
        _ => return None,
    })
}

fn look_at_object(at: &At<'_>, name: &str, faults: &mut Faults) {
    let Some(rows) = OBJECTS.get(name) else { return };
    let Some(object) = at.value().and_then(Value::as_object) else {
        return note(faults, Fault::Type, at, "an object is expected");
    };
    for (name, member) in &rows.members {
        let below = at.get(name);
        if below.exists() {
            look_at_member(&below, member, faults);
        } else if member.required {
            note(faults, Fault::Missing, &below, member.wanted());
        }
    }
    for group in &rows.groups {
        let present = group.members.iter().filter(|name| object.get(name).is_some()).count();
        if present == 0 || (group.exactly_one && present > 1) {
            let many = if group.exactly_one { "exactly one" } else { "at least one" };
            note(faults, Fault::OneOf, at, format!("{many} of {}", group.members.join(", ")));
        }
    }
    for (member, _) in object.iter() {
        let has_own_rule = at.pointer().is_empty() && LAW_WORDS.contains(&member);
        if !rows.members.contains_key(member) && !has_own_rule {
            note(faults, Fault::Unknown, &at.get(member), "");
        }
    }
}

fn look_at_member(at: &At<'_>, member: &Member, faults: &mut Faults) {
    if !member.list {
        return look_at_value(at, member, faults);
    }
    let Some(elements) = at.value().and_then(Value::as_array) else {
        return note(faults, Fault::Type, at, "a list is expected");
    };
    for limit in &member.limits {
        if let Limit::Items(least, most) = limit
            && !(*least..=*most).contains(&elements.len())
        {
            note(
                faults,
                Fault::Items,
                at,
                format!("{} given, {}", elements.len(), range_words(*least, *most)),
            );
        }
    }
    at.items().for_each(|item| look_at_value(&item, member, faults));
}

fn look_at_value(at: &At<'_>, member: &Member, faults: &mut Faults) {
    let Some(value) = at.value() else { return };
    let right = match member.kind {
        Kind::Object(name) => return look_at_object(at, name, faults),
        Kind::Date | Kind::Moment | Kind::Text => value.as_str().is_some(),
        Kind::Flag => value.as_bool().is_some(),
        Kind::Number => at.number().is_some(),
        Kind::Whole => at.number().is_some_and(|number| number.is_integer()),
    };
    if !right {
        return note(faults, Fault::Type, at, format!("{} is expected", member.kind.words()));
    }
    let text = at.text().unwrap_or_default();
    let dated = match member.kind {
        Kind::Date => text.parse::<Date>().is_ok(),
        Kind::Moment => is_moment(text),
        Kind::Flag | Kind::Number | Kind::Object(_) | Kind::Text | Kind::Whole => true,
    };
    if !dated {
        note(faults, Fault::Date, at, "");
    }
    member.limits.iter().for_each(|limit| look_at_limit(at, text, limit, faults));
}

fn look_at_limit(at: &At<'_>, text: &str, limit: &Limit, faults: &mut Faults) {
    let number = match at.value() {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_)) | None => {
            0.0
        }
    };
    match limit {
        Limit::Items(..) => {}
        Limit::Above(least) if number <= *least => note(faults, Fault::Range, at, format!("above {least}")),
        Limit::From(least) if number < *least => note(faults, Fault::Range, at, format!("from {least}")),
        Limit::To(most) if number > *most => note(faults, Fault::Range, at, format!("up to {most}")),
        Limit::Above(_) | Limit::From(_) | Limit::To(_) => {}
        Limit::Length(least, most) => {
            let length = text.chars().count();
            if !(*least..=*most).contains(&length) {
                let detail = format!("{length} characters, {}", range_words(*least, *most));
                note(faults, Fault::Length, at, detail);
            }
        }
        Limit::OneOf(codes) if !codes.split('|').any(|code| code == text) => {
            note(faults, Fault::CodeNotInList, at, format!("one of {}", codes.replace('|', ", ")));
        }
        Limit::Listed(codes) if !codes.split('|').any(|code| code == text) => {
            note(faults, Fault::CodeNotListed, at, format!("listed are {}", codes.replace('|', ", ")));
        }
        Limit::OneOf(_) | Limit::Listed(_) => {}
        Limit::Form(form) => {
            if !form.fits(text) {
                note(faults, Fault::Form, at, form.words());
            }
        }
    }
}

fn note(faults: &mut Faults, fault: Fault, at: &At<'_>, detail: impl Into<String>) {
    let detail = detail.into();
    let breaches = faults.entry(fault).or_default();
    if detail.is_empty() { breaches.at(at) } else { breaches.because(at, detail) }
}

fn range_words(least: usize, most: usize) -> String {
    match (least, most) {
        (least, usize::MAX) => format!("at least {least}"),
        (0, most) => format!("at most {most}"),
        (least, most) if least == most => format!("exactly {least}"),
        (least, most) => format!("{least} to {most}"),
    }
}

/// RFC 3339 date-time, loosely: a day, `T`, a time of day, and `Z` or an offset.
fn is_moment(text: &str) -> bool {
    let Some((day, time)) = text.split_once(['T', 't']) else { return false };
    let offset_at = time.find(['Z', 'z', '+', '-']);
    let (clock, offset) = offset_at.and_then(|at| time.split_at_checked(at)).unwrap_or((time, ""));
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let digits = |text: &str, limit: u32| {
        text.len() == 2
            && text.bytes().all(|b| b.is_ascii_digit())
            && text.parse().is_ok_and(|n: u32| n < limit)
    };
    let mut parts = clock.split(':');
    let clock_fits = parts.next().is_some_and(|hour| digits(hour, 24))
        && parts.next().is_some_and(|minute| digits(minute, 60))
        && parts.next().is_some_and(|second| digits(second, 61))
        && parts.next().is_none();
    let offset_fits = match offset.strip_prefix(['+', '-']).and_then(|offset| offset.split_once(':')) {
        Some((hour, minute)) => digits(hour, 24) && digits(minute, 60),
        None => matches!(offset, "Z" | "z"),
    };
    let fraction_fits = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    day.parse::<Date>().is_ok() && clock_fits && fraction_fits && offset_fits
}

impl Member {
    /// What belongs here, for who left it out.
    fn wanted(&self) -> String {
        let words = self.kind.words();
        let list = if self.list { "a list, each " } else { "" };
        match self.limits.iter().find_map(|limit| match limit {
            Limit::OneOf(codes) | Limit::Listed(codes) => Some(codes.replace('|', ", ")),
            Limit::Above(_)
            | Limit::Form(_)
            | Limit::From(_)
            | Limit::Items(..)
            | Limit::Length(..)
            | Limit::To(_) => None,
        }) {
            Some(codes) => format!("{list}one of {codes}"),
            None => format!("{list}{words}"),
        }
    }
}

impl Kind {
    const fn words(self) -> &'static str {
        match self {
            Kind::Date => "a day as 2026-03-09",
            Kind::Flag => "true or false",
            Kind::Moment => "a moment as 2026-03-09T14:05:00Z",
            Kind::Number => "a number",
            Kind::Object(_) => "an object",
            Kind::Text => "a text",
            Kind::Whole => "a whole number",
        }
    }
}

impl Form {
    fn fits(self, text: &str) -> bool {
        let all = |test: fn(u8) -> bool| text.bytes().all(test);
        match self {
            Form::Alphanumeric => all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()),
            Form::Capitals => all(|b| b.is_ascii_uppercase()),
            Form::Digits => all(|b| b.is_ascii_digit()),
            Form::Email => text.rsplit_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && !host.is_empty() && !host.contains(char::is_whitespace)
            }),
            Form::Locode => text.split_at_checked(2).is_some_and(|(country, place)| {
                country.bytes().all(|b| b.is_ascii_uppercase())
                    && place.len() == 3
                    && place.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'9'))
            }),
            Form::Risk => match *text.as_bytes() {
                [class] => class.is_ascii_digit(),
                [class, b'.', division] => class.is_ascii_digit() && division.is_ascii_digit(),
                _ => false,
            },
            Form::Solid => !text.is_empty() && !text.contains(char::is_whitespace),
            Form::Trimmed => {
                !text.is_empty()
                    && text.trim() == text
                    && !text.contains(['\n', '\r', '\u{2028}', '\u{2029}'])
            }
            Form::Variant => {
                text.len() == 4
                    && text.starts_with(['0', '1', '2', '3'])
                    && all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            }
            Form::Voyage => match *text.as_bytes() {
                [a, b, c, d, e] => {
                    [a, b].iter().all(u8::is_ascii_digit)
                        && [c, d].iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                        && b"NEWSR".contains(&e)
                }
                _ => false,
            },
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Form::Alphanumeric => "capital letters and digits only",
            Form::Capitals => "capital letters only",
            Form::Digits => "digits only",
            Form::Email => "an e-mail address",
            Form::Locode => "a UN/LOCODE as GBFXT",
            Form::Risk => "a class as 3 or 6.1",
            Form::Solid => "no spaces",
            Form::Trimmed => "one line, not empty, no spaces at either end",
            Form::Variant => "a digit 0 to 3 and three capital letters or digits",
            Form::Voyage => "a voyage as 2601N",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_understood_and_every_object_is_known() {
        for row in TRANSPORT_DOCUMENT.rows() {
            let (need, kind) = (row.column(1), row.column(2));
            match need {
                "group" => assert!(matches!(kind, "exactly one" | "at least one"), "{row:?}"),
                "required" | "optional" => {
                    let member = parse_member(need, kind, row.column(3)).unwrap();
                    if let Kind::Object(name) = member.kind {
                        assert!(OBJECTS.contains_key(name), "{row:?}");
                    }
                }
                other => panic!("{other}"),
            }
        }
        let members: usize = OBJECTS.values().map(|object| object.members.len() + object.groups.len()).sum();
        assert_eq!(members, TRANSPORT_DOCUMENT.rows().count(), "no row hides another");
    }

    #[test]
    fn forms_are_the_published_patterns() {
        for (form, good, bad) in [
            (Form::Alphanumeric, &["4G", ""][..], &["4g", "4 "][..]),
            (Form::Capitals, &["GB"], &["Gb", "G1"]),
            (Form::Digits, &["220830"], &["2208.30"]),
            (Form::Email, &["a@b", "a b@c", "a@b@c"], &["a@", "@b", "a@b c", "ab"]),
            (Form::Locode, &["GBFXT", "US2FA"], &["GBFX1", "gbfxt", "GBFX", "GB1XT0"]),
            (Form::Risk, &["3", "6.1"], &["", "6.", "6.12", "x"]),
            (Form::Solid, &["HMM"], &["", "H M", "H\t"]),
            (Form::Trimmed, &["a", "a b"], &["", " a", "a ", "a\nb"]),
            (Form::Variant, &["0A1B"], &["4ABC", "0abc", "0AB"]),
            (Form::Voyage, &["2601N", "26A1R"], &["2601X", "A601N", "2601n", "26 1N"]),
        ] {
            good.iter().for_each(|text| assert!(form.fits(text), "{form:?} {text}"));
            bad.iter().for_each(|text| assert!(!form.fits(text), "{form:?} {text}"));
        }
    }

    #[test]
    fn moments_have_a_day_a_time_and_an_offset() {
        for good in ["2026-03-09T14:05:00Z", "2026-03-09T14:05:00.123456789+08:00", "2026-03-09t14:05:60z"] {
            assert!(is_moment(good), "{good}");
        }
        for bad in [
            "",
            "2026-03-09",
            "2026-03-09T14:05:00",
            "2026-03-09T24:05:00Z",
            "2026-03-09T14:05Z",
            "2026-03-09T14:05:00+8:00",
            "2026-03-09T14:05:00.Z",
            "2026-02-30T14:05:00Z",
            "2026-03-09T1é:05:00Z",
        ] {
            assert!(!is_moment(bad), "{bad}");
        }
    }
}
