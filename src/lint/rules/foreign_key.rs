//! Foreign keys: checked while writes wait, and not backed by an index.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, ColumnDef, ConstrType, Constraint, RangeVar};

use super::check_constraint::{in_two_steps, validate_later};
use crate::ident::{Ident, constraint_name, ident_list};
use crate::lint::cx::{Command, Cx};
use crate::lint::draft::{Draft, WorkKind};
use crate::lint::name::{Name, index_columns, inners, strings};
use crate::lint::script::Statement;
use crate::lint::table::{Table, leads};
use crate::plan::LockMode;

/// DBL111
const VALIDATED: &str = "foreign-key-validated-under-lock";
/// DBL410
const NO_INDEX: &str = "foreign-key-without-index";

/// ADD FOREIGN KEY, and foreign keys of new columns and tables.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    if let NodeEnum::CreateStmt(create) = cx.node() {
        let Some(table) = create.relation.as_ref().map(Name::of) else { return };
        for node in inners(&create.table_elts) {
            match node {
                NodeEnum::Constraint(c) => unindexed(cx, &table, c, &strings(&c.fk_attrs), found),
                NodeEnum::ColumnDef(column) => of_column(cx, &table, column, found),
                _ => {}
            }
        }
        return;
    }
    let Some((table, commands)) = cx.alters_any() else { return };
    for command in commands {
        match (command.kind(), command.def()) {
            (AlterTableType::AtAddConstraint, Some(NodeEnum::Constraint(c))) if is_foreign(c) => {
                added(cx, &table, command, c, found);
                unindexed(cx, &table, c, &strings(&c.fk_attrs), found);
            }
            (AlterTableType::AtAddColumn, Some(NodeEnum::ColumnDef(column))) => {
                // rows of a column without a default hold NULL: the server knows that it need not look
                let has_default = constraints(column).any(|c| c.contype == ConstrType::ConstrDefault as i32);
                if let Some(c) = constraints(column).find(|c| is_foreign(c)).filter(|_| has_default && !cx.state.is_fresh(&table))
                {
                    of_new_column(cx, &table, column, c, found);
                }
                of_column(cx, &table, column, found);
            }
            _ => {}
        }
    }
}

fn added(cx: &Cx, table: &Name, command: Command, c: &Constraint, found: &mut Vec<Draft>) {
    if c.skip_validation || cx.state.is_fresh(table) {
        return;
    }
    let referenced = c.pktable.as_ref().map(Name::of);
    let columns = strings(&c.fk_attrs);
    let name =
        if c.conname.is_empty() { constraint_name(table.name.raw(), &columns.join("_"), "fkey") } else { c.conname.clone() };
    let to = referenced.as_ref().map_or_else(String::new, |r| format!(" to {r}"));
    let what = format!("foreign key of {table}{to} is added and checked in one step");
    let mut draft = Draft::locked(VALIDATED, table, LockMode::ShareRowExclusive, WorkKind::Scan, what);
    if let Some(referenced) = referenced.filter(|r| r != table) {
        draft = draft.also(&format!("{referenced} is locked in the same way"));
    }
    let partitioned = cx.state.table(table).is_some_and(|t| t.partitioned);
    if partitioned && !cx.version.at_least(18) {
        let sql = format!(
            "-- NOT VALID is refused for partitioned tables before PostgreSQL 18: for each partition\n\
             ALTER TABLE partition ADD CONSTRAINT ... FOREIGN KEY ... NOT VALID;\n\
             ALTER TABLE partition VALIDATE CONSTRAINT ...;\n-- then the parent adopts them without reading rows\n{};",
            cx.text()
        );
        found.push(draft.instead(sql));
        return;
    }
    let edits = validate_later(cx, command, table, &c.conname);
    found.push(draft.at(cx.place_of(&command)).instead(in_two_steps(cx, command, table, &name)).edits(edits));
}

fn of_new_column(cx: &Cx, table: &Name, column: &ColumnDef, c: &Constraint, found: &mut Vec<Draft>) {
    let referenced = c.pktable.as_ref().map_or_else(String::new, |r| format!(" to {}", Name::of(r)));
    let what = format!("column {} of {table} is added with a default and a foreign key{referenced}", column.colname);
    let draft = Draft::locked(VALIDATED, table, LockMode::AccessExclusive, WorkKind::Scan, what);
    let name = constraint_name(table.name.raw(), &column.colname, "fkey");
    let own = Ident::new(column.colname.as_str());
    let sql = c.pktable.as_ref().map(|r| {
        let mut columns = strings(&c.pk_attrs).into_iter().map(Ident::new).collect::<Vec<_>>();
        columns.truncate(1);
        let columns = columns.first().map_or_else(String::new, |c| format!(" ({c})"));
        let name = Ident::new(name.as_str());
        format!(
            "ALTER TABLE {table} ADD COLUMN {own} ...;   -- without REFERENCES\n\
             ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({own}) REFERENCES {}{columns} NOT VALID;\n\
             -- in a transaction of its own\nALTER TABLE {table} VALIDATE CONSTRAINT {name};",
            Name::of(r)
        )
    });
    found.push(draft.at(cx.statement().place(c.location)).instead(sql));
}

fn of_column(cx: &Cx, table: &Name, column: &ColumnDef, found: &mut Vec<Draft>) {
    for c in constraints(column).filter(|c| is_foreign(c)) {
        // UNIQUE or PRIMARY KEY beside it is the index
        let indexed = constraints(column)
            .any(|c| c.contype == ConstrType::ConstrUnique as i32 || c.contype == ConstrType::ConstrPrimary as i32);
        if !indexed {
            unindexed(cx, table, c, std::slice::from_ref(&column.colname), found);
        }
    }
}

/// No index of the file, of a file before or of the database serves the key.
fn unindexed(cx: &Cx, table: &Name, c: &Constraint, columns: &[String], found: &mut Vec<Draft>) {
    if !is_foreign(c) || columns.is_empty() {
        return;
    }
    let created = matches!(cx.node(), NodeEnum::CreateStmt(_));
    // of a table that no file tells whole, other indexes may be there
    let known = created || cx.state.table(table).is_some_and(|t| t.whole);
    let there = cx.state.table(table).is_some_and(|t| t.has_index_on(columns));
    if !known || there || std::iter::once(cx.statement()).chain(cx.after()).any(|s| indexes(cx, s, table, columns)) {
        return;
    }
    let quoted: Vec<Ident> = columns.iter().map(|c| Ident::new(c.as_str())).collect();
    let list = ident_list(&quoted);
    let referenced = c.pktable.as_ref().map_or_else(|| "the referenced table".to_owned(), |r| Name::of(r).to_string());
    let concurrently = if created || cx.state.is_fresh(table) { "" } else { " CONCURRENTLY" };
    let draft = Draft::new(
        NO_INDEX,
        table,
        format!("foreign key ({list}) of {table} has no index"),
        format!("each DELETE or change of a key in {referenced} reads all of {table}"),
    );
    let sql = format!("CREATE INDEX{concurrently} ON {table} ({list});");
    found.push(draft.at(cx.statement().place(c.location)).instead(sql));
}

/// Whether a statement makes an index of the table that begins with the columns.
fn indexes(cx: &Cx, statement: &Statement, table: &Name, columns: &[String]) -> bool {
    let is_it = |r: &Option<RangeVar>| r.as_ref().is_some_and(|r| cx.state.key(&Name::of(r)) == cx.state.key(table));
    match &statement.node {
        NodeEnum::IndexStmt(i) => is_it(&i.relation) && i.where_clause.is_none() && leads(&index_columns(i), columns),
        NodeEnum::CreateStmt(create) if is_it(&create.relation) => {
            let mut own = Table::default();
            for node in inners(&create.table_elts) {
                match node {
                    NodeEnum::ColumnDef(column) => own.add_column(column),
                    NodeEnum::Constraint(c) => own.add_constraint(c),
                    _ => {}
                }
            }
            own.has_index_on(columns)
        }
        NodeEnum::AlterTableStmt(alter) if is_it(&alter.relation) => inners(&alter.cmds).any(|cmd| match cmd {
            NodeEnum::AlterTableCmd(cmd) => match cmd.def.as_ref().and_then(|d| d.node.as_ref()) {
                Some(NodeEnum::Constraint(c)) => leads(&strings(&c.keys), columns),
                _ => false,
            },
            _ => false,
        }),
        _ => false,
    }
}

fn is_foreign(c: &Constraint) -> bool {
    c.contype == ConstrType::ConstrForeign as i32
}

fn constraints(column: &ColumnDef) -> impl Iterator<Item = &Constraint> {
    inners(&column.constraints).filter_map(|n| match n {
        NodeEnum::Constraint(c) => Some(&**c),
        _ => None,
    })
}
