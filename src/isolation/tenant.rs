//! How the tenant is told to the database: settings that policies read, or the role itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::snapshot::Snapshot;
use crate::snapshot::objects::Body;

/// Ways in which policies learn the tenant.
#[derive(Debug, Clone, Default)]
pub(super) struct Ways {
    /// Settings with the object in which each was seen.
    pub settings: BTreeMap<String, String>,
    /// Columns that are compared with the role's name.
    pub role_columns: BTreeSet<String>,
    /// Keys that are taken from claims in JSON.
    pub claims: BTreeSet<String>,
}

/// Of a snapshot with its objects: expressions of policies, definitions of the functions that they call, of views.
pub(super) fn ways(snapshot: &Snapshot) -> Ways {
    let mut ways = Ways::default();
    let mut texts: Vec<(String, String)> = Vec::new();
    for relation in snapshot.catalog.by_name() {
        for policy in &relation.policies {
            let text = policy.using.iter().chain(&policy.check).cloned().collect::<Vec<_>>().join(" ");
            texts.push((format!("policy {} on {}", policy.name, relation.name), text));
        }
        if let Some(view) = snapshot.catalog.views.get(&relation.oid) {
            texts.push((format!("view {}", relation.name), view.definition.clone()));
        }
    }
    if let Some(objects) = &snapshot.objects {
        // functions that call functions: as long as new ones appear
        let mut seen = BTreeSet::new();
        let mut at = 0;
        while at < texts.len() {
            for object in objects.all.values() {
                let Body::Function(function) = &object.body else { continue };
                if !seen.contains(&object.id) && crate::ident::mentions(&texts[at].1, &object.id.name.to_string()) {
                    seen.insert(object.id.clone());
                    texts.push((object.id.to_string(), function.definition.clone()));
                }
            }
            at += 1;
        }
    }
    for (place, text) in &texts {
        for name in after(text, "current_setting(") {
            ways.settings.entry(name).or_insert_with(|| place.clone());
        }
        ways.claims.extend(after(text, "->>"));
        ways.claims.extend(after(text, "->"));
        ways.role_columns.extend(compared_with_role(text));
    }
    // a setting of the server's own tells no tenant
    ways.settings.retain(|name, _| name.contains('.') && !name.starts_with("dbharden."));
    ways
}

/// The string that follows each occurrence of a mark.
fn after(text: &str, mark: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let found = lower.match_indices(mark).filter_map(|(at, _)| {
        let rest = text.get(at + mark.len()..)?.trim_start();
        let inner = rest.strip_prefix('\'')?;
        Some(inner[..inner.find('\'')?].to_owned())
    });
    found.collect()
}

/// Columns in `db_user = CURRENT_USER`, either way round.
fn compared_with_role(text: &str) -> Vec<String> {
    let clean = text.replace("::text", "").replace("::name", "").replace(['(', ')'], " ");
    let words: Vec<&str> = clean.split_whitespace().collect();
    let is_role = |w: &str| matches!(w.to_lowercase().as_str(), "current_user" | "session_user");
    let column = |w: &str| w.rsplit('.').next().unwrap_or(w).trim_matches(['"', ';']).to_owned();
    words
        .windows(3)
        .filter(|w| w[1] == "=")
        .filter_map(|w| match (is_role(w[0]), is_role(w[2])) {
            (false, true) => Some(column(w[0])),
            (true, false) => Some(column(w[2])),
            _ => None,
        })
        .collect()
}

/// Values of a setting that may mean a tenant, likeliest first.
pub(super) fn candidates(setting: &str, claims: &BTreeSet<String>, ids: &[String]) -> Vec<String> {
    let json = setting.ends_with("claims") || setting.ends_with("jwt");
    let value = |id: &String| {
        if !json {
            return id.clone();
        }
        let mut object = serde_json::Map::new();
        let text = || serde_json::Value::String(id.clone());
        claims.iter().filter(|c| *c != "app_metadata" && *c != "user_metadata").for_each(|c| {
            object.insert(c.clone(), text());
        });
        let inner = serde_json::Value::Object(object.clone());
        object.insert("app_metadata".to_owned(), inner);
        object.insert("sub".to_owned(), text());
        object.insert("role".to_owned(), "authenticated".into());
        serde_json::Value::Object(object).to_string()
    };
    ids.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_and_roles_are_found_in_expressions() {
        assert_eq!(after("(a = (current_setting('app.t'::text, true))::uuid)", "current_setting("), ["app.t"]);
        assert_eq!(compared_with_role("((db_user)::text = CURRENT_USER)"), ["db_user"]);
        assert_eq!(compared_with_role("CURRENT_USER = tenants.\"dbUser\""), ["dbUser"]);
        assert_eq!(compared_with_role("a = 1"), Vec::<String>::new());
    }
}
