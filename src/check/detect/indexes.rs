//! What several checks ask of indexes.

use crate::ident::Ident;
use crate::query;
use crate::snapshot::{Constraint, Index, Oid, Relation};

/// Whether an index finds all rows by these columns: it is valid, its first key columns are just these in any order, and it holds
/// every row that a key can refer to. `WHERE column IS NOT NULL` leaves out only rows that refer to nothing.
pub(super) fn serves(index: &Index, columns: &[Ident]) -> bool {
    if !index.valid || !matches!(index.method.as_str(), "btree" | "hash") || index.keys.len() < columns.len() {
        return false;
    }
    let leading: Vec<Option<&Ident>> = index.keys.iter().take(columns.len()).map(|k| k.column.as_ref()).collect();
    let same = columns.iter().all(|c| leading.contains(&Some(c)));
    same && index.predicate.as_deref().is_none_or(|p| only_excludes_nulls(p, columns))
}

/// `(a IS NOT NULL)`, possibly several of them joined by AND, on just these columns.
fn only_excludes_nulls(predicate: &str, columns: &[Ident]) -> bool {
    let wanted: Vec<String> = columns.iter().map(|c| format!("({c} IS NOT NULL)")).collect();
    wanted.iter().any(|w| w == predicate)
        || query::columns_of(predicate).is_some_and(|named| {
            named.iter().all(|n| columns.iter().any(|c| c.raw() == n))
                && predicate.matches("IS NOT NULL").count() == named.len()
                && !predicate.contains(" OR ")
        })
}

/// Foreign keys of a table that only this index serves once those that are `going` have gone: of two unused ones one must stay.
pub(super) fn keys_only_served_by<'r>(relation: &'r Relation, index: &Index, going: &[Oid]) -> Vec<&'r Constraint> {
    let stays = |i: &&Index| i.oid != index.oid && !going.contains(&i.oid);
    let served_elsewhere = |key: &Constraint| relation.indexes.iter().filter(stays).any(|i| serves(i, &key.columns));
    relation.foreign_keys().map(|(key, _)| key).filter(|key| serves(index, &key.columns) && !served_elsewhere(key)).collect()
}

/// SQL-quoted name of an index.
pub(super) fn name(relation: &Relation, index: &Index) -> String {
    format!("{}.{}", relation.name.schema, index.name)
}

/// `"userId", status DESC`, `lower(email)`: the key columns as a person writes them.
pub(super) fn key_list(index: &Index) -> String {
    let one = |k: &crate::snapshot::IndexKey| {
        let what = k.column.as_ref().map(Ident::to_string).or_else(|| k.expression.clone()).unwrap_or_default();
        if k.descending { format!("{what} DESC") } else { what }
    };
    index.keys.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The plain columns among the key columns.
pub(super) fn columns(index: &Index) -> Vec<Ident> {
    index.keys.iter().filter_map(|k| k.column.clone()).collect()
}
