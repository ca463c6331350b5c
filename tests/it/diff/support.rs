//! Databases side by side, read whole, and migrations run on them.

use dbharden::connect::{Session, Target};
use dbharden::diff::{self, Options, Scope, Step};
use dbharden::sandbox::Sandbox;
use dbharden::snapshot::objects::{Objects, read};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

/// The whole catalog of a database.
pub async fn objects(sandbox: &Sandbox, database: &str) -> Objects {
    let target = Target::resolve(Some(&sandbox.url(database)), &|_| None).unwrap();
    let mut session = Session::connect(&target).await.unwrap();
    let objects = read::read(&mut session, &|_| {}).await.unwrap();
    session.close().await;
    objects
}

pub async fn connection(sandbox: &Sandbox, database: &str) -> PgConnection {
    sandbox.connect_options(database).connect().await.unwrap()
}

/// Sends a text as one message.
pub async fn send(connection: &mut PgConnection, sql: &str) -> Result<(), String> {
    let sent = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await;
    sent.map(|_| ()).map_err(|e| {
        let detail = match &e {
            sqlx::Error::Database(d) => d.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().and_then(|d| d.detail()),
            _ => None,
        };
        format!("{e} {}\n--- {sql:.400}", detail.unwrap_or_default())
    })
}

/// A new database with these texts loaded, one message each.
pub async fn database(sandbox: &Sandbox, name: &str, texts: &[&str]) -> Result<(), String> {
    sandbox.create_database(name).await.map_err(|e| e.to_string())?;
    let mut connection = connection(sandbox, name).await;
    for text in texts.iter().filter(|t| !t.trim().is_empty()) {
        send(&mut connection, text).await?;
    }
    connection.close().await.map_err(|e| e.to_string())
}

/// Statements from the one to the other, whatever they lose.
pub fn steps(from: &Objects, to: &Objects) -> Vec<Step> {
    diff::migrate(from, to, &Options { scope: &Scope::WHOLE, allow_data_loss: true })
}

/// The steps as one reads them.
pub fn text(steps: &[Step]) -> String {
    steps.iter().map(|s| format!("{}{};\n", s.group.map(|g| format!("[{g}] ")).unwrap_or_default(), s.draft.sql)).collect()
}

/// Runs steps as a person's psql would, transactions included.
pub async fn apply(connection: &mut PgConnection, steps: &[Step]) -> Result<(), String> {
    send(connection, "set check_function_bodies = off").await?;
    let mut open: Option<u32> = None;
    for step in steps.iter().filter(|s| !s.withheld) {
        if open.is_some() && open != step.group {
            send(connection, "commit").await?;
            open = None;
        }
        if open.is_none() && step.group.is_some() {
            send(connection, "begin").await?;
            open = step.group;
        }
        send(connection, &step.draft.sql).await?;
    }
    if open.is_some() { send(connection, "commit").await } else { Ok(()) }
}

/// What still differs, as lines.
pub fn left(from: &Objects, to: &Objects) -> Vec<String> {
    let line = |d: &diff::Difference| format!("{}: {:?}", d.id, d.what);
    diff::compare(from, to, &Scope::WHOLE).iter().map(line).collect()
}
