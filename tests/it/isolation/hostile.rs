//! Names that try to be SQL or markup.

use super::{of, prove};
use crate::support::{dbharden, psql_command, start};

#[tokio::test]
async fn names_stay_names() {
    let sandbox = start(&[]).await;
    let table = r#"public."x"" ; drop table t; --<script>alert(1)</script>""#;
    let statements = [
        "create role \"a'p\"\"p\" login",
        "create table tenants (\"Id\" uuid primary key)",
        &format!(
            "create table {table} (\"tenantId\" uuid not null references tenants, \"k'e\"\"y\" uuid primary key, \"new\nline\" text)"
        ),
        &format!("alter table {table} enable row level security"),
        &format!("create policy \"p'1\" on {table} using (\"tenantId\"::text = current_setting('my app.tenant''s', true))"),
        &format!("grant select, insert, update, delete, truncate on {table} to \"a'p\"\"p\""),
    ];
    psql_command(&sandbox, "postgres", &statements[..4]).unwrap();
    let policy = format!("create policy \"p'1\" on {table} using (\"tenantId\"::text = current_setting('my.tenant', true))");
    psql_command(&sandbox, "postgres", &[&policy, statements[5]]).unwrap();
    let (code, json) = prove(&sandbox, &["--role", "a'p\"p"]);
    let leaks: Vec<&str> = of(&json, "leak").iter().map(|a| a["command"].as_str().unwrap()).collect();
    assert_eq!((code, leaks), (2, vec!["TRUNCATE", "TRUNCATE"]), "{json:#}");
    let directory = tempfile::tempdir().unwrap();
    let page = dbharden(directory.path(), &["isolation", &sandbox.url("postgres"), "--role", "a'p\"p", "--format", "html"])
        .output()
        .unwrap();
    let page = String::from_utf8(page.stdout).unwrap();
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"), "{page}");
}
