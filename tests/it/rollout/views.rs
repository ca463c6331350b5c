//! Views, functions and default privileges: the application sees its tenant's rows alone through each that it may use.

use serde_json::Value;

use super::{A, B, ONLY, connect_as, count, definitions, go, place, try_sql};
use crate::apply::Place;
use crate::support::psql_file;

const MORE: &str = "setting = \"app.team\"\napp_role = \"app\"\nowner_role = \"keeper\"\nall_tenants_roles = [\"clerk\"]\n";

/// Views of each kind. `report` may read `"of""all"` and not the table under it; `clerk` may read both.
const VIEWS: &str = r#"
create role report login; create role clerk login; create role app login;
create view "open ""invoice" with (security_barrier = false) as select id, "team$id", amount from invoice where amount > 0;
create view total with (check_option = local) as select * from invoice where amount < 1000000;
create view over_total as select "team$id", sum(amount) as sum from total group by 1;
create view "of""all" as select * from invoice;
create view codes as select code from country;
create materialized view copied as select * from invoice;
create view over_copied as select count(*) from copied;
create view ruled as select id, "team$id", amount from invoice;
create rule write as on insert to ruled do instead insert into invoice ("team$id", amount) values (new."team$id", new.amount);
grant select on "of""all" to report;
grant select, update on total to clerk; grant select, update on invoice to clerk;
create function sum_of_all() returns bigint language sql security definer as 'select sum(amount) from invoice';
create function countries() returns bigint language sql security definer as 'select count(*) from country';
alter default privileges for role shop in schema public grant select, insert on tables to app with grant option;
alter default privileges for role shop in schema public grant select on tables to public;
"#;

async fn with_views() -> Place {
    let mut place = place().await;
    place
        .sql(&VIEWS.replace("create view", "set role shop; create view").replace("create role", "reset role; create role"))
        .await;
    place.sql("reset role").await;
    place
}

/// The finding of the preparation.
fn finding(place: &Place) -> Option<Value> {
    let ran = place.run(&[&["check", "--format", "json"], ONLY].concat());
    let found = ran.json();
    let all = found["findings"].as_array().unwrap();
    all.iter().find(|f| f["check"] == "application-role-unprepared").cloned()
}

fn texts(value: &Value) -> String {
    value.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned() + "\n").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_read_with_the_rights_of_their_caller_before_they_are_given_to_the_application() {
    let mut place = with_views().await;
    let is_15 = place.number("select current_setting('server_version_num')::int8 / 10000").await >= 15;
    let before = definitions(&place);
    let mut written = go(&place, "prepare", MORE);
    assert!(go(&place, "prepare", MORE).is_empty());
    let all = "select sum(amount) from \"of\"\"all\"";
    let mut report = connect_as(&place, "report").await;
    let seen = count(&mut report, all).await;
    assert!(seen > 0);
    for stage in ["audit", "enforce", "force"] {
        written.extend(go(&place, stage, MORE));
        let mut app = connect_as(&place, "app").await;
        let denied = Err("42501".to_owned());
        for view in ["\"of\"\"all\"", "copied", "over_copied"] {
            assert_eq!(try_sql(&mut app, &format!("select * from {view}")).await, denied, "{stage} {view}");
        }
        assert!(count(&mut app, "select count(*) from codes").await > 0);
        if stage != "force" {
            assert_eq!(count(&mut report, all).await, seen, "{stage}: who used it goes on");
        }
        let open = "\"open \"\"invoice\"";
        let views = [open, "total", "over_total", "ruled"];
        if !is_15 {
            for view in views {
                assert_eq!(try_sql(&mut app, &format!("select * from {view}")).await, denied, "{stage} {view}");
            }
            continue;
        }
        if stage == "audit" {
            continue;
        }
        for view in views {
            assert_eq!(count(&mut app, &format!("select count(*) from {view}")).await, 0, "{stage} {view}");
        }
        try_sql(&mut app, &format!("set app.team = '{A}'")).await.unwrap();
        for view in views {
            let of = |tenant| format!("select count(*) from {view} where \"team$id\" {tenant} '{A}'");
            assert!(count(&mut app, &of("=")).await > 0, "{stage} {view}");
            assert_eq!(count(&mut app, &of("<>")).await, 0, "{stage} {view}");
        }
        try_sql(&mut app, &format!("insert into {open} (\"team$id\", amount) values ('{A}', 9)")).await.unwrap();
        assert_eq!(try_sql(&mut app, &format!("insert into {open} (\"team$id\", amount) values ('{B}', 9)")).await, denied);
        assert_eq!(try_sql(&mut app, &format!("insert into ruled (\"team$id\", amount) values ('{A}', 9)")).await, denied);
        try_sql(&mut app, &format!("delete from total where \"team$id\" = '{B}'")).await.unwrap();
        assert!(place.number(&format!("select count(*) from invoice where \"team$id\" = '{B}'")).await > 0);
    }
    for folder in written.iter().rev() {
        psql_file(&place.sandbox, "postgres", &folder.join("down.sql")).unwrap();
    }
    assert_eq!(definitions(&place), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_must_decide_is_named_and_an_open_view_is_not_done() {
    let mut place = with_views().await;
    place.sql("grant select on \"of\"\"all\" to app").await;
    std::fs::write(place.here().join("dbharden.toml"), super::config("prepare", MORE)).unwrap();
    let found = finding(&place).unwrap();
    let left = texts(&found["evidence"]["views_left"]);
    assert!(left.contains("public.\"of\"\"all\": it reads with the rights of its owner shop"), "{left}");
    assert!(left.contains("public.copied: it is a copy, which no policy narrows"), "{left}");
    assert!(left.contains("public.over_copied: it reads public.copied"), "{left}");
    assert_eq!(texts(&found["evidence"]["functions"]), "public.sum_of_all() runs as shop and uses public.invoice\n");
    assert!(texts(&found["evidence"]["open_defaults"]).contains("PUBLIC gets SELECT on every new table of shop"), "{found}");
    assert!(!go(&place, "prepare", MORE).is_empty());
    assert!(go(&place, "prepare", MORE).is_empty());
    let open = finding(&place).unwrap();
    assert!(open["message"].as_str().unwrap().contains("app sees rows of every tenant through public.\"of\"\"all\""), "{open}");
    place.sql("revoke select on \"of\"\"all\" from app").await;
    let open = finding(&place);
    assert!(open.is_none(), "{open:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_table_is_given_to_the_application_only_with_its_policies() {
    let mut place = place().await;
    place.sql("create role app login; alter default privileges for role shop in schema public grant select, update on tables to app").await;
    let before = definitions(&place);
    let mut written = Vec::new();
    for stage in ["prepare", "enforce"] {
        written.extend(go(&place, stage, MORE));
    }
    place.sql("set role shop; create table task (id int primary key, \"team$id\" uuid not null references \"Team\"); create index on task (\"team$id\"); reset role").await;
    place.sql(&format!("insert into task values (1, '{A}'), (2, '{B}')")).await;
    let mut app = connect_as(&place, "app").await;
    for _ in 0..3 {
        let sees = try_sql(&mut app, "select * from task").await;
        match sees {
            Err(state) => assert_eq!(state, "42501"),
            Ok(()) => assert_eq!(count(&mut app, "select count(*) from task").await, 0),
        }
        written.extend(go(&place, "enforce", MORE));
    }
    try_sql(&mut app, &format!("set app.team = '{A}'")).await.unwrap();
    assert_eq!(count(&mut app, "select sum(id) from task").await, 1);
    assert!(go(&place, "enforce", MORE).is_empty());
    for folder in written.iter().rev() {
        psql_file(&place.sandbox, "postgres", &folder.join("down.sql")).unwrap();
    }
    place.sql("drop table task").await;
    assert_eq!(definitions(&place), before);
}
