//! What became of each relation, column and index. OIDs in the copy stay, so that a rename is no loss.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{Ident, QualifiedName};
use crate::snapshot::{Catalog, Column, Index, Oid, Relation};

/// A relation of the original and what it is after the migrations.
#[derive(Clone, Copy)]
pub struct Pair<'a> {
    /// On the original, with its figures.
    pub original: &'a Relation,
    /// In the copy, before the migrations.
    pub start: &'a Relation,
    /// After them.
    pub now: &'a Relation,
    /// Another table that has taken the name of one that is gone.
    pub successor: bool,
}

/// All of them.
pub struct Trace<'a> {
    /// By the OID that they have in the copy now.
    pub pairs: BTreeMap<Oid, Pair<'a>>,
    /// Relations of the original that are gone.
    pub gone: Vec<&'a Relation>,
}

impl<'a> Trace<'a> {
    /// Follows the relations of the original through the copy.
    pub fn new(original: &'a Catalog, start: &'a Catalog, now: &'a Catalog) -> Self {
        let by_name: BTreeMap<&QualifiedName, &Relation> = original.relations.values().map(|r| (&r.name, r)).collect();
        let mut pairs = BTreeMap::new();
        for relation in now.relations.values() {
            let Some(start) = start.relations.get(&relation.oid) else { continue };
            if let Some(original) = by_name.get(&start.name) {
                pairs.insert(relation.oid, Pair { original, start, now: relation, successor: false });
            }
        }
        let followed: BTreeSet<Oid> = pairs.values().map(|p: &Pair| p.original.oid).collect();
        let mut gone = Vec::new();
        let starts: BTreeMap<&QualifiedName, &Relation> = start.relations.values().map(|r| (&r.name, r)).collect();
        for lost in original.by_name().into_iter().filter(|r| !followed.contains(&r.oid)) {
            // one that the copy never had is not gone
            let Some(start) = starts.get(&lost.name) else { continue };
            let heir = now.relations.values().find(|r| r.name == lost.name && r.kind == lost.kind && !pairs.contains_key(&r.oid));
            match heir.filter(|_| lost.is_table()) {
                Some(heir) => {
                    pairs.insert(heir.oid, Pair { original: lost, start, now: heir, successor: true });
                }
                None => gone.push(lost),
            }
        }
        Self { pairs, gone }
    }
}

impl<'a> Pair<'a> {
    /// What a column is now.
    pub fn column(&self, name: &Ident) -> Option<&'a Column> {
        if self.successor {
            return self.now.column(name.raw());
        }
        self.now.column_number(self.start.column(name.raw())?.number)
    }

    /// Columns whose type is another: before, and now.
    pub fn retyped(&self) -> Vec<(&'a Column, &'a Column)> {
        let both = self.start.columns.iter().filter_map(|c| Some((c, self.column(&c.name)?)));
        both.filter(|(before, now)| before.type_oid != now.type_oid).collect()
    }

    /// The original's index that one of now is.
    pub fn index_before(&self, index: &Index) -> Option<&'a Index> {
        let start = self.start.indexes.iter().find(|i| i.oid == index.oid)?;
        self.original.indexes.iter().find(|i| i.name == start.name)
    }

    /// What an index of the original is now.
    pub fn index(&self, name: &Ident) -> Option<&'a Index> {
        let start = self.start.indexes.iter().find(|i| i.name == *name)?;
        self.now.indexes.iter().find(|i| i.oid == start.oid)
    }
}
