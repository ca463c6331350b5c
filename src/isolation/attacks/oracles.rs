//! What errors tell: a condition that fails on rows which one may not see, when it is asked before the condition that hides them.

use super::{Field, Try};
use crate::ident::literal;
use crate::isolation::rows::values::MARKS_OF_B;
use crate::isolation::rows::{Row, Tenant};
use crate::isolation::script::{TOLD, leak_where, noting};
use crate::snapshot::Relation;
use crate::snapshot::objects::Body;

/// A division by zero, a cast, on rows of a table or view. Both cost less than a call of most functions.
pub(super) fn of(field: &Field<'_>, relation: &Relation, all: &mut Vec<Try>) {
    let (enter, name) = (field.actor.enter(), &relation.name);
    let marked = format!("t::text ~ {}", literal(MARKS_OF_B));
    let by_zero = format!("PERFORM FROM {name} t WHERE 1 / (CASE WHEN {marked} THEN 0 ELSE 1 END) = 1");
    let sql = format!("{enter}{};\n{};\n", noting(&by_zero, "division_by_zero"), leak_where(TOLD));
    all.push(Try::on(relation, "SELECT", "by a division by zero", sql).subtle());
    // the message shows what could not be cast
    let cast = format!("PERFORM FROM {name} t WHERE CASE WHEN {marked} THEN t::text::integer = 1 END");
    let sql = format!("{enter}{};\n{};\n", noting(&cast, "invalid_text_representation"), leak_where(TOLD));
    all.push(Try::on(relation, "SELECT", "by the message of a cast", sql).subtle());
}

/// Functions that somebody called leakproof are asked before policies: do their errors tell a value?
pub(super) fn leakproof(field: &Field<'_>, table: &Relation, b: &Row, all: &mut Vec<Try>) {
    let Some(objects) = &field.model.snapshot.objects else { return };
    for object in objects.all.values() {
        let Body::Function(function) = &object.body else { continue };
        let head = function.definition.split("\nAS ").next().unwrap_or_default();
        let Some(column) = table.columns.iter().find(|c| c.type_name == object.id.part).filter(|_| head.contains(" LEAKPROOF"))
        else {
            continue;
        };
        let Some(own) = field.rows.of(table.oid, Tenant::A).filter(|_| b.get(&column.name).is_some()) else { continue };
        let body = format!(
            "BEGIN PERFORM FROM {} t WHERE {}(t.{}) IS NOT NULL; EXCEPTION WHEN OTHERS THEN IF SQLERRM ~ {} THEN \
             PERFORM pg_catalog.set_config('dbharden.told', 'yes', true); END IF; END",
            table.name,
            object.id.name_sql(),
            column.name,
            literal(MARKS_OF_B)
        );
        // the own row would be the first to fail
        let without = format!(
            "SET LOCAL session_replication_role = replica;\n{};\nSET LOCAL session_replication_role = origin;\n",
            own.delete()
        );
        let sql = format!("{without}{}DO {};\n{};\n", field.actor.enter(), literal(&body), leak_where(TOLD));
        let attack = format!("by an error of {}, which is LEAKPROOF", object.id.sql());
        all.push(Try { via: Some(object.id.sql()), ..Try::on(table, "SELECT", attack, sql).subtle() });
    }
}
