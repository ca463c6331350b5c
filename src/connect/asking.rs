//! One EXPLAIN on the user's database, and all that it needs and leaves behind, in one message: what is prepared and supposed is gone
//! when the answer is here, so that a transaction pooler may give the next one another server session.
//!
//! Statements are prepared and planned for unknown parameters: no value is sent. `pg_stat_statements` does not count PREPARE, and has
//! one entry for all `EXPLAIN ... EXECUTE` with so many parameters, whatever the statement is: nothing of the user's is evicted.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Column, Row};

use super::transaction::{self, MARKER, Tx};
use super::{Kind, Limits, QueryError, Session};
use crate::error::{Error, Result};
use crate::ident::{Ident, literal};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The statement, with parameters in place of values, and how many; none where only indexes are supposed.
    pub statement: Option<(&'a str, usize)>,
    /// Names are looked up as the database does: its `search_path` as written.
    pub search_path: &'a str,
    /// Every partition stands in the plan, though values would tell which are needed.
    pub all_partitions: bool,
    /// The schema of the extension HypoPG, and the indexes that are supposed: `CREATE INDEX ON ...`.
    pub supposed: Option<(&'a Ident, &'a [String])>,
}

/// What came back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// `EXPLAIN (FORMAT JSON)`.
    pub plan: Option<String>,
    /// Supposed indexes in order: the names that the plan has for them, and their definitions.
    pub supposed: Vec<(String, String)>,
}

/// The prepared statement: always the same, so that `pg_stat_statements` does not tell one run from another; it lives within a message.
const NAME: &str = "dbharden_asked";

/// Indexes that somebody else has supposed in the server's session; a setting of the transaction.
const BEFORE: &str = "dbharden.before";

impl Session {
    /// Asks for one plan. Read only, nothing is executed; all locks are released before the answer arrives, at the latest after `longest`
    /// of work, and no lock is waited for longer than `Limits::default()` says. The inner error is the server's: it refuses the statement.
    ///
    /// # Errors
    /// The connection is gone, or what was prepared could not be taken back: the session must not be used any more.
    pub async fn ask(&mut self, longest: Duration, asking: &Asking<'_>) -> Result<std::result::Result<Answer, QueryError>> {
        if self.open {
            transaction::simple(&mut self.connection, &format!("ROLLBACK {MARKER}")).await?;
        }
        // how a backslash is read depends on a setting that is not ours before the message has been cut into statements
        if asking.statement.is_some_and(|(text, _)| text.contains('\\')) {
            return Ok(Err(QueryError::other("there is a backslash in its text")));
        }
        self.open = true;
        let sent = sqlx::raw_sql(AssertSqlSafe(message(longest, asking))).fetch_all(&mut self.connection).await;
        let rows = match sent {
            Ok(rows) => rows,
            Err(e) => {
                let refused = QueryError::from(e);
                if refused.is_connection_lost() {
                    return Err(refused.into());
                }
                self.undo(asking).await?;
                return Ok(Err(refused));
            }
        };
        self.open = false;
        let mut answer = Answer::default();
        for row in rows {
            match row.try_column(0).map(|c| c.name()) {
                Ok("QUERY PLAN") => answer.plan = row.try_get_unchecked::<String, _>(0).ok(),
                Ok("supposed") => {
                    let text = |i: usize| row.try_get_unchecked::<String, _>(i).map_err(QueryError::from);
                    answer.supposed.push((text(0)?, text(1)?));
                }
                _ => {}
            }
        }
        Ok(Ok(answer))
    }

    /// After a refusal: the transaction's end alone leaves what was prepared and supposed in the server's session.
    async fn undo(&mut self, asking: &Asking<'_>) -> Result<()> {
        let mut tx = Tx::adopt(&mut self.connection, &mut self.open);
        if tx.execute("ROLLBACK TO SAVEPOINT dbharden").await.is_err() {
            // it failed before there was one: nothing has been made
            return Ok(tx.rollback().await?);
        }
        let cleaned = async {
            let count = "select pg_catalog.count(*) from pg_catalog.pg_prepared_statements where name operator(pg_catalog.=) $1";
            #[derive(serde::Deserialize)]
            struct Left {
                count: i64,
            }
            let left: Left = tx.fetch_one_json(count, &[super::Bind::Text(NAME.to_owned())]).await?;
            if left.count > 0 {
                tx.execute(&format!("DEALLOCATE {NAME}")).await?;
            }
            if let Some((schema, _)) = asking.supposed {
                tx.savepoint().await?;
                tx.execute(&dropped(schema)).await?;
            }
            Ok::<(), QueryError>(())
        }
        .await;
        tx.rollback().await?;
        cleaned.map_err(|e| Error::new("cannot take back what was asked of the database").because(e))
    }
}

fn message(longest: Duration, asking: &Asking<'_>) -> String {
    let limits = Limits { statement: longest, ..Limits::default() };
    let mut all = vec![
        transaction::begin(Kind::Now, &limits),
        format!("SELECT {MARKER} pg_catalog.set_config('search_path', {}, true)", literal(asking.search_path)),
        format!("SET {MARKER} LOCAL plan_cache_mode = force_generic_plan"),
    ];
    if asking.all_partitions {
        // without values none is left over that EXPLAIN would show; the costs are the same
        all.push(format!("SET {MARKER} LOCAL enable_partition_pruning = off"));
    }
    if let Some((schema, _)) = asking.supposed {
        // behind a pooler others may have theirs in this server session
        all.push(format!(
            "SELECT {MARKER} pg_catalog.set_config('{BEFORE}', pg_catalog.concat('{{', pg_catalog.string_agg( \
             h.indexrelid::pg_catalog.text, ','), '}}'), true) FROM {schema}.hypopg() AS h"
        ));
    }
    all.push(format!("SAVEPOINT {MARKER} dbharden"));
    if let Some((schema, definitions)) = asking.supposed {
        // one literal: one entry in pg_stat_statements, however many they are
        let list = serde_json::Value::from(definitions).to_string();
        all.push(format!(
            "SELECT {MARKER} i.indexname AS supposed, {schema}.hypopg_get_indexdef(i.indexrelid) AS definition
             FROM ROWS FROM (pg_catalog.json_array_elements_text({}::pg_catalog.json)) WITH ORDINALITY AS d (sql, n)
             CROSS JOIN LATERAL {schema}.hypopg_create_index(d.sql) AS i ORDER BY d.n",
            literal(&list)
        ));
        all.push(format!("SET {MARKER} LOCAL hypopg.enabled = on"));
    }
    if let Some((text, parameters)) = asking.statement {
        let nulls = vec!["NULL"; parameters].join(", ");
        let call = if nulls.is_empty() { NAME.to_owned() } else { format!("{NAME}({nulls})") };
        // one limit for all of it: what one leaves is the next one's
        all.push(rest(longest));
        all.push(format!("PREPARE {MARKER} {NAME} AS\n{text}\n"));
        all.push(rest(longest));
        all.push(format!("EXPLAIN {MARKER} (FORMAT JSON) EXECUTE {call}"));
        // a plan with supposed indexes must not be found again
        all.push(format!("DEALLOCATE {MARKER} {NAME}"));
    }
    if let Some((schema, _)) = asking.supposed {
        all.push(format!("SELECT {MARKER} {}", &dropped(schema)["SELECT ".len()..]));
    }
    all.push(format!("ROLLBACK {MARKER}"));
    all.join("; ")
}

/// Sets the limit to what is left of the message's. Operators are the catalog's, whatever the `search_path` has.
fn rest(longest: Duration) -> String {
    format!(
        "SELECT {MARKER} pg_catalog.set_config('statement_timeout', greatest(1, {} OPERATOR(pg_catalog.-) \
         (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) pg_catalog.now()) \
         OPERATOR(pg_catalog.*) 1000)::pg_catalog.int4)::pg_catalog.text, true)",
        longest.as_millis()
    )
}

/// Drops the indexes that were supposed here, and no other's.
fn dropped(schema: &Ident) -> String {
    format!(
        "SELECT {schema}.hypopg_drop_index(h.indexrelid) FROM {schema}.hypopg() AS h \
         WHERE h.indexrelid OPERATOR(pg_catalog.<>) ALL (pg_catalog.current_setting('{BEFORE}')::pg_catalog.oid[])"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_taken_back() {
        let schema = Ident::new("Extensions");
        let definitions = ["CREATE INDEX ON public.\"T's\" USING btree (a)".to_owned()];
        let asking = Asking {
            statement: Some(("select * from t where a = $1 and b = $2", 2)),
            search_path: "\"$user\", public",
            all_partitions: true,
            supposed: Some((&schema, &definitions)),
        };
        let sql = message(Duration::from_millis(150), &asking);
        assert!(sql.starts_with("BEGIN /* dbharden */ ISOLATION LEVEL READ COMMITTED READ ONLY; "), "{sql}");
        let order =
            ["SAVEPOINT", "hypopg_create_index", "PREPARE", "(NULL, NULL)", "DEALLOCATE", "hypopg_drop_index", "ROLLBACK"];
        let places: Vec<usize> = order.iter().map(|word| sql.find(word).unwrap_or_else(|| panic!("{word}: {sql}"))).collect();
        assert!(places.is_sorted(), "{places:?} {sql}");
        assert!(sql.contains(r#"E'["CREATE INDEX ON public.\\"T''s\\" USING btree (a)"]'::"#), "{sql}");
        assert!(sql.split("; ").all(|s| s.contains(MARKER)), "{sql}");
    }
}
