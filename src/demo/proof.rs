//! `proof.toml` of a system: how its tenants are kept apart, and what its application does meanwhile.

use std::collections::BTreeMap;

use serde::Deserialize;
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use super::run::execute;
use super::{Block, run_workload};
use crate::config::TenancySettings;
use crate::error::{Context, Result};
use crate::ident::Ident;

/// What there is to prove.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Variants of the system that can be taken to the end; `plain` is no variant.
    pub variants: Vec<String>,
    /// `[tenancy]`, without a stage.
    pub tenancy: TenancySettings,
    /// What the application sends at the begin of a session once it sets its tenant.
    #[serde(default)]
    tenant: String,
    /// Roles of today, and those that the application connects as once it has changed.
    #[serde(default)]
    roles: BTreeMap<String, String>,
    /// `decisions.sql`: what only a person can decide.
    #[serde(skip)]
    pub(super) decisions: &'static str,
    /// `app.sql`.
    #[serde(skip)]
    pub(super) app: &'static str,
}

impl Proof {
    /// Does what only a person can decide.
    ///
    /// # Errors
    /// When a statement fails.
    pub async fn decide(&self, options: &PgConnectOptions) -> Result<()> {
        send(options, &[self.decisions]).await.context("cannot run decisions.sql")
    }

    /// Runs the application as it is today: its script and its workload.
    ///
    /// # Errors
    /// The first statement that fails.
    pub async fn run_unchanged(&self, options: &PgConnectOptions, blocks: &[Block]) -> Result<()> {
        send(options, &[self.app]).await.context("app.sql failed")?;
        self.work(options, "", blocks).await
    }

    /// Runs the application with its new role and its tenant set.
    ///
    /// # Errors
    /// The first statement that fails.
    pub async fn run_changed(&self, options: &PgConnectOptions, blocks: &[Block]) -> Result<()> {
        let mut app = self.app.to_owned();
        for (today, then) in &self.roles {
            app = app.replace(&format!("SET LOCAL ROLE {today};"), &format!("SET LOCAL ROLE {then};"));
        }
        send(options, &[self.tenant.as_str(), app.as_str()]).await.context("app.sql failed")?;
        let then = |role: &Ident| self.roles.get(role.raw()).map(|r| Ident::new(r.as_str()));
        let moved = |b: &Block| Block { role: b.role.as_ref().and_then(then).or_else(|| b.role.clone()), ..b.clone() };
        let blocks: Vec<Block> = blocks.iter().map(moved).collect();
        self.work(options, &self.tenant, &blocks).await
    }

    /// The workload after `first`. Parameters are the tenant's own: a role that policies bind looks for them.
    async fn work(&self, options: &PgConnectOptions, first: &str, blocks: &[Block]) -> Result<()> {
        let mut session = PgConnection::connect_with(options).await.context("cannot reach the sandbox")?;
        execute(&mut session, first).await.context("cannot set the tenant")?;
        let reader = self.roles.values().next().filter(|_| !first.is_empty()).map(|r| Ident::new(r.as_str()));
        run_workload(&mut session, blocks, reader.as_ref()).await?;
        session.close().await.context("cannot close the connection to the sandbox")
    }
}

/// A session of its own for scripts of several statements.
async fn send(options: &PgConnectOptions, scripts: &[&str]) -> std::result::Result<(), sqlx::Error> {
    let mut session = PgConnection::connect_with(options).await?;
    for script in scripts {
        execute(&mut session, script).await?;
    }
    session.close().await
}
