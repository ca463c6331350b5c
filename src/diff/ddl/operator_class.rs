//! Operator classes. Nothing of them can be changed.

use super::operator_family::item;
use crate::diff::draft::Draft;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::OperatorClass;

pub(super) fn create(object: &Object, class: &OperatorClass) -> Vec<Draft> {
    let mut items: Vec<String> = class.members.iter().map(item).collect();
    if let Some(storage) = &class.storage {
        items.push(format!("STORAGE {storage}"));
    }
    if items.is_empty() {
        // a class must say something: this is so anyway
        items.push(format!("STORAGE {}", class.for_type));
    }
    vec![Draft::new(format!(
        "CREATE OPERATOR CLASS {} {}FOR TYPE {} USING {} FAMILY {} AS\n    {}",
        object.id.name_sql(),
        if class.default { "DEFAULT " } else { "" },
        class.for_type,
        object.id.part_name(),
        class.family,
        items.join(",\n    "),
    ))]
}
