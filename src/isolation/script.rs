//! Scripts of attacks: who acts, with which tenant, and the evidence at the end.

use crate::ident::{Ident, literal};

/// How a session becomes the application's role.
#[derive(Debug, Clone)]
pub(super) struct Actor {
    /// The role.
    pub role: Ident,
    /// Whether the session belongs to a superuser, who can be somebody else as a whole; else it is a member of the role.
    pub whole: bool,
    /// Settings that tell the tenant, with the value of tenant A.
    pub settings: Vec<(String, String)>,
}

impl Actor {
    /// Becomes the role, as tenant A.
    pub(super) fn enter(&self) -> String {
        self.become_role() + &self.tell()
    }

    /// Becomes the role with no tenant, in a session that had one before: its settings are then empty, not absent.
    pub(super) fn enter_unset(&self) -> String {
        let before = format!("SAVEPOINT dbharden_before;\n{}ROLLBACK TO SAVEPOINT dbharden_before;\n", self.tell());
        if self.settings.is_empty() { self.become_role() } else { before + &self.become_role() }
    }

    fn tell(&self) -> String {
        self.settings.iter().map(|(name, value)| set(name, value)).collect()
    }

    /// Becomes the role, and tells nothing.
    pub(super) fn become_role(&self) -> String {
        let session = if self.whole { "SESSION AUTHORIZATION" } else { "ROLE" };
        format!("SET LOCAL {session} {};\n", self.role)
    }

    /// Is again who it was.
    pub(super) fn leave(&self) -> &'static str {
        if self.whole { "RESET SESSION AUTHORIZATION;\n" } else { "RESET ROLE;\n" }
    }

    /// What the role does as tenant A, and how one then sees what it did.
    pub(super) fn act(&self, acts: &str, seen: &str) -> String {
        format!("{}{acts};\n{}{seen};\n", self.enter(), self.leave())
    }
}

/// Sets a setting for the transaction.
pub(super) fn set(name: &str, value: &str) -> String {
    format!("SELECT pg_catalog.set_config({}, {}, true);\n", literal(name), literal(value))
}

/// The row that is the evidence, where a condition holds.
pub(super) fn leak_where(condition: &str) -> String {
    format!("SELECT 'leak' AS verdict WHERE {condition}")
}

/// Acts, and notes which of these errors the server gave: a refusal can tell as much as a row.
pub(super) fn noting(acts: &str, errors: &str) -> String {
    let body =
        format!("BEGIN {acts}; EXCEPTION WHEN {errors} THEN PERFORM pg_catalog.set_config('dbharden.told', SQLSTATE, true); END");
    format!("DO {}", literal(&body))
}

/// Whether [`noting`] noted one.
pub(super) const TOLD: &str = "pg_catalog.current_setting('dbharden.told', true) <> ''";

/// In which session a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runs {
    /// In the one that all share, in a transaction that is rolled back.
    Inside,
    /// The same, before the session heard of any tenant.
    Fresh,
    /// In another one, in transactions of its own.
    Across,
}

/// A statement whose data go over the connection, at the end of a script.
#[derive(Debug, Clone)]
pub(super) enum Transfer {
    /// The query of a COPY TO STDOUT: what comes is the evidence.
    Out(String),
    /// COPY FROM STDIN, then the evidence is asked for.
    In {
        /// The command.
        sql: String,
        /// What is sent, in COPY's text format.
        data: String,
        /// The script that ends with the evidence.
        then: String,
    },
}

/// What a query finds, to the client.
pub(super) fn copy_to(query: &str) -> String {
    format!("COPY ({query}) TO STDOUT")
}

/// A whole script, as a person runs it with psql.
pub(super) fn whole(runs: Runs, sql: &str, transfer: Option<&Transfer>) -> String {
    let transfer = match transfer {
        Some(Transfer::Out(query)) => format!("{};\n", copy_to(query)),
        Some(Transfer::In { sql, data, then }) => format!("{sql};\n{data}\\.\n{then}"),
        None => String::new(),
    };
    match runs {
        Runs::Inside => format!("BEGIN;\n{sql}{transfer}ROLLBACK;\n"),
        Runs::Fresh => format!("-- in a new session\n\\connect -\nBEGIN;\n{sql}{transfer}ROLLBACK;\n"),
        Runs::Across => format!("{sql}{transfer}DISCARD ALL;\n"),
    }
}
