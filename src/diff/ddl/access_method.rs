//! Access methods.

use crate::diff::draft::Draft;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::AccessMethod;

pub(super) fn create(object: &Object, method: &AccessMethod) -> Vec<Draft> {
    let of = if method.access_method_type == 't' { "TABLE" } else { "INDEX" };
    let handler = method.handler.as_deref().unwrap_or_default();
    vec![Draft::new(format!("CREATE ACCESS METHOD {} TYPE {of} HANDLER {handler}", object.id.name))]
}
