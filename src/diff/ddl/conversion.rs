//! Encoding conversions. Nothing of them can be changed.

use crate::diff::draft::Draft;
use crate::ident::literal;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::Conversion;

pub(super) fn create(object: &Object, conversion: &Conversion) -> Vec<Draft> {
    vec![Draft::new(format!(
        "CREATE {}CONVERSION {} FOR {} TO {} FROM {}",
        if conversion.default { "DEFAULT " } else { "" },
        object.id.sql(),
        literal(&conversion.for_encoding),
        literal(&conversion.to_encoding),
        conversion.function.as_deref().unwrap_or_default(),
    ))]
}
