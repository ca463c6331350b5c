//! Views and materialized views.

use super::{column, options, table};
use crate::diff::draft::Draft;
use crate::plan::{Hazard, LockMode};
use crate::snapshot::objects::{Column, Kind, Object, View};

pub(super) fn create(object: &Object, view: &View) -> Vec<Draft> {
    let mut drafts = vec![definition(object, view, "CREATE")];
    drafts.extend(details(object, &[], &view.columns));
    drafts
}

fn definition(object: &Object, view: &View, verb: &str) -> Draft {
    let method = view.access_method.as_ref().filter(|m| m.raw() != "heap").map(|m| format!(" USING {m}")).unwrap_or_default();
    let space = view.tablespace.as_ref().map(|t| format!(" TABLESPACE {t}")).unwrap_or_default();
    let (kind, with) = (object.id.kind.sql(), options::with(&view.options));
    Draft::new(format!("{verb} {kind} {}{method}{with}{space} AS\n{}", object.id.name_sql(), view.definition))
}

/// What is said of columns one by one.
fn details(object: &Object, old: &[Column], new: &[Column]) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for c in new {
        let before = old.iter().find(|o| o.name == c.name);
        if object.id.kind == Kind::MaterializedView {
            drafts.extend(column::details(object, c, before));
        } else {
            drafts.extend(column::set_default(object, c, before));
        }
    }
    drafts
}

/// In place where the columns that are there stay as they are and new ones come last; else `None`.
pub(super) fn alter(object: &Object, a: &View, b: &View) -> Option<Vec<Draft>> {
    let name = object.id.name_sql();
    let mut drafts = Vec::new();
    let alter = format!("ALTER {} {name}", object.id.kind.sql());
    let shape = |c: &Column| (c.name.clone(), c.type_name.clone(), c.collation.clone());
    let prefix = a.columns.len() <= b.columns.len() && a.columns.iter().zip(&b.columns).all(|(x, y)| shape(x) == shape(y));
    if a.definition != b.definition || a.columns.iter().map(shape).ne(b.columns.iter().map(shape)) {
        if object.id.kind == Kind::MaterializedView || !prefix {
            return None;
        }
        drafts.push(definition(object, b, "CREATE OR REPLACE").locking(LockMode::AccessExclusive, &name));
    } else {
        for change in options::changes(&a.options, &b.options) {
            drafts.push(
                Draft::new(format!("{alter} {change}")).locking(LockMode::AccessExclusive, &name).hazard(Hazard::ChangesAccess),
            );
        }
    }
    if let Some(method) = b.access_method.as_ref().filter(|m| Some(*m) != a.access_method.as_ref()) {
        drafts.push(Draft::new(format!("{alter} SET ACCESS METHOD {method}")).locking(LockMode::AccessExclusive, &name));
    }
    if a.tablespace != b.tablespace {
        let to = b.tablespace.as_ref().map_or("pg_default".to_owned(), ToString::to_string);
        drafts.push(Draft::new(format!("{alter} SET TABLESPACE {to}")).locking(LockMode::AccessExclusive, &name));
    }
    drafts.extend(details(object, &a.columns, &b.columns));
    Some(drafts)
}

/// When the indexes are there.
pub(super) fn late(old: Option<&View>, object: &Object, new: &View) -> Vec<Draft> {
    if old.and_then(|o| o.cluster_on.as_ref()) == new.cluster_on.as_ref() {
        return Vec::new();
    }
    vec![table::cluster_on("ALTER MATERIALIZED VIEW", &object.id.name_sql(), new.cluster_on.as_ref())]
}

pub(super) fn drop(object: &Object) -> Vec<Draft> {
    let name = object.id.name_sql();
    vec![
        Draft::new(format!("DROP {} {name}", object.id.kind.sql()))
            .locking(LockMode::AccessExclusive, &name)
            .hazard(Hazard::BreaksApplication),
    ]
}
