//! `dbharden init`: writes `dbharden.toml`, where asked a CI job, and says what to do next. It never overwrites.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use super::{Exit, output, shell_word};
use crate::config;
use crate::error::{Context, Error, Result};

/// Every setting with its default.
const EXAMPLE: &str = include_str!("../../dbharden.example.toml");

const GITHUB: &str = include_str!("templates/github.yml");
const GITHUB_DRIFT: &str = include_str!("templates/github_drift.yml");
const GITHUB_LINT: &str = include_str!("templates/github_lint.yml");
const GITHUB_FILE: &str = ".github/workflows/dbharden.yml";

const GITLAB: &str = include_str!("templates/gitlab.yml");
const GITLAB_DRIFT: &str = include_str!("templates/gitlab_drift.yml");
const GITLAB_LINT: &str = include_str!("templates/gitlab_lint.yml");
const GITLAB_FILE: &str = ".gitlab/dbharden.yml";

/// Options of `init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Also write a job that runs `dbharden check`
    #[arg(long, value_enum, value_name = "SYSTEM")]
    ci: Option<Ci>,
    /// The job also compares the database with these migrations
    #[arg(long, value_name = "PATH", requires = "ci")]
    drift: Option<String>,
    /// The job also lints these migrations
    #[arg(long, value_name = "PATH", requires = "ci")]
    lint: Option<String>,
}

/// CI systems.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Ci {
    /// .github/workflows/dbharden.yml
    Github,
    /// .gitlab/dbharden.yml, to be included
    Gitlab,
}

/// Runs it.
pub fn run(args: &Args) -> Result<Exit> {
    let job = args.ci.map(|ci| job(ci, args)).transpose()?;
    let mut said = write(Path::new(config::FILE_NAME), EXAMPLE)?;
    if let (Some(ci), Some(job)) = (args.ci, job) {
        let (file, needs) = match ci {
            Ci::Github => (GITHUB_FILE, "it needs the repository's secret DBHARDEN_DATABASE_URL"),
            Ci::Gitlab => (GITLAB_FILE, "include it from .gitlab-ci.yml; it needs the variable DBHARDEN_DATABASE_URL"),
        };
        said.push_str(&format!("{}  {needs}\n", write(Path::new(file), &job)?));
    }
    said.push_str("next: see what it finds; nothing is applied\n  dbharden plan postgresql://user@host:5432/database\n");
    output::print(&said)?;
    Ok(Exit::Done)
}

/// The job's file; with paths, the drift check and the linter too.
fn job(ci: Ci, args: &Args) -> Result<String> {
    let (check, compare, lint) = match ci {
        Ci::Github => (GITHUB, GITHUB_DRIFT, GITHUB_LINT),
        Ci::Gitlab => (GITLAB, GITLAB_DRIFT, GITLAB_LINT),
    };
    let mut text = check.replace("{version}", env!("CARGO_PKG_VERSION"));
    for (option, path, step) in [("--drift", &args.drift, compare), ("--lint", &args.lint, lint)] {
        let Some(path) = path else { continue };
        // it stands in a line of YAML that a shell reads
        if path.is_empty() || path.chars().any(|c| c.is_control() || ":#{}".contains(c)) {
            return Err(Error::new(format!("cannot write this {option} into the job"))
                .because("it is empty, or has characters that mean something in YAML")
                .fix(format!(
                    "name the folder of your migrations, as seen from the repository's top: {option} prisma/migrations"
                )));
        }
        text.push_str(&step.replace("{path}", &shell_word(path)));
    }
    Ok(text)
}

/// Writes a new file; one that is there stays as it is.
fn write(file: &Path, text: &str) -> Result<String> {
    let what = || format!("cannot write {}", file.display());
    if let Some(directory) = file.parent().filter(|d| !d.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory).context(what())?;
    }
    match OpenOptions::new().write(true).create_new(true).open(file) {
        Ok(mut new) => new.write_all(text.as_bytes()).context(what())?,
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            return Ok(format!("{} is there already and stays as it is\n", file.display()));
        }
        Err(e) => return Err(e).context(what()),
    }
    Ok(format!("{} written\n", file.display()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::check::Registry;
    use crate::config::Config;

    const GUIDE: &str = include_str!("../../docs/guide/from-db-push.md");

    fn with(drift: Option<&str>, lint: Option<&str>) -> Args {
        Args { ci: None, drift: drift.map(str::to_owned), lint: lint.map(str::to_owned) }
    }

    #[test]
    fn the_guide_shows_the_jobs_that_are_written() {
        for (ci, drift) in [(Ci::Github, GITHUB_DRIFT), (Ci::Gitlab, GITLAB_DRIFT)] {
            let job = job(ci, &with(Some("prisma/migrations"), None)).unwrap();
            let part = drift.replace("{path}", "prisma/migrations");
            assert!(job.ends_with(&part) && !job.contains("{version}") && !job.contains("{path}"), "{job}");
            assert!(GUIDE.contains(&format!("```yaml\n{}```\n", part.trim_start_matches('\n'))), "the guide lacks\n{part}");
        }
    }

    #[test]
    fn a_path_cannot_leave_its_line() {
        for path in ["", "a\nb", "a: b", "${{ secrets.X }}", "a #b"] {
            assert!(job(Ci::Gitlab, &with(Some(path), None)).is_err(), "{path}");
            assert!(job(Ci::Github, &with(None, Some(path))).is_err(), "{path}");
        }
        let text = job(Ci::Gitlab, &with(Some("it's here"), Some("db/migrations"))).unwrap();
        assert!(text.contains("--desired 'it'\\''s here' --format junit") && text.contains("lint db/migrations\n"), "{text}");
    }

    const MARK: &str = "# ---- options of checks";

    /// Settings switched on: a `#` without a blank goes.
    fn switched_on(text: &str) -> String {
        let on = |line: &str| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => rest.to_owned(),
            _ => line.to_owned(),
        };
        text.lines().map(on).collect::<Vec<_>>().join("\n")
    }

    /// The part on checks, from what the checks say of themselves.
    fn options_of_checks(registry: &Registry) -> String {
        let mut out = String::new();
        for check in registry.all().iter().filter(|c| !c.about.options.is_empty()) {
            out.push_str(&format!(
                "\n# {} {}: {}\n#[checks.{}]\n",
                check.about.id, check.about.name, check.about.summary, check.about.name
            ));
            for (name, option) in &check.about.options {
                out.push_str(&format!("# {}\n#{name} = {}\n", option.help, option.default));
            }
        }
        out
    }

    /// `UPDATE_EXAMPLE=1 cargo test example` writes the part on checks afresh.
    #[test]
    fn the_example_lists_every_option_of_every_check() {
        let registry = Registry::load(&[]).unwrap();
        let (head, tail) = EXAMPLE.split_once(MARK).unwrap();
        let (mark, tail) = tail.split_once('\n').unwrap_or((tail, ""));
        let wanted = options_of_checks(&registry);
        if std::env::var_os("UPDATE_EXAMPLE").is_some() {
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/dbharden.example.toml");
            std::fs::write(file, format!("{head}{MARK}{mark}\n{wanted}")).unwrap();
            return;
        }
        assert!(tail == wanted, "dbharden.example.toml is not up to date: UPDATE_EXAMPLE=1 cargo test example");
        Config::parse(&switched_on(EXAMPLE)).unwrap().checks.keys().for_each(|name| assert!(registry.find(name).is_some()));
    }

    #[test]
    fn the_example_is_the_defaults_and_holds_every_setting() {
        let as_it_is = Config::parse(EXAMPLE).unwrap();
        let defaults = serde_json::to_value(Config::default()).unwrap();
        assert_eq!(serde_json::to_value(&as_it_is).unwrap(), defaults);
        let on = Config::parse(&switched_on(EXAMPLE)).unwrap();
        assert_eq!((on.ignore.len(), on.skip.len()), (1, 1));
        let parsed: toml::Table = toml::from_str(&switched_on(EXAMPLE)).unwrap();
        let on = serde_json::to_value(&on).unwrap();
        for (section, value) in defaults.as_object().unwrap() {
            if ["ignore", "skip", "checks", "partitioning"].contains(&section.as_str()) {
                continue;
            }
            assert!(parsed.contains_key(section), "{section}");
            let Value::Object(settings) = value else {
                assert_eq!(on[section], *value, "{section}");
                continue;
            };
            for (setting, value) in settings {
                assert!(parsed[section].get(setting).is_some(), "{section}.{setting}");
                // a list of things to ignore is empty by default, and an example of one is no default
                let example = value.is_null() || setting == "ignore";
                assert!(example || on[section][setting] == *value, "{section}.{setting}");
            }
        }
    }
}
