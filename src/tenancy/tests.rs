//! The inference on catalogs of many shapes.

use super::*;
use crate::config::TenancySettings;
use crate::snapshot::fixture::catalog;

fn tenancy(catalog: &Catalog) -> Tenancy {
    Tenancy::in_catalog(catalog, &Config::default()).unwrap()
}

/// Places as `table: place`, in order of names.
fn places(ddl: &str) -> Vec<String> {
    let catalog = catalog(ddl);
    let tenancy = tenancy(&catalog);
    let shown = |t: &&Relation| {
        let place = match tenancy.place(t.oid) {
            Some(Place::Root) => "root".to_owned(),
            Some(Place::Keyed(key)) => format!("key {key}"),
            Some(Place::Reached(_)) => tenancy.way(&catalog, t).unwrap(),
            Some(Place::Shared) => "shared".to_owned(),
            Some(Place::Internal) => "internal".to_owned(),
            Some(Place::Unknown) => "unknown".to_owned(),
            None => "none".to_owned(),
        };
        format!("{}: {place}", t.name.name)
    };
    catalog.tables().iter().map(shown).collect()
}

#[test]
fn keys_ways_and_look_ups() {
    let found = places(
        "create table country (code text primary key);
         create table tenants (id int primary key);
         create table invoice (id int primary key, tenant_id int not null references tenants, country text references country);
         create table line (id int primary key, invoice_id int not null references invoice);
         create table payment (id int primary key, tenant_id int not null references tenants);
         create table allocation (payment_id int references payment, line_id int not null references line);
         create table customer (id int primary key, tenant_id int references tenants);
         create table _prisma_migrations (id text primary key);
         create table imports (id int primary key)",
    );
    assert_eq!(
        found,
        [
            "_prisma_migrations: shared",
            "allocation: allocation.line_id -> line.invoice_id -> invoice.tenant_id", // the short way is nullable
            "country: shared",
            "customer: key tenant_id",
            "imports: unknown",
            "invoice: key tenant_id",
            "line: line.invoice_id -> invoice.tenant_id",
            "payment: key tenant_id",
            "tenants: root",
        ]
    );
}

#[test]
fn two_spellings_and_two_types_in_one_database() {
    let found = places(
        r#"create table tenant (id uuid primary key);
           create table a (id int primary key, tenant_id uuid not null references tenant);
           create table b (id int primary key, "tenantId" text not null);
           create table c (id int primary key, tenant_id text)"#,
    );
    assert_eq!(found, ["a: key tenant_id", "b: key \"tenantId\"", "c: key tenant_id", "tenant: root"]);
}

#[test]
fn an_organisation_beats_its_users() {
    let found = places(
        "create table users (id int primary key, email text);
         create table organizations (id int primary key);
         create table memberships (org_id int not null references organizations, user_id int not null references users);
         create table projects (id int primary key, org_id int not null references organizations, created_by int references users);
         create table tasks (id int primary key, project_id int not null references projects, user_id int references users);
         create table comments (id int primary key, task_id int not null references tasks, user_id int not null references users);
         create table invoices (id int primary key, org_id int not null references organizations);
         create table sessions (id int primary key, user_id int not null references users)",
    );
    assert_eq!(
        found,
        [
            "comments: comments.task_id -> tasks.project_id -> projects.org_id",
            "invoices: key org_id",
            "memberships: key org_id",
            "organizations: root",
            "projects: key org_id",
            "sessions: unknown",
            "tasks: tasks.project_id -> projects.org_id",
            "users: unknown",
        ]
    );
}

#[test]
fn a_root_without_foreign_keys_and_no_root_at_all() {
    let soft = "create table account (id int primary key);
                create table a (id int primary key, account_id int); create table b (id int primary key, account_id int);
                create table c (id int primary key, account_id int)";
    assert_eq!(places(soft), ["a: key account_id", "account: root", "b: key account_id", "c: key account_id"]);
    let rootless = "create table users (id int primary key, tenant_id text not null);
                    create table a (id int primary key, tenant_id text, user_id int references users);
                    create table b (id int primary key, tenant_id text, user_id int references users);
                    create table c (id int primary key, tenant_id text, user_id int references users);
                    create table d (id int primary key, a_id int not null references a)";
    assert_eq!(
        places(rootless),
        ["a: key tenant_id", "b: key tenant_id", "c: key tenant_id", "d: d.a_id -> a.tenant_id", "users: key tenant_id"]
    );
}

#[test]
fn join_tables_of_an_orm() {
    let found = places(
        r#"create table "User" (id text primary key, email text);
           create table "Lead" (id text primary key, "userId" text not null references "User");
           create table "Tag" (id text primary key, "userId" text not null references "User");
           create table "Deal" (id text primary key, "userId" text not null references "User");
           create table "_LeadToTag" ("A" text not null references "Lead", "B" text not null references "Tag")"#,
    );
    let join = r#""_LeadToTag": "_LeadToTag"."A" -> "Lead"."userId""#;
    assert_eq!(found.iter().find(|f| f.starts_with("\"_")).unwrap(), join);
}

#[test]
fn of_several_keys_to_the_root_only_a_certain_one_owns_the_row() {
    let found = places(
        "create table users (id int primary key);
         create table a (id int primary key, user_id int not null references users);
         create table b (id int primary key, user_id int not null references users);
         create table doc (id int primary key, author int not null references users, reviewer int references users);
         create table message (id int primary key, sender int not null references users, recipient int not null references users);
         create table ticket (id int primary key, approved_by int references users)",
    );
    assert_eq!(found[2..], ["doc: key author", "message: unknown", "ticket: unknown", "users: root"]);
}

#[test]
fn a_database_of_one_tenant_yields_nothing() {
    let queue = "create table version (version int primary key);
                 create table queue (name text primary key, policy text);
                 create table schedule (name text references queue, key text, primary key (name, key));
                 create table subscription (event text, name text references queue, primary key (event, name));
                 create table job (id text primary key, name text references queue, state text);
                 create table archive (id text primary key, name text)";
    let catalog = catalog(queue);
    let tenancy = tenancy(&catalog);
    assert!(!tenancy.exists() && tenancy.tables.is_empty());
}

#[test]
fn what_the_config_says_wins() {
    let catalog = catalog(
        "create table users (id int primary key);
         create table a (id int primary key, user_id int references users, shop text);
         create table b (id int primary key, user_id int references users);
         create table c (id int primary key, user_id int references users)",
    );
    let config = |settings| Config { tenancy: settings, ..Config::default() };
    let keys = config(TenancySettings { keys: vec!["shop".to_owned()], ..TenancySettings::default() });
    let by_key = Tenancy::in_catalog(&catalog, &keys).unwrap();
    assert!(by_key.configured && by_key.root.is_none());
    assert_eq!(by_key.tables.values().filter(|p| matches!(p, Place::Keyed(_))).count(), 1);
    let shared = vec!["public.b".to_owned()];
    let root = config(TenancySettings { root: Some("public.users".to_owned()), shared, ..TenancySettings::default() });
    let by_root = Tenancy::in_catalog(&catalog, &root).unwrap();
    assert_eq!(by_root.tables.values().filter(|p| matches!(p, Place::Keyed(_))).count(), 2);
    let wrong = config(TenancySettings { root: Some("users".to_owned()), ..TenancySettings::default() });
    assert!(Tenancy::in_catalog(&catalog, &wrong).unwrap_err().to_string().contains("public.\"User\""));
}

/// Names of the candidates, and whether nobody needs to be asked.
fn candidates(ddl: &str) -> (Vec<String>, bool) {
    let catalog = catalog(ddl);
    let tenancy = tenancy(&catalog);
    (tenancy.candidates.iter().map(|c| c.name.clone()).collect(), tenancy.is_certain())
}

#[test]
fn one_that_is_named_so_and_named_by_most_is_certain() {
    let (found, certain) = candidates(
        r#"create table "Team" (id int primary key);
           create table a (id int primary key, "teamId" int references "Team"); create table b (id int primary key, team_id int);
           create table c (id int primary key, "teamId" int); create table d (id int primary key, a_id int not null references a)"#,
    );
    assert_eq!((found, certain), (vec!["public.\"Team\"".to_owned()], true));
}

#[test]
fn users_and_columns_without_a_table_are_not_certain() {
    let (found, certain) = candidates(
        "create table users (id int primary key);
         create table a (id int primary key, user_id int references users); create table b (id int primary key, user_id int);
         create table c (id int primary key, user_id int)",
    );
    assert_eq!((found, certain), (vec!["public.users".to_owned()], false));
    let soft = "create table a (tenant_id int); create table b (tenant_id int); create table c (tenant_id int)";
    assert_eq!(candidates(soft), (vec!["tenant".to_owned()], false));
}

#[test]
fn two_levels_are_a_question() {
    let ddl = "create table organizer (id int primary key);
         create table event (id int primary key, organizer_id int not null references organizer);
         create table team (id int primary key, organizer_id int not null references organizer);
         create table device (id int primary key, organizer_id int not null references organizer);
         create table item (id int primary key, event_id int not null references event);
         create table quota (id int primary key, event_id int not null references event);
         create table voucher (id int primary key, event_id int not null references event);
         create table orders (id int primary key, event_id int not null references event)";
    let (found, certain) = candidates(ddl);
    assert_eq!((found, certain), (vec!["public.organizer".to_owned(), "public.event".to_owned()], false));
    let catalog = catalog(ddl);
    let summary = tenancy(&catalog).summary(&catalog).unwrap();
    assert!(summary.question.unwrap().contains("--tenant-root"));
}

/// A program puts its own name before those of its tables; the level below is shown beside the first.
#[test]
fn tables_with_a_prefix_are_found_by_the_columns_that_lead_to_them() {
    let events: String = (0..5)
        .map(|n| format!("create table tix_e{n} (id int primary key, event_id int not null references tix_event);"))
        .collect();
    let catalog = catalog(&format!(
        "create table tix_organizer (id int primary key);
         create table tix_event (id int primary key, organizer_id int not null references tix_organizer);
         create table tix_voucher (id int primary key, organizer_id int not null references tix_organizer);
         create table tix_device (id int primary key, organizer_id int not null references tix_organizer);{events}"
    ));
    let found = tenancy(&catalog);
    let names: Vec<&str> = found.candidates.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["public.tix_organizer", "public.tix_event"]);
    assert_eq!((&found.keys[..], found.is_certain()), (&["organizer_id".to_owned()][..], false));
}
