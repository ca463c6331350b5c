//! Hypothetical indexes: real ones on the twin's empty tables, not valid until a plan is asked for with them, their files as long and
//! their trees as high as they would be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::path::PathBuf;

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};

use super::btree::{self, BLOCK};
use super::expressions;
use super::files;
use super::index_size::SizeModel;
use super::keys;
use super::new_index::{self, Made};
use super::{Twin, send};
use crate::error::{Context, Error, Result};
use crate::ident::{Ident, QualifiedName};
use crate::snapshot::{Oid, Relation, RelationKind, Snapshot};

/// How their names begin.
pub(crate) const PREFIX: &str = "dbharden_if_";

/// An index to be tried.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wanted {
    /// The table, partitioned or not, by its OID in the snapshot.
    pub table: Oid,
    /// `USING btree (a, b DESC) WHERE ...`
    pub using: String,
}

/// An index that the twin can switch on.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothetical {
    /// Its number; plans name it.
    pub number: usize,
    /// What it and its partitions' parts are in the twin.
    pub oids: Vec<Oid>,
    /// Bytes that it would take.
    pub bytes: i64,
    /// `USING btree (a, b DESC) WHERE ...`, as `pg_get_indexdef()` prints it.
    pub using: String,
}

/// The indexes that a file of `CREATE INDEX` statements makes, with their names (empty where none is given).
///
/// # Errors
/// A statement that is no `CREATE INDEX`, or one on a table that the snapshot does not have.
pub fn parse(text: &str, snapshot: &Snapshot) -> Result<Vec<(Ident, Wanted)>> {
    let path = crate::query::search_path(&snapshot.server.search_path);
    let statements = pg_query::split_with_parser(text).map_err(|e| Error::new("it does not parse").because(e.to_string()))?;
    statements.iter().map(|s| s.trim()).filter(|s| !s.is_empty()).map(|s| one(s, snapshot, &path)).collect()
}

fn one(statement: &str, snapshot: &Snapshot, path: &[String]) -> Result<(Ident, Wanted)> {
    let wrong = |why: String| Error::new(format!("cannot suppose `{}`", crate::ident::one_line(statement))).because(why);
    let parsed = crate::query::parse(statement).map_err(|e| wrong(e.to_string()))?;
    let node = parsed.stmts.first().and_then(|s| s.stmt.as_ref()).and_then(|s| s.node.as_ref());
    let Some(pg_query::NodeEnum::IndexStmt(index)) = node else { return Err(wrong("it is no CREATE INDEX".to_owned())) };
    let relation = index.relation.as_ref().ok_or_else(|| wrong("it names no table".to_owned()))?;
    let schema = Some(relation.schemaname.as_str()).filter(|s| !s.is_empty());
    let table = snapshot.catalog.find(schema, &relation.relname, path);
    let table = table.ok_or_else(|| wrong(format!("there is no table {}", crate::ident::one_line(&relation.relname))))?;
    // behind the table's name: `USING method (...)`, or just `(...)`
    let from = usize::try_from(relation.location).unwrap_or(0);
    let tokens = pg_query::scan(statement).map_err(|e| wrong(e.to_string()))?.tokens;
    let behind = tokens.iter().find(|t| {
        t.start as usize > from && matches!(t.token(), pg_query::protobuf::Token::Using | pg_query::protobuf::Token::Ascii40)
    });
    let behind = behind.ok_or_else(|| wrong("it has no columns".to_owned()))?;
    let tail = statement.get(behind.start as usize..).unwrap_or_default().trim_end_matches([';', ' ', '\n']);
    let using = if behind.token() == pg_query::protobuf::Token::Using { tail.to_owned() } else { format!("USING btree {tail}") };
    Ok((Ident::new(&*index.idxname), Wanted { table: table.oid, using }))
}

/// Numbers of the hypothetical indexes that a plan's index name means.
pub fn number_of(index: &str) -> Option<usize> {
    index.strip_prefix(PREFIX)?.split('_').next()?.parse().ok()
}

/// Makes hypothetical indexes in a twin.
pub struct WhatIf<'s> {
    twin: &'s Twin,
    snapshot: &'s Snapshot,
    model: SizeModel,
    next: usize,
    /// Last OID that was seen.
    last: Oid,
    /// Paths of the tables' files.
    heaps: BTreeMap<QualifiedName, String>,
}

impl<'s> WhatIf<'s> {
    /// Over this twin of this snapshot.
    pub fn new(twin: &'s Twin, snapshot: &'s Snapshot, model: SizeModel) -> Self {
        Self { twin, snapshot, model, next: 0, last: 0, heaps: BTreeMap::new() }
    }

    /// Makes them, all switched off. `None` for one that the server refuses. No plan may be asked for meanwhile: the tables
    /// are empty as long as it takes.
    ///
    /// # Errors
    /// The twin is gone, or its files cannot be written.
    pub async fn create(&mut self, wanted: &[Wanted]) -> Result<Vec<Option<Hypothetical>>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        // a session that has not looked at these tables: the server remembers how many files one has
        let mut connection = self.twin.connect().await?;
        let leaves = self.leaves(wanted);
        self.find_heaps(&mut connection, &leaves).await?;
        let sizes = self.empty(&leaves)?;
        let first = self.next;
        let mut refused = BTreeSet::new();
        for (i, index) in wanted.iter().enumerate() {
            if !self.build(&mut connection, first + i, index).await {
                refused.insert(first + i);
            }
        }
        self.next += wanted.len();
        let made = new_index::made(&mut connection, PREFIX, self.last).await?;
        for (path, bytes) in sizes {
            let file = OpenOptions::new().write(true).open(&path).context("cannot restore a file of the twin")?;
            file.set_len(bytes).context("cannot restore a file of the twin")?;
        }
        self.figures_of_tables(&mut connection, &leaves).await?;
        connection.close().await.context("cannot leave the twin")?;

        expressions::estimate(self.twin, self.snapshot, &made).await?;
        // its own session again: predicates are weighed on tables of their full size
        let mut connection = self.twin.connect().await?;
        let mut found: Vec<Option<Hypothetical>> = (0..wanted.len()).map(|_| None).collect();
        for one in made {
            self.last = self.last.max(one.oid);
            let Some(number) = number_of(&one.name).filter(|n| *n >= first && !refused.contains(n)) else { continue };
            let bytes = match &one.path {
                Some(path) => self.forge(&mut connection, &one, path).await? * BLOCK as i64,
                None => 0,
            };
            let entry = found[number - first].get_or_insert_with(|| Hypothetical {
                number,
                oids: Vec::new(),
                bytes: 0,
                using: one.definition.split_once(" USING ").map_or_else(String::new, |(_, tail)| format!("USING {tail}")),
            });
            entry.oids.push(one.oid);
            entry.bytes += bytes;
        }
        connection.close().await.context("cannot leave the twin")?;
        Ok(found)
    }

    /// Drops hypothetical indexes that nobody will ask for: the planner looks at those that are switched off too.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn forget(&self, indexes: &[&Hypothetical]) -> Result<()> {
        let names: Vec<String> = indexes.iter().flat_map(|i| &i.oids).map(|oid| oid.to_string()).collect();
        if names.is_empty() {
            return Ok(());
        }
        // a part of a partitioned index goes with it
        let block = format!(
            "DECLARE one record; BEGIN
                 FOR one IN SELECT i.indexrelid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                            WHERE i.indexrelid IN ({}) AND NOT c.relispartition LOOP
                     EXECUTE pg_catalog.format('DROP INDEX %s', one.indexrelid::regclass);
                 END LOOP; END",
            names.join(", ")
        );
        let mut connection = self.twin.connect().await?;
        send(&mut connection, &format!("DO {}", crate::ident::literal(&block))).await?;
        connection.close().await.context("cannot leave the twin")
    }

    /// Tables with rows that the indexes cover.
    fn leaves(&self, wanted: &[Wanted]) -> Vec<&'s Relation> {
        let catalog = &self.snapshot.catalog;
        let mut open: Vec<Oid> = wanted.iter().map(|w| w.table).collect();
        let mut leaves = BTreeMap::new();
        while let Some(oid) = open.pop() {
            match catalog.relations.get(&oid) {
                Some(r) if r.kind == RelationKind::PartitionedTable => open.extend(catalog.partitions(oid).iter().map(|p| p.oid)),
                Some(r) => {
                    leaves.insert(oid, r);
                }
                None => {}
            }
        }
        leaves.into_values().collect()
    }

    async fn find_heaps(&mut self, connection: &mut PgConnection, leaves: &[&Relation]) -> Result<()> {
        let unknown: Vec<String> =
            leaves.iter().filter(|r| !self.heaps.contains_key(&r.name)).map(|r| r.name.to_string()).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let sql =
            "SELECT n, pg_catalog.pg_relation_filepath(pg_catalog.to_regclass(n)) FROM pg_catalog.unnest($1::text[]) AS t (n)";
        let rows = sqlx::query(sql).bind(&unknown).fetch_all(connection).await.context("cannot ask the twin")?;
        let paths: BTreeMap<String, String> =
            rows.iter().filter_map(|r| Some((r.try_get(0).ok()?, r.try_get::<Option<String>, _>(1).ok()??))).collect();
        for leaf in leaves {
            if let Some(path) = paths.get(&leaf.name.to_string()) {
                self.heaps.insert(leaf.name.clone(), path.clone());
            }
        }
        Ok(())
    }

    /// Empties the tables' first files; returns how long they were.
    fn empty(&self, leaves: &[&Relation]) -> Result<Vec<(PathBuf, u64)>> {
        let mut sizes = Vec::new();
        for leaf in leaves {
            let Some(path) = self.heaps.get(&leaf.name) else { continue };
            let path = self.twin.sandbox.files().path(path);
            let file = OpenOptions::new().write(true).open(&path).context("cannot empty a table of the twin")?;
            let bytes = file.metadata().context("cannot empty a table of the twin")?.len();
            file.set_len(0).context("cannot empty a table of the twin")?;
            sizes.push((path, bytes));
        }
        Ok(sizes)
    }

    async fn build(&self, connection: &mut PgConnection, number: usize, index: &Wanted) -> bool {
        let Some(table) = self.snapshot.catalog.relations.get(&index.table) else { return false };
        let name = format!("{PREFIX}{number}");
        let create = format!("CREATE INDEX {name} ON {} {}", table.name, index.using);
        let schema = &table.name.schema;
        let off = if table.kind == RelationKind::PartitionedTable {
            // names by which plans tell them, whatever the server calls them
            format!(
                "DO $$ DECLARE part record; BEGIN
                     FOR part IN SELECT t.relid::oid AS id, pg_catalog.row_number() OVER () AS n
                                 FROM pg_catalog.pg_partition_tree('{schema}.{name}') t WHERE t.level > 0 LOOP
                         EXECUTE pg_catalog.format('ALTER INDEX %s RENAME TO {name}_%s', part.id::regclass, part.n);
                     END LOOP; END $$;
                 UPDATE pg_catalog.pg_index SET indisvalid = false
                 WHERE indexrelid IN (SELECT t.relid FROM pg_catalog.pg_partition_tree('{schema}.{name}') t)"
            )
        } else {
            format!("UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = '{schema}.{name}'::regclass")
        };
        // one message is one transaction
        send(connection, &format!("{create};\n{off}")).await.is_ok()
    }

    /// `CREATE INDEX` counts the rows of its table.
    async fn figures_of_tables(&self, connection: &mut PgConnection, leaves: &[&Relation]) -> Result<()> {
        let Some(figures) = &self.snapshot.planner else { return Ok(()) };
        let names: BTreeSet<&QualifiedName> = leaves.iter().map(|r| &r.name).collect();
        let rows: Vec<files::ClassRow> =
            figures.relations.iter().filter(|r| names.contains(&r.name)).map(|r| files::ClassRow::new(r, true)).collect();
        files::write_classes(connection, &rows).await.map(|_| ())
    }

    /// Gives a new index its size; returns its blocks.
    async fn forge(&self, connection: &mut PgConnection, index: &Made, path: &str) -> Result<i64> {
        let name = QualifiedName::new(index.table_schema.as_str(), index.table.as_str());
        let catalog = &self.snapshot.catalog;
        let Some(table) = catalog.relations.values().find(|r| r.name == name) else { return Ok(1) };
        let figures = self.snapshot.planner.as_ref().and_then(|p| p.relations.iter().find(|r| r.name == name));
        let heap_blocks = figures.map_or(table.pages, |f| f.blocks);
        let mut rows = keys::rows_now(table.rows.unwrap_or(0.0), table.pages, heap_blocks);
        if let Some(predicate) = &index.predicate {
            rows = new_index::rows_where(connection, &table.name, predicate).await.unwrap_or(rows);
        }
        let data = self.twin.sandbox.files();
        let path = data.path(path);
        let (blocks, levels) =
            index.size(table, rows, heap_blocks, &path, self.model).context("cannot read an index of the twin")?;
        files::extend(&data, &path, blocks).context("cannot make a file in the twin")?;
        if let Some(levels) = levels.filter(|l| *l == btree::NO_LEVELS || blocks >= i64::from(*l) + 2) {
            files::plant(&path, levels, None).context("cannot write an index into the twin")?;
        }
        let sql = format!("UPDATE pg_catalog.pg_class SET relpages = {blocks}, reltuples = {rows} WHERE oid = {}", index.oid);
        send(connection, &sql).await?;
        Ok(blocks)
    }
}
