//! Reading the whole catalog from a live database, under the rules of [`crate::snapshot::read`]: short transactions, no lock that
//! anybody waits for, what is held locked read again at the end and then left out by name.

use std::collections::{BTreeMap, BTreeSet};

use super::assemble::{self, Raw};
pub(super) use super::rows::{Head, parse};
use super::rows::{Listed, Named, Parts, parse_all};
use super::{Kind, Objects, kinds};
use crate::connect::{Bind, Limited, Limits, Rows, Session};
use crate::error::Result;
use crate::snapshot::read::{Pace, in_chunks, pieces};
use crate::snapshot::{Oid, Subject, Unseen};
use pieces::{Attempt, Fault};

/// Pages of pg_depend that are never read apart.
const DEPEND_PAGES: u32 = 4;
/// Kinds that are read in one transaction: each has few objects.
const KINDS: usize = 8;

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
        raw.parts.forget(&|oid| again.contains(&oid) || !there.contains(&oid));
        faults.retain(|(oid, _)| there.contains(oid) && !again.contains(oid));
        faults.extend(read_relations(session, changed, &mut raw).await?);
    }
    let sequences: Vec<Oid> = now.iter().filter(|l| l.sequence).map(|l| l.oid).collect();
    let mut found = Vec::new();
    in_chunks(session, &sequences, async |session, chunk| {
        found.push(together(session, chunk, &[include_str!("sql/sequences.sql")]).await?);
        Ok(())
    })
    .await?;
    for rows in &found {
        raw.sequences.extend(parse_all(rows)?);
    }
    progress("functions, types");
    for several in kinds::ALL.chunks(KINDS) {
        read_kinds(session, several, &mut raw).await?;
    }
    raw.unseen.extend(unseen_relations(session, faults).await?);
    progress("comments and dependencies");
    raw.comments = rows(session, include_str!("sql/comments.sql"), &[]).await?;
    let others = [include_str!("sql/members.sql"), include_str!("sql/general.sql"), include_str!("sql/not_modelled.sql")];
    let others = session.read_at_once(&Limits::default(), Limited::Each, &others.map(|sql| (sql, &[][..]))).await?;
    for row in others.iter() {
        match row? {
            (0, member) => raw.members.push(parse(member)?),
            (1, general) => raw.general = parse(general)?,
            (_, other) => raw.not_modelled.push(parse(other)?),
        }
    }
    read_needs(session, &mut raw).await?;
    assemble::assemble(raw)
}

/// One SELECT.
async fn rows<T: serde::de::DeserializeOwned>(session: &mut Session, sql: &str, binds: &[Bind]) -> Result<Vec<T>> {
    parse_all(&session.read_at_once(&Limits::default(), Limited::Each, &[(sql, binds)]).await?)
}

async fn list(session: &mut Session) -> Result<Vec<Listed>> {
    rows(session, include_str!("sql/relation_list.sql"), &[]).await
}

/// SELECTs of these objects in one transaction, which takes no longer than one may.
async fn together(session: &mut Session, oids: &[Oid], queries: &[&str]) -> Attempt<Rows> {
    let all = [Bind::Oids(oids.to_vec())];
    let queries: Vec<(&str, &[Bind])> = queries.iter().map(|sql| (*sql, &all[..])).collect();
    session.read_at_once(&Pace::limits(oids.len()), Limited::Whole, &queries).await
}

/// Reads relations with all that hangs on them; returns those that could not be read.
async fn read_relations(session: &mut Session, oids: Vec<Oid>, raw: &mut Raw) -> Result<Vec<(Oid, Fault)>> {
    let queries = Parts::queries(session.major());
    // all parts of a relation in one transaction, so that it is consistent in itself
    let attempt = async |session: &mut Session, piece: &[Oid]| Ok(together(session, piece, &queries).await);
    let mut put = |rows: Rows| -> Result<()> {
        raw.parts.add(Parts::of(&rows)?);
        Ok(())
    };
    let mut locked = Vec::new();
    let mut faults = Vec::new();
    for (oid, fault) in pieces::read(session, oids, attempt, &mut put).await? {
        match fault {
            Fault::Locked => locked.push(oid),
            vanished => faults.push((oid, vanished)),
        }
    }
    faults.extend(pieces::read(session, locked, attempt, &mut put).await?);
    Ok(faults)
}

/// The objects of several kinds, in pieces where describing them opens relations.
async fn read_kinds(session: &mut Session, kinds: &'static [kinds::Reading], raw: &mut Raw) -> Result<()> {
    let major = session.major();
    let known: Vec<(&kinds::Reading, &str)> = kinds.iter().filter_map(|k| Some((k, k.sql(major)?))).collect();
    let first: Vec<(&str, &[Bind])> = known.iter().map(|(kind, sql)| (kind.list.unwrap_or(sql), &[][..])).collect();
    let rows = session.read_at_once(&Limits::default(), Limited::Each, &first).await?;
    let mut listed: BTreeMap<usize, Vec<Named>> = BTreeMap::new();
    for row in rows.iter() {
        let (number, row) = row?;
        match known[number].0 {
            kind if kind.list.is_some() => listed.entry(number).or_default().push(parse(row)?),
            kind => raw.kinds.push((kind.catalog, (kind.parse)(row)?)),
        }
    }
    for (number, named) in listed {
        let (kind, sql) = known[number];
        let attempt = async |session: &mut Session, piece: &[Oid]| Ok(together(session, piece, &[sql]).await);
        let put = |rows: Rows| {
            for row in rows.iter() {
                raw.kinds.push((kind.catalog, (kind.parse)(row?.1)?));
            }
            Ok(())
        };
        let faults = pieces::read(session, named.iter().map(|n| n.oid).collect(), attempt, put).await?;
        let name = |oid: Oid| named.iter().find(|n| n.oid == oid).map(|n| n.name.clone());
        raw.unseen.extend(faults.into_iter().map(|(oid, fault)| unseen(name(oid), fault)));
    }
    Ok(())
}

/// Dependencies, a range of pages of pg_depend at a time: a large schema has hundreds of thousands.
async fn read_needs(session: &mut Session, raw: &mut Raw) -> Result<()> {
    let groups: Vec<u32> = (0..raw.general.depend_pages.div_ceil(DEPEND_PAGES)).collect();
    let mut found = Vec::new();
    in_chunks(session, &groups, async |session, chunk| {
        let (first, last) = (chunk.first().copied().unwrap_or_default(), chunk.last().copied().unwrap_or_default());
        let place = |group: u32| Bind::Text(format!("({},0)", group * DEPEND_PAGES));
        let range = [place(first), place(last + 1)];
        let limits = Pace::limits(chunk.len());
        found.push(session.read_at_once(&limits, Limited::Whole, &[(include_str!("sql/needs.sql"), &range)]).await?);
        Ok(())
    })
    .await?;
    for rows in &found {
        raw.needs.extend(parse_all(rows)?);
    }
    Ok(())
}

/// Names of the relations that could not be read.
async fn unseen_relations(session: &mut Session, faults: Vec<(Oid, Fault)>) -> Result<Vec<Unseen>> {
    if faults.is_empty() {
        return Ok(Vec::new());
    }
    let oids = faults.iter().map(|(oid, _)| *oid).collect();
    let names: Vec<Named> = rows(session, include_str!("sql/names.sql"), &[Bind::Oids(oids)]).await?;
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
