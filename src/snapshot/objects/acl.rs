//! Privileges: `aclitem[]` as the catalog stores it, and what stands for an absent one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Kind;
use crate::ident::Ident;

/// Privileges of one role, letter by letter as in `aclitem`, true = with grant option.
pub type Letters = BTreeMap<char, bool>;

/// Who may do what. `None` = PUBLIC. Who granted it is left out: it follows from owner and grant options.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Entry>", into = "Vec<Entry>")]
pub struct Acl(pub BTreeMap<Option<Ident>, Letters>);

/// One role's entry, as it is saved.
#[derive(Serialize, Deserialize)]
struct Entry {
    role: Option<Ident>,
    may: String,
}

impl From<Vec<Entry>> for Acl {
    fn from(entries: Vec<Entry>) -> Self {
        Self(entries.into_iter().map(|e| (e.role, letters(&e.may))).collect())
    }
}

impl From<Acl> for Vec<Entry> {
    fn from(acl: Acl) -> Self {
        let one = |(role, may): (Option<Ident>, Letters)| Entry { role, may: letters_text(&may) };
        acl.0.into_iter().map(one).collect()
    }
}

/// `r*w` to letters.
fn letters(text: &str) -> Letters {
    let mut all = Letters::new();
    let mut last = None;
    for c in text.chars() {
        match (c, last) {
            ('*', Some(letter)) => {
                all.insert(letter, true);
            }
            ('*', None) => {}
            (letter, _) => {
                all.entry(letter).or_insert(false);
                last = Some(letter);
            }
        }
    }
    all
}

/// Letters to `r*w`.
fn letters_text(letters: &Letters) -> String {
    letters.iter().map(|(letter, grantable)| if *grantable { format!("{letter}*") } else { letter.to_string() }).collect()
}

/// Letters and names of privileges. Source: PostgreSQL manual, "Privileges".
const NAMES: &[(char, &str)] = &[
    ('r', "SELECT"),
    ('a', "INSERT"),
    ('w', "UPDATE"),
    ('d', "DELETE"),
    ('D', "TRUNCATE"),
    ('x', "REFERENCES"),
    ('t', "TRIGGER"),
    ('m', "MAINTAIN"),
    ('X', "EXECUTE"),
    ('U', "USAGE"),
    ('C', "CREATE"),
    ('c', "CONNECT"),
    ('T', "TEMPORARY"),
    ('s', "SET"),
    ('A', "ALTER SYSTEM"),
];

/// The word for a letter.
pub fn privilege(letter: char) -> &'static str {
    NAMES.iter().find(|(l, _)| *l == letter).map_or("?", |(_, name)| name)
}

impl Acl {
    /// From the texts of `aclitem`s: `"some role"=r*w/owner`.
    pub fn parse(items: &[String]) -> Self {
        let mut all: BTreeMap<Option<Ident>, Letters> = BTreeMap::new();
        for item in items {
            let (grantee, rest) = role(item);
            let Some(rest) = rest.strip_prefix('=') else { continue };
            let may = rest.split_once('/').map_or(rest, |(may, _)| may);
            let held = all.entry(grantee).or_default();
            for (letter, grantable) in letters(may) {
                *held.entry(letter).or_insert(false) |= grantable;
            }
        }
        Self(all)
    }

    /// What an object of that kind has when nobody granted anything: `acldefault()`.
    pub fn default_of(kind: Kind, owner: &Ident, major: u32) -> Self {
        let (own, public) = match kind {
            Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView => {
                (if major >= 17 { "arwdDxtm" } else { "arwdDxt" }, "")
            }
            Kind::Sequence => ("rwU", ""),
            Kind::Function | Kind::Procedure | Kind::Aggregate => ("X", "X"),
            Kind::Language | Kind::Type => ("U", "U"),
            Kind::Schema => ("UC", ""),
            Kind::ForeignDataWrapper | Kind::Server => ("U", ""),
            _ => ("", ""),
        };
        let entries = [(Some(owner.clone()), own), (None, public)];
        Self(entries.into_iter().filter(|(_, may)| !may.is_empty()).map(|(role, may)| (role, letters(may))).collect())
    }

    /// The same without roles that may nothing.
    pub fn held(&self) -> BTreeMap<&Option<Ident>, &Letters> {
        self.0.iter().filter(|(_, may)| !may.is_empty()).collect()
    }
}

/// The role in front of an item, unquoted, and what follows. Empty = PUBLIC.
fn role(item: &str) -> (Option<Ident>, &str) {
    let Some(quoted) = item.strip_prefix('"') else {
        let end = item.find('=').unwrap_or(item.len());
        return ((end > 0).then(|| Ident::new(&item[..end])), &item[end..]);
    };
    let mut name = String::new();
    let mut rest = quoted;
    while let Some(at) = rest.find('"') {
        name.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => break,
        }
    }
    (Some(Ident::new(name)), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_read_as_the_server_prints_them() {
        let items: Vec<String> = ["app=r*w/postgres", "=X/postgres", "\"a \"\"b\"\"=c\"=U/x"].map(str::to_owned).to_vec();
        let acl = Acl::parse(&items);
        assert_eq!(acl.0[&Some(Ident::new("app"))], letters("r*w"));
        assert_eq!(acl.0[&None], letters("X"));
        assert_eq!(acl.0[&Some(Ident::new("a \"b\"=c"))], letters("U"));
        assert_eq!(letters_text(&letters("r*w")), "r*w");
    }
}
