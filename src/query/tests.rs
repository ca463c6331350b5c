//! Statements of all kinds with what is expected to be said about them.

use proptest::prelude::*;

use super::*;
use crate::snapshot::{Catalog, fixture};

pub(super) fn schema() -> Catalog {
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
    (analysis, text)
}

/// Statements, and a line for each access.
#[rustfmt::skip]
const STATEMENTS: &[(&str, &[&str])] = &[
    (
        r#"SELECT "public"."Lead"."id", "public"."Lead"."status" FROM "public"."Lead" WHERE ("public"."Lead"."userId" = $1 AND 1=1) ORDER BY "public"."Lead"."createdAt" DESC LIMIT $2 OFFSET $3"#,
        &[r#""Lead": "userId" = $1 | order "createdAt" desc | limit"#],
    ),
    (
        r#"SELECT COUNT(*) FROM (SELECT "public"."Lead"."id" FROM "public"."Lead" WHERE "public"."Lead"."userId" = $1 OFFSET $2) AS "sub""#,
        &[r#""Lead": "userId" = $1"#],
    ),
    (
        r#"SELECT "t0"."id", "Lead_notes"."__prisma_data__" FROM "public"."Lead" AS "t0" LEFT JOIN LATERAL (SELECT COALESCE(JSONB_AGG("__prisma_data__"), '[]') AS "__prisma_data__" FROM (SELECT "t3"."__prisma_data__" FROM (SELECT JSONB_BUILD_OBJECT('id', "t2"."id") AS "__prisma_data__", "t2"."createdAt" FROM (SELECT "t1".* FROM "public"."Note" AS "t1" WHERE "t0"."id" = "t1"."leadId" /* root select */) AS "t2" /* inner select */) AS "t3" ORDER BY "t3"."createdAt" DESC LIMIT $1 /* middle select */) AS "t4" /* outer select */) AS "Lead_notes" ON TRUE WHERE "t0"."userId" = $2"#,
        &[r#""Lead": "userId" = $2, kept id = "Note"."leadId""#, r#""Note": lookup "leadId" = "Lead".id | order "createdAt" desc | limit | correlated"#],
    ),
    (
        r#"select * from "Lead" where status = $1 or status is null"#,
        &[r#""Lead": or0.0 status = $1, or0.1 status is null"#],
    ),
    (
        r#"select * from "Lead" where status = $1 or status = $2"#,
        &[r#""Lead": status in ($1, $2)"#],
    ),
    (
        r#"select * from "Lead" where (status = $1 and score > 3) or "userId" = $2"#,
        &[r#""Lead": or0.0 status = $1, or0.0 score > '3', or0.1 "userId" = $2"#],
    ),
    (
        r#"select * from "Lead" where status = $1 or $2 is null"#,
        &[r#""Lead": or0.0? status = $1"#],
    ),
    (
        r#"select id from "Lead" where ("createdAt", id) < ($1, $2) order by "createdAt" desc, id desc limit 20"#,
        &[r#""Lead": ("createdAt", id) < ($1, $2) | order "createdAt" desc, id desc | limit"#],
    ),
    (
        r#"select * from "Lead" where id = any($1) and status in ($2 /*, ... */)"#,
        &[r#""Lead": id in $1, status in ($2)"#],
    ),
    (
        r#"select * from "User" where lower(email) = $1 and email::text = $2 and email ilike $3 and id like 'a%' and name like '%' || $4"#,
        &[r#""User": lower(email) = $1, email = $2, email ilike $3, id like(prefix) 'a%', name like(anywhere) ('%' || $4)"#],
    ),
    (
        r#"select * from "Counter" where id::text = $1"#,
        &[r#""Counter": id::text = $1"#],
    ),
    (
        r#"select * from "Lead" where coalesce(status, $1) = $2 and date_trunc('day', "createdAt") = $3"#,
        &[r#""Lead": COALESCE(status, $1) = $2, date_trunc('day', "createdAt") = $3"#],
    ),
    (
        r#"select * from "Lead" where $1 = id and not deleted and score between $2 and $3 and $4 < score"#,
        &[r#""Lead": id = $1, deleted = 'false', score >= $2, score <= $3, score > $4"#],
    ),
    (
        r#"select * from "User" where active and name is not distinct from $1"#,
        &[r#""User": active = 'true', name is not distinct from $1"#],
    ),
    (
        r#"select * from "Lead" where data @> $1 and tags && $2 and search @@ to_tsquery($3) and data->>'k' = $4 and $5 = any(tags)"#,
        &[r#""Lead": data json @> $1, tags array && $2, search @@ (to_tsquery($3)), data ->> 'k' = $4, tags = any(column) $5"#],
    ),
    (
        r#"select l.id, u.email from "Lead" l join "User" u on u.id = l."userId" where u.email = $1"#,
        &[r#""Lead": join "userId" = "User".id"#, r#""User": email = $1, join id = "Lead"."userId""#],
    ),
    (
        r#"select * from "User" u left join "Lead" l on l."userId" = u.id and l.status = 'open' and u.active where l.id is null"#,
        &[r#""User": kept id = "Lead"."userId""#, r#""Lead": status = 'open', lookup "userId" = "User".id"#],
    ),
    (
        r#"select * from "Lead" join "Note" n on n."leadId" = "Lead".id order by n."createdAt" limit 5"#,
        &[r#""Lead": join id = "Note"."leadId" | limit"#, r#""Note": join "leadId" = "Lead".id | order "createdAt" | limit"#],
    ),
    (
        r#"with x as (select * from "Lead" where deleted = false) select * from x where "userId" = $1"#,
        &[r#""Lead": deleted = 'false', "userId" = $1"#],
    ),
    (
        r#"with x as (select * from "Lead" where deleted = false) select * from x a join x b on a.id = b."assigneeId" where a."userId" = $1"#,
        &[r#""Lead": deleted = 'false'"#],
    ),
    (
        r#"with recursive t as (select id, parent_id from node where id = $1 union all select c.id, c.parent_id from node c join t on c.parent_id = t.id) select * from t where id = $2"#,
        &[r#"node#1: id = $1"#, r#"node#2: join parent_id = node#1.id"#],
    ),
    (
        r#"select * from "Lead" where "userId" in (select id from "User" where email = $1)"#,
        &[r#""Lead": join "userId" = "User".id"#, r#""User": email = $1, join id = "Lead"."userId""#],
    ),
    (
        r#"select * from "Lead" l where exists (select 1 from "Note" n where n."leadId" = l.id and n.pinned)"#,
        &[r#""Lead": join id = "Note"."leadId""#, r#""Note": pinned = 'true', join "leadId" = "Lead".id | correlated"#],
    ),
    (
        r#"select * from "Lead" l where not exists (select * from "Note" n where n."leadId" = l.id)"#,
        &[r#""Lead": kept id = "Note"."leadId""#, r#""Note": lookup "leadId" = "Lead".id | correlated"#],
    ),
    (
        r#"select id, (select count(*) from "Note" n where n."leadId" = l.id) from "Lead" l where l."userId" = $1"#,
        &[r#""Lead": "userId" = $1, kept id = "Note"."leadId""#, r#""Note": lookup "leadId" = "Lead".id | correlated"#],
    ),
    (
        r#"select id from "Lead" where "userId" = $1 union all select id from archive."OldLead" where "userId" = $1"#,
        &[r#""Lead": "userId" = $1"#, r#""OldLead": "userId" = $1"#],
    ),
    (
        r#"select * from (select id, "userId" from "Lead" union all select id, "userId" from archive."OldLead") x where x."userId" = $1"#,
        &[r#""Lead": "userId" = $1"#, r#""OldLead": "userId" = $1"#],
    ),
    (
        r#"select * from open_leads where owner = $1 and status = $2"#,
        &[r#""Lead": deleted = 'false', "userId" = $1, status = $2 | view open_leads"#],
    ),
    (
        r#"select * from lead_counts where "userId" = $1 and n > 5"#,
        &[r#""Lead": "userId" = $1 | group "userId" | view lead_counts"#],
    ),
    (
        r#"select * from owners where mail = $1"#,
        &[r#""User": email = $1, join id = "Lead"."userId" | view owners"#, r#""Lead": deleted = 'false', join "userId" = "User".id | view owners"#],
    ),
    (
        r#"update "Lead" set status = $1, score = score + 1, "updatedAt" = now(), data = default where id = $2"#,
        &[r#"update "Lead": id = $2 | set status = $1, score = (self), "updatedAt" = (expression), data = default"#],
    ),
    (
        r#"update "Lead" l set status = u.name from "User" u where u.id = l."userId" and u.active"#,
        &[r#"update "Lead": join "userId" = "User".id | set status = (expression)"#, r#""User": active = 'true', join id = "Lead"."userId""#],
    ),
    (
        r#"delete from "Note" n using "Lead" l where l.id = n."leadId" and l.deleted"#,
        &[r#"delete "Note": join "leadId" = "Lead".id"#, r#""Lead": deleted = 'true', join id = "Note"."leadId""#],
    ),
    (
        r#"insert into "Counter" (id, n, day) values ($1, 1, current_date) on conflict (id, day) do update set n = "Counter".n + excluded.n"#,
        &[r#"insert "Counter": set id = $1, n = '1', day = (expression) | conflict id, day | then set n = (self)"#],
    ),
    (
        r#"insert into archive."OldLead" select id, "userId", status from "Lead" where "createdAt" < now() - interval '90 days'"#,
        &[r#"insert "OldLead": set id = (expression), "userId" = (expression), status = (expression)"#, r#""Lead": "createdAt" < (now() - '90 days'::interval)"#],
    ),
    (
        r#"merge into "Counter" c using "Lead" l on c."leadId" = l.id when matched then update set n = c.n + 1 when not matched then insert (id, n) values (1, $1)"#,
        &[r#"merge "Counter": lookup "leadId" = "Lead".id | set n = (self), id = '1', n = $1"#, r#""Lead": kept id = "Counter"."leadId""#],
    ),
    (
        r#"select max("createdAt") from "Lead" where "userId" = $1"#,
        &[r#""Lead": "userId" = $1 | min/max "createdAt""#],
    ),
    (
        r#"select status, count(*) from "Lead" where "userId" = $1 group by status having status <> 'x' order by 2 desc"#,
        &[r#""Lead": "userId" = $1, status <> 'x' | group status"#],
    ),
    (
        r#"select distinct on ("leadId") * from "Note" order by "leadId", "createdAt" desc"#,
        &[r#""Note": order "leadId", "createdAt" desc | distinct "leadId""#],
    ),
    (
        r#"select * from (select distinct on ("leadId") * from "Note" order by "leadId", "createdAt" desc) s where s."leadId" = $1 and s.pinned"#,
        &[r#""Note": "leadId" = $1 | order "leadId", "createdAt" desc | distinct "leadId""#],
    ),
    (
        r#"select * from (select *, row_number() over (partition by "leadId" order by "createdAt") as rn from "Note") s where s."leadId" = $1 and s.pinned and rn = 1"#,
        &[r#""Note": "leadId" = $1"#],
    ),
    (
        r#"select * from "Lead" where id = $1 for update skip locked"#,
        &[r#""Lead": id = $1"#],
    ),
    (
        r#"select * from "Note" join "Counter" using ("leadId") where "leadId" = $1"#,
        &[r#""Note": "leadId" = $1, join "leadId" = "Counter"."leadId""#, r#""Counter": join "leadId" = "Note"."leadId""#],
    ),
    (
        r#"select x from "Lead" as l(x, y) where y = $1"#,
        &[r#""Lead": "userId" = $1"#],
    ),
    (
        r#"select * from nowhere where a = 1"#,
        &[r#"unresolved nowhere"#],
    ),
    (
        r#"select nope from "Lead""#,
        &[r#""Lead""#, r#"unresolved nope"#],
    ),
    (
        r#"select l from "Lead" l"#,
        &[r#""Lead""#],
    ),
    (
        r#"select count(l.*) from "Lead" l"#,
        &[r#""Lead""#],
    ),
    (
        r#"select * from pg_class where relname = $1"#,
        &[],
    ),
    (
        r#"select * from unnest($1::text[]) as t(x) join "Lead" l on l.id = t.x"#,
        &[r#""Lead": id = (row)"#],
    ),
];

#[test]
fn statements_are_attributed() {
    let mut wrong = Vec::new();
    for (sql, expected) in STATEMENTS {
        let text = look(sql).1;
        let expected = expected.join("\n");
        if text != expected {
            wrong.push(format!("{sql}\n  expected: {expected}\n  but got:  {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

proptest! {
    #[test]
    fn any_text_is_an_answer_or_an_error(text in ".*") {
        let catalog = Catalog::default();
        let resolver = Resolver::new(&catalog, Vec::new());
        let _ = (analyze(&text, &resolver), fingerprint(&text), normalize(&text));
    }
}
