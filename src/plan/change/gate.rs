//! Gates: `DO` blocks that raise unless the database is as it must be at that point of the file.
//!
//! A CREATE INDEX CONCURRENTLY that was interrupted leaves an INVALID index behind, and `IF NOT EXISTS` then says "skipping":
//! without a gate the file would end in silence with an index that no query uses. Before a drop, and before the index of a partitioned
//! table is begun, a gate makes sure that what was planned still fits.

use super::IndexColumn;
use crate::ident::{Ident, QualifiedName, literal, one_line};
use crate::plan::statement::{Statement, Timeouts};

/// What follows the table in an index's definition, as `pg_get_indexdef()` prints it.
#[derive(Debug, Clone)]
pub(super) enum Tail {
    /// A complete b-tree index on these columns and nothing else.
    Columns(Vec<IndexColumn>),
    /// `USING ...`, word for word.
    Text(String),
}

impl Tail {
    /// An SQL expression of its text. `%I` quotes as `pg_get_indexdef()` does on the same server.
    fn sql(&self) -> String {
        match self {
            Tail::Columns(columns) => {
                let places: Vec<&str> = columns.iter().map(|c| if c.descending { "%I DESC" } else { "%I" }).collect();
                let names: Vec<String> = columns.iter().map(|c| literal(c.column.raw())).collect();
                format!("pg_catalog.format(' USING btree ({})', {})", places.join(", "), names.join(", "))
            }
            Tail::Text(text) => literal(&format!(" {text}")),
        }
    }

    /// A condition on `pg_index i`: its definition ends so.
    fn condition(&self) -> String {
        let wanted = self.sql();
        format!("pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length({wanted})) = {wanted}")
    }
}

/// An index as a gate knows it.
pub(super) struct Known<'a> {
    pub table: &'a QualifiedName,
    pub name: &'a Ident,
    pub unique: bool,
    pub tail: &'a Tail,
}

impl Known<'_> {
    fn sql_name(&self) -> String {
        format!("{}.{}", self.table.schema, self.name)
    }

    fn by_name(&self) -> String {
        format!("i.indexrelid = pg_catalog.to_regclass({})", literal(&self.sql_name()))
    }

    /// It is on this table and is defined so.
    fn same(&self) -> Vec<String> {
        vec![
            format!("i.indrelid = pg_catalog.to_regclass({})", literal(&self.table.to_string())),
            format!("i.indisunique = {}", self.unique),
            self.tail.condition(),
        ]
    }

    /// True unless the index is there, valid and as it is known.
    fn missing(&self) -> String {
        let mut conditions = vec![self.by_name(), "i.indisvalid".to_owned()];
        conditions.extend(self.same());
        format!("NOT {}", exists(&conditions))
    }
}

/// The gate after a build: the index is there, valid and the one wanted.
pub(super) fn built(index: &Known, partitioned: bool) -> Statement {
    let name = one_line(&index.sql_name());
    let hint = if partitioned {
        "a partition is new, or one of its indexes is missing: run `dbharden plan` again".to_owned()
    } else {
        format!(
            "an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS {name}; then run this file again"
        )
    };
    let message = format!("index {name} is missing, not valid or not the one wanted");
    block(&[Check { raise_if: index.missing(), message, hint }], matches!(index.tail, Tail::Text(_)))
}

/// The gate before a drop: the index that does the work of the dropped one is there and valid, and the dropped one is, if it is
/// there at all, still what was planned to go.
pub(super) fn droppable(dropped: &Known, was_valid: bool, kept: Option<&Known>) -> Statement {
    let name = one_line(&dropped.sql_name());
    let hint = "the indexes of this table have changed: run `dbharden plan` again".to_owned();
    let mut checks = Vec::new();
    if let Some(kept) = kept {
        checks.push(Check {
            raise_if: kept.missing(),
            message: format!("index {name} may go only while {} is there, valid and as it was", one_line(&kept.sql_name())),
            hint: hint.clone(),
        });
    }
    let same = dropped.same().join("\n                   AND ");
    checks.push(Check {
        raise_if: exists(&[dropped.by_name(), format!("NOT ({same})")]),
        message: format!("index {name} is no longer the one that was to be dropped"),
        hint: hint.clone(),
    });
    if !was_valid {
        checks.push(Check {
            raise_if: exists(&[dropped.by_name(), "i.indisvalid".to_owned()]),
            message: format!("index {name} has become valid: it is not to be dropped any more"),
            hint: hint.clone(),
        });
        checks.push(Check {
            raise_if: format!(
                "EXISTS (\n        SELECT FROM pg_catalog.pg_stat_progress_create_index p\n        \
                 WHERE p.index_relid = pg_catalog.to_regclass({})\n    )",
                literal(&dropped.sql_name())
            ),
            message: format!("index {name} is being built right now"),
            hint: "wait until the build is done, then run this file again".to_owned(),
        });
    }
    block(&checks, true)
}

/// The gate before the index of a partitioned table is begun: its partitions are those that were planned for.
pub(super) fn partitions(table: &QualifiedName, partitions: &[&QualifiedName]) -> Statement {
    let names: Vec<String> = partitions.iter().map(|p| literal(&p.to_string())).collect();
    let planned = format!(
        "SELECT pg_catalog.to_regclass(p.name)::pg_catalog.oid\n        FROM pg_catalog.unnest(ARRAY[{}]::pg_catalog.text[]) AS p (name)",
        names.join(", ")
    );
    let present = format!(
        "SELECT h.inhrelid FROM pg_catalog.pg_inherits h WHERE h.inhparent = pg_catalog.to_regclass({})",
        literal(&table.to_string())
    );
    let either = [(&present, &planned), (&planned, &present)]
        .map(|(a, b)| format!("EXISTS (\n        {a}\n        EXCEPT\n        {b}\n    )"))
        .join(" OR ");
    block(
        &[Check {
            raise_if: either,
            message: format!("the partitions of {} are not those that this file was written for", one_line(&table.to_string())),
            hint: "run `dbharden plan` again".to_owned(),
        }],
        false,
    )
}

/// The gate after a backfill: no row is left. `remaining` speaks of the table as `t`.
pub(super) fn filled(table: &QualifiedName, remaining: &str) -> Statement {
    let check = Check {
        raise_if: format!("EXISTS (\n        SELECT FROM {table} AS t\n        WHERE {remaining}\n    )"),
        message: format!("rows of {} still lack their value", one_line(&table.to_string())),
        hint:
            "something writes such rows still: end that first (a default, a trigger, the application), then run this file again"
                .to_owned(),
    };
    block(&[check], false)
}

/// One reason to stop.
pub(super) struct Check {
    /// An SQL condition.
    pub raise_if: String,
    /// What is wrong then.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// A gate on rows: a `DO` block that raises for the first of these reasons.
pub(super) fn rows(checks: &[Check]) -> Statement {
    block(checks, false)
}

fn exists(conditions: &[String]) -> String {
    format!("EXISTS (\n        SELECT FROM pg_catalog.pg_index i\n        WHERE {}\n    )", conditions.join("\n          AND "))
}

/// `verbatim` when a definition is compared with a text.
fn block(checks: &[Check], verbatim: bool) -> Statement {
    let mut body = "BEGIN\n".to_owned();
    let mut pin = |name: &str, value: &str| {
        body.push_str(&format!("    PERFORM pg_catalog.set_config('{name}', '{value}', true);   -- for this block only\n"));
    };
    if checks.iter().any(|c| c.raise_if.contains("pg_get_indexdef")) {
        pin("quote_all_identifiers", "off");
    }
    if verbatim {
        pin("search_path", "pg_catalog, pg_temp");
        pin("standard_conforming_strings", "on");
    }
    for check in checks {
        body.push_str(&format!(
            "    IF {} THEN\n        RAISE EXCEPTION USING\n            MESSAGE = {},\n            HINT = {};\n    END IF;\n",
            check.raise_if,
            literal(&check.message),
            literal(&check.hint),
        ));
    }
    body.push_str("END");
    let tag = tag_for(&body, "gate");
    Statement {
        sql: format!("DO {tag}\n{body}\n{tag}"),
        lock: None,
        timeouts: Timeouts::PATIENT,
        in_transaction: true,
        hazards: Vec::new(),
    }
}

/// A dollar quote that the body does not contain: a table may well be called `$gate$`.
pub(super) fn tag_for(body: &str, name: &str) -> String {
    let mut tag = format!("${name}$");
    let mut n = 0;
    while body.contains(&tag) {
        n += 1;
        tag = format!("${name}{n}$");
    }
    tag
}
