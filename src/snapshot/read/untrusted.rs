//! Statements that the database may be asked to plan: those that run no function of another role.
//!
//! EXPLAIN evaluates functions of constants with the rights of whoever asks. One that says it is IMMUTABLE may call any other, so whoever
//! may create a function and send a statement would have it run by us. A statement is therefore told by its words alone: none may be the
//! name of such a function, of an operator made of one, or of a relation in whose definition one is met.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::connect::{Kind, Session};
use crate::error::Result;

/// Bytes of a name that the server looks at.
const NAME: usize = 63;

/// Names that must not stand in a statement, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Untrusted {
    /// By name in small letters.
    names: BTreeMap<String, String>,
    /// Why no statement may be planned.
    everything: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    name: Option<String>,
    foreign: bool,
    what: String,
    role: String,
}

impl Untrusted {
    /// Reads whose functions there are. Where that cannot be read nothing is trusted.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn read(session: &mut Session) -> Result<Self> {
        let mut tx = session.transaction(Kind::Now).await?;
        let rows: Vec<Row> = match tx.fetch_json(include_str!("../sql/untrusted.sql"), &[]).await {
            Ok(rows) => rows,
            Err(e) if e.is_connection_lost() => return Err(e.into()),
            Err(e) => {
                tx.rollback().await?;
                let why = format!("it may run a function of another role: whose there are cannot be read ({e})");
                return Ok(Self { names: BTreeMap::new(), everything: Some(why) });
            }
        };
        tx.commit().await?;
        let mut untrusted = Self::default();
        for Row { name, foreign, what, role } in rows {
            let does = if foreign { "ask the foreign server" } else { "run the function" };
            let why = format!("it may {does} {what} of {role}, which planning would do with your rights");
            match name {
                Some(name) => drop(untrusted.names.insert(name.to_lowercase(), why)),
                None => untrusted.everything = Some(why),
            }
        }
        Ok(untrusted)
    }

    /// Why a text must not be planned; `None` where it may be.
    pub fn why_not(&self, sql: &str) -> Option<&str> {
        if self.everything.is_some() || self.names.is_empty() {
            return self.everything.as_deref();
        }
        let Ok(scanned) = pg_query::scan(sql) else { return Some("it cannot be read what functions it calls") };
        scanned.tokens.iter().find_map(|token| {
            let text = sql.get(token.start as usize..token.end as usize).unwrap_or_default();
            let name = match text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
                Some(quoted) => quoted.replace("\"\"", "\""),
                None if text.to_lowercase().starts_with("u&\"") => return Some("a name in it is written in escapes"),
                None => text.to_owned(),
            };
            // how letters beyond ASCII are folded hangs on the database: all are
            self.names.get(&clipped(&name).to_lowercase()).map(String::as_str)
        })
    }
}

/// A longer name is cut off, between two characters.
fn clipped(name: &str) -> &str {
    &name[..name.floor_char_boundary(NAME)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_as_the_server_reads_them() {
        let long = "l".repeat(NAME);
        let names = ["g", "===", "Ev\"il", "left", &long].map(|n| (n.to_lowercase(), n.to_owned()));
        let untrusted = Untrusted { names: names.into(), everything: None };
        for no in [
            "select * from t where x = evil.G()",
            "select \"g\" from t",
            "select t . g from t",
            "select a===b from t",
            "select a operator(evil.===) b from t",
            "select \"Ev\"\"il\"()",
            "select evil.left(x)",
            "select U&\"\\0067\"()",
            &format!("select {long}xyz()"),
        ] {
            assert!(untrusted.why_not(no).is_some(), "{no}");
        }
        for yes in ["select gg from t where a = b", "select 'g' /* g */ from t -- g", "select a == b from t"] {
            assert_eq!(untrusted.why_not(yes), None, "{yes}");
        }
        let all = Untrusted { names: BTreeMap::new(), everything: Some("a cast".to_owned()) };
        assert_eq!(all.why_not("select 1"), Some("a cast"));
    }
}
