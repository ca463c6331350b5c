//! Figures for people: three digits and a unit.

use serde_json::Value;

use crate::check::Finding;
use crate::ident::one_line;

/// Bytes for people: `8.0 kB`, `1.3 GB` (powers of 1024, as PostgreSQL prints them).
pub fn bytes(bytes: i64) -> String {
    let mut value = bytes as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if value.abs() < 1024.0 {
            return if unit == "B" { format!("{value:.0} {unit}") } else { format!("{value:.1} {unit}") };
        }
        value /= 1024.0;
    }
    format!("{value:.1} TB")
}

/// Milliseconds for people: `0.42 ms`, `420 ms`, `4.2 s`, `7.0 min`, `3.1 h`.
pub fn duration(ms: f64) -> String {
    // each limit is where the unit below would be rounded up to the next
    match ms.abs() {
        m if m < 9.95 => format!("{} ms", short(ms, 2)),
        m if m < 999.5 => format!("{ms:.0} ms"),
        m if m < 59_950.0 => format!("{} s", short(ms / 1e3, 1)),
        m if m < 3_597_000.0 => format!("{} min", short(ms / 60e3, 1)),
        _ => format!("{} h", short(ms / 3_600e3, 1)),
    }
}

/// A count for people: `999`, `12.3 k`, `1.2 M`, `4.0 G`.
pub fn count(n: f64) -> String {
    match n.abs() {
        m if m < 999.5 => {
            if n.fract() == 0.0 {
                format!("{n:.0}")
            } else {
                short(n, 2)
            }
        }
        m if m < 999_500.0 => format!("{} k", short(n / 1e3, 1)),
        m if m < 999_500_000.0 => format!("{} M", short(n / 1e6, 1)),
        _ => format!("{} G", short(n / 1e9, 1)),
    }
}

/// At most so many decimals, none where there are three digits before the point.
fn short(n: f64, decimals: usize) -> String {
    if n.abs() >= 99.95 {
        format!("{n:.0}")
    } else if n.abs() >= 9.995 {
        format!("{n:.1}")
    } else {
        format!("{n:.decimals$}")
    }
}

/// The figures of a finding's evidence: `rows 1.2 M`, `calls 12.3 k`, `mean 4.2 ms`, in the order of their keys.
pub fn evidence(finding: &Finding) -> Vec<String> {
    finding.evidence.iter().filter_map(|(key, value)| figure(key, value)).collect()
}

/// One piece of evidence, where it is a figure. The key says the unit: `_ms`, `_bytes`, `_days`, `_share`.
pub fn figure(key: &str, value: &Value) -> Option<String> {
    let n = value.as_f64()?;
    let words = |key: &str| one_line(&key.replace('_', " "));
    Some(match key.rsplit_once('_') {
        Some((what, "ms")) => format!("{} {}", words(what), duration(n)),
        Some((what, "bytes")) => format!("{} {}", words(what), bytes(n as i64)),
        Some((what, "share")) => format!("{} {:.0} %", words(what), n * 100.0),
        _ if key == "bytes" => bytes(n as i64),
        _ => format!("{} {}", words(key), count(n)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_and_a_unit() {
        for (ms, text) in [
            (0.0, "0.00 ms"),
            (0.424, "0.42 ms"),
            (9.96, "10 ms"),
            (420.4, "420 ms"),
            (999.6, "1.0 s"),
            (4_200.0, "4.2 s"),
            (59_960.0, "1.0 min"),
            (420_000.0, "7.0 min"),
            (3_598_000.0, "1.0 h"),
            (360_000_000.0, "100 h"),
        ] {
            assert_eq!(duration(ms), text);
        }
        for (n, text) in [
            (0.0, "0"),
            (12.5, "12.5"),
            (999.0, "999"),
            (12_345.0, "12.3 k"),
            (999_700.0, "1.0 M"),
            (4e9, "4.0 G"),
            (-5_000.0, "-5.0 k"),
        ] {
            assert_eq!(count(n), text);
        }
        assert_eq!((bytes(0), bytes(8_192), bytes(-8_192)), ("0 B".to_owned(), "8.0 kB".to_owned(), "-8.0 kB".to_owned()));
    }

    #[test]
    fn a_key_says_its_unit() {
        let shown = |key: &str, value: f64| figure(key, &value.into()).unwrap();
        assert_eq!(shown("mean_ms", 4.0), "mean 4.00 ms");
        assert_eq!(shown("index_bytes", 8192.0), "index 8.0 kB");
        assert_eq!(shown("child_rows", 1e6), "child rows 1.0 M");
        assert_eq!(figure("table", &"x".into()), None);
    }
}
