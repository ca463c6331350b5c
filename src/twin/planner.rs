//! A session that asks for plans: the twin, with some hypothetical indexes switched on and some real ones off, or the user's database.
//! Nothing is executed, and what is switched is this session's alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Row};

pub use super::explained::Explained;
use super::explained::explained;
use super::question::NAME;
pub use super::question::{Argument, Prepared, Question};
use super::{Twin, said, send};
use crate::error::{Context, Error, Result};
use crate::ident::{Ident, literal, one_line};
use crate::original::Original;
use crate::query::{self, Analyzed};
use crate::snapshot::{Oid, Snapshot};

/// Longest time that one plan may take, milliseconds.
const LONGEST_MS: u32 = 10_000;

/// What reads the clock in the twin: it stands at the time of the snapshot, so that one snapshot gives one plan whenever it is asked.
const CLOCK: &str = "dbharden_twin.now";

/// The schema of [`CLOCK`], unless the original has one of that name.
pub(super) const HERE: &str = "dbharden_twin";

/// The role that asks, where no other one is wished for and the original has none of that name.
pub(super) const PLANNER: &str = "dbharden_planner";

/// A statement with its clock at the time of the snapshot.
pub fn at_its_time(sql: &str) -> String {
    query::with_clock(sql, CLOCK).unwrap_or_else(|| sql.to_owned())
}

/// A session for plans.
pub struct Planner {
    who: Who,
    /// The schema of our own functions in the twin.
    here: Ident,
    /// Sessions as other roles.
    roles: BTreeMap<Ident, PgConnection>,
    /// Whose turn it is.
    role: Option<Ident>,
    /// Plans asked for.
    pub asked: usize,
}

/// Who plans.
enum Who {
    Twin(PgConnection),
    Original(Box<Original>),
}

impl Planner {
    /// Opens a session in a twin, as a role with all rights on its tables that no policy binds and that is no superuser.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn open(twin: &Twin) -> Result<Self> {
        Self::open_as(twin, &twin.planner).await
    }

    /// Opens a session as one of the twin's roles.
    ///
    /// # Errors
    /// There is no such role.
    pub async fn open_as(twin: &Twin, role: &Ident) -> Result<Self> {
        let mut connection = twin.connect_as(role).await?;
        send(&mut connection, &format!("SET statement_timeout = {LONGEST_MS}; SET client_min_messages = error")).await?;
        Ok(Self { who: Who::Twin(connection), here: twin.here.clone(), roles: BTreeMap::new(), role: None, asked: 0 })
    }

    /// Asks the user's database.
    pub fn of_original(original: Box<Original>) -> Self {
        Self { asked: original.asked, who: Who::Original(original), here: Ident::new(HERE), roles: BTreeMap::new(), role: None }
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

    /// Opens a session as another role of the twin, with these settings.
    ///
    /// # Errors
    /// There is no such role.
    pub async fn add_role(&mut self, twin: &Twin, role: &Ident, settings: &BTreeMap<String, String>) -> Result<()> {
        if !self.roles.contains_key(role) {
            let mut other = Self::open_as(twin, role).await?;
            for (name, value) in settings {
                other.set(name, value).await?;
            }
            if let Who::Twin(connection) = other.who {
                self.roles.insert(role.clone(), connection);
            }
        }
        Ok(())
    }

    /// Asks as this role from now on, where a session as it has been opened.
    pub fn be(&mut self, role: Option<&Ident>) {
        self.role = role.filter(|r| self.roles.contains_key(*r)).cloned();
    }

    fn twin(&mut self) -> Result<&mut PgConnection> {
        if let Some(connection) = self.role.as_ref().and_then(|r| self.roles.get_mut(r)) {
            return Ok(connection);
        }
        match &mut self.who {
            Who::Twin(connection) => Ok(connection),
            Who::Original(_) => Err(Error::new("this is asked of the twin alone")),
        }
    }

    /// With the clock where this twin has it.
    fn with_clock(&self, sql: String) -> String {
        if self.here.raw() == HERE { sql } else { sql.replace(&format!("{CLOCK}()"), &format!("{}.now()", self.here)) }
    }

    /// Gives a setting of the twin a value, for the session.
    ///
    /// # Errors
    /// The server does not take it.
    pub async fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let sql = format!("SELECT pg_catalog.set_config({}, {}, false)", literal(name), literal(value));
        send(self.twin()?, &sql).await
    }

    /// Has the twin say what types the parameters of a statement have.
    ///
    /// # Errors
    /// The server refuses it; the error says why.
    pub async fn prepare(&mut self, text: &str) -> Result<Arc<Prepared>> {
        self.prepare_as(text, &[]).await
    }

    /// The same for a client that declares the types of all parameters, or of none.
    ///
    /// # Errors
    /// As [`Self::prepare`].
    pub async fn prepare_as(&mut self, text: &str, types: &[String]) -> Result<Arc<Prepared>> {
        let declared = if types.is_empty() { String::new() } else { format!(" ({})", types.join(", ")) };
        if query::parameters(text).is_none() {
            return Err(Error::new("it is not one statement that can be planned"));
        }
        let (own, numbers) = query::preparable(text);
        let own = at_its_time(&own);
        match self.types_of(&own, &declared).await {
            Ok(types) => Ok(Arc::new(Prepared { text: own, types, numbers })),
            Err(first) => {
                // `interval $1` is no SQL; pg_stat_statements writes it so
                let other = query::rewritten(&own).filter(|t| *t != own).ok_or(first)?;
                let types = self.types_of(&other, &declared).await?;
                Ok(Arc::new(Prepared { text: other, types, numbers }))
            }
        }
    }

    async fn types_of(&mut self, text: &str, declared: &str) -> Result<Vec<String>> {
        let words: Vec<&str> = text.split_whitespace().take(8).collect();
        let refused = format!("the twin refused `PREPARE {} ...`", one_line(&words.join(" ")));
        let types = format!(
            "SELECT pg_catalog.to_json(p.parameter_types::text[])::text FROM pg_catalog.pg_prepared_statements p WHERE p.name = '{NAME}'; DEALLOCATE {NAME}"
        );
        let sql = self.with_clock(format!("PREPARE {NAME}{declared} AS {text};\n{types}"));
        let connection = self.twin()?;
        let answer = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(connection).await;
        let row = answer.map_err(|e| Error::new(refused).because(said(&e)))?;
        let json: String = row.try_get_unchecked(0).context("cannot ask the twin")?;
        serde_json::from_str(&json).context("cannot ask the twin")
    }

    /// Which of these types the twin does not have.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn lacks_type(&mut self, types: &[String]) -> Result<bool> {
        let sql = "SELECT pg_catalog.bool_or(pg_catalog.to_regtype(t) IS NULL) FROM pg_catalog.unnest($1::text[]) AS t";
        let lacks: Option<bool> =
            sqlx::query_scalar(sql).bind(types).fetch_one(self.twin()?).await.context("cannot ask the twin")?;
        Ok(lacks.unwrap_or(false))
    }

    /// OIDs of an index of the twin and of its parts on partitions; none for one that is not there.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn oids_of(&mut self, schema: &Ident, name: &Ident) -> Result<Vec<Oid>> {
        let Who::Twin(connection) = &mut self.who else { return Ok(Vec::new()) };
        let sql = "SELECT i.indexrelid::int8 FROM pg_catalog.pg_index i WHERE i.indexrelid = pg_catalog.to_regclass($1)
                   UNION SELECT t.relid::oid::int8 FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1)) t";
        let named = format!("{schema}.{name}");
        let oids: Vec<i64> = sqlx::query_scalar(sql).bind(named).fetch_all(connection).await.context("cannot ask the twin")?;
        Ok(oids.into_iter().filter_map(|oid| Oid::try_from(oid).ok()).collect())
    }

    /// Plans one question in the twin, or says why the server does not.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn ask(&mut self, question: &Question) -> Result<std::result::Result<Explained, String>> {
        let mut plans = self.ask_all(&[question], &[], &[]).await?;
        Ok(plans.pop().unwrap_or_else(|| Err("it is asked of the database alone".to_owned())))
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
        Ok(self.ask_all(questions, on, off).await?.into_iter().map(std::result::Result::ok).collect())
    }

    async fn ask_all(
        &mut self,
        questions: &[&Question],
        on: &[Oid],
        off: &[Oid],
    ) -> Result<Vec<std::result::Result<Explained, String>>> {
        let list = |oids: &[Oid]| oids.iter().map(Oid::to_string).collect::<Vec<_>>().join(",");
        let begin = match (on, off) {
            ([], []) => "BEGIN".to_owned(),
            (on, off) => format!("BEGIN; SELECT {}.switch('{{{}}}', '{{{}}}')", self.here, list(on), list(off)),
        };
        let asked = questions.iter().filter_map(|q| q.explain());
        let asked: Vec<(String, String)> = asked.map(|(before, sql)| (self.with_clock(before), self.with_clock(sql))).collect();
        self.asked += asked.len();
        let mut plans = Vec::new();
        let connection = self.twin()?;
        send(connection, &begin).await?;
        for (before, explain) in asked {
            let prepares = !before.is_empty();
            let sql = if prepares { format!("{before}; {explain}; DEALLOCATE {NAME}") } else { explain };
            let answer = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(&mut *connection).await;
            plans.push(match answer {
                Ok(row) => {
                    let json: Option<String> = row.try_get_unchecked(0).ok();
                    let plan = json.and_then(|t| explained(serde_json::from_str(&t).ok()?));
                    plan.ok_or_else(|| "the server gave no plan".to_owned())
                }
                Err(e @ sqlx::Error::Database(_)) => {
                    // the transaction is lost, and with it what was switched
                    send(connection, "ROLLBACK").await?;
                    if prepares {
                        send(connection, "DEALLOCATE ALL").await?;
                    }
                    send(connection, &begin).await?;
                    Err(without_values(&e))
                }
                Err(e) => return Err(Error::new("the twin does not answer").because(one_line(&e.to_string()))),
            });
        }
        send(connection, "ROLLBACK").await?;
        Ok(plans)
    }

    /// Ends the session.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn close(self) -> Result<()> {
        for connection in self.roles.into_values() {
            connection.close().await.context("cannot leave the twin")?;
        }
        match self.who {
            Who::Twin(connection) => connection.close().await.context("cannot leave the twin"),
            Who::Original(original) => {
                original.close().await;
                Ok(())
            }
        }
    }
}

/// What the server said, without the values that it quotes when one does not fit (SQLSTATE class 22).
fn without_values(error: &sqlx::Error) -> String {
    let of_data = error.as_database_error().and_then(|e| e.code()).is_some_and(|code| code.starts_with("22"));
    let message = said(error);
    match message.split_once('"') {
        Some((head, _)) if of_data => head.trim_end_matches([' ', ':']).to_owned(),
        _ => message,
    }
}
