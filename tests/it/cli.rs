//! The built program: exit codes, formats, files. Checks of our own, so that the built-in ones may change.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use dbharden::connect::{Session, Target};
use dbharden::sandbox::{Sandbox, SandboxOptions};
use dbharden::snapshot::read::{ReadOptions, SqlCheck, read};
use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions};
use tempfile::TempDir;

mod accept;
mod files;
mod screen;

const SCHEMA: &str = include_str!("cli/schema.sql");

/// A check that finds tables whose name begins with `bad`; `{needs}` and such are put in where a test needs them.
const BAD_NAME: &str = r#"
id = "MY1"
name = "bad-name"
since = "0.1.0"
severity = "warning"
summary = "Table with a bad name"
message = "{schema}.{table}: the name is bad"
detector = "find.sql"
min_pg = 13
[options.patience]
type = "integer"
default = 3
help = "How long to look the other way"
"#;

const BAD_NAME_SQL: &str = "select n.nspname as schema, c.relname as \"table\", 1234567 as calls_ms
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relname like 'bad%' and n.nspname = any ($1) order by 1, 2";

/// A directory to work in, and a server.
struct Place {
    sandbox: Sandbox,
    here: TempDir,
}

impl Place {
    /// A server with the schema, a directory with the check `bad-name` in `own/`.
    async fn new() -> Self {
        let sandbox = Sandbox::start(&SandboxOptions::default()).await.unwrap();
        let place = Self { sandbox, here: tempfile::tempdir().unwrap() };
        place.sql(SCHEMA).await;
        place.check("own", "bad-name", BAD_NAME, BAD_NAME_SQL);
        place
    }

    async fn sql(&self, sql: &str) {
        let mut connection = self.sandbox.connect_options("postgres").connect().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    }

    fn check(&self, directory: &str, name: &str, toml: &str, sql: &str) {
        self.write(&format!("{directory}/mine/{name}/check.toml"), toml);
        self.write(&format!("{directory}/mine/{name}/find.sql"), sql);
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.here.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.here.path().join(file)).unwrap()
    }

    fn url(&self) -> String {
        self.sandbox.url("postgres")
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run_in(self.here.path(), arguments, &[("DATABASE_URL", &self.url())])
    }

    /// What the server holds for the check `bad-name`, in a file.
    async fn snapshot(&self, file: &str) {
        let target = Target::resolve(Some(&self.url()), &|_| None).unwrap();
        let mut session = Session::connect(&target).await.unwrap();
        let registry = dbharden::check::Registry::load(&[&self.here.path().join("own")]).unwrap();
        let sql_checks: Vec<SqlCheck> = registry.all().iter().filter_map(|c| c.sql_check()).collect();
        let snapshot = read(&mut session, &ReadOptions { sql_checks, ..ReadOptions::default() }, &|_| {}).await.unwrap();
        session.close().await;
        dbharden::snapshot::save(&snapshot, &self.here.path().join(file), false).unwrap();
    }
}

/// What a run said.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        let value: Value = serde_json::from_str(&self.out).unwrap();
        let schema: Value = serde_json::from_str(include_str!("../../docs/findings.schema.json")).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{}", self.out);
        value
    }
}

/// Runs the program with no variables but those given.
fn run_in(directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = command(directory, arguments);
    command.envs(variables.iter().copied()).output().unwrap().into()
}

fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbharden"));
    command.args(arguments).current_dir(directory).env_clear();
    command.envs(std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "HOME" || name == "TMPDIR"));
    command
}

#[test]
fn usage() {
    let here = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| run_in(here.path(), arguments, &[]);
    assert!(run(&["--help"]).exits(0).out.contains("plan"));
    assert!(run(&["--version"]).exits(0).out.starts_with("dbharden "));
    run(&[]).exits(1);
    run(&["plan", "--no-such-flag"]).exits(1);
    run(&["plan", "--top", "3", "--all"]).exits(1);
    assert!(run(&["explain", "no-such-check"]).exits(1).err.starts_with("error: there is no check no-such-check\n  to do: "));
}

#[test]
fn a_password_is_never_repeated() {
    let here = tempfile::tempdir().unwrap();
    let url = "postgres://u:hunter2@127.0.0.1:1/d";
    for arguments in [
        vec!["plan", url],
        vec!["check", url, "--format", "json"],
        vec![url],
        vec!["plan", "one", url],
        vec!["plan", "--top", url],
        vec!["explain", url],
        vec!["explain", "abcdef123456", url],
        vec!["plan", "host=127.0.0.1 port=1 password=hunter2"],
        vec!["plan", "--config", url],
    ] {
        let ran = run_in(here.path(), &arguments, &[]).exits(1);
        assert!(!format!("{}{}", ran.out, ran.err).contains("hunter2"), "{arguments:?}: {}{}", ran.out, ran.err);
    }
}

#[tokio::test]
async fn exit_codes() {
    let place = Place::new().await;
    // the built-in checks are left out: what they find here is none of this test's business
    let only = ["--checks", "own", "--only", "bad-name"];
    let run = |first: &[&str]| place.run(&[first, &only[..]].concat());
    run(&["plan"]).exits(0);
    run(&["check"]).exits(2);
    run(&["check", "--fail-on", "error"]).exits(0);
    run(&["check", "--fail-on", "info"]).exits(2);
    run(&["check", "--only", "no-such-check"]).exits(1);
    run_in(place.here.path(), &["check", "postgres://u@127.0.0.1:1/d"], &[]).exits(1);

    // one that cannot be looked at, and nothing found
    place.check(
        "broken",
        "cannot-look",
        &BAD_NAME.replace("MY1", "MY2").replace("bad-name", "cannot-look"),
        "select no_such_column",
    );
    let broken = ["--checks", "broken", "--only", "cannot-look"];
    let ran = place.run(&[&["check"], &broken[..]].concat()).exits(3);
    assert!(ran.out.contains("Not looked at\n  cannot-look: "), "{}", ran.out);
    place.run(&[&["plan"], &broken[..]].concat()).exits(3);
    // found goes before skipped
    place.run(&["check", "--checks", "own", "--checks", "broken", "--only", "bad-name", "--only", "cannot-look"]).exits(2);
    place.write("dbharden.toml", "[[skip]]\ncheck = \"cannot-look\"\nreason = \"known\"\n");
    place.run(&[&["check"], &broken[..]].concat()).exits(0);
    place.write("dbharden.toml", "[[skip]]\ncheck = \"cannot-look\"\nreason = \"known\"\nuntil = \"2020-01-01\"\n");
    place.run(&[&["check"], &broken[..]].concat()).exits(3);
}

#[tokio::test]
async fn json_is_as_its_schema_says_and_the_same_twice() {
    let place = Place::new().await;
    let live = place.run(&["plan", "--dry-run", "--format", "json", "--checks", "own"]).exits(0).json();
    assert!(live["findings"].as_array().unwrap().iter().any(|f| f["check"] == "bad-name"));
    assert!(live["migrations"].as_array().unwrap().iter().any(|m| m["status"] == "planned"));
    place.snapshot("snapshot.json").await;
    let offline = ["check", "--snapshot", "snapshot.json", "--checks", "own", "--format", "json"];
    // no server needed
    let first = run_in(place.here.path(), &offline, &[]).exits(2);
    let second = run_in(place.here.path(), &offline, &[]).exits(2);
    assert_eq!(first.out, second.out);
    let value = first.json();
    assert_eq!(value["server"]["database"], "postgres");
    let markdown =
        run_in(place.here.path(), &["check", "--snapshot", "snapshot.json", "--checks", "own", "--format", "markdown"], &[]);
    assert!(markdown.exits(2).out.contains("| **bad-name** public.bad: the name is bad"));
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new().await;
    let mut child = command(place.here.path(), &["check", "--checks", "own", "--only", "bad-name"])
        .env("DATABASE_URL", place.url())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = Ran::from(child.wait_with_output().unwrap()).exits(2);
    assert_eq!(ran.err, "");
}

#[tokio::test]
async fn ctrl_c_and_sigterm_end_it() {
    use nix::sys::signal::{Signal, kill};
    let place = Place::new().await;
    place.check("slow", "slow", &BAD_NAME.replace("bad-name", "slow"), "select pg_catalog.pg_sleep(10)::text as object");
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let mut child =
            command(place.here.path(), &["check", "--checks", "slow"]).env("DATABASE_URL", place.url()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(700));
        kill(nix::unistd::Pid::from_raw(child.id() as i32), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code));
    }
}
