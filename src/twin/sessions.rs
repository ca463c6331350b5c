//! As whom statements are planned. Policies bind the role that sends a statement, so it is planned as that role, in a session of its
//! own with the role's settings and rights.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, Connection};

use super::planner::Planner;
use super::{Twin, context_settings};
use crate::error::{Context, Error, Result};
use crate::ident::{Ident, one_line};
use crate::snapshot::{Catalog, Snapshot, Statement};

/// For the report: nobody knows who sends a statement.
pub const NOT_KNOWN: &str = "not known";

/// Stands in for a role that is not known.
const SOMEBODY: &str = "dbharden_somebody";

/// As whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum As {
    /// One whom no policy binds.
    Superuser,
    /// A role of the original.
    Role(Ident),
    /// Nobody knows who: one who has all rights, owns nothing and is a member of every role that a policy names.
    Somebody,
}

impl As {
    /// The role in the twin that it is planned as, where it is another than the planner's own.
    pub fn role(&self) -> Option<Ident> {
        match self {
            As::Superuser => None,
            As::Role(role) => Some(role.clone()),
            As::Somebody => Some(Ident::new(SOMEBODY)),
        }
    }

    /// For the report.
    pub fn name(&self) -> Option<String> {
        match self {
            As::Superuser => None,
            As::Role(role) => Some(role.raw().to_owned()),
            As::Somebody => Some(NOT_KNOWN.to_owned()),
        }
    }
}

/// Who sends a statement: the first role of those known that policies bind.
pub fn sender(statement: &Statement, before: &Catalog, after: &Catalog) -> As {
    let bound = |catalog: &Catalog, name: &Ident| {
        catalog.roles.iter().find(|r| r.name == *name).map(|r| !r.superuser && !r.bypass_rls && r.name.raw() != "postgres")
    };
    let known: Vec<(&Ident, bool)> =
        statement.roles.iter().filter_map(|r| Some((r, bound(before, r)? || bound(after, r).unwrap_or(false)))).collect();
    let secured = |catalog: &Catalog| catalog.relations.values().any(|r| r.row_security);
    match known.iter().find(|(_, bound)| *bound) {
        Some((role, _)) => As::Role((*role).clone()),
        None if known.is_empty() && (secured(before) || secured(after)) => As::Somebody,
        None => As::Superuser,
    }
}

/// Sessions in one twin.
pub struct Side<'t> {
    twin: &'t Twin,
    snapshot: &'t Snapshot,
    /// Values of settings that policies ask for.
    settings: BTreeMap<String, String>,
    planners: BTreeMap<As, Planner>,
}

impl<'t> Side<'t> {
    /// None yet.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn open(twin: &'t Twin, snapshot: &'t Snapshot, settings: BTreeMap<String, String>) -> Result<Self> {
        let side = Self { twin, snapshot, settings, planners: BTreeMap::new() };
        make_somebody(twin, snapshot).await?;
        Ok(side)
    }

    /// The session as this role; the reason where there is no such role any more.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn planner(&mut self, who: &As) -> Result<std::result::Result<&mut Planner, String>> {
        if !self.planners.contains_key(who) {
            let mut planner = match who {
                As::Superuser => Planner::open(self.twin).await?,
                As::Role(role) if !self.snapshot.catalog.roles.iter().any(|r| r.name == *role) => {
                    return Ok(Err(format!("role {role} does not exist")));
                }
                As::Role(role) => Planner::open_as(self.twin, role).await?,
                As::Somebody => Planner::open_as(self.twin, &Ident::new(SOMEBODY)).await?,
            };
            let paths = self.snapshot.objects.as_ref().map(|o| &o.search_paths);
            if let (As::Role(role), Some(paths)) = (who, paths)
                && let Some(path) = paths.get(role)
            {
                planner.set("search_path", path).await?;
            }
            for (name, value) in &self.settings {
                planner.set(name, value).await?;
            }
            self.planners.insert(who.clone(), planner);
        }
        self.planners.get_mut(who).map(Ok).ok_or_else(|| Error::new("a session of the twin is lost"))
    }

    /// Ends the sessions.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn close(self) -> Result<()> {
        for planner in self.planners.into_values() {
            planner.close().await?;
        }
        Ok(())
    }
}

/// Makes the stand-in for senders that nobody knows.
async fn make_somebody(twin: &Twin, snapshot: &Snapshot) -> Result<()> {
    let catalog = &snapshot.catalog;
    let owners: BTreeSet<&Ident> = catalog.relations.values().map(|r| &r.owner).collect();
    let named: BTreeSet<&Ident> = catalog.relations.values().flat_map(|r| &r.policies).flat_map(|p| &p.roles).collect();
    // a member of the owner is bound by no policy
    let granted = named.into_iter().filter(|r| !owns(catalog, r, &owners, 0));
    let mut sql = vec![format!("CREATE ROLE {SOMEBODY}")];
    sql.extend(granted.map(|r| format!("GRANT {r} TO {SOMEBODY}")));
    let schemas =
        snapshot.objects.iter().flat_map(|o| o.all.keys()).filter(|id| id.kind == crate::snapshot::objects::Kind::Schema);
    for schema in schemas.map(|id| &id.name) {
        sql.push(format!("GRANT USAGE ON SCHEMA {schema} TO {SOMEBODY}"));
        for what in ["TABLES", "SEQUENCES", "FUNCTIONS"] {
            sql.push(format!("GRANT ALL ON ALL {what} IN SCHEMA {schema} TO {SOMEBODY}"));
        }
    }
    let mut connection = twin.connect().await?;
    for sql in sql {
        match sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await {
            // what is not in the twin needs no grant
            Ok(_) | Err(sqlx::Error::Database(_)) => {}
            Err(e) => return Err(Error::new("the twin does not answer").because(one_line(&e.to_string()))),
        }
    }
    connection.close().await.context("cannot leave the twin")
}

/// Makes a twin ready for sessions of all who send statements; returns values for the settings that policies ask for.
///
/// # Errors
/// The twin is gone.
pub async fn prepare(twin: &Twin, snapshot: &Snapshot) -> Result<BTreeMap<String, String>> {
    make_somebody(twin, snapshot).await?;
    let mut settings = BTreeMap::new();
    context_settings::choose(twin, snapshot, &mut settings).await?;
    Ok(settings)
}

/// Whether a role is an owner, or a member of one.
fn owns(catalog: &Catalog, role: &Ident, owners: &BTreeSet<&Ident>, depth: usize) -> bool {
    let above = || catalog.roles.iter().filter(|r| r.name == *role).flat_map(|r| &r.member_of);
    owners.contains(role) || depth < 20 && above().any(|r| owns(catalog, r, owners, depth + 1))
}

/// Both twins, with the same values for the settings that policies ask for.
///
/// # Errors
/// A twin is gone.
pub async fn both<'t>(
    (before, original): (&'t Twin, &'t Snapshot),
    (after, changed): (&'t Twin, &'t Snapshot),
) -> Result<(Side<'t>, Side<'t>)> {
    let mut settings = BTreeMap::new();
    context_settings::choose(after, changed, &mut settings).await?;
    context_settings::choose(before, original, &mut settings).await?;
    Ok((Side::open(before, original, settings.clone()).await?, Side::open(after, changed, settings).await?))
}
