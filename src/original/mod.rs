//! Plans from the user's database itself, where no planner twin can be built: with hypothetical indexes where the extension HypoPG has
//! been created in it, else those of today.
//!
//! It is asked as little as will do, and stays unharmed: one statement at a time, the longest first, read only, never executed, for
//! unknown parameters (no value of a user is sent), each in a transaction that is over with the answer, a limited number of plans and
//! a limited time in all.

mod supposed;
mod today;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde::Deserialize;

pub use today::{Today, today};

use crate::connect::{Answer, Asking, Kind, QueryError, Session, Target};
use crate::error::{Error, Result};
use crate::ident::{Ident, one_line};
use crate::query::{self, Analyzed, Bound, StatementKind};
use crate::snapshot::read::{Untrusted, search_path};
use crate::snapshot::{Oid, RelationKind, Snapshot};
use crate::twin::explained::{Explained, explained};
use crate::twin::what_if::PREFIX;

/// Longest time that one question may hold locks on its tables: an ALTER TABLE waits for that.
const LONGEST: Duration = Duration::from_millis(150);
/// Longest time that the database is asked in all.
const WHOLE: Duration = Duration::from_secs(60);

/// HypoPG as it is found in a database.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HypoPg {
    /// Its schema.
    pub schema: Ident,
    /// `1.3.1`
    pub version: String,
    /// Whether the role may use it.
    pub usable: bool,
}

impl HypoPg {
    /// Looks for it; nothing is created.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn find(session: &mut Session) -> Result<Option<Self>> {
        let mut tx = session.transaction(Kind::Now).await?;
        let mut found: Vec<Self> = tx.fetch_json(include_str!("sql/hypopg.sql"), &[]).await?;
        tx.commit().await?;
        Ok(found.pop())
    }
}

/// A session on the user's database that asks for plans.
pub struct Original {
    session: Session,
    hypopg: Option<Ident>,
    untrusted: Untrusted,
    statements: Vec<Statement>,
    /// Indexes that can be supposed: `CREATE INDEX ON ...`, by number.
    definitions: BTreeMap<Oid, String>,
    cache: BTreeMap<(usize, Vec<Oid>), Option<Explained>>,
    most: usize,
    began: Instant,
    /// Share of the plans and of the time that may be used up now.
    allowed: f64,
    /// The session must not be used any more.
    broken: bool,
    /// Plans asked for.
    pub asked: usize,
    /// Why HypoPG is not used; `None` where it is.
    pub without_hypopg: Option<String>,
}

/// A statement as it is asked.
struct Statement {
    text: String,
    parameters: usize,
    search_path: String,
    partitioned: bool,
}

impl Original {
    /// Opens a session that asks for at most so many plans.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn connect(target: &Target, most: usize) -> Result<Self> {
        let mut session = Session::connect(target).await?;
        let untrusted = Untrusted::read(&mut session).await?;
        let found = HypoPg::find(&mut session).await?;
        let (hypopg, without_hypopg) = match found {
            None => (None, Some("the extension hypopg is not in this database".to_owned())),
            Some(h) if !h.usable => (None, Some(format!("this role may not use the functions of hypopg {}", h.version))),
            Some(h) => {
                // the library may be gone, or of another version
                let none: &[String] = &[];
                let asking =
                    Asking { statement: None, search_path: "", all_partitions: false, supposed: Some((&h.schema, none)) };
                match session.ask(LONGEST.max(Duration::from_secs(1)), &asking).await? {
                    Ok(_) => (Some(h.schema), None),
                    Err(e) => (None, Some(format!("hypopg {} does not work: {e}", h.version))),
                }
            }
        };
        Ok(Self {
            session,
            hypopg,
            untrusted,
            statements: Vec::new(),
            definitions: BTreeMap::new(),
            cache: BTreeMap::new(),
            most,
            began: Instant::now(),
            allowed: 1.0,
            broken: false,
            asked: 0,
            without_hypopg,
        })
    }

    /// Lets the next questions use up this share of all, 0 to 1: later ones need some too.
    pub fn allow(&mut self, share: f64) {
        self.allowed = share;
    }

    /// Whether no more may be asked for now.
    pub fn is_spent(&self) -> bool {
        let plans = if self.most == 0 { 1.0 } else { self.asked as f64 / self.most as f64 };
        let time = self.began.elapsed().as_secs_f64() / WHOLE.as_secs_f64();
        self.broken || plans.max(time) >= self.allowed
    }

    /// Plans that may still be asked for.
    pub fn left(&self) -> usize {
        ((self.most as f64 * self.allowed) as usize).saturating_sub(self.asked)
    }

    /// Asks for a statement's plan of today; returns the number by which [`Original::plan`] knows it.
    ///
    /// # Errors
    /// The inner one says in a clause why it cannot be planned; the outer one is that of [`Session::ask`].
    pub async fn today(&mut self, analyzed: &Analyzed<'_>, snapshot: &Snapshot) -> Result<std::result::Result<usize, String>> {
        let mut why = "it is not one statement that can be planned".to_owned();
        for (text, parameters) in texts(analyzed) {
            if let Some(because) = self.untrusted.why_not(&text) {
                return Ok(Err(because.to_owned()));
            }
            if self.is_spent() {
                return Ok(Err("the database has been asked for as many plans as it may be".to_owned()));
            }
            let statement = Statement {
                text,
                parameters,
                search_path: search_path(analyzed.statement, &snapshot.catalog, &snapshot.server),
                partitioned: is_partitioned(analyzed, snapshot),
            };
            match self.ask(&statement, &[]).await? {
                Ok(plan) => {
                    let number = self.statements.len();
                    self.statements.push(statement);
                    self.cache.insert((number, Vec::new()), Some(plan));
                    return Ok(Ok(number));
                }
                Err(e) => {
                    why = words(&e);
                    // another spelling cures neither a lock nor a missing right
                    if !e.sqlstate().is_some_and(|code| code.starts_with("42")) || e.is_denied() {
                        break;
                    }
                }
            }
        }
        Ok(Err(why))
    }

    /// The plan of a statement with these indexes; `None` for one that is refused, or when no more may be asked for.
    ///
    /// # Errors
    /// As [`Session::ask`].
    pub async fn plan(&mut self, number: usize, on: &[Oid]) -> Result<Option<Explained>> {
        let key: (usize, Vec<Oid>) = (number, on.iter().copied().collect::<BTreeSet<Oid>>().into_iter().collect());
        if let Some(known) = self.cache.get(&key) {
            return Ok(known.clone());
        }
        if self.is_spent() || number >= self.statements.len() {
            return Ok(None);
        }
        let statement = self.statements.swap_remove(number);
        let plan = self.ask(&statement, &key.1).await;
        self.statements.push(statement);
        let last = self.statements.len() - 1;
        self.statements.swap(number, last);
        let plan = plan?.ok();
        self.cache.insert(key, plan.clone());
        Ok(plan)
    }

    async fn ask(&mut self, statement: &Statement, on: &[Oid]) -> Result<std::result::Result<Explained, QueryError>> {
        let definitions: Vec<String> = on.iter().filter_map(|n| self.definitions.get(n).cloned()).collect();
        let asking = Asking {
            statement: Some((&statement.text, statement.parameters)),
            search_path: &statement.search_path,
            all_partitions: statement.partitioned,
            supposed: self.hypopg.as_ref().filter(|_| !on.is_empty()).map(|schema| (schema, &definitions[..])),
        };
        self.asked += 1;
        let answer = match self.session.ask(LONGEST, &asking).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(e)) => return Ok(Err(e)),
            Err(e) => {
                self.broken = true;
                return Err(e);
            }
        };
        let plan = named(&answer, on).ok_or_else(|| Error::new("cannot read a plan of the database"))?;
        Ok(Ok(plan))
    }

    /// Ends the session.
    pub async fn close(self) {
        self.session.close().await;
    }
}

/// The plan, supposed indexes under the names that the search knows.
fn named(answer: &Answer, on: &[Oid]) -> Option<Explained> {
    let mut json: serde_json::Value = serde_json::from_str(answer.plan.as_ref()?).ok()?;
    let names: BTreeMap<&str, Oid> = answer.supposed.iter().map(|(name, _)| name.as_str()).zip(on.iter().copied()).collect();
    let mut open = vec![json.get_mut(0)?.get_mut("Plan")?];
    while let Some(node) = open.pop() {
        let number = node.get("Index Name").and_then(|n| names.get(n.as_str()?).copied());
        if let Some(number) = number {
            node["Index Name"] = format!("{PREFIX}{number}").into();
        }
        open.extend(node.get_mut("Plans").and_then(|p| p.as_array_mut()).into_iter().flatten());
    }
    explained(json)
}

/// A statement's spellings, the best first, with the number of their parameters. None holds a value: constants are parameters
/// already. The number of rows after which it stops is no value of a user, and plans hang on it: the measured one takes its place.
fn texts(analyzed: &Analyzed) -> Vec<(String, usize)> {
    let text = &analyzed.statement.text;
    if analyzed.analysis.kind == StatementKind::Utility || query::parameters(text).is_none() {
        return Vec::new();
    }
    let rows = analyzed.statement.rows_per_call().round().clamp(1.0, 1e9) as i64;
    let mut bounds = Vec::new();
    if let Bound::Parameter(n) = analyzed.analysis.limit {
        bounds.push((n, if analyzed.statement.rows > 0 { rows } else { 20 }));
    }
    if let Bound::Parameter(n) = analyzed.analysis.offset {
        bounds.push((n, 0));
    }
    let bounded = query::with_numbers(text, &bounds);
    let mut all: Vec<(String, usize)> = Vec::new();
    for spelling in [Some(bounded.clone()), query::rewritten(&bounded), Some(text.clone()), query::rewritten(text)] {
        let Some(spelling) = spelling.map(|s| query::preparable(&s).0) else { continue };
        let Some(parameters) = query::parameters(&spelling) else { continue };
        if !all.iter().any(|(t, _)| *t == spelling) {
            all.push((spelling, parameters));
        }
    }
    all
}

fn is_partitioned(analyzed: &Analyzed, snapshot: &Snapshot) -> bool {
    let kind = |oid: &Oid| snapshot.catalog.relations.get(oid).map(|r| r.kind);
    analyzed.analysis.accesses.iter().any(|a| kind(&a.relation) == Some(RelationKind::PartitionedTable))
}

/// Why the server refuses a statement, as a clause.
fn words(e: &QueryError) -> String {
    if e.is_lock_timeout() {
        "one of its tables is locked".to_owned()
    } else if e.is_cancelled() {
        format!("planning it takes longer than {} ms, and that holds locks", LONGEST.as_millis())
    } else {
        one_line(&e.to_string())
    }
}
