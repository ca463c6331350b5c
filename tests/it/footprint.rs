//! What `plan` leaves on the user's database: nothing. Judged by the server's own log, a dump and the counters.

use std::fs;

use dbharden::sandbox::Sandbox;
use sqlx::Row;
use tempfile::tempdir;

use crate::connect::pooler::{PgBouncer, application};
use crate::support::{connect, dump, number, plan, run, start};

const SCHEMA: &str = "
create extension pg_stat_statements;
create table tenant (id int primary key, name text);
create table item (id int primary key, tenant_id int references tenant, kind text, at timestamptz);
insert into tenant select g, 'name ' || g from generate_series(1, 5000) g;
insert into item select g, 1 + g % 5000, 'k' || g % 7, now() from generate_series(1, 20000) g;
create view seen as select * from item where kind = 'k1';
create sequence counted;
create role app login in role pg_monitor;
grant select on all tables in schema public to app;
grant usage, select on all sequences in schema public to app;
grant select on pg_catalog.pg_statistic, pg_catalog.pg_statistic_ext_data to app;
analyze";

pub async fn filled(settings: &[(&str, &str)]) -> Sandbox {
    let sandbox = start(settings).await;
    let connection = &mut connect(&sandbox).await;
    run(connection, SCHEMA).await;
    // what loading took would weigh against every index
    run(connection, "select pg_stat_statements_reset()").await;
    for n in 1..=40 {
        for sql in [
            "select * from item where tenant_id = $1 order by at desc limit 10",
            "select count(*) from item where kind = $1::text",
        ] {
            let query = sqlx::query(sql).persistent(false);
            let query = if sql.contains("kind") { query.bind("k1") } else { query.bind(n) };
            query.fetch_all(&mut *connection).await.unwrap();
        }
    }
    // its plan is refused: the table has gone
    run(connection, "create table gone (id int); select * from gone where id = 1").await;
    sqlx::query("select * from gone where id = $1").persistent(false).bind(1).fetch_all(&mut *connection).await.unwrap();
    run(connection, "drop table gone").await;
    sandbox
}

/// Statements in the log: session, text.
fn statements(log: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in log.lines() {
        if let Some(rest) = line.strip_prefix("<<") {
            let (session, rest) = rest.split_once(">>").unwrap();
            let text = ["statement: ", "execute <unnamed>: ", "execute "]
                .iter()
                .find_map(|p| rest.trim().strip_prefix("LOG:")?.trim().strip_prefix(p));
            if let Some(text) = text {
                found.push((session.to_owned(), text.to_owned()));
            }
        } else if let Some((_, text)) = found.last_mut() {
            text.push('\n');
            text.push_str(line);
        }
    }
    found
}

/// What dbharden sent, by the server's own log from this byte on.
pub fn sent(sandbox: &Sandbox, start: u64) -> Vec<String> {
    let log = fs::read(sandbox.log()).unwrap();
    let log = String::from_utf8_lossy(&log[start as usize..]).into_owned();
    statements(&log).into_iter().filter(|(name, _)| name == "dbharden").map(|(_, sql)| sql).collect()
}

/// Asserts that nothing but looking was asked for; returns how many plans.
pub fn only_looked(ours: &[String]) -> usize {
    let pieces = ours.iter().flat_map(|sql| {
        if sql.starts_with("BEGIN") || sql.starts_with("ROLLBACK") { sql.split("; ").collect() } else { vec![sql.as_str()] }
    });
    let allowed = [
        "SELECT ",
        "SHOW ",
        "SET /* dbharden */ LOCAL ",
        "EXPLAIN ",
        "PREPARE ",
        "DEALLOCATE ",
        "SAVEPOINT ",
        "RELEASE ",
        "ROLLBACK ",
        "BEGIN ",
        "COMMIT ",
    ];
    let mut explained = 0;
    for piece in pieces {
        let piece = piece.trim();
        assert!(allowed.iter().any(|a| piece.starts_with(a)), "{piece}");
        assert!(piece.contains("/* dbharden */"), "{piece}");
        assert!(!piece.contains("advisory_lock"), "{piece}");
        // its options alone: a statement may well read a column called analyze_count
        let options =
            piece.strip_prefix("EXPLAIN").map(|rest| rest.split_once(')').map_or(rest, |(options, _)| options).to_uppercase());
        assert!(!options.is_some_and(|o| o.contains("ANALYZE")), "{piece}");
        explained += usize::from(piece.starts_with("EXPLAIN"));
    }
    explained
}

pub const COUNTERS: &str = "select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del + n_dead_tup + vacuum_count + analyze_count), 0)::int8 from pg_stat_user_tables";

#[tokio::test]
async fn plan_only_looks() {
    let sandbox = filled(&[("log_statement", "all"), ("log_line_prefix", "<<%a>>")]).await;
    let connection = &mut connect(&sandbox).await;
    let (before, counted, start) =
        (dump(&sandbox), number(connection, COUNTERS).await, fs::metadata(sandbox.log()).unwrap().len());
    let directory = tempdir().unwrap();
    let url = sandbox.url("postgres").replace("postgres@", "app@");
    let (json, code) = plan(directory.path(), &url, &[]);
    assert_eq!(code, 0, "{json}");
    assert!(json["findings"].as_array().unwrap().iter().any(|f| f["check"] == "missing-index"), "{json}");

    let ours = sent(&sandbox, start);
    let explained = only_looked(&ours);
    assert!(ours.len() > 30 && explained >= 2, "{} statements, {explained} explained", ours.len());

    assert_eq!(dump(&sandbox), before);
    assert_eq!(number(connection, COUNTERS).await, counted);
    for left in [
        "select count(*) from pg_locks where locktype = 'advisory'",
        "select count(*) from pg_class where relpersistence = 't'",
        "select count(*) from pg_stat_activity where application_name = 'dbharden' and pid <> pg_backend_pid() and query like '%/* dbharden */%'",
    ] {
        assert_eq!(number(connection, left).await, 0, "{left}");
    }
}

#[tokio::test]
async fn a_transaction_pooler_is_left_as_it_was() {
    let sandbox = filled(&[]).await;
    let bouncer = PgBouncer::start(&sandbox);
    let url = format!("postgresql://app@127.0.0.1:{}/postgres?sslmode=disable", bouncer.port);
    let before = application(bouncer.port).await;
    let directory = tempdir().unwrap();
    for round in 0..2 {
        let (json, code) = plan(directory.path(), &url, &[]);
        assert_eq!(code, 0, "{round}: {json}");
        // the very same server process serves the next client, with the settings it had
        assert_eq!(application(bouncer.port).await, before);
        let options = sqlx::postgres::PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(bouncer.port);
        let options =
            options.username("app").database("postgres").ssl_mode(sqlx::postgres::PgSslMode::Disable).extra_float_digits(None);
        let mut client = sqlx::ConnectOptions::connect(&options).await.unwrap();
        let rows = sqlx::raw_sql("select name, statement from pg_prepared_statements").fetch_all(&mut client).await.unwrap();
        let left: Vec<String> = rows.iter().map(|r| r.get(0)).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[tokio::test]
async fn each_level_of_rights_gives_a_report() {
    let sandbox = filled(&[]).await;
    let connection = &mut connect(&sandbox).await;
    run(
        connection,
        "create role l1 login in role pg_monitor; create role l2 login in role pg_monitor; create role l3 login in role pg_monitor;
         create role l0 login;
         grant select on pg_catalog.pg_statistic, pg_catalog.pg_statistic_ext_data to l2;
         grant select on all tables in schema public to l3; grant select on all sequences in schema public to l3;
         alter table item enable row level security; alter table item force row level security;
         create policy own on item using (tenant_id = current_setting('app.tenant')::int)",
    )
    .await;
    for role in ["l0", "l1", "l2", "l3"] {
        let directory = tempdir().unwrap();
        let (json, code) = plan(directory.path(), &sandbox.url("postgres").replace("postgres@", &format!("{role}@")), &[]);
        assert_eq!(code, 0, "{role}: {json}");
        let found = |check: &str| json["findings"].as_array().unwrap().iter().any(|f| f["check"] == check);
        let skipped: Vec<&str> = json["skipped"].as_array().unwrap().iter().filter_map(|s| s["check"].as_str()).collect();
        assert!(found("unindexed-foreign-key"), "{role}: {json}");
        // foreign keys need the catalogs alone, advice the workload; without statistics, or where row security hides them, it says so
        assert_eq!(found("missing-index"), role != "l0", "{role}: {json}");
        let advice = json["findings"].as_array().unwrap().iter().filter(|f| f["check"] == "missing-index");
        assert_eq!(
            advice.into_iter().any(|f| f["evidence"]["statistics"].is_string()),
            role == "l1" || role == "l3",
            "{role}: {json}"
        );
        assert!(role != "l0" || skipped.contains(&"missing-index"), "{skipped:?}");
        assert_eq!(skipped.contains(&"integer-key-overflow"), role != "l3", "{role}: {skipped:?}");
        assert!(json["skipped"].as_array().unwrap().iter().all(|s| !s["because"].as_str().unwrap().is_empty()));
    }
}
