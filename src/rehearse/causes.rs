//! What the migrations have changed, and which of it bears on a statement.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Cause;
use super::trace::{Pair, Trace};
use crate::ident::{Ident, QualifiedName};
use crate::migration::MigrationFile;
use crate::snapshot::objects::{Kind, Objects};
use crate::snapshot::{Index, Oid, Relation};
use crate::twin::planner::Explained;

/// On what it bears.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Bears {
    /// On whatever names this.
    Text(Ident),
    /// On plans that use this index.
    Plan(Ident),
    /// On all that touches the relation.
    All,
    /// On rights.
    Rights,
    /// On what nothing else explains: new and lost constraints.
    Else,
}

/// One change.
struct Changed {
    /// The relation of the original; without one whatever names it is meant.
    relation: Option<Oid>,
    bears: Bears,
    what: String,
    /// Keys of the file that names it: the best first.
    keys: Vec<String>,
}

/// Everything that has changed.
pub struct Changes<'a> {
    all: Vec<Changed>,
    names: BTreeMap<String, Vec<Oid>>,
    touched: BTreeMap<String, String>,
    files: &'a [MigrationFile],
}

/// What is known of a statement when its cause is looked for.
pub struct Case<'c> {
    /// Its text.
    pub text: &'c str,
    /// Relations of the original that it reads or writes.
    pub relations: BTreeSet<Oid>,
    /// Its plan before.
    pub before: &'c Explained,
    /// Its plan after; without one it fails.
    pub after: Option<&'c Explained>,
    /// What the server said.
    pub error: Option<&'c str>,
}

impl<'a> Changes<'a> {
    /// Compares the copy before with the copy after.
    pub fn new(trace: &Trace<'_>, (start, now): (&Objects, &Objects), files: &'a [MigrationFile]) -> Self {
        let mut changes = Self { all: Vec::new(), names: BTreeMap::new(), touched: crate::drift::files::touched(files), files };
        for pair in trace.pairs.values() {
            for name in BTreeSet::from([pair.original.name.name.raw(), pair.now.name.name.raw()]) {
                changes.names.entry(name.to_owned()).or_default().push(pair.original.oid);
            }
            changes.of_relation(pair);
            changes.of_columns(pair);
            changes.of_indexes(pair);
            changes.of_policies(pair);
        }
        for gone in &trace.gone {
            let bears = Bears::Text(gone.name.name.clone());
            changes.push(gone, bears, format!("{} is gone", gone.name), &[]);
        }
        changes.of_objects(start, now);
        changes
    }

    /// Views and functions, which statements call by name.
    fn of_objects(&mut self, start: &Objects, now: &Objects) {
        let named = [Kind::View, Kind::MaterializedView, Kind::Function, Kind::Aggregate, Kind::Operator, Kind::Type];
        for (id, object) in start.all.iter().filter(|(id, _)| named.contains(&id.kind)) {
            let how = match now.get(id) {
                Some(same) if same.body == object.body => continue,
                Some(_) => "another one now",
                None => "gone",
            };
            let what = format!("{} {} is {how}", id.kind, id.qualified());
            let keys = vec![format!("{}.{}", id.schema.raw(), id.name.raw()), id.name.raw().to_owned()];
            self.all.push(Changed { relation: None, bears: Bears::Text(id.name.clone()), what, keys });
        }
    }

    fn push(&mut self, relation: &Relation, bears: Bears, what: String, parts: &[&Ident]) {
        let (schema, table) = (relation.name.schema.raw(), relation.name.name.raw());
        let of = |part: &&Ident| [format!("{table}.{}", part.raw()), format!("{schema}.{}", part.raw()), part.raw().to_owned()];
        let mut keys: Vec<String> = parts.iter().flat_map(of).collect();
        keys.extend([format!("{schema}.{table}"), table.to_owned()]);
        self.all.push(Changed { relation: Some(relation.oid), bears, what, keys });
    }

    fn of_relation(&mut self, pair: &Pair<'_>) {
        let (old, start, now) = (pair.original, pair.start, pair.now);
        if start.name != now.name {
            self.push(old, Bears::Text(start.name.name.clone()), format!("{} is {} now", start.name, now.name), &[]);
        }
        if start.grants != now.grants || start.owner != now.owner {
            self.push(old, Bears::Rights, format!("privileges on {} have changed", now.name), &[]);
        }
        if pair.successor {
            self.push(old, Bears::All, format!("{} is another table now", now.name), &[]);
        }
        if start.kind != now.kind || start.partition_of != now.partition_of {
            self.push(old, Bears::All, format!("partitions of {} have changed", now.name), &[]);
        }
        let constraints = |r: &Relation| -> BTreeSet<Ident> { r.constraints.iter().map(|c| c.name.clone()).collect() };
        let (before, after) = (constraints(start), constraints(now));
        for (names, how) in [(before.difference(&after), "gone"), (after.difference(&before), "new")] {
            for name in names {
                self.push(old, Bears::Else, format!("constraint {name} of {} is {how}", now.name), &[name]);
            }
        }
    }

    fn of_columns(&mut self, pair: &Pair<'_>) {
        let table = &pair.now.name;
        for column in &pair.start.columns {
            let what = match pair.column(&column.name) {
                None => format!("column {table}.{} is gone", column.name),
                Some(now) if now.name != column.name => format!("column {table}.{} is {} now", column.name, now.name),
                Some(now) if now.type_name != column.type_name => {
                    format!("column {table}.{} is {} now, it was {}", column.name, now.type_name, column.type_name)
                }
                Some(_) => continue,
            };
            self.push(pair.original, Bears::Text(column.name.clone()), what, &[&column.name]);
        }
    }

    fn of_indexes(&mut self, pair: &Pair<'_>) {
        let named = |r: &Relation, i: &Ident| QualifiedName::new(r.name.schema.clone(), i.clone());
        for index in &pair.start.indexes {
            let same_name = pair.now.indexes.iter().find(|i| i.name == index.name);
            let what = match (pair.index(&index.name), same_name) {
                (Some(_), _) => continue,
                (None, None) => "gone",
                // made anew for a column of another type
                (None, Some(again)) if same_keys(again, index) => continue,
                (None, Some(_)) => "another one now",
            };
            let what = format!("index {} is {what}", named(pair.start, &index.name));
            self.push(pair.original, Bears::Plan(index.name.clone()), what, &[&index.name]);
        }
        for index in pair.now.indexes.iter().filter(|i| pair.start.indexes.iter().all(|s| s.name != i.name && s.oid != i.oid)) {
            let what = format!("index {} is new", named(pair.now, &index.name));
            self.push(pair.original, Bears::Plan(index.name.clone()), what, &[&index.name]);
        }
    }

    fn of_policies(&mut self, pair: &Pair<'_>) {
        let (start, now) = (pair.start, pair.now);
        let mut said: Vec<(String, Option<&Ident>)> = Vec::new();
        match (start.row_security, now.row_security) {
            (false, true) => said.push((format!("row-level security of {} is on now", now.name), None)),
            (true, false) => said.push((format!("row-level security of {} is off now", now.name), None)),
            (true, true) if start.force_row_security != now.force_row_security => {
                said.push((format!("{} binds its owner otherwise now", now.name), None));
            }
            _ => {}
        }
        let both = start.policies.iter().chain(&now.policies).map(|p| &p.name).collect::<BTreeSet<_>>();
        for name in both {
            let find = |r: &'_ Relation| r.policies.iter().find(|p| p.name == *name).cloned();
            let how = match (find(start), find(now)) {
                (None, Some(_)) => "new",
                (Some(_), None) => "gone",
                (old, new) if old != new => "changed",
                _ => continue,
            };
            said.push((format!("policy {name} of {} is {how}", now.name), Some(name)));
        }
        for (what, part) in said {
            let parts: Vec<&Ident> = part.into_iter().collect();
            self.push(pair.original, Bears::All, what, &parts);
        }
    }

    /// What bears on a statement.
    pub fn of(&self, case: &Case<'_>) -> Vec<Cause> {
        let mut relations = case.relations.clone();
        for plan in std::iter::once(case.before).chain(case.after) {
            let named = names(plan, "Relation Name");
            relations.extend(named.iter().filter_map(|n| self.names.get(n)).flatten());
        }
        let indexes: BTreeSet<&String> =
            case.before.uses_real.iter().chain(case.after.iter().flat_map(|p| &p.uses_real)).collect();
        let denied = case.error.is_some_and(|e| e.starts_with("permission denied"));
        let bears = |c: &&Changed| match &c.bears {
            Bears::Text(name) => mentions(case.text, name.raw()),
            Bears::Plan(index) => case.after.is_some() && indexes.iter().any(|i| *i == index.raw()),
            Bears::All => case.after.is_some(),
            Bears::Rights => denied,
            Bears::Else => false,
        };
        let on_its_tables = |c: &&Changed| c.relation.is_some_and(|r| relations.contains(&r));
        let near = |c: &&Changed| c.relation.is_none() || on_its_tables(c);
        let mut found: Vec<&Changed> = self.all.iter().filter(near).filter(bears).collect();
        if found.is_empty() {
            let other = |c: &&Changed| matches!(c.bears, Bears::Text(_) | Bears::All | Bears::Else);
            found = self.all.iter().filter(on_its_tables).filter(other).collect();
        }
        let mut causes: Vec<Cause> = found.into_iter().map(|c| self.cause(c)).collect();
        causes.sort();
        causes.dedup();
        causes
    }

    fn cause(&self, changed: &Changed) -> Cause {
        let name = changed.keys.iter().find_map(|k| self.touched.get(k));
        let file = name.and_then(|n| self.files.iter().find(|f| f.name == *n));
        Cause { what: changed.what.clone(), migration: name.cloned(), file: file.map(|f| f.path.display().to_string()) }
    }
}

/// Whether two indexes are on the same columns, whatever their types.
fn same_keys(a: &Index, b: &Index) -> bool {
    let keys = |i: &Index| i.keys.iter().map(|k| (k.column.clone(), k.expression.clone())).collect::<Vec<_>>();
    keys(a) == keys(b) && a.predicate == b.predicate && a.method == b.method
}

/// All values of a key in a plan.
fn names(plan: &Explained, key: &str) -> BTreeSet<String> {
    let (mut found, mut open) = (BTreeSet::new(), vec![&plan.root]);
    while let Some(node) = open.pop() {
        found.extend(node.get(key).and_then(|n| n.as_str()).map(str::to_owned));
        open.extend(node.get("Plans").and_then(|p| p.as_array()).into_iter().flatten());
    }
    found
}

/// Whether a text has the name as a word.
fn mentions(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(word) && !after.is_some_and(word)
    })
}
