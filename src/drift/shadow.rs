//! The desired schema, built for real: in a sandbox, or in an empty database that the user lends.

use std::collections::BTreeSet;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::files::{self, Ran, RunOptions, Spoken};
use super::platform;
use crate::connect::{Kind as Access, Session, Target};
use crate::diff::{self, Options, Scope, Step};
use crate::error::{Context, Error, Result};
use crate::ident::{Ident, one_line};
use crate::migration::layout::{Layout, MigrationFile};
use crate::sandbox::{Sandbox, SandboxOptions, nearest};
use crate::snapshot::objects::{Kind, Objects, read};

/// The database's name in a sandbox.
const DATABASE: &str = "desired";

/// Where the desired schema is built.
pub enum Shadow {
    /// A server of our own.
    Sandbox(Sandbox),
    /// A database that the user named; it must be empty.
    Lent(Box<Target>),
}

/// What is built, and as whom.
pub struct Build<'a> {
    /// The files.
    pub files: &'a [MigrationFile],
    /// Whose they are.
    pub layout: Option<Layout>,
    /// The role that runs them.
    pub role: &'a Ident,
    /// The schema in which names without one are made.
    pub schema: Option<Ident>,
    /// The live database: its roles, default privileges and platform schemas.
    pub live: &'a Objects,
    /// What the files say of privileges.
    pub spoken: &'a Spoken,
}

/// The desired schema and how it came about.
pub struct Built {
    /// Its catalog.
    pub objects: Objects,
    /// What running the files had to say.
    pub ran: Ran,
    /// The role that ran them: in a lent database, the one that may connect to it.
    pub role: Ident,
}

impl Shadow {
    /// A sandbox of this major version, or the nearest that is installed.
    ///
    /// # Errors
    /// No server is installed, or it does not start.
    pub async fn sandbox(major: u32) -> Result<Self> {
        let settings = [("max_locks_per_transaction", "1024"), ("max_connections", "20")];
        let options = SandboxOptions {
            major: nearest(major),
            settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            max_connections: 20,
            ..SandboxOptions::default()
        };
        Ok(Shadow::Sandbox(
            Sandbox::start(&options)
                .await
                .map_err(|e| e.fix("install PostgreSQL's server, or name an empty database: --shadow-url postgresql://..."))?,
        ))
    }

    /// For people: `PostgreSQL 15, sandbox`.
    pub fn name(&self, major: u32) -> String {
        match self {
            Shadow::Sandbox(_) => format!("PostgreSQL {major}, sandbox"),
            Shadow::Lent(target) => format!("PostgreSQL {major}, {}", target.summary()),
        }
    }

    async fn session(&self, database: &str) -> Result<Session> {
        let target = match self {
            Shadow::Sandbox(sandbox) => Target::resolve(Some(&sandbox.url(database)), &|_| None)?,
            Shadow::Lent(target) => (**target).clone(),
        };
        Session::for_definitions(&target).await
    }

    /// Runs the files and reads what they make.
    ///
    /// # Errors
    /// A file fails (named with its line), or the lent database is not empty.
    pub async fn build(&self, build: &Build<'_>) -> Result<Built> {
        let mut options = RunOptions { layout: build.layout, schema: build.schema.clone(), lenient: false };
        let mut role = build.role.clone();
        let ran = match self {
            Shadow::Sandbox(sandbox) => {
                options.lenient = self.prepare(sandbox, build).await?;
                let mut connection = as_role(sandbox, DATABASE, build.role).await?;
                let ran = files::run(&mut connection, build.files, &options).await?;
                // a session that is still going could hold what is read next
                connection.close().await.context("cannot end the session that ran the files")?;
                ran
            }
            Shadow::Lent(_) => {
                let mut session = self.session("").await?;
                require_empty(&read::read(&mut session, &|_| {}).await?)?;
                role = own_role(&mut session).await?;
                files::run(session.connection(), build.files, &options).await?
            }
        };
        let mut session = self.session(DATABASE).await?;
        let objects = read::read(&mut session, &|_| {}).await?;
        if let Shadow::Lent(_) = self {
            empty(&mut session, &objects).await?;
        }
        session.close().await;
        Ok(Built { objects, ran, role })
    }

    /// Roles, database, default privileges, platform schemas: what the files find in the live database. Returns whether something of
    /// the platform could not be made.
    async fn prepare(&self, sandbox: &Sandbox, build: &Build<'_>) -> Result<bool> {
        let mut admin = sandbox.connect_options("postgres").connect().await.context("cannot connect to the sandbox")?;
        let mut roles: BTreeSet<&Ident> = build.live.roles.iter().collect();
        roles.extend([build.role, &build.live.owner]);
        let mut sql = String::new();
        for role in roles.iter().filter(|r| r.raw() != "postgres") {
            sql.push_str(&format!("CREATE ROLE {role} NOLOGIN;\n"));
        }
        // who deploys there may do so here; nothing of this is compared
        sql.push_str(&format!("ALTER ROLE {} SUPERUSER LOGIN;\n", build.role));
        send(&mut admin, &sql).await?;
        let owner = &build.live.owner;
        send(&mut admin, &format!("CREATE DATABASE {DATABASE} TEMPLATE template0 OWNER {owner}")).await?;
        admin.close().await.context("cannot leave the sandbox")?;

        let mut connection = sandbox.connect_options(DATABASE).connect().await.context("cannot connect to the sandbox")?;
        if let Some(path) = build.live.search_path_of(build.role) {
            send(&mut connection, &format!("ALTER DATABASE {DATABASE} SET search_path = {path}")).await?;
        }
        let given = platform::given(build.live, build.spoken, build.files);
        let steps = diff::migrate(&build.live.new_database(), &given, &Options { scope: &Scope::WHOLE, allow_data_loss: true });
        let mut lenient = false;
        if !steps.is_empty() {
            send(&mut connection, "SET check_function_bodies = off").await?;
        }
        for step in &steps {
            // an extension that is missing here, and what hangs on it
            lenient |= send(&mut connection, &step.draft.sql).await.is_err();
        }
        connection.close().await.context("cannot leave the sandbox")?;
        Ok(lenient)
    }

    /// The same catalog as this server prints it: made here from the statements that make it.
    ///
    /// # Errors
    /// A statement that this server does not understand.
    pub async fn reprint(&self, objects: &Objects, database: &str, more: &[String]) -> Result<Objects> {
        let mut session = self.copy(objects, database, more).await?;
        let printed = read::read(&mut session, &|_| {}).await?;
        session.close().await;
        Ok(printed)
    }

    /// A session in a new database made from the statements that make these objects, and `more`.
    async fn copy(&self, objects: &Objects, database: &str, more: &[String]) -> Result<Session> {
        let Shadow::Sandbox(sandbox) = self else {
            return Err(Error::new("cannot bring two server versions to one form")
                .because("that needs a sandbox")
                .fix("install PostgreSQL's server here, or use a shadow database of the live server's version"));
        };
        let mut admin = sandbox.connect_options("postgres").connect().await.context("cannot connect to the sandbox")?;
        for role in &objects.roles {
            // most are there already
            let _ = send(&mut admin, &format!("CREATE ROLE {role} NOLOGIN")).await;
        }
        send(&mut admin, &format!("CREATE DATABASE {database} TEMPLATE template0 OWNER {}", objects.owner)).await?;
        admin.close().await.context("cannot leave the sandbox")?;
        let mut connection = sandbox.connect_options(database).connect().await.context("cannot connect to the sandbox")?;
        let steps = diff::migrate(&objects.new_database(), objects, &Options { scope: &Scope::WHOLE, allow_data_loss: true });
        apply(&mut connection, &steps).await?;
        for sql in more {
            send(&mut connection, sql).await?;
        }
        connection.close().await.context("cannot leave the sandbox")?;
        self.session(database).await
    }
}

impl Shadow {
    /// The catalog after each of the files, run one after the other on what `objects` describes.
    ///
    /// # Errors
    /// A statement fails: with file, line and what the server said.
    pub async fn after_each(&self, objects: &Objects, database: &str, files: &[MigrationFile]) -> Result<Vec<Objects>> {
        let mut session = self.copy(objects, database, &[]).await?;
        let options = RunOptions { layout: Some(Layout::Dbharden), ..RunOptions::default() };
        let mut states = Vec::with_capacity(files.len());
        for file in files {
            files::run(session.connection(), std::slice::from_ref(file), &options).await?;
            states.push(read::read(&mut session, &|_| {}).await?);
        }
        session.close().await;
        Ok(states)
    }
}

/// The role of a session.
async fn own_role(session: &mut Session) -> Result<Ident> {
    #[derive(serde::Deserialize)]
    struct Own {
        name: Ident,
    }
    let mut tx = session.transaction(Access::Now).await?;
    let own: Own = tx.fetch_one_json("SELECT current_user::pg_catalog.text AS name", &[]).await?;
    tx.commit().await?;
    Ok(own.name)
}

async fn as_role(sandbox: &Sandbox, database: &str, role: &Ident) -> Result<PgConnection> {
    let options: PgConnectOptions = sandbox.connect_options(database).username(role.raw());
    options.connect().await.context(format!("cannot connect to the sandbox as {role}"))
}

async fn send(connection: &mut PgConnection, sql: &str) -> Result<()> {
    let sent = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await;
    sent.map(|_| ()).map_err(|e| {
        let words: Vec<&str> = sql.split_whitespace().take(8).collect();
        Error::new(format!("the sandbox refused `{} ...`", one_line(&words.join(" ")))).because(one_line(&e.to_string()))
    })
}

/// Runs steps one by one, those of one group in a transaction.
async fn apply(connection: &mut PgConnection, steps: &[Step]) -> Result<()> {
    send(connection, "SET check_function_bodies = off").await?;
    for group in steps.chunk_by(|a, b| a.draft.in_transaction && b.draft.in_transaction) {
        let text: String = group.iter().map(|s| format!("{};\n", s.draft.sql)).collect();
        // one message is one transaction, and fast; statement by statement it tells which one fails
        if group.len() > 1 && send(connection, &text).await.is_ok() {
            continue;
        }
        for step in group {
            send(connection, &step.draft.sql).await?;
        }
    }
    Ok(())
}

fn require_empty(objects: &Objects) -> Result<()> {
    let public = Ident::new("public");
    let Some(first) = objects.all.keys().find(|id| !(id.kind == Kind::Schema && id.name == public)) else { return Ok(()) };
    Err(Error::new("the shadow database is not empty")
        .because(format!("it has {first}{}", if objects.all.len() > 2 { " and more" } else { "" }))
        .fix("name a database that nobody needs, empty it (DROP DATABASE, CREATE DATABASE), and never production"))
}

/// Takes everything out of a lent database again.
async fn empty(session: &mut Session, objects: &Objects) -> Result<()> {
    let steps = diff::migrate(objects, &objects.new_database(), &Options { scope: &Scope::WHOLE, allow_data_loss: true });
    for step in &steps {
        let sent = sqlx::raw_sql(AssertSqlSafe(step.draft.sql.clone())).execute(session.connection()).await;
        sent.map_err(|e| {
            Error::new("cannot empty the shadow database again")
                .because(one_line(&e.to_string()))
                .fix("drop it and create it anew before the next run")
        })?;
    }
    Ok(())
}
