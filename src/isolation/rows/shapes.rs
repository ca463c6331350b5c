//! What is known of the types of columns, and which texts the server accepts for them.

use std::collections::BTreeMap;

use super::values::Shape;
use crate::error::Result;
use crate::ident::literal;
use crate::isolation::stage::Stage;
use crate::snapshot::{Catalog, Column, Oid};

/// Types, and the texts that were tried on them.
#[derive(Default)]
pub(super) struct Shapes {
    attributes: BTreeMap<Oid, usize>,
    accepted: BTreeMap<(String, String), bool>,
}

impl Shapes {
    /// Asks how many attributes composites have.
    pub(super) async fn read(stage: &mut Stage) -> Result<Self> {
        let sql = "SELECT t.oid, count(*) FROM pg_catalog.pg_type t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid \
                   WHERE t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped GROUP BY 1";
        let mut attributes = BTreeMap::new();
        for row in stage.try_out(sql).await.unwrap_or_default() {
            use sqlx::Row;
            if let (Ok(oid), Ok(count)) = (row.try_get_unchecked::<String, _>(0), row.try_get_unchecked::<String, _>(1)) {
                attributes.insert(oid.parse().unwrap_or(0), count.parse().unwrap_or(0));
            }
        }
        Ok(Self { attributes, accepted: BTreeMap::new() })
    }

    /// The shape of a column's type.
    pub(super) fn of(&self, column: &Column, catalog: &Catalog) -> Shape {
        let base = catalog.base_type(column.type_oid);
        Shape {
            name: column.type_name.clone(),
            base: base.map(|t| t.name.name.raw().to_owned()).unwrap_or_default(),
            labels: base.map(|t| t.labels.clone()).unwrap_or_default(),
            kind: base.map_or('b', |t| t.kind),
            array: base.is_some_and(|t| t.element.is_some() && t.category == 'A'),
            attributes: base.and_then(|t| self.attributes.get(&t.oid)).copied().unwrap_or(0),
        }
    }

    /// Those of the texts that the type accepts, `most` of them.
    pub(super) async fn accepted(&mut self, stage: &mut Stage, shape: &Shape, texts: Vec<String>, most: usize) -> Vec<String> {
        let mut kept = Vec::new();
        for text in texts {
            if kept.len() == most {
                break;
            }
            let key = (shape.name.clone(), text.clone());
            let ok = match self.accepted.get(&key) {
                Some(ok) => *ok,
                None => {
                    let ok = stage.try_out(&format!("SELECT {}::{}", literal(&text), shape.name)).await.is_ok();
                    self.accepted.insert(key, ok);
                    ok
                }
            };
            if ok {
                kept.push(text);
            }
        }
        kept
    }
}
