//! Whose rows are whose, in a few lines: the table of tenants, its key, paths, and what a person must decide.

use std::collections::BTreeMap;

use super::LINES_PER_CHECK;
use super::document::{Document, Mode};
use super::screen::{Ink, Screen};
use super::table::plural;
use crate::check::Severity;
use crate::tenancy::{PlaceName, Summary, TablePlace};

/// Paths shown of those that lead to a tenant.
const PATHS: usize = 5;

/// The lines, where there are tenants.
pub(super) fn tenants(document: &Document, screen: &mut Screen) {
    let (Some(summary), Mode::Plan { .. }) = (&document.tenancy, document.mode) else { return };
    screen.heading("Tenants");
    let mut rows = vec![("tenant", root(summary)), ("key", keys(summary))];
    let of = |place| summary.tables.iter().filter(move |t| t.place == place);
    let paths: Vec<&TablePlace> = of(PlaceName::Path).collect();
    for table in paths.iter().take(PATHS) {
        rows.push(("path", format!("{}: {}", table.table, table.way.as_deref().unwrap_or_default())));
    }
    if paths.len() > PATHS {
        rows.push(("path", format!("and {} more", paths.len() - PATHS)));
    }
    for (word, place) in [("shared", PlaceName::Shared), ("internal", PlaceName::Internal), ("undecided", PlaceName::Undecided)] {
        let mut names: Vec<&str> = of(place).map(|t| t.table.as_str()).collect();
        let more = names.len().saturating_sub(LINES_PER_CHECK);
        names.truncate(LINES_PER_CHECK);
        if !names.is_empty() {
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            rows.push((word, format!("{}{more}", names.join(", "))));
        }
    }
    let cells: Vec<_> =
        rows.into_iter().map(|(word, text)| vec![vec![(Ink::Dim, word.to_owned())], vec![(Ink::Plain, text)]]).collect();
    screen.rows(2, &cells);
    if let Some(question) = &summary.question {
        screen.line(2, Ink::Severity(Severity::Warning), &format!("? {question}"));
    }
}

/// The table of tenants, or the candidates with their scores.
fn root(summary: &Summary) -> String {
    let why = |c: &crate::tenancy::Candidate| {
        let member = if c.membership { ", has members" } else { "" };
        format!("{} (score {:.1}: {} name it, {} lead to it{member})", c.name, c.score, plural(c.direct, "table"), c.reached)
    };
    match (&summary.root, summary.configured) {
        (Some(root), true) => format!("{root}, as configured"),
        (None, true) => "no table, as configured".to_owned(),
        _ => summary.candidates.iter().map(why).collect::<Vec<_>>().join(" or "),
    }
}

/// Spellings of the key with the number of their tables.
fn keys(summary: &Summary) -> String {
    let mut spellings: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for table in &summary.tables {
        if let Some(column) = &table.column {
            let counted = spellings.entry(column).or_default();
            counted.0 += 1;
            counted.1 += usize::from(table.nullable == Some(true));
        }
    }
    let said = |(column, (all, nullable)): (&str, (usize, usize))| {
        let may = if nullable > 0 { format!(", {nullable} may be NULL") } else { String::new() };
        format!("{column} in {}{may}", plural(all, "table"))
    };
    let mut spellings: Vec<_> = spellings.into_iter().collect();
    spellings.sort_by_key(|(_, (all, _))| std::cmp::Reverse(*all));
    spellings.into_iter().map(said).collect::<Vec<_>>().join("; ")
}
