//! Ways out of the database and back in as somebody else: connections to other servers, publications, files, large objects.

use super::{Field, Try};
use crate::ident::literal;
use crate::isolation::script::leak_where;
use crate::snapshot::objects::{Body, Kind};

/// Functions of extensions and of the server that connect, read or write as somebody else. Nobody but superusers may call them unless told.
const FUNCTIONS: &[(&str, &str)] = &[
    ("dblink_connect_u", "connects without a password, as whom the server lets in"),
    ("lo_export", "writes files on the server"),
    ("lo_import", "reads files on the server"),
    ("pg_read_file", "reads files on the server"),
    ("pg_read_binary_file", "reads files on the server"),
    ("pg_ls_dir", "lists files on the server"),
    ("pg_file_write", "writes files on the server"),
];

/// All of them.
pub(super) fn of(field: &Field<'_>, all: &mut Vec<Try>) {
    let role = literal(field.actor.role.raw());
    // a copy has the server's own functions as a new server has them
    for (function, what) in FUNCTIONS.iter().filter(|_| field.in_place) {
        let held = format!(
            "EXISTS (SELECT FROM pg_catalog.pg_proc WHERE proname = {} AND pg_catalog.has_function_privilege({role}, oid, 'EXECUTE'))",
            literal(function)
        );
        all.push(Try::at("database", "RIGHTS", format!("{function}(): {what}"), leak_where(&held) + ";\n"));
    }
    servers(field, &role, all);
    publications(field, all);
    large_objects(field, all);
}

/// Servers that the role may use with a login that is stored for it: as whom is not for us to know.
fn servers(field: &Field<'_>, role: &str, all: &mut Vec<Try>) {
    let Some(objects) = &field.model.snapshot.objects else { return };
    for object in objects.all.values().filter(|o| o.id.kind == Kind::Server) {
        let name = literal(object.id.name.raw());
        let used = format!(
            "pg_catalog.has_server_privilege({role}, {name}, 'USAGE') AND EXISTS (SELECT FROM pg_catalog.pg_user_mappings m \
             WHERE m.srvname = {name} AND (m.umuser = 0 OR pg_catalog.pg_has_role({role}, m.umuser, 'USAGE')))"
        );
        let what = "connects with a stored login: where to and as whom is not known here";
        all.push(Try::at(object.id.sql(), "RIGHTS", what, leak_where(&used) + ";\n").unknown());
    }
}

/// What is published goes to whoever may replicate; a new publication takes an owner of the tables.
fn publications(field: &Field<'_>, all: &mut Vec<Try>) {
    let actor = field.actor;
    for (table, _) in field.tables_of_b() {
        let acts = actor.act(&format!("CREATE PUBLICATION dbharden_all FOR TABLE {}", table.name), &leak_where("true"));
        all.push(Try::on(table, "RIGHTS", "CREATE PUBLICATION", acts).without_control());
    }
    let Some(objects) = &field.model.snapshot.objects else { return };
    for object in objects.all.values() {
        let Body::Publication(publication) = &object.body else { continue };
        let named = |name: &crate::ident::QualifiedName| {
            publication.all_tables
                || publication.tables.iter().any(|t| t.table == *name)
                || publication.schemas.contains(&name.schema)
        };
        if field.tables_of_b().iter().any(|(t, _)| named(&t.name)) {
            let what = "sends rows of all tenants to whoever may replicate: no policy binds it";
            all.push(Try::at(object.id.sql(), "SELECT", what, leak_where("true") + ";\n").inherent());
        }
    }
}

/// A large object has an owner and no policy: what the role stored for one tenant it reads for the other.
fn large_objects(field: &Field<'_>, all: &mut Vec<Try>) {
    let role = &field.actor.role;
    let sql = format!(
        "SET LOCAL ROLE {role};\nSELECT pg_catalog.set_config('dbharden.told', pg_catalog.lo_from_bytea(0, 'tenant_b')::text, true);\n\
         RESET ROLE;\n{}SELECT 'leak' AS verdict WHERE pg_catalog.lo_get(current_setting('dbharden.told')::oid) = 'tenant_b';\n",
        field.actor.enter()
    );
    let what = "a large object that the role made for the other tenant";
    all.push(Try::at("database", "SELECT", what, sql).inherent());
    // of somebody else's the owner decides
    let sql = format!(
        "SELECT pg_catalog.set_config('dbharden.told', pg_catalog.lo_from_bytea(0, 'tenant_b')::text, true);\n\
         {}SELECT 'leak' AS verdict WHERE pg_catalog.lo_get(current_setting('dbharden.told')::oid) = 'tenant_b';\n",
        field.actor.enter()
    );
    all.push(Try::at("database", "SELECT", "a large object of another role", sql));
}
