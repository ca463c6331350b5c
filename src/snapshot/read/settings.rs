//! What is true of the whole server: version, settings, roles, counters of the database, sessions, schemas.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::connect::{Bind, Kind, Session};
use crate::error::{Error, Result};
use crate::snapshot::{ConnectionGroup, DatabaseActivity, DefaultGrant, Role, Server, Setting, Subject, Unseen};

/// What [`read`] returns.
pub(super) struct General {
    pub taken_at: i64,
    pub server: Server,
    pub settings: BTreeMap<String, Setting>,
    pub roles: Vec<Role>,
    pub database: DatabaseActivity,
    pub connections: Vec<ConnectionGroup>,
    pub schemas: Vec<String>,
    pub default_grants: Vec<DefaultGrant>,
}

#[derive(Deserialize)]
struct ServerRow {
    taken_at: i64,
    #[serde(flatten)]
    server: Server,
}

#[derive(Deserialize)]
struct SettingRow {
    name: String,
    #[serde(flatten)]
    setting: Setting,
}

#[derive(Deserialize)]
struct SchemaRow {
    name: String,
    left_out: Option<String>,
}

pub(super) async fn read(session: &mut Session, wanted: &[String], unseen: &mut Vec<Unseen>) -> Result<General> {
    let mut tx = session.transaction(Kind::Snapshot).await?;
    let mut server: Vec<ServerRow> = tx.fetch_json(include_str!("../sql/server.sql"), &[]).await?;
    let settings: Vec<SettingRow> = tx.fetch_json(include_str!("../sql/settings.sql"), &[]).await?;
    let mut roles: Vec<Role> = tx.fetch_json(include_str!("../sql/roles.sql"), &[]).await?;
    let mut database: Vec<DatabaseActivity> = tx.fetch_json(include_str!("../sql/database.sql"), &[]).await?;
    let mut connections: Vec<ConnectionGroup> = tx.fetch_json(include_str!("../sql/connections.sql"), &[]).await?;
    let schemas: Vec<SchemaRow> = tx.fetch_json(include_str!("../sql/schemas.sql"), &[]).await?;
    let schemas = schemas_under_inspection(schemas, wanted)?;
    let default_grants = include_str!("../sql/default_grants.sql");
    let mut default_grants: Vec<DefaultGrant> = tx.fetch_json(default_grants, &[Bind::TextArray(schemas.clone())]).await?;
    tx.commit().await?;

    let server = server.pop().ok_or_else(|| Error::new("the server did not describe itself"))?;
    roles.sort_by(|a, b| a.name.cmp(&b.name));
    connections.sort();
    default_grants.sort();
    if !session.rights().pg_monitor {
        unseen.push(Unseen {
            subject: Subject::Connections,
            object: None,
            because: "this role sees only its own sessions".to_owned(),
            cure: Some("GRANT pg_monitor to this role".to_owned()),
        });
    }
    Ok(General {
        taken_at: server.taken_at,
        server: server.server,
        settings: settings.into_iter().map(|s| (s.name, s.setting)).collect(),
        roles,
        database: database.pop().unwrap_or_default(),
        connections,
        schemas,
        default_grants,
    })
}

/// The schemas asked for, or all that users made. Asking for one that is not there is an error: it would be "clean" otherwise.
fn schemas_under_inspection(present: Vec<SchemaRow>, wanted: &[String]) -> Result<Vec<String>> {
    if wanted.is_empty() {
        return Ok(present.into_iter().filter(|s| s.left_out.is_none()).map(|s| s.name).collect());
    }
    for name in wanted {
        if !present.iter().any(|s| s.name == *name) {
            let there: Vec<&str> = present.iter().map(|s| s.name.as_str()).collect();
            return Err(Error::new(format!("schema {name:?} does not exist in this database"))
                .because(format!("it has {}", there.join(", ")))
                .fix("correct `schemas` in dbharden.toml or the URL's `schema` parameter"));
        }
    }
    Ok(wanted.to_vec())
}
