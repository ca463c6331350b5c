//! The order of tables, and a row of each tenant in every one.

use std::collections::{BTreeMap, BTreeSet};

use super::insert::Wanted;
use super::shapes::Shapes;
use super::values::Tenant;
use super::{Row, Rows};
use crate::error::Result;
use crate::ident::Ident;
use crate::isolation::model::{Model, Owner};
use crate::isolation::stage::{Refusal, Stage};
use crate::snapshot::{Oid, Relation};

/// Puts triggers and foreign keys out of force.
pub(super) const BARE: &str = "SET LOCAL session_replication_role = replica";
/// ... and in again.
pub(super) const AS_USUAL: &str = "SET LOCAL session_replication_role = origin";

/// Fills every table. `told` are columns that hold the name of the role which is tenant A.
pub(in crate::isolation) async fn fill(
    stage: &mut Stage,
    model: &Model<'_>,
    told: &BTreeMap<Ident, String>,
    progress: &dyn Fn(&str),
) -> Result<Rows> {
    let mut shapes = Shapes::read(stage).await?;
    let bounds = bounds(stage).await?;
    let mut rows = Rows::default();
    let mut filler = Filler { model, told, bounds, n: 0, ids: BTreeMap::new() };
    let order = order(&model.tables(), model);
    for (at, table) in order.iter().enumerate() {
        if at % 20 == 0 {
            progress(&format!("rows of two tenants: {at} of {} tables", order.len()));
        }
        filler.table(stage, &mut shapes, &mut rows, table).await;
    }
    Ok(rows)
}

/// Bounds of each partition; of a partitioned table those of all its partitions.
async fn bounds(stage: &mut Stage) -> Result<BTreeMap<Oid, String>> {
    let sql = "SELECT c.oid, i.inhparent, pg_catalog.pg_get_expr(c.relpartbound, c.oid) FROM pg_catalog.pg_class c \
               JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid WHERE c.relispartition ORDER BY 1";
    let mut bounds: BTreeMap<Oid, String> = BTreeMap::new();
    for row in stage.ask(sql).await? {
        let oid = |i: usize| row[i].as_deref().and_then(|o| o.parse::<Oid>().ok());
        if let (Some(own), Some(parent), Some(text)) = (oid(0), oid(1), row[2].clone()) {
            bounds.entry(parent).or_default().push_str(&text);
            bounds.entry(own).or_default().push_str(&text);
        }
    }
    Ok(bounds)
}

/// Parents before children; where keys go round, first what may do without.
fn order<'r>(tables: &[&'r Relation], model: &Model<'_>) -> Vec<&'r Relation> {
    let mut left: Vec<&Relation> = tables.to_vec();
    let mut placed: BTreeSet<Oid> = BTreeSet::new();
    let known: BTreeSet<Oid> = left.iter().map(|t| t.oid).collect();
    let mut order = Vec::new();
    // the root first where keys leave the choice, then what is not a partition
    left.sort_by_key(|t| (*model.owner(t.oid) != Owner::Root, t.partition_of.is_some()));
    while !left.is_empty() {
        let open = |t: &Relation, strict: bool| {
            t.foreign_keys().any(|(key, to)| {
                let needed = strict || key.columns.iter().any(|c| t.column(c.raw()).is_some_and(|c| c.not_null));
                needed && to.table != t.oid && known.contains(&to.table) && !placed.contains(&to.table)
            })
        };
        let next = (left.iter().position(|t| !open(t, true))).or_else(|| left.iter().position(|t| !open(t, false))).unwrap_or(0);
        let table = left.remove(next);
        placed.insert(table.oid);
        order.push(table);
    }
    order
}

pub(super) struct Filler<'a> {
    pub(super) model: &'a Model<'a>,
    told: &'a BTreeMap<Ident, String>,
    bounds: BTreeMap<Oid, String>,
    pub(super) n: usize,
    /// The tenants' ids, by the key column's type.
    ids: BTreeMap<(String, Tenant), String>,
}

impl Filler<'_> {
    async fn table(&mut self, stage: &mut Stage, shapes: &mut Shapes, rows: &mut Rows, table: &Relation) {
        for tenant in [Tenant::A, Tenant::B] {
            // parents that a check asks for stand in for the first ones in all rows of the tenant
            let mut other = BTreeMap::new();
            for kept in [true, false] {
                let mut made = self.row(stage, shapes, rows, table, (tenant, kept), &other).await;
                if let Err(refusal) = &made
                    && refusal.code == "23514"
                {
                    let refusal = refusal.clone();
                    for choice in self.other_parents(rows, table, tenant, &refusal) {
                        let Some((columns, parent)) = self.parent(stage, shapes, rows, tenant, &choice).await else { continue };
                        let merged = other.clone().into_iter().chain(columns).collect();
                        made = self.row(stage, shapes, rows, table, (tenant, kept), &merged).await;
                        match &made {
                            Ok(_) => {
                                rows.setup.push_str(&format!("{};\n", parent.0));
                                rows.more_of_b.extend((tenant == Tenant::B).then_some((choice.table, parent.1)));
                                other = merged;
                                break;
                            }
                            Err(_) => {
                                let _ = stage.keep(&parent.1.delete()).await;
                            }
                        }
                    }
                }
                match made {
                    Ok((row, _, statement, bare)) if kept => self.note(table, tenant, row, &statement, bare, rows),
                    Ok((row, columns, statement, _)) => {
                        if statement.is_empty() {
                            rows.colliding.insert((table.oid, tenant));
                        }
                        rows.draft_rows.insert((table.oid, tenant), row);
                        rows.drafts.insert((table.oid, tenant), columns);
                    }
                    Err(why) => {
                        let what = if kept { "" } else { "a second row, without which INSERT is not tried: " };
                        rows.failed.entry(table.name.clone()).or_insert(format!("{what}{}", why.message));
                        break;
                    }
                }
            }
        }
    }

    /// A row, with triggers and foreign keys in force, else without; the last is whether they were out of it.
    async fn row(
        &mut self,
        stage: &mut Stage,
        shapes: &mut Shapes,
        rows: &Rows,
        table: &Relation,
        (tenant, kept): (Tenant, bool),
        other: &BTreeMap<Ident, Option<String>>,
    ) -> std::result::Result<(Row, Vec<(Ident, String)>, String, bool), Refusal> {
        self.n += 1;
        let mut settled = self.settled(table, tenant, rows, kept);
        settled.extend(other.clone());
        let bounds = self.bounds.get(&table.oid).cloned().unwrap_or_default();
        let wanted = Wanted { table, catalog: self.model.catalog(), tenant, n: self.n, settled, bounds: &bounds };
        let refusal = match wanted.make(stage, shapes, kept).await {
            Ok((row, columns, statement)) => return Ok((row, columns, statement, false)),
            Err(refusal) => refusal,
        };
        if stage.keep(BARE).await.is_err() {
            return Err(refusal);
        }
        let made = wanted.make(stage, shapes, kept).await;
        let _ = stage.keep(AS_USUAL).await;
        made.map(|(row, columns, statement)| (row, columns, statement, true)).map_err(|_| refusal)
    }

    fn note(&mut self, table: &Relation, tenant: Tenant, row: Row, statement: &str, bare: bool, rows: &mut Rows) {
        if bare {
            rows.setup.push_str(&format!("{BARE};\n{statement};\n{AS_USUAL};\n"));
            rows.notes.push(format!("{}: filled with triggers and foreign keys out of force", table.name));
        } else {
            rows.setup.push_str(&format!("{statement};\n"));
        }
        if let Some(key) = self.model.key(table)
            && let (Some(value), Some(column)) = (row.get(&key), table.column(key.raw()))
        {
            self.ids.entry((column.type_name.clone(), tenant)).or_insert_with(|| value.to_owned());
        }
        rows.rows.insert((table.oid, tenant), row);
    }

    /// Values that are not free: the tenant, foreign keys, names of roles.
    pub(super) fn settled(&self, table: &Relation, tenant: Tenant, rows: &Rows, kept: bool) -> BTreeMap<Ident, Option<String>> {
        let mut settled = BTreeMap::new();
        let owner = self.model.owner(table.oid);
        if let (Owner::Keyed(key), Some(column)) = (owner, self.model.key(table).and_then(|k| table.column(k.raw()))) {
            let id = self.model.root().and_then(|root| {
                let row = rows.of(root.oid, tenant)?;
                let named = table.foreign_keys().find(|(k, r)| r.table == root.oid && k.columns == [key.clone()]);
                let column = named.map(|(_, r)| r.columns[0].clone()).or_else(|| self.model.key(root))?;
                let same =
                    root.column(column.raw()).is_some_and(|c| c.type_oid == table.column(key.raw()).map_or(0, |k| k.type_oid));
                row.get(&column).filter(|_| same || named.is_some()).map(str::to_owned)
            });
            let id = id.or_else(|| self.ids.get(&(column.type_name.clone(), tenant)).cloned());
            if let Some(id) = id {
                settled.insert(key.clone(), Some(id));
            }
        }
        let mut keys: Vec<_> = table.foreign_keys().collect();
        // what several keys share is settled by the one that has most to say
        keys.sort_by_key(|(k, _)| std::cmp::Reverse(k.columns.len()));
        for (key, to) in keys {
            let parent = rows.of(to.table, tenant);
            for (own, far) in key.columns.iter().zip(&to.columns) {
                let Some(column) = table.column(own.raw()).filter(|_| !settled.contains_key(own)) else { continue };
                match parent.and_then(|p| p.get(far)) {
                    Some(value) => {
                        settled.insert(own.clone(), Some(value.to_owned()));
                    }
                    // a key to itself, or one that goes round
                    None if !column.not_null => {
                        settled.insert(own.clone(), None);
                    }
                    None => {}
                }
            }
        }
        for column in &table.columns {
            if let (Some(role), Tenant::A, true) = (self.told.get(&column.name), tenant, kept) {
                settled.insert(column.name.clone(), Some(role.clone()));
            }
        }
        settled
    }
}
