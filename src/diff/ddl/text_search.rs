//! Text search: parsers, templates, dictionaries, configurations.

use std::collections::BTreeMap;

use super::parts::{definition, set, split_list};
use crate::diff::draft::Draft;
use crate::snapshot::objects::Object;
use crate::snapshot::objects::kinds::{TextSearchConfiguration, TextSearchDictionary, TextSearchParser, TextSearchTemplate};

pub(super) fn create_parser(object: &Object, parser: &TextSearchParser) -> Vec<Draft> {
    let functions = definition([
        set("START", parser.start.as_ref()),
        set("GETTOKEN", parser.gettoken.as_ref()),
        set("END", parser.end.as_ref()),
        set("HEADLINE", parser.headline.as_ref()),
        set("LEXTYPES", parser.lextypes.as_ref()),
    ]);
    vec![Draft::new(format!("CREATE TEXT SEARCH PARSER {}{functions}", object.id.sql()))]
}

pub(super) fn create_template(object: &Object, template: &TextSearchTemplate) -> Vec<Draft> {
    let functions = definition([set("INIT", template.init.as_ref()), set("LEXIZE", template.lexize.as_ref())]);
    vec![Draft::new(format!("CREATE TEXT SEARCH TEMPLATE {}{functions}", object.id.sql()))]
}

pub(super) fn create_dictionary(object: &Object, dictionary: &TextSearchDictionary) -> Vec<Draft> {
    let options = definition([Some(format!("TEMPLATE = {}", dictionary.template)), dictionary.options.clone()]);
    vec![Draft::new(format!("CREATE TEXT SEARCH DICTIONARY {}{options}", object.id.sql()))]
}

pub(super) fn alter_dictionary(object: &Object, old: &TextSearchDictionary, new: &TextSearchDictionary) -> Option<Vec<Draft>> {
    if old.template != new.template {
        return None;
    }
    let (before, after) = (settings(old), settings(new));
    // an option named without a value is taken away
    let gone = before.keys().filter(|k| !after.contains_key(*k)).map(|k| (*k).to_owned());
    let set = after.iter().filter(|(k, v)| before.get(*k) != Some(v)).map(|(k, v)| format!("{k} = {v}"));
    let options = definition(gone.chain(set).map(Some));
    Some(vec![Draft::new(format!("ALTER TEXT SEARCH DICTIONARY {}{options}", object.id.sql()))])
}

/// `a = 'x', b = 'y'` as name and value.
fn settings(dictionary: &TextSearchDictionary) -> BTreeMap<&str, &str> {
    let items = split_list(dictionary.options.as_deref().unwrap_or_default());
    items.into_iter().filter_map(|item| item.split_once(" = ")).collect()
}

pub(super) fn create_configuration(object: &Object, configuration: &TextSearchConfiguration) -> Vec<Draft> {
    let sql = format!("CREATE TEXT SEARCH CONFIGURATION {} (PARSER = {})", object.id.sql(), configuration.parser);
    let mut drafts = vec![Draft::new(sql)];
    drafts.extend(mappings(object, "ADD", configuration.mappings.iter()));
    drafts
}

pub(super) fn alter_configuration(
    object: &Object,
    old: &TextSearchConfiguration,
    new: &TextSearchConfiguration,
) -> Option<Vec<Draft>> {
    if old.parser != new.parser {
        return None;
    }
    let gone: Vec<&str> = old.mappings.keys().filter(|t| !new.mappings.contains_key(*t)).map(String::as_str).collect();
    let mut drafts = Vec::new();
    if !gone.is_empty() {
        let name = object.id.sql();
        drafts.push(Draft::new(format!("ALTER TEXT SEARCH CONFIGURATION {name} DROP MAPPING FOR {}", gone.join(", "))));
    }
    let changed = new.mappings.iter().filter(|(t, d)| old.mappings.get(*t).is_some_and(|before| before != *d));
    drafts.extend(mappings(object, "ALTER", changed));
    drafts.extend(mappings(object, "ADD", new.mappings.iter().filter(|(t, _)| !old.mappings.contains_key(*t))));
    Some(drafts)
}

/// One statement for all tokens that go to the same dictionaries.
fn mappings<'a>(object: &Object, verb: &str, all: impl Iterator<Item = (&'a String, &'a Vec<String>)>) -> Vec<Draft> {
    let mut tokens: BTreeMap<&Vec<String>, Vec<&str>> = BTreeMap::new();
    for (token, dictionaries) in all {
        tokens.entry(dictionaries).or_default().push(token);
    }
    let name = object.id.sql();
    let one = |(dictionaries, tokens): (&Vec<String>, Vec<&str>)| {
        Draft::new(format!(
            "ALTER TEXT SEARCH CONFIGURATION {name} {verb} MAPPING FOR {} WITH {}",
            tokens.join(", "),
            dictionaries.join(", ")
        ))
    };
    tokens.into_iter().map(one).collect()
}
