//! Reading a snapshot from a live database.
//!
//! No transaction stays open for long: one that does makes every CREATE INDEX CONCURRENTLY of the database wait. The catalog is
//! therefore read in chunks of relations, each chunk whole and consistent in a transaction of some 50 ms, and what changed
//! meanwhile is read once more at the end. Nothing is analysed while a transaction is open.

mod parts;
pub(in crate::snapshot) mod pieces;
mod planner;
mod plans;
mod settings;
mod statements;
mod texts;
mod untrusted;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde::Deserialize;

pub use plans::search_path;
pub use untrusted::Untrusted;

use super::objects;
use super::{FORMAT, Oid, Relation, Snapshot, SqlCheckRows, Subject, Unseen};
use crate::connect::{Bind, Kind, Limits, QueryError, Session, Tx};
use crate::error::Result;
use crate::migration::ledger;

/// How long one transaction may take before the next chunk is made smaller. CREATE INDEX CONCURRENTLY and ALTER TABLE
/// of others wait no longer than about twice this.
const TRANSACTION_GOAL: Duration = Duration::from_millis(60);

/// How long it may take before it is given up and tried again with half as much.
const TRANSACTION_LIMIT: Duration = Duration::from_millis(120);

type QueryResult<T> = std::result::Result<T, QueryError>;

/// Watches over one transaction, so that it ends soon even where the server is slow. One that reads a single thing cannot be made
/// smaller and gets the time it needs.
pub(in crate::snapshot) struct Pace {
    started: Instant,
    single: bool,
}

impl Pace {
    pub(in crate::snapshot) fn start(things: usize) -> Self {
        Self { started: Instant::now(), single: things <= 1 }
    }

    pub(in crate::snapshot) async fn begin<'s>(&self, session: &'s mut Session) -> QueryResult<Tx<'s>> {
        session.transaction_within(Kind::Snapshot, &Self::limits(usize::from(!self.single) + 1)).await
    }

    /// Limits of a transaction that reads so many things.
    pub(in crate::snapshot) fn limits(things: usize) -> Limits {
        let statement = if things <= 1 { Limits::default().statement } else { TRANSACTION_LIMIT };
        Limits { statement, ..Limits::default() }
    }

    /// Between two statements: gives up when the transaction has been open for too long.
    pub(in crate::snapshot) fn check(&self) -> QueryResult<()> {
        if !self.single && self.started.elapsed() > TRANSACTION_LIMIT { Err(QueryError::too_slow()) } else { Ok(()) }
    }
}

/// What to read beyond the catalog, and how much of it.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Schemas to look at; empty = all that users made.
    pub schemas: Vec<String>,
    /// Statements of the workload whose text is read: those with the most total time.
    pub statements: usize,
    /// Statements that are EXPLAINed, those with the most total time first.
    pub plans: usize,
    /// SQL checks: name, text and its hash.
    pub sql_checks: Vec<SqlCheck>,
    /// Whether to read the whole catalog too, for the drift check and the planner twin.
    pub objects: bool,
    /// Whether to read what the planner goes by, for the twin.
    pub planner: bool,
    /// Whether to read the ends of indexed columns for it: user data.
    pub extremes: bool,
    /// Whether to read what migration tools note as applied, for `rehearse`.
    pub ledgers: bool,
}

/// A `find.sql` to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlCheck {
    /// Name of the check.
    pub name: String,
    /// The query; `$1` is the `text[]` of schemas.
    pub sql: String,
    /// Hash of the query.
    pub hash: String,
    /// Least major version it runs on.
    pub min_pg: u32,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            schemas: Vec::new(),
            statements: 5_000,
            plans: 30,
            sql_checks: Vec::new(),
            objects: false,
            planner: false,
            extremes: false,
            ledgers: false,
        }
    }
}

impl ReadOptions {
    /// The same, but counters and catalog alone: for a second reading, and for replicas.
    pub fn counters(&self) -> Self {
        let off = Self::default();
        Self { plans: 0, schemas: self.schemas.clone(), statements: self.statements, ..off }
    }
}

/// Reads everything that this session's role may see. `progress` is told what is being read.
///
/// # Errors
/// When the connection breaks or the catalog itself cannot be read. What a role may not see, or what others hold locked, is
/// no error: it is listed in [`Snapshot::unseen`].
pub async fn read(session: &mut Session, options: &ReadOptions, progress: &dyn Fn(&str)) -> Result<Snapshot> {
    progress("catalog");
    let mut unseen = Vec::new();
    let mut general = settings::read(session, &options.schemas, &mut unseen).await?;
    let listed = list(session, &general.schemas).await?;
    let relations = read_relations(session, &listed, &general.schemas, progress, &mut unseen).await?;
    unseen.extend(parts::unseen_statistics(session.rights(), &relations));
    let oids: Vec<Oid> = relations.keys().copied().collect();
    let types = parts::types(session, &oids).await?;
    let sequences: Vec<Oid> = listed.iter().filter(|l| l.sequence).map(|l| l.oid).collect();
    let sequences = parts::sequences(session, &sequences, &mut unseen).await?;
    let views = texts::views(session, &relations, &mut unseen).await?;
    let (schemas, roles, default_grants) = (general.schemas, general.roles, general.default_grants);
    let mut catalog = super::Catalog { schemas, relations, types, sequences, views, roles, default_grants };
    general.server.database_bytes = Some(catalog.relations.values().map(Relation::blocks).sum::<i64>() * 8_192);
    let planner = if options.planner {
        progress("sizes");
        let major = general.server.major();
        Some(planner::read(session, &mut catalog, major, options.extremes, &mut unseen).await?)
    } else {
        None
    };
    progress("workload");
    let workload = statements::read(session, &general.server, options.statements, &mut unseen).await?;
    progress("checks");
    let sql_checks = run_sql_checks(session, &options.sql_checks, &catalog.schemas, general.server.major(), &mut unseen).await?;
    progress("plans");
    let plans = plans::read(session, &workload, &catalog, &general.server, options.plans, &mut unseen).await?;
    unseen.sort();
    unseen.dedup();
    let objects = if options.objects { Some(objects::read::read(session, progress).await?) } else { None };
    let ledgers = if options.ledgers { ledger::read_all(session).await? } else { BTreeMap::new() };
    Ok(Snapshot {
        format: FORMAT,
        dbharden: env!("CARGO_PKG_VERSION").to_owned(),
        taken_at: general.taken_at,
        pseudonymised: false,
        server: general.server,
        rights: session.rights().clone(),
        settings: general.settings,
        catalog,
        objects,
        planner,
        ledgers,
        counts: None,
        database: general.database,
        connections: general.connections,
        workload,
        sql_checks,
        plans,
        unseen,
    })
}

/// Relations with all their parts. A relation that changes while it is read is read again once.
async fn read_relations(
    session: &mut Session,
    listed: &[Listed],
    schemas: &[String],
    progress: &dyn Fn(&str),
    unseen: &mut Vec<Unseen>,
) -> Result<BTreeMap<Oid, Relation>> {
    let oids = relations_of(listed);
    let (mut relations, before) = describe(session, &oids).await?;
    let names: BTreeMap<Oid, String> = relations.values().map(|r| (r.oid, r.name.to_string())).collect();
    read_parts(session, &oids, &mut relations, progress, unseen).await?;

    let again: BTreeMap<Oid, String> =
        list(session, schemas).await?.into_iter().filter(|l| !l.sequence).map(|l| (l.oid, l.version)).collect();
    relations.retain(|oid, _| again.contains_key(oid));
    // what could not be described because it was being dropped is not missing
    let dropped: BTreeSet<&String> = names.iter().filter(|(oid, _)| !again.contains_key(oid)).map(|(_, name)| name).collect();
    unseen.retain(|u| u.subject != Subject::Relation || !u.object.as_ref().is_some_and(|o| dropped.contains(o)));
    let changed: Vec<Oid> = again.iter().filter(|(oid, v)| before.get(oid) != Some(v)).map(|(oid, _)| *oid).collect();
    let (described, _) = describe(session, &changed).await?;
    let name = |r: Option<&Relation>| r.map(|r| r.name.to_string());
    // what was told of it is of its former self: it is asked again
    unseen.retain(|u| u.subject != Subject::Relation || !changed.iter().any(|oid| u.object == name(described.get(oid))));
    relations.extend(described);
    read_parts(session, &changed, &mut relations, progress, unseen).await?;
    Ok(relations)
}

/// A relation or sequence as listed, with what tells whether its row in `pg_class` is still the same.
#[derive(Deserialize)]
struct Listed {
    oid: Oid,
    version: String,
    sequence: bool,
}

fn relations_of(listed: &[Listed]) -> Vec<Oid> {
    listed.iter().filter(|l| !l.sequence).map(|l| l.oid).collect()
}

async fn list(session: &mut Session, schemas: &[String]) -> Result<Vec<Listed>> {
    let mut tx = session.transaction(Kind::Snapshot).await?;
    let rows = tx.fetch_json(include_str!("../sql/relation_list.sql"), &[Bind::TextArray(schemas.to_vec())]).await?;
    tx.commit().await?;
    Ok(rows)
}

#[derive(Deserialize)]
struct Described {
    version: String,
    #[serde(flatten)]
    relation: Relation,
}

/// The relations themselves, without their parts, and their versions. One that has vanished is left out.
async fn describe(session: &mut Session, oids: &[Oid]) -> Result<(BTreeMap<Oid, Relation>, BTreeMap<Oid, String>)> {
    let (mut relations, mut versions) = (BTreeMap::new(), BTreeMap::new());
    in_chunks(session, oids, async |session, chunk| {
        let mut tx = Pace::start(chunk.len()).begin(session).await?;
        let rows: Vec<Described> = tx.fetch_json(include_str!("../sql/relations.sql"), &[Bind::Oids(chunk.to_vec())]).await?;
        tx.commit().await?;
        for Described { version, relation } in rows {
            versions.insert(relation.oid, version);
            relations.insert(relation.oid, relation);
        }
        Ok(())
    })
    .await?;
    Ok((relations, versions))
}

/// Columns, indexes, constraints, policies, activity, statistics and texts of these relations, chunk by chunk.
async fn read_parts(
    session: &mut Session,
    oids: &[Oid],
    relations: &mut BTreeMap<Oid, Relation>,
    progress: &dyn Fn(&str),
    unseen: &mut Vec<Unseen>,
) -> Result<()> {
    let names = parts::object_names(session).await?;
    in_chunks(session, oids, async |session, chunk| parts::read(session, chunk, &names, relations).await).await?;
    progress("statistics");
    let access = session.rights().statistics;
    in_chunks(session, oids, async |session, chunk| parts::statistics(session, chunk, access, relations).await).await?;
    progress("definitions");
    texts::read(session, oids, relations, unseen).await
}

/// Calls `work` on pieces of `oids`, their size set by how long the piece before took.
pub(in crate::snapshot) async fn in_chunks(
    session: &mut Session,
    oids: &[Oid],
    mut work: impl AsyncFnMut(&mut Session, &[Oid]) -> QueryResult<()>,
) -> Result<()> {
    let mut size = 100;
    let mut rest = oids;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(size.min(rest.len()));
        let started = Instant::now();
        match work(session, chunk).await {
            Ok(()) => {
                size = next_size(size, started.elapsed());
                rest = after;
            }
            Err(e) if e.is_cancelled() && chunk.len() > 1 => size = chunk.len() / 2,
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}

/// So many that they take most of the goal: a transaction costs some milliseconds before it reads anything.
fn next_size(size: usize, took: Duration) -> usize {
    let wanted = size as f64 * (TRANSACTION_GOAL.as_secs_f64() * 0.85 / took.as_secs_f64().max(0.001));
    (wanted as usize).clamp((size / 2).max(1), (size * 2).min(2_000))
}

/// Runs each check's query in a transaction of its own; one that fails is skipped, never fatal.
async fn run_sql_checks(
    session: &mut Session,
    checks: &[SqlCheck],
    schemas: &[String],
    major: u32,
    unseen: &mut Vec<Unseen>,
) -> Result<BTreeMap<String, SqlCheckRows>> {
    let mut found = BTreeMap::new();
    for check in checks {
        let skip = |because: String| Unseen { subject: Subject::SqlCheck, object: Some(check.name.clone()), because, cure: None };
        if major < check.min_pg {
            unseen.push(skip(format!("it needs PostgreSQL {} or later", check.min_pg)));
            continue;
        }
        let mut tx = session.transaction(Kind::Snapshot).await?;
        let rows: std::result::Result<_, QueryError> = tx.fetch_json(&check.sql, &[Bind::TextArray(schemas.to_vec())]).await;
        match rows {
            Ok(rows) => {
                tx.commit().await?;
                found.insert(check.name.clone(), SqlCheckRows { sql_hash: check.hash.clone(), rows });
            }
            Err(e) => {
                tx.rollback().await?;
                unseen.push(skip(e.to_string()));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_shrink_when_slow_and_grow_when_fast() {
        assert_eq!(next_size(200, Duration::from_millis(500)), 100);
        assert_eq!(next_size(1, Duration::from_secs(9)), 1);
        assert_eq!(next_size(200, Duration::from_millis(5)), 400);
        assert_eq!(next_size(200, Duration::from_millis(51)), 200);
        assert!((250..=256).contains(&next_size(200, Duration::from_millis(40))));
        assert_eq!(next_size(1_500, Duration::ZERO), 2_000);
    }
}
