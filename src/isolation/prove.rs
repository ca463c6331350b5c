//! The proof from end to end: copy, rows, roles, attacks.

use std::collections::BTreeMap;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnection;

use super::attacks::{self, Allowed, Field};
use super::cures::Findings;
use super::model::{self, Model, Owner};
use super::outcome::{Attack, NotProven, Outcome, Teller, Verdict};
use super::rows::{self, Rows, Tenant};
use super::script::Actor;
use super::stage::{Holder, Stage};
use super::tenant::{self, Ways};
use super::verdicts;
use crate::check::Finding;
use crate::config::Config;
use crate::connect::{Session, Target};
use crate::error::{Context, Error, Result};
use crate::hash::hash;
use crate::ident::{Ident, literal, one_line};
use crate::report::ServerLine;
use crate::snapshot::objects::Objects;
use crate::snapshot::read::{ReadOptions, read};
use crate::snapshot::{Oid, RelationKind, Snapshot};
use crate::twin;

/// Values that are tried for a setting.
const CANDIDATES: usize = 12;

/// Where it is proven.
#[derive(Debug, Clone)]
pub enum Place {
    /// In a throw-away copy of the schema.
    Copy,
    /// In the database itself, in a transaction that is rolled back.
    InPlace(Box<Target>),
}

/// What is asked for.
pub struct Request<'a> {
    /// The original, with its objects.
    pub snapshot: &'a Snapshot,
    /// Settings in force.
    pub config: &'a Config,
    /// What the checks found in it: leaks name the finding that cures them.
    pub findings: &'a [Finding],
    /// Roles of the application; empty = found.
    pub roles: Vec<Ident>,
    /// Settings that tell the tenant, beside those that policies read.
    pub settings: Vec<String>,
    /// Where.
    pub place: Place,
}

/// Proves, or says what it could not prove.
///
/// # Errors
/// There is no server for the copy, the snapshot lacks what a copy is made of, or the database cannot be asked.
pub async fn prove(request: Request<'_>, progress: &dyn Fn(&str)) -> Result<Outcome> {
    let original = request.snapshot;
    let (roles, role_from) = model::roles(original, &request.roles);
    let mut outcome = Outcome {
        dbharden: env!("CARGO_PKG_VERSION").to_owned(),
        server: ServerLine::of(original),
        schema_hash: original.objects.as_ref().map(schema_hash).transpose()?.unwrap_or_default(),
        place: if matches!(request.place, Place::Copy) { "copy" } else { "in place" },
        roles: roles.iter().map(|r| r.raw().to_owned()).collect(),
        role_from,
        ..Outcome::default()
    };
    if roles.is_empty() {
        outcome.not_proven.push(NotProven {
            what: "the application's role".to_owned(),
            because: "nobody but superusers is connected, and no other role may write to a table that it does not own".to_owned(),
            cure: Some("name it: --role NAME".to_owned()),
            acknowledged: false,
        });
        outcome.finish();
        return Ok(outcome);
    }
    for role in &roles {
        if !original.catalog.roles.iter().any(|r| r.name == *role) {
            return Err(
                Error::new(format!("there is no role {role}")).fix("--role takes a role of the server, as the catalog spells it")
            );
        }
    }
    match &request.place {
        Place::Copy => {
            progress("a copy of the schema");
            let (sandbox, notes) = twin::empty_copy(original).await?;
            outcome.notes.extend(notes.iter().map(|n| format!("{}: {}", one_line(&n.what), one_line(&n.because))));
            let target = Target::resolve(Some(&sandbox.url(twin::DATABASE)), &|_| None)?;
            let mut session = Session::connect(&target).await?;
            let options = ReadOptions {
                objects: true,
                statements: 0,
                plans: 0,
                schemas: request.config.schemas.clone(),
                ..ReadOptions::default()
            };
            let mut copy = read(&mut session, &options, &|_| {}).await?;
            session.close().await;
            remember_figures(original, &mut copy);
            let connection = sandbox.connect_options(twin::DATABASE).connect().await.context("cannot connect to the copy")?;
            let stage = Stage::open(Holder::Own(connection)).await?;
            let other = sandbox.connect_options(twin::DATABASE).connect().await.context("cannot connect to the copy")?;
            attack(&request, &copy, (stage, Some(other)), &roles, true, &mut outcome, progress).await?;
            sandbox.stop().await?;
        }
        Place::InPlace(target) => {
            let session = Session::for_definitions(target).await?;
            session.require_direct()?;
            let stage = Stage::open(Holder::Theirs(Box::new(session))).await?;
            attack(&request, original, (stage, None), &roles, original.rights.superuser, &mut outcome, progress).await?;
        }
    }
    outcome.finish();
    if outcome.summary.controls_green == 0 {
        outcome.not_proven.push(NotProven {
            what: "everything".to_owned(),
            because: "no positive control is green: a tenant that reaches nothing looks isolated".to_owned(),
            cure: Some("name the role and the setting that the application really uses: --role, --setting".to_owned()),
            acknowledged: false,
        });
    }
    Ok(outcome)
}

/// So that a reader can tell whether the schema is still the one that was proven.
fn schema_hash(objects: &Objects) -> Result<String> {
    let text = serde_json::to_string(&objects.all.values().collect::<Vec<_>>()).context("cannot hash the schema")?;
    Ok(hash(&[&text]))
}

/// Whose rows a table holds is also told by how often it is written: figures that a copy does not have.
fn remember_figures(original: &Snapshot, copy: &mut Snapshot) {
    let by_name: BTreeMap<_, _> = original.catalog.relations.values().map(|r| (&r.name, r)).collect();
    for relation in copy.catalog.relations.values_mut() {
        if let Some(there) = by_name.get(&relation.name) {
            (relation.rows, relation.activity) = (there.rows, there.activity.clone());
        }
    }
}

async fn attack(
    request: &Request<'_>,
    schema: &Snapshot,
    (mut stage, other): (Stage, Option<PgConnection>),
    roles: &[Ident],
    whole: bool,
    outcome: &mut Outcome,
    progress: &dyn Fn(&str),
) -> Result<()> {
    let model = Model::new(schema, request.config)?;
    let mut ways = tenant::ways(schema);
    for setting in &request.settings {
        ways.settings.insert(setting.clone(), "named".to_owned());
    }
    outcome.keys = model.tenancy.keys.clone();
    outcome.tenant = ways.settings.iter().map(|(s, place)| Teller { setting: Some(s.clone()), seen_in: place.clone() }).collect();
    let told: BTreeMap<Ident, String> = ways.role_columns.iter().map(|c| (Ident::new(&**c), roles[0].raw().to_owned())).collect();
    outcome.tenant.extend(told.keys().map(|c| Teller { setting: None, seen_in: format!("column {c}") }));
    let mut rows = rows::fill(&mut stage, &model, &told, progress).await?;
    let in_place = !matches!(request.place, Place::Copy);
    refresh(&mut stage, &model, &mut rows, !in_place).await;
    outcome.setup = format!("BEGIN;\n{}COMMIT;\n", rows.setup);
    outcome.notes.append(&mut rows.notes.clone());
    unfilled(&model, &rows, outcome);
    match other {
        Some(other) => {
            outcome.notes.push("rights on functions of the server and of extensions are asked in place only".to_owned());
            if let Err(refusal) = stage.commit(other).await {
                outcome.not_proven.push(NotProven {
                    what: "what outlives a transaction".to_owned(),
                    because: format!("the generated rows cannot be committed: {}", one_line(&refusal.message)),
                    cure: None,
                    acknowledged: false,
                });
            }
        }
        None => outcome.notes.push("attacks that take several transactions are tried in a copy only".to_owned()),
    }
    let findings = Findings::new(request.findings);
    let mut never_told = BTreeMap::new();
    for role in roles {
        let actor = Actor { role: role.clone(), whole, settings: Vec::new() };
        let columns = allowed(&mut stage, role).await?;
        let field = field(&model, &rows, &actor, &columns, in_place);
        for each in attacks::fresh(&field) {
            let shown = verdicts::run(&mut stage, &each).await;
            never_told.entry(role).or_insert_with(Vec::new).push((each, shown));
        }
    }
    for role in roles {
        let mut actor = Actor { role: role.clone(), whole, settings: Vec::new() };
        let columns = allowed(&mut stage, role).await?;
        progress(&format!("how {} tells its tenant", one_line(role.raw())));
        calibrate(&mut stage, &model, &rows, &ways, &columns, &mut actor).await;
        let field = field(&model, &rows, &actor, &columns, in_place);
        let controls = verdicts::controls(&mut stage, &field, outcome).await;
        let tries = attacks::all(&field);
        for (at, each) in tries.iter().enumerate() {
            if at % 50 == 0 {
                progress(&format!("attacks as {}: {at} of {}", one_line(role.raw()), tries.len()));
            }
            let shown = verdicts::run(&mut stage, each).await;
            verdicts::judge(&field, (&controls, &findings), each, shown, outcome);
        }
        // where policies read no setting, nothing was told
        for (each, shown) in never_told.remove(role).unwrap_or_default().into_iter().filter(|_| !actor.settings.is_empty()) {
            verdicts::judge(&field, (&controls, &findings), &each, shown, outcome);
        }
        undecided(&model, role, &columns, outcome);
    }
    verdicts::merge_functions(outcome);
    stage.close().await
}

fn field<'a>(
    model: &'a Model<'a>,
    rows: &'a Rows,
    actor: &'a Actor,
    columns: &'a BTreeMap<Oid, Allowed>,
    in_place: bool,
) -> Field<'a> {
    Field { model, rows, actor, columns, major: model.snapshot.server.major(), in_place }
}

/// Materialized views and statistics of the new rows.
async fn refresh(stage: &mut Stage, model: &Model<'_>, rows: &mut Rows, ours: bool) {
    for view in model.views().into_iter().filter(|v| v.kind == RelationKind::MaterializedView) {
        let sql = format!("REFRESH MATERIALIZED VIEW {}", view.name);
        match stage.keep(&sql).await {
            Ok(_) => rows.setup.push_str(&format!("{sql};\n")),
            Err(why) => {
                rows.failed.insert(view.name.clone(), why.message);
            }
        }
    }
    // ANALYZE writes sizes that no rollback takes back
    for table in model.tables().into_iter().filter(|_| ours) {
        let sql = format!("ANALYZE {}", table.name);
        if stage.keep(&sql).await.is_ok() {
            rows.setup.push_str(&format!("{sql};\n"));
        }
    }
}

/// Tables without rows, and relations nobody can fill.
fn unfilled(model: &Model<'_>, rows: &Rows, outcome: &mut Outcome) {
    for (name, why) in &rows.failed {
        outcome.not_proven.push(NotProven {
            what: name.to_string(),
            because: format!("it could not be filled: {}", one_line(why)),
            cure: None,
            acknowledged: false,
        });
    }
    for foreign in model.catalog().by_name().into_iter().filter(|r| r.kind == RelationKind::ForeignTable) {
        outcome.not_proven.push(NotProven {
            what: foreign.name.to_string(),
            because: "a foreign table: its rows are elsewhere, and no policy binds them".to_owned(),
            cure: None,
            acknowledged: false,
        });
    }
}

/// Tables that the role reaches and that are internal, or of which nobody knows whose rows they hold.
fn undecided(model: &Model<'_>, role: &Ident, columns: &BTreeMap<Oid, Allowed>, outcome: &mut Outcome) {
    let reached =
        |oid: Oid| columns.get(&oid).is_some_and(|a| !a.select.is_empty() || !a.update.is_empty() || !a.insert.is_empty());
    for table in model.tables().into_iter().filter(|t| *model.owner(t.oid) == Owner::Internal && reached(t.oid)) {
        outcome.attacks.push(Attack {
            object: table.name.to_string(),
            command: "RIGHTS",
            attack: "the role may use a table that is internal".to_owned(),
            role: role.raw().to_owned(),
            verdict: Verdict::Leak,
            because: None,
            sql: format!(
                "SELECT grantee, privilege_type FROM information_schema.table_privileges\nWHERE pg_catalog.format('%I.%I', table_schema, table_name) = {};\n",
                literal(&table.name.to_string())
            ),
            finding: Some("DBH208".to_owned()),
            cure: Some("REVOKE what it has on the table".to_owned()),
        });
    }
    for table in model.tables().into_iter().filter(|t| *model.owner(t.oid) == Owner::Unknown && reached(t.oid)) {
        outcome.not_proven.push(NotProven {
            what: table.name.to_string(),
            because: "nobody knows whose rows it holds".to_owned(),
            cure: Some(
                "say so in dbharden.toml: a key in `[tenancy] keys`, or the table in `[tenancy] shared` or `internal`".to_owned(),
            ),
            acknowledged: false,
        });
    }
}

/// Columns that a role may use.
async fn allowed(stage: &mut Stage, role: &Ident) -> Result<BTreeMap<Oid, Allowed>> {
    let has = |what: &str| format!("pg_catalog.has_column_privilege({}, a.attrelid, a.attnum, '{what}')", literal(role.raw()));
    let sql = format!(
        "SELECT a.attrelid, a.attname, {}, {}, {} FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
         WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND c.oid >= 16384",
        has("SELECT"),
        has("UPDATE"),
        has("INSERT")
    );
    let mut all: BTreeMap<Oid, Allowed> = BTreeMap::new();
    for row in stage.ask(&sql).await? {
        let (Some(oid), Some(name)) = (row[0].as_deref().and_then(|o| o.parse().ok()), row[1].clone()) else { continue };
        let entry = all.entry(oid).or_default();
        for (at, set) in [(2, &mut entry.select), (3, &mut entry.update), (4, &mut entry.insert)] {
            if row[at].as_deref() == Some("t") {
                set.insert(Ident::new(name.clone()));
            }
        }
    }
    Ok(all)
}

/// Finds, setting by setting, the value under which tenant A sees most of its own rows.
async fn calibrate(
    stage: &mut Stage,
    model: &Model<'_>,
    rows: &Rows,
    ways: &Ways,
    columns: &BTreeMap<Oid, Allowed>,
    actor: &mut Actor,
) {
    let ids = ids(model, rows);
    for setting in ways.settings.keys() {
        let mut best: (usize, Option<String>) = (0, None);
        for value in tenant::candidates(setting, &ways.claims, &ids) {
            let mut trial = actor.clone();
            trial.settings.push((setting.clone(), value.clone()));
            let field = field(model, rows, &trial, columns, false);
            let mut seen = 0;
            for control in attacks::controls(&field).iter().filter(|c| c.command == "SELECT") {
                seen += usize::from(stage.shows(&control.sql).await.unwrap_or(false));
            }
            if seen > best.0 {
                best = (seen, Some(value));
            }
        }
        if let Some(value) = best.1.or_else(|| ids.first().cloned()) {
            actor.settings.push((setting.clone(), value));
        }
    }
}

/// What may name tenant A: the values of its key, then of columns that policies name.
fn ids(model: &Model<'_>, rows: &Rows) -> Vec<String> {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    let mut more = Vec::new();
    for table in model.tables() {
        let Some(row) = rows.of(table.oid, Tenant::A) else { continue };
        if let Some(value) = model.key(table).and_then(|k| row.get(&k).map(str::to_owned)) {
            *counted.entry(value).or_default() += 1;
        }
        let text: String = table.policies.iter().flat_map(|p| p.using.iter().chain(&p.check)).cloned().collect();
        let named = table.columns.iter().filter(|c| crate::ident::mentions(&text, &c.name.to_string()));
        more.extend(named.filter_map(|c| row.get(&c.name).map(str::to_owned)));
    }
    let mut ids: Vec<(usize, String)> = counted.into_iter().map(|(v, n)| (n, v)).collect();
    ids.sort_by(|a, b| b.cmp(a));
    let mut ids: Vec<String> = ids.into_iter().map(|(_, v)| v).chain(more).collect();
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|i| seen.insert(i.clone()));
    ids.truncate(CANDIDATES);
    ids
}
