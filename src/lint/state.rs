//! What the statements so far have made of the schema, and who can be using it.
//!
//! A table that the file itself creates, or an earlier file that is pending too, is *fresh*: nobody waits for a lock on it.
//! With a snapshot, a table that the database does not have is fresh, and one that it has is not, whatever the files say.

use std::collections::{BTreeMap, BTreeSet};

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AlterTableCmd, AlterTableStmt, AlterTableType, ConstrType, CreateStmt, DropStmt, IndexStmt, ObjectType, RenameStmt,
};

use super::lock::{Lock, is_table, locks};
use super::name::{Key, Name, index_columns, inners, strings};
use super::script::{Script, Standing, Statement};
use super::table::Table;
use super::transaction::{Held, Timeouts, Transaction};
use super::types::Type;
use crate::ident::QualifiedName;
use crate::plan::LockMode;
use crate::snapshot::{Relation, Snapshot, Subject};

/// The schema that unqualified names mean.
const DEFAULT_SCHEMA: &str = "public";

/// What is known before a statement.
pub struct State<'s> {
    /// The database.
    pub snapshot: Option<&'s Snapshot>,
    tables: BTreeMap<Key, Table>,
    fresh: BTreeSet<Key>,
    dropped: BTreeSet<Key>,
    /// Indexes: their table and the plain columns that they begin with.
    indexes: BTreeMap<Key, (Name, Vec<String>)>,
    /// Domains that have constraints: their own names, quoted.
    checked_domains: BTreeSet<String>,
    /// Types and domains that the file created.
    pub fresh_types: BTreeSet<Key>,
    /// The transaction.
    pub transaction: Transaction,
    /// The timeouts.
    pub timeouts: Timeouts,
    /// A statement of the file has waited for a strong lock without a limit.
    pub has_waited: bool,
    /// ... and without a limit of the time it may run.
    pub has_run_unlimited: bool,
    /// Schema of unqualified names.
    search_path: String,
}

impl<'s> State<'s> {
    /// Before the first file.
    pub fn new(snapshot: Option<&'s Snapshot>) -> Self {
        let mut state = Self {
            snapshot,
            tables: BTreeMap::new(),
            fresh: BTreeSet::new(),
            dropped: BTreeSet::new(),
            indexes: BTreeMap::new(),
            checked_domains: BTreeSet::new(),
            fresh_types: BTreeSet::new(),
            transaction: Transaction::default(),
            timeouts: Timeouts::default(),
            has_waited: false,
            has_run_unlimited: false,
            search_path: DEFAULT_SCHEMA.to_owned(),
        };
        for relation in snapshot.iter().flat_map(|s| s.catalog.relations.values()) {
            let schema = relation.name.schema.raw();
            let key = Key { schema: schema.to_owned(), name: relation.name.name.raw().to_owned() };
            for index in &relation.indexes {
                let own = Key { schema: schema.to_owned(), name: index.name.raw().to_owned() };
                let table = Name { schema: Some(relation.name.schema.clone()), name: relation.name.name.clone() };
                let columns = index.plain_prefix().map(|c| c.raw().to_owned()).collect();
                state.indexes.insert(own, (table, columns));
            }
            state.tables.insert(key, Table::of(relation));
        }
        state
    }

    /// A file begins.
    pub fn begin_file(&mut self, script: &Script) {
        if script.standing == Standing::Unknown {
            self.fresh.clear();
            self.fresh_types.clear();
        }
        self.transaction = Transaction::of_file(script.in_transaction);
        self.timeouts = Timeouts::default();
        (self.has_waited, self.has_run_unlimited) = (false, false);
        DEFAULT_SCHEMA.clone_into(&mut self.search_path);
    }

    /// A file ends; what one that may be applied has made counts as in use.
    pub fn end_file(&mut self, script: &Script) {
        if script.standing != Standing::Pending {
            self.fresh.clear();
            self.fresh_types.clear();
        }
    }

    /// What tells this object from others.
    pub fn key(&self, name: &Name) -> Key {
        name.key(&self.search_path)
    }

    /// The table, as far as it is known.
    pub fn table(&self, name: &Name) -> Option<&Table> {
        self.tables.get(&self.key(name))
    }

    /// Whether nobody can be using the table yet.
    pub fn is_fresh(&self, name: &Name) -> bool {
        let key = self.key(name);
        let looked_at = |s: &Snapshot| {
            let object = QualifiedName::new(key.schema.as_str(), key.name.as_str()).to_string();
            // one that others held locked is there, though nobody has seen it
            let unseen = s.unseen.iter().any(|u| u.subject == Subject::Relation && u.object.as_ref() == Some(&object));
            s.catalog.schemas.contains(&key.schema) && !unseen
        };
        self.fresh.contains(&key)
            || key.schema.starts_with("pg_temp")
            || self.tables.get(&key).is_none_or(|t| t.oid.is_none()) && self.snapshot.is_some_and(looked_at)
    }

    /// The table's relation in the snapshot.
    pub fn relation(&self, name: &Name) -> Option<&'s Relation> {
        let oid = self.table(name)?.oid?;
        self.snapshot?.catalog.relations.get(&oid)
    }

    /// Whether a table of this name was there and is dropped by now.
    pub fn is_dropped(&self, name: &Name) -> bool {
        self.dropped.contains(&self.key(name))
    }

    /// The table of an index, where a file or the snapshot tells it.
    pub fn table_of_index(&self, index: &Name) -> Option<Name> {
        self.indexes.get(&self.key(index)).map(|(table, _)| table.clone())
    }

    /// The plain columns that an index begins with.
    pub fn columns_of_index(&self, index: &Name) -> Option<&[String]> {
        self.indexes.get(&self.key(index)).map(|(_, columns)| columns.as_slice())
    }

    /// Whether a type is a domain that has constraints.
    pub fn is_checked_domain(&self, of: &Type) -> bool {
        let is = |domain: &String| {
            of.name.strip_suffix(domain.as_str()).is_some_and(|schema| schema.is_empty() || schema.ends_with('.'))
        };
        self.checked_domains.iter().any(is)
    }

    /// Locks on relations that others can be using.
    pub fn locks(&self, statement: &Statement) -> Vec<Lock> {
        let mut locks = locks(&statement.node, self);
        locks.retain(|l| !self.is_fresh(&l.relation));
        locks
    }

    /// Takes note of what a statement makes. `held`: what [`State::locks`] said of it.
    pub fn pass(&mut self, statement: &Statement, held: Vec<Lock>) {
        if held.iter().any(|l| l.mode >= LockMode::Share) {
            self.has_waited |= self.timeouts.lock.get().is_none();
            self.has_run_unlimited |= self.timeouts.statement.get().is_none();
        }
        self.timeouts.pass(&statement.node);
        match &statement.node {
            NodeEnum::TransactionStmt(t) => {
                let before = self.transaction.begun;
                self.transaction.pass(t, statement.span.start);
                if before.is_some() && self.transaction.begun.is_none() {
                    self.timeouts.end_transaction();
                }
            }
            NodeEnum::CreateStmt(create) => self.create(create),
            NodeEnum::CreateTableAsStmt(create) => {
                let into = create.into.as_ref().and_then(|i| i.rel.as_ref());
                into.map(Name::of).into_iter().for_each(|n| self.made(&n, Table::default(), create.if_not_exists));
            }
            NodeEnum::IndexStmt(index) => self.index(index),
            NodeEnum::AlterTableStmt(alter) if is_table(alter.objtype) => self.alter(alter),
            NodeEnum::RenameStmt(rename) => self.rename(rename),
            NodeEnum::DropStmt(drop) => self.drop(drop),
            NodeEnum::CreateDomainStmt(domain) => {
                let checked = inners(&domain.constraints).any(|c| matches!(c, NodeEnum::Constraint(c) if is_demand(c.contype)));
                let name = Name::of_parts(&domain.domainname);
                if let Some(name) = name.as_ref().filter(|_| checked) {
                    self.checked_domains.insert(name.name.to_string());
                }
                self.made_type(name);
            }
            NodeEnum::CreateEnumStmt(e) => self.made_type(Name::of_parts(&e.type_name)),
            NodeEnum::CompositeTypeStmt(c) => self.made_type(c.typevar.as_ref().map(Name::of)),
            NodeEnum::AlterEnumStmt(alter) if alter.old_val.is_empty() => {
                let Some(name) = Name::of_parts(&alter.type_name) else { return };
                if !self.fresh_types.contains(&self.key(&name)) {
                    self.transaction.enum_values.push((name.name.raw().to_owned(), alter.new_val.clone()));
                }
            }
            NodeEnum::VariableSetStmt(set) if set.name == "search_path" => {
                if let Some(NodeEnum::AConst(c)) = inners(&set.args).next()
                    && let Some(pg_query::protobuf::a_const::Val::Sval(s)) = &c.val
                {
                    self.search_path = s.sval.split(',').next().unwrap_or_default().trim().trim_matches('"').to_owned();
                }
            }
            _ => {}
        }
        if self.transaction.is_open() {
            let at = statement.span.start;
            self.transaction.held.extend(held.into_iter().map(|lock| Held { lock, at }));
        }
    }

    fn made_type(&mut self, name: Option<Name>) {
        if let Some(name) = name {
            self.fresh_types.insert(self.key(&name));
        }
    }

    fn made(&mut self, name: &Name, table: Table, if_not_exists: bool) {
        let key = self.key(name);
        // it may have been there before, and then it is in use
        if if_not_exists && self.tables.contains_key(&key) && !self.dropped.contains(&key) {
            return;
        }
        self.dropped.remove(&key);
        self.fresh.insert(key.clone());
        self.tables.insert(key, table);
    }

    fn create(&mut self, create: &CreateStmt) {
        let Some(relation) = &create.relation else { return };
        let mut table = Table {
            partitioned: create.partspec.is_some(),
            partition_key: create.partspec.as_ref().and_then(|spec| match inners(&spec.part_params).collect::<Vec<_>>()[..] {
                [NodeEnum::PartitionElem(one)] if !one.name.is_empty() => Some(one.name.clone()),
                _ => None,
            }),
            whole: create.inh_relations.is_empty() && create.of_typename.is_none(),
            ..Table::default()
        };
        for node in inners(&create.table_elts) {
            match node {
                NodeEnum::ColumnDef(column) => table.add_column(column),
                NodeEnum::Constraint(constraint) => table.add_constraint(constraint),
                _ => table.whole = false,
            }
        }
        // key columns of a constraint that stands before its columns
        for node in inners(&create.table_elts) {
            if let NodeEnum::Constraint(c) = node
                && c.contype == ConstrType::ConstrPrimary as i32
            {
                table.set_not_null(&strings(&c.keys), true);
            }
        }
        self.made(&Name::of(relation), table, create.if_not_exists);
    }

    fn index(&mut self, index: &IndexStmt) {
        let Some(table) = index.relation.as_ref().map(Name::of) else { return };
        let key = self.key(&table);
        let columns = index_columns(index);
        if !index.idxname.is_empty() {
            let own = self.key(&table.beside(&index.idxname));
            self.indexes.insert(own, (table.clone(), columns.clone()));
        }
        if index.where_clause.is_none() {
            self.tables.entry(key).or_default().indexes.push(columns);
        }
    }

    fn alter(&mut self, alter: &AlterTableStmt) {
        let Some(relation) = alter.relation.as_ref().map(Name::of) else { return };
        let key = self.key(&relation);
        for cmd in inners(&alter.cmds) {
            let NodeEnum::AlterTableCmd(cmd) = cmd else { continue };
            let table = self.tables.entry(key.clone()).or_default();
            change(table, cmd);
            let def = cmd.def.as_ref().and_then(|d| d.node.as_ref());
            if let (Ok(AlterTableType::AtAddConstraint), Some(NodeEnum::Constraint(c))) =
                (AlterTableType::try_from(cmd.subtype), def)
            {
                if c.skip_validation && !c.conname.is_empty() {
                    self.transaction.not_valid.push((key.clone(), c.conname.clone()));
                }
                if !c.indexname.is_empty() || matches!(ConstrType::try_from(c.contype), Ok(ConstrType::ConstrPrimary)) {
                    let own = relation.beside(if c.conname.is_empty() { &c.indexname } else { &c.conname });
                    self.indexes.insert(self.key(&own), (relation.clone(), strings(&c.keys)));
                }
            }
        }
    }

    fn rename(&mut self, rename: &RenameStmt) {
        let Some(relation) = rename.relation.as_ref().map(Name::of) else { return };
        let key = self.key(&relation);
        match ObjectType::try_from(rename.rename_type) {
            Ok(ObjectType::ObjectTable) => {
                let new = Key { schema: key.schema.clone(), name: rename.newname.clone() };
                if let Some(table) = self.tables.remove(&key) {
                    self.tables.insert(new.clone(), table);
                }
                if self.fresh.remove(&key) {
                    self.fresh.insert(new);
                }
            }
            Ok(ObjectType::ObjectColumn) => {
                if let Some(table) = self.tables.get_mut(&key)
                    && let Some(column) = table.columns.remove(&rename.subname)
                {
                    table.columns.insert(rename.newname.clone(), column);
                }
            }
            _ => {}
        }
    }

    fn drop(&mut self, drop: &DropStmt) {
        for name in inners(&drop.objects).filter_map(Name::of_object) {
            let key = self.key(&name);
            match ObjectType::try_from(drop.remove_type) {
                Ok(ObjectType::ObjectTable) => {
                    self.tables.remove(&key);
                    self.fresh.remove(&key);
                    self.dropped.insert(key);
                }
                Ok(ObjectType::ObjectIndex) => {
                    self.indexes.remove(&key);
                }
                _ => {}
            }
        }
    }
}

/// Whether a constraint of a domain demands something of values.
fn is_demand(contype: i32) -> bool {
    matches!(ConstrType::try_from(contype), Ok(ConstrType::ConstrCheck | ConstrType::ConstrNotnull))
}

fn change(table: &mut Table, cmd: &AlterTableCmd) {
    let def = cmd.def.as_ref().and_then(|d| d.node.as_ref());
    match (AlterTableType::try_from(cmd.subtype), def) {
        (Ok(AlterTableType::AtAddColumn), Some(NodeEnum::ColumnDef(column))) => table.add_column(column),
        (Ok(AlterTableType::AtAlterColumnType), Some(NodeEnum::ColumnDef(column))) => {
            let old = table.columns.get(&cmd.name).is_some_and(|c| c.not_null);
            if let Some(written) = &column.type_name {
                table.columns.insert(cmd.name.clone(), super::table::Column { of: Type::of(written), not_null: old });
            }
        }
        (Ok(AlterTableType::AtDropColumn), _) => {
            table.columns.remove(&cmd.name);
            table.indexes.retain(|i| !i.contains(&cmd.name));
        }
        (Ok(AlterTableType::AtSetNotNull), _) => table.set_not_null(std::slice::from_ref(&cmd.name), true),
        (Ok(AlterTableType::AtDropNotNull), _) => table.set_not_null(std::slice::from_ref(&cmd.name), false),
        (Ok(AlterTableType::AtAddConstraint), Some(NodeEnum::Constraint(c))) => table.add_constraint(c),
        (Ok(AlterTableType::AtValidateConstraint), _) => table.validate(&cmd.name),
        (Ok(AlterTableType::AtDropConstraint), _) => table.checks.retain(|c| c.name != cmd.name),
        _ => {}
    }
}
