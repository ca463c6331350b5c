//! Dates within their month, times within their hour: what is compared with `now()` must stay where it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::decimal::spread;

/// Pseudonyms of `2024-02-29`: another day of the month. What is written otherwise (`infinity`, years BC) is left as it is.
pub(super) fn dates(values: &BTreeSet<String>) -> HashMap<String, String> {
    within(
        values,
        |v| matches!(split(v)?, ("", _, "")).then(|| v.get(..8))?,
        |month, i, n| {
            let day = spread(i, n, u128::from(days(month))) + 1;
            format!("{month}{day:02}")
        },
    )
}

/// Pseudonyms of `2024-02-29 13:59:59.5+00`: another moment of the hour.
pub(super) fn timestamps(values: &BTreeSet<String>) -> HashMap<String, String> {
    within(values, |v| v.get(..14).filter(|_| split(v).is_some_and(|s| !s.0.is_empty())), moment)
}

/// Pseudonyms of `13:59:59.5`.
pub(super) fn times(values: &BTreeSet<String>) -> HashMap<String, String> {
    within(values, |v| v.get(..3).filter(|_| v.is_ascii() && v.as_bytes().get(2) == Some(&b':')), moment)
}

fn moment(hour: &str, i: usize, n: usize) -> String {
    let micros = spread(i, n, 3_600_000_000);
    format!("{hour}{:02}:{:02}.{:06}", micros / 60_000_000, micros / 1_000_000 % 60, micros % 1_000_000)
}

/// Groups the values by what `head` says of them and gives the i-th of n in each group what `make` makes of it.
/// The zone, where the value has one, follows.
fn within(
    values: &BTreeSet<String>,
    head: impl Fn(&str) -> Option<&str>,
    make: impl Fn(&str, usize, usize) -> String,
) -> HashMap<String, String> {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for value in values {
        if let Some(head) = head(value) {
            groups.entry(head).or_default().push(value);
        }
    }
    let mut all = HashMap::new();
    for (head, group) in groups {
        let n = group.len();
        for (i, value) in group.into_iter().enumerate() {
            let zone = if value.ends_with("+00") { "+00" } else { "" };
            all.insert(value.to_owned(), make(head, i, n) + zone);
        }
    }
    all
}

/// `yyyy-mm-dd`, a blank and the time, each but the date possibly empty: (time, date, rest that is neither).
fn split(value: &str) -> Option<(&str, &str, &str)> {
    let bytes = value.as_bytes();
    let date = value.get(..10)?;
    let shaped = bytes.iter().take(10).enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    if !shaped || value.ends_with("BC") {
        return None;
    }
    match value.get(10..)? {
        "" => Some(("", date, "")),
        rest if rest.starts_with(' ') && bytes.get(13) == Some(&b':') => Some((&rest[1..], date, "")),
        _ => None,
    }
}

/// Days of `yyyy-mm-`.
fn days(month: &str) -> u8 {
    let year = month.get(..4).and_then(|y| y.parse().ok()).unwrap_or(2000);
    let number: u8 = month.get(5..7).and_then(|m| m.parse().ok()).unwrap_or(2);
    time::Month::try_from(number).map_or(28, |m| m.length(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(values: &[&str]) -> BTreeSet<String> {
        values.iter().map(|v| (*v).to_owned()).collect()
    }

    #[test]
    fn dates_stay_in_their_month_and_in_order() {
        let map = dates(&set(&["2024-02-28", "2024-02-29", "2024-03-05", "infinity", "0044-03-15 BC"]));
        assert_eq!(map["2024-02-28"], "2024-02-01");
        assert_eq!(map["2024-02-29"], "2024-02-15");
        assert_eq!(map["2024-03-05"], "2024-03-01");
        assert_eq!(map.len(), 3);
    }

    #[test]
    fn moments_stay_in_their_hour() {
        let map = timestamps(&set(&["2024-02-28 13:01:02+00", "2024-02-28 13:01:02.5+00", "-infinity", "2024-01-01 00:00:01"]));
        assert_eq!(map["2024-02-28 13:01:02+00"], "2024-02-28 13:00:00.000000+00");
        assert_eq!(map["2024-02-28 13:01:02.5+00"], "2024-02-28 13:30:00.000000+00");
        assert_eq!(map["2024-01-01 00:00:01"], "2024-01-01 00:00:00.000000");
        assert_eq!(map.len(), 3);
        assert_eq!(times(&set(&["08:05:00"]))["08:05:00"], "08:00:00.000000");
    }
}
