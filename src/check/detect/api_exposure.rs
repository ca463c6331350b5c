//! What an API shows to strangers: `auth-schema-exposed`, `sensitive-column-exposed`, `extension-in-public`.

use super::access::{ROWS, bound, list, names};
use super::view_bypasses_rls::{relation, texts};
use crate::check::{Finding, Input};
use crate::ident::{Ident, ident_list};
use crate::snapshot::Relation;
use crate::tenancy;

/// Parts of names of columns that nobody should read by accident.
const SENSITIVE: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "apikey",
    "privatekey",
    "accesstoken",
    "refreshtoken",
    "creditcard",
    "cardnumber",
    "cvv",
    "ssn",
    "socialsecurity",
    "taxid",
    "passport",
    "iban",
];

/// Roles of the API that may touch a relation.
fn strangers<'i>(input: &'i Input, relation: &'i Relation) -> Vec<Option<&'i Ident>> {
    let api: Vec<&Ident> = tenancy::api_roles(&input.snapshot.catalog).into_iter().map(|r| &r.name).collect();
    let all = bound(input, relation, ROWS);
    all.into_iter().filter(|r| r.is_none_or(|r| api.contains(&r)) && !api.is_empty()).collect()
}

/// A view over `auth.users` that an API role may read.
pub(super) fn auth(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for row in input.rows {
        let Some(view) = relation(input, row, "name") else { continue };
        let roles = strangers(input, view);
        if !roles.is_empty() {
            let message = format!("{}: {} may read {} through it", view.name, list(&roles), texts(row, "tables").join(", "));
            findings
                .push(input.finding_on(view, &[], message).with("tables", texts(row, "tables")).with("grantees", names(&roles)));
        }
    }
    findings
}

/// Columns with secrets on a table without row-level security that an API role may read.
pub(super) fn sensitive(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in input.snapshot.catalog.tables().into_iter().filter(|t| !t.row_security) {
        let folded = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        let columns: Vec<Ident> = table
            .columns
            .iter()
            .filter(|c| SENSITIVE.iter().any(|s| folded(c.name.raw()).contains(s)))
            .map(|c| c.name.clone())
            .collect();
        let roles = strangers(input, table);
        if !columns.is_empty() && !roles.is_empty() {
            let message =
                format!("{}: {} may read {} of every row through the API", table.name, list(&roles), ident_list(&columns));
            findings.push(input.finding_on(table, &columns, message).with("grantees", names(&roles)));
        }
    }
    findings
}

/// Extensions whose functions an API offers to strangers.
pub(super) fn extension(input: &Input) -> Vec<Finding> {
    if tenancy::api_roles(&input.snapshot.catalog).is_empty() {
        return Vec::new();
    }
    input.rows.iter().map(|row| crate::check::from_row(input, row)).collect()
}
