//! Tenant columns and keys: what `plan` writes is applied, and then the database is looked at.

mod columns;

use serde_json::Value;

use crate::apply::{Place, Ran};

/// Runs `plan --all --no-twin` with these arguments and applies what it wrote.
fn harden(place: &Place, more: &[&str]) -> Value {
    let planned = plan(place, more);
    place.apply(&[]).good();
    planned
}

fn plan(place: &Place, more: &[&str]) -> Value {
    let ran: Ran = place.run(&[&["plan", "--all", "--no-twin", "--format", "json"], more].concat());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    ran.json()
}

/// Names of the checks that speak about a table.
fn said_of(planned: &Value, table: &str) -> Vec<String> {
    let findings = planned["findings"].as_array().unwrap();
    let of = |f: &&Value| f["evidence"]["table"] == table;
    findings.iter().filter(of).map(|f| f["check"].as_str().unwrap().to_owned()).collect()
}
