//! What a person must decide is shown, and nothing is written before; what cannot be done is named.

use super::whole::text;
use super::*;

const BARE: &str = "[[partitioning]]\ntable = 'public.\"EmailEvent\"'\ncolumn = \"createdAt\"\n";

fn said(json: &Value, what: &str) -> Vec<String> {
    let finding = &json["findings"][0];
    finding["evidence"][what]
        .as_array()
        .unwrap_or_else(|| panic!("{finding}"))
        .iter()
        .map(|t| t.as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_until_all_is_decided() {
    let place = place(100).await;
    let json = plan(&place, BARE);
    let undecided = said(&json, "undecided").join("\n");
    for name in
        ["nr_once is unique", "nr_touched is unique", "public.click.click_event_id_fkey", "public.complaint.complaint_event"]
    {
        assert!(undecided.contains(name), "{name}: {undecided}");
    }
    assert_eq!(undecided.lines().count(), 4, "{undecided}");
    assert!(said(&json, "impossible").is_empty());
    assert!(folders(place.here()).is_empty());

    let workload = place.here().join("load.sql");
    std::fs::write(
        &workload,
        "-- calls: 10 rows: 10 mean_ms: 1\ninsert into \"EmailEvent\" (id, \"leadId\") values ($1, 1) on conflict (id) do nothing;\n\
         -- calls: 10 rows: 10 mean_ms: 1\ninsert into \"EmailEvent\" (email, \"leadId\") values ($1, 1) on conflict (email, \"createdAt\") do nothing;\n",
    )
    .unwrap();
    let with =
        ["plan", "--all", "--no-twin", "--format", "json", "--only", "unpartitioned-high-volume-table", "--workload", "load.sql"];
    std::fs::write(place.here().join("dbharden.toml"), CONFIG).unwrap();
    let undecided = said(&place.run(&with).json(), "undecided");
    assert!(undecided.len() == 1 && undecided[0].contains("on conflict (id)"), "{undecided:?}");
    assert!(folders(place.here()).is_empty());
    std::fs::write(place.here().join("dbharden.toml"), format!("{CONFIG}on_conflict_changed = true\n")).unwrap();
    assert!(said(&place.run(&with).json(), "undecided").is_empty());
    assert_eq!(folders(place.here()).len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_would_stay_with_the_old_table_is_named() {
    let mut place = place(100).await;
    place
        .sql(
            "create materialized view per_day as select \"createdAt\"::date, count(*) from \"EmailEvent\" group by 1;
             create function newest() returns setof \"EmailEvent\" language sql as 'select * from \"EmailEvent\"';
             create rule quiet as on delete to \"EmailEvent\" where old.id < 0 do instead nothing;
             create policy through on click using (exists (select from \"EmailEvent\" e where e.id = event_id));
             create table \"EmailEvent_default\" ();
             alter table complaint add constraint late foreign key (event_id) references \"EmailEvent\" (id) not valid;
             alter table \"EmailEvent\" add constraint later check (touched >= 0) not valid, add exclude using btree (nr with =)",
        )
        .await;
    let impossible = said(&plan(&place, CONFIG), "impossible").join("\n");
    for name in
        ["per_day", "newest", "quiet", "through", "\"EmailEvent_default\" is taken", "constraint later", "exclusion constraint"]
    {
        assert!(impossible.contains(name), "{name}: {impossible}");
    }
    assert!(folders(place.here()).is_empty());
}

/// Names as long as they may be, no primary key, a date, FORCE, a publication of all tables, REPLICA IDENTITY FULL.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_table_with_long_names() {
    let long = format!("T \"\"{}", "é".repeat(29));
    let index = format!("I {}", "ü".repeat(30));
    let schema = format!(
        "create role o; grant create, usage on schema public to o;
         create table \"{long}\" (\"On\" date, v text, old text, n int generated always as identity (start with 100 increment by 5 cache 20));
         alter table \"{long}\" drop column old;
         create index \"{index}\" on \"{long}\" (v); create index \"{index}2\" on \"{long}\" (v);
         insert into \"{long}\" (\"On\", v) select current_date - g % 500, g from generate_series(1, 3000) g;
         alter table \"{long}\" enable row level security, force row level security, replica identity full, owner to o;
         create publication everything for all tables"
    );
    let mut place = Place::with(&[("wal_level", "logical")], &schema).await;
    let before = text(&place);
    let config = format!(
        "[[partitioning]]\ntable = 'public.\"{long}\"'\ncolumn = \"On\"\ninterval = \"day\"\nahead = 20\ndefault_partition = false\n"
    );
    planned(&place, &config);
    place.apply(&[]).good();
    let last = place.number("select last_value from pg_sequences where schemaname = 'public'").await;
    place.sql(&format!("insert into \"{long}\" (\"On\", v) select current_date + g, 'new' from generate_series(1, 20) g")).await;
    assert_eq!(place.number(&format!("select count(*) - count(distinct n) from \"{long}\"")).await, 0);
    assert!(place.number("select last_value from pg_sequences where schemaname = 'public'").await > last);
    assert_eq!(place.number("select count(*) from pg_class where relispartition and relkind = 'r' and not (relrowsecurity and relforcerowsecurity and relreplident = 'f')").await, 0);
    let plan_of_a_day = format!("explain select from \"{long}\" where \"On\" = current_date + 15");
    let lines: Vec<String> =
        sqlx::query_scalar(sqlx::AssertSqlSafe(plan_of_a_day)).fetch_all(&mut place.connection).await.unwrap();
    assert!(lines.iter().filter(|l| l.contains("Scan")).count() == 1, "{lines:?}");
    place.sql(&format!("delete from \"{long}\" where \"On\" = current_date + 3; update \"{long}\" set v = 'moved', \"On\" = current_date + 4 where \"On\" = current_date + 2")).await;
    place.run(&["apply", "--yes", "--allow-unreviewed", "--undo", "2"]).good();
    assert_eq!(place.number(&format!("select count(*) from \"{long}\"")).await, 3_019);
    assert_eq!(text(&place), before);
}
