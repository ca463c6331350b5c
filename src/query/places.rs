//! Where in a text names stand, found on the parse tree of the whole statement, and texts with some of their places changed.

use std::ops::Range;

use pg_query::protobuf::{ScanToken, Token};
use serde_json::Value;

use super::{Unreadable, text};

/// The names in a statement, with their first byte.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Column references: their parts.
    pub columns: Vec<(Vec<String>, usize)>,
    /// Relations in FROM and as targets: schema (empty when none is said) and name.
    pub tables: Vec<(String, String, usize)>,
    /// Calls: the function's name without its schema, and the number of arguments.
    pub calls: Vec<(String, usize, usize)>,
    /// `CURRENT_TIMESTAMP` and its like.
    pub values: Vec<usize>,
    /// Aliases and names of CTEs.
    pub named: Vec<String>,
    /// Parameters of which it is asked whether they are NULL: filters that may be left out.
    pub optional: Vec<i32>,
}

/// The names in one statement.
pub(super) fn places(sql: &str) -> Result<Places, Unreadable> {
    let tree = serde_json::to_value(text::parse_one(sql)?).map_err(|e| Unreadable::Syntax(e.to_string()))?;
    let mut found = Places::default();
    let mut open = vec![&tree];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                for (kind, node) in fields {
                    found.note(kind, node);
                    open.push(node);
                }
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    Ok(found)
}

impl Places {
    fn note(&mut self, kind: &str, node: &Value) {
        let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let at = node.get("location").and_then(Value::as_u64).map(|l| l as usize);
        match (kind, at) {
            ("ColumnRef", Some(at)) => self.columns.push((parts(node.get("fields")), at)),
            ("RangeVar" | "relation", Some(at)) => self.tables.push((text("schemaname"), text("relname"), at)),
            ("FuncCall", Some(at)) => {
                let arguments = node.get("args").and_then(Value::as_array).map_or(0, Vec::len);
                self.calls.push((parts(node.get("funcname")).pop().unwrap_or_default(), arguments, at));
            }
            ("SqlvalueFunction", Some(at)) => self.values.push(at),
            ("Alias" | "alias", _) => self.named.push(text("aliasname")),
            ("NullTest", _) => {
                let arg = node.pointer("/arg/node");
                let bare = |n: &Value| n.pointer("/ParamRef/number").and_then(Value::as_i64);
                let cast = |n: &Value| n.pointer("/TypeCast/arg/node/ParamRef/number").and_then(Value::as_i64);
                self.optional.extend(arg.and_then(|n| bare(n).or_else(|| cast(n))).map(|n| n as i32));
            }
            ("CommonTableExpr", _) => self.named.push(text("ctename")),
            _ => {}
        }
    }
}

/// The parts of a dotted name; a `*` is an empty one.
fn parts(fields: Option<&Value>) -> Vec<String> {
    let part = |f: &Value| f.pointer("/node/String/sval").and_then(Value::as_str).unwrap_or_default().to_owned();
    fields.and_then(Value::as_array).into_iter().flatten().map(part).collect()
}

/// The tokens of a text.
pub(super) fn tokens(sql: &str) -> Vec<ScanToken> {
    pg_query::scan(sql).map(|s| s.tokens).unwrap_or_default()
}

/// Bytes of a dotted name of so many parts that begins there.
pub(super) fn extent(tokens: &[ScanToken], at: usize, parts: usize) -> Option<Range<usize>> {
    let first = tokens.iter().position(|t| t.start as usize == at)?;
    let last = tokens.get(first + (parts.max(1) - 1) * 2)?;
    Some(at..last.end as usize)
}

/// Bytes of a call without arguments: its name, qualified or not, and the parentheses.
pub(super) fn extent_of_call(tokens: &[ScanToken], at: usize) -> Option<Range<usize>> {
    let first = tokens.iter().position(|t| t.start as usize == at)?;
    let closing = tokens[first..].iter().position(|t| t.token() == Token::Ascii41)?;
    Some(at..tokens[first + closing].end as usize)
}

/// A text in which these bytes became something else; of overlapping places the first counts.
pub(super) fn edited(sql: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(at, _)| at.start);
    let mut out = String::with_capacity(sql.len() + 64);
    let mut end = 0;
    for (at, by) in edits {
        if at.start < end {
            continue;
        }
        out.push_str(sql.get(end..at.start).unwrap_or_default());
        out.push_str(&by);
        end = at.end;
    }
    out.push_str(sql.get(end..).unwrap_or_default());
    out
}
