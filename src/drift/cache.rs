//! Built desired schemas, kept by what they were built from: the same files need not be run twice.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::files::Ran;
use super::shadow::Build;
use crate::hash;
use crate::snapshot::objects::Objects;

/// To be raised whenever what is read or how it is built changes.
const REVISION: &str = "2";

/// What nobody asked for so long is removed.
const UNUSED: Duration = Duration::from_secs(14 * 24 * 3600);

/// What is kept.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    /// The catalog.
    pub objects: Objects,
    /// What running the files had to say.
    pub ran: Ran,
    /// The role that ran them.
    pub role: crate::ident::Ident,
}

/// One place in the cache.
pub struct Place(Option<PathBuf>);

impl Place {
    /// No cache: nothing is found, nothing is kept.
    pub fn none() -> Self {
        Self(None)
    }

    /// The place of what these files make on a server of this version.
    pub fn of(build: &Build<'_>, server: &str) -> Self {
        let given = super::platform::given(build.live, build.spoken, build.files);
        let mut parts: Vec<String> = vec![
            REVISION.to_owned(),
            env!("CARGO_PKG_VERSION").to_owned(),
            server.to_owned(),
            build.role.to_string(),
            build.schema.as_ref().map(ToString::to_string).unwrap_or_default(),
            build.layout.map(|l| l.to_string()).unwrap_or_default(),
            serde_json::to_string(&given).unwrap_or_default(),
            build.live.search_path_of(build.role).unwrap_or_default().to_owned(),
        ];
        for file in build.files {
            parts.extend([file.id.clone(), file.transaction.to_string(), file.sql.clone()]);
            // a file may read others
            if file.sql.contains("\n\\i") || file.sql.starts_with("\\i") {
                return Self::none();
            }
        }
        let key = hash::hash(&parts.iter().map(String::as_str).collect::<Vec<_>>());
        Self(directory().map(|d| d.join(format!("{}.json", &key[..32]))))
    }

    /// What is kept there.
    pub fn load(&self) -> Option<Kept> {
        let path = self.0.as_ref()?;
        let text = std::fs::read_to_string(path).ok()?;
        let kept = serde_json::from_str(&text).ok()?;
        let _ = std::fs::File::open(path).and_then(|f| f.set_modified(SystemTime::now()));
        Some(kept)
    }

    /// Keeps it. A cache that cannot be written is slower, and no error.
    pub fn save(&self, kept: &Kept) {
        let Some(path) = &self.0 else { return };
        let Some(directory) = path.parent() else { return };
        let _ = std::fs::create_dir_all(directory);
        #[cfg(unix)]
        let _ = std::fs::set_permissions(directory, std::os::unix::fs::PermissionsExt::from_mode(0o700));
        tidy(directory);
        let written = || -> std::io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(directory)?;
            serde_json::to_writer(std::io::BufWriter::new(file.as_file_mut()), kept)?;
            file.persist(path)?;
            Ok(())
        };
        let _ = written();
    }
}

/// `$XDG_CACHE_HOME/dbharden/desired`, or below `~/.cache`. Definitions only: no rows, no values.
fn directory() -> Option<PathBuf> {
    let var = |name| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let base = var("XDG_CACHE_HOME").or_else(|| var("HOME").map(|h| h.join(".cache")))?;
    Some(base.join("dbharden").join("desired"))
}

fn tidy(directory: &std::path::Path) {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|m| m.elapsed().ok());
        if age.is_some_and(|age| age > UNUSED) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
