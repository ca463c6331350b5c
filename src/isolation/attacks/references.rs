//! What keys tell: a foreign key that takes another tenant's row, a unique key that knows its values.

use super::{Field, Try};
use crate::ident::{Ident, ident_list, mentions};
use crate::isolation::model::Owner;
use crate::isolation::rows::{Row, Tenant, typed};
use crate::isolation::script::{TOLD, leak_where, noting};
use crate::snapshot::{Index, Relation};

/// Attacks on a table that holds this row of tenant B.
pub(super) fn of(field: &Field<'_>, table: &Relation, b: &Row, all: &mut Vec<Try>) {
    let Some(draft) = field.rows.drafts.get(&(table.oid, Tenant::A)) else { return };
    let key = field.model.key(table);
    foreign_keys(field, table, draft, key.as_ref(), all);
    let collides = field.rows.colliding.contains(&(table.oid, Tenant::A));
    if *field.model.owner(table.oid) != Owner::Root && !collides {
        unique_keys(field, table, b, draft, key.as_ref(), all);
    }
}

/// A row of tenant A that points at one of tenant B. A key that holds the tenant itself cannot.
fn foreign_keys(field: &Field<'_>, table: &Relation, draft: &[(Ident, String)], key: Option<&Ident>, all: &mut Vec<Try>) {
    let model = field.model;
    for (constraint, to) in table.foreign_keys() {
        let Some(parent) = model.catalog().relations.get(&to.table) else { continue };
        // the tenant's own key to the table of tenants says whose the row is
        let tells = key.is_some_and(|k| constraint.columns == [k.clone()]);
        if tells || !model.owner(to.table).is_tenant() {
            continue;
        }
        let (Some(a), Some(b)) = (field.rows.of(to.table, Tenant::A), field.rows.of(to.table, Tenant::B)) else { continue };
        // a row of tenant B refers to what checks of the table accept, its first parent perhaps not
        let referred = |own: &Ident| field.rows.of(table.oid, Tenant::B)?.get(own);
        let known = constraint.columns.iter().all(|own| Some(own) == key || referred(own).is_some());
        let theirs: Option<Vec<(Ident, String)>> = constraint
            .columns
            .iter()
            .zip(&to.columns)
            .map(|(own, far)| {
                let value = match Some(own) == key {
                    true => a.get(far),
                    false => referred(own).filter(|_| known).or(b.get(far)),
                };
                Some((own.clone(), typed(table, own, value?)?))
            })
            .collect();
        let Some(theirs) = theirs else { continue };
        let columns = ident_list(&constraint.columns);
        // keys are asked before foreign keys: rows that take the place in a key go first
        let single = table
            .indexes
            .iter()
            .any(|i| i.unique && i.keys.iter().all(|k| k.column.as_ref().is_some_and(|c| constraint.columns.contains(c))));
        let gone =
            |tenant: Tenant, when: bool| field.rows.of(table.oid, tenant).filter(|_| when).map(Row::vanish).unwrap_or_default();
        let collides = field.rows.colliding.contains(&(table.oid, Tenant::A));
        let taken = gone(Tenant::B, single);
        let acts = field.insert(table, draft, &theirs);
        let attack = format!("({columns}) pointing at a row of the other tenant in {}", parent.name);
        let sql = gone(Tenant::A, collides) + &taken + &field.actor.act(&acts, &leak_where("true"));
        all.push(Try::on(table, "INSERT", attack.clone(), sql));
        if let Some(own) = field.rows.of(table.oid, Tenant::A) {
            let set: Vec<String> = theirs.iter().map(|(c, v)| format!("{c} = {v}")).collect();
            let acts = format!("UPDATE {} SET {} WHERE {}", table.name, set.join(", "), own.found_by);
            let seen = leak_where(&own.moved());
            all.push(Try::on(table, "UPDATE", attack, taken + &own.remember() + &field.actor.act(&acts, &seen)));
        }
    }
}

/// Rows that are there already and that a key marked valid does not vouch for: it was validated by an owner whom policies bind, and who
/// saw none of them.
pub(super) fn of_rows_there(field: &Field<'_>, table: &Relation, all: &mut Vec<Try>) {
    let key = field.model.key(table);
    for (constraint, to) in table.foreign_keys().filter(|(c, _)| c.validated) {
        let Some(parent) = field.model.catalog().relations.get(&to.table) else { continue };
        let joined = constraint.columns.iter().zip(&to.columns).map(|(own, far)| format!("p.{far} = c.{own}"));
        let joined = joined.collect::<Vec<_>>().join(" AND ");
        let whole = constraint.columns.iter().map(|c| format!("c.{c} IS NOT NULL")).collect::<Vec<_>>().join(" AND ");
        let columns = ident_list(&constraint.columns);
        let from = format!("SELECT 'leak' AS verdict FROM {} c", table.name);
        let orphans = format!("{from} WHERE {whole} AND NOT EXISTS (SELECT FROM {} p WHERE {joined}) LIMIT 1;\n", parent.name);
        let attack = format!("rows there: ({columns}) is marked valid and points at nothing in {}", parent.name);
        all.push(Try::on(table, "RIGHTS", attack, orphans).without_control());
        if let (Some(own), Some(far)) = (&key, field.model.key(parent)) {
            let others = format!("{from} JOIN {} p ON {joined} WHERE p.{far} <> c.{own} LIMIT 1;\n", parent.name);
            let attack = format!("rows there: ({columns}) points at another tenant's row in {}", parent.name);
            all.push(Try::on(table, "RIGHTS", attack, others).without_control());
        }
    }
}

/// A row of tenant A with a value that is unique and tenant B's. A key that nobody guesses tells only
/// who knows it already.
fn unique_keys(field: &Field<'_>, table: &Relation, b: &Row, draft: &[(Ident, String)], key: Option<&Ident>, all: &mut Vec<Try>) {
    for index in table.indexes.iter().filter(|i| i.unique && i.valid) {
        let named: Vec<Ident> = table.columns.iter().map(|c| c.name.clone()).filter(|c| holds(index, c)).collect();
        if key.is_some_and(|k| named.contains(k)) || named.is_empty() {
            continue;
        }
        let same: Vec<(Ident, String)> = named.iter().filter_map(|c| Some((c.clone(), typed(table, c, b.get(c)?)?))).collect();
        if same.len() < named.len() {
            continue;
        }
        let acts = noting(&field.insert(table, draft, &same), "unique_violation");
        let attack = format!("({}) of the other tenant taken again: the refusal tells that it is there", ident_list(&named));
        let attack = Try::on(table, "INSERT", attack, field.actor.act(&acts, &leak_where(TOLD)));
        let surrogate = |c: &Ident| {
            let points = table.foreign_keys().any(|(k, _)| k.columns.contains(c));
            let made =
                table.column(c.raw()).is_some_and(|c| c.identity.is_some() || c.default.is_some() || c.type_name == "uuid");
            let named = c.raw().to_lowercase().ends_with("id");
            points || made || named || index.primary || is_secret(c)
        };
        all.push(if named.iter().any(surrogate) { attack.inherent() } else { attack });
    }
}

/// Whether a unique index goes by a column.
fn holds(index: &Index, column: &Ident) -> bool {
    index
        .keys
        .iter()
        .any(|k| k.column.as_ref() == Some(column) || k.expression.as_deref().is_some_and(|e| mentions(e, &column.to_string())))
}

/// A column named like a random secret: whoever can say its value has it already. A hash is none: that of a guessed address can be
/// worked out.
fn is_secret(column: &Ident) -> bool {
    let name: String = column.raw().chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    ["secret", "token", "apikey"].iter().any(|part| name.contains(part))
}
