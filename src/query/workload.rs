//! The whole workload at once: identity of texts when it is read, analysis of all statements when it is weighed.

use super::functions::Functions;
use super::text::{for_all, of_expression};
use super::{Analysis, Resolver, StatementKind, Unreadable, analyze, fingerprint, normalize, places};
use crate::snapshot::{Snapshot, Statement};

/// A statement of the workload and what it does.
#[derive(Debug, Clone)]
pub struct Analyzed<'s> {
    /// The statement with its figures.
    pub statement: &'s Statement,
    /// Which relations it reads and writes, and how.
    pub analysis: Analysis,
    /// Of a statement inside a function: as the function writes it, its variables as parameters.
    pub source: Option<String>,
}

impl Analyzed<'_> {
    /// The text that was analysed.
    pub fn text(&self) -> &str {
        self.source.as_deref().unwrap_or(&self.statement.text)
    }
}

/// Fingerprint and normalised text of a statement that touches rows; `None` of a utility statement, whose text is never kept.
///
/// # Errors
/// When the text is not one statement that parses.
pub fn identify(sql: &str) -> Result<Option<(String, String)>, Unreadable> {
    let text = match normalize(sql) {
        Err(Unreadable::Syntax(why)) => normalize(&of_expression(sql).ok_or(Unreadable::Syntax(why))?)?,
        other => other?,
    };
    let first =
        text.trim_start_matches('(').split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_uppercase();
    if !["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES", "TABLE"].contains(&first.as_str()) {
        return Ok(None);
    }
    Ok(Some((fingerprint(&text)?, text)))
}

/// [`identify`] for many texts, in their order.
pub fn identify_all(texts: &[&str]) -> Vec<Result<Option<(String, String)>, Unreadable>> {
    for_all(texts, |text| identify(text))
}

/// Number of parameters of a statement that EXPLAIN can plan; `None` for one it cannot, or that does not parse.
pub fn parameters(sql: &str) -> Option<usize> {
    let tokens = pg_query::scan(sql).ok()?.tokens;
    if tokens.iter().any(|t| t.token == pg_query::protobuf::Token::Ascii59 as i32) {
        return None; // a second statement would be executed, not explained
    }
    let numbers = tokens
        .iter()
        .filter(|t| t.token == pg_query::protobuf::Token::Param as i32)
        .filter_map(|t| sql.get(t.start as usize + 1..t.end as usize)?.parse::<usize>().ok());
    Some(numbers.max().unwrap_or(0))
}

/// Columns that an expression of the catalog names (`indpred`, a policy's USING); `None` when it does not parse.
pub fn columns_of(expression: &str) -> Option<Vec<String>> {
    let parsed = super::text::parse(&format!("SELECT {expression}")).ok()?;
    let last = |node: pg_query::NodeRef| match node {
        pg_query::NodeRef::ColumnRef(c) => match c.fields.last()?.node.as_ref()? {
            pg_query::NodeEnum::String(s) => Some(s.sval.clone()),
            _ => None,
        },
        _ => None,
    };
    Some(parsed.nodes().into_iter().filter_map(|(node, ..)| last(node)).collect())
}

/// Every statement of the workload, analysed under the database's search path, and the texts that cannot be, with the reason.
pub fn analyze_all(snapshot: &Snapshot) -> (Vec<Analyzed<'_>>, Vec<(String, String)>) {
    let resolver = Resolver::new(&snapshot.catalog, search_path(&snapshot.server.search_path));
    let statements = &snapshot.workload.statements;
    let functions = Functions::new(snapshot.objects.as_ref());
    let results = for_all(statements, |s| {
        let own = analyze(&s.text, &resolver);
        // 13 does not say what runs inside functions; variables are names that nothing explains
        let inside = s.nested || own.as_ref().is_ok_and(|a| !a.unresolved.is_empty());
        let written = if inside { functions.written(&s.fingerprint, &resolver) } else { None };
        match written.filter(|w| s.nested || w.has_variables).map(|w| (analyze(&w.text, &resolver), w.text)) {
            Some((Ok(analysis), text)) => (s, Ok(analysis), Some(text)),
            _ => (s, own, None),
        }
    });
    let (mut analyzed, mut unreadable) = (Vec::new(), Vec::new());
    for (statement, result, source) in results {
        match result {
            Ok(analysis) if analysis.kind == StatementKind::Utility => {}
            Ok(analysis) => analyzed.push(Analyzed { statement, analysis, source }),
            Err(e) => unreadable.push((statement.text.clone(), e.to_string())),
        }
    }
    (analyzed, unreadable)
}

/// A statement with the relations qualified that its own search path finds and the database's does not.
pub fn qualified(sql: &str, resolver: &Resolver) -> String {
    let Ok(places) = super::text::with_stack(sql, places::places) else { return sql.to_owned() };
    let edits = places.tables.iter().filter(|(schema, name, _)| schema.is_empty() && !places.named.contains(name));
    let edits = edits.filter_map(|(_, name, at)| {
        let schema = resolver.schema_beside_the_path(name)?;
        Some((*at..*at, format!("{schema}.")))
    });
    places::edited(sql, edits.collect())
}

/// Parameters that a statement asks whether they are NULL, as `$1 IS NULL OR a = $1`: filters that a call may leave out.
pub fn optional_parameters(sql: &str) -> Vec<i32> {
    super::text::with_stack(sql, places::places).map(|p| p.optional).unwrap_or_default()
}

/// A statement with the clock read by a function of this name: `now()`, `CURRENT_TIMESTAMP` and their like. `None` when it reads none.
pub fn with_clock(sql: &str, clock: &str) -> Option<String> {
    let places = super::text::with_stack(sql, places::places).ok()?;
    let tokens = places::tokens(sql);
    let mut edits = Vec::new();
    for (name, arguments, at) in &places.calls {
        if *arguments == 0 && matches!(name.as_str(), "now" | "transaction_timestamp" | "statement_timestamp") {
            edits.extend(places::extent_of_call(&tokens, *at).map(|bytes| (bytes, format!("{clock}()"))));
        }
    }
    for at in &places.values {
        let Some(bytes) = places::extent(&tokens, *at, 1) else { continue };
        let cast = match sql.get(bytes.clone()).unwrap_or_default().to_ascii_uppercase().as_str() {
            "CURRENT_TIMESTAMP" => "",
            "LOCALTIMESTAMP" => "::timestamp",
            "CURRENT_DATE" => "::date",
            _ => continue,
        };
        let end = match sql.get(bytes.end..).unwrap_or_default().trim_start().starts_with('(') {
            true => places::extent_of_call(&tokens, *at).map_or(bytes.end, |b| b.end),
            false => bytes.end,
        };
        edits.push((bytes.start..end, format!("{clock}(){cast}")));
    }
    (!edits.is_empty()).then(|| places::edited(sql, edits))
}

/// The schemas of a `search_path` as written: `"$user", public` is `public`.
pub fn search_path(written: &str) -> Vec<String> {
    let unquote = |part: &str| {
        let part = part.trim();
        match part.strip_prefix('"').and_then(|p| p.strip_suffix('"')) {
            Some(quoted) => quoted.replace("\"\"", "\""),
            None => part.to_lowercase(),
        }
    };
    written.split(',').map(unquote).filter(|s| !s.is_empty() && s != "$user").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utility_statements_are_not_kept() {
        assert_eq!(identify("ALTER ROLE a PASSWORD 'secret'"), Ok(None));
        assert!(identify("select 1 from t where a = 5").is_ok_and(|s| s.is_some()));
        assert!(identify("select from where").is_err());
    }

    #[test]
    fn parameters_are_counted_by_their_highest_number() {
        assert_eq!(parameters("select $2, '$9', $1"), Some(2));
    }

    #[test]
    fn search_paths_as_written() {
        assert_eq!(search_path("\"$user\", public, \"My Schema\", Other"), ["public", "My Schema", "other"]);
    }
}
