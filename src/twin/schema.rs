//! The schema of the twin: all that plans depend on, and nothing else. What this server cannot make is left out by name.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions, Connection};

use super::{DATABASE, Note, connect, plain, send};
use crate::diff::{self, Options, Scope, Step};
use crate::error::{Context, Result};
use crate::ident::{Ident, QualifiedName, literal, one_line};
use crate::query::for_all;
use crate::sandbox::Sandbox;
use crate::snapshot::objects::acl::privilege;
use crate::snapshot::objects::{Body, Id, Kind, Object, Objects};
use crate::snapshot::{Oid, Snapshot, Type};

/// Statements in one message.
const BATCH: usize = 400;

/// How much of a schema is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What plans depend on.
    Planned,
    /// All of it: migrations are to find what they find on the original.
    Whole,
}

impl Extent {
    /// What such a database is called in notes.
    fn place(self) -> &'static str {
        match self {
            Extent::Planned => "the twin",
            Extent::Whole => "the copy",
        }
    }
}

/// Creates roles, types that stand in for missing ones, and the objects.
pub(super) async fn create(
    sandbox: &Sandbox,
    objects: &Objects,
    snapshot: &Snapshot,
    extent: Extent,
    notes: &mut Vec<Note>,
) -> Result<()> {
    let mut admin = sandbox.connect_options("postgres").connect().await.context("cannot connect to the twin")?;
    let mut roles: BTreeSet<&Ident> = objects.roles.iter().collect();
    roles.extend(snapshot.catalog.roles.iter().map(|r| &r.name));
    roles.insert(&objects.owner);
    let create: String = roles.iter().filter(|r| r.raw() != "postgres").map(|r| format!("CREATE ROLE {r} NOLOGIN;\n")).collect();
    send(&mut admin, &create).await?;
    for role in snapshot.catalog.roles.iter().filter(|r| r.name.raw() != "postgres") {
        // a superuser that nobody is: what it may do beside that is not asked here
        let attributes = [
            ("BYPASSRLS", role.bypass_rls || role.superuser),
            ("CREATEROLE", role.create_role),
            ("REPLICATION", role.replication),
            ("NOINHERIT", !role.inherit),
        ];
        let held: Vec<&str> = attributes.iter().filter(|(_, held)| *held).map(|(name, _)| *name).collect();
        if !held.is_empty() {
            send(&mut admin, &format!("ALTER ROLE {} {}", role.name, held.join(" "))).await?;
        }
        for of in &role.member_of {
            // a predefined role of a later version is not here
            let _ = send(&mut admin, &format!("GRANT {of} TO {}", role.name)).await;
        }
    }
    send(&mut admin, &format!("ALTER DATABASE {DATABASE} OWNER TO {}", objects.owner)).await?;
    admin.close().await.context("cannot leave the twin")?;

    let grants = |id: &Id| matches!(id.kind, Kind::Schema | Kind::Table | Kind::View | Kind::MaterializedView | Kind::Sequence);
    let owner = |id: &Id| grants(id) && id.kind != Kind::Sequence;
    let (wanted, scope) = match extent {
        Extent::Planned => (&bare(objects), Scope { owner: &owner, grants: &grants, ..Scope::WHOLE }),
        Extent::Whole => (objects, Scope::WHOLE),
    };
    let scope = Scope { extension_versions: false, ..scope };
    let steps = diff::migrate(&wanted.new_database(), wanted, &Options { scope: &scope, allow_data_loss: true });
    let steps = in_order_of_oids(steps, snapshot);
    let mut connection = connect(sandbox).await?;
    send(&mut connection, "SET check_function_bodies = off; SET client_min_messages = error").await?;
    for statement in rights_on_public(objects) {
        let _ = send(&mut connection, &statement).await; // a role of a later version is not here
    }
    let (first, rest): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|s| matches!(s.id.kind, Kind::Schema | Kind::Extension));
    let mut failed = run(&mut connection, &first).await;
    if failed.iter().any(|(s, _)| s.id.kind == Kind::Extension) {
        stand_ins(&mut connection, &snapshot.catalog.types, objects, notes).await;
    }
    failed.extend(run(&mut connection, &rest).await);
    // once more: what came too early finds now what it needs
    let again: Vec<&Step> = failed.iter().map(|(s, _)| *s).collect();
    let failed = if again.is_empty() { Vec::new() } else { run(&mut connection, &again).await };
    for (step, why) in failed {
        notes.push(Note::new(step.id.to_string(), format!("is not in {}: {}", extent.place(), one_line(&why))));
    }
    // made without rows, they would have to be filled first
    let filled = "UPDATE pg_catalog.pg_class SET relispopulated = true WHERE relkind = 'm' AND NOT relispopulated";
    send(&mut connection, filled).await?;
    connection.close().await.context("cannot leave the twin")
}

/// Who may do what in the schema that every database has from the start.
fn rights_on_public(objects: &Objects) -> Vec<String> {
    let public = Ident::new("public");
    let Some(schema) = objects.all.get(&Id::global(Kind::Schema, &public)) else { return Vec::new() };
    let mut statements: Vec<String> = schema.owner.iter().map(|o| format!("ALTER SCHEMA {public} OWNER TO {o}")).collect();
    if let Some(acl) = &schema.acl {
        statements.push(format!("REVOKE ALL ON SCHEMA {public} FROM PUBLIC"));
        for (role, letters) in &acl.0 {
            let role = role.as_ref().map_or_else(|| "PUBLIC".to_owned(), Ident::to_string);
            let grant = |(letter, grantable): (&char, &bool)| {
                let how = if *grantable { " WITH GRANT OPTION" } else { "" };
                format!("GRANT {} ON SCHEMA {public} TO {role}{how}", privilege(*letter))
            };
            statements.extend(letters.iter().map(grant));
        }
    }
    statements
}

/// Between two indexes of one cost the planner takes the one with the lesser OID: those of one table are made in the original's order.
fn in_order_of_oids(mut steps: Vec<Step>, snapshot: &Snapshot) -> Vec<Step> {
    let relations = snapshot.catalog.relations.values();
    let mut indexes: BTreeMap<(&Ident, &Ident), (&QualifiedName, Oid)> = BTreeMap::new();
    for relation in relations {
        indexes.extend(relation.indexes.iter().map(|i| ((&relation.name.schema, &i.name), (&relation.name, i.oid))));
    }
    let mut places: BTreeMap<&QualifiedName, Vec<(Oid, usize)>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (place, step) in steps.iter().enumerate() {
        let part = Ident::new(&*step.id.part);
        let name = match step.id.kind {
            Kind::Index => &step.id.name,
            Kind::Constraint => &part,
            _ => continue,
        };
        if let Some((table, oid)) = indexes.get(&(&step.id.schema, name))
            && seen.insert(*oid)
        {
            // the first step of an index makes it; others (ATTACH) stay where they are
            places.entry(table).or_default().push((*oid, place));
        }
    }
    let mut order: Vec<usize> = (0..steps.len()).collect();
    for of_table in places.into_values() {
        let mut sorted = of_table.clone();
        sorted.sort_unstable();
        for ((_, to), (_, from)) in of_table.iter().zip(&sorted) {
            order[*to] = *from;
        }
    }
    let mut taken: Vec<Option<Step>> = steps.drain(..).map(Some).collect();
    order.into_iter().filter_map(|i| taken[i].take()).collect()
}

/// The objects that plans depend on. Defaults, triggers, comments and the like change no plan, and may need what is not here.
fn bare(objects: &Objects) -> Objects {
    let unplanned = |kind: Kind| {
        matches!(
            kind,
            Kind::Trigger
                | Kind::EventTrigger
                | Kind::Publication
                | Kind::Subscription
                | Kind::DefaultPrivileges
                | Kind::UserMapping
                | Kind::Transform
                | Kind::Conversion
        )
    };
    let mut bare = objects.clone();
    bare.all.retain(|id, o| !unplanned(id.kind) && !matches!(&o.body, Body::Sequence(s) if s.identity));
    for object in bare.all.values_mut() {
        strip(object);
    }
    bare
}

fn strip(object: &mut Object) {
    object.comment = None;
    object.labels.clear();
    let columns = match &mut object.body {
        Body::Table(t) => {
            (t.tablespace, t.replica_index, t.cluster_on, t.replica_identity) = (None, None, None, 'd');
            t.detach_pending = false;
            &mut t.columns
        }
        Body::View(v) => {
            (v.tablespace, v.cluster_on) = (None, None);
            &mut v.columns
        }
        Body::Index(i) => {
            i.tablespace = None;
            i.statistics.clear();
            return;
        }
        Body::Constraint(c) => {
            (c.tablespace, c.index_comment, c.triggers) = (None, None, None);
            return;
        }
        Body::Sequence(s) => {
            s.owned_by = None;
            return;
        }
        Body::Statistics(s) => {
            s.target = None;
            return;
        }
        _ => return,
    };
    for column in columns {
        if column.generated.is_none() {
            column.default = None;
        }
        (column.identity, column.storage, column.compression, column.statistics) = (None, None, None, None);
        (column.comment, column.options) = (None, Vec::new());
        column.labels.clear();
        if let Some(not_null) = &mut column.not_null {
            not_null.comment = None;
        }
    }
    object.needs.retain(|need| need.id.kind != Kind::Sequence);
}

/// Runs steps, many in a message; returns those that fail or are not to be run, with the reason.
async fn run<'s>(connection: &mut PgConnection, steps: &[&'s Step]) -> Vec<(&'s Step, String)> {
    let mut failed = Vec::new();
    let mut checked = Vec::new();
    let all = for_all(steps, |step| plain::checked(&step.draft.sql));
    for (step, sql) in steps.iter().zip(all) {
        match sql {
            Ok(sql) => checked.push((*step, sql)),
            Err(why) => failed.push((*step, why)),
        }
    }
    let mut pieces: Vec<&[(&Step, Cow<str>)]> = checked.chunks(BATCH).rev().collect();
    while let Some(piece) = pieces.pop() {
        // one message is one transaction
        let text: String = piece.iter().map(|(_, sql)| format!("{sql};\n")).collect();
        let alone = piece.len() == 1 || piece.iter().all(|(s, _)| s.draft.in_transaction);
        let sent = if alone { send(connection, &text).await } else { Err(crate::error::Error::new("several")) };
        match (sent, piece) {
            (Ok(()), _) | (_, []) => {}
            (Err(e), [(step, _)]) => failed.push((*step, e.to_string())),
            (Err(_), _) => {
                let (front, back) = piece.split_at(piece.len() / 2);
                pieces.extend([back, front]);
            }
        }
    }
    failed
}

/// Types of extensions that this machine lacks: opaque values in their place, so that tables, widths and plans of the other columns
/// are as they should be.
async fn stand_ins(connection: &mut PgConnection, types: &BTreeMap<Oid, Type>, objects: &Objects, notes: &mut Vec<Note>) {
    let made_here = |t: &Type| objects.get(&Id::new(Kind::Type, &t.name.schema, &t.name.name)).is_some();
    for missing in types.values().filter(|t| t.kind == 'b' && t.element.is_none() && t.name.schema.raw() != "pg_catalog") {
        if made_here(missing) {
            continue;
        }
        let name = &missing.name;
        let there = format!(
            "DO $$ BEGIN IF pg_catalog.to_regtype({}) IS NULL THEN RAISE 'missing'; END IF; END $$",
            literal(&name.to_string())
        );
        if send(connection, &there).await.is_ok() {
            continue;
        }
        let function = |what: &str| format!("{}.{}", name.schema, Ident::new(format!("{}_{what}", name.name.raw())));
        let (reads, writes, modifies) = (function("stand_in_in"), function("stand_in_out"), function("stand_in_typmod"));
        let sql = format!(
            "CREATE SCHEMA IF NOT EXISTS {schema};
             CREATE TYPE {name};
             CREATE FUNCTION {reads}(cstring) RETURNS {name} LANGUAGE internal IMMUTABLE STRICT AS 'textin';
             CREATE FUNCTION {writes}({name}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
             CREATE FUNCTION {modifies}(cstring[]) RETURNS int4 LANGUAGE sql IMMUTABLE AS 'SELECT 1';
             CREATE TYPE {name} (INPUT = {reads}, OUTPUT = {writes}, TYPMOD_IN = {modifies}, STORAGE = extended)",
            schema = name.schema
        );
        let because = match send(connection, &sql).await {
            Ok(()) => {
                "its extension is not installed here: an opaque type stands in, and statements that look into it are not planned"
            }
            Err(_) => "its extension is not installed here, and nothing could stand in",
        };
        notes.push(Note::new(format!("type {name}"), because));
    }
}
