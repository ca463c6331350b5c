//! Rights that undo policies: on tables, schemas and sequences.

use super::{Field, Try};
use crate::ident::literal;
use crate::isolation::model::Owner;
use crate::isolation::rows::Tenant;
use crate::isolation::script::leak_where;
use crate::snapshot::Relation;

/// Rights on a table.
pub(super) fn of_table(field: &Field<'_>, table: &Relation, all: &mut Vec<Try>) {
    let (actor, name) = (field.actor, &table.name);
    let right = |what: &str, sql: String| Try::on(table, "RIGHTS", what, sql).without_control();
    if *field.model.owner(table.oid) == Owner::Shared {
        return shared(field, table, all);
    }
    if !field.model.owner(table.oid).is_tenant() {
        return;
    }
    for privilege in ["TRIGGER", "REFERENCES"] {
        let held = format!(
            "pg_catalog.has_table_privilege({}, {}, '{privilege}')",
            literal(actor.role.raw()),
            literal(&name.to_string())
        );
        all.push(right(&format!("the privilege {privilege}"), leak_where(&held) + ";\n"));
    }
    for (what, acts) in [
        ("DISABLE ROW LEVEL SECURITY", format!("ALTER TABLE {name} DISABLE ROW LEVEL SECURITY")),
        ("CREATE POLICY", format!("CREATE POLICY dbharden_all ON {name} USING (true)")),
    ] {
        all.push(right(what, actor.act(&acts, &leak_where("true"))));
    }
}

/// A table for everybody that tenant A changes for the others.
fn shared(field: &Field<'_>, table: &Relation, all: &mut Vec<Try>) {
    let Some(b) = field.rows.of(table.oid, Tenant::B) else { return };
    let harm = |acts: &str| b.remember() + &field.actor.act(acts, &leak_where(&b.moved()));
    let (name, found) = (&table.name, &b.found_by);
    if let Some(set) = field.assignment(table) {
        let sql = harm(&format!("UPDATE {name} SET {set} WHERE {found}"));
        all.push(Try::on(table, "UPDATE", "a row that all tenants share", sql).without_control());
    }
    let sql = harm(&format!("DELETE FROM {name} WHERE {found}"));
    all.push(Try::on(table, "DELETE", "a row that all tenants share", sql).without_control());
    let sql = harm(&format!("TRUNCATE {name} CASCADE"));
    all.push(Try::on(table, "TRUNCATE", "rows that all tenants share", sql).without_control());
    if let Some(draft) = field.rows.drafts.get(&(table.oid, Tenant::A)) {
        let sql = field.actor.act(&field.insert(table, draft, &[]), &leak_where("true"));
        all.push(Try::on(table, "INSERT", "a row that all tenants share", sql).without_control());
    }
}

/// Rights on schemas and sequences.
pub(super) fn of_database(field: &Field<'_>, all: &mut Vec<Try>) {
    let role = literal(field.actor.role.raw());
    for schema in &field.model.catalog().schemas {
        let held = format!("pg_catalog.has_schema_privilege({role}, {}, 'CREATE')", literal(schema));
        let object = format!("schema {}", crate::ident::Ident::new(schema.as_str()));
        all.push(Try::at(object, "RIGHTS", "CREATE: functions and operators that others call", leak_where(&held) + ";\n"));
    }
    for sequence in &field.model.catalog().sequences {
        let name = literal(&sequence.name.to_string());
        let held = format!("pg_catalog.has_sequence_privilege({role}, {name}, 'UPDATE')");
        all.push(Try::at(
            sequence.name.to_string(),
            "RIGHTS",
            "setval: other tenants' next rows fail",
            leak_where(&held) + ";\n",
        ));
        let seen = format!("pg_catalog.has_sequence_privilege({role}, {name}, 'SELECT')");
        let position = leak_where(&seen) + ";\n";
        all.push(
            Try::at(sequence.name.to_string(), "SELECT", "its position tells how many rows all tenants have", position)
                .inherent(),
        );
    }
}
