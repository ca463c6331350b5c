//! The first screen and the markdown of a report made by hand, compared with what was approved.

use serde_json::json;

use super::*;
use crate::check::{Confidence, Finding, Severity, Skipped};
use crate::ident::Ident;

fn finding(check: &str, severity: Severity, table: &str, columns: &[&str], saves: Option<f64>) -> Finding {
    let columns: Vec<Ident> = columns.iter().map(|c| Ident::new(*c)).collect();
    let evidence = json!({ "table": table, "rows": 1_234_567, "calls": 48_000, "mean_ms": 42.4, "statements": [] });
    Finding {
        id: if check == "rls-disabled" { "DBH201".to_owned() } else { "DBH110".to_owned() },
        check: check.to_owned(),
        group: if check == "rls-disabled" { "rls".to_owned() } else { "index".to_owned() },
        severity,
        confidence: Confidence::Normal,
        object: table.to_owned(),
        fingerprint: Finding::fingerprint_of(check, table, &columns),
        message: format!("{table}: it lacks what {check} looks for on ({})", crate::ident::ident_list(&columns)),
        columns,
        evidence: evidence.as_object().cloned().unwrap_or_default(),
        saves_ms_per_day: saves,
        migration: saves.map(|_| "20261121084601_index_lead_userid".to_owned()),
        fix: None,
    }
}

fn document() -> Document {
    let mut findings: Vec<Listed> = (0..12)
        .map(|i| finding("missing-index", Severity::Warning, &format!("public.t{i:02}"), &["userId"], Some(9e6 / (i + 1) as f64)))
        .chain([
            finding("rls-disabled", Severity::Error, "public.\"Lead | `x`\"", &[], None),
            finding("missing-index", Severity::Info, "public.t00", &["a", "b"], None),
        ])
        .map(|finding| Listed { finding, accepted: false, shown: true })
        .collect();
    findings.sort_by(|a, b| Finding::listing_order(&a.finding, &b.finding));
    findings[0].finding.confidence = Confidence::Low;
    let skip = |check: &str, acknowledged| Skipped {
        check: Some(check.to_owned()),
        object: None,
        because: "this role sees only its own sessions".to_owned(),
        cure: Some("GRANT pg_monitor TO app".to_owned()),
        acknowledged,
    };
    let migration = |status, name: &str| Migration {
        name: name.to_owned(),
        status,
        title: "create index \"Lead_userId_idx\" on public.\"Lead\" (\"userId\")".to_owned(),
        cures: vec!["0123456789abcdef".to_owned()],
        edited: status == Status::Pending,
        bytes: Some(52_428_800),
        seconds: Some(3.2),
    };
    let mut document = Document {
        dbharden: "1.2.3".to_owned(),
        server: ServerLine {
            version: "17.2 (Debian 17.2-1)".to_owned(),
            major: 17,
            database: "crm".to_owned(),
            in_recovery: false,
            taken_at: 1_795_000_000,
            tables: 41,
            bytes: Some(12_884_901_888),
            statements: Some(1_840),
            workload_since: Some(1_795_000_000 - 12 * 86_400),
        },
        findings,
        waived: Vec::new(),
        skipped: vec![skip("too-many-connections", false), skip("idle-in-transaction", false), skip("long-transactions", true)],
        migrations: vec![
            migration(Status::Written, "20261121084601_index_lead_userid"),
            migration(Status::Pending, "20261120084601_index_lead_status"),
        ],
        notes: vec!["this looks like a staging database: 63 calls counted in less than a day".to_owned()],
        advice: None,
        tenancy: None,
        summary: Summary::default(),
        mode: Mode::Plan { dry_run: false },
        directory: "generated-migrations".into(),
        unreadable: vec![("select\n1".to_owned(), "it does not parse".to_owned())],
        lines_per_check: Some(LINES_PER_CHECK),
        typed: String::new(),
        layout: crate::migration::Layout::Dbharden,
    };
    document.count();
    document
}

#[test]
fn the_first_screen_at_80_columns() {
    insta::assert_snapshot!(table(&document(), &Look { width: 80, color: false, verbose: false }));
}

#[test]
fn the_first_screen_at_160_columns() {
    insta::assert_snapshot!(table(&document(), &Look { width: 160, color: false, verbose: true }));
}

#[test]
fn a_comment_in_markdown() {
    insta::assert_snapshot!(markdown(&document()));
}

#[test]
fn what_is_wrong_now_stands_before_what_saves_little() {
    let document = document();
    let order = most_valuable(document.findings.iter().map(|l| &l.finding));
    let checks: Vec<&str> = order.iter().take(7).map(|f| f.check.as_str()).collect();
    assert_eq!(checks[4..], ["missing-index", "rls-disabled", "missing-index"]);
}

#[test]
fn colour_changes_no_text() {
    let plain = table(&document(), &Look { width: 80, color: false, verbose: false });
    let coloured = table(&document(), &Look { width: 80, color: true, verbose: false });
    assert_ne!(plain, coloured);
    assert_eq!(console::strip_ansi_codes(&coloured), plain);
}

#[test]
fn check_passes_only_what_it_saw() {
    let mut document = document();
    document.mode = Mode::Check { fail_on: Severity::Error, accepting: false };
    document.findings.retain(|l| l.finding.severity < Severity::Error);
    let text = |document: &Document| table(document, &Look { width: 100, color: false, verbose: false });
    assert!(text(&document).contains("no new finding of severity error or worse, but not everything could be looked at"));
    assert!(!text(&document).contains("dbharden plan"), "no finding of these has a fix");
    document.skipped.clear();
    document.count();
    assert!(text(&document).contains("passed: no new finding of severity error or worse"));
}
