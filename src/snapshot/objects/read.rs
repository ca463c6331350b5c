//! Reading the whole catalog from a live database, under the rules of [`crate::snapshot::read`]: short transactions, no lock that
//! anybody waits for, what is held locked read again at the end and then left out by name.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::assemble::{self, Raw};
use super::{Kind, Objects, kinds};
use crate::connect::{Bind, Kind as Access, QueryError, Session};
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::snapshot::read::{Pace, in_chunks, pieces};
use crate::snapshot::{Oid, Subject, Unseen};
use pieces::{Attempt, Fault};

/// What every row of an object begins with.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    pub oid: Oid,
    pub schema: Option<Ident>,
    pub name: Ident,
    pub part: Option<String>,
    pub owner: Option<Ident>,
    pub acl: Option<Vec<String>>,
}

/// Rows as JSON, by the query that gave them.
#[derive(Default)]
pub(super) struct Parts {
    pub relations: Vec<String>,
    pub columns: Vec<String>,
    pub constraints: Vec<String>,
    pub not_nulls: Vec<String>,
    pub indexes: Vec<String>,
    pub triggers: Vec<String>,
    pub rules: Vec<String>,
    pub policies: Vec<String>,
    pub statistics: Vec<String>,
}

#[derive(Deserialize)]
struct Listed {
    oid: Oid,
    version: String,
    sequence: bool,
}

/// Reads every object that this session's role may see: definitions are open to all.
///
/// # Errors
/// When the connection breaks or a catalog cannot be read. What others hold locked is no error: it is listed in [`Objects::unseen`].
pub async fn read(session: &mut Session, progress: &dyn Fn(&str)) -> Result<Objects> {
    progress("tables");
    let mut raw = Raw { major: session.major(), ..Raw::default() };
    let listed = list(session).await?;
    let relations: Vec<Oid> = listed.iter().filter(|l| !l.sequence).map(|l| l.oid).collect();
    let mut faults = read_relations(session, relations, &mut raw).await?;
    // what was altered meanwhile is read again, what is new for the first time, what is gone is left out
    let before: BTreeMap<Oid, &str> = listed.iter().map(|l| (l.oid, l.version.as_str())).collect();
    let now = list(session).await?;
    let there: BTreeSet<Oid> = now.iter().map(|l| l.oid).collect();
    let changed: Vec<Oid> =
        now.iter().filter(|l| !l.sequence && before.get(&l.oid) != Some(&l.version.as_str())).map(|l| l.oid).collect();
    if !changed.is_empty() || there.len() < before.len() {
        let again: BTreeSet<Oid> = changed.iter().copied().collect();
        raw.forget(&|oid| again.contains(&oid) || !there.contains(&oid));
        faults.retain(|(oid, _)| there.contains(oid) && !again.contains(oid));
        faults.extend(read_relations(session, changed, &mut raw).await?);
    }
    let sequences: Vec<Oid> = now.iter().filter(|l| l.sequence).map(|l| l.oid).collect();
    in_chunks(session, &sequences, async |session, chunk| {
        let mut tx = Pace::start(chunk.len()).begin(session).await?;
        raw.sequences.extend(tx.fetch_rows(include_str!("sql/sequences.sql"), &[Bind::Oids(chunk.to_vec())]).await?);
        tx.commit().await
    })
    .await?;
    progress("functions, types");
    for kind in kinds::ALL {
        let (rows, left) = read_kind(session, kind).await?;
        raw.kinds.extend(rows.into_iter().map(|row| (kind, row)));
        raw.unseen.extend(left);
    }
    raw.unseen.extend(unseen_relations(session, faults).await?);
    progress("comments and dependencies");
    raw.comments = rows(session, include_str!("sql/comments.sql")).await?;
    raw.needs = rows(session, include_str!("sql/needs.sql")).await?;
    raw.members = rows(session, include_str!("sql/members.sql")).await?;
    raw.general = rows(session, include_str!("sql/general.sql")).await?.pop().unwrap_or_default();
    raw.not_modelled = rows(session, include_str!("sql/not_modelled.sql")).await?;
    assemble::assemble(raw)
}

async fn rows(session: &mut Session, sql: &str) -> Result<Vec<String>> {
    let mut tx = session.transaction(Access::Snapshot).await?;
    let rows = tx.fetch_rows(sql, &[]).await?;
    tx.commit().await?;
    Ok(rows)
}

async fn list(session: &mut Session) -> Result<Vec<Listed>> {
    rows(session, include_str!("sql/relation_list.sql")).await?.iter().map(|row| parse(row)).collect()
}

/// A row as what it should be.
pub(super) fn parse<T: DeserializeOwned>(row: &str) -> Result<T> {
    // serde quotes the value it stumbled over, which may be the user's: the place must do
    serde_json::from_str(row).map_err(|e| {
        Error::new("cannot read the catalog").because(format!(
            "a row is not as expected ({:?} error at column {}, {})",
            e.classify(),
            e.column(),
            std::any::type_name::<T>()
        ))
    })
}

/// Reads relations with all that hangs on them; returns those that could not be read.
async fn read_relations(session: &mut Session, oids: Vec<Oid>, raw: &mut Raw) -> Result<Vec<(Oid, Fault)>> {
    let major = session.major();
    let attempt = async |session: &mut Session, piece: &[Oid]| attempt(session, piece, major).await;
    let mut locked = Vec::new();
    let mut faults = Vec::new();
    for (oid, fault) in pieces::read(session, oids, attempt, |parts| raw.add(parts)).await? {
        match fault {
            Fault::Locked => locked.push(oid),
            vanished => faults.push((oid, vanished)),
        }
    }
    faults.extend(pieces::read(session, locked, attempt, |parts| raw.add(parts)).await?);
    Ok(faults)
}

/// All parts of these relations in one transaction that is rolled back, so that no lock stays.
async fn attempt(session: &mut Session, oids: &[Oid], major: u32) -> Result<Attempt<Parts>> {
    let all = [Bind::Oids(oids.to_vec())];
    let pace = Pace::start(oids.len());
    let mut tx = pace.begin(session).await?;
    let columns = if major < 14 { include_str!("sql/columns_pg13.sql") } else { include_str!("sql/columns.sql") };
    let not_nulls = if major < 18 { None } else { Some(include_str!("sql/not_nulls.sql")) };
    let read: Attempt<Parts> = async {
        let mut get = async |sql: &str| -> std::result::Result<Vec<String>, QueryError> {
            let rows = tx.fetch_rows(sql, &all).await?;
            pace.check()?;
            Ok(rows)
        };
        Ok(Parts {
            relations: get(include_str!("sql/relations.sql")).await?,
            columns: get(columns).await?,
            constraints: get(include_str!("sql/constraints.sql")).await?,
            not_nulls: match not_nulls {
                Some(sql) => get(sql).await?,
                None => Vec::new(),
            },
            indexes: get(include_str!("sql/indexes.sql")).await?,
            triggers: get(include_str!("sql/triggers.sql")).await?,
            rules: get(include_str!("sql/rules.sql")).await?,
            policies: get(include_str!("sql/policies.sql")).await?,
            statistics: get(include_str!("sql/statistics.sql")).await?,
        })
    }
    .await;
    tx.rollback().await?;
    Ok(read)
}

/// The objects of one kind, in pieces where describing them opens relations.
async fn read_kind(session: &mut Session, kind: &kinds::Reading) -> Result<(Vec<String>, Vec<Unseen>)> {
    let major = session.major();
    let Some(sql) = kind.sql(major) else { return Ok((Vec::new(), Vec::new())) };
    let Some(list) = kind.list else { return Ok((rows(session, sql).await?, Vec::new())) };
    #[derive(Deserialize)]
    struct One {
        oid: Oid,
        name: String,
    }
    let listed: Vec<One> = rows(session, list).await?.iter().map(|row| parse(row)).collect::<Result<_>>()?;
    let mut found = Vec::new();
    let attempt = async |session: &mut Session, piece: &[Oid]| {
        let mut tx = Pace::start(piece.len()).begin(session).await?;
        let read: Attempt<Vec<String>> = tx.fetch_rows(sql, &[Bind::Oids(piece.to_vec())]).await;
        tx.rollback().await?;
        Ok(read)
    };
    let oids = listed.iter().map(|l| l.oid).collect();
    let faults = pieces::read(session, oids, attempt, |rows| found.extend(rows)).await?;
    let name = |oid: Oid| listed.iter().find(|l| l.oid == oid).map(|l| l.name.clone());
    Ok((found, faults.into_iter().map(|(oid, fault)| unseen(name(oid), fault)).collect()))
}

/// Names of the relations that could not be read.
async fn unseen_relations(session: &mut Session, faults: Vec<(Oid, Fault)>) -> Result<Vec<Unseen>> {
    if faults.is_empty() {
        return Ok(Vec::new());
    }
    #[derive(Deserialize)]
    struct Named {
        oid: Oid,
        name: String,
    }
    let mut tx = session.transaction(Access::Snapshot).await?;
    let oids = faults.iter().map(|(oid, _)| *oid).collect();
    let names: Vec<Named> = tx.fetch_json(include_str!("sql/names.sql"), &[Bind::Oids(oids)]).await?;
    tx.commit().await?;
    let name = |oid: Oid| names.iter().find(|n| n.oid == oid).map(|n| n.name.clone());
    // one that has no name any more is gone, and not missed
    Ok(faults.into_iter().filter_map(|(oid, fault)| Some(unseen(Some(name(oid)?), fault))).collect())
}

fn unseen(object: Option<String>, fault: Fault) -> Unseen {
    let (because, cure) = match fault {
        Fault::Locked => {
            ("another session held it locked (ACCESS EXCLUSIVE) all the time".to_owned(), "run again when that session is done")
        }
        Fault::Vanished(why) => {
            (format!("the server could not describe it: {why}"), "run again; if it stays, look into the server's log")
        }
    };
    Unseen { subject: Subject::Relation, object, because, cure: Some(cure.to_owned()) }
}

/// `relkind` as a kind.
pub(super) fn relation_kind(relkind: char) -> Kind {
    match relkind {
        'f' => Kind::ForeignTable,
        'm' => Kind::MaterializedView,
        'v' => Kind::View,
        'S' => Kind::Sequence,
        _ => Kind::Table,
    }
}
