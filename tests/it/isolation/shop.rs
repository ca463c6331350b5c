//! A shop written by somebody who did not know the attacks: what leaks is marked object by object, and the same shop hardened.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{filled, here, of, prove};

/// Objects that a file marks with this word.
fn marked(file: &str, word: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(here(file)).unwrap();
    let lines = text.lines().filter_map(|l| l.strip_prefix("-- ")?.strip_prefix(word)?.strip_prefix(": "));
    lines.map(|l| l.split_once(": ").map_or(l, |(object, _)| object).to_owned()).collect()
}

async fn proven(file: &str) -> (i32, Value) {
    prove(&filled(&[file]).await, &["--role", "shop_app"])
}

fn with_verdict(outcome: &Value, verdict: &str) -> BTreeSet<String> {
    of(outcome, verdict).into_iter().map(|a| a["object"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_marked_object_leaks_and_none_of_its_twin() {
    let wanted = marked("shop_open.sql", "leak");
    assert!(wanted.len() > 55, "{wanted:?}");
    let (code, open) = proven("shop_open.sql").await;
    let leaks = with_verdict(&open, "leak");
    assert_eq!(wanted.difference(&leaks).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(code, 2);
    super::uncured(&of(&open, "leak"));
    let (code, kept) = proven("shop_kept.sql").await;
    assert_eq!(marked("shop_kept.sql", "held"), wanted, "the twin has the same objects");
    assert_eq!(with_verdict(&kept, "leak").union(&with_verdict(&kept, "not proven")).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(code, 0);
}
