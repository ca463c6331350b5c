//! Every form of one rich outcome with hostile names, and of a clean one, compared with what was approved.

use super::*;
use crate::check::Severity;
use crate::diff::Facet;
use crate::drift::outcome::*;
use crate::report::{Look, ServerLine};
use crate::snapshot::objects::Kind;

const HOSTILE: &str = "app.\"x\u{1b}[2J\n::error::y ]]> --> | <b>'&'\"";

fn finding(change: Change, kind: Kind, relation: Option<&str>, object: &str) -> Finding {
    let (id, says) = match change {
        Change::Missing => ("DBH901", "is missing in the database"),
        Change::Unexpected => ("DBH902", "is in the database, and nothing of the desired schema makes it"),
        Change::Changed => ("DBH903", "differs in type"),
    };
    Finding {
        id,
        check: "drift",
        severity: Severity::Error,
        object: object.to_owned(),
        kind,
        relation: relation.map(str::to_owned),
        message: format!("{kind} {object} {says}"),
        evidence: Evidence { change, facets: Vec::new(), since: None, diff: String::new(), renamed: None },
        fingerprint: crate::hash::hash(&[object])[..16].to_owned(),
        migration: None,
    }
}

fn facet(name: &str, from: Option<&str>, to: Option<&str>) -> Facet {
    Facet { name: name.to_owned(), from: from.map(str::to_owned), to: to.map(str::to_owned) }
}

fn diff(live: &str, files: &str) -> String {
    similar::TextDiff::from_lines(live, files).unified_diff().header("database", "files").to_string()
}

/// The function of the files, and the one that somebody patched by hand.
fn functions() -> (String, String) {
    let body = |lines: &[&str]| format!("CREATE FUNCTION app.total(integer)\n{}\n$$;\n", lines.join("\n"));
    let many: Vec<String> = (0..20).map(|i| format!("    -- step {i}\n    PERFORM step_{i}();")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let live: Vec<&str> = [&["AS $$ -- ``` \u{1b}[31m", "BEGIN"][..], &many[..], &["END"]].concat();
    let files: Vec<&str> = vec!["AS $$", "BEGIN", "    RETURN 1, 2; -- 100 %", "END"];
    (body(&live), body(&files))
}

fn rich() -> Outcome {
    use Change::{Changed, Missing, Unexpected};
    let lead = Some("public.\"Lead\"");
    let mut status = finding(Changed, Kind::Column, lead, "public.\"Lead\".status");
    status.evidence.facets =
        vec![facet("not_null", Some("yes"), None), facet("type", Some("text"), Some("character varying(40)"))];
    status.evidence.since = Some("20240501120000_lead_status".to_owned());
    let (live, files) = functions();
    let mut total = finding(Changed, Kind::Function, None, "app.total(integer)");
    total.evidence.facets = vec![facet("definition", Some(&live), Some(&files)), facet("owner", Some("me"), Some("app"))];
    total.evidence.diff = diff(&live, &files);
    let mut renamed = finding(Missing, Kind::Table, None, "public.customer");
    renamed.evidence.renamed = Some("public.\"Client\"".to_owned());
    let mut client = finding(Unexpected, Kind::Table, None, "public.\"Client\"");
    client.evidence.renamed = Some("public.customer".to_owned());
    let mut findings = vec![
        finding(Missing, Kind::Schema, None, "billing"),
        finding(Unexpected, Kind::Table, None, HOSTILE),
        client,
        renamed,
        status,
        finding(Missing, Kind::Constraint, lead, "public.\"Lead\".\"Lead_userId_fkey\""),
        finding(Unexpected, Kind::Constraint, Some(HOSTILE), &format!("{HOSTILE}.\"pk\n\"")),
        finding(Unexpected, Kind::Policy, Some(HOSTILE), &format!("{HOSTILE}.p1")),
        finding(Unexpected, Kind::Policy, Some(HOSTILE), &format!("{HOSTILE}.p2")),
    ];
    findings.extend((0..12).map(|i| finding(Unexpected, Kind::Index, lead, &format!("public.\"Lead_{i}_idx\""))));
    findings.push(total);
    let ignored = Ignored {
        finding: finding(Unexpected, Kind::Table, None, "public.\"part|2026\""),
        reason: "the scheduler makes them: <pg_partman>".to_owned(),
    };
    let skip = |object: &str, cure: Option<&str>, acknowledged| Skipped {
        object: object.to_owned(),
        because: "the extension \"postgis\" is not installed here, and these need it".to_owned(),
        cure: cure.map(str::to_owned),
        acknowledged,
    };
    let mut outcome = Outcome {
        dbharden: "1.2.3".to_owned(),
        server: ServerLine {
            version: "15.18 (Debian 15.18-0+deb12u1)".to_owned(),
            major: 15,
            database: "crm".to_owned(),
            ..ServerLine::default()
        },
        desired: Desired {
            source: "prisma/migrations".to_owned(),
            layout: Some("prisma".to_owned()),
            files: 42,
            last_applied: Some("20240601090000_more".to_owned()),
            pending: vec!["20240701090000_next".to_owned()],
            missing: Vec::new(),
            role: Some("app".to_owned()),
            built_on: Some("PostgreSQL 15.18, sandbox".to_owned()),
            cached: true,
        },
        findings,
        ignored: vec![ignored],
        skipped: vec![
            skip("public.place", Some("apt-get install postgresql-15-postgis-3;\nagain"), false),
            skip("public.\"road\n\"", Some("apt-get install postgresql-15-postgis-3;\nagain"), false),
            skip("public.old", None, true),
        ],
        notes: vec!["a deployment waits: pid 42 (`deploy`) | since 09:00, 100 %".to_owned()],
        migrations: Vec::new(),
        summary: Summary { objects: 412, ignored: 1, owners_not_compared: 12, grants_not_compared: 30, ..Summary::default() },
        typed: "URL --desired prisma/migrations".to_owned(),
    };
    count(&mut outcome);
    outcome
}

fn count(outcome: &mut Outcome) {
    let of = |change| outcome.findings.iter().filter(|f| f.evidence.change == change).count();
    let (missing, unexpected, changed) = (of(Change::Missing), of(Change::Unexpected), of(Change::Changed));
    outcome.summary = Summary { missing, unexpected, changed, ..outcome.summary.clone() };
}

fn clean() -> Outcome {
    let rich = rich();
    let desired = Desired { source: "schema.sql".to_owned(), files: 1, ..Desired::default() };
    let summary = Summary { objects: 412, ..Summary::default() };
    Outcome { desired, summary, dbharden: rich.dbharden, server: rich.server, ..Outcome::default() }
}

fn adopted() -> Outcome {
    let mut outcome = rich();
    outcome.findings.truncate(2);
    count(&mut outcome);
    outcome.migrations = vec![Migration {
        name: "prisma/migrations/20261124100000_adopt".to_owned(),
        status: "written",
        title: "the files take over what the database has".to_owned(),
        adopts: true,
        statements: 4,
        withheld: 1,
        mark_applied: Some("npx prisma migrate resolve --applied 20261124100000_adopt".to_owned()),
    }];
    outcome
}

fn plain(width: usize, verbose: bool) -> Look {
    Look { width, color: false, verbose }
}

#[test]
fn a_screen_of_100_columns() {
    insta::assert_snapshot!(table(&rich(), &plain(100, false)));
}

#[test]
fn everything_on_a_screen_of_80_columns() {
    insta::assert_snapshot!(table(&rich(), &plain(80, true)));
}

#[test]
fn a_clean_screen() {
    insta::assert_snapshot!(table(&clean(), &plain(100, false)));
}

#[test]
fn a_screen_with_a_migration() {
    insta::assert_snapshot!(table(&adopted(), &plain(100, false)));
}

#[test]
fn the_next_command_is_the_folders_own() {
    let mut outcome = adopted();
    let last = |outcome: &Outcome| table(outcome, &plain(200, false)).lines().last().unwrap().trim().to_owned();
    outcome.migrations[0].mark_applied = Some("psql -c 'insert\n  into'".to_owned());
    assert_eq!(last(&outcome), "into'");
    outcome.migrations[0].mark_applied = None;
    assert_eq!(last(&outcome), "next: read it and commit it: this database has it already");
    outcome.migrations[0].adopts = false;
    assert_eq!(last(&outcome), "npx prisma migrate deploy");
    outcome.migrations[0].name = "generated-migrations/20261124100000_revert".to_owned();
    assert_eq!(last(&outcome), "psql \"$DATABASE_URL\" -v ON_ERROR_STOP=1 -f generated-migrations/20261124100000_revert/up.sql");
    outcome.desired.layout = Some("goose".to_owned());
    outcome.desired.source = "db migrations".to_owned();
    outcome.migrations[0].name = "db migrations/2_revert.sql".to_owned();
    assert_eq!(last(&outcome), "goose -dir 'db migrations' postgres \"$DATABASE_URL\" up");
    outcome.migrations.clear();
    outcome.findings.truncate(1);
    assert_eq!(last(&outcome), "dbharden drift URL --desired prisma/migrations --revert");
}

#[test]
fn what_was_not_compared_is_not_clean() {
    let mut outcome = clean();
    outcome.skipped = rich().skipped;
    let screen = table(&outcome, &plain(100, false));
    assert!(screen.ends_with("\nno drift in 412 objects, but 2 could not be compared\n"), "{screen}");
}

#[test]
fn colour_changes_no_text() {
    let plain = table(&rich(), &plain(80, true));
    let coloured = table(&rich(), &Look { width: 80, color: true, verbose: true });
    assert_ne!(plain, coloured);
    assert_eq!(console::strip_ansi_codes(&coloured), plain);
}

#[test]
fn in_markdown() {
    insta::assert_snapshot!("markdown_rich", markdown(&rich()));
    insta::assert_snapshot!("markdown_clean", markdown(&clean()));
}

#[test]
fn a_comment_stays_shorter_than_github_allows() {
    let mut outcome = rich();
    let one = outcome.findings.pop().unwrap();
    outcome.findings = vec![one; 2_000];
    let text = markdown(&outcome);
    assert!(text.len() < 65_536 && text.contains("And the diffs of "), "{}", text.len());
}

#[test]
fn as_annotations() {
    insta::assert_snapshot!("github_rich", github(&rich()));
    insta::assert_snapshot!("github_clean", github(&clean()));
    let commands = ["::error ", "::warning ", "::notice "];
    assert!(github(&rich()).lines().all(|l| commands.iter().any(|c| l.starts_with(c))));
}

#[test]
fn as_a_test_report() {
    insta::assert_snapshot!("junit_rich", junit(&rich()));
    insta::assert_snapshot!("junit_clean", junit(&clean()));
    assert!(!junit(&rich()).contains(|c: char| c.is_control() && c != '\n'));
}

#[test]
fn for_code_scanning() {
    insta::assert_snapshot!("sarif_rich", sarif(&rich()).unwrap());
    insta::assert_snapshot!("sarif_clean", sarif(&clean()).unwrap());
}

#[test]
fn json_is_as_the_schema_says() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../../docs/drift.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for outcome in [rich(), clean(), adopted(), Outcome::default()] {
        let printed: serde_json::Value = serde_json::from_str(&json(&outcome).unwrap()).unwrap();
        let errors: Vec<String> = validator.iter_errors(&printed).map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let mut wrong: serde_json::Value = serde_json::from_str(&json(&rich()).unwrap()).unwrap();
    wrong["findings"][0]["evidence"]["change"] = "gone".into();
    assert!(!validator.is_valid(&wrong));
    insta::assert_snapshot!("json_clean", json(&clean()).unwrap());
}
