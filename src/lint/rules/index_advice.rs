//! Indexes that are worth a second thought.

use pg_query::NodeEnum;

use crate::lint::cx::Cx;
use crate::lint::draft::Draft;
use crate::lint::name::{Name, has_option};

/// DBL407
const CORRUPTED: &str = "index-corrupted-by-server";
/// DBL408
const WIDE: &str = "index-with-many-columns";

/// Columns of a key from which it is wide.
const MANY: usize = 4;

/// CREATE INDEX, REINDEX.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    match cx.node() {
        NodeEnum::IndexStmt(index) => {
            let Some(table) = index.relation.as_ref().map(Name::of) else { return };
            if index.concurrent {
                corrupted(cx, &table, found);
            }
            if !index.unique && index.index_params.len() >= MANY && index.access_method == "btree" {
                let draft = Draft::new(
                    WIDE,
                    &table,
                    format!("index on {table} has {} key columns", index.index_params.len()),
                    "each write pays for it, and the columns behind the third rarely narrow the result further",
                );
                found.push(
                    draft.instead("-- the columns that narrow most, first; others as INCLUDE (...), or not at all".to_owned()),
                );
            }
        }
        NodeEnum::ReindexStmt(reindex) => {
            if let Some(relation) = reindex.relation.as_ref().filter(|_| has_option(&reindex.params, "concurrently")) {
                corrupted(cx, &Name::of(relation), found);
            }
        }
        _ => {}
    }
}

fn corrupted(cx: &Cx, table: &Name, found: &mut Vec<Draft>) {
    if cx.version.major != 14 || cx.version.minor.is_none_or(|m| m > 3) {
        return;
    }
    found.push(Draft::new(
        CORRUPTED,
        table,
        format!("index on {table} is built CONCURRENTLY by PostgreSQL {}", cx.version),
        "14.0 to 14.3 may leave rows out of such an index: queries then miss them; update the server to 14.4 or later first",
    ));
}
