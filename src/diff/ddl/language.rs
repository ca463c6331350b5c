//! Procedural languages.

use crate::diff::draft::Draft;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::Language;

pub(super) fn create(object: &Object, language: &Language) -> Vec<Draft> {
    vec![Draft::new(sql("CREATE", object, language))]
}

pub(super) fn alter(object: &Object, new: &Language) -> Option<Vec<Draft>> {
    Some(vec![Draft::new(sql("CREATE OR REPLACE", object, new))])
}

fn sql(verb: &str, object: &Object, language: &Language) -> String {
    let mut sql = format!("{verb}{} LANGUAGE {}", if language.trusted { " TRUSTED" } else { "" }, object.id.name);
    for (word, function) in [("HANDLER", &language.handler), ("INLINE", &language.inline), ("VALIDATOR", &language.validator)] {
        if let Some(function) = function {
            sql.push_str(&format!(" {word} {function}"));
        }
    }
    sql
}
