//! Workload of an example: statements separated by `;`, each under a comment with its figures.

use dbharden::snapshot::workload::{Entry, Source, Workload, merge};

/// Parses `-- calls: 1200 rows: 1 mean_ms: 0.4`, one statement, `;` and so on. `rows` counts all calls together.
pub fn parse(text: &str) -> Result<Workload, String> {
    let mut entries = Vec::new();
    for piece in text.split(';').filter(|p| !p.trim().is_empty()) {
        let (comments, sql): (Vec<&str>, Vec<&str>) = piece.lines().partition(|l| l.trim_start().starts_with("--"));
        let words: Vec<&str> = comments.iter().flat_map(|c| c.split_whitespace()).collect();
        let figure = |name: &str| {
            let at = words.iter().position(|w| *w == name)?;
            words.get(at + 1)?.parse::<f64>().ok()
        };
        let calls = figure("calls:").ok_or_else(|| format!("no calls: before {piece:?}"))?;
        entries.push(Entry {
            text: sql.join("\n"),
            role: None,
            calls: calls as i64,
            rows: figure("rows:").unwrap_or(0.0) as i64,
            total_ms: calls * figure("mean_ms:").unwrap_or(0.0),
            max_ms: figure("max_ms:"),
            blocks: 0,
            nested: false,
        });
    }
    let count = entries.len() as i64;
    match merge(entries) {
        (statements, 0) => {
            Ok(Workload { source: Source::File, entries: count, time_share: 1.0, statements, ..Workload::default() })
        }
        (_, n) => Err(format!("{n} statements do not parse")),
    }
}
