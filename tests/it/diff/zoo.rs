//! The zoo: every kind of object with every option, under names nobody would choose, hanging together in awkward ways. Its baseline makes
//! it again; its dump is the same; and it can be taken apart.

use std::path::Path;
use std::process::Command;

use dbharden::drift::baseline::{self, Place};
use dbharden::migration::layout::Layout;
use dbharden::sandbox::Sandbox;
use dbharden::snapshot::objects::{Id, Kind, Objects};

use super::support::{apply, connection, left, objects, steps, text};
use crate::support::{psql_file, start};

const HALLS: [(u32, &str); 5] = [(13, "zoo.sql"), (14, "zoo_14.sql"), (15, "zoo_15.sql"), (17, "zoo_17.sql"), (18, "zoo_18.sql")];

async fn open(sandbox: &Sandbox, name: &str) {
    sandbox.create_database(name).await.unwrap();
    for (since, file) in HALLS {
        if since <= sandbox.major() {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff").join(file);
            psql_file(sandbox, name, &path).unwrap();
        }
    }
}

/// The dump's statements without regard to their order; `None` where pg_dump is older than the server.
pub fn dumped(sandbox: &Sandbox, database: &str) -> Option<Vec<String>> {
    let output = Command::new("pg_dump").arg("--schema-only").arg(sandbox.url(database)).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("server version mismatch") {
        return None;
    }
    assert!(output.status.success(), "{said}");
    let text = String::from_utf8(output.stdout).unwrap();
    let noise = |l: &&str| !l.starts_with("\\restrict") && !l.starts_with("\\unrestrict") && !l.starts_with("SET default_");
    let text = text.lines().filter(noise).collect::<Vec<_>>().join("\n");
    // Postgres prints this one way for a view as it was made, and another way for the same view loaded again
    let text = text.replace("( VALUES", "(VALUES");
    let mut parts: Vec<String> = text.split("\n\n\n").map(|p| ordered(p.trim())).filter(|p| !p.is_empty()).collect();
    parts.sort();
    parts.dedup();
    Some(parts)
}

/// Grants and options come in the order in which they were given, grants as who gave them: neither says who may what.
fn ordered(part: &str) -> String {
    // passwords are never read; nobody makes an invalid index; a child's own columns come after its parents', and tags have no order:
    // all three are compared as objects
    let unlike = [
        "Type: USER MAPPING;",
        "Name: indexed_invalid;",
        "Name: late_child; Type: TABLE;",
        "Name: zoo_end; Type: EVENT TRIGGER;",
    ];
    if unlike.iter().any(|u| part.contains(u)) {
        return String::new();
    }
    let options = regex::Regex::new(r"WITH \(([^()]*)\)").unwrap();
    let part = &*options.replace_all(part, |found: &regex::Captures<'_>| {
        let mut all: Vec<String> =
            found[1].replace('\'', "").split(", ").map(|o| o.replace("=off", "=false").replace("=on", "=true")).collect();
        all.sort();
        format!("WITH ({})", all.join(", "))
    });
    if !part.contains("; Type: ACL; ") && !part.contains("; Type: DEFAULT ACL; ") {
        return part.to_owned();
    }
    let mut lines: Vec<&str> = part.lines().filter(|l| !l.contains("SESSION AUTHORIZATION")).collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// An empty database like this one.
pub fn fresh(like: &Objects) -> Objects {
    let mut all = like.clone();
    all.all.retain(|id, _| *id == Id::global(Kind::Schema, &"public".into()));
    all
}

pub fn place() -> Place {
    Place {
        layout: Layout::Dbharden,
        directory: "unused".into(),
        at: time_zero(),
        owners: true,
        grants: true,
        ignored_schemas: Vec::new(),
        schemas: Vec::new(),
    }
}

fn time_zero() -> time::OffsetDateTime {
    time::OffsetDateTime::UNIX_EPOCH
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_baseline_makes_the_zoo_again_and_it_can_be_taken_apart() {
    let sandbox = start(&[("wal_level", "logical"), ("max_locks_per_transaction", "512")]).await;
    open(&sandbox, "zoo").await;
    let zoo = objects(&sandbox, "zoo").await;
    assert!(zoo.unseen.is_empty(), "{:?}", zoo.unseen);
    assert!(left(&zoo, &objects(&sandbox, "zoo").await).is_empty());

    let file = tempfile::NamedTempFile::new().unwrap();
    let script = baseline::text(&zoo, &place());
    std::fs::write(file.path(), &script).unwrap();
    sandbox.create_database("again").await.unwrap();
    psql_file(&sandbox, "again", file.path()).unwrap_or_else(|e| panic!("{e}\n{script}"));
    let again = objects(&sandbox, "again").await;
    // nobody makes an invalid index on purpose: the copy's is valid
    let wrong: Vec<String> = left(&zoo, &again).into_iter().filter(|d| !d.starts_with("index zoo.indexed_invalid: ")).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    if let (Some(a), Some(b)) = (dumped(&sandbox, "zoo"), dumped(&sandbox, "again")) {
        let only = |a: &[String], b: &[String]| a.iter().filter(|p| !b.contains(p)).cloned().collect::<Vec<_>>().join("\n----\n");
        assert!(a == b, "only in the original:\n{}\n====\nonly in the copy:\n{}", only(&a, &b), only(&b, &a));
    }

    let empty = fresh(&zoo);
    let apart = steps(&again, &empty);
    let mut connection = connection(&sandbox, "again").await;
    apply(&mut connection, &apart).await.unwrap_or_else(|e| panic!("{e}\n{}", text(&apart)));
    let rest = left(&objects(&sandbox, "again").await, &empty);
    assert!(rest.is_empty(), "{rest:#?}");
}
