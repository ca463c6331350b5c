//! Migrations written and applied as a user would, and the stages of row-level security one after the other.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::apply::{self, Status, Stop};
use crate::check::{self, Registry};
use crate::config::Config;
use crate::connect::{Session, Target};
use crate::error::{Error, Result};
use crate::migration::{self, set};
use crate::plan;
use crate::review::Review;
use crate::sandbox::Sandbox;
use crate::snapshot::Snapshot;
use crate::snapshot::read::{self, ReadOptions};

/// Groups of checks that say how tenants are kept apart.
const GROUPS: &[&str] = &["rls", "tenancy", "security"];
/// Plans after which nothing may be left to do: a migration can make room for the next.
const ROUNDS: usize = 8;

/// A database, and where its migrations are.
pub struct Place<'a> {
    /// Its server.
    pub sandbox: &'a Sandbox,
    /// Its name.
    pub database: &'a str,
    /// The folder of migrations.
    pub directory: &'a Path,
    /// The checks.
    pub registry: &'a Registry,
    applied: Mutex<BTreeSet<String>>,
}

impl<'a> Place<'a> {
    /// That database, to which nothing has been applied yet.
    pub fn new(sandbox: &'a Sandbox, database: &'a str, directory: &'a Path, registry: &'a Registry) -> Self {
        Self { sandbox, database, directory, registry, applied: Mutex::default() }
    }

    /// Reads the database.
    ///
    /// # Errors
    /// As [`read::read`].
    pub async fn look(&self, options: &ReadOptions, say: &(dyn Fn(&str) + Sync)) -> Result<Snapshot> {
        let target = Target::resolve(Some(&self.sandbox.url(self.database)), &|_| None)?;
        let mut session = Session::connect(&target).await?;
        let snapshot = read::read(&mut session, options, say).await;
        session.close().await;
        snapshot
    }

    /// Runs what was written as `dbharden apply` does: with its gates, batches and timeouts. Of what is obsolete, that
    /// is not applied which was not applied before: it is of another database.
    ///
    /// # Errors
    /// As [`apply::run`]; a gate that holds is no error.
    pub async fn apply(&self, obsolete: &[String], config: &Config, stop: &Stop) -> Result<apply::Outcome> {
        let mut migrations = set::read(self.directory)?;
        let mut known = self.applied.lock().unwrap_or_else(PoisonError::into_inner).clone();
        migrations.retain(|m| !obsolete.contains(&m.name) || known.contains(&m.name));
        let request = apply::Request {
            target: Target::resolve(Some(&self.sandbox.url(self.database)), &|_| None)?,
            migrations: &migrations,
            review: &Review::load(self.directory, &config.review)?,
            person: "demo".to_owned(),
            what: apply::What::Up(None),
            allow_unreviewed: true,
            out_of_order: false,
            dry_run: false,
            wait: Duration::ZERO,
            unknown: None,
            settings: config.apply.clone(),
            lock_ms: config.migration.lock_timeout_ms.max(1),
            typed: "dbharden demo".to_owned(),
        };
        let outcome = apply::run(&request, stop, &|_| (), &|_| Ok(true)).await?;
        known.extend(outcome.migrations.iter().filter(|m| m.status == Status::Done).map(|m| m.name.clone()));
        *self.applied.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(outcome)
    }

    /// Plans and applies what keeps tenants apart at the stage of the config, until nothing is left to do. Returns the migrations it took.
    ///
    /// # Errors
    /// When one of them does not run through, or there is no end.
    pub async fn reach(&self, config: &Config, read: &ReadOptions, stop: &Stop) -> Result<usize> {
        let mut done = BTreeSet::new();
        for _ in 0..ROUNDS {
            let snapshot = self.look(read, &|_| ()).await?;
            let mut findings = check::run(&snapshot, self.registry, config)?.findings;
            findings.retain(|f| GROUPS.contains(&f.group.as_str()));
            let plan = plan::plan(&findings, &snapshot, &config.migration);
            let written = migration::write(&plan, &mut findings, &snapshot, self.directory, false)?;
            let obsolete: Vec<String> = written.obsolete.iter().map(|f| f.name.clone()).collect();
            let applied = self.apply(&obsolete, config, stop).await?;
            if let Some(stopped) = applied.stopped {
                return Err(Error::new(format!("{} stopped", stopped.migration)).because(stopped.because));
            }
            let before = done.len();
            done.extend(applied.migrations.into_iter().map(|m| m.name));
            if done.len() == before {
                return Ok(before);
            }
        }
        Err(Error::new(format!("{ROUNDS} plans were applied, and the next one has migrations still"))
            .fix("please report this: it is a bug of dbharden"))
    }
}
