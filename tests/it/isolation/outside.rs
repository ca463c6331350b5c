//! Ways out of the database, and whom a role may become.

use serde_json::Value;

use super::{filled, lines, of, prove};
use crate::support::{dbharden, psql_command};

#[tokio::test]
async fn a_stored_login_leads_nobody_knows_where() {
    let sandbox = filled(&["base.sql", "hardened.sql"]).await;
    let statements = [
        "create extension postgres_fdw",
        "create server elsewhere foreign data wrapper postgres_fdw options (host 'localhost')",
        "create user mapping for app server elsewhere options (user 'postgres')",
        "grant usage on foreign server elsewhere to app",
    ];
    psql_command(&sandbox, "postgres", &statements).unwrap();
    let (code, json) = prove(&sandbox, &["--role", "app"]);
    let unknown = of(&json, "not proven");
    assert!(unknown.iter().all(|a| a["object"].as_str().unwrap().contains("elsewhere")), "{}", lines(&unknown));
    assert_eq!((code, unknown.len(), of(&json, "leak").len()), (3, 1, 0));
}

#[tokio::test]
async fn files_of_the_server_are_a_leak_in_place() {
    let sandbox = filled(&["base.sql", "hardened.sql"]).await;
    psql_command(&sandbox, "postgres", &["grant execute on function lo_export(oid, text) to app"]).unwrap();
    let (code, json) = prove(&sandbox, &["--in-place", "--role", "app"]);
    let leaks = of(&json, "leak");
    assert!(code == 2 && leaks.len() == 1 && lines(&leaks).contains("lo_export()"), "{}", lines(&leaks));
}

/// What a tenant pays for, in its own row; and the person of one tenant who joins another one.
#[tokio::test]
async fn the_own_plan_is_not_the_tenants_to_change() {
    let sandbox = filled(&["base.sql", "hardened.sql"]).await;
    let statements = [
        "alter table tenants add plan text not null default 'free'",
        "create policy rename on tenants for update using (id = (select tenant_id()))",
        "grant update (name) on tenants to app",
    ];
    psql_command(&sandbox, "postgres", &statements).unwrap();
    let (code, json) = prove(&sandbox, &["--role", "app"]);
    assert_eq!((code, of(&json, "leak").len()), (0, 0), "{}", lines(&of(&json, "leak")));
    psql_command(&sandbox, "postgres", &["grant update on tenants to app"]).unwrap();
    let (code, json) = prove(&sandbox, &["--role", "app"]);
    let leaks = of(&json, "leak");
    assert!(code == 2 && leaks.len() == 1 && lines(&leaks).contains("the own plan"), "{}", lines(&leaks));
    assert_eq!(leaks[0]["finding"], "DBH318");
}

/// A member of the owner can switch policies off; the login of an API takes on its callers' roles, as it is meant to.
#[tokio::test]
async fn whom_a_role_may_become_weighs_by_what_it_is() {
    let sandbox = filled(&["base.sql", "hardened.sql"]).await;
    let statements = [
        "create role web login in role app_owner",
        "create role service nologin bypassrls",
        "create role caller nologin",
        "create role door login noinherit in role caller, service",
        "create role careless login in role caller, service",
        "grant select on plain to web, caller",
    ];
    psql_command(&sandbox, "postgres", &statements).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let url = sandbox.url("postgres");
    let output = dbharden(directory.path(), &["check", &url, "--format", "json"]).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let severity = |role: &str| {
        let mut findings = json["findings"].as_array().unwrap().iter();
        findings.find(|f| f["id"] == "DBH1102" && f["object"] == role).map(|f| f["severity"].as_str().unwrap())
    };
    let told = ["role web", "role careless", "role door"].map(severity);
    assert_eq!(told, [Some("error"), Some("error"), Some("info")], "{json:#}");
}
