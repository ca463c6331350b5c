//! The screen keeps to the width of the terminal.

use super::Place;

#[tokio::test]
async fn no_line_is_wider_than_the_terminal() {
    let place = Place::new().await;
    let long = "a_rather_long_table_name_of_a_customer_relationship_management_s";
    place.sql(&format!("create table {long} (id bigint primary key, {long} uuid references tenant)")).await;
    place.check("own", "bad-name", super::BAD_NAME, &super::BAD_NAME_SQL.replace("'bad%'", "'%a%'"));
    for width in [80, 160] {
        for arguments in
            [&["plan", "--all", "--checks", "own", "--dry-run"][..], &["check", "--checks", "own"], &["explain", "--list"]]
        {
            let columns = width.to_string();
            let ran = super::run_in(place.here.path(), arguments, &[("DATABASE_URL", &place.url()), ("COLUMNS", &columns)]);
            assert!(ran.out.lines().count() > 5, "{}{}", ran.out, ran.err);
            for line in ran.out.lines() {
                assert!(console::measure_text_width(line) <= width, "{width}: {line}");
            }
            assert!(!ran.out.contains('\u{1b}'), "colour without a terminal");
            assert!(!ran.out.contains("\ndrop table"), "{}", ran.out);
        }
    }
    let coloured = place.run(&["check", "--checks", "own", "--color", "always"]).out;
    assert!(coloured.contains("\u{1b}[33mwarning\u{1b}[0m"), "{coloured}");
}
