//! Names that running applications still use.

use pg_query::NodeEnum;
use pg_query::protobuf::ObjectType;

use crate::ident::Ident;
use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, in_comment};
use crate::lint::lock::is_table;
use crate::lint::name::Name;

/// DBL206
const COLUMN: &str = "column-renamed";
/// DBL207
const TABLE: &str = "table-renamed";

/// Why.
const FAILS: &str = "an application that runs meanwhile names the old one and fails";

/// `RENAME COLUMN`, `RENAME TO`.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    let NodeEnum::RenameStmt(rename) = cx.node() else { return };
    if rename.rename_type == ObjectType::ObjectSchema as i32 {
        let (old, new) = (Ident::new(rename.subname.as_str()), Ident::new(rename.newname.as_str()));
        let what = format!("schema {old} is renamed to {new}, and so is every table in it");
        found.push(Draft::new(TABLE, &old, what, FAILS));
        return;
    }
    let Some(table) = rename.relation.as_ref().map(Name::of) else { return };
    if cx.state.is_fresh(&table) {
        return;
    }
    let new = Ident::new(rename.newname.as_str());
    match ObjectType::try_from(rename.rename_type) {
        Ok(ObjectType::ObjectColumn) if is_table(rename.relation_type) => {
            let old = Ident::new(rename.subname.as_str());
            let draft =
                Draft::new(COLUMN, format!("{table}.{old}"), format!("column {old} of {table} is renamed to {new}"), FAILS);
            found.push(draft.instead(format!(
                "-- add {0}, write to both, fill the old rows in batches, read from {0}, then drop {1}\n\
                 ALTER TABLE {table} ADD COLUMN {new} {2};",
                in_comment(&new),
                in_comment(&old),
                cx.state.table(&table).and_then(|t| t.columns.get(old.raw())).map_or("...".to_owned(), |c| c.of.to_string())
            )));
        }
        Ok(ObjectType::ObjectTable) => {
            let draft = Draft::new(TABLE, &table, format!("table {table} is renamed to {new}"), FAILS);
            let renamed = table.beside(new.raw());
            found.push(draft.instead(format!(
                "BEGIN;\n{};\n-- the old name goes on until no application uses it: reads and writes pass through\n\
                 CREATE VIEW {table} AS SELECT * FROM {renamed};\nCOMMIT;",
                cx.text()
            )));
        }
        _ => {}
    }
}
