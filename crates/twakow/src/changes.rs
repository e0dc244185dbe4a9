//! What differs between two documents, member by member: what a holder reads before it agrees to an amended bill.

use std::fmt;

use crypto::json::{self, Value};

/// One member that differs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Where, as a JSON pointer.
    pub(crate) place: String,
    /// What stood there, in JSON; nothing where the member is new.
    pub(crate) before: Option<String>,
    /// What stands there now; nothing where the member is gone.
    pub(crate) after: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "absent".to_owned());
        write!(f, "{}: {} -> {}", self.place, side(&self.before), side(&self.after))
    }
}

/// The smallest members in which two documents differ, in the order of their places.
pub(crate) fn between(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    walk(String::new(), Some(before), Some(after), &mut changes);
    changes
}

fn walk(place: String, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    if before == after {
        return;
    }
    let inside = match (before, after) {
        (Some(before), Some(after)) => members(before).zip(members(after)),
        (None, _) | (_, None) => None,
    };
    let alike =
        before.map(|value| value.as_array().is_some()) == after.map(|value| value.as_array().is_some());
    let Some((old, new)) = inside.filter(|_| alike) else {
        let text = |value: &Value| String::from_utf8_lossy(&json::canonical(value)).into_owned();
        changes.push(Change { place, before: before.map(text), after: after.map(text) });
        return;
    };
    let mut names: Vec<&String> = old.iter().chain(&new).map(|(name, _)| name).collect();
    names.sort_by_key(|name| (name.parse::<u64>().unwrap_or_default(), *name));
    names.dedup();
    let find = |side: &[(String, Value)], name: &str| {
        side.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    };
    for name in names {
        let inner = format!("{place}/{name}");
        walk(inner, find(&old, name).as_ref(), find(&new, name).as_ref(), changes);
    }
}

/// What an object or a list has inside, by name or number.
fn members(value: &Value) -> Option<Vec<(String, Value)>> {
    if let Some(object) = value.as_object() {
        return Some(object.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect());
    }
    let list = value.as_array()?;
    Some(list.iter().enumerate().map(|(at, value)| (at.to_string(), value.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between_texts(before: &str, after: &str) -> Vec<String> {
        let parse = |text: &str| json::parse(text.as_bytes(), &json::Limits::bytes(4096)).unwrap();
        between(&parse(before), &parse(after)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_smallest_members_that_differ_are_named() {
        let before = r#"{"port":"SGSIN","cargo":[{"kg":1,"name":"a"},{"kg":2}],"old":true}"#;
        let after = r#"{"port":"SGSIN","cargo":[{"kg":3,"name":"a"}],"new":"x"}"#;
        let expected = [
            r#"/cargo/0/kg: 1 -> 3"#,
            r#"/cargo/1: {"kg":2} -> absent"#,
            r#"/new: absent -> "x""#,
            r#"/old: true -> absent"#,
        ];
        assert_eq!(between_texts(before, after), expected);
    }

    #[test]
    fn equal_documents_and_another_order_of_members_differ_in_nothing() {
        assert_eq!(between_texts(r#"{"a":1,"b":[1,2]}"#, r#"{"b":[1,2],"a":1}"#), [""; 0]);
        assert_eq!(between_texts(r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#), ["/a/0: 1 -> 2", "/a/1: 2 -> 1"]);
        assert_eq!(between_texts(r#"{"a":[1]}"#, r#"{"a":{"0":1}}"#).len(), 1, "a list is no object");
    }
}
