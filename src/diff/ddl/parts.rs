//! Pieces of SQL that several kinds share: lists as Postgres prints them, options of foreign things.

use crate::diff::draft::Draft;
use crate::ident::{Ident, literal, one_line};
use crate::snapshot::objects::secrets::HIDDEN;

/// The items of a list, split at its commas: not at those inside quotes, parentheses or brackets.
pub(super) fn split_list(text: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut start, mut depth, mut quote) = (0, 0, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            (None, ',') if depth == 0 => {
                items.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        items.push(last);
    }
    items
}

/// A list of SQL strings: `'a', 'b'`.
pub(super) fn literals<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    texts.into_iter().map(|t| literal(t)).collect::<Vec<_>>().join(", ")
}

/// `KEY = value` where there is a value.
pub(super) fn set(key: &str, value: Option<&String>) -> Option<String> {
    value.map(|v| format!("{key} = {v}"))
}

/// ` (a, b)` of `KEY = value` pieces.
pub(super) fn definition(pieces: impl IntoIterator<Item = Option<String>>) -> String {
    format!(" ({})", pieces.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// Options of a foreign-data wrapper or server on their way into SQL.
#[derive(Default)]
pub(super) struct Options {
    clauses: Vec<String>,
    by_hand: Vec<String>,
}

impl Options {
    /// All of them, for CREATE.
    pub fn all(options: &[String]) -> Self {
        Self::change(&[], options, "")
    }

    /// What differs, for ALTER.
    pub fn between(old: &[String], new: &[String]) -> Self {
        Self::change(old, new, "ADD ")
    }

    fn change(old: &[String], new: &[String], add: &str) -> Self {
        let pairs = |options: &'_ [String]| -> Vec<(String, String)> {
            options.iter().filter_map(|o| o.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
        };
        let (old, new) = (pairs(old), pairs(new));
        let mut made = Self::default();
        for (name, _) in old.iter().filter(|(name, _)| !new.iter().any(|(n, _)| n == name)) {
            made.clauses.push(format!("DROP {}", Ident::new(name)));
        }
        for (name, value) in &new {
            let before = old.iter().find(|(n, _)| n == name).map(|(_, v)| v);
            let verb = if before.is_some() { "SET " } else { add };
            match (before, value.as_str()) {
                (Some(before), value) if before == value => {}
                (_, HIDDEN) => made.by_hand.push(one_line(name)),
                (_, value) => made.clauses.push(format!("{verb}{} {}", Ident::new(name), literal(value))),
            }
        }
        made
    }

    /// ` OPTIONS (...)`, or nothing.
    pub fn clause(&self) -> String {
        if self.clauses.is_empty() { String::new() } else { format!(" OPTIONS ({})", self.clauses.join(", ")) }
    }

    /// An ALTER statement; a comment alone where a person must make the whole change. `alter` names the object, on one line.
    pub fn drafts(&self, alter: &str, changes: &str) -> Vec<Draft> {
        match (changes.is_empty(), self.by_hand.is_empty()) {
            (true, true) => Vec::new(),
            (true, false) => vec![Draft::new(format!("-- set by hand: {} ({})", self.by_hand.join(", "), one_line(alter)))],
            (false, _) => vec![Draft::new(self.noted(format!("{alter}{changes}")))],
        }
    }

    /// The statement, under a line that names what is not in it: values of secrets were never read.
    pub fn noted(&self, sql: String) -> String {
        if self.by_hand.is_empty() { sql } else { format!("-- set by hand: {}\n{sql}", self.by_hand.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_split_outside_of_quotes_and_parentheses() {
        let text = "a integer, b text DEFAULT 'x, y'::text, c numeric DEFAULT round(1, 2), \"d, e\" integer[]";
        let items = ["a integer", "b text DEFAULT 'x, y'::text", "c numeric DEFAULT round(1, 2)", "\"d, e\" integer[]"];
        assert_eq!(split_list(text), items);
        assert!(split_list("").is_empty());
    }

    #[test]
    fn hidden_values_are_left_to_a_person() {
        let options = ["host=a'b", "password=***"].map(str::to_owned);
        let made = Options::all(&options);
        assert_eq!(
            made.noted(format!("CREATE SERVER s{}", made.clause())),
            "-- set by hand: password\nCREATE SERVER s OPTIONS (host 'a''b')"
        );
        let made = Options::between(&options, &["host=c", "port=1", "token=***"].map(str::to_owned));
        assert_eq!(made.clause(), " OPTIONS (DROP password, SET host 'c', ADD port '1')");
        assert_eq!(made.by_hand, ["token"]);
    }
}
