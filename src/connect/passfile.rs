//! `~/.pgpass`: lines `host:port:database:user:password`, the first that fits wins.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Whom a password is wanted for.
pub(super) struct Wanted<'a> {
    /// Host name as the user wrote it; `localhost` for a socket in a default directory.
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) database: &'a str,
    pub(super) user: &'a str,
}

/// The lines of a password file, or a note where the file may not be used. A missing file is no fault.
pub(super) fn load(path: &Path, notes: &mut Vec<String>) -> Option<String> {
    let meta = fs::metadata(path).ok()?;
    // /dev/null is the usual way to say "none"
    if !meta.is_file() {
        return None;
    }
    // libpq's rule: others could have read it, or written it
    if meta.mode() & 0o077 != 0 {
        notes.push(format!("password file {} is ignored: group or others have access; to do: chmod 0600 on it", path.display()));
        return None;
    }
    match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(e) => {
            notes.push(format!("password file {} is ignored: {e}", path.display()));
            None
        }
    }
}

/// The password of the first line that fits.
pub(super) fn find(text: &str, wanted: &Wanted<'_>) -> Option<String> {
    let port = wanted.port.to_string();
    text.lines().map(|line| line.trim_end_matches('\r')).filter(|line| !line.starts_with('#')).find_map(|line| {
        let (fields, password) = split(line)?;
        let fits = [wanted.host, &port, wanted.database, wanted.user]
            .iter()
            .zip(&fields)
            .all(|(want, (raw, field))| raw == "*" || field == want);
        fits.then_some(password).filter(|password| !password.is_empty())
    })
}

/// Four fields, each raw and unescaped (`\*` is a star, `*` a wildcard), and the password.
fn split(line: &str) -> Option<(Vec<(String, String)>, String)> {
    let mut fields = Vec::new();
    let (mut raw, mut field) = (String::new(), String::new());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ':' if fields.len() < 4 => fields.push((std::mem::take(&mut raw), std::mem::take(&mut field))),
            '\\' => {
                raw.push(c);
                // libpq keeps a backslash at the very end
                let next = chars.next().unwrap_or('\\');
                raw.push(next);
                field.push(next);
            }
            c => {
                raw.push(c);
                field.push(c);
            }
        }
    }
    (fields.len() == 4).then_some((fields, field))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const FILE: &str = "# comment\nnonsense\ndb:5432:prod:app:one\\:two\\\\\n\\*:*:*:*:star\ndb:*:*:*:pa:ss\n*:*:*:nobody:any\n";

    fn password(host: &str, port: u16, user: &str) -> Option<String> {
        find(FILE, &Wanted { host, port, database: "prod", user })
    }

    #[test]
    fn first_fit_with_wildcards_and_escapes() {
        assert_eq!(password("db", 5432, "app").as_deref(), Some("one:two\\"));
        assert_eq!(password("db", 5433, "app").as_deref(), Some("pa:ss"));
        assert_eq!(password("other", 5432, "nobody").as_deref(), Some("any"));
        assert_eq!(password("*", 1, "x").as_deref(), Some("star"));
        assert_eq!(password("other", 5432, "app"), None);
    }

    #[test]
    fn a_file_others_can_read_is_ignored_with_a_note() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "*:*:*:*:hunter2\n").unwrap();
        let mut notes = Vec::new();
        assert!(load(file.path(), &mut notes).is_some() && notes.is_empty());
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(load(file.path(), &mut notes).is_none());
        assert!(notes[0].contains("chmod 0600") && !notes[0].contains("hunter2"));
        assert!(load(Path::new("/dev/null"), &mut notes).is_none() && notes.len() == 1);
    }
}
