//! The application beside it: what it does is done, once, whatever the moment; and what kills the migration leaves a whole table.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::{Connection, PgConnection};

use super::whole::{SUM, text};
use super::*;
use crate::support::connect;

/// Clients that wait for the session that applies, now.
const WAITING: &str = "select count(*) from pg_stat_activity w where w.application_name = 'client' and w.wait_event_type = 'Lock'
    and exists (select from unnest(pg_blocking_pids(w.pid)) b (pid) join pg_stat_activity a on a.pid = b.pid where a.application_name = 'dbharden apply')";

fn soak() -> bool {
    std::env::var_os("DBHARDEN_SOAK").is_some()
}

/// A client that inserts, updates, deletes and upserts by turns, with prepared statements, and keeps account: `touched` of each row it made.
async fn client(mut session: PgConnection, number: i64, end: Arc<AtomicBool>) -> (PgConnection, BTreeMap<i64, i32>) {
    let mut mine: BTreeMap<i64, i32> = BTreeMap::new();
    sqlx::query("set application_name = 'client'").execute(&mut session).await.unwrap();
    let at = "date_trunc('day', now()) - interval '1 hour'";
    let upsert = format!(
        "insert into \"EmailEvent\" (\"leadId\", email, \"createdAt\") values (1, $1, {at})
         on conflict (email, \"createdAt\") do update set touched = \"EmailEvent\".touched + 1 returning id, touched"
    );
    for turn in 0_i64.. {
        if end.load(Ordering::Acquire) {
            break;
        }
        let any = mine.keys().nth(turn as usize % mine.len().max(1)).copied();
        match (turn % 4, any) {
            (0, _) | (_, None) => {
                let insert = "insert into \"EmailEvent\" (\"leadId\", email) values ($1, $2) returning id";
                let id: i64 = sqlx::query_scalar(insert)
                    .bind(1 + turn % 50)
                    .bind(format!("c{number}.{turn}"))
                    .fetch_one(&mut session)
                    .await
                    .unwrap();
                assert_eq!(mine.insert(id, 0), None, "a number was given twice");
            }
            (1, Some(id)) => {
                let update = "update \"EmailEvent\" set touched = touched + 1 where id = $1";
                assert_eq!(sqlx::query(update).bind(id).execute(&mut session).await.unwrap().rows_affected(), 1);
                *mine.get_mut(&id).unwrap() += 1;
            }
            (2, Some(_)) => {
                let (id, touched): (i64, i32) = sqlx::query_as(sqlx::AssertSqlSafe(upsert.clone()))
                    .bind(format!("up{number}"))
                    .fetch_one(&mut session)
                    .await
                    .unwrap();
                mine.insert(id, touched);
            }
            (_, Some(id)) => {
                let delete = "delete from \"EmailEvent\" where id = $1";
                assert_eq!(sqlx::query(delete).bind(id).execute(&mut session).await.unwrap().rows_affected(), 1);
                mine.remove(&id);
            }
        }
    }
    (session, mine)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_application_loses_nothing_and_hardly_waits() {
    let mut place = place(if soak() { 1_000_000 } else { 20_000 }).await;
    planned(&place, CONFIG);
    let old = place.number(SUM).await;
    let end = Arc::new(AtomicBool::new(false));
    let mut clients = Vec::new();
    for number in 0..if soak() { 20 } else { 4 } {
        clients.push(tokio::spawn(client(connect(&place.sandbox).await, number, end.clone())));
    }
    let mut waited = Vec::new();
    for arguments in [
        &["apply", "--yes", "--allow-unreviewed"][..],
        &["apply", "--yes", "--allow-unreviewed", "--undo", "1"],
        &["apply", "--yes", "--allow-unreviewed"],
    ] {
        let mut child = place.start(arguments);
        let (mut waiting, mut last) = (Duration::ZERO, Instant::now());
        while child.try_wait().unwrap().is_none() {
            let any = place.number(WAITING).await > 0;
            waiting += if any { last.elapsed() } else { Duration::ZERO };
            last = Instant::now();
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        crate::apply::ended(child).good();
        waited.push(waiting);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    end.store(true, Ordering::Release);
    println!("clients waited {waited:?}");
    // a build of ours and a machine that others use: a hundred times less than a scan or a copy would take still tells
    assert!(waited.iter().all(|w| *w < Duration::from_millis(1_500)), "{waited:?}");
    let (mut rows, mut touched) = (0, 0);
    for handle in clients {
        let (session, mine) = handle.await.expect("no statement of a client failed");
        rows += mine.len() as i64;
        touched += mine.values().map(|t| i64::from(*t)).sum::<i64>();
        session.close().await.unwrap();
    }
    let ours = "from \"EmailEvent\" where email like 'c%' or email like 'up%'";
    assert_eq!(place.number(&format!("select count(*) {ours}")).await, rows);
    assert_eq!(place.number(&format!("select coalesce(sum(touched), 0)::bigint {ours}")).await, touched);
    assert_eq!(place.number(&format!("select count(*) - count(distinct id) {ours}")).await, 0);
    place.sql("delete from \"EmailEvent\" where email like 'c%' or email like 'up%'").await;
    assert_eq!(place.number(SUM).await, old, "the rows from before are as they were");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_it_goes_on_to_the_same_end() {
    let (rows, kills) = if soak() { (200_000, 50) } else { (20_000, 6) };
    let undisturbed = place(rows).await;
    planned(&undisturbed, CONFIG);
    let started = Instant::now();
    undisturbed.apply(&[]).good();
    let length = started.elapsed().as_millis() as u64;
    let mut place = place(rows).await;
    let sum = place.number(SUM).await;
    planned(&place, CONFIG);
    let mut seed = 7_u64;
    for _ in 0..kills {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = place.start_apply();
        tokio::time::sleep(Duration::from_millis((seed >> 33) % length)).await;
        kill(Pid::from_raw(child.id() as i32), Signal::SIGKILL).unwrap();
        child.wait().unwrap();
        assert_eq!(place.number(SUM).await, sum, "the table is whole at every moment");
    }
    place.run(&["apply", "--yes", "--allow-unreviewed", "--wait", "20"]).good();
    assert_eq!(place.number(SUM).await, sum);
    assert_eq!(text(&place), text(&undisturbed));
}
