//! What changing a column's type does to the values: nothing, a check, or a loss.

/// How values get from one type to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Every value fits; whether Postgres writes the table anew.
    Widens {
        /// It does.
        rewrites: bool,
    },
    /// Assigning fails where a value does not fit, and changes none.
    Checked,
    /// Needs a cast that is written out; fails where a value cannot be cast.
    Explicit,
    /// Values may be cut or rounded in silence.
    Lossy,
}

/// `character varying(20)` as name and numbers.
fn parts(text: &str) -> (String, Vec<i64>) {
    let Some(open) = text.find('(') else { return (text.to_owned(), Vec::new()) };
    let close = text[open..].find(')').map_or(text.len(), |i| open + i);
    let numbers = text[open + 1..close].split(',').filter_map(|n| n.trim().parse().ok()).collect();
    let rest = text.get(close + 1..).unwrap_or_default();
    (format!("{}{rest}", &text[..open]), numbers)
}

/// How values of `old` become values of `new`, both as `format_type()` prints them.
pub(super) fn way(old: &str, new: &str) -> Way {
    let ((a, x), (b, y)) = (parts(old), parts(new));
    let integers = ["smallint", "integer", "bigint"];
    let rank = |name: &str| integers.iter().position(|i| *i == name);
    let binary = |name: &str| matches!(name, "text" | "character varying");
    if let (Some(from), Some(to)) = (rank(&a), rank(&b)) {
        return if from <= to { Way::Widens { rewrites: true } } else { Way::Checked };
    }
    if old == new {
        return Way::Widens { rewrites: false };
    }
    match (a.as_str(), b.as_str()) {
        (from, to) if binary(from) && binary(to) => match (x.first(), y.first()) {
            (_, None) => Way::Widens { rewrites: false },
            (Some(from), Some(to)) if from <= to => Way::Widens { rewrites: false },
            _ => Way::Checked,
        },
        // blanks at the end mean nothing in `character`
        ("character", to) if binary(to) && (y.is_empty() || x <= y) => Way::Widens { rewrites: true },
        ("character", to) if binary(to) => Way::Checked,
        (from, "character") if binary(from) => Way::Checked,
        ("character", "character") if x <= y => Way::Widens { rewrites: true },
        ("numeric", "numeric") => match (x.as_slice(), y.as_slice()) {
            (_, []) => Way::Widens { rewrites: false },
            ([p, s], [q, t]) if s == t && p <= q => Way::Widens { rewrites: false },
            ([p, s], [q, t]) if s <= t && p - s <= q - t => Way::Widens { rewrites: true },
            ([_, s], [_, t]) if s <= t => Way::Checked,
            _ => Way::Lossy,
        },
        (from, "numeric") if rank(from).is_some() => {
            if y.is_empty() {
                Way::Widens { rewrites: true }
            } else {
                Way::Checked
            }
        }
        ("real", "double precision") => Way::Widens { rewrites: true },
        ("smallint" | "integer", "double precision") | ("smallint", "real") => Way::Widens { rewrites: true },
        ("date", "timestamp without time zone") => Way::Widens { rewrites: true },
        ("json", "jsonb") | ("jsonb", "json") => Way::Explicit,
        (from, to) if from == to && from.starts_with("time") => {
            if y.is_empty() || x.first().is_some_and(|p| y.first().is_some_and(|q| p <= q)) {
                Way::Widens { rewrites: false }
            } else {
                Way::Lossy
            }
        }
        ("bit varying", "bit varying") if y.is_empty() || x.first() <= y.first() && !x.is_empty() => {
            Way::Widens { rewrites: false }
        }
        // the session's time zone decides which moment it was
        ("timestamp without time zone", "timestamp with time zone")
        | ("timestamp with time zone", "timestamp without time zone") => Way::Lossy,
        (_, to) if binary(to) && y.is_empty() => Way::Explicit,
        (from, _) if binary(from) || from == "character" => Way::Explicit,
        ("inet" | "cidr", "inet") => Way::Widens { rewrites: true },
        (from, to) if from.ends_with("[]") && to.ends_with("[]") => {
            way(from.trim_end_matches("[]"), to.trim_end_matches("[]")).of_elements()
        }
        _ => Way::Lossy,
    }
}

/// Whether Postgres casts the one to the other directly; else values go through text.
pub(super) fn has_cast(old: &str, new: &str) -> bool {
    const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];
    const TIMES: &[&str] = &["date", "timestamp without time zone", "timestamp with time zone"];
    let (a, b) = (parts(old).0, parts(new).0);
    let both = |all: &[&str]| all.contains(&a.as_str()) && all.contains(&b.as_str());
    let text = |name: &str| matches!(name, "text" | "character varying" | "character");
    let json = |name: &str| matches!(name, "json" | "jsonb");
    let boolean = (a == "boolean" && b == "integer") || (a == "integer" && b == "boolean");
    both(NUMBERS) || both(TIMES) || text(&a) || text(&b) || json(&a) && json(&b) || boolean || a == b
}

impl Way {
    /// Arrays are written anew whatever their elements do.
    fn of_elements(self) -> Self {
        match self {
            Way::Widens { .. } => Way::Widens { rewrites: true },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_lose_is_let_through() {
        let rewrites = |rewrites| Way::Widens { rewrites };
        for (old, new, expected) in [
            ("integer", "bigint", rewrites(true)),
            ("bigint", "integer", Way::Checked),
            ("character varying(20)", "text", rewrites(false)),
            ("character varying(20)", "character varying(10)", Way::Checked),
            ("text", "integer", Way::Explicit),
            ("numeric(10,2)", "numeric(12,2)", rewrites(false)),
            ("numeric(10,2)", "numeric(10,1)", Way::Lossy),
            ("double precision", "integer", Way::Lossy),
            ("timestamp without time zone", "timestamp with time zone", Way::Lossy),
            ("timestamp(3) without time zone", "timestamp(6) without time zone", rewrites(false)),
            ("timestamp without time zone", "timestamp(3) without time zone", Way::Lossy),
            ("integer[]", "bigint[]", rewrites(true)),
        ] {
            assert_eq!(way(old, new), expected, "{old} -> {new}");
        }
    }
}
