//! Parents of another kind: a check that looks into the parent (`check (role_type(role_id) = 'Machine')`), or that says what a part of
//! the foreign key is (`check (kind = 'Grant')`), is not satisfied by the first one. Constants of the check are written into the parent's
//! columns, one by one.

use std::collections::BTreeMap;

use super::fill::Filler;
use super::insert::Wanted;
use super::shapes::Shapes;
use super::values::{Tenant, constants};
use super::{Row, Rows};
use crate::ident::Ident;
use crate::isolation::stage::{Refusal, Stage};
use crate::snapshot::{Column, Oid, Relation};

/// Parents that are tried for one row.
const CHOICES: usize = 24;

/// A parent with a constant in one column.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// The parent's table.
    pub table: Oid,
    column: Ident,
    constant: String,
    /// Columns of the child with those of the parent that they follow.
    follows: Vec<(Ident, Ident)>,
}

impl Filler<'_> {
    /// What may satisfy a check that refused a row.
    pub(super) fn other_parents(&self, rows: &Rows, table: &Relation, tenant: Tenant, refusal: &Refusal) -> Vec<Choice> {
        let named = refusal.constraint.as_deref().unwrap_or_default();
        let Some(check) = table.constraints.iter().find(|c| c.name.raw() == named) else { return Vec::new() };
        let constants = check.expression.as_deref().map(constants).unwrap_or_default();
        let tenant_key = self.model.key(table);
        let mut choices = Vec::new();
        for (key, to) in table.foreign_keys().filter(|(k, _)| k.columns.iter().any(|c| check.columns.contains(c))) {
            let Some(parent) = self.model.catalog().relations.get(&to.table) else { continue };
            if rows.of(to.table, tenant).is_none()
                || to.table == table.oid
                || key.columns.iter().all(|c| Some(c) == tenant_key.as_ref())
            {
                continue;
            }
            let follows = key.columns.iter().cloned().zip(to.columns.iter().cloned());
            let follows: Vec<_> = follows.filter(|(own, _)| Some(own) != tenant_key.as_ref()).collect();
            // columns that the check names by way of the foreign key come first
            let named = |far: &Ident| follows.iter().any(|(own, f)| f == far && check.columns.contains(own));
            let labelled = |column: &Column, constant: &String| {
                self.model.catalog().base_type(column.type_oid).is_some_and(|t| t.labels.contains(constant) || t.category == 'S')
            };
            let mut columns: Vec<&Column> = parent.columns.iter().filter(|c| c.generated.is_none()).collect();
            columns.retain(|c| named(&c.name) || !to.columns.contains(&c.name));
            columns.sort_by_key(|c| !named(&c.name));
            for column in columns {
                for constant in constants.iter().filter(|constant| named(&column.name) || labelled(column, constant)) {
                    let (column, constant) = (column.name.clone(), constant.clone());
                    choices.push(Choice { table: to.table, column, constant, follows: follows.clone() });
                }
            }
        }
        choices.truncate(CHOICES);
        choices
    }

    /// Makes it: the child's columns that follow it, its statement and its row.
    pub(super) async fn parent(
        &mut self,
        stage: &mut Stage,
        shapes: &mut Shapes,
        rows: &Rows,
        tenant: Tenant,
        choice: &Choice,
    ) -> Option<(BTreeMap<Ident, Option<String>>, (String, Row))> {
        let table = self.model.catalog().relations.get(&choice.table)?;
        self.n += 1;
        let mut settled = self.settled(table, tenant, rows, false);
        settled.insert(choice.column.clone(), Some(choice.constant.clone()));
        let wanted = Wanted { table, catalog: self.model.catalog(), tenant, n: self.n, settled, bounds: "" };
        let (row, _, statement) = wanted.make(stage, shapes, true).await.ok()?;
        let columns = choice.follows.iter().map(|(own, far)| (own.clone(), row.get(far).map(str::to_owned))).collect();
        Some((columns, (statement, row)))
    }
}
