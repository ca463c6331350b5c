//! What a migration does to the schema: the catalog before and after it has run in a sandbox that has the database's definitions and no
//! rows.

use std::collections::BTreeSet;

use similar::TextDiff;

use crate::connect::{Session, Target};
use crate::diff::{self, Scope};
use crate::drift::shadow::Shadow;
use crate::error::Result;
use crate::migration::MigrationFile;
use crate::migration::set::{Migration, Script};
use crate::snapshot::objects::{Id, Kind, Objects, read};

/// Lines around a change.
const AROUND: usize = 3;

/// The database's definitions, and a server to try migrations on.
pub struct Stage {
    shadow: Shadow,
    /// The live definitions as the stage's server prints them.
    pub before: Objects,
}

impl Stage {
    /// Reads the database and starts the server.
    ///
    /// # Errors
    /// The database cannot be read, or there is no PostgreSQL here to start.
    pub async fn of(target: &Target) -> Result<Self> {
        let mut session = Session::for_definitions(target).await?;
        let live = read::read(&mut session, &|_| {}).await?;
        session.close().await;
        let shadow = Shadow::sandbox(live.major).await?;
        let before = shadow.reprint(&live, "before", &[]).await?;
        Ok(Self { shadow, before })
    }

    /// The catalog after each of the scripts, run one after the other.
    ///
    /// # Errors
    /// One fails there.
    pub async fn after_each(&self, scripts: &[&Script]) -> Result<Vec<Objects>> {
        let files: Vec<MigrationFile> = scripts.iter().map(|s| MigrationFile::script(&s.path, s.text.clone())).collect();
        self.shadow.after_each(&self.before, "after", &files).await
    }

    /// What each migration changes, as unified diffs of definitions.
    ///
    /// # Errors
    /// One fails there.
    pub async fn effects(&self, migrations: &[&Migration]) -> Result<Vec<Vec<String>>> {
        let scripts: Vec<&Script> = migrations.iter().map(|m| &m.up).collect();
        let after = self.after_each(&scripts).await?;
        let before = std::iter::once(&self.before).chain(&after);
        Ok(before.zip(&after).map(|(a, b)| between(a, b)).collect())
    }
}

/// Unified diffs of the definitions that differ, an object once.
pub fn between(before: &Objects, after: &Objects) -> Vec<String> {
    let mut told: BTreeSet<Id> = BTreeSet::new();
    let mut diffs = Vec::new();
    for difference in diff::compare(before, after, &Scope::WHOLE) {
        let id = match difference.id.kind {
            // a column is told at its table
            Kind::Column => Id::new(Kind::Table, &difference.id.schema, &difference.id.name),
            _ => difference.id,
        };
        if id.schema.raw() == crate::migration::ledger::OWN_SCHEMA || !told.insert(id.clone()) {
            continue;
        }
        let text = |side: &Objects| diff::definition(&id, side, &Scope::WHOLE);
        let (old, new) = (text(before), text(after));
        if old != new {
            let diff = TextDiff::from_lines(&old, &new);
            diffs.push(
                diff.unified_diff().context_radius(AROUND).header(&format!("{id} before"), &format!("{id} after")).to_string(),
            );
        }
    }
    diffs
}
