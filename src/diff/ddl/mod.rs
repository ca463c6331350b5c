//! SQL that makes, changes and drops objects, one file per kind.

mod schema;

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
    let _ = context;
    match &object.body {
        Body::Schema(_) => schema::create(object),
        _ => Vec::new(),
    }
}

/// Statements that drop it. Most kinds have nothing special.
pub(super) fn drop(object: &Object, context: &Context<'_>) -> Vec<Draft> {
    let _ = context;
    match &object.body {
        _ => vec![Draft::new(format!("DROP {} {}", object.id.kind.sql(), object.id.sql()))],
    }
}

/// Statements that make the one out of the other; `None` where it must be dropped and made anew. Owner, privileges and comments are
/// not its business.
pub(super) fn alter(old: &Object, new: &Object, context: &Context<'_>) -> Option<Vec<Draft>> {
    let _ = context;
    match (&old.body, &new.body) {
        (Body::Schema(_), Body::Schema(_)) => Some(Vec::new()),
        _ => None,
    }
}
