//! Give rows a value that they lack, in batches: each commits by itself, so that nobody waits and nothing swells.
//!
//! The statement is plain SQL: a `DO` block that walks through the table by its key and commits each batch, for psql and other tools.
//! Its first lines say the same in a form that `dbharden apply` reads; apply runs the batches itself, with progress, pauses and resumption
//! (see `src/apply/backfill.rs`). A block that was edited so that both no longer say the same is refused.

use serde::{Deserialize, Serialize};

use super::gate;
use crate::config::MigrationSettings;
use crate::error::{Error, Result};
use crate::ident::{Ident, QualifiedName, ident_list, one_line};
use crate::plan::statement::{Hazard, Lock, LockMode, Statement, Timeouts};
use crate::query;
use crate::snapshot::Snapshot;

/// How the comment begins that apply reads.
const MARK: &str = "-- dbharden:backfill";

/// Rows of a batch, and pages where there is no key, when psql runs it.
const BATCH: (u32, u32) = (10_000, 200);

/// Rows to be given a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backfill {
    /// The table, an ordinary one; `t` in the expressions.
    pub table: QualifiedName,
    /// Columns of a unique key without NULLs, by which batches follow each other; empty = none, by the place of rows.
    pub key: Vec<Ident>,
    /// What is set: `"tenantId" = (SELECT p."tenantId" FROM public."Parent" p WHERE p.id = t."parentId")`
    pub set: String,
    /// True for rows that still lack it, and false for those that have it: `t."tenantId" IS NULL`.
    pub remaining: String,
}

impl Backfill {
    /// The block for psql, with the lines that apply reads.
    ///
    /// # Errors
    /// An expression has a line break or begins a comment.
    pub fn block(&self) -> Result<String> {
        for text in [&self.set, &self.remaining] {
            if one_line(text) != *text || text.contains("--") || text.contains("/*") || text.trim() != text || text.is_empty() {
                return Err(Error::new(format!("cannot write a backfill of {}", self.table))
                    .because("its expressions must stand on one line each, without comments")
                    .fix("put a longer expression into a function"));
            }
        }
        let key = if self.key.is_empty() { "ctid".to_owned() } else { ident_list(&self.key) };
        let head = format!(
            "{MARK}\n--   table      {}\n--   key        {key}\n--   set        {}\n--   remaining  {}\n",
            one_line(&self.table.to_string()),
            self.set,
            self.remaining
        );
        let body = if self.key.is_empty() { self.by_place() } else { self.by_key() };
        let whole = format!("{head}{body}");
        let tag = gate::tag_for(&whole, "backfill");
        Ok(format!("DO {tag}\n{whole}{tag}"))
    }

    /// Batches by a key. The upper end is fixed at the start: rows that come later are not its business, and it ends.
    fn by_key(&self) -> String {
        let (table, n) = (&self.table, BATCH.0);
        let row = |prefix: &str| {
            let all: Vec<String> = self.key.iter().map(|k| format!("{prefix}{k}")).collect();
            if all.len() == 1 { all[0].clone() } else { format!("({})", all.join(", ")) }
        };
        let order = |way: &str| self.key.iter().map(|k| format!("t.{k}{way}")).collect::<Vec<_>>().join(", ");
        let (t, top, done, edge) = (row("t."), row("top."), row("done."), row("edge."));
        let columns = order("");
        format!(
            "DECLARE\n    top record;\n    done record;\n    edge record;\nBEGIN\n\
             \x20   SELECT {columns} INTO top FROM {table} AS t ORDER BY {down} LIMIT 1;\n\
             \x20   IF NOT FOUND THEN\n        RETURN;\n    END IF;\n\
             \x20   -- the first batch begins below the first row\n\
             \x20   SELECT {columns} INTO edge FROM {table} AS t WHERE {t} <= {top} ORDER BY {columns} OFFSET {last} LIMIT 1;\n\
             \x20   IF NOT FOUND THEN\n        edge := top;\n    END IF;\n\
             \x20   UPDATE {table} AS t SET {set} WHERE {t} <= {edge} AND ({remaining});\n\
             \x20   COMMIT;\n\
             \x20   WHILE {edge} < {top} LOOP\n\
             \x20       done := edge;\n\
             \x20       SELECT {columns} INTO edge FROM {table} AS t WHERE {t} > {done} AND {t} <= {top} ORDER BY {columns} OFFSET {last} LIMIT 1;\n\
             \x20       IF NOT FOUND THEN\n            edge := top;\n        END IF;\n\
             \x20       UPDATE {table} AS t SET {set} WHERE {t} > {done} AND {t} <= {edge} AND ({remaining});\n\
             \x20       COMMIT;\n\
             \x20   END LOOP;\nEND\n",
            down = order(" DESC"),
            last = n - 1,
            set = self.set,
            remaining = self.remaining,
        )
    }

    /// Batches by the place of rows, for a table without a key. Rows that move behind the end are new versions: they have the value.
    fn by_place(&self) -> String {
        let (table, n) = (&self.table, BATCH.1);
        let name = crate::ident::literal(&table.to_string());
        format!(
            "DECLARE\n    pages bigint := pg_catalog.pg_relation_size({name}::pg_catalog.regclass) / pg_catalog.current_setting('block_size')::bigint;\n\
             \x20   page bigint := 0;\nBEGIN\n\
             \x20   WHILE page < pages LOOP\n\
             \x20       UPDATE {table} AS t SET {set}\n\
             \x20       WHERE t.ctid >= pg_catalog.format('(%s,0)', page)::pg_catalog.tid\n\
             \x20         AND t.ctid < pg_catalog.format('(%s,0)', page + {n})::pg_catalog.tid AND ({remaining});\n\
             \x20       COMMIT;\n\
             \x20       page := page + {n};\n\
             \x20   END LOOP;\nEND\n",
            set = self.set,
            remaining = self.remaining,
        )
    }

    /// Reads a statement back; `None` where it is no backfill.
    ///
    /// # Errors
    /// The lines that apply reads and the block that psql would run do not say the same.
    pub fn read(sql: &str) -> Result<Option<Self>> {
        let Some(at) = sql.find(MARK) else { return Ok(None) };
        let field = |name: &str| -> Option<String> {
            sql[at..].lines().skip(1).take_while(|l| l.starts_with("--   ")).find_map(|l| {
                let rest = l.strip_prefix("--   ")?.strip_prefix(name)?;
                rest.starts_with(' ').then(|| rest.trim().to_owned())
            })
        };
        let read = || {
            let table = table(&field("table")?)?;
            let key = match field("key")?.as_str() {
                "ctid" => Vec::new(),
                list => columns(list)?,
            };
            Some(Self { table, key, set: field("set")?, remaining: field("remaining")? })
        };
        let same = read().filter(|b| b.block().is_ok_and(|block| block == sql.trim()));
        same.map(Some).ok_or_else(|| {
            Error::new("the lines of a backfill and its block do not say the same")
                .because(format!("what follows `{MARK}` is what apply runs, the block is what psql runs, and one of them was edited"))
                .fix("write both again; or remove the line with the mark: then apply runs the block as it is, without progress or resumption")
        })
    }

    /// The statements: the backfill, and a gate that no row is left.
    pub(super) fn statements(&self, _: &Snapshot, _: &MigrationSettings) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let backfill = Statement {
            sql: self.block().ok()?,
            lock: Some(Lock { mode: LockMode::RowExclusive, relation: self.table.to_string() }),
            timeouts: Timeouts::PATIENT,
            in_transaction: false,
            hazards: vec![Hazard::WritesRows],
        };
        Some((vec![backfill, gate::filled(&self.table, &self.remaining)], Vec::new()))
    }
}

/// `schema.name` as SQL writes it.
fn table(text: &str) -> Option<QualifiedName> {
    let tree = query::parse(&format!("SELECT FROM {text}")).ok()?;
    let pg_query::NodeEnum::SelectStmt(select) = tree.stmts.into_iter().next()?.stmt?.node? else { return None };
    let pg_query::NodeEnum::RangeVar(range) = select.from_clause.into_iter().next()?.node? else { return None };
    (!range.schemaname.is_empty()).then(|| QualifiedName::new(range.schemaname.as_str(), range.relname.as_str()))
}

/// Columns as SQL lists them.
fn columns(text: &str) -> Option<Vec<Ident>> {
    let tree = query::parse(&format!("SELECT {text}")).ok()?;
    let pg_query::NodeEnum::SelectStmt(select) = tree.stmts.into_iter().next()?.stmt?.node? else { return None };
    let name = |node: pg_query::protobuf::Node| {
        let pg_query::NodeEnum::ResTarget(target) = node.node? else { return None };
        let pg_query::NodeEnum::ColumnRef(column) = target.val?.node? else { return None };
        match column.fields.into_iter().next()?.node? {
            pg_query::NodeEnum::String(s) => Some(Ident::new(s.sval)),
            _ => None,
        }
    };
    select.target_list.into_iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backfill(key: &[&str]) -> Backfill {
        Backfill {
            table: QualifiedName::new("public", "Lead $backfill$"),
            key: key.iter().map(|k| Ident::new(*k)).collect(),
            set: "\"tenantId\" = 1".to_owned(),
            remaining: "t.\"tenantId\" IS NULL".to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for key in [&["id"][..], &["a b", "Order"], &[]] {
            let written = backfill(key);
            assert_eq!(Backfill::read(&written.block().unwrap()).unwrap(), Some(written));
        }
        assert_eq!(Backfill::read("DO $$ begin end $$").unwrap(), None);
    }

    #[test]
    fn the_file_of_the_bench_is_one() {
        let sql = include_str!("../../../benches/apply_backfill.sql");
        assert!(Backfill::read(sql.trim().trim_end_matches(';')).unwrap().is_some());
    }

    #[test]
    fn an_edited_one_is_refused() {
        let block = backfill(&["id"]).block().unwrap();
        for (from, to) in [("set        \"tenantId\" = 1", "set        \"tenantId\" = 2"), ("OFFSET 9999", "OFFSET 99")] {
            assert!(Backfill::read(&block.replacen(from, to, 1)).is_err(), "{from}");
        }
    }

    #[test]
    fn expressions_cannot_leave_their_line() {
        for set in ["a = 1\n; drop table x", "a = 1 -- x", "a = 1 /* x", ""] {
            assert!(Backfill { set: set.to_owned(), ..backfill(&["id"]) }.block().is_err(), "{set}");
        }
    }
}
