//! Roles and grants: the application gets a role that policies can bind. Nothing is enforced, and nobody needs to use it yet.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{find, views};
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName, literal, mentions, one_line};
use crate::plan::change::gate::{self, Check, tag_for};
use crate::plan::statement::{Hazard, Statement};
use crate::snapshot::{DefaultGrant, Relation, Snapshot};

/// Roles for the application, the owner and migrations, and what the application may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrepareTenants {
    /// A table that stands for all, the one of tenants where that is the product's own; functions of ours go to its schema.
    pub table: QualifiedName,
    /// The role of the application.
    pub app: Ident,
    /// Other roles that policies bind; their privileges stay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Ident>,
    /// The role that is to own the tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Ident>,
    /// The role that runs migrations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migrator: Option<Ident>,
    /// What the application may do with each table.
    pub grants: Vec<TableGrant>,
    /// ... and with each view, which from then on reads with the rights of its caller.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<TableGrant>,
    /// Default privileges of the application: they would give it tables that have no policies yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defaults: Vec<DefaultGrant>,
}

/// Privileges on one table or view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableGrant {
    /// The table or view.
    pub table: QualifiedName,
    /// `SELECT`, `INSERT`, `UPDATE`, `DELETE`.
    pub privileges: Vec<String>,
}

impl PrepareTenants {
    pub(in crate::plan::change) fn statements(
        &self,
        snapshot: &Snapshot,
        settings: &MigrationSettings,
    ) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let grants: Vec<(&Relation, Vec<&str>)> = self.missing(snapshot)?;
        let (mut up, mut down) = (Vec::new(), Vec::new());
        let mut both = |there: String, back: String| {
            up.push(access(there));
            down.insert(0, access(back));
        };
        let is_new = |role: &Ident| !snapshot.catalog.roles.iter().any(|r| r.name == *role);
        let wanted = [
            (Some(&self.app), "LOGIN NOBYPASSRLS"),
            (self.owner.as_ref(), "NOLOGIN NOBYPASSRLS"),
            (self.migrator.as_ref(), "LOGIN BYPASSRLS"),
        ];
        let others = self.others.iter().map(|r| (Some(r), "LOGIN NOBYPASSRLS"));
        for (role, attributes) in wanted.into_iter().chain(others).filter_map(|(r, a)| r.filter(|r| is_new(r)).map(|r| (r, a))) {
            both(create_role(role, attributes), format!("DROP ROLE IF EXISTS {role}"));
        }
        let schemas: BTreeSet<&Ident> = self.grants.iter().chain(&self.views).map(|g| &g.table.schema).collect();
        for schema in schemas {
            if is_new(&self.app) {
                both(format!("GRANT USAGE ON SCHEMA {schema} TO {}", self.app), revoke("USAGE", "SCHEMA", schema, &self.app));
            }
            // foreign keys are checked as the owner
            if let Some(owner) = self.owner.as_ref().filter(|o| is_new(o)) {
                let what = "USAGE, CREATE";
                both(format!("GRANT {what} ON SCHEMA {schema} TO {owner}"), revoke(what, "SCHEMA", schema, owner));
            }
        }
        if let (Some(owner), Some(migrator)) = (&self.owner, &self.migrator)
            && (is_new(owner) || is_new(migrator))
        {
            both(format!("GRANT {owner} TO {migrator}"), drop_membership(owner, migrator));
        }
        for (table, privileges) in &grants {
            let (name, list) = (&table.name, privileges.join(", "));
            both(format!("GRANT {list} ON TABLE {name} TO {}", self.app), revoke(&list, "TABLE", name, &self.app));
            if privileges.contains(&"INSERT") {
                for sequence in sequences(snapshot, table) {
                    let grant = format!("GRANT USAGE ON SEQUENCE {sequence} TO {}", self.app);
                    both(grant, revoke("USAGE", "SEQUENCE", sequence, &self.app));
                }
            }
        }
        // a view is given away when it reads with the rights of its caller, not before
        for (view, privileges) in self.missing_of_views(snapshot)? {
            let (there, back) = views::as_caller(view, snapshot.server.major(), settings);
            up.extend(there);
            if !privileges.is_empty() {
                let (name, list) = (&view.name, privileges.join(", "));
                up.push(access(format!("GRANT {list} ON TABLE {name} TO {}", self.app)));
                down.insert(0, access(revoke(&list, "TABLE", name, &self.app)));
            }
            down.splice(0..0, back);
        }
        for default in self.defaults_there(snapshot) {
            up.push(access(default_privileges(default, "REVOKE", "FROM")));
            down.insert(0, access(default_privileges(default, "GRANT", "TO")));
        }
        for role in self.bound() {
            up.push(gate::rows(&self.is_bound(role)));
        }
        Some((up, down))
    }

    /// The roles that policies bind.
    pub(in crate::plan::change) fn bound(&self) -> impl Iterator<Item = &Ident> {
        std::iter::once(&self.app).chain(&self.others)
    }

    /// Policies bind the role: else all that follows would be for show.
    fn is_bound(&self, role: &Ident) -> [Check; 2] {
        let name = literal(role.raw());
        let role = one_line(&role.to_string());
        let tables: Vec<String> = self.grants.iter().map(|g| literal(&g.table.to_string())).collect();
        let free = Check {
            raise_if: format!(
                "EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = {name} AND (r.rolsuper OR r.rolbypassrls))"
            ),
            message: format!("policies do not bind the role {role}: it is a superuser or has BYPASSRLS"),
            hint: format!("ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS, or name another role in [tenancy] app_role"),
        };
        let owner = Check {
            raise_if: format!(
                "EXISTS (\n        SELECT FROM pg_catalog.pg_class c\n        \
                 WHERE c.oid IN (SELECT pg_catalog.to_regclass(n) FROM pg_catalog.unnest(ARRAY[{}]::pg_catalog.text[]) n)\n          \
                 AND pg_catalog.pg_has_role({name}, c.relowner, 'MEMBER')\n    )",
                tables.join(", ")
            ),
            message: format!("policies do not bind the role {role}: it owns tables or is a member of their owner"),
            hint: "name a role in [tenancy] app_role that owns nothing".to_owned(),
        };
        [free, owner]
    }

    /// What the role lacks; `None` when a table is gone.
    fn missing<'s>(&'s self, snapshot: &'s Snapshot) -> Option<Vec<(&'s Relation, Vec<&'s str>)>> {
        let of = |grant: &'s TableGrant| {
            let table = find(snapshot, &grant.table)?;
            Some((table, self.lacking(table, grant)))
        };
        let all: Option<Vec<_>> = self.grants.iter().map(of).collect();
        Some(all?.into_iter().filter(|(_, lacking)| !lacking.is_empty()).collect())
    }

    /// Views that the role may not use in full, or that do not read with its rights; `None` when one is gone.
    fn missing_of_views<'s>(&'s self, snapshot: &'s Snapshot) -> Option<Vec<(&'s Relation, Vec<&'s str>)>> {
        let of = |grant: &'s TableGrant| {
            let view = snapshot.catalog.find(Some(grant.table.schema.raw()), grant.table.name.raw(), &[])?;
            Some((view, self.lacking(view, grant)))
        };
        let all: Option<Vec<_>> = self.views.iter().map(of).collect();
        let major = snapshot.server.major();
        Some(all?.into_iter().filter(|(view, lacking)| !lacking.is_empty() || !views::reads_as_caller(view, major)).collect())
    }

    fn lacking<'s>(&'s self, relation: &Relation, grant: &'s TableGrant) -> Vec<&'s str> {
        let has = |p: &String| relation.grants.iter().any(|g| g.grantee.as_ref() == Some(&self.app) && g.privileges.contains(p));
        grant.privileges.iter().filter(|p| !has(p)).map(String::as_str).collect()
    }

    fn defaults_there<'s>(&'s self, snapshot: &'s Snapshot) -> impl Iterator<Item = &'s DefaultGrant> {
        self.defaults.iter().filter(|d| snapshot.catalog.default_grants.contains(d))
    }

    /// Whether the roles are there and the application may do all of this.
    pub fn is_done(&self, snapshot: &Snapshot) -> bool {
        let there = |role: &Ident| snapshot.catalog.roles.iter().any(|r| r.name == *role);
        self.roles().all(there)
            && self.missing(snapshot).is_some_and(|m| m.is_empty())
            && self.missing_of_views(snapshot).is_some_and(|m| m.is_empty())
            && self.defaults_there(snapshot).next().is_none()
    }

    /// All roles that are to be there.
    pub fn roles(&self) -> impl Iterator<Item = &Ident> {
        self.bound().chain(&self.owner).chain(&self.migrator)
    }
}

/// Sequences from which columns get their values and that are not the column's own by identity, which needs no privilege.
fn sequences<'s>(snapshot: &'s Snapshot, table: &'s Relation) -> impl Iterator<Item = &'s QualifiedName> {
    let used = |s: &&crate::snapshot::Sequence| {
        table.columns.iter().any(|c| {
            let by_default = c.default.as_ref().is_some_and(|d| {
                d.contains("nextval(") && (mentions(d, &s.name.name.to_string()) || mentions(d, &s.name.to_string()))
            });
            let owned = s.owned_by.as_ref().is_some_and(|o| o.table == table.oid && o.column == c.name);
            c.identity.is_none() && (by_default || owned)
        })
    };
    snapshot.catalog.sequences.iter().filter(used).map(|s| &s.name)
}

fn access(sql: String) -> Statement {
    Statement { hazards: vec![Hazard::ChangesAccess], ..Statement::without_lock(sql) }
}

fn default_privileges(of: &DefaultGrant, verb: &str, to: &str) -> String {
    let within = of.schema.as_ref().map_or(String::new(), |s| format!(" IN SCHEMA {s}"));
    let role = of.grantee.as_ref().map_or("PUBLIC".to_owned(), Ident::to_string);
    let option = if of.grantable && verb == "GRANT" { " WITH GRANT OPTION" } else { "" };
    let list = of.privileges.join(", ");
    format!("ALTER DEFAULT PRIVILEGES FOR ROLE {}{within} {verb} {list} ON TABLES {to} {role}{option}", of.owner)
}

/// Roles belong to the server: another database's migration may have made it already.
fn create_role(role: &Ident, attributes: &str) -> String {
    let body = format!(
        "BEGIN\n    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {}) THEN\n        \
         CREATE ROLE {role} {attributes};\n    END IF;\nEND",
        literal(role.raw())
    );
    let tag = tag_for(&body, "role");
    format!("DO {tag}\n{body}\n{tag}")
}

/// A revoke that does nothing where the role is gone: an undo may run twice.
fn revoke(privileges: &str, kind: &str, object: impl std::fmt::Display, role: &Ident) -> String {
    guarded(role, &format!("REVOKE {privileges} ON {kind} {object} FROM {role}"))
}

fn drop_membership(owner: &Ident, migrator: &Ident) -> String {
    guarded(owner, &format!("REVOKE {owner} FROM {migrator}"))
}

fn guarded(role: &Ident, sql: &str) -> String {
    let body = format!(
        "BEGIN\n    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {}) THEN\n        {sql};\n    END IF;\nEND",
        literal(role.raw())
    );
    let tag = tag_for(&body, "revoke");
    format!("DO {tag}\n{body}\n{tag}")
}
