//! What the tenant's setting may hold beside a tenant: nothing at all, nothing any more, and values that a policy did not expect.

use super::{Field, Try};
use crate::ident::literal;
use crate::isolation::rows::values::MARKS_OF_B;
use crate::isolation::rows::{Row, finds};
use crate::isolation::script::{leak_where, set};
use crate::snapshot::Relation;

/// Values that are no tenant.
const ODD: &[(&str, &str)] = &[
    ("an empty tenant", ""),
    ("white space as tenant", " "),
    ("a malformed tenant", "' OR true --"),
    ("a wildcard as tenant", "%"),
    ("another wildcard as tenant", "*"),
    ("the word null as tenant", "null"),
    ("zero as tenant", "0"),
    ("the nil UUID as tenant", "00000000-0000-0000-0000-000000000000"),
    ("an empty object as tenant", "{}"),
];

/// Values by which a setting may be a switch.
const SWITCHES: &[&str] = &["on", "true", "1", "admin"];

/// What is tried in one of these states: who enters, what is asked, in a session of its own or not.
fn tried(field: &Field<'_>, table: &Relation, b: &Row, what: &str, enter: &str, fresh: bool, all: &mut Vec<Try>) {
    let name = &table.name;
    let key = field.model.key(table);
    let theirs = finds(table, b, key.as_ref()).unwrap_or_else(|| b.found_by.clone());
    let read = format!("{enter}SELECT 'leak' AS verdict FROM {name} WHERE {theirs} LIMIT 1;\n");
    all.push(Try::on(table, "SELECT", what, read).fresh(fresh).subtle());
    if let Some(set) = field.assignment(table) {
        let acts = format!("{enter}UPDATE {name} SET {set} WHERE {theirs};\n{}", field.actor.leave());
        let sql = format!("{}{acts}{};\n", b.remember(), leak_where(&b.moved()));
        all.push(Try::on(table, "UPDATE", format!("rows of the other tenant, {what}"), sql).fresh(fresh).subtle());
    }
}

/// In a session that never had a setting: it is NULL there, and afterwards never again.
pub(in crate::isolation) fn fresh(field: &Field<'_>) -> Vec<Try> {
    let mut all = Vec::new();
    let enter = field.actor.become_role();
    let what = "in a session that never had a tenant";
    for (table, b) in field.tables_of_b() {
        tried(field, table, b, what, &enter, true, &mut all);
    }
    for view in field.model.views() {
        let read =
            format!("{enter}SELECT 'leak' AS verdict FROM {} t WHERE t::text ~ {} LIMIT 1;\n", view.name, literal(MARKS_OF_B));
        all.push(Try::on(view, "SELECT", what, read).without_control().fresh(true).subtle());
    }
    all
}

/// With settings that hold no tenant, on a table that holds this row of tenant B.
pub(super) fn of(field: &Field<'_>, table: &Relation, b: &Row, all: &mut Vec<Try>) {
    for (what, enter) in odd(field) {
        tried(field, table, b, &what, &enter, false, all);
    }
}

/// The ways to enter, with what each is called.
pub(super) fn odd(field: &Field<'_>) -> Vec<(String, String)> {
    let actor = field.actor;
    if actor.settings.is_empty() {
        return Vec::new();
    }
    let mut ways = vec![("without a tenant set".to_owned(), actor.enter_unset())];
    let every = |value: &str| actor.settings.iter().map(|(s, _)| set(s, value)).collect::<String>();
    ways.extend(ODD.iter().map(|(what, value)| (format!("with {what}"), actor.enter() + &every(value))));
    let upper: String = actor.settings.iter().map(|(s, v)| set(s, &v.to_uppercase())).collect();
    ways.push(("with the own tenant in upper case".to_owned(), actor.enter() + &upper));
    for (setting, _) in actor.settings.iter().filter(|_| actor.settings.len() > 1) {
        for value in SWITCHES {
            ways.push((format!("with {setting} set to {value}"), actor.enter() + &set(setting, value)));
        }
    }
    ways
}
