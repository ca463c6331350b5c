//! String literals that stand in the schema itself.

use std::collections::BTreeSet;

use super::expressions;
use crate::snapshot::Catalog;

/// Every literal in defaults, checks, index definitions, policies and views.
pub(super) fn of(catalog: &Catalog) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in catalog.relations.values().flat_map(expressions).chain(catalog.views.values().map(|v| v.definition.as_str())) {
        scan(text, &mut found);
    }
    found
}

/// Literals as the server prints them: `'it''s'`, `E'back\\slash'`; what stands in double quotes is a name.
fn scan(text: &str, found: &mut BTreeSet<String>) {
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        if c == '"' {
            for c in chars.by_ref() {
                if c == '"' {
                    break; // a doubled quote opens again at once
                }
            }
        } else if c == '\'' {
            let escaped = before == 'E';
            let mut literal = String::new();
            while let Some(c) = chars.next() {
                match c {
                    '\'' if chars.peek() == Some(&'\'') => literal.extend(chars.next()),
                    '\'' => break,
                    '\\' if escaped => literal.extend(chars.next()),
                    c => literal.push(c),
                }
            }
            found.insert(literal);
        }
        before = c;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_and_names_are_not() {
        let mut found = BTreeSet::new();
        scan(r#"(("it's" = 'a''b'::text) AND (x = E'c\\d') AND "y" = '')"#, &mut found);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["", "a'b", "c\\d"]);
    }
}
