//! The exchange: one short transaction that reads no row, whatever the size of the table.

use super::Partition;
use super::parts::Parts;
use crate::config::{Incoming, MigrationSettings};
use crate::diff::{self, Draft};
use crate::ident::{Ident, QualifiedName, ident_list, literal, one_line};
use crate::plan::change::gate::{self, Check};
use crate::plan::change::tenant::foreign_key::{ForeignKey, actions};
use crate::plan::statement::{Hazard, Lock, LockMode, Statement, Timeouts};
use crate::snapshot::objects::{Body, Id, Identity, Kind, Object, Table};

pub(super) fn statements(parts: &Parts, settings: &MigrationSettings) -> Option<Vec<Statement>> {
    let (change, table) = (parts.change, &parts.change.table);
    let old = change.old();
    let mut swap = Transaction::new(parts, settings);
    swap.gate(&fits(parts));
    for key in parts.incoming() {
        swap.say(format!("ALTER TABLE {} DROP CONSTRAINT {}", key.id.name_sql(), key.id.part_name()));
    }
    for trigger in parts.there(Kind::Trigger) {
        swap.say(format!("DROP TRIGGER {}", trigger.id.sql()));
    }
    for key in &parts.lost {
        swap.say(match key.word {
            Some(word) => format!(
                "ALTER TABLE {table} DROP CONSTRAINT {}, ADD CONSTRAINT {} {word} USING INDEX {}",
                key.name, key.wide, key.wide
            ),
            None => format!("DROP INDEX {}.{}", table.schema, key.name),
        });
    }
    for name in kept_indexes(parts) {
        swap.say(format!("ALTER INDEX {}.{name} RENAME TO {}", table.schema, change.old_name(&name)));
    }
    for statistics in parts.there(Kind::Statistics) {
        let id = &statistics.id;
        swap.say(format!("ALTER STATISTICS {} RENAME TO {}", id.sql(), change.old_name(&id.name)));
    }
    for (_, identity) in parts.identities() {
        let sequence = &identity.sequence;
        swap.say(format!("ALTER SEQUENCE {sequence} RENAME TO {}", change.old_name(&sequence.name)));
    }
    swap.unpublish(parts);
    swap.say(format!("ALTER TABLE {table} RENAME TO {}", old.name));
    make_parent(parts, &mut swap)?;
    for (column, identity) in parts.identities() {
        swap.count_on(&change.old_name(&identity.sequence.name), identity);
        swap.say(format!("ALTER TABLE {old} ALTER COLUMN {column} DROP IDENTITY"));
    }
    let bound = change.bound(change.first()?, parts.relation);
    swap.say(format!("ALTER TABLE {table} ATTACH PARTITION {old} FOR VALUES FROM (MINVALUE) TO ({bound})"));
    for (name, bound) in change.ahead(parts.relation)? {
        make_partition(parts, &name, &bound, &mut swap)?;
    }
    swap.drafts(replace_views(parts));
    swap.publish(parts, true);
    swap.gate(&[nothing_left(&old), no_index_built(parts)]);
    let mut all = swap.end();
    for key in parts.incoming() {
        all.extend(refer_to_wide(parts, key, settings).into_iter().flatten());
    }
    Some(all)
}

/// A transaction in the making. Nothing in it may wait for long: each statement has the short timeout.
pub(super) struct Transaction {
    statements: Vec<Statement>,
    timeouts: Timeouts,
}

impl Transaction {
    /// Begins with all locks that it will need.
    pub fn new(parts: &Parts, settings: &MigrationSettings) -> Self {
        let timeouts = Timeouts::brief(settings.lock_timeout_ms);
        let names: Vec<String> = parts.locked().iter().map(QualifiedName::to_string).collect();
        let mut new = Self { statements: Vec::new(), timeouts };
        new.say("BEGIN".to_owned());
        new.say(format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", names.join(", ")));
        if let Some(lock) = new.statements.last_mut() {
            lock.lock = Some(Lock { mode: LockMode::AccessExclusive, relation: names.join(", ") });
            lock.hazards = vec![Hazard::BlocksEverything];
        }
        new
    }

    pub fn say(&mut self, sql: String) {
        self.statements.push(Statement { timeouts: self.timeouts, ..Statement::without_lock(sql) });
    }

    pub fn gate(&mut self, checks: &[Check]) {
        self.statements.push(Statement { timeouts: self.timeouts, ..gate::rows(checks) });
    }

    pub fn drafts(&mut self, drafts: Vec<Draft>) {
        drafts.into_iter().for_each(|d| self.say(d.sql));
    }

    /// Adds what a person should know of the last statement.
    pub fn hazard(&mut self, hazard: Hazard) {
        self.statements.last_mut().into_iter().for_each(|s| s.hazards.push(hazard));
    }

    /// Takes the table out of publications.
    pub fn unpublish(&mut self, parts: &Parts) {
        for (object, publication) in parts.publications() {
            if publication.tables.iter().any(|t| t.table == parts.change.table) {
                self.say(format!("ALTER PUBLICATION {} DROP TABLE ONLY {}", object.id.name, parts.change.table));
            }
        }
    }

    /// Puts it in again; of a partitioned one the rows go out under its own name, as they did before.
    pub fn publish(&mut self, parts: &Parts, partitioned: bool) {
        for (object, publication) in parts.publications() {
            let name = &object.id.name;
            let set = |on: bool| format!("ALTER PUBLICATION {name} SET (publish_via_partition_root = {on})");
            if !publication.publish_via_partition_root && partitioned {
                self.say(set(true));
            }
            for published in publication.tables.iter().filter(|t| t.table == parts.change.table) {
                let columns = published.columns.as_ref().map_or(String::new(), |c| format!(" ({})", ident_list(c)));
                let filter = published.filter.as_ref().map_or(String::new(), |f| format!(" WHERE ({f})"));
                let only = if partitioned { "" } else { "ONLY " };
                self.say(format!("ALTER PUBLICATION {name} ADD TABLE {only}{}{columns}{filter}", parts.change.table));
            }
            if !publication.publish_via_partition_root && !partitioned {
                self.say(set(false));
            }
        }
    }

    /// Lets a new sequence of identity go on where the old one stands, which is called so for the moment.
    pub fn count_on(&mut self, old: &Ident, identity: &Identity) {
        let sequence = &identity.sequence;
        self.say(format!(
            "SELECT pg_catalog.setval({}, o.last_value, o.is_called) FROM {}.{old} AS o",
            literal(&sequence.to_string()),
            sequence.schema
        ));
    }

    pub fn end(mut self) -> Vec<Statement> {
        self.say("COMMIT".to_owned());
        self.statements
    }
}

/// Indexes that go on under another name, so that those of the partitioned table have theirs.
pub(super) fn kept_indexes(parts: &Parts) -> Vec<Ident> {
    let lost = |i: &&crate::snapshot::Index| !parts.lost.iter().any(|k| k.name == i.name || k.wide == i.name);
    parts.relation.indexes.iter().filter(lost).map(|i| i.name.clone()).collect()
}

/// The partitioned table with all that hangs on it, empty.
fn make_parent(parts: &Parts, swap: &mut Transaction) -> Option<()> {
    let table = parts.table()?;
    let is = |o: &&Object, kinds: &str| matches!(&o.body, Body::Constraint(c) if kinds.contains(c.contype));
    let checks: Vec<&Object> = parts.wanted(Kind::Constraint).filter(|o| is(o, "c")).collect();
    let mut whole = diff::whole_statements(table, &checks, &parts.without, &parts.with);
    whole.splice(1..1, parts.without_defaults(Kind::Table, &parts.change.table));
    swap.drafts(whole);
    for check in checks {
        swap.drafts(diff::details_statements(check, &parts.without, &parts.with));
    }
    if let Some(how) = replica_identity(parts.table_there()?) {
        swap.say(format!("ALTER TABLE {} REPLICA IDENTITY {how}", parts.change.table));
    }
    for (_, identity) in parts.identities() {
        swap.drafts(sequence_details(parts, identity));
    }
    for (sequence, column) in parts.serials() {
        swap.say(format!("ALTER SEQUENCE {} OWNED BY {}.{column}", sequence.sql(), parts.change.table));
    }
    for kinds in ["pu", "f"] {
        for constraint in parts.wanted(Kind::Constraint).filter(|o| is(o, kinds)) {
            swap.drafts(parts.make(constraint));
        }
    }
    for kind in [Kind::Index, Kind::Statistics, Kind::Policy, Kind::Trigger] {
        for object in parts.wanted(kind) {
            swap.drafts(parts.make(object));
        }
    }
    Some(())
}

/// Privileges and comment of a sequence that was made with its column.
pub(super) fn sequence_details(parts: &Parts, identity: &Identity) -> Vec<Draft> {
    let id = Id::new(Kind::Sequence, &identity.sequence.schema, &identity.sequence.name);
    let mut drafts = parts.without_defaults(Kind::Sequence, &identity.sequence);
    drafts.extend(parts.objects.get(&id).into_iter().flat_map(|o| diff::details_statements(o, &parts.without, &parts.with)));
    drafts
}

fn replica_identity(table: &Table) -> Option<&'static str> {
    match table.replica_identity {
        'f' => Some("FULL"),
        'n' => Some("NOTHING"),
        _ => None,
    }
}

/// A new partition: with the storage parameters, owner and policies of the old table, for each can be read directly; and without grants, as
/// one is reached through the table.
fn make_partition(parts: &Parts, name: &QualifiedName, bound: &str, swap: &mut Transaction) -> Option<()> {
    let there = parts.table_there()?;
    let with = if there.options.is_empty() { String::new() } else { diff::with_options(&there.options) };
    swap.say(format!("CREATE TABLE {name} PARTITION OF {} {bound}{with}", parts.change.table));
    swap.drafts(parts.without_defaults(Kind::Table, name));
    if let Some(owner) = parts.table().and_then(|t| t.owner.as_ref()) {
        swap.say(format!("ALTER TABLE {name} OWNER TO {owner}"));
    }
    if let Some(how) = replica_identity(there) {
        swap.say(format!("ALTER TABLE {name} REPLICA IDENTITY {how}"));
    }
    if there.row_security {
        swap.say(format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"));
    }
    if there.force_row_security {
        swap.say(format!("ALTER TABLE {name} FORCE ROW LEVEL SECURITY"));
    }
    for policy in parts.wanted(Kind::Policy) {
        let mut own = policy.clone();
        (own.id.name, own.comment) = (name.name.clone(), None);
        swap.drafts(parts.make(&own));
    }
    Some(())
}

/// Views anew, with the text they have: they then read what is called so now.
pub(super) fn replace_views(parts: &Parts) -> Vec<Draft> {
    let anew = |view: &&Object| {
        let mut old = (*view).clone();
        if let Body::View(v) = &mut old.body {
            v.definition.0.clear();
        }
        let mut drafts = diff::alter_statements(&old, view, &parts.without, &parts.with)?;
        drafts.truncate(1);
        Some(drafts)
    };
    parts.views().iter().filter_map(anew).flatten().collect()
}

/// A foreign key that referred to a key that is lost refers to the wider one; rows are looked at while writes go on.
fn refer_to_wide(parts: &Parts, key: &Object, settings: &MigrationSettings) -> Option<Vec<Statement>> {
    let change: &Partition = parts.change;
    let Some(Incoming::With(column)) = change.foreign_keys.get(&key.id.path()) else { return None };
    let child = key.id.qualified();
    let relation = parts.snapshot.catalog.find(Some(child.schema.raw()), child.name.raw(), &[])?;
    let name = key.id.part_name();
    let (constraint, reference) = relation.foreign_keys().find(|(c, _)| c.name == name)?;
    let with = |columns: &[Ident], more: Ident| columns.iter().cloned().chain([more]).collect::<Vec<Ident>>();
    let columns = with(&constraint.columns, Ident::new(column.as_str()));
    let keys = with(&reference.columns, change.column.clone());
    let actions = actions(reference.on_delete, reference.on_update, None);
    let wide = ForeignKey { name: &name, table: &child, columns: &columns, parent: &change.table, keys: &keys, actions };
    Some(wide.statements(parts.snapshot, settings)?.0)
}

/// The table is prepared, and still has what this file carries over and nothing else.
fn fits(parts: &Parts) -> Vec<Check> {
    let change = parts.change;
    let name = one_line(&change.table.to_string());
    let table = format!("pg_catalog.to_regclass({})", literal(&change.table.to_string()));
    let unready = Check {
        raise_if: format!(
            "NOT EXISTS (\n        SELECT FROM pg_catalog.pg_constraint c\n        \
             WHERE c.conrelid = {table} AND c.conname = {} AND c.convalidated\n    )",
            literal(change.check().raw())
        ),
        message: format!("{name} is not prepared: its CHECK is missing or not validated"),
        hint: "apply the migration before this one first, or run `dbharden plan` again".to_owned(),
    };
    let names = |names: Vec<String>| {
        let all: Vec<String> = names.iter().map(|n| literal(n)).collect();
        format!("SELECT pg_catalog.unnest(ARRAY[{}]::pg_catalog.text[])", all.join(", "))
    };
    let indexes = parts.relation.indexes.iter().map(|i| i.name.raw().to_owned());
    let wide = parts.lost.iter().map(|k| k.wide.raw().to_owned());
    let mut all: Vec<String> = indexes.chain(wide).collect();
    all.sort();
    all.dedup();
    let parts_of = |kind: Kind| parts.there(kind).map(|o| o.id.part.clone()).collect::<Vec<_>>();
    let columns = parts.relation.columns.iter().map(|c| c.name.raw().to_owned()).collect();
    let incoming = parts.incoming().iter().map(|o| o.id.part.clone()).collect();
    let mut constraints = parts_of(Kind::Constraint);
    constraints.push(change.check().raw().to_owned());
    let sets = [
        (
            "columns",
            format!(
                "SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a WHERE a.attrelid = {table} AND a.attnum > 0 AND NOT a.attisdropped"
            ),
            columns,
        ),
        (
            "indexes",
            format!(
                "SELECT r.relname::pg_catalog.text FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class r ON r.oid = i.indexrelid WHERE i.indrelid = {table} AND i.indisvalid"
            ),
            all,
        ),
        (
            "triggers",
            format!(
                "SELECT t.tgname::pg_catalog.text FROM pg_catalog.pg_trigger t WHERE t.tgrelid = {table} AND NOT t.tgisinternal"
            ),
            parts_of(Kind::Trigger),
        ),
        (
            "policies",
            format!("SELECT p.polname::pg_catalog.text FROM pg_catalog.pg_policy p WHERE p.polrelid = {table}"),
            parts_of(Kind::Policy),
        ),
        (
            "constraints",
            format!(
                "SELECT c.conname::pg_catalog.text FROM pg_catalog.pg_constraint c WHERE c.conrelid = {table} AND c.contype IN ('c', 'f', 'p', 'u', 'x')"
            ),
            constraints,
        ),
        (
            "foreign keys of others",
            format!(
                "SELECT c.conname::pg_catalog.text FROM pg_catalog.pg_constraint c WHERE c.confrelid = {table} AND c.conparentid = 0"
            ),
            incoming,
        ),
    ];
    let mut checks = vec![unready];
    for (what, present, planned) in sets {
        let planned = names(planned);
        checks.push(Check {
            raise_if: format!(
                "EXISTS (\n        ({present} EXCEPT {planned})\n        UNION ALL ({planned} EXCEPT {present})\n    )"
            ),
            message: format!("the {what} of {name} are not those that this file was written for"),
            hint: "run `dbharden plan` again".to_owned(),
        });
    }
    checks
}

/// No view or function still reads the old table alone.
pub(super) fn nothing_left(old: &QualifiedName) -> Check {
    let table = format!("pg_catalog.to_regclass({})", literal(&old.to_string()));
    Check {
        raise_if: format!(
            "EXISTS (\n        SELECT FROM pg_catalog.pg_depend d\n        \
             WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = {table}\n          \
             AND d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass)\n    )"
        ),
        message: format!("something still reads {} itself", one_line(&old.to_string())),
        hint: "it was made after the plan: run `dbharden plan` again".to_owned(),
    }
}

/// ATTACH took the indexes that are there: one that it builds reads every row.
fn no_index_built(parts: &Parts) -> Check {
    let old = parts.change.old();
    let table = format!("pg_catalog.to_regclass({})", literal(&old.to_string()));
    let count = kept_indexes(parts).len() + parts.lost.len();
    Check {
        raise_if: format!("(SELECT pg_catalog.count(*) FROM pg_catalog.pg_index i WHERE i.indrelid = {table}) <> {count}"),
        message: format!("attaching {} built an index", one_line(&old.to_string())),
        hint: "one of its indexes is not as the plan saw it: run `dbharden plan` again".to_owned(),
    }
}
