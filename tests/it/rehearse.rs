//! `dbharden rehearse` as CI runs it: a saved snapshot with pseudonyms, pending migrations, an exit code.

mod ledgers;
mod locks;
mod undo;

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::{TempDir, tempdir};
use tokio::sync::OnceCell;

use crate::support::{close_public, dbharden, psql_file, start};

/// A saved snapshot of the shop.
static SHOP: OnceCell<TempDir> = OnceCell::const_new();

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rehearse").join(file)
}

async fn shop() -> PathBuf {
    let make = || async {
        let directory = tempdir().unwrap();
        let sandbox = start(&[]).await;
        close_public(&sandbox, "postgres").await;
        psql_file(&sandbox, "postgres", &here("shop.sql")).unwrap();
        save(&sandbox.url("postgres"), directory.path());
        directory
    };
    SHOP.get_or_init(make).await.path().join("prod.snapshot")
}

/// `dbharden snapshot URL -o prod.snapshot`.
fn save(url: &str, directory: &Path) {
    let output = dbharden(directory, &["snapshot", url, "-o", "prod.snapshot"]).output().unwrap();
    // 3: no pg_stat_statements
    assert!(output.status.code() != Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Rehearses a script against the shop.
async fn script(sql: &str, workload: &Path, more: &[&str]) -> Ran {
    let snapshot = shop().await;
    let directory = tempdir().unwrap();
    std::fs::write(directory.path().join("next.sql"), sql).unwrap();
    let mut arguments = vec!["rehearse", "--snapshot", snapshot.to_str().unwrap(), "--migrations", "next.sql"];
    arguments.extend(["--workload", workload.to_str().unwrap()]);
    arguments.extend(more);
    dbharden(directory.path(), &arguments).output().unwrap().into()
}

async fn json(sql: &str) -> (i32, Value) {
    script(sql, &here("workload.sql"), &["--format", "json"]).await.json()
}

/// What a run came to.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    /// Exit code and output, which is as the schema says.
    fn json(self) -> (i32, Value) {
        let json: Value = serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err));
        let schema: Value = serde_json::from_str(include_str!("../../docs/rehearse.schema.json")).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{}", self.out);
        (self.code, json)
    }
}

/// Of each regression: what becomes of which statement, and why.
fn regressions(json: &Value) -> Vec<(&str, &str, Vec<&str>)> {
    json["regressions"].as_array().unwrap().iter().map(regression).collect()
}

fn regression(one: &Value) -> (&str, &str, Vec<&str>) {
    let causes = one["causes"].as_array().unwrap().iter().map(|c| c["what"].as_str().unwrap()).collect();
    (one["change"].as_str().unwrap(), one["text"].as_str().unwrap(), causes)
}

const EVENTS: &str = "select * from event where account_id = $1";
const BY_MAIL: &str = "select name from account where email = $1";
const COUNTED: &str =
    "select a.name, count(*) from account a join event e on e.account_id = a.id where a.id = $1 group by a.name";
const OF_TEAM: &str = "select id, email from account where team_id = $1 order by id";
const RENAMED: &str = "update account set name = $1 where id = $2";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_statements_need_and_one_that_helps() {
    let sql = "drop index event_account; create index concurrently event_kind on event (kind, at);";
    let (code, one) = json(sql).await;
    assert_eq!(code, 2, "{one:#}");
    let cause = vec!["index public.event_account is gone"];
    assert_eq!(regressions(&one), [("dearer", EVENTS, cause.clone()), ("dearer", COUNTED, cause)], "{one:#}");
    let worst = &one["regressions"][0];
    assert!(worst["plan_before"][0].as_str().unwrap().starts_with("Bitmap Heap Scan on event"), "{worst:#}");
    assert!(worst["plan_after"][0].as_str().unwrap().starts_with("Seq Scan on event"), "{worst:#}");
    assert!(worst["causes"][0]["migration"] == "next.sql" && worst["role"] == "app", "{worst:#}");
    assert_eq!((&one["summary"]["cheaper"], &one["notes"], &one["skipped"]), (&1.into(), &empty(), &empty()), "{one:#}");

    let again = script(sql, &here("workload.sql"), &["--format", "json"]).await;
    assert_eq!(serde_json::from_str::<Value>(&again.out).unwrap(), one, "another run says something else");
    let high = script(sql, &here("workload.sql"), &["--min-rise", "1000"]).await;
    assert_eq!(high.code, 0, "{}", high.out);
    let github = script(sql, &here("workload.sql"), &["--format", "github"]).await;
    assert!(github.code == 2 && github.out.contains("::error title=85.8 x%3A statement"), "{}", github.out);
    assert!(github.out.contains(",file=next.sql,line=1::"), "{}", github.out);
}

fn empty() -> Value {
    Value::Array(Vec::new())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_of_another_type() {
    let (code, json) = json(
        "alter table event drop constraint event_account_id_fkey;
         alter table account alter column id type text using id::text;",
    )
    .await;
    assert_eq!(code, 2, "{json:#}");
    let cause = vec!["column public.account.id is text now, it was bigint"];
    // a client that sends a bigint is refused, one that sends a text is not; the index serves as before
    assert_eq!(regressions(&json), [("fails", COUNTED, cause.clone()), ("fails_typed", RENAMED, cause)], "{json:#}");
    assert_eq!(json["regressions"][0]["error"], "operator does not exist: bigint = text", "{json:#}");
    assert_eq!(json["regressions"][1]["error"], "operator does not exist: text = bigint", "{json:#}");
    assert!(json["regressions"][1]["plan_after"][1].as_str().unwrap().contains("account_pkey"), "{json:#}");
    assert!(json["notes"][0].as_str().unwrap().contains("assumed to hold the same values"), "{json:#}");
    // wider, and read by the same operators
    let (code, json) =
        self::json("alter table member alter team_id type bigint; alter table account alter team_id type bigint").await;
    assert_eq!(code, 0, "{json:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_binds_the_role_that_sends_the_statement() {
    let sql = "alter table account enable row level security;
        create policy own_team on account to app using (team_id in (
            select m.team_id from member m where m.login = current_setting('app.login')));";
    let (code, json) = json(sql).await;
    assert_eq!(code, 2, "{json:#}");
    let causes = vec!["policy own_team of public.account is new", "row-level security of public.account is on now"];
    let found = regressions(&json);
    for text in [BY_MAIL, OF_TEAM, COUNTED, RENAMED] {
        assert!(found.contains(&("dearer", text, causes.clone())), "{text}: {json:#}");
    }
    assert!(json["regressions"].to_string().contains("using member_login on member"), "{json:#}");
    // the same, sent by nobody knows whom, and by the owner, whom no policy binds
    let directory = tempdir().unwrap();
    let workload = std::fs::read_to_string(here("workload.sql")).unwrap();
    for (role, code, said) in [("", 2, "not known"), (" role: postgres", 0, "")] {
        let file = directory.path().join("workload.sql");
        std::fs::write(&file, workload.replace(" role: app", role)).unwrap();
        let (found, json) = script(sql, &file, &["--format", "json"]).await.json();
        assert_eq!(found, code, "{json:#}");
        assert!(json["regressions"].as_array().unwrap().iter().all(|r| r["role"] == said), "{json:#}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_are_gone_and_names_that_moved() {
    let (code, json) = json("alter table account rename to customer").await;
    assert_eq!(code, 2, "{json:#}");
    let found = regressions(&json);
    assert_eq!(found.len(), 4, "{json:#}");
    assert!(found.iter().all(|r| r.0 == "fails" && r.2 == ["public.account is public.customer now"]), "{json:#}");
    assert_eq!(json["regressions"][0]["error"], "relation \"account\" does not exist", "{json:#}");
    // all that is behind the view is as large as before, and its indexes serve
    let (code, json) = self::json(
        "alter table account rename to customer;
         alter table customer rename email to mail;
         alter index account_email rename to customer_mail;
         create view account as select id, team_id, name, mail as email from customer;
         grant select, update on account to app;",
    )
    .await;
    assert_eq!((code, &json["summary"]["planned"], &json["summary"]["cheaper"]), (0, &7.into(), &0.into()), "{json:#}");
    let (code, json) = self::json("alter table event drop column kind; revoke select on account from app").await;
    let found = regressions(&json);
    assert_eq!((code, found.len()), (2, 6), "{json:#}");
    let because = |cause: &str| found.iter().filter(|r| r.2 == [cause]).count();
    let (kind, rights) = ("column public.event.kind is gone", "privileges on public.account have changed");
    assert_eq!((because(kind), because(rights)), (2, 4), "{json:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_takes_the_place_of_another() {
    let (code, json) = json(
        "alter table event rename to event_old;
         create table event (id bigint primary key, account_id bigint not null, kind text not null, at timestamptz not null);
         insert into event select * from event_old;
         drop table event_old cascade;
         grant select, insert on event to app;",
    )
    .await;
    assert_eq!(code, 2, "{json:#}");
    assert!(json["notes"][0].as_str().unwrap().contains("assumed to hold the rows of the one that is gone"), "{json:#}");
    let found = regressions(&json);
    assert!(found.iter().any(|r| r.1 == EVENTS && r.2.contains(&"public.event is another table now")), "{json:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_fails_and_a_statement_that_cannot_be_planned() {
    let ran = script("create table x (id int);\n\nalter table account add column email text;", &here("workload.sql"), &[]).await;
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    let said =
        "next.sql:3: alter table account add column email text failed: column \"email\" of relation \"account\" already exists";
    assert!(ran.err.contains(said), "{}", ran.err);

    let directory = tempdir().unwrap();
    let workload = directory.path().join("workload.sql");
    std::fs::write(&workload, "select 1 from account where id = $1; select * from dropped_long_ago").unwrap();
    let ran = script("create table x (id int)", &workload, &["--format", "json"]).await;
    let (code, json) = ran.json();
    assert_eq!((code, &json["skipped"][0]["what"]), (3, &"select * from dropped_long_ago".into()), "{json:#}");
    let config = directory.path().join("dbharden.toml");
    std::fs::write(&config, "[[skip]]\ncheck = \"rehearse\"\nreason = \"known\"\n").unwrap();
    let ran = script("create table x (id int)", &workload, &["--config", config.to_str().unwrap()]).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("(acknowledged)"), "{}", ran.out);
}

/// Every kind of statistics, partitions, expressions, views: what is not touched, or renamed and renamed back, is planned as before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_touched_stays_as_it_is() {
    let twin = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/twin");
    let directory = tempdir().unwrap();
    let sandbox = start(&[("random_page_cost", "1.7")]).await;
    psql_file(&sandbox, "postgres", &twin.join("database.sql")).unwrap();
    save(&sandbox.url("postgres"), directory.path());
    let workload = twin.join("statements.sql");
    let rehearse = |sql: &str, rise: &str| {
        std::fs::write(directory.path().join("next.sql"), sql).unwrap();
        let arguments =
            ["rehearse", "--snapshot", "prod.snapshot", "--migrations", "next.sql", "--format", "json", "--min-rise", rise];
        let workload = ["--workload", workload.to_str().unwrap()];
        Ran::from(dbharden(directory.path(), &[&arguments[..], &workload].concat()).output().unwrap()).json()
    };
    let renames = "create table other (id int);
        alter table event rename to e; alter table e rename column kind to k; alter index event_kind_at_idx rename to i;
        alter table account rename column email to mail; alter table reading_1 rename to r;
        alter table e rename column k to kind; alter table e rename to event; alter index i rename to event_kind_at_idx;
        alter table account rename column mail to email; alter table r rename to reading_1;";
    let (code, json) = rehearse(renames, "1.0");
    assert_eq!((code, &json["summary"]["planned"]), (0, &31.into()), "{json:#}");
    assert_eq!((&json["summary"]["cheaper"], &json["notes"]), (&0.into(), &empty()), "{json:#}");
    // indexes made anew are as large as those that were there
    let again = "drop index event_kind_at_idx, event_account_id_amount_idx, account_lower_idx, account_state_idx;
        create index event_kind_at_idx on event (kind, at);
        create index event_account_id_amount_idx on event (account_id) include (amount);
        create index account_lower_idx on account (lower(email));
        create index account_state_idx on account (state) where state <> 'new';";
    let (code, json) = rehearse(again, "1.05");
    assert_eq!((code, &json["summary"]["cheaper"]), (0, &0.into()), "{json:#}");
}
