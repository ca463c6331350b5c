//! User mappings: `pg_user_mappings`. Their options hold passwords and are never read.

use serde::{Deserialize, Serialize};

use super::{Reading, plain};
use crate::snapshot::objects::Kind;

/// A user mapping: server and role, which are its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserMapping {}

pub(super) const READING: Reading = Reading {
    catalog: "pg_user_mapping",
    sql: &[(13, include_str!("../sql/user_mappings.sql"))],
    list: None,
    parse: |row| plain::<UserMapping>(Kind::UserMapping, row),
};
