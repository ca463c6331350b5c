//! There and back.

use super::*;
use crate::support::definitions;

const EVENT: &str = "\"EmailEvent\"";

/// Order-free sums over every row and column that the application has.
pub const SUM: &str = "select sum(hashtext(e::text))::bigint from (select id, nr, \"leadId\", kind, \"createdAt\", email, domain, payload, touched from \"EmailEvent\") e";

fn without_ledger(text: &str) -> String {
    text.lines().filter(|l| !l.starts_with("--")).collect::<Vec<_>>().join("\n")
}

pub fn text(place: &Place) -> String {
    let output = std::process::Command::new("pg_dump")
        .args(["--schema-only", "--exclude-schema=dbharden", &place.sandbox.url("postgres")])
        .output()
        .unwrap();
    if !output.status.success() {
        let of_ours = |line: &&str| !line.contains("dbharden.") && !line.starts_with("schema dbharden");
        return definitions(&place.sandbox).lines().filter(of_ours).collect::<Vec<_>>().join("\n");
    }
    let text = String::from_utf8(output.stdout).unwrap();
    without_ledger(&text.lines().filter(|l| !l.contains("restrict ")).collect::<Vec<_>>().join("\n"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_with_everything_on_it_is_cut_and_made_whole_again() {
    let mut place = place(20_000).await;
    let before = text(&place);
    let (sum, count) = (place.number(SUM).await, place.number(&format!("select count(*) from {EVENT}")).await);
    let file = place.number(&format!("select pg_relation_filenode('{EVENT}')::bigint")).await;
    let files = "select sum(pg_relation_filenode(indexrelid)::bigint)::bigint from pg_index where indrelid = '\"EmailEvent\"'::regclass and not indisprimary and indexrelid <> all (array['nr_once', 'nr_touched']::regclass[])";
    let indexes = place.number(files).await;
    let last = place.number("select last_value from \"EmailEvent_id_seq\"").await;
    planned(&place, CONFIG);
    place.apply(&[]).good();

    let partition: String = sqlx::query_scalar("select inhrelid::regclass::text from pg_inherits where inhparent = '\"EmailEvent\"'::regclass and inhrelid::regclass::text like '%_before_%'")
        .fetch_one(&mut place.connection)
        .await
        .unwrap();
    assert_eq!(
        place.number(&format!("select pg_relation_filenode('{partition}')::bigint")).await,
        file,
        "nothing was written anew"
    );
    assert_eq!((place.number(SUM).await, place.number(&format!("select count(*) from {EVENT}")).await), (sum, count));
    assert_eq!(place.number("select last_value from \"EmailEvent_id_seq\" where is_called").await, last);
    let after = text(&place);
    // new rows go where they belong, by every way in
    place.sql("set role app; insert into \"EmailEvent\" (\"leadId\", \"createdAt\", email) select 1, now() + interval '4 months' * g / 10, 'n' || g from generate_series(1, 10) g; reset role").await;
    assert_eq!(place.number(&format!("select count(distinct id) from {EVENT}")).await, count + 10);
    assert_eq!(place.number("select count(*) from log where what = 'INSERT'").await, count + 10, "triggers fire once");
    assert!(place.number(&format!("select count(distinct tableoid) from {EVENT}")).await > 1);
    assert_eq!(place.number("select count(*) from pg_index where not indisvalid").await, 0);
    assert_eq!(place.number("select count(*) from click c join pg_constraint k on k.conrelid = 'click'::regclass and k.contype = 'f' and k.convalidated where confrelid = '\"EmailEvent\"'::regclass").await, count / 10);
    let strangers = "select count(*) from pg_class c, aclexplode(c.relacl) a where c.relnamespace = 'public'::regnamespace and (c.relname like 'EmailEvent%' or c.relname = 'opens') and a.grantee in (0, 'stranger'::regrole)";
    assert_eq!(place.number(strangers).await, 0, "default privileges give nobody the new tables");
    // the one plan is done
    assert_eq!(plan(&place, CONFIG)["findings"].as_array().unwrap().len(), 0);

    place.run(&["apply", "--yes", "--allow-unreviewed", "--undo", "2"]).good();
    assert_eq!(place.number(&format!("select count(*) from {EVENT}")).await, count + 10, "new rows came along");
    assert_eq!(place.number(&format!("select pg_relation_filenode('{EVENT}')::bigint")).await, file);
    assert_eq!(place.number(files).await, indexes);
    place.sql(&format!("delete from {EVENT} where email like 'n%'")).await;
    assert_eq!(place.number(SUM).await, sum);
    assert_eq!(text(&place), before);
    assert_ne!(after, before);
}
