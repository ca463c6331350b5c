//! `apply`, `status`, `review`, `verify` against real servers: what runs, what is refused, what an interruption leaves.

mod backfill;
mod concurrent;
mod kill;
mod load;
mod lock;
mod plain;
mod refused;
mod review;
mod verify;

use std::fs;
use std::path::Path;
use std::process::{Child, Output, Stdio};
use std::time::Duration;

use dbharden::sandbox::Sandbox;
use serde_json::Value;
use sqlx::PgConnection;
use tempfile::{TempDir, tempdir};

use crate::support::{close_public, connect, dbharden, number, run, start};

/// A server, a connection to it, and a directory with migrations.
pub struct Place {
    pub sandbox: Sandbox,
    pub connection: PgConnection,
    pub directory: TempDir,
}

/// What a command came to.
pub struct Ran {
    pub out: String,
    pub err: String,
    pub code: i32,
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: output.status.code().unwrap_or(-1),
        }
    }

    /// What it printed, which is as `docs/*.schema.json` says.
    pub fn json(&self) -> Value {
        let json: Value = serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err));
        let schemas = [
            include_str!("../../docs/apply.schema.json"),
            include_str!("../../docs/status.schema.json"),
            include_str!("../../docs/review.schema.json"),
            include_str!("../../docs/verify.schema.json"),
            include_str!("../../docs/findings.schema.json"),
        ];
        let fits = |schema: &str| jsonschema::is_valid(&serde_json::from_str(schema).unwrap(), &json);
        assert!(schemas.iter().any(|s| fits(s)), "no schema describes {json}");
        json
    }

    pub fn good(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }

    /// It was refused or stopped, and said all of this.
    pub fn bad(self, said: &[&str]) -> Self {
        assert_eq!(self.code, 1, "{}{}", self.out, self.err);
        let all = format!("{}{}", self.out, self.err).split_whitespace().collect::<Vec<_>>().join(" ");
        for words in said {
            assert!(all.contains(words), "{words:?} is not said: {all}");
        }
        self
    }
}

impl Place {
    pub async fn new(sql: &str) -> Self {
        Self::with(&[], sql).await
    }

    pub async fn with(settings: &[(&str, &str)], sql: &str) -> Self {
        let sandbox = start(settings).await;
        close_public(&sandbox, "postgres").await;
        let mut connection = connect(&sandbox).await;
        if !sql.is_empty() {
            run(&mut connection, sql).await;
        }
        Self { sandbox, connection, directory: tempdir().unwrap() }
    }

    pub fn here(&self) -> &Path {
        self.directory.path()
    }

    pub fn file(&self, migration: &str, file: &str) -> std::path::PathBuf {
        self.here().join("generated-migrations").join(migration).join(file)
    }

    /// Writes a migration; without `down` there is no down.sql.
    pub fn write(&self, name: &str, up: &str, down: &str) {
        fs::create_dir_all(self.file(name, "")).unwrap();
        fs::write(self.file(name, "up.sql"), up).unwrap();
        if !down.is_empty() {
            fs::write(self.file(name, "down.sql"), down).unwrap();
        }
    }

    /// The program with these arguments and the database in its environment, not started.
    pub fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = dbharden(self.here(), arguments);
        command.env("DATABASE_URL", self.sandbox.url("postgres")).env("HOME", self.here()).stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().unwrap())
    }

    /// `apply --yes --allow-unreviewed`: reviews have their own tests.
    pub fn apply(&self, more: &[&str]) -> Ran {
        self.run(&[&["apply", "--yes", "--allow-unreviewed"], more].concat())
    }

    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// `apply` in the background.
    pub fn start_apply(&self) -> Child {
        self.start(&["apply", "--yes", "--allow-unreviewed", "--wait", "20"])
    }

    pub async fn sql(&mut self, sql: &str) {
        run(&mut self.connection, sql).await;
    }

    pub async fn number(&mut self, sql: &str) -> i64 {
        number(&mut self.connection, sql).await
    }

    /// Waits until the count is positive.
    pub async fn until(&mut self, sql: &str) {
        for _ in 0..1_000 {
            if self.number(sql).await > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it never came: {sql}");
    }
}

pub fn ended(child: Child) -> Ran {
    Ran::of(&child.wait_with_output().unwrap())
}
