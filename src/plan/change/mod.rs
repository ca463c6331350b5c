//! The changes that dbharden knows how to make, one file each.

mod alter;
mod backfill;
mod create_index;
mod drop_index;
mod gate;
mod index_build;

use serde::{Deserialize, Serialize};

pub use alter::{Alter, Done};
pub use backfill::Backfill;
pub use create_index::{CreateIndex, IndexColumn};
pub use drop_index::DropIndex;

use super::Statement;
use crate::config::MigrationSettings;
use crate::hash;
use crate::ident::QualifiedName;
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
            Change::Alter(c) => &c.object,
        }
    }

    /// The same change has the same key in every run, whatever the figures: a pending migration is recognised by it.
    pub fn key(&self) -> String {
        let parts = match self {
            Change::CreateIndex(c) => vec!["create-index".to_owned(), c.table.to_string(), c.column_list()],
            Change::DropIndex(c) => vec!["drop-index".to_owned(), c.table.to_string(), c.index.to_string()],
            Change::Backfill(c) => vec!["backfill".to_owned(), c.table.to_string(), c.set.clone(), c.remaining.clone()],
            Change::Alter(c) => vec!["alter".to_owned(), c.object.to_string(), c.up.join("; ")],
        };
        hash::hash(&parts.iter().map(String::as_str).collect::<Vec<_>>())[..16].to_owned()
    }

    /// What it does, in a few words for people: `create index "Lead_userId_status_idx" on public."Lead" ("userId", status)`.
    pub fn title(&self) -> String {
        match self {
            Change::CreateIndex(c) => match &c.using {
                Some(using) => format!("create index {} on {} {using}", c.name(), c.table),
                None => format!("create index {} on {} ({})", c.name(), c.table, c.column_list()),
            },
            Change::DropIndex(c) => format!("drop index {}.{}", c.table.schema, c.index),
            Change::Backfill(c) => format!("backfill {}: set {} where {}", c.table, c.set, c.remaining),
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
            Change::Alter(c) => Some(c.statements(settings)),
        }
    }

    /// Estimated bytes added and seconds taken.
    pub fn estimate(&self, snapshot: &Snapshot) -> (Option<i64>, Option<f64>) {
        match self {
            Change::CreateIndex(c) => c.estimate(snapshot),
            Change::DropIndex(c) => (c.bytes(snapshot).map(|b| -b), None),
            Change::Backfill(_) | Change::Alter(_) => (None, None),
        }
    }

    /// Whether a snapshot can show that it is made.
    pub fn is_visible(&self) -> bool {
        match self {
            Change::CreateIndex(_) | Change::DropIndex(_) => true,
            Change::Backfill(_) => false,
            Change::Alter(c) => c.is_visible(),
        }
    }

    /// Whether the catalog already is as the change would make it.
    pub fn is_done(&self, snapshot: &Snapshot) -> bool {
        match self {
            Change::CreateIndex(c) => c.is_done(snapshot),
            Change::DropIndex(c) => !c.exists(snapshot),
            // rows tell, not the catalog: its gate asks them
            Change::Backfill(_) => false,
            Change::Alter(c) => c.is_done(snapshot),
        }
    }
}
