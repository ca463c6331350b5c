//! Names in parse trees, and the statements of many files parsed at once.

use pg_query::NodeEnum;
use pg_query::protobuf::{Node, RangeVar};

use crate::migration::MigrationFile;
use crate::migration::script::{self, Kind, Piece};
use crate::query;

/// What `of` finds in the statements of each file, in order. What does not read as a script or does not parse holds nothing.
pub(super) fn collect<T: Send>(files: &[MigrationFile], of: impl Fn(&NodeEnum) -> Vec<T> + Sync) -> Vec<(usize, Vec<T>)> {
    let pieces: Vec<(usize, Piece)> = files
        .iter()
        .enumerate()
        .flat_map(|(i, f)| script::read(&f.sql, &f.path, f.first_line).unwrap_or_default().into_iter().map(move |p| (i, p)))
        .filter(|(_, p)| p.kind != Kind::Copy)
        .collect();
    let parsed = query::for_all(&pieces, |(_, piece)| {
        let statements = query::parse(&piece.sql).map(|tree| tree.stmts).unwrap_or_default();
        statements.iter().filter_map(|s| s.stmt.as_ref()?.node.as_ref()).flat_map(&of).collect()
    });
    pieces.iter().map(|(i, _)| *i).zip(parsed).collect()
}

/// A relation as `[schema,] name`.
pub(super) fn range(range: &RangeVar) -> Vec<String> {
    [&range.schemaname, &range.relname].into_iter().filter(|n| !n.is_empty()).cloned().collect()
}

/// A list of names, from the outermost to the innermost.
pub(super) fn path(nodes: &[Node]) -> Vec<String> {
    nodes
        .iter()
        .filter_map(|n| match n.node.as_ref()? {
            NodeEnum::String(s) => Some(s.sval.clone()),
            _ => None,
        })
        .collect()
}

/// The name of an object as statements on objects of all kinds write it.
pub(super) fn object(node: &Node) -> Vec<String> {
    match node.node.as_ref() {
        Some(NodeEnum::RangeVar(r)) => range(r),
        Some(NodeEnum::String(s)) => vec![s.sval.clone()],
        Some(NodeEnum::List(l)) => match l.items.first().and_then(|n| n.node.as_ref()) {
            // constraints of domains: the type, then the constraint
            Some(NodeEnum::TypeName(t)) => path(&t.names).into_iter().chain(path(&l.items)).collect(),
            _ => path(&l.items),
        },
        Some(NodeEnum::ObjectWithArgs(o)) => path(&o.objname),
        Some(NodeEnum::TypeName(t)) => path(&t.names),
        _ => Vec::new(),
    }
}
