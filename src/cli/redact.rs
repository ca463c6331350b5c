//! Errors quote what was typed, and a URL typed in the wrong place may hold a password.

use clap::error::Error as Usage;

use super::{Exit, output};

/// Stands for what may hold a password.
const HIDDEN: &str = "(URL)";

/// Prints help, version or the usage error, without any argument that may hold a password.
pub fn usage(error: &Usage) -> Exit {
    let text = typed(&error.render().to_string());
    if error.use_stderr() {
        output::complain(text.trim_end());
        if error.kind() == clap::error::ErrorKind::InvalidSubcommand && text.contains(HIDDEN) {
            output::complain("  to do: name a command before the URL: dbharden plan URL");
        }
        return Exit::Failed;
    }
    match output::print(&text) {
        Ok(()) => Exit::Done,
        Err(_) => Exit::Failed,
    }
}

/// A message without any argument that may hold a password: a URL given where a file or a name belongs is quoted by the error.
pub fn typed(text: &str) -> String {
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
    hide(text, &arguments)
}

/// Replaces arguments that may hold a password.
fn hide(text: &str, arguments: &[String]) -> String {
    let mut text = text.to_owned();
    for argument in arguments {
        let value = match argument.split_once('=') {
            Some((option, value)) if option.starts_with("--") => value,
            _ => argument,
        };
        if value.contains("://") || value.contains("password") {
            text = text.replace(value, HIDDEN);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_in_the_wrong_place_is_not_repeated() {
        let typed = ["postgres://u:hunter2@h/d".to_owned(), "--top=postgres://u:hunter3@h/d".to_owned(), "plan".to_owned()];
        let text = hide("no postgres://u:hunter2@h/d, nor 'postgres://u:hunter3@h/d' for plan", &typed);
        assert_eq!(text, "no (URL), nor '(URL)' for plan");
    }
}
