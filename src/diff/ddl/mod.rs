//! SQL that makes, changes and drops objects, one file per kind.

mod access_method;
mod aggregate;
mod cast;
mod collation;
mod conversion;
mod default_privileges;
mod event_trigger;
mod extension;
mod foreign_data_wrapper;
mod function;
mod language;
mod operator;
mod operator_class;
mod operator_family;
mod parts;
mod publication;
mod schema;
mod server;
mod text_search;
mod transform;
mod type_replace;
mod type_users;
mod types;
mod user_mapping;

pub(super) use type_replace::{replace, replaced};

use super::draft::Draft;
use crate::snapshot::objects::{Body, Object, Objects};

/// What a kind's writer may look at besides the object itself.
pub(super) struct Context<'a> {
    /// The catalog before.
    pub from: &'a Objects,
    /// The catalog after.
    pub to: &'a Objects,
}

/// Statements that make an object, without owner, privileges and comments, which all kinds have alike.
pub(super) fn create(object: &Object, context: &Context<'_>) -> Vec<Draft> {
    match &object.body {
        Body::Schema(_) => schema::create(object),
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
        _ => Vec::new(),
    }
}

/// Statements that drop it. Most kinds have nothing special.
pub(super) fn drop(object: &Object, context: &Context<'_>) -> Vec<Draft> {
    match &object.body {
        Body::DefaultPrivileges(b) => default_privileges::drop(object, b, context),
        Body::Extension(_) => extension::drop(object),
        _ => vec![Draft::new(format!("DROP {} {}", object.id.kind.sql(), object.id.sql()))],
    }
}

/// Statements that make the one out of the other; `None` where it must be dropped and made anew. Owner, privileges and comments are
/// not its business.
pub(super) fn alter(old: &Object, new: &Object, context: &Context<'_>) -> Option<Vec<Draft>> {
    if old.body == new.body {
        return Some(Vec::new());
    }
    match (&old.body, &new.body) {
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
        _ => None,
    }
}
