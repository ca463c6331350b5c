//! `postgresql://user:password@host:port,host:port/database?parameter=value`, read as libpq reads it.
//!
//! One difference: where a password with an unescaped `@`, `/` or `?` would make libpq take half of it for a host name, we
//! refuse, for the wrong half would end up in an error message. No message shows any part of the URL but known names.

use super::keywords::Params;
use crate::error::{Error, Result};

const SOURCE: &str = "the URL";
const ENCODE: &str =
    "write special characters of a password percent-encoded: @ is %40, : is %3A, / is %2F, ? is %3F, # is %23, % is %25";

/// Whether the text claims to be a URL of any kind.
pub(super) fn is_url(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(scheme, _)| !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.:_".contains(c)))
}

/// Reads a URL for which [`is_url`] holds.
pub(super) fn parse(text: &str) -> Result<Params> {
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    check_scheme(scheme)?;
    let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = match before_query.split_once('/') {
        Some((authority, path)) => (authority, Some(path)),
        None => (before_query, None),
    };
    let (userinfo, hosts) = match authority.split_once('@') {
        Some((userinfo, hosts)) => (Some(userinfo), hosts),
        None => (None, authority),
    };
    // A second @, or one behind the / or ?, means that the password was not encoded.
    if hosts.contains('@') || path.is_some_and(|p| p.contains('@')) || query.contains('@') || hosts.contains('#') {
        return Err(Error::new("the URL has an @ or # where none can be").fix(ENCODE));
    }

    let mut params = Params::default();
    if let Some(userinfo) = userinfo {
        let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
        params.set("user", decode(user)?, SOURCE)?;
        params.set("password", decode(password)?, SOURCE)?;
    }
    let (hosts, ports) = split_hosts(hosts)?;
    params.set("host", decode(&hosts)?, SOURCE)?;
    params.set("port", decode(&ports)?, SOURCE)?;
    params.set("dbname", decode(path.unwrap_or_default())?, SOURCE)?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(Error::new("the URL has a parameter without a value").fix(ENCODE));
        };
        let (key, value) = (decode(key)?, decode(value)?);
        match (key.as_str(), value.as_str()) {
            // JDBC's spelling, which libpq accepts in URLs too
            ("ssl", "true") => params.set("sslmode", "require".into(), SOURCE)?,
            _ => params.set(&key, value, SOURCE)?,
        }
    }
    Ok(params)
}

fn check_scheme(scheme: &str) -> Result<()> {
    let fix = match scheme {
        "postgres" | "postgresql" => return Ok(()),
        "prisma" | "prisma+postgres" => {
            "Prisma Accelerate speaks its own protocol; give the database's own URL (often DIRECT_URL), which starts with postgresql://"
                .to_owned()
        }
        s if s.starts_with("jdbc:postgresql") || s.starts_with("postgresql+") || s.starts_with("postgres+") => {
            "write it as postgresql://user:password@host:port/database".to_owned()
        }
        _ => "dbharden reads PostgreSQL; give a URL that starts with postgresql://".to_owned(),
    };
    Err(Error::new(format!("URLs that start with {scheme}:// are not supported")).fix(fix))
}

/// `a:1,[::1]:2,c` to the lists `a,::1,c` and `1,2,`. A port list without any port is empty.
fn split_hosts(text: &str) -> Result<(String, String)> {
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    for one in text.split(',') {
        let (host, port) = match one.strip_prefix('[') {
            Some(rest) => {
                let (host, after) = rest.split_once(']').ok_or_else(|| {
                    Error::new("the URL has an IPv6 address without its closing bracket").fix("write [::1]:5432")
                })?;
                match after.strip_prefix(':') {
                    Some(port) => (host, port),
                    None if after.is_empty() => (host, ""),
                    None => {
                        return Err(Error::new("the URL has text between an IPv6 address and its port").fix("write [::1]:5432"));
                    }
                }
            }
            None => one.split_once(':').unwrap_or((one, "")),
        };
        hosts.push(host);
        ports.push(port);
    }
    let ports = if ports.iter().all(|port| port.is_empty()) { String::new() } else { ports.join(",") };
    Ok((hosts.join(","), ports))
}

/// Percent-decoding. `+` stays a plus, as in libpq.
fn decode(text: &str) -> Result<String> {
    let bad = || Error::new("the URL has a % that is not followed by two hex digits of a character").fix(ENCODE);
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16));
        match (digit(), digit()) {
            (Some(high), Some(low)) if high + low > 0 => bytes.push((high * 16 + low) as u8),
            _ => return Err(bad()),
        }
    }
    String::from_utf8(bytes).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(url: &str) -> Vec<String> {
        let params = parse(url).unwrap();
        ["user", "password", "host", "port", "dbname"].map(|k| params.get(k).unwrap_or("-").to_owned()).to_vec()
    }

    #[test]
    fn reads_what_libpq_reads() {
        assert_eq!(get("postgres://app:s%40cret@db.example.com:5433/prod"), ["app", "s@cret", "db.example.com", "5433", "prod"]);
        assert_eq!(get("postgresql:///prod"), ["-", "-", "-", "-", "prod"]);
        assert_eq!(get("postgresql://"), ["-"; 5]);
        assert_eq!(get("postgresql://%2Fvar%2Frun%2Fpostgresql/x"), ["-", "-", "/var/run/postgresql", "-", "x"]);
        assert_eq!(get("postgresql:///x?host=/tmp&port=5444&user=u"), ["u", "-", "/tmp", "5444", "x"]);
        assert_eq!(get("postgres://u@a:1,b,[::1]:3/d"), ["u", "-", "a,b,::1", "1,,3", "d"]);
        assert_eq!(get("postgres://u:p:q@h/d"), ["u", "p:q", "h", "-", "d"]);
        assert_eq!(parse("postgres://h/d?ssl=true").unwrap().get("sslmode"), Some("require"));
    }

    #[test]
    fn a_password_in_the_wrong_place_is_never_shown() {
        for url in [
            "postgres://app:hunter2@hunter3@db/prod",
            "postgres://app:hunter2/hunter3@db/prod",
            "postgres://app:hunter2?hunter3@db/prod",
            "postgres://app:hunter2#hunter3@db/prod?x=@",
            "postgres://app:hunter2%zz@db/prod",
            "postgres://app:hunter2%00@db/prod",
            "postgres://app@db/prod?hunter2",
            "postgres://app@db/prod?hunter2*&x",
            "postgres://app@[::1/prod?x=hunter2",
            "mysql://app:hunter2@db/prod",
        ] {
            let text = parse(url).err().unwrap_or_else(|| panic!("{url}")).to_string();
            assert!(!text.contains("hunter"), "{text}");
        }
    }

    #[test]
    fn other_schemes_are_refused_with_what_to_do() {
        assert!(parse("prisma+postgres://x").err().unwrap().to_string().contains("DIRECT_URL"));
        assert!(is_url("jdbc:postgresql://h/d") && !is_url("host=a dbname='x://y'") && !is_url("prod"));
    }

    #[test]
    fn ipv6_needs_brackets() {
        assert!(parse("postgres://[::1/d").is_err());
        assert!(parse("postgres://[::1]x/d").is_err());
    }
}
