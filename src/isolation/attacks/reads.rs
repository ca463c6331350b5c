//! Reading rows of another tenant from a table.

use super::{Field, Try};
use crate::ident::{Ident, literal};
use crate::isolation::rows::values::MARKS_OF_B;
use crate::isolation::rows::{Row, by_key, finds};
use crate::isolation::script::{leak_where, set};
use crate::snapshot::Relation;

/// Attacks on a table that holds this row of tenant B.
pub(super) fn of(field: &Field<'_>, table: &Relation, b: &Row, all: &mut Vec<Try>) {
    let (actor, name) = (field.actor, &table.name);
    let enter = actor.enter();
    let key = field.model.key(table);
    let read = |what: &str, before: &str, sql: &str| Try::on(table, "SELECT", what, format!("{before}{sql};\n"));
    let found = |condition: &str| format!("SELECT 'leak' AS verdict FROM {name} WHERE {condition} LIMIT 1");
    let theirs = finds(table, b, key.as_ref()).unwrap_or_else(|| b.found_by.clone());
    all.push(read("rows of the other tenant", &enter, &found(&theirs)));
    if let (Some(by_key), Some(_)) = (by_key(table, b), &key) {
        all.push(read("a row of the other tenant by its key", &enter, &found(&by_key)));
    }
    let may = field.allowed(table).select;
    if !may.is_empty() && may.len() < table.columns.len() {
        all.push(read("the columns it may read", &enter, &marked(name, &may.iter().collect::<Vec<_>>())));
    }
    let off = format!("{enter}SET LOCAL row_security = off;\n");
    all.push(read("with row_security = off", &off, &found(&theirs)));
    all.push(read("locking rows of the other tenant", &enter, &format!("{} FOR UPDATE", found(&theirs))));
    all.push(read("by a function that the planner may call first", &enter, &peeked(name)));
    let stale = format!(
        "{}PREPARE dbharden_peek AS SELECT 'leak' AS verdict FROM {name} WHERE {theirs} LIMIT 1;\n\
         SET LOCAL plan_cache_mode = force_generic_plan;\n",
        actor.enter_unset()
    );
    let told: String = actor.settings.iter().map(|(s, v)| set(s, v)).collect();
    let run = format!("{stale}{told}EXECUTE dbharden_peek;\nDEALLOCATE dbharden_peek");
    all.push(read("by a statement prepared before", "", &run));
    let cursor = format!(
        "{enter}DECLARE dbharden_peek CURSOR FOR SELECT 'leak' AS verdict FROM {name} WHERE {theirs};\nFETCH 1 FROM dbharden_peek"
    );
    all.push(read("by a cursor", "", &cursor));
    let copied = format!("{enter}{}", set("dbharden.told", ""));
    let row = format!(
        "{copied}DO {};\n{}{}",
        literal(&format!(
            "DECLARE seen text; BEGIN FOR seen IN EXECUTE {} LOOP IF seen ~ {} THEN PERFORM set_config('dbharden.told', 'yes', true); \
             END IF; END LOOP; END",
            literal(&format!("SELECT t::text FROM {name} t")),
            literal(MARKS_OF_B)
        )),
        actor.leave(),
        leak_where("current_setting('dbharden.told', true) = 'yes'")
    );
    all.push(read("all rows, nothing named", "", &row));
    let statistics = format!(
        "SELECT 'leak' AS verdict FROM pg_catalog.pg_stats WHERE schemaname = {} AND tablename = {} AND \
         coalesce(most_common_vals::text, '') || coalesce(histogram_bounds::text, '') ~ {} LIMIT 1",
        literal(name.schema.raw()),
        literal(name.name.raw()),
        literal(MARKS_OF_B)
    );
    all.push(read("most common values in pg_stats", &enter, &statistics));
}

/// Rows whose text has a mark of tenant B.
fn marked(name: &impl std::fmt::Display, columns: &[&Ident]) -> String {
    let list = crate::ident::ident_list(columns.iter().copied());
    format!("SELECT 'leak' AS verdict FROM (SELECT {list} FROM {name}) t WHERE t::text ~ {} LIMIT 1", literal(MARKS_OF_B))
}

/// A function that costs nothing is called before a condition that costs something; it notes what it was shown. It takes the row as it
/// is: a cast would cost something.
pub(super) fn peeked(name: &impl std::fmt::Display) -> String {
    let body = format!(
        "BEGIN IF $1::text ~ {} THEN PERFORM pg_catalog.set_config('dbharden.told', 'yes', true); END IF; RETURN true; END",
        literal(MARKS_OF_B)
    );
    format!(
        "CREATE FUNCTION pg_temp.dbharden_peek(anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS {};\n\
         DO {};\n{}",
        literal(&body),
        literal(&format!("BEGIN PERFORM 1 FROM {name} t WHERE pg_temp.dbharden_peek(t); END")),
        leak_where("pg_catalog.current_setting('dbharden.told', true) = 'yes'")
    )
}
