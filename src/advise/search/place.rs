//! Who is asked for plans: the planner twin, or where none can be built the user's database with the extension HypoPG.

use serde::Serialize;

use crate::error::Result;
use crate::original::Original;
use crate::twin::Twin;
use crate::twin::planner::Planner;

/// Who plans.
pub enum Place<'t> {
    /// The twin of the snapshot.
    Twin(&'t Twin),
    /// The database itself, with HypoPG; the session is closed when the search ends.
    Original(Box<Original>),
}

/// What has proven the advice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum Proof {
    /// Plans of the planner twin.
    #[default]
    #[serde(rename = "planner twin")]
    Twin,
    /// Plans of the database itself with HypoPG's hypothetical indexes.
    #[serde(rename = "HypoPG on the target")]
    HypoPg,
}

impl Proof {
    /// As evidence names it.
    pub fn words(self) -> &'static str {
        match self {
            Proof::Twin => "planner twin",
            Proof::HypoPg => "HypoPG on the target",
        }
    }
}

impl<'t> Place<'t> {
    /// A session for plans, and the twin where it is one.
    pub(super) async fn open(self) -> Result<(Planner, Option<&'t Twin>)> {
        match self {
            Place::Twin(twin) => Ok((Planner::open(twin).await?, Some(twin))),
            Place::Original(original) => Ok((Planner::of_original(original), None)),
        }
    }
}
