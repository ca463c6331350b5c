//! What is dropped or emptied while the application may still use it.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, DropBehavior, ObjectType};

use crate::ident::Ident;
use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, in_comment};
use crate::lint::name::{Name, inners};

/// DBL201
const COLUMN: &str = "column-dropped";
/// DBL202
const TABLE: &str = "table-dropped";
/// DBL203
const DATABASE: &str = "database-dropped";
/// DBL204
const NOT_NULL: &str = "not-null-dropped";
/// DBL205
const TRUNCATED: &str = "truncate-cascades";
/// DBL209
const RECREATED: &str = "table-recreated";

/// DROP, TRUNCATE, and the commands of ALTER TABLE that take something away.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    match cx.node() {
        NodeEnum::DropdbStmt(drop) => {
            let name = Ident::new(drop.dbname.as_str());
            found.push(lost(DATABASE, &name, format!("database {name} is dropped")));
        }
        NodeEnum::DropStmt(drop) if drop.remove_type == ObjectType::ObjectTable as i32 => {
            for table in inners(&drop.objects).filter_map(Name::of_object) {
                if !cx.state.is_fresh(&table) {
                    dropped(cx, &table, found);
                }
            }
        }
        NodeEnum::DropStmt(drop)
            if drop.remove_type == ObjectType::ObjectSchema as i32 && drop.behavior == DropBehavior::DropCascade as i32 =>
        {
            for schema in inners(&drop.objects).filter_map(Name::of_object) {
                found.push(lost(DATABASE, &schema, format!("schema {schema} is dropped with all that is in it")));
            }
        }
        NodeEnum::TruncateStmt(truncate) if truncate.behavior == DropBehavior::DropCascade as i32 => {
            let tables: Vec<String> = inners(&truncate.relations)
                .filter_map(|r| match r {
                    NodeEnum::RangeVar(r) => Some(Name::of(r).to_string()),
                    _ => None,
                })
                .collect();
            let list = tables.join(", ");
            let draft = Draft::new(
                TRUNCATED,
                &list,
                format!("TRUNCATE {list} CASCADE"),
                "every table with a foreign key to it is emptied as well, and every table with one to those",
            );
            found.push(draft.instead(format!("TRUNCATE {list};   -- and by name those that are meant")));
        }
        NodeEnum::AlterTableStmt(_) => altered(cx, found),
        _ => {}
    }
}

fn altered(cx: &Cx, found: &mut Vec<Draft>) {
    let Some((table, commands)) = cx.alters() else { return };
    for command in commands {
        let column = Ident::new(command.cmd.name.as_str());
        match command.kind() {
            AlterTableType::AtDropColumn => {
                let draft = Draft::new(
                    COLUMN,
                    format!("{table}.{column}"),
                    format!("column {column} of {table} is dropped"),
                    "its values are gone, and an application that still names it fails",
                );
                found.push(draft.at(cx.place_of(&command)).instead(format!(
                    "-- first deploy an application that does not name {}, then\n{};",
                    in_comment(&column),
                    command.alone(|_| ()).unwrap_or_default()
                )));
            }
            AlterTableType::AtDropNotNull => {
                let draft = Draft::new(
                    NOT_NULL,
                    format!("{table}.{column}"),
                    format!("{column} of {table} may hold NULL from now on"),
                    "an application that was written without NULL in mind meets it",
                );
                found.push(draft.at(cx.place_of(&command)));
            }
            _ => {}
        }
    }
}

fn dropped(cx: &Cx, table: &Name, found: &mut Vec<Draft>) {
    let key = cx.state.key(table);
    let again = cx.after().iter().any(|s| match &s.node {
        NodeEnum::CreateStmt(c) => c.relation.as_ref().is_some_and(|r| cx.state.key(&Name::of(r)) == key),
        _ => false,
    });
    if again {
        let draft = Draft::new(
            RECREATED,
            table,
            format!("{table} is dropped and created anew"),
            "all rows are gone, on each database that the file runs on",
        );
        found.push(draft.instead(format!("-- leave the DROP out, or change {} by ALTER TABLE", in_comment(table))));
        return;
    }
    let draft = lost(TABLE, table, format!("table {table} is dropped"));
    let aside = Ident::new(crate::ident::short_name(table.name.raw(), "_dropped").raw());
    found.push(draft.instead(format!(
        "-- put it aside first, and drop it when nobody has missed it:\nALTER TABLE {table} RENAME TO {aside};"
    )));
}

fn lost(rule: &'static str, object: &impl std::fmt::Display, message: String) -> Draft {
    Draft::new(rule, object, message, "its rows are gone, and an application that still names it fails")
}
