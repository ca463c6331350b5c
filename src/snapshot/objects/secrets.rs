//! Options of servers and user mappings may hold passwords: their values are never read into anything.

/// What stands in place of a secret.
pub(crate) const HIDDEN: &str = "***";

/// Parts of names of options whose values are secrets.
const SECRET: &[&str] = &["password", "passwd", "secret", "token", "credential", "key", "passfile"];

/// `name=value` options with the values of secrets hidden, sorted.
pub(super) fn hide(options: Vec<String>) -> Vec<String> {
    let mut hidden: Vec<String> = options
        .into_iter()
        .map(|option| match option.split_once('=') {
            Some((name, _)) if SECRET.iter().any(|s| name.to_lowercase().contains(s)) => format!("{name}={HIDDEN}"),
            _ => option,
        })
        .collect();
    hidden.sort();
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secrets_do_not_pass() {
        let options = ["user=me", "sslkey=/x", "PassWord=p=q", "host=h"].map(str::to_owned).to_vec();
        assert_eq!(hide(options), ["PassWord=***", "host=h", "sslkey=***", "user=me"]);
    }
}
