//! The lock claims of the rules, proven on a real server: what `check.toml` says that `bad.sql` locks, reads and writes anew is
//! what the server does, and no statement of `good.sql` reads or writes a table through while nobody can use it.
//!
//! A statement runs in a transaction, and `pg_locks`, the counted scans and the file of each table are looked at before it
//! ends. One that refuses a transaction is made to wait behind an open one, and looked at while it waits.

use std::collections::BTreeMap;
use std::time::Duration;

use dbharden::lint::PgVersion;
use dbharden::lint::rules::{LockClaim, Rule, Rules};
use dbharden::plan::LockMode;
use dbharden::sandbox::{Sandbox, SandboxOptions};
use sqlx::{ConnectOptions, PgConnection, Row};

use super::{example, lint_text};
use crate::support::{number, run};

/// What a statement did to the relations that were there before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Seen {
    mode: Option<LockMode>,
    scanned: bool,
    rewritten: bool,
}

const RELATIONS: &str = "select c.oid::bigint, format('%I.%I', n.nspname, c.relname), pg_relation_filenode(c.oid)::bigint,
        coalesce(pg_stat_get_xact_numscans(c.oid), 0) as scans, c.relkind::text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and c.relkind in ('r', 'p', 'm') order by c.oid";

const LOCKS: &str =
    "select relation::bigint, mode from pg_locks where pid = $1 and locktype = 'relation' and relation is not null";

fn mode(text: &str) -> Option<LockMode> {
    match text {
        "AccessExclusiveLock" => Some(LockMode::AccessExclusive),
        "ExclusiveLock" | "ShareRowExclusiveLock" => Some(LockMode::ShareRowExclusive),
        "ShareLock" => Some(LockMode::Share),
        "ShareUpdateExclusiveLock" => Some(LockMode::ShareUpdateExclusive),
        _ => None,
    }
}

pub type Relations = BTreeMap<i64, (String, Option<i64>, i64, String)>;

pub async fn relations(connection: &mut PgConnection) -> Relations {
    let rows = sqlx::query(RELATIONS).fetch_all(connection).await.unwrap();
    rows.iter().map(|r| (r.get(0), (r.get(1), r.get(2), r.get(3), r.get(4)))).collect()
}

/// The strongest locks a backend holds or waits for.
pub async fn locks(connection: &mut PgConnection, pid: i32) -> BTreeMap<i64, LockMode> {
    let mut found: BTreeMap<i64, LockMode> = BTreeMap::new();
    for row in sqlx::query(LOCKS).bind(pid).fetch_all(connection).await.unwrap() {
        if let Some(mode) = mode(row.get(1)) {
            let held = found.entry(row.get(0)).or_insert(mode);
            *held = (*held).max(mode);
        }
    }
    found
}

/// Runs a script as psql does and says, statement by statement, what was seen.
async fn watch(sandbox: &Sandbox, database: &str, script: &str) -> Vec<(String, BTreeMap<String, Seen>)> {
    let connect = async || sandbox.connect_options(database).connect().await.unwrap();
    let (mut worker, mut watcher) = (connect().await, connect().await);
    let pid = number(&mut worker, "select pg_backend_pid()::bigint").await as i32;
    let mut all = Vec::new();
    let mut open = false;
    for sql in pg_query::split_with_parser(script).unwrap() {
        let node = pg_query::parse(sql, 0).unwrap().protobuf.stmts.remove(0).stmt.unwrap().node.unwrap();
        if let pg_query::NodeEnum::TransactionStmt(t) = &node {
            run(&mut worker, sql).await;
            open = t.kind <= 2;
            continue;
        }
        if refuses_a_transaction(sql) {
            all.push((sql.to_owned(), behind_a_transaction(&mut watcher, sandbox, database, sql).await));
            continue;
        }
        if !open {
            run(&mut worker, "begin").await;
        }
        let before = relations(&mut worker).await;
        run(&mut worker, sql).await;
        let after = relations(&mut worker).await;
        let held = locks(&mut watcher, pid).await;
        all.push((sql.to_owned(), compare(&before, &after, &held)));
        if !open {
            run(&mut worker, "commit").await;
        }
    }
    all
}

fn refuses_a_transaction(sql: &str) -> bool {
    let lower = sql.to_ascii_lowercase();
    let refuses = ["concurrently", "vacuum"].iter().any(|w| lower.contains(w));
    refuses && !lower.contains("materialized view")
}

/// The statement waits for a transaction that has written to every table, and is looked at meanwhile.
async fn behind_a_transaction(
    watcher: &mut PgConnection,
    sandbox: &Sandbox,
    database: &str,
    sql: &str,
) -> BTreeMap<String, Seen> {
    let mut writer = sandbox.connect_options(database).connect().await.unwrap();
    let before = relations(watcher).await;
    run(&mut writer, "begin").await;
    for (name, .., kind) in before.values() {
        let lock = if kind == "m" { "select count(*) from" } else { "lock table only" };
        let mode = if kind == "m" { "" } else { " in row exclusive mode" };
        run(&mut writer, &format!("{lock} {name}{mode}")).await;
    }
    let waiting = tokio::spawn({
        let options = sandbox.connect_options(database).application_name("worker");
        let sql = sql.to_owned();
        async move {
            let mut own = options.connect().await.unwrap();
            run(&mut own, &sql).await;
        }
    });
    let mut held: BTreeMap<i64, LockMode> = BTreeMap::new();
    for _ in 0..30 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let own = "select coalesce(max(pid), 0)::bigint from pg_stat_activity where application_name = 'worker'";
        let pid = number(watcher, own).await as i32;
        for (relation, mode) in locks(watcher, pid).await {
            let most = held.entry(relation).or_insert(mode);
            *most = (*most).max(mode);
        }
    }
    run(&mut writer, "commit").await;
    waiting.await.unwrap();
    let after = relations(watcher).await;
    // scans of other sessions cannot be counted here, and are allowed under such locks
    compare(&before, &after, &held)
}

fn compare(before: &Relations, after: &Relations, held: &BTreeMap<i64, LockMode>) -> BTreeMap<String, Seen> {
    let mut seen = BTreeMap::new();
    for (oid, (name, file, scans, _)) in before {
        let now = after.get(oid);
        let one = Seen {
            mode: held.get(oid).copied(),
            scanned: now.is_some_and(|n| n.2 > *scans),
            rewritten: now.is_some_and(|n| n.1 != *file),
        };
        if one != Seen::default() {
            seen.insert(name.clone(), one);
        }
    }
    seen
}

/// Whether what was seen of all statements is what the claim says.
fn holds(claim: &LockClaim, all: &[(String, BTreeMap<String, Seen>)]) -> Result<(), String> {
    let of: Vec<&Seen> = all.iter().filter_map(|(_, seen)| seen.get(&claim.relation)).collect();
    let mode = of.iter().filter_map(|s| s.mode).max();
    if mode != Some(claim.mode) {
        return Err(format!("{} is locked {mode:?}, not {}", claim.relation, claim.mode));
    }
    let (scanned, rewritten) = (of.iter().any(|s| s.scanned), of.iter().any(|s| s.rewritten));
    use dbharden::lint::WorkKind::{Index, Moment, Rewrite, Scan};
    let fits = match claim.work {
        Moment => !scanned && !rewritten,
        Scan | Index => scanned && !rewritten,
        Rewrite => rewritten,
    };
    if fits {
        Ok(())
    } else {
        Err(format!("{}: {:?} claimed, read: {scanned}, written anew: {rewritten}", claim.relation, claim.work))
    }
}

/// What lint proposes instead of the bad example, where it is whole.
fn instead(rule: &Rule, major: u32) -> String {
    let version = PgVersion { major, minor: None };
    let found = lint_text(&example(rule, "bad.sql"), &example(rule, "setup.sql"), &[], version, None);
    let own = found.into_iter().find(|f| f.check == rule.about.name);
    own.and_then(|f| f.rewrite).filter(|sql| !sql.contains("...") && !sql.starts_with("COMMIT")).unwrap_or_default()
}

async fn prove(sandbox: &Sandbox, rule: &Rule, major: u32) -> Result<(), String> {
    let database = |example: &str| format!("{} {example}", rule.about.name);
    let mut there = Relations::new();
    for file in ["bad", "good", "instead"] {
        sandbox.create_database(&database(file)).await.unwrap();
        let mut connection = sandbox.connect_options(&database(file)).connect().await.unwrap();
        for sql in pg_query::split_with_parser(&example(rule, "setup.sql")).unwrap() {
            run(&mut connection, sql).await;
        }
        there = relations(&mut connection).await;
    }
    let bad = watch(sandbox, &database("bad"), &example(rule, "bad.sql")).await;
    for claim in rule.about.locks.iter().filter(|c| c.from.is_none_or(|from| major >= from)) {
        holds(claim, &bad).map_err(|e| format!("{} bad: {e}", rule.about.name))?;
    }
    let good = watch(sandbox, &database("good"), &example(rule, "good.sql")).await;
    let instead = watch(sandbox, &database("instead"), &instead(rule, major)).await;
    for (sql, seen) in good.iter().chain(&instead) {
        for (relation, s) in seen {
            // what the file itself made is nobody's yet; who reads a materialized view waits for ACCESS EXCLUSIVE alone
            let Some((.., kind)) = there.values().find(|r| r.0 == *relation) else { continue };
            if kind == "m" && s.mode != Some(LockMode::AccessExclusive) {
                continue;
            }
            if s.mode.is_some_and(|m| m >= LockMode::Share) && (s.scanned || s.rewritten) {
                return Err(format!("{} good: {relation} is worked through under {:?}: {sql}", rule.about.name, s.mode));
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn each_lock_claim_is_true() {
    let sandbox = Sandbox::start(&SandboxOptions::default()).await.unwrap();
    let mut connection = sandbox.connect_options("postgres").connect().await.unwrap();
    let major = number(&mut connection, "select current_setting('server_version_num')::bigint / 10000").await as u32;
    let only = std::env::var("DBHARDEN_EXAMPLES").unwrap_or_default();
    let rules = Rules::load().unwrap();
    let mut wrong = Vec::new();
    let mut proven = 0;
    let there = |r: &&Rule| r.about.locks.iter().any(|c| c.from.is_none_or(|from| major >= from));
    for rule in rules.all().into_iter().filter(|r| r.about.name.contains(&only)).filter(there) {
        wrong.extend(prove(&sandbox, rule, major).await.err());
        proven += 1;
    }
    println!("{proven} rules on PostgreSQL {major}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
