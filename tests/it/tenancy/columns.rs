//! Tenant columns over a path: filled while an old application goes on, taken back whole.

use super::{HOMEOWNER, WRONG, application, harden, plan, rows, said_of, size, undo};
use crate::apply::{Place, ended};
use crate::support::definitions;

const ONLY: &[&str] = &["--only", "missing-tenant-column"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_path_of_two_steps_gives_two_columns_and_the_undo_takes_them_back() {
    let mut place = Place::new(HOMEOWNER).await;
    place.sql(&rows(2_000)).await;
    let before = definitions(&place.sandbox);
    let planned = harden(&place, ONLY);
    assert_eq!(said_of(&planned, "public.flat"), ["missing-tenant-column"]);
    assert_eq!(place.number(WRONG).await, 0);
    // an application that does not know the column
    place
        .sql(
            r#"insert into property ("blockId", address) values (3, 'new');
               insert into flat (property_id) select max(id) from property;
               update flat set property_id = 7 where id = 1; update property set "blockId" = 2 where id = 9;
               update "Block" set "teamId" = (select max(id::text)::uuid from "Team") where id = 4;
               update "Team" set id = gen_random_uuid() where name = 'team 3'"#,
        )
        .await;
    assert_eq!(place.number(WRONG).await, 0);
    place.sql(r#"delete from "Message"; delete from "Team" where name = 'team 2'"#).await;
    assert_eq!((place.number(WRONG).await, place.number("select count(*) from flat where \"teamId\" is null").await), (0, 0));
    let again = plan(&place, ONLY);
    assert!(said_of(&again, "public.flat").is_empty() && said_of(&again, "public.property").is_empty());
    undo(&mut place).await;
    assert_eq!(before, definitions(&place.sandbox));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_an_old_application_end_right_while_the_backfill_runs() {
    let mut place = Place::with(&[("deadlock_timeout", "50ms")], HOMEOWNER).await;
    let n = size();
    place.sql(&rows(n)).await;
    plan(&place, ONLY);
    let applying = place.start_apply();
    let writes = application(&place, n, applying).await;
    assert!(writes.0 > 20, "only {} transactions ran beside it", writes.0);
    ended(writes.1).good();
    assert_eq!(place.number(WRONG).await, 0);
    assert!(place.number("select count(*) from flat").await > i64::from(n));
    assert_eq!(place.number("select count(*) from flat where \"teamId\" is null").await, 0);
    // fewer than the transactions that ran: each moved rows or changed a parent's tenant
    assert!(place.number("select count(*) from flat where label = 'moved'").await > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disagreeing_writer_is_refused_as_the_foreign_key_refuses() {
    let mut place = Place::new(HOMEOWNER).await;
    place.sql(&rows(100)).await;
    harden(&place, ONLY);
    let other = r#"(select id from "Team" where id <> (select "teamId" from property where id = 1) limit 1)"#;
    for statement in [
        format!(r#"insert into flat (property_id, "teamId") values (1, {other})"#),
        format!(r#"update flat set "teamId" = {other} where property_id = 1"#),
        r#"insert into flat (property_id) values (999999)"#.to_owned(),
        format!(r#"insert into flat (property_id, "teamId") values (999999, {other})"#),
    ] {
        let code = format!("do $$ begin {statement}; raise 'accepted'; exception when foreign_key_violation then null; end $$");
        place.sql(&code).await;
    }
    place.sql(r#"insert into flat (property_id, "teamId") select id, "teamId" from property"#).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_path_nothing_is_written() {
    let pathless = HOMEOWNER.replace(r#" not null references "Block" on delete cascade, address"#, " not null, address");
    assert_ne!(pathless, HOMEOWNER);
    let place = Place::new(&pathless).await;
    let planned = plan(&place, &["--only", "no-path-to-tenant"]);
    assert_eq!(said_of(&planned, "public.property"), ["no-path-to-tenant"]);
    assert_eq!(planned["migrations"].as_array().unwrap().len(), 0, "{}", planned["migrations"]);
    let places = planned["tenancy"]["tables"].as_array().unwrap();
    let of = |table: &str| places.iter().find(|p| p["table"] == table).unwrap()["place"].clone();
    assert_eq!((of("public.property"), of("public.flat")), ("undecided".into(), "undecided".into()));
}

/// As Django makes them: nothing is written until somebody says that parents come first; then the database holds the application to it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_deferrable_keys_it_is_written_once_parents_come_first() {
    let deferred = HOMEOWNER
        .replace(r#"references "Block" on delete cascade,"#, r#"references "Block" deferrable initially deferred,"#)
        .replace("references property on delete cascade,", "references property deferrable initially deferred,");
    let mut place = Place::new(&deferred).await;
    place.sql(&rows(500)).await;
    let planned = plan(&place, ONLY);
    assert_eq!(planned["migrations"].as_array().unwrap().len(), 0, "{}", planned["migrations"]);
    let findings = planned["findings"].as_array().unwrap();
    let of = |table: &str| findings.iter().find(|f| f["evidence"]["table"] == table).unwrap();
    for (table, keys) in [("public.property", 1), ("public.flat", 2)] {
        let finding = of(table);
        let message = finding["message"].as_str().unwrap();
        assert!(message.contains("is deferrable, so a row may come before its parent"), "{message}");
        let cures = finding["evidence"]["not_deferrable"].as_array().unwrap();
        assert_eq!(cures.len(), keys, "{cures:?}");
        assert!(message.contains(cures[0].as_str().unwrap()), "{message}");
    }
    // the application of today may write in any order
    let child_first = r#"begin; insert into flat (property_id) values (9001);
        insert into property (id, "blockId", address) overriding system value values (9001, 1, 'late'); commit"#;
    place.sql(child_first).await;

    for cure in of("public.flat")["evidence"]["not_deferrable"].as_array().unwrap() {
        place.sql(cure.as_str().unwrap()).await;
    }
    harden(&place, ONLY);
    assert_eq!(place.number(WRONG).await, 0);
    place
        .sql(
            r#"begin; insert into property (id, "blockId", address) overriding system value values (9002, 2, 'first');
               insert into flat (property_id) values (9002); commit;
               do $$ begin insert into flat (property_id) values (9003); raise 'accepted'; exception when foreign_key_violation then null; end $$"#,
        )
        .await;
    let columns = r#"select count(*) from flat where property_id in (9001, 9002) and "teamId" is not null"#;
    assert_eq!((place.number(columns).await, place.number(WRONG).await), (2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_sees_no_rows_is_refused_and_not_done() {
    let mut place = Place::new(HOMEOWNER).await;
    place.sql(&rows(500)).await;
    place
        .sql(
            r#"create role keeper login; grant create on schema public to keeper; grant create on database postgres to keeper;
               alter table property owner to keeper; alter table "Block" owner to keeper; alter table "Team" owner to keeper;
               alter table flat owner to keeper;
               alter table "Block" enable row level security; alter table "Block" force row level security;
               create policy own on "Block" using ("teamId" = (select nullif(current_setting('app.team', true), '')::uuid));
               alter table property enable row level security; alter table property force row level security;
               create policy own on property using (false)"#,
        )
        .await;
    plan(&place, ONLY);
    let url = place.sandbox.url("postgres").replace("//postgres@", "//keeper@");
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_dbharden"))
        .args(["apply", "--yes", "--allow-unreviewed", &url])
        .current_dir(place.here())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("row-level security hides rows") && said.contains("BYPASSRLS"), "{said}");
    let columns = "select count(*) from pg_attribute where attrelid = 'property'::regclass and attname = 'teamId'";
    assert_eq!(place.number(columns).await, 0);
    // a role that sees all of them does it
    place.apply(&[]).good();
    assert_eq!(place.number("select count(*) from property where \"teamId\" is null").await, 0);
    assert_eq!(place.number(WRONG).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_two_ways_give_to_two_tenants_stop_it_before_anything_is_changed() {
    let mut place = Place::new(HOMEOWNER).await;
    place.sql(&rows(50)).await;
    place
        .sql(
            r#"alter table property add "contactId" bigint references "Contact";
               update property p set "contactId" = (select id from "Contact" c where c."teamId" <> (select "teamId" from "Block" b where b.id = p."blockId") limit 1) where id = 7"#,
        )
        .await;
    plan(&place, ONLY);
    place.apply(&[]).bad(&["belong to another tenant than the row of public.\"Contact\"", "say for each which is right"]);
    assert_eq!(
        place.number("select count(*) from pg_attribute where attrelid = 'property'::regclass and attname = 'teamId'").await,
        0
    );
    place.sql(r#"update property set "contactId" = null"#).await;
    place.apply(&[]).good();
    assert_eq!(place.number(WRONG).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partitioned_table_gets_its_column_in_each_partition() {
    let mut place = Place::new(HOMEOWNER).await;
    place.sql(&rows(200)).await;
    place
        .sql(
            r#"create table reading (property_id bigint not null references property, day date not null, value int, primary key (property_id, day)) partition by range (day);
               create table reading_a partition of reading for values from ('2026-01-01') to ('2026-07-01');
               create table reading_b partition of reading for values from ('2026-07-01') to ('2027-01-01') partition by hash (property_id);
               create table reading_b0 partition of reading_b for values with (modulus 2, remainder 0);
               create table reading_b1 partition of reading_b for values with (modulus 2, remainder 1);
               insert into reading select p.id, date '2026-01-01' + 90 * d, 1 from property p, generate_series(0, 3) d; analyze"#,
        )
        .await;
    let before = definitions(&place.sandbox);
    harden(&place, ONLY);
    place
        .sql(
            r#"insert into reading values (1, '2026-02-02', 1); update reading set day = '2026-12-12' where property_id = 2 and day = '2026-01-01';
               update reading set property_id = 7, day = '2026-11-11' where property_id = 3 and day = '2026-01-01';
               update "Block" set "teamId" = (select max(id::text)::uuid from "Team") where id = 4"#,
        )
        .await;
    let wrong =
        r#"select count(*) from reading r join property p on p.id = r.property_id where r."teamId" is distinct from p."teamId""#;
    assert_eq!(place.number(wrong).await, 0);
    let required = "select count(*) from pg_attribute where attrelid in ('reading'::regclass, 'reading_a'::regclass, 'reading_b1'::regclass) and attname = 'teamId' and attnotnull";
    assert_eq!(place.number(required).await, 3);
    undo(&mut place).await;
    assert_eq!(before, definitions(&place.sandbox));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_with_few_rights_works_on_and_learns_no_keys_of_others() {
    let mut place = Place::new(HOMEOWNER).await;
    place.sql(&rows(100)).await;
    place.sql("create role app; grant insert on flat to app; grant usage on sequence flat_id_seq to app").await;
    harden(&place, ONLY);
    place.sql("set role app; insert into flat (property_id) values (1); reset role").await;
    assert_eq!(place.number(WRONG).await, 0);
    place
        .sql(
            r#"alter table flat enable row level security;
               create policy own on flat to app with check ("teamId" = (select nullif(current_setting('app.team', true), '')::uuid));
               select set_config('app.team', (select "teamId"::text from property where id = 1), false);
               create table foreign_key as select id from property where "teamId" <> current_setting('app.team')::uuid limit 1;
               grant select on foreign_key to app; set role app; insert into flat (property_id) values (1)"#,
        )
        .await;
    for parent in ["(select id from foreign_key)", "999999"] {
        let refused = format!(
            "do $$ begin insert into flat (property_id) values ({parent}); raise 'accepted'; exception when insufficient_privilege then null; end $$"
        );
        place.sql(&refused).await;
        let named = format!(
            "do $$ begin insert into flat (property_id, \"teamId\") values ({parent}, current_setting('app.team')::uuid); raise 'accepted';
             exception when foreign_key_violation then null; end $$"
        );
        place.sql(&named).await;
    }
}
