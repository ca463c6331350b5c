//! Files as long as the original's: the planner takes the number of blocks from the file. They are sparse and take no space.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::btree::{self, BLOCK};
use super::tree_height;
use crate::error::{Context, Result};
use crate::ident::QualifiedName;
use crate::sandbox::Files;
use crate::snapshot::planner::{PlannerFigures, RelationFigures};
use crate::snapshot::{ColumnStatistics, Index, Relation, Snapshot};

/// Blocks in one file of a relation: a gigabyte.
const SEGMENT: i64 = 131_072;

/// What one relation's files should be.
#[derive(Debug, Clone)]
pub(super) struct Forged {
    /// Path below the data directory.
    pub path: String,
    /// Blocks.
    pub blocks: i64,
    /// Levels above the leaves, of a b-tree.
    pub levels: Option<u32>,
    /// A leaf page with the outermost entries.
    pub leaf: Option<Vec<u8>>,
    /// Entries of its indexes point into its first block.
    pub visible: bool,
}

/// A relation's row in `pg_class` as it should be.
#[derive(Serialize)]
pub(super) struct ClassRow<'a> {
    schema: &'a str,
    name: &'a str,
    pages: i64,
    rows: f64,
    all_visible: i64,
    valid: bool,
}

impl<'a> ClassRow<'a> {
    pub fn new(figures: &'a RelationFigures, valid: bool) -> Self {
        Self {
            schema: figures.name.schema.raw(),
            name: figures.name.name.raw(),
            pages: figures.pages,
            rows: figures.rows,
            all_visible: figures.all_visible,
            valid,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Placed {
    schema: String,
    name: String,
    path: Option<String>,
    method: Option<String>,
}

/// Writes the figures of `pg_class` and says what files are wanted.
pub(super) async fn prepare(
    connection: &mut PgConnection,
    snapshot: &Snapshot,
    figures: &PlannerFigures,
    mut leaves: BTreeMap<QualifiedName, Vec<u8>>,
) -> Result<Vec<Forged>> {
    let with_ends: BTreeSet<&QualifiedName> =
        figures.relations.iter().filter(|r| leaves.contains_key(&r.name)).filter_map(|r| r.table.as_ref()).collect();
    let known = Known::of(snapshot);
    let valid = |r: &RelationFigures| known.index(r).is_none_or(|(_, i)| i.valid);
    let rows: Vec<ClassRow> = figures.relations.iter().map(|r| ClassRow::new(r, valid(r))).collect();
    let placed = write_classes(connection, &rows).await?;
    let wanted: BTreeMap<(&str, &str), &RelationFigures> =
        figures.relations.iter().map(|r| ((r.name.schema.raw(), r.name.name.raw()), r)).collect();
    let mut forged = Vec::new();
    for placed in placed {
        let (Some(path), Some(figure)) = (placed.path, wanted.get(&(placed.schema.as_str(), placed.name.as_str()))) else {
            continue;
        };
        let is_btree = placed.method.as_deref() == Some("btree");
        let levels = is_btree.then(|| tree_height::levels(figure.blocks, known.key_bytes(figure)));
        let (leaf, visible) = (leaves.remove(&figure.name), with_ends.contains(&figure.name));
        forged.push(Forged { path, blocks: figure.blocks, levels, leaf, visible });
    }
    Ok(forged)
}

/// Writes rows of `pg_class`; returns where the relations' files are.
pub(super) async fn write_classes(connection: &mut PgConnection, rows: &[ClassRow<'_>]) -> Result<Vec<Placed>> {
    let failed = "cannot write sizes into the twin";
    let json = serde_json::to_string(rows).context(failed)?;
    let placed = sqlx::query(include_str!("sql/classes.sql")).bind(json).fetch_all(connection).await.context(failed)?;
    placed.iter().map(|row| serde_json::from_str(row.try_get::<&str, _>(0).context(failed)?).context(failed)).collect()
}

/// Indexes of the snapshot by name.
pub(super) struct Known<'a>(BTreeMap<QualifiedName, (&'a Relation, &'a Index)>);

impl<'a> Known<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let named = |r: &Relation, i: &Index| QualifiedName::new(r.name.schema.clone(), i.name.clone());
        let relations = snapshot.catalog.relations.values();
        Self(relations.flat_map(|r| r.indexes.iter().map(move |i| (named(r, i), (r, i)))).collect())
    }

    fn index(&self, figures: &RelationFigures) -> Option<&(&'a Relation, &'a Index)> {
        figures.table.as_ref()?;
        self.0.get(&figures.name)
    }

    /// Mean bytes of what inner tuples hold: columns behind those that tell the keys apart are cut off.
    fn key_bytes(&self, figures: &RelationFigures) -> f64 {
        let Some((relation, index)) = self.index(figures) else { return 8.0 };
        let statistics = index.keys.iter().enumerate().map(|(i, key)| {
            let of_column = key.column.as_ref().and_then(|c| relation.column_statistics(c));
            let of_key = || figures.keys.iter().find(|k| usize::from(k.number.unsigned_abs()) == i + 1).map(|k| &k.statistics);
            of_column.or_else(of_key)
        });
        key_bytes(statistics, figures.rows)
    }

    /// The same of an index that is only thought of.
    pub fn key_bytes_of(table: &Relation, columns: &[Option<&str>], rows: f64) -> f64 {
        let known = |c: &str| table.statistics.iter().find(|s| s.column.raw() == c && !s.inherited);
        key_bytes(columns.iter().map(|c| c.and_then(known)), rows)
    }
}

fn key_bytes<'s>(statistics: impl Iterator<Item = Option<&'s ColumnStatistics>>, rows: f64) -> f64 {
    let rows = rows.max(1.0);
    let (mut bytes, mut distinct) = (0.0, 1.0);
    for statistics in statistics {
        bytes += statistics.map_or(8.0, |s| f64::from(s.avg_width));
        distinct *= statistics.map_or(1.0, |s| s.distinct(rows));
        // a leaf holds some hundred rows: with more values than leaves the next column is seldom needed
        if distinct > rows / 100.0 {
            break;
        }
    }
    bytes
}

/// Makes the files. The server must not have looked at them, or be stopped.
pub(super) fn forge(data: &Files, wanted: &[Forged]) -> Result<()> {
    for forged in wanted.iter().filter(|f| f.blocks > 0) {
        let path = data.path(&forged.path);
        extend(data, &path, forged.blocks).context(format!("cannot make a file of {} blocks in the twin", forged.blocks))?;
        if let Some(levels) = forged.levels.filter(|l| forged.blocks >= i64::from(*l) + 2) {
            plant(&path, levels, forged.leaf.as_deref()).context("cannot write an index into the twin")?;
        }
        if forged.visible {
            let map = PathBuf::from(format!("{}_vm", path.display()));
            let written = std::fs::write(&map, btree::visible()).and_then(|()| data.hand_over(&map));
            written.context("cannot write a visibility map into the twin")?;
        }
    }
    Ok(())
}

/// Makes a relation's files so long. Never shorter than they are.
pub(super) fn extend(data: &Files, path: &Path, blocks: i64) -> std::io::Result<()> {
    let mut rest = blocks;
    for segment in 0.. {
        let file_path = if segment == 0 { path.to_owned() } else { PathBuf::from(format!("{}.{segment}", path.display())) };
        let new = !file_path.exists();
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&file_path)?;
        if new {
            data.hand_over(&file_path)?;
        }
        let bytes = rest.min(SEGMENT) as u64 * BLOCK as u64;
        if file.metadata()?.len() < bytes {
            file.set_len(bytes)?;
        }
        rest -= SEGMENT;
        if rest < 0 {
            return Ok(());
        }
    }
    Ok(())
}

/// Writes a tree of that height into an index's file.
pub(super) fn plant(path: &Path, levels: u32, leaf: Option<&[u8]>) -> std::io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut meta = vec![0; BLOCK];
    file.read_exact(&mut meta)?;
    if btree::is_meta(&meta) {
        file.write_all_at(&btree::pages(&meta, levels, leaf), 0)?;
    }
    file.flush()
}
