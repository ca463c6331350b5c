//! What is compared: what users' files make, with the owners and privileges that they speak of.

use std::collections::BTreeSet;

use super::files::Spoken;
use super::platform;
use crate::ident::Ident;
use crate::snapshot::objects::{Acl, Body, Id, Kind, Object, Objects};

/// Leaves out of both sides what no file makes.
pub struct Foreign {
    schemas: BTreeSet<Ident>,
    extensions: BTreeSet<Ident>,
}

impl Foreign {
    /// As the live database has it; `named` are schemas that the config ignores, `only` those that are looked at (empty = all).
    pub fn of(live: &Objects, named: &[String], only: &[String]) -> Self {
        let mut schemas = platform::schemas(live, named);
        if !only.is_empty() {
            let others = live.all.keys().filter(|id| id.kind == Kind::Schema && !only.iter().any(|s| s == id.name.raw()));
            schemas.extend(others.map(|id| id.name.clone()));
        }
        let extensions = platform::extensions(live, &schemas);
        Self { schemas, extensions }
    }

    /// Takes it out of a catalog, and what could not be read besides.
    pub fn leave_out(&self, objects: &mut Objects, hidden: &BTreeSet<Id>) {
        objects.all.retain(|id, o| !platform::is_foreign(o, &self.schemas, &self.extensions) && !hidden.contains(id));
    }
}

/// Objects that could not be read on one side, with all that hangs on them, so that they are left out of both.
pub fn hidden(sides: [&Objects; 2], unseen: &BTreeSet<String>) -> BTreeSet<Id> {
    let is = |o: &Object| {
        let relation = o.on().map(|r| r.name_sql());
        let owner = match &o.body {
            Body::Sequence(s) => s.owned_by.as_ref().map(Id::name_sql),
            _ => None,
        };
        [Some(o.id.name_sql()), relation, owner].iter().flatten().any(|name| unseen.contains(name))
    };
    sides.iter().flat_map(|side| side.all.values()).filter(|o| is(o)).map(|o| o.id.clone()).collect()
}

/// Objects whose owner the files speak of.
pub fn owners(desired: &Objects, role: &Ident, spoken: &Spoken) -> BTreeSet<Id> {
    let said = |id: &Id| names(id).iter().any(|n| spoken.owners.contains(n));
    let own = |o: &Option<Ident>| o.as_ref().is_some_and(|owner| owner != role && owner.raw() != "pg_database_owner");
    desired.all.iter().filter(|(id, o)| own(&o.owner) || said(id)).map(|(id, _)| id.clone()).collect()
}

/// Objects whose privileges the files speak of: they name them, or the object has other ones than it was made with.
pub fn grants(desired: &Objects, spoken: &Spoken) -> BTreeSet<Id> {
    let said = |id: &Id| names(id).iter().any(|n| spoken.grants.contains(n));
    let more = |id: &Id, acl: &Acl| {
        let Some(owner) = desired.get(id).and_then(|o| o.owner.clone()) else { return false };
        let made = desired.acl_when_created(id, &owner);
        // the schema `public` has its own from the start
        id.name.raw() != "public" && made.held() != acl.held()
    };
    let column = |id: &Id| desired.get(id).is_some_and(|o| o.columns().iter().any(|c| c.acl.is_some()));
    let wanted = |(id, o): &(&Id, &Object)| {
        id.kind == Kind::DefaultPrivileges || said(id) || column(id) || o.acl.as_ref().is_some_and(|acl| more(id, acl))
    };
    desired.all.iter().filter(wanted).map(|(id, _)| id.clone()).collect()
}

/// How a file may call an object.
fn names(id: &Id) -> Vec<String> {
    let (schema, name) = (id.schema.raw(), id.name.raw());
    if schema.is_empty() {
        return vec![name.to_owned()];
    }
    vec![format!("{schema}.{name}"), name.to_owned(), format!("{schema}.*")]
}
