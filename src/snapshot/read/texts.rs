//! Texts that only `pg_get_*` gives, and sizes: these functions open the relation, and would wait for whoever holds it locked.
//!
//! Relations that others hold in ACCESS EXCLUSIVE mode are left for the end; a lock timeout of the transaction guards the rest.
//! Each attempt is a transaction of its own that is rolled back, so that nothing stays locked. What is still locked at the end
//! is taken out of the snapshot by name: half a description would let checks say wrong things.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;

use super::Pace;
use super::pieces::{self, Attempt, Fault};
use crate::connect::{Bind, Kind, Session};
use crate::error::Result;
use crate::ident::Ident;
use crate::snapshot::{Oid, Relation, RelationKind, Subject, Unseen, View};

/// Tables smaller than this many blocks (8 kB) are not measured exactly: `relpages` says enough.
const MEASURED_FROM_PAGES: i64 = 1_000;

#[derive(Default)]
struct Texts {
    defaults: Vec<DefaultText>,
    indexes: Vec<IndexText>,
    checks: Vec<CheckText>,
    policies: Vec<PolicyText>,
    sizes: Vec<Size>,
}

#[derive(Deserialize)]
struct DefaultText {
    relation: Oid,
    number: i16,
    expression: Option<String>,
}

#[derive(Deserialize)]
struct IndexText {
    relation: Oid,
    oid: Oid,
    definition: Option<String>,
    expressions: Option<Vec<Option<String>>>,
    predicate: Option<String>,
}

#[derive(Deserialize)]
struct CheckText {
    relation: Oid,
    name: Ident,
    expression: Option<String>,
}

#[derive(Deserialize)]
struct PolicyText {
    relation: Oid,
    name: Ident,
    using: Option<String>,
    check: Option<String>,
}

#[derive(Deserialize)]
struct Size {
    relation: Oid,
    table_bytes: Option<i64>,
    index_bytes: Option<i64>,
    partition_key: Option<String>,
}

#[derive(Deserialize)]
struct ViewText {
    oid: Oid,
    definition: Option<String>,
    reads: Vec<Oid>,
    /// Bits of `pg_relation_is_updatable()`.
    events: i32,
}

impl ViewText {
    /// No definition: dropped meanwhile.
    fn view(self) -> Option<View> {
        let writable = [("INSERT", 3), ("UPDATE", 2), ("DELETE", 4)].into_iter().filter(|(_, bit)| self.events >> bit & 1 == 1);
        let writable = writable.map(|(name, _)| name.to_owned()).collect();
        let mut reads = self.reads;
        reads.sort_unstable();
        Some(View { oid: self.oid, definition: self.definition?, reads, writable })
    }
}

#[derive(Deserialize)]
struct Locked {
    oid: Oid,
}

/// Reads the texts of these relations; one that stays locked or cannot be described is removed from `relations` and named in
/// `unseen`.
pub(super) async fn read(
    session: &mut Session,
    oids: &[Oid],
    relations: &mut BTreeMap<Oid, Relation>,
    unseen: &mut Vec<Unseen>,
) -> Result<()> {
    let locked = locked(session).await?;
    let (mut later, free): (Vec<Oid>, Vec<Oid>) = oids.iter().copied().partition(|o| locked.contains(o));
    let measured: BTreeSet<Oid> = oids.iter().copied().filter(|o| relations.get(o).is_some_and(is_measured)).collect();
    let mut texts = Vec::new();
    let mut gone = Vec::new();
    let attempt = async |session: &mut Session, piece: &[Oid]| attempt(session, piece, &measured).await;
    let mut put = |t| {
        texts.push(t);
        Ok(())
    };
    for (oid, fault) in pieces::read(session, free, attempt, &mut put).await? {
        match fault {
            Fault::Locked => later.push(oid),
            vanished => gone.push((oid, vanished)),
        }
    }
    gone.extend(pieces::read(session, later, attempt, &mut put).await?);
    texts.into_iter().for_each(|t: Texts| t.put(relations));
    // an index without a definition was dropped since it was listed
    for oid in oids {
        if let Some(relation) = relations.get_mut(oid) {
            relation.indexes.retain(|i| !i.definition.is_empty());
        }
    }
    for (oid, fault) in gone {
        unseen.extend(relations.remove(&oid).map(|relation| not_read(&relation, fault)));
    }
    Ok(())
}

/// Whether its size is worth opening it for.
fn is_measured(relation: &Relation) -> bool {
    relation.kind == RelationKind::PartitionedTable || relation.rows.is_none() || relation.pages >= MEASURED_FROM_PAGES
}

fn not_read(relation: &Relation, fault: Fault) -> Unseen {
    let (because, cure) = match fault {
        Fault::Locked => {
            ("another session held it locked (ACCESS EXCLUSIVE) all the time".to_owned(), "run again when that session is done")
        }
        Fault::Vanished(why) => {
            (format!("the server could not describe it: {why}"), "run again; if it stays, look into the server's log")
        }
    };
    Unseen { subject: Subject::Relation, object: Some(relation.name.to_string()), because, cure: Some(cure.to_owned()) }
}

async fn locked(session: &mut Session) -> Result<BTreeSet<Oid>> {
    let mut tx = session.transaction(Kind::Snapshot).await?;
    let rows: Vec<Locked> = tx.fetch_json(include_str!("../sql/locked.sql"), &[]).await?;
    tx.commit().await?;
    Ok(rows.into_iter().map(|l| l.oid).collect())
}

/// Reads all texts of these relations.
async fn attempt(session: &mut Session, oids: &[Oid], measured: &BTreeSet<Oid>) -> Result<Attempt<Texts>> {
    let measured: Vec<Oid> = oids.iter().filter(|o| measured.contains(o)).copied().collect();
    let all = [Bind::Oids(oids.to_vec())];
    let pace = Pace::start(oids.len());
    let mut tx = pace.begin(session).await?;
    let read: Attempt<Texts> = async {
        Ok(Texts {
            defaults: tx
                .fetch_json(include_str!("../sql/defaults.sql"), &all)
                .await
                .and_then(|rows| pace.check().map(|()| rows))?,
            indexes: tx
                .fetch_json(include_str!("../sql/index_texts.sql"), &all)
                .await
                .and_then(|rows| pace.check().map(|()| rows))?,
            checks: tx
                .fetch_json(include_str!("../sql/constraint_texts.sql"), &all)
                .await
                .and_then(|rows| pace.check().map(|()| rows))?,
            policies: tx
                .fetch_json(include_str!("../sql/policy_texts.sql"), &all)
                .await
                .and_then(|rows| pace.check().map(|()| rows))?,
            sizes: if measured.is_empty() {
                Vec::new()
            } else {
                tx.fetch_json(include_str!("../sql/sizes.sql"), &[Bind::Oids(measured)]).await?
            },
        })
    }
    .await;
    tx.rollback().await?;
    Ok(read)
}

impl Texts {
    fn put(self, relations: &mut BTreeMap<Oid, Relation>) {
        for d in self.defaults {
            let column = relations.get_mut(&d.relation).and_then(|r| r.columns.iter_mut().find(|c| c.number == d.number));
            if let Some(column) = column {
                column.default = d.expression;
            }
        }
        let mut gone: HashMap<Oid, Vec<Oid>> = HashMap::new();
        for i in self.indexes {
            let Some(index) = relations.get_mut(&i.relation).and_then(|r| r.indexes.iter_mut().find(|x| x.oid == i.oid)) else {
                continue;
            };
            let Some(definition) = i.definition else {
                gone.entry(i.relation).or_default().push(i.oid); // dropped since it was listed
                continue;
            };
            index.definition = definition;
            index.predicate = i.predicate;
            for (key, expression) in index.keys.iter_mut().zip(i.expressions.unwrap_or_default()) {
                key.expression = expression;
            }
        }
        for (relation, indexes) in gone {
            if let Some(r) = relations.get_mut(&relation) {
                r.indexes.retain(|i| !indexes.contains(&i.oid));
            }
        }
        for c in self.checks {
            let check = relations.get_mut(&c.relation).and_then(|r| r.constraints.iter_mut().find(|x| x.name == c.name));
            if let Some(check) = check {
                check.expression = c.expression;
            }
        }
        for p in self.policies {
            let policy = relations.get_mut(&p.relation).and_then(|r| r.policies.iter_mut().find(|x| x.name == p.name));
            if let Some(policy) = policy {
                policy.using = p.using;
                policy.check = p.check;
            }
        }
        for s in self.sizes {
            if let Some(r) = relations.get_mut(&s.relation) {
                r.table_bytes = s.table_bytes;
                r.index_bytes = s.index_bytes;
                r.partition_key = s.partition_key;
            }
        }
    }
}

/// Definitions of the views among `relations`. `pg_get_viewdef` locks what the view reads, so a locked table hides its views.
pub(super) async fn views(
    session: &mut Session,
    relations: &BTreeMap<Oid, Relation>,
    unseen: &mut Vec<Unseen>,
) -> Result<BTreeMap<Oid, View>> {
    let kinds = [RelationKind::View, RelationKind::MaterializedView];
    let all: Vec<Oid> = relations.values().filter(|r| kinds.contains(&r.kind)).map(|r| r.oid).collect();
    let mut views = BTreeMap::new();
    let attempt = async |session: &mut Session, piece: &[Oid]| {
        let mut tx = Pace::start(piece.len()).begin(session).await?;
        let read: Attempt<Vec<ViewText>> = tx.fetch_json(include_str!("../sql/views.sql"), &[Bind::Oids(piece.to_vec())]).await;
        tx.rollback().await?;
        Ok(read)
    };
    let put = |rows: Vec<ViewText>| {
        views.extend(rows.into_iter().filter_map(ViewText::view).map(|v| (v.oid, v)));
        Ok(())
    };
    for (oid, fault) in pieces::read(session, all, attempt, put).await? {
        unseen.extend(relations.get(&oid).map(|r| match fault {
            Fault::Locked => {
                Unseen { because: "a table it reads was held locked (ACCESS EXCLUSIVE)".to_owned(), ..not_read(r, Fault::Locked) }
            }
            vanished => not_read(r, vanished),
        }));
    }
    Ok(views)
}
