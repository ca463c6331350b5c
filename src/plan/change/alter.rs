//! A small change in place: an option of a view, a setting of a function, a privilege, a policy's condition. Each says its statements
//! and those that undo them; all take their lock for a moment and read no rows.

use serde::{Deserialize, Serialize};

use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName};
use crate::plan::statement::{Hazard, Lock, LockMode, Statement, Timeouts};
use crate::query::condition::Condition;
use crate::snapshot::{Policy, Relation, Snapshot};

/// Statements in place, with their undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alter {
    /// The object it is about: a table, a view, a function.
    pub object: QualifiedName,
    /// What it does, for people: `view public.report asks with the rights of the caller`.
    pub title: String,
    /// Statements that make it, without semicolons.
    pub up: Vec<String>,
    /// Statements that undo it.
    pub down: Vec<String>,
    /// Strongest lock on a table or view that others use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<LockMode>,
    /// What a person should know.
    pub hazards: Vec<Hazard>,
    /// How the catalog shows that it is made.
    pub done: Done,
}

/// What a snapshot shows once an [`Alter`] is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Done {
    /// A view or table has this storage parameter: `security_invoker=true`.
    Option {
        /// As `reloptions` holds it.
        option: String,
    },
    /// A role has none of these privileges on the relation.
    Revoked {
        /// The role; `None` = PUBLIC.
        grantee: Option<Ident>,
        /// `TRUNCATE` ...
        privileges: Vec<String>,
    },
    /// The policy asks the session safely and once.
    Policy {
        /// Its name.
        name: Ident,
    },
    /// Row-level security binds the role, unless it is a superuser.
    Bound {
        /// The role.
        role: Ident,
    },
    /// The snapshot does not hold it; the check that asked for it does.
    Unseen,
}

impl Alter {
    pub(super) fn statements(&self, settings: &MigrationSettings) -> (Vec<Statement>, Vec<Statement>) {
        let statement = |sql: &String| Statement {
            sql: sql.clone(),
            lock: self.lock.map(|mode| Lock { mode, relation: self.object.to_string() }),
            timeouts: Timeouts::brief(settings.lock_timeout_ms),
            in_transaction: true,
            hazards: self.hazards.clone(),
        };
        (self.up.iter().map(statement).collect(), self.down.iter().map(statement).collect())
    }

    /// Whether the snapshot can show that it is made.
    pub(crate) fn is_visible(&self) -> bool {
        self.done != Done::Unseen
    }

    pub(super) fn is_done(&self, snapshot: &Snapshot) -> bool {
        let relation = || snapshot.catalog.find(Some(self.object.schema.raw()), self.object.name.raw(), &[]);
        match &self.done {
            Done::Option { option } => relation().is_some_and(|r| r.options.contains(option)),
            Done::Revoked { grantee, privileges } => relation().is_some_and(|r| {
                r.grants.iter().filter(|g| g.grantee == *grantee).all(|g| !g.privileges.iter().any(|p| privileges.contains(p)))
            }),
            Done::Policy { name } => {
                relation().and_then(|r| r.policies.iter().find(|p| p.name == *name)).is_some_and(|p| !can_be_rewritten(p))
            }
            Done::Bound { role } => snapshot.catalog.roles.iter().any(|r| r.name == *role && !r.bypass_rls),
            Done::Unseen => false,
        }
    }

    /// The policy with its conditions as they should be written; `None` when nothing is to be changed.
    pub fn policy(table: &Relation, policy: &Policy) -> Option<Self> {
        if !can_be_rewritten(policy) {
            return None;
        }
        let clauses = |text: &dyn Fn(&str) -> String| {
            let using = policy.using.as_deref().map(|t| format!(" USING ({})", text(t)));
            let check = policy.check.as_deref().map(|t| format!(" WITH CHECK ({})", text(t)));
            format!("ALTER POLICY {} ON {}{}{}", policy.name, table.name, using.unwrap_or_default(), check.unwrap_or_default())
        };
        Some(Self {
            object: table.name.clone(),
            title: format!("policy {} on {} asks the session safely and once a statement", policy.name, table.name),
            up: vec![clauses(&|t| rewritten(policy, t).unwrap_or_else(|| t.to_owned()))],
            down: vec![clauses(&str::to_owned)],
            lock: Some(LockMode::AccessExclusive),
            hazards: vec![Hazard::BlocksEverything, Hazard::ChangesAccess],
            done: Done::Policy { name: policy.name.clone() },
        })
    }

    /// Takes privileges on a relation from a role (`None` = PUBLIC).
    pub fn revoke(relation: &Relation, grantee: Option<&Ident>, privileges: &[&str]) -> Self {
        let role = grantee.map_or("PUBLIC".to_owned(), Ident::to_string);
        let list = privileges.join(", ");
        Self {
            object: relation.name.clone(),
            title: format!("revoke {list} on {} from {role}", relation.name),
            up: vec![format!("REVOKE {list} ON {} FROM {role}", relation.name)],
            down: vec![format!("GRANT {list} ON {} TO {role}", relation.name)],
            lock: None,
            hazards: vec![Hazard::ChangesAccess],
            done: Done::Revoked { grantee: grantee.cloned(), privileges: privileges.iter().map(|p| (*p).to_owned()).collect() },
        }
    }
}

fn rewritten(policy: &Policy, text: &str) -> Option<String> {
    Condition::parse(text)?.rewritten(&|schema, name| policy.is_stable(schema, name))
}

fn can_be_rewritten(policy: &Policy) -> bool {
    [&policy.using, &policy.check].into_iter().flatten().any(|t| rewritten(policy, t).is_some())
}
