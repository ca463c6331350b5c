//! Every check's examples: `bad.sql` fires it and no other of its group, `good.sql` fires none of its group, and where the check
//! names a fix, what `plan` writes cures the bad one and can be undone.
//!
//! The example is the documentation, so what is tested stands in it: `-- finds: <object>` lines in `bad.sql` are the objects that
//! must be found, all of them and no others; `config.toml` beside it is the `dbharden.toml` of both examples (`bad.config.toml` of one); workload checks
//! have `bad.workload.sql` and `good.workload.sql`. `DBHARDEN_EXAMPLES=<name>` runs the examples of the checks whose name contains it.

mod folder;

use std::collections::BTreeSet;
use std::path::PathBuf;

use dbharden::check::{self, Check, Finding, Registry};
use dbharden::config::Config;
use dbharden::migration;
use dbharden::plan;
use dbharden::sandbox::{Sandbox, SandboxOptions};
use dbharden::snapshot::Snapshot;
use sqlx::ConnectOptions;

use crate::support::{psql_command, psql_file, snapshot};
use folder::Folder;

/// What goes wrong with an example, in a sentence.
type Verdict = Result<(), String>;

#[tokio::test]
async fn each_check_finds_what_its_examples_say() {
    let registry = Registry::load(&[]).unwrap();
    let sandbox = Sandbox::start(&SandboxOptions::default()).await.unwrap();
    let roles = roles(&sandbox).await;
    let only = std::env::var("DBHARDEN_EXAMPLES").unwrap_or_default();
    let mut wrong = Vec::new();
    for check in registry.all().iter().filter(|c| c.about.name.contains(&only)) {
        let lab = Lab { sandbox: &sandbox, registry: &registry, check, folder: Folder::of(check) };
        for example in ["bad", "good"] {
            let verdict = if example == "bad" { lab.bad().await } else { lab.good().await };
            wrong.extend(verdict.err().map(|e| format!("{}/{} {example}: {e}", check.group, check.about.name)));
            lab.clean(example, &roles).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The roles of the cluster: those that an example makes are dropped after it, because the next one may make them as well.
async fn roles(sandbox: &Sandbox) -> BTreeSet<String> {
    let mut connection = sandbox.connect_options("postgres").connect().await.unwrap();
    let names: Vec<String> = sqlx::query_scalar("select rolname::text from pg_roles").fetch_all(&mut connection).await.unwrap();
    names.into_iter().collect()
}

/// One check and the means to try it.
struct Lab<'l> {
    sandbox: &'l Sandbox,
    registry: &'l Registry,
    check: &'l Check,
    folder: Folder,
}

impl Lab<'_> {
    async fn bad(&self) -> Verdict {
        let config = self.folder.config("bad")?;
        let snapshot = self.load("bad").await?;
        let findings = self.findings(&snapshot, &config)?;
        let own: Vec<&Finding> = findings.iter().filter(|f| f.check == self.check.about.name).collect();
        if own.is_empty() {
            return Err("the check finds nothing".to_owned());
        }
        let wanted = self.folder.finds();
        let found: BTreeSet<String> = own.iter().map(|f| f.object.clone()).collect();
        if !wanted.is_empty() && wanted != found {
            return Err(format!("finds {found:#?}, must find {wanted:#?}"));
        }
        self.no_others(&findings, &self.check.about.also)?;
        if self.check.about.fix.is_some() { self.cure(&snapshot, &config, findings).await } else { Ok(()) }
    }

    async fn good(&self) -> Verdict {
        let snapshot = self.load("good").await?;
        let findings = self.findings(&snapshot, &self.folder.config("good")?)?;
        match findings.iter().find(|f| f.check == self.check.about.name) {
            Some(f) => Err(format!("finds {}: {}", f.object, f.message)),
            None => self.no_others(&findings, &[]),
        }
    }

    /// `up` cures it, `down` brings it back.
    async fn cure(&self, before: &Snapshot, config: &Config, mut findings: Vec<Finding>) -> Verdict {
        let planned = plan::plan(&findings, before, &config.migration);
        let own: BTreeSet<String> = fingerprints(&findings, self.check).collect();
        let directory = tempfile::tempdir().unwrap();
        let outcome = migration::write(&planned, &mut findings, before, directory.path(), false).map_err(|e| e.to_string())?;
        let files: Vec<PathBuf> = outcome.written.iter().map(|r| directory.path().join(&r.name)).collect();
        let curable: BTreeSet<String> = findings
            .iter()
            .filter(|f| f.migration.is_some())
            .map(|f| f.fingerprint.clone())
            .filter(|f| own.contains(f))
            .collect();
        if curable.is_empty() {
            return Err("nothing is written to cure it".to_owned());
        }
        for file in &files {
            psql_file(self.sandbox, &self.database("bad"), &file.join("up.sql"))?;
        }
        let left: Vec<String> = self.again(config).await?.intersection(&curable).cloned().collect();
        if !left.is_empty() {
            return Err(format!("up.sql does not cure {left:?}"));
        }
        for file in files.iter().rev() {
            psql_file(self.sandbox, &self.database("bad"), &file.join("down.sql"))?;
        }
        // nobody can bring back what was broken: such a change has no undo
        let final_ones = planned.steps.iter().filter(|s| s.down.is_empty()).flat_map(|s| &s.cures).cloned().collect();
        let back = self.again(config).await?;
        if back.is_superset(&(&curable - &final_ones)) { Ok(()) } else { Err(format!("after down.sql it is not back: {back:?}")) }
    }

    /// Fingerprints of this check's findings now.
    async fn again(&self, config: &Config) -> Result<BTreeSet<String>, String> {
        let snapshot = self.snapshot("bad").await?;
        Ok(fingerprints(&self.findings(&snapshot, config)?, self.check).collect())
    }

    fn findings(&self, snapshot: &Snapshot, config: &Config) -> Result<Vec<Finding>, String> {
        let report = check::run(snapshot, self.registry, config).map_err(|e| e.to_string())?;
        let skipped = report.skipped.iter().find(|s| s.check.as_ref() == Some(&self.check.about.name));
        match skipped {
            Some(s) => Err(format!("skipped: {}", s.because)),
            None => Ok(report.findings),
        }
    }

    fn no_others(&self, findings: &[Finding], but: &[String]) -> Verdict {
        let own = &self.check.about.name;
        let other = findings.iter().find(|f| f.group == self.check.group && f.check != *own && !but.contains(&f.check));
        other.map_or(Ok(()), |f| Err(format!("{} speaks as well: {}", f.check, f.message)))
    }

    /// A new database with the example in it.
    async fn load(&self, example: &str) -> Result<Snapshot, String> {
        let database = self.database(example);
        self.sandbox.create_database(&database).await.unwrap();
        let made = psql_file(self.sandbox, &database, &self.folder.file(&format!("{example}.sql")));
        // an index whose build must fail is the example of one check
        made.or_else(|e| if self.folder.may_fail(example) { Ok(()) } else { Err(e) })?;
        self.snapshot(example).await
    }

    async fn snapshot(&self, example: &str) -> Result<Snapshot, String> {
        let database = self.database(example);
        // else the number of rows is unknown
        psql_command(self.sandbox, &database, &["analyze"])?;
        let mut snapshot = snapshot(self.sandbox, &database, self.registry).await;
        if let Some(workload) = self.folder.workload(example)? {
            snapshot.unseen.retain(|u| u.subject != dbharden::snapshot::Subject::Workload);
            snapshot.workload = workload;
        }
        Ok(snapshot)
    }

    fn database(&self, example: &str) -> String {
        format!("{} {example}", self.check.about.name)
    }

    /// Drops the database and the roles that the example made.
    async fn clean(&self, example: &str, kept: &BTreeSet<String>) {
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let drop = format!("drop database if exists {} with (force)", quoted(&self.database(example)));
        psql_command(self.sandbox, "postgres", &[&drop]).unwrap();
        for role in roles(self.sandbox).await.difference(kept) {
            psql_command(self.sandbox, "postgres", &[&format!("drop role {}", quoted(role))]).unwrap();
        }
    }
}

fn fingerprints<'f>(findings: &'f [Finding], check: &'f Check) -> impl Iterator<Item = String> + 'f {
    findings.iter().filter(|f| f.check == check.about.name).map(|f| f.fingerprint.clone())
}

#[test]
fn each_folder_is_whole() {
    let registry = Registry::load(&[]).unwrap();
    let wrong: Vec<String> = registry.all().iter().flat_map(|c| Folder::of(c).missing(c)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Ids and names are for ever: waivers, dashboards and scripts hold them.
#[test]
fn ids_are_frozen() {
    let registry = Registry::load(&[]).unwrap();
    let list: Vec<String> = registry.all().iter().map(|c| format!("{} {} {}", c.about.id, c.group, c.about.name)).collect();
    insta::assert_snapshot!(list.join("\n"));
}
