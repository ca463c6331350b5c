//! `dbharden drift` as its users run it: folders with ledgers, verdicts, and migrations that end the drift and lose no row.

use std::fs;
use std::path::{Path, PathBuf};

use dbharden::sandbox::Sandbox;
use serde_json::Value;
use sqlx::ConnectOptions;
use tempfile::{TempDir, tempdir};

use crate::support::{self, dbharden, number, psql_file, run, start};

mod endings;
mod random;

const INIT: &str = r#"
CREATE TYPE "Status" AS ENUM ('ACTIVE', 'GONE');
CREATE TABLE "User" ("id" SERIAL NOT NULL, "email" TEXT NOT NULL, "status" "Status" NOT NULL DEFAULT 'ACTIVE', CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
"#;
const POSTS: &str = r#"
CREATE TABLE "Post" ("id" SERIAL NOT NULL, "userId" INTEGER NOT NULL, "title" VARCHAR(200), CONSTRAINT "Post_pkey" PRIMARY KEY ("id"));
ALTER TABLE "Post" ADD CONSTRAINT "Post_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
"#;
const PENDING: &str = r#"CREATE TABLE "Later" ("id" SERIAL NOT NULL, CONSTRAINT "Later_pkey" PRIMARY KEY ("id"));"#;

/// What Prisma makes for its own use.
const LEDGER: &str = r#"
CREATE TABLE _prisma_migrations (id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz,
    migration_name varchar(255) not null, logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0);
"#;

/// A database as Prisma deployed it, with rows, and the folder of its migrations: two applied, one pending.
struct Shop {
    sandbox: Sandbox,
    directory: TempDir,
}

impl Shop {
    async fn open() -> Self {
        let shop = Self { sandbox: start(&[]).await, directory: tempdir().unwrap() };
        fs::create_dir_all(shop.folder()).unwrap();
        fs::write(shop.folder().join("migration_lock.toml"), "provider = \"postgresql\"\n").unwrap();
        shop.run(LEDGER).await;
        for (name, sql) in [("20240101000000_init", INIT), ("20240102000000_posts", POSTS)] {
            shop.write(name, sql);
            shop.run(sql).await;
            shop.applied(name).await;
        }
        shop.write("20240103000000_later", PENDING);
        shop.run(r#"INSERT INTO "User" ("email") SELECT 'user' || n FROM generate_series(1, 50) n"#).await;
        shop.run(r#"INSERT INTO "Post" ("userId", "title") SELECT n, 'post' FROM generate_series(1, 50) n"#).await;
        shop
    }

    fn folder(&self) -> PathBuf {
        self.directory.path().join("prisma/migrations")
    }

    fn write(&self, name: &str, sql: &str) {
        fs::create_dir_all(self.folder().join(name)).unwrap();
        fs::write(self.folder().join(name).join("migration.sql"), sql).unwrap();
    }

    async fn run(&self, sql: &str) {
        run(&mut support::connect(&self.sandbox).await, sql).await;
    }

    async fn number(&self, sql: &str) -> i64 {
        number(&mut support::connect(&self.sandbox).await, sql).await
    }

    async fn applied(&self, name: &str) {
        let sql = format!(
            "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
             VALUES (md5('{name}'), encode(sha256(convert_to('{name}', 'UTF8')), 'hex'), now(), '{name}', 1)"
        );
        self.run(&sql).await;
    }

    /// Exit code and JSON of `dbharden drift --desired prisma/migrations`.
    fn drift(&self, more: &[&str]) -> (i32, Value) {
        let url = self.sandbox.url("postgres");
        let mut arguments = vec!["drift", &url, "--desired", "prisma/migrations", "--format", "json"];
        arguments.extend(more);
        let mut command = dbharden(self.directory.path(), &arguments);
        let output = command.env("XDG_CACHE_HOME", self.directory.path().join("cache")).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let json =
            serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code().unwrap(), json)
    }

    fn psql(&self, file: &Path) {
        psql_file(&self.sandbox, "postgres", file).unwrap();
    }
}

fn objects(json: &Value) -> Vec<String> {
    let of = |f: &Value| f["object"].as_str().unwrap().to_owned();
    json["findings"].as_array().unwrap().iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_wrote_into_a_file_is_no_drift() {
    let shop = Shop::open().await;
    shop.run(r#"CREATE ROLE reporting; GRANT SELECT ON "User" TO reporting; CREATE ROLE dba; ALTER TABLE "Post" OWNER TO dba"#)
        .await;
    let (code, json) = shop.drift(&[]);
    assert_eq!((code, objects(&json)), (0, vec![]), "{json:#}");
    assert_eq!(json["desired"]["pending"].as_array().unwrap().len(), 1);
    assert_eq!(json["desired"]["last_applied"], "20240102000000_posts");
    assert!(
        json["summary"]["owners_not_compared"].as_i64().unwrap() > 0
            && json["summary"]["grants_not_compared"].as_i64().unwrap() > 0
    );
    let (code, json) = shop.drift(&[]);
    assert!(code == 0 && json["desired"]["cached"] == true, "{json:#}");
    let (code, json) = shop.drift(&["--grants"]);
    assert!(code == 2 && objects(&json).contains(&"public.\"User\"".to_owned()), "{json:#}");
    let (code, json) = shop.drift(&["--all-files"]);
    assert!(code == 2 && objects(&json).contains(&"public.\"Later\"".to_owned()), "{json:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_seen_is_not_clean() {
    let shop = Shop::open().await;
    let mut blocker = shop.sandbox.connect_options("postgres").connect().await.unwrap();
    run(&mut blocker, r#"BEGIN; LOCK TABLE "Post" IN ACCESS EXCLUSIVE MODE"#).await;
    let (code, json) = shop.drift(&[]);
    assert_eq!(code, 3, "{json:#}");
    assert!(json["skipped"].as_array().unwrap().iter().any(|s| s["object"] == "public.\"Post\""), "{json:#}");
    run(&mut blocker, "ROLLBACK").await;
    shop.write("20240101500000_extension", "CREATE EXTENSION no_such_extension;");
    shop.applied("20240101500000_extension").await;
    let (code, json) = shop.drift(&[]);
    assert_eq!(code, 3, "{json:#}");
    assert!(json["skipped"].to_string().contains("no_such_extension"), "{json:#}");
    // applied, and the file is gone
    fs::remove_dir_all(shop.folder().join("20240101500000_extension")).unwrap();
    let (code, json) = shop.drift(&[]);
    assert!(code == 3 && json["desired"]["missing"][0] == "20240101500000_extension", "{json:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lent_database_serves_and_is_empty_again() {
    let shop = Shop::open().await;
    shop.sandbox.create_database("lent").await.unwrap();
    let lent = shop.sandbox.url("lent");
    for _ in 0..2 {
        let (code, json) = shop.drift(&["--shadow-url", &lent, "--no-cache"]);
        assert_eq!((code, objects(&json)), (0, vec![]), "{json:#}");
    }
    let url = shop.sandbox.url("postgres");
    let taken = ["drift", &url, "--desired", "prisma/migrations", "--no-cache", "--shadow-url", &url];
    let output = dbharden(shop.directory.path(), &taken).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the shadow database is not empty"));
    assert_eq!(shop.number(r#"SELECT count(*) FROM "Post""#).await, 50);
}
