//! CHECK constraints added and checked in one step.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, ConstrType};

use crate::ident::{Ident, constraint_name};
use crate::lint::cx::{Command, Cx};
use crate::lint::draft::{Draft, Edit, WorkKind};
use crate::lint::name::{Name, inners};
use crate::plan::LockMode;

/// DBL110
const VALIDATED: &str = "check-validated-under-lock";

/// ADD CHECK without NOT VALID, also on a new column.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    let Some((table, commands)) = cx.alters() else { return };
    for command in commands {
        match (command.kind(), command.def()) {
            (AlterTableType::AtAddConstraint, Some(NodeEnum::Constraint(c)))
                if c.contype == ConstrType::ConstrCheck as i32 && !c.skip_validation =>
            {
                let name = if c.conname.is_empty() { constraint_name(table.name.raw(), "", "check") } else { c.conname.clone() };
                let what = format!("check {} of {table} is added and checked in one step", Ident::new(name.as_str()));
                let draft = Draft::locked(VALIDATED, &table, LockMode::AccessExclusive, WorkKind::Scan, what);
                let edits = validate_later(cx, command, &table, &c.conname);
                found.push(draft.at(cx.place_of(&command)).instead(in_two_steps(cx, command, &table, &name)).edits(edits));
            }
            (AlterTableType::AtAddColumn, Some(NodeEnum::ColumnDef(column))) => {
                let check = inners(&column.constraints).find_map(|n| match n {
                    NodeEnum::Constraint(c) if c.contype == ConstrType::ConstrCheck as i32 => Some(c),
                    _ => None,
                });
                let Some(check) = check else { continue };
                let own = Ident::new(column.colname.as_str());
                let name = Ident::new(constraint_name(table.name.raw(), &column.colname, "check"));
                let what = format!("column {own} of {table} is added with a CHECK, which every row is read for");
                let sql = command.alone(without_check).map(|add| {
                    format!(
                        "{add};\nALTER TABLE {table} ADD CONSTRAINT {name} CHECK (...) NOT VALID;\n\
                         -- in a transaction of its own\nALTER TABLE {table} VALIDATE CONSTRAINT {name};"
                    )
                });
                let draft = Draft::locked(VALIDATED, &table, LockMode::AccessExclusive, WorkKind::Scan, what);
                found.push(draft.at(cx.statement().place(check.location)).instead(sql));
            }
            _ => {}
        }
    }
}

fn without_check(cmd: &mut pg_query::protobuf::AlterTableCmd) {
    if let Some(NodeEnum::ColumnDef(column)) = cmd.def.as_mut().and_then(|d| d.node.as_mut()) {
        column
            .constraints
            .retain(|c| !matches!(&c.node, Some(NodeEnum::Constraint(c)) if c.contype == ConstrType::ConstrCheck as i32));
    }
}

/// `ADD CONSTRAINT ... NOT VALID`, then `VALIDATE CONSTRAINT`.
pub(super) fn in_two_steps(cx: &Cx, command: Command, table: &Name, name: &str) -> Option<String> {
    let add = command.alone(|cmd| {
        if let Some(NodeEnum::Constraint(c)) = cmd.def.as_mut().and_then(|d| d.node.as_mut()) {
            (c.skip_validation, c.initially_valid) = (true, false);
            name.clone_into(&mut c.conname);
        }
    })?;
    let apart =
        if cx.in_transaction() { "in a later file, which is a transaction of its own" } else { "in a transaction of its own" };
    Some(format!("{add};\n-- {apart}\nALTER TABLE {table} VALIDATE CONSTRAINT {};", Ident::new(name)))
}

/// The same as changes of the file, where the statement has no other command and is known to run alone.
pub(super) fn validate_later(cx: &Cx, command: Command, table: &Name, name: &str) -> Vec<Edit> {
    let alone = cx.script.in_transaction == Some(false) && !cx.in_transaction() && cx.can_be_edited();
    if !alone || !command.is_alone() || name.is_empty() {
        return Vec::new();
    }
    let text = format!(" NOT VALID;\nALTER TABLE {table} VALIDATE CONSTRAINT {}", Ident::new(name));
    vec![Edit::insert(cx.statement().span.end, text)]
}
