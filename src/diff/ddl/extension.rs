//! Extensions.

use crate::diff::draft::Draft;
use crate::ident::literal;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::Extension;

pub(super) fn create(object: &Object, extension: &Extension) -> Vec<Draft> {
    let version = extension.version.as_ref().map_or(String::new(), |v| format!(" VERSION {}", literal(v)));
    vec![Draft::new(format!("CREATE EXTENSION {} WITH SCHEMA {}{version}", object.id.name, extension.schema))]
}

pub(super) fn alter(object: &Object, old: &Extension, new: &Extension) -> Option<Vec<Draft>> {
    let name = &object.id.name;
    let mut drafts = Vec::new();
    if old.schema != new.schema {
        drafts.push(Draft::new(format!("ALTER EXTENSION {name} SET SCHEMA {}", new.schema)));
    }
    if old.version != new.version {
        let to = new.version.as_ref().map_or(String::new(), |v| format!(" TO {}", literal(v)));
        drafts.push(Draft::new(format!("ALTER EXTENSION {name} UPDATE{to}")));
    }
    Some(drafts)
}

/// Its tables go with it.
pub(super) fn drop(object: &Object) -> Vec<Draft> {
    vec![Draft::new(format!("DROP EXTENSION {}", object.id.name)).losing_data()]
}
