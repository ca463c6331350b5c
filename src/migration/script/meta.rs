//! Meta-commands of psql that stand in scripts.

/// What to do with a meta-command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meta<'l> {
    /// It changes what psql prints, or guards the file: nothing to do.
    Ignore,
    /// `\g`: ends the statement as a semicolon does.
    Go,
    /// `\q`: the rest is not read.
    Quit,
    /// Reads another file: `\i` from the working directory, `\ir` from this file's.
    Include { path: &'l str, beside: bool },
    /// `\copy ... from`: rows, no schema.
    Copy { data_follows: bool },
    /// Another one.
    Unknown(&'l str),
}

/// Commands that only concern what a person sees, and `\restrict`, which pg_dump writes.
const HARMLESS: &[&str] = &[
    "restrict",
    "unrestrict",
    "echo",
    "qecho",
    "warn",
    "timing",
    "encoding",
    "pset",
    "connect",
    "c",
    "conninfo",
    "x",
    "a",
    "t",
    "H",
    "o",
    "out",
    "errverbose",
    "r",
    "reset",
    "p",
    "print",
    "w",
    "s",
    "h",
    "help",
    "?",
    "copyright",
];

/// Variables of psql's own behaviour. Others are meant to be put into statements, which we do not do.
const BEHAVIOUR: &[&str] = &[
    "AUTOCOMMIT",
    "COMP_KEYWORD_CASE",
    "ECHO",
    "ECHO_HIDDEN",
    "ENCODING",
    "FETCH_COUNT",
    "HIDE_TABLEAM",
    "HIDE_TOAST_COMPRESSION",
    "HISTCONTROL",
    "HISTFILE",
    "HISTSIZE",
    "IGNOREEOF",
    "ON_ERROR_ROLLBACK",
    "ON_ERROR_STOP",
    "PROMPT1",
    "PROMPT2",
    "PROMPT3",
    "QUIET",
    "SHOW_ALL_RESULTS",
    "SHOW_CONTEXT",
    "SINGLELINE",
    "SINGLESTEP",
    "VERBOSITY",
];

/// A line from behind its backslash.
pub(super) fn read(line: &str) -> Meta<'_> {
    let line = line.trim_end();
    let end = line.find(char::is_whitespace).unwrap_or(line.len());
    let (command, arguments) = (&line[..end], line[end..].trim());
    let first = arguments.split_whitespace().next().unwrap_or_default();
    match command {
        "g" if arguments.is_empty() => Meta::Go,
        "q" | "quit" => Meta::Quit,
        "i" | "include" | "ir" | "include_relative" => {
            Meta::Include { path: arguments.trim_matches('\''), beside: command.contains('r') }
        }
        "copy" => {
            let lower = arguments.to_ascii_lowercase();
            let data_follows = lower.split_whitespace().collect::<Vec<_>>().windows(2).any(|w| w == ["from", "stdin"]);
            Meta::Copy { data_follows }
        }
        "set" | "unset" if BEHAVIOUR.contains(&first) => Meta::Ignore,
        _ if HARMLESS.contains(&command) || command.starts_with('d') || command.starts_with('l') && command != "lo_import" => {
            Meta::Ignore
        }
        _ => Meta::Unknown(command),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_ones_are_ignored_others_not() {
        for line in ["restrict abc", "set ON_ERROR_STOP on", "echo hello", "timing", "connect app", "dt", "pset pager off\r"] {
            assert_eq!(read(line), Meta::Ignore, "{line}");
        }
        for line in ["! rm -rf /", "set schema app", "gexec", "if :x", "lo_import file", "prompt x"] {
            assert!(matches!(read(line), Meta::Unknown(_)), "{line}");
        }
        assert_eq!(read("i 'a b.sql'"), Meta::Include { path: "a b.sql", beside: false });
        assert_eq!(read("copy t from stdin"), Meta::Copy { data_follows: true });
    }
}
