//! Schemas.

use crate::diff::draft::Draft;
use crate::snapshot::objects::Object;

pub(super) fn create(object: &Object) -> Vec<Draft> {
    vec![Draft::new(format!("CREATE SCHEMA {}", object.id.name))]
}
