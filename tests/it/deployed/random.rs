//! Schemas nobody thought of: made of a random recipe, one must lead to the other, and its baseline makes it again.

use dbharden::drift::baseline;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::diff::support::{apply, connection, database, left, objects, send, steps, text};
use crate::diff::zoo::place;
use crate::support::start;

const TYPES: [&str; 8] = ["integer", "bigint", "text", "varchar(20)", "numeric(8,2)", "timestamptz", "jsonb", "s.mood"];
const DEFAULTS: [&str; 8] = ["7", "8", "'x'", "'y'", "1.5", "now()", "'{}'", "'ok'"];

/// A table: columns by type with NOT NULL and a default or none, then what hangs on it.
#[derive(Debug, Clone)]
struct Recipe {
    columns: Vec<(usize, bool, bool)>,
    key: bool,
    indexes: Vec<(usize, bool, bool)>,
    check: bool,
    parent: bool,
    view: bool,
    policy: bool,
    comment: Option<String>,
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let columns = prop::collection::vec((0..TYPES.len(), any::<bool>(), any::<bool>()), 1..6);
    let indexes = prop::collection::vec((0..6_usize, any::<bool>(), any::<bool>()), 0..3);
    let comment = prop::option::of("[a-z'\\\\\n\"]{0,8}");
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (columns, indexes, comment, flags).prop_map(|(columns, indexes, comment, (key, check, parent, view, policy))| Recipe {
        columns,
        key,
        indexes,
        check,
        parent,
        view,
        policy,
        comment,
    })
}

fn sql(tables: &[Recipe]) -> String {
    let mut sql =
        "create schema s; create type s.mood as enum ('ok', 'sad'); create table s.root (id integer primary key);\n".to_owned();
    for (n, t) in tables.iter().enumerate() {
        let mut lines = vec![if t.key { "id integer primary key".to_owned() } else { "id integer".to_owned() }];
        for (i, (kind, not_null, default)) in t.columns.iter().enumerate() {
            let default = if *default { format!(" default {}", DEFAULTS[*kind]) } else { String::new() };
            lines.push(format!("\"C {i}\" {}{default}{}", TYPES[*kind], if *not_null { " not null" } else { "" }));
        }
        if t.check {
            lines.push("constraint positive check (id > 0)".to_owned());
        }
        if t.parent {
            lines.push("root integer references s.root on delete cascade".to_owned());
        }
        sql.push_str(&format!("create table s.\"T {n}\" ({});\n", lines.join(", ")));
        for (i, (column, unique, partial)) in t.indexes.iter().enumerate() {
            let column = column % t.columns.len();
            let unique = if *unique { "unique " } else { "" };
            let condition = if *partial { " where id > 10" } else { "" };
            sql.push_str(&format!("create {unique}index \"I {n} {i}\" on s.\"T {n}\" (\"C {column}\" desc, id){condition};\n"));
        }
        if t.view {
            sql.push_str(&format!("create view s.\"V {n}\" as select id, \"C 0\" from s.\"T {n}\" where id > 1;\n"));
        }
        if t.policy {
            sql.push_str(&format!(
                "alter table s.\"T {n}\" enable row level security; create policy p on s.\"T {n}\" using (id > 0);\n"
            ));
        }
        if let Some(comment) = &t.comment {
            sql.push_str(&format!("comment on table s.\"T {n}\" is {};\n", dbharden::ident::literal(comment)));
        }
    }
    sql
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_random_schema_leads_to_another() {
    let rounds = if std::env::var_os("DBHARDEN_SOAK").is_some() { 200 } else { 12 };
    let sandbox = start(&[]).await;
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let tables = prop::collection::vec(recipe(), 1..5);
    for n in 0..rounds {
        let [before, after] = [(); 2].map(|()| sql(&tables.new_tree(&mut runner).unwrap().current()));
        let told = format!("-- from\n{before}\n-- to\n{after}");
        for (name, text) in [("a", &before), ("b", &after)] {
            database(&sandbox, &format!("{name}{n}"), &[text]).await.unwrap_or_else(|e| panic!("{e}\n{told}"));
        }
        let (a, b) = (objects(&sandbox, &format!("a{n}")).await, objects(&sandbox, &format!("b{n}")).await);
        let steps = steps(&a, &b);
        let mut own = connection(&sandbox, &format!("a{n}")).await;
        apply(&mut own, &steps).await.unwrap_or_else(|e| panic!("{e}\n{told}\n{}", text(&steps)));
        let now = objects(&sandbox, &format!("a{n}")).await;
        assert!(left(&now, &b).is_empty(), "{:#?}\n{told}\n{}", left(&now, &b), text(&steps));

        let baseline = baseline::text(&b, &place());
        database(&sandbox, &format!("c{n}"), &[&baseline]).await.unwrap_or_else(|e| panic!("{e}\n{told}\n{baseline}"));
        let again = objects(&sandbox, &format!("c{n}")).await;
        assert!(left(&again, &b).is_empty(), "{:#?}\n{told}\n{baseline}", left(&again, &b));
        drop(own);
        let mut admin = connection(&sandbox, "postgres").await;
        for name in ["a", "b", "c"] {
            send(&mut admin, &format!("drop database {name}{n} with (force)")).await.unwrap();
        }
    }
}
