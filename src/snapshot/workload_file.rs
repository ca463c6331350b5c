//! A workload from a file: statements separated by `;`, each with its figures in a comment before it.
//!
//! ```sql
//! -- calls: 1200 rows: 1 mean_ms: 0.4
//! select * from lead where "userId" = $1 and status = 'new';
//! ```
//!
//! `calls` counts executions. `rows`, `blocks` and `mean_ms` are of one call, `total_ms` of all calls together, `max_ms` of the
//! longest; `role` names who sends it. What is not said is 1 for `calls` and else 0. Other comments are prose.

use pg_query::protobuf::Token;

use super::workload::{Entry, Source, merge};
use super::{Snapshot, Subject, Workload};
use crate::error::{Error, Result};
use crate::ident::{Ident, one_line};
use crate::query;

/// Figures that a comment may give.
const KEYS: &[&str] = &["calls", "rows", "blocks", "mean_ms", "total_ms", "max_ms", "role"];

/// Reads the text of such a file.
///
/// # Errors
/// Names the line of a statement that does not parse and of a figure that is none.
pub fn parse(text: &str) -> Result<Workload> {
    let tokens = pg_query::scan(text).map_err(|e| broken(text, &e))?.tokens;
    let mut entries = Vec::new();
    let mut figures = Figures::default();
    let mut start: Option<usize> = None;
    let mut end = 0;
    for token in &tokens {
        let (from, to) = (token.start as usize, token.end as usize);
        match token.token() {
            Token::SqlComment | Token::CComment if start.is_none() => {
                figures.read(text.get(from..to).unwrap_or_default()).map_err(|e| at_line(text, from, e))?;
            }
            Token::SqlComment | Token::CComment => {}
            Token::Ascii59 => {
                entries.extend(start.map(|s| entry(text, s, end, &figures)).transpose()?);
                (start, figures) = (None, Figures::default());
            }
            _ => {
                start = start.or(Some(from));
                end = to;
            }
        }
    }
    entries.extend(start.map(|s| entry(text, s, end, &figures)).transpose()?);
    let count = entries.len() as i64;
    let (statements, _) = merge(entries);
    Ok(Workload { source: Source::File, entries: count, time_share: 1.0, statements, ..Workload::default() })
}

impl Snapshot {
    /// Puts this workload in the place of what the database counted.
    pub fn with_workload(&mut self, workload: Workload) {
        self.workload = workload;
        self.unseen.retain(|u| u.subject != Subject::Workload);
    }
}

/// What the comments before one statement say.
#[derive(Default)]
struct Figures {
    given: Vec<(String, f64)>,
    role: Option<Ident>,
}

impl Figures {
    /// Reads a comment; one that does not begin with `word: figure` is prose.
    fn read(&mut self, comment: &str) -> std::result::Result<(), String> {
        let inner = comment.trim_start_matches('-').trim_start_matches("/*").trim_end_matches("*/");
        let spaced = inner.replace(':', ": ").replace(',', " ");
        let mut words = spaced.split_whitespace().peekable();
        let Some(first) = words.peek().and_then(|w| w.strip_suffix(':')) else { return Ok(()) };
        let is_figure = spaced.split_whitespace().nth(1).is_some_and(|v| v.parse::<f64>().is_ok());
        if !KEYS.contains(&first) && !is_figure {
            return Ok(());
        }
        while let Some(word) = words.next() {
            let key = word.strip_suffix(':').filter(|k| KEYS.contains(k));
            let key = key.ok_or_else(|| format!("{word:?} is no figure; known are {}", KEYS.join(", ")))?;
            let value = words.next().ok_or_else(|| format!("{key} has no value"))?;
            if self.given.iter().any(|(k, _)| k == key) || key == "role" && self.role.is_some() {
                return Err(format!("{key} is given twice"));
            }
            if key == "role" {
                self.role = Some(Ident::new(value));
                continue;
            }
            let number = value.parse::<f64>().ok().filter(|n| n.is_finite() && (0.0..1e18).contains(n));
            let number = number.filter(|n| key != "calls" || n.fract() == 0.0);
            self.given.push((key.to_owned(), number.ok_or_else(|| format!("{key}: {value:?} is not a number from 0 on"))?));
        }
        Ok(())
    }

    fn get(&self, key: &str) -> Option<f64> {
        self.given.iter().find(|(k, _)| k == key).map(|(_, v)| *v)
    }
}

fn entry(text: &str, from: usize, to: usize, figures: &Figures) -> Result<Entry> {
    let statement = text.get(from..to).unwrap_or_default();
    query::identify(statement).map_err(|e| at_line(text, from, format!("this statement does not parse: {e}")))?;
    let calls = figures.get("calls").unwrap_or(1.0);
    let all = |key: &str| figures.get(key).unwrap_or(0.0) * calls;
    Ok(Entry {
        text: statement.to_owned(),
        role: figures.role.clone(),
        calls: calls as i64,
        rows: all("rows").round() as i64,
        total_ms: figures.get("total_ms").unwrap_or_else(|| all("mean_ms")),
        max_ms: figures.get("max_ms"),
        blocks: all("blocks").round() as i64,
        nested: false,
        is_example: true,
    })
}

fn at_line(text: &str, position: usize, why: String) -> Error {
    let line = text.get(..position).unwrap_or_default().matches('\n').count() + 1;
    Error::new(format!("line {line} of the workload cannot be used"))
        .because(one_line(&why))
        .fix("write statements separated by `;`, each after a comment such as `-- calls: 1200 rows: 1 mean_ms: 0.4`")
}

/// A text that cannot even be cut into words, as where a quote is not closed: the line is the one after the last that can.
fn broken(text: &str, error: &pg_query::Error) -> Error {
    let mut position = 0;
    for (at, _) in text.match_indices('\n').rev() {
        if text.get(..at).is_some_and(|t| pg_query::scan(t).is_ok()) {
            position = at + 1;
            break;
        }
    }
    let why = match error {
        pg_query::Error::Scan(why) | pg_query::Error::Parse(why) => why.clone(),
        other => other.to_string(),
    };
    at_line(text, position, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_belong_to_the_statement_that_follows() {
        let text = "-- The list page: slow since May\n-- calls: 1200 rows: 1.5, mean_ms:0.4\nselect * from a where b = 'x;y' -- calls: 9\n;\n\
                    /* calls: 10 total_ms: 7 max_ms: 3 blocks: 2 role: app */ update a set b = 1;\nselect 1 from c";
        let w = parse(text).unwrap();
        assert_eq!((w.source, w.entries, w.statements.len()), (Source::File, 3, 3));
        let first = &w.statements[0];
        assert_eq!(
            (first.text.as_str(), first.calls, first.rows, first.total_ms),
            ("select * from a where b = $1", 1200, 1800, 480.0)
        );
        let second = &w.statements[1];
        assert_eq!((second.calls, second.total_ms, second.max_ms, second.blocks), (10, 7.0, Some(3.0), 20));
        assert_eq!(second.roles, [Ident::new("app")]);
        assert_eq!((w.statements[2].calls, w.statements[2].total_ms), (1, 0.0));
        assert!(parse("").unwrap().statements.is_empty());
    }

    #[test]
    fn errors_name_the_line() {
        for (text, line, word) in [
            ("select 1;\n\n-- calls: many\nselect 2", "line 3", "calls"),
            ("-- cals: 5\nselect 2", "line 1", "cals"),
            ("-- calls: 5 rows\nselect 2", "line 1", "rows"),
            ("-- calls: 5\n-- calls: 6\nselect 2", "line 2", "twice"),
            ("-- calls: -5\nselect 2", "line 1", "from 0 on"),
            ("select 1;\nselect from where;", "line 2", "parse"),
            ("select 1;\nselect 2;\nselect 'x", "line 3", "unterminated"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(line) && error.contains(word), "{text}: {error}");
        }
    }
}
