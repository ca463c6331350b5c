//! Names and texts on their way into SQL, comments and terminals. Everything that becomes SQL passes through here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest identifier PostgreSQL keeps, in bytes (`NAMEDATALEN - 1`).
pub const MAX_IDENT_BYTES: usize = 63;

/// An SQL identifier. `Display` quotes it as `quote_ident()` does: bare where that is safe on every version, else in double quotes.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ident(String);

impl Ident {
    /// An identifier from the text the catalog holds (unquoted, case as it is).
    pub fn new(raw: impl Into<String>) -> Self {
        Self(raw.into())
    }

    /// The name as the catalog holds it, unquoted.
    pub fn raw(&self) -> &str {
        &self.0
    }

    fn is_plain(&self) -> bool {
        let mut chars = self.0.chars();
        chars.next().is_some_and(|c| c.is_ascii_lowercase() || c == '_')
            && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && KEYWORDS.binary_search(&self.0.as_str()).is_err()
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_plain() { f.write_str(&self.0) } else { write!(f, "\"{}\"", self.0.replace('"', "\"\"")) }
    }
}

impl From<&str> for Ident {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<String> for Ident {
    fn from(raw: String) -> Self {
        Self::new(raw)
    }
}

/// A relation, constraint or other object with its schema. `Display` gives `schema.name`, both parts quoted as needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The schema.
    pub schema: Ident,
    /// The object's own name.
    pub name: Ident,
}

impl QualifiedName {
    /// A name from the two texts the catalog holds.
    pub fn new(schema: impl Into<Ident>, name: impl Into<Ident>) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

/// Identifiers separated by commas, each quoted as needed: `"userId", status`.
pub fn ident_list<'a>(names: impl IntoIterator<Item = &'a Ident>) -> String {
    names.into_iter().map(Ident::to_string).collect::<Vec<_>>().join(", ")
}

/// An SQL string literal that means the same under any `standard_conforming_strings`.
pub fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// Text made safe for one line of a comment, a terminal or an annotation: control characters, line
/// separators and characters that reorder text appear as escapes, so a name cannot end the line it stands in.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || is_invisible(c) => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

/// Line and paragraph separators, and marks that change the direction in which text is shown.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A name of at most [`MAX_IDENT_BYTES`]: `base` + `suffix`, `base` shortened on a character boundary where it must be and then
/// followed by eight hex digits of the whole name's hash, so that two long names stay two names.
pub fn short_name(base: &str, suffix: &str) -> Ident {
    let whole = format!("{base}{suffix}");
    if whole.len() <= MAX_IDENT_BYTES {
        return Ident::new(whole);
    }
    let hash = crate::hash::short_hash(&[&whole]);
    let mut end = MAX_IDENT_BYTES - suffix.len() - hash.len() - 1;
    while !base.is_char_boundary(end) {
        end -= 1;
    }
    Ident::new(format!("{}_{hash}{suffix}", &base[..end]))
}

/// The name PostgreSQL gives to a constraint or sequence: `table_column_label`, both names shortened until it fits. Source:
/// `makeObjectName()` in `src/backend/commands/indexcmds.c`.
pub fn constraint_name(table: &str, column: &str, label: &str) -> String {
    let room = MAX_IDENT_BYTES - label.len() - 1 - usize::from(!column.is_empty());
    let (mut first, mut second) = (table.len(), column.len());
    while first + second > room {
        if first > second { first -= 1 } else { second -= 1 }
    }
    let clip = |text: &str, mut end: usize| {
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text[..end].to_owned()
    };
    let (table, column) = (clip(table, first), clip(column, second));
    if column.is_empty() { format!("{table}_{label}") } else { format!("{table}_{column}_{label}") }
}

/// Key words of PostgreSQL 13 to 18 that are not usable everywhere as a bare name (`pg_get_keywords()`, categories R, T and C), sorted.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "between", "bigint", "binary",
    "bit", "boolean", "both", "case", "cast", "char", "character", "check", "coalesce", "collate", "collation", "column",
    "concurrently", "constraint", "create", "cross", "current_catalog", "current_date", "current_role", "current_schema",
    "current_time", "current_timestamp", "current_user", "dec", "decimal", "default", "deferrable", "desc", "distinct", "do",
    "else", "end", "except", "exists", "extract", "false", "fetch", "float", "for", "foreign", "freeze", "from", "full", "grant",
    "greatest", "group", "grouping", "having", "ilike", "in", "initially", "inner", "inout", "int", "integer", "intersect",
    "interval", "into", "is", "isnull", "join", "json", "json_array", "json_arrayagg", "json_exists", "json_object",
    "json_objectagg", "json_query", "json_scalar", "json_serialize", "json_table", "json_value", "lateral", "leading", "least",
    "left", "like", "limit", "localtime", "localtimestamp", "merge_action", "national", "natural", "nchar", "none", "normalize",
    "not", "notnull", "null", "nullif", "numeric", "offset", "on", "only", "or", "order", "out", "outer", "overlaps", "overlay",
    "placing", "position", "precision", "primary", "real", "references", "returning", "right", "row", "select", "session_user",
    "setof", "similar", "smallint", "some", "substring", "symmetric", "system_user", "table", "tablesample", "then", "time",
    "timestamp", "to", "trailing", "treat", "trim", "true", "union", "unique", "user", "using", "values", "varchar", "variadic",
    "verbose", "when", "where", "window", "with", "xmlattributes", "xmlconcat", "xmlelement", "xmlexists", "xmlforest",
    "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable",
];

/// Whether a text that the server printed names a column, SQL-quoted as it prints it: as a word, not as a part of one.
pub fn mentions(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '"';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(part);
        let after = text[at + name.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_needs_it() {
        for (raw, sql) in [
            ("lead", "lead"),
            ("Lead", "\"Lead\""),
            ("user", "\"user\""),
            ("1st", "\"1st\""),
            ("a\"b", "\"a\"\"b\""),
            ("", "\"\""),
            ("né", "\"né\""),
            ("x\ny", "\"x\ny\""),
        ] {
            assert_eq!(Ident::new(raw).to_string(), sql);
        }
    }

    #[test]
    fn keywords_are_sorted() {
        assert!(KEYWORDS.windows(2).all(|w| w[0] < w[1]));
    }

    #[test]
    fn comments_cannot_be_left() {
        assert_eq!(one_line("x\ndrop table y; --\u{2028}z"), "x\\ndrop table y; --\\u{2028}z");
    }

    #[test]
    fn long_names_stay_unique_and_short() {
        let a = short_name(&"é".repeat(40), "_idx");
        let b = short_name(&format!("{}x", "é".repeat(40)), "_idx");
        assert!(a.raw().len() <= MAX_IDENT_BYTES && b.raw().len() <= MAX_IDENT_BYTES);
        assert_ne!(a, b);
    }

    #[test]
    fn literals_survive_backslashes_and_quotes() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\'b"), "E'a\\\\''b'");
    }
}
