//! `dbharden isolation`: a database written to leak, its hardened twin, and what each verdict rests on.

mod hostile;
mod in_place;
mod shop;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dbharden::sandbox::Sandbox;
use serde_json::Value;
use tempfile::tempdir;

use crate::support::{dbharden, psql, psql_file, start};

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/isolation").join(file)
}

/// A file as this server understands it: before 15 no view runs with its reader's rights, so those that do are left out.
fn text(sandbox: &Sandbox, file: &str) -> String {
    let text = std::fs::read_to_string(here(file)).unwrap() + "\n";
    if sandbox.major() >= 15 {
        return text;
    }
    let views = text.lines().filter(|l| l.contains("security_invoker")).map(|l| l.split_whitespace().nth(2).unwrap());
    let views: BTreeSet<&str> = views.collect();
    let about = |line: &str| {
        let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        line.contains("security_invoker") || words.iter().any(|w| views.contains(w))
    };
    text.lines().filter(|l| !about(l)).map(|l| l.to_owned() + "\n").collect()
}

/// A server with these files in it.
async fn filled(files: &[&str]) -> Sandbox {
    let sandbox = start(&[]).await;
    // as one session: the files go on as the role that the first one takes
    let whole: String = files.iter().map(|f| text(&sandbox, f)).collect();
    let directory = tempdir().unwrap();
    let file = directory.path().join("whole.sql");
    std::fs::write(&file, whole).unwrap();
    psql_file(&sandbox, "postgres", &file).unwrap();
    sandbox
}

/// Exit code and output, which is as the schema says.
fn prove(sandbox: &Sandbox, more: &[&str]) -> (i32, Value) {
    let directory = tempdir().unwrap();
    let url = sandbox.url("postgres");
    let mut arguments = vec!["isolation", &url, "--format", "json"];
    arguments.extend(more);
    let output = dbharden(directory.path(), &arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let json: Value =
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}{}", String::from_utf8_lossy(&output.stderr)));
    let schema: Value = serde_json::from_str(include_str!("../../docs/isolation.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path)).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    if let Some(file) = std::env::var_os("DBHARDEN_KEEP_JSON") {
        std::fs::write(file, &text).unwrap();
    }
    (output.status.code().unwrap(), json)
}

/// Too few tables to infer a tenant from: the config says it.
fn tenancy(key: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("[tenancy]\nroot = \"public.tenants\"\nkeys = [\"{key}\"]\n")).unwrap();
    file
}

/// Attacks of a verdict.
fn of<'v>(json: &'v Value, verdict: &str) -> Vec<&'v Value> {
    json["attacks"].as_array().unwrap().iter().filter(|a| a["verdict"] == verdict).collect()
}

fn lines(attacks: &[&Value]) -> String {
    attacks.iter().map(|a| format!("{} {} {}: {}\n", a["object"], a["command"], a["attack"], a["because"])).collect()
}

#[tokio::test]
async fn every_leak_is_found_and_its_script_reproduces_it() {
    let sandbox = filled(&["base.sql", "vulnerable.sql"]).await;
    let (code, json) = prove(&sandbox, &[]);
    assert_eq!((code, json["roles"][0].as_str()), (2, Some("app")), "{}", json["role_from"]);
    let leaks = of(&json, "leak");
    let objects: BTreeSet<&str> = leaks.iter().map(|a| a["object"].as_str().unwrap()).collect();
    let missing: Vec<String> =
        (1..=50).map(|n| format!("l{n:02}_")).filter(|l| !objects.iter().any(|o| o.contains(l.as_str()))).collect();
    assert!(missing.is_empty(), "not found: {missing:?}\n{}", lines(&of(&json, "not proven")));
    // no leak in what is right
    let right = ["public.held_a", "public.tenants"];
    let wrong: Vec<&Value> = leaks.iter().filter(|a| right.contains(&a["object"].as_str().unwrap())).copied().collect();
    assert!(wrong.is_empty(), "{}", lines(&wrong));

    // each script, run by a superuser in an empty copy with the rows of `setup`
    let copy = filled(&["base.sql", "vulnerable.sql"]).await;
    let run = |sql: &str| {
        let directory = tempdir().unwrap();
        let file = directory.path().join("attack.sql");
        std::fs::write(&file, sql).unwrap();
        psql(&copy, "postgres").args(["-At", "-f"]).arg(&file).output().unwrap()
    };
    let setup = run(json["setup"].as_str().unwrap());
    assert!(setup.status.success(), "{}", String::from_utf8_lossy(&setup.stderr));
    let all: String = leaks.iter().enumerate().map(|(i, l)| format!("\\echo #{i}\n{}", l["sql"].as_str().unwrap())).collect();
    let output = run(&all);
    let said = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let shown: Vec<&str> = said.split("#").skip(1).collect();
    assert_eq!(shown.len(), leaks.len(), "{told}");
    for (leak, shown) in leaks.iter().zip(shown) {
        assert!(shown.lines().any(|l| l == "leak"), "{}\n{shown}", serde_json::to_string_pretty(leak).unwrap());
    }
}

#[tokio::test]
async fn the_hardened_twin_holds() {
    let sandbox = filled(&["base.sql", "hardened.sql"]).await;
    let (code, json) = prove(&sandbox, &[]);
    assert!(of(&json, "leak").is_empty(), "{}", lines(&of(&json, "leak")));
    assert!(of(&json, "not proven").is_empty(), "{}", lines(&of(&json, "not proven")));
    assert_eq!((code, &json["not_proven"]), (0, &serde_json::json!([])));
    let red: Vec<&Value> = json["controls"].as_array().unwrap().iter().filter(|c| c["green"] == false).collect();
    assert!(red.is_empty(), "{red:#?}");
    assert!(json["summary"]["controls_green"].as_u64().unwrap() > 40);
    let inherent = of(&json, "inherent");
    assert!(inherent.iter().any(|a| a["attack"].as_str().unwrap().contains("can be any tenant")), "{}", lines(&inherent));
}
