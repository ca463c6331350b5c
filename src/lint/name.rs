//! Names of relations as statements write them.

use std::fmt;

use pg_query::NodeEnum;
use pg_query::protobuf::{IndexStmt, Node, RangeVar};

use crate::ident::Ident;

/// A relation, type or other object with its schema, where the statement gives one. `Display` quotes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// The schema as written.
    pub schema: Option<Ident>,
    /// The object's own name.
    pub name: Ident,
}

impl Name {
    /// The relation that a statement names.
    pub fn of(relation: &RangeVar) -> Self {
        let schema = Some(&relation.schemaname).filter(|s| !s.is_empty());
        Self { schema: schema.map(|s| Ident::new(s.as_str())), name: Ident::new(relation.relname.as_str()) }
    }

    /// The name in a list of strings: `{schema, name}` or `{name}`.
    pub fn of_parts(parts: &[Node]) -> Option<Self> {
        let texts = strings(parts);
        let (name, above) = texts.split_last()?;
        Some(Self { schema: above.last().map(|s| Ident::new(s.as_str())), name: Ident::new(name.as_str()) })
    }

    /// The name of an object that DROP, RENAME or ALTER ... SET SCHEMA names, whatever node it is in.
    pub fn of_object(node: &NodeEnum) -> Option<Self> {
        match node {
            NodeEnum::List(list) => Self::of_parts(&list.items),
            NodeEnum::String(s) => Some(Self { schema: None, name: Ident::new(s.sval.as_str()) }),
            NodeEnum::TypeName(t) => Self::of_parts(&t.names),
            NodeEnum::ObjectWithArgs(o) => Self::of_parts(&o.objname),
            NodeEnum::RangeVar(r) => Some(Self::of(r)),
            _ => None,
        }
    }

    /// The table in `{schema, table, part}`, as DROP TRIGGER and its like name it.
    pub fn of_parent(node: &NodeEnum) -> Option<Self> {
        match node {
            NodeEnum::List(list) if list.items.len() > 1 => Self::of_parts(&list.items[..list.items.len() - 1]),
            _ => None,
        }
    }

    /// The same object with its schema: the one named, else `default`.
    pub fn key(&self, default: &str) -> Key {
        let schema = self.schema.as_ref().map_or(default, Ident::raw);
        Key { schema: schema.to_owned(), name: self.name.raw().to_owned() }
    }

    /// An object beside this one, in the same schema: its index, its sequence.
    pub fn beside(&self, name: &str) -> Self {
        Self { schema: self.schema.clone(), name: Ident::new(name) }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        self.name.fmt(f)
    }
}

/// Schema and name, unquoted: what tells two objects apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The schema.
    pub schema: String,
    /// The object's own name.
    pub name: String,
}

/// The strings of a list of nodes; others are left out.
pub fn strings(nodes: &[Node]) -> Vec<String> {
    let text = |n: &NodeEnum| match n {
        NodeEnum::String(s) => Some(s.sval.clone()),
        _ => None,
    };
    inners(nodes).filter_map(text).collect()
}

/// The inner nodes of a list.
pub fn inners(nodes: &[Node]) -> impl Iterator<Item = &NodeEnum> {
    nodes.iter().filter_map(|n| n.node.as_ref())
}

/// The plain columns that an index begins with.
pub fn index_columns(index: &IndexStmt) -> Vec<String> {
    let column = |node: &NodeEnum| match node {
        NodeEnum::IndexElem(e) if !e.name.is_empty() => Some(e.name.clone()),
        _ => None,
    };
    inners(&index.index_params).map_while(column).collect()
}

/// Whether an option of this name is given: `REINDEX (CONCURRENTLY)`.
pub fn has_option(options: &[Node], name: &str) -> bool {
    inners(options).any(|o| matches!(o, NodeEnum::DefElem(d) if d.defname == name))
}
