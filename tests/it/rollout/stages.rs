//! Each stage, its undo, and what an application notices.

use super::{A, APPLICATION, B, connect_as, count, definitions, go, place, try_sql};
use crate::support::psql_file;

const PLAIN: &str = "setting = \"app.team\"\napp_role = \"app role\"\nowner_role = \"Owner\"\nmigrator_role = \"mig\"\n";
const HOSTILE: &str = "\"x\"\"; drop table country; --\"";

/// Quoted role of a URL.
const APP: &str = "app%20role";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_stage_breaks_the_application_that_runs_and_each_undo_is_whole() {
    let mut place = place().await;
    let mut before = vec![(definitions(&place), Vec::new())];
    for stage in ["prepare", "audit", "enforce", "force"] {
        let written = go(&place, stage, PLAIN);
        assert!(!written.is_empty(), "{stage} wrote nothing");
        assert!(go(&place, stage, PLAIN).is_empty(), "{stage} is not done when it is applied");
        before.push((definitions(&place), written));
        if stage != "force" {
            // as the owner, which knows of nothing
            let mut old = connect_as(&place, "shop").await;
            try_sql(&mut old, APPLICATION).await.unwrap_or_else(|e| panic!("{stage}: {e}"));
        }
        let mut new = connect_as(&place, APP).await;
        // with its tenant set it runs in each stage
        try_sql(&mut new, &format!("set app.team = '{A}'; {APPLICATION}")).await.unwrap_or_else(|e| panic!("{stage}: {e}"));
        let mut without = connect_as(&place, APP).await;
        let ran = try_sql(&mut without, APPLICATION).await;
        assert_eq!(ran.is_ok(), ["prepare", "audit"].contains(&stage), "{stage}: {ran:?}");
    }
    for position in (1..before.len()).rev() {
        assert_eq!(definitions(&place), before[position].0, "stage {position}");
        for folder in before[position].1.iter().rev() {
            psql_file(&place.sandbox, "postgres", &folder.join("down.sql")).unwrap();
        }
        assert_eq!(definitions(&place), before[position - 1].0, "undo of stage {position}");
    }
    assert!(place.number("select count(*) from country").await > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn once_enforced_nobody_reads_or_writes_without_a_tenant_or_anothers() {
    let place = place().await;
    for stage in ["prepare", "force", "force"] {
        go(&place, stage, PLAIN);
    }
    let mut app = connect_as(&place, APP).await;
    for set in ["", "set app.team = '';", "begin; set local app.team = '00000000-0000-0000-0000-000000000001'; commit;"] {
        try_sql(&mut app, set).await.unwrap();
        for table in ["invoice", "event", HOSTILE, "\"Team\""] {
            assert_eq!(count(&mut app, &format!("select count(*) from {table}")).await, 0, "{set} {table}");
        }
        for write in [
            format!("insert into invoice (\"team$id\", amount) values ('{A}', 1)"),
            "update invoice set amount = 1".to_owned(),
            "update invoice set amount = 1 where id = -1".to_owned(),
            "delete from invoice".to_owned(),
            "delete from event where id = 3".to_owned(),
            format!("insert into {HOSTILE} (\"team$id\") values ('{A}')"),
            format!("update {HOSTILE} set label = 'x'"),
            "delete from \"Team\"".to_owned(),
            "update country set code = 'x'".to_owned(),
        ] {
            assert_eq!(try_sql(&mut app, &write).await, Err("42501".to_owned()), "{write}");
        }
    }
    try_sql(&mut app, &format!("set app.team = '{A}'")).await.unwrap();
    assert_eq!(count(&mut app, &format!("select count(*) from invoice where \"team$id\" <> '{A}'")).await, 0);
    assert!(count(&mut app, "select count(*) from event").await > 0);
    assert_eq!(count(&mut app, "select count(*) from \"Team\"").await, 1);
    for write in [
        format!("insert into invoice (\"team$id\", amount) values ('{B}', 1)"),
        format!("update invoice set \"team$id\" = '{B}'"),
        format!("insert into event values (7, '{B}', '2026-03-01')"),
        "select count(*) from event_old".to_owned(),
    ] {
        assert_eq!(try_sql(&mut app, &write).await, Err("42501".to_owned()), "{write}");
    }
    try_sql(&mut app, &format!("delete from invoice where \"team$id\" = '{B}'")).await.unwrap();
    let mut all = connect_as(&place, "postgres").await;
    assert!(count(&mut all, &format!("select count(*) from invoice where \"team$id\" = '{B}'")).await > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_audit_logs_what_would_be_refused_once_a_statement_and_no_literal() {
    let mut place = place().await;
    place.sql("do $$ begin if current_setting('server_version_num')::int >= 140000 then alter database postgres set compute_query_id = on; end if; end $$").await;
    for stage in ["prepare", "audit"] {
        go(&place, stage, PLAIN);
    }
    let mut app = connect_as(&place, APP).await;
    let psql = |commands: &[&str]| {
        let mut said = std::process::Command::new("psql");
        said.args(["-X", "-d", &place.sandbox.url("postgres").replace("//postgres@", &format!("//{APP}@"))]);
        said.args(commands.iter().flat_map(|c| ["-c", *c]));
        String::from_utf8_lossy(&said.env("PGAPPNAME", "o'shop").output().unwrap().stderr).into_owned()
    };
    let logged = || {
        let log = std::fs::read_to_string(place.sandbox.log()).unwrap();
        (log.matches("would refuse").count(), log)
    };
    let own = format!("set app.team = '{A}'; insert into invoice (\"team$id\", amount) values ('{A}', 73541)");
    assert_eq!(psql(&[&own]), "");
    assert_eq!(logged().0, 0);
    let read = "select count(*) from invoice where amount < 73542 and country <> 'secret one'";
    let write = format!("insert into invoice (\"team$id\", amount) values ('{A}', 73543)");
    let hidden = format!(
        "prepare p(text) as select count(*) from invoice where country <> $1 and country <> E'secret\\\\ntwo' and country <> $x$secret three$x$; \
         execute p('secret four'); begin; {read}; {read}; rollback"
    );
    let other = format!("set app.team = '{B}'; {write}");
    // the client hears nothing
    assert_eq!(psql(&[read, &other, &hidden]), "");
    let (times, log) = logged();
    assert_eq!(times, 5, "{log}");
    assert!(log.contains("show rows of public.invoice: no tenant is set"), "{log}");
    assert!(log.contains("write to public.invoice: rows of another tenant"), "{log}");
    assert!(log.contains("role \"app role\", application_name 'o''shop'"), "{log}");
    for literal in ["7354", "secret", B] {
        assert!(!log.contains(literal), "{literal}: {log}");
    }
    if place.number("select current_setting('server_version_num')::int8 / 10000").await >= 14 {
        let ids: std::collections::BTreeSet<&str> = log.lines().filter_map(|l| l.split("query_id ").nth(1)).collect();
        assert!(ids.len() >= 3 && !ids.contains("unknown"), "{ids:?}");
    }
    assert!(count(&mut app, "select count(*) from invoice").await > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn supabase_reads_the_user_or_a_claim() {
    for (more, claims) in [
        ("", format!("{{\"sub\":\"{A}\"}}")),
        ("setting = \"app_metadata.team\"\n", format!("{{\"app_metadata\":{{\"team\":\"{A}\"}}}}")),
    ] {
        let mut place = place().await;
        place
        .sql(
            "create role authenticated login; create schema auth; grant usage on schema auth to authenticated;
             create function auth.jwt() returns jsonb language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
             create function auth.uid() returns uuid language sql stable as $$ select (auth.jwt() ->> 'sub')::uuid $$;
             grant usage on schema public to authenticated;
             grant select, insert, update, delete on all tables in schema public to authenticated;
             grant usage on all sequences in schema public to authenticated;
             create table login (id int primary key, \"team$id\" uuid not null, email text, token text);
             grant select (id, email) on login to authenticated",
        )
        .await;
        let before = definitions(&place);
        let config = format!("flavour = \"supabase\"\n{more}");
        let mut written = Vec::new();
        for stage in ["prepare", "audit", "enforce"] {
            written.extend(go(&place, stage, &config));
        }
        let mut app = connect_as(&place, "authenticated").await;
        assert_eq!(count(&mut app, "select count(*) from invoice").await, 0);
        assert_eq!(try_sql(&mut app, "delete from invoice").await, Err("42501".to_owned()));
        try_sql(&mut app, &format!("set request.jwt.claims = '{claims}'")).await.unwrap();
        assert!(count(&mut app, "select count(*) from invoice").await > 0);
        assert_eq!(count(&mut app, &format!("select count(*) from invoice where \"team$id\" <> '{A}'")).await, 0);
        try_sql(&mut app, APPLICATION).await.unwrap();
        // what the API was not given stays so
        assert_eq!(try_sql(&mut app, "select token from login").await, Err("42501".to_owned()));
        for folder in written.iter().rev() {
            psql_file(&place.sandbox, "postgres", &folder.join("down.sql")).unwrap();
        }
        assert_eq!(definitions(&place), before, "{more}");
    }
}
