//! The directory of migrations: nothing half, nothing twice, nothing overwritten.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tempfile::tempdir;

use crate::support::{connect, dbharden, folders, plan, psql_file, run, start};

/// Names of the migrations of a status.
fn of<'j>(json: &'j Value, status: &str) -> Vec<&'j str> {
    json["migrations"].as_array().unwrap().iter().filter(|m| m["status"] == status).filter_map(|m| m["name"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_through_its_life() {
    let sandbox = start(&[]).await;
    let connection = &mut connect(&sandbox).await;
    run(
        connection,
        "create table p (id int primary key); create table a (p_id int references p); create table b (p_id int references p)",
    )
    .await;
    let (directory, url) = (tempdir().unwrap(), sandbox.url("postgres"));
    let (first, _) = plan(directory.path(), &url, &[]);
    assert_eq!(of(&first, "written").len(), 2);
    let bytes = || -> Vec<(String, Vec<u8>)> {
        let files = folders(directory.path()).into_iter().flat_map(|f| ["up.sql", "down.sql", "plan.toml"].map(|n| f.join(n)));
        files.map(|f| (f.display().to_string(), fs::read(f).unwrap())).collect()
    };
    let before = bytes();
    let (second, code) = plan(directory.path(), &url, &[]);
    assert_eq!((of(&second, "written").len(), of(&second, "pending").len(), code), (0, 2, 0));
    assert!(
        second["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["check"] == "unindexed-foreign-key")
            .all(|f| f["migration"].is_string())
    );
    assert_eq!(bytes(), before);

    // edited
    let up = folders(directory.path())[0].join("up.sql");
    let text = fs::read_to_string(&up).unwrap();
    fs::write(&up, format!("{text}-- mine\n")).unwrap();
    let (json, _) = plan(directory.path(), &url, &[]);
    let edited: Vec<&Value> = json["migrations"].as_array().unwrap().iter().filter(|m| m["edited"] == true).collect();
    assert_eq!(edited.len(), 1, "{json}");
    let table = dbharden(directory.path(), &["plan", &url]).output().unwrap();
    assert!(String::from_utf8_lossy(&table.stdout).contains("edited by hand"));

    // applied: not proposed again; dropped table: obsolete
    psql_file(&sandbox, "postgres", &folders(directory.path())[0].join("up.sql")).unwrap();
    let left = if fs::read_to_string(&up).unwrap().contains("public.a ") { "b" } else { "a" };
    run(connection, &format!("drop table {left}")).await;
    let (json, _) = plan(directory.path(), &url, &[]);
    assert_eq!((of(&json, "applied").len(), of(&json, "obsolete").len(), of(&json, "written").len()), (1, 1, 0), "{json}");

    // half a plan.toml, and one of the future
    let toml = folders(directory.path())[1].join("plan.toml");
    let whole = fs::read_to_string(&toml).unwrap();
    for (written, word) in
        [(whole[..whole.len() / 2].to_owned(), "not whole"), (whole.replace("format = 1", "format = 2"), "later")]
    {
        fs::write(&toml, written).unwrap();
        let output = dbharden(directory.path(), &["plan", &url]).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(["plan.toml", "to do:", word].iter().all(|w| error.contains(w)), "{error}");
    }
    fs::write(&toml, whole).unwrap();

    // what killed runs left: ignored, and swept once it is old
    let leave = |name: &str| {
        let staging = directory.path().join("generated-migrations").join(name);
        fs::create_dir(&staging).unwrap();
        fs::copy(&toml, staging.join("plan.toml")).unwrap();
        staging
    };
    let (fresh, old) = (leave(".dbharden-fresh"), leave(".dbharden-old"));
    let hour_ago = std::time::SystemTime::now() - Duration::from_secs(3_600);
    fs::File::open(&old).unwrap().set_modified(hour_ago).unwrap();
    let (json, code) = plan(directory.path(), &url, &[]);
    assert_eq!((json["migrations"].as_array().unwrap().len(), code), (2, 0), "{json}");
    assert!(fresh.exists() && !old.exists());
    // the same migration twice, from two branches
    let copy = directory.path().join("generated-migrations/20990101000000_copy");
    fs::create_dir(&copy).unwrap();
    for file in ["up.sql", "down.sql", "plan.toml"] {
        fs::copy(
            folders(directory.path()).iter().find(|p| !p.to_string_lossy().contains(".dbharden")).unwrap().join(file),
            copy.join(file),
        )
        .unwrap();
    }
    let (json, _) = plan(directory.path(), &url, &[]);
    assert!(of(&json, "obsolete").contains(&"20990101000000_copy"), "{json}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_that_cannot_be_written_is_a_sentence() {
    let sandbox = start(&[]).await;
    run(&mut connect(&sandbox).await, "create table p (id int primary key); create table a (p_id int references p)").await;
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("file"), "").unwrap();
    // root may write anywhere but into the system's own tree
    for out in ["/proc/dbharden", "file/below"] {
        let output = dbharden(directory.path(), &["plan", "--out", out, &sandbox.url("postgres")]).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && error.contains("cannot write") && error.contains(out), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_killed_while_writing_leaves_whole_folders_or_none() {
    let sandbox = start(&[]).await;
    run(
        &mut connect(&sandbox).await,
        "create table p (id int primary key);
         do $$ begin for n in 1..400 loop execute format('create table t%s (p_id int references p)', n); end loop; end $$",
    )
    .await;
    let (directory, url) = (tempdir().unwrap(), sandbox.url("postgres"));
    let mut torn = 0;
    for pause in [0u64, 1, 3, 7, 15, 30] {
        let mut child = dbharden(directory.path(), &["plan", "--all", &url]).stdout(Stdio::null()).spawn().unwrap();
        let (seen, out) = (folders(directory.path()).len(), directory.path().join("generated-migrations"));
        while child.try_wait().unwrap().is_none() && fs::read_dir(&out).map_or(0, Iterator::count) <= seen {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(pause));
        torn += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        for folder in folders(directory.path()).iter().filter(|p| !p.to_string_lossy().contains("/.dbharden-")) {
            assert!(["up.sql", "down.sql", "plan.toml"].iter().all(|f| folder.join(f).is_file()), "{folder:?}");
        }
    }
    println!("killed {torn} times while writing");
    let (json, code) = plan(directory.path(), &url, &[]);
    assert_eq!((code, of(&json, "pending").len() + of(&json, "written").len()), (0, 400));
    assert!(json["migrations"].as_array().unwrap().iter().all(|m| m["edited"] == false));
}
