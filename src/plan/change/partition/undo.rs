//! The way back: the old table is detached, takes the rows that came since, and gets its name again.

use super::parts::Parts;
use super::prepare::unique_index;
use super::swap::{Transaction, kept_indexes, nothing_left, replace_views, sequence_details};
use crate::config::MigrationSettings;
use crate::diff::{self, Draft};
use crate::ident::{Ident, QualifiedName, ident_list, short_name};
use crate::plan::change::gate::{self, tag_for};
use crate::plan::change::tenant::gates::sees_all;
use crate::plan::statement::{Hazard, Statement};
use crate::snapshot::Relation;
use crate::snapshot::objects::{Body, Kind, Object, Objects};

pub(super) fn statements(parts: &Parts, settings: &MigrationSettings) -> Option<Vec<Statement>> {
    let (change, table) = (parts.change, &parts.change.table);
    let old = change.old();
    let was = Relation { name: old.clone(), ..parts.relation.clone() };
    let narrow = |name: &Ident| short_name(name.raw(), "_without_key");
    let mut all = vec![gate::rows(&[sees_all(table)])];
    for key in &parts.lost {
        all.extend(unique_index(narrow(&key.name), &key.columns, parts.snapshot, settings).statements(&was)?);
    }
    let mut back = Transaction::new(parts, settings);
    for key in parts.incoming() {
        back.say(format!("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}", key.id.name_sql(), key.id.part_name()));
    }
    back.unpublish(parts);
    back.say(format!("ALTER TABLE {table} DETACH PARTITION {old}"));
    back.say(move_rows(parts, &old));
    back.hazard(Hazard::WritesRows);
    let gone = QualifiedName { schema: table.schema.clone(), name: short_name(table.name.raw(), "_partitioned") };
    for (_, identity) in parts.identities() {
        let sequence = &identity.sequence;
        back.say(format!("ALTER SEQUENCE {sequence} RENAME TO {}", change.old_name(&sequence.name)));
    }
    back.say(format!("ALTER TABLE {table} RENAME TO {}", gone.name));
    back.say(format!("ALTER TABLE {old} RENAME TO {}", table.name));
    back.drafts(replace_views(parts));
    for (column, identity) in parts.identities() {
        back.drafts(identity_back(parts, column));
        back.count_on(&change.old_name(&identity.sequence.name), identity);
        back.drafts(sequence_details(parts, identity));
    }
    for (sequence, column) in parts.serials() {
        back.say(format!("ALTER SEQUENCE {} OWNED BY {table}.{column}", sequence.sql()));
    }
    back.gate(&[nothing_left(&gone)]);
    back.say(format!("DROP TABLE {gone}"));
    for name in kept_indexes(parts) {
        back.say(format!("ALTER INDEX {}.{} RENAME TO {name}", table.schema, change.old_name(&name)));
    }
    for statistics in parts.there(Kind::Statistics) {
        let id = &statistics.id;
        back.say(format!("ALTER STATISTICS {}.{} RENAME TO {}", id.schema, change.old_name(&id.name), id.name));
    }
    keys_back(parts, &narrow, &mut back);
    for trigger in parts.there(Kind::Trigger) {
        back.drafts(made_again(parts, trigger));
    }
    back.publish(parts, false);
    all.extend(back.end());
    for key in parts.incoming() {
        all.extend(made_again(parts, key).iter().map(|d| d.statement(settings.lock_timeout_ms)));
    }
    // what the first migration has made is there again, as before this one
    for key in &parts.lost {
        let columns: Vec<Ident> = key.columns.iter().chain([&change.column]).cloned().collect();
        all.extend(unique_index(key.wide.clone(), &columns, parts.snapshot, settings).statements(parts.relation)?);
    }
    Some(all)
}

/// Statements that make an object that was there, on tables that are.
fn made_again(parts: &Parts, object: &Object) -> Vec<Draft> {
    let mut before: Objects = parts.objects.clone();
    before.all.remove(&object.id);
    diff::whole_statements(object, &[], &before, parts.objects)
}

/// Identity, as it was.
fn identity_back(parts: &Parts, column: &Ident) -> Vec<Draft> {
    let Some(there) = parts.objects.get(&parts.id) else { return Vec::new() };
    let mut without = there.clone();
    if let Body::Table(t) = &mut without.body {
        t.columns.iter_mut().filter(|c| c.name == *column).for_each(|c| c.identity = None);
    }
    let drafts = diff::alter_statements(&without, there, parts.objects, parts.objects).unwrap_or_default();
    // where it goes on is said by the sequence that is there, not by the rows
    drafts.into_iter().filter(|d| d.sql.starts_with("ALTER TABLE")).collect()
}

/// The keys that were lost.
fn keys_back(parts: &Parts, narrow: &dyn Fn(&Ident) -> Ident, back: &mut Transaction) {
    let table = &parts.change.table;
    for key in &parts.lost {
        match key.word {
            Some(word) => back.say(format!(
                "ALTER TABLE {table} DROP CONSTRAINT {}, ADD CONSTRAINT {} {word} USING INDEX {}",
                key.wide,
                key.name,
                narrow(&key.name)
            )),
            None => {
                back.say(format!("DROP INDEX {}.{}", table.schema, key.wide));
                back.say(format!("ALTER INDEX {}.{} RENAME TO {}", table.schema, narrow(&key.name), key.name));
            }
        }
        for kind in [Kind::Constraint, Kind::Index] {
            let named = |o: &&Object| o.id.part_name() == key.name || o.id.name == key.name;
            for object in parts.there(kind).filter(named) {
                back.drafts(diff::details_statements(object, &parts.without, parts.objects));
            }
        }
    }
    let nullable = parts.relation.column(parts.change.column.raw()).is_some_and(|c| !c.not_null);
    if nullable && parts.lost.iter().any(|k| k.word == Some("PRIMARY KEY")) {
        back.say(format!("ALTER TABLE {table} ALTER COLUMN {} DROP NOT NULL", parts.change.column));
    }
}

/// Rows that came since, where there are any. The range of the old table ends before them, so its CHECK goes with the first.
fn move_rows(parts: &Parts, old: &QualifiedName) -> String {
    let columns: Vec<Ident> = parts.relation.columns.iter().filter(|c| c.generated.is_none()).map(|c| c.name.clone()).collect();
    let (table, list) = (&parts.change.table, ident_list(&columns));
    let body = format!(
        "BEGIN\n    IF EXISTS (SELECT FROM {table}) THEN\n        \
         ALTER TABLE {old} DROP CONSTRAINT IF EXISTS {};\n        \
         INSERT INTO {old} ({list}) OVERRIDING SYSTEM VALUE SELECT {list} FROM {table};\n    END IF;\nEND",
        parts.change.check()
    );
    let tag = tag_for(&body, "move");
    format!("DO {tag}\n{body}\n{tag}")
}
