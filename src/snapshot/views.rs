//! Definitions of views, which query analysis looks through.

use serde::{Deserialize, Serialize};

use super::Oid;

/// The query behind a view or materialized view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// `pg_class.oid` of the view.
    pub oid: Oid,
    /// `pg_get_viewdef()` under an empty `search_path`: every name is qualified.
    pub definition: String,
    /// Relations that it names, sorted; a few of the system's may be among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<Oid>,
    /// `INSERT`, `UPDATE`, `DELETE` that go through to its one table, without triggers and rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writable: Vec<String>,
}
