//! Migrations folders of all tools on real servers: run as their tool would, and what their ledgers say.

mod deployments;

use std::fs;
use std::path::Path;

use dbharden::connect::{Session, Target};
use dbharden::drift::files::{Ran, RunOptions, run};
use dbharden::ident::QualifiedName;
use dbharden::migration::layout::{Layout, MigrationFile, ReadOptions};
use dbharden::migration::ledger;
use dbharden::sandbox::{Sandbox, SandboxOptions};
use sqlx::PgConnection;
use tempfile::TempDir;

use crate::support;

async fn start() -> (Sandbox, PgConnection) {
    let sandbox = Sandbox::start(&SandboxOptions::default()).await.unwrap();
    let connection = support::connect(&sandbox).await;
    (sandbox, connection)
}

/// A fresh database of the sandbox.
async fn database(sandbox: &Sandbox, name: &str) -> PgConnection {
    use sqlx::ConnectOptions;
    sandbox.create_database(name).await.unwrap();
    sandbox.connect_options(name).connect().await.unwrap()
}

async fn session(sandbox: &Sandbox, user: &str) -> Session {
    let url = sandbox.url("postgres").replace("//postgres@", &format!("//{user}@"));
    Session::connect(&Target::resolve(Some(&url), &|_| None).unwrap()).await.unwrap()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn script(sql: &str) -> Vec<MigrationFile> {
    vec![MigrationFile::script(Path::new("schema.sql"), sql.to_owned())]
}

async fn run_all(connection: &mut PgConnection, files: &[MigrationFile], layout: Layout) -> Ran {
    let options = RunOptions { layout: Some(layout), ..RunOptions::default() };
    run(connection, files, &options).await.unwrap_or_else(|e| panic!("{layout}: {e}"))
}

/// The user's tables and valid indexes, comma-separated.
async fn relations(connection: &mut PgConnection) -> String {
    let sql = "select coalesce(string_agg(relname, ',' order by relname), '') from pg_class c where relkind in ('r', 'i', 'v') \
               and relnamespace not in (select oid from pg_namespace where nspname ~ '^(pg_|information_schema)') \
               and not exists (select from pg_index i where i.indexrelid = c.oid and not indisvalid)";
    sqlx::query_scalar(sql).fetch_one(connection).await.unwrap()
}

#[tokio::test]
async fn every_layout_builds_its_tables() {
    let (sandbox, _) = start().await;
    let (one, two) = ("create table a (x int);\ncreate table b (y int);\n", "create index i on a (x);");
    let alone = "create index concurrently c on b (y);";
    let marked = |mark: &str, sql: &str| format!("{mark}\n{sql}");
    let samples: Vec<(Layout, Vec<(&str, String)>)> = vec![
        (
            Layout::Dbharden,
            vec![
                ("20260101000000_a/up.sql", one.into()),
                ("20260102000000_b/up.sql", format!("set lock_timeout = 0;\n{two}{alone}\nreset lock_timeout;")),
            ],
        ),
        (
            Layout::Prisma,
            vec![("1_a/migration.sql", one.into()), ("2_b/migration.sql", two.into()), ("3_c/migration.sql", alone.into())],
        ),
        (
            Layout::Sqlx,
            vec![
                ("1_a.sql", one.into()),
                ("2_b.up.sql", two.into()),
                ("2_b.down.sql", "drop index i".into()),
                ("3_c.sql", marked("-- no-transaction", alone)),
            ],
        ),
        (
            Layout::Flyway,
            vec![
                ("V1__a.sql", one.into()),
                ("R__view.sql", "create view v as select 1 as one;".into()),
                ("x/V1.1__b.sql", two.into()),
                ("V1.2__c.sql", alone.into()),
                ("V1.2__c.sql.conf", "executeInTransaction=false".into()),
                ("U1__a.sql", "drop table a".into()),
            ],
        ),
        (
            Layout::Dbmate,
            vec![
                ("1_a.sql", format!("-- migrate:up\n{one}\n-- migrate:down\ndrop table a;")),
                ("2_b.sql", format!("-- migrate:up\n{two}\n-- migrate:down\ndrop index i;")),
                ("3_c.sql", format!("-- migrate:up transaction:false\n{alone}\n-- migrate:down\n")),
            ],
        ),
        (
            Layout::Goose,
            vec![
                (
                    "1_a.sql",
                    format!("-- +goose Up\n-- +goose StatementBegin\n{one}-- +goose StatementEnd\n-- +goose Down\ndrop table a;"),
                ),
                ("2_b.sql", format!("-- +goose Up\n{two}\n-- +goose Down\ndrop index i;")),
                ("3_c.sql", format!("-- +goose NO TRANSACTION\n-- +goose Up\n{alone}\n")),
            ],
        ),
        (
            Layout::GolangMigrate,
            vec![
                ("go.mod", String::new()),
                ("1_a.up.sql", one.into()),
                ("1_a.down.sql", "drop table a".into()),
                ("2_b.up.sql", two.into()),
                ("10_c.up.sql", alone.into()),
            ],
        ),
        (
            Layout::Supabase,
            vec![
                ("config.toml", "project_id = 'x'".into()),
                ("migrations/20260101000000_a.sql", format!("{one}select pg_catalog.set_config('search_path', '', false);")),
                ("migrations/20260102000000_b.sql", two.into()),
                ("migrations/20260103000000_c.sql", alone.into()),
            ],
        ),
        (
            Layout::Sqitch,
            vec![
                ("sqitch.plan", "%project=shop\na 2026-01-01T00:00:00Z A <a@b.c>\nb [a] 2026-01-01T00:00:00Z A <a@b.c>\nc 2026-01-01T00:00:00Z A <a@b.c>".into()),
                ("deploy/a.sql", format!("BEGIN;\n{one}COMMIT;")),
                ("revert/a.sql", "drop table a".into()),
                ("deploy/b.sql", format!("BEGIN;\n{two}\nCOMMIT;")),
                ("deploy/c.sql", alone.into()),
            ],
        ),
    ];
    for (layout, files) in samples {
        let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (*n, t.as_str())).collect();
        let dir = folder(&files);
        assert_eq!(Layout::detect(dir.path()).unwrap(), layout);
        let mut connection = database(&sandbox, &layout.to_string()).await;
        let files = layout.read(dir.path(), &ReadOptions::default()).unwrap();
        let ran = run_all(&mut connection, &files, layout).await;
        assert!(ran.notes.is_empty() && ran.not_built.is_empty(), "{layout}: {ran:?}");
        let expected = if layout == Layout::Flyway { "a,b,c,i,v" } else { "a,b,c,i" };
        assert_eq!(relations(&mut connection).await, expected, "{layout}");
        let path: String = sqlx::query_scalar("show search_path").fetch_one(&mut connection).await.unwrap();
        assert_eq!(path, "\"$user\", public", "{layout}");
    }
}

#[tokio::test]
async fn an_error_names_file_and_line() {
    let (sandbox, mut connection) = start().await;
    let dir = folder(&[("1_a/migration.sql", "create table a (x int);\n\n-- wrong\ncreate index i\n  on a (y);\n")]);
    let files = Layout::Prisma.read(dir.path(), &ReadOptions::default()).unwrap();
    let error = run(&mut connection, &files, &RunOptions::default()).await.unwrap_err().to_string();
    assert!(error.contains("1_a/migration.sql:4: create index i on a (y) failed: column \"y\" does not exist"), "{error}");
    assert!(error.contains("SQLSTATE 42703") && error.contains("to do: "), "{error}");
    assert_eq!(relations(&mut connection).await, "", "the file was one transaction");
    // outside a transaction what came before stays; the place is that of the token
    let error = run(&mut connection, &script("create table a ();\nselect\n  1 +\n  nothing;"), &RunOptions::default()).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("schema.sql:4: select 1 + nothing failed"), "{error}");
    assert_eq!(relations(&mut connection).await, "a");
    // transactions of the file's own
    let sql = "begin;\ncreate table b ();\ncommit;\nbegin;\ncreate table c ();\ncreate table b ();\ncommit;";
    let error = run(&mut connection, &script(sql), &RunOptions::default()).await.unwrap_err().to_string();
    assert!(error.contains("schema.sql:6: create table b () failed: relation \"b\" already exists"), "{error}");
    assert_eq!(relations(&mut connection).await, "a,b");
    drop(sandbox);
}

#[tokio::test]
async fn a_dump_with_rows_loads() {
    let (sandbox, mut connection) = start().await;
    let sql = "create schema app; create table app.t (id serial primary key, body text);
        insert into app.t (body) values (E'it''s; \\\\ \"\\n\\t'), ('$x$'); create role app_user; grant select on app.t to app_user;
        create function app.f() returns text language plpgsql as $$ begin return ';'; end $$;
        create view app.v as select * from app.t; alter table app.t enable row level security;
        create policy p on app.t to app_user using (id > 0);";
    support::run(&mut connection, sql).await;
    let dump = support::dump(&sandbox);
    if !dump.contains("COPY ") {
        return; // a server newer than pg_dump
    }
    let dump = format!("\\restrict abc\n{dump}\n\\unrestrict abc\n");
    let mut other = database(&sandbox, "other").await;
    let ran = run(&mut other, &script(&dump), &RunOptions::default()).await.unwrap();
    assert_eq!(relations(&mut other).await, "t,t_pkey,v");
    assert_eq!(support::number(&mut other, "select count(*) from app.t").await, 0);
    assert!(ran.statements > 20 && ran.notes.is_empty(), "{ran:?}");
}

#[tokio::test]
async fn what_belongs_elsewhere_is_left_out_and_what_is_missing_is_told() {
    let (_sandbox, mut connection) = start().await;
    let sql = "create role app_user; alter system set work_mem = '8MB'; create database elsewhere;
        grant connect on database production to app_user;
        create table t (id int); alter table t owner to somebody; grant select on t to app_user, \"Other One\";
        do $$ begin execute 'grant insert on t to in_a_block'; end $$;";
    support::run(&mut connection, "create role app_user").await;
    let mut file = script(sql).remove(0);
    for transaction in [false, true] {
        file.transaction = transaction;
        support::run(&mut connection, "drop table if exists t; drop role if exists somebody").await;
        let ran = run(&mut connection, std::slice::from_ref(&file), &RunOptions::default()).await.unwrap();
        let left: Vec<&str> = ran.notes.iter().map(|n| n.because.as_str()).collect();
        assert_eq!(left.len(), 4, "{ran:?}");
        assert!(ran.stand_ins.contains("somebody"), "{ran:?}");
    }
    let sql = "create extension no_such_extension;\ncreate table e (v no_such_type);\ncreate table f ();\ncreate index on e (v) -- the end\n;\nselect 1 / 0;";
    let mut file = script(sql).remove(0);
    let error = run(&mut connection, std::slice::from_ref(&file), &RunOptions::default()).await.unwrap_err().to_string();
    assert!(error.contains("schema.sql:6") && error.contains("division by zero"), "{error}");
    support::run(&mut connection, "drop table f").await;
    file.sql = file.sql.replace("select 1 / 0;", "");
    for transaction in [true, false] {
        file.transaction = transaction;
        let ran = run(&mut connection, std::slice::from_ref(&file), &RunOptions::default()).await.unwrap();
        assert!(ran.missing_extensions.contains("no_such_extension"));
        let lines: Vec<usize> = ran.not_built.iter().map(|n| n.line).collect();
        assert_eq!(lines, [2, 4], "{ran:?}");
        support::run(&mut connection, "drop table f").await;
    }
    // without a missing extension the same is an error
    let error = run(&mut connection, &script("create table e (v no_such_type)"), &RunOptions::default()).await.unwrap_err();
    assert!(error.to_string().contains("no_such_type"), "{error}");
}

#[tokio::test]
async fn settings_stay_as_in_the_tool() {
    let (sandbox, _) = start().await;
    for (layout, stays) in [(Layout::Prisma, true), (Layout::Sqlx, true), (Layout::Flyway, false), (Layout::Supabase, false)] {
        let mut connection = database(&sandbox, &format!("s_{layout}")).await;
        let mut files = script("create schema app; set search_path = app;");
        files.extend(script("create table t ();"));
        files.iter_mut().for_each(|f| f.transaction = true);
        run_all(&mut connection, &files, layout).await;
        let sql = "select count(*) from pg_tables where schemaname = 'app'";
        assert_eq!(support::number(&mut connection, sql).await == 1, stays, "{layout}");
    }
}

#[tokio::test]
async fn many_files_run_and_one_that_needs_more_locks_than_there_are() {
    let sandbox = support::start(&[("max_locks_per_transaction", "10")]).await;
    let mut connection = support::connect(&sandbox).await;
    let files: Vec<MigrationFile> = (0..300)
        .map(|i| {
            let mut file =
                script(&format!("create table t{i} (id int primary key);\ncreate index on t{i} (id, id) -- end")).remove(0);
            file.transaction = true;
            file
        })
        .collect();
    let ran = run_all(&mut connection, &files, Layout::Prisma).await;
    assert_eq!(ran.statements, 600);
    let sql: String = (0..2500).map(|i| format!("create table one.u{i} (id int primary key);\n")).collect();
    let mut file = script(&format!("create schema one;\n{sql}")).remove(0);
    file.transaction = true;
    let ran = run_all(&mut connection, &[file], Layout::Prisma).await;
    assert_eq!(ran.statements, 2501);
}

/// Each tool's table as it makes it, rows of it, and the ids that are then applied, failed.
#[rustfmt::skip]
const LEDGERS: &[(Layout, &str, &[&str], &[&str])] = &[
    (Layout::Prisma,
     "create schema app; create table app._prisma_migrations (id varchar(36) primary key not null, checksum varchar(64) not null,
        finished_at timestamptz, migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
        started_at timestamptz not null default now(), applied_steps_count integer not null default 0);
      insert into app._prisma_migrations (id, checksum, finished_at, migration_name, rolled_back_at) values
        ('a', '', now(), '1_a', null), ('b', '', null, '2_b', now()), ('c', '', null, '3_c', null)",
     &["1_a"], &["3_c"]),
    (Layout::Sqlx,
     "create table _sqlx_migrations (version bigint primary key, description text not null,
        installed_on timestamptz not null default now(), success boolean not null, checksum bytea not null,
        execution_time bigint not null);
      insert into _sqlx_migrations values (2, 'b', now(), false, '', 0), (1, 'a', now(), true, '', 0)",
     &["1"], &["2"]),
    (Layout::Flyway,
     "create table flyway_schema_history (installed_rank int not null, version varchar(50), description varchar(200) not null,
        type varchar(20) not null, script varchar(1000) not null, checksum integer, installed_by varchar(100) not null,
        installed_on timestamp not null default now(), execution_time integer not null, success boolean not null);
      alter table flyway_schema_history add constraint flyway_schema_history_pk primary key (installed_rank);
      insert into flyway_schema_history values (1, '1.0', 'a', 'SQL', 'V1.0__a.sql', 1, 'u', now(), 1, true),
        (2, null, 'a view', 'SQL', 'R__a_view.sql', 1, 'u', now(), 1, true), (3, '2', 'b', 'SQL', 'V2__b.sql', 1, 'u', now(), 1, false)",
     &["1", "R__a view"], &["2"]),
    (Layout::Dbmate,
     "create schema auth; create table auth.schema_migrations (version varchar(255) primary key);
      create table schema_migrations (version varchar(128) primary key); insert into schema_migrations values ('20260101000000')",
     &["20260101000000"], &[]),
    (Layout::Goose,
     "create table goose_db_version (id integer primary key generated by default as identity, version_id bigint not null,
        is_applied boolean not null, tstamp timestamp not null default now());
      insert into goose_db_version (version_id, is_applied) values (0, true), (1, true), (2, true), (2, false)",
     &["1"], &[]),
    (Layout::GolangMigrate,
     "create table schema_migrations (version bigint not null primary key, dirty boolean not null);
      insert into schema_migrations values (7, true)",
     &[], &["7"]),
    (Layout::Supabase,
     "create schema supabase_migrations; create table supabase_migrations.schema_migrations (version text not null primary key,
        statements text[], name text); insert into supabase_migrations.schema_migrations values ('20260101000000')",
     &["20260101000000"], &[]),
    (Layout::Sqitch,
     "create schema sqitch; create table sqitch.changes (change_id text primary key, script_hash text, change text not null,
        project text not null, note text not null default '', committed_at timestamptz not null default clock_timestamp(),
        committer_name text not null, committer_email text not null, planned_at timestamptz not null,
        planner_name text not null, planner_email text not null, unique (project, script_hash));
      insert into sqitch.changes select n, n, 'a', 'shop', '', now() + n * interval '1 s', '', '', now(), '', ''
        from generate_series(1, 2) n",
     &["shop:a", "shop:a#2"], &[]),
];

#[tokio::test]
async fn ledgers_say_what_is_applied() {
    for (layout, ddl, applied, failed) in LEDGERS {
        let (sandbox, mut connection) = start().await;
        let mut session = session(&sandbox, "postgres").await;
        assert_eq!(ledger::read(&mut session, *layout).await.unwrap(), None, "{layout}: the tool was never here");
        support::run(&mut connection, ddl).await;
        let ledger = ledger::read(&mut session, *layout).await.unwrap().unwrap();
        assert_eq!(ledger.applied.iter().map(String::as_str).collect::<Vec<_>>(), *applied, "{layout}");
        assert_eq!(ledger.failed, *failed, "{layout}");
        assert_eq!(ledger.owner.raw(), "postgres");
        let (tables, schemas) = (ledger::ledger_tables(), ledger::ledger_schemas());
        assert!(tables.contains(&ledger.table.name.raw()) || schemas.contains(&ledger.table.schema.raw()));
        // what we would write for them fits their tables
        let dir = folder(&[]);
        let statement = dbharden::plan::Statement {
            sql: "select 1".into(),
            lock: None,
            timeouts: dbharden::plan::Timeouts::brief(300),
            in_transaction: true,
            hazards: Vec::new(),
        };
        let now = time::OffsetDateTime::now_utc();
        let written = layout.write(dir.path(), "adopt drift", now, &[statement], &[], "").unwrap();
        let said = layout.mark_applied(&written, Some(&ledger.table)).unwrap();
        if said.starts_with("INSERT") {
            support::run(&mut connection, &said).await;
            let files = layout.read(dir.path(), &ReadOptions::default()).unwrap();
            let ledger = ledger::read(&mut session, *layout).await.unwrap().unwrap();
            let standing = ledger::at(&files, &ledger);
            assert_eq!((standing.applied.len(), standing.pending.len()), (1, 0), "{layout}: {said}");
            assert!(ledger::edited(&files, &ledger, *layout).is_empty(), "{layout}: the checksum is the tool's");
            fs::write(&files[0].path, "select 2;").unwrap();
            let keeps_sums = matches!(layout, Layout::Sqlx | Layout::Flyway);
            assert_eq!(ledger::edited(&files, &ledger, *layout).len() == 1, keeps_sums, "{layout}");
        }
        session.close().await;
    }
}

#[tokio::test]
async fn a_ledger_that_may_not_be_read_is_an_error_with_the_grant() {
    let (sandbox, mut connection) = start().await;
    support::run(&mut connection, LEDGERS[0].1).await;
    support::run(&mut connection, "create role reader login").await;
    let mut reader = session(&sandbox, "reader").await;
    let error = ledger::read(&mut reader, Layout::Prisma).await.unwrap_err().to_string();
    assert!(error.contains("GRANT SELECT ON app._prisma_migrations TO"), "{error}");
    support::run(&mut connection, "create schema b; create table b._prisma_migrations (like app._prisma_migrations)").await;
    let mut owner = session(&sandbox, "postgres").await;
    let error = ledger::read(&mut owner, Layout::Prisma).await.unwrap_err().to_string();
    assert!(error.contains("app._prisma_migrations, b._prisma_migrations") && error.contains("--ledger"), "{error}");
    let which = QualifiedName::new("app", "_prisma_migrations");
    assert!(ledger::read_from(&mut owner, Layout::Prisma, Some(&which)).await.unwrap().is_some());
}
