//! Writing rows of another tenant, or handing it rows.

use super::{Field, Try};
use crate::ident::{Ident, ident_list};
use crate::isolation::model::Owner;
use crate::isolation::rows::{Row, Tenant, by_key, finds, typed};
use crate::isolation::script::{TOLD, leak_where, noting};
use crate::snapshot::Relation;

/// Words in columns of the table of tenants that say what a tenant is entitled to.
const ENTITLEMENTS: &[&str] = &["plan", "tier", "quota", "seats", "credits", "balance", "subscription", "trial", "entitlement"];

/// Attacks on a table that holds this row of tenant B.
pub(super) fn of(field: &Field<'_>, table: &Relation, b: &Row, all: &mut Vec<Try>) {
    let (actor, name) = (field.actor, &table.name);
    let key = field.model.key(table);
    let theirs = finds(table, b, key.as_ref()).unwrap_or_else(|| b.found_by.clone());
    let harm = |acts: &str| b.remember() + &actor.act(acts, &leak_where(&b.moved()));
    let refused = |acts: &str| {
        // a row that is refused for what points at it was reached
        let seen = leak_where(&format!("{} OR {TOLD}", b.moved()));
        b.remember() + &actor.act(&noting(acts, "foreign_key_violation"), &seen)
    };
    if let (Some(set), Some(column)) = (field.assignment(table), field.written(table)) {
        let update = |what: &str, sql: String| Try::on(table, "UPDATE", what, harm(&sql));
        all.push(update("rows of the other tenant", format!("UPDATE {name} SET {set} WHERE {theirs}")));
        all.push(update("all rows, no condition", format!("UPDATE {name} SET {set}")));
        if let (Some(by_key), Some(_)) = (by_key(table, b), &key) {
            all.push(update("a row of the other tenant by its key", format!("UPDATE {name} SET {set} WHERE {by_key}")));
        }
        if let Some(assigned) = merge_key(table, b, key.as_ref()).filter(|_| field.major >= 15) {
            let merge = format!("MERGE INTO {name} t USING (SELECT 1) s ON {assigned} WHEN MATCHED THEN UPDATE SET {set}");
            all.push(update("MERGE", merge));
        }
        upsert(field, table, b, &column, all);
    }
    let delete = |what: &str, sql: String| Try::on(table, "DELETE", what, refused(&sql));
    all.push(delete("rows of the other tenant", format!("DELETE FROM {name} WHERE {theirs}")));
    all.push(Try::on(table, "DELETE", "all rows, no condition", harm(&format!("DELETE FROM {name}"))));
    if let (Some(by_key), Some(_)) = (by_key(table, b), &key) {
        all.push(delete("a row of the other tenant by its key", format!("DELETE FROM {name} WHERE {by_key}")));
    }
    for (what, more) in [("all rows", ""), ("all rows, and of what points at them", " CASCADE")] {
        let acts = format!("TRUNCATE {name}{more}");
        all.push(Try::on(table, "TRUNCATE", what, harm(&acts)).without_control());
    }
    if *field.model.owner(table.oid) == Owner::Root {
        entitlements(field, table, all);
    }
    if let (Some(key), Owner::Keyed(_)) = (&key, field.model.owner(table.oid)) {
        stamped(field, table, b, key, all);
    }
}

/// What a tenant pays for stands in its own row: it may see it, not change it.
fn entitlements(field: &Field<'_>, table: &Relation, all: &mut Vec<Try>) {
    let Some(a) = field.rows.of(table.oid, Tenant::A) else { return };
    let named = |c: &&crate::snapshot::Column| {
        let name = c.name.raw().to_lowercase();
        ENTITLEMENTS.iter().any(|word| name.split('_').any(|part| part.starts_with(word)) || name.ends_with(word))
    };
    for column in table.columns.iter().filter(|c| c.generated.is_none()).filter(named) {
        let acts = format!("UPDATE {} SET {2} = {2} WHERE {1}", table.name, a.found_by, column.name);
        let sql = a.remember() + &field.actor.act(&acts, &leak_where(&a.moved()));
        all.push(Try::on(table, "UPDATE", format!("the own {}, which the tenant pays for", column.name), sql).without_control());
    }
}

/// A condition on `t` for MERGE.
fn merge_key(table: &Relation, b: &Row, key: Option<&Ident>) -> Option<String> {
    let column = key.cloned().or_else(|| table.primary_key()?.keys.first()?.column.clone())?;
    Some(format!("t.{column} = {}", typed(table, &column, b.get(&column)?)?))
}

/// A row that collides with one of tenant B, which is then changed.
fn upsert(field: &Field<'_>, table: &Relation, b: &Row, column: &Ident, all: &mut Vec<Try>) {
    let Some(draft) = field.rows.drafts.get(&(table.oid, Tenant::A)) else { return };
    let Some(primary) = table.primary_key() else { return };
    let columns: Option<Vec<Ident>> = primary.keys.iter().map(|k| k.column.clone()).collect();
    let Some(columns) = columns else { return };
    let same: Vec<(Ident, String)> = columns.iter().filter_map(|c| Some((c.clone(), typed(table, c, b.get(c)?)?))).collect();
    let insert = field.insert(table, draft, &same);
    let acts = format!("{insert} ON CONFLICT ({}) DO UPDATE SET {column} = EXCLUDED.{column}", ident_list(&columns));
    let sql = b.remember() + &field.actor.act(&acts, &leak_where(&b.moved()));
    all.push(Try::on(table, "INSERT", "ON CONFLICT DO UPDATE of a row of the other tenant", sql));
}

/// Rows that say they belong to tenant B, or to nobody.
fn stamped(field: &Field<'_>, table: &Relation, b: &Row, key: &Ident, all: &mut Vec<Try>) {
    let (actor, name, rows) = (field.actor, &table.name, field.rows);
    let Some(id) = b.get(key).and_then(|v| typed(table, key, v)) else { return };
    let count = |condition: &str| format!("(SELECT count(*) FROM {name} WHERE {condition})");
    let theirs = format!("{key} = {id}");
    let remember = |condition: &str| format!("SELECT pg_catalog.set_config('dbharden.was', {}::text, true);\n", count(condition));
    let more =
        |condition: &str| leak_where(&format!("{} > pg_catalog.current_setting('dbharden.was')::bigint", count(condition)));
    if let Some(draft) = rows.drafts.get(&(table.oid, Tenant::B)) {
        let acts = field.insert(table, draft, &[(key.clone(), id.clone())]);
        let sql = if rows.colliding.contains(&(table.oid, Tenant::B)) {
            // policies are asked before keys: a refusal of the key comes after theirs
            actor.act(&noting(&acts, "unique_violation"), &leak_where(TOLD))
        } else {
            remember(&theirs) + &actor.act(&acts, &more(&theirs))
        };
        all.push(Try::on(table, "INSERT", "a row for the other tenant", sql));
    }
    // a person of tenant A who makes himself a member of tenant B: what names the person is right, the tenant is not
    if let Some(draft) = rows.drafts.get(&(table.oid, Tenant::A)) {
        let acts = field.insert(table, draft, &[(key.clone(), id.clone())]);
        let sql = remember(&theirs) + &actor.act(&acts, &more(&theirs));
        all.push(Try::on(table, "INSERT", "an own row stamped with the other tenant", sql));
    }
    let nullable = table.column(key.raw()).is_some_and(|c| !c.not_null);
    if let (true, Some(draft)) = (nullable, rows.drafts.get(&(table.oid, Tenant::A))) {
        let nobody = format!("{key} IS NULL");
        let acts = field.insert(table, draft, &[(key.clone(), "NULL".to_owned())]);
        let sql = remember(&nobody) + &actor.act(&acts, &more(&nobody));
        all.push(Try::on(table, "INSERT", "a row for no tenant", sql));
    }
    if let Some(a) = rows.of(table.oid, Tenant::A).and_then(|a| finds(table, a, Some(key))) {
        let moves = |what: &str, condition: String| {
            let sql = remember(&theirs) + &actor.act(&format!("UPDATE {name} SET {key} = {id}{condition}"), &more(&theirs));
            Try::on(table, "UPDATE", what, sql)
        };
        all.push(moves("own rows given to the other tenant", format!(" WHERE {a}")));
        all.push(moves("own rows given to the other tenant, no condition", String::new()));
    }
}
