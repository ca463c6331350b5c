//! What cures a leak: the finding of a check on the same object, where one says it, and a sentence.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::attacks::Try;
use crate::check::Finding;
use crate::ident::Ident;
use crate::snapshot::{Catalog, Relation};

/// Findings by the object that each is about.
#[derive(Debug, Default)]
pub(super) struct Findings {
    of: BTreeMap<String, BTreeSet<String>>,
}

/// A cure: the ids of checks that may say it, likeliest first, and a sentence.
type Cure = (&'static [&'static str], &'static str);

/// Policies that are not there, not in force, or say too much.
const POLICIES: &[&str] = &[
    "DBH202", "DBH201", "DBH236", "DBH215", "DBH204", "DBH219", "DBH213", "DBH227", "DBH221", "DBH223", "DBH226", "DBH317",
    "DBH318", "DBH228", "DBH220", "DBH302", "DBH203", "DBH206", "DBH205",
];

impl Findings {
    /// Of what the checks found.
    pub(super) fn new(findings: &[Finding]) -> Self {
        let mut of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for finding in findings.iter().filter(|f| matches!(f.group.as_str(), "rls" | "security" | "tenancy")) {
            let listed = |key: &str| -> Vec<String> {
                let list = finding.evidence.get(key).and_then(Value::as_array);
                list.into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
            };
            let table = finding.evidence.get("table").and_then(Value::as_str).map(str::to_owned);
            let objects = listed("tables").into_iter().chain(table).chain([finding.object.clone()]);
            for object in objects {
                of.entry(name(&object).to_owned()).or_default().insert(finding.id.clone());
            }
        }
        Self { of }
    }

    /// The check that says what cures a leak, and how it is cured.
    pub(super) fn cure(
        &self,
        each: &Try,
        relation: Option<&Relation>,
        role: &Ident,
        catalog: &Catalog,
    ) -> (Option<String>, String) {
        let (ids, text) = cure(each, relation);
        let mut objects: Vec<String> = [each.object.clone()].into_iter().chain(each.via.clone()).collect();
        if let Some(relation) = relation {
            // what is wrong with a parent is wrong with its children, and with what asks it
            let parents = relation.partition_of.iter().chain(&relation.inherits);
            let parents = parents.chain(relation.foreign_keys().map(|(_, to)| &to.table));
            objects.extend(parents.filter_map(|p| catalog.relations.get(p)).map(|p| p.name.to_string()));
        }
        objects.extend([format!("role {role}"), "database".to_owned()]);
        let on = |object: &String, id: &str| self.of.get(name(object)).is_some_and(|all| all.contains(id));
        let fits = objects.iter().find_map(|o| ids.iter().find(|id| on(o, id)).map(|id| (*id).to_owned()));
        (fits, text.to_owned())
    }
}

/// Checks name the arguments of a function, attacks their types.
fn name(object: &str) -> &str {
    object.split('(').next().unwrap_or(object)
}

fn cure(each: &Try, relation: Option<&Relation>) -> Cure {
    let says = |what: &str| each.attack.contains(what);
    let Some(table) = relation else {
        return match each.command {
            "EXECUTE" => {
                (&["DBH233", "DBH225", "DBH234"], "SECURITY INVOKER, or a test of the tenant inside, and search_path = ''")
            }
            _ if each.object.starts_with("schema ") => (&["DBH1105"], "REVOKE CREATE ON SCHEMA from the application's role"),
            _ if says("setval") => (&[], "REVOKE UPDATE ON SEQUENCE: USAGE is enough for nextval"),
            _ if says("membership in") => (&["DBH1103"], "REVOKE the predefined role"),
            _ if says("policies do not bind") => (&["DBH1101"], "NOBYPASSRLS, and no superuser"),
            _ if says("server") => (&["DBH1103"], "REVOKE EXECUTE ON FUNCTION from the application's role"),
            _ => (&["DBH1102", "DBH1101"], "take the right or the membership from the role"),
        };
    };
    if !table.is_table() {
        return (
            &["DBH230", "DBH231", "DBH1109"],
            "ALTER VIEW ... SET (security_invoker = true, security_barrier = true); a materialized view belongs to no tenant's role",
        );
    }
    match each.command {
        "TRUNCATE" => (&["DBH1104", "DBH1102", "DBH203"], "REVOKE TRUNCATE: no policy binds it"),
        _ if says("rows there") => (
            &["DBH239", "DBH313", "DBH303"],
            "correct the rows; validate keys as a role that policies do not bind, or before FORCE",
        ),
        "RIGHTS" if says("privilege") => {
            (&["DBH1104", "DBH1102", "DBH203"], "REVOKE it: the application's role reads and writes rows, no more")
        }
        "RIGHTS" => (&["DBH203", "DBH1102"], "the application's role owns nothing; FORCE ROW LEVEL SECURITY"),
        _ if says("pointing at") || says("passes on") => (&["DBH303", "DBH301"], "a composite foreign key that holds the tenant"),
        _ if says("taken again") => (&["DBH304", "DBH315"], "a unique key that begins with the tenant"),
        _ if says("all tenants share") => (&[], "REVOKE writing from the application's role"),
        _ if says("pays for") => (&["DBH318"], "column privileges: the tenant's role writes no such column"),
        _ if says("LEAKPROOF") => (&["DBH225"], "ALTER FUNCTION ... NOT LEAKPROOF"),
        _ if says("plan that was made") => (&["DBH223"], "STABLE, not IMMUTABLE: a plan keeps what an immutable function said"),
        _ if !table.row_security && !table.policies.is_empty() => (POLICIES, "ENABLE ROW LEVEL SECURITY: the policies are there"),
        _ if !table.row_security => (POLICIES, "ENABLE ROW LEVEL SECURITY with a policy for the tenant"),
        _ if !table.force_row_security => {
            (POLICIES, "FORCE ROW LEVEL SECURITY, and a policy that tests the tenant for every command")
        }
        _ => (POLICIES, "a policy that tests the tenant for this command, in USING and in WITH CHECK"),
    }
}
