//! The database itself: its locale, and the settings that the planner goes by, also those of roles.

use std::collections::BTreeMap;

use serde::Deserialize;
use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions, Connection, Row};

use super::{DATABASE, Note, send};
use crate::error::{Context, Result};
use crate::ident::{Ident, literal};
use crate::sandbox::Sandbox;
use crate::snapshot::Snapshot;
use crate::snapshot::planner::{Locale, PlannerFigures};

/// Creates the database with the original's encoding and locale, or one that sorts by bytes where this machine lacks it.
pub(super) async fn create_database(sandbox: &Sandbox, locale: &Locale, notes: &mut Vec<Note>) -> Result<()> {
    let mut admin = sandbox.connect_options("postgres").connect().await.context("cannot connect to the twin")?;
    let mut wanted = format!(
        "CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
        literal(&locale.encoding),
        literal(&locale.collate),
        literal(&locale.ctype)
    );
    match (locale.provider.as_str(), &locale.locale) {
        ("i", Some(name)) => wanted.push_str(&format!(" LOCALE_PROVIDER icu ICU_LOCALE {}", literal(name))),
        ("b", Some(name)) => wanted.push_str(&format!(" LOCALE_PROVIDER builtin BUILTIN_LOCALE {}", literal(name))),
        _ => {}
    }
    if send(&mut admin, &wanted).await.is_err() {
        let name = locale.locale.as_ref().unwrap_or(&locale.collate);
        let because =
            format!("{name} is not there on this machine, texts sort by bytes: ranges and sorts of texts are approximate");
        notes.push(Note::new("locale", because));
        send(&mut admin, &format!("CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"))
            .await?;
    }
    admin.close().await.context("cannot leave the twin")
}

#[derive(Deserialize)]
struct Known {
    name: String,
    value: String,
}

/// Gives the database the original's planner settings, and roles theirs.
pub(super) async fn copy(
    connection: &mut PgConnection,
    snapshot: &Snapshot,
    figures: &PlannerFigures,
    notes: &mut Vec<Note>,
) -> Result<()> {
    let rows = sqlx::query(include_str!("sql/settings.sql")).fetch_all(&mut *connection).await.context("cannot ask the twin")?;
    let known: BTreeMap<String, String> =
        rows.iter().filter_map(|r| serde_json::from_str::<Known>(r.try_get(0).ok()?).ok()).map(|k| (k.name, k.value)).collect();
    let mut set = Vec::new();
    for (name, setting) in &snapshot.settings {
        if known.get(name).is_some_and(|value| *value != setting.value) {
            set.push((format!("ALTER DATABASE {DATABASE} SET"), name, &setting.value));
        }
    }
    for scoped in &figures.settings {
        let scope = match (&scoped.role, scoped.database) {
            (None, _) => format!("ALTER DATABASE {DATABASE} SET"),
            (Some(role), true) => format!("ALTER ROLE {role} IN DATABASE {DATABASE} SET"),
            (Some(role), false) => format!("ALTER ROLE {role} SET"),
        };
        set.push((scope, &scoped.name, &scoped.value));
    }
    for (scope, name, value) in set {
        if send(connection, &format!("{scope} {} = {}", Ident::new(name), literal(value))).await.is_err() {
            notes.push(Note::new(name, "this server does not take the original's value of the setting"));
        }
    }
    if !snapshot.server.search_path.is_empty() {
        let path = &snapshot.server.search_path;
        let names: Vec<String> = search_path(path).iter().map(|n| literal(n)).collect();
        if !names.is_empty() {
            send(connection, &format!("ALTER DATABASE {DATABASE} SET search_path = {}", names.join(", "))).await?;
        }
    }
    Ok(())
}

/// The names in a `search_path` as it is stored: `"$user", public`.
fn search_path(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut chars = text.chars().peekable();
    let mut name = String::new();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                name.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => names.push(std::mem::take(&mut name)),
            c if c.is_whitespace() && !quoted => {}
            c => name.push(c),
        }
    }
    names.push(name);
    names.retain(|n| !n.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::search_path;

    #[test]
    fn names_of_a_search_path() {
        assert_eq!(search_path("\"$user\", public"), ["$user", "public"]);
        assert_eq!(search_path("\"a \"\"b\", app"), ["a \"b", "app"]);
        assert!(search_path("").is_empty());
    }
}
