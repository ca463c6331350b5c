//! User mappings: server and role. Their options hold passwords and were not read.

use crate::diff::draft::Draft;
use crate::snapshot::objects::Object;

pub(super) fn create(object: &Object) -> Vec<Draft> {
    vec![Draft::new(format!("-- set by hand: its options, such as user and password\nCREATE USER MAPPING {}", object.id.sql()))]
}
