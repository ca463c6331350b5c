//! Row-level security on whole products, stage by stage: the application of today runs until policies refuse, with its tenant set it runs
//! always, nobody reaches anybody, and nothing is lost.

use std::collections::BTreeMap;

use dbharden::apply::Stop;
use dbharden::check;
use dbharden::config::{Config, Stage};
use dbharden::demo::{Place, Proof};
use dbharden::ident::Ident;
use dbharden::isolation::{self, Request};
use dbharden::snapshot::read::ReadOptions;
use dbharden::tenancy::{self, Tenancy};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::systems::{Expected, Loaded};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn homeowner_with_a_way() {
    to_the_end("homeowner", "with_path", &["homeowner_app", "enrichment_worker"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outreach_before_its_audit() {
    to_the_end("outreach", "plain", &["authenticated"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outreach_after_its_audit() {
    to_the_end("outreach", "after", &["authenticated"]).await;
}

async fn to_the_end(system: &str, variant: &str, roles: &[&str]) {
    let loaded = Loaded::new(system, variant, 10_000).await;
    let proof: Proof = loaded.system.proof.clone().expect("no proof.toml for this variant");
    let directory = tempfile::tempdir().unwrap();
    let place = Place::new(&loaded.sandbox, &loaded.system.name, directory.path(), &loaded.registry);
    let options = loaded.options();
    let mut all = PgConnection::connect_with(&options).await.unwrap();
    let rows = counts(&mut all).await;
    let mut config = Config { tenancy: proof.tenancy.clone(), ..Expected::of(system).config() };
    for stage in [Stage::Prepare, Stage::Audit, Stage::Enforce, Stage::Force] {
        config.tenancy.stage = stage;
        if stage == Stage::Force {
            proof.decide(&options).await.unwrap(); // rows that came without a tenant meanwhile
        }
        let read = ReadOptions {
            sql_checks: loaded.registry.all().iter().filter_map(|c| c.sql_check()).collect(),
            ..ReadOptions::default()
        };
        place.reach(&config, &read, &Stop::default()).await.unwrap_or_else(|e| panic!("{stage:?}: {e}"));
        if stage == Stage::Prepare {
            proof.decide(&options).await.unwrap();
            place.reach(&config, &read, &Stop::default()).await.unwrap_or_else(|e| panic!("{stage:?}, decided: {e}"));
        }
        let today = proof.run_unchanged(&options, &loaded.system.blocks).await;
        assert!(today.is_ok() || stage >= Stage::Enforce, "{stage:?}: {today:?}");
        proof.run_changed(&options, &loaded.system.blocks).await.unwrap_or_else(|e| panic!("{stage:?}: {e}"));
    }
    let after = counts(&mut all).await;
    let lost: Vec<_> = rows.iter().filter(|(table, n)| after[*table] < **n).collect();
    assert!(lost.is_empty(), "rows are gone: {lost:?}");

    let snapshot = place.look(&ReadOptions { objects: true, planner: true, ..ReadOptions::default() }, &|_| ()).await.unwrap();
    let tenancy = Tenancy::of(&snapshot, &config).unwrap();
    let mut asked = 0;
    for table in tenancy.tenant_tables(&snapshot.catalog) {
        let Some(tenancy::Place::Keyed(key)) = tenancy.place(table.oid) else { panic!("{} has no key", table.name) };
        for role in roles {
            let granted = |p: &str| {
                table.grants.iter().any(|g| g.grantee.as_ref() == Some(&Ident::new(*role)) && g.privileges.iter().any(|x| x == p))
            };
            if granted("SELECT") {
                let n: i64 = as_role(&mut all, role, &format!("SELECT count(*) FROM {}", table.name)).await.unwrap();
                assert_eq!(n, 0, "{role} reads {} without a tenant", table.name);
                asked += 1;
            }
            for write in [
                format!("INSERT INTO {} DEFAULT VALUES", table.name),
                format!("UPDATE {} SET {key} = {key}", table.name),
                format!("DELETE FROM {}", table.name),
            ] {
                let refused = as_role(&mut all, role, &format!("WITH w AS ({write} RETURNING 1) SELECT count(*) FROM w")).await;
                assert_eq!(refused, Err("42501".to_owned()), "{role}: {write}");
            }
        }
    }
    assert!(asked > 5);

    let findings = check::run(&snapshot, &loaded.registry, &config).unwrap().findings;
    let request = Request {
        snapshot: &snapshot,
        config: &config,
        findings: &findings,
        roles: config.tenancy.app_role.iter().map(|r| Ident::new(r.as_str())).collect(),
        settings: config.tenancy.setting.iter().cloned().collect(),
        place: isolation::Place::Copy,
    };
    let outcome = isolation::prove(request, &|_| ()).await.unwrap();
    let leaks: Vec<_> = outcome.attacks.iter().filter(|a| a.verdict == isolation::outcome::Verdict::Leak).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
    assert!(!outcome.lacks(), "{:#?}", outcome.not_proven);
    assert!(outcome.controls.len() > 20 && outcome.controls.iter().all(|c| c.green), "{:#?}", outcome.controls);
}

/// Rows of each table in schema public.
async fn counts(session: &mut PgConnection) -> BTreeMap<String, i64> {
    let sql = "SELECT c.oid::regclass::text, (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %s', c.oid::regclass), false, true, '')))[1]::text::bigint
               FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace";
    sqlx::query_as::<_, (String, i64)>(sql).fetch_all(session).await.unwrap().into_iter().collect()
}

/// A number as a role, rolled back; an error becomes its SQLSTATE.
async fn as_role(session: &mut PgConnection, role: &str, sql: &str) -> Result<i64, String> {
    session.execute(AssertSqlSafe(format!("BEGIN; SET LOCAL ROLE {role}"))).await.unwrap();
    let came = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).persistent(false).fetch_one(&mut *session).await;
    session.execute("ROLLBACK").await.unwrap();
    came.map_err(|e| e.as_database_error().and_then(|d| d.code()).map_or_else(|| e.to_string(), |c| c.into_owned()))
}
