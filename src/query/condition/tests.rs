//! Conditions as the catalog prints them.

use super::*;

fn rewritten(text: &str) -> Option<String> {
    Condition::parse(text).unwrap().rewritten(&|_, name| name == "tenant")
}

#[test]
fn the_session_is_asked_safely_and_once() {
    for (from, to) in [
        (
            "(tenant_id = (current_setting('app.tenant_id'::text))::uuid)",
            "tenant_id = (SELECT NULLIF(current_setting('app.tenant_id'::text, true), '')::uuid)",
        ),
        (
            "(tenant_id = ( SELECT (current_setting('app.t'::text, true))::uuid AS t))",
            "tenant_id = (SELECT NULLIF(current_setting('app.t'::text, true), '')::uuid AS t)",
        ),
        ("((auth.jwt() ->> 'org'::text) = org)", "(SELECT auth.jwt() ->> 'org'::text) = org"),
        ("((t = tenant()) OR (other(t) > 1))", "t = (SELECT tenant()) OR other(t) > 1"),
        (
            "(EXISTS ( SELECT 1 FROM public.m WHERE ((m.t = x) AND (m.u = (current_setting('a.u'::text, true))::integer))))",
            "EXISTS (SELECT 1 FROM public.m WHERE m.t = x AND m.u = NULLIF(current_setting('a.u'::text, true), '')::int)",
        ),
    ] {
        assert_eq!(rewritten(from).as_deref(), Some(to), "{from}");
    }
    for good in [
        "(t = ( SELECT (NULLIF(current_setting('app.t'::text, true), ''::text))::uuid AS \"nullif\"))",
        "(name = CURRENT_USER)",
        "(t = other())",
        "true",
    ] {
        assert_eq!(rewritten(good), None, "{good}");
    }
}

#[test]
fn comparisons_of_the_tables_own_columns() {
    let all = |text: &str| {
        let found = Condition::parse(text).unwrap().comparisons();
        found.into_iter().map(|c| (c.column, c.operator, c.wrapped, c.with)).collect::<Vec<_>>()
    };
    let one = |column: &str, operator: &str, wrapped: Option<&str>, with| {
        vec![(column.to_owned(), operator.to_owned(), wrapped.map(str::to_owned), with)]
    };
    assert_eq!(all("((t)::text = current_setting('a.t'::text))"), one("t", "=", Some("a cast to text"), Side::Session));
    assert_eq!(all("(owner = CURRENT_USER)"), one("owner", "=", None, Side::User));
    assert_eq!(all("(t = 7)"), one("t", "=", None, Side::Constant));
    assert_eq!(all("(t IN ( SELECT m.t FROM public.m))"), one("t", "=", None, Side::Query));
    assert_eq!(all("(email ~~ auth.email())"), one("email", "~~", None, Side::Session));
}

#[test]
fn sub_queries_for_one_value() {
    let singles = Condition::parse("(t = ( SELECT m.t FROM public.m WHERE (m.u = auth.uid())))").unwrap().singles();
    assert_eq!(singles.len(), 1);
    assert_eq!(singles[0].fixed, ["u"]);
    let safe = "(t = ( SELECT max(m.t) FROM public.m)) AND (t = ( SELECT m.t FROM public.m LIMIT 1))";
    assert!(Condition::parse(safe).unwrap().singles().is_empty());
}
