//! Comma-separated values as RFC 4180 has them, for the tables of expectations.

/// The rows of `text`, without the first, which names the columns.
pub(crate) fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let row = rows.last_mut().unwrap();
        let cell = row.last_mut().unwrap();
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted => {}
            '\n' if !quoted => rows.push(vec![String::new()]),
            other => cell.push(other),
        }
    }
    rows.retain(|row| row.len() > 1);
    rows.split_off(1)
}

#[test]
fn cells_may_hold_commas_quotes_and_line_ends() {
    assert_eq!(rows("a,b\n1,\"x, \"\"y\"\"\nz\"\r\n2,\n"), [["1", "x, \"y\"\nz"], ["2", ""]]);
}
