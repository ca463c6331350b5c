//! Figures and statements as several checks show them.

use serde_json::{Value, json};

use crate::ident::one_line;
use crate::snapshot::Statement;

/// A statement as evidence: its text on one line and what it cost.
pub(super) fn statement(s: &Statement) -> Value {
    json!({
        "fingerprint": s.fingerprint,
        "text": one_line(&s.text),
        "calls": s.calls,
        "rows": s.rows,
        "rows_per_call": rounded(s.rows_per_call()),
        "mean_ms": rounded(s.mean_ms()),
        "total_ms": rounded(s.total_ms),
    })
}

/// `12,345,678`
pub(super) fn thousands(n: f64) -> String {
    let digits = format!("{:.0}", n.abs());
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n <= -0.5 { format!("-{out}") } else { out }
}

/// `1 call`, `1,020 calls`
pub(super) fn count(n: i64, noun: &str) -> String {
    format!("{} {noun}{}", thousands(n as f64), if n == 1 { "" } else { "s" })
}

/// Three decimals: more would only be noise in a report.
pub(super) fn rounded(n: f64) -> f64 {
    (n * 1_000.0).round() / 1_000.0
}

/// Bytes as a person says them: `12.3 GB`.
pub(super) fn bytes(n: f64) -> String {
    let mut value = n;
    for unit in ["bytes", "kB", "MB"] {
        if value < 1_024.0 {
            return if unit == "bytes" { format!("{value:.0} {unit}") } else { format!("{value:.1} {unit}") };
        }
        value /= 1_024.0;
    }
    format!("{value:.1} GB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_readable() {
        for (n, text) in [(0.0, "0"), (999.4, "999"), (1_000.0, "1,000"), (-1_234_567.0, "-1,234,567"), (-0.2, "0")] {
            assert_eq!(thousands(n), text);
        }
        assert_eq!((count(1, "call"), count(2_000, "call")), ("1 call".to_owned(), "2,000 calls".to_owned()));
        assert_eq!((bytes(512.0), bytes(10.0 * 1_073_741_824.0)), ("512 bytes".to_owned(), "10.0 GB".to_owned()));
    }
}
