//! What `--json invoice check` prints, against the schema that is published for it.

use serde_json::{Value, json};

use crate::{Desk, examples};

fn schema() -> Value {
    let path = examples().join("../docs/invoice-findings.schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The first fault of `value` by `schema`, a schema within `root`. Only the words that our schema uses are known; another
/// is a fault of the test.
fn fault(value: &Value, schema: &Value, root: &Value) -> Option<String> {
    schema
        .as_object()
        .unwrap()
        .iter()
        .find_map(|(word, says)| {
            let fits = match word.as_str() {
                "$defs" | "$schema" | "description" | "properties" | "title" => true,
                "$ref" => {
                    let place = says.as_str().unwrap().trim_start_matches('#');
                    return fault(value, root.pointer(place).unwrap(), root);
                }
                "additionalProperties" => {
                    let known = schema["properties"].as_object().unwrap();
                    value.as_object().is_none_or(|object| object.keys().all(|key| known.contains_key(key)))
                }
                "anyOf" => says.as_array().unwrap().iter().any(|schema| fault(value, schema, root).is_none()),
                "const" => value == says,
                "enum" => says.as_array().unwrap().contains(value),
                "items" => {
                    return value.as_array().unwrap().iter().find_map(|item| fault(item, says, root));
                }
                "minimum" => value.as_i64() >= says.as_i64(),
                "required" => {
                    says.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some())
                }
                "type" => match says {
                    Value::Array(types) => types.iter().any(|one| is_of(value, one.as_str().unwrap())),
                    one => is_of(value, one.as_str().unwrap()),
                },
                other => panic!("{other} is not known"),
            };
            (!fits).then(|| format!("{word} {says} of {value}"))
        })
        .or_else(|| {
            let properties = schema.get("properties")?.as_object()?;
            properties.iter().find_map(|(key, schema)| fault(value.get(key)?, schema, root))
        })
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "array" => value.is_array(),
        "integer" => value.is_i64(),
        "null" => value.is_null(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        other => panic!("{other} is not known"),
    }
}

#[test]
fn every_line_is_as_the_published_schema_says() {
    let schema = schema();
    let told =
        Desk::new().types(&format!("--json invoice check --next {}", examples().join("invoices").display()));
    let mut lines = 0;
    for line in told.data.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        assert_eq!(fault(&value, &schema, &schema), None, "{line}");
        lines += 1;
    }
    assert!(lines >= 5, "{told:?}");
}

#[test]
fn the_schema_refuses_what_is_otherwise() {
    let schema = schema();
    let finding = json!({"column": 1, "found": null, "id": "x", "line": 1, "message": "", "remedy": "", "severity": "fatal",
                         "term": "", "xpath": ""});
    let whole =
        |finding: &Value| json!({"file": "a", "own": [finding], "sets": [], "v": "twakow/invoice-check/1"});
    assert_eq!(fault(&whole(&finding), &schema, &schema), None);
    for (key, value) in
        [("severity", json!("error")), ("line", json!(0)), ("found", json!(1)), ("more", json!(1))]
    {
        let mut other = finding.clone();
        other[key] = value;
        assert!(fault(&whole(&other), &schema, &schema).is_some(), "{key}");
    }
    let mut unnamed = whole(&finding);
    unnamed.as_object_mut().unwrap().remove("v");
    assert!(fault(&unnamed, &schema, &schema).is_some());
}
