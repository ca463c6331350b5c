//! The next number of a folder, as its others are made.

use time::OffsetDateTime;
use time::macros::format_description;

use crate::error::{Context, Result};

/// How a folder numbers its migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Convention {
    /// The first digits of YYYYMMDDHHMMSS, as many as these.
    Stamp(usize),
    /// Seconds since 1970.
    Unix,
    /// 0001, 0002: at least so many digits.
    Sequence(usize),
}

/// `count` numbers that follow the `existing` ones, at this time. An empty folder gets timestamps.
///
/// # Errors
/// The time is out of any calendar's range.
pub(super) fn next(existing: &[String], at: OffsetDateTime, count: usize) -> Result<Vec<String>> {
    let last = existing.iter().max_by_key(|n| value(n));
    let convention = last.map_or(Convention::Stamp(14), |n| convention(n));
    let mut last = last.map_or(0, |n| value(n));
    let mut numbers = Vec::with_capacity(count);
    for _ in 0..count {
        let made = match convention {
            Convention::Sequence(width) => format!("{:0width$}", last + 1),
            Convention::Unix => at.unix_timestamp().to_string(),
            Convention::Stamp(width) => after(last, at, width)?,
        };
        // a folder whose last number lies in the future goes on from there
        let number = if value(&made) > last { made } else { (last + 1).to_string() };
        last = value(&number);
        numbers.push(number);
    }
    Ok(numbers)
}

/// The first timestamp after `last`, from `at` on, a second (or minute, or day) at a time.
fn after(last: u128, at: OffsetDateTime, width: usize) -> Result<String> {
    let step = match width {
        ..=8 => time::Duration::days(1),
        9..=12 => time::Duration::minutes(1),
        _ => time::Duration::seconds(1),
    };
    let mut made = String::new();
    for steps in 0..1_000 {
        made = stamp(at + step * steps, width)?;
        if value(&made) > last {
            break;
        }
    }
    Ok(made)
}

/// Digits of YYYYMMDDHHMMSS and zeros behind them.
fn stamp(at: OffsetDateTime, width: usize) -> Result<String> {
    let all = at.format(format_description!("[year][month][day][hour][minute][second]")).context("there is no such time")?;
    Ok(format!("{all:0<width$}")[..width].to_owned())
}

fn value(number: &str) -> u128 {
    number.parse().unwrap_or(0)
}

fn convention(number: &str) -> Convention {
    match number.len() {
        8 | 12 | 14 | 17 if number.starts_with("19") || number.starts_with("20") => Convention::Stamp(number.len()),
        10 if number.starts_with('1') => Convention::Unix,
        width => Convention::Sequence(width),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    #[test]
    fn the_folder_decides() {
        let at = datetime!(2026-11-24 10:20:59 UTC);
        let next = |existing: &[&str], count| {
            super::next(&existing.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>(), at, count).unwrap()
        };
        assert_eq!(next(&[], 2), ["20261124102059", "20261124102100"]);
        assert_eq!(next(&["0001", "0009"], 2), ["0010", "0011"]);
        assert_eq!(next(&["9"], 1), ["10"]);
        assert_eq!(next(&["20250101000000"], 1), ["20261124102059"]);
        assert_eq!(next(&["20261124102059"], 1), ["20261124102100"]);
        assert_eq!(next(&["20991231235959"], 1), ["20991231235960"]);
        assert_eq!(next(&["202501010000"], 1), ["202611241020"]);
        assert_eq!(next(&["1700000000"], 2), ["1795515659", "1795515660"]);
    }
}
