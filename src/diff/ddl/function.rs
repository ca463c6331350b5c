//! Functions, window functions and procedures.

use super::Context;
use super::parts::split_list;
use crate::diff::draft::Draft;
use crate::snapshot::objects::kinds::{Function, Type};
use crate::snapshot::objects::{Body, Object};

pub(super) fn create(object: &Object, function: &Function, context: &Context<'_>) -> Vec<Draft> {
    if is_canonical(object, context) { Vec::new() } else { statements(object, function) }
}

/// The same wherever it is made.
pub(super) fn statements(object: &Object, function: &Function) -> Vec<Draft> {
    let mut drafts = vec![Draft::new(function.definition.clone())];
    drafts.extend(function.depends_on_extensions.iter().map(|extension| depends(object, "DEPENDS", extension)));
    drafts
}

/// What makes a range canonical stands between the range's shell and the range: that is where it is made.
fn is_canonical(object: &Object, context: &Context<'_>) -> bool {
    let name = object.id.name_sql();
    context.to.all.values().any(|o| {
        matches!(&o.body, Body::Type(Type::Range(range)) if range.canonical.as_ref() == Some(&name))
            && o.id.name_sql() == object.id.part
            && context.from.get(&o.id).is_none()
    })
}

pub(super) fn alter(object: &Object, old: &Function, new: &Function) -> Option<Vec<Draft>> {
    let mut drafts = Vec::new();
    if old.definition != new.definition {
        if !replaceable(&object.id.part, old, new) {
            return None;
        }
        drafts.push(Draft::new(new.definition.clone()));
    }
    for gone in old.depends_on_extensions.iter().filter(|e| !new.depends_on_extensions.contains(e)) {
        drafts.push(depends(object, "NO DEPENDS", gone));
    }
    for added in new.depends_on_extensions.iter().filter(|e| !old.depends_on_extensions.contains(e)) {
        drafts.push(depends(object, "DEPENDS", added));
    }
    Some(drafts)
}

fn depends(object: &Object, word: &str, extension: &crate::ident::Ident) -> Draft {
    Draft::new(format!("ALTER {} {} {word} ON EXTENSION {extension}", object.id.kind.sql(), object.id.sql()))
}

/// An argument as `pg_get_function_arguments()` prints it.
#[derive(Debug, PartialEq)]
struct Argument<'a> {
    mode: &'a str,
    /// With its type; the name alone where that is known.
    name: &'a str,
    default: bool,
}

/// Whether CREATE OR REPLACE takes the new form for the old function: same kind and result, no default less, no argument renamed.
fn replaceable(types: &str, old: &Function, new: &Function) -> bool {
    if old.kind != new.kind || old.result != new.result {
        return false;
    }
    let (before, after) = (arguments(types, &old.arguments), arguments(types, &new.arguments));
    let defaults = |all: &[Argument<'_>]| all.iter().filter(|a| a.default).count();
    // a name may be given to an argument that had none
    let same =
        |(a, b): (&Argument<'_>, &Argument<'_>)| a.mode == b.mode && (a.name == b.name || a.mode.is_empty() && a.name.is_empty());
    before.len() == after.len() && before.iter().zip(&after).all(same) && defaults(&after) >= defaults(&before)
}

/// The arguments; `types` are those of the input arguments, as in the function's name.
fn arguments<'a>(types: &str, text: &'a str) -> Vec<Argument<'a>> {
    let mut types = split_list(types).into_iter();
    let mut all = Vec::new();
    for item in split_list(text) {
        let ordered = item.split_once(" ORDER BY ").map_or(item, |(first, _)| first);
        let (bare, default) = match find_default(ordered) {
            Some(at) => (&ordered[..at], true),
            None => (ordered, false),
        };
        let words = ["INOUT ", "OUT ", "VARIADIC ", "IN "];
        let (mode, rest) = words.iter().find_map(|m| bare.strip_prefix(m).map(|r| (m.trim(), r))).unwrap_or(("", bare));
        let mode = if mode == "IN" { "" } else { mode };
        let named_out = types.as_slice().iter().any(|t| t.starts_with("OUT "));
        let name = if mode == "OUT" && !named_out {
            rest
        } else {
            let of = types.next().unwrap_or_default();
            let of = words.iter().find_map(|m| of.strip_prefix(m)).unwrap_or(of);
            if mode.is_empty() || mode == "VARIADIC" { rest.strip_suffix(of).unwrap_or(rest).trim_end() } else { rest }
        };
        all.push(Argument { mode, name, default });
    }
    all
}

/// Where ` DEFAULT ` begins outside of quotes.
fn find_default(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        if c == '"' {
            quoted = !quoted;
        }
        (!quoted && text[at..].starts_with(" DEFAULT ")).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(arguments: &str, result: &str) -> Function {
        Function {
            kind: 'f',
            arguments: arguments.to_owned(),
            result: Some(result.to_owned()),
            language: "sql".into(),
            volatility: 'v',
            security_definer: false,
            depends_on_extensions: Vec::new(),
            definition: String::new(),
        }
    }

    #[test]
    fn replaced_only_where_postgres_lets_it() {
        let types = "integer, double precision";
        let old = function("a integer, double precision DEFAULT 1", "text");
        let can = |arguments: &str, result: &str| replaceable(types, &old, &function(arguments, result));
        assert!(can("a integer, double precision DEFAULT 2", "text"));
        assert!(can("a integer, b double precision DEFAULT 2", "text"), "a name is given");
        assert!(can("a integer DEFAULT 1, double precision DEFAULT 2", "text"));
        assert!(!can("b integer, double precision DEFAULT 1", "text"), "renamed");
        assert!(!can("integer, double precision DEFAULT 1", "text"), "unnamed");
        assert!(!can("a integer, double precision", "text"), "a default less");
        assert!(!can("a integer, double precision DEFAULT 1", "integer"));
        let out = |arguments: &str| function(arguments, "record");
        assert!(!replaceable("integer", &out("integer, OUT a text, OUT b text"), &out("integer, OUT a text, OUT c text")));
        assert!(replaceable("integer", &out("integer, OUT a text, OUT b text"), &out("x integer, OUT a text, OUT b text")));
        assert!(!replaceable("IN integer, OUT text", &out("IN a integer, OUT b text"), &out("IN a integer, OUT c text")));
    }
}
