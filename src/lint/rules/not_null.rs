//! SET NOT NULL that reads every row.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, ConstrType};

use crate::ident::{Ident, constraint_name};
use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, WorkKind};
use crate::lint::name::{Name, strings};
use crate::plan::LockMode;

/// DBL115
const SCANNED: &str = "not-null-scanned-under-lock";

/// `ALTER COLUMN ... SET NOT NULL`, and `ADD NOT NULL` of 18.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    let Some((table, commands)) = cx.alters() else { return };
    for command in commands {
        let columns = match (command.kind(), command.def()) {
            (AlterTableType::AtSetNotNull, _) => vec![command.cmd.name.clone()],
            (AlterTableType::AtAddConstraint, Some(NodeEnum::Constraint(c)))
                if c.contype == ConstrType::ConstrNotnull as i32 && !c.skip_validation =>
            {
                strings(&c.keys)
            }
            _ => continue,
        };
        for column in columns {
            // since 12 a check that says the same saves the reading
            let known = cx.state.table(&table).is_some_and(|t| t.has_no_null(&column) && cx.version.at_least(12));
            if !known {
                found.push(draft(cx, &table, &column).at(cx.place_of(&command)));
            }
        }
    }
}

fn draft(cx: &Cx, table: &Name, column: &str) -> Draft {
    let name = Ident::new(constraint_name(table.name.raw(), column, "not_null"));
    let column = Ident::new(column);
    let apart =
        if cx.in_transaction() { "in a later file, which is a transaction of its own" } else { "in a transaction of its own" };
    let sql = if cx.version.at_least(18) {
        format!(
            "ALTER TABLE {table} ADD CONSTRAINT {name} NOT NULL {column} NOT VALID;\n-- {apart}\n\
             ALTER TABLE {table} VALIDATE CONSTRAINT {name};"
        )
    } else {
        format!(
            "ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID;\n-- {apart}\n\
             ALTER TABLE {table} VALIDATE CONSTRAINT {name};\nALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;\n\
             ALTER TABLE {table} DROP CONSTRAINT {name};"
        )
    };
    let what = format!("{column} of {table} is set NOT NULL with no validated check that says the same");
    Draft::locked(SCANNED, table, LockMode::AccessExclusive, WorkKind::Scan, what).instead(sql)
}
