//! Reading a snapshot from real servers: every kind of object, every level of rights.

use crate::support::password;
use dbharden::check::{Check, Registry};
use dbharden::connect::{Session, Target};
use dbharden::ident::Ident;
use dbharden::sandbox::{Sandbox, SandboxOptions};
use dbharden::snapshot::read::{ReadOptions, read};
use dbharden::snapshot::workload::Source;
use dbharden::snapshot::{ConstraintKind, Index, Relation, RelationKind, Snapshot, Subject};
use sqlx::{AssertSqlSafe, ConnectOptions};

mod commands;
mod figures;
mod file;
mod rights;

/// A schema with one of every kind of thing.
const EVERYTHING: &str = include_str!("snapshot/everything.sql");

async fn start(settings: &[(&str, &str)]) -> Sandbox {
    let settings = settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Sandbox::start(&SandboxOptions { settings, ..SandboxOptions::default() }).await.unwrap()
}

async fn admin(sandbox: &Sandbox, sql: &str) {
    let mut connection = sandbox.connect_options("postgres").connect().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
}

async fn everything() -> Sandbox {
    let sandbox = start(&[]).await;
    let mut connection = sandbox.connect_options("postgres").connect().await.unwrap();
    // statements of the workload must not share one message: each is an entry of its own
    sqlx::raw_sql(AssertSqlSafe(EVERYTHING.to_owned())).execute(&mut connection).await.unwrap();
    sandbox
}

fn target(sandbox: &Sandbox, user: &str) -> Target {
    let text = format!(
        "host={} port={} user={user} dbname=postgres password={}",
        sandbox.socket_dir().display(),
        sandbox.port(),
        password(sandbox)
    );
    Target::resolve(Some(&text), &|_| None).unwrap()
}

async fn snapshot_of(target: &Target, options: &ReadOptions) -> Snapshot {
    let mut session = Session::connect(target).await.unwrap();
    let snapshot = read(&mut session, options, &|_| {}).await.unwrap();
    session.close().await;
    snapshot
}

async fn snapshot_as(sandbox: &Sandbox, user: &str) -> Snapshot {
    snapshot_of(&target(sandbox, user), &ReadOptions::default()).await
}

/// With the rows of the SQL checks.
async fn snapshot_with(sandbox: &Sandbox, registry: &Registry) -> Snapshot {
    let sql_checks = registry.all().iter().filter_map(Check::sql_check).collect();
    snapshot_of(&target(sandbox, "postgres"), &ReadOptions { sql_checks, ..ReadOptions::default() }).await
}

fn relation<'s>(snapshot: &'s Snapshot, schema: &str, name: &str) -> &'s Relation {
    snapshot.catalog.find(Some(schema), name, &[]).unwrap_or_else(|| panic!("{schema}.{name} is missing"))
}

fn names<'a>(names: impl IntoIterator<Item = &'a Ident>) -> Vec<&'a str> {
    names.into_iter().map(Ident::raw).collect()
}

#[tokio::test]
async fn everything_is_read() {
    let sandbox = everything().await;
    admin(&sandbox, "select count(*) from app.member where tenant_id = 7").await;
    let s = snapshot_as(&sandbox, "postgres").await;
    assert_eq!(s.catalog.schemas, ["Sch \"ema\" 😀", "app", "public"]);
    let own: Vec<_> = s.unseen.iter().filter(|u| u.subject != Subject::Plans).collect();
    assert!(own.is_empty(), "{own:?}");
    relations(&s);
    columns_and_types(&s);
    indexes(&s);
    constraints(&s);
    policies_roles_and_grants(&s);
    sequences(&s);
    hostile_names(&s);
    statistics_and_activity(&s);
    workload(&s);
}

fn relations(s: &Snapshot) {
    let kinds = [
        ("tenant", RelationKind::Table),
        ("event", RelationKind::PartitionedTable),
        ("event_2025", RelationKind::PartitionedTable),
        ("event_2025_1", RelationKind::Table),
        ("far", RelationKind::ForeignTable),
        ("nested", RelationKind::View),
        ("totals", RelationKind::MaterializedView),
    ];
    for (name, kind) in kinds {
        assert_eq!(relation(s, "app", name).kind, kind, "{name}");
    }
    let oid = |name: &str| relation(s, "app", name).oid;
    assert_eq!(relation(s, "app", "event_2025").partition_of, Some(oid("event")));
    assert_eq!(relation(s, "app", "event_2025_1").partition_of, Some(oid("event_2025")));
    assert_eq!(relation(s, "app", "event").partition_key.as_deref(), Some("RANGE (at)"));
    assert_eq!(relation(s, "app", "event_2025").partition_key.as_deref(), Some("LIST (kind)"));
    assert_eq!(relation(s, "app", "dog").inherits, [oid("animal")]);
    assert_eq!(relation(s, "app", "dog").partition_of, None);
    assert_eq!(relation(s, "app", "scratch").persistence, 'u');
    assert_eq!(relation(s, "app", "tenant").options, ["autovacuum_enabled=false", "fillfactor=70"]);
    assert_eq!(relation(s, "app", "tenant").rows, Some(600.0));
    assert_eq!(s.catalog.rows(relation(s, "app", "event")), Some(1500.0));
    assert_eq!(relation(s, "app", "far").rows, None, "never analysed is not empty");
    assert_eq!(relation(s, "public", "pg_stat_statements").extension, Some(Ident::new("pg_stat_statements")));
    let view = &s.catalog.views[&oid("nested")].definition;
    assert!(view.contains("app.active_tenant a") && view.contains("app.member m"), "{view}");
    assert!(s.catalog.views[&oid("totals")].definition.contains("FROM app.member"));
}

fn columns_and_types(s: &Snapshot) {
    let column = |table, name| relation(s, "app", table).column(name).unwrap_or_else(|| panic!("{name}"));
    assert_eq!(column("tenant", "id").identity, Some('a'));
    assert_eq!(column("tenant", "upper_name").generated, Some('s'));
    assert_eq!(column("tenant", "upper_name").default.as_deref(), Some("upper(name)"));
    assert_eq!(column("tenant", "mood").default.as_deref(), Some("'ok'::app.mood"));
    assert!(column("tenant", "name").not_null && !column("tenant", "tags").not_null);
    assert_eq!(column("tenant", "worth").type_name, "numeric(12,2)");
    assert_eq!(column("tenant", "tags").type_name, "text[]");
    assert_eq!(column("tenant", "level").type_name, "app.small_positive");
    assert_eq!(column("member", "id").default.as_deref(), Some("nextval('app.member_id_seq'::regclass)"));
    assert_eq!(column("member", "email").type_name, "character varying(200)");
    let mood = &s.catalog.types[&column("tenant", "mood").type_oid];
    assert_eq!((mood.kind, mood.labels.join(",")), ('e', "sad,ok,it's \"fine\",zz top".to_owned()));
    assert_eq!(s.catalog.base_type(column("tenant", "level").type_oid).unwrap().name.name.raw(), "int8");
    let tags = &s.catalog.types[&column("tenant", "tags").type_oid];
    assert_eq!(s.catalog.types[&tags.element.unwrap()].name.name.raw(), "text");
    assert!(relation(s, "Sch \"ema\" 😀", "no columns").columns.is_empty());
}

fn index<'s>(s: &'s Snapshot, table: &str, name: &str) -> &'s Index {
    relation(s, "app", table).indexes.iter().find(|i| i.name.raw() == name).unwrap_or_else(|| panic!("{name} is missing"))
}

fn indexes(s: &Snapshot) {
    let lower = index(s, "member", "member_lower");
    assert_eq!(lower.keys[0].expression.as_deref(), Some("lower(email::text)"));
    assert_eq!(lower.keys[0].column, None);
    let key = &lower.keys[1];
    assert_eq!((key.column.as_ref().unwrap().raw(), key.descending, key.nulls_first), ("tenant_id", true, false));
    assert_eq!(names(&lower.include), ["boss_id"]);
    assert_eq!(lower.predicate.as_deref(), Some("(boss_id IS NOT NULL)"));
    assert!(!lower.is_complete());
    let pattern = &index(s, "member", "member_pattern").keys;
    assert_eq!((pattern[0].opclass.as_str(), pattern[0].default_opclass), ("varchar_pattern_ops", false));
    assert_eq!(pattern[0].collation, None);
    assert_eq!(pattern[1].collation.as_deref(), Some("app.\"my coll\""));
    assert!(pattern[1].descending && pattern[1].nulls_first);
    assert_eq!(index(s, "tenant", "tenant_doc").method, "gin");
    assert_eq!(index(s, "tenant", "tenant_doc").keys[0].opclass, "jsonb_path_ops");
    assert_eq!(index(s, "tenant", "tenant_brin").method, "brin");
    let exclusion = relation(s, "app", "tenant").indexes.iter().find(|i| i.exclusion).unwrap();
    assert_eq!((exclusion.method.as_str(), exclusion.predicate.as_deref()), ("gist", Some("active")));
    assert!(index(s, "member", "email_once").referenced_by_table, "clustered on it");
    assert_eq!(index(s, "member", "email_once").constraint, Some(Ident::new("email_once")));
    assert_eq!(relation(s, "app", "member").primary_key().unwrap().name.raw(), "member_pkey");
    let top = index(s, "event", "event_payload");
    let below = index(s, "event_2025", "event_2025_payload_idx");
    assert_eq!(below.parent, Some(top.oid));
    assert_eq!(index(s, "event_2025_1", "event_2025_1_payload_idx").parent, Some(below.oid));
    assert_eq!(
        index(s, "totals", "totals_tenant").definition,
        "CREATE UNIQUE INDEX totals_tenant ON app.totals USING btree (tenant_id)"
    );
    for r in s.catalog.relations.values() {
        let counted = r.kind != RelationKind::PartitionedTable;
        assert!(r.indexes.iter().all(|i| i.valid && i.activity.is_some() == counted), "{}", r.name);
    }
    let gap = relation(s, "Sch \"ema\" 😀", "gap");
    assert_eq!(names(gap.indexes[0].plain_prefix()), ["c"], "a dropped column shifts nothing");
}

fn constraints(s: &Snapshot) {
    let of = |table: &str, name: &str| {
        let all = &relation(s, "app", table).constraints;
        all.iter().find(|c| c.name.raw() == name).unwrap_or_else(|| panic!("{name} is missing")).clone()
    };
    let boss = of("member", "boss");
    let to = boss.references.unwrap();
    assert_eq!(names(&boss.columns), ["boss_id", "boss_tenant"]);
    assert_eq!((to.table, names(&to.columns)), (relation(s, "app", "member").oid, vec!["id", "tenant_id"]));
    assert_eq!((to.on_delete, to.on_update, boss.deferrable, boss.validated), ('n', 'c', true, false));
    let to_event = of("reaction", "to_event");
    assert_eq!(to_event.references.unwrap().table, relation(s, "app", "event").oid);
    assert_eq!(relation(s, "app", "reaction").foreign_keys().count(), 1, "the hidden keys to each partition are left out");
    let worth = of("tenant", "worth_check");
    assert_eq!((worth.kind, worth.validated), (ConstraintKind::Check, false));
    assert_eq!(worth.expression.as_deref(), Some("(worth >= (0)::numeric)"));
    assert_eq!(names(&worth.columns), ["worth"]);
    let exclusion = relation(s, "app", "tenant").constraints.iter().find(|c| c.kind == ConstraintKind::Exclusion).unwrap();
    assert_eq!(names(&exclusion.columns), ["limits"]);
    assert!(of("event_2025_1", "event_tenant_id_fkey").inherited && !of("event", "event_tenant_id_fkey").inherited);
    assert_eq!(names(&of("member", "member_pkey").columns), ["tenant_id", "id"]);
}

fn policies_roles_and_grants(s: &Snapshot) {
    let (tenant, member) = (relation(s, "app", "tenant"), relation(s, "app", "member"));
    assert!(tenant.row_security && !tenant.force_row_security && member.force_row_security);
    let own = &tenant.policies[0];
    assert_eq!((own.permissive, own.command, own.roles.len()), (true, '*', 0));
    assert_eq!(own.using.as_deref(), Some("(id = (current_setting('app.tenant'::text))::bigint)"));
    let no = member.policies.iter().find(|p| p.name.raw() == "no \"deletes\"").unwrap();
    assert_eq!((no.permissive, no.command, names(&no.roles)), (false, 'd', vec!["Röle \"q\" \\ 😀", "app_reader"]));
    let insert = member.policies.iter().find(|p| p.name.raw() == "ins").unwrap();
    assert!(insert.using.is_none() && insert.check.is_some());
    let reader = s.catalog.roles.iter().find(|r| r.name.raw() == "app_reader").unwrap();
    assert_eq!(reader.settings, ["search_path=app, public"]);
    let odd = s.catalog.roles.iter().find(|r| r.name.raw().starts_with("Röle")).unwrap();
    assert_eq!(names(&odd.member_of), ["app_reader"]);
    let granted = tenant.grants.iter().find(|g| g.grantee == Some(Ident::new("app_reader"))).unwrap();
    assert_eq!(granted.privileges, ["INSERT", "SELECT"]);
    assert!(member.grants.iter().any(|g| g.grantee.is_none() && g.privileges == ["SELECT"]), "PUBLIC");
}

fn sequences(s: &Snapshot) {
    let of = |name: &str| s.catalog.sequences.iter().find(|q| q.name.name.raw() == name).unwrap();
    let tickets = of("tickets");
    assert_eq!((tickets.data_type.as_str(), tickets.min_value, tickets.max_value), ("smallint", -100, 100));
    assert_eq!((tickets.increment, tickets.cycle, tickets.last_value), (-2, true, Some(50)));
    assert_eq!((of("never_used").last_value, of("never_used").position_seen), (None, true));
    assert_eq!(of("member_id_seq").last_value, Some(3000));
    for (name, table, column) in
        [("tenant_id_seq", "tenant", "id"), ("member_id_seq", "member", "id"), ("used_by_default", "uses_sequence", "n")]
    {
        let owned = of(name).owned_by.as_ref().unwrap();
        assert_eq!((owned.table, owned.column.raw()), (relation(s, "app", table).oid, column));
    }
    assert!(tickets.owned_by.is_none());
}

fn hostile_names(s: &Snapshot) {
    let odd = relation(s, "Sch \"ema\" 😀", "x\ndrop table app.tenant; --");
    assert_eq!(odd.name.to_string(), "\"Sch \"\"ema\"\" 😀\".\"x\ndrop table app.tenant; --\"");
    assert_eq!(names(odd.columns.iter().map(|c| &c.name)), ["a \"b\"", "back\\slash", "Upper Case", "select", "😀"]);
    assert_eq!(odd.columns[1].default.as_deref(), Some("'it''s \\ \"q\"'::text"));
    let index = odd.indexes.iter().find(|i| !i.primary).unwrap();
    assert_eq!(index.name.raw(), "index\n; drop table app.member; --");
    assert_eq!(index.keys[0].column, Some(Ident::new("select")));
    assert_eq!(index.keys[1].expression.as_deref(), Some("(\"Upper Case\" + 1)"));
    let long = "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg";
    assert_eq!(names(relation(s, "Sch \"ema\" 😀", long).columns.iter().map(|c| &c.name)), [long]);
    relation(s, "app", "order");
}

fn statistics_and_activity(s: &Snapshot) {
    let tenant = relation(s, "app", "tenant");
    let of = |column: &str| tenant.column_statistics(&Ident::new(column)).unwrap_or_else(|| panic!("{column}"));
    let name = of("name");
    assert_eq!((name.n_distinct, name.avg_width), (40.0, 11));
    let common = name.slots.iter().find(|x| x.kind == 1).unwrap();
    assert_eq!(common.values.as_ref().unwrap()[0].as_deref(), Some("Customer 0"));
    assert_eq!(common.operator.as_deref(), Some("=(text,text)"));
    assert_eq!(common.collation.as_deref(), Some("\"C\""));
    assert!((name.top_frequency() - 0.025).abs() < 0.001);
    assert_eq!(of("id").correlation(), Some(1.0));
    assert!(of("tags").slots.iter().any(|x| x.kind == 4), "most common elements");
    assert!(of("limits").slots.iter().any(|x| x.kind == 7), "bounds of ranges");
    let nulls = relation(s, "app", "member").column_statistics(&Ident::new("boss_id")).unwrap();
    assert_eq!((nulls.null_frac, nulls.slots.len()), (1.0, 0));
    assert!(relation(s, "app", "animal").statistics.iter().any(|x| x.inherited), "with the inheritance children");
    assert_eq!(tenant.activity.as_ref().unwrap().inserted, 600);
    assert!(s.settings["max_connections"].value == "50" && s.settings.contains_key("random_page_cost"));
    assert_eq!(s.settings["lock_timeout"].value, "0", "not the one of our own transaction");
    assert_eq!(s.settings["search_path"].value, "\"$user\", public");
    assert_eq!(s.server.database, "postgres");
    assert!(s.database.commits > 0 && s.database.standbys == Some(0));
}

fn workload(s: &Snapshot) {
    assert_eq!(s.workload.source, Source::PgStatStatements);
    let texts: Vec<&str> = s.workload.statements.iter().map(|x| x.text.as_str()).collect();
    let counted = s.workload.statements.iter().find(|x| x.text == "select count(*) from app.member where tenant_id = $1");
    let counted = counted.unwrap_or_else(|| panic!("{texts:?}"));
    assert_eq!((counted.calls, counted.rows, names(&counted.roles)), (1, 1, vec!["postgres"]));
    assert!(texts.iter().all(|t| !t.contains("dbharden") && !t.contains("create ")), "{texts:?}");
    assert_eq!((s.workload.hidden, s.workload.truncated), (0, 0));
    assert!(s.workload.time_share > 0.999);
    let plan = &s.plans[&counted.fingerprint];
    assert!(plan.total_cost > 0.0 && plan.summary[0].starts_with("Aggregate"), "{plan:?}");
}
