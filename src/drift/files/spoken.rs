//! What the files say about rights at all: what nobody speaks of is not drift.

use std::collections::BTreeSet;

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, GrantStmt, GrantTargetType, Node, ObjectType, RoleSpec};

use super::names;
use crate::migration::MigrationFile;

/// Objects by whose rights the files stand. Names are raw and as written: `table`, or `schema.table` where the statement names the
/// schema; `schema.*` for all objects of a schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spoken {
    /// Named by GRANT or REVOKE.
    pub grants: BTreeSet<String>,
    /// Named by ALTER ... OWNER TO, and schemas made with AUTHORIZATION.
    pub owners: BTreeSet<String>,
    /// ALTER DEFAULT PRIVILEGES.
    pub default_privileges: BTreeSet<DefaultPrivilege>,
    /// A DO block hands out rights, or REASSIGN OWNED takes them: it may be of any object.
    pub everything: bool,
}

/// Whose new objects, where, of which kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DefaultPrivilege {
    /// The role that makes them; `None` is the one that runs the files.
    pub role: Option<String>,
    /// The schema; `None` is any.
    pub schema: Option<String>,
    /// `tables`, `sequences`, `functions`, `types` or `schemas`.
    pub objects: &'static str,
}

enum Saying {
    Grant(String),
    Owner(String),
    Default(DefaultPrivilege),
    Everything,
}

/// Looks for statements on rights, in DO blocks as far as their words tell.
pub fn speaks_of(files: &[MigrationFile]) -> Spoken {
    let mut spoken = Spoken::default();
    for saying in names::collect(files, statement).into_iter().flat_map(|(_, sayings)| sayings) {
        match saying {
            Saying::Grant(name) => {
                spoken.grants.insert(name);
            }
            Saying::Owner(name) => {
                spoken.owners.insert(name);
            }
            Saying::Default(privilege) => {
                spoken.default_privileges.insert(privilege);
            }
            Saying::Everything => spoken.everything = true,
        }
    }
    spoken
}

fn statement(node: &NodeEnum) -> Vec<Saying> {
    match node {
        NodeEnum::GrantStmt(s) => grant(s),
        NodeEnum::AlterDefaultPrivilegesStmt(s) => {
            let (roles, schemas) = (option(&s.options, "roles"), option(&s.options, "schemas"));
            let objects = s.action.as_ref().map_or("tables", |a| kind(a.objtype));
            let roles = if roles.is_empty() { vec![None] } else { roles };
            let schemas = if schemas.is_empty() { vec![None] } else { schemas };
            roles
                .iter()
                .flat_map(|role| {
                    let one =
                        move |schema: &Option<String>| DefaultPrivilege { role: role.clone(), schema: schema.clone(), objects };
                    schemas.iter().map(one).map(Saying::Default)
                })
                .collect()
        }
        NodeEnum::AlterOwnerStmt(s) => {
            let relation = s.relation.as_ref().map(names::range);
            let name = relation.or_else(|| s.object.as_deref().map(names::object)).unwrap_or_default();
            vec![Saying::Owner(name.join("."))]
        }
        NodeEnum::AlterTableStmt(s) => {
            let changes = |n: &Node| matches!(&n.node, Some(NodeEnum::AlterTableCmd(c)) if c.subtype == AlterTableType::AtChangeOwner as i32);
            let relation = s.relation.as_ref().filter(|_| s.cmds.iter().any(changes));
            relation.map(|r| Saying::Owner(names::range(r).join("."))).into_iter().collect()
        }
        NodeEnum::CreateSchemaStmt(s) => {
            let owner = s.authrole.as_ref().map(|role| match s.schemaname.as_str() {
                "" => role.rolename.clone(),
                name => name.to_owned(),
            });
            let inside = s.schema_elts.iter().filter_map(|e| e.node.as_ref()).flat_map(statement);
            owner.map(Saying::Owner).into_iter().chain(inside).collect()
        }
        NodeEnum::ReassignOwnedStmt(_) => vec![Saying::Everything],
        NodeEnum::DoStmt(s) => {
            let code = s.args.iter().filter_map(|a| match a.node.as_ref()? {
                NodeEnum::DefElem(d) if d.defname == "as" => match d.arg.as_ref()?.node.as_ref()? {
                    NodeEnum::String(s) => Some(s.sval.as_str()),
                    _ => None,
                },
                _ => None,
            });
            code.filter(|c| hands_out(c)).map(|_| Saying::Everything).collect()
        }
        _ => Vec::new(),
    }
}

fn grant(s: &GrantStmt) -> Vec<Saying> {
    let whole = if s.targtype == GrantTargetType::AclTargetAllInSchema as i32 { ".*" } else { "" };
    s.objects.iter().map(|o| Saying::Grant(names::object(o).join(".") + whole)).collect()
}

/// The words by which code gives or takes rights.
fn hands_out(code: &str) -> bool {
    let lower = code.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
    words.iter().any(|w| matches!(*w, "grant" | "revoke")) || words.windows(2).any(|w| w == ["owner", "to"])
}

/// The roles or schemas of ALTER DEFAULT PRIVILEGES; `None` is the current role.
fn option(options: &[Node], name: &str) -> Vec<Option<String>> {
    let lists = options.iter().filter_map(|o| match o.node.as_ref()? {
        NodeEnum::DefElem(d) if d.defname == name => match d.arg.as_ref()?.node.as_ref()? {
            NodeEnum::List(l) => Some(&l.items),
            _ => None,
        },
        _ => None,
    });
    lists
        .flatten()
        .filter_map(|n| match n.node.as_ref()? {
            NodeEnum::String(s) => Some(Some(s.sval.clone())),
            NodeEnum::RoleSpec(RoleSpec { rolename, .. }) => Some(Some(rolename.clone()).filter(|r| !r.is_empty())),
            _ => None,
        })
        .collect()
}

fn kind(objects: i32) -> &'static str {
    match ObjectType::try_from(objects) {
        Ok(ObjectType::ObjectSequence) => "sequences",
        Ok(ObjectType::ObjectFunction) => "functions",
        Ok(ObjectType::ObjectType) => "types",
        Ok(ObjectType::ObjectSchema) => "schemas",
        _ => "tables",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn spoken(sql: &str) -> Spoken {
        speaks_of(&[MigrationFile::script(Path::new("x"), sql.to_owned())])
    }

    #[test]
    fn names_are_as_written() {
        let said = spoken(
            "grant select on app.t, u to r; revoke all on function app.f(int) from public; grant usage on schema app to r;
             grant all on all tables in schema app to r; alter table app.t owner to o; alter function g() owner to o;
             create schema s authorization o;",
        );
        assert_eq!(said.grants, ["app.t", "u", "app.f", "app", "app.*"].map(str::to_owned).into());
        assert_eq!(said.owners, ["app.t", "g", "s"].map(str::to_owned).into());
        assert!(!said.everything);
    }

    #[test]
    fn default_privileges_by_role_schema_and_kind() {
        let said = spoken(
            "alter default privileges for role a, b in schema s grant select on tables to r;
             alter default privileges revoke execute on functions from public;",
        );
        let one = |role: Option<&str>, schema: Option<&str>, objects| DefaultPrivilege {
            role: role.map(str::to_owned),
            schema: schema.map(str::to_owned),
            objects,
        };
        let expected = [one(Some("a"), Some("s"), "tables"), one(Some("b"), Some("s"), "tables"), one(None, None, "functions")];
        assert_eq!(said.default_privileges, expected.into());
    }

    #[test]
    fn a_block_may_speak_of_anything() {
        assert!(spoken("do $$ begin execute format('GRANT select on %I to x', 'a'); end $$;").everything);
        assert!(spoken("do $$ begin execute 'alter table a owner to b'; end $$;").everything);
        assert!(!spoken("do $$ begin perform granted from t; end $$;").everything);
        assert!(spoken("reassign owned by a to b").everything);
    }
}
