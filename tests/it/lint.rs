//! `dbharden lint`: each rule's examples, its lock claims on a real server, comments, formats, folders of other tools, `--fix`.

mod command;
mod examples;
mod history;
mod proof;
mod told;
mod weight;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dbharden::lint::rules::{Rule, Rules};
use dbharden::lint::script::{Script, Standing};
use dbharden::lint::{Finding, PgVersion, Request, lint};

/// A rule's folder.
pub fn folder(rule: &Rule) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("checks/migrations").join(&rule.about.name)
}

/// One of its examples; empty where it has none.
pub fn example(rule: &Rule, file: &str) -> String {
    std::fs::read_to_string(folder(rule).join("examples").join(file)).unwrap_or_default()
}

/// Lints a text with the rules that are on by default and these, after a file that tells what is there.
pub fn lint_text(sql: &str, before: &str, more: &[&str], version: PgVersion, in_transaction: Option<bool>) -> Vec<Finding> {
    let rules = Rules::load().unwrap();
    let mut enabled: BTreeSet<String> = rules.all().iter().filter(|r| r.about.default).map(|r| r.about.name.clone()).collect();
    enabled.extend(more.iter().map(|m| (*m).to_owned()));
    let mut scripts = vec![Script::new("setup.sql", before.to_owned(), Standing::Context)];
    scripts.push(Script { in_transaction, ..Script::new("a.sql", sql.to_owned(), Standing::Unknown) });
    let outcome = lint(&Request { scripts: &scripts, rules: &rules, enabled, version, snapshot: None });
    assert!(outcome.skipped.is_empty(), "{:?}: {sql}", outcome.skipped);
    outcome.findings
}

/// Names of the rules that find something.
pub fn found(sql: &str) -> Vec<String> {
    lint_text(sql, "", &[], PgVersion::NEWEST, None).into_iter().map(|f| f.check).collect()
}
