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
}
