//! Publications: `pg_publication` with its tables and schemas.

use serde::{Deserialize, Serialize};

use super::{Parsed, Reading, plain};
use crate::error::Result;
use crate::ident::{Ident, QualifiedName};
use crate::snapshot::Oid;
use crate::snapshot::objects::read::parse as row_as;
use crate::snapshot::objects::settled::settled;
use crate::snapshot::objects::{Id, Kind, Need};

/// A publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Publication {
    /// `FOR ALL TABLES`.
    pub all_tables: bool,
    /// `FOR TABLE`, by name.
    pub tables: Vec<PublishedTable>,
    /// `FOR TABLES IN SCHEMA` (15+), by name.
    #[serde(default)]
    pub schemas: Vec<Ident>,
    /// `insert`, `update`, `delete`, `truncate`.
    pub publish: Vec<String>,
    /// `publish_via_partition_root`.
    pub publish_via_partition_root: bool,
    /// `publish_generated_columns = stored` (18+).
    #[serde(default)]
    pub publish_generated_columns: bool,
}

/// A table of a publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishedTable {
    /// The table.
    #[serde(flatten)]
    pub table: QualifiedName,
    /// Columns (15+); `None` = all.
    #[serde(default)]
    pub columns: Option<Vec<Ident>>,
    /// Row filter (15+).
    #[serde(default, rename = "where")]
    pub filter: Option<String>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_publication",
    sql: &[(13, include_str!("../sql/publications_pg13.sql")), (15, include_str!("../sql/publications.sql"))],
    list: Some(include_str!("../sql/publication_list.sql")),
    parse,
};

fn parse(row: &str) -> Result<Parsed> {
    #[derive(Deserialize)]
    struct Row {
        generated_columns: Option<char>,
        tables: Vec<Table>,
        #[serde(default)]
        schemas: Vec<Ident>,
    }
    #[derive(Deserialize)]
    struct Table {
        entry: Oid,
        #[serde(flatten)]
        name: QualifiedName,
    }
    let mut parsed = plain::<Publication>(Kind::Publication, row)?;
    let own: Row = row_as(row)?;
    if let crate::snapshot::objects::Body::Publication(publication) = &mut parsed.object.body {
        for table in &mut publication.tables {
            table.filter = table.filter.take().map(settled);
        }
        publication.publish_generated_columns = own.generated_columns == Some('s');
    }
    // pg_depend holds tables and schemas as things that take their entry along
    let table = |t: &Table| Id::new(Kind::Table, &t.name.schema, &t.name.name);
    let needs = own.tables.iter().map(table).chain(own.schemas.iter().map(|s| Id::global(Kind::Schema, s)));
    parsed.object.needs = needs.map(|id| Need { id, column: None, own_column: None }).collect();
    parsed.aliases = own.tables.iter().map(|t| ("pg_publication_rel", t.entry)).collect();
    Ok(parsed)
}
