//! Each modelled column of the catalog changed, one at a time: found, at the object it belongs to; and what is no drift: not found.
//!
//! `make test` changes every column once, `make soak` in every way that `tests/drifts/drifts.toml` knows.

use std::collections::BTreeSet;

use dbharden::diff::{Scope, What, compare};
use dbharden::sandbox::Sandbox;
use dbharden::snapshot::objects::Objects;
use serde::Deserialize;

use super::support::{connection, objects, send};
use crate::support::start;

const DRIFTS: &str = include_str!("../../drifts/drifts.toml");
const BASES: [(u32, &str); 6] = [
    (13, include_str!("../../drifts/base.sql")),
    (14, include_str!("../../drifts/base_14.sql")),
    (15, include_str!("../../drifts/base_15.sql")),
    (16, include_str!("../../drifts/base_16.sql")),
    (17, include_str!("../../drifts/base_17.sql")),
    (18, include_str!("../../drifts/base_18.sql")),
];
const SERVER_15: &str = include_str!("../../drifts/server_15.sql");

#[derive(Deserialize)]
struct Drifts {
    drift: Vec<Drift>,
    quiet: Vec<Drift>,
}

#[derive(Deserialize, Clone)]
struct Drift {
    name: String,
    #[serde(default)]
    column: String,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    object: String,
    sql: String,
    since: Option<u32>,
    until: Option<u32>,
    before: Option<String>,
    #[serde(default)]
    on_request: bool,
}

impl Drift {
    fn on(&self, major: u32) -> bool {
        self.since.is_none_or(|s| s <= major) && self.until.is_none_or(|u| major <= u)
    }
}

async fn base(sandbox: &Sandbox) {
    let mut admin = connection(sandbox, "postgres").await;
    if sandbox.major() >= 15 {
        for statement in SERVER_15.split(";\n").filter(|s| !s.trim().is_empty()) {
            send(&mut admin, statement).await.unwrap();
        }
    }
    sandbox.create_database("base").await.unwrap();
    let mut connection = connection(sandbox, "base").await;
    for (since, text) in BASES {
        if since <= sandbox.major() {
            send(&mut connection, text).await.unwrap();
        }
    }
}

async fn clone(sandbox: &Sandbox, name: &str) {
    let strategy = if sandbox.major() >= 15 { " strategy file_copy" } else { "" };
    let mut admin = connection(sandbox, "postgres").await;
    send(&mut admin, &format!("create database {name} template base{strategy}")).await.unwrap();
}

async fn drop_database(sandbox: &Sandbox, name: &str) {
    let mut admin = connection(sandbox, "postgres").await;
    // one that holds a subscription stays: the server goes with all of them
    let _ = send(&mut admin, &format!("drop database {name} with (force)")).await;
}

/// What is wrong with one drift.
async fn judge(sandbox: &Sandbox, drift: &Drift, n: usize, before: &Objects, quiet: bool) -> Option<String> {
    let name = format!("d{n}");
    clone(sandbox, &name).await;
    let mut own = connection(sandbox, &name).await;
    let mut basis = None;
    if let Some(sql) = &drift.before {
        send(&mut own, sql).await.unwrap();
        basis = Some(objects(sandbox, &name).await);
    }
    if let Err(e) = send(&mut own, &drift.sql).await {
        return Some(format!("{}: it does not run: {e}", drift.name));
    }
    let after = objects(sandbox, &name).await;
    drop(own);
    drop_database(sandbox, &name).await;
    let scope = Scope { column_order: drift.on_request, ..Scope::WHOLE };
    let before = basis.as_ref().unwrap_or(before);
    let found = compare(before, &after, &scope);
    let gone = before.not_modelled != after.not_modelled;
    if quiet {
        return (!found.is_empty() || gone).then(|| format!("{}: is no drift, and found: {found:?}", drift.name));
    }
    if found.is_empty() && !gone {
        return Some(format!("{} ({}): not found", drift.name, drift.column));
    }
    let paths: BTreeSet<String> = found.iter().map(|d| d.id.path()).collect();
    let inside = |p: &String| p.starts_with(&drift.object) || drift.object.starts_with(&format!("{p}."));
    if !paths.iter().any(inside) && !gone {
        return Some(format!("{} ({}): found at {paths:?}, not at {}", drift.name, drift.column, drift.object));
    }
    // one drift, and what it brings along
    let changed = found.iter().filter(|d| matches!(d.what, What::Changed(_))).count();
    (changed > 12).then(|| format!("{}: {changed} objects changed", drift.name))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_modelled_column_is_watched() {
    let Drifts { drift, quiet } = toml::from_str(DRIFTS).unwrap();
    let sandbox = start(&[("wal_level", "logical"), ("max_connections", "40")]).await;
    let major = sandbox.major();
    base(&sandbox).await;
    let before = objects(&sandbox, "base").await;
    let only = std::env::var("DRIFTS").unwrap_or_default();
    let all = std::env::var_os("DBHARDEN_SOAK").is_some() || !only.is_empty();
    let mut seen = BTreeSet::new();
    let mut wanted: Vec<(Drift, bool)> = Vec::new();
    for drift in drift.iter().filter(|d| d.on(major) && d.name.contains(&only)) {
        let new = seen.insert(&drift.column) | drift.also.iter().fold(false, |any, c| seen.insert(c) | any);
        if all || new {
            wanted.push((drift.clone(), false));
        }
    }
    wanted.extend(quiet.iter().filter(|d| d.on(major) && d.name.contains(&only)).map(|d| (d.clone(), true)));
    let mut wrong = Vec::new();
    for (n, pair) in wanted.chunks(2).enumerate() {
        let judged = match pair {
            [a, b] => {
                let (x, y) =
                    tokio::join!(judge(&sandbox, &a.0, 2 * n, &before, a.1), judge(&sandbox, &b.0, 2 * n + 1, &before, b.1));
                [x, y]
            }
            [a] => [judge(&sandbox, &a.0, 2 * n, &before, a.1).await, None],
            _ => [None, None],
        };
        wrong.extend(judged.into_iter().flatten());
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), wanted.len(), wrong.join("\n"));
    assert!(!only.is_empty() || wanted.len() > 200, "only {} drifts", wanted.len());
}
