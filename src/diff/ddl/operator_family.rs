//! Operator families and what is loose in them.

use crate::diff::draft::Draft;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::{Member, OperatorFamily};

pub(super) fn create(object: &Object, family: &OperatorFamily) -> Vec<Draft> {
    let mut drafts = vec![Draft::new(format!("CREATE OPERATOR FAMILY {}", object.id.sql()))];
    drafts.extend(change(object, "ADD", family.members.iter().map(item)));
    drafts
}

pub(super) fn alter(object: &Object, old: &OperatorFamily, new: &OperatorFamily) -> Option<Vec<Draft>> {
    let gone = old.members.iter().filter(|m| !new.members.contains(m)).map(slot);
    let added = new.members.iter().filter(|m| !old.members.contains(m)).map(item);
    Some(change(object, "DROP", gone).into_iter().chain(change(object, "ADD", added)).collect())
}

fn change(object: &Object, verb: &str, items: impl Iterator<Item = String>) -> Option<Draft> {
    let items: Vec<String> = items.collect();
    let sql = format!("ALTER OPERATOR FAMILY {} {verb}\n    {}", object.id.sql(), items.join(",\n    "));
    (!items.is_empty()).then(|| Draft::new(sql))
}

/// A member as CREATE OPERATOR CLASS and ALTER OPERATOR FAMILY ADD name it.
pub(super) fn item(member: &Member) -> String {
    let Member { number, left, right, calls, .. } = member;
    if member.is_function {
        return format!("FUNCTION {number} ({left}, {right}) {calls}");
    }
    let order = member.sort_family.as_ref().map_or(String::new(), |f| format!(" FOR ORDER BY {f}"));
    format!("OPERATOR {number} {calls} ({left}, {right}){order}")
}

/// A member as ALTER OPERATOR FAMILY DROP names it.
fn slot(member: &Member) -> String {
    let word = if member.is_function { "FUNCTION" } else { "OPERATOR" };
    format!("{word} {} ({}, {})", member.number, member.left, member.right)
}
