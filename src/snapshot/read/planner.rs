//! What the planner twin needs beside the catalog: sizes, statistics of expressions, extended statistics, ends of columns.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::pieces::{self, Attempt};
use super::{Pace, in_chunks};
use crate::connect::{Bind, Kind, Session, StatisticsAccess};
use crate::error::Result;
use crate::snapshot::planner::{ExtendedStatistics, Extremes, KeyStatistics, PlannerFigures, RelationFigures};
use crate::snapshot::{Catalog, ColumnStatistics, Oid, Relation, RelationKind, Subject, Type, Unseen};

#[derive(Deserialize)]
struct Sized {
    has_expressions: bool,
    #[serde(flatten)]
    figures: RelationFigures,
}

/// A row of `statistics.sql`, of an index.
#[derive(Deserialize)]
struct OfKey {
    relation: Oid,
    number: i16,
    #[serde(flatten)]
    statistics: ColumnStatistics,
}

/// A row of `extended_expressions.sql`.
#[derive(Deserialize)]
struct OfExpression {
    oid: Oid,
    inherited_data: bool,
    #[serde(flatten)]
    statistics: ColumnStatistics,
}

/// Reads them. `extremes`: also the ends of columns that an index leads with, which are user data.
pub(super) async fn read(
    session: &mut Session,
    catalog: &mut Catalog,
    major: u32,
    extremes: bool,
    unseen: &mut Vec<Unseen>,
) -> Result<PlannerFigures> {
    let stored = |r: &&Relation| !matches!(r.kind, RelationKind::View | RelationKind::ForeignTable);
    let oids: Vec<Oid> = catalog.relations.values().filter(stored).map(|r| r.oid).collect();
    let mut figures = PlannerFigures { extremes_read: extremes, ..PlannerFigures::default() };
    let with_expressions = sizes(session, oids.clone(), catalog, &mut figures, unseen).await?;
    let access = session.rights().statistics;
    keys(session, &with_expressions, access, &mut figures).await?;
    key_types(session, &with_expressions, catalog, &mut figures).await?;
    figures.extended = extended(session, &oids, access, major).await?;
    let mut tx = session.transaction(Kind::Snapshot).await?;
    figures.settings = tx.fetch_json(include_str!("../sql/planner_settings.sql"), &[]).await?;
    figures.locale = tx.fetch_one_json(include_str!("../sql/planner_locale.sql"), &[]).await?;
    tx.commit().await?;
    figures.settings.sort();
    if extremes {
        figures.extremes = ends(session, catalog, unseen).await?;
    }
    figures.relations.sort_by(|a, b| a.name.cmp(&b.name));
    figures.extended.sort_by(|a, b| (&a.name, a.inherited).cmp(&(&b.name, b.inherited)));
    Ok(figures)
}

/// Sizes; returns the indexes that have expressions. What stays locked keeps the figures of its row in `pg_class`.
async fn sizes(
    session: &mut Session,
    oids: Vec<Oid>,
    catalog: &Catalog,
    figures: &mut PlannerFigures,
    unseen: &mut Vec<Unseen>,
) -> Result<Vec<Oid>> {
    let mut with_expressions = Vec::new();
    let attempt = async |session: &mut Session, piece: &[Oid]| {
        let mut tx = Pace::start(piece.len()).begin(session).await?;
        let read: Attempt<Vec<Sized>> =
            tx.fetch_json(include_str!("../sql/planner_sizes.sql"), &[Bind::Oids(piece.to_vec())]).await;
        tx.rollback().await?;
        Ok(read)
    };
    let put = |rows: Vec<Sized>| {
        for row in rows {
            if row.has_expressions {
                with_expressions.push(row.figures.oid);
            }
            figures.relations.push(row.figures);
        }
        Ok(())
    };
    for (oid, _) in pieces::read(session, oids, attempt, put).await? {
        unseen.extend(catalog.relations.get(&oid).map(|r| Unseen {
            subject: Subject::Relation,
            object: Some(r.name.to_string()),
            because: "its size could not be read: another session held it locked".to_owned(),
            cure: Some("run again when that session is done".to_owned()),
        }));
    }
    Ok(with_expressions)
}

/// Statistics of expressions that indexes have as keys.
async fn keys(session: &mut Session, oids: &[Oid], access: StatisticsAccess, figures: &mut PlannerFigures) -> Result<()> {
    let sql = match access {
        StatisticsAccess::None => return Ok(()),
        StatisticsAccess::Catalog => include_str!("../sql/statistics.sql"),
        StatisticsAccess::Views => include_str!("../sql/statistics_view.sql"),
    };
    let mut found: Vec<OfKey> = Vec::new();
    in_chunks(session, oids, async |session, chunk| {
        let mut tx = Pace::start(chunk.len()).begin(session).await?;
        found.extend(tx.fetch_json::<OfKey>(sql, &[Bind::Oids(chunk.to_vec())]).await?);
        tx.commit().await
    })
    .await?;
    found.sort_by_key(|k| (k.relation, k.number));
    for key in found {
        if let Some(index) = figures.relations.iter_mut().find(|r| r.oid == key.relation) {
            index.keys.push(KeyStatistics { number: key.number, type_oid: None, statistics: key.statistics });
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct KeyType {
    relation: Oid,
    number: i16,
    type_oid: Oid,
}

/// Types of such keys.
async fn key_types(session: &mut Session, oids: &[Oid], catalog: &mut Catalog, figures: &mut PlannerFigures) -> Result<()> {
    if oids.is_empty() {
        return Ok(());
    }
    let mut found: Vec<KeyType> = Vec::new();
    let mut types: Vec<Type> = Vec::new();
    in_chunks(session, oids, async |session, chunk| {
        let mut tx = Pace::start(chunk.len()).begin(session).await?;
        let binds = [Bind::Oids(chunk.to_vec())];
        found.extend(tx.fetch_json::<KeyType>(include_str!("../sql/key_types.sql"), &binds).await?);
        types.extend(tx.fetch_json::<Type>(include_str!("../sql/types.sql"), &binds).await?);
        tx.commit().await
    })
    .await?;
    for index in figures.relations.iter_mut().filter(|r| !r.keys.is_empty()) {
        for key in &mut index.keys {
            let of_key = |t: &&KeyType| t.relation == index.oid && t.number == key.number;
            key.type_oid = found.iter().find(of_key).map(|t| t.type_oid);
        }
    }
    catalog.types.extend(types.into_iter().map(|t| (t.oid, t)));
    Ok(())
}

/// Extended statistics, with those of their expressions where the server has such and this role may see them.
async fn extended(session: &mut Session, oids: &[Oid], access: StatisticsAccess, major: u32) -> Result<Vec<ExtendedStatistics>> {
    let sql = match (access, major) {
        (StatisticsAccess::None, _) => return Ok(Vec::new()),
        (StatisticsAccess::Views, _) => include_str!("../sql/extended_view.sql"),
        (StatisticsAccess::Catalog, ..15) => include_str!("../sql/extended_pg14.sql"),
        (StatisticsAccess::Catalog, _) => include_str!("../sql/extended.sql"),
    };
    let mut found: Vec<ExtendedStatistics> = Vec::new();
    let mut expressions: BTreeMap<(Oid, bool), Vec<ColumnStatistics>> = BTreeMap::new();
    in_chunks(session, oids, async |session, chunk| {
        let binds = [Bind::Oids(chunk.to_vec())];
        let mut tx = Pace::start(chunk.len()).begin(session).await?;
        found.extend(tx.fetch_json::<ExtendedStatistics>(sql, &binds).await?);
        if access == StatisticsAccess::Catalog && major >= 14 {
            let rows: Vec<OfExpression> = tx.fetch_json(include_str!("../sql/extended_expressions.sql"), &binds).await?;
            for row in rows {
                expressions.entry((row.oid, row.inherited_data)).or_default().push(row.statistics);
            }
        }
        tx.commit().await
    })
    .await?;
    for statistics in &mut found {
        statistics.expressions = expressions.remove(&(statistics.oid, statistics.inherited)).unwrap_or_default();
    }
    Ok(found)
}

#[derive(Deserialize)]
struct Ends {
    least: Option<String>,
    greatest: Option<String>,
}

/// Ends of the columns that a whole b-tree leads with: two probes of that index each. A table that cannot be read is named.
async fn ends(session: &mut Session, catalog: &Catalog, unseen: &mut Vec<Unseen>) -> Result<Vec<Extremes>> {
    let mut all = Vec::new();
    for relation in catalog.by_name() {
        if !matches!(relation.kind, RelationKind::Table | RelationKind::MaterializedView) {
            continue;
        }
        let leading = relation.indexes.iter().filter(|i| i.method == "btree" && i.is_complete());
        let mut columns: Vec<_> = leading.filter_map(|i| i.plain_prefix().next()).collect();
        columns.sort();
        columns.dedup();
        for column in columns {
            let end = |order: &str| {
                // with the table said: `ORDER BY id` would sort the text that is selected
                format!(
                    "(SELECT t.{column}::pg_catalog.text FROM ONLY {table} AS t WHERE t.{column} IS NOT NULL ORDER BY t.{column} {order} LIMIT 1)",
                    table = relation.name
                )
            };
            let sql = format!("SELECT {} AS least, {} AS greatest", end("ASC"), end("DESC"));
            let mut tx = session.transaction(Kind::Now).await?;
            let read: Attempt<Vec<Ends>> = tx.fetch_json(&sql, &[]).await;
            tx.rollback().await?;
            match read {
                Ok(rows) => all.extend(rows.into_iter().filter_map(|ends| {
                    let (table, column) = (relation.name.clone(), column.clone());
                    Some(Extremes { table, column, least: ends.least?, greatest: ends.greatest? })
                })),
                Err(e) => unseen.push(Unseen {
                    subject: Subject::Statistics,
                    object: Some(format!("{}.{column}", relation.name)),
                    because: format!("its ends could not be read: {e}"),
                    cure: Some(format!(
                        "GRANT SELECT ({column}) ON {} to this role, or leave out --read-extremes",
                        relation.name
                    )),
                }),
            }
        }
    }
    Ok(all)
}
