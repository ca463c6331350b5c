//! Comments that silence rules: ours, `-- dbharden:ignore RULE reason`, and squawk's, `-- squawk-ignore rule`, which stay as
//! they are.
//!
//! A comment holds for the statement that follows it. Inside a statement, or behind something on its line, it holds for what is
//! on its own line and the next one. `dbharden:ignore-file` and `squawk-ignore-file` hold for the file.

use std::ops::Range;

use super::rules::Rules;
use super::script::{Script, Statement};
use crate::migration::script;

/// One comment.
#[derive(Debug, Clone)]
pub struct Ignore {
    /// Where it stands.
    pub place: Range<usize>,
    /// For the whole file.
    pub file: bool,
    /// Names of rules as written; empty = all.
    pub named: Vec<String>,
    /// Our own names and ids of them.
    pub rules: Vec<String>,
    /// Names that no rule has.
    pub unknown: Vec<String>,
    /// It is one of ours.
    pub ours: bool,
    /// Why, as far as it is said.
    pub reason: String,
    /// It has silenced something.
    pub used: bool,
}

/// The comments of a file that silence rules.
pub fn ignores(file: &Script, rules: &Rules) -> Vec<Ignore> {
    // the common case must not take the text apart
    if !file.sql.contains("squawk-ignore") && !file.sql.contains("dbharden:ignore") {
        return Vec::new();
    }
    script::comments(&file.sql).into_iter().filter_map(|place| read(&file.sql[place.clone()], place, rules)).collect()
}

fn read(comment: &str, place: Range<usize>, rules: &Rules) -> Option<Ignore> {
    let inside = comment.trim_start_matches("--").trim_start_matches("/*").trim_end_matches("*/").trim();
    let ours = inside.starts_with("dbharden:");
    let rest = inside.strip_prefix("dbharden:ignore").or_else(|| inside.strip_prefix("squawk-ignore"))?;
    let (file, rest) = rest.strip_prefix("-file").map_or((false, rest), |r| (true, r));
    if !rest.is_empty() && !rest.starts_with(|c: char| c.is_whitespace() || c == ':') {
        return None;
    }
    let mut ignore = Ignore {
        place,
        file,
        named: Vec::new(),
        rules: Vec::new(),
        unknown: Vec::new(),
        ours,
        reason: String::new(),
        used: false,
    };
    let rest = rest.trim_start_matches(':').trim();
    if ours {
        // names, with commas between them, then the reason
        let mut words = rest.split_whitespace().peekable();
        let mut list = words.next().unwrap_or_default().to_owned();
        while list.ends_with(',') || words.peek().is_some_and(|w| w.starts_with(',')) {
            let Some(word) = words.next() else { break };
            list.push_str(word);
        }
        ignore.reason = words.collect::<Vec<_>>().join(" ");
        ignore.named = split(&list);
        for name in &ignore.named {
            match rules.find(name) {
                Some(rule) => ignore.rules.push(rule.about.name.clone()),
                None => ignore.unknown.push(name.clone()),
            }
        }
    } else {
        ignore.named = split(rest);
        for name in &ignore.named {
            ignore.rules.extend(rules.of_squawk(name).map(|r| r.about.name.clone()));
        }
    }
    Some(ignore)
}

fn split(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect()
}

impl Ignore {
    /// Whether it silences a rule at a place of a statement.
    pub fn covers(&self, rule: &str, at: usize, statement: Option<&Statement>, text: &str) -> bool {
        if !self.named.is_empty() && !self.rules.iter().any(|r| r == rule) {
            return false;
        }
        if self.file {
            return true;
        }
        let Some(statement) = statement else { return false };
        let span = &statement.span;
        if self.place.end <= span.start {
            // nothing but comments between them, and no statement before it on its line
            let alone = text[..self.place.start].rsplit('\n').next().is_none_or(|l| l.trim().is_empty());
            return alone && script::skip_comments(text, self.place.end) == span.start;
        }
        // inside the statement, or behind it on its last line
        let from = text[..self.place.start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |i| from + i + 1);
        let to = if self.place.start < span.end { line_end(line_end(from)) } else { line_end(from) };
        (from..to).contains(&at) || self.place.start >= span.end && (from..to).contains(&span.end.saturating_sub(1))
    }
}
