//! Storage parameters and options of foreign objects: `name=value` in the catalogs.

use crate::ident::{Ident, literal};

fn split(option: &str) -> (&str, &str) {
    option.split_once('=').unwrap_or((option, "true"))
}

/// A name like `fillfactor` or `toast.autovacuum_enabled`.
fn name(text: &str) -> String {
    text.split('.').map(|part| Ident::new(part).to_string()).collect::<Vec<_>>().join(".")
}

/// A value that needs no quotes, or one in quotes.
fn value(text: &str) -> String {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let number = text.parse::<f64>().is_ok();
    if number || plain && !text.starts_with(|c: char| c.is_ascii_digit()) { text.to_owned() } else { literal(text) }
}

/// ` WITH (fillfactor=70)`, or nothing.
pub(in crate::diff) fn with(options: &[String]) -> String {
    if options.is_empty() { String::new() } else { format!(" WITH ({})", list(options)) }
}

fn list(options: &[String]) -> String {
    let one = |o: &String| {
        let (n, v) = split(o);
        format!("{}={}", name(n), value(v))
    };
    options.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// `SET (...)` and `RESET (...)` that make the one out of the other.
pub(super) fn changes(old: &[String], new: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    let gone: Vec<String> = old.iter().map(|o| split(o).0).filter(|n| !new.iter().any(|o| split(o).0 == *n)).map(name).collect();
    if !gone.is_empty() {
        all.push(format!("RESET ({})", gone.join(", ")));
    }
    let set: Vec<String> = new.iter().filter(|o| !old.contains(o)).cloned().collect();
    if !set.is_empty() {
        all.push(format!("SET ({})", list(&set)));
    }
    all
}

/// ` OPTIONS (name 'value')` of a foreign object, or nothing. A hidden value is left out: it is set by hand.
pub(super) fn server(options: &[String]) -> String {
    let known: Vec<String> = options
        .iter()
        .map(|o| split(o))
        .filter(|(_, v)| *v != "***")
        .map(|(n, v)| format!("{} {}", Ident::new(n), literal(v)))
        .collect();
    if known.is_empty() { String::new() } else { format!(" OPTIONS ({})", known.join(", ")) }
}

/// `OPTIONS (SET a '1', ADD b '2', DROP c)`.
pub(super) fn server_changes(old: &[String], new: &[String]) -> Option<String> {
    let mut all = Vec::new();
    for (n, v) in new.iter().map(|o| split(o)).filter(|(_, v)| *v != "***") {
        match old.iter().map(|o| split(o)).find(|(m, _)| *m == n) {
            Some((_, before)) if before == v => {}
            Some(_) => all.push(format!("SET {} {}", Ident::new(n), literal(v))),
            None => all.push(format!("ADD {} {}", Ident::new(n), literal(v))),
        }
    }
    let gone = old.iter().map(|o| split(o).0).filter(|n| !new.iter().any(|o| split(o).0 == *n));
    all.extend(gone.map(|n| format!("DROP {}", Ident::new(n))));
    (!all.is_empty()).then(|| format!("OPTIONS ({})", all.join(", ")))
}
