//! What names say: tenants, people, look-up tables, the books that migration tools keep.

use crate::snapshot::Relation;

/// Names of tenants with their weight, the likeliest first.
pub(super) const TENANT_NAMES: &[(&str, f64)] = &[
    ("tenant", 3.0),
    ("organization", 2.5),
    ("organisation", 2.5),
    ("org", 2.5),
    ("workspace", 2.5),
    ("team", 2.0),
    ("account", 2.0),
    ("customer", 1.5),
    ("user", 1.5),
    ("organizer", 2.0),
    ("organiser", 2.0),
    ("company", 1.2),
    ("project", 1.0),
    ("store", 1.0),
    ("shop", 1.0),
    ("client", 1.0),
    ("site", 0.8),
];

/// Tables that tell one person from another: their rows may belong to several tenants.
const PEOPLE: &[&str] = &["user", "person", "member", "profile", "identity", "login", "session", "device", "customer", "contact"];

/// Tables whose rows serve everybody.
const LOOK_UPS: &[&str] = &[
    "country",
    "currency",
    "language",
    "locale",
    "timezone",
    "region",
    "plan",
    "price",
    "tier",
    "featureflag",
    "feature",
    "permission",
    "taxrate",
    "exchangerate",
    "unit",
    "system",
    "setting",
    "config",
];

/// Tables in which migration tools keep their books; those with "migration" in their name are known anyway.
const BOOKS: &[&str] = &[
    "flywayschemahistory",
    "databasechangelog",
    "databasechangeloglock",
    "alembicversion",
    "arinternalmetadata",
    "goosedbversion",
];

/// How much the name of a table sounds like a tenant's, 0 to 3.
pub(super) fn tenant_weight(table: &str) -> f64 {
    let plain = singular(&fold(table));
    let exact = TENANT_NAMES.iter().find(|(n, _)| plain == *n).map(|(_, w)| *w);
    let suffix = TENANT_NAMES.iter().find(|(n, _)| plain.ends_with(n) && n.len() > 3).map(|(_, w)| w / 2.0);
    exact.or(suffix).unwrap_or(0.0)
}

/// Whether a column is named after a table: `userId`, `user_id`, `tenantid` for `User`, `users`, `tenant`; `org_id` for
/// `organizations`.
pub(crate) fn is_id_of(column: &str, table: &str) -> bool {
    let (column, table) = (fold(column), singular(&fold(table)));
    let Some(stem) = column.strip_suffix("id") else { return false };
    let is_org = |name: &str| matches!(name, "org" | "organization" | "organisation");
    !stem.is_empty() && (singular(stem) == table || is_org(stem) && is_org(&table))
}

/// A table of people, or of what a person signs in with.
pub(super) fn is_of_people(table: &Relation) -> bool {
    let name = singular(&fold(table.name.name.raw()));
    let signs_in = |c: &str| c.starts_with("password") || matches!(c, "email" | "emailaddress" | "passwordhash" | "primaryemail");
    PEOPLE.contains(&name.as_str()) || table.columns.iter().any(|c| signs_in(&fold(c.name.raw())))
}

/// A table of members, by its name.
pub(super) fn is_membership(table: &Relation) -> bool {
    let name = fold(table.name.name.raw());
    ["member", "members", "membership", "memberships"].iter().any(|m| name.ends_with(m))
}

/// A look-up table, by its name.
pub(super) fn is_look_up(table: &Relation) -> bool {
    LOOK_UPS.contains(&singular(&fold(table.name.name.raw())).as_str())
}

/// A table in which a migration tool keeps its books.
pub(super) fn is_bookkeeping(table: &Relation) -> bool {
    let name = fold(table.name.name.raw());
    name.contains("migration") || BOOKS.contains(&name.as_str())
}

/// `approvedBy`, `assignee_id`: who did something to a row, not whose it is.
pub(super) fn is_of_an_actor(column: &str) -> bool {
    let name = fold(column);
    let stem = name.strip_suffix("userid").or(name.strip_suffix("id")).unwrap_or(&name);
    stem.ends_with("by") || ["assign", "approv", "review", "invit", "referr", "sponsor"].iter().any(|a| stem.starts_with(a))
}

/// Whether a name is this word or ends with it: `invoice_number`, `displayName`, not `surname`.
pub fn is_word_of(name: &str, word: &str) -> bool {
    if fold(name) == word {
        return true;
    }
    let capital: String = word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
    name.to_lowercase().ends_with(&format!("_{word}")) || name.ends_with(&capital)
}

/// Letters and digits in lower case.
pub(super) fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

pub(super) fn singular(name: &str) -> String {
    match (name.strip_suffix("ies"), name.strip_suffix('s')) {
        (Some(stem), _) if !stem.is_empty() => format!("{stem}y"),
        (_, Some(stem)) if !stem.ends_with('s') => stem.to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_sound_like_tenants() {
        assert!(tenant_weight("tenants") > tenant_weight("User"));
        assert!(tenant_weight("companies") > 0.0);
        assert_eq!(tenant_weight("EmailEvent"), 0.0);
    }

    #[test]
    fn ids_in_every_spelling() {
        for column in ["userId", "user_id", "userid", "USER_ID"] {
            assert!(is_id_of(column, "users") && is_id_of(column, "User"), "{column}");
        }
        assert!(is_id_of("org_id", "organizations") && is_id_of("organizationId", "org"));
        assert!(!is_id_of("superuser_id", "user") && !is_id_of("id", "user") && !is_id_of("id", ""));
        assert!(is_id_of("addressId", "address"));
    }

    #[test]
    fn actors_are_not_owners() {
        for column in ["approvedBy", "created_by_id", "updated_by_user_id", "assigneeId"] {
            assert!(is_of_an_actor(column), "{column}");
        }
        assert!(!is_of_an_actor("user_id") && !is_of_an_actor("ownerId"));
    }
}
