//! The changes that dbharden knows how to make, one file each.

mod alter;
mod backfill;
mod create_index;
mod drop_index;
mod gate;
mod index_build;
pub mod partition;
pub mod rls;
pub mod tenant;

use serde::{Deserialize, Serialize};

pub use alter::{Alter, Done};
pub use backfill::Backfill;
pub use create_index::{CreateIndex, IndexColumn};
pub use drop_index::DropIndex;
pub use partition::Partition;
pub use rls::{EnableRowSecurity, ForceRowSecurity, PrepareTenants, TenantPolicies};
pub use tenant::{CompositeKey, DropForeignKey, RequireTenant, TenantColumn};

use super::Statement;
use crate::config::MigrationSettings;
use crate::hash;
use crate::ident::{Ident, QualifiedName, ident_list};
use crate::snapshot::Snapshot;

/// A change of the schema, named by checks, made into statements here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Change {
    /// Build an index without blocking writes.
    CreateIndex(CreateIndex),
    /// Drop an index that is not needed.
    DropIndex(DropIndex),
    /// Give rows a value that they lack, in batches.
    Backfill(Backfill),
    /// Give each row of a table the tenant of its parent, in a column that is required.
    TenantColumn(TenantColumn),
    /// Require the tenant that every row has already.
    RequireTenant(RequireTenant),
    /// Let a foreign key hold the tenant too.
    CompositeKey(CompositeKey),
    /// Drop a foreign key whose work another one does.
    DropForeignKey(DropForeignKey),
    /// Roles and grants for row-level security; nothing is enforced.
    PrepareTenants(PrepareTenants),
    /// Policies that log what they would refuse, or refuse it.
    TenantPolicies(TenantPolicies),
    /// Put policies into effect that are there.
    EnableRowSecurity(EnableRowSecurity),
    /// Let policies bind the owner.
    ForceRowSecurity(ForceRowSecurity),
    /// Make ready a table that is to be cut by time: all that takes long.
    PreparePartition(Partition),
    /// Put a partitioned table in the place of a table, which becomes its first partition.
    Partition(Partition),
    /// Change an object in place, in a moment.
    Alter(Alter),
}

impl Change {
    /// The table it changes.
    pub fn table(&self) -> &QualifiedName {
        match self {
            Change::CreateIndex(c) => &c.table,
            Change::DropIndex(c) => &c.table,
            Change::Backfill(c) => &c.table,
            Change::TenantColumn(c) => &c.table,
            Change::RequireTenant(c) => &c.table,
            Change::CompositeKey(c) => &c.table,
            Change::DropForeignKey(c) => &c.table,
            Change::PrepareTenants(c) => &c.table,
            Change::TenantPolicies(c) => &c.table,
            Change::EnableRowSecurity(c) => &c.table,
            Change::ForceRowSecurity(c) => &c.table,
            Change::PreparePartition(c) | Change::Partition(c) => &c.table,
            Change::Alter(c) => &c.object,
        }
    }

    /// The same change has the same key in every run, whatever the figures: a pending migration is recognised by it.
    pub fn key(&self) -> String {
        let parts = match self {
            Change::CreateIndex(c) => {
                let what = if c.unique { "create-unique-index" } else { "create-index" };
                vec![what.to_owned(), c.table.to_string(), c.column_list()]
            }
            Change::DropIndex(c) => vec!["drop-index".to_owned(), c.table.to_string(), c.index.to_string()],
            Change::Backfill(c) => vec!["backfill".to_owned(), c.table.to_string(), c.set.clone(), c.remaining.clone()],
            Change::TenantColumn(c) => vec![
                "tenant-column".to_owned(),
                c.table.to_string(),
                c.column.to_string(),
                c.parent.table.to_string(),
                c.parent.constraint.to_string(),
            ],
            Change::RequireTenant(c) => vec!["require-tenant".to_owned(), c.table.to_string(), c.column.to_string()],
            Change::CompositeKey(c) => {
                vec!["composite-key".to_owned(), c.table.to_string(), c.column.to_string(), c.parent.constraint.to_string()]
            }
            Change::DropForeignKey(c) => vec!["drop-foreign-key".to_owned(), c.table.to_string(), c.constraint.to_string()],
            Change::PrepareTenants(c) => {
                let grants = c.grants.iter().chain(&c.views).map(|g| format!("{} {}", g.table, g.privileges.join(" ")));
                let defaults = c.defaults.iter().map(|d| {
                    let schema = d.schema.as_ref().map(Ident::to_string).unwrap_or_default();
                    format!("{} {schema} {}", d.owner, d.privileges.join(" "))
                });
                ["prepare-tenants".to_owned(), ident_list(c.roles())].into_iter().chain(grants).chain(defaults).collect()
            }
            Change::TenantPolicies(c) => {
                let mode = if c.mode == rls::Mode::Audit { "audit" } else { "enforce" };
                vec!["tenant-policies".to_owned(), c.table.to_string(), mode.to_owned(), ident_list(&c.roles), c.definition()]
            }
            Change::EnableRowSecurity(c) => vec!["enable-row-security".to_owned(), c.table.to_string()],
            Change::ForceRowSecurity(c) => {
                let owner = c.owner.as_ref().map(Ident::to_string).unwrap_or_default();
                vec!["force-row-security".to_owned(), c.table.to_string(), owner]
            }
            Change::PreparePartition(c) => vec!["prepare-partition".to_owned(), c.table.to_string(), c.column.to_string()],
            Change::Partition(c) => vec!["partition".to_owned(), c.table.to_string(), c.column.to_string()],
            Change::Alter(c) => vec!["alter".to_owned(), c.object.to_string(), c.up.join("; ")],
        };
        hash::hash(&parts.iter().map(String::as_str).collect::<Vec<_>>())[..16].to_owned()
    }

    /// What it does, in a few words for people: `create index "Lead_userId_status_idx" on public."Lead" ("userId", status)`.
    pub fn title(&self) -> String {
        match self {
            Change::CreateIndex(c) => match &c.using {
                Some(using) => format!("create index {} on {} {using}", c.name(), c.table),
                None => {
                    let unique = if c.unique { "unique " } else { "" };
                    format!("create {unique}index {} on {} ({})", c.name(), c.table, c.column_list())
                }
            },
            Change::DropIndex(c) => format!("drop index {}.{}", c.table.schema, c.index),
            Change::Backfill(c) => format!("backfill {}: set {} where {}", c.table, c.set, c.remaining),
            Change::TenantColumn(c) => {
                let what = if c.type_name.is_some() { "add tenant column" } else { "fill and require tenant column" };
                format!("{what} {}.{}, the one of its {}", c.table, c.column, c.parent.table)
            }
            Change::RequireTenant(c) => format!("require tenant column {}.{}", c.table, c.column),
            Change::CompositeKey(c) => {
                format!("add foreign key {} on {} to rows of the same tenant in {}", c.name(), c.table, c.parent.table)
            }
            Change::DropForeignKey(c) => {
                format!("drop foreign key {} on {}, for {} does its work", c.constraint, c.table, c.kept)
            }
            Change::PrepareTenants(c) => format!("roles and grants for row-level security: {}", ident_list(c.roles())),
            Change::TenantPolicies(c) if c.mode == rls::Mode::Audit => {
                format!("a policy on {} that logs what others would refuse", c.table)
            }
            Change::TenantPolicies(c) => {
                format!("policies on {} that keep {} to the rows of its tenant", c.table, ident_list(&c.roles))
            }
            Change::EnableRowSecurity(c) => format!("enable row-level security on {}", c.table),
            Change::ForceRowSecurity(c) => match &c.owner {
                Some(owner) => format!("force row-level security on {}, owned by {owner}", c.table),
                None => format!("force row-level security on {}", c.table),
            },
            Change::PreparePartition(c) => format!("prepare {} for partitions by {}", c.table, c.column),
            Change::Partition(c) => format!("partition {} by {}: what is there becomes the first partition", c.table, c.column),
            Change::Alter(c) => c.title.clone(),
        }
    }

    /// What it does, for a file's name: `index_lead_userid_status`.
    pub fn slug(&self) -> String {
        let words = match self {
            Change::CreateIndex(c) => {
                let columns: Vec<&str> = c.columns.iter().map(|c| c.column.raw()).collect();
                format!("index_{}_{}", c.table.name.raw(), columns.join("_"))
            }
            Change::DropIndex(c) => format!("drop_{}", c.index.raw()),
            Change::Backfill(c) => format!("backfill_{}", c.table.name.raw()),
            Change::TenantColumn(c) => format!("tenant_{}_{}", c.table.name.raw(), c.column.raw()),
            Change::RequireTenant(c) => format!("require_{}_{}", c.table.name.raw(), c.column.raw()),
            Change::CompositeKey(c) => format!("key_{}", c.name().raw()),
            Change::DropForeignKey(c) => format!("drop_{}", c.constraint.raw()),
            Change::PrepareTenants(c) => format!("prepare_rls_{}", c.app.raw()),
            Change::TenantPolicies(c) if c.mode == rls::Mode::Audit => format!("audit_rls_{}", c.table.name.raw()),
            Change::TenantPolicies(c) => format!("enforce_rls_{}", c.table.name.raw()),
            Change::EnableRowSecurity(c) => format!("enable_rls_{}", c.table.name.raw()),
            Change::ForceRowSecurity(c) => format!("force_rls_{}", c.table.name.raw()),
            Change::PreparePartition(c) => format!("prepare_partition_{}", c.table.name.raw()),
            Change::Partition(c) => format!("partition_{}", c.table.name.raw()),
            Change::Alter(c) => c.title.clone(),
        };
        let mut slug: String = words.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        slug.truncate(60);
        slug
    }

    /// Statements that make it and statements that undo it; `None` when it cannot be made safely (a person decides).
    pub fn statements(&self, snapshot: &Snapshot, settings: &MigrationSettings) -> Option<(Vec<Statement>, Vec<Statement>)> {
        match self {
            Change::CreateIndex(c) => c.statements(snapshot, settings),
            Change::DropIndex(c) => c.statements(snapshot, settings),
            Change::Backfill(c) => c.statements(snapshot, settings),
            Change::TenantColumn(c) => c.statements(snapshot, settings),
            Change::RequireTenant(c) => c.statements(snapshot, settings),
            Change::CompositeKey(c) => c.statements(snapshot, settings),
            Change::DropForeignKey(c) => c.statements(snapshot, settings),
            Change::PrepareTenants(c) => c.statements(snapshot, settings),
            Change::TenantPolicies(c) => c.statements(snapshot, settings),
            Change::EnableRowSecurity(c) => c.statements(snapshot, settings),
            Change::ForceRowSecurity(c) => c.statements(snapshot, settings),
            Change::PreparePartition(c) => c.prepare(snapshot, settings),
            Change::Partition(c) => c.statements(snapshot, settings),
            Change::Alter(c) => Some(c.statements(settings)),
        }
    }

    /// Changes that must be made before it, unless they are there.
    pub fn needs(&self, snapshot: &Snapshot) -> Vec<Change> {
        match self {
            Change::CompositeKey(c) => c.needs(snapshot),
            Change::TenantPolicies(c) => c.needs(snapshot),
            Change::Partition(c) => c.needs(snapshot),
            _ => Vec::new(),
        }
    }

    /// Estimated bytes added and seconds taken.
    pub fn estimate(&self, snapshot: &Snapshot) -> (Option<i64>, Option<f64>) {
        match self {
            Change::CreateIndex(c) => c.estimate(snapshot),
            Change::DropIndex(c) => (c.bytes(snapshot).map(|b| -b), None),
            Change::Backfill(_) => (None, None),
            Change::TenantColumn(c) => tenant::written_anew(&c.table, snapshot),
            Change::RequireTenant(RequireTenant { table, .. }) | Change::CompositeKey(CompositeKey { table, .. }) => {
                tenant::read_once(table, snapshot)
            }
            Change::PreparePartition(c) => c.estimate(snapshot),
            // the catalog alone
            Change::Alter(_)
            | Change::Partition(_)
            | Change::DropForeignKey(_)
            | Change::PrepareTenants(_)
            | Change::TenantPolicies(_)
            | Change::EnableRowSecurity(_)
            | Change::ForceRowSecurity(_) => (Some(0), Some(0.0)),
        }
    }

    /// Whether a snapshot can show that it is made.
    pub fn is_visible(&self) -> bool {
        match self {
            Change::Backfill(_) => false,
            Change::Alter(c) => c.is_visible(),
            _ => true,
        }
    }

    /// Whether the catalog already is as the change would make it.
    pub fn is_done(&self, snapshot: &Snapshot) -> bool {
        match self {
            Change::CreateIndex(c) => c.is_done(snapshot),
            Change::DropIndex(c) => !c.exists(snapshot),
            // rows tell, not the catalog: its gate asks them
            Change::Backfill(_) => false,
            Change::TenantColumn(c) => c.is_done(snapshot),
            Change::RequireTenant(c) => c.is_done(snapshot),
            Change::CompositeKey(c) => c.is_done(snapshot),
            Change::DropForeignKey(c) => c.is_done(snapshot),
            Change::PrepareTenants(c) => c.is_done(snapshot),
            Change::TenantPolicies(c) => c.is_done(snapshot),
            Change::EnableRowSecurity(c) => c.is_done(snapshot),
            Change::ForceRowSecurity(c) => c.is_done(snapshot),
            Change::PreparePartition(c) => c.is_prepared(snapshot) || c.is_done(snapshot),
            Change::Partition(c) => c.is_done(snapshot),
            Change::Alter(c) => c.is_done(snapshot),
        }
    }
}
