//! What belongs to the platform (Supabase's `auth`, a cloud's own schemas) and to the tools that run migrations: no file of the user
//! makes it, so it is given to the sandbox as the live database has it, and not compared.

use std::collections::{BTreeMap, BTreeSet};

use super::files::Spoken;
use crate::ident::Ident;
use crate::migration::{MigrationFile, ledger};
use crate::snapshot::objects::{Body, Id, Kind, Object, Objects};

/// Roles whose schemas are a hosting platform's.
const OWNERS: &[&str] = &[
    "supabase_admin",
    "supabase_auth_admin",
    "supabase_storage_admin",
    "supabase_realtime_admin",
    "supabase_functions_admin",
    "pgsodium_keymaker",
    "rdsadmin",
    "cloudsqladmin",
    "azuresu",
    "cloud_admin",
];

/// The role by which a Supabase database is known.
const SUPABASE: &str = "supabase_admin";

/// Schemas that Supabase makes, whoever owns them there.
const SUPABASE_SCHEMAS: &[&str] = &[
    "_analytics",
    "_realtime",
    "auth",
    "extensions",
    "graphql",
    "graphql_public",
    "pgbouncer",
    "pgsodium",
    "realtime",
    "storage",
    "supabase_functions",
    "vault",
];

/// The publication that Supabase makes, empty; files add tables to it.
const SUPABASE_PUBLICATION: &str = "supabase_realtime";

fn is_supabase(live: &Objects) -> bool {
    live.roles.iter().any(|r| r.raw() == SUPABASE)
}

/// Schemas of the live database that are not compared: the platform's and the ledgers'.
pub fn schemas(live: &Objects, named: &[String]) -> BTreeSet<Ident> {
    let theirs = |o: &&Object| {
        o.id.kind == Kind::Schema
            && o.id.name.raw() != "public"
            && o.owner.as_ref().is_some_and(|owner| OWNERS.contains(&owner.raw()))
    };
    let mut all: BTreeSet<Ident> = live.all.values().filter(theirs).map(|o| o.id.name.clone()).collect();
    if is_supabase(live) {
        all.extend(SUPABASE_SCHEMAS.iter().map(|s| Ident::new(*s)));
    }
    all.extend(ledger::ledger_schemas().iter().map(|s| Ident::new(*s)));
    all.extend(named.iter().map(|s| Ident::new(&**s)));
    all
}

/// Whether an object is the platform's or a ledger.
pub fn is_foreign(object: &Object, schemas: &BTreeSet<Ident>, extensions: &BTreeSet<Ident>) -> bool {
    let id = &object.id;
    if schemas.contains(&id.schema) || id.kind == Kind::Schema && schemas.contains(&id.name) {
        return true;
    }
    if id.kind == Kind::Extension {
        return extensions.contains(&id.name);
    }
    let platform_role = object.owner.as_ref().is_some_and(|o| OWNERS.contains(&o.raw()));
    if platform_role && matches!(id.kind, Kind::EventTrigger | Kind::Publication | Kind::ForeignDataWrapper | Kind::Server) {
        return true;
    }
    if id.kind == Kind::DefaultPrivileges && OWNERS.contains(&id.name.raw()) {
        return true;
    }
    let is_ledger = |name: &Ident| ledger::ledger_tables().contains(&name.raw());
    match &object.body {
        Body::Sequence(s) => s.owned_by.as_ref().is_some_and(|c| is_ledger(&c.name)),
        Body::Index(i) => is_ledger(&i.table.name),
        _ => (id.kind == Kind::Table || id.kind.is_part()) && is_ledger(&id.name),
    }
}

/// Extensions that come with every database, or that the platform keeps in its own schemas.
pub fn extensions(live: &Objects, schemas: &BTreeSet<Ident>) -> BTreeSet<Ident> {
    let given = |o: &&Object| {
        o.id.kind == Kind::Extension && (o.id.name.raw() == "plpgsql" || graph_schema(o).is_some_and(|s| schemas.contains(&s)))
    };
    live.all.values().filter(given).map(|o| o.id.name.clone()).collect()
}

/// The schema an extension's objects are in.
fn graph_schema(extension: &Object) -> Option<Ident> {
    match &extension.body {
        Body::Extension(e) => Some(e.schema.clone()),
        _ => None,
    }
}

/// What the sandbox gets before any file runs: the platform's objects and the live database's default privileges. Those that the files
/// set themselves are left to them, and so are policies and triggers that they put on the platform's tables.
pub fn given(live: &Objects, spoken: &Spoken, files: &[MigrationFile]) -> Objects {
    let schemas = schemas(live, &[]);
    let extensions = extensions(live, &schemas);
    let supabase = is_supabase(live);
    let said = |text: &str| files.iter().any(|f| f.sql.contains(text));
    let theirs = |id: &Id| id.schema.raw().is_empty() || schemas.contains(&id.schema);
    let wanted = |o: &&Object| match o.id.kind {
        Kind::DefaultPrivileges => !speaks_of(spoken, &o.id),
        // ledgers and roles' own things are not what files build on
        Kind::Schema | Kind::Extension => is_foreign(o, &schemas, &extensions) && o.id.name.raw() != "plpgsql",
        Kind::Policy | Kind::Trigger => {
            schemas.contains(&o.id.schema) && o.needs.iter().all(|n| theirs(&n.id)) && !said(&o.id.part)
        }
        Kind::Publication => supabase && o.id.name.raw() == SUPABASE_PUBLICATION && !makes_publication(files),
        _ => schemas.contains(&o.id.schema),
    };
    let mut all: BTreeMap<Id, Object> = live.all.values().filter(wanted).map(|o| (o.id.clone(), o.clone())).collect();
    for object in all.values_mut() {
        if let Body::Publication(p) = &mut object.body {
            p.tables.clear();
            p.schemas.clear();
            object.needs.clear();
        }
    }
    all.extend(live.new_database().all);
    Objects { major: live.major, owner: live.owner.clone(), roles: live.roles.clone(), all, ..Objects::default() }
}

/// Whether the files make Supabase's publication themselves.
fn makes_publication(files: &[MigrationFile]) -> bool {
    files.iter().any(|f| {
        let sql = f.sql.to_ascii_lowercase().replace('"', "");
        let words: Vec<&str> = sql.split_whitespace().collect();
        words.windows(3).any(|w| w[0] == "create" && w[1] == "publication" && w[2].trim_end_matches(';') == SUPABASE_PUBLICATION)
    })
}

/// Whether the files set these default privileges: `IN SCHEMA app ON TABLES` of a role.
fn speaks_of(spoken: &Spoken, id: &Id) -> bool {
    let part = id.part.to_lowercase();
    spoken.default_privileges.iter().any(|d| {
        let role = d.role.as_ref().is_none_or(|r| *r == id.name.raw());
        let schema = d.schema.as_ref().is_none_or(|s| part.contains(&format!("in schema {}", Ident::new(&**s))));
        role && schema && part.ends_with(d.objects)
    })
}
