//! Columns added so that the table is written anew, or so that the statement fails.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, ColumnDef, ConstrType, Constraint};

use crate::ident::Ident;
use crate::lint::cx::{Command, Cx};
use crate::lint::draft::{Draft, WorkKind, in_comment};
use crate::lint::name::{Name, inners, strings};
use crate::lint::table::is_serial;
use crate::lint::types::Type;
use crate::plan::LockMode;
use crate::query::nodes::children;

/// DBL121
const VOLATILE: &str = "volatile-default-rewrites-table";
/// DBL122
const STORED: &str = "computed-column-rewrites-table";
/// DBL208
const REQUIRED: &str = "required-column-added";

/// Functions of the system that give one value for a statement or always the same: such a default is stored once.
#[rustfmt::skip]
const STABLE: [&str; 95] = [
    "abs", "age", "array_append", "array_cat", "array_fill", "array_length", "btrim", "cardinality", "ceil", "ceiling",
    "char_length", "concat", "concat_ws", "convert_from", "convert_to", "current_database", "current_schema",
    "current_schemas", "current_setting", "current_user", "date_bin", "date_part", "date_trunc", "daterange", "decode",
    "encode", "extract", "floor", "format", "initcap", "int4range", "int8range", "json_build_array", "json_build_object",
    "json_object", "jsonb_build_array", "jsonb_build_object", "jsonb_object", "jsonb_set", "justify_interval", "left",
    "length", "lower", "lpad", "ltrim", "make_date", "make_interval", "make_time", "make_timestamp", "make_timestamptz", "md5",
    "mod", "now", "numrange", "octet_length", "overlay", "pg_typeof", "position", "power", "quote_ident", "quote_literal",
    "regexp_replace", "repeat", "replace", "reverse", "right", "round", "row_to_json", "rpad", "rtrim", "session_user",
    "setweight", "sha256", "sha512", "sign", "split_part", "sqrt", "statement_timestamp", "substr", "substring", "timezone",
    "to_char", "to_date", "to_json", "to_jsonb", "to_number", "to_timestamp", "to_tsvector", "transaction_timestamp", "trim",
    "trunc", "tsrange", "tstzrange", "txid_current", "upper",
];

/// ADD COLUMN.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    let Some((table, commands)) = cx.alters() else { return };
    for command in commands.filter(|c| c.kind() == AlterTableType::AtAddColumn) {
        if let Some(NodeEnum::ColumnDef(column)) = command.def() {
            default(cx, &table, command, column, found);
            computed(cx, &table, command, column, found);
            required(cx, &table, command, column, found);
        }
    }
}

fn default(cx: &Cx, table: &Name, command: Command, column: &ColumnDef, found: &mut Vec<Draft>) {
    let Some(c) = constraint(column, ConstrType::ConstrDefault) else { return };
    let Some(value) = c.raw_expr.as_ref().and_then(|e| e.node.as_ref()) else { return };
    let own = Ident::new(column.colname.as_str());
    let why = match volatile(value) {
        Some(function) => format!("calls {function}(), which gives each row a value of its own"),
        None if !cx.version.at_least(11) => "is stored in each row before PostgreSQL 11".to_owned(),
        None => return,
    };
    let what = format!("{own} is added to {table} with a default that {why}");
    let draft = Draft::locked(VOLATILE, table, LockMode::AccessExclusive, WorkKind::Rewrite, what);
    let value = crate::lint::cx::deparse(NodeEnum::SelectStmt(Box::new(select(value)))).unwrap_or_default();
    let value = value.strip_prefix("SELECT ").unwrap_or("...");
    let not_null = constraint(column, ConstrType::ConstrNotnull).is_some();
    let add = command.alone(|cmd| without(cmd, &[ConstrType::ConstrDefault, ConstrType::ConstrNotnull]));
    let sql = add.map(|add| {
        let last = if not_null { "\n-- then NOT NULL, by a check that is validated first" } else { "" };
        format!(
            "{add};\nALTER TABLE {table} ALTER COLUMN {own} SET DEFAULT {value};\n\
             -- fill the old rows in batches:\n-- {};{last}",
            in_comment(format!("UPDATE {table} SET {own} = {value} WHERE {own} IS NULL AND id BETWEEN ... AND ..."))
        )
    });
    found.push(draft.at(cx.statement().place(c.location)).instead(sql));
}

fn computed(cx: &Cx, table: &Name, command: Command, column: &ColumnDef, found: &mut Vec<Draft>) {
    let own = Ident::new(column.colname.as_str());
    let of = column.type_name.as_ref().map(Type::of);
    let generated = constraint(column, ConstrType::ConstrGenerated);
    let kind = match () {
        () if is_serial(column) => "a serial",
        () if constraint(column, ConstrType::ConstrIdentity).is_some() => "an identity column",
        // virtual ones, of 18, are computed when they are read
        () if generated.is_some_and(|c| c.generated_kind != "v") => "a stored generated column",
        () if of.as_ref().is_some_and(|t| cx.state.is_checked_domain(t)) => "a column of a domain with constraints",
        () => return,
    };
    let what = format!("{own} is added to {table} as {kind}");
    let draft = Draft::locked(STORED, table, LockMode::AccessExclusive, WorkKind::Rewrite, what);
    let sql = match (kind, of) {
        ("a serial" | "an identity column", Some(of)) => {
            let sequence = table.beside(&crate::ident::constraint_name(table.name.raw(), &column.colname, "seq"));
            let literal = crate::ident::literal(&sequence.to_string());
            Some(format!(
                "CREATE SEQUENCE {sequence};\nALTER TABLE {table} ADD COLUMN {own} {of};\n\
                 ALTER TABLE {table} ALTER COLUMN {own} SET DEFAULT nextval({literal});\n\
                 ALTER SEQUENCE {sequence} OWNED BY {table}.{own};\n\
                 -- fill the old rows in batches:\n-- {};",
                in_comment(format!("UPDATE {table} SET {own} = nextval({literal}) WHERE {own} IS NULL AND ..."))
            ))
        }
        ("a stored generated column", _) if cx.version.at_least(18) => {
            command.alone(as_virtual).map(|sql| format!("{sql};   -- computed when it is read"))
        }
        ("a stored generated column", Some(of)) => Some(format!(
            "ALTER TABLE {table} ADD COLUMN {own} {of};\n-- a trigger sets it in new rows; fill the old ones in batches"
        )),
        _ => None,
    };
    found.push(draft.at(cx.statement().place(column.location)).instead(sql));
}

fn required(cx: &Cx, table: &Name, command: Command, column: &ColumnDef, found: &mut Vec<Draft>) {
    let Some(c) = constraint(column, ConstrType::ConstrNotnull) else { return };
    let filled = [ConstrType::ConstrDefault, ConstrType::ConstrIdentity, ConstrType::ConstrGenerated];
    if is_serial(column) || filled.iter().any(|kind| constraint(column, *kind).is_some_and(|c| !is_null_default(c))) {
        return;
    }
    // partitions of their own rows, or an empty table: nothing fails
    if cx.state.relation(table).is_some_and(|r| r.rows == Some(0.0) || r.table_bytes == Some(0)) {
        return;
    }
    let own = Ident::new(column.colname.as_str());
    let add = command.alone(|cmd| without(cmd, &[ConstrType::ConstrNotnull]));
    let sql = add.map(|add| {
        format!(
            "{add};\n-- fill it: the application in new rows, batches of UPDATE in old ones; then\n\
             ALTER TABLE {table} ADD CONSTRAINT {0} CHECK ({own} IS NOT NULL) NOT VALID;\n\
             ALTER TABLE {table} VALIDATE CONSTRAINT {0};\nALTER TABLE {table} ALTER COLUMN {own} SET NOT NULL;",
            Ident::new(crate::ident::constraint_name(table.name.raw(), &column.colname, "not_null"))
        )
    });
    let draft = Draft::new(
        REQUIRED,
        table,
        format!("{own} is added to {table} as NOT NULL without a default"),
        "the statement fails when the table has a row, and afterwards each INSERT that does not know the column",
    );
    found.push(draft.at(cx.statement().place(c.location)).instead(sql));
}

fn constraint(column: &ColumnDef, kind: ConstrType) -> Option<&Constraint> {
    inners(&column.constraints).find_map(|n| match n {
        NodeEnum::Constraint(c) if c.contype == kind as i32 => Some(&**c),
        _ => None,
    })
}

fn without(cmd: &mut pg_query::protobuf::AlterTableCmd, kinds: &[ConstrType]) {
    if let Some(NodeEnum::ColumnDef(column)) = cmd.def.as_mut().and_then(|d| d.node.as_mut()) {
        let goes = |contype: i32| kinds.iter().any(|k| *k as i32 == contype);
        column.constraints.retain(|c| !matches!(&c.node, Some(NodeEnum::Constraint(c)) if goes(c.contype)));
    }
}

fn as_virtual(cmd: &mut pg_query::protobuf::AlterTableCmd) {
    if let Some(NodeEnum::ColumnDef(column)) = cmd.def.as_mut().and_then(|d| d.node.as_mut()) {
        for node in &mut column.constraints {
            if let Some(NodeEnum::Constraint(c)) = &mut node.node
                && c.contype == ConstrType::ConstrGenerated as i32
            {
                c.generated_kind = "v".to_owned();
            }
        }
    }
}

fn is_null_default(c: &Constraint) -> bool {
    matches!(c.raw_expr.as_ref().and_then(|e| e.node.as_ref()), Some(NodeEnum::AConst(a)) if a.isnull)
}

/// The first function in an expression that is volatile or not known to be otherwise.
fn volatile(node: &NodeEnum) -> Option<String> {
    if let NodeEnum::FuncCall(call) = node {
        let name = strings(&call.funcname).pop().unwrap_or_default();
        if !STABLE.contains(&name.as_str()) {
            return Some(Ident::new(name).to_string());
        }
    }
    let mut found = None;
    children(node, &mut |child| {
        if found.is_none() {
            found = volatile(child);
        }
    });
    found
}

fn select(value: &NodeEnum) -> pg_query::protobuf::SelectStmt {
    use pg_query::protobuf::{LimitOption, Node, ResTarget, SelectStmt, SetOperation};
    let target = ResTarget { val: Some(Box::new(Node { node: Some(value.clone()) })), ..ResTarget::default() };
    SelectStmt {
        target_list: vec![Node { node: Some(NodeEnum::ResTarget(Box::new(target))) }],
        limit_option: LimitOption::Default as i32,
        op: SetOperation::SetopNone as i32,
        ..SelectStmt::default()
    }
}
