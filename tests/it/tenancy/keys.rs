//! Tenant columns that may be NULL, foreign keys and unique constraints without the tenant.

use super::{HOMEOWNER, WRONG, harden, plan, rows, said_of, undo};
use crate::apply::Place;
use crate::support::definitions;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stage_by_stage_every_key_holds_the_tenant_and_the_old_application_runs_on() {
    let mut place = Place::new(HOMEOWNER).await;
    place.sql(&rows(300)).await;
    let before = definitions(&place.sandbox);
    let only = ["missing-tenant-column", "foreign-key-not-tenant-scoped", "superseded-foreign-key", "unique-not-tenant-scoped"];
    let only: Vec<&str> = only.iter().flat_map(|c| ["--only", c]).collect();
    let old = r#"insert into property ("blockId", address) select id, 'x' from "Block" order by id limit 1;
                 insert into flat (property_id) select max(id) from property;
                 update "Block" set "teamId" = (select max(id::text)::uuid from "Team") where id = 5;
                 update "Block" set "teamId" = (select min(id::text)::uuid from "Team") where id = 5;
                 insert into "Block" ("teamId", slug) select id, gen_random_uuid() from "Team" on conflict (slug) do nothing"#;
    for stage in 0..3 {
        let planned = harden(&place, &only);
        place.sql(old).await;
        assert_eq!(place.number(WRONG).await, 0, "stage {stage}");
        assert!(stage > 0 || !planned["migrations"].as_array().unwrap().is_empty());
    }
    let left = plan(&place, &only);
    let written = |m: &&serde_json::Value| m["status"] == "written";
    assert_eq!(left["migrations"].as_array().unwrap().iter().filter(written).count(), 0, "{}", left["migrations"]);
    for table in ["public.flat", "public.property"] {
        assert!(said_of(&left, table).is_empty(), "{table}: {:?}", said_of(&left, table));
    }
    // one foreign key each to the parent, with the tenant in it, and it holds
    let scoped = "select count(*) from pg_constraint where contype = 'f' and convalidated and cardinality(conkey) = 2";
    assert_eq!(place.number(scoped).await, 3); // flat, property, Message
    place.sql("alter table flat disable trigger user").await;
    place
        .sql(
            r#"do $$ begin
                 insert into flat (property_id, "teamId") select p.id, t.id from property p, "Team" t where t.id <> p."teamId" limit 1;
                 raise 'accepted';
               exception when foreign_key_violation then null; end $$"#,
        )
        .await;
    place.sql("alter table flat enable trigger user").await;
    undo(&mut place).await;
    assert_eq!(before, definitions(&place.sandbox));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partitioned_tables_get_the_key_too_on_either_side() {
    let mut place = Place::new(HOMEOWNER).await;
    place
        .sql(
            r#"create table visit (id int, "teamId" uuid not null references "Team", "contactId" bigint not null references "Contact" on delete cascade,
                 at date not null, primary key (id, at)) partition by range (at);
               create table visit_25 partition of visit for values from ('2025-01-01') to ('2026-01-01');
               create table visit_26 partition of visit for values from ('2026-01-01') to ('2027-01-01') partition by list (id);
               create table visit_26_rest partition of visit_26 default;
               create table place (id int, "teamId" uuid not null references "Team", primary key (id)) partition by hash (id);
               create table place_0 partition of place for values with (modulus 2, remainder 0);
               create table place_1 partition of place for values with (modulus 2, remainder 1);
               create table key (id int primary key, "teamId" uuid not null references "Team", place_id int not null references place);
               insert into visit select id, "teamId", id, date '2025-12-30' + id::int from "Contact";
               insert into place select id, "teamId" from "Contact"; insert into key select id, "teamId", id from "Contact"; analyze"#,
        )
        .await;
    let before = definitions(&place.sandbox);
    let only = ["--only", "foreign-key-not-tenant-scoped", "--only", "superseded-foreign-key"];
    for _ in 0..2 {
        harden(&place, &only);
    }
    for (table, parent) in
        [("visit", "\"Contact\""), ("visit_25", "\"Contact\""), ("visit_26_rest", "\"Contact\""), ("key", "place")]
    {
        let scoped = format!(
            "select count(*) from pg_constraint where contype = 'f' and convalidated and cardinality(conkey) = 2
             and conrelid = '{table}'::regclass and confrelid = '{parent}'::regclass"
        );
        assert_eq!(place.number(&scoped).await, 1, "{table}");
    }
    let other = r#"(select max(id::text)::uuid from "Team" where id <> c."teamId"), c.id"#;
    for cross in [
        format!(r#"insert into visit select 99, {other}, '2026-05-05' from "Contact" c limit 1"#),
        format!(r#"insert into key select 99, {other} from "Contact" c limit 1"#),
    ] {
        place
            .sql(&format!("do $$ begin {cross}; raise 'accepted'; exception when foreign_key_violation then null; end $$"))
            .await;
    }
    undo(&mut place).await;
    assert_eq!(before, definitions(&place.sandbox));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_cross_tenants_stop_the_key_and_are_listed_by_the_hint() {
    let mut place = Place::new(HOMEOWNER).await;
    place.sql(r#"update "Message" set "contactId" = (select c.id from "Contact" c where c."teamId" <> "Message"."teamId" limit 1) where id = 2"#).await;
    plan(&place, &["--only", "foreign-key-not-tenant-scoped"]);
    place.apply(&[]).bad(&["rows of public.\"Message\" belong to another tenant", "lists them"]);
    let scoped = "select count(*) from pg_constraint where contype = 'f' and cardinality(conkey) = 2";
    assert_eq!(place.number(scoped).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_that_may_be_null_are_filled_where_a_parent_says_it_and_else_only_required() {
    let mut place = Place::new(HOMEOWNER).await;
    place
        .sql(
            r#"alter table "Message" alter "teamId" drop not null; update "Message" set "teamId" = null where id <= 2;
               alter table "Block" alter "teamId" drop not null;
               create table "Template" (id int primary key, "teamId" uuid references "Team", body text);
               insert into "Template" select n, case when n > 3 then (select id from "Team" limit 1) end, 'b' from generate_series(1, 9) n;
               analyze"#,
        )
        .await;
    let before = definitions(&place.sandbox);
    let only = ["--only", "nullable-tenant-column"];
    let planned = harden(&place, &only);
    for (table, null) in [("Message", false), ("Block", false), ("Template", true)] {
        let nullable = format!(
            "select count(*) from pg_attribute where attrelid = '\"{table}\"'::regclass and attname = 'teamId' and not attnotnull"
        );
        assert_eq!(place.number(&nullable).await == 1, null, "{table}");
    }
    let template = planned["findings"].as_array().unwrap().iter().find(|f| f["object"] == "public.\"Template\"").unwrap();
    assert!(template["migration"].is_null() && template["evidence"]["null_share"].as_f64().unwrap() > 0.3);
    let wrong = r#"select count(*) from "Message" m join "Contact" c on c.id = m."contactId" where m."teamId" is distinct from c."teamId""#;
    // what wrote no team goes on without one
    place.sql(r#"insert into "Message" ("contactId") select id from "Contact""#).await;
    assert_eq!(place.number(wrong).await, 0);
    undo(&mut place).await;
    assert_eq!(before, definitions(&place.sandbox));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tables_that_could_be_the_tenant_are_both_shown_and_nothing_is_written() {
    let place = Place::new(
        "create table organizer (id int primary key); create table event (id int primary key, organizer_id int not null references organizer);
         create table team (id int primary key, organizer_id int not null references organizer);
         create table device (id int primary key, organizer_id int not null references organizer);
         create table item (id int primary key, event_id int not null references event);
         create table quota (id int primary key, event_id int not null references event);
         create table voucher (id int primary key, event_id int not null references event);
         create table orders (id int primary key, event_id int not null references event);
         create table position (id int primary key, order_id int not null references orders, item_id int not null references item)",
    )
    .await;
    let only = ["--only", "missing-tenant-column"];
    let planned = plan(&place, &only);
    let question = planned["tenancy"]["question"].as_str().unwrap();
    assert!(question.contains("public.organizer or public.event"), "{question}");
    assert_eq!(planned["migrations"].as_array().unwrap().len(), 0);
    let decided = plan(&place, &[&only[..], &["--tenant-root", "public.event"]].concat());
    assert!(decided["tenancy"]["question"].is_null() && decided["tenancy"]["root"] == "public.event");
    assert_eq!(decided["migrations"].as_array().unwrap().len(), 1, "{}", decided["migrations"]);
    let shown = place.run(&["plan", "--no-twin", "--dry-run"]);
    assert!(shown.out.contains("? which is the tenant"), "{}", shown.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_delete_did_it_does_with_the_tenant_in_the_key() {
    let mut place = Place::new(HOMEOWNER).await;
    place
        .sql(
            r#"create table "Note" (id int primary key, "teamId" uuid not null references "Team", "contactId" bigint references "Contact" on delete set null);
               create table "Call" (id int primary key, "teamId" uuid not null references "Team", "contactId" bigint not null references "Contact" on delete cascade);
               insert into "Note" select id, "teamId", id from "Contact"; insert into "Call" select id, "teamId", id from "Contact""#,
        )
        .await;
    let only = ["--only", "foreign-key-not-tenant-scoped", "--only", "superseded-foreign-key"];
    for stage in 0..2 {
        harden(&place, &only);
        place
            .sql(&format!(
                r#"delete from "Message" where "contactId" = 1 + {stage}; delete from "Contact" where id = 1 + {stage}"#
            ))
            .await;
        let kept = r#"select count(*) from "Note" where "contactId" is null and "teamId" is not null"#;
        assert_eq!(place.number(kept).await, stage + 1);
        assert_eq!(place.number(r#"select count(*) from "Call""#).await, 4 - stage);
    }
}
