//! What locks a statement takes on relations that others use, and what it does while it holds them.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableCmd, AlterTableType, ConstrType, Constraint, ObjectType, RangeVar, RenameStmt};

use super::name::{Name, has_option, inners, strings};
use super::state::State;
use crate::plan::LockMode;

/// A lock on one relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The relation; of an index whose table is not known: the index.
    pub relation: Name,
    /// Its mode.
    pub mode: LockMode,
}

/// Locks of a statement, the strongest of each relation, weaker than SHARE UPDATE EXCLUSIVE left out.
pub fn locks(node: &NodeEnum, state: &State) -> Vec<Lock> {
    let mut found = Vec::new();
    take(node, state, &mut |relation, mode| match found.iter_mut().find(|l: &&mut Lock| l.relation == relation) {
        Some(lock) => lock.mode = lock.mode.max(mode),
        None => found.push(Lock { relation, mode }),
    });
    found
}

fn take(node: &NodeEnum, state: &State, lock: &mut dyn FnMut(Name, LockMode)) {
    use LockMode::{AccessExclusive, Share, ShareRowExclusive, ShareUpdateExclusive};
    let name = |relation: &Option<RangeVar>| relation.as_ref().map(Name::of);
    match node {
        NodeEnum::IndexStmt(index) => {
            let mode = if index.concurrent { ShareUpdateExclusive } else { Share };
            name(&index.relation).into_iter().for_each(|r| lock(r, mode));
        }
        NodeEnum::AlterTableStmt(alter) if is_table(alter.objtype) => {
            let Some(table) = name(&alter.relation) else { return };
            for cmd in inners(&alter.cmds) {
                if let NodeEnum::AlterTableCmd(cmd) = cmd {
                    alter_table(&table, cmd, lock);
                }
            }
        }
        NodeEnum::RenameStmt(rename) if renames_of_table(rename) => {
            name(&rename.relation).into_iter().for_each(|r| lock(r, AccessExclusive));
        }
        NodeEnum::AlterObjectSchemaStmt(alter) if is_table(alter.object_type) => {
            name(&alter.relation).into_iter().for_each(|r| lock(r, AccessExclusive));
        }
        NodeEnum::CreateStmt(create) => {
            if create.partbound.is_some() {
                for parent in inners(&create.inh_relations) {
                    if let NodeEnum::RangeVar(parent) = parent {
                        lock(Name::of(parent), AccessExclusive);
                    }
                }
            }
            let nodes = inners(&create.table_elts).chain(inners(&create.constraints));
            references(nodes, &mut |r| lock(r, ShareRowExclusive));
        }
        NodeEnum::DropStmt(drop) => {
            for object in inners(&drop.objects) {
                match ObjectType::try_from(drop.remove_type) {
                    Ok(ObjectType::ObjectTable | ObjectType::ObjectMatview) => {
                        Name::of_object(object).into_iter().for_each(|r| lock(r, AccessExclusive));
                    }
                    Ok(ObjectType::ObjectIndex) => {
                        let Some(index) = Name::of_object(object) else { continue };
                        let mode = if drop.concurrent { ShareUpdateExclusive } else { AccessExclusive };
                        lock(state.table_of_index(&index).unwrap_or(index), mode);
                    }
                    Ok(ObjectType::ObjectTrigger | ObjectType::ObjectPolicy | ObjectType::ObjectRule) => {
                        Name::of_parent(object).into_iter().for_each(|r| lock(r, AccessExclusive));
                    }
                    _ => {}
                }
            }
        }
        NodeEnum::CreateTrigStmt(trigger) => name(&trigger.relation).into_iter().for_each(|r| lock(r, ShareRowExclusive)),
        NodeEnum::RuleStmt(rule) => name(&rule.relation).into_iter().for_each(|r| lock(r, AccessExclusive)),
        NodeEnum::CreatePolicyStmt(policy) => name(&policy.table).into_iter().for_each(|r| lock(r, AccessExclusive)),
        NodeEnum::AlterPolicyStmt(policy) => name(&policy.table).into_iter().for_each(|r| lock(r, AccessExclusive)),
        NodeEnum::TruncateStmt(truncate) => tables(&truncate.relations, &mut |r| lock(r, AccessExclusive)),
        NodeEnum::LockStmt(stmt) => {
            let mode = match stmt.mode {
                8 => AccessExclusive,
                6 | 7 => ShareRowExclusive,
                5 => Share,
                4 => ShareUpdateExclusive,
                _ => return,
            };
            tables(&stmt.relations, &mut |r| lock(r, mode));
        }
        NodeEnum::ClusterStmt(cluster) => name(&cluster.relation).into_iter().for_each(|r| lock(r, AccessExclusive)),
        NodeEnum::RefreshMatViewStmt(refresh) => {
            // EXCLUSIVE stops other refreshes; nobody writes to the view, and readers go on
            let mode = if refresh.concurrent { ShareUpdateExclusive } else { AccessExclusive };
            name(&refresh.relation).into_iter().for_each(|r| lock(r, mode));
        }
        NodeEnum::ReindexStmt(reindex) => {
            let mode = if has_option(&reindex.params, "concurrently") { ShareUpdateExclusive } else { Share };
            name(&reindex.relation).into_iter().for_each(|r| lock(state.table_of_index(&r).unwrap_or(r), mode));
        }
        _ => {}
    }
}

/// The lock of one command of ALTER TABLE. Source: `AlterTableGetLockLevel()` in `src/backend/commands/tablecmds.c`.
fn alter_table(table: &Name, cmd: &AlterTableCmd, lock: &mut dyn FnMut(Name, LockMode)) {
    use AlterTableType as T;
    use LockMode::{AccessExclusive, ShareRowExclusive, ShareUpdateExclusive};
    let def = cmd.def.as_ref().and_then(|d| d.node.as_ref());
    match T::try_from(cmd.subtype) {
        Ok(T::AtSetStatistics | T::AtSetOptions | T::AtResetOptions | T::AtValidateConstraint) => {
            lock(table.clone(), ShareUpdateExclusive);
        }
        Ok(T::AtClusterOn | T::AtDropCluster | T::AtSetRelOptions | T::AtResetRelOptions) => {
            lock(table.clone(), ShareUpdateExclusive);
        }
        Ok(T::AtEnableTrig | T::AtEnableAlwaysTrig | T::AtEnableReplicaTrig | T::AtDisableTrig) => {
            lock(table.clone(), ShareRowExclusive);
        }
        Ok(T::AtEnableTrigAll | T::AtDisableTrigAll | T::AtEnableTrigUser | T::AtDisableTrigUser) => {
            lock(table.clone(), ShareRowExclusive);
        }
        Ok(T::AtAttachPartition | T::AtDetachPartition) => {
            let Some(NodeEnum::PartitionCmd(part)) = def else { return };
            let attach = T::try_from(cmd.subtype) == Ok(T::AtAttachPartition);
            let parent = if attach || part.concurrent { ShareUpdateExclusive } else { AccessExclusive };
            lock(table.clone(), parent);
            if let Some(child) = part.name.as_ref().filter(|_| attach || !part.concurrent) {
                lock(Name::of(child), AccessExclusive);
            }
        }
        Ok(T::AtAddConstraint) => {
            let Some(NodeEnum::Constraint(constraint)) = def else { return };
            match (ConstrType::try_from(constraint.contype), &constraint.pktable) {
                (Ok(ConstrType::ConstrForeign), Some(referenced)) => {
                    lock(table.clone(), ShareRowExclusive);
                    lock(Name::of(referenced), ShareRowExclusive);
                }
                _ => lock(table.clone(), AccessExclusive),
            }
        }
        Ok(T::AtAddColumn) => {
            lock(table.clone(), AccessExclusive);
            references(def.into_iter(), &mut |r| lock(r, ShareRowExclusive));
        }
        Ok(T::AtDropConstraint | T::AtDropColumn) => lock(table.clone(), AccessExclusive),
        _ => lock(table.clone(), AccessExclusive),
    }
}

/// The tables that foreign keys of columns and constraints point at.
fn references<'n>(nodes: impl Iterator<Item = &'n NodeEnum>, each: &mut dyn FnMut(Name)) {
    let of = |c: &Constraint| c.pktable.as_ref().filter(|_| c.contype == ConstrType::ConstrForeign as i32).map(Name::of);
    for node in nodes {
        match node {
            NodeEnum::Constraint(c) => of(c).into_iter().for_each(&mut *each),
            NodeEnum::ColumnDef(column) => {
                for constraint in inners(&column.constraints) {
                    if let NodeEnum::Constraint(c) = constraint {
                        of(c).into_iter().for_each(&mut *each);
                    }
                }
            }
            _ => {}
        }
    }
}

fn tables(nodes: &[pg_query::protobuf::Node], each: &mut dyn FnMut(Name)) {
    for node in inners(nodes) {
        if let NodeEnum::RangeVar(relation) = node {
            each(Name::of(relation));
        }
    }
}

/// Whether a table, or a part of one, gets another name. An index may be renamed while the table is in use.
fn renames_of_table(rename: &RenameStmt) -> bool {
    use ObjectType::{ObjectPolicy, ObjectRule, ObjectTabconstraint, ObjectTrigger};
    let parts = [ObjectTabconstraint, ObjectTrigger, ObjectPolicy, ObjectRule];
    is_table(rename.relation_type) || is_table(rename.rename_type) || parts.iter().any(|p| *p as i32 == rename.rename_type)
}

/// Whether an `ObjectType` is a table or materialized view.
pub fn is_table(object_type: i32) -> bool {
    object_type == ObjectType::ObjectTable as i32 || object_type == ObjectType::ObjectMatview as i32
}

/// Columns that a constraint of a table names.
pub fn keys(constraint: &Constraint) -> Vec<String> {
    strings(&constraint.keys)
}
