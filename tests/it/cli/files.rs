//! What is written, and what is not.

use std::fs;

use super::{BAD_NAME, BAD_NAME_SQL, Place, run_in};

const KEYS: [&str; 3] = ["plan", "--only", "unindexed-foreign-key"];

#[tokio::test]
async fn plan_writes_once_and_nothing_with_dry_run() {
    let place = Place::new().await;
    let out = place.here.path().join("generated-migrations");
    let ran = place.run(&[&KEYS[..], &["--dry-run"]].concat()).exits(0);
    assert!(ran.out.contains("Migrations that would be written to generated-migrations/"), "{}", ran.out);
    assert!(!out.exists());
    // check writes nothing either
    place.run(&["check"]);
    assert!(!out.exists());

    let ran = place.run(&KEYS).exits(0);
    assert!(ran.out.contains("Migrations written to generated-migrations/"), "{}", ran.out);
    let names = || {
        let mut names: Vec<_> = fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let first = names();
    assert_eq!(first.len(), 1);
    let ran = place.run(&KEYS).exits(0);
    assert!(ran.out.contains("Waiting to be applied in generated-migrations/"), "{}", ran.out);
    assert_eq!(names(), first);
    // the rest of the plan is not obsolete because another check was asked for
    place.check("own", "bad-name", BAD_NAME, BAD_NAME_SQL);
    let other = place.run(&["plan", "--checks", "own", "--only", "bad-name", "--format", "json"]).exits(0).json();
    assert_eq!(other["migrations"][0]["status"], "pending");
    let checked = place.run(&["check", "--only", "unindexed-foreign-key", "--format", "json"]).exits(2).json();
    assert_eq!(checked["findings"][0]["migration"], first[0].as_str());

    place.sql(&fs::read_to_string(out.join(&first[0]).join("up.sql")).unwrap().replace("CONCURRENTLY ", "")).await;
    let cured = place.run(&[&KEYS[..], &["--format", "json"]].concat()).exits(0).json();
    assert_eq!((&cured["summary"]["findings"], &cured["migrations"][0]["status"]), (&0.into(), &"applied".into()));
    let elsewhere = place.run(&[&KEYS[..], &["--out", "db/next", "--dry-run"]].concat()).exits(0);
    assert!(!elsewhere.out.contains("generated-migrations"));
}

#[tokio::test]
async fn checks_in_the_working_directory_are_found() {
    let place = Place::new().await;
    assert!(!place.run(&["explain", "--list"]).exits(0).out.contains("MY1"));
    place.check("checks", "bad-name", BAD_NAME, BAD_NAME_SQL);
    assert!(place.run(&["explain", "--list"]).exits(0).out.contains("MY1"));
    // named and found is once
    place.run(&["explain", "--list", "--checks", "checks"]).exits(0);
    // dbharden's own source is not a second set of checks
    run_in(std::path::Path::new(env!("CARGO_MANIFEST_DIR")), &["explain", "--list"], &[]).exits(0);
}

#[tokio::test]
async fn explain_gives_pages_and_reasons() {
    let place = Place::new().await;
    let page = place.run(&["explain", "my1", "--checks", "own"]).exits(0).out;
    assert!(page.contains("Table with a bad name") && page.contains("patience = 3 (integer)"), "{page}");
    let found = place.run(&["check", "--only", "unindexed-foreign-key", "--format", "json"]).exits(2).json();
    let fingerprint = found["findings"][0]["fingerprint"].as_str().unwrap();
    let reasons = place.run(&["explain", &fingerprint[..8]]).exits(0).out;
    for wanted in ["public.bad", "Evidence", "CREATE INDEX CONCURRENTLY", "[[ignore]]", "dbharden explain unindexed-foreign-key"]
    {
        assert!(reasons.contains(wanted), "{wanted}: {reasons}");
    }
    assert!(place.run(&["explain", "0123456789abcdef"]).exits(1).err.contains("there is no finding"));
}

#[test]
fn init_never_overwrites() {
    let here = tempfile::tempdir().unwrap();
    let ran = run_in(here.path(), &["init", "--ci", "github"], &[]).exits(0);
    assert!(ran.out.contains("dbharden.toml written") && ran.out.contains("next: "), "{}", ran.out);
    assert!(here.path().join(".github/workflows/dbharden.yml").is_file());
    fs::write(here.path().join("dbharden.toml"), "schemas = [\"app\"]\n").unwrap();
    let ran = run_in(here.path(), &["init"], &[]).exits(0);
    assert!(ran.out.contains("is there already"), "{}", ran.out);
    assert_eq!(fs::read_to_string(here.path().join("dbharden.toml")).unwrap(), "schemas = [\"app\"]\n");
    let ran = run_in(here.path(), &["init", "--ci", "gitlab", "--drift", "prisma/migrations"], &[]).exits(0);
    assert!(ran.out.contains("include it from .gitlab-ci.yml"), "{}", ran.out);
    let job = fs::read_to_string(here.path().join(".gitlab/dbharden.yml")).unwrap();
    assert!(job.contains("dbharden drift --desired prisma/migrations --format junit > drift.xml"), "{job}");
    run_in(here.path(), &["init", "--drift", "prisma/migrations"], &[]).exits(1);
    fs::remove_file(here.path().join(".github/workflows/dbharden.yml")).unwrap();
    run_in(here.path(), &["init", "--ci", "github", "--lint", "db/migrations"], &[]).exits(0);
    let job = fs::read_to_string(here.path().join(".github/workflows/dbharden.yml")).unwrap();
    assert!(job.contains("          dbharden lint db/migrations --format github\n"), "{job}");
}
