//! A sheet as text for a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::sheet::{Block, Cell, Fact, Section, Sheet, Table};

/// Columns of the narrowest text that is laid out.
const WIDTH_MIN: usize = 40;
/// Columns of a label at most.
const LABEL_MAX: usize = 28;
/// Columns of a cell beside the widest, at most.
const CELL_MAX: usize = 16;
/// Columns between two cells.
const GAP: usize = 2;

/// The sheet, at most `width` columns wide.
pub(crate) fn text(sheet: &Sheet, width: usize) -> String {
    let width = width.max(WIDTH_MIN);
    let mut lines = wrapped(&sheet.title, width);
    lines.push("=".repeat(lines.iter().map(|line| line.width()).max().unwrap_or(0)));
    for section in &sheet.sections {
        lines.push(String::new());
        tell_section(section, width, &mut lines);
    }
    lines.push(String::new());
    lines.join("\n")
}

fn tell_section(section: &Section, width: usize, lines: &mut Vec<String>) {
    lines.push(section.title.to_uppercase());
    for (number, block) in section.blocks.iter().enumerate() {
        if number > 0 {
            lines.push(String::new());
        }
        match block {
            Block::Facts(facts) => lines.extend(facts_lines(facts, width)),
            Block::Sums(facts) => lines.extend(sums(facts, width)),
            Block::Table(table) => lines.extend(table_lines(table, width)),
        }
    }
}

/// Label and value side by side, the values under one another.
fn facts_lines(facts: &[Fact], width: usize) -> Vec<String> {
    let label = facts.iter().map(|fact| fact.label.width()).max().unwrap_or(0).min(LABEL_MAX);
    let indent = if label == 0 { 0 } else { label + GAP };
    let mut lines = Vec::new();
    for fact in facts {
        let values = wrapped(&fact.value, width - indent);
        if fact.label.width() > label {
            // A label too long for its column has lines of its own.
            lines.extend(wrapped(&fact.label, width));
            lines.extend(values.iter().map(|value| format!("{}{value}", " ".repeat(indent))));
            continue;
        }
        for (number, value) in values.iter().enumerate() {
            let label_here = if number == 0 { fact.label.as_str() } else { "" };
            lines.push(format!("{}{value}", padded(label_here, indent)).trim_end().to_owned());
        }
    }
    lines
}

/// Labels at the left and amounts at the right, as under a column of figures.
fn sums(facts: &[Fact], width: usize) -> Vec<String> {
    let label = facts.iter().map(|fact| fact.label.width()).max().unwrap_or(0);
    let value = facts.iter().map(|fact| fact.value.width()).max().unwrap_or(0);
    if label + GAP + value > width || facts.iter().any(|fact| fact.value.contains('\n')) {
        return facts_lines(facts, width);
    }
    let line = |fact: &Fact| format!("{}{}", padded(&fact.label, label + GAP), right(&fact.value, value));
    facts.iter().map(line).collect()
}

/// A table, or each row as facts where it is too wide.
fn table_lines(table: &Table, width: usize) -> Vec<String> {
    let cells: Vec<Vec<Vec<String>>> =
        table.rows.iter().map(|row| row.iter().map(cell_lines).collect()).collect();
    let Some(widths) = column_widths(table, &cells, width) else { return rows_as_facts(table, width) };
    let heads: Vec<Vec<String>> = table.columns.iter().map(|column| vec![column.title.to_owned()]).collect();
    let mut lines = row_lines(table, &heads, &widths);
    lines.push(widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  "));
    lines.extend(cells.iter().flat_map(|row| row_lines(table, row, &widths)));
    lines
}

/// Values first, then details with their labels.
fn cell_lines(cell: &Cell) -> Vec<String> {
    let values = cell.values.iter().flat_map(|fact| fact.value.lines().map(str::to_owned));
    let details = cell.details.iter().map(|fact| match fact.label.as_str() {
        "" => fact.value.clone(),
        "per" => format!("per {}", fact.value),
        label => format!("{label}: {}", fact.value),
    });
    values.chain(details).collect()
}

/// Each column as wide as its widest line where that fits; else no wider than a cell may be, and one wide column of words gets
/// the rest.
fn column_widths(table: &Table, cells: &[Vec<Vec<String>>], width: usize) -> Option<Vec<usize>> {
    let natural: Vec<usize> = (0..table.columns.len())
        .map(|column| {
            let head = table.columns.get(column).map_or(0, |column| column.title.width());
            let lines = cells.iter().filter_map(|row| row.get(column)).flatten();
            lines.map(|line| line.width()).max().unwrap_or(0).max(head)
        })
        .collect();
    let gaps = GAP * natural.len().saturating_sub(1);
    if natural.iter().sum::<usize>() + gaps <= width {
        return Some(natural);
    }
    let is_words = |column: &usize| table.columns.get(*column).is_some_and(|column| !column.numeric);
    let widest = (0..natural.len()).filter(is_words).max_by_key(|column| natural.get(*column).copied())?;
    let mut widths: Vec<usize> = natural.iter().map(|natural| (*natural).min(CELL_MAX)).collect();
    let others: usize =
        widths.iter().enumerate().filter(|(column, _)| *column != widest).map(|(_, width)| width).sum();
    let room = width.checked_sub(others + gaps)?;
    let wanted = natural.get(widest).copied().unwrap_or(0);
    if room < wanted.min(CELL_MAX) {
        return None;
    }
    if let Some(widest) = widths.get_mut(widest) {
        *widest = wanted.min(room);
    }
    Some(widths)
}

fn row_lines(table: &Table, row: &[Vec<String>], widths: &[usize]) -> Vec<String> {
    let columns: Vec<Vec<String>> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| cell.iter().flat_map(|line| wrapped(line, *width)).collect())
        .collect();
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    let line = |number: usize| {
        let parts = columns.iter().zip(widths).zip(&table.columns).map(|((cell, width), column)| {
            let text = cell.get(number).map_or("", String::as_str);
            if column.numeric { right(text, *width) } else { padded(text, *width) }
        });
        parts.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

fn rows_as_facts(table: &Table, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, row) in table.rows.iter().enumerate() {
        if number > 0 {
            lines.push(String::new());
        }
        let facts: Vec<Fact> = row
            .iter()
            .zip(&table.columns)
            .filter(|(cell, _)| !cell.values.is_empty() || !cell.details.is_empty())
            .map(|(cell, column)| Fact {
                label: column.title.to_owned(),
                value: cell_lines(cell).join("\n"),
                ..Fact::default()
            })
            .collect();
        lines.extend(facts_lines(&facts, width));
    }
    lines
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

/// Lines of at most `width` columns, broken at blanks, and within words that are longer.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    text.split('\n').flat_map(|paragraph| wrapped_paragraph(paragraph, width)).collect()
}

fn wrapped_paragraph(paragraph: &str, width: usize) -> Vec<String> {
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0);
    for word in paragraph.split(' ') {
        let needed = word.width();
        if !line.is_empty() && used + 1 + needed > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            used += 1;
        }
        if needed <= width {
            line.push_str(word);
            used += needed;
            continue;
        }
        for character in word.chars() {
            let columns = character.width().unwrap_or(0);
            if used + columns > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(character);
            used += columns;
        }
    }
    lines.push(line);
    lines
}
