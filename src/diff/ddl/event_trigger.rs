//! Event triggers.

use super::parts::literals;
use crate::diff::draft::Draft;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::EventTrigger;

pub(super) fn create(object: &Object, trigger: &EventTrigger) -> Vec<Draft> {
    let tags = if trigger.tags.is_empty() { String::new() } else { format!(" WHEN TAG IN ({})", literals(&trigger.tags)) };
    let function = trigger.function.as_deref().unwrap_or_default();
    let sql = format!("CREATE EVENT TRIGGER {} ON {}{tags} EXECUTE FUNCTION {function}()", object.id.name, trigger.event);
    let mut drafts = vec![Draft::new(sql)];
    if trigger.enabled != 'O' {
        drafts.push(state(object, trigger.enabled));
    }
    drafts
}

pub(super) fn alter(object: &Object, old: &EventTrigger, new: &EventTrigger) -> Option<Vec<Draft>> {
    let as_new = EventTrigger { enabled: new.enabled, ..old.clone() };
    (as_new == *new).then(|| vec![state(object, new.enabled)])
}

fn state(object: &Object, enabled: char) -> Draft {
    let word = match enabled {
        'D' => "DISABLE",
        'R' => "ENABLE REPLICA",
        'A' => "ENABLE ALWAYS",
        _ => "ENABLE",
    };
    Draft::new(format!("ALTER EVENT TRIGGER {} {word}", object.id.name))
}
