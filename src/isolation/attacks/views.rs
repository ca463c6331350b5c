//! Views and materialized views: what they show of another tenant, and what one may write through them.

use super::{Field, Try, oracles, reads, settings};
use crate::ident::literal;
use crate::isolation::rows::values::MARKS_OF_B;
use crate::snapshot::{Relation, RelationKind};

/// Attacks on a view.
pub(super) fn of(field: &Field<'_>, view: &Relation, all: &mut Vec<Try>) {
    let (actor, name) = (field.actor, &view.name);
    let enter = actor.enter();
    let try_out = |command, what: &str, sql: String| Try::on(view, command, what, sql).without_control();
    let marked = format!("SELECT 'leak' AS verdict FROM {name} t WHERE t::text ~ {} LIMIT 1;\n", literal(MARKS_OF_B));
    all.push(try_out("SELECT", "rows of the other tenant", enter.clone() + &marked));
    for (what, enter) in settings::odd(field) {
        all.push(try_out("SELECT", &what, enter + &marked).subtle());
    }
    let whole = format!("SELECT string_agg(t::text, '|' ORDER BY t::text) FROM {name} t");
    let materialized = view.kind == RelationKind::MaterializedView;
    let refresh = if materialized { format!("REFRESH MATERIALIZED VIEW {name};\n") } else { String::new() };
    all.push(try_out("SELECT", "what it shows depends on rows of the other tenant", field.differs(&whole, &refresh)));
    if materialized {
        return;
    }
    let peek = format!("{enter}{};\n", reads::peeked(name));
    all.push(try_out("SELECT", "by a function that the planner may call first", peek));
    let mut by_error = Vec::new();
    oracles::of(field, view, &mut by_error);
    all.extend(by_error.into_iter().map(Try::without_control));
    if let Some(column) = view.columns.first() {
        let set = format!("UPDATE {name} SET {0} = {0}", column.name);
        all.push(try_out("UPDATE", "rows of the other tenant, through the view", field.harms(&set)));
    }
    all.push(try_out("DELETE", "rows of the other tenant, through the view", field.harms(&format!("DELETE FROM {name}"))));
    insert(field, view, all);
}

/// A draft of a table whose columns the view has.
fn insert(field: &Field<'_>, view: &Relation, all: &mut Vec<Try>) {
    use crate::isolation::rows::Tenant;
    for table in field.model.tables() {
        let Some(key) = field.model.key(table).filter(|k| view.column(k.raw()).is_some()) else { continue };
        let same = table.columns.iter().filter(|c| c.not_null).all(|c| view.column(c.name.raw()).is_some());
        let Some(draft) = field.rows.drafts.get(&(table.oid, Tenant::B)).filter(|_| same) else { continue };
        if !view_names(field, view, table) {
            continue;
        }
        let columns: Vec<_> = draft.iter().filter(|(c, v)| view.column(c.raw()).is_some() && v != "DEFAULT").collect();
        let names = crate::ident::ident_list(columns.iter().map(|(c, _)| c));
        let values: Vec<&str> = columns.iter().map(|(_, v)| v.as_str()).collect();
        let acts = format!("INSERT INTO {} ({names}) VALUES ({})", view.name, values.join(", "));
        let what = format!("a row for the other tenant ({key}), through the view");
        all.push(Try::on(view, "INSERT", what, field.harms(&acts)).without_control());
    }
}

fn view_names(field: &Field<'_>, view: &Relation, table: &Relation) -> bool {
    let definition = field.model.catalog().views.get(&view.oid).map(|v| v.definition.as_str()).unwrap_or_default();
    crate::ident::mentions(definition, &table.name.name.to_string())
}
