//! Questions about rows that the catalog cannot answer: rows without a tenant, rows whose parent is another tenant's, rows whose
//! parent is not there although the foreign key counts as validated. Each is one bounded read, made only on demand.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Hop, Place, Tenancy};
use crate::connect::{Kind, Limits, Session};
use crate::error::Result;
use crate::ident::Ident;
use crate::snapshot::counts::{Counted, Counts};
use crate::snapshot::{Catalog, Constraint, Reference, Relation};

/// Counting ends here: that many are as bad as more.
pub const MOST: i64 = 1_000_000;

/// What is asked.
#[derive(Debug, Clone)]
pub enum Question<'c> {
    /// Rows whose tenant is NULL, here or at the end of the way to it.
    WithoutTenant {
        /// The table.
        table: &'c Relation,
        /// The foreign keys on the way; none where the table has the column itself.
        way: Vec<Step<'c>>,
        /// The column that holds the tenant, in the last table.
        key: Ident,
    },
    /// Rows whose parent has another tenant.
    OtherTenant {
        /// The table and its key.
        table: &'c Relation,
        /// Its column that holds the tenant.
        key: Ident,
        /// The foreign key.
        foreign_key: &'c Constraint,
        /// The parent with the columns that are pointed at.
        parent: Step<'c>,
        /// The parent's column that holds the tenant.
        parent_key: Ident,
    },
    /// Rows whose parent is missing under a foreign key that counts as validated.
    Orphans {
        /// The table.
        table: &'c Relation,
        /// The foreign key.
        foreign_key: &'c Constraint,
        /// The parent with the columns that are pointed at.
        parent: Step<'c>,
    },
}

/// From columns of one table to those of the next.
#[derive(Debug, Clone)]
pub struct Step<'c> {
    from: Vec<Ident>,
    /// The table it leads to.
    pub table: &'c Relation,
    to: Vec<Ident>,
}

impl<'c> Question<'c> {
    /// All questions that a database raises, in order of names. `orphans` are asked of tables whose row-level security is forced,
    /// where validation sees less than there is, and of all tables of tenants.
    pub fn all(catalog: &'c Catalog, tenancy: &Tenancy) -> Vec<Self> {
        let mut questions = Vec::new();
        for table in catalog.tables() {
            questions.extend(without_tenant(catalog, tenancy, table));
            for (key, reference) in table.foreign_keys().filter(|(k, _)| !k.inherited) {
                questions.extend(other_tenant(catalog, tenancy, table, key, reference));
                questions.extend(orphans(catalog, tenancy, table, key, reference));
            }
        }
        questions
    }

    /// The same in every run.
    pub fn id(&self) -> String {
        match self {
            Question::WithoutTenant { table, .. } => format!("without tenant: {}", table.name),
            Question::OtherTenant { table, foreign_key, .. } => format!("other tenant: {}.{}", table.name, foreign_key.name),
            Question::Orphans { table, foreign_key, .. } => format!("orphans: {}.{}", table.name, foreign_key.name),
        }
    }

    /// A query of one row, `n`.
    pub fn sql(&self) -> String {
        let body = match self {
            Question::WithoutTenant { table, way, key } => {
                let mut from = format!("{} AS t0", table.name);
                for (i, step) in way.iter().enumerate() {
                    from.push_str(&format!(" LEFT JOIN {} AS t{} ON {}", step.table.name, i + 1, step.condition(i, i + 1)));
                }
                format!("FROM {from} WHERE t{}.{key} IS NULL", way.len())
            }
            Question::OtherTenant { table, key, parent, parent_key, .. } => {
                // the two columns may differ in type
                let differs = format!("t0.{key}::pg_catalog.text <> t1.{parent_key}::pg_catalog.text");
                format!(
                    "FROM {} AS t0 JOIN {} AS t1 ON {} WHERE {differs}",
                    table.name,
                    parent.table.name,
                    parent.condition(0, 1)
                )
            }
            Question::Orphans { table, parent, .. } => {
                let given: Vec<String> = parent.from.iter().map(|c| format!("t0.{c} IS NOT NULL")).collect();
                format!(
                    "FROM {} AS t0 WHERE {} AND NOT EXISTS (SELECT FROM {} AS t1 WHERE {})",
                    table.name,
                    given.join(" AND "),
                    parent.table.name,
                    parent.condition(0, 1)
                )
            }
        };
        format!("SELECT pg_catalog.count(*) AS n FROM (SELECT {body} LIMIT {MOST}) AS found")
    }
}

impl Step<'_> {
    fn condition(&self, from: usize, to: usize) -> String {
        let pairs = self.from.iter().zip(&self.to).map(|(a, b)| format!("t{from}.{a} OPERATOR(pg_catalog.=) t{to}.{b}"));
        pairs.collect::<Vec<_>>().join(" AND ")
    }
}

fn without_tenant<'c>(catalog: &'c Catalog, tenancy: &Tenancy, table: &'c Relation) -> Option<Question<'c>> {
    match tenancy.place(table.oid)? {
        Place::Keyed(key) if !table.column(key.raw())?.not_null => {
            Some(Question::WithoutTenant { table, way: Vec::new(), key: key.clone() })
        }
        Place::Reached(hops) => {
            let way: Vec<Step> = steps(catalog, table, hops)?;
            let last = way.last()?.table;
            let Some(Place::Keyed(key)) = tenancy.place(last.oid) else { return None };
            let certain = hops.iter().all(|h| h.not_null) && last.column(key.raw()).is_some_and(|c| c.not_null);
            (!certain).then(|| Question::WithoutTenant { table, way, key: key.clone() })
        }
        _ => None,
    }
}

fn steps<'c>(catalog: &'c Catalog, table: &'c Relation, hops: &[Hop]) -> Option<Vec<Step<'c>>> {
    let mut at = table;
    let mut way = Vec::new();
    for hop in hops {
        let (_, reference) = at.foreign_keys().find(|(k, r)| r.table == hop.table && k.columns == hop.columns)?;
        at = catalog.relations.get(&hop.table)?;
        way.push(Step { from: hop.columns.clone(), table: at, to: reference.columns.clone() });
    }
    Some(way)
}

fn other_tenant<'c>(
    catalog: &'c Catalog,
    tenancy: &Tenancy,
    table: &'c Relation,
    foreign_key: &'c Constraint,
    reference: &Reference,
) -> Option<Question<'c>> {
    let parent = catalog.relations.get(&reference.table)?;
    let (Place::Keyed(key), Place::Keyed(parent_key)) = (tenancy.place(table.oid)?, tenancy.place(parent.oid)?) else {
        return None;
    };
    // a key that holds both columns makes them agree
    let paired = foreign_key.columns.iter().zip(&reference.columns).any(|(a, b)| a == key && b == parent_key);
    let parent = Step { from: foreign_key.columns.clone(), table: parent, to: reference.columns.clone() };
    (!paired).then(|| Question::OtherTenant { table, key: key.clone(), foreign_key, parent, parent_key: parent_key.clone() })
}

fn orphans<'c>(
    catalog: &'c Catalog,
    tenancy: &Tenancy,
    table: &'c Relation,
    foreign_key: &'c Constraint,
    reference: &Reference,
) -> Option<Question<'c>> {
    let parent = catalog.relations.get(&reference.table)?;
    let ours = matches!(tenancy.place(table.oid), Some(Place::Keyed(_) | Place::Reached(_)));
    let asked = foreign_key.validated && (table.force_row_security || ours);
    let parent = Step { from: foreign_key.columns.clone(), table: parent, to: reference.columns.clone() };
    asked.then_some(Question::Orphans { table, foreign_key, parent })
}

/// Asks them all, each in a transaction of its own that reads at most `within` long and fails rather than be shown a part of the rows.
///
/// # Errors
/// When the connection breaks; a question that cannot be answered is no error.
pub async fn count(
    session: &mut Session,
    questions: &[Question<'_>],
    within: Duration,
    progress: &dyn Fn(&str),
) -> Result<Counts> {
    #[derive(serde::Deserialize)]
    struct Number {
        n: i64,
    }
    let limits = Limits { statement: within, ..Limits::default() };
    let mut counts = Counts::new();
    let mut told = BTreeSet::new();
    for question in questions {
        if told.insert(question.id()) {
            progress(&question.id());
        }
        let mut tx = session.transaction_within(Kind::Now, &limits).await?;
        // else a bound role would count what it sees and call that all
        tx.execute("SET LOCAL row_security = off").await?;
        let counted = match tx.fetch_one_json::<Number>(&question.sql(), &[]).await {
            Ok(number) => Counted::Rows(number.n),
            Err(e) if e.is_cancelled() => Counted::Unseen(format!("counting took longer than {} s", within.as_secs())),
            Err(e) => Counted::Unseen(e.to_string()),
        };
        tx.rollback().await?;
        counts.insert(question.id(), counted);
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::snapshot::fixture;

    #[test]
    fn questions_of_a_schema() {
        let catalog = fixture::catalog(
            r#"
            create table tenant (id bigint primary key);
            create table account (id bigint primary key, tenant_id bigint references tenant);
            create table "Order" (id bigint primary key, tenant_id bigint not null, account_id bigint references account);
            create table line (id bigint primary key, order_id bigint references "Order");
            create table payment (id bigint primary key, tenant_id bigint not null);
            "#,
        );
        let tenancy = Tenancy::in_catalog(&catalog, &Config::default()).unwrap();
        let questions = Question::all(&catalog, &tenancy);
        let sql = |id: &str| questions.iter().find(|q| q.id() == id).map(Question::sql).unwrap_or_default();
        assert!(sql("without tenant: public.account").contains("FROM public.account AS t0 WHERE t0.tenant_id IS NULL"));
        assert!(
            sql("without tenant: public.line").contains(
                "LEFT JOIN public.\"Order\" AS t1 ON t0.order_id OPERATOR(pg_catalog.=) t1.id WHERE t1.tenant_id IS NULL"
            )
        );
        assert!(questions.iter().any(|q| q.id().starts_with("other tenant: public.\"Order\".")));
        assert!(!questions.iter().any(|q| q.id() == "without tenant: public.\"Order\""));
    }
}
