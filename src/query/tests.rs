//! Statements of all kinds with what is expected to be said about them.

use proptest::prelude::*;

use super::*;
use crate::snapshot::{Catalog, fixture};

fn schema() -> Catalog {
    fixture::catalog(
        r#"
        create table "User" (id text primary key, email varchar(200) unique, name text, active boolean, "createdAt" timestamp(3));
        create table "Lead" (id text primary key, "userId" text references "User", status text, score integer, tags text[],
            data jsonb, search tsvector, deleted boolean, "assigneeId" text, "createdAt" timestamp(3), "updatedAt" timestamp(3));
        create table "Note" (id text primary key, "leadId" text references "Lead", body text, pinned boolean, "createdAt" timestamp(3));
        create table "Counter" (id integer primary key, n integer, "leadId" text, day date, unique (id, day));
        create table archive."OldLead" (id text primary key, "userId" text, status text);
        create table node (id integer primary key, parent_id integer references node, name text);
        create view open_leads as select "Lead".id, "Lead"."userId" as owner, "Lead".status from public."Lead" where "Lead".deleted = false;
        create view lead_counts as select l."userId", count(*) as n, max(l.score) as best from public."Lead" l group by l."userId";
        create view owners (uid, mail, lead) as select u.id, u.email, o.id from public."User" u join open_leads o on o.owner = u.id;
        "#,
    )
}

fn look(sql: &str) -> (Analysis, String) {
    let catalog = schema();
    let resolver = Resolver::new(&catalog, vec!["public".to_owned()]);
    let analysis = analyze(sql, &resolver).unwrap_or_else(|e| panic!("{sql}: {e}"));
    let mut text = analysis.describe(&catalog);
    for name in &analysis.unresolved {
        text.push_str(&format!("\nunresolved {name}"));
    }
    let text = text.trim().to_owned();
    (analysis, text)
}

#[test]
fn statements_are_attributed() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for block in include_str!("statements.txt").split("\n\n").filter(|b| !b.starts_with('#') && !b.trim().is_empty()) {
        let (expected, sql): (Vec<&str>, Vec<&str>) = block.lines().partition(|line| line.starts_with("    "));
        let expected: Vec<&str> = expected.into_iter().map(str::trim).collect();
        let text = look(&sql.join("\n")).1;
        if text != expected.join("\n") {
            wrong.push(format!("{}\n    {}", sql.join("\n"), text.replace('\n', "\n    ")));
        }
        seen += 1;
    }
    assert!(seen > 100);
    assert!(wrong.is_empty(), "instead of what statements.txt says:\n\n{}", wrong.join("\n\n"));
}

#[test]
fn results_of_the_outermost_query() {
    let top = |sql| {
        let a = look(sql).0;
        (a.kind, a.limit, a.offset, a.top_level)
    };
    let plain = TopLevel::default();
    assert_eq!(
        top(r#"select * from "Lead" limit $1 offset 20"#),
        (StatementKind::Select, Bound::Parameter(1), Bound::Constant(20), plain.clone())
    );
    assert_eq!(top(r#"select * from "Lead" limit all"#).1, Bound::None);
    assert_eq!(top(r#"select * from "Lead" limit null"#).1, Bound::None);
    assert_eq!(top(r#"select * from "Lead" limit $1 + 1"#).1, Bound::Expression);
    assert!(top(r#"select count(*) from "Lead""#).3.aggregates_only);
    assert!(top(r#"select coalesce(sum(score) filter (where deleted), 0) from "Lead""#).3.aggregates_only);
    assert!(!top(r#"select count(*) over () from "Lead""#).3.aggregates_only);
    assert!(top(r#"select status, count(*) from "Lead" group by status"#).3.group_by);
    assert!(top(r#"select distinct status from "Lead""#).3.distinct);
    assert!(top(r#"select 1 union select 2"#).3.set_operation);
    assert_eq!(top(r#"select * from (select 1 limit 3) s"#).1, Bound::None);
    assert_eq!(top("begin").0, StatementKind::Utility);
    assert_eq!(top(r#"delete from "Lead""#).0, StatementKind::Delete);
}

#[test]
fn columns_are_read_where_they_are_used() {
    let read = |sql: &str, access: usize| match &look(sql).0.accesses[access].columns_read {
        ColumnsRead::All => "*".to_owned(),
        ColumnsRead::Some(columns) => crate::ident::ident_list(columns),
    };
    assert_eq!(
        read(r#"select status, count(score) from "Lead" where id = $1 order by "createdAt""#, 0),
        r#"id, status, score, "createdAt""#
    );
    assert_eq!(read(r#"select * from "Lead""#, 0), "*");
    assert_eq!(read(r#"select l.* from "Lead" l, "Note" n where n.id = $1"#, 1), "id");
    assert_eq!(read(r#"select l from "Lead" l"#, 0), "*");
    assert_eq!(read(r#"select count(*) from "Lead""#, 0), "");
    // a view or sub-query gives many columns, the statement reads one
    assert_eq!(read(r#"select owner from open_leads"#, 0), r#"deleted, "userId""#);
    assert_eq!(read(r#"select s.id from (select * from "Lead") s"#, 0), "id");
    assert_eq!(read(r#"select 1 from "Lead" l where exists (select * from "Note" n where n."leadId" = l.id)"#, 1), r#""leadId""#);
}

#[test]
fn joins_hand_values_on() {
    let fixed = |sql: &str, access: usize| {
        let analysis = look(sql).0;
        let columns = analysis.fixed_columns(access).into_iter().map(|(c, o)| format!("{c} {o:?}"));
        columns.collect::<Vec<_>>().join(", ")
    };
    let chain = r#"select * from "Note" n join "Counter" c on c."leadId" = n."leadId" join "Lead" l on l.id = c."leadId" where l.id = $1"#;
    assert_eq!(fixed(chain, 0), "\"leadId\" Parameter(1)");
    assert_eq!(fixed(chain, 1), "\"leadId\" Parameter(1)");
    let outer = r#"select * from "Lead" l left join "Note" n on n."leadId" = l.id"#;
    assert_eq!(fixed(&format!("{outer} where l.id = 'x'"), 1), "\"leadId\" Constant(\"x\")");
    assert_eq!(fixed(&format!("{outer} and n.\"leadId\" = 'x'"), 0), "");
    assert_eq!(fixed(r#"select * from "Lead" where id = $1 or status = $2"#, 0), "");
}

#[test]
fn index_expressions_compare_with_statements() {
    let catalog = schema();
    let of = |table: &str, expression: &str| {
        let relation = catalog.find(None, table, &["public".to_owned()]).unwrap();
        canonical_expression(expression, relation).unwrap()
    };
    assert_eq!(of("User", "lower((email)::text)"), "lower(email)");
    assert_eq!(of("Counter", "((id)::text)"), "id::text");
    assert_eq!(of("Lead", "date_trunc('day'::text, \"createdAt\")"), "date_trunc('day', \"createdAt\")");
    assert_eq!(of("Lead", "(data ->> 'k'::text)"), "data ->> 'k'");
    assert_eq!(of("Lead", "((data ->> 'n'::text))::integer"), "(data ->> 'n')::int");
    assert_eq!(of("Lead", "COALESCE(status, 'open'::text)"), "COALESCE(status, 'open')");
    let relation = catalog.find(None, "Lead", &["public".to_owned()]).unwrap();
    assert_eq!(canonical_expression("lower((", relation), None);
}

#[test]
fn names_follow_the_search_path() {
    let catalog = fixture::catalog(
        "create table a.t (id integer, x text); create table b.t (id integer, y text); create table b.sole (id integer)",
    );
    let unresolved = |path: &[&str], sql: &str| {
        let resolver = Resolver::new(&catalog, path.iter().map(|s| (*s).to_owned()).collect());
        analyze(sql, &resolver).unwrap().unresolved
    };
    assert_eq!(unresolved(&["a", "b"], "select x from t"), [""; 0]);
    assert_eq!(unresolved(&["b", "a"], "select x from t"), ["x"]);
    assert_eq!(unresolved(&["b", "a"], "select x from a.t"), [""; 0]);
    assert_eq!(unresolved(&["c"], "select x from t"), ["t"]);
    // no other table has that name
    assert_eq!(unresolved(&["a"], "select id from sole"), [""; 0]);
}

#[test]
fn unreadable_texts_say_why() {
    let catalog = schema();
    let resolver = Resolver::new(&catalog, Vec::new());
    let why = |sql: &str| analyze(sql, &resolver).unwrap_err();
    assert!(matches!(why("select from where"), Unreadable::Syntax(_)));
    assert!(matches!(why("select * from a where b is $1"), Unreadable::Syntax(_)));
    assert!(matches!(why("select 1\0"), Unreadable::Syntax(_)));
    assert_eq!(why("select 1; select 2"), Unreadable::Several(2));
    assert_eq!(why(" -- nothing\n"), Unreadable::Empty);
}

#[test]
fn deep_nesting_is_an_error_not_a_crash() {
    let catalog = schema();
    let resolver = Resolver::new(&catalog, Vec::new());
    for n in [40, 100, 1_000, 10_000, 100_000] {
        for sql in [
            format!("select {}1{}", "(".repeat(n), ")".repeat(n)),
            format!("select {}1", "1+".repeat(n)),
            format!("select {}true", "not ".repeat(n)),
            format!("select 1 where {}true", "a or ".repeat(n)),
            format!("select 1{}", "::int".repeat(n)),
            format!("{}select 1", "select 1 union all ".repeat(n)),
            format!("select 1 from a{}", " join b on true".repeat(n)),
            format!("select 1 where {}1{}", "1 in (select ".repeat(n), ")".repeat(n)),
        ] {
            let _ = (analyze(&sql, &resolver), fingerprint(&sql), normalize(&sql));
        }
    }
    let sum = format!("select {}1", "1+".repeat(1_000));
    assert_eq!(analyze(&sum, &resolver).unwrap_err(), Unreadable::TooDeep);
}

#[test]
fn long_lists_take_no_time() {
    let catalog = schema();
    let resolver = Resolver::new(&catalog, vec!["public".to_owned()]);
    let started = std::time::Instant::now();
    let many = |piece: &str| piece.repeat(10_000);
    for sql in [
        format!(r#"select * from "Lead" where {} false"#, many("id = $1 or status = $2 or ")),
        format!(r#"select * from "Lead" where {} true"#, many("id = $1 and status = 'x' and ")),
        format!(r#"select * from "Lead" where id in ({}1)"#, many("'x', ")),
        format!(r#"insert into "Counter" values {} (1, 2)"#, many("(1, 2), ")),
    ] {
        assert_eq!(analyze(&sql, &resolver).unwrap().accesses.len(), 1);
    }
    // seconds even unoptimised on a busy machine; quadratic work would take minutes
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn views_cannot_multiply_without_end() {
    let mut ddl = "create table t (id integer); create view v0 (id) as select id from t;".to_owned();
    for n in 1..14 {
        let below = n - 1;
        ddl.push_str(&format!("create view v{n} (id) as select a.id from v{below} a join v{below} b on a.id = b.id;"));
    }
    let catalog = fixture::catalog(&ddl);
    let resolver = Resolver::new(&catalog, vec!["public".to_owned()]);
    let analysis = analyze("select * from v13 where id = $1", &resolver).unwrap();
    assert!(analysis.accesses.len() < 1_000);
}

#[test]
fn texts_are_normalised() {
    for (text, expected) in [
        ("SELECT  *\n FROM a -- x\n WHERE b = 'it''s;  -- no' ;", "SELECT * FROM a WHERE b = $1"),
        ("select $1, 5, 'a'", "select $1, $2, $3"),
        ("PREPARE p (int, text) AS select /* as */ $2 , 1", "select $2, $3"),
        ("/* c */ prepare p as select 1", "select $1"),
        ("select * from a where b in ($1 /*, ... */)", "select * from a where b in ($1)"),
        ("select \"a  b\" from \"x -- y\"", "select \"a  b\" from \"x -- y\""),
        ("prepare transaction 'x'", "prepare transaction 'x'"),
    ] {
        assert_eq!(normalize(text).unwrap(), expected, "{text}");
    }
    assert!(normalize("select from where (").is_err());
}

#[test]
fn fingerprints_tell_relations_apart() {
    let same = |a: &str, b: &str| fingerprint(a).unwrap() == fingerprint(b).unwrap();
    assert!(same("select * from a where b = 1", "SELECT * FROM a WHERE b = $1 -- x"));
    assert!(same("select * from a where b in ($1, $2)", "select * from a where b in ($1, $2, $3)"));
    assert!(same("prepare x as select * from a where b = $1", "select * from a where b = $1"));
    assert!(!same("select * from a t", "select * from b t"));
    assert!(!same("select * from s.a", "select * from r.a"));
    assert!(!same("select * from orders_2024", "select * from orders_2025"));
}

proptest! {
    #[test]
    fn any_text_is_an_answer_or_an_error(text in ".*") {
        let catalog = Catalog::default();
        let resolver = Resolver::new(&catalog, Vec::new());
        let _ = (analyze(&text, &resolver), fingerprint(&text), normalize(&text));
    }

    /// Pieces of SQL in any order: more of them parse than of arbitrary text.
    #[test]
    fn any_pieces_are_an_answer_or_an_error(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..30)) {
        let catalog = schema();
        let resolver = Resolver::new(&catalog, vec!["public".to_owned()]);
        let sql = format!("select {}", pieces.join(" "));
        if let Ok(analysis) = analyze(&sql, &resolver) {
            analysis.describe(&catalog);
        }
        let _ = (fingerprint(&sql), normalize(&sql));
    }
}

const PIECES: &[&str] = &[
    "*",
    "id",
    "status",
    "l",
    "l.*",
    "$1",
    "1",
    "'x'",
    "null",
    ",",
    "(",
    ")",
    "from",
    "\"Lead\"",
    "\"Note\" n",
    "open_leads",
    "join",
    "left join",
    "lateral",
    "on",
    "using (id)",
    "where",
    "and",
    "or",
    "not",
    "=",
    "<",
    "in (1, 2)",
    "in",
    "exists",
    "(select 1)",
    "(select id from \"Lead\" l where l.id = n.id)",
    "group by 1",
    "order by 1",
    "limit 1",
    "offset 2",
    "union all select",
    "as x",
    "count(*)",
    "is null",
    "between 1 and 2",
    "any($1)",
    "row(1, id)",
    "::text",
    "->>",
    "case when",
    "then",
    "end",
    "for update",
];

#[test]
fn what_pg_stat_statements_writes_becomes_what_prepare_takes() {
    for (given, wanted, numbers) in [
        ("select a from t where id = $3", "select a from t where id = $1", vec![3]),
        ("select $2, '$9', $7, $2", "select $1, '$9', $2, $1", vec![2, 7]),
        ("select extract($1 from at) from t", "select pg_catalog.date_part($1::text , at) from t", vec![1]),
    ] {
        assert_eq!(super::preparable(given), (wanted.to_owned(), numbers), "{given}");
    }
    let plain = "select extract(epoch from at) from t where \"from\" = $1";
    assert_eq!(super::preparable(plain).0, plain);
}
