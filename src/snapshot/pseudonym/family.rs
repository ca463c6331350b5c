//! Families of values that share pseudonyms, and how each makes them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use super::{decimal, order, times};

/// Values among which the same text means the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    /// `smallint`, `integer`, `bigint`, `oid`
    Integer,
    /// `numeric`, `real`, `double precision`
    Decimal,
    /// `date`
    Date,
    /// `timestamp`, with and without time zone
    Timestamp,
    /// `time`
    Time,
    /// Texts of one collation
    Text(String),
    /// Lexemes of a `tsvector`, which sort by length first
    Lexeme,
    /// `uuid`
    Uuid,
    /// `bytea`
    Bytes,
    /// `inet`, `cidr`
    Inet,
    /// `macaddr`
    Mac,
}

/// What was met of one family.
#[derive(Default)]
struct Met {
    values: BTreeSet<String>,
    chains: Vec<Vec<String>>,
}

/// What was met of all.
#[derive(Default)]
pub(super) struct Families(BTreeMap<Family, Met>);

/// What stands in the place of what.
pub(super) struct Pseudonyms(BTreeMap<Family, HashMap<String, String>>);

impl Families {
    /// Notes a value.
    pub(super) fn add(&mut self, family: &Family, value: &str) {
        self.0.entry(family.clone()).or_default().values.insert(value.to_owned());
    }

    /// Notes values that stand in their type's order.
    pub(super) fn add_chain(&mut self, family: &Family, values: &[&str]) {
        let met = self.0.entry(family.clone()).or_default();
        met.values.extend(values.iter().map(|v| (*v).to_owned()));
        met.chains.push(values.iter().map(|v| (*v).to_owned()).collect());
    }

    /// Gives each value its pseudonym.
    pub(super) fn pseudonyms(&self) -> Pseudonyms {
        Pseudonyms(self.0.iter().map(|(family, met)| (family.clone(), family.map(met))).collect())
    }
}

impl Pseudonyms {
    pub(super) fn get(&self, family: &Family, value: &str) -> Option<String> {
        self.0.get(family)?.get(value).cloned()
    }
}

impl Family {
    fn map(&self, met: &Met) -> HashMap<String, String> {
        match self {
            Family::Integer => decimal::integers(&met.values),
            Family::Decimal => decimal::decimals(&met.values),
            Family::Date => times::dates(&met.values),
            Family::Timestamp => times::timestamps(&met.values),
            Family::Time => times::times(&met.values),
            // letters and digits first, as dictionaries do
            Family::Text(_) => coded(met, |v| (v.to_lowercase().replace(|c: char| !c.is_alphanumeric(), ""), v.to_owned()), text),
            Family::Lexeme => coded(met, |v| (v.len(), v.to_owned()), text),
            Family::Uuid => {
                coded(met, str::to_owned, |n, _, _| format!("{:08x}-{:04x}-4000-8000-000000000000", n >> 16, n & 0xffff))
            }
            Family::Bytes => {
                coded(met, str::to_owned, |n, _, value| format!("\\x{n:08x}{}", "00".repeat((value.len() / 2).saturating_sub(5))))
            }
            Family::Inet => coded(met, address, |n, _, _| format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255)),
            Family::Mac => coded(met, str::to_owned, |n, _, _| {
                format!("02:00:00:{:02x}:{:02x}:{:02x}", n >> 16 & 255, n >> 8 & 255, n & 255)
            }),
        }
    }
}

fn address(value: &str) -> (Option<IpAddr>, String) {
    (value.split('/').next().and_then(|a| a.parse().ok()), value.to_owned())
}

/// Numbers the values in their order; `make` writes the n-th of `of` in place of a value.
fn coded<K: Ord>(met: &Met, key: impl Fn(&str) -> K, make: impl Fn(usize, usize, &str) -> String) -> HashMap<String, String> {
    let sorted = order::linear(&met.values, &met.chains, key);
    let count = sorted.len();
    sorted.into_iter().enumerate().map(|(i, v)| (v.to_owned(), make(i, count, v))).collect()
}

/// Digits, which sort alike in every collation, and x up to the value's own length. Nothing stays nothing.
fn text(n: usize, of: usize, value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    let digits = of.to_string().len();
    format!("{n:0digits$}{}", "x".repeat(value.len().saturating_sub(digits)))
}
