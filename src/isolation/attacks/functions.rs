//! Functions and procedures, called with what belongs to another tenant.

mod dynamic;

use std::collections::BTreeSet;

use super::{Field, Try};
use crate::ident::{literal, mentions};
use crate::isolation::rows::Tenant;
use crate::snapshot::objects::kinds::Function;
use crate::snapshot::objects::{Body, Kind};

/// Calls of one function.
const CALLS: usize = 24;
/// Those of them that name a table.
const NAMES: usize = 4;

/// Every function that is no trigger's: does what it returns depend on tenant B, and does it touch its rows?
pub(super) fn of(field: &Field<'_>, all: &mut Vec<Try>) {
    let Some(objects) = &field.model.snapshot.objects else { return };
    for object in objects.all.values() {
        let Body::Function(function) = &object.body else { continue };
        let result = function.result.as_deref().unwrap_or_default();
        if function.kind == 'w' || matches!(result, "trigger" | "event_trigger") || result.ends_with("_handler") {
            continue;
        }
        let name = object.id.name_sql();
        for arguments in arguments(field, &split(&object.id.part), function) {
            let call = format!("{name}({arguments})");
            let what = if arguments.is_empty() { String::new() } else { format!(", called with ({arguments})") };
            if object.id.kind == Kind::Procedure {
                let sql = field.harms(&format!("CALL {call}"));
                all.push(
                    Try::at(object.id.sql(), "EXECUTE", format!("changes rows of the other tenant{what}"), sql)
                        .doubted(function.security_definer),
                );
                continue;
            }
            let query = format!("SELECT string_agg(x::text, '|' ORDER BY x::text) FROM {call} x");
            let shows = format!("what it returns depends on rows of the other tenant{what}");
            if result != "void" {
                all.push(
                    Try::at(object.id.sql(), "EXECUTE", shows, field.differs(&query, "")).doubted(function.security_definer),
                );
            }
            let sql = field.harms(&format!("SELECT pg_catalog.count(*) FROM {call}"));
            all.push(
                Try::at(object.id.sql(), "EXECUTE", format!("changes rows of the other tenant{what}"), sql)
                    .doubted(function.security_definer),
            );
        }
    }
}

/// Arguments: `uuid, numeric(10,2)`, or with names and defaults.
fn split(part: &str) -> Vec<String> {
    let mut types = Vec::new();
    let (mut depth, mut quoted, mut current) = (0, None, String::new());
    for c in part.chars() {
        match c {
            _ if quoted == Some(c) => quoted = None,
            _ if quoted.is_some() => {}
            '"' | '\'' => quoted = Some(c),
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                types.push(std::mem::take(&mut current).trim().to_owned());
                continue;
            }
            _ => {}
        }
        current.push(c);
    }
    if !current.trim().is_empty() {
        types.push(current.trim().to_owned());
    }
    types
}

/// Lists of arguments that mean tenant B: names of its tables, its id, then keys and texts of its rows; those of tables that the function
/// names first.
fn arguments(field: &Field<'_>, types: &[String], function: &Function) -> Vec<String> {
    if types.is_empty() {
        return vec![String::new()];
    }
    let definition = &function.definition[..];
    let names = |t: &str| is_text(t) || t == "regclass";
    let mut tables = field.model.tables();
    tables.sort_by_key(|t| !mentions(definition, &t.name.name.to_string()));
    // a row at a time: its tenant, its keys, its texts
    let mut rows: Vec<_> = tables.iter().filter_map(|t| Some((*t, field.rows.of(t.oid, Tenant::B)?))).collect();
    rows.retain(|(t, _)| field.model.owner(t.oid).is_tenant());
    // dynamic SQL takes names of tables
    let mut lists = dynamic::lists(field, &rows, &dynamic::Argument::all(&function.arguments, types), definition);
    let mut seen: BTreeSet<String> = lists.iter().cloned().collect();
    let owned = tables.iter().filter(|t| names(&types[0]) && field.model.owner(t.oid).is_tenant());
    for table in owned.take(NAMES) {
        let mut list = vec![format!("{}::{}", literal(&table.name.to_string()), types[0])];
        list.extend(types[1..].iter().map(|kind| sampled(kind)));
        let list = list.join(", ");
        if seen.insert(list.clone()) {
            lists.push(list);
        }
    }
    for (table, row) in rows {
        for first in table.columns.iter().filter(|c| c.type_name == types[0] || names(&types[0]) && names(&c.type_name)) {
            let Some(value) = row.get(&first.name) else { continue };
            let mut list = vec![format!("{}::{}", literal(value), types[0])];
            for (at, kind) in types.iter().enumerate().skip(1) {
                let fit = table.columns.iter().filter(|c| c.type_name == *kind && c.name != first.name);
                let value = fit.filter_map(|c| row.get(&c.name)).nth(at - 1).or_else(|| sample(kind));
                list.push(value.map_or_else(|| format!("NULL::{kind}"), |v| format!("{}::{kind}", literal(v))));
            }
            let list = list.join(", ");
            if lists.len() < CALLS && seen.insert(list.clone()) {
                lists.push(list);
            }
        }
    }
    if lists.is_empty() {
        lists.push(types.iter().map(|kind| sampled(kind)).collect::<Vec<_>>().join(", "));
    }
    lists
}

fn is_text(kind: &str) -> bool {
    matches!(kind.split('(').next().unwrap_or_default(), "text" | "character varying" | "name")
}

/// A value of a type that means nothing in particular, as SQL.
fn sampled(kind: &str) -> String {
    sample(kind).map_or_else(|| format!("NULL::{kind}"), |v| format!("{}::{kind}", literal(v)))
}

fn sample(kind: &str) -> Option<&'static str> {
    match kind {
        "boolean" => Some("true"),
        "integer" | "bigint" | "smallint" | "numeric" => Some("1"),
        "text" | "character varying" => Some("tenant_b"),
        "json" | "jsonb" => Some("{}"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn types_of_arguments() {
        assert_eq!(super::split("uuid, numeric(10,2), \"a,b\""), ["uuid", "numeric(10,2)", "\"a,b\""]);
        assert_eq!(super::split("a text DEFAULT 'x, (y'::text, b integer"), ["a text DEFAULT 'x, (y'::text", "b integer"]);
        assert!(super::split("").is_empty());
    }
}
