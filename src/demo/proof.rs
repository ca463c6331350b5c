//! `proof.toml` of a system: how its tenants are kept apart, and what its application does meanwhile.

use std::collections::BTreeMap;

use serde::Deserialize;
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use super::run::execute;
use crate::config::TenancySettings;
use crate::error::{Context, Result};

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

    /// Runs the application as it is today.
    ///
    /// # Errors
    /// The first statement that fails.
    pub async fn run_unchanged(&self, options: &PgConnectOptions) -> std::result::Result<(), sqlx::Error> {
        send(options, &[self.app]).await
    }

    /// Runs the application with its new role and its tenant set.
    ///
    /// # Errors
    /// The first statement that fails.
    pub async fn run_changed(&self, options: &PgConnectOptions) -> std::result::Result<(), sqlx::Error> {
        let mut app = self.app.to_owned();
        for (today, then) in &self.roles {
            app = app.replace(&format!("SET LOCAL ROLE {today};"), &format!("SET LOCAL ROLE {then};"));
        }
        send(options, &[self.tenant.as_str(), app.as_str()]).await
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
