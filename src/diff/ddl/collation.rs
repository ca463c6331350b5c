//! Collations. Nothing of them can be changed.

use super::parts::{definition, set};
use crate::diff::draft::Draft;
use crate::ident::literal;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::Collation;

pub(super) fn create(object: &Object, collation: &Collation) -> Vec<Draft> {
    let provider = match collation.provider {
        'i' => "icu",
        'b' => "builtin",
        _ => "libc",
    };
    let text = |key: &str, value: &Option<String>| set(key, value.as_ref().map(|v| literal(v)).as_ref());
    let options = definition([
        Some(format!("PROVIDER = {provider}")),
        text("LOCALE", &collation.locale),
        text("LC_COLLATE", &collation.lc_collate),
        text("LC_CTYPE", &collation.lc_ctype),
        (!collation.deterministic).then(|| "DETERMINISTIC = false".to_owned()),
        text("RULES", &collation.rules),
    ]);
    vec![Draft::new(format!("CREATE COLLATION {}{options}", object.id.sql()))]
}
