//! Every statement of ours on the user's database runs in a transaction that pins its settings with `SET LOCAL`.
//!
//! So a transaction pooler may give each of them another server session and finds it afterwards as it was. Statements are
//! unnamed, carry `/* dbharden */` behind their first word (where every server version keeps it), and wait for locks
//! and run for a bounded time only.

use std::time::Duration;

use serde::de::DeserializeOwned;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Row};

use super::failure::QueryError;
use crate::ident::literal;

/// The comment by which the workload reader leaves our own statements out.
pub const MARKER: &str = "/* dbharden */";

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Read only, and all statements see the same moment (REPEATABLE READ).
    Snapshot,
    /// Read only, and each statement sees the present (READ COMMITTED).
    Now,
    /// May write (READ COMMITTED).
    Write,
}

/// Bounds of a transaction. They end our statements, never somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest wait for one lock.
    pub lock: Duration,
    /// Longest run of one statement; zero is no limit.
    pub statement: Duration,
    /// Longest pause between two statements before the server ends the session.
    pub idle: Duration,
}

impl Default for Limits {
    /// 100 ms for a lock, 30 s for a statement, 60 s of silence.
    fn default() -> Self {
        Self { lock: Duration::from_millis(100), statement: Duration::from_secs(30), idle: Duration::from_secs(60) }
    }
}

/// A value bound to `$1`, `$2` ... of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bind {
    /// `text`
    Text(String),
    /// `text[]`
    TextArray(Vec<String>),
    /// `oid[]`
    Oids(Vec<u32>),
    /// `bigint`
    Int(i64),
}

/// A transaction on the user's database. Dropped without [`Tx::commit`], it is rolled back before the session does anything else.
pub struct Tx<'s> {
    connection: &'s mut PgConnection,
    /// The session's note that a transaction was left open.
    open: &'s mut bool,
}

/// One message for all: one round trip, and a pooler sees a single transaction begin.
pub(super) fn begin(kind: Kind, limits: &Limits) -> String {
    let mode = match kind {
        Kind::Snapshot => "ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Kind::Now => "ISOLATION LEVEL READ COMMITTED READ ONLY",
        Kind::Write => "ISOLATION LEVEL READ COMMITTED READ WRITE",
    };
    let ms = |d: Duration| format!("'{}ms'", d.as_millis());
    let mut sql = format!("BEGIN {MARKER} {mode}");
    for (name, value) in [
        ("lock_timeout", ms(limits.lock)),
        ("statement_timeout", ms(limits.statement)),
        ("idle_in_transaction_session_timeout", ms(limits.idle)),
        // nothing of the user's can stand between a name and the catalog's object: unnamed, pg_temp would come first,
        // and behind a pooler it holds the application's temporary tables
        ("search_path", "pg_catalog, pg_temp".into()),
        ("client_min_messages", "warning".into()),
        // the same bytes whatever the role's defaults are
        ("datestyle", "'ISO, MDY'".into()),
        ("intervalstyle", "postgres".into()),
        ("timezone", "'UTC'".into()),
        ("extra_float_digits", "1".into()),
        ("bytea_output", "hex".into()),
        ("quote_all_identifiers", "off".into()),
        // how texts of the catalog print a backslash, and how our own statements are read
        ("standard_conforming_strings", "on".into()),
        // compiling costs more than catalog queries do
        ("jit", "off".into()),
    ] {
        sql.push_str(&format!("; SET {MARKER} LOCAL {name} = {value}"));
    }
    sql
}

impl<'s> Tx<'s> {
    pub(super) async fn begin(
        connection: &'s mut PgConnection,
        open: &'s mut bool,
        kind: Kind,
        limits: &Limits,
    ) -> Result<Tx<'s>, QueryError> {
        if *open {
            simple(connection, &format!("ROLLBACK {MARKER}")).await?;
        }
        // set first: whatever fails from here on must not leave a transaction behind
        *open = true;
        simple(connection, &begin(kind, limits)).await?;
        Ok(Tx { connection, open })
    }

    /// The transaction that is open already.
    pub(super) fn adopt(connection: &'s mut PgConnection, open: &'s mut bool) -> Tx<'s> {
        Tx { connection, open }
    }

    /// The rows of a SELECT, each through `row_to_json` into `T`. `sql` is text of ours, never of the user's; values go into `binds`.
    pub async fn fetch_json<T: DeserializeOwned>(&mut self, sql: &str, binds: &[Bind]) -> Result<Vec<T>, QueryError> {
        let rows = self.fetch(sql, binds).await?;
        rows.iter()
            .map(|row| {
                let json: &str = row.try_get(0)?;
                // serde quotes the value it stumbled over, which may be the user's: the place must do
                serde_json::from_str(json).map_err(|e| {
                    QueryError::other(format!(
                        "a row of the catalogs is not as expected ({:?} error at column {})",
                        e.classify(),
                        e.column()
                    ))
                })
            })
            .collect()
    }

    /// The rows of a SELECT, each as the text of a JSON object, to be parsed when no transaction is open any more.
    pub async fn fetch_rows(&mut self, sql: &str, binds: &[Bind]) -> Result<Vec<String>, QueryError> {
        self.fetch(sql, binds).await?.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    async fn fetch(&mut self, sql: &str, binds: &[Bind]) -> Result<Vec<PgRow>, QueryError> {
        let sql = sql.trim_end().trim_end_matches(';');
        // the line breaks keep a comment at the end of `sql` from swallowing the rest
        let sql = format!("SELECT {MARKER} pg_catalog.row_to_json(q.*)::pg_catalog.text FROM (\n{sql}\n) AS q");
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        for bind in binds {
            query = match bind {
                Bind::Text(text) => query.bind(text.clone()),
                Bind::TextArray(texts) => query.bind(texts.clone()),
                Bind::Oids(oids) => query.bind(oids.iter().map(|oid| Oid(*oid)).collect::<Vec<_>>()),
                Bind::Int(number) => query.bind(*number),
            };
        }
        Ok(query.fetch_all(&mut *self.connection).await?)
    }

    /// Exactly one row.
    pub async fn fetch_one_json<T: DeserializeOwned>(&mut self, sql: &str, binds: &[Bind]) -> Result<T, QueryError> {
        let mut rows = self.fetch_json(sql, binds).await?;
        match (rows.pop(), rows.is_empty()) {
            (Some(row), true) => Ok(row),
            _ => Err(QueryError::other("a query of the catalogs did not give exactly one row")),
        }
    }

    /// The first column of the rows of a statement that is no SELECT (EXPLAIN, SHOW), as text. The marker goes behind its first word.
    pub async fn fetch_text(&mut self, sql: &str) -> Result<Vec<String>, QueryError> {
        let rows = sqlx::raw_sql(AssertSqlSafe(marked(sql))).fetch_all(&mut *self.connection).await?;
        rows.iter().map(|row| Ok(row.try_get_unchecked::<String, _>(0)?)).collect()
    }

    /// Runs one statement without rows. The marker goes behind its first word.
    pub async fn execute(&mut self, sql: &str) -> Result<(), QueryError> {
        simple(self.connection, &marked(sql)).await
    }

    /// Sets a point to come back to with [`Tx::rollback_to`]. Locks taken afterwards are released by that.
    pub async fn savepoint(&mut self) -> Result<(), QueryError> {
        self.execute("SAVEPOINT dbharden").await
    }

    /// Back to the savepoint, and without it: also after an error, which would else have spoiled the transaction.
    pub async fn rollback_to(&mut self) -> Result<(), QueryError> {
        simple(self.connection, &format!("ROLLBACK {MARKER} TO SAVEPOINT dbharden; RELEASE {MARKER} SAVEPOINT dbharden")).await
    }

    /// Ends the transaction.
    pub async fn commit(self) -> Result<(), QueryError> {
        simple(self.connection, &format!("COMMIT {MARKER}")).await?;
        *self.open = false;
        Ok(())
    }

    /// Undoes and ends the transaction.
    pub async fn rollback(self) -> Result<(), QueryError> {
        simple(self.connection, &format!("ROLLBACK {MARKER}")).await?;
        *self.open = false;
        Ok(())
    }
}

/// Rows of several SELECTs: the number of the SELECT, and the row as the text of a JSON object.
pub struct Rows(Vec<PgRow>);

impl Rows {
    /// The rows, those of one SELECT together and in its order.
    pub fn iter(&self) -> impl Iterator<Item = Result<(usize, &str), QueryError>> {
        self.0.iter().filter_map(|row| match row.try_get::<i32, _>(0) {
            // not one of the SELECTs
            Ok(..0) => None,
            Ok(number) => Some(row.try_get(1).map(|text| (number.unsigned_abs() as usize, text)).map_err(QueryError::from)),
            Err(e) => Some(Err(e.into())),
        })
    }
}

/// What the limit on a statement is a limit on, where several SELECTs go out in one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// Each of them.
    Each,
    /// All of them: what one leaves of it is the next one's.
    Whole,
}

/// A transaction of SELECTs that is over when their rows are here: all of it is one message, one round trip. It is rolled back, so that
/// no lock stays. The settings hold from the second statement on, and the message is cut into statements before the first: a backslash in
/// `selects` must stand in an `E''` string.
pub(super) async fn at_once(
    connection: &mut PgConnection,
    open: &mut bool,
    limits: &Limits,
    limited: Limited,
    selects: &[(&str, &[Bind])],
) -> Result<Rows, QueryError> {
    if *open {
        simple(connection, &format!("ROLLBACK {MARKER}")).await?;
    }
    let mut message = begin(Kind::Snapshot, limits);
    for (number, (sql, binds)) in selects.iter().enumerate() {
        if number > 0 && limited == Limited::Whole {
            // now() is when the message came
            message.push_str(&format!(
                "; SELECT {MARKER} -1, pg_catalog.set_config('statement_timeout', greatest(1, {} - \
                 (extract(epoch from pg_catalog.clock_timestamp() - pg_catalog.now()) * 1000)::pg_catalog.int4)::pg_catalog.text, true)",
                limits.statement.as_millis()
            ));
        }
        let sql = filled(without_head(sql.trim_end().trim_end_matches(';')), binds);
        // the line breaks keep a comment at the end of `sql` from swallowing the rest
        message
            .push_str(&format!("; SELECT {MARKER} {number}, pg_catalog.row_to_json(q.*)::pg_catalog.text FROM (\n{sql}\n) AS q"));
    }
    message.push_str(&format!("; ROLLBACK {MARKER}"));
    *open = true;
    let sent = sqlx::raw_sql(AssertSqlSafe(message)).fetch_all(&mut *connection).await;
    if sent.is_err() {
        // what follows the statement at fault was not run; a connection that is lost says so again
        let _ = simple(connection, &format!("ROLLBACK {MARKER}")).await;
    }
    *open = false;
    Ok(Rows(sent?))
}

/// What follows the comment that a file begins with: it names parameters too.
fn without_head(sql: &str) -> &str {
    let mut rest = sql;
    while let Some((line, after)) = rest.split_once('\n')
        && (line.starts_with("--") || line.is_empty())
    {
        rest = after;
    }
    rest
}

/// Values in place of `$1`, `$2` ..., as literals. A value that looks like a parameter stays as it is.
fn filled(sql: &str, binds: &[Bind]) -> String {
    let mut filled = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once('$') {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let bind = after[..digits].parse::<usize>().ok().and_then(|n| binds.get(n.checked_sub(1)?));
        filled.push_str(before);
        match bind {
            Some(bind) => filled.push_str(&as_literal(bind)),
            None => filled.push_str(&format!("${}", &after[..digits])),
        }
        rest = &after[digits..];
    }
    filled.push_str(rest);
    filled
}

fn as_literal(bind: &Bind) -> String {
    match bind {
        Bind::Text(text) => format!("{}::pg_catalog.text", literal(text)),
        Bind::TextArray(texts) => {
            let texts: Vec<String> = texts.iter().map(|t| literal(t)).collect();
            format!("ARRAY[{}]::pg_catalog.text[]", texts.join(", "))
        }
        Bind::Oids(oids) => {
            let oids: Vec<String> = oids.iter().map(u32::to_string).collect();
            format!("'{{{}}}'::pg_catalog.oid[]", oids.join(","))
        }
        Bind::Int(number) => format!("'{number}'::pg_catalog.int8"),
    }
}

/// `EXPLAIN SELECT 1` to `EXPLAIN /* dbharden */ SELECT 1`.
fn marked(sql: &str) -> String {
    let sql = sql.trim();
    let end = sql.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(sql.len());
    format!("{} {MARKER}{}", &sql[..end], &sql[end..])
}

/// The simple protocol: no statement is prepared.
pub(super) async fn simple(connection: &mut PgConnection, sql: &str) -> Result<(), QueryError> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marker_stands_behind_the_first_word() {
        assert_eq!(marked(" SAVEPOINT x"), "SAVEPOINT /* dbharden */ x");
        assert_eq!(marked("EXPLAIN(COSTS) SELECT 1"), "EXPLAIN /* dbharden */(COSTS) SELECT 1");
    }

    #[test]
    fn the_head_of_a_file_is_not_sent() {
        assert_eq!(without_head("-- rows of $1\n\n-- more\nselect 1 -- one\n-- two"), "select 1 -- one\n-- two");
    }

    #[test]
    fn values_become_literals() {
        let sql = filled("$1 $2 $3", &[Bind::Oids(vec![1, 2]), Bind::Text("a'b$1".into()), Bind::Int(-1)]);
        assert_eq!(sql, "'{1,2}'::pg_catalog.oid[] 'a''b$1'::pg_catalog.text '-1'::pg_catalog.int8");
    }

    #[test]
    fn every_setting_is_local() {
        let sql = begin(Kind::Snapshot, &Limits::default());
        assert!(sql.starts_with("BEGIN /* dbharden */ ISOLATION LEVEL REPEATABLE READ READ ONLY; "));
        assert!(sql.split("; ").skip(1).all(|s| s.starts_with("SET /* dbharden */ LOCAL ")), "{sql}");
        assert!(sql.contains("lock_timeout = '100ms'"));
    }
}
