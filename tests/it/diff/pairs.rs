//! `tests/diff/pairs/`: each file is a schema before and after; the statements in between must lead from the one to the other, and do
//! it in the way the file asks for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dbharden::sandbox::Sandbox;
use dbharden::snapshot::objects::{Body, Kind, Objects};
use regex::Regex;
use sqlx::{AssertSqlSafe, PgConnection};

use super::support::{apply, connection, database, left, objects, send, steps, text};
use crate::support::start;

struct Pair {
    name: String,
    since: u32,
    data_loss: bool,
    in_place: bool,
    want: Vec<Regex>,
    forbid: Vec<Regex>,
    sections: BTreeMap<String, String>,
}

impl Pair {
    fn read(root: &Path, file: &Path) -> Self {
        let text = std::fs::read_to_string(file).unwrap();
        let name = file.strip_prefix(root).unwrap().with_extension("").display().to_string();
        let mut pair =
            Self { name, since: 13, data_loss: false, in_place: false, want: vec![], forbid: vec![], sections: BTreeMap::new() };
        let mut section = None;
        for line in text.lines() {
            let head = line.strip_prefix("-- ").unwrap_or_default();
            if section.is_none()
                && let Some((key, value)) = head.split_once(": ")
            {
                match (key, value.trim()) {
                    ("since", v) => pair.since = v.parse().unwrap(),
                    ("expect", "data-loss") => pair.data_loss = true,
                    ("expect", "in-place") => pair.in_place = true,
                    ("want", v) => pair.want.push(Regex::new(v).unwrap()),
                    ("forbid", v) => pair.forbid.push(Regex::new(v).unwrap()),
                    _ => {}
                }
            }
            if ["from", "to", "setup", "rows"].contains(&head.trim_end()) {
                section = Some(head.trim_end().to_owned());
            } else if let Some(section) = &section {
                pair.sections.entry(section.clone()).or_default().push_str(&format!("{line}\n"));
            }
        }
        assert!(text.contains("-- to"), "{} has no section `-- to`", file.display());
        pair
    }

    fn section(&self, name: &str) -> &str {
        self.sections.get(name).map(String::as_str).unwrap_or_default()
    }
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            files(&entry, found);
        } else if entry.extension().is_some_and(|e| e == "sql") {
            found.push(entry);
        }
    }
}

/// Tables on both sides with the columns they share, and their rows as text.
async fn rows(connection: &mut PgConnection, before: &Objects, after: &Objects) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (id, object) in &before.all {
        let (Body::Table(a), Some(Body::Table(b))) = (&object.body, after.all.get(id).map(|o| &o.body)) else { continue };
        if id.kind != Kind::Table {
            continue;
        }
        let same = |c: &&dbharden::snapshot::objects::Column| {
            c.generated.is_none() && b.columns.iter().any(|n| n.name == c.name && n.generated.is_none())
        };
        let columns: Vec<String> = a.columns.iter().filter(same).map(|c| format!("{}::text", c.name)).collect();
        let list = if columns.is_empty() { "1".to_owned() } else { columns.join(", ") };
        let name = id.name_sql();
        let sql = format!(
            "select coalesce(string_agg(r::text, '|' order by r::text), '') from (select ({list}) as r from only {name}) x"
        );
        let sql = sql.replace("(1)", "(1::text)");
        let text: String = sqlx::query_scalar(AssertSqlSafe(sql.clone()))
            .fetch_one(&mut *connection)
            .await
            .unwrap_or_else(|e| format!("{e}: {sql}"));
        all.insert(name, text);
    }
    all
}

/// What is wrong with a pair; empty = nothing.
async fn judge(sandbox: &Sandbox, pair: &Pair, n: usize) -> Vec<String> {
    let (a, b) = (format!("a{n}"), format!("b{n}"));
    let setup = pair.section("setup");
    for (name, texts) in [(&a, [setup, pair.section("from"), pair.section("rows")]), (&b, [setup, pair.section("to"), ""])] {
        if let Err(e) = database(sandbox, name, &texts).await {
            return vec![format!("the file itself does not load: {e}")];
        }
    }
    let (before, wanted) = (objects(sandbox, &a).await, objects(sandbox, &b).await);
    let steps = steps(&before, &wanted);
    let sql = text(&steps);
    let mut wrong = Vec::new();
    if left(&before, &wanted).is_empty() != steps.is_empty() {
        wrong.push(format!("differences {:#?} and statements do not agree", left(&before, &wanted)));
    }
    let mut connection = connection(sandbox, &a).await;
    let rows_before = rows(&mut connection, &before, &wanted).await;
    if let Err(e) = apply(&mut connection, &steps).await {
        wrong.push(format!("a statement fails: {e}"));
    } else {
        let now = objects(sandbox, &a).await;
        wrong.extend(left(&now, &wanted).into_iter().map(|d| format!("still differs: {d}")));
        let rows_after = rows(&mut connection, &before, &wanted).await;
        if rows_before != rows_after && !pair.data_loss {
            wrong.push(format!("rows before {rows_before:?}, after {rows_after:?}"));
        }
    }
    let loses = steps.iter().any(|s| s.draft.loses_data);
    if loses != pair.data_loss {
        wrong.push(format!("loses data: {loses}, expected {}", pair.data_loss));
    }
    // what holds rows, and what the file is about, stays
    let own = pair.name.split('/').next().unwrap_or_default().to_uppercase().replace('_', " ");
    let kinds = ["TABLE", "TYPE", "DOMAIN", "SCHEMA", "EXTENSION", own.as_str()];
    let dropped = |s: &&dbharden::diff::Step| {
        let again =
            s.draft.hazards.contains(&dbharden::plan::Hazard::Recreated) && !["CONSTRAINT", "INDEX"].contains(&own.as_str());
        again && kinds.iter().any(|k| s.draft.sql.starts_with(&format!("DROP {k} ")))
    };
    if pair.in_place
        && let Some(step) = steps.iter().find(dropped)
    {
        wrong.push(format!("not in place: {}", step.draft.sql));
    }
    wrong.extend(pair.want.iter().filter(|r| !r.is_match(&sql)).map(|r| format!("does not do: {r}")));
    wrong.extend(pair.forbid.iter().filter(|r| r.is_match(&sql)).map(|r| format!("must not do: {r}")));
    if !wrong.is_empty() {
        wrong.push(format!("statements:\n{sql}"));
    }
    drop(connection);
    let mut admin = super::support::connection(sandbox, "postgres").await;
    for name in [a, b] {
        // one that holds a subscription stays
        let _ = send(&mut admin, &format!("drop database {name} with (force)")).await;
    }
    wrong
}

/// `DIFF_PAIRS=index/` looks at those whose name holds that text.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_lead_from_the_one_to_the_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff/pairs");
    let mut all = Vec::new();
    files(&root, &mut all);
    all.sort();
    let only = std::env::var("DIFF_PAIRS").unwrap_or_default();
    let sandbox = start(&[("max_prepared_transactions", "0")]).await;
    let (mut seen, mut broken) = (0, Vec::new());
    let pairs = all.iter().map(|file| Pair::read(&root, file));
    let pairs: Vec<Pair> = pairs.filter(|p| p.name.contains(&only) && p.since <= sandbox.major()).collect();
    for (n, two) in pairs.chunks(2).enumerate() {
        seen += two.len();
        let judged = match two {
            [x, y] => {
                let (x, y) = tokio::join!(judge(&sandbox, x, 2 * n), judge(&sandbox, y, 2 * n + 1));
                vec![x, y]
            }
            [x, ..] => vec![judge(&sandbox, x, 2 * n).await],
            [] => vec![],
        };
        for (pair, wrong) in two.iter().zip(judged) {
            if !wrong.is_empty() {
                eprintln!("==== {}\n{}", pair.name, wrong.join("\n"));
                broken.push(pair.name.clone());
            }
        }
    }
    assert!(broken.is_empty(), "{} of {seen} pairs: {broken:#?}", broken.len());
    assert!(!only.is_empty() || seen >= 150, "only {seen} pairs");
}
