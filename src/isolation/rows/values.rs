//! Texts that a column of a type may hold. Those of tenant B are told from those of tenant A wherever the type has room for it.

/// Whose row is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::isolation) enum Tenant {
    /// The attacker.
    A,
    /// The victim.
    B,
}

impl Tenant {
    fn letter(self) -> char {
        match self {
            Tenant::A => 'a',
            Tenant::B => 'b',
        }
    }

    fn base(self) -> i64 {
        match self {
            Tenant::A => 710_000_000,
            Tenant::B => 720_000_000,
        }
    }
}

/// A regular expression that finds values of tenant B in the text of a row.
pub(in crate::isolation) const MARKS_OF_B: &str = r"bbbbbbbb-[0-9a-f]{4}-4|tenant_b|\m72\d{7}\M";

/// What is known of a type.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    /// `format_type()`, with its length.
    pub name: String,
    /// Name of the type behind domains, `pg_catalog` left out.
    pub base: String,
    /// Labels of an enum.
    pub labels: Vec<String>,
    /// `typtype` behind domains.
    pub kind: char,
    /// An array.
    pub array: bool,
    /// Attributes of a composite.
    pub attributes: usize,
}

impl Shape {
    /// Whether texts fit.
    fn is_text(&self) -> bool {
        matches!(self.base.as_str(), "text" | "varchar" | "bpchar" | "citext" | "name")
    }

    /// Most characters, where limited.
    fn room(&self) -> usize {
        let inner = self.name.rsplit_once('(').and_then(|(_, n)| n.trim_end_matches(')').parse().ok());
        inner.unwrap_or(1_000)
    }

    /// Texts to try, likeliest first; `n` is different for each row.
    pub(super) fn candidates(&self, tenant: Tenant, n: usize, hints: &[String]) -> Vec<String> {
        let mut all = self.plain(tenant, n);
        if self.is_text() || self.array || self.kind != 'b' {
            let room = self.room();
            all.extend(hints.iter().filter(|h| h.chars().count() <= room).cloned());
        } else {
            all.extend(hints.iter().cloned());
        }
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|c| seen.insert(c.clone()));
        all
    }

    fn plain(&self, tenant: Tenant, n: usize) -> Vec<String> {
        let (letter, number) = (tenant.letter(), tenant.base() + n as i64);
        let texts = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        if self.array {
            return texts(&["{}", "{1}", "{a}"]);
        }
        match self.kind {
            'e' => {
                // another label for the other tenant, so that it shows
                let mut labels = self.labels.clone();
                let by = n % labels.len().max(1);
                labels.rotate_left(by);
                return labels;
            }
            'c' => return vec![format!("({})", ",".repeat(self.attributes.saturating_sub(1)))],
            'r' => {
                let day = 1 + n % 28;
                return vec![
                    format!("[{number},{})", number + 1),
                    format!("[20{:02}-01-{day:02},20{:02}-01-{day:02}]", 30 + n / 28 % 60, 30 + n / 28 % 60),
                    "empty".to_owned(),
                ];
            }
            'm' => return texts(&["{}"]),
            _ => {}
        }
        match self.base.as_str() {
            "int8" | "int4" | "oid" | "float8" | "float4" | "numeric" | "money" => {
                let mut all = vec![number.to_string()];
                if self.base == "numeric" && self.name.contains('(') {
                    all.push((n % 9_000).to_string());
                }
                all.extend([(n % 90 + 1).to_string(), "1".to_owned(), "0".to_owned(), (n % 9).to_string(), "0.5".to_owned()]);
                all.extend(["5", "10", "21", "100", "1000", "2024", "-1"].map(str::to_owned));
                all
            }
            "int2" => [(tenant.base() / 100_000 + n as i64 % 90).to_string()]
                .into_iter()
                .chain(texts(&["1", "0", "5", "10", "100"]))
                .collect(),
            "uuid" => {
                let l = letter.to_string();
                (0..4).map(|k| format!("{}-{:04x}-4000-8000-{n:012x}", l.repeat(8), k)).collect()
            }
            "bool" => texts(if n.is_multiple_of(2) { &["true", "false"] } else { &["false", "true"] }),
            "date" | "timestamp" | "timestamptz" => {
                let mut all = vec![format!("20{:02}-{:02}-{:02}", 24 + n / 336 % 8, 1 + n / 28 % 12, 1 + n % 28)];
                all.extend(texts(&["2024-01-15", "2025-06-15", "2026-06-15", "1990-01-01", "2099-01-01", "infinity"]));
                all
            }
            "time" | "timetz" => vec![format!("{:02}:{:02}:00", n / 60 % 24, n % 60)],
            "interval" => vec![format!("{n} minutes"), "1 day".to_owned()],
            "json" | "jsonb" => {
                let marked = format!("\"tenant_{letter}_{n}\"");
                vec![
                    format!("{{\"v\": {marked}}}"),
                    format!("[{marked}]"),
                    marked,
                    "{}".into(),
                    "[]".into(),
                    "1".into(),
                    "null".into(),
                ]
            }
            "bytea" => vec![format!("\\x{:02x}{n:08x}", if tenant == Tenant::A { 0xaa } else { 0xbb }), "\\x".to_owned()],
            "inet" => vec![format!("10.{}.{}.{}", if tenant == Tenant::A { 1 } else { 2 }, n / 250 % 250, n % 250)],
            "cidr" => vec![format!("10.{}.{}.{}/32", if tenant == Tenant::A { 1 } else { 2 }, n / 250 % 250, n % 250)],
            "macaddr" => vec![format!("08:00:2b:{letter}{letter}:{:02x}:{:02x}", n / 256 % 256, n % 256)],
            "macaddr8" => vec![format!("08:00:2b:{letter}{letter}:{:02x}:{:02x}:01:02", n / 256 % 256, n % 256)],
            "bit" => vec!["1".repeat(self.room().min(64)), "0".into(), "1".into()],
            "varbit" => texts(&["1", "0"]),
            "xml" => vec![format!("<v>tenant_{letter}_{n}</v>")],
            "tsvector" | "tsquery" | "ltree" | "lquery" | "hstore" => {
                vec![format!("tenant_{letter}_{n}"), format!("v=>tenant_{letter}_{n}"), String::new()]
            }
            "point" => vec![format!("({number},{n})")],
            "line" => texts(&["{1,2,3}"]),
            "lseg" | "box" | "path" | "polygon" => vec![format!("(({n},0),({n},1))")],
            "circle" => vec![format!("<({n},0),1>")],
            "regclass" => texts(&["pg_class"]),
            "regtype" => texts(&["int4"]),
            "regproc" => texts(&["now"]),
            "pg_lsn" => vec![format!("0/{n:X}")],
            _ => self.words(letter, n),
        }
    }

    /// Words in the shapes that checks ask for.
    fn words(&self, letter: char, n: usize) -> Vec<String> {
        let room = self.room();
        let mark = format!("tenant_{letter}_{n}");
        let (upper, digits) = (mark.to_uppercase(), format!("{}{n:09}", if letter == 'a' { 1 } else { 2 }));
        let letters: String = n.to_string().bytes().map(|b| char::from(b'a' + b - b'0')).collect();
        let all = [
            mark.clone(),
            format!("{mark}@example.com"),
            format!("https://example.com/{mark}"),
            mark.replace('_', "-"),
            format!("{letter}{n}"),
            upper,
            format!("{letter}{letters}"),
            format!("{letter}{letters}").to_uppercase(),
            digits.clone(),
            format!("+{digits}"),
            format!("{letter}{letter}{n:0>62}"),
            format!("#{letter}{letter}{:04x}", n % 65_536),
            format!("{letter}{letter}"),
            format!("{letter}{letter}").to_uppercase(),
            format!("{letter}{letter}{letter}").to_uppercase(),
            letter.to_string(),
            format!("{}", n % 10),
            format!("Tenant {letter} {n}"),
            format!("10.1.{}.{}", n / 250 % 250, n % 250),
            format!("{}-0000-4000-8000-{n:012x}", letter.to_string().repeat(8)),
            "2024-01-15".to_owned(),
            "1.0.0".to_owned(),
            "en".to_owned(),
            "USD".to_owned(),
            "UTC".to_owned(),
            "/".to_owned() + &mark,
            String::new(),
        ];
        all.into_iter().filter(|t| t.chars().count() <= room).collect()
    }
}

/// Constants in an expression as the server prints it: texts, numbers, and the numbers beside them.
pub(super) fn constants(expression: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(start) = rest.find('\'') {
        number_texts(&rest[..start], &mut found);
        let mut text = String::new();
        let inner = &rest[start + 1..];
        let mut chars = inner.char_indices().peekable();
        let mut end = inner.len();
        while let Some((at, c)) = chars.next() {
            match (c, chars.peek()) {
                ('\'', Some((_, '\''))) => {
                    text.push('\'');
                    chars.next();
                }
                ('\'', _) => {
                    end = at + 1;
                    break;
                }
                _ => text.push(c),
            }
        }
        found.push(text);
        rest = &inner[end..];
    }
    number_texts(rest, &mut found);
    found
}

fn number_texts(code: &str, found: &mut Vec<String>) {
    for word in code.split(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|w| w.starts_with(|c: char| c.is_ascii_digit())) {
        found.push(word.to_owned());
        if let Ok(n) = word.parse::<i64>() {
            found.extend([n.saturating_add(1).to_string(), n.saturating_sub(1).to_string()]);
            // a text of that many characters
            if (2..=128).contains(&n) {
                found.push("x".repeat(n as usize));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::constants;

    #[test]
    fn constants_of_checks() {
        assert_eq!(constants("((status)::text = ANY (ARRAY['it''s'::text, 'b'::text]))"), ["it's", "b"]);
        assert_eq!(constants("(n > 200)"), ["200", "201", "199"]);
    }
}
