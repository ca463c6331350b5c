//! `dbharden drift` as people and CI run it.

mod platforms;
mod ways;

use std::path::Path;
use std::process::Command;

use dbharden::sandbox::Sandbox;
use serde_json::Value;

use crate::support::dbharden;

/// `dbharden drift`, with a cache of its own.
fn command(directory: &Path, url: &str, arguments: &[&str]) -> Command {
    let mut all = vec!["drift", url, "--format", "json"];
    all.extend(arguments);
    let mut command = dbharden(directory, &all);
    command.env("XDG_CACHE_HOME", directory.join(".cache"));
    command
}

/// What it printed, and its exit code.
fn drift(directory: &Path, url: &str, arguments: &[&str]) -> (Value, i32) {
    let output = command(directory, url, arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::String(said));
    (json, output.status.code().unwrap())
}

/// It finds nothing, and nothing was left out.
fn assert_silent(directory: &Path, url: &str, arguments: &[&str]) -> Value {
    let (json, code) = drift(directory, url, arguments);
    assert_eq!((code, &json["findings"], &json["skipped"]), (0, &Value::Array(vec![]), &Value::Array(vec![])), "{json:#}");
    json
}

/// Paths of what differs.
fn found(json: &Value) -> Vec<String> {
    let findings = json["findings"].as_array().unwrap_or_else(|| panic!("{json:#}"));
    findings.iter().map(|f| f["object"].as_str().unwrap().to_owned()).collect()
}

fn write(directory: &Path, file: &str, sql: &str) {
    let path = directory.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, sql).unwrap();
}

async fn connect_as(sandbox: &Sandbox, database: &str, role: &str) -> sqlx::PgConnection {
    sqlx::ConnectOptions::connect(&sandbox.connect_options(database).username(role)).await.unwrap()
}
