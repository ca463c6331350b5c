//! The locks that statements take, seen in `pg_locks` from a second session, and what they do to files of tables and indexes.
//!
//! A statement that may run in a transaction is looked at when it is done and its transaction is still open: it holds then all that it
//! took. One that may not is made to wait and looked at meanwhile: see `alone.rs`.

use std::collections::BTreeMap;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Row};

use super::duration::Size;
use super::rehearsal::{Again, Held, Rehearsal, Step, Undo, Unproven, Work};
use super::rewrites;
use super::rows::{self, Facts, Name};
use crate::drift::files::{Eventually, Failure, How, Relation, Sending, Watch};
use crate::error::{Context, Result};
use crate::hash;
use crate::migration::MigrationFile;
use crate::migration::script::{Kind, Piece};
use crate::plan::LockMode;

/// Relations by OID.
pub(super) type Relations = BTreeMap<i64, Relation>;
/// The strongest mode on each relation.
pub(super) type Modes = BTreeMap<i64, LockMode>;

/// Looks on while the pending files run.
pub struct Locks {
    /// The session that runs them.
    pub(super) pid: i32,
    pub(super) observer: PgConnection,
    /// For sessions that hold something against it.
    pub(super) options: PgConnectOptions,
    /// Sizes of the original's tables.
    sizes: BTreeMap<i64, Size>,
    /// Relations before the file.
    before: Relations,
    /// Relations before the transaction that is open, or that is next.
    committed: Relations,
    /// Relations now.
    pub(super) now: Relations,
    /// Locks of the open transaction.
    held: Modes,
    /// Those of the statement that has just run.
    pub(super) taken: Modes,
    /// Texts of the file's gates, in lower case.
    gates: Vec<String>,
    files: Vec<Rehearsal>,
}

impl Locks {
    /// One that observes this session.
    ///
    /// # Errors
    /// There is no connection.
    pub async fn new(pid: i32, options: PgConnectOptions, sizes: BTreeMap<i64, Size>) -> Result<Self> {
        let observer = options.connect().await.context("cannot connect to the copy")?;
        let (before, committed, now) = Default::default();
        let (held, taken, gates, files) = Default::default();
        Ok(Self { pid, observer, options, sizes, before, committed, now, held, taken, gates, files })
    }

    /// What was seen of each file.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn finish(self) -> Result<Vec<Rehearsal>> {
        sqlx::Connection::close(self.observer).await.context("cannot leave the copy")?;
        Ok(self.files)
    }

    /// Locks on relations that the session holds or waits for; whether it waits for anything.
    pub(super) async fn look(&mut self) -> Result<(Modes, bool)> {
        let sql = "SELECT l.relation::int8, l.mode, l.granted FROM pg_catalog.pg_locks l WHERE l.pid = $1";
        let failed = "cannot read pg_locks of the copy";
        let rows = sqlx::query(sql).bind(self.pid).fetch_all(&mut self.observer).await.context(failed)?;
        let (mut modes, mut waits) = (Modes::new(), false);
        for row in rows {
            waits |= !row.try_get::<bool, _>(2).context(failed)?;
            let Some(relation) = row.try_get::<Option<i64>, _>(0).context(failed)?.filter(|oid| *oid >= 16384) else { continue };
            let Some(mode) = LockMode::named(row.try_get(1).context(failed)?) else { continue };
            stronger(&mut modes, relation, mode);
        }
        Ok((modes, waits))
    }

    async fn watch(&mut self, piece: &Piece, how: How, sending: Sending<'_>) -> Result<std::result::Result<(), Failure>> {
        self.taken.clear();
        if matches!(piece.kind, Kind::Begin | Kind::End) {
            self.held.clear();
            self.committed = self.now.clone();
        }
        if matches!(how, How::Own | How::Alone) {
            self.held.clear();
            self.committed = self.now.clone();
        }
        match how {
            How::Session => return Ok(sending.await),
            How::Alone => return self.alone(piece, sending).await,
            How::Own | How::Inside => {}
        }
        let sent = sending.await;
        if sent.is_ok() {
            let (modes, _) = self.look().await?;
            for (relation, mode) in modes {
                if self.held.get(&relation).is_none_or(|held| *held < mode) {
                    stronger(&mut self.held, relation, mode);
                    self.taken.insert(relation, mode);
                }
            }
        }
        Ok(sent)
    }

    /// A relation that others use: it was there before the file, or it is an index that they see on such a table.
    fn in_use(&self, oid: i64) -> Option<&Relation> {
        let was = |oid: &i64| self.before.contains_key(oid);
        let relation = self.committed.get(&oid)?;
        (was(&oid) || relation.table.as_ref().is_some_and(was)).then_some(relation)
    }

    fn held(&self, modes: &Modes) -> Vec<Held> {
        let one = |(oid, mode): (&i64, &LockMode)| {
            let relation = self.in_use(*oid)?;
            let table = relation.table.and_then(|t| self.committed.get(&t));
            // what every query takes on an index, and the table stands beside it
            if table.is_some() && *mode < LockMode::ShareUpdateExclusive {
                return None;
            }
            Some(Held { relation: relation.name.to_string(), index_of: table.map(|t| t.name.to_string()), mode: *mode })
        };
        let mut held: Vec<Held> = modes.iter().filter_map(one).collect();
        held.sort_by(|a, b| b.mode.cmp(&a.mode).then_with(|| a.relation.cmp(&b.relation)));
        held
    }

    /// The relation of this name that was there before the file.
    fn existing(&self, name: &Name) -> Option<&Relation> {
        find(&self.before, name)
    }

    fn work(&self, facts: &Facts, now: &Relations) -> Vec<Work> {
        let mut found: Vec<(i64, Work, bool)> = rewrites::between(&self.now, now, facts.empties)
            .into_iter()
            .filter(|(oid, _)| self.before.contains_key(oid))
            .map(|(oid, work)| (oid, work, facts.concurrently))
            .collect();
        for (name, joins) in &facts.reads {
            let Some(table) = self.existing(name) else { continue };
            let work = rewrites::reads(table);
            // what is written anew is read as well
            if !found.iter().any(|(oid, w, _)| *oid == table.oid && w.table == work.table && w.index.is_none()) {
                found.push((table.oid, work, *joins));
            }
        }
        let sized = |(oid, mut work, twice): (i64, Work, bool)| {
            if let Some(size) = self.sizes.get(&oid) {
                size.estimate(&mut work, twice);
            }
            work
        };
        found.into_iter().map(sized).collect()
    }

    fn unproven(&self, piece: &Piece, facts: &Facts) -> Vec<Unproven> {
        let mut found = Vec::new();
        for (what, table, key) in &facts.fails_with {
            let Some(table) = self.existing(table) else { continue };
            let (table, key) = (table.name.name.raw().to_lowercase(), key.to_lowercase());
            let gate = self.gates.iter().any(|g| g.contains(&table) && g.contains(&key));
            found.push(Unproven { what: what.clone(), gate });
        }
        if facts.data || piece.kind == Kind::Copy {
            found.push(Unproven { what: "what it does to rows: the copy has none".to_owned(), gate: false });
        }
        found
    }
}

impl Watch for Locks {
    fn begin(&mut self, file: &MigrationFile, pieces: &[Piece], relations: Vec<Relation>) {
        self.before = relations.into_iter().map(|r| (r.oid, r)).collect();
        (self.committed, self.now) = (self.before.clone(), self.before.clone());
        self.held.clear();
        self.gates = pieces.iter().filter(|p| rows::facts(&p.sql).gate).map(|p| p.sql.to_lowercase()).collect();
        let alone = pieces.iter().any(|p| matches!(p.kind, Kind::Alone | Kind::Begin | Kind::End));
        self.files.push(Rehearsal {
            migration: file.name.clone(),
            file: file.path.display().to_string(),
            transaction: file.transaction && !alone,
            statements: Vec::new(),
            undo: Undo::Missing,
            again: Again::NotTried { because: "it was not reached".to_owned() },
        });
    }

    fn around<'a>(
        &'a mut self,
        piece: &'a Piece,
        how: How,
        sending: Sending<'a>,
    ) -> Eventually<'a, Result<std::result::Result<(), Failure>>> {
        Box::pin(self.watch(piece, how, sending))
    }

    fn after(&mut self, piece: &Piece, how: How, relations: Vec<Relation>) -> Result<()> {
        let now: Relations = relations.into_iter().map(|r| (r.oid, r)).collect();
        if how != How::Session {
            let facts = rows::facts(&piece.sql);
            let work = self.work(&facts, &now);
            let seconds = work.iter().map(|w| w.seconds).sum();
            let step = Step {
                line: piece.line,
                text: piece.title(),
                alone: how == How::Alone,
                locks: self.held(&self.taken),
                seconds,
                unproven: self.unproven(piece, &facts),
                disagrees: None,
                hash: hash::hash(&[&piece.sql])[..16].to_owned(),
                work,
            };
            if let Some(file) = self.files.last_mut() {
                file.statements.push(step);
            }
        }
        self.now = now;
        Ok(())
    }
}

/// The relation of this name; without a schema, the first of the name, `public` before others.
pub(super) fn find<'r>(relations: &'r Relations, name: &Name) -> Option<&'r Relation> {
    let (schema, own) = match name.as_slice() {
        [own] => (None, own),
        [.., schema, own] => (Some(schema), own),
        [] => return None,
    };
    let fits = |r: &&Relation| r.name.name.raw() == own && schema.is_none_or(|s| r.name.schema.raw() == s);
    relations.values().filter(fits).min_by_key(|r| r.name.schema.raw() != "public")
}

/// Keeps the stronger mode.
pub(super) fn stronger(modes: &mut Modes, relation: i64, mode: LockMode) {
    let kept = modes.entry(relation).or_insert(mode);
    *kept = mode.max(*kept);
}
