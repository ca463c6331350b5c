//! Foreign servers: `pg_foreign_server`.

use serde::{Deserialize, Serialize};

use super::{Parsed, Reading, plain};
use crate::error::Result;
use crate::ident::Ident;
use crate::snapshot::objects::Kind;
use crate::snapshot::objects::{Body, secrets};

/// A foreign server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Server {
    /// The wrapper it is reached by.
    pub foreign_data_wrapper: Ident,
    /// `TYPE`.
    #[serde(alias = "type")]
    pub server_type: Option<String>,
    /// `VERSION`.
    pub version: Option<String>,
    /// Options `name=value`, sorted; secrets hidden.
    pub options: Vec<String>,
}

pub(super) const READING: Reading =
    Reading { catalog: "pg_foreign_server", sql: &[(13, include_str!("../sql/servers.sql"))], list: None, parse };

fn parse(row: &str) -> Result<Parsed> {
    let mut parsed = plain::<Server>(Kind::Server, row)?;
    if let Body::Server(server) = &mut parsed.object.body {
        server.options = secrets::hide(std::mem::take(&mut server.options));
    }
    Ok(parsed)
}
