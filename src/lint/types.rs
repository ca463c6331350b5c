//! Types of columns, as far as it matters whether a change of one writes the table anew.

use std::fmt;

use pg_query::NodeEnum;
use pg_query::protobuf::TypeName;
use pg_query::protobuf::a_const::Val;

use super::name::{inners, strings};
use crate::ident::Ident;

/// A type with its modifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// The catalog's own name: `int4`, `varchar`, `numeric`; of another type its quoted name, with the schema where that is
    /// given.
    pub name: String,
    /// `(20)`, `(10,2)`
    pub modifiers: Vec<i64>,
    /// An array of it.
    pub array: bool,
}

/// How SQL calls a type, and how the catalog does.
const SPELLINGS: [(&str, &str); 18] = [
    ("integer", "int4"),
    ("int", "int4"),
    ("bigint", "int8"),
    ("smallint", "int2"),
    ("boolean", "bool"),
    ("real", "float4"),
    ("double precision", "float8"),
    ("decimal", "numeric"),
    ("character varying", "varchar"),
    ("character", "bpchar"),
    ("bit varying", "varbit"),
    ("timestamp without time zone", "timestamp"),
    ("timestamp with time zone", "timestamptz"),
    ("time without time zone", "time"),
    ("time with time zone", "timetz"),
    ("bigserial", "int8"),
    ("serial", "int4"),
    ("smallserial", "int2"),
];

impl Type {
    /// The type that a statement names.
    pub fn of(written: &TypeName) -> Self {
        let names = strings(&written.names);
        let system = names.len() > 1 && names[0] == "pg_catalog";
        let quoted = || names.iter().map(|n| Ident::new(n.as_str()).to_string()).collect::<Vec<_>>().join(".");
        let name = if system { names[names.len() - 1].clone() } else { quoted() };
        let modifiers = inners(&written.typmods).filter_map(|n| match n {
            NodeEnum::AConst(c) => match &c.val {
                Some(Val::Ival(i)) => Some(i64::from(i.ival)),
                _ => None,
            },
            _ => None,
        });
        let mut modifiers: Vec<i64> = modifiers.collect();
        let name = canonical(&name);
        if name == "bpchar" && !system || name == "interval" {
            modifiers.truncate(2);
        }
        Self { name, modifiers, array: !written.array_bounds.is_empty() }
    }

    /// The type as `format_type()` prints it: `character varying(20)`, `timestamp(3) without time zone`, `integer[]`.
    pub fn of_catalog(text: &str) -> Self {
        let (text, array) = text.strip_suffix("[]").map_or((text, false), |t| (t, true));
        let (name, modifiers) = match (text.find('('), text.find(')')) {
            (Some(open), Some(close)) if open < close && !text.starts_with('"') => {
                let inside = text[open + 1..close].split(',').filter_map(|m| m.trim().parse().ok()).collect();
                (format!("{}{}", &text[..open], &text[close + 1..]), inside)
            }
            _ => (text.to_owned(), Vec::new()),
        };
        Self { name: canonical(&name), modifiers, array }
    }

    /// Whether values of this type are stored as they are when the column becomes `new`, and none of them can fail to fit: the
    /// table is neither written anew nor read.
    pub fn becomes_for_free(&self, new: &Type) -> bool {
        if self == new {
            return true;
        }
        // elements are converted one by one, whatever they are
        if self.array || new.array {
            return false;
        }
        let first = |t: &Type| t.modifiers.first().copied();
        match (self.name.as_str(), new.name.as_str()) {
            ("varchar", "text") | ("text", "text") => true,
            ("text" | "varchar", "varchar") if new.modifiers.is_empty() => true,
            ("varchar", "varchar") | ("varbit", "varbit") => wider(first(self), first(new)),
            ("varbit" | "bit", _) => false,
            ("numeric", "numeric") => match (self.modifiers.as_slice(), new.modifiers.as_slice()) {
                (_, []) => true,
                ([precision, old @ ..], [more, scale @ ..]) => {
                    precision <= more && old.first().copied().unwrap_or(0) == scale.first().copied().unwrap_or(0)
                }
                ([], _) => false,
            },
            ("timestamp" | "timestamptz" | "time" | "timetz" | "interval", other) if other == self.name => {
                wider(first(self), first(new))
            }
            ("cidr", "inet") | ("xml" | "citext", "text") | ("text", "citext") | ("oid", "int4") | ("int4", "oid") => true,
            _ => false,
        }
    }
}

/// No limit is wider than any.
fn wider(old: Option<i64>, new: Option<i64>) -> bool {
    match (old, new) {
        (_, None) => true,
        (Some(old), Some(new)) => new >= old,
        (None, Some(_)) => false,
    }
}

fn canonical(name: &str) -> String {
    let name = name.trim();
    let known = SPELLINGS.iter().find(|(spelling, _)| *spelling == name);
    known.map_or(name, |(_, catalog)| catalog).to_owned()
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spelling = SPELLINGS.iter().find(|(s, catalog)| *catalog == self.name && *s != "int" && *s != "decimal");
        f.write_str(spelling.map_or(self.name.as_str(), |(s, _)| s))?;
        if !self.modifiers.is_empty() {
            let inside: Vec<String> = self.modifiers.iter().map(i64::to_string).collect();
            write!(f, "({})", inside.join(","))?;
        }
        if self.array { f.write_str("[]") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(old: &str, new: &str) -> bool {
        Type::of_catalog(old).becomes_for_free(&Type::of_catalog(new))
    }

    #[test]
    fn what_costs_nothing() {
        for (old, new) in [
            ("character varying(20)", "character varying(40)"),
            ("character varying(20)", "text"),
            ("text", "character varying"),
            ("numeric(10,2)", "numeric(12,2)"),
            ("numeric(10,2)", "numeric"),
            ("timestamp(3) without time zone", "timestamp without time zone"),
            ("integer", "integer"),
            ("citext", "text"),
        ] {
            assert!(free(old, new), "{old} -> {new}");
        }
    }

    #[test]
    fn what_writes_the_table_anew() {
        for (old, new) in [
            ("character varying(40)", "character varying(20)"),
            ("text", "character varying(20)"),
            ("numeric(10,2)", "numeric(12,3)"),
            ("integer", "bigint"),
            ("timestamp without time zone", "timestamp with time zone"),
            ("text", "text[]"),
            ("uuid", "text"),
        ] {
            assert!(!free(old, new), "{old} -> {new}");
        }
    }
}
