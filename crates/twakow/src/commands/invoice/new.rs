//! `twakow invoice new`: from an order in TOML or JSON to an invoice that passes.

use std::path::Path;

use anyhow::Result;
use crypto::{
    entropy,
    json::{self, Limits},
};
use invoice::order::{self, Data, Value, Wish};
use toml::de::{DeTable, DeValue};
use vocab::Refusal;

use super::{Answer, text::print_findings};
use crate::{
    console::Console,
    refusals::{ORDER_NOT_READ, ORDER_REFUSED},
    world::World,
};

/// Bytes of an order: ten thousand lines with every key are fewer.
const ORDER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Runs the command.
pub(super) fn run(
    file: &Path,
    profile: Option<&str>,
    out: Option<&Path>,
    world: &mut World,
    console: &mut Console,
) -> Result<Answer> {
    let bytes = world.read(file, ORDER_BYTES_MAX)?;
    let order = read(file, &bytes)?;
    let random = entropy::bytes(world.entropy.as_mut());
    let written = match order::write(&order, Wish { profile, random }) {
        Ok(written) => written,
        Err(refusals) => return refuse(file, &refusals, console),
    };
    let lines: Vec<&str> = written.source.lines().collect();
    match out {
        Some(out) => {
            world.write(out, written.source.as_bytes())?;
            print_findings(&written.warnings, "the invoice that was written", &lines, console)?;
            console.say(format!("wrote {}: its rules accept it", out.display()));
        }
        None => console.line(written.source.trim_end())?,
    }
    Ok(Answer::Yes)
}

/// Tells all that is wrong, so that it is mended in one go.
fn refuse(file: &Path, refusals: &[Refusal], console: &mut Console) -> Result<Answer> {
    for refusal in refusals {
        console.say(format!("refused [{}]: {refusal}", refusal.code()));
        console.say(format!("  what to do: {}", refusal.remedy()));
    }
    let count = refusals.len();
    Err(ORDER_REFUSED.because(format!("{count} to mend in {}", file.display())).into())
}

/// An order is JSON where its first character says so: no TOML begins with a brace.
fn read(file: &Path, bytes: &[u8]) -> Result<Value> {
    let not_read = |what: String| ORDER_NOT_READ.because(what).at(file.display().to_string());
    let text = std::str::from_utf8(bytes).map_err(|_| not_read("it is not written in UTF-8".to_owned()))?;
    if text.trim_start().starts_with('{') {
        let value = json::parse(bytes, &Limits::bytes(ORDER_BYTES_MAX))?;
        return Ok(of_json(&value));
    }
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        not_read(format!("line {line}: {}", error.message()))
    })?;
    let ends: Vec<usize> =
        text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(end, _)| end).collect();
    let data = table_of(table.get_ref(), &ends);
    Ok(Value { line: None, data })
}

fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

/// Bound: as deep as the reader of TOML follows.
fn of_toml(value: &toml::Spanned<DeValue<'_>>, ends: &[usize]) -> Value {
    let line = Some(ends.partition_point(|end| *end < value.span().start) + 1);
    let data = match value.get_ref() {
        DeValue::String(text) => Data::Text(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Data::Number(number.as_str().to_owned()),
        // Sixteen is a number to a program only.
        DeValue::Integer(number) => Data::Text(number.to_string()),
        DeValue::Float(number) => Data::Number(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Data::Truth(*truth),
        DeValue::Datetime(day) => Data::Text(day.to_string()),
        DeValue::Array(values) => Data::List(values.iter().map(|value| of_toml(value, ends)).collect()),
        DeValue::Table(table) => table_of(table, ends),
    };
    Value { line, data }
}

fn table_of(table: &DeTable<'_>, ends: &[usize]) -> Data {
    Data::Table(table.iter().map(|(key, value)| (key.get_ref().to_string(), of_toml(value, ends))).collect())
}

/// Bound: as deep as the reader of JSON follows.
fn of_json(value: &json::Value) -> Value {
    let data = match value {
        json::Value::Null => Data::Text(String::new()),
        json::Value::Bool(truth) => Data::Truth(*truth),
        json::Value::Number(number) => Data::Number(number.to_string()),
        json::Value::String(text) => Data::Text(text.to_string()),
        json::Value::Array(values) => Data::List(values.iter().map(of_json).collect()),
        json::Value::Object(object) => {
            Data::Table(object.iter().map(|(key, value)| (key.to_owned(), of_json(value))).collect())
        }
    };
    Value { line: None, data }
}
