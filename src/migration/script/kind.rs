//! What kind of statement a piece of a script is, by its first words: how it may be run.

/// How a piece of a script may be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Like any other.
    Plain,
    /// Cannot run inside a transaction block: CONCURRENTLY, VACUUM.
    Alone,
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`, `END`, `ROLLBACK`, `ABORT`: ends a transaction.
    End,
    /// `SAVEPOINT`, `RELEASE`, `ROLLBACK TO`.
    Savepoint,
    /// Changes settings of the session, which stay when the file ends.
    Setting,
    /// `CREATE ROLE` or `CREATE USER` of this name.
    Role(String),
    /// `CREATE EXTENSION` of this name.
    Extension(String),
    /// `COPY ... FROM`: brings rows, no schema.
    Copy,
    /// Must not run in a database of our own, and why.
    Skip(&'static str),
}

const CLUSTER: &str = "it concerns the cluster, not this database";
const REMOTE: &str = "it would connect to another server";

/// A word of a statement. Key words and bare names are in upper case, quoted names as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) upper: String,
    pub(super) raw: String,
    pub(super) quoted: bool,
}

impl Word {
    pub(super) fn bare(text: &str) -> Self {
        Self { upper: text.to_ascii_uppercase(), raw: text.to_ascii_lowercase(), quoted: false }
    }

    pub(super) fn quoted(text: &str) -> Self {
        let inside = text.trim_start_matches('"').strip_suffix('"').unwrap_or(text).replace("\"\"", "\"");
        Self { upper: String::new(), raw: inside, quoted: true }
    }
}

/// The kind of a statement with these first words.
pub(super) fn of(words: &[Word], sql: &str) -> Kind {
    let word = |i: usize| words.get(i).map_or("", |w| w.upper.as_str());
    let has = |wanted: &str| words.iter().any(|w| w.upper == wanted);
    match (word(0), word(1)) {
        ("BEGIN", _) | ("START", "TRANSACTION") => Kind::Begin,
        ("ROLLBACK", "TO") | ("ROLLBACK", "WORK" | "TRANSACTION") if has("TO") => Kind::Savepoint,
        ("COMMIT" | "END" | "ROLLBACK" | "ABORT", _) => Kind::End,
        ("SAVEPOINT" | "RELEASE", _) => Kind::Savepoint,
        ("SET", "LOCAL" | "CONSTRAINTS" | "TRANSACTION") => Kind::Plain,
        ("SET" | "RESET", _) => Kind::Setting,
        ("DISCARD", _) => Kind::Skip("it resets the session, which is ours"),
        ("SELECT", _) if sql.to_ascii_lowercase().contains("set_config") => Kind::Setting,
        ("COPY", _) if has("FROM") && !has("TO") => Kind::Copy,
        ("VACUUM", _) => Kind::Alone,
        ("CREATE" | "DROP" | "REINDEX", _) if concurrent_index(words) => Kind::Alone,
        ("REINDEX", _) if has("DATABASE") || has("SYSTEM") => Kind::Skip("it rebuilds indexes of the whole database"),
        ("ALTER", "TABLE") if has("DETACH") && has("CONCURRENTLY") => Kind::Alone,
        ("CLUSTER", "") => Kind::Alone,
        ("ALTER", "SYSTEM") | ("CREATE" | "ALTER" | "DROP", "DATABASE" | "TABLESPACE") => Kind::Skip(CLUSTER),
        ("CREATE" | "ALTER" | "DROP", "SUBSCRIPTION") | ("IMPORT", "FOREIGN") => Kind::Skip(REMOTE),
        ("COMMENT", "ON") | ("SECURITY", "LABEL") if matches!(word(2), "DATABASE" | "TABLESPACE") => Kind::Skip(CLUSTER),
        ("GRANT" | "REVOKE", _) if on_database(words) => Kind::Skip(CLUSTER),
        ("CREATE", "ROLE" | "GROUP") => Kind::Role(name(words, 2)),
        ("CREATE", "USER") if word(2) != "MAPPING" => Kind::Role(name(words, 2)),
        ("CREATE", "EXTENSION") => Kind::Extension(name(words, if word(2) == "IF" { 5 } else { 2 })),
        _ => Kind::Plain,
    }
}

fn concurrent_index(words: &[Word]) -> bool {
    let at = |wanted: &str| words.iter().position(|w| w.upper == wanted);
    match (at("CONCURRENTLY"), at("INDEX")) {
        // REINDEX (CONCURRENTLY) TABLE t; REINDEX TABLE CONCURRENTLY t
        (Some(concurrently), _) if words[0].upper == "REINDEX" => concurrently <= 4,
        (Some(concurrently), Some(index)) => concurrently == index + 1 && index <= 2,
        _ => false,
    }
}

/// `GRANT ... ON DATABASE x TO y`; a table may well be called "database", but then it is quoted or follows a dot.
fn on_database(words: &[Word]) -> bool {
    words.windows(2).any(|w| w[0].upper == "ON" && matches!(w[1].upper.as_str(), "DATABASE" | "TABLESPACE"))
}

fn name(words: &[Word], at: usize) -> String {
    words.get(at).map(|w| w.raw.clone()).unwrap_or_default()
}
