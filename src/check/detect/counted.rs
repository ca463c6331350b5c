//! What only rows tell: `rows-without-tenant`, `rows-of-another-tenant`, `foreign-key-with-orphans`. Without `--count-rows` they are not
//! looked at.

use super::figures::count;
use crate::check::{Finding, Input};
use crate::snapshot::counts::Counted;
use crate::tenancy::rows::{MOST, Question};

/// Rows whose tenant is NULL.
pub(super) fn without_tenant(input: &Input) -> Vec<Finding> {
    each(input, |q| matches!(q, Question::WithoutTenant { .. }))
}

/// Rows whose parent is another tenant's.
pub(super) fn other_tenant(input: &Input) -> Vec<Finding> {
    each(input, |q| matches!(q, Question::OtherTenant { .. }))
}

/// Rows without a parent under a validated foreign key.
pub(super) fn orphans(input: &Input) -> Vec<Finding> {
    each(input, |q| matches!(q, Question::Orphans { .. }))
}

fn each(input: &Input, wanted: impl Fn(&Question) -> bool) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let questions: Vec<Question> = Question::all(catalog, input.tenancy).into_iter().filter(|q| wanted(q)).collect();
    if questions.is_empty() {
        return Vec::new();
    }
    let Some(counts) = &input.snapshot.counts else {
        // whether somebody relies on it, the intent tells
        let relied_on = crate::tenancy::intent(catalog, input.config).is_some();
        input.skip_all("rows are counted on demand only", "--count-rows", !relied_on);
        return Vec::new();
    };
    let mut findings = Vec::new();
    for question in &questions {
        match counts.get(&question.id()) {
            Some(Counted::Rows(0)) => {}
            Some(Counted::Rows(rows)) => findings.push(finding(input, question, *rows)),
            Some(Counted::Unseen(because)) => input.skip(table(question), because.clone()),
            None => input.skip(table(question), "it was not counted"),
        }
    }
    findings
}

fn table<'q>(question: &'q Question) -> &'q crate::snapshot::Relation {
    match question {
        Question::WithoutTenant { table, .. } | Question::OtherTenant { table, .. } | Question::Orphans { table, .. } => table,
    }
}

fn finding(input: &Input, question: &Question, rows: i64) -> Finding {
    let shown = if rows >= MOST { format!("{} or more", count(rows, "row")) } else { count(rows, "row") };
    let finding = match question {
        Question::WithoutTenant { table, way, key } => {
            let over = if way.is_empty() { String::new() } else { " at the end of the way to it".to_owned() };
            let message =
                format!("{}: {shown} without a tenant ({key} is NULL{over}): whose they are, a person must say", table.name);
            let way = input.tenancy.way(&input.snapshot.catalog, table);
            input.finding_on(table, std::slice::from_ref(key), message).with("way", way)
        }
        Question::OtherTenant { table, key, foreign_key, parent, .. } => {
            let message = format!(
                "{}: {shown} whose {} belongs to another tenant than they do (over {})",
                table.name, parent.table.name, foreign_key.name
            );
            input
                .finding(format!("{}.{}", table.name, foreign_key.name), std::slice::from_ref(key), message)
                .with("table", table.name.to_string())
                .with("parent", parent.table.name.to_string())
        }
        Question::Orphans { table, foreign_key, parent } => {
            let message = format!(
                "{}: {shown} that {} has no row for, although the foreign key {} counts as validated",
                table.name, parent.table.name, foreign_key.name
            );
            input
                .finding(format!("{}.{}", table.name, foreign_key.name), &foreign_key.columns, message)
                .with("table", table.name.to_string())
                .with("parent", parent.table.name.to_string())
                .with("forced", table.force_row_security)
        }
    };
    finding.with("rows_found", rows).with("query", question.sql())
}
