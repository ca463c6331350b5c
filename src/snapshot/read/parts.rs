//! The parts of relations that can be read without opening them: straight from the system catalogs, no lock taken.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::pieces::{self, Attempt};
use super::{Pace, in_chunks};
use crate::connect::{Bind, Kind, Rights, Session, StatisticsAccess};
use crate::error::Result;
use crate::ident::Ident;
use crate::snapshot::{
    Column, ColumnStatistics, Constraint, ConstraintKind, Index, IndexActivity, IndexKey, Oid, Policy, Reference, Relation,
    Sequence, Subject, TableActivity, Type, Unseen,
};

/// Names listed in one sentence; more are counted.
const NAMED: usize = 10;

/// A row that belongs to a relation.
#[derive(Deserialize)]
struct Of<T> {
    relation: Oid,
    #[serde(flatten)]
    part: T,
}

/// Names of operator classes and collations by OID.
pub(super) type ObjectNames = HashMap<Oid, ObjectName>;

#[derive(Deserialize)]
pub(super) struct ObjectName {
    oid: Oid,
    name: String,
    is_default: bool,
}

pub(super) async fn object_names(session: &mut Session) -> Result<ObjectNames> {
    let mut tx = session.transaction(Kind::Snapshot).await?;
    let rows: Vec<ObjectName> = tx.fetch_json(include_str!("../sql/operator_classes.sql"), &[]).await?;
    tx.commit().await?;
    Ok(rows.into_iter().map(|r| (r.oid, r)).collect())
}

#[derive(Deserialize)]
struct RawColumn {
    collation: Option<Oid>,
    #[serde(flatten)]
    column: Column,
}

#[derive(Deserialize)]
struct RawIndex {
    oid: Oid,
    name: Ident,
    method: String,
    unique: bool,
    primary: bool,
    exclusion: bool,
    valid: bool,
    ready: bool,
    nulls_not_distinct: bool,
    referenced_by_table: bool,
    constraint: Option<Ident>,
    parent: Option<Oid>,
    key_count: usize,
    columns: Vec<i16>,
    opclasses: Vec<Oid>,
    collations: Vec<Oid>,
    options: Vec<i16>,
    pages: i64,
}

#[derive(Deserialize)]
struct RawConstraint {
    name: Ident,
    kind: ConstraintKind,
    columns: Vec<i16>,
    validated: bool,
    deferrable: bool,
    inherited: bool,
    referenced: Option<Oid>,
    referenced_columns: Option<Vec<Ident>>,
    on_delete: char,
    on_update: char,
}

#[derive(Deserialize)]
struct RawIndexActivity {
    oid: Oid,
    #[serde(flatten)]
    activity: IndexActivity,
}

/// Columns, indexes, constraints, policies and activity of a chunk of relations, in one transaction.
pub(super) async fn read(
    session: &mut Session,
    chunk: &[Oid],
    names: &ObjectNames,
    relations: &mut BTreeMap<Oid, Relation>,
) -> Attempt<()> {
    let oids = [Bind::Oids(chunk.to_vec())];
    let pace = Pace::start(chunk.len());
    let mut tx = pace.begin(session).await?;
    let columns: Vec<Of<RawColumn>> = tx.fetch_json(include_str!("../sql/columns.sql"), &oids).await?;
    pace.check()?;
    let indexes: Vec<Of<RawIndex>> = tx.fetch_json(include_str!("../sql/indexes.sql"), &oids).await?;
    pace.check()?;
    let constraints: Vec<Of<RawConstraint>> = tx.fetch_json(include_str!("../sql/constraints.sql"), &oids).await?;
    pace.check()?;
    let policies: Vec<Of<Policy>> = tx.fetch_json(include_str!("../sql/policies.sql"), &oids).await?;
    pace.check()?;
    let activity: Vec<Of<TableActivity>> = tx.fetch_json(include_str!("../sql/table_activity.sql"), &oids).await?;
    pace.check()?;
    let scans: Vec<Of<RawIndexActivity>> = tx.fetch_json(include_str!("../sql/index_activity.sql"), &oids).await?;
    tx.commit().await?;

    let mut collations: HashMap<(Oid, i16), Oid> = HashMap::new();
    put(columns, relations, |relation, part: RawColumn| {
        collations.extend(part.collation.map(|c| ((relation.oid, part.column.number), c)));
        relation.columns.push(part.column);
    });
    let mut scans: HashMap<Oid, IndexActivity> = scans.into_iter().map(|a| (a.part.oid, a.part.activity)).collect();
    put(indexes, relations, |relation, raw: RawIndex| {
        let activity = scans.remove(&raw.oid);
        let index = raw.named(relation, names, &collations, activity);
        relation.indexes.push(index);
    });
    put(constraints, relations, |relation, raw: RawConstraint| {
        let constraint = raw.named(relation);
        relation.constraints.push(constraint);
    });
    put(policies, relations, |relation, policy| relation.policies.push(policy));
    put(activity, relations, |relation, activity| relation.activity = Some(activity));
    for oid in chunk {
        if let Some(relation) = relations.get_mut(oid) {
            relation.columns.sort_by_key(|c| c.number);
            relation.indexes.sort_by(|a, b| a.name.cmp(&b.name));
            relation.constraints.sort_by(|a, b| a.name.cmp(&b.name));
            relation.policies.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }
    Ok(())
}

/// Hands each row to the relation it belongs to; rows of a relation that is not under inspection are dropped.
fn put<T>(rows: Vec<Of<T>>, relations: &mut BTreeMap<Oid, Relation>, mut to: impl FnMut(&mut Relation, T)) {
    for Of { relation, part } in rows {
        if let Some(r) = relations.get_mut(&relation) {
            to(r, part);
        }
    }
}

impl RawIndex {
    fn named(
        self,
        relation: &Relation,
        names: &ObjectNames,
        collations: &HashMap<(Oid, i16), Oid>,
        activity: Option<IndexActivity>,
    ) -> Index {
        let column = |n: &i16| relation.columns.iter().find(|c| c.number == *n).map(|c| c.name.clone());
        let key = |i: usize| {
            let number = self.columns.get(i).copied().unwrap_or(0);
            let opclass = self.opclasses.get(i).and_then(|oid| names.get(oid));
            let own = collations.get(&(relation.oid, number));
            let collation = self.collations.get(i).filter(|c| **c != 0 && Some(*c) != own).and_then(|c| names.get(c));
            let options = self.options.get(i).copied().unwrap_or(0);
            IndexKey {
                column: column(&number),
                expression: None,
                opclass: opclass.map(|o| o.name.clone()).unwrap_or_default(),
                default_opclass: opclass.is_some_and(|o| o.is_default),
                collation: collation.filter(|_| number != 0).map(|c| c.name.clone()),
                descending: options & 1 != 0,
                nulls_first: options & 2 != 0,
            }
        };
        Index {
            oid: self.oid,
            keys: (0..self.key_count).map(key).collect(),
            include: self.columns.iter().skip(self.key_count).filter_map(column).collect(),
            name: self.name,
            method: self.method,
            unique: self.unique,
            primary: self.primary,
            exclusion: self.exclusion,
            valid: self.valid,
            ready: self.ready,
            nulls_not_distinct: self.nulls_not_distinct,
            referenced_by_table: self.referenced_by_table,
            constraint: self.constraint,
            parent: self.parent,
            predicate: None,
            definition: String::new(),
            pages: self.pages,
            activity,
        }
    }
}

impl RawConstraint {
    fn named(self, relation: &Relation) -> Constraint {
        let columns = self.columns.iter().filter_map(|n| relation.column_number(*n)).map(|c| c.name.clone()).collect();
        let references = self.referenced.map(|table| Reference {
            table,
            columns: self.referenced_columns.unwrap_or_default(),
            on_delete: self.on_delete,
            on_update: self.on_update,
        });
        Constraint {
            name: self.name,
            kind: self.kind,
            columns,
            validated: self.validated,
            deferrable: self.deferrable,
            inherited: self.inherited,
            references,
            expression: None,
        }
    }
}

/// Planner statistics of a chunk of relations.
pub(super) async fn statistics(
    session: &mut Session,
    chunk: &[Oid],
    access: StatisticsAccess,
    relations: &mut BTreeMap<Oid, Relation>,
) -> Attempt<()> {
    let sql = match access {
        StatisticsAccess::None => return Ok(()),
        StatisticsAccess::Catalog => include_str!("../sql/statistics.sql"),
        StatisticsAccess::Views => include_str!("../sql/statistics_view.sql"),
    };
    let mut tx = Pace::start(chunk.len()).begin(session).await?;
    let rows: Vec<Of<ColumnStatistics>> = tx.fetch_json(sql, &[Bind::Oids(chunk.to_vec())]).await?;
    tx.commit().await?;
    put(rows, relations, |relation, statistics| relation.statistics.push(statistics));
    for oid in chunk {
        if let Some(r) = relations.get_mut(oid) {
            r.statistics.sort_by(|a, b| (&a.column, a.inherited).cmp(&(&b.column, b.inherited)));
        }
    }
    Ok(())
}

/// Names the tables whose statistics this role may not see. One that has none because it was never analysed is not among them.
pub(super) fn unseen_statistics(rights: &Rights, relations: &BTreeMap<Oid, Relation>) -> Option<Unseen> {
    let stored = |r: &&Relation| r.extension.is_none() && r.rows.is_some_and(|rows| rows > 0.0) && r.statistics.is_empty();
    let mut names: Vec<String> = match rights.statistics {
        StatisticsAccess::Catalog => return None,
        _ => relations.values().filter(stored).map(|r| r.name.to_string()).collect(),
    };
    names.sort();
    let shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let because = match names.len() {
        0 => return None,
        n if n > NAMED => format!("the column statistics of {shown} and {} more are hidden from this role", n - NAMED),
        _ => format!("the column statistics of {shown} are hidden from this role"),
    };
    let cure = rights.grants_for_more.iter().find(|a| a.gives.starts_with("column statistics")).map(|a| a.sql.clone());
    Some(Unseen { subject: Subject::Statistics, object: None, because, cure })
}

/// Types of the columns of these relations.
pub(super) async fn types(session: &mut Session, oids: &[Oid]) -> Result<BTreeMap<Oid, Type>> {
    let mut types = BTreeMap::new();
    in_chunks(session, oids, async |session, chunk| {
        let mut tx = Pace::start(chunk.len()).begin(session).await?;
        let rows: Vec<Type> = tx.fetch_json(include_str!("../sql/types.sql"), &[Bind::Oids(chunk.to_vec())]).await?;
        tx.commit().await?;
        types.extend(rows.into_iter().map(|t| (t.oid, t)));
        Ok(())
    })
    .await?;
    Ok(types)
}

#[derive(Deserialize)]
struct RawSequence {
    oid: Oid,
    #[serde(flatten)]
    sequence: Sequence,
}

#[derive(Deserialize)]
struct Position {
    oid: Oid,
    last_value: Option<i64>,
}

/// Sequences, with positions where the role may read them. That of a locked or dropped one stays unknown.
pub(super) async fn sequences(session: &mut Session, oids: &[Oid], unseen: &mut Vec<Unseen>) -> Result<Vec<Sequence>> {
    let mut rows: Vec<RawSequence> = Vec::new();
    in_chunks(session, oids, async |session, chunk| {
        let mut tx = Pace::start(chunk.len()).begin(session).await?;
        rows.extend(tx.fetch_json::<RawSequence>(include_str!("../sql/sequences.sql"), &[Bind::Oids(chunk.to_vec())]).await?);
        tx.commit().await
    })
    .await?;
    let readable: Vec<Oid> = rows.iter().filter(|r| r.sequence.position_seen).map(|r| r.oid).collect();
    let mut positions: HashMap<Oid, Option<i64>> = HashMap::new();
    let attempt = async |session: &mut Session, piece: &[Oid]| {
        let mut tx = Pace::start(piece.len()).begin(session).await?;
        let read: Attempt<Vec<Position>> =
            tx.fetch_json(include_str!("../sql/sequence_positions.sql"), &[Bind::Oids(piece.to_vec())]).await;
        tx.rollback().await?;
        Ok(read)
    };
    let put = |rows: Vec<_>| {
        positions.extend(rows.into_iter().map(|p: Position| (p.oid, p.last_value)));
        Ok(())
    };
    pieces::read(session, readable, attempt, put).await?;
    for row in &mut rows {
        match positions.get(&row.oid) {
            Some(value) => row.sequence.last_value = *value,
            None => row.sequence.position_seen = false,
        }
    }
    let hidden = rows.iter().filter(|r| !r.sequence.position_seen).count();
    if hidden > 0 {
        unseen.push(Unseen {
            subject: Subject::Sequences,
            object: None,
            because: match hidden {
                1 => "the position of a sequence is not readable by this role".to_owned(),
                n => format!("the positions of {n} sequences are not readable by this role"),
            },
            cure: Some("GRANT SELECT ON ALL SEQUENCES IN SCHEMA ... to this role".to_owned()),
        });
    }
    rows.sort_by(|a, b| a.sequence.name.cmp(&b.sequence.name));
    Ok(rows.into_iter().map(|r| r.sequence).collect())
}
