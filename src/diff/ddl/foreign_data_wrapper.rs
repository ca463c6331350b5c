//! Foreign-data wrappers.

use super::parts::Options;
use crate::diff::draft::Draft;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::ForeignDataWrapper;

pub(super) fn create(object: &Object, wrapper: &ForeignDataWrapper) -> Vec<Draft> {
    let mut sql = format!("CREATE FOREIGN DATA WRAPPER {}", object.id.name);
    for (word, function) in [("HANDLER", &wrapper.handler), ("VALIDATOR", &wrapper.validator)] {
        if let Some(function) = function {
            sql.push_str(&format!(" {word} {function}"));
        }
    }
    let options = Options::all(&wrapper.options);
    sql.push_str(&options.clause());
    vec![Draft::new(options.noted(sql))]
}

pub(super) fn alter(object: &Object, old: &ForeignDataWrapper, new: &ForeignDataWrapper) -> Option<Vec<Draft>> {
    let options = Options::between(&old.options, &new.options);
    let mut changes = String::new();
    for (word, old, new) in [("HANDLER", &old.handler, &new.handler), ("VALIDATOR", &old.validator, &new.validator)] {
        match new {
            _ if old == new => {}
            Some(function) => changes.push_str(&format!(" {word} {function}")),
            None => changes.push_str(&format!(" NO {word}")),
        }
    }
    changes.push_str(&options.clause());
    Some(options.drafts(&format!("ALTER FOREIGN DATA WRAPPER {}", object.id.name), &changes))
}
