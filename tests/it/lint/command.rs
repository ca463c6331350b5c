//! The command itself: exit codes, comments, formats and hostile names in them, tools' folders, `--fix`.

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support::dbharden;

/// A directory with these files.
fn place(files: &[(&str, &str)]) -> TempDir {
    let place = tempdir().unwrap();
    for (name, text) in files {
        let file = place.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    place
}

fn run(place: &Path, arguments: &[&str]) -> Output {
    let mut all = vec!["lint"];
    all.extend(arguments);
    dbharden(place, &all).output().unwrap()
}

fn json(place: &Path, arguments: &[&str]) -> (Value, i32) {
    let mut all = vec!["--format", "json"];
    all.extend(arguments);
    let output = run(place, &all);
    let text = String::from_utf8(output.stdout).unwrap();
    let json = serde_json::from_str(&text);
    (json.unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr))), output.status.code().unwrap())
}

/// `rule:line` of each finding.
fn found(json: &Value) -> Vec<String> {
    let all = json["findings"].as_array().unwrap();
    all.iter().map(|f| format!("{}:{}", f["check"].as_str().unwrap(), f["line"])).collect()
}

const CLEAN: &str = "create table t (id bigint primary key);\n";

#[test]
fn exit_codes_keep_the_contract() {
    let place = place(&[
        ("clean.sql", CLEAN),
        ("bad.sql", "drop table t;"),
        ("note.sql", "set lock_timeout = 1; alter table t alter a drop not null;"),
        ("wrong.sql", "create table a (id int primary key);\nthis is not sql;\n"),
        ("both.sql", "this is not sql;\ndrop table t;\n"),
    ]);
    for (file, code) in [("clean.sql", 0), ("bad.sql", 2), ("note.sql", 0), ("wrong.sql", 3), ("both.sql", 2), ("none.sql", 1)] {
        assert_eq!(run(place.path(), &[file]).status.code(), Some(code), "{file}");
    }
    fs::write(place.path().join("dbharden.toml"), "[[skip]]\ncheck = \"lint\"\nreason = \"templates\"\n").unwrap();
    assert_eq!(run(place.path(), &["wrong.sql"]).status.code(), Some(0));
    fs::write(place.path().join("dbharden.toml"), "fail_on = \"info\"\n").unwrap();
    assert_eq!(run(place.path(), &["note.sql"]).status.code(), Some(2));
    assert_eq!(run(place.path(), &["--enable", "no-such-rule", "clean.sql"]).status.code(), Some(1));
}

#[test]
fn one_wrong_statement_hides_no_other() {
    let place =
        place(&[("a.sql", "\\set ON_ERROR_STOP on\ncopy t from stdin;\n1\tit's\n\\.\n\nthis is not sql;\n\ndrop table t;\n")]);
    let (out, _) = json(place.path(), &["--disable", "lock-without-timeout", "a.sql"]);
    assert_eq!(found(&out), ["table-dropped:8"]);
    assert_eq!(out["skipped"][0]["line"], 6);
}

#[test]
fn what_cannot_be_read_is_said() {
    let place = place(&[("sql/a.sql", CLEAN), ("empty/readme.txt", "")]);
    fs::write(place.path().join("sql/b.sql"), b"select '\xff'").unwrap();
    std::os::unix::fs::symlink(place.path(), place.path().join("sql/loop")).unwrap();
    let (out, code) = json(place.path(), &["sql"]);
    assert_eq!((code, out["summary"]["files"].as_u64()), (3, Some(1)), "{out}");
    assert!(out["skipped"][0]["because"].as_str().unwrap().contains("is not UTF-8"), "{out}");
    assert_eq!(run(place.path(), &["empty"]).status.code(), Some(1));
}

#[test]
fn standard_input_is_a_file() {
    let place = tempdir().unwrap();
    let mut child = dbharden(place.path(), &["lint", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), b"drop table t;").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stdout).unwrap().contains("--> standard input:1:1"));
}

#[test]
fn comments_silence_what_they_name() {
    let place = place(&[(
        "a.sql",
        "-- squawk-ignore-file require-lock-timeout\n\
         -- squawk-ignore ban-drop-table\n\
         drop table a;\n\
         drop table b; -- dbharden:ignore table-dropped nobody uses it\n\
         /* dbharden:ignore DBL202, column-dropped moved to c */\n\
         drop table c;\n\
         alter table d\n\
           -- squawk-ignore ban-drop-column\n\
           drop column x,\n\
           drop column y;\n\
         drop table e;\n\
         -- dbharden:ignore table-droped typo\n\
         select 1;\n",
    )]);
    let (out, code) = json(place.path(), &["a.sql"]);
    // two columns of one statement: the second has no comment
    assert_eq!(found(&out), ["column-dropped:10", "table-dropped:11", "ignore-without-effect:12"]);
    let reasons: Vec<&str> = out["ignored"].as_array().unwrap().iter().map(|i| i["reason"].as_str().unwrap()).collect();
    assert!(reasons.contains(&"nobody uses it") && reasons.contains(&"moved to c"), "{reasons:?}");
    assert_eq!(code, 2);
}

#[test]
fn waivers_of_the_configuration_hold() {
    let place = place(&[
        ("a.sql", "drop table legacy_a; drop table b;"),
        (
            "dbharden.toml",
            "disable = [\"lock-without-timeout\"]\n[[ignore]]\ncheck = \"table-dropped\"\nobject = \"legacy_*\"\nreason = \"old\"\n",
        ),
    ]);
    let (out, _) = json(place.path(), &["a.sql"]);
    assert_eq!(out["findings"].as_array().unwrap().len(), 1);
    assert_eq!(out["ignored"][0]["reason"], "old");
}

const HOSTILE: &str = "set lock_timeout = 1;\ndrop table \"x\ny | <b> %0A::error::& ]]> \u{202e}`\u{1b}[2J\";\n";

#[test]
fn hostile_names_stay_names() {
    let place = place(&[("a.sql", HOSTILE)]);
    for format in ["table", "json", "markdown", "junit", "sarif", "github", "gitlab"] {
        let output = run(place.path(), &["--format", format, "a.sql"]);
        assert_eq!(output.status.code(), Some(2), "{format}");
        let text = String::from_utf8(output.stdout).unwrap();
        // JSON has an escape of its own for what a terminal obeys
        assert!(!text.contains('\u{1b}') && (format == "json" || !text.contains('\u{202e}')), "{format}: {text:?}");
        match format {
            "github" => assert!(
                text.lines().all(|l| l.starts_with("::error ") || l.starts_with("::warning ") || l.starts_with("::notice "))
            ),
            "junit" => assert!(!text.contains("<b>") && text.contains("&lt;b&gt;"), "{text}"),
            "json" | "sarif" | "gitlab" => drop(serde_json::from_str::<Value>(&text).unwrap()),
            _ => {}
        }
    }
}

#[test]
fn formats_say_where_and_what() {
    let place = place(&[("db/é.sql", "set lock_timeout = 1;\n\ncreate index on t (a);\n")]);
    let sarif: Value = serde_json::from_slice(&run(place.path(), &["--format", "sarif", "db/é.sql"]).stdout).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "DBL101");
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "db/%C3%A9.sql");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 3);
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][0]["name"], "index-built-under-lock");
    let gitlab: Value = serde_json::from_slice(&run(place.path(), &["--format", "gitlab", "db/é.sql"]).stdout).unwrap();
    assert_eq!(gitlab[0]["location"]["lines"]["begin"], 3);
    assert_eq!(gitlab[0]["severity"], "major");
    let junit = String::from_utf8(run(place.path(), &["--format", "junit", "db/é.sql"]).stdout).unwrap();
    assert!(junit.contains("tests=\"1\" failures=\"1\""), "{junit}");
    let github = String::from_utf8(run(place.path(), &["--format", "github", "db/é.sql"]).stdout).unwrap();
    assert!(
        github.starts_with("::warning title=DBL101 index-built-under-lock,file=db/é.sql,line=3,endLine=3,col=1::"),
        "{github}"
    );
    let screen = String::from_utf8(run(place.path(), &["db/é.sql"]).stdout).unwrap();
    insta::assert_snapshot!(screen);
}

#[test]
fn the_schema_describes_the_json() {
    let place = place(&[("a.sql", "drop table t;\n-- squawk-ignore ban-drop-table\ndrop table u;\nnot sql;\n")]);
    let schema: Value = serde_json::from_str(include_str!("../../../docs/lint.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (out, _) = json(place.path(), &["a.sql"]);
    let errors: Vec<String> = validator.iter_errors(&out).map(|e| format!("{}: {e}", e.instance_path)).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn each_tool_runs_its_files_in_its_own_way() {
    let concurrently = "create index concurrently i on t (a);\n";
    let with = format!("set lock_timeout = 0;\n{concurrently}");
    let place = place(&[
        ("prisma/migrations/20240101000000_one/migration.sql", concurrently),
        ("prisma/migrations/20240102000000_two/migration.sql", &with),
        (
            "dbmate/20240101000000_a.sql",
            &format!("-- migrate:up transaction:false\n{concurrently}\n-- migrate:down\ndrop table t;\n"),
        ),
        ("dbmate/20240102000000_b.sql", &format!("-- migrate:up\n{concurrently}\n-- migrate:down\ndrop table t;\n")),
        ("goose/1_a.sql", &format!("-- +goose NO TRANSACTION\n-- +goose Up\n{with}")),
        ("goose/2_b.sql", &format!("-- +goose Up\n{with}")),
        ("flyway/V1__a.sql", &with),
        ("plain/0001_a.sql", &with),
        ("plain/0001_a.down.sql", "drop table t;"),
    ]);
    let refused = |dir: &str| {
        let (out, _) = json(place.path(), &[dir]);
        let all = out["findings"].as_array().unwrap();
        let of = all.iter().filter(|f| f["check"] == "concurrently-in-transaction");
        of.map(|f| f["file"].as_str().unwrap().rsplit('/').take(2).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(refused("prisma"), ["migration.sql 20240102000000_two"]);
    assert_eq!(refused("dbmate"), ["20240102000000_b.sql dbmate"]);
    assert_eq!(refused("goose"), ["2_b.sql goose"]);
    assert!(refused("flyway").is_empty());
    // nobody knows who runs these
    assert!(refused("plain").is_empty());
    let (out, _) = json(place.path(), &["plain", "--transaction"]);
    assert!(found(&out).contains(&"concurrently-in-transaction:2".to_owned()));
}

#[test]
fn a_named_file_knows_its_folder() {
    let place = place(&[
        (
            "prisma/migrations/20240101000000_a/migration.sql",
            "create table t (id bigint primary key, name varchar(20), n int);\n",
        ),
        (
            "prisma/migrations/20240102000000_b/migration.sql",
            "set lock_timeout = 1;\nalter table t alter name type varchar(40);\nalter table t alter n type bigint;\n",
        ),
    ]);
    let (out, _) = json(place.path(), &["--disable", "alters-not-combined", "prisma/migrations/20240102000000_b/migration.sql"]);
    assert_eq!(found(&out), ["type-change-rewrites-table:3"]);
    assert!(out["findings"][0]["message"].as_str().unwrap().contains("from integer to bigint"));
    assert_eq!(out["summary"]["files"], 1);
}

#[test]
fn fix_writes_what_is_mechanical() {
    let before =
        "-- a comment\ncreate index i on t (a); -- é\ndrop index j;\n\nalter table t add column b json;\nreindex table t;\n";
    let place = place(&[("a.sql", before)]);
    let output = run(place.path(), &["--fix", "a.sql"]);
    let after = fs::read_to_string(place.path().join("a.sql")).unwrap();
    insta::assert_snapshot!(after);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8(output.stdout).unwrap().contains("a.sql: 5 findings mended"));
    // nothing is left to do
    run(place.path(), &["--fix", "a.sql"]);
    assert_eq!(fs::read_to_string(place.path().join("a.sql")).unwrap(), after);
}

#[test]
fn fix_leaves_the_other_half_of_a_file_alone() {
    let text = "-- migrate:up transaction:false\ncreate index i on t (a);\n\n-- migrate:down\ndrop index i;\n";
    let place = place(&[("m/20240101000000_a.sql", text)]);
    run(place.path(), &["--fix", "m"]);
    let after = fs::read_to_string(place.path().join("m/20240101000000_a.sql")).unwrap();
    assert_eq!(after, text.replace("index i on", "index CONCURRENTLY i on"));
}

#[test]
fn what_plan_writes_is_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (out, code) = json(root, &["generated-migrations"]);
    assert_eq!((found(&out), code), (vec![], 0));
    assert!(out["summary"]["files"].as_u64().unwrap() > 10);
}

#[test]
fn explain_knows_the_rules() {
    let place = tempdir().unwrap();
    let said = |arguments: &[&str]| String::from_utf8(dbharden(place.path(), arguments).output().unwrap().stdout).unwrap();
    let page = said(&["explain", "dbl101"]);
    assert!(
        page.contains("**What it finds.**") && page.contains("Bad:") && page.contains("a rule of `dbharden lint`, on."),
        "{page}"
    );
    assert!(said(&["explain", "varchar-column"]).contains("off: `dbharden lint --enable` it"));
    let list: Value = serde_json::from_str(&said(&["explain", "--list", "--format", "json"])).unwrap();
    let rule = list.as_array().unwrap().iter().find(|r| r["id"] == "DBL101").unwrap();
    assert_eq!((&rule["group"], &rule["squawk"][0]), (&"migrations".into(), &"require-concurrent-index-creation".into()));
}
