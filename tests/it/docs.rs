//! Docs that are made from the program: pages of commands and checks, the README's tables and capture, the sample migrations.
//! `DBHARDEN_WRITE=1 cargo test --test it docs` (`make generated`) writes them; without it the test compares.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::CommandFactory;
use dbharden::check::Registry;
use dbharden::cli::Cli;
use dbharden::lint::rules::Rules;

/// The snapshot of the demo's database that the repository holds.
const SNAPSHOT: &str = "tests/snapshots/lead_platform.snapshot";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn writing() -> bool {
    std::env::var_os("DBHARDEN_WRITE").is_some()
}

/// Compares a generated file with the one in the repository, or writes it.
fn same(path: &str, text: &str) {
    let file = root().join(path);
    if writing() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        return;
    }
    let there = fs::read_to_string(&file).unwrap_or_default();
    assert!(there == text, "{path} is not what the program makes of it: run `make generated`");
}

/// The text between `<!-- name -->` and `<!-- end -->`.
fn same_section(path: &str, name: &str, text: &str) {
    let whole = fs::read_to_string(root().join(path)).unwrap();
    let start = format!("<!-- {name} -->\n");
    let from = whole.find(&start).unwrap_or_else(|| panic!("{path} has no section {name}")) + start.len();
    let to = from + whole[from..].find("<!-- end -->").unwrap_or_else(|| panic!("section {name} of {path} has no end"));
    same(path, &format!("{}{text}{}", &whole[..from], &whole[to..]));
}

fn dbharden(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dbharden"))
        .args(args)
        .current_dir(root())
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_page_for_each_command() {
    let mut table = String::from("| command | does |\n| --- | --- |\n");
    for command in Cli::command().get_subcommands() {
        let name = command.get_name();
        let about = command.get_about().map(|a| a.to_string()).unwrap_or_default();
        writeln!(table, "| [`dbharden {name}`](commands/{name}.md) | {about} |").unwrap();
        same(&format!("docs/commands/{name}.md"), &format!("# dbharden {name}\n\n```text\n{}```\n", dbharden(&[name, "--help"])));
    }
    same_section("docs/README.md", "commands", &table);
}

#[test]
fn a_page_for_each_check() {
    let mut table = String::from("| id | check | severity | finds | writes |\n| --- | --- | --- | --- | --- |\n");
    for check in Registry::load(&[]).unwrap().all() {
        let about = &check.about;
        let mut page = check.page.trim().to_owned();
        if !about.options.is_empty() {
            write!(page, "\n\n## Options\n\n| `[checks.{}]` | default | |\n| --- | --- | --- |\n", about.name).unwrap();
            for (name, option) in &about.options {
                writeln!(page, "| `{name}` | `{}` | {} |", option.default, option.help).unwrap();
            }
        }
        same(&format!("docs/checks/{}.md", about.name), &format!("{}\n", page.trim_end()));
        let writes = about.fix.as_deref().unwrap_or("-");
        writeln!(
            table,
            "| {} | [{}](checks/{}.md) | {} | {} | {writes} |",
            about.id, about.name, about.name, about.severity, about.summary
        )
        .unwrap();
    }
    same_section("docs/README.md", "checks", &table);
}

#[test]
fn a_page_for_each_lint_rule() {
    let rules = Rules::load().unwrap();
    let mut table = String::from("| id | rule | severity | on | finds | lock |\n| --- | --- | --- | --- | --- | --- |\n");
    let mut others: Vec<[(&str, Vec<String>); 3]> = Vec::new();
    for rule in rules.all() {
        let about = &rule.about;
        same(&format!("docs/checks/{}.md", about.name), &format!("{}\n", rule.whole_page()));
        let locks: Vec<String> = about.locks.iter().map(|l| l.mode.to_string()).collect();
        let on = if about.default { "yes" } else { "" };
        writeln!(
            table,
            "| {} | [{}](checks/{}.md) | {} | {on} | {} | {} |",
            about.id,
            about.name,
            about.name,
            about.severity,
            about.summary,
            locks.first().map_or("", String::as_str)
        )
        .unwrap();
        others.push([
            ("squawk", about.squawk.clone()),
            ("eugene", about.eugene.clone()),
            ("strong_migrations", about.strong_migrations.clone()),
        ]);
    }
    same_section("docs/lint-rules.md", "rules", &table);
    for (at, tool) in ["squawk", "eugene", "strong_migrations"].iter().enumerate() {
        let mut names: Vec<&String> = others.iter().flat_map(|o| &o[at].1).collect();
        // E2 before E10
        names.sort_by_key(|n| (n.trim_start_matches(char::is_alphabetic).parse::<u32>().unwrap_or(0), (*n).clone()));
        names.dedup();
        let mut table = format!("| {tool} | dbharden |\n| --- | --- |\n");
        for name in names {
            let ours = rules.all().into_iter().zip(&others).filter(|(_, o)| o[at].1.contains(name));
            let links: Vec<String> = ours.map(|(r, _)| format!("[{0}](checks/{0}.md)", r.about.name)).collect();
            writeln!(table, "| {name} | {} |", links.join(", ")).unwrap();
        }
        same_section("docs/lint-rules.md", tool, &table);
    }
}

#[test]
fn the_readmes_capture_is_what_plan_prints() {
    let shown = dbharden(&["plan", "--snapshot", SNAPSHOT, "--out", "migrations", "--dry-run", "--top", "5"]);
    same_section("README.md", "plan", &format!("```text\n{}```\n", shown));
}

#[test]
fn the_sample_migrations_are_what_plan_writes() {
    let fresh = tempfile::tempdir().unwrap();
    let out = fresh.path().join("out");
    dbharden(&["plan", "--snapshot", SNAPSHOT, "--all", "--out", out.to_str().unwrap()]);
    let committed = root().join("generated-migrations");
    if writing() {
        let _ = fs::remove_dir_all(&committed);
        copy(&out, &committed);
    }
    assert_eq!(bytes_below(&out), bytes_below(&committed), "run `make generated`");
}

fn copy(from: &Path, to: &Path) {
    for (name, bytes) in bytes_below(from) {
        let file = to.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
}

/// Every file below a directory, by its path in it.
fn bytes_below(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap().map(|e| e.unwrap().path()) {
        let name = PathBuf::from(entry.file_name().unwrap());
        if entry.is_dir() {
            found.extend(bytes_below(&entry).into_iter().map(|(n, b)| (name.join(n), b)));
        } else {
            found.push((name, fs::read(&entry).unwrap()));
        }
    }
    found.sort();
    found
}
