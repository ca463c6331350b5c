//! `natural-key-across-tenants`: a primary key that people choose, shared by all tenants: the second one who wants it is refused, and
//! so learns that the first one has it.

use crate::check::{Finding, Input};
use crate::ident::{Ident, ident_list};
use crate::snapshot::Relation;
use crate::tenancy::Place;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in input.snapshot.catalog.tables() {
        let Some(Place::Keyed(key)) = input.tenancy.place(table.oid) else { continue };
        let Some(primary) = table.primary_key() else { continue };
        let columns: Vec<Ident> = primary.keys.iter().filter_map(|k| k.column.clone()).collect();
        let referring = |c: &Ident| table.foreign_keys().any(|(k, _)| k.columns.contains(c));
        let chosen = columns.iter().any(|c| is_chosen(table, c));
        if !chosen || columns.contains(key) || columns.iter().any(|c| referring(c) || is_made(table, c)) {
            continue;
        }
        let list = ident_list(&columns);
        let message = format!(
            "{}: the primary key ({list}) is chosen by people and lacks {key}: tenants share one space of names",
            table.name
        );
        findings.push(
            input
                .finding_on(table, &columns, message)
                .with("tenant_column", key.to_string())
                .with("rows", input.snapshot.catalog.rows(table)),
        );
    }
    findings
}

/// Text that is no identifier made by a program.
fn is_chosen(table: &Relation, name: &Ident) -> bool {
    let textual = |t: &str| t.starts_with("text") || t.starts_with("character") || t == "citext" || t.ends_with(".citext");
    table.column(name.raw()).is_some_and(|c| textual(&c.type_name)) && !is_made(table, name)
}

/// Filled by the database or a program: numbers with a default, uuids, columns called `id`, `..._id`, tokens and hashes.
fn is_made(table: &Relation, name: &Ident) -> bool {
    let folded = name.raw().to_lowercase();
    let named = ["id", "uid", "hash", "token", "digest", "checksum", "cursor"].iter().any(|s| folded.ends_with(s));
    let column = table.column(name.raw());
    named || column.is_some_and(|c| c.default.is_some() || c.identity.is_some() || c.generated.is_some() || c.type_name == "uuid")
}
