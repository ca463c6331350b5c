//! Policies of one table and its partitions: those that only log, and those that keep tenants apart.

use serde::{Deserialize, Serialize};

use super::row::{RowTenant, Tenant};
use super::{audit, with_partitions};
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName, ident_list};
use crate::plan::change::{Change, CreateIndex};
use crate::plan::statement::{Hazard, LockMode, Statement};
use crate::snapshot::{Policy, Relation, Snapshot};

/// Names of the policies and of the trigger.
pub mod names {
    /// Lets every row pass and logs.
    pub const AUDIT: &str = "tenant_audit";
    /// Takes away what is another tenant's, whatever other policies say.
    pub const FLOOR: &str = "tenant_floor";
    /// Lets roles that work for all tenants go on.
    pub const ALL: &str = "tenant_all";
    /// One a command.
    pub const COMMANDS: [(&str, &str); 4] =
        [("tenant_select", "SELECT"), ("tenant_insert", "INSERT"), ("tenant_update", "UPDATE"), ("tenant_delete", "DELETE")];
    /// Refuses to write without a tenant.
    pub const TRIGGER: &str = "dbharden_require_tenant";
}

/// Whether policies refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// They log what they would refuse.
    Audit,
    /// They do.
    Enforce,
}

/// Policies that let a role see and write the rows of its tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantPolicies {
    /// The table; its partitions get the same.
    pub table: QualifiedName,
    /// Where its tenant stands.
    pub row: RowTenant,
    /// How a statement says its tenant.
    pub tenant: Tenant,
    /// The roles they bind.
    pub roles: Vec<Ident>,
    /// Roles that see the rows of all tenants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub all_tenants: Vec<Ident>,
    /// Where the functions are that they call.
    pub helpers: Ident,
    /// Whether they refuse.
    pub mode: Mode,
    /// The table of tenants: its rows are read and not written.
    pub is_root: bool,
}

impl TenantPolicies {
    /// The index by which the rows of a tenant are found, unless there is one.
    pub(in crate::plan::change) fn needs(&self, snapshot: &Snapshot) -> Vec<Change> {
        let Some(table) = super::find(snapshot, &self.table).filter(|_| self.row.hops.is_empty()) else { return Vec::new() };
        let led = |i: &crate::snapshot::Index| i.is_complete() && i.plain_prefix().next() == Some(&self.row.column);
        if table.indexes.iter().any(led) {
            return Vec::new();
        }
        vec![Change::CreateIndex(CreateIndex::for_lookup(&self.table, std::slice::from_ref(&self.row.column)))]
    }

    pub(in crate::plan::change) fn statements(
        &self,
        snapshot: &Snapshot,
        settings: &MigrationSettings,
    ) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let (mut up, mut down) = (Vec::new(), Vec::new());
        match self.mode {
            Mode::Audit => up.extend(audit::create_logs(&self.helpers, snapshot.server.major())),
            Mode::Enforce => up.push(audit::create_requires(&self.helpers)),
        }
        if let Some((there, back)) = self.default(snapshot, settings) {
            up.push(there);
            down.push(back);
        }
        for table in with_partitions(snapshot, &self.table)? {
            if !self.fits(table) {
                return None;
            }
            let (there, back) = self.of_one(table, snapshot.server.major(), settings);
            up.extend(there);
            down.splice(0..0, back);
        }
        let drop_logs = audit::drop_unused(&audit::logs(&self.helpers), audit::LOGS_SIGNATURE);
        match self.mode {
            Mode::Audit => down.push(drop_logs),
            Mode::Enforce => {
                up.push(drop_logs);
                down.push(audit::drop_unused(&audit::requires(&self.helpers), ""));
            }
        }
        Some((up, down))
    }

    /// A row that names no tenant is the statement's: an application that leaves the key out goes on once it sets its tenant. Rows that are
    /// there are not touched.
    fn default(&self, snapshot: &Snapshot, settings: &MigrationSettings) -> Option<(Statement, Statement)> {
        let table = super::find(snapshot, &self.table).filter(|t| self.lacks_default(t))?;
        let alter = |what: &str| {
            let sql = format!("ALTER TABLE {} ALTER COLUMN {} {what}", table.name, self.row.column);
            Statement::brief(sql, LockMode::AccessExclusive, &table.name, settings.lock_timeout_ms)
        };
        let value = self.tenant.default(&self.row.type_name);
        Some((alter(&format!("SET DEFAULT {value}")), alter("DROP DEFAULT")))
    }

    fn lacks_default(&self, table: &Relation) -> bool {
        let plain = |c: &crate::snapshot::Column| c.default.is_none() && c.identity.is_none();
        self.mode == Mode::Enforce
            && !self.is_root
            && self.row.hops.is_empty()
            && table.column(self.row.column.raw()).is_some_and(plain)
    }

    /// New policies first, then the switch: never is a table without a policy that lets somebody in.
    fn of_one(&self, table: &Relation, major: u32, settings: &MigrationSettings) -> (Vec<Statement>, Vec<Statement>) {
        let name = &table.name;
        let alter = |sql: String| {
            let statement = Statement::brief(sql, LockMode::AccessExclusive, name, settings.lock_timeout_ms);
            Statement { hazards: vec![Hazard::BlocksEverything, Hazard::ChangesAccess], ..statement }
        };
        let drop = |policy: &str| alter(format!("DROP POLICY IF EXISTS {policy} ON {name}"));
        let create = |policy: &str, rest: String| vec![drop(policy), alter(format!("CREATE POLICY {policy} ON {name}{rest}"))];
        let (mut up, mut down) = (Vec::new(), Vec::new());
        let enable = (!table.row_security).then(|| alter(format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")));
        let disable = (!table.row_security).then(|| alter(format!("ALTER TABLE {name} DISABLE ROW LEVEL SECURITY")));
        if !self.all_tenants.is_empty() && !has(table, names::ALL, &self.all_tenants) {
            let role = ident_list(&self.all_tenants);
            up.extend(create(names::ALL, format!(" FOR ALL TO {role}\n    USING (true)\n    WITH CHECK (true)")));
            down.push(drop(names::ALL));
        }
        match self.mode {
            Mode::Audit => {
                up.extend(create(names::AUDIT, self.audit(name)));
                up.extend(enable);
                down.extend(disable);
                down.push(drop(names::AUDIT));
            }
            Mode::Enforce => {
                let row = self.row.condition(name, &self.tenant);
                let role = ident_list(&self.roles);
                for (policy, command) in self.commands() {
                    let using = if command == "INSERT" { String::new() } else { format!("\n    USING ({row})") };
                    let check =
                        if ["INSERT", "UPDATE"].contains(&command) { format!("\n    WITH CHECK ({row})") } else { String::new() };
                    up.extend(create(policy, format!(" FOR {command} TO {role}{using}{check}")));
                }
                up.extend(self.trigger(name, settings));
                up.extend(enable);
                up.push(drop(names::AUDIT));
                let floor = format!(" AS RESTRICTIVE FOR ALL TO {role}\n    USING ({row})\n    WITH CHECK ({row})");
                up.extend(create(names::FLOOR, floor));
                if table.policies.iter().any(|p| p.name.raw() == names::AUDIT) {
                    down.extend(audit::create_logs(&self.helpers, major));
                    down.extend(create(names::AUDIT, self.audit(name)));
                }
                down.push(drop(names::FLOOR));
                down.extend(disable);
                down.push(self.drop_trigger(name, settings));
                down.extend(self.commands().map(|(policy, _)| drop(policy)));
            }
        }
        (up, down)
    }

    /// What tells two of them on one table apart.
    pub(in crate::plan::change) fn definition(&self) -> String {
        format!("{} {}", self.row.condition(&self.table, &self.tenant), self.helpers)
    }

    fn audit(&self, table: &QualifiedName) -> String {
        let row = self.row.condition(table, &self.tenant);
        let log = |action| audit::call(&self.helpers, table, action, &self.tenant);
        let (read, write) = (log("show rows of"), log("write to"));
        format!(" FOR ALL TO PUBLIC\n    USING ({row} OR {read})\n    WITH CHECK ({row} OR {write})")
    }

    fn commands(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        names::COMMANDS.into_iter().take(if self.is_root { 1 } else { 4 })
    }

    /// Policies hide rows from UPDATE and DELETE in silence; with a tenant set the trigger costs one look at it.
    fn trigger(&self, table: &QualifiedName, settings: &MigrationSettings) -> Vec<Statement> {
        let create = format!(
            "CREATE TRIGGER {} BEFORE INSERT OR UPDATE OR DELETE ON {table}\n    \
             FOR EACH STATEMENT WHEN ({} IS NULL)\n    EXECUTE FUNCTION {}()",
            names::TRIGGER,
            self.tenant.text(),
            audit::requires(&self.helpers)
        );
        let create = Statement::brief(create, LockMode::ShareRowExclusive, table, settings.lock_timeout_ms);
        vec![self.drop_trigger(table, settings), create]
    }

    fn drop_trigger(&self, table: &QualifiedName, settings: &MigrationSettings) -> Statement {
        let sql = format!("DROP TRIGGER IF EXISTS {} ON {table}", names::TRIGGER);
        Statement::brief(sql, LockMode::AccessExclusive, table, settings.lock_timeout_ms)
    }

    /// Whether these policies can stand beside those that are there: what they would mean together must be known.
    pub fn is_possible(&self, snapshot: &Snapshot) -> bool {
        with_partitions(snapshot, &self.table).is_some_and(|all| all.iter().all(|t| self.fits(t)))
    }

    fn fits(&self, table: &Relation) -> bool {
        table.policies.iter().all(|p| self.is_mine(p) || self.asks_the_same(table, p))
    }

    /// A policy of somebody else that lets in the rows of the tenant and no others.
    fn asks_the_same(&self, table: &Relation, policy: &Policy) -> bool {
        let wanted = bare(&self.row.condition(&table.name, &self.tenant));
        let same = |text: &String| {
            let (text, turned) = (bare(text), wanted.split_once('=').map(|(a, b)| format!("{b}={a}")));
            text == wanted || Some(text) == turned
        };
        let enforced = self.mode == Mode::Enforce && table.row_security;
        enforced && policy.using.iter().chain(&policy.check).all(same)
    }

    fn is_mine(&self, policy: &Policy) -> bool {
        let mine = |n: &str| policy.name.raw() == n;
        mine(names::AUDIT) || mine(names::FLOOR) || mine(names::ALL) || names::COMMANDS.iter().any(|(n, _)| mine(n))
    }

    pub(in crate::plan::change) fn is_done(&self, snapshot: &Snapshot) -> bool {
        let binds = |t: &Relation, name| has(t, name, &self.roles);
        let done = |t: &&Relation| {
            t.row_security
                && (self.all_tenants.is_empty() || has(t, names::ALL, &self.all_tenants))
                && match self.mode {
                    Mode::Audit => has(t, names::AUDIT, &[]) || binds(t, names::FLOOR),
                    Mode::Enforce => {
                        binds(t, names::FLOOR) && !has(t, names::AUDIT, &[]) && self.commands().all(|(name, _)| binds(t, name))
                    }
                }
        };
        !super::find(snapshot, &self.table).is_some_and(|t| self.lacks_default(t))
            && with_partitions(snapshot, &self.table).is_some_and(|all| all.iter().all(done))
    }
}

/// Whether the table has a policy of this name for these roles.
fn has(table: &Relation, policy: &str, roles: &[Ident]) -> bool {
    table.policies.iter().any(|p| p.name.raw() == policy && roles.iter().all(|r| p.roles.contains(r)))
}

/// A condition without what means nothing to a comparison of one column with one value: parentheses, sub-selects, casts, quotes.
fn bare(condition: &str) -> String {
    let mut text = String::new();
    let mut rest = condition;
    while let Some(c) = rest.chars().next() {
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if let Some(cast) = rest.strip_prefix("::") {
            rest = cast.trim_start_matches(|c: char| c.is_alphanumeric() || "_.\"".contains(c));
        } else if word == 0 {
            text.extend(Some(c).filter(|c| !"() \n\"".contains(*c)));
            rest = &rest[c.len_utf8()..];
        } else {
            match rest[..word].to_lowercase().as_str() {
                "select" => {}
                // the name of a sub-select's column
                "as" => {
                    rest = rest[word..].trim_start().trim_start_matches(|c: char| c.is_alphanumeric() || "_\"".contains(c));
                    continue;
                }
                other => text.push_str(other),
            }
            rest = &rest[word..];
        }
    }
    text.replace("pg_catalog.", "")
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn conditions_that_mean_the_same_are_written_the_same() {
        let ours = "user_id = (SELECT NULLIF(pg_catalog.current_setting('app.t', true), '')::uuid)";
        let server = "(user_id = ( SELECT (NULLIF(current_setting('app.t'::text, true), ''::text))::uuid AS \"nullif\"))";
        assert_eq!(bare(ours), bare(server));
        assert_eq!(bare("(auth.uid() = user_id)"), "auth.uid=user_id");
        assert_eq!(bare("(user_id = ( SELECT auth.uid() AS uid))"), "user_id=auth.uid");
        assert_ne!(bare("((user_id = auth.uid()) OR public)"), "user_id=auth.uid");
        assert_ne!(bare("(user_id <> auth.uid())"), "user_id=auth.uid");
    }
}
