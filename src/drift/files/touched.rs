//! Which migration touched an object last.

use std::collections::BTreeMap;

use pg_query::NodeEnum;
use pg_query::protobuf::{Node, ObjectType, RangeVar};

use super::names;
use crate::migration::MigrationFile;

/// For every object that a statement makes, alters or drops: the name of the last file that does. The keys are raw names, `name`
/// and `outer.name`: `table` and `schema.table`, `table.column`, `policy` and `table.policy`.
pub fn touched(files: &[MigrationFile]) -> BTreeMap<String, String> {
    let mut last = BTreeMap::new();
    for (i, keys) in names::collect(files, statement) {
        for key in keys {
            last.insert(key, files[i].name.clone());
        }
    }
    last
}

/// Keys, as they are found.
#[derive(Default)]
struct Keys(Vec<String>);

impl Keys {
    /// An object: by its own name and by that with the next outer one.
    fn object(&mut self, path: &[String]) {
        if let Some(name) = path.last() {
            self.0.push(name.clone());
        }
        self.inner(path);
    }

    /// A column: only together with its table.
    fn inner(&mut self, path: &[String]) {
        if let [.., outer, name] = path {
            self.0.push(format!("{outer}.{name}"));
        }
    }

    fn relation(&mut self, range: Option<&RangeVar>) -> String {
        let Some(range) = range else { return String::new() };
        self.object(&names::range(range));
        range.relname.clone()
    }

    /// A column, or a constraint with its own name, of a table.
    fn member(&mut self, table: &str, node: &Node) {
        match node.node.as_ref() {
            Some(NodeEnum::ColumnDef(c)) => self.inner(&[table.to_owned(), c.colname.clone()]),
            Some(NodeEnum::Constraint(c)) if !c.conname.is_empty() => self.object(&[table.to_owned(), c.conname.clone()]),
            _ => {}
        }
    }

    fn of_table(&mut self, table: Option<&RangeVar>, name: &str) {
        let table = table.map(|t| t.relname.clone()).unwrap_or_default();
        self.object(&[table, name.to_owned()]);
    }
}

fn statement(node: &NodeEnum) -> Vec<String> {
    let mut keys = Keys::default();
    walk(node, &mut keys);
    keys.0
}

fn walk(node: &NodeEnum, keys: &mut Keys) {
    match node {
        NodeEnum::CreateStmt(s) => {
            let table = keys.relation(s.relation.as_ref());
            s.table_elts.iter().for_each(|e| keys.member(&table, e));
        }
        NodeEnum::CreateForeignTableStmt(s) => {
            if let Some(base) = &s.base_stmt {
                walk(&NodeEnum::CreateStmt(base.clone()), keys);
            }
        }
        NodeEnum::AlterTableStmt(s) => {
            let table = keys.relation(s.relation.as_ref());
            for command in s.cmds.iter().filter_map(|c| c.node.as_ref()) {
                let NodeEnum::AlterTableCmd(command) = command else { continue };
                if !command.name.is_empty() {
                    keys.object(&[table.clone(), command.name.clone()]);
                }
                command.def.iter().for_each(|d| keys.member(&table, d));
            }
        }
        NodeEnum::IndexStmt(s) if s.idxname.is_empty() => {
            keys.relation(s.relation.as_ref());
        }
        NodeEnum::IndexStmt(s) => {
            let schema = s.relation.as_ref().map(|r| r.schemaname.clone()).filter(|n| !n.is_empty());
            keys.object(&schema.into_iter().chain([s.idxname.clone()]).collect::<Vec<_>>());
        }
        NodeEnum::CreateTrigStmt(s) => keys.of_table(s.relation.as_ref(), &s.trigname),
        NodeEnum::CreatePolicyStmt(s) => keys.of_table(s.table.as_ref(), &s.policy_name),
        NodeEnum::AlterPolicyStmt(s) => keys.of_table(s.table.as_ref(), &s.policy_name),
        NodeEnum::RuleStmt(s) => keys.of_table(s.relation.as_ref(), &s.rulename),
        NodeEnum::ViewStmt(s) => {
            keys.relation(s.view.as_ref());
        }
        NodeEnum::CreateTableAsStmt(s) => {
            keys.relation(s.into.as_ref().and_then(|i| i.rel.as_ref()));
        }
        NodeEnum::CreateSeqStmt(s) => {
            keys.relation(s.sequence.as_ref());
        }
        NodeEnum::AlterSeqStmt(s) => {
            keys.relation(s.sequence.as_ref());
        }
        NodeEnum::CompositeTypeStmt(s) => {
            keys.relation(s.typevar.as_ref());
        }
        NodeEnum::CreateFunctionStmt(s) => keys.object(&names::path(&s.funcname)),
        NodeEnum::AlterFunctionStmt(s) => s.func.iter().for_each(|f| keys.object(&names::path(&f.objname))),
        NodeEnum::CreateEnumStmt(s) => keys.object(&names::path(&s.type_name)),
        NodeEnum::AlterEnumStmt(s) => keys.object(&names::path(&s.type_name)),
        NodeEnum::CreateRangeStmt(s) => keys.object(&names::path(&s.type_name)),
        NodeEnum::AlterTypeStmt(s) => keys.object(&names::path(&s.type_name)),
        NodeEnum::CreateDomainStmt(s) => keys.object(&names::path(&s.domainname)),
        NodeEnum::AlterDomainStmt(s) => keys.object(&names::path(&s.type_name)),
        NodeEnum::DefineStmt(s) => keys.object(&names::path(&s.defnames)),
        NodeEnum::CreateStatsStmt(s) => keys.object(&names::path(&s.defnames)),
        NodeEnum::AlterStatsStmt(s) => keys.object(&names::path(&s.defnames)),
        NodeEnum::CreateSchemaStmt(s) => {
            keys.object(std::slice::from_ref(&s.schemaname));
            s.schema_elts.iter().filter_map(|e| e.node.as_ref()).for_each(|e| walk(e, keys));
        }
        NodeEnum::CreateExtensionStmt(s) => keys.object(std::slice::from_ref(&s.extname)),
        NodeEnum::AlterExtensionStmt(s) => keys.object(std::slice::from_ref(&s.extname)),
        NodeEnum::CreateEventTrigStmt(s) => keys.object(std::slice::from_ref(&s.trigname)),
        NodeEnum::AlterEventTrigStmt(s) => keys.object(std::slice::from_ref(&s.trigname)),
        NodeEnum::CreatePublicationStmt(s) => keys.object(std::slice::from_ref(&s.pubname)),
        NodeEnum::AlterPublicationStmt(s) => keys.object(std::slice::from_ref(&s.pubname)),
        NodeEnum::CreateForeignServerStmt(s) => keys.object(std::slice::from_ref(&s.servername)),
        NodeEnum::AlterForeignServerStmt(s) => keys.object(std::slice::from_ref(&s.servername)),
        NodeEnum::CreateFdwStmt(s) => keys.object(std::slice::from_ref(&s.fdwname)),
        NodeEnum::DropStmt(s) => s.objects.iter().for_each(|o| keys.object(&names::object(o))),
        NodeEnum::GrantStmt(s) => s.objects.iter().for_each(|o| keys.object(&names::object(o))),
        NodeEnum::CommentStmt(s) => {
            let path = s.object.as_deref().map(names::object).unwrap_or_default();
            if s.objtype == ObjectType::ObjectColumn as i32 { keys.inner(&path) } else { keys.object(&path) }
        }
        NodeEnum::AlterOwnerStmt(s) => on(s.relation.as_ref(), s.object.as_deref(), keys),
        NodeEnum::AlterObjectSchemaStmt(s) => {
            on(s.relation.as_ref(), s.object.as_deref(), keys);
            let name = s.relation.as_ref().map(names::range).or_else(|| s.object.as_deref().map(names::object));
            if let Some(name) = name.and_then(|n| n.last().cloned()) {
                keys.inner(&[s.newschema.clone(), name]);
            }
        }
        NodeEnum::RenameStmt(s) => {
            on(s.relation.as_ref(), s.object.as_deref(), keys);
            let table = s.relation.as_ref().map(|r| r.relname.clone());
            match table.filter(|_| !s.subname.is_empty()) {
                Some(table) => {
                    keys.object(&[table.clone(), s.subname.clone()]);
                    keys.object(&[table, s.newname.clone()]);
                }
                None => {
                    let schema = s.relation.as_ref().map(|r| r.schemaname.clone()).filter(|n| !n.is_empty());
                    keys.object(&schema.into_iter().chain([s.newname.clone()]).collect::<Vec<_>>());
                }
            }
        }
        _ => {}
    }
}

/// The object of a statement that names relations one way and all others another way.
fn on(relation: Option<&RangeVar>, object: Option<&Node>, keys: &mut Keys) {
    match (relation, object) {
        (Some(_), _) => {
            keys.relation(relation);
        }
        (None, Some(object)) => keys.object(&names::object(object)),
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_last_migration_that_names_it() {
        let file =
            |name: &str, sql: &str| MigrationFile { name: name.into(), ..MigrationFile::script(Path::new("x"), sql.into()) };
        let files = [
            file("1", "create table app.\"T\" (a int, b int constraint b_ok check (b > 0)); create index i on app.\"T\" (a);"),
            file("2", "alter table app.\"T\" add column c int, alter b set not null; create policy p on app.\"T\" using (true);"),
            file("3", "alter table app.\"T\" rename column a to z; alter table app.old rename to new; drop function f(int);"),
            file("4", "this does not parse; comment on column app.\"T\".c is 'x'; drop trigger tr on app.\"T\"; select \\! 1"),
            file("5", "alter type app.mood add value 'x'; alter function app.g() owner to o; create type e as enum ();"),
        ];
        let last = touched(&files[..3]);
        for (key, name) in [
            ("T", "3"),
            ("app.T", "3"),
            ("T.b", "2"),
            ("T.c", "2"),
            ("T.z", "3"),
            ("p", "2"),
            ("T.p", "2"),
            ("i", "1"),
            ("app.i", "1"),
            ("app.old", "3"),
            ("app.new", "3"),
            ("f", "3"),
        ] {
            assert_eq!(last.get(key).map(String::as_str), Some(name), "{key}");
        }
        let last = touched(&files);
        for (key, name) in [("mood", "5"), ("app.g", "5"), ("e", "5")] {
            assert_eq!(last.get(key).map(String::as_str), Some(name), "{key}");
        }
    }
}
