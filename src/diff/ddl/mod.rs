//! SQL that makes, changes and drops objects, one file per kind.

mod access_method;
mod aggregate;
mod cast;
mod casts;
mod collation;
pub(super) mod column;
pub(super) mod constraint;
mod context;
mod conversion;
mod default_privileges;
mod event_trigger;
mod extension;
mod foreign_data_wrapper;
mod function;
pub(super) mod index;
mod language;
mod operator;
mod operator_class;
mod operator_family;
pub(super) mod options;
mod part;
mod parts;
mod publication;
mod schema;
mod sequence;
mod server;
pub(super) mod table;
mod text_search;
mod transform;
mod type_replace;
mod type_users;
mod types;
mod user_mapping;
mod view;

pub(super) use context::Context;
use type_replace::replaced;

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
        Body::AccessMethod(b) => access_method::create(object, b),
        Body::Aggregate(b) => aggregate::create(object, b),
        Body::Cast(b) => cast::create(object, b),
        Body::Collation(b) => collation::create(object, b),
        Body::Conversion(b) => conversion::create(object, b),
        Body::DefaultPrivileges(b) => default_privileges::create(object, b, context),
        Body::EventTrigger(b) => event_trigger::create(object, b),
        Body::Extension(b) => extension::create(object, b),
        Body::ForeignDataWrapper(b) => foreign_data_wrapper::create(object, b),
        Body::Function(b) => function::create(object, b, context),
        Body::Language(b) => language::create(object, b),
        Body::Operator(b) => operator::create(object, b),
        Body::OperatorClass(b) => operator_class::create(object, b),
        Body::OperatorFamily(b) => operator_family::create(object, b),
        Body::Publication(b) => publication::create(object, b),
        Body::Server(b) => server::create(object, b),
        Body::TextSearchConfiguration(b) => text_search::create_configuration(object, b),
        Body::TextSearchDictionary(b) => text_search::create_dictionary(object, b),
        Body::TextSearchParser(b) => text_search::create_parser(object, b),
        Body::TextSearchTemplate(b) => text_search::create_template(object, b),
        Body::Transform(b) => transform::create(object, b),
        Body::Type(b) => types::create(object, b, context),
        Body::UserMapping(_) => user_mapping::create(object),
        // where it connects to is not known: that is for a person
        Body::Subscription(_) => Vec::new(),
    }
}

/// Statements that drop it. Most kinds have nothing special.
pub(super) fn drop(object: &Object, context: &Context<'_>) -> Vec<Draft> {
    match &object.body {
        Body::Table(t) => table::drop(object, t),
        Body::View(_) => view::drop(object),
        Body::Sequence(s) => sequence::drop(object, s),
        Body::Constraint(c) => constraint::drop(object, c),
        Body::Index(i) => index::drop(object, i),
        Body::Trigger(t) => part::drop_trigger(object, t),
        Body::DefaultPrivileges(b) => default_privileges::drop(object, b, context),
        Body::Extension(_) => extension::drop(object),
        // where it connects to is not known, and dropping it reaches out to another server: that is for a person
        Body::Subscription(_) => Vec::new(),
        _ => vec![Draft::new(format!("DROP {} {}", object.id.kind.sql(), object.id.sql()))],
    }
}

/// Statements that make the one out of the other; `None` where it must be dropped and made anew. Owner, privileges and comments are
/// not its business.
pub(super) fn alter(old: &Object, new: &Object, context: &Context<'_>) -> Option<Vec<Draft>> {
    // a table may have to get back a default that was taken off for the time
    if old.body == new.body && !matches!(new.body, Body::Table(_)) {
        return Some(Vec::new());
    }
    match (&old.body, &new.body) {
        (Body::Schema(_), Body::Schema(_)) => Some(Vec::new()),
        (Body::Table(a), Body::Table(b)) => table::alter(old, new, a, b, context),
        (Body::View(a), Body::View(b)) => view::alter(new, a, b),
        (Body::Sequence(a), Body::Sequence(b)) => sequence::alter(new, a, b),
        (Body::Constraint(a), Body::Constraint(b)) => constraint::alter(new, a, b),
        (Body::Index(a), Body::Index(b)) => index::alter(new, a, b),
        (Body::Trigger(a), Body::Trigger(b)) => part::alter_trigger(new, a, b, context.to.major),
        (Body::Rule(a), Body::Rule(b)) => Some(part::alter_rule(new, a, b)),
        (Body::Policy(a), Body::Policy(b)) => part::alter_policy(new, a, b),
        (Body::Statistics(a), Body::Statistics(b)) => part::alter_statistics(new, a, b),
        (Body::Aggregate(a), Body::Aggregate(b)) => aggregate::alter(new, a, b),
        (Body::DefaultPrivileges(a), Body::DefaultPrivileges(b)) => default_privileges::alter(new, a, b),
        (Body::EventTrigger(a), Body::EventTrigger(b)) => event_trigger::alter(new, a, b),
        (Body::Extension(a), Body::Extension(b)) => extension::alter(new, a, b),
        (Body::ForeignDataWrapper(a), Body::ForeignDataWrapper(b)) => foreign_data_wrapper::alter(new, a, b),
        (Body::Function(a), Body::Function(b)) => function::alter(new, a, b),
        (Body::Language(_), Body::Language(b)) => language::alter(new, b),
        (Body::Operator(a), Body::Operator(b)) => operator::alter(new, a, b, context),
        (Body::OperatorFamily(a), Body::OperatorFamily(b)) => operator_family::alter(new, a, b),
        (Body::Publication(a), Body::Publication(b)) => publication::alter(new, a, b),
        (Body::Server(a), Body::Server(b)) => server::alter(new, a, b),
        (Body::TextSearchConfiguration(a), Body::TextSearchConfiguration(b)) => text_search::alter_configuration(new, a, b),
        (Body::TextSearchDictionary(a), Body::TextSearchDictionary(b)) => text_search::alter_dictionary(new, a, b),
        (Body::Transform(_), Body::Transform(b)) => transform::alter(new, b),
        (Body::Type(a), Body::Type(b)) => types::alter(new, a, b, context),
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
        Body::Constraint(c) => constraint::late(before!(Constraint), new, c, context),
        Body::Index(i) => index::late(before!(Index), new, i, context),
        Body::Trigger(t) => part::late_trigger(before!(Trigger), new, t),
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

/// The types that must be put in an old one's place together with it, because columns, domains or composite types hold it; `None` where it
/// can simply be dropped and made anew.
pub(super) fn conversion(old: &Object, context: &Context<'_>) -> Option<Vec<crate::snapshot::objects::Id>> {
    if let Body::Collation(_) = old.body {
        return collation::is_held(old, context).then(|| vec![old.id.clone()]);
    }
    matches!(old.body, Body::Type(_)).then_some(())?;
    let users = type_users::TypeUsers::of(&old.id, context.from);
    let held = !users.columns.is_empty() || !users.types.is_empty();
    (held && context.to.get(&old.id).is_some()).then(|| replaced(old, context))
}

/// Statements that put the new form in the old one's place, and convert all that holds it.
pub(super) fn convert(old: &Object, new: &Object, context: &Context<'_>) -> Vec<Draft> {
    match (&old.body, &new.body) {
        (Body::Collation(_), Body::Collation(b)) => collation::replace(old, new, b, context),
        _ => type_replace::replace(old, new, context),
    }
}
