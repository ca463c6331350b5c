//! Calls of functions that put their statement together of names that the caller gives: a table, a column of it, the key of tenant B's row.

use super::{is_text, sampled};
use crate::ident::{Ident, literal, mentions};
use crate::isolation::attacks::Field;
use crate::isolation::rows::Row;
use crate::snapshot::Relation;

/// Calls of one function.
const CALLS: usize = 12;

/// An argument that the caller gives.
pub(super) struct Argument {
    /// Its name in lower case, empty where it has none.
    name: String,
    /// Its type.
    kind: String,
}

/// What it is likely to stand for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Meaning {
    Schema,
    Table,
    Column,
    Key,
    Value,
}

impl Argument {
    /// Of a function with these types of arguments, `arguments` as `pg_get_function_arguments` has them.
    pub(super) fn all(arguments: &str, types: &[String]) -> Vec<Self> {
        let given: Vec<String> = super::split(arguments).into_iter().filter(|a| !a.starts_with("OUT ")).collect();
        let name = |at: usize, kind: &str| {
            let argument = given.get(at).filter(|_| given.len() == types.len())?;
            let modes = ["INOUT ", "IN ", "VARIADIC "];
            let bare = modes.iter().find_map(|m| argument.strip_prefix(m)).unwrap_or(argument);
            let name = bare.split(" DEFAULT ").next()?.strip_suffix(kind)?;
            Some(name.trim().trim_matches('"').to_lowercase())
        };
        types.iter().enumerate().map(|(at, kind)| Self { name: name(at, kind).unwrap_or_default(), kind: kind.clone() }).collect()
    }

    fn meaning(&self) -> Meaning {
        let holds = |parts: &[&str]| parts.iter().any(|p| self.name.contains(p));
        let is_word = |words: &[&str]| self.name.split('_').any(|w| words.contains(&w));
        let key = self.name.ends_with("id") || self.name.ends_with("ids") || is_word(&["key", "pk"]);
        match &self.kind[..] {
            "regclass" => Meaning::Table,
            kind if is_number(kind) || kind == "boolean" => {
                if key {
                    Meaning::Key
                } else {
                    Meaning::Value
                }
            }
            kind if !is_text(kind) => Meaning::Key,
            _ if holds(&["column", "field", "attribute"]) || is_word(&["col", "attr"]) => Meaning::Column,
            _ if holds(&["table", "relation", "entity"]) || is_word(&["tbl", "rel"]) => Meaning::Table,
            _ if holds(&["schema"]) => Meaning::Schema,
            _ if key => Meaning::Key,
            _ => Meaning::Value,
        }
    }
}

/// Lists of arguments for a function that takes a name of a table; the columns that fit best come first. `tables` have the tables that the
/// function names first.
pub(super) fn lists(field: &Field<'_>, tables: &[(&Relation, &Row)], arguments: &[Argument], definition: &str) -> Vec<String> {
    let Some(meant) = meanings(arguments, definition) else { return Vec::new() };
    let takes = |wanted: Meaning| meant.contains(&wanted);
    let counts = arguments.iter().zip(&meant).any(|(a, m)| *m == Meaning::Value && is_number(&a.kind));
    let mut ranked = Vec::new();
    for (table, row) in tables {
        let fit = if takes(Meaning::Column) { columns(field, table, counts) } else { vec![None] };
        for (rank, column) in fit.into_iter().enumerate() {
            for name in spellings(table, takes(Meaning::Schema), definition) {
                let one = |(argument, meaning): (&Argument, &Meaning)| {
                    let kind = &argument.kind;
                    match meaning {
                        Meaning::Schema => format!("{}::{kind}", literal(table.name.schema.raw())),
                        Meaning::Table if kind == "regclass" => format!("{}::{kind}", literal(&table.name.to_string())),
                        Meaning::Table => format!("{}::{kind}", literal(&name)),
                        Meaning::Column => format!("{}::{kind}", literal(column.map_or("", Ident::raw))),
                        Meaning::Key => key(field, table, row, argument),
                        Meaning::Value => of_that_name(table, row, argument).unwrap_or_else(|| sampled(kind)),
                    }
                };
                ranked.push((rank, arguments.iter().zip(&meant).map(one).collect::<Vec<_>>().join(", ")));
            }
        }
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, list)| list).take(CALLS).collect()
}

/// What each argument stands for, where one of them is a table. Where no name says so, but the function runs a text: the first text is the
/// table, the second a column.
fn meanings(arguments: &[Argument], definition: &str) -> Option<Vec<Meaning>> {
    let mut meant: Vec<Meaning> = arguments.iter().map(Argument::meaning).collect();
    if !meant.contains(&Meaning::Table) {
        let texts = arguments.iter().zip(&mut meant).filter(|(a, m)| is_text(&a.kind) && **m == Meaning::Value);
        let mut texts = texts.map(|(_, m)| m);
        if !mentions(&definition.to_lowercase(), "execute") {
            return None;
        }
        *texts.next()? = Meaning::Table;
        if let Some(second) = texts.next() {
            *second = Meaning::Column;
        }
    }
    Some(meant)
}

/// How the table is called: without its schema and as it is where the function quotes names; else as SQL has it, with its schema too.
fn spellings(table: &Relation, with_schema: bool, definition: &str) -> Vec<String> {
    let name = &table.name.name;
    let quotes = definition.contains("%I") || definition.contains("quote_ident");
    match (quotes, with_schema) {
        (true, _) => vec![name.raw().to_owned()],
        (false, true) => vec![name.to_string()],
        (false, false) => vec![name.to_string(), table.name.to_string()],
    }
}

/// A number and a text that are no keys, the likelier one first; where something is counted a number is.
fn columns<'t>(field: &Field<'_>, table: &'t Relation, counts: bool) -> Vec<Option<&'t Ident>> {
    let tenant = field.model.key(table);
    let is_key = |name: &Ident| {
        Some(name) == tenant.as_ref()
            || table.primary_key().is_some_and(|i| i.plain_prefix().any(|c| c == name))
            || table.foreign_keys().any(|(k, _)| k.columns.contains(name))
    };
    let first = |fits: fn(&str) -> bool| {
        let mut plain = table.columns.iter().filter(|c| c.generated.is_none() && !is_key(&c.name));
        plain.find(|c| fits(&c.type_name)).map(|c| Some(&c.name))
    };
    let (number, text) = (first(is_number), first(is_text));
    let order = if counts { [number, text] } else { [text, number] };
    order.into_iter().flatten().collect()
}

/// The key of tenant B's row, or of what it refers to by the argument's name.
fn key(field: &Field<'_>, table: &Relation, row: &Row, argument: &Argument) -> String {
    if let Some(named) = of_that_name(table, row, argument) {
        return named;
    }
    let kind = &argument.kind;
    let tenant = field.model.key(table);
    let mut keys: Vec<&Ident> = table.primary_key().map(|i| i.plain_prefix().collect()).unwrap_or_default();
    keys.sort_by_key(|k| Some(*k) == tenant.as_ref());
    let of = |one: &str| {
        let fits = |c: &&Ident| is_text(one) || table.column(c.raw()).is_some_and(|c| c.type_name == one);
        keys.iter().copied().find(fits).and_then(|c| row.get(c))
    };
    if let Some(value) = of(kind) {
        return format!("{}::{kind}", literal(value));
    }
    let value = kind.strip_suffix("[]").and_then(of);
    value.map_or_else(|| sampled(kind), |value| format!("ARRAY[{}]::{kind}", literal(value)))
}

/// The value of tenant B's row in the column that is called as the argument is.
fn of_that_name(table: &Relation, row: &Row, argument: &Argument) -> Option<String> {
    let name = argument.name.strip_prefix("p_").unwrap_or(&argument.name).trim_matches('_');
    let column = table.columns.iter().find(|c| c.name.raw().to_lowercase() == name && c.type_name == argument.kind)?;
    row.get(&column.name).map(|value| format!("{}::{}", literal(value), argument.kind))
}

fn is_number(kind: &str) -> bool {
    let bare = kind.split('(').next().unwrap_or_default();
    matches!(bare, "integer" | "bigint" | "smallint" | "numeric" | "real" | "double precision")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(arguments: &str, types: &[&str], definition: &str) -> Option<Vec<Meaning>> {
        let types: Vec<String> = types.iter().map(|&t| t.to_owned()).collect();
        meanings(&Argument::all(arguments, &types), definition)
    }

    #[test]
    fn names_of_arguments_say_what_they_are() {
        use Meaning::{Column, Key, Table, Value};
        let counter = "table_name text, column_name text, row_id uuid, increment integer DEFAULT 1";
        assert_eq!(meant(counter, &["text", "text", "uuid", "integer"], ""), Some(vec![Table, Column, Key, Value]));
        let default = "IN p_tbl character varying, note text DEFAULT 'a, b'::text, OUT n integer";
        assert_eq!(meant(default, &["character varying", "text"], ""), Some(vec![Table, Value]));
        assert_eq!(meant("bigint, regclass", &["bigint", "regclass"], ""), Some(vec![Value, Table]));
        assert_eq!(meant("status text", &["text"], "select 1"), None);
        assert_eq!(meant("what text, which text", &["text", "text"], "begin EXECUTE what; end"), Some(vec![Table, Column]));
    }
}
