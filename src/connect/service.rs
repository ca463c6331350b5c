//! Service files: named sets of parameters, `[prod]` then `host=...`, in `~/.pg_service.conf` or the system's file.

use std::fs;
use std::path::{Path, PathBuf};

use super::keywords::Params;
use crate::error::{Context, Error, Result};
use crate::ident::one_line;

/// Where Debian's libpq looks; elsewhere the user sets PGSYSCONFDIR.
const SYSTEM_DIRECTORIES: &[&str] =
    &["/etc/postgresql-common", "/usr/local/etc/postgresql", "/opt/homebrew/etc/postgresql", "/etc"];

/// The parameters of service `name`: the user's file first, then the system's.
pub(super) fn load(
    name: &str,
    named_file: Option<&str>,
    home: Option<&Path>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Params> {
    let mut files: Vec<PathBuf> = Vec::new();
    match named_file {
        // a file the user names must be there; the default one need not
        Some(file) => {
            fs::metadata(file).context(format!("cannot read service file {}", one_line(file)))?;
            files.push(file.into());
        }
        None => files.extend(home.map(|home| home.join(".pg_service.conf"))),
    }
    match env("PGSYSCONFDIR").filter(|dir| !dir.is_empty()) {
        Some(dir) => files.push(Path::new(&dir).join("pg_service.conf")),
        None => files.extend(SYSTEM_DIRECTORIES.iter().map(|dir| Path::new(dir).join("pg_service.conf"))),
    }
    for file in files.iter().filter(|file| file.exists()) {
        let text = fs::read_to_string(file).context(format!("cannot read service file {}", file.display()))?;
        if let Some(params) = find(&text, name, &file.display().to_string())? {
            return Ok(params);
        }
    }
    let looked_in = files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ");
    Err(Error::new(format!("service \"{}\" is not defined", one_line(name)))
        .because(format!("looked in {looked_in}"))
        .fix("add a section of that name, or set PGSERVICEFILE"))
}

fn find(text: &str, name: &str, file: &str) -> Result<Option<Params>> {
    let mut found: Option<Params> = None;
    for (number, line) in text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let at = format!("{file}, line {}", number + 1);
        if let Some(section) = line.strip_prefix('[') {
            if found.is_some() {
                break;
            }
            if section.strip_suffix(']') == Some(name) {
                found = Some(Params::default());
            }
        } else if let Some(params) = &mut found {
            let Some((keyword, value)) = line.split_once('=') else {
                // also the ldap:// lines of libpq
                return Err(Error::new(format!("{at}: not of the form keyword=value")).fix("correct the line"));
            };
            if matches!(keyword, "service" | "servicefile") {
                return Err(Error::new(format!("{at}: a service cannot refer to another")).fix("copy its lines"));
            }
            params.set(keyword, value.to_owned(), &at)?;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# ours\n[staging]\nhost=stage\n\n[prod]\nhost=db\nport=5433\npassword=a=b\n[other]\nnonsense\n";

    #[test]
    fn reads_one_section_only() {
        let params = find(FILE, "prod", "f").unwrap().unwrap();
        assert_eq!((params.get("host"), params.get("port"), params.get("password")), (Some("db"), Some("5433"), Some("a=b")));
        assert!(find(FILE, "none", "f").unwrap().is_none());
        assert!(find(FILE, "other", "f").err().unwrap().to_string().contains("line 10"));
    }

    #[test]
    fn users_file_then_systems_then_a_clear_error() {
        let (home, system) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(home.path().join(".pg_service.conf"), "[mine]\nhost=a\n").unwrap();
        fs::write(system.path().join("pg_service.conf"), "[mine]\nhost=b\n[theirs]\nhost=c\n").unwrap();
        let dir = system.path().display().to_string();
        let env = move |name: &str| (name == "PGSYSCONFDIR").then(|| dir.clone());
        let host = |name: &str| load(name, None, Some(home.path()), &env).map(|p| p.get("host").unwrap_or("").to_owned());
        assert_eq!(host("mine").unwrap(), "a");
        assert_eq!(host("theirs").unwrap(), "c");
        let text = host("nobody's").unwrap_err().to_string();
        assert!(text.contains("pg_service.conf") && text.contains("PGSERVICEFILE"), "{text}");
        assert!(load("mine", Some("/nonexistent/file"), None, &env).is_err());
    }
}
