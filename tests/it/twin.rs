//! The planner twin: it plans as the original does, whatever the snapshot's role could see, and takes no space.

mod hostile;

use std::path::Path;

use dbharden::advise::search::questions;
use dbharden::connect::{Session, Target};
use dbharden::query::{self, Resolver};
use dbharden::sandbox::Sandbox;
use dbharden::snapshot::read::{ReadOptions, read};
use dbharden::snapshot::{self, Snapshot, workload_file};
use dbharden::twin::Twin;
use dbharden::twin::index_size::SizeModel;
use dbharden::twin::planner::{Planner, Question};
use dbharden::twin::what_if::{Wanted, WhatIf};
use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, Row};

use crate::support::{psql_file, run, start};

const STATEMENTS: &str = include_str!("twin/statements.sql");

/// The database, with settings that are not the default.
async fn original() -> Sandbox {
    let sandbox = start(&[("random_page_cost", "1.7"), ("work_mem", "8MB")]).await;
    sandbox.create_database("app").await.unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/twin/database.sql");
    psql_file(&sandbox, "app", &file).unwrap();
    sandbox
}

async fn take(sandbox: &Sandbox, user: &str, extremes: bool) -> Snapshot {
    let url = sandbox.url("app").replace("//postgres@", &format!("//{user}@"));
    let target = Target::resolve(Some(&url), &|_| None).unwrap();
    let mut session = Session::connect(&target).await.unwrap();
    let options = ReadOptions { objects: true, planner: true, extremes, ..ReadOptions::default() };
    let snapshot = read(&mut session, &options, &|_| {}).await.unwrap();
    session.close().await;
    snapshot
}

async fn twin(snapshot: &Snapshot) -> Twin {
    Twin::build(snapshot, &|_| {}).await.unwrap()
}

async fn app(sandbox: &Sandbox) -> PgConnection {
    sandbox.connect_options("app").connect().await.unwrap()
}

/// Plans of all statements.
async fn plans(connection: &mut PgConnection) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for statement in STATEMENTS.split(';').map(str::trim).filter(|s| !s.is_empty()) {
        let sql = AssertSqlSafe(format!("EXPLAIN (FORMAT JSON) {statement}"));
        let row = sqlx::raw_sql(sql).fetch_one(&mut *connection).await.unwrap_or_else(|e| panic!("{statement}: {e}"));
        let json: Value = serde_json::from_str(&row.try_get_unchecked::<String, _>(0).unwrap()).unwrap();
        all.push((statement.to_owned(), json[0]["Plan"].clone()));
    }
    all
}

/// Nodes, relations and indexes, in order.
fn shape(plan: &Value) -> Value {
    let keys = ["Node Type", "Relation Name", "Index Name", "Join Type", "Scan Direction", "Sort Key", "Strategy"];
    let mut own: Vec<Value> = keys.iter().map(|k| plan[*k].clone()).collect();
    own.extend(plan["Plans"].as_array().into_iter().flatten().map(shape));
    own.into()
}

/// How many plans are of one shape, and how many of these within this share of cost.
fn same(original: &[(String, Value)], twin: &[(String, Value)], tolerance: f64) -> (usize, usize) {
    let (mut shapes, mut costs) = (0, 0);
    for ((statement, a), (_, b)) in original.iter().zip(twin) {
        let (x, y) = (a["Total Cost"].as_f64().unwrap(), b["Total Cost"].as_f64().unwrap());
        let near = (x - y).abs() <= tolerance * x.max(y);
        if shape(a) == shape(b) {
            shapes += 1;
            costs += usize::from(near);
        }
        if shape(a) != shape(b) || !near {
            println!("{statement}: {x} and {y}\n  {}\n  {}", shape(a), shape(b));
        }
    }
    (shapes, costs)
}

#[tokio::test]
async fn it_plans_as_the_original_does() {
    let original = original().await;
    let theirs = plans(&mut app(&original).await).await;
    let count = theirs.len();

    let exact = twin(&take(&original, "postgres", true).await).await;
    assert_eq!(exact.notes, [], "{:?}", exact.notes);
    let ours = plans(&mut exact.connect().await.unwrap()).await;
    assert_eq!(same(&theirs, &ours, 0.01), (count, count));
    exact.stop().await.unwrap();

    let without_ends = twin(&take(&original, "postgres", false).await).await;
    let ours = plans(&mut without_ends.connect().await.unwrap()).await;
    let (shapes, costs) = same(&theirs, &ours, 0.01);
    assert!(shapes == count && costs + 4 >= count, "{shapes} shapes and {costs} costs of {count}");
}

#[tokio::test]
async fn a_saved_snapshot_makes_one_too_and_holds_no_value() {
    let original = original().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("saved");
    let notes = snapshot::save(&take(&original, "postgres", true).await, &file, false).unwrap();
    assert!(notes.iter().all(|n| n.contains("public.event.doc")), "{notes:?}");
    let text = std::fs::read_to_string(&file).unwrap();
    // of account, in most common combinations and in ends
    assert!(!text.contains("region 3") && !text.contains("kind 3") && !text.contains("2025-01-01 00:01:30"), "values of users");
    let loaded = snapshot::load(&file).unwrap();
    let twin = twin(&loaded).await;
    assert_eq!(twin.notes, [], "{:?}", twin.notes);
    let ours = plans(&mut twin.connect().await.unwrap()).await;
    let theirs = plans(&mut app(&original).await).await;
    // literals of the statements are not among the pseudonyms
    let (shapes, _) = same(&theirs, &ours, 1.0);
    assert!(shapes >= theirs.len() * 8 / 10, "{shapes} of {}", theirs.len());
}

/// The first plan of each statement, its constants unknown, with values drawn from the snapshot's own statistics.
async fn drawn(snapshot: &Snapshot) -> Vec<(String, Option<Value>)> {
    let twin = twin(snapshot).await;
    let mut planner = Planner::open(&twin).await.unwrap();
    let resolver = Resolver::new(&snapshot.catalog, query::search_path(&snapshot.server.search_path));
    let (workload, _) = query::analyze_all(snapshot);
    let mut all = Vec::new();
    for analyzed in &workload {
        let (asked, _) = questions(&mut planner, analyzed, &resolver, snapshot).await.unwrap();
        let plan = planner.ask(&asked[0].1).await.unwrap();
        all.push((analyzed.statement.text.clone(), plan.ok().map(|p| p.root)));
    }
    planner.close().await.unwrap();
    twin.stop().await.unwrap();
    all
}

#[tokio::test]
async fn with_values_drawn_from_pseudonyms_plans_are_as_with_those_of_the_original() {
    let original = original().await;
    let mut snapshot = take(&original, "postgres", true).await;
    snapshot.with_workload(workload_file::parse(STATEMENTS).unwrap());
    snapshot.workload.statements.iter_mut().for_each(|s| s.example = None);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("saved");
    snapshot::save(&snapshot, &file, false).unwrap();
    let (theirs, ours) = (drawn(&snapshot).await, drawn(&snapshot::load(&file).unwrap()).await);
    assert_eq!(theirs.len(), ours.len());
    let mut alike = 0;
    for ((statement, a), (_, b)) in theirs.iter().zip(&ours) {
        let same = a.as_ref().map(shape) == b.as_ref().map(shape);
        alike += usize::from(same);
        if !same {
            println!("{statement}\n  {:?}\n  {:?}", a.as_ref().map(shape), b.as_ref().map(shape));
        }
    }
    assert!(theirs.iter().all(|(_, plan)| plan.is_some()), "{theirs:?}");
    assert!(alike * 100 >= theirs.len() * 95, "{alike} of {}", theirs.len());
}

#[tokio::test]
async fn what_a_role_could_not_see_is_assumed_and_said() {
    let original = original().await;
    let mut admin = app(&original).await;
    run(
        &mut admin,
        "create role l1 login; grant pg_monitor to l1;
         create role l2 login; grant pg_monitor to l2; grant select on pg_catalog.pg_statistic, pg_catalog.pg_statistic_ext_data to l2;
         create role l3 login; grant pg_monitor to l3; grant select on account, event to l3;",
    )
    .await;
    let theirs = plans(&mut admin).await;
    for (role, assumed, least) in [("l1", true, 0), ("l2", false, theirs.len() - 4), ("l3", true, 15)] {
        let twin = twin(&take(&original, role, false).await).await;
        let said = twin.notes.iter().any(|n| n.what == "statistics" && n.because.starts_with("assumed for"));
        assert_eq!(said, assumed, "{role}: {:?}", twin.notes);
        let ours = plans(&mut twin.connect().await.unwrap()).await;
        let (_, costs) = same(&theirs, &ours, 0.01);
        assert!(costs >= least, "{role}: {costs} of {}", theirs.len());
    }
}

#[tokio::test]
async fn ten_terabytes_take_no_space() {
    let original = original().await;
    let mut snapshot = take(&original, "postgres", false).await;
    let blocks = 10 * (1i64 << 40) / 8_192;
    for figures in &mut snapshot.planner.as_mut().unwrap().relations {
        if figures.name.name.raw() == "event" {
            (figures.blocks, figures.pages, figures.rows) = (blocks, blocks, 1e11);
        }
    }
    let twin = twin(&snapshot).await;
    let mut planner = Planner::open(&twin).await.unwrap();
    let scan = Question::Text("select count(*) from event where amount = 5".to_owned());
    let plan = planner.plan(&[&scan], &[], &[]).await.unwrap().remove(0).unwrap();
    assert!(plan.cost > blocks as f64, "{}", plan.cost);
    let used = twin.disk_bytes().unwrap();
    assert!(used < 200 << 20, "{used} bytes");
}

#[tokio::test]
async fn hypothetical_indexes_are_as_large_and_as_dear_as_real_ones() {
    let original = original().await;
    let snapshot = take(&original, "postgres", true).await;
    let wanted: &[(&str, &str, &str)] = &[
        ("event", "USING btree (kind)", "select * from event where kind = 'kind 9'"),
        ("event", "USING btree (amount, account_id)", "select account_id from event where amount = 12.34"),
        ("account", "USING btree (region) WHERE (region IS NOT NULL)", "select * from account where region = 'region 44'"),
        ("account", "USING btree (lower(region))", "select * from account where lower(region) = 'x'"),
        ("account", "USING btree (created DESC)", "select * from account order by created desc limit 5"),
        ("reading", "USING btree (at)", "select * from reading where at = '2025-03-05'"),
        ("event", "USING btree (seats)", "select 1"),
    ];
    let twin = twin(&snapshot).await;
    let oid = |name: &str| snapshot.catalog.relations.values().find(|r| r.name.name.raw() == name).unwrap().oid;
    let asked: Vec<Wanted> = wanted.iter().map(|(t, using, _)| Wanted { table: oid(t), using: (*using).to_owned() }).collect();
    let made = WhatIf::new(&twin, &snapshot, SizeModel::Real).create(&asked).await.unwrap();
    assert!(made[6].is_none(), "there is no such column");
    let mut planner = Planner::open(&twin).await.unwrap();
    let mut admin = app(&original).await;
    for ((table, using, statement), index) in wanted.iter().zip(&made).take(6) {
        let index = index.as_ref().unwrap_or_else(|| panic!("{using} was refused"));
        let question = Question::Text((*statement).to_owned());
        let without = planner.plan(&[&question], &[], &[]).await.unwrap().remove(0).unwrap();
        let with = planner.plan(&[&question], &index.oids, &[]).await.unwrap().remove(0).unwrap();
        assert!(with.uses.contains(&index.number) && with.cost < without.cost, "{using}: {} of {}", with.cost, without.cost);
        assert!(planner.plan(&[&question], &[], &[]).await.unwrap().remove(0).unwrap().uses.is_empty(), "it stays off");

        run(&mut admin, &format!("create index real_one on {table} {using}")).await;
        let row = sqlx::raw_sql(AssertSqlSafe(format!("explain (format json) {statement}"))).fetch_one(&mut admin).await.unwrap();
        let json: Value = serde_json::from_str(&row.try_get_unchecked::<String, _>(0).unwrap()).unwrap();
        let cost = json[0]["Plan"]["Total Cost"].as_f64().unwrap();
        let of_expression = using.contains("lower"); // its own statistics come with ANALYZE
        assert!(of_expression || (cost - with.cost).abs() <= 0.03 * cost, "{using}: {cost} really, {} in the twin", with.cost);
        let sizes =
            "select sum(pg_relation_size(c.oid))::int8 from pg_class c, pg_partition_tree('real_one') t where c.oid = t.relid";
        let sizes = if *table == "reading" { sizes } else { "select pg_relation_size('real_one')" };
        let bytes: i64 = sqlx::query_scalar(sizes).fetch_one(&mut admin).await.unwrap();
        let off = (bytes - index.bytes).abs() as f64 / bytes as f64;
        assert!(
            off < 0.1 || (bytes - index.bytes).abs() <= 5 * 8_192,
            "{using}: {bytes} bytes really, {} estimated",
            index.bytes
        );
        run(&mut admin, "drop index real_one").await;
    }
}
