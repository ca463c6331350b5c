//! Casts. Nothing of them can be changed.

use crate::diff::draft::Draft;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::Cast;

pub(super) fn create(object: &Object, cast: &Cast) -> Vec<Draft> {
    let by = match (cast.method, &cast.function) {
        ('i', _) => "WITH INOUT".to_owned(),
        ('f', Some(function)) => format!("WITH FUNCTION {function}"),
        _ => "WITHOUT FUNCTION".to_owned(),
    };
    let context = match cast.context {
        'a' => " AS ASSIGNMENT",
        'i' => " AS IMPLICIT",
        _ => "",
    };
    vec![Draft::new(format!("CREATE CAST {} {by}{context}", object.id.sql()))]
}
