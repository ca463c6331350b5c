//! Is there a pooler between us and the server? `plan` does not mind one; `apply` needs a session of its own.
//!
//! The proof costs nothing: at login a server sends the process id to use for cancelling. A pooler has no process for us yet
//! and invents a number, so that the id differs from what `pg_backend_pid()` says later. Two transactions in two
//! server processes are another proof. Host names and ports only help to say which pooler it is and where the server is.

use super::hosts::Host;

/// Which pooler, as far as host and port tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolerKind {
    /// PgBouncer, or one that behaves like it (Odyssey, PgCat).
    PgBouncer,
    /// Supabase's Supavisor.
    Supavisor,
    /// Neon's pooled endpoint.
    Neon,
    /// Amazon's RDS Proxy.
    RdsProxy,
    /// Something that does not behave as a server does.
    Other,
}

/// A pooler that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pooler {
    /// Which one.
    pub kind: PoolerKind,
    /// Why we think so: ends a sentence.
    pub evidence: String,
    /// Where to connect instead: a clause that names host or port.
    pub direct_hint: String,
    /// It keeps one server session for each connection, so that locks and settings behave as without it.
    pub session_mode: bool,
}

/// What is known about the connection.
pub(super) struct Signs<'a> {
    pub(super) host: &'a Host,
    /// From the login; some proxies send none.
    pub(super) key_pid: Option<u32>,
    /// `pg_backend_pid()` in two transactions.
    pub(super) backend_pids: [u32; 2],
    /// The server's own port and, over TCP, address.
    pub(super) server_port: u16,
    pub(super) server_address: Option<&'a str>,
}

pub(super) fn detect(signs: &Signs<'_>) -> Option<Pooler> {
    let name = signs.host.name.to_ascii_lowercase();
    let on = |suffix: &str| name == suffix[1..] || name.ends_with(suffix);
    let first_label = name.split('.').next().unwrap_or_default();

    if on(".pooler.supabase.com") {
        return Some(Pooler {
            kind: PoolerKind::Supavisor,
            evidence: format!("{name} is Supabase's pooler"),
            direct_hint: format!("port 5432 of {name} (session mode), or db.<project>.supabase.co:5432"),
            session_mode: signs.host.port == 5432,
        });
    }
    if on(".neon.tech") || on(".neon.build") {
        // Neon's proxy invents cancel keys on direct connections as well: only the name tells
        return first_label.ends_with("-pooler").then(|| Pooler {
            kind: PoolerKind::Neon,
            evidence: format!("{name} is a pooled endpoint of Neon"),
            direct_hint: format!("{}, port 5432", name.replacen("-pooler.", ".", 1)),
            session_mode: false,
        });
    }
    if name.contains(".proxy-") && (on(".rds.amazonaws.com") || on(".rds.amazonaws.com.cn")) {
        return Some(Pooler {
            kind: PoolerKind::RdsProxy,
            evidence: format!("{name} is an RDS Proxy"),
            direct_hint: format!("the instance's own endpoint, port {}", signs.server_port),
            session_mode: false,
        });
    }

    let [first, second] = signs.backend_pids;
    let evidence = if first != second {
        format!("two transactions ran in two server processes ({first} and {second})")
    } else if let Some(key) = signs.key_pid {
        if key == first {
            return None;
        }
        format!("the login named process {key}, the server says {first}")
    } else {
        // every server names one; RDS Proxy under a name of one's own does not
        "the login named no process to cancel, which a server always does".to_owned()
    };
    let server = signs.server_address.map_or(String::new(), |address| format!(" ({address} as the pooler sees it)"));
    Some(Pooler {
        kind: if signs.key_pid.is_some() { PoolerKind::PgBouncer } else { PoolerKind::Other },
        evidence,
        direct_hint: format!("the server itself, which listens on port {}{server}", signs.server_port),
        session_mode: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, port: u16, key_pid: Option<u32>, backend_pids: [u32; 2]) -> Option<PoolerKind> {
        let host = Host { name: name.into(), address: None, port, password: None };
        let signs = Signs { host: &host, key_pid, backend_pids, server_port: 5432, server_address: None };
        detect(&signs).map(|pooler| pooler.kind)
    }

    #[test]
    fn process_ids_prove_it_either_way() {
        assert_eq!(kind("db", 6432, Some(7), [7, 7]), None);
        assert_eq!(kind("db", 5432, Some(8), [7, 7]), Some(PoolerKind::PgBouncer));
        assert_eq!(kind("db", 5432, Some(7), [7, 9]), Some(PoolerKind::PgBouncer));
        assert_eq!(kind("db", 5432, None, [7, 7]), Some(PoolerKind::Other));
    }

    #[test]
    fn managed_poolers_by_name() {
        assert_eq!(kind("aws-0-eu.pooler.supabase.com", 6543, None, [7, 7]), Some(PoolerKind::Supavisor));
        assert_eq!(kind("ep-x-pooler.eu.aws.neon.tech", 5432, Some(8), [7, 7]), Some(PoolerKind::Neon));
        assert_eq!(kind("ep-x.eu.aws.neon.tech", 5432, Some(8), [7, 7]), None);
        assert_eq!(kind("p.proxy-abc.eu-west-1.rds.amazonaws.com", 5432, None, [7, 7]), Some(PoolerKind::RdsProxy));
        assert_eq!(kind("p.abc.eu-west-1.rds.amazonaws.com", 5432, Some(7), [7, 7]), None);
    }
}
