//! NOT NULL, which may have to look at every row.

use std::borrow::Cow;

use crate::diff::ddl::Context;
use crate::diff::draft::Draft;
use crate::ident::{Ident, constraint_name, literal};
use crate::plan::{Hazard, LockMode};
use crate::snapshot::objects::{Column, Kind, NotNull, Object, Table};

/// SET NOT NULL without a scan under an exclusive lock: a check that is validated first tells that no row is NULL.
pub(super) fn not_null_change(object: &Object, old: &Column, new: &Column, context: &Context<'_>) -> Vec<Draft> {
    let name = object.id.name_sql();
    let foreign = object.id.kind == Kind::ForeignTable;
    let alter = if foreign { "ALTER FOREIGN TABLE" } else { "ALTER TABLE" };
    let exclusive = |sql: String| Draft::new(format!("{alter} {name} {sql}")).locking(LockMode::AccessExclusive, &name);
    match (&old.not_null, &new.not_null) {
        (None, None) => Vec::new(),
        (Some(_), None) => vec![exclusive(format!("ALTER COLUMN {} DROP NOT NULL", new.name))],
        // the parent's own statement makes it here too
        (None, Some(n)) if n.not_valid || n.inherited => Vec::new(),
        (None, Some(_)) if foreign || context.is_new(&object.id) || !new.local && new.inherited => {
            vec![exclusive(format!("ALTER COLUMN {} SET NOT NULL", new.name))]
        }
        (None, Some(n)) if n.name.is_some() || n.no_inherit => {
            let named = n.name.as_ref().map(|n| format!("CONSTRAINT {n} ")).unwrap_or_default();
            let end = if n.no_inherit { " NO INHERIT" } else { "" };
            vec![exclusive(format!("ADD {named}NOT NULL {}{end}", new.name)).hazard(Hazard::DependsOnData)]
        }
        (None, Some(_)) => {
            let check = context.free_name(&object.id, new.name.raw(), "not_null_check");
            vec![
                exclusive(format!("ADD CONSTRAINT {check} CHECK ({} IS NOT NULL) NOT VALID", new.name)),
                Draft::new(format!("ALTER TABLE {name} VALIDATE CONSTRAINT {check}"))
                    .locking(LockMode::ShareUpdateExclusive, &name)
                    .patient()
                    .hazard(Hazard::DependsOnData),
                exclusive(format!("ALTER COLUMN {} SET NOT NULL", new.name)),
                exclusive(format!("DROP CONSTRAINT {check}")),
            ]
        }
        (Some(a), Some(b)) => not_null_constraint(object, new, a, b, &exclusive),
    }
}

/// A partition's column before it is attached: it must be NOT NULL already where its parent is, under the name that the parent has given.
pub(in crate::diff::ddl) fn of_partition<'c>(
    object: &Object,
    table: &Table,
    c: &'c Column,
    context: &Context<'_>,
) -> Cow<'c, Column> {
    if table.partition_of.is_none() || !c.not_null.as_ref().is_some_and(|n| n.inherited) {
        return Cow::Borrowed(c);
    }
    let not_null =
        NotNull { name: context.inherited_not_null(object, &c.name), inherited: false, ..c.not_null.clone().unwrap_or_default() };
    Cow::Owned(Column { not_null: Some(not_null), ..c.clone() })
}

/// The comment of a NOT NULL that was made with its column.
pub(in crate::diff::ddl) fn comment_on_new(object: &Object, c: &Column, context: &Context<'_>) -> Option<Draft> {
    let n = c.not_null.as_ref()?;
    let text = literal(n.comment.as_deref()?);
    let above = || n.inherited.then(|| context.inherited_not_null(object, &c.name)).flatten();
    let usual = || Ident::new(constraint_name(object.id.name.raw(), c.name.raw(), "not_null"));
    let name = n.name.clone().or_else(above).unwrap_or_else(usual);
    Some(Draft::new(format!("COMMENT ON CONSTRAINT {name} ON {} IS {text}", object.id.name_sql())))
}

/// From 18 on NOT NULL is a constraint with a name.
fn not_null_constraint(object: &Object, c: &Column, a: &NotNull, b: &NotNull, exclusive: &dyn Fn(String) -> Draft) -> Vec<Draft> {
    let given = || Ident::new(constraint_name(object.id.name.raw(), c.name.raw(), "not_null"));
    let (old, new) = (a.name.clone().unwrap_or_else(given), b.name.clone().unwrap_or_else(given));
    let mut drafts = Vec::new();
    if !a.not_valid && b.not_valid {
        drafts.push(exclusive(format!("DROP CONSTRAINT {old}")));
        drafts.push(exclusive(format!("ADD CONSTRAINT {new} NOT NULL {} NOT VALID", c.name)));
        return drafts;
    }
    if old != new {
        drafts.push(exclusive(format!("RENAME CONSTRAINT {old} TO {new}")));
    }
    if a.not_valid && !b.not_valid {
        let name = object.id.name_sql();
        drafts.push(
            Draft::new(format!("ALTER TABLE {name} VALIDATE CONSTRAINT {new}"))
                .locking(LockMode::ShareUpdateExclusive, &name)
                .patient()
                .hazard(Hazard::DependsOnData),
        );
    }
    if a.no_inherit != b.no_inherit {
        drafts.push(exclusive(format!("ALTER CONSTRAINT {new} {}", if b.no_inherit { "NO INHERIT" } else { "INHERIT" })));
    }
    if a.comment != b.comment {
        let text = b.comment.as_deref().map_or("NULL".to_owned(), literal);
        drafts.push(Draft::new(format!("COMMENT ON CONSTRAINT {new} ON {} IS {text}", object.id.name_sql())));
    }
    drafts
}
