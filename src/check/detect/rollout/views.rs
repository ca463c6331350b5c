//! Views of the rollout: those that the application may use with its own rights, and those that a person must decide on.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::Input;
use crate::check::detect::access::{ROWS, WRITES, memberships};
use crate::ident::Ident;
use crate::plan::change::rls::TableGrant;
use crate::snapshot::{Oid, Relation, RelationKind, View};
use crate::tenancy::Place;

/// First major version with `security_invoker`.
const INVOKER: u32 = 15;

/// Relations below this number are the system's.
const FIRST_OF_USERS: Oid = 16_384;

/// What becomes of the views.
#[derive(Default)]
pub(in crate::check::detect) struct Views {
    /// They read with the rights of their caller and are given to the application.
    pub granted: Vec<TableGrant>,
    /// The others.
    pub left: Vec<Left>,
}

/// A view that the rollout leaves alone.
pub(in crate::check::detect) struct Left {
    /// Its name.
    pub view: String,
    /// The reason.
    pub why: String,
    /// The application may read it today and sees rows of tenants with its owner's rights.
    pub is_open: bool,
}

struct Sorter<'i> {
    input: &'i Input<'i>,
    app: &'i Ident,
    tables: BTreeMap<Oid, &'i [String]>,
    /// What was found out: privileges, or why not.
    known: BTreeMap<Oid, Result<Vec<String>, String>>,
}

/// Sorts the views. `grants` is what the application gets on tables.
pub(in crate::check::detect) fn sort(input: &Input, app: &Ident, grants: &[TableGrant]) -> Views {
    let catalog = &input.snapshot.catalog;
    let oid = |g: &TableGrant| catalog.find(Some(g.table.schema.raw()), g.table.name.raw(), &[]).map(|t| t.oid);
    let tables = grants.iter().filter_map(|g| Some((oid(g)?, g.privileges.as_slice()))).collect();
    let mut sorter = Sorter { input, app, tables, known: BTreeMap::new() };
    let mut views = Views::default();
    for relation in catalog.by_name() {
        let is_view = matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView);
        let Some(view) = catalog.views.get(&relation.oid).filter(|_| is_view && relation.extension.is_none()) else { continue };
        let shows = below(input, view);
        if shows.is_empty() {
            continue;
        }
        match sorter.judge(relation, view) {
            Ok(privileges) => views.granted.push(TableGrant { table: relation.name.clone(), privileges }),
            Err(why) => {
                let of_tenants = shows.iter().any(|t| place(input, t).is_some_and(|p| *p != Place::Shared));
                let is_open = of_tenants && !is_invoker(relation) && is_reached(input, app, relation);
                views.left.push(Left { view: relation.name.to_string(), why, is_open });
            }
        }
    }
    views
}

impl Sorter<'_> {
    /// What the application may do with a view, or why a person must say.
    fn judge(&mut self, relation: &Relation, view: &View) -> Result<Vec<String>, String> {
        if let Some(known) = self.known.get(&relation.oid) {
            return known.clone();
        }
        let judged = self.look(relation, view);
        self.known.insert(relation.oid, judged.clone());
        judged
    }

    fn look(&mut self, relation: &Relation, view: &View) -> Result<Vec<String>, String> {
        if relation.kind == RelationKind::MaterializedView {
            return Err("it is a copy, which no policy narrows".to_owned());
        }
        let catalog = &self.input.snapshot.catalog;
        let mut direct = Vec::new();
        for oid in view.reads.iter().filter(|o| **o >= FIRST_OF_USERS) {
            let Some(read) = catalog.relations.get(oid) else {
                return Err("it reads a relation outside of the schemas that are looked at".to_owned());
            };
            let privileges = match (read.kind, catalog.views.get(oid)) {
                (RelationKind::View | RelationKind::MaterializedView, Some(below)) => {
                    self.judge(read, below).map_err(|why| format!("it reads {}: {why}", read.name))?
                }
                (RelationKind::ForeignTable, _) => {
                    return Err(format!("it reads the foreign table {}, which has no policies", read.name));
                }
                _ if self.input.tenancy.place(top(self.input, read).oid) == Some(&Place::Unknown) => {
                    return Err(format!("it reads {}, and nobody has said whose rows that holds", read.name));
                }
                _ => match self.tables.get(oid) {
                    Some(privileges) => privileges.to_vec(),
                    None => return Err(format!("it reads {}, which the application may not", read.name)),
                },
            };
            direct.push((read, privileges));
        }
        let of_tenants = below(self.input, view).iter().any(|t| place(self.input, t) != Some(&Place::Shared));
        if !is_invoker(relation) {
            let major = self.input.snapshot.server.major();
            if major < INVOKER && of_tenants {
                return Err(format!(
                    "it reads with the rights of its owner {}, and only PostgreSQL 15 can change that",
                    relation.owner
                ));
            }
            if major >= INVOKER {
                self.stops_nobody(relation, view, &direct)?;
            }
        }
        let may = |p: &&str| direct.iter().all(|(_, has)| has.iter().any(|h| h == p)) && view.writable.iter().any(|w| w == p);
        let writes = if self.input.snapshot.server.major() < INVOKER { &[] } else { WRITES };
        Ok(std::iter::once("SELECT").chain(writes.iter().copied().filter(may)).map(str::to_owned).collect())
    }

    /// With the caller's rights everybody who uses the view needs rights on what it reads.
    fn stops_nobody(&self, relation: &Relation, view: &View, direct: &[(&Relation, Vec<String>)]) -> Result<(), String> {
        for (role, privileges) in users(self.input, relation, view) {
            if role == self.app || is_superuser(self.input, role) {
                continue;
            }
            for (read, _) in direct {
                if let Some(lacking) = privileges.iter().find(|p| !may(self.input, role, read, p)) {
                    return Err(format!(
                        "it reads with the rights of its owner {}, and {role}, which uses it, has no {lacking} on {}",
                        relation.owner, read.name
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Who uses a view today, itself or through views above it, and the privileges it would need below.
fn users<'i>(input: &'i Input, relation: &'i Relation, view: &View) -> BTreeMap<&'i Ident, BTreeSet<&'i str>> {
    let catalog = &input.snapshot.catalog;
    let mut found: BTreeMap<&Ident, BTreeSet<&str>> = BTreeMap::new();
    let (mut seen, mut next) = (BTreeSet::new(), vec![relation]);
    while let Some(relation) = next.pop() {
        if !seen.insert(relation.oid) {
            continue;
        }
        if relation.oid != view.oid {
            found.entry(&relation.owner).or_default().insert("SELECT");
        }
        for grant in &relation.grants {
            let needed = grant.privileges.iter().map(String::as_str).filter(|p| ROWS.contains(p));
            let needed: Vec<&str> = needed.filter(|p| *p == "SELECT" || view.writable.iter().any(|w| w == p)).collect();
            let logins = catalog.roles.iter().filter(|r| r.login).map(|r| &r.name);
            let roles: Vec<&Ident> = grant.grantee.as_ref().map_or_else(|| logins.collect(), |r| vec![r]);
            for role in roles.into_iter().filter(|r| !needed.is_empty() && **r != relation.owner) {
                let all = found.entry(role).or_default();
                all.insert("SELECT");
                all.extend(&needed);
            }
        }
        let above = catalog.views.values().filter(|v| v.reads.contains(&relation.oid));
        next.extend(above.filter_map(|v| catalog.relations.get(&v.oid)));
    }
    found
}

/// Tables, whatever the depth, that a view shows rows of.
fn below<'i>(input: &'i Input, view: &View) -> Vec<&'i Relation> {
    let catalog = &input.snapshot.catalog;
    let (mut found, mut seen, mut next) = (Vec::new(), BTreeSet::new(), view.reads.clone());
    while let Some(oid) = next.pop() {
        if !seen.insert(oid) {
            continue;
        }
        match catalog.views.get(&oid) {
            Some(deeper) => next.extend(&deeper.reads),
            None => found.extend(catalog.relations.get(&oid)),
        }
    }
    found
}

/// The table that a partition is one of.
pub(in crate::check::detect) fn top<'i>(input: &'i Input, table: &'i Relation) -> &'i Relation {
    let parent = |t: &Relation| t.partition_of.and_then(|p| input.snapshot.catalog.relations.get(&p));
    std::iter::successors(Some(table), |t| parent(t)).last().unwrap_or(table)
}

fn place<'i>(input: &'i Input, table: &Relation) -> Option<&'i Place> {
    let catalog = &input.snapshot.catalog;
    input.tenancy.place(catalog.relations.get(&table.oid).map_or(table.oid, |t| top(input, t).oid))
}

fn is_invoker(view: &Relation) -> bool {
    crate::plan::change::rls::option(view, "security_invoker").is_some_and(|(_, on)| on)
}

fn is_superuser(input: &Input, role: &Ident) -> bool {
    input.snapshot.catalog.roles.iter().any(|r| r.name == *role && r.superuser)
}

/// Whether the application may read a relation today.
fn is_reached(input: &Input, app: &Ident, relation: &Relation) -> bool {
    ROWS.iter().any(|p| may(input, app, relation, p))
}

fn may(input: &Input, role: &Ident, relation: &Relation, privilege: &str) -> bool {
    let acts_as = memberships(input, role);
    let given = |g: &crate::snapshot::Grant| g.grantee.as_ref().is_none_or(|r| acts_as.contains(r));
    acts_as.contains(&relation.owner) || relation.grants.iter().any(|g| given(g) && g.privileges.iter().any(|p| p == privilege))
}
