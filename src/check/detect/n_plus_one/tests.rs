//! Workloads with what is said about them, and more of what must not be said.

use crate::check::Finding;
use crate::check::detect::fixture::{Line, findings, snapshot};

const CHECK: &str = "n-plus-one";

const DDL: &str = r#"
    create table "User" (id text primary key, email text unique);
    create table "Company" (id text primary key, "userId" text references "User", name text);
    create table "Campaign" (id text primary key, "userId" text references "User", name text);
    create table "Lead" (id text primary key, "userId" text references "User", "companyId" text references "Company",
        "campaignId" text references "Campaign", email text, status text, "createdAt" timestamp(3));
    create table "Settings" (id text primary key, "userId" text unique references "User");
    create table "Subscription" (id text primary key, "userId" text unique references "User");
    create table "UserStats" (id text primary key, "userId" text unique references "User");
    create table threads (id bigint primary key, owner_id bigint);
    create table messages (id bigint primary key, thread_id bigint, body text);
    create table job (id bigint primary key, state text);
    create table node (id bigint primary key, parent_id bigint references node);
"#;

const LEADS: &str = r#"SELECT "public"."Lead"."id", "public"."Lead"."companyId" FROM "public"."Lead" WHERE "public"."Lead"."userId" = $1 ORDER BY "public"."Lead"."createdAt" DESC LIMIT $2 OFFSET $3"#;
const COMPANY: &str =
    r#"SELECT "public"."Company"."id" FROM "public"."Company" WHERE ("public"."Company"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3"#;
const CAMPAIGNS: &str = r#"select id, name from "Campaign" where "userId" = $1 order by name limit $2"#;
const LEAD_COUNT: &str = r#"SELECT COUNT(*) FROM (SELECT "public"."Lead"."id" FROM "public"."Lead" WHERE "public"."Lead"."campaignId" = $1 OFFSET $2) AS "sub""#;

fn found(lines: &[Line]) -> Vec<Finding> {
    findings(&snapshot(DDL, lines), CHECK, "")
}

/// A name for the case, its workload, and object and columns of the finding, if there is to be one.
type Case = (&'static str, Vec<Line<'static>>, Option<(&'static str, &'static str)>);

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    let company = Some((r#"public."Company""#, "id"));
    vec![
        ("lead -> company", vec![(LEADS, 10, 500, 2.0), (COMPANY, 500, 500, 0.1)], company),
        ("some calls from elsewhere", vec![(LEADS, 10, 500, 2.0), (COMPANY, 590, 590, 0.1)], company),
        ("some rows without a company", vec![(LEADS, 10, 500, 2.0), (COMPANY, 410, 410, 0.1)], company),
        ("campaign -> lead count", vec![(CAMPAIGNS, 12, 120, 2.0), (LEAD_COUNT, 120, 120, 0.5)], Some((r#"public."Lead""#, "campaignId"))),
        ("campaign -> leads, many rows a call", vec![(CAMPAIGNS, 12, 120, 2.0), (r#"select * from "Lead" where "campaignId" = $1"#, 120, 9_000, 0.5)], Some((r#"public."Lead""#, "campaignId"))),
        ("no foreign key, the names say it", vec![("select * from threads where owner_id = $1", 20, 400, 1.0), ("select * from messages where thread_id = $1 order by id", 400, 3_000, 0.4)], Some(("public.messages", "thread_id"))),
        ("two pages with the same list", vec![(LEADS, 10, 500, 2.0), (r#"select * from "Lead" where status = $1 limit $2"#, 10, 300, 2.0), (COMPANY, 800, 800, 0.1)], company),
        ("the tenant is compared to be on the safe side", vec![(LEADS, 10, 500, 2.0), (r#"select * from "Company" where id = $1 and "userId" = $2"#, 500, 500, 0.1)], company),
        ("a tree", vec![("select * from node where parent_id is null", 10, 300, 2.0), ("select * from node where parent_id = $1", 300, 900, 0.1)], Some(("public.node", "parent_id"))),
        ("three tables by one key", vec![
            (r#"select * from "Settings" where "userId" = $1"#, 75, 75, 0.1),
            (r#"select * from "Subscription" where "userId" = $1"#, 75, 75, 0.1),
            (r#"select * from "UserStats" where "userId" = $1"#, 75, 74, 0.1),
        ], Some((r#"public."Settings""#, "userId, userId, userId"))),
        ("the user too, and an aggregate", vec![
            (r#"select * from "User" where id = $1"#, 1_000, 1_000, 0.1),
            (r#"select * from "Settings" where "userId" = $1"#, 999, 999, 0.1),
            (r#"select count(*) from "Lead" where "userId" = $1 and status = $2"#, 998, 998, 0.1),
        ], Some((r#"public."Lead""#, "userId, userId, id"))),

        // what must not be said
        ("a batch", vec![(LEADS, 10, 500, 2.0), (r#"select * from "Company" where id in ($1, $2)"#, 500, 900, 0.1)], None),
        ("a batch by array", vec![(LEADS, 10, 500, 2.0), (r#"select * from "Company" where id = any($1)"#, 500, 900, 0.1)], None),
        ("log in by e-mail", vec![(LEADS, 10, 500, 2.0), (r#"select * from "User" where email = $1"#, 500, 500, 0.1)], None),
        ("a duplicate look-up", vec![(CAMPAIGNS, 12, 120, 2.0), (r#"select id from "Lead" where email = $1"#, 120, 3, 0.1)], None),
        ("the session's user: every row of the list has the same", vec![(LEADS, 10, 500, 2.0), (r#"select * from "User" where id = $1"#, 500, 500, 0.1)], None),
        ("near figures without a key between", vec![("select * from threads", 10, 500, 2.0), (COMPANY, 500, 500, 0.1)], None),
        ("by its own id, not by the campaign's", vec![(CAMPAIGNS, 12, 120, 2.0), (r#"select * from "Lead" where id = $1 and "campaignId" = $2"#, 120, 120, 0.1)], None),
        ("a counter", vec![(LEADS, 10, 500, 2.0), (r#"update "Company" set name = $1 where id = $2"#, 500, 500, 0.1)], None),
        ("polling", vec![("select * from job where state = $1 limit 1", 5_000, 40, 0.1), ("select * from threads", 100, 5_000, 1.0)], None),
        ("health checks", vec![("select 1", 500, 500, 0.01), (LEADS, 10, 500, 2.0)], None),
        ("few calls", vec![(LEADS, 1, 40, 2.0), (COMPANY, 40, 40, 0.1)], None),
        ("lists of few rows", vec![(LEADS, 100, 500, 2.0), (COMPANY, 500, 500, 0.1)], None),
        ("figures too far apart", vec![(LEADS, 10, 500, 2.0), (COMPANY, 650, 650, 0.1)], None),
        ("the list has joined it", vec![(r#"select * from "Lead" l left join "Company" c on c.id = l."companyId""#, 10, 500, 2.0), (COMPANY, 500, 500, 0.1)], None),
        ("a count is no list", vec![(r#"select count(*) from "Lead" where "userId" = $1"#, 500, 500, 2.0), (COMPANY, 500, 500, 0.1)], None),
        ("a queue locks what it reads", vec![(LEADS, 10, 500, 2.0), (r#"select * from "Company" where id = $1 for update"#, 500, 500, 0.1)], None),
        ("the foreign key's own look-up", vec![(LEADS, 10, 500, 2.0), (r#"SELECT $2 FROM ONLY "public"."Company" x WHERE "id" OPERATOR(pg_catalog.=) $1 FOR KEY SHARE OF x"#, 500, 500, 0.1)], None),
        ("two tables only", vec![(r#"select * from "Settings" where "userId" = $1"#, 75, 75, 0.1), (r#"select * from "Subscription" where "userId" = $1"#, 75, 75, 0.1)], None),
        ("three lists cannot be one statement", vec![
            (r#"select * from "Lead" where "userId" = $1"#, 75, 750, 0.1),
            (r#"select * from "Campaign" where "userId" = $1"#, 75, 750, 0.1),
            (r#"select * from "Company" where "userId" = $1"#, 75, 750, 0.1),
        ], None),
        ("three tables, each as often as it likes", vec![
            (r#"select * from "Settings" where "userId" = $1"#, 75, 75, 0.1),
            (r#"select * from "Subscription" where "userId" = $1"#, 90, 90, 0.1),
            (r#"select * from "UserStats" where "userId" = $1"#, 110, 110, 0.1),
        ], None),
        ("by keys of different tables", vec![
            (r#"select * from "Settings" where "userId" = $1"#, 75, 75, 0.1),
            (COMPANY, 75, 75, 0.1),
            (r#"select * from "Campaign" where id = $1"#, 75, 75, 0.1),
        ], None),
    ]
}

#[test]
fn workloads() {
    for (name, lines, expected) in cases() {
        let got = found(&lines);
        let names: Vec<(String, String)> =
            got.iter().map(|f| (f.object.clone(), f.columns.iter().map(|c| c.raw()).collect::<Vec<_>>().join(", "))).collect();
        let want: Vec<(String, String)> = expected.iter().map(|(o, c)| ((*o).to_owned(), (*c).to_owned())).collect();
        assert_eq!(names, want, "{name}: {:?}", got.iter().map(|f| &f.message).collect::<Vec<_>>());
    }
}

#[test]
fn what_a_finding_says() {
    let got = found(&[(LEADS, 10, 500, 2.0), (COMPANY, 500, 500, 0.1)]);
    let f = &got[0];
    assert_eq!(
        f.message,
        r#"public."Company": looked up by (id) once for each row of a list of public."Lead" (N+1): 500 calls for the 500 rows of 10 calls, 50 ms in all"#
    );
    assert_eq!(f.evidence["tie"], r#"foreign key "Lead_companyId_fkey""#);
    assert_eq!(f.evidence["tie_columns"], r#"public."Lead"."companyId" = public."Company".id"#);
    assert_eq!((&f.evidence["calls"], &f.evidence["ratio"]), (&500.into(), &1.0.into()));
    assert!(f.evidence["statements"][0]["text"].as_str().is_some_and(|t| t.contains("Company")));
    assert!(f.evidence["lists"][0]["text"].as_str().is_some_and(|t| t.contains("Lead")));
    assert!(f.saves_ms_per_day.is_some());
}

#[test]
fn the_list_that_fits_best_explains() {
    let other = r#"select * from "Lead" where status = $1"#;
    let got = found(&[(LEADS, 10, 500, 2.0), (other, 10, 560, 2.0), (COMPANY, 510, 510, 0.1)]);
    assert_eq!((got.len(), &got[0].evidence["list_rows"]), (1, &500.into()));
}

#[test]
fn rows_that_refer_to_nothing_are_not_looked_up() {
    let mut snapshot = snapshot(DDL, &[(LEADS, 10, 500, 2.0), (COMPANY, 250, 250, 0.1)]);
    assert!(findings(&snapshot, CHECK, "").is_empty());
    let lead = snapshot.catalog.relations.values_mut().find(|r| r.name.name.raw() == "Lead").expect("it is there");
    lead.statistics.push(crate::snapshot::ColumnStatistics {
        column: "companyId".into(),
        inherited: false,
        null_frac: 0.5,
        avg_width: 25,
        n_distinct: -0.1,
        slots: Vec::new(),
    });
    assert_eq!(findings(&snapshot, CHECK, "").len(), 1);
}

#[test]
fn one_finding_for_a_table_and_its_key() {
    let leads = r#"select id from "Lead" where "campaignId" = $1 and status = $2"#;
    let got = found(&[(CAMPAIGNS, 12, 120, 2.0), (LEAD_COUNT, 120, 120, 0.5), (leads, 120, 600, 0.5)]);
    assert_eq!(got.len(), 1);
    assert_eq!(got[0].evidence["statements"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_table_explained_row_by_row_is_no_fan_out_as_well() {
    let of = |table: &'static str| -> &'static str {
        match table {
            "Settings" => r#"select * from "Settings" where "userId" = $1"#,
            "Subscription" => r#"select * from "Subscription" where "userId" = $1"#,
            _ => r#"select * from "UserStats" where "userId" = $1"#,
        }
    };
    let users = r#"select * from "User" order by id limit $1"#;
    let got = found(&[
        (users, 5, 250, 1.0),
        (of("Settings"), 250, 250, 0.1),
        (of("Subscription"), 250, 250, 0.1),
        (of("UserStats"), 250, 250, 0.1),
    ]);
    assert_eq!(got.len(), 3);
    assert!(got.iter().all(|f| !f.evidence.contains_key("fan_out")));
}

#[test]
fn a_large_workload_is_weighed_in_moments() {
    let tables: String = (0..40)
        .map(|n| format!("create table t{n} (id bigint primary key, t0_id bigint, t1_id bigint, a text, b text);"))
        .collect();
    let texts: Vec<(String, i64, i64)> = (0..1_200)
        .map(|n| match n % 2 {
            0 => (format!("select f{n}(a) from t{} where a = $1", n % 40), 60 + n, (60 + n) * 20),
            _ => (format!("select f{n}(b) from t{} where t0_id = $1", n % 40), 100 + n, 100 + n),
        })
        .collect();
    let lines: Vec<Line> = texts.iter().map(|(t, calls, rows)| (t.as_str(), *calls, *rows, 0.1)).collect();
    let snapshot = snapshot(&tables, &lines);
    let started = std::time::Instant::now();
    assert_eq!(snapshot.workload.statements.len(), 1_200);
    findings(&snapshot, CHECK, "");
    assert!(started.elapsed() < std::time::Duration::from_secs(30), "{:?}", started.elapsed());
}
