//! Statements that write a whole table anew and say so.

use pg_query::NodeEnum;
use pg_query::protobuf::AlterTableType;

use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, WorkKind, in_comment};
use crate::lint::name::{Name, inners};
use crate::plan::LockMode;

/// DBL123
const LOGGING: &str = "logging-change-rewrites-table";
/// DBL124
const MOVED: &str = "table-moved-under-lock";
/// DBL125
const COMPACTED: &str = "table-compacted-under-lock";

/// SET LOGGED, SET TABLESPACE, VACUUM FULL and their like.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    match cx.node() {
        NodeEnum::ClusterStmt(cluster) => {
            let table = cluster.relation.as_ref().map(Name::of);
            compacted(cx, "CLUSTER", table, found);
        }
        NodeEnum::VacuumStmt(vacuum) if vacuum.is_vacuumcmd => {
            let full = inners(&vacuum.options).any(|o| matches!(o, NodeEnum::DefElem(d) if d.defname == "full" && !is_off(d)));
            if !full {
                return;
            }
            let tables: Vec<Name> = inners(&vacuum.rels)
                .filter_map(|r| match r {
                    NodeEnum::VacuumRelation(v) => v.relation.as_ref().map(Name::of),
                    _ => None,
                })
                .collect();
            if tables.is_empty() {
                compacted(cx, "VACUUM FULL", None, found);
            }
            tables.into_iter().for_each(|t| compacted(cx, "VACUUM FULL", Some(t), found));
        }
        NodeEnum::AlterTableStmt(_) => altered(cx, found),
        NodeEnum::AlterTableMoveAllStmt(all) => {
            let space = crate::ident::Ident::new(all.orig_tablespacename.as_str());
            found.push(Draft::new(
                MOVED,
                &space,
                format!("all tables of tablespace {space} are moved"),
                "table after table is copied under ACCESS EXCLUSIVE, and all locks are kept until the end",
            ));
        }
        _ => {}
    }
}

fn altered(cx: &Cx, found: &mut Vec<Draft>) {
    let Some((table, commands)) = cx.alters() else { return };
    for command in commands {
        let (rule, what) = match command.kind() {
            AlterTableType::AtSetLogged => (LOGGING, format!("{table} is set LOGGED")),
            AlterTableType::AtSetUnLogged => (LOGGING, format!("{table} is set UNLOGGED")),
            AlterTableType::AtSetAccessMethod => (MOVED, format!("{table} is given another access method")),
            AlterTableType::AtSetTableSpace => (MOVED, format!("{table} is moved to another tablespace")),
            _ => continue,
        };
        // of a partitioned table only the catalog changes
        if cx.state.table(&table).is_some_and(|t| t.partitioned) {
            continue;
        }
        let mut draft = Draft::locked(rule, &table, LockMode::AccessExclusive, WorkKind::Rewrite, what);
        if command.kind() == AlterTableType::AtSetUnLogged {
            draft = draft.also("a crash then empties the table, and replicas do not have its rows");
        }
        if rule == MOVED {
            draft = draft.instead(Some(format!(
                "-- pg_repack copies it while it is in use:\n-- pg_repack --table={} --tablespace=...\n\
                 -- or make a new table there, copy in batches, and rename",
                in_comment(&table)
            )));
        }
        found.push(draft.at(cx.place_of(&command)));
    }
}

fn compacted(cx: &Cx, what: &str, table: Option<Name>, found: &mut Vec<Draft>) {
    match table {
        Some(table) if cx.state.is_fresh(&table) => {}
        Some(table) => {
            let message = format!("{what} of {table}");
            let draft = Draft::locked(COMPACTED, &table, LockMode::AccessExclusive, WorkKind::Rewrite, message);
            let sql = format!("-- while it is in use, outside of SQL:\n-- pg_repack --table={}", in_comment(&table));
            found.push(draft.instead(sql));
        }
        None => found.push(Draft::new(
            COMPACTED,
            "database",
            format!("{what} of every table"),
            "table after table is written anew while nobody can read or write it",
        )),
    }
}

fn is_off(option: &pg_query::protobuf::DefElem) -> bool {
    match option.arg.as_ref().and_then(|a| a.node.as_ref()) {
        Some(NodeEnum::String(s)) => matches!(s.sval.as_str(), "false" | "off" | "0"),
        Some(NodeEnum::Integer(i)) => i.ival == 0,
        Some(NodeEnum::Boolean(b)) => !b.boolval,
        _ => false,
    }
}
