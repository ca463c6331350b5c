//! COPY, whose data go over the connection: to a client, from one, and into a table of one's own.

use super::{Field, Try};
use crate::ident::{Ident, ident_list, literal};
use crate::isolation::rows::{Row, Tenant, finds};
use crate::isolation::script::{Transfer, leak_where};
use crate::snapshot::Relation;

/// Attacks on a table that holds this row of tenant B.
pub(super) fn of(field: &Field<'_>, table: &Relation, b: &Row, all: &mut Vec<Try>) {
    let (actor, name) = (field.actor, &table.name);
    let key = field.model.key(table);
    let theirs = finds(table, b, key.as_ref()).unwrap_or_else(|| b.found_by.clone());
    let out = format!("SELECT 'leak' AS verdict FROM {name} WHERE {theirs} LIMIT 1");
    all.push(Try { transfer: Some(Transfer::Out(out)), ..Try::on(table, "SELECT", "COPY TO", actor.enter()) });

    let copy = format!("BEGIN CREATE TEMP TABLE dbharden_taken AS SELECT * FROM {name} WHERE {theirs}; END");
    let seen = leak_where("EXISTS (SELECT FROM pg_temp.dbharden_taken)");
    all.push(Try::on(table, "SELECT", "CREATE TABLE AS", format!("{}DO {};\n{seen};\n", actor.enter(), literal(&copy))));
    copied_in(field, table, b, key.as_ref(), all);
}

/// Rows for the other tenant, by COPY FROM: what INSERT refuses, another command may take.
fn copied_in(field: &Field<'_>, table: &Relation, b: &Row, key: Option<&Ident>, all: &mut Vec<Try>) {
    let Some((key, id)) = key.and_then(|k| Some((k, b.get(k)?))) else { return };
    let (Some(draft), Some(columns)) =
        (field.rows.draft_rows.get(&(table.oid, Tenant::B)), field.rows.drafts.get(&(table.oid, Tenant::B)))
    else {
        return;
    };
    if draft.values.is_empty() {
        return; // the row is there already: nothing in it is free
    }
    let may = field.allowed(table).insert;
    let given: Vec<&Ident> =
        columns.iter().filter(|(c, v)| v != "DEFAULT" && (may.is_empty() || may.contains(c))).map(|(c, _)| c).collect();
    let line: Vec<String> = given.iter().map(|c| field_text(if *c == key { Some(id) } else { draft.get(c) })).collect();
    let count = format!("(SELECT count(*) FROM {} WHERE {key}::text = {})", table.name, literal(id));
    let before = format!("SELECT pg_catalog.set_config('dbharden.was', {count}::text, true);\n{}", field.actor.enter());
    let seen = leak_where(&format!("{count} > pg_catalog.current_setting('dbharden.was')::bigint"));
    let transfer = Transfer::In {
        sql: format!("COPY {} ({}) FROM STDIN", table.name, ident_list(given.iter().copied())),
        data: line.join("\t") + "\n",
        then: format!("{}{seen};\n", field.actor.leave()),
    };
    all.push(Try { transfer: Some(transfer), ..Try::on(table, "INSERT", "a row for the other tenant, by COPY FROM", before) });
}

/// A value in COPY's text format.
fn field_text(value: Option<&str>) -> String {
    let Some(value) = value else { return "\\N".to_owned() };
    let mut out = String::new();
    for c in value.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::field_text;

    #[test]
    fn values_stay_in_their_field() {
        assert_eq!(field_text(Some("a\tb\\.\n")), "a\\tb\\\\.\\n");
        assert_eq!(field_text(None), "\\N");
    }
}
