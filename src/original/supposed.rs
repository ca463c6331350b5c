//! Indexes that HypoPG supposes in the user's database: which of the candidates it takes, and how large they would be. The sizes are
//! our own: HypoPG leaves out that a b-tree stores equal keys once.

use std::collections::BTreeMap;

use pg_query::NodeEnum;

use super::{LONGEST, Original};
use crate::connect::Asking;
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::query;
use crate::snapshot::{Catalog, Oid, Relation, RelationKind, Snapshot};
use crate::twin::index_size::{self, SizeModel};
use crate::twin::keys::{self, Key};
use crate::twin::what_if::{Hypothetical, Wanted};

/// Access methods that HypoPG knows.
const METHODS: [&str; 3] = ["btree", "brin", "hash"];
/// Definitions that are tried in one message.
const CHUNK: usize = 32;
/// Types whose equal values differ in bytes: a b-tree does not store them once.
const NOT_ALIKE: [&str; 4] = ["numeric", "float4", "float8", "jsonb"];

impl Original {
    /// Finds out which of these can be supposed. `None` for one that cannot: of another access method, with a literal in it (no value of
    /// a user is sent), with a function of another role, or refused.
    ///
    /// # Errors
    /// As [`crate::connect::Session::ask`].
    pub async fn suppose(
        &mut self,
        snapshot: &Snapshot,
        model: SizeModel,
        wanted: &[Wanted],
    ) -> Result<Vec<Option<Hypothetical>>> {
        let mut made: Vec<Option<Hypothetical>> = vec![None; wanted.len()];
        let catalog = &snapshot.catalog;
        let mut open: Vec<(usize, String)> = Vec::new();
        for (place, index) in wanted.iter().enumerate() {
            let Some(table) = catalog.relations.get(&index.table) else { continue };
            if is_supposable(&index.using) && !is_there(&index.using, table) {
                let definition = format!("CREATE INDEX ON {} {}", table.name, index.using);
                if self.untrusted.why_not(&definition).is_none() {
                    open.push((place, definition));
                }
            }
        }
        let mut chunks: Vec<Vec<(usize, String)>> = open.chunks(CHUNK).map(<[_]>::to_vec).rev().collect();
        while let Some(chunk) = chunks.pop() {
            let definitions: Vec<String> = chunk.iter().map(|(_, d)| d.clone()).collect();
            match self.try_out(&snapshot.server.search_path, &definitions).await? {
                Some(printed) => {
                    for ((place, definition), printed) in chunk.into_iter().zip(printed) {
                        let number = self.definitions.len();
                        let oid = number as Oid;
                        let table = wanted[place].table;
                        let using = as_printed(&wanted[place].using, &printed);
                        let there = |using: &String| catalog.relations.get(&table).is_some_and(|t| is_there(using, t));
                        let Some(using) = using.filter(|u| !there(u)) else { continue };
                        let bytes = bytes(&using, table, snapshot, model);
                        self.definitions.insert(oid, definition);
                        made[place] = Some(Hypothetical { number, oids: vec![oid], bytes, using });
                    }
                }
                // one of them is at fault
                None if chunk.len() > 1 => {
                    let (first, second) = chunk.split_at(chunk.len() / 2);
                    chunks.extend([second.to_vec(), first.to_vec()]);
                }
                None => {}
            }
        }
        Ok(made)
    }

    /// The definitions as the server prints them; `None` when one is refused.
    async fn try_out(&mut self, search_path: &str, definitions: &[String]) -> Result<Option<Vec<String>>> {
        if self.broken {
            return Err(Error::new("the database does not answer any more"));
        }
        let Some(schema) = &self.hypopg else { return Ok(None) };
        let asking = Asking { statement: None, search_path, all_partitions: false, supposed: Some((schema, definitions)) };
        match self.session.ask(LONGEST, &asking).await? {
            Ok(answer) if answer.supposed.len() == definitions.len() => {
                Ok(Some(answer.supposed.into_iter().map(|(_, definition)| definition).collect()))
            }
            Ok(_) => Ok(None),
            Err(_) => Ok(None),
        }
    }
}

/// `USING btree (a)` of a whole definition.
fn tail(definition: &str) -> String {
    definition.split_once(" USING ").map_or_else(String::new, |(_, tail)| format!("USING {tail}"))
}

/// The definition as the server will print it, which gates compare. HypoPG leaves out the quotes of columns: ours has them, and is
/// printed alike where all keys are columns. `None` where neither will do.
fn as_printed(own: &str, printed: &str) -> Option<String> {
    let index = parsed(own)?;
    let elements: Vec<_> = index
        .index_params
        .iter()
        .filter_map(|p| match p.node.as_ref() {
            Some(NodeEnum::IndexElem(element)) => Some(element),
            _ => None,
        })
        .collect();
    let columns = || elements.iter().map(|e| e.name.as_str()).filter(|n| !n.is_empty());
    if columns().count() == elements.len() {
        return Some(own.to_owned());
    }
    columns().all(|c| Ident::new(c).to_string() == c).then(|| tail(printed))
}

/// Whether the table has such an index, or one that begins with the same keys: HypoPG believes its own to be cheaper than the same
/// index when it is there.
fn is_there(using: &str, table: &Relation) -> bool {
    let begins = using.strip_suffix(')').unwrap_or(using);
    table.indexes.iter().filter(|i| i.valid && i.predicate.is_none()).any(|i| {
        let own = tail(&i.definition);
        own == using || own.strip_prefix(begins).is_some_and(|rest| rest.starts_with(','))
    }) || table.indexes.iter().any(|i| i.valid && tail(&i.definition) == using)
}

/// Whether HypoPG is asked about it.
fn is_supposable(using: &str) -> bool {
    let method = using.strip_prefix("USING ").and_then(|t| t.split_whitespace().next()).unwrap_or_default();
    if !METHODS.contains(&method) || query::has_literal(using) {
        return false;
    }
    // HypoPG prints these in parentheses of its own: the definition would not be the one that is built
    let Some(parsed) = parsed(using) else { return false };
    parsed.index_params.iter().filter_map(|p| p.node.as_ref()).all(|node| match node {
        NodeEnum::IndexElem(element) => !matches!(
            element.expr.as_ref().and_then(|e| e.node.as_ref()),
            Some(
                NodeEnum::CoalesceExpr(_)
                    | NodeEnum::MinMaxExpr(_)
                    | NodeEnum::XmlExpr(_)
                    | NodeEnum::SqlvalueFunction(_)
                    | NodeEnum::CaseExpr(_)
            )
        ),
        _ => false,
    })
}

fn parsed(using: &str) -> Option<pg_query::protobuf::IndexStmt> {
    let parsed = query::parse(&format!("CREATE INDEX ON t {using}")).ok()?;
    match parsed.stmts.into_iter().next()?.stmt?.node? {
        NodeEnum::IndexStmt(index) => Some(*index),
        _ => None,
    }
}

/// Bytes of an index on a table and its partitions.
fn bytes(using: &str, table: Oid, snapshot: &Snapshot, model: SizeModel) -> i64 {
    let catalog = &snapshot.catalog;
    let Some(relation) = catalog.relations.get(&table) else { return 0 };
    if relation.kind == RelationKind::PartitionedTable {
        return catalog.partitions(table).iter().map(|p| bytes(using, p.oid, snapshot, model)).sum();
    }
    let Some(index) = parsed(using) else { return 0 };
    let figures = snapshot.planner.as_ref().and_then(|p| p.relations.iter().find(|r| r.name == relation.name));
    let blocks = figures.map_or_else(|| catalog.heap_blocks(relation), |f| f.blocks);
    let mut rows = keys::rows_now(relation.rows.unwrap_or(0.0), relation.pages, blocks);
    rows *= kept(using, relation);
    let own: Vec<Key> = index.index_params.iter().filter_map(|p| key(p.node.as_ref()?, relation, catalog)).collect();
    let widths: Vec<_> = own.iter().map(|k| keys::width(k, relation)).collect();
    let pages = match (index.access_method.as_str(), model) {
        ("brin", _) => index_size::brin(blocks, &widths),
        ("btree", SizeModel::Hypopg) => index_size::hypopg(rows, &widths),
        ("btree", SizeModel::Real) => {
            let alike = own.iter().all(|k| k.column.as_ref().is_none_or(|c| is_alike(c, relation, catalog)));
            index_size::btree(rows, &widths, keys::distinct(&own, relation, rows), alike)
        }
        _ => index_size::btree(rows, &widths, rows, false),
    };
    pages * 8_192
}

fn key(node: &NodeEnum, table: &Relation, catalog: &Catalog) -> Option<Key> {
    let NodeEnum::IndexElem(element) = node else { return None };
    if element.name.is_empty() {
        let node = element.expr.as_ref()?.node.clone()?;
        return Some(Key { column: None, expression: query::expression_text(node), length: -1, align: 4, element: false });
    }
    let kind = table.column(&element.name).and_then(|c| catalog.base_type(c.type_oid));
    let (length, name) = kind.map_or((-1, ""), |t| (t.length, t.name.name.raw()));
    let align = match length {
        2 => 2,
        4 | 6 => 4,
        8 | 12 => 8,
        16 if name != "uuid" => 8,
        _ => 1,
    };
    let element_type = kind.is_some_and(|t| t.category == 'A');
    Some(Key { column: Some(element.name.clone()), expression: None, length, align, element: element_type })
}

fn is_alike(column: &str, table: &Relation, catalog: &Catalog) -> bool {
    let kind = table.column(column).and_then(|c| catalog.base_type(c.type_oid));
    kind.is_none_or(|t| matches!(t.kind, 'b' | 'e') && t.category != 'A' && !NOT_ALIKE.contains(&t.name.name.raw()))
}

/// Share of the rows that a condition keeps: candidates have those about NULLs alone, and columns that are true.
fn kept(using: &str, table: &Relation) -> f64 {
    let Some((_, condition)) = using.split_once(" WHERE ") else { return 1.0 };
    let columns = query::columns_of(condition).unwrap_or_default();
    let nulls: BTreeMap<&str, f64> =
        columns.iter().map(|c| (c.as_str(), keys::statistics(table, c).map_or(0.5, |s| s.null_frac))).collect();
    let share = nulls.values().copied().fold(1.0, f64::min);
    match condition.trim_end_matches(')') {
        c if c.ends_with(" IS NULL") => share,
        c if c.ends_with(" IS NOT NULL") => 1.0 - share,
        _ => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_those_that_the_server_prints() {
        let printed = "CREATE INDEX ON public.t USING btree (userId, createdAt DESC)";
        let own = "USING btree (\"userId\", \"createdAt\" DESC)";
        assert_eq!(as_printed(own, printed).as_deref(), Some(own));
        let printed = "CREATE INDEX ON public.t USING btree (a, lower((b)::text))";
        assert_eq!(as_printed("USING btree (a, (lower(b)))", printed).as_deref(), Some("USING btree (a, lower((b)::text))"));
        assert_eq!(as_printed("USING btree (\"A\", (lower(b)))", "CREATE INDEX ON t USING btree (A, lower(b))"), None);
    }

    #[test]
    fn no_value_is_sent_and_what_is_not_known_is_left_out() {
        for yes in
            ["USING btree (a, \"B\" DESC)", "USING btree (lower(b))", "USING btree (a) WHERE (b IS NULL)", "USING brin (at)"]
        {
            assert!(is_supposable(yes), "{yes}");
        }
        for no in [
            "USING gin (tags)",
            "USING btree (a) WHERE (state = 'open')",
            "USING btree (((doc ->> 'email')))",
            "USING btree (a) WHERE (n = 5)",
            "USING btree ((COALESCE(a, b)))",
        ] {
            assert!(!is_supposable(no), "{no}");
        }
    }
}
