//! The drift check from end to end: live catalog, desired catalog, what differs, what ends it.

mod plan;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use plan::Plan;

use super::cache::{Kept, Place};
use super::ending::Rename;
use super::files::{self, Ran, Spoken};
use super::outcome::{Desired, Skipped};
use super::scope::{self, Foreign};
use super::shadow::{Build, Built, Shadow};
use super::source::Source;
use crate::connect::{Session, Target};
use crate::diff::Scope;
use crate::error::{Error, Result};
use crate::ident::{Ident, QualifiedName};
use crate::migration::layout::Layout;
use crate::migration::ledger::{self, Ledger};
use crate::snapshot::objects::{Id, Objects, read};

/// How long a deploy in progress is waited for, and how often it is looked for.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(1));

/// What is asked for.
pub struct Request {
    /// The live database.
    pub live: Target,
    /// What it should be.
    pub desired: Source,
    /// The role that runs the files; else the ledger's owner, else the database's.
    pub role: Option<Ident>,
    /// An empty database to build in, in place of a sandbox.
    pub shadow: Option<Target>,
    /// Major version of the sandbox; else the live server's.
    pub major: Option<u32>,
    /// Which ledger, where there are several.
    pub ledger: Option<QualifiedName>,
    /// Compare with files that are not applied, too.
    pub all_files: bool,
    /// Compare all owners and privileges.
    pub grants: bool,
    /// The order of columns counts.
    pub column_order: bool,
    /// Use what was built before.
    pub cache: bool,
    /// Schemas that are not compared.
    pub ignored_schemas: Vec<String>,
    /// Schemas that are compared; empty = all.
    pub schemas: Vec<String>,
    /// `PATH=NAME`: objects of the live database that the files call otherwise.
    pub renames: Vec<String>,
    /// The files are to take over the live database's names, not the other way round.
    pub adopt: bool,
}

/// Both sides, ready to be compared.
pub struct Sides {
    /// The live database.
    pub live: Objects,
    /// What it should be.
    pub desired: Objects,
    /// How the desired side came about.
    pub about: Desired,
    /// Objects whose owner the files speak of; `None` = all.
    pub owners: Option<BTreeSet<Id>>,
    /// Objects whose privileges the files speak of; `None` = all.
    pub grants: Option<BTreeSet<Id>>,
    /// What could not be compared.
    pub skipped: Vec<Skipped>,
    /// Remarks.
    pub notes: Vec<String>,
    /// The last migration that names an object.
    pub touched: BTreeMap<String, String>,
    /// The order of columns counts.
    pub column_order: bool,
    /// The tool's ledger.
    pub ledger: Option<Ledger>,
    /// Objects that the files call otherwise.
    pub renames: Vec<Rename>,
    /// The live server's version.
    pub version: String,
}

impl Sides {
    /// What counts in the comparison.
    pub fn scope<'s>(&self, owner: &'s dyn Fn(&Id) -> bool, grants: &'s dyn Fn(&Id) -> bool) -> Scope<'s> {
        let built = self.about.built_on.is_some();
        Scope {
            column_order: self.column_order,
            owner,
            grants,
            // a sandbox has the version that is installed there
            extension_versions: !built,
            not_null_names: self.live.major >= 18 && self.desired.major >= 18,
        }
    }

    /// Whether an object's owner is compared.
    pub fn compares_owner(&self, id: &Id) -> bool {
        self.owners.as_ref().is_none_or(|all| all.contains(id))
    }

    /// Whether an object's privileges are compared.
    pub fn compares_grants(&self, id: &Id) -> bool {
        self.grants.as_ref().is_none_or(|all| all.contains(id))
    }
}

/// Reads both sides.
///
/// # Errors
/// A side cannot be read or built; a deploy does not end; a ledger cannot be read.
pub async fn sides(request: Request, progress: &(dyn Fn(&str) + Sync)) -> Result<Sides> {
    progress("connecting");
    let other = match &request.desired {
        Source::Url(url) => {
            Some(aside(Target::resolve(Some(url), &|name| std::env::var(name).ok().filter(|_| name != "DATABASE_URL"))?))
        }
        _ => None,
    };
    let mut session = Session::for_definitions(&request.live).await?;
    let major = session.major();
    let version = format!("{}.{}", major, session.server_version_num() % 10_000);
    let layout = request.desired.layout();
    let files = match &request.desired {
        Source::Folder { files, .. } => Some(files.clone()),
        Source::Script(file) => Some(vec![file.clone()]),
        _ => None,
    };
    let mut ledger = None;
    if let Some(layout) = layout {
        wait_for_deploy(&mut session, layout, progress).await?;
        ledger = ledger::read_from(&mut session, layout, request.ledger.as_ref()).await?;
    }
    // the sandbox starts while the live database is read; it is not needed where the cache has the answer
    let plan = files.map(|all| Plan::of(all, layout, ledger.as_ref(), request.all_files));
    let early = match (&plan, &request.shadow, request.cache) {
        (Some(_), None, false) => Some(tokio::spawn(Shadow::sandbox(request.major.unwrap_or(major)))),
        _ => None,
    };
    progress("reading the live database");
    let mut live = read::read(&mut session, &|what| progress(&format!("reading {what}"))).await?;
    if let (Some(layout), Some(before)) = (layout, &ledger) {
        // a deploy that came and went while we read
        let after = ledger::read_from(&mut session, layout, request.ledger.as_ref()).await?;
        if after.as_ref().is_some_and(|a| a.applied != before.applied || a.failed != before.failed) {
            wait_for_deploy(&mut session, layout, progress).await?;
            live = read::read(&mut session, &|what| progress(&format!("reading {what}"))).await?;
        }
    }
    session.close().await;

    let mut about = Desired { source: request.desired.name(), layout: layout.map(|l| l.to_string()), ..Desired::default() };
    let mut notes = Vec::new();
    let mut skipped: Vec<Skipped> = Vec::new();
    let (mut spoken, mut touched, mut shadow) = (Spoken::default(), BTreeMap::new(), None);
    let mut role = live.owner.clone();
    let mut desired = match (plan, request.desired) {
        (Some(plan), _) => {
            plan.describe(&mut about, &mut notes, &mut skipped);
            role = request.role.clone().or_else(|| ledger.as_ref().map(|l| l.owner.clone())).unwrap_or(role);
            spoken = files::speaks_of(&plan.files);
            touched = files::touched(&plan.files);
            let schema = request.live.schema.as_deref().map(Ident::new).filter(|_| layout == Some(Layout::Prisma));
            let build = Build { files: &plan.files, layout, role: &role, schema, live: &live, spoken: &spoken };
            let (built, at, kept) =
                built(&build, &request.shadow, request.major.unwrap_or(major), early, request.cache, progress).await?;
            about.built_on = Some(at.1);
            about.cached = kept;
            shadow = at.0;
            report_run(&built.ran, &mut notes, &mut skipped);
            about.role = Some(built.role.raw().to_owned());
            role = built.role;
            built.objects
        }
        (None, Source::Snapshot(objects, _)) => *objects,
        (None, Source::Url(_)) => {
            progress("reading the other database");
            match other {
                Some(read) => read.await.map_err(|e| Error::new("cannot read the other database").because(e))??,
                None => return Err(Error::new("nothing to compare with")),
            }
        }
        (None, _) => return Err(Error::new("nothing to compare with")),
    };
    for (side, whose) in [(&live, "live"), (&desired, "desired")] {
        skipped.extend(side.unseen.iter().map(|u| Skipped {
            object: u.object.clone().unwrap_or_else(|| "the catalog".to_owned()),
            because: format!("{whose}: {}", u.because),
            cure: u.cure.clone(),
            acknowledged: false,
        }));
        skipped.extend(side.not_modelled.iter().map(|n| Skipped {
            object: n.object.clone(),
            because: format!("a {} is not compared ({whose})", n.what),
            cure: None,
            acknowledged: false,
        }));
    }
    let unseen: BTreeSet<String> = skipped.iter().map(|s| s.object.clone()).collect();

    let foreign = Foreign::of(&live, &request.ignored_schemas, &request.schemas);
    let hidden = scope::hidden([&live, &desired], &unseen);
    foreign.leave_out(&mut live, &hidden);
    foreign.leave_out(&mut desired, &hidden);
    let renames: Vec<Rename> = request.renames.iter().map(|r| super::ending::rename(r, &live)).collect::<Result<_>>()?;
    if live.major != desired.major || !renames.is_empty() {
        (live, desired) =
            one_form(live, desired, (&renames, request.adopt), &mut shadow, &mut notes, &mut skipped, progress).await?;
    }
    let speaks = !request.grants && about.built_on.is_some() && !spoken.everything;
    let owners = speaks.then(|| scope::owners(&desired, &role, &spoken));
    let grants = speaks.then(|| scope::grants(&desired, &spoken));
    skipped.sort();
    skipped.dedup();
    let column_order = request.column_order;
    Ok(Sides { live, desired, about, owners, grants, skipped, notes, touched, column_order, ledger, renames, version })
}

/// Reads a database beside what else is done, on a thread of its own.
fn aside(target: Target) -> tokio::task::JoinHandle<Result<Objects>> {
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            let mut session = Session::for_definitions(&target).await?;
            let objects = read::read(&mut session, &|_| {}).await?;
            session.close().await;
            Ok(objects)
        })
    })
}

async fn wait_for_deploy(session: &mut Session, layout: Layout, progress: &(dyn Fn(&str) + Sync)) -> Result<()> {
    let started = std::time::Instant::now();
    while let Some(holder) = ledger::deploy_in_progress(session, layout).await? {
        let who = holder.sentence();
        if started.elapsed() > PATIENCE.0 {
            return Err(Error::new(format!("a deploy with {layout} is in progress"))
                .because(format!("{who} holds its lock, and after {} s it still does", PATIENCE.0.as_secs()))
                .fix("run again when it is done; a lock that a dead deploy left goes with its session"));
        }
        progress(&format!("waiting for a deploy: {who}"));
        tokio::time::sleep(PATIENCE.1).await;
    }
    Ok(())
}

type Early = tokio::task::JoinHandle<Result<Shadow>>;

/// The desired schema from the cache, or built.
async fn built(
    build: &Build<'_>,
    lent: &Option<Target>,
    major: u32,
    early: Option<Early>,
    cache: bool,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<(Built, (Option<Shadow>, String), bool)> {
    let shadow_name = lent.as_ref().map_or_else(|| format!("sandbox {major}"), |t| t.summary());
    let place = if cache { Place::of(build, &shadow_name) } else { Place::none() };
    if let Some(Kept { objects, ran, role }) = place.load() {
        let name = format!("PostgreSQL {}", objects.major);
        return Ok((Built { objects, ran, role }, (None, name), true));
    }
    progress("starting a sandbox");
    let shadow = match (lent, early) {
        (Some(target), _) => Shadow::Lent(Box::new(target.clone())),
        (None, Some(started)) => started.await.map_err(|e| Error::new("cannot start a sandbox").because(e))??,
        (None, None) => Shadow::sandbox(major).await?,
    };
    progress(&format!("running {} files", build.files.len()));
    let built = shadow.build(build).await?;
    let kept = Kept { objects: built.objects, ran: built.ran, role: built.role };
    place.save(&kept);
    let name = shadow.name(kept.objects.major);
    Ok((Built { objects: kept.objects, ran: kept.ran, role: kept.role }, (Some(shadow), name), false))
}

fn report_run(ran: &Ran, notes: &mut Vec<String>, skipped: &mut Vec<Skipped>) {
    for note in &ran.notes {
        notes.push(format!("{}:{}: {}: {}", note.path.display(), note.line, note.what, note.because));
    }
    for extension in &ran.missing_extensions {
        skipped.push(Skipped {
            object: format!("extension {}", Ident::new(&**extension)),
            because: "the sandbox's server does not have it".to_owned(),
            cure: Some("install it here, or use --shadow-url with a server that has it".to_owned()),
            acknowledged: false,
        });
    }
    for n in &ran.not_built {
        skipped.push(Skipped {
            object: format!("{}:{}: {}", n.path.display(), n.line, n.what),
            because: n.because.clone(),
            cure: None,
            acknowledged: false,
        });
    }
}

/// Texts printed by servers of two versions, or under old names, are no measure: both sides are made anew on one server.
async fn one_form(
    live: Objects,
    desired: Objects,
    (renames, adopt): (&[Rename], bool),
    shadow: &mut Option<Shadow>,
    notes: &mut Vec<String>,
    skipped: &mut Vec<Skipped>,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<(Objects, Objects)> {
    progress("bringing both sides to one form");
    if shadow.is_none() {
        *shadow = Some(Shadow::sandbox(live.major.max(desired.major)).await?);
    }
    let Some(place) = shadow.as_ref() else { return Ok((live, desired)) };
    let pick = |wanted: bool, sql: fn(&Rename) -> &String| -> Vec<String> {
        if wanted { renames.iter().map(|r| sql(r).clone()).collect() } else { Vec::new() }
    };
    let again = place.reprint(&live, "live_again", &pick(!adopt, |r| &r.forward)).await;
    let Ok(printed) = again else {
        let why = again.err().map(|e| e.to_string()).unwrap_or_default();
        if !renames.is_empty() {
            return Err(Error::new("cannot try the renames").because(why));
        }
        skipped.push(Skipped {
            object: "definitions".to_owned(),
            because: format!("printed by PostgreSQL {} here and {} there: {why}", live.major, desired.major),
            cure: Some(format!("install PostgreSQL {} where dbharden runs", live.major)),
            acknowledged: false,
        });
        return Ok((live, desired));
    };
    let back = pick(adopt, |r| &r.back);
    let as_it_is = desired.major == printed.major && back.is_empty();
    let desired = if as_it_is { desired } else { place.reprint(&desired, "desired_again", &back).await? };
    if live.major != printed.major {
        notes.push(format!("the live server is PostgreSQL {}: compared as {} prints it", live.major, printed.major));
    }
    Ok((printed, desired))
}
