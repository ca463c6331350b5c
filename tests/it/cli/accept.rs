//! Findings that are known: `--accept`, waivers, their end.

use super::Place;

const CHECK: [&str; 5] = ["check", "--checks", "own", "--format", "json"];

#[tokio::test]
async fn after_accept_only_new_findings_fail() {
    let place = Place::new().await;
    place.run(&["check", "--checks", "own"]).exits(2);
    let ran = place.run(&["check", "--checks", "own", "--accept"]).exits(0);
    assert!(ran.out.contains("git add dbharden.accepted.toml"), "{}", ran.out);
    let file = place.read("dbharden.accepted.toml");
    assert!(file.contains("    # MY1 bad-name\n"), "{file}");
    assert!(file.contains("# public.\"bad | `name` <b> @x\\ndrop table tenant; --\"\n"), "{file}");
    place.run(&["check", "--checks", "own", "--accept"]).exits(0);
    assert_eq!(file, place.read("dbharden.accepted.toml"));

    // what cannot be looked at is still not clean
    let known = place.run(&CHECK).exits(3).json();
    assert_eq!(known["summary"]["new"], 0);
    place.sql("create table bad2 (id bigint primary key)").await;
    let new = place.run(&CHECK).exits(2).json();
    assert_eq!(new["summary"]["new"], 1);
    let fresh: Vec<_> = new["findings"].as_array().unwrap().iter().filter(|f| f["accepted"] == false).collect();
    assert_eq!(fresh[0]["object"], "public.bad2");
    place.sql("drop table bad, bad2").await;
    let gone = place.run(&CHECK).exits(3).json();
    assert!(gone["notes"].to_string().contains("accepted findings are gone"), "{gone}");

    place.write("dbharden.accepted.toml", "fingerprints = [\"");
    assert!(place.run(&CHECK).exits(1).err.contains("to do: restore it"));
    place.run(&["check", "--accept", "--only", "bad-name"]).exits(1);
}

#[tokio::test]
async fn waivers_end() {
    let place = Place::new().await;
    let only = ["check", "--checks", "own", "--only", "bad-name", "--format", "json"];
    let waiver = |until: &str| {
        format!("[[ignore]]\ncheck = \"bad-name\"\nobject = \"public.*\"\nreason = \"legacy\"\nuntil = \"{until}\"\n")
    };
    place.write("dbharden.toml", &waiver("2999-12-31"));
    let waived = place.run(&only).exits(0).json();
    assert_eq!((&waived["summary"]["findings"], &waived["summary"]["waived"]), (&0.into(), &2.into()));
    assert_eq!(waived["waived"][0]["reason"], "legacy");
    place.write("dbharden.toml", &waiver("2020-12-31"));
    let over = place.run(&only).exits(2).json();
    assert!(over["notes"][0].as_str().unwrap().contains("ran out on 2020-12-31"), "{over}");
    place.write("dbharden.toml", &waiver("soon"));
    assert!(place.run(&only).exits(1).err.contains("\"soon\" is not a day"));
}

#[tokio::test]
async fn names_that_do_not_exist_are_errors() {
    let place = Place::new().await;
    for (toml, wanted) in [
        ("disable = [\"no-such\"]", "a check that does not exist: no-such"),
        ("[checks.no-such]\na = 1", "a check that does not exist: no-such"),
        ("[checks.bad-name]\npatiense = 1", "the check bad-name has no option patiense"),
        ("[[ignore]]\ncheck = \"no-such\"\nobject = \"*\"\nreason = \"x\"", "a check that does not exist: no-such"),
        ("[[skip]]\ncheck = \"no-such\"\nreason = \"x\"", "a check that does not exist: no-such"),
        ("no_such_setting = 1", "no_such_setting"),
    ] {
        place.write("dbharden.toml", toml);
        let ran = place.run(&["check", "--checks", "own"]).exits(1);
        assert!(ran.err.starts_with("error: ") && ran.err.contains(wanted), "{}", ran.err);
    }
    place.write("dbharden.toml", "disable = [\"bad-name\"]");
    assert!(place.run(&["check", "--checks", "own", "--only", "bad-name"]).exits(1).err.contains("is off"));
    std::fs::remove_file(place.here.path().join("dbharden.toml")).unwrap();
    assert!(place.run(&["check", "--checks", "nowhere"]).exits(1).err.contains("there are no checks in nowhere"));
}
