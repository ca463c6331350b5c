//! Collations. Nothing of them can be changed.

use super::Context;
use super::parts::{definition, set};
use crate::diff::draft::Draft;
use crate::ident::literal;
use crate::plan::{Hazard, LockMode};
use crate::snapshot::objects::kinds::Collation;
use crate::snapshot::objects::{Column, Kind, Object};

pub(super) fn create(object: &Object, collation: &Collation) -> Vec<Draft> {
    let provider = match collation.provider {
        'i' => "icu",
        'b' => "builtin",
        _ => "libc",
    };
    let text = |key: &str, value: &Option<String>| set(key, value.as_ref().map(|v| literal(v)).as_ref());
    let options = definition([
        Some(format!("PROVIDER = {provider}")),
        text("LOCALE", &collation.locale),
        text("LC_COLLATE", &collation.lc_collate),
        text("LC_CTYPE", &collation.lc_ctype),
        (!collation.deterministic).then(|| "DETERMINISTIC = false".to_owned()),
        text("RULES", &collation.rules),
    ]);
    vec![Draft::new(format!("CREATE COLLATION {}{options}", object.id.sql()))]
}

/// Whether columns have it: then it cannot be dropped before they have another one.
pub(super) fn is_held(old: &Object, context: &Context<'_>) -> bool {
    !holders(old, context).is_empty()
}

/// Tables with the columns that have a collation; those of children and partitions follow their parents'.
fn holders<'a>(collation: &Object, context: &Context<'a>) -> Vec<(&'a Object, Vec<&'a Column>)> {
    let name = collation.id.sql();
    let own = |o: &'a Object| {
        let columns = o.columns().iter().filter(|c| c.collation.as_ref() == Some(&name) && !c.inherited);
        (o, columns.collect::<Vec<_>>())
    };
    let tables = context.from.all.values().filter(|o| o.id.kind == Kind::Table && context.to.get(&o.id).is_some());
    tables.map(own).filter(|(_, columns)| !columns.is_empty()).collect()
}

/// The old one gets another name, the new one is made, every column takes it, the old one goes.
pub(super) fn replace(old: &Object, new: &Object, body: &Collation, context: &Context<'_>) -> Vec<Draft> {
    let away = context.free_name(&old.id, old.id.name.raw(), "old");
    let mut drafts = vec![Draft::new(format!("ALTER COLLATION {} RENAME TO {away}", old.id.sql()))];
    drafts.extend(create(new, body).into_iter().map(|d| d.hazard(Hazard::Recreated)));
    for (table, columns) in holders(old, context) {
        let one = |c: &&Column| format!("ALTER COLUMN {} TYPE {} COLLATE {}", c.name, c.type_name, new.id.sql());
        let changes: Vec<String> = columns.iter().map(one).collect();
        let name = table.id.name_sql();
        drafts.push(
            Draft::new(format!("ALTER TABLE {name} {}", changes.join(", ")))
                .locking(LockMode::AccessExclusive, &name)
                .hazard(Hazard::ScansTable),
        );
    }
    drafts.push(Draft::new(format!("DROP COLLATION {}.{away}", old.id.schema)));
    drafts
}
