//! The server that the files are meant for.

use std::fmt;
use std::str::FromStr;

/// A version of PostgreSQL: 14, or 14.3 where the minor one is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PgVersion {
    /// `14`
    pub major: u32,
    /// `3`
    pub minor: Option<u32>,
}

impl PgVersion {
    /// The newest that is supported: what is taken when nothing says another one.
    pub const NEWEST: PgVersion = PgVersion { major: 18, minor: None };

    /// From `server_version_num`: 140003.
    pub fn from_number(number: i64) -> Self {
        let part = |n: i64| u32::try_from(n).unwrap_or(0);
        Self { major: part(number / 10_000), minor: Some(part(number % 10_000)) }
    }

    /// Whether it is this major version or a later one.
    pub fn at_least(self, major: u32) -> bool {
        self.major >= major
    }
}

impl FromStr for PgVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (major, rest) = text.split_once('.').unwrap_or((text, ""));
        let number = |t: &str| t.parse::<u32>().ok();
        let minor = rest.split('.').next().and_then(number);
        match number(major) {
            Some(major) if (9..100).contains(&major) && (rest.is_empty() || minor.is_some()) => Ok(Self { major, minor }),
            _ => Err(format!("{text:?} is no version; write 15 or 14.3")),
        }
    }
}

impl fmt::Display for PgVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minor {
            Some(minor) => write!(f, "{}.{minor}", self.major),
            None => write!(f, "{}", self.major),
        }
    }
}
