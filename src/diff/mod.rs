//! Two catalogs: what differs, and the statements that make the one into the other.

mod ddl;
mod draft;

pub use draft::Draft;

use crate::snapshot::objects::{Id, Object, Objects};

/// Statements that make one object, between these two catalogs: without owner, privileges and comment.
pub fn create_statements(object: &Object, from: &Objects, to: &Objects) -> Vec<Draft> {
    ddl::create(object, &ddl::Context { from, to })
}

/// Statements that change one object in place; `None` where it must be made anew. Without owner, privileges and comment.
pub fn alter_statements(old: &Object, new: &Object, from: &Objects, to: &Objects) -> Option<Vec<Draft>> {
    ddl::alter(old, new, &ddl::Context { from, to })
}

/// Statements that drop one object.
pub fn drop_statements(object: &Object, from: &Objects, to: &Objects) -> Vec<Draft> {
    ddl::drop(object, &ddl::Context { from, to })
}

/// Statements that put a new type in an old one's place, with the columns that use it; and the types that are made anew by that, to be
/// given owner, privileges and comments again.
pub fn replace_statements(old: &Object, new: &Object, from: &Objects, to: &Objects) -> (Vec<Draft>, Vec<Id>) {
    let context = ddl::Context { from, to };
    (ddl::replace(old, new, &context), ddl::replaced(old, &context))
}
