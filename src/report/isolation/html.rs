//! The proof as a page that needs nothing else: for whoever audits. What was tried, as whom, when and on what; leaks first.

use std::collections::BTreeMap;

use super::text::{self, COMMANDS};
use crate::isolation::Outcome;
use crate::isolation::outcome::{Attack, Control, Verdict};
use crate::report::drift::xml::escape;
use crate::report::plural;

/// The outcome as one HTML page.
pub fn html(outcome: &Outcome) -> String {
    let title = format!("Tenant isolation of {}", outcome.server.database);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{0}</title>\n<style>\n{1}</style></head>\n<body><h1>{0}</h1>\n\
         <p class=\"sum {2}\">{3}</p>\n",
        escape(&title),
        include_str!("page.css"),
        worst(outcome),
        escape(&text::verdict(outcome))
    );
    counts(outcome, &mut out);
    about(outcome, &mut out);
    leaks(outcome, &mut out);
    not_proven(outcome, &mut out);
    matrix(outcome, &mut out);
    let inherent = text::of(outcome, Verdict::Inherent);
    if !inherent.is_empty() {
        out.push_str(&format!("<h2>Inherent: {}</h2>\n<p class=\"legend\">{}</p>\n", inherent.len(), text::RESIDUALS));
        inherent.iter().for_each(|a| one(a, true, &mut out));
    }
    tried(outcome, &mut out);
    list("Notes", "note", outcome.notes.iter().map(|n| escape(n)), &mut out);
    out.push_str(&format!(
        "<h2>How to see it yourself</h2>\n<ol><li>Make an empty copy of the schema: <code>pg_dump --schema-only</code>, loaded into \
         a database of a server that holds the same roles.</li><li>Run the statements below as a superuser: rows of two tenants.</li>\
         <li>Run the script of a leak with <code>psql</code> as a superuser: it becomes the application's role itself. \
         It prints <code>leak</code> and takes back what it did.</li></ol>\n\
         <details><summary>Rows of the two tenants</summary><pre>{}</pre></details>\n</body></html>\n",
        lines(&outcome.setup)
    ));
    out
}

fn worst(outcome: &Outcome) -> &'static str {
    if outcome.leaks() {
        "leak"
    } else if outcome.lacks() {
        "not-proven"
    } else {
        "held"
    }
}

fn class(verdict: Verdict) -> &'static str {
    if verdict == Verdict::NotProven { "not-proven" } else { verdict.as_str() }
}

fn counts(outcome: &Outcome, out: &mut String) {
    let s = &outcome.summary;
    let not_proven = s.not_proven + outcome.not_proven.iter().filter(|n| !n.acknowledged).count();
    out.push_str("<ul class=\"counts\">");
    for (class, number, what) in [
        ("leak", s.leak.to_string(), "leaks"),
        ("not-proven", not_proven.to_string(), "not proven"),
        ("inherent", s.inherent.to_string(), "inherent"),
        ("held", s.held.to_string(), "held"),
        ("", format!("{} of {}", s.controls_green, s.controls), "positive controls green"),
    ] {
        out.push_str(&format!("<li class=\"{class}\"><b>{number}</b>{what}</li>"));
    }
    out.push_str("</ul>\n");
}

fn about(outcome: &Outcome, out: &mut String) {
    out.push_str("<dl>");
    for (what, value) in text::facts(outcome) {
        out.push_str(&format!("<dt>{what}</dt><dd>{}</dd>", escape(&value)));
    }
    out.push_str("</dl>\n");
}

/// Leaks, object by object.
fn leaks(outcome: &Outcome, out: &mut String) {
    let all = text::of(outcome, Verdict::Leak);
    if all.is_empty() {
        return;
    }
    let mut by_object: BTreeMap<&str, Vec<&Attack>> = BTreeMap::new();
    all.iter().for_each(|a| by_object.entry(&a.object).or_default().push(a));
    out.push_str(&format!("<h2>Leaks: {} in {}</h2>\n", all.len(), plural(by_object.len(), "object")));
    for (object, attacks) in by_object {
        let mut findings: Vec<&str> = attacks.iter().filter_map(|a| a.finding.as_deref()).collect();
        findings.sort_unstable();
        findings.dedup();
        let cured = if findings.is_empty() { String::new() } else { format!(" · {}", escape(&findings.join(", "))) };
        out.push_str(&format!(
            "<details><summary><span class=\"name leak\">{}</span> · {}{cured}</summary>\n",
            escape(object),
            plural(attacks.len(), "leak")
        ));
        attacks.iter().for_each(|a| one(a, false, out));
        out.push_str("</details>\n");
    }
}

fn not_proven(outcome: &Outcome, out: &mut String) {
    let attacks = text::of(outcome, Verdict::NotProven);
    if outcome.not_proven.is_empty() && attacks.is_empty() {
        return;
    }
    out.push_str("<h2>Not proven, and why</h2>\n<ul class=\"plain\">");
    for lacking in &outcome.not_proven {
        let known = if lacking.acknowledged { " (acknowledged in dbharden.toml)" } else { "" };
        let cure = lacking.cure.as_ref().map(|c| format!(" To do: {}.", escape(c))).unwrap_or_default();
        let (what, because) = (escape(&lacking.what), escape(&lacking.because));
        out.push_str(&format!("<li><span class=\"name not-proven\">{what}</span>: {because}{known}.{cure}</li>"));
    }
    out.push_str("</ul>\n");
    attacks.iter().for_each(|a| one(a, true, out));
}

/// What was tried on what: the worst first.
fn matrix(outcome: &Outcome, out: &mut String) {
    let matrix = outcome.matrix();
    if matrix.is_empty() {
        return;
    }
    let used: Vec<&&str> = COMMANDS.iter().filter(|c| matrix.values().any(|cells| cells.contains_key(**c))).collect();
    out.push_str(&format!("<h2>What was tried on what: {}</h2>\n", plural(matrix.len(), "object")));
    out.push_str(&format!(
        "<p class=\"legend\">{}</p>\n<div class=\"wide\"><table><thead><tr><th>Object</th>",
        escape(text::LEGEND)
    ));
    used.iter().for_each(|c| out.push_str(&format!("<th>{c}</th>")));
    out.push_str("</tr></thead><tbody>\n");
    for (name, cells) in text::worst_first(&matrix) {
        out.push_str(&format!("<tr><th class=\"name\">{}</th>", escape(name)));
        for command in &used {
            match cells.get(**command) {
                Some(v) => out.push_str(&format!("<td class=\"{}\">{}</td>", class(*v), v.as_str())),
                None => out.push_str("<td class=\"none\">-</td>"),
            }
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
}

/// One attack; its object where nothing above says it.
fn one(attack: &Attack, named: bool, out: &mut String) {
    let object = if named {
        format!("<span class=\"name {}\">{}</span> · ", class(attack.verdict), escape(&attack.object))
    } else {
        String::new()
    };
    let finding = attack.finding.as_ref().map(|f| format!("{f}: ")).unwrap_or_default();
    out.push_str(&format!("<details><summary>{object}{} · {}</summary>", attack.command, escape(&attack.attack)));
    let cure = attack.cure.iter().map(|c| format!("To do: {finding}{c}"));
    for line in attack.because.iter().cloned().chain(cure).chain([format!("As {}.", attack.role)]) {
        out.push_str(&format!("<p>{}</p>", escape(&line)));
    }
    out.push_str(&format!("<pre>{}</pre></details>\n", lines(&attack.sql)));
}

/// Every attack by its kind, and every positive control: what a *held* rests on.
fn tried(outcome: &Outcome, out: &mut String) {
    out.push_str("<h2>What the verdicts rest on</h2>\n");
    let mut kinds: BTreeMap<(&str, &str), [usize; 4]> = BTreeMap::new();
    for attack in &outcome.attacks {
        kinds.entry((attack.command, text::kind(&attack.attack))).or_default()[attack.verdict as usize] += 1;
    }
    let line = |((command, kind), n): (&(&str, &str), &[usize; 4])| {
        let counted = [Verdict::Leak, Verdict::NotProven, Verdict::Inherent, Verdict::Held];
        let counts = counted.iter().filter(|v| n[**v as usize] > 0);
        let counts: Vec<String> =
            counts.map(|v| format!("<span class=\"{}\">{} {}</span>", class(*v), n[*v as usize], v.as_str())).collect();
        format!("{command} · {}: {}", escape(kind), counts.join(", "))
    };
    list("Attacks, by kind", "kind", kinds.iter().map(line), out);
    let control = |c: &Control| {
        let (class, word) = if c.green { ("held", "green") } else { ("leak", "red") };
        let because = c.because.as_ref().map(|b| format!(": {}", escape(b))).unwrap_or_default();
        let name = escape(&c.object);
        format!(
            "<span class=\"{class}\">{word}</span> · <span class=\"name\">{name}</span> · {} · {}{because}",
            c.command,
            escape(&c.role)
        )
    };
    let mut controls: Vec<&Control> = outcome.controls.iter().collect();
    controls.sort_by_key(|c| c.green);
    list("Positive controls: what a tenant does with rows of its own", "control", controls.into_iter().map(control), out);
}

/// A list that opens; its items are HTML already.
fn list(title: &str, item: &str, items: impl Iterator<Item = String>, out: &mut String) {
    let items: Vec<String> = items.map(|i| format!("<li>{i}</li>")).collect();
    if !items.is_empty() {
        let count = plural(items.len(), item);
        out.push_str(&format!(
            "<details><summary>{title} ({count})</summary><ul class=\"plain\">{}</ul></details>\n",
            items.concat()
        ));
    }
}

/// SQL whose lines stay lines.
fn lines(sql: &str) -> String {
    sql.lines().map(escape).collect::<Vec<_>>().join("\n")
}
