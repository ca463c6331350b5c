//! Settings that policies ask for: `current_setting('app.tenant')`. The planner evaluates them for its estimates and fails where nobody
//! has set them, as the application does. Values are drawn from the columns that they stand beside.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};

use super::Twin;
use crate::error::{Context, Error, Result};
use crate::ident::{literal, one_line};
use crate::query;
use crate::snapshot::objects::Kind;
use crate::snapshot::statistics::MOST_COMMON_VALUES;
use crate::snapshot::{Relation, Snapshot};

/// Tried where no column has a fitting value.
const OTHERS: [&str; 6] = ["1", "00000000-0000-4000-8000-000000000000", "2026-01-01", "true", "{}", "a"];

/// Finds values for the settings that the policies of this twin ask for; those that have one keep it.
///
/// # Errors
/// The twin is gone.
pub async fn choose(twin: &Twin, snapshot: &Snapshot, values: &mut BTreeMap<String, String>) -> Result<()> {
    let mut connection = twin.connect().await?;
    let behind = in_functions(snapshot);
    for relation in snapshot.catalog.by_name() {
        for expression in relation.policies.iter().flat_map(|p| p.using.iter().chain(&p.check)) {
            let own = names(expression);
            let wanted = if own.is_empty() { &behind } else { &own };
            let missing: Vec<&String> = wanted.iter().filter(|n| !values.contains_key(*n)).collect();
            if missing.is_empty() || own.is_empty() && plans(&mut connection, relation, expression, values).await? {
                continue;
            }
            for value in candidates(relation, expression) {
                let mut tried = values.clone();
                tried.extend(missing.iter().map(|n| ((*n).clone(), value.clone())));
                if plans(&mut connection, relation, expression, &tried).await? {
                    *values = tried;
                    break;
                }
            }
        }
    }
    connection.close().await.context("cannot leave the twin")
}

/// Names in `current_setting('app.tenant'`; the server's own settings have no dot.
fn names(text: &str) -> BTreeSet<String> {
    let behind = text.split("current_setting(").skip(1);
    let quoted = behind.filter_map(|rest| rest.trim_start().strip_prefix('\'')?.split('\'').next());
    quoted.filter(|name| name.contains('.')).map(str::to_owned).collect()
}

/// Those in bodies of functions, which policies may call.
fn in_functions(snapshot: &Snapshot) -> BTreeSet<String> {
    let objects = snapshot.objects.iter().flat_map(|o| &o.all);
    let functions = objects.filter(|(id, _)| id.kind == Kind::Function).map(|(_, o)| o);
    functions.filter_map(|o| serde_json::to_string(&o.body).ok()).flat_map(|body| names(&body)).collect()
}

/// Values of the columns in the expression, frequent ones first, then such as types take.
fn candidates(relation: &Relation, expression: &str) -> Vec<String> {
    let columns = query::columns_of(expression).unwrap_or_default();
    let statistics = relation.statistics.iter().filter(|s| columns.iter().any(|c| s.column.raw() == c));
    let of = |s: &crate::snapshot::ColumnStatistics| {
        let slot =
            s.slots.iter().find(|s| s.kind == MOST_COMMON_VALUES).or_else(|| s.slots.iter().find(|s| s.values.is_some()))?;
        let values = slot.values.as_ref()?;
        values.get(values.len() / 2)?.clone()
    };
    statistics.filter_map(of).chain(OTHERS.map(str::to_owned)).collect()
}

/// Whether the planner can weigh the expression under these settings.
async fn plans(
    connection: &mut PgConnection,
    relation: &Relation,
    expression: &str,
    values: &BTreeMap<String, String>,
) -> Result<bool> {
    let mut sql = "BEGIN".to_owned();
    for (name, value) in values {
        sql.push_str(&format!("; SELECT pg_catalog.set_config({}, {}, true)", literal(name), literal(value)));
    }
    sql.push_str(&format!("; EXPLAIN SELECT 1 FROM {} WHERE {expression}", relation.name));
    let planned = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *connection).await;
    let ended = sqlx::raw_sql("ROLLBACK").execute(connection).await;
    match (planned, ended) {
        (Ok(_), Ok(_)) => Ok(true),
        (Err(sqlx::Error::Database(_)), Ok(_)) => Ok(false),
        (Err(e), _) | (_, Err(e)) => Err(Error::new("the twin does not answer").because(one_line(&e.to_string()))),
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn settings_in_expressions() {
        let found =
            names("((tenant_id = (current_setting('app.tenant'::text))::integer) OR current_setting('role'::text) = 'x')");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["app.tenant"]);
    }
}
