//! Operators. A partner that is not there yet is announced by naming it.

use super::Context;
use super::parts::{definition, set, split_list};
use crate::diff::draft::Draft;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::Operator;

pub(super) fn create(object: &Object, operator: &Operator) -> Vec<Draft> {
    let sides = split_list(&object.id.part);
    let side = |key: &str, n: usize| sides.get(n).filter(|t| **t != "NONE").map(|t| format!("{key} = {t}"));
    let options = definition([
        set("FUNCTION", operator.function.as_ref()),
        side("LEFTARG", 0),
        side("RIGHTARG", 1),
        partner("COMMUTATOR", &operator.commutator),
        partner("NEGATOR", &operator.negator),
        set("RESTRICT", operator.restrict.as_ref()),
        set("JOIN", operator.join.as_ref()),
        operator.hashes.then(|| "HASHES".to_owned()),
        operator.merges.then(|| "MERGES".to_owned()),
    ]);
    vec![Draft::new(format!("CREATE OPERATOR {}.{}{options}", object.id.schema, object.id.name.raw()))]
}

/// Estimators may change; partners and the rest may only be added, from 17 on.
pub(super) fn alter(object: &Object, old: &Operator, new: &Operator, context: &Context<'_>) -> Option<Vec<Draft>> {
    let added = |old: &Option<String>, new: &Option<String>| old != new && old.is_none();
    let lost = |old: &Option<String>, new: &Option<String>| old != new && old.is_some();
    let changes = added(&old.commutator, &new.commutator)
        || added(&old.negator, &new.negator)
        || new.hashes && !old.hashes
        || new.merges && !old.merges;
    let impossible = old.function != new.function
        || lost(&old.commutator, &new.commutator)
        || lost(&old.negator, &new.negator)
        || old.hashes && !new.hashes
        || old.merges && !new.merges;
    if impossible || changes && context.from.major < 17 {
        return None;
    }
    let estimator = |key: &str, old: &Option<String>, new: &Option<String>| {
        (old != new).then(|| format!("{key} = {}", new.as_deref().unwrap_or("NONE")))
    };
    // one that is made by this migration names its partner, which then knows it too
    let there = |name: &Option<String>| {
        let name = name.as_deref().unwrap_or_default();
        let same = |id: &crate::snapshot::objects::Id| format!("{}.{}", id.schema, id.name.raw()) == name;
        context.from.all.keys().filter(|id| id.kind == crate::snapshot::objects::Kind::Operator).any(same)
            || !context.to.all.keys().filter(|id| id.kind == crate::snapshot::objects::Kind::Operator).any(same)
    };
    let options = definition([
        estimator("RESTRICT", &old.restrict, &new.restrict),
        estimator("JOIN", &old.join, &new.join),
        if added(&old.commutator, &new.commutator) && there(&new.commutator) {
            partner("COMMUTATOR", &new.commutator)
        } else {
            None
        },
        if added(&old.negator, &new.negator) && there(&new.negator) { partner("NEGATOR", &new.negator) } else { None },
        (new.hashes && !old.hashes).then(|| "HASHES".to_owned()),
        (new.merges && !old.merges).then(|| "MERGES".to_owned()),
    ]);
    if options.is_empty() {
        return Some(Vec::new());
    }
    Some(vec![Draft::new(format!("ALTER OPERATOR {} SET{options}", object.id.sql()))])
}

fn partner(key: &str, operator: &Option<String>) -> Option<String> {
    operator.as_ref().map(|op| format!("{key} = OPERATOR({op})"))
}
