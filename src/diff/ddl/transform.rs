//! Transforms.

use crate::diff::draft::Draft;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::Transform;

pub(super) fn create(object: &Object, transform: &Transform) -> Vec<Draft> {
    vec![Draft::new(sql("CREATE", object, transform))]
}

pub(super) fn alter(object: &Object, new: &Transform) -> Option<Vec<Draft>> {
    Some(vec![Draft::new(sql("CREATE OR REPLACE", object, new))])
}

fn sql(verb: &str, object: &Object, transform: &Transform) -> String {
    let directions = [("FROM", &transform.from_sql), ("TO", &transform.to_sql)];
    let functions = directions.into_iter().filter_map(|(word, f)| f.as_ref().map(|f| format!("{word} SQL WITH FUNCTION {f}")));
    format!("{verb} TRANSFORM {} ({})", object.id.sql(), functions.collect::<Vec<_>>().join(", "))
}
