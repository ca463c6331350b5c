//! `dbharden explain`: the list of checks, a check's page, or the whole reasoning of one finding.

use serde_json::{Value, json};

use super::pipeline::{self, Looked};
use super::{Exit, Format, Global, Source, output};
use crate::check::{Check, Finding, MIGRATIONS, Registry};
use crate::config::Config;
use crate::error::{Context, Error, Result};
use crate::lint::rules::{Rule, Rules};
use crate::report::{self, Paper};

/// Least digits of a fingerprint that is cut short.
const LEAST_DIGITS: usize = 6;

/// Options of `explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Id or name of a check or lint rule; or a finding's fingerprint, then of this database or snapshot
    #[arg(value_name = "ID|NAME|FINGERPRINT")]
    what: Option<String>,
    /// List all checks and lint rules
    #[arg(long, conflicts_with = "what")]
    list: bool,
    #[command(flatten)]
    source: Source,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    let config = Config::load(global.config.as_deref())?;
    let registry = pipeline::registry(&config, &args.source.checks)?;
    let rules = Rules::load()?;
    let Some(what) = args.what.as_deref().filter(|_| !args.list) else {
        return list(&registry, &rules, &config, global);
    };
    if let Some(check) = registry.find(what) {
        return page(check, &config, global);
    }
    if let Some(rule) = rules.find(what) {
        return rule_page(rule, &config, global);
    }
    if what.len() < LEAST_DIGITS || !what.chars().all(|c| c.is_ascii_hexdigit()) {
        let names = registry.all().iter().map(|c| c.about.name.as_str());
        let rules = rules.all().into_iter().map(|r| r.about.name.as_str());
        let near: Vec<&str> = names.chain(rules).filter(|n| n.contains(what)).collect();
        let hint = if near.is_empty() {
            "`dbharden explain --list` lists them".to_owned()
        } else {
            format!("did you mean {}?", near.join(", "))
        };
        let shown = if what.contains("://") || what.contains('=') { "URL" } else { what };
        return Err(Error::new(format!("there is no check {}", crate::ident::one_line(shown))).fix(hint));
    }
    let looked = pipeline::look(&args.source, global).await?;
    finding(&looked, what, global)
}

/// All checks and rules, one line each.
fn list(registry: &Registry, rules: &Rules, config: &Config, global: &Global) -> Result<Exit> {
    if global.format == Format::Json {
        let checks = registry.all().iter().map(|c| about(c, config));
        let all: Vec<Value> = checks.chain(rules.all().into_iter().map(|r| about_rule(r, config))).collect();
        return print_json(&Value::Array(all));
    }
    let mut paper = Paper::new(&output::look(global));
    let row = |c: &Check| {
        let off = if config.enables(&c.about.name) { "" } else { " (off)" };
        vec![
            c.about.id.clone(),
            c.group.clone(),
            c.about.severity.to_string(),
            format!("{}{off}", c.about.name),
            c.about.summary.clone(),
        ]
    };
    let rule = |r: &Rule| {
        let off = if is_on(r, config) { "" } else { " (off)" };
        let about = &r.about;
        vec![
            about.id.clone(),
            MIGRATIONS.to_owned(),
            about.severity.to_string(),
            format!("{}{off}", about.name),
            about.summary.clone(),
        ]
    };
    paper.columns(&registry.all().iter().map(row).chain(rules.all().into_iter().map(rule)).collect::<Vec<_>>());
    if registry.all().is_empty() {
        paper.line(0, "no checks");
    }
    output::print(&paper.finish())?;
    Ok(Exit::Done)
}

/// Whether `dbharden lint` looks for it.
fn is_on(rule: &Rule, config: &Config) -> bool {
    let wanted = |n: &String| *n == rule.about.name || *n == rule.about.id || n == "all";
    (rule.about.default || config.lint.enable.iter().any(wanted)) && config.enables(&rule.about.name)
}

/// The page of a rule for migration files.
fn rule_page(rule: &Rule, config: &Config, global: &Global) -> Result<Exit> {
    if global.format == Format::Json {
        return print_json(&about_rule(rule, config));
    }
    let mut paper = Paper::new(&output::look(global));
    paper.text(&rule.whole_page());
    paper.gap();
    let on = if is_on(rule, config) { "on" } else { "off: `dbharden lint --enable` it" };
    paper.line(0, &format!("Severity {}, a rule of `dbharden lint`, {on}.", rule.about.severity));
    output::print(&paper.finish())?;
    Ok(Exit::Done)
}

fn about_rule(rule: &Rule, config: &Config) -> Value {
    let about = &rule.about;
    json!({
        "id": about.id, "check": about.name, "group": MIGRATIONS, "severity": about.severity, "summary": about.summary,
        "since": about.since, "enabled": is_on(rule, config), "squawk": about.squawk, "eugene": about.eugene,
        "strong_migrations": about.strong_migrations,
    })
}

/// A check's page with its options.
fn page(check: &Check, config: &Config, global: &Global) -> Result<Exit> {
    if global.format == Format::Json {
        return print_json(&about(check, config));
    }
    let mut paper = Paper::new(&output::look(global));
    if check.page.trim().is_empty() {
        paper.heading(&format!("{} {}", check.about.id, check.about.name));
        paper.line(0, &check.about.summary);
    } else {
        paper.text(check.page.trim());
    }
    paper.gap();
    paper.line(
        0,
        &format!("Severity {}, group {}, PostgreSQL {} and later.", check.about.severity, check.group, check.about.min_pg),
    );
    if !config.enables(&check.about.name) {
        paper.line(0, "It is off in the configuration.");
    }
    if !check.about.options.is_empty() {
        paper.heading(&format!("Options: [checks.{}] in dbharden.toml", check.about.name));
        for (name, option) in &check.about.options {
            let set = config.checks.get(&check.about.name).and_then(|c| c.get(name));
            let set = set.map(|v| format!("; set to {v}")).unwrap_or_default();
            paper.line(2, &format!("{name} = {} ({}{set})", option.default, option.kind));
            paper.line(4, &option.help);
        }
    }
    output::print(&paper.finish())?;
    Ok(Exit::Done)
}

fn about(check: &Check, config: &Config) -> Value {
    let options = check.about.options.iter().map(|(name, o)| {
        (name.clone(), json!({ "type": o.kind, "default": serde_json::to_value(&o.default).unwrap_or_default(), "help": o.help }))
    });
    json!({
        "id": check.about.id, "check": check.about.name, "group": check.group, "severity": check.about.severity,
        "summary": check.about.summary, "since": check.about.since, "min_pg": check.about.min_pg, "needs": check.about.needs,
        "enabled": config.enables(&check.about.name), "options": options.collect::<serde_json::Map<_, _>>(),
    })
}

/// All that is known of one finding: evidence, statements, and what the migration would do.
fn finding(looked: &Looked, fingerprint: &str, global: &Global) -> Result<Exit> {
    let all = looked.report.findings.iter().chain(looked.report.waived.iter().map(|(f, _)| f));
    let digits = fingerprint.to_ascii_lowercase();
    let found: Vec<&Finding> = all.filter(|f| f.fingerprint.starts_with(&digits)).collect();
    let finding = match found.as_slice() {
        [] => {
            return Err(Error::new(format!("there is no finding {fingerprint}"))
                .because("nothing found today has this fingerprint: it may be cured")
                .fix("`dbharden check --format json` lists all with their fingerprints"));
        }
        [one] => *one,
        _ => return Err(Error::new(format!("{} findings begin with {fingerprint}", found.len())).fix("give more digits")),
    };
    if global.format == Format::Json {
        return print_json(&serde_json::to_value(finding).context("cannot write the finding as JSON")?);
    }
    let mut paper = Paper::new(&output::look(global));
    report::reasoning(finding, &mut paper);
    if let Some((_, reason)) = looked.report.waived.iter().find(|(f, _)| f.fingerprint == finding.fingerprint) {
        paper.heading("Waived");
        paper.line(2, reason);
    }
    match looked.plan.cures().get(finding.fingerprint.as_str()).and_then(|i| looked.plan.steps.get(*i)) {
        Some(step) => {
            paper.heading(&format!("What `dbharden plan` would write: {}", step.change.title()));
            for statement in &step.up {
                let lock = statement.lock.as_ref().map(|l| format!("{} on {}: {}", l.mode, l.relation, l.mode.blocks()));
                paper.line(2, &lock.unwrap_or_else(|| "gate: raises unless the database is as it must be here".to_owned()));
                paper.text(&format!("{};", statement.sql));
            }
        }
        None => {
            paper.heading("No migration cures it: a person decides");
        }
    }
    paper.heading("If it is right as it is, write into dbharden.toml");
    let quoted = |text: &str| toml::Value::from(text).to_string();
    paper.text(&format!(
        "[[ignore]]\ncheck = {}\nobject = {}\nreason = \"...\"",
        quoted(&finding.check),
        quoted(&finding.object)
    ));
    paper.heading(&format!("The check: dbharden explain {}", finding.check));
    output::print(&paper.finish())?;
    Ok(Exit::Done)
}

fn print_json(value: &Value) -> Result<Exit> {
    output::print(&(serde_json::to_string_pretty(value).context("cannot write JSON")? + "\n"))?;
    Ok(Exit::Done)
}
