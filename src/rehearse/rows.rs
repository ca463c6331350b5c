//! What a statement's text says of rows, which an empty copy does not have: which tables it reads whole, with which rows it fails.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableCmd, AlterTableType, ConstrType, Constraint, Node, ObjectType, RangeVar};

use crate::ident::Ident;
use crate::query;

/// A name as the statement writes it: `[schema,] name`.
pub(super) type Name = Vec<String>;

/// What is known of a statement without running it.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Tables and indexes that it names.
    pub(super) named: Vec<Name>,
    /// Tables whose every row it reads; whether each is looked up in another table.
    pub(super) reads: Vec<(Name, bool)>,
    /// Rows with which it fails, the table, and what a gate would have to name besides the table.
    pub(super) fails_with: Vec<(String, Name, String)>,
    /// It works on rows.
    pub(super) data: bool,
    /// A block that raises.
    pub(super) gate: bool,
    /// TRUNCATE.
    pub(super) empties: bool,
    /// Builds without stopping writes, which reads the table twice.
    pub(super) concurrently: bool,
}

/// Facts of a statement; one that does not parse has none.
pub(super) fn facts(sql: &str) -> Facts {
    let mut facts = Facts::default();
    let statements = query::parse(sql).map(|tree| tree.stmts).unwrap_or_default();
    for node in statements.iter().filter_map(|s| s.stmt.as_ref()?.node.as_ref()) {
        facts.statement(node, sql);
    }
    facts
}

impl Facts {
    fn statement(&mut self, node: &NodeEnum, sql: &str) {
        match node {
            NodeEnum::IndexStmt(s) => {
                let table = name(s.relation.as_ref());
                if s.unique {
                    self.fails(format!("duplicates in {}", shown(&table)), &table, &s.idxname);
                }
                self.concurrently = s.concurrent;
                self.named.push(table);
            }
            NodeEnum::AlterTableStmt(s) => {
                let table = name(s.relation.as_ref());
                for command in &s.cmds {
                    if let Some(NodeEnum::AlterTableCmd(command)) = &command.node {
                        self.alter(&table, command);
                    }
                }
                self.named.push(table);
            }
            NodeEnum::DropStmt(s) if s.remove_type == ObjectType::ObjectIndex as i32 => {
                self.named.extend(s.objects.iter().map(list));
            }
            NodeEnum::ReindexStmt(s) => {
                self.named.push(name(s.relation.as_ref()));
                self.concurrently = sql.to_ascii_lowercase().contains("concurrently");
            }
            NodeEnum::ClusterStmt(s) => self.named.push(name(s.relation.as_ref())),
            NodeEnum::VacuumStmt(s) => self.named.extend(s.rels.iter().filter_map(|r| match &r.node {
                Some(NodeEnum::VacuumRelation(r)) => r.relation.as_ref().map(|r| name(Some(r))),
                _ => None,
            })),
            NodeEnum::TruncateStmt(_) => self.empties = true,
            NodeEnum::DoStmt(_) => {
                self.gate = sql.to_ascii_lowercase().contains("raise");
                self.data = !self.gate;
            }
            NodeEnum::InsertStmt(_) | NodeEnum::UpdateStmt(_) | NodeEnum::DeleteStmt(_) | NodeEnum::MergeStmt(_) => {
                self.data = true
            }
            NodeEnum::CallStmt(_) => self.data = true,
            _ => {}
        }
        self.named.retain(|n| !n.is_empty());
    }

    fn alter(&mut self, table: &Name, command: &AlterTableCmd) {
        let column = || format!("{}.{}", shown(table), Ident::new(command.name.as_str()));
        let def = command.def.as_ref().and_then(|d| d.node.as_ref());
        match (AlterTableType::try_from(command.subtype), def) {
            (Ok(AlterTableType::AtValidateConstraint), _) => {
                self.reads.push((table.clone(), false));
                let constraint = Ident::new(command.name.as_str());
                self.fails(format!("rows of {} that break {constraint}", shown(table)), table, &command.name);
            }
            (Ok(AlterTableType::AtSetNotNull), _) => {
                self.reads.push((table.clone(), false));
                self.fails(format!("NULLs in {}", column()), table, &command.name);
            }
            (Ok(AlterTableType::AtAlterColumnType), _) => {
                self.fails(format!("values of {} that cannot become the new type", column()), table, &command.name);
            }
            (Ok(AlterTableType::AtAddConstraint), Some(NodeEnum::Constraint(c))) => self.constraint(table, c, &[]),
            (Ok(AlterTableType::AtAddColumn), Some(NodeEnum::ColumnDef(c))) => {
                let constraints: Vec<&Constraint> = c
                    .constraints
                    .iter()
                    .filter_map(|n| match &n.node {
                        Some(NodeEnum::Constraint(c)) => Some(&**c),
                        _ => None,
                    })
                    .collect();
                let has = |kinds: &[ConstrType]| constraints.iter().any(|c| kinds.iter().any(|k| c.contype == *k as i32));
                let filled = has(&[ConstrType::ConstrDefault, ConstrType::ConstrIdentity, ConstrType::ConstrGenerated]);
                let serial = c.type_name.iter().flat_map(|t| &t.names).any(|n| match &n.node {
                    Some(NodeEnum::String(s)) => s.sval.contains("serial"),
                    _ => false,
                });
                let column = format!("{}.{}", shown(table), Ident::new(c.colname.as_str()));
                if has(&[ConstrType::ConstrNotnull, ConstrType::ConstrPrimary]) && !filled && !serial {
                    self.fails(format!("any row: {column} must have a value and gets none"), table, &c.colname);
                }
                if filled {
                    for constraint in constraints {
                        self.constraint(table, constraint, std::slice::from_ref(&c.colname));
                    }
                }
            }
            (Ok(AlterTableType::AtAttachPartition), Some(NodeEnum::PartitionCmd(p))) => {
                let part = name(p.name.as_ref());
                self.reads.push((part.clone(), false));
                self.fails(format!("rows of {} outside of the bounds", shown(&part)), &part, "");
                self.named.push(part);
            }
            (Ok(AlterTableType::AtDetachPartition), Some(NodeEnum::PartitionCmd(p))) => self.named.push(name(p.name.as_ref())),
            _ => {}
        }
    }

    /// A constraint of a table whose rows are there. `column`: that it stands behind.
    fn constraint(&mut self, table: &Name, c: &Constraint, column: &[String]) {
        let here = shown(table);
        let key = if c.conname.is_empty() { column.first().cloned().unwrap_or_default() } else { c.conname.clone() };
        let built = c.indexname.is_empty();
        match ConstrType::try_from(c.contype) {
            Ok(ConstrType::ConstrCheck) if !c.skip_validation => {
                self.reads.push((table.clone(), false));
                self.fails(format!("rows of {here} for which the check is false"), table, &key);
            }
            Ok(ConstrType::ConstrForeign) if !c.skip_validation => {
                self.reads.push((table.clone(), true));
                let other = shown(&name(c.pktable.as_ref()));
                self.fails(format!("rows of {here} that refer to none of {other}"), table, &key);
            }
            Ok(ConstrType::ConstrNotnull) if !c.skip_validation && column.is_empty() => {
                self.reads.push((table.clone(), false));
                self.fails(format!("NULLs in {here}"), table, &key);
            }
            Ok(ConstrType::ConstrPrimary) => {
                let what = if built { "duplicates or NULLs" } else { "NULLs" };
                self.fails(format!("{what} in the key of {here}"), table, &key);
            }
            Ok(ConstrType::ConstrUnique) if built => self.fails(format!("duplicates in {here}"), table, &key),
            Ok(ConstrType::ConstrExclusion) => self.fails(format!("rows of {here} that exclude each other"), table, &key),
            _ => {}
        }
    }

    fn fails(&mut self, what: String, table: &Name, key: &str) {
        self.fails_with.push((what, table.clone(), key.to_owned()));
    }
}

fn name(range: Option<&RangeVar>) -> Name {
    let Some(range) = range else { return Vec::new() };
    [&range.schemaname, &range.relname].into_iter().filter(|n| !n.is_empty()).cloned().collect()
}

fn list(node: &Node) -> Name {
    let Some(NodeEnum::List(list)) = &node.node else { return Vec::new() };
    let text = |n: &Node| match &n.node {
        Some(NodeEnum::String(s)) => Some(s.sval.clone()),
        _ => None,
    };
    list.items.iter().filter_map(text).collect()
}

/// SQL-quoted.
fn shown(name: &Name) -> String {
    name.iter().map(|n| Ident::new(n.as_str()).to_string()).collect::<Vec<_>>().join(".")
}
