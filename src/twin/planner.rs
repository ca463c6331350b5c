//! A session that asks the twin for plans, with some hypothetical indexes switched on and some real ones off. Nothing is executed, and
//! what is switched is this session's alone.

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Row};

use super::what_if::number_of;
use super::{Twin, send};
use crate::error::{Context, Error, Result};
use crate::ident::{Ident, literal, one_line};
use crate::query;
use crate::snapshot::Oid;

/// Longest time that one plan may take, milliseconds.
const LONGEST_MS: u32 = 10_000;

/// A session for plans.
pub struct Planner {
    connection: PgConnection,
    prepared: Vec<Prepared>,
    /// Plans asked for.
    pub asked: usize,
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
}

impl Question {
    fn explain(&self) -> String {
        match self {
            Question::Text(text) => format!("EXPLAIN (FORMAT JSON) {text}"),
            Question::Execute(call) | Question::Generic(call) => format!("EXPLAIN (FORMAT JSON) EXECUTE {call}"),
        }
    }

    /// `plan_cache_mode`
    fn mode(&self) -> &'static str {
        if matches!(self, Question::Generic(_)) { "force_generic_plan" } else { "force_custom_plan" }
    }

    /// Name of the prepared statement.
    fn name(&self) -> Option<&str> {
        match self {
            Question::Text(_) => None,
            Question::Execute(call) | Question::Generic(call) => call.split('(').next(),
        }
    }

    /// The same question of another session, where the statement has this name.
    pub fn of(&self, name: &str) -> Self {
        let renamed = |call: &str| call.find('(').map_or_else(|| name.to_owned(), |at| format!("{name}{}", &call[at..]));
        match self {
            Question::Text(text) => Question::Text(text.clone()),
            Question::Execute(call) => Question::Execute(renamed(call)),
            Question::Generic(call) => Question::Generic(renamed(call)),
        }
    }
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

impl Explained {
    /// The plan, one line a node, without literals. `index`: how an index is shown, where not by its name.
    pub fn lines(&self, index: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
        let mut all = Vec::new();
        describe(&self.root, 0, index, &mut all);
        all
    }
}

fn describe(node: &Value, depth: usize, index: &dyn Fn(&str) -> Option<String>, all: &mut Vec<String>) {
    let text = |key: &str| node.get(key).and_then(Value::as_str);
    let number = |key: &str| node.get(key).and_then(Value::as_f64).unwrap_or(0.0);
    let mut line = format!("{}{}", "  ".repeat(depth), text("Node Type").unwrap_or("?"));
    if let Some(name) = text("Index Name") {
        line.push_str(&format!(" using {}", index(name).unwrap_or_else(|| name.to_owned())));
    }
    if let Some(relation) = text("Relation Name") {
        line.push_str(&format!(" on {relation}"));
    }
    line.push_str(&format!(" (cost {:.0}, rows {:.0})", number("Total Cost"), number("Plan Rows")));
    all.push(line);
    for child in node.get("Plans").and_then(Value::as_array).into_iter().flatten() {
        describe(child, depth + 1, index, all);
    }
}

impl Planner {
    /// Opens a session.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn open(twin: &Twin) -> Result<Self> {
        Self::over(twin.connect().await?).await
    }

    /// Opens a session as one of the twin's roles.
    ///
    /// # Errors
    /// There is no such role.
    pub async fn open_as(twin: &Twin, role: &Ident) -> Result<Self> {
        Self::over(twin.connect_as(role).await?).await
    }

    async fn over(mut connection: PgConnection) -> Result<Self> {
        send(&mut connection, &format!("SET statement_timeout = {LONGEST_MS}; SET client_min_messages = error")).await?;
        Ok(Self { connection, prepared: Vec::new(), asked: 0 })
    }

    /// Gives a setting a value, for the session.
    ///
    /// # Errors
    /// The server does not take it.
    pub async fn set(&mut self, name: &str, value: &str) -> Result<()> {
        send(&mut self.connection, &format!("SELECT pg_catalog.set_config({}, {}, false)", literal(name), literal(value))).await
    }

    /// Prepares a statement: the server says what types its parameters have.
    ///
    /// # Errors
    /// The server refuses it; the error says why.
    pub async fn prepare(&mut self, text: &str) -> Result<Prepared> {
        self.prepare_as(text, &[]).await
    }

    /// The same for a client that declares the types of all parameters, or of none.
    ///
    /// # Errors
    /// As [`Self::prepare`].
    pub async fn prepare_as(&mut self, text: &str, types: &[String]) -> Result<Prepared> {
        let name = format!("dbharden_{}", self.prepared.len());
        let declared = if types.is_empty() { String::new() } else { format!(" ({})", types.join(", ")) };
        if query::parameters(text).is_none() {
            return Err(Error::new("it is not one statement that can be planned"));
        }
        let (own, numbers) = query::preparable(text);
        let text = own.as_str();
        if let Err(first) = send(&mut self.connection, &format!("PREPARE {name}{declared} AS {text}")).await {
            // `interval $1` is no SQL; pg_stat_statements writes it so
            let other = query::rewritten(text).filter(|t| t != text).ok_or(first)?;
            send(&mut self.connection, &format!("PREPARE {name}{declared} AS {other}")).await?;
        }
        let types =
            sqlx::query_scalar("SELECT p.parameter_types::text[] FROM pg_catalog.pg_prepared_statements p WHERE p.name = $1")
                .bind(&name)
                .fetch_one(&mut self.connection)
                .await
                .context("cannot ask the twin")?;
        let prepared = Prepared { name, types, numbers };
        self.prepared.push(prepared.clone());
        Ok(prepared)
    }

    /// The prepared statement that a question is about.
    pub fn prepared(&self, question: &Question) -> Option<&Prepared> {
        let name = question.name()?;
        self.prepared.iter().find(|p| p.name == name)
    }

    /// Which of these types the twin does not have.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn lacks_type(&mut self, types: &[String]) -> Result<bool> {
        let sql = "SELECT pg_catalog.bool_or(pg_catalog.to_regtype(t) IS NULL) FROM pg_catalog.unnest($1::text[]) AS t";
        let lacks: Option<bool> =
            sqlx::query_scalar(sql).bind(types).fetch_one(&mut self.connection).await.context("cannot ask the twin")?;
        Ok(lacks.unwrap_or(false))
    }

    /// Plans one question, or says why the server does not.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn ask(&mut self, question: &Question) -> Result<std::result::Result<Explained, String>> {
        self.asked += 1;
        send(&mut self.connection, &format!("BEGIN; SET LOCAL plan_cache_mode = {}", question.mode())).await?;
        let answer = sqlx::raw_sql(AssertSqlSafe(question.explain())).fetch_one(&mut self.connection).await;
        send(&mut self.connection, "ROLLBACK").await?;
        match answer {
            Ok(row) => {
                let plan = row.try_get_unchecked::<String, _>(0).ok().and_then(|t| explained(&t));
                Ok(plan.ok_or_else(|| "the server gave no plan".to_owned()))
            }
            Err(sqlx::Error::Database(e)) => Ok(Err(one_line(e.message()))),
            Err(e) => Err(Error::new("the twin does not answer").because(one_line(&e.to_string()))),
        }
    }

    /// Plans each question with these hypothetical indexes on and these real ones off. `None` for one that the server does not plan.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn plan(&mut self, questions: &[&Question], on: &[Oid], off: &[Oid]) -> Result<Vec<Option<Explained>>> {
        let list = |oids: &[Oid]| oids.iter().map(Oid::to_string).collect::<Vec<_>>().join(",");
        let mut begin = "BEGIN".to_owned();
        for (oids, valid) in [(on, true), (off, false)] {
            if !oids.is_empty() {
                let any = format!("'{{{}}}'::pg_catalog.oid[]", list(oids));
                begin.push_str(&format!("; UPDATE pg_catalog.pg_index SET indisvalid = {valid} WHERE indexrelid = ANY ({any})"));
            }
        }
        send(&mut self.connection, &begin).await?;
        let mut plans = Vec::new();
        for question in questions {
            self.asked += 1;
            send(&mut self.connection, &format!("SET LOCAL plan_cache_mode = {}", question.mode())).await?;
            let answer = sqlx::raw_sql(AssertSqlSafe(question.explain())).fetch_one(&mut self.connection).await;
            let plan = match answer {
                Ok(row) => row.try_get_unchecked::<String, _>(0).ok().and_then(|t| explained(&t)),
                Err(sqlx::Error::Database(_)) => {
                    // the transaction is lost, and with it what was switched
                    send(&mut self.connection, "ROLLBACK").await?;
                    send(&mut self.connection, &begin).await?;
                    None
                }
                Err(e) => return Err(Error::new("the twin does not answer").because(one_line(&e.to_string()))),
            };
            plans.push(plan);
        }
        send(&mut self.connection, "ROLLBACK").await?;
        Ok(plans)
    }

    /// Ends the session.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn close(self) -> Result<()> {
        self.connection.close().await.context("cannot leave the twin")
    }
}

fn explained(json: &str) -> Option<Explained> {
    let mut value: Value = serde_json::from_str(json).ok()?;
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
