//! A table is cut by time under everything that hangs on it, while the application runs; the way back leaves no trace.

mod beside;
mod decisions;
mod whole;

use std::path::PathBuf;

use serde_json::Value;

use crate::apply::{Place, Ran};
use crate::support::folders;

/// A table with everything that a table can have.
const SCHEMA: &str = include_str!("partition/schema.sql");

const CONFIG: &str = r#"
[[partitioning]]
table = 'public."EmailEvent"'
column = "createdAt"
interval = "month"
ahead = 3
widen_unique = ["nr_once", "nr_touched"]
foreign_keys = { "public.click.click_event_id_fkey" = { with = "event_at" }, "public.complaint.complaint_event" = "drop" }
"#;

/// The database, with so many events of the last two years.
async fn place(rows: u32) -> Place {
    place_of(SCHEMA, rows).await
}

async fn place_of(schema: &str, rows: u32) -> Place {
    let schema = if version_of_server().await >= 15 { schema.to_owned() } else { without_column_list(schema) };
    let mut place = Place::with(&[("wal_level", "logical")], &schema).await;
    place
        .sql(&format!(
            "insert into \"EmailEvent\" (\"leadId\", kind, \"createdAt\", email, payload)
             select 1 + g % 50, (array['sent', 'opened', 'clicked'])[1 + g % 3], now() - interval '730 days' * g / {rows}, 'u' || g || '@x.io', '{{}}'
             from generate_series(1, {rows}) g;
             insert into click (event_id, event_at) select id, \"createdAt\" from \"EmailEvent\" where id % 10 = 0;
             insert into complaint select id from \"EmailEvent\" where id % 100 = 0;
             alter table \"EmailEvent\" owner to \"Own er\"; alter sequence \"EmailEvent_nr_seq\" restart with 5000000; update click set note = 'x'; analyze"
        ))
        .await;
    place
}

async fn version_of_server() -> u32 {
    static VERSION: tokio::sync::OnceCell<u32> = tokio::sync::OnceCell::const_new();
    *VERSION
        .get_or_init(|| async {
            let sandbox = crate::support::start(&[]).await;
            let mut connection = crate::support::connect(&sandbox).await;
            crate::support::number(&mut connection, "select current_setting('server_version_num')::bigint / 10000").await as u32
        })
        .await
}

/// Before 15 a publication cannot name columns.
fn without_column_list(schema: &str) -> String {
    schema.replace(" (id, kind, \"createdAt\", email), \"Lead\"", ", \"Lead\"")
}

/// Plans the one check, with this configuration.
fn plan(place: &Place, config: &str) -> Value {
    std::fs::write(place.here().join("dbharden.toml"), config).unwrap();
    let ran = ran(place, &["plan", "--all", "--no-twin", "--format", "json", "--only", "unpartitioned-high-volume-table"]);
    assert!([0, 3].contains(&ran.code), "{}{}", ran.out, ran.err);
    ran.json()
}

fn ran(place: &Place, arguments: &[&str]) -> Ran {
    place.run(arguments)
}

/// Plans and expects the two migrations.
fn planned(place: &Place, config: &str) -> [PathBuf; 2] {
    let json = plan(place, config);
    folders(place.here()).try_into().unwrap_or_else(|all| panic!("{all:?}: {json}"))
}
