//! What a person has said is right as it is, or known not to be seen.

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Iso8601;
use wildmatch::WildMatch;

use crate::check::Finding;
use crate::error::{Context, Result};

/// `[[ignore]]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// Name of the check, or `*`.
    pub check: String,
    /// Glob on the SQL-quoted object.
    pub object: String,
    /// Why this is right as it is.
    pub reason: String,
    /// Last day on which it holds: `2027-06-30`.
    #[serde(default)]
    pub until: Option<String>,
}

/// `[[skip]]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkipWaiver {
    /// Name of the check that cannot run.
    pub check: String,
    /// Why that is known.
    pub reason: String,
    /// Last day on which it holds.
    #[serde(default)]
    pub until: Option<String>,
}

impl Waiver {
    /// Whether it is meant for this finding.
    pub fn covers(&self, finding: &Finding) -> bool {
        self.names(&finding.check, &finding.id, &finding.object)
    }

    /// Whether it is meant for a finding of this check and id on this object.
    pub fn names(&self, check: &str, id: &str, object: &str) -> bool {
        (self.check == "*" || self.check == check || self.check == id) && WildMatch::new(&self.object).matches(object)
    }

    /// Whether its last day is over at `now`, seconds since 1970.
    pub fn expired(&self, now: i64) -> bool {
        is_over(self.until.as_deref(), now)
    }
}

impl SkipWaiver {
    /// Whether its last day is over at `now`, seconds since 1970.
    pub fn expired(&self, now: i64) -> bool {
        is_over(self.until.as_deref(), now)
    }
}

/// Whether a last day is over at `now`, seconds since 1970.
pub(super) fn is_over(until: Option<&str>, now: i64) -> bool {
    until.and_then(|u| day_end(u).ok()).is_some_and(|end| now >= end)
}

/// The second after the last one of a day, seconds since 1970, UTC.
pub(super) fn day_end(day: &str) -> Result<i64> {
    let date = time::Date::parse(day, &Iso8601::DATE).context(format!("{day:?} is not a day (write 2027-06-30)"))?;
    Ok(date.midnight().assume_utc().unix_timestamp() + 86_400)
}
