//! Names that try to be SQL or markup.

use super::{of, prove, tenancy};
use crate::support::{dbharden, psql_command, start};

#[tokio::test]
async fn names_stay_names() {
    let sandbox = start(&[]).await;
    let table = r#"public."x"" ; drop table t; --<script>alert(1)</script>""#;
    let columns = "\"tenantId\" uuid not null references tenants, \"k'e\"\"y\" uuid primary key, \"new\nline\" text";
    let statements = [
        "create role \"a'p\"\"p\" login",
        "create table tenants (\"Id\" uuid primary key)",
        &format!("create table {table} ({columns})"),
        &format!("alter table {table} enable row level security"),
        &format!("create policy \"p'1\" on {table} using (\"tenantId\"::text = current_setting('my.tenant', true))"),
        &format!("grant select, insert, update, delete, truncate on {table} to \"a'p\"\"p\""),
    ];
    psql_command(&sandbox, "postgres", &statements).unwrap();
    let config = tenancy("tenantId");
    let (code, json) = prove(&sandbox, &["--role", "a'p\"p", "--config", config.path().to_str().unwrap()]);
    let mut leaks = of(&json, "leak");
    // before 15 everybody may create in public
    leaks.retain(|a| a["object"] == table);
    let leaks: Vec<&str> = leaks.iter().map(|a| a["command"].as_str().unwrap()).collect();
    assert_eq!((code, leaks), (2, vec!["TRUNCATE", "TRUNCATE"]), "{json:#}");
    let directory = tempfile::tempdir().unwrap();
    let (url, config) = (sandbox.url("postgres"), config.path().to_str().unwrap());
    let arguments = ["isolation", &url, "--role", "a'p\"p", "--format", "html", "--config", config];
    let page = dbharden(directory.path(), &arguments).output().unwrap();
    let page = String::from_utf8(page.stdout).unwrap();
    for said in ["SHA-256 ", "Tenant told by", "Leaks: ", "How to see it yourself", "Positive controls"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"), "{page}");
}
