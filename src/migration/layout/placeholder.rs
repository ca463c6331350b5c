//! `${name}` in migrations of tools that fill it in.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Error, Result};
use crate::ident::one_line;

/// The text with every `${name}` replaced by its value, or by what the tool itself puts there.
///
/// # Errors
/// A name without a value.
pub(super) fn fill(
    text: &str,
    path: &Path,
    first_line: usize,
    values: &BTreeMap<String, String>,
    own: &dyn Fn(&str) -> Option<String>,
) -> Result<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else { break };
        let name = &rest[start + 2..start + length];
        // a line break inside is no placeholder but somebody's text
        if name.contains('\n') {
            out.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        }
        let value = values.get(name).cloned().or_else(|| own(name)).ok_or_else(|| {
            let line = first_line + text[..text.len() - rest.len() + start].matches('\n').count();
            Error::new(format!("{}:{line}: the placeholder ${{{}}} has no value", path.display(), one_line(name)))
                .because("the tool fills it in from its own settings")
                .fix(format!("give it: --placeholder {}=VALUE", one_line(name)))
        })?;
        out.push_str(&rest[..start]);
        out.push_str(&value);
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    Ok(out)
}
