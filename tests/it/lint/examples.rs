//! Each rule's examples: `bad.sql` fires it and no other but those that `also` lists, `good.sql` fires none.

use dbharden::lint::PgVersion;
use dbharden::lint::rules::{Rule, Rules};

use super::{example, folder, lint_text};
use crate::support::{dbharden, psql_file, start};

fn findings(rule: &Rule, file: &str) -> Vec<dbharden::lint::Finding> {
    let version = rule.about.pg_version.as_ref().map_or(PgVersion::NEWEST, |v| v.parse().unwrap());
    let sql = example(rule, file);
    let outside = sql.starts_with("-- no-transaction").then_some(false);
    lint_text(&sql, &example(rule, "setup.sql"), &[&rule.about.name], version, outside)
}

#[test]
fn each_rule_finds_what_its_examples_say() {
    let rules = Rules::load().unwrap();
    let mut wrong = Vec::new();
    for rule in rules.all().into_iter().filter(|r| !r.bad.is_empty()) {
        let name = &rule.about.name;
        let bad = findings(rule, "bad.sql");
        if !bad.iter().any(|f| f.check == *name) {
            wrong.push(format!("{name}: bad.sql does not fire it"));
        }
        for f in bad.iter().filter(|f| f.check != *name && !rule.about.also.contains(&f.check)) {
            wrong.push(format!("{name}: bad.sql fires {}: {}", f.check, f.message));
        }
        for f in findings(rule, "good.sql") {
            if f.check == *name || !rule.about.also.contains(&f.check) {
                wrong.push(format!("{name}: good.sql fires {}: {}", f.check, f.message));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is proposed is SQL, comments and places to fill in apart, and is itself not found fault with.
#[test]
fn what_is_proposed_parses() {
    let rules = Rules::load().unwrap();
    let mut wrong = Vec::new();
    for rule in rules.all().into_iter().filter(|r| !r.bad.is_empty()) {
        for f in findings(rule, "bad.sql").into_iter().filter(|f| f.check == rule.about.name) {
            let Some(sql) = f.rewrite.filter(|sql| !sql.contains("...") && sql.contains(';')) else { continue };
            if let Err(e) = pg_query::parse(&sql, 0) {
                wrong.push(format!("{}: {e}: {sql}", f.check));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Names that would like to be statements stay names, also in the comments of what is proposed.
#[test]
fn hostile_names_do_not_leave_what_is_proposed() {
    let rules = Rules::load().unwrap();
    let mut proposed = 0;
    for rule in rules.all().into_iter().filter(|r| !r.bad.is_empty()) {
        let hostile = |sql: String| {
            let mut out = String::new();
            let mut from = 0;
            for place in dbharden::migration::script::words(&sql, 0..sql.len()) {
                let word = &sql[place.clone()];
                let names =
                    ["orders", "customer_id", "status", "event", "event_2025", "revenue", "booking", "number", "state", "token"];
                out.push_str(&sql[from..place.start]);
                from = place.end;
                if names.contains(&word) {
                    out.push_str(&format!("\"{word}\ndrop table victim; --\""));
                } else {
                    out.push_str(word);
                }
            }
            out + &sql[from..]
        };
        let version = rule.about.pg_version.as_ref().map_or(PgVersion::NEWEST, |v| v.parse().unwrap());
        let sql = hostile(example(rule, "bad.sql"));
        let outside = sql.starts_with("-- no-transaction").then_some(false);
        for f in lint_text(&sql, &hostile(example(rule, "setup.sql")), &[&rule.about.name], version, outside) {
            let Some(sql) = f.rewrite else { continue };
            proposed += 1;
            let pieces = dbharden::migration::script::read(&sql, std::path::Path::new("x"), 1).unwrap();
            assert!(pieces.iter().all(|p| !p.sql.starts_with("drop table victim")), "{}: {sql}", f.check);
        }
    }
    assert!(proposed > 40, "{proposed}");
}

#[test]
fn each_folder_is_whole() {
    let mut wrong = Vec::new();
    for rule in Rules::load().unwrap().all() {
        let name = &rule.about.name;
        if !rule.page.starts_with(&format!("# {} · {name}\n", rule.about.id)) {
            wrong.push(format!("{name}: README.md does not begin with its id and name"));
        }
        for heading in ["**What it finds.**", "**Why it matters.**", "**What to write instead.**"] {
            if !rule.page.contains(heading) {
                wrong.push(format!("{name}: README.md lacks {heading}"));
            }
        }
        let files = !rule.bad.is_empty() && !rule.good.is_empty();
        let folders = !rule.bad_folder.is_empty() && !rule.good_folder.is_empty();
        if !files && !folders {
            wrong.push(format!("{name}: an example is missing"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rules that look at a whole folder: `bad/` fires them once and no other, `good/` none; `setup.sql` writes the tool's book.
#[tokio::test]
async fn each_rule_of_folders_finds_what_its_examples_say() {
    let sandbox = start(&[]).await;
    for rule in Rules::load().unwrap().all().into_iter().filter(|r| !r.bad_folder.is_empty()) {
        let name = &rule.about.name;
        sandbox.create_database(name).await.unwrap();
        let setup = folder(rule).join("examples/setup.sql");
        if setup.is_file() {
            psql_file(&sandbox, name, &setup).unwrap();
        }
        for (example, wanted) in [("bad", vec![name.as_str()]), ("good", Vec::new())] {
            let url = sandbox.url(name);
            let arguments = ["lint", "--format", "json", "--url", &url, example];
            let output = dbharden(&folder(rule).join("examples"), &arguments).output().unwrap();
            let json: serde_json::Value = serde_json::from_slice(&output.stdout)
                .unwrap_or_else(|e| panic!("{name}: {e} {}", String::from_utf8_lossy(&output.stderr)));
            let seen: Vec<&str> = json["findings"].as_array().unwrap().iter().map(|f| f["check"].as_str().unwrap()).collect();
            assert_eq!(seen, wanted, "{name}: {example}: {json}");
            // what to do stands in the sentence: there is no SQL to paste
            for finding in json["findings"].as_array().unwrap() {
                let message = finding["message"].as_str().unwrap();
                assert!(["restore it", "give"].iter().any(|w| message.contains(w)), "{message}");
            }
        }
    }
}

/// Ids and names are for ever: comments in files and configurations hold them.
#[test]
fn ids_are_frozen() {
    let rules = Rules::load().unwrap();
    let all = rules.all();
    let on = |default: bool| if default { "on" } else { "off" };
    let list: Vec<String> =
        all.iter().map(|r| format!("{} {} {} {}", r.about.id, r.about.name, r.about.severity, on(r.about.default))).collect();
    insta::assert_snapshot!(list.join("\n"));
    let mut ids: Vec<&str> = all.iter().map(|r| r.about.id.as_str()).collect();
    ids.dedup();
    assert_eq!(ids.len(), all.len());
}

/// The rules of squawk 2.70.
const SQUAWK: &str = "require-concurrent-index-creation require-concurrent-index-deletion constraint-missing-not-valid
    adding-field-with-default adding-foreign-key-constraint changing-column-type adding-not-nullable-field
    adding-serial-primary-key-field renaming-column renaming-table disallowed-unique-constraint ban-drop-database
    prefer-bigint-over-int prefer-bigint-over-smallint prefer-identity prefer-repack prefer-robust-stmts prefer-text-field
    prefer-timestamp-tz ban-char-field ban-drop-column ban-drop-table ban-drop-not-null transaction-nesting
    adding-required-field ban-concurrent-index-creation-in-transaction unused-ignore ban-create-domain-with-constraint
    ban-alter-domain-with-add-constraint ban-truncate-cascade require-timeout-settings ban-uncommitted-transaction
    require-enum-value-ordering require-table-schema identifier-too-long require-concurrent-partition-detach
    require-concurrent-reindex require-lock-timeout require-statement-timeout ban-duplicate-column-assignments ban-drop-view
    ban-drop-function ban-drop-type ban-drop-schema ban-drop-sequence ban-drop-domain ban-drop-constraint
    ban-drop-generated-expression renaming-object ban-set-schema ban-alter-identity ban-drop-extension
    ban-alter-generated-expression ban-drop-index ban-set-default ban-drop-default ban-disable-trigger ban-drop-trigger
    ban-replica-identity ban-drop-policy ban-revoke ban-replace-view-function ban-alter-policy-condition
    ban-alter-policy-roles ban-create-policy ban-alter-function-options ban-alter-view-options ban-alter-role-options
    ban-alter-database-options ban-alter-row-level-security ban-new-write-restriction ban-add-enum-value
    ban-add-composite-attribute ban-add-column ban-detach-inheritance ban-alter-sequence-values ban-alter-system-options
    ban-alter-extension";

#[test]
fn each_rule_of_squawk_has_a_counterpart() {
    let rules = Rules::load().unwrap();
    let without: Vec<&str> = SQUAWK.split_whitespace().filter(|s| rules.of_squawk(s).next().is_none()).collect();
    assert!(without.is_empty(), "{without:?}");
    let known: Vec<&str> = SQUAWK.split_whitespace().collect();
    for rule in rules.all() {
        let unknown: Vec<&String> = rule.about.squawk.iter().filter(|s| !known.contains(&s.as_str())).collect();
        assert!(unknown.is_empty(), "{}: {unknown:?}", rule.about.name);
    }
    for hint in (1..=15).filter(|n| ![12, 13, 14].contains(n)).map(|n| format!("E{n}")).chain((12..=14).map(|n| format!("W{n}")))
    {
        assert!(rules.all().iter().any(|r| r.about.eugene.contains(&hint)), "{hint}");
    }
}
