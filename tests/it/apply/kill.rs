//! Killed at any moment, client or server, each time resumed: the end is that of an undisturbed run, and nothing was applied twice.
//!
//! A sample of moments, seeded; `DBHARDEN_SOAK=1` kills the program 200 times and the server 20 times, with a million rows.

use std::process::Command;
use std::time::{Duration, Instant};

use dbharden::ident::{Ident, QualifiedName};
use dbharden::plan::change::Backfill;
use dbharden::sandbox::Sandbox;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Place, Ran};
use crate::support::connect;

/// Ten steps over four files: transactions, a concurrent index, a validation, a backfill, and statements that cannot be repeated.
fn write(place: &Place) {
    let backfill = Backfill {
        table: QualifiedName::new("public", "t"),
        key: vec![Ident::new("id")],
        set: "hits = t.hits + 1".to_owned(),
        remaining: "true".to_owned(),
    };
    place.write(
        "1_columns",
        "set lock_timeout = '300ms';\nalter table t add column a int default 7;\n\
         alter table t add constraint a_positive check (a > 0) not valid;\nalter table t validate constraint a_positive;\n",
        "",
    );
    place.write("2_index", "create index concurrently t_n on t (n);\ncreate index concurrently t_a_n on t (a, n);\n", "");
    place.write("3_backfill", &format!("{};\n", backfill.block().unwrap()), "");
    place.write(
        "4_rest",
        "begin;\ninsert into log values ('once');\nalter table t add column b text;\ncommit;\ninsert into log values ('twice?');\n\
         drop index concurrently t_a_n;\nreindex index concurrently t_n;\n",
        "",
    );
}

async fn place(rows: u32) -> Place {
    let place = Place::new(&format!(
        "create table t (id bigint primary key, n int, hits int not null default 0) with (autovacuum_enabled = off);
         insert into t select n, n % 1000 from generate_series(1, {rows}) n; create table log (what text)"
    ))
    .await;
    write(&place);
    place
}

/// The user's objects and rows.
fn state(sandbox: &Sandbox) -> String {
    let output = Command::new("pg_dump")
        .args(["--exclude-schema=dbharden", "--schema-only"])
        .arg(sandbox.url("postgres"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter(|l| !l.starts_with("\\restrict") && !l.starts_with("\\unrestrict")).collect::<Vec<_>>().join("\n")
}

const DATA: &str = "select count(*) * 1000003 + sum(hits) * 31 + sum(a) * 7 + sum(n) + (select count(*) from log) from t";

struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_it_ends_as_if_nothing_had_happened() {
    let soak = std::env::var_os("DBHARDEN_SOAK").is_some();
    let (rows, kills, restarts) = if soak { (1_000_000, 200, 20) } else { (60_000, 14, 3) };
    let mut undisturbed = place(rows).await;
    let started = Instant::now();
    undisturbed.apply(&[]).good();
    let mut length = started.elapsed();
    let (wanted, data) = (state(&undisturbed.sandbox), undisturbed.number(DATA).await);
    let seed = std::env::var("DBHARDEN_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_125);
    let mut random = Random(seed);
    let (mut killed, mut restarted, mut resumed, mut rounds) = (0, 0, 0, 0);
    while killed < kills || restarted < restarts {
        rounds += 1;
        let mut place = place(rows).await;
        // several kills in one round: later moments are reached only when earlier work is kept
        loop {
            let mut child = place.start_apply();
            let begun = Instant::now();
            // on average a third of what is left
            let pause = Duration::from_millis(random.next(length.as_millis() as u64 * 2 / 3 + 2));
            tokio::time::sleep(pause).await;
            if let Some(status) = child.try_wait().unwrap() {
                let ran = super::ended(child);
                assert!(status.success(), "seed {seed}: {}{}", ran.out, ran.err);
                // the first run may have been a slow one: the moments must lie within a run
                length = length.min(begun.elapsed() + Duration::from_millis(10));
                break;
            }
            let server = killed >= kills || restarted < restarts && random.next((kills + restarts) as u64) < restarts as u64;
            if server {
                if random.next(2) == 0 {
                    // no shutdown: it recovers from its log afterwards
                    kill(Pid::from_raw(place.sandbox.pid().unwrap() as i32), Signal::SIGQUIT).unwrap();
                }
                place.sandbox.while_stopped(|_| Ok(())).await.unwrap();
                place.connection = connect(&place.sandbox).await;
                let ran: Ran = super::ended(child);
                assert!(ran.code != 101, "a panic: {}", ran.err);
                restarted += 1;
            } else {
                kill(Pid::from_raw(child.id() as i32), Signal::SIGKILL).unwrap();
                child.wait().unwrap();
                killed += 1;
            }
            resumed += 1;
            if killed >= kills && restarted >= restarts {
                break;
            }
        }
        let ran = place.run(&["apply", "--yes", "--allow-unreviewed", "--wait", "60"]);
        assert_eq!(ran.code, 0, "seed {seed}: {}{}", ran.out, ran.err);
        assert_eq!(place.number(DATA).await, data, "seed {seed}, round {rounds}: the rows are not the same");
        assert_eq!(place.number("select count(*) from t where hits <> 1").await, 0, "seed {seed}: a row was done twice, or not");
        assert_eq!(place.number("select count(*) from pg_index where not indisvalid").await, 0, "seed {seed}");
        assert!(state(&place.sandbox) == wanted, "seed {seed}, round {rounds}: the catalog is not the same");
        assert_eq!(place.number("select count(*) from dbharden.run").await, 4);
    }
    println!("{killed} kills and {restarted} restarts in {rounds} rounds, {resumed} times resumed; undisturbed {length:?}");
}
