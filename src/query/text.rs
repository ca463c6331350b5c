//! Texts of statements: parsed, fingerprinted, normalised.
//!
//! PostgreSQL's parser guards its own recursion, and decoding its tree stops at 100 messages (some 48 nested nodes), but those 100
//! take about a megabyte of stack in a debug build. So all of it runs on a thread with a stack of its own: deep nesting is an
//! error value wherever it is called from.

use std::cell::Cell;
use std::io;
use std::thread::{Scope, ScopedJoinHandle};

use pg_query::protobuf::{ParseResult, Token};
use pg_query::{FingerprintOptions, NodeEnum};

use super::Unreadable;

/// Enough for 100 nested messages and our walk over them, views included, unoptimised; only touched pages are ever allocated.
const STACK_BYTES: usize = 32 << 20;

/// Longest text looked at: more is a bulk load, and its tree takes a hundred times its size.
const MAX_BYTES: usize = 4 << 20;

thread_local! {
    /// Whether this thread was started with a big stack.
    static BIG_STACK: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` on a thread with a big stack: this one, where it has one.
pub(super) fn with_stack<T: Send>(sql: &str, work: impl FnOnce(&str) -> Result<T, Unreadable> + Send) -> Result<T, Unreadable> {
    if sql.len() > MAX_BYTES {
        return Err(Unreadable::Syntax(format!("longer than {} MB", MAX_BYTES >> 20)));
    }
    if BIG_STACK.get() {
        return work(sql);
    }
    std::thread::scope(|scope| match spawn(scope, || work(sql)).map(|thread| thread.join()) {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(error) => Err(Unreadable::Syntax(format!("no thread to read it on: {error}"))),
    })
}

/// `work` for each of many items, in their order, on a few threads with big stacks: starting one for each statement would cost
/// as much as reading it.
pub(crate) fn for_all<'i, I: Sync, T: Send>(items: &'i [I], work: impl Fn(&'i I) -> T + Sync) -> Vec<T> {
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get()).min(8);
    let piece = items.len().div_ceil(workers).max(1);
    let work = &work;
    std::thread::scope(|scope| {
        let started: Vec<_> =
            items.chunks(piece).map(|part| (part, spawn(scope, move || part.iter().map(work).collect::<Vec<T>>()))).collect();
        let finish = |(part, thread): (&'i [I], io::Result<ScopedJoinHandle<'_, Vec<T>>>)| match thread.map(|t| t.join()) {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => part.iter().map(work).collect(), // no thread to be had: here, one by one
        };
        started.into_iter().flat_map(finish).collect()
    })
}

fn spawn<'s, 'e, T: Send + 's>(
    scope: &'s Scope<'s, 'e>,
    work: impl FnOnce() -> T + Send + 's,
) -> io::Result<ScopedJoinHandle<'s, T>> {
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || {
        BIG_STACK.set(true);
        work()
    })
}

fn unreadable(error: pg_query::Error) -> Unreadable {
    match error {
        pg_query::Error::Decode(_) => Unreadable::TooDeep,
        pg_query::Error::Parse(m) | pg_query::Error::Scan(m) | pg_query::Error::Split(m)
            if m.contains("too deep") || m.contains("depth limit") =>
        {
            Unreadable::TooDeep
        }
        // `at or near "..."` quotes the text, which may be a secret
        pg_query::Error::Parse(m) | pg_query::Error::Scan(m) | pg_query::Error::Split(m) => {
            Unreadable::Syntax(m.split(" at or near ").next().unwrap_or_default().to_owned())
        }
        other => Unreadable::Syntax(other.to_string()),
    }
}

/// The parse tree of a text, whatever it holds.
pub(crate) fn parse(sql: &str) -> Result<ParseResult, Unreadable> {
    Ok(pg_query::parse(sql, 0).map_err(unreadable)?.protobuf)
}

/// The one statement in a text.
pub(super) fn parse_one(sql: &str) -> Result<NodeEnum, Unreadable> {
    let mut statements = parse(sql)?.stmts;
    if statements.len() > 1 {
        return Err(Unreadable::Several(statements.len()));
    }
    statements.pop().and_then(|s| s.stmt).and_then(|s| s.node).ok_or(Unreadable::Empty)
}

/// The same for statements that differ only in constants, in the length of IN lists, in white space and comments.
///
/// Unlike PostgreSQL 18's own query id, it tells relations of one alias but different names apart, and numbered partitions too:
/// statements that share a fingerprint share an analysis.
pub fn fingerprint(sql: &str) -> Result<String, Unreadable> {
    with_stack(sql, |sql| {
        let body = prepared_body(sql)?;
        let options = FingerprintOptions::RANGEVAR_PG17_COMPAT | FingerprintOptions::FULL_RELNAME;
        Ok(pg_query::fingerprint(body, 0, options).map_err(unreadable)?.hex)
    })
}

/// The text with constants replaced by `$n` (existing ones stay), without comments, outer semicolon and superfluous white space;
/// a PREPARE is reduced to the statement inside.
pub fn normalize(sql: &str) -> Result<String, Unreadable> {
    with_stack(sql, |sql| {
        let replaced = pg_query::normalize(prepared_body(sql)?).map_err(unreadable)?;
        fold(&replaced)
    })
}

/// An expression that PL/pgSQL evaluates as the query that it is: `exists (select ...)`, `n := (select ...)` are what
/// `pg_stat_statements` shows of it.
pub(super) fn of_expression(sql: &str) -> Option<String> {
    let is_name = |t: &str| t.chars().all(|c| c.is_alphanumeric() || " _.\"[]$".contains(c));
    let expression = match sql.split_once(":=") {
        Some((name, value)) if is_name(name) => value,
        _ => sql,
    };
    let select = format!("SELECT {}", expression.trim());
    with_stack(&select, parse_one).is_ok().then_some(select)
}

/// A statement that PREPARE takes, and the numbers its parameters had: they are counted from 1 without gaps (constants inside functions
/// are not), and `EXTRACT($1 FROM x)`, which pg_stat_statements writes and no server takes, becomes a call of `date_part`.
pub fn preparable(sql: &str) -> (String, Vec<i32>) {
    let Ok(scanned) = pg_query::scan(sql) else { return (sql.to_owned(), Vec::new()) };
    let tokens = scanned.tokens;
    let text = |i: usize| tokens.get(i).and_then(|t| sql.get(t.start as usize..t.end as usize)).unwrap_or_default();
    let number =
        |i: usize| tokens.get(i).filter(|t| t.token() == Token::Param).and_then(|_| text(i).get(1..)?.parse::<i32>().ok());
    let mut numbers: Vec<i32> = (0..tokens.len()).filter_map(number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let place = |n: i32| numbers.binary_search(&n).map_or(n, |i| i as i32 + 1);
    let of_extract =
        |i: usize| tokens[i].token() == Token::Extract && number(i + 2).is_some() && text(i + 3).eq_ignore_ascii_case("from");
    let mut out = String::with_capacity(sql.len());
    let mut end = 0;
    for (i, token) in tokens.iter().enumerate() {
        let (from, to) = (token.start as usize, token.end as usize);
        out.push_str(sql.get(end..from).unwrap_or_default());
        match number(i) {
            _ if of_extract(i) => out.push_str("pg_catalog.date_part"),
            Some(n) if i >= 2 && of_extract(i - 2) => out.push_str(&format!("${}::text", place(n))),
            Some(n) => out.push_str(&format!("${}", place(n))),
            None if i >= 3 && of_extract(i - 3) => out.push(','),
            None => out.push_str(sql.get(from..to).unwrap_or_default()),
        }
        end = to;
    }
    out.push_str(sql.get(end..).unwrap_or_default());
    (out, numbers)
}

/// A statement with whole numbers in place of some of its parameters.
pub fn with_numbers(sql: &str, numbers: &[(i32, i64)]) -> String {
    with_parameters(sql, &|own| numbers.iter().find(|(n, _)| *n == own).map(|(_, number)| number.to_string()))
}

/// A statement with SQL in the place of its parameters, the first for `$1`.
pub fn with_values(sql: &str, values: &[String]) -> String {
    with_parameters(sql, &|own| values.get(usize::try_from(own).ok()?.checked_sub(1)?).cloned())
}

fn with_parameters(sql: &str, value: &dyn Fn(i32) -> Option<String>) -> String {
    let Ok(scanned) = pg_query::scan(sql) else { return sql.to_owned() };
    let (mut out, mut end) = (String::with_capacity(sql.len()), 0);
    for token in scanned.tokens.iter().filter(|t| t.token() == Token::Param) {
        let (from, to) = (token.start as usize, token.end as usize);
        let own = sql.get(from + 1..to).and_then(|n| n.parse::<i32>().ok());
        let Some(value) = own.and_then(value) else { continue };
        out.push_str(sql.get(end..from).unwrap_or_default());
        out.push_str(&value);
        end = to;
    }
    out.push_str(sql.get(end..).unwrap_or_default());
    out
}

/// Whether SQL holds a string or a number. What cannot be scanned counts as if it did.
pub fn has_literal(sql: &str) -> bool {
    let literal =
        |t: Token| matches!(t, Token::Sconst | Token::Usconst | Token::Bconst | Token::Xconst | Token::Fconst | Token::Iconst);
    pg_query::scan(sql).map_or(true, |s| s.tokens.iter().any(|t| literal(t.token())))
}

/// Whether SQL holds a parameter, `$1`.
pub fn has_parameter(sql: &str) -> bool {
    sql.contains('$') && pg_query::scan(sql).map_or(true, |s| s.tokens.iter().any(|t| t.token() == Token::Param))
}

/// A statement as its parse tree prints it: `interval $1`, which pg_stat_statements writes and no server takes, becomes `$1::interval`.
pub fn rewritten(sql: &str) -> Option<String> {
    let rewritten: Result<String, Unreadable> = with_stack(sql, |sql| {
        let parsed = parse(sql).map_err(|e| Unreadable::Syntax(e.to_string()))?;
        pg_query::deparse(&parsed, pg_query::DeparseOptions::default()).map_err(unreadable)
    });
    rewritten.ok()
}

/// White space and comments between tokens become one blank, or none inside parentheses and before a comma; what is inside a token (a literal, a quoted name) stays as it is.
fn fold(sql: &str) -> Result<String, Unreadable> {
    let mut out = String::with_capacity(sql.len());
    let mut end = 0;
    let mut opened = true;
    for token in pg_query::scan(sql).map_err(unreadable)?.tokens {
        if matches!(token.token(), Token::SqlComment | Token::CComment) {
            continue;
        }
        let (start, stop) = (token.start as usize, token.end as usize);
        let closes = matches!(token.token(), Token::Ascii41 | Token::Ascii44);
        if start > end && !opened && !closes {
            out.push(' ');
        }
        opened = token.token() == Token::Ascii40;
        out.push_str(sql.get(start..stop).unwrap_or_default());
        end = stop;
    }
    let statement = out.trim_end_matches([';', ' ']).len();
    out.truncate(statement);
    Ok(out)
}

/// What follows AS in `PREPARE name (types) AS statement`; any other text as it is.
fn prepared_body(sql: &str) -> Result<&str, Unreadable> {
    let word = sql.trim_start().get(..7).unwrap_or_default();
    // a comment may come first; only then is the scan needed to know
    if !word.eq_ignore_ascii_case("prepare") && !word.starts_with("--") && !word.starts_with("/*") {
        return Ok(sql);
    }
    let mut depth = 0_i32;
    let tokens = pg_query::scan(sql).map_err(unreadable)?.tokens;
    let mut code = tokens.iter().filter(|t| !matches!(t.token(), Token::SqlComment | Token::CComment));
    if code.next().is_none_or(|t| t.token() != Token::Prepare) {
        return Ok(sql);
    }
    for token in code {
        match token.token() {
            Token::Ascii40 => depth += 1,
            Token::Ascii41 => depth -= 1,
            Token::As if depth == 0 => return Ok(sql.get(token.end as usize..).unwrap_or(sql)),
            Token::Transaction => return Ok(sql),
            _ => {}
        }
    }
    Ok(sql)
}
