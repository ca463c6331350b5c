//! What an index is like, by its definition: `USING btree (a, b DESC) WHERE ...`, as `pg_get_indexdef()` prints it.

use std::cmp::{Ordering, Reverse};

use crate::snapshot::{Oid, Snapshot};

/// One that begins with so many times as many values is good for more statements.
const SELECTIVE: u64 = 10;

/// What an index is like.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// It begins with a column of a foreign key that no index begins with yet.
    pub is_foreign_key: bool,
    /// How many different values the column has that it begins with.
    pub values: u64,
    /// Key columns.
    pub columns: usize,
    /// It is partial, and its key the column that says which rows it holds: where nothing else is asked for, that reads best.
    pub is_about_its_rows: bool,
}

impl Form {
    /// Of an index of this table.
    pub fn of(snapshot: &Snapshot, table: Oid, using: &str) -> Self {
        let first = leading(using);
        let condition = using.split_once(" WHERE (").map(|(_, c)| c);
        let relation = snapshot.catalog.relations.get(&table);
        let values = relation.and_then(|relation| {
            let column = relation.columns.iter().find(|c| c.name.to_string() == first)?;
            let statistics = snapshot.catalog.column_statistics(relation, &column.name)?;
            Some(statistics.distinct(snapshot.catalog.likely_rows(relation)) as u64)
        });
        let is_there = relation.is_some_and(|r| {
            let leads = r.indexes.iter().filter(|i| i.is_complete()).filter_map(|i| i.plain_prefix().next());
            leads.into_iter().any(|c| c.to_string() == first)
        });
        let of_foreign_key =
            relation.is_some_and(|r| r.foreign_keys().any(|(key, _)| key.columns.iter().any(|c| c.to_string() == first)));
        Self {
            is_foreign_key: of_foreign_key && !is_there,
            values: values.unwrap_or(0),
            columns: keys(using).len(),
            is_about_its_rows: condition.is_some_and(|c| c.starts_with(&format!("{first} "))),
        }
    }

    /// Whether an index does for more statements than another one of its size, or is easier to understand.
    pub fn is_plainer(&self, other: &Form) -> bool {
        let asked_for = |form: &Form| (form.is_about_its_rows, form.is_foreign_key);
        match self.columns.cmp(&other.columns).then_with(|| asked_for(other).cmp(&asked_for(self))) {
            Ordering::Less => true,
            Ordering::Equal => self.values > other.values.saturating_mul(SELECTIVE),
            Ordering::Greater => false,
        }
    }

    /// The plainest first.
    pub fn rank(&self) -> impl Ord {
        (self.columns, !self.is_about_its_rows, !self.is_foreign_key, Reverse(self.values))
    }
}

/// The first key, without its direction.
pub(super) fn leading(using: &str) -> &str {
    keys(using).first().copied().unwrap_or_default()
}

/// The keys, without their directions.
pub(super) fn keys(using: &str) -> Vec<&str> {
    let Some((_, list)) = using.split_once('(') else { return Vec::new() };
    let (mut depth, mut quoted, mut start, mut found) = (0, false, 0, Vec::new());
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            b'"' | b'\'' => quoted = !quoted,
            _ if quoted => {}
            b'(' => depth += 1,
            b',' | b')' if depth == 0 => {
                found.push(undirected(list[start..at].trim()));
                start = at + 1;
                if byte == b')' {
                    break;
                }
            }
            b')' => depth -= 1,
            _ => {}
        }
    }
    found
}

fn undirected(key: &str) -> &str {
    let key = key.strip_suffix(" NULLS FIRST").or_else(|| key.strip_suffix(" NULLS LAST")).unwrap_or(key);
    key.strip_suffix(" DESC").unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart() {
        assert_eq!(keys("USING btree (a, \"b, c\" DESC NULLS LAST, d)"), ["a", "\"b, c\"", "d"]);
        assert_eq!(
            keys("USING btree (upper((code)::text), coalesce(a, 0)) WHERE (b IN (1, 2))"),
            ["upper((code)::text)", "coalesce(a, 0)"]
        );
        assert_eq!(leading("USING gin (doc jsonb_path_ops)"), "doc jsonb_path_ops");
    }
}
