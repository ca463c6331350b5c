//! What a confined server may not do, and that it does its work all the same.

use super::*;

#[tokio::test]
async fn the_server_runs_no_programs_and_writes_nowhere_else() {
    let sandbox = sandbox().await;
    if !sandbox.confined() {
        return eprintln!("skipped: this kernel has no Landlock");
    }
    let connection = &mut connect(&sandbox).await;
    // open for the server's user: only the kernel keeps it out
    let outside = TempDir::new().unwrap();
    fs::set_permissions(outside.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let place = outside.path().join("made");
    run(connection, "select lo_from_bytea(9999, 'x')").await.unwrap();
    for sql in [
        format!("copy (select 1) to program 'touch {}'", place.display()),
        format!("copy pg_class from program 'touch {}; false'", place.display()),
        format!("copy (select 1) to '{}'", place.display()),
        format!("select lo_export(9999, '{}')", place.display()),
        format!("create tablespace outside location '{}'", outside.path().display()),
        // not even where it could write: its own settings and who may come in
        format!("copy (select 'local all all trust') to '{}'", sandbox.data_dir().with_file_name("pg_hba.conf").display()),
    ] {
        let refused = run(connection, &sql).await.expect_err(&sql).to_string();
        // what a program's failure is called differs between C libraries
        let because = ["permi", "could not execute", "program "];
        assert!(because.iter().any(|b| refused.to_lowercase().contains(b)), "{sql}: {refused}");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0, "{sql}");
    }
    let by_a_function = format!(
        "create function runs() returns int language plpgsql volatile as $$
         begin copy (select 1) to program 'touch {0}'; return 1; end $$;
         create function looks_harmless(int) returns int language plpgsql immutable as $$ begin return runs(); end $$;
         create table t (a int); insert into t values (1);
         create index on t (looks_harmless(a))",
        place.display()
    );
    assert!(run(connection, &by_a_function).await.is_err() && !place.exists());
}

#[tokio::test]
async fn a_confined_server_does_its_work() {
    let sandbox = Sandbox::start(&SandboxOptions { tcp: true, ..Default::default() }).await.unwrap();
    sandbox.while_stopped(|_| Ok(())).await.unwrap();
    let connection = &mut connect(&sandbox).await;
    let file = sandbox.data_dir().join("rows");
    for sql in [
        "create table t (a int primary key, b text)",
        "insert into t select n, n::text from generate_series(1, 20000) n",
        "create index on t (b)",
        "vacuum (full, analyze) t",
        "create unlogged table u as select * from t",
        "truncate t",
        &format!("copy u to '{}'", file.display()),
        &format!("copy t from '{}'", file.display()),
        "create database other",
        "drop database other",
        "checkpoint",
        "select pg_reload_conf()",
        "set work_mem = '64kB'; select count(*) from (select * from t order by b, a) s",
        "select pg_timezone_names()",
    ] {
        run(connection, sql).await.expect(sql);
    }
    for extension in ["pg_trgm", "pg_stat_statements"] {
        let there: bool = sqlx::query_scalar("select exists (select from pg_available_extensions where name = $1)")
            .bind(extension)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        if there {
            run(connection, &format!("create extension {extension}")).await.unwrap();
        }
    }
    let rows: i64 = sqlx::query_scalar("select count(*) from t").fetch_one(connection).await.unwrap();
    assert_eq!(rows, 20000);
}
