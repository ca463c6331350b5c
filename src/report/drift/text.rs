//! Sentences and lines that several forms share.

use crate::diff::Facet;
use crate::drift::outcome::{Change, Desired, Finding, Outcome};
use crate::ident::one_line;
use crate::report::table::plural;

/// Longer than this, both sides together, a facet is shown as a diff.
const LONG: usize = 100;

/// Only in the database, only in the files, unlike.
pub(super) fn sign(change: Change) -> &'static str {
    match change {
        Change::Unexpected => "+",
        Change::Missing => "-",
        Change::Changed => "~",
    }
}

/// `no drift: 412 objects are as the files make them`, `3 differences: 1 only in the database, 2 not the same`.
pub(super) fn verdict(outcome: &Outcome) -> String {
    let summary = &outcome.summary;
    let compared = plural(summary.objects, "object");
    let unseen = unseen(outcome);
    match outcome.findings.len() {
        0 if unseen > 0 => format!("no drift in {compared}, but {unseen} could not be compared"),
        0 => format!("no drift: {compared} compared, all as they should be"),
        n => {
            let parts = [
                (summary.unexpected, "only in the database"),
                (summary.missing, "only in the files"),
                (summary.changed, "not the same"),
            ];
            let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
            format!("{}: {}", plural(n, "difference"), parts.join(", "))
        }
    }
}

/// Things that could not be compared and that nobody acknowledged.
pub(super) fn unseen(outcome: &Outcome) -> usize {
    outcome.skipped.iter().filter(|s| !s.acknowledged).count()
}

/// `prisma/migrations (Prisma, 42 files, last applied 20240501_x, 3 pending; built as app on PostgreSQL 15.18, sandbox)`.
pub(super) fn compared_with(desired: &Desired) -> String {
    let mut about: Vec<String> = desired.layout.iter().cloned().collect();
    if desired.files > 0 {
        about.push(plural(desired.files, "file"));
    }
    about.extend(desired.last_applied.iter().map(|last| format!("last applied {last}")));
    if !desired.pending.is_empty() {
        about.push(format!("{} pending", desired.pending.len()));
    }
    if !desired.missing.is_empty() {
        about.push(format!("{} applied without a file", desired.missing.len()));
    }
    let mut built = Vec::new();
    built.extend(desired.role.iter().map(|role| format!("as {role}")));
    built.extend(desired.built_on.iter().map(|place| format!("on {place}")));
    let mut about = about.join(", ");
    if !built.is_empty() {
        let when = if desired.cached { "before, " } else { "" };
        about.push_str(&format!("{}built {when}{}", if about.is_empty() { "" } else { "; " }, built.join(" ")));
    }
    let source = desired.source.trim_end_matches('/');
    if about.is_empty() { source.to_owned() } else { format!("{source} ({about})") }
}

/// `12 owners and 30 grants differ and no file speaks of them: --grants compares them`.
pub(super) fn not_compared(outcome: &Outcome) -> Option<String> {
    let summary = &outcome.summary;
    let counts = [(summary.owners_not_compared, "owner"), (summary.grants_not_compared, "grant")];
    let parts: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| plural(*n, what)).collect();
    let differ = if summary.owners_not_compared + summary.grants_not_compared == 1 {
        "differs and no file speaks of it: --grants compares it"
    } else {
        "differ and no file speaks of them: --grants compares them"
    };
    (!parts.is_empty()).then(|| format!("{} {differ}", parts.join(" and ")))
}

/// Whether a facet is better shown as a diff.
pub(super) fn is_long(facet: &Facet) -> bool {
    let sides = [&facet.from, &facet.to];
    let texts = || sides.iter().filter_map(|s| s.as_deref());
    texts().any(|t| t.contains('\n')) || texts().map(str::len).sum::<usize>() > LONG
}

/// `not null: yes -> none`, the database's first. On one line, whatever the texts hold; long ones are cut.
pub(super) fn facet(facet: &Facet) -> String {
    let side = |s: &Option<String>| s.as_deref().map_or("none".to_owned(), |s| cut(&one_line(s), LONG));
    format!("{}: {} -> {}", one_line(&facet.name.replace('_', " ")), side(&facet.from), side(&facet.to))
}

/// What a finding says beyond its message: facets and, where they are long or missing, the diff.
pub(super) fn details(finding: &Finding) -> (Vec<String>, Vec<String>) {
    let (long, short): (Vec<&Facet>, Vec<&Facet>) = finding.evidence.facets.iter().partition(|f| is_long(f));
    let diff = if long.is_empty() && !short.is_empty() { Vec::new() } else { body(&finding.evidence.diff) };
    let mut lines: Vec<String> = short.into_iter().map(facet).collect();
    if diff.is_empty() {
        lines.extend(long.into_iter().map(facet));
    }
    (lines, diff)
}

/// Where an object comes from, and what it may have been called.
pub(super) fn origin(finding: &Finding) -> Vec<String> {
    let mut said: Vec<String> = finding.evidence.since.iter().map(|since| format!("since {}", one_line(since))).collect();
    let renamed = finding.evidence.renamed.iter();
    said.extend(renamed.map(|other| format!("looks like {} under another name", one_line(other))));
    said
}

/// What `--rename` wants to hear, for an object of the database that looks like one of the files: `public.lead.phone=phone_number`.
pub(super) fn rename(finding: &Finding) -> Option<String> {
    let other = finding.evidence.renamed.as_deref().filter(|_| finding.evidence.change == Change::Unexpected)?;
    Some(format!("{}={}", finding.object, last_name(other)))
}

/// The last name of a path: `b` of `public.a.b`, `"x.y"` of `public."x.y"`.
fn last_name(path: &str) -> &str {
    let mut quoted = false;
    let mut start = 0;
    for (i, c) in path.char_indices() {
        match c {
            '"' => quoted = !quoted, // a doubled one closes and opens again
            '.' if !quoted => start = i + 1,
            _ => {}
        }
    }
    &path[start..]
}

/// The message without the object that it begins with: that stands beside it.
pub(super) fn said(finding: &Finding) -> &str {
    let whole = format!("{} {}", finding.kind, finding.object);
    finding.message.strip_prefix(&whole).map_or(finding.message.as_str(), |m| m.trim_start_matches([' ', ':']))
}

/// The file that a difference is best seen in, where it is in the repository: the last migration that names the object.
pub(super) fn file_of(finding: &Finding, desired: &Desired) -> Option<String> {
    let source = in_repository(desired)?;
    let Some(layout) = desired.layout.as_deref() else { return Some(source.to_owned()) };
    let since = finding.evidence.since.as_deref()?;
    let ending = match layout {
        "prisma" => "/migration.sql",
        "dbharden" => "/up.sql",
        "golang-migrate" => ".up.sql",
        _ if since.ends_with(".sql") => "",
        _ => ".sql",
    };
    Some(format!("{source}/{since}{ending}"))
}

/// The folder or file that the database was compared with, where it is in the repository.
pub(super) fn in_repository(desired: &Desired) -> Option<&str> {
    let source = desired.source.trim_end_matches('/');
    let outside = source.starts_with('/') || source.split('/').any(|part| part == "..");
    (!outside && (desired.layout.is_some() || source.ends_with(".sql"))).then_some(source)
}

/// A diff turned round, so that `+` is what only the database has, as everywhere else; its lines, escaped.
pub(super) fn turned(diff: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut database: Vec<String> = Vec::new(); // waits for what the files have instead, which stands first
    let mut head = true;
    for line in diff.lines() {
        let escaped = |from: usize| one_line(&line[from..]);
        match line.as_bytes().first() {
            Some(b'-') if head && line.starts_with("--- ") => database.push(format!("+++ {}", escaped(4))),
            Some(b'+') if head && line.starts_with("+++ ") => out.push(format!("--- {}", escaped(4))),
            Some(b'\\') if line.starts_with("\\ No newline") => {}
            Some(b'-') => database.push(format!("+{}", escaped(1))),
            Some(b'+') => out.push(format!("-{}", escaped(1))),
            _ => {
                out.append(&mut database);
                head = false;
                out.push(if line.starts_with("@@") { hunk(line) } else { escaped(0) });
            }
        }
    }
    out.append(&mut database);
    out
}

/// The same without the headers of files and hunks: one object's few lines do without.
fn body(diff: &str) -> Vec<String> {
    let lines = turned(diff);
    let head = lines.iter().position(|l| l.starts_with("@@")).unwrap_or(0);
    lines.into_iter().skip(head).filter(|l| !l.starts_with("@@")).collect()
}

/// `@@ -1,2 +3,4 @@` as `@@ -3,4 +1,2 @@`.
fn hunk(line: &str) -> String {
    let mut words: Vec<String> = line.split(' ').map(one_line).collect();
    if let [_, old, new, ..] = words.as_mut_slice() {
        let (from, to) = (old.trim_start_matches('-').to_owned(), new.trim_start_matches('+').to_owned());
        (*old, *new) = (format!("-{to}"), format!("+{from}"));
    }
    words.join(" ")
}

/// Text of at most so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most).chain(['…']).collect() }
}

/// The first `most` of them, and how many are left.
pub(super) fn at_most(lines: &[String], most: usize) -> (&[String], usize) {
    let shown = lines.len().min(most);
    (&lines[..shown], lines.len() - shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_turned_round_is_the_diff_from_the_other_side() {
        let (a, b) = ("one\n--two\nthree\nfour\n", "one\n++zwei\ndrei\nfour\nfive\n");
        let diff = |a: &str, b: &str, from: &str, to: &str| {
            similar::TextDiff::from_lines(a, b).unified_diff().header(from, to).to_string()
        };
        assert_eq!(turned(&diff(a, b, "database", "files")).join("\n") + "\n", diff(b, a, "files", "database"));
        assert_eq!(turned("-x\u{1b}[2J\n+y"), ["-y", "+x\\u{1b}[2J"]);
        assert!(turned("").is_empty());
    }

    #[test]
    fn the_last_name_of_a_path() {
        for (path, last) in [("a.b.c", "c"), ("public.\"x.y\"", "\"x.y\""), ("s.\"a\"\".b\"", "\"a\"\".b\""), ("one", "one")] {
            assert_eq!(last_name(path), last);
        }
    }

    #[test]
    fn owners_and_grants_are_counted_in_words() {
        let mut outcome = Outcome::default();
        assert_eq!(not_compared(&outcome), None);
        outcome.summary.grants_not_compared = 1;
        assert_eq!(not_compared(&outcome).unwrap(), "1 grant differs and no file speaks of it: --grants compares it");
        outcome.summary.owners_not_compared = 2;
        assert_eq!(
            not_compared(&outcome).unwrap(),
            "2 owners and 1 grant differ and no file speaks of them: --grants compares them"
        );
    }
}
