//! Approvals: bound to the statements, by file and by git, given and refused in scripts and on a terminal.

use std::fs;
use std::process::Command;

use super::Place;
use crate::support::{folders, run};

const NAME: &str = "20260101000000_t";

async fn place() -> Place {
    let place = Place::new("").await;
    place.write(NAME, "create table t (id int);\n", "drop table t;\n");
    place
}

fn git(place: &Place, arguments: &[&str]) {
    let output = Command::new("git").args(arguments).current_dir(place.here()).env("HOME", place.here()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approval_in_the_file_holds_for_the_statements_and_for_nothing_else() {
    let mut place = place().await;
    assert_eq!(place.run(&["review", "--check"]).code, 2);
    place.run(&["review", "--approve", "no_such", "--reason", "x"]).bad(&["no migration is called no_such"]);
    assert_eq!(place.run(&["review", "--approve", NAME]).code, 1, "a reason is needed");
    place.run(&["review", "--approve", NAME, "--reason", "it is needed"]).good();
    let file = fs::read_to_string(place.here().join("generated-migrations/reviews.toml")).unwrap();
    assert!(file.contains(NAME) && file.contains("it is needed") && file.contains("hash = "), "{file}");
    assert_eq!(place.run(&["review", "--check"]).code, 0);

    place.write(NAME, "-- a comment\ncreate table t\n  (id int);\n", "drop table t;\n");
    assert_eq!(place.run(&["review", "--check"]).code, 0, "white space is no change");
    place.write(NAME, "create table t (id bigint);\n", "drop table t;\n");
    assert_eq!(place.run(&["review", "--check"]).code, 2);
    place.run(&["apply", "--yes"]).bad(&["its statements were changed after"]);
    place.write(NAME, "create table t (id int);\n", "drop table t cascade;\n");
    assert_eq!(place.run(&["review", "--check"]).code, 2, "the undo is approved, too");
    place.write(NAME, "create table t (id int);\n", "drop table t;\n");
    place.run(&["apply", "--yes"]).good();
    assert_eq!(place.number("select count(*) from dbharden.run where approval is not null").await, 1);
    let list = place.run(&["review", "--list", "--format", "json"]).good().json();
    assert_eq!(list["migrations"][0]["verdict"], "approved");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_on_the_protected_branch_is_approved() {
    let place = place().await;
    git(&place, &["init", "-q", "-b", "main"]);
    // before the first commit nothing is approved, and the rest can be said
    let status = place.run(&["status"]);
    assert_eq!(status.code, 2, "{}{}", status.out, status.err);
    assert!(status.out.contains("no branch whose files are approved"), "{}", status.out);
    git(&place, &["config", "user.email", "ada@example.org"]);
    git(&place, &["config", "user.name", "Ada"]);
    place.run(&["apply", "--yes"]).bad(&["no branch whose files are approved", "[review] branch"]);
    git(&place, &["commit", "-q", "--allow-empty", "-m", "begin"]);
    place.run(&["apply", "--yes"]).bad(&["it is not on main", "merge them into main"]);
    place.run(&["review", "--approve", NAME, "--reason", "x"]).bad(&["the pull request is the review"]);
    git(&place, &["checkout", "-q", "-b", "work"]);
    git(&place, &["add", "generated-migrations"]);
    git(&place, &["commit", "-q", "-m", "a migration"]);
    assert_eq!(place.run(&["review", "--check"]).code, 2, "a branch of one's own approves nothing");
    git(&place, &["checkout", "-q", "main"]);
    git(&place, &["merge", "-q", "work"]);
    assert_eq!(place.run(&["review", "--check"]).code, 0);
    place.write(NAME, "create table other (id int);\n", "drop table t;\n");
    place.run(&["apply", "--yes"]).bad(&["main has other statements of it"]);
    place.write(NAME, "create  table t (id int); -- why\n", "drop table t;\n");
    place.run(&["apply", "--yes"]).good();
    assert!(place.run(&["status"]).out.contains("approved by main at"));
    fs::write(place.here().join("dbharden.toml"), "[review]\nby = \"git\"\nbranch = \"release\"\n").unwrap();
    place.run(&["review", "--list"]).bad(&["release is none of this repository"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejection_becomes_a_waiver_and_is_not_run() {
    let mut place =
        Place::new("create table p (id int primary key); create table c (id int primary key, p_id int references p)").await;
    place.run(&["plan", "--all"]).good();
    let name = folders(place.here())[0].file_name().unwrap().to_string_lossy().into_owned();
    place.run(&["review", "--reject", &name, "--reason", "p never loses \"rows\""]).good();
    let config = fs::read_to_string(place.here().join("dbharden.toml")).unwrap();
    assert!(config.contains("[[ignore]]") && config.contains("unindexed-foreign-key"), "{config}");
    place.run(&["apply", "--yes", "--allow-unreviewed"]).bad(&["was rejected", "p never loses"]);
    assert_eq!(place.run(&["review", "--check"]).code, 0);
    let plan = place.run(&["plan", "--all", "--format", "json"]).json();
    assert_eq!(plan["findings"].as_array().unwrap().len(), 0, "{plan}");
    run(&mut place.connection, "select 1").await;
}

/// The walk needs a terminal: util-linux's `script` gives it one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_walk_shows_everything_and_takes_one_key_a_migration() {
    let place = Place::new("create table t (id int)").await;
    place.write("1_a", "alter table t add column a text default 'x';\n", "alter table t drop column a;\n");
    place.write("2_b", "create index concurrently t_id on t (id);\n", "");
    place.write("3_c", "alter table t add column c int;\n", "");
    let program = env!("CARGO_BIN_EXE_dbharden");
    let command = format!("{program} review '{}'", place.sandbox.url("postgres"));
    let mut script = Command::new("script");
    script
        .args(["-qec", &command, "/dev/null"])
        .current_dir(place.here())
        .env("HOME", place.here())
        .env("EDITOR", "sed -i s/id/id,id/");
    let Ok(mut child) = script.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn() else { return };
    {
        use std::io::Write;
        let mut keys = child.stdin.take().unwrap();
        for key in ["a", "looks right\n", "e", "s", "q"] {
            std::thread::sleep(std::time::Duration::from_millis(2_500));
            keys.write_all(key.as_bytes()).unwrap();
            keys.flush().unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(1_500));
    }
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    for words in ["1/3 1_a", "+", "a text DEFAULT", "t_id", "id,id", "1 approved, 0 rejected, 2 left", "reviews.toml"] {
        assert!(console::strip_ansi_codes(&shown).contains(words), "{words:?}: {shown}");
    }
    let list = place.run(&["review", "--list", "--format", "json"]).json();
    assert_eq!((&list["approved"], &list["unapproved"]), (&1.into(), &2.into()), "{list}");
}
