//! The server, this database, and the settings that plans and checks depend on.

use serde::{Deserialize, Serialize};

/// Server and database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Server {
    /// `server_version_num`: 150018.
    pub version_num: u32,
    /// `server_version`: `15.18`.
    pub version: String,
    /// `current_database()`.
    pub database: String,
    /// A standby.
    pub in_recovery: bool,
    /// Server started, seconds since 1970.
    pub started_at: i64,
    /// Bytes of the tables and indexes under inspection, by `relpages`: asking the file system would take long on a large database.
    #[serde(default)]
    pub database_bytes: Option<i64>,
    /// Extensions present in this database, by name.
    pub extensions: Vec<Extension>,
    /// `search_path` of the database for roles that set none, as written.
    pub search_path: String,
}

/// An installed extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The schema of its objects.
    pub schema: String,
}

/// One row of `pg_settings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// In the setting's unit.
    pub value: String,
    /// `kB`, `8kB`, `ms` ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Where it comes from: `default`, `configuration file`, `database`, ...
    pub source: String,
}

impl Server {
    /// Major version: 15.
    pub fn major(&self) -> u32 {
        self.version_num / 10_000
    }
}
