//! A session that asks for plans with some hypothetical indexes switched on: in the twin, or where there is none of the user's database
//! itself. Nothing is executed, and what is switched is this session's alone.

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Row};

use super::what_if::number_of;
use super::{Twin, send};
use crate::error::{Context, Error, Result};
use crate::ident::one_line;
use crate::original::Original;
use crate::query::{self, Analyzed};
use crate::snapshot::{Oid, Snapshot};

/// Longest time that one plan may take, milliseconds.
const LONGEST_MS: u32 = 10_000;

/// What reads the clock in the twin: it stands at the time of the snapshot, so that one snapshot gives one plan whenever it is asked.
const CLOCK: &str = "dbharden_twin.now";

/// A statement with its clock at the time of the snapshot.
pub fn at_its_time(sql: &str) -> String {
    query::with_clock(sql, CLOCK).unwrap_or_else(|| sql.to_owned())
}

/// A session for plans.
pub struct Planner {
    who: Who,
    prepared: usize,
    /// Plans asked for.
    pub asked: usize,
}

/// Who plans.
enum Who {
    Twin(PgConnection),
    Original(Box<Original>),
}

/// A statement that can be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// As it is, with its constants.
    Text(String),
    /// A prepared one and its parameters as SQL.
    Execute(String),
    /// A prepared one, planned for any parameters; they are given as NULL.
    Generic(String),
    /// One that the user's database is asked, by its number there.
    Original(usize),
}

/// A prepared statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Its name in the session.
    pub name: String,
    /// Types of its parameters, as SQL.
    pub types: Vec<String>,
    /// The numbers that they have in the statement's own text.
    pub numbers: Vec<i32>,
}

impl Prepared {
    /// The question for its plan for any values.
    pub fn generic(&self) -> Question {
        let nulls: Vec<String> = self.types.iter().map(|t| format!("NULL::{t}")).collect();
        Question::Generic(format!("{}({})", self.name, nulls.join(", ")))
    }
}

/// A plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The planner's total cost.
    pub cost: f64,
    /// Hypothetical indexes that it uses.
    pub uses: BTreeSet<usize>,
    /// Other indexes that it uses, by name.
    pub uses_real: BTreeSet<String>,
    /// `EXPLAIN (FORMAT JSON)`: the root node.
    pub root: Value,
}

impl Planner {
    /// Opens a session.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn open(twin: &Twin) -> Result<Self> {
        let mut connection = twin.connect().await?;
        send(&mut connection, &format!("SET statement_timeout = {LONGEST_MS}; SET client_min_messages = error")).await?;
        // not SQL, which would be folded into the statement: planners expect a call here as of `now()`
        let clock = format!(
            "CREATE SCHEMA IF NOT EXISTS dbharden_twin; GRANT USAGE ON SCHEMA dbharden_twin TO PUBLIC;
             CREATE OR REPLACE FUNCTION {CLOCK}() RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1
             AS 'BEGIN RETURN pg_catalog.to_timestamp({}); END'",
            twin.taken_at
        );
        send(&mut connection, &clock).await?;
        Ok(Self { who: Who::Twin(connection), prepared: 0, asked: 0 })
    }

    /// Asks the user's database.
    pub fn of_original(original: Box<Original>) -> Self {
        Self { asked: original.asked, who: Who::Original(original), prepared: 0 }
    }

    /// The user's database, where that is who plans.
    pub fn original(&mut self) -> Option<&mut Original> {
        match &mut self.who {
            Who::Original(original) => Some(original),
            Who::Twin(_) => None,
        }
    }

    /// Lets the next questions use up this share, 0 to 1, of all that the user's database may be asked; the twin may be asked anything.
    pub fn allow(&mut self, share: f64) {
        if let Who::Original(original) = &mut self.who {
            original.allow(share);
        }
    }

    /// Whether no more may be asked for: plans that are not known are then none.
    pub fn is_spent(&self) -> bool {
        matches!(&self.who, Who::Original(original) if original.is_spent())
    }

    /// Plans that may still be asked for: as many as are wished for, in the twin.
    pub fn left(&self, wished: usize) -> usize {
        match &self.who {
            Who::Twin(_) => wished,
            Who::Original(original) => original.left().min(wished),
        }
    }

    /// The question that the user's database is asked of a statement; `None` where the twin plans.
    ///
    /// # Errors
    /// The inner one says in a clause why it cannot be planned; the outer one ends the search.
    pub async fn of_statement(
        &mut self,
        analyzed: &Analyzed<'_>,
        snapshot: &Snapshot,
    ) -> Result<Option<std::result::Result<Question, String>>> {
        let Who::Original(original) = &mut self.who else { return Ok(None) };
        let number = original.today(analyzed, snapshot).await?;
        self.asked = original.asked;
        Ok(Some(number.map(Question::Original)))
    }

    fn twin(&mut self) -> Result<&mut PgConnection> {
        match &mut self.who {
            Who::Twin(connection) => Ok(connection),
            Who::Original(_) => Err(Error::new("this is asked of the twin alone")),
        }
    }

    /// Prepares a statement: the server says what types its parameters have.
    ///
    /// # Errors
    /// The server refuses it; the error says why.
    pub async fn prepare(&mut self, text: &str) -> Result<Prepared> {
        let name = format!("dbharden_{}", self.prepared);
        if query::parameters(text).is_none() {
            return Err(Error::new("it is not one statement that can be planned"));
        }
        let (own, numbers) = query::preparable(text);
        let own = at_its_time(&own);
        let text = own.as_str();
        if let Err(first) = send(self.twin()?, &format!("PREPARE {name} AS {text}")).await {
            // `interval $1` is no SQL; pg_stat_statements writes it so
            let other = query::rewritten(text).filter(|t| t != text).ok_or(first)?;
            send(self.twin()?, &format!("PREPARE {name} AS {other}")).await?;
        }
        self.prepared += 1;
        let types =
            sqlx::query_scalar("SELECT p.parameter_types::text[] FROM pg_catalog.pg_prepared_statements p WHERE p.name = $1")
                .bind(&name)
                .fetch_one(self.twin()?)
                .await
                .context("cannot ask the twin")?;
        Ok(Prepared { name, types, numbers })
    }

    /// Plans each question with these hypothetical indexes on and these real ones off. `None` for one that the server does not plan.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn plan(&mut self, questions: &[&Question], on: &[Oid], off: &[Oid]) -> Result<Vec<Option<Explained>>> {
        if let Who::Original(original) = &mut self.who {
            let mut plans = Vec::new();
            for question in questions {
                let Question::Original(number) = question else { continue };
                plans.push(original.plan(*number, on).await?);
            }
            self.asked = original.asked;
            return Ok(plans);
        }
        let list = |oids: &[Oid]| oids.iter().map(Oid::to_string).collect::<Vec<_>>().join(",");
        let mut begin = "BEGIN".to_owned();
        for (oids, valid) in [(on, true), (off, false)] {
            if !oids.is_empty() {
                let any = format!("'{{{}}}'::pg_catalog.oid[]", list(oids));
                begin.push_str(&format!("; UPDATE pg_catalog.pg_index SET indisvalid = {valid} WHERE indexrelid = ANY ({any})"));
            }
        }
        let Who::Twin(connection) = &mut self.who else { return Ok(Vec::new()) };
        send(connection, &begin).await?;
        let mut plans = Vec::new();
        for question in questions {
            let sql = match question {
                Question::Text(text) => format!("EXPLAIN (FORMAT JSON) {text}"),
                Question::Execute(call) | Question::Generic(call) => format!("EXPLAIN (FORMAT JSON) EXECUTE {call}"),
                Question::Original(_) => continue,
            };
            self.asked += 1;
            let mode = if matches!(question, Question::Generic(_)) { "force_generic_plan" } else { "force_custom_plan" };
            send(connection, &format!("SET LOCAL plan_cache_mode = {mode}")).await?;
            let answer = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(&mut *connection).await;
            let plan = match answer {
                Ok(row) => row.try_get_unchecked::<String, _>(0).ok().and_then(|t| explained(serde_json::from_str(&t).ok()?)),
                Err(sqlx::Error::Database(_)) => {
                    // the transaction is lost, and with it what was switched
                    send(connection, "ROLLBACK").await?;
                    send(connection, &begin).await?;
                    None
                }
                Err(e) => return Err(Error::new("the twin does not answer").because(one_line(&e.to_string()))),
            };
            plans.push(plan);
        }
        send(connection, "ROLLBACK").await?;
        Ok(plans)
    }

    /// Ends the session.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn close(self) -> Result<()> {
        match self.who {
            Who::Twin(connection) => connection.close().await.context("cannot leave the twin"),
            Who::Original(original) => {
                original.close().await;
                Ok(())
            }
        }
    }
}

/// What `EXPLAIN (FORMAT JSON)` says.
pub(crate) fn explained(mut value: Value) -> Option<Explained> {
    let root = value.get_mut(0)?.get_mut("Plan")?.take();
    let cost = root.get("Total Cost")?.as_f64()?;
    let (mut uses, mut uses_real) = (BTreeSet::new(), BTreeSet::new());
    let mut open = vec![&root];
    while let Some(node) = open.pop() {
        if let Some(name) = node.get("Index Name").and_then(Value::as_str) {
            match number_of(name) {
                Some(number) => {
                    uses.insert(number);
                }
                None => {
                    uses_real.insert(name.to_owned());
                }
            }
        }
        open.extend(node.get("Plans").and_then(Value::as_array).into_iter().flatten());
    }
    Some(Explained { cost, uses, uses_real, root })
}
