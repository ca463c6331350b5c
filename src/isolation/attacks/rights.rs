//! Rights that undo policies: on tables, schemas and sequences, and of the role itself.

use super::{Field, Try};
use crate::ident::literal;
use crate::isolation::model::Owner;
use crate::isolation::rows::{Tenant, finds};
use crate::isolation::script::{leak_where, set};
use crate::snapshot::Relation;

/// Roles of PostgreSQL that read or write what no policy keeps, or leave the database.
const PREDEFINED: &[&str] = &[
    "pg_read_all_data",
    "pg_write_all_data",
    "pg_read_server_files",
    "pg_write_server_files",
    "pg_execute_server_program",
    "pg_database_owner",
    "pg_maintain",
];

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

/// Rights of the role.
pub(super) fn of_database(field: &Field<'_>, all: &mut Vec<Try>) {
    let actor = field.actor;
    let role = literal(actor.role.raw());
    let right = |what: &str, sql: String| Try::at("database", "RIGHTS", what, sql);
    let flags = format!("EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {role} AND (rolsuper OR rolbypassrls))");
    all.push(right("a role that policies do not bind", leak_where(&flags) + ";\n"));
    let makes = format!("EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {role} AND (rolcreaterole OR rolreplication))");
    all.push(right("CREATEROLE or REPLICATION", leak_where(&makes) + ";\n"));
    for predefined in PREDEFINED {
        let member = format!(
            "EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '{predefined}' AND pg_catalog.pg_has_role({role}, oid, 'MEMBER'))"
        );
        all.push(right(&format!("membership in {predefined}"), leak_where(&member) + ";\n"));
    }
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
    other_roles(field, all);
    inherent(field, all);
}

/// Roles that the application may become.
fn other_roles(field: &Field<'_>, all: &mut Vec<Try>) {
    let actor = field.actor;
    let tables = field.model.tables();
    for role in field.model.catalog().roles.iter().filter(|r| r.name != actor.role) {
        let owned = tables.iter().filter(|t| t.owner == role.name && field.model.owner(t.oid).is_tenant());
        let found = owned.filter_map(|t| {
            let b = field.rows.of(t.oid, Tenant::B)?;
            Some(format!("(SELECT 1 FROM {} WHERE {} LIMIT 1)", t.name, finds(t, b, field.model.key(t).as_ref())?))
        });
        let found: Vec<String> = found.take(20).collect();
        if found.is_empty() && !role.bypass_rls && !role.superuser {
            continue;
        }
        let seen = if found.is_empty() { "true".to_owned() } else { format!("EXISTS ({})", found.join(" UNION ALL ")) };
        let sql = format!("{}SET LOCAL ROLE {};\n{};\n", actor.enter(), role.name, leak_where(&seen));
        all.push(Try::at("database", "RIGHTS", format!("SET ROLE {}", role.name), sql));
    }
}

/// What PostgreSQL lets through by its nature.
fn inherent(field: &Field<'_>, all: &mut Vec<Try>) {
    let actor = field.actor;
    let tables = field.model.tables();
    let some = tables.iter().find_map(|t| {
        let (a, b) = (field.rows.of(t.oid, Tenant::A)?, field.rows.of(t.oid, Tenant::B)?);
        let key = field.model.key(t)?;
        Some((
            finds(t, b, Some(&key)).map(|f| format!("SELECT 'leak' AS verdict FROM {} WHERE {f} LIMIT 1;\n", t.name))?,
            a.get(&key)?,
            b.get(&key)?,
        ))
    });
    if let Some((seen, a, b)) = some
        && !actor.settings.is_empty()
    {
        let as_b: String = actor.settings.iter().map(|(s, v)| set(s, &v.replace(a, b))).collect();
        let what = "sets another tenant itself: whoever runs SQL as this role can be any tenant";
        all.push(Try::at("database", "SELECT", what, actor.enter() + &as_b + &seen).inherent());
    }
    let activity = format!(
        "{}SELECT 'leak' AS verdict FROM pg_catalog.pg_stat_activity WHERE query <> '' AND usename IS NOT NULL LIMIT 1;\n",
        actor.enter()
    );
    let what = "texts of other sessions of the same role in pg_stat_activity";
    all.push(Try::at("database", "SELECT", what, activity).inherent());
    let acl = format!(
        "EXISTS (SELECT FROM pg_catalog.pg_default_acl d, pg_catalog.aclexplode(d.defaclacl) a \
         JOIN pg_catalog.pg_roles r ON r.oid = a.grantee WHERE d.defaclobjtype = 'r' AND r.rolname = {})",
        literal(actor.role.raw())
    );
    let what = "default privileges open each new table before it has policies";
    all.push(Try::at("database", "RIGHTS", what, leak_where(&acl) + ";\n").inherent());
}
