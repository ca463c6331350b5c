use super::*;

fn pieces(sql: &str) -> Vec<Piece> {
    read(sql, Path::new("a.sql"), 1).unwrap()
}

fn texts(sql: &str) -> Vec<String> {
    pieces(sql).into_iter().map(|p| p.sql).collect()
}

fn kind(sql: &str) -> Kind {
    let mut all = pieces(sql);
    assert_eq!(all.len(), 1, "{sql}");
    all.remove(0).kind
}

#[test]
fn splits_as_psql_does() {
    assert_eq!(texts("select 1;; select ';'; -- ;\nselect $$;$$"), ["select 1", "select ';'", "select $$;$$"]);
    assert_eq!(
        texts("create rule r as on insert to t do also (select 1; select 2);select 3"),
        ["create rule r as on insert to t do also (select 1; select 2)", "select 3"]
    );
    let body = "create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end";
    assert_eq!(texts(&format!("{body}; select 3;")), [body, "select 3"]);
    // a transaction's BEGIN opens no body
    assert_eq!(texts("begin; select 1; end;").len(), 3);
}

#[test]
fn every_piece_knows_its_line() {
    let all = pieces("\u{feff}-- a comment\r\nselect 1;\r\n\r\n/* two\r\nlines */ select\r\n 2;\nselect '\n\n'; select 3");
    let lines: Vec<usize> = all.iter().map(|p| p.line).collect();
    assert_eq!(lines, [2, 5, 7, 9]);
    assert_eq!(all[1].place(), "a.sql:5");
    assert_eq!(read("select 1", Path::new("a.sql"), 40).unwrap()[0].line, 40);
}

#[test]
fn a_dump_has_rows_and_guards() {
    let dump = "\\restrict x\nCREATE TABLE t (a text);\nCOPY public.t (a) FROM stdin;\nit's; \"\n\\N\n$x$\n\\.\n\nCREATE INDEX i ON t (a);\n\\unrestrict x\n";
    let all = pieces(dump);
    assert_eq!(
        all.iter().map(|p| (p.line, p.kind.clone())).collect::<Vec<_>>(),
        [(2, Kind::Plain), (3, Kind::Copy), (9, Kind::Plain)]
    );
}

#[test]
fn an_unknown_meta_command_names_its_line() {
    let error = read("select 1;\n\\! ls\n", Path::new("a.sql"), 1).unwrap_err();
    assert!(error.what().starts_with("a.sql:2: the meta-command \\! "), "{error}");
    let error = read("select 1;\nselect 'a\n", Path::new("a.sql"), 1).unwrap_err();
    assert_eq!(error.what(), "a.sql:2: a literal never ends");
}

#[test]
fn includes_are_read_beside_the_file() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("sub")).unwrap();
    std::fs::write(dir.path().join("sub/b.sql"), "\nselect 2;\\ir c.sql\nselect 4").unwrap();
    std::fs::write(dir.path().join("sub/c.sql"), "select 3").unwrap();
    let all = read("select 1;\n\\ir sub/b.sql\nselect 5", &dir.path().join("a.sql"), 1).unwrap();
    assert_eq!(
        all.iter().map(|p| (p.sql.as_str(), p.line)).collect::<Vec<_>>(),
        [("select 1", 1), ("select 2", 2), ("select 3", 1), ("select 4", 3), ("select 5", 3)]
    );
    assert!(all[2].file.ends_with("sub/c.sql"));
    std::fs::write(dir.path().join("sub/c.sql"), "\\ir c.sql").unwrap();
    assert!(read("\\ir sub/c.sql", &dir.path().join("a.sql"), 1).unwrap_err().what().contains("circle"));
}

#[test]
fn backslashes_count_where_the_file_says_so() {
    assert_eq!(texts("set standard_conforming_strings = off; select '\\'; select 1'; select 2").len(), 3);
}

#[test]
fn kinds() {
    for sql in [
        "create unique index concurrently on t (a)",
        "DROP INDEX CONCURRENTLY IF EXISTS i",
        "reindex (verbose, concurrently) table t",
        "REINDEX TABLE CONCURRENTLY t",
        "vacuum analyze t",
        "alter table a.b detach partition c.d concurrently",
    ] {
        assert_eq!(kind(sql), Kind::Alone, "{sql}");
    }
    for sql in [
        "create index i on t (concurrently)",
        "alter type t add value 'x'",
        "refresh materialized view concurrently v",
        "grant select on t to u",
        "create user mapping for u server s",
        "set local lock_timeout = 1",
    ] {
        assert_eq!(kind(sql), Kind::Plain, "{sql}");
    }
    for sql in [
        "create database x",
        "alter system set a = 1",
        "create subscription s connection 'x' publication p",
        "grant connect on database a to b",
        "comment on database a is 'x'",
    ] {
        assert!(matches!(kind(sql), Kind::Skip(_)), "{sql}");
    }
    assert_eq!(kind("create role \"App User\" login"), Kind::Role("App User".into()));
    assert_eq!(kind("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\""), Kind::Extension("uuid-ossp".into()));
    assert_eq!(kind("create extension PostGIS with schema x"), Kind::Extension("postgis".into()));
    assert_eq!(kind("rollback to savepoint a"), Kind::Savepoint);
    assert_eq!(kind("rollback"), Kind::End);
    assert_eq!(kind("select pg_catalog.set_config('search_path', '', false)"), Kind::Setting);
}

#[test]
fn agrees_with_the_servers_parser() {
    fn sql_files(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sql_files(&path, found);
            } else if path.extension().is_some_and(|e| e == "sql") {
                found.push(path);
            }
        }
    }
    let mut files = Vec::new();
    for dir in ["checks", "tests", "generated-migrations"] {
        sql_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(dir), &mut files);
    }
    let mut compared = 0;
    for path in files {
        let sql = text(&path).unwrap();
        let Ok(theirs) = pg_query::split_with_parser(&sql) else { continue };
        let ours = read(&sql, &path, 1).unwrap();
        assert_eq!(ours.len(), theirs.len(), "{}", path.display());
        for (our, their) in ours.iter().zip(theirs) {
            assert!(their.trim_end().ends_with(&our.sql), "{}: {} / {their}", our.place(), our.sql);
        }
        compared += 1;
    }
    assert!(compared > 50, "{compared}");
}
