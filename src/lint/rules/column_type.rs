//! Types of columns changed so that the table is written anew.

use pg_query::NodeEnum;
use pg_query::protobuf::AlterTableType;

use crate::ident::Ident;
use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, WorkKind, in_comment};
use crate::lint::types::Type;
use crate::plan::LockMode;

/// DBL120
const REWRITES: &str = "type-change-rewrites-table";

/// `ALTER COLUMN ... TYPE`
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    let Some((table, commands)) = cx.alters() else { return };
    for command in commands.filter(|c| c.kind() == AlterTableType::AtAlterColumnType) {
        let Some(NodeEnum::ColumnDef(def)) = command.def() else { continue };
        let Some(written) = &def.type_name else { continue };
        let new = Type::of(written);
        let old = cx.state.table(&table).and_then(|t| t.columns.get(&command.cmd.name)).map(|c| &c.of);
        let plain = def.raw_default.as_ref().and_then(|n| n.node.as_ref()).is_none_or(is_plain);
        if plain && old.is_some_and(|o| o.becomes_for_free(&new)) {
            continue;
        }
        let column = Ident::new(command.cmd.name.as_str());
        let from = old.map_or_else(String::new, |o| format!(" from {o}"));
        let what = format!("type of {column} of {table} is changed{from} to {new}");
        let mut draft = Draft::locked(REWRITES, &table, LockMode::AccessExclusive, WorkKind::Rewrite, what);
        if old.is_none() {
            draft = draft.also("unless the values are stored alike, as from varchar(20) to text");
        }
        let shadow = Ident::new(format!("{}_new", column.raw()));
        let sql = format!(
            "ALTER TABLE {table} ADD COLUMN {shadow} {new};\n\
             -- write to both columns (a trigger, or the application), then fill the old rows in batches:\n\
             -- {};\n\
             -- and, when nobody reads the old one any more, in one transaction:\n\
             ALTER TABLE {table} DROP COLUMN {column};\nALTER TABLE {table} RENAME COLUMN {shadow} TO {column};",
            in_comment(format!("UPDATE {table} SET {shadow} = {column} WHERE {shadow} IS NULL AND id BETWEEN ... AND ..."))
        );
        found.push(draft.at(cx.place_of(&command)).instead(sql));
    }
}

/// Whether USING is the column itself, cast or not.
fn is_plain(using: &NodeEnum) -> bool {
    match using {
        NodeEnum::ColumnRef(_) => true,
        NodeEnum::TypeCast(cast) => cast.arg.as_ref().and_then(|a| a.node.as_ref()).is_some_and(is_plain),
        _ => false,
    }
}
