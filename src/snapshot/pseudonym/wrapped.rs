//! Arrays and ranges as the server prints them, taken apart and put together again.

/// `{a,"b c",NULL,{d}}` with each element but NULL replaced; `None` when it is no array or `f` refuses an element.
pub(super) fn array(text: &str, f: &mut dyn FnMut(&str) -> Option<String>) -> Option<String> {
    let start = text.find('{')?;
    let mut out = text[..start].to_owned(); // bounds: `[0:2]=`
    let mut chars = text[start..].chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' | ',' => out.push(c),
            '"' => {
                let mut element = String::new();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => element.push(chars.next()?),
                        c => element.push(c),
                    }
                }
                push_element(&mut out, &f(&element)?);
            }
            c => {
                let mut element = c.to_string();
                while let Some(c) = chars.next_if(|c| !matches!(c, ',' | '}')) {
                    element.push(c);
                }
                if element == "NULL" { out.push_str(&element) } else { push_element(&mut out, &f(&element)?) }
            }
        }
    }
    Some(out)
}

fn push_element(out: &mut String, element: &str) {
    let plain = !element.is_empty()
        && !element.eq_ignore_ascii_case("null")
        && !element.contains(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | ',' | '"' | '\\'));
    if plain { out.push_str(element) } else { push_quoted(out, element) }
}

fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}

/// `[a,b)` with each bound replaced; `None` when it is no range.
pub(super) fn range(text: &str, f: &mut dyn FnMut(&str) -> Option<String>) -> Option<String> {
    if text == "empty" {
        return Some(text.to_owned());
    }
    let open = text.chars().next().filter(|c| matches!(c, '[' | '('))?;
    let close = text.chars().last().filter(|c| matches!(c, ']' | ')'))?;
    let mut bounds = vec![String::new()];
    let mut quoted = false;
    let mut chars = text.get(1..text.len() - 1)?.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted, // bounds of numbers and times hold no quotes
            '\\' => bounds.last_mut()?.push(chars.next()?),
            ',' if !quoted => bounds.push(String::new()),
            c => bounds.last_mut()?.push(c),
        }
    }
    let [lower, upper] = bounds.as_slice() else { return None };
    let mut out = open.to_string();
    push_bound(&mut out, lower, f)?;
    out.push(',');
    push_bound(&mut out, upper, f)?;
    out.push(close);
    Some(out)
}

fn push_bound(out: &mut String, bound: &str, f: &mut dyn FnMut(&str) -> Option<String>) -> Option<()> {
    if !bound.is_empty() {
        let bound = f(bound)?;
        if bound.contains(' ') { push_quoted(out, &bound) } else { out.push_str(&bound) }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upper(part: &str) -> Option<String> {
        Some(part.to_uppercase())
    }

    #[test]
    fn arrays_keep_their_shape() {
        let text = r#"[0:1]={{a,"b c"},{NULL,"q\"\\,}"}}"#;
        assert_eq!(array(text, &mut upper).unwrap(), r#"[0:1]={{A,"B C"},{NULL,"Q\"\\,}"}}"#);
        assert_eq!(array("{null x}", &mut |_| Some("null".into())).unwrap(), "{\"null\"}");
        assert_eq!(array("none", &mut upper), None);
    }

    #[test]
    fn ranges_keep_their_bounds() {
        let mut tenfold = |part: &str| Some(format!("{part}0"));
        assert_eq!(range("[1,2.5)", &mut tenfold).unwrap(), "[10,2.50)");
        assert_eq!(range("(,5]", &mut tenfold).unwrap(), "(,50]");
        assert_eq!(range("empty", &mut tenfold).unwrap(), "empty");
        assert_eq!(range("[\"2024-01-01 00:00:00\",)", &mut |p| Some(p.into())).unwrap(), "[\"2024-01-01 00:00:00\",)");
        assert_eq!(range("{[1,2)}", &mut tenfold), None);
    }
}
