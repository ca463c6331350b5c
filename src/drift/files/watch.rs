//! Somebody who looks on while files run: at each statement, before its transaction ends.

use std::pin::Pin;

use sqlx::{PgConnection, Row};

use crate::error::{Context, Result};
use crate::ident::QualifiedName;
use crate::migration::MigrationFile;
use crate::migration::script::{Failure, Piece};

/// A future of a trait object.
pub type Eventually<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// The sending of a statement.
pub type Sending<'a> = Eventually<'a, std::result::Result<(), Failure>>;

/// How a statement runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// In a transaction that the one who looks on has for this statement alone.
    Own,
    /// In a transaction with those around it.
    Inside,
    /// Outside of transactions: CONCURRENTLY, VACUUM.
    Alone,
    /// It changes the session or the transaction, no relation.
    Session,
}

/// Looks on.
pub trait Watch: Send {
    /// A file begins; its statements and the relations that are there.
    fn begin(&mut self, file: &MigrationFile, pieces: &[Piece], relations: Vec<Relation>);

    /// Awaits `sending` and looks at what the session then holds.
    ///
    /// # Errors
    /// The observing session broke.
    fn around<'a>(
        &'a mut self,
        piece: &'a Piece,
        how: How,
        sending: Sending<'a>,
    ) -> Eventually<'a, Result<std::result::Result<(), Failure>>>;

    /// The statement ran: the relations as its own session sees them.
    ///
    /// # Errors
    /// What is seen cannot be understood.
    fn after(&mut self, piece: &Piece, how: How, relations: Vec<Relation>) -> Result<()>;
}

/// What others may use, with its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// `pg_class.oid`.
    pub oid: i64,
    /// Schema and name.
    pub name: QualifiedName,
    /// `relkind`.
    pub kind: char,
    /// `relfilenode`; 0 = it has none.
    pub file: i64,
    /// Of an index: its table.
    pub table: Option<i64>,
}

impl Relation {
    /// All that are no system catalogs, as this session sees them.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn all(connection: &mut PgConnection) -> Result<Vec<Self>> {
        let sql = "SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text, c.relfilenode::int8, i.indrelid::int8 \
                   FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                   LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid \
                   WHERE c.oid >= 16384 AND c.relpersistence <> 't' AND n.nspname <> 'pg_toast' AND c.relkind IN ('r','p','m','v','f','S','i','I')";
        let failed = "cannot look into the sandbox";
        let rows = sqlx::query(sql).persistent(false).fetch_all(connection).await.context(failed)?;
        let one = |row: &sqlx::postgres::PgRow| -> std::result::Result<Self, sqlx::Error> {
            Ok(Self {
                oid: row.try_get(0)?,
                name: QualifiedName::new(row.try_get::<String, _>(1)?, row.try_get::<String, _>(2)?),
                kind: row.try_get::<String, _>(3)?.chars().next().unwrap_or(' '),
                file: row.try_get(4)?,
                table: row.try_get(5)?,
            })
        };
        rows.iter().map(one).collect::<std::result::Result<_, _>>().context(failed)
    }
}
