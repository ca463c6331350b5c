//! The proof as a page that needs nothing else: for whoever audits.

use super::text::{self, COMMANDS};
use crate::isolation::Outcome;
use crate::isolation::outcome::{Attack, Verdict};
use crate::report::drift::xml::escape;

/// The outcome as one HTML page.
pub fn html(outcome: &Outcome) -> String {
    let title = format!("Tenant isolation of {}", outcome.server.database);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{0}</title><style>{1}</style></head>\n<body><h1>{0}</h1>\n<p class=\"{2}\">{3}</p>\n<ul>",
        escape(&title),
        include_str!("page.css"),
        if outcome.leaks() {
            "sum leak"
        } else if outcome.lacks() {
            "sum not-proven"
        } else {
            "sum held"
        },
        escape(&text::verdict(outcome))
    );
    text::about(outcome).iter().for_each(|line| out.push_str(&format!("<li>{}</li>", escape(line))));
    out.push_str("</ul>\n<table><thead><tr><th>Object</th>");
    COMMANDS.iter().for_each(|c| out.push_str(&format!("<th>{c}</th>")));
    out.push_str("</tr></thead><tbody>\n");
    for (name, cells) in outcome.matrix() {
        out.push_str(&format!("<tr><th>{}</th>", escape(name)));
        for command in COMMANDS {
            match cells.get(command) {
                Some(v) => out.push_str(&format!("<td class=\"{}\">{}</td>", class(*v), v.as_str())),
                None => out.push_str("<td></td>"),
            }
        }
        out.push_str("</tr>\n");
    }
    out.push_str(&format!("</tbody></table>\n<p class=\"legend\">{}</p>\n", escape(text::LEGEND)));
    for (title, verdict) in
        [("Leaks", Verdict::Leak), ("Attacks that prove nothing", Verdict::NotProven), ("Inherent", Verdict::Inherent)]
    {
        let all = text::of(outcome, verdict);
        if !all.is_empty() {
            out.push_str(&format!("<h2>{title}: {}</h2>\n", all.len()));
            all.iter().for_each(|a| one(a, &mut out));
        }
    }
    list("Not proven", outcome.not_proven.iter().map(|n| format!("{}: {}", n.what, n.because)), &mut out);
    let control = |c: &crate::isolation::outcome::Control| {
        let word = if c.green { "green" } else { "red" };
        format!(
            "{word} · {} · {} · {}{}",
            c.object,
            c.command,
            c.role,
            c.because.as_ref().map(|b| format!(": {b}")).unwrap_or_default()
        )
    };
    list("Positive controls", outcome.controls.iter().map(control), &mut out);
    list("Notes", outcome.notes.iter().cloned(), &mut out);
    out.push_str(&format!(
        "<details><summary>Rows of the two tenants, for an empty copy of the schema</summary><pre>{}</pre></details>\n</body></html>\n",
        lines(&outcome.setup)
    ));
    out
}

fn class(verdict: Verdict) -> &'static str {
    if verdict == Verdict::NotProven { "not-proven" } else { verdict.as_str() }
}

fn one(attack: &Attack, out: &mut String) {
    let finding = attack.finding.as_ref().map(|f| format!("{f}: ")).unwrap_or_default();
    out.push_str(&format!(
        "<details><summary><b class=\"{}\">{}</b> {} · {}</summary>",
        class(attack.verdict),
        escape(&attack.object),
        attack.command,
        escape(&attack.attack)
    ));
    for line in attack.because.iter().cloned().chain(attack.cure.iter().map(|c| format!("To do: {finding}{c}"))) {
        out.push_str(&format!("<p>{}</p>", escape(&line)));
    }
    out.push_str(&format!("<pre>{}</pre></details>\n", lines(&attack.sql)));
}

fn list(title: &str, items: impl Iterator<Item = String>, out: &mut String) {
    let items: String = items.map(|i| format!("<li>{}</li>", escape(&i))).collect();
    if !items.is_empty() {
        out.push_str(&format!("<details><summary>{title}</summary><ul>{items}</ul></details>\n"));
    }
}

/// SQL whose lines stay lines.
fn lines(sql: &str) -> String {
    sql.lines().map(escape).collect::<Vec<_>>().join("\n")
}
