//! `missing-index`: an index that the workload would use and that is not there.

use crate::check::{Finding, Input};

mod proven;
pub(super) use proven::change as proposed_index;
mod ranked;

/// Statements shown as evidence.
const SHOWN: usize = 5;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    match input.advice {
        Some(advice) => proven::findings(input, advice),
        None => ranked::findings(input),
    }
}

fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

#[cfg(test)]
mod tests {
    use crate::check::detect::fixture::{Line, findings, snapshot};
    use crate::snapshot::statistics::{CORRELATION, MOST_COMMON_VALUES, Slot};
    use crate::snapshot::{ColumnStatistics, Relation, Snapshot};

    /// Makes every leaf large, with statistics: column, share of NULLs, distinct values, frequencies of the most common.
    fn large(snapshot: &mut Snapshot, columns: &[(&str, f64, f64, &[f64])]) {
        for relation in snapshot.catalog.relations.values_mut().filter(|r| r.partition_key.is_none()) {
            (relation.rows, relation.pages) = (Some(300_000.0), 6_000);
            for (name, null_frac, n_distinct, common) in columns {
                let Some(column) = relation.column(name).map(|c| c.name.clone()) else { continue };
                relation.statistics.push(ColumnStatistics {
                    column,
                    inherited: false,
                    null_frac: *null_frac,
                    avg_width: 8,
                    n_distinct: *n_distinct,
                    slots: vec![Slot {
                        kind: MOST_COMMON_VALUES,
                        operator: None,
                        collation: None,
                        numbers: Some(common.to_vec()),
                        values: None,
                    }],
                });
            }
        }
    }

    fn proposed(snapshot: &Snapshot) -> Vec<String> {
        let list = |columns: &[crate::ident::Ident]| columns.iter().map(|c| c.raw()).collect::<Vec<_>>().join(" ");
        findings(snapshot, "missing-index", "").iter().map(|f| format!("{}: {}", f.object, list(&f.columns))).collect()
    }

    const TASKS: &str = "create table tasks (id bigint primary key, org_id bigint, assignee_id bigint, state text, due_at timestamptz, \
                         created_at timestamptz, deleted_at timestamptz);";
    const COLUMNS: &[(&str, f64, f64, &[f64])] = &[
        ("org_id", 0.0, 2_000.0, &[]),
        ("assignee_id", 0.3, 30_000.0, &[]),
        ("state", 0.0, 3.0, &[0.99, 0.009, 0.001]),
        ("deleted_at", 0.9, -0.1, &[]),
    ];

    fn advice(ddl: &str, lines: &[Line]) -> Vec<String> {
        let mut snapshot = snapshot(&format!("{TASKS}{ddl}"), lines);
        large(&mut snapshot, COLUMNS);
        proposed(&snapshot)
    }

    #[test]
    fn what_no_btree_serves_is_not_called_clean() {
        let skipped = |lines: &[Line]| {
            let mut snapshot = snapshot(TASKS, lines);
            large(&mut snapshot, COLUMNS);
            let report = crate::check::run(&snapshot, &crate::check::Registry::load(&[]).unwrap(), &Default::default()).unwrap();
            let ours = report.skipped.into_iter().filter(|s| s.check.as_deref() == Some("missing-index"));
            ours.filter_map(|s| s.object).collect::<Vec<_>>()
        };
        for other in ["lower(state) = $1", "state ilike $1", "org_id = $1 or assignee_id = $2"] {
            let sql = format!("select * from tasks where {other}");
            assert_eq!(skipped(&[(sql.as_str(), 1_000, 1_000, 40.0)]), ["public.tasks"], "{other}");
        }
        assert!(skipped(&[("select * from tasks where state <> $1", 1_000, 1_000, 40.0)]).is_empty());
        assert!(skipped(&[("select * from tasks where org_id = $1 and lower(state) = $2", 1_000, 1_000, 40.0)]).is_empty());
    }

    #[test]
    fn soft_delete_is_no_reason_for_a_column() {
        let by_org = ("select * from tasks where org_id = $1 and deleted_at is null", 1_000, 100_000, 40.0);
        assert_eq!(advice("", &[by_org]), ["public.tasks: org_id"]);
        let live = ("select count(*) from tasks where deleted_at is null", 1_000, 1_000, 40.0);
        assert!(advice("", &[live]).is_empty());
    }

    #[test]
    fn few_values_in_the_order_of_the_rows_are_no_reason_either() {
        let list = ("select * from tasks where org_id = $1 and deleted_at is null and due_at > $2", 1_000, 50_000, 40.0);
        let ddl = format!("{TASKS} create index i on tasks (org_id, due_at);");
        let mut snapshot = snapshot(&ddl, &[list]);
        large(&mut snapshot, COLUMNS);
        let tasks = snapshot.catalog.relations.values_mut().next().unwrap();
        let deleted = tasks.statistics.iter_mut().find(|s| s.column.raw() == "deleted_at").unwrap();
        let correlated = Slot { kind: CORRELATION, operator: None, collation: None, numbers: Some(vec![1.0]), values: None };
        deleted.slots.push(correlated);
        assert!(proposed(&snapshot).is_empty());
    }

    #[test]
    fn a_partial_index_that_serves_is_enough() {
        let due = "select * from tasks where org_id = $1 and deleted_at is null and due_at < $2 order by due_at limit 50";
        let index = "create index i on tasks (org_id, due_at) where (deleted_at is null);";
        assert!(advice(index, &[(due, 1_000, 50_000, 4.0)]).is_empty());
        // the rows it leaves out are asked for
        let gone = "select * from tasks where org_id = $1 and deleted_at = $2";
        assert_eq!(advice(index, &[(gone, 1_000, 0, 40.0)]).len(), 1);
    }

    #[test]
    fn an_index_of_another_kind_that_serves_is_enough() {
        let one = ("select * from tasks where assignee_id = $1", 1_000, 10_000, 40.0);
        assert!(advice("create index i on tasks using hash (assignee_id);", &[one]).is_empty());
        let by_state = ("select * from tasks where org_id = $1 and state = $2", 1_000, 10_000, 40.0);
        assert!(advice("create index i on tasks (org_id, state text_pattern_ops);", &[by_state]).is_empty());
        let sorted = ("select * from tasks order by due_at limit 10", 1_000, 10_000, 40.0);
        assert_eq!(advice("create index i on tasks using hash (due_at);", &[sorted]), ["public.tasks: due_at"]);
    }

    #[test]
    fn a_queue_gets_its_rare_state() {
        let next = "select id from tasks where state = $1 order by created_at limit $2 for update skip locked";
        assert_eq!(advice("", &[(next, 1_000, 1_000, 40.0)]), ["public.tasks: state created_at"]);
    }

    #[test]
    fn the_latest_of_something() {
        let latest = ("select max(created_at) from tasks where state = $1", 1_000, 1_000, 40.0);
        assert_eq!(advice("", &[latest]), ["public.tasks: state created_at"]);
        assert!(advice("create index i on tasks (state, created_at desc);", &[latest]).is_empty());
    }

    #[test]
    fn variables_of_a_function_are_values() {
        let nested = ("select count(*) from tasks where assignee_id = who", 1_000, 1_000, 40.0);
        assert_eq!(advice("", &[nested]), ["public.tasks: assignee_id"]);
        let record = ("select count(*) from tasks where assignee_id = new.assignee", 1_000, 1_000, 40.0);
        assert_eq!(advice("", &[record]), ["public.tasks: assignee_id"]);
    }

    #[test]
    fn a_chain_of_joins_from_a_filter() {
        let ddl = "create table orgs (id bigint primary key, slug text unique);
                   create table projects (id bigint primary key, org_id bigint); create index on projects (org_id);
                   create table notes (id bigint primary key, project_id bigint, deleted_at timestamptz);";
        let chain = "select n.* from orgs o join projects p on p.org_id = o.id join notes n on n.project_id = p.id \
                     where o.slug = $1 and n.deleted_at is null";
        let mut snapshot = snapshot(ddl, &[(chain, 1_000, 10_000, 40.0)]);
        large(
            &mut snapshot,
            &[
                ("slug", 0.0, -1.0, &[]),
                ("org_id", 0.0, 30_000.0, &[]),
                ("project_id", 0.0, 30_000.0, &[]),
                ("deleted_at", 0.9, -0.1, &[]),
            ],
        );
        assert_eq!(proposed(&snapshot), ["public.notes: project_id"]);
    }

    #[test]
    fn partitions_of_partitions_and_an_empty_default() {
        let ddl = "create table orders (id bigint, customer bigint, at timestamptz, region int) partition by range (at);
                   create table orders_1 partition of orders for values from ('2025-01-01') to ('2026-01-01') partition by list (region);
                   create table orders_1_a partition of orders_1 for values in (1);
                   create table orders_rest partition of orders default;";
        let mut snapshot = snapshot(ddl, &[("select * from orders where customer = $1", 1_000, 5_000, 40.0)]);
        large(&mut snapshot, &[("customer", 0.0, 60_000.0, &[])]);
        let named = |r: &&mut Relation| r.name.name.raw() == "orders_rest";
        let rest = snapshot.catalog.relations.values_mut().find(named).unwrap();
        (rest.rows, rest.pages, rest.table_bytes) = (None, 0, Some(0));
        rest.statistics.clear();
        let found = findings(&snapshot, "missing-index", "");
        assert_eq!(proposed(&snapshot), ["public.orders: customer"]);
        assert_eq!(found[0].evidence["rows"], 300_000.0);
        assert!(!found[0].evidence.contains_key("statistics"), "they are its partitions'");
    }
}
