//! What a name means at one place of a statement: sources in FROM, CTEs, and the query levels around.

use std::cell::Cell;
use std::rc::Rc;

use crate::ident::Ident;
use crate::snapshot::Relation;

/// Columns that every table has and no catalog lists.
const SYSTEM_COLUMNS: [&str; 6] = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"];

/// A column of a base relation as seen from where it is named.
#[derive(Debug, Clone)]
pub(super) struct At {
    /// Index of the access.
    pub access: usize,
    /// The base column.
    pub column: Ident,
    /// A predicate on it may be handed down to the base relation.
    pub pushable: bool,
    /// Rows come straight from the base relation, so that an order by it could come from an index.
    pub flat: bool,
    /// An outer join may have put NULL in its place.
    pub nullable: bool,
    /// CTEs on the way: what is handed down holds only if none of them is computed on its own.
    pub via: Vec<usize>,
}

/// A column that a query level gives to the outside: its name, and where it comes from (nowhere: it is computed).
#[derive(Debug, Clone)]
pub(super) struct Output {
    pub name: String,
    pub ats: Vec<At>,
}

/// A name that was looked up.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolved {
    /// The base columns: several behind a set operation, none when computed or unknown.
    pub ats: Vec<At>,
    /// Query levels between the name and its source.
    pub levels: usize,
}

/// What stands in FROM.
#[derive(Debug)]
pub(super) enum Kind<'c> {
    /// A base relation, with the new names that an alias list gives to its first columns.
    Base { access: usize, relation: &'c Relation, renamed: Vec<String> },
    /// Sub-query, CTE, view, join with an alias.
    Columns(Vec<Output>),
    /// Function, system catalog, unknown relation: any column may be in it.
    Opaque,
}

/// One source of rows in FROM.
#[derive(Debug)]
pub(super) struct Source<'c> {
    /// Alias, or the relation's name.
    pub name: String,
    /// Schema, when it may be named with it.
    pub schema: Option<String>,
    pub kind: Kind<'c>,
    /// Columns merged by USING or NATURAL: without a qualifier they mean the other side's.
    pub merged: Vec<String>,
    /// On the nullable side of an outer join.
    pub nullable: bool,
}

impl<'c> Source<'c> {
    pub fn new(name: impl Into<String>, kind: Kind<'c>) -> Self {
        Self { name: name.into(), schema: None, kind, merged: Vec::new(), nullable: false }
    }

    /// The column of that name; `Some` of nothing when it is there but computed.
    pub fn column(&self, name: &str) -> Option<Vec<At>> {
        let mut ats = match &self.kind {
            Kind::Base { relation, renamed, .. } => {
                let column = match renamed.iter().position(|r| r == name) {
                    Some(i) => relation.columns.get(i)?.name.clone(),
                    None if SYSTEM_COLUMNS.contains(&name) => Ident::new(name),
                    None => {
                        let i = relation.columns.iter().position(|c| c.name.raw() == name)?;
                        // its own name is gone once an alias list has given it another
                        if i < renamed.len() {
                            return None;
                        }
                        relation.columns[i].name.clone()
                    }
                };
                self.base(column).into_iter().collect()
            }
            Kind::Columns(outputs) => outputs.iter().find(|o| o.name == name)?.ats.clone(),
            Kind::Opaque => return None,
        };
        for at in &mut ats {
            at.nullable |= self.nullable;
        }
        Some(ats)
    }

    /// All its columns in order, under the names they have here.
    pub fn columns(&self) -> Vec<Output> {
        let names: Vec<String> = match &self.kind {
            Kind::Base { relation, renamed, .. } => {
                let own = relation.columns.iter().skip(renamed.len()).map(|c| c.name.raw().to_owned());
                renamed.iter().cloned().chain(own).collect()
            }
            Kind::Columns(outputs) => outputs.iter().map(|o| o.name.clone()).collect(),
            Kind::Opaque => Vec::new(),
        };
        names.into_iter().map(|name| Output { ats: self.column(&name).unwrap_or_default(), name }).collect()
    }

    /// One column of each access whose rows come straight through.
    pub fn straight(&self) -> Vec<At> {
        match &self.kind {
            Kind::Base { relation, .. } => relation.columns.first().and_then(|c| self.base(c.name.clone())).into_iter().collect(),
            Kind::Columns(outputs) => outputs.iter().flat_map(|o| &o.ats).filter(|at| at.flat).cloned().collect(),
            Kind::Opaque => Vec::new(),
        }
    }

    fn base(&self, column: Ident) -> Option<At> {
        match self.kind {
            Kind::Base { access, .. } => {
                Some(At { access, column, pushable: true, flat: true, nullable: self.nullable, via: Vec::new() })
            }
            _ => None,
        }
    }

    /// The accesses behind it.
    pub fn accesses(&self) -> Vec<usize> {
        match &self.kind {
            Kind::Base { access, .. } => vec![*access],
            Kind::Columns(outputs) => outputs.iter().flat_map(|o| o.ats.iter().map(|a| a.access)).collect(),
            Kind::Opaque => Vec::new(),
        }
    }
}

/// How a query level hangs in the one around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// The outermost, or a source in FROM, or a CTE.
    From,
    /// `EXISTS`, `IN`: a semi-join.
    Semi,
    /// `NOT EXISTS`: an anti-join.
    Anti,
    /// Run for each outer row: scalar sub-query, LATERAL.
    PerRow,
}

/// A WITH query.
#[derive(Debug)]
pub(super) struct Cte {
    /// Its number in the statement.
    pub id: usize,
    pub name: String,
    pub outputs: Vec<Output>,
}

/// One query level.
pub(super) struct Scope<'c, 's> {
    pub sources: Vec<Source<'c>>,
    pub ctes: Vec<Rc<Cte>>,
    pub parent: Option<&'s Scope<'c, 's>>,
    /// Whether the parent's sources can be named here: not from a sub-query in FROM without LATERAL.
    pub sees_parent: bool,
    pub link: Link,
    /// A name of an outer level was used.
    pub correlated: Cell<bool>,
}

impl<'c, 's> Scope<'c, 's> {
    pub fn new(parent: Option<&'s Scope<'c, 's>>, link: Link, sees_parent: bool) -> Self {
        Self { sources: Vec::new(), ctes: Vec::new(), parent, sees_parent, link, correlated: Cell::new(false) }
    }

    /// The CTE of that name, innermost first.
    pub fn cte(&self, name: &str) -> Option<Rc<Cte>> {
        let own = self.ctes.iter().rev().find(|c| c.name == name).cloned();
        own.or_else(|| self.parent.and_then(|p| p.cte(name)))
    }

    /// A column by its name, the innermost level first.
    pub fn column(&self, qualifier: &[&str], name: &str) -> Option<Resolved> {
        if let Some(ats) = find(&self.sources, qualifier, name) {
            return Some(Resolved { ats, levels: 0 });
        }
        let mut found = self.outer(|scope| scope.column(qualifier, name))?;
        found.levels += 1;
        Some(found)
    }

    /// The source of that name, with the levels between.
    pub fn source(&self, qualifier: &[&str]) -> Option<(&Source<'c>, usize)> {
        if let Some(source) = self.sources.iter().find(|s| is_named(s, qualifier)) {
            return Some((source, 0));
        }
        self.outer(|scope| scope.source(qualifier)).map(|(source, levels)| (source, levels + 1))
    }

    fn outer<T>(&self, look: impl FnOnce(&'s Scope<'c, 's>) -> Option<T>) -> Option<T> {
        let mut outer = self.parent?;
        let mut sees = self.sees_parent;
        while !sees {
            sees = outer.sees_parent;
            outer = outer.parent?;
        }
        let found = look(outer)?;
        self.correlated.set(true);
        Some(found)
    }

    /// Whether any source that can be named here may hold columns we do not know.
    pub fn has_opaque(&self) -> bool {
        self.sources.iter().any(|s| matches!(s.kind, Kind::Opaque)) || self.parent.is_some_and(Scope::has_opaque)
    }
}

fn is_named(source: &Source, qualifier: &[&str]) -> bool {
    match qualifier {
        [name] => source.name == *name,
        [.., schema, name] => source.name == *name && source.schema.as_deref() == Some(schema),
        [] => false,
    }
}

/// The column among these sources.
pub(super) fn find(sources: &[Source], qualifier: &[&str], name: &str) -> Option<Vec<At>> {
    if qualifier.is_empty() {
        return sources.iter().filter(|s| !s.merged.iter().any(|m| m == name)).find_map(|s| s.column(name));
    }
    let source = sources.iter().find(|s| is_named(s, qualifier))?;
    match &source.kind {
        Kind::Opaque => Some(Vec::new()),
        _ => source.column(name),
    }
}
