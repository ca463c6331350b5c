//! Gates: `DO` blocks that raise unless the database is as the statement before them should have left it.
//!
//! A CREATE INDEX CONCURRENTLY that was interrupted leaves an INVALID index behind, and `IF NOT EXISTS` then says "skipping":
//! without a gate the file would end in silence with an index that no query uses.

use super::IndexColumn;
use crate::ident::{Ident, QualifiedName, literal, one_line};
use crate::plan::statement::{Statement, Timeouts};

/// What an index must be.
#[derive(Debug, Clone)]
pub(super) enum Gate {
    /// Valid, with just these b-tree key columns, complete and not unique.
    Columns(Vec<IndexColumn>),
    /// Valid.
    Valid,
}

impl Gate {
    /// The gate after a build.
    pub(super) fn statement(&self, table: &QualifiedName, index: &Ident, unique: bool, partitioned: bool) -> Statement {
        let name = format!("{}.{index}", table.schema);
        let mut conditions = vec![
            format!("i.indexrelid = pg_catalog.to_regclass({})", literal(&name)),
            format!("i.indrelid = pg_catalog.to_regclass({})", literal(&table.to_string())),
            "i.indisvalid".to_owned(),
            format!("i.indisunique = {unique}"),
        ];
        if let Gate::Columns(columns) = self {
            let names: Vec<String> = columns.iter().map(|c| literal(c.column.raw())).collect();
            let options: Vec<&str> = columns.iter().map(|c| if c.descending { "3" } else { "0" }).collect();
            conditions.extend([
                "i.indpred IS NULL".to_owned(),
                format!("i.indnkeyatts = {}", columns.len()),
                format!("i.indoption::pg_catalog.text = '{}'", options.join(" ")),
                format!(
                    "(SELECT pg_catalog.array_agg(a.attname ORDER BY k.n) FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k (attnum, n)\n            \
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum) = ARRAY[{}]::pg_catalog.name[]",
                    names.join(", ")
                ),
            ]);
        }
        let cure = if partitioned {
            "a partition is new, or one of its indexes is missing: run `dbharden plan` again".to_owned()
        } else {
            format!(
                "an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS {}; then run this file again",
                one_line(&name)
            )
        };
        block(&conditions, &format!("index {} is missing, not valid or not the one wanted", one_line(&name)), &cure)
    }
}

/// The gate before a drop: the index that does the work of the dropped one is there and valid.
pub(super) fn kept(table: &QualifiedName, kept: &Ident, dropped: &Ident) -> Statement {
    let name = format!("{}.{kept}", table.schema);
    let conditions = [
        format!("i.indexrelid = pg_catalog.to_regclass({})", literal(&name)),
        format!("i.indrelid = pg_catalog.to_regclass({})", literal(&table.to_string())),
        "i.indisvalid".to_owned(),
    ];
    let message = format!("index {} may go only while {} is there and valid", one_line(&dropped.to_string()), one_line(&name));
    block(&conditions, &message, "the indexes of this table have changed: run `dbharden plan` again")
}

fn block(conditions: &[String], message: &str, hint: &str) -> Statement {
    let body = format!(
        "BEGIN\n    IF NOT EXISTS (\n        SELECT FROM pg_catalog.pg_index i\n        WHERE {}\n    ) THEN\n        \
         RAISE EXCEPTION USING\n            MESSAGE = {},\n            HINT = {};\n    END IF;\nEND",
        conditions.join("\n          AND "),
        literal(message),
        literal(hint),
    );
    let tag = dollar_tag(&body);
    Statement {
        sql: format!("DO {tag}\n{body}\n{tag}"),
        lock: None,
        timeouts: Timeouts::PATIENT,
        in_transaction: true,
        hazards: Vec::new(),
    }
}

/// A dollar quote that the body does not contain: a table may well be called `$gate$`.
fn dollar_tag(body: &str) -> String {
    let mut tag = "$gate$".to_owned();
    let mut n = 0;
    while body.contains(&tag) {
        n += 1;
        tag = format!("$gate{n}$");
    }
    tag
}
