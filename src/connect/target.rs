//! What to connect to: URL or keywords, else `DATABASE_URL`, else libpq's variables, with service and password file applied.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::hosts::{Host, SessionAttrs, read_hosts};
use super::keywords::Params;
use super::tls::TlsSettings;
use super::{dsn, passfile, service, url};
use crate::error::{Context, Error, Result};
use crate::ident::one_line;

/// How long one host may take to accept a connection where nothing else is said. libpq would wait for ever.
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A text that no output shows.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Everything libpq would know about the connection. `Debug` and `Display` never show the password.
#[derive(Debug, Clone)]
pub struct Target {
    pub(super) hosts: Vec<Host>,
    pub(super) user: String,
    pub(super) database: String,
    pub(super) tls: TlsSettings,
    pub(super) attrs: SessionAttrs,
    /// None waits for ever (`connect_timeout=0`).
    pub(super) connect_timeout: Option<Duration>,
    notes: Vec<String>,
    /// Prisma's `schema` parameter: the schema its models live in.
    pub schema: Option<String>,
    /// Prisma's `connection_limit`: how many connections each process of the application opens.
    pub connection_limit: Option<u32>,
    /// `pgbouncer=true` stood in the URL: the application goes through a transaction pooler.
    pub pgbouncer: bool,
}

impl Target {
    /// The URL argument, else `DATABASE_URL`, else libpq's variables. Whichever it is, a service, libpq's variables, the
    /// password file and libpq's defaults fill what it leaves open, in this order.
    pub fn resolve(argument: Option<&str>, env: &dyn Fn(&str) -> Option<String>) -> Result<Target> {
        let mut params = match argument.map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => read(text, "the argument")?,
            None => match env("DATABASE_URL").filter(|text| !text.trim().is_empty()) {
                Some(text) => read(text.trim(), "DATABASE_URL")?,
                None => Params::default(),
            },
        };
        let home = env("HOME").filter(|h| !h.is_empty()).map(PathBuf::from);
        let from_env = Params::from_environment(env)?;
        if let Some(name) = params.get("service").or(from_env.get("service")).map(str::to_owned) {
            let file = params.get("servicefile").or(from_env.get("servicefile")).map(str::to_owned);
            params.fill_from(service::load(&name, file.as_deref(), home.as_deref(), env)?);
        }
        params.fill_from(from_env);
        Self::build(&params, home)
    }

    fn build(params: &Params, home: Option<PathBuf>) -> Result<Target> {
        let mut notes = params.notes.clone();
        let user = match params.get("user") {
            Some(user) => user.to_owned(),
            None => os_user()?,
        };
        let database = params.get("dbname").unwrap_or(&user).to_owned();
        let mut hosts = read_hosts(params)?;

        if let Some(password) = params.get("password") {
            hosts.iter_mut().for_each(|host| host.password = Some(Secret(password.to_owned())));
        } else {
            let path = params.get("passfile").map(PathBuf::from).or(home.as_ref().map(|home| home.join(".pgpass")));
            if let Some(text) = path.and_then(|path| passfile::load(&path, &mut notes)) {
                for host in &mut hosts {
                    let wanted =
                        passfile::Wanted { host: host.passfile_name(), port: host.port, database: &database, user: &user };
                    host.password = passfile::find(&text, &wanted).map(Secret);
                }
            }
        }
        if params.get("gssencmode") == Some("require") {
            return Err(Error::new("gssencmode=require is not supported").fix("connect with TLS: sslmode=verify-full"));
        }
        Ok(Target {
            hosts,
            tls: TlsSettings::read(params, home.as_deref(), &mut notes)?,
            attrs: SessionAttrs::read(params.get("target_session_attrs"))?,
            connect_timeout: connect_timeout(params)?,
            schema: params.get("schema").map(str::to_owned),
            connection_limit: params.get("connection_limit").and_then(|n| n.parse().ok()),
            pgbouncer: params.get("pgbouncer") == Some("true"),
            user,
            database,
            notes,
        })
    }

    /// `app@db.example.com:5432/prod`: on one line, several hosts separated by commas, no password.
    pub fn summary(&self) -> String {
        let hosts = self.hosts.iter().map(Host::to_string).collect::<Vec<_>>().join(",");
        one_line(&format!("{}@{hosts}/{}", self.user, self.database))
    }

    /// `db.example.com:5432`: several hosts separated by commas.
    pub fn server(&self) -> String {
        one_line(&self.hosts.iter().map(Host::to_string).collect::<Vec<_>>().join(","))
    }

    /// Things the user should hear, one sentence each: a password file ignored, a parameter dropped.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The database's name.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The same server and role, another database.
    pub fn with_database(&self, database: &str) -> Target {
        Target { database: database.to_owned(), ..self.clone() }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}

fn read(text: &str, source: &str) -> Result<Params> {
    if url::is_url(text) {
        url::parse(text)
    } else if text.contains('=') {
        dsn::parse(text)
    } else {
        Err(Error::new(format!("{source} is neither a URL nor a list of keyword=value"))
            .fix("give postgresql://user@host:5432/database, or for a database of that name: dbname=..."))
    }
}

fn connect_timeout(params: &Params) -> Result<Option<Duration>> {
    let Some(text) = params.get("connect_timeout") else {
        return Ok(Some(DEFAULT_CONNECT_TIMEOUT));
    };
    let seconds: i64 = text
        .trim()
        .parse()
        .map_err(|_| Error::new("connect_timeout is not a whole number of seconds").fix("connect_timeout=10"))?;
    Ok(u64::try_from(seconds).ok().filter(|s| *s > 0).map(Duration::from_secs))
}

fn os_user() -> Result<String> {
    let fix = "name the role: postgresql://ROLE@..., or PGUSER";
    let user = nix::unistd::User::from_uid(nix::unistd::geteuid())
        .context("cannot look up the name of the operating system's user")
        .map_err(|e| e.fix(fix))?;
    user.map(|user| user.name).ok_or_else(|| Error::new("the operating system's user has no name to use as role").fix(fix))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn resolve(argument: Option<&str>, env: &[(&str, &str)]) -> Result<Target> {
        Target::resolve(argument, &|name| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn argument_then_database_url_then_variables() {
        let env =
            [("DATABASE_URL", "postgres://b@url/b"), ("PGHOST", "var"), ("PGUSER", "c"), ("PGDATABASE", "c"), ("PGPORT", "6")];
        assert_eq!(resolve(Some("postgres://a@arg:5/a"), &env).unwrap().summary(), "a@arg:5/a");
        assert_eq!(resolve(None, &env).unwrap().summary(), "b@url:6/b");
        assert_eq!(resolve(None, &env[1..]).unwrap().summary(), "c@var:6/c");
        assert_eq!(resolve(Some("user=k host=h dbname='x y'"), &[]).unwrap().summary(), "k@h:5432/x y");
    }

    #[test]
    fn the_database_defaults_to_the_user_and_the_user_to_the_systems() {
        assert_eq!(resolve(Some("postgres://a@h"), &[]).unwrap().database(), "a");
        let me = os_user().unwrap();
        assert_eq!(resolve(Some("postgres://h"), &[]).unwrap().summary(), format!("{me}@h:5432/{me}"));
    }

    #[test]
    fn no_form_of_output_shows_the_password() {
        let target = resolve(Some("postgres://a:hunter2@h/d?password=hunter2"), &[("PGPASSWORD", "hunter2")]).unwrap();
        assert!(!format!("{target} {target:?} {target:#?} {:?}", target.notes()).contains("hunter2"));
        assert_eq!(target.hosts[0].password, Some(Secret("hunter2".into())));
        for bad in
            ["hunter2", "postgres://a:hunter2@h:hunter2/d", "host=h port=hunter2", "postgres://h/d?connect_timeout=hunter2"]
        {
            assert!(!resolve(Some(bad), &[]).unwrap_err().to_string().contains("hunter2"), "{bad}");
        }
    }

    #[test]
    fn password_file_per_host_and_service() {
        let home = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            fs::write(home.path().join(name), text).unwrap();
            fs::set_permissions(home.path().join(name), fs::Permissions::from_mode(0o600)).unwrap();
        };
        write(".pgpass", "a:*:*:u:one\nb:6432:*:u:two\n");
        write(".pg_service.conf", "[prod]\nhost=b\nport=6432\nuser=u\ndbname=d\n");
        let dir = home.path().display().to_string();
        let target = resolve(Some("postgres://u@a,b:6432,c/d"), &[("HOME", &dir)]).unwrap();
        let passwords: Vec<_> = target.hosts.iter().map(|h| h.password.as_ref().map(|s| s.0.as_str())).collect();
        assert_eq!(passwords, [Some("one"), Some("two"), None]);
        // the service beats the variables, the URL beats the service
        let env = [("HOME", dir.as_str()), ("PGSERVICE", "prod"), ("PGHOST", "var")];
        let target = resolve(None, &env).unwrap();
        assert_eq!((target.summary().as_str(), &target.hosts[0].password), ("u@b:6432/d", &Some(Secret("two".into()))));
        assert_eq!(resolve(Some("postgres://?service=prod&dbname=x"), &env).unwrap().summary(), "u@b:6432/x");
        // passfile= beats ~/.pgpass
        let other = format!("postgres://u@a/d?passfile={dir}/none");
        assert_eq!(resolve(Some(&other), &[("HOME", &dir)]).unwrap().hosts[0].password, None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}", tail in ".{0,40}") {
            let _ = resolve(Some(&text), &[]);
            let _ = resolve(Some(&format!("postgres://{text}?{tail}")), &[]);
            let _ = resolve(Some(&format!("host={text} {tail}")), &[]);
        }

        #[test]
        fn no_unescaped_password_is_shown(glue in "[@/?#&%:,=+ \\[\\]a-z]{0,4}", end in "[@/?#&%:,]{0,2}") {
            for url in [format!("postgres://u:hunter{glue}hunter{end}@h:1/d?sslmode=disable"), format!("postgres://u:hunter{glue}hunter{end}@/d")] {
                let shown = match resolve(Some(&url), &[]) {
                    Ok(target) => format!("{target} {target:?}"),
                    Err(e) => e.to_string(),
                };
                proptest::prop_assert!(!shown.contains("hunter"), "{url}: {shown}");
            }
        }
    }

    #[test]
    fn prismas_parameters_are_kept() {
        let url = "postgres://a@h:6543/d?pgbouncer=true&connection_limit=5&schema=app&pool_timeout=10&sslmode=disable&connect_timeout=0";
        let target = resolve(Some(url), &[]).unwrap();
        assert_eq!((target.schema.as_deref(), target.connection_limit, target.pgbouncer), (Some("app"), Some(5), true));
        assert_eq!(target.connect_timeout, None);
    }
}
