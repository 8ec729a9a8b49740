//! `kagiban ledger`: a file that is kept through a year, and what it refuses.

use kagiban::rules::sample;

use crate::tree::{Ran, Tree, client_secret, refresh_token};

const LEDGER: &str = "kagiban-ledger.toml";

/// Runs `ledger` on a day, with a value on standard input.
fn on(tree: &Tree, day: &str, arguments: &[&str], value: &str) -> Ran {
    tree.run_with(&[&["ledger"], arguments, &["--now", day]].concat(), value.as_bytes())
}

fn done(tree: &Tree, day: &str, arguments: &[&str], value: &str) -> Ran {
    let ran = on(tree, day, arguments, value);
    assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    let file = tree.read(LEDGER);
    assert!(value.is_empty() || !format!("{}{}{file}", ran.out, ran.err).contains(value), "{arguments:?}");
    ran
}

/// What is due on a day: `id kind severity`, and the exit code.
fn due(tree: &Tree, day: &str) -> (Vec<String>, i32) {
    let ran = on(tree, day, &["check", "--format", "json"], "");
    let list = ran.json();
    let rows = list["due"].as_array().unwrap();
    let row = |row: &serde_json::Value| {
        format!("{} {} {}", row["id"], row["kind"], row["severity"]).replace('"', "")
    };
    (rows.iter().map(row).collect(), ran.code)
}

/// Who knows a credential on a day.
fn known_by(tree: &Tree, day: &str, id: &str) -> Vec<String> {
    let list = on(tree, day, &["list", "--format", "json"], "").json();
    let keys = list["credentials"].as_array().unwrap().clone();
    let key = keys.iter().find(|key| key["id"] == id).unwrap_or_else(|| panic!("{id}: {list}"));
    key["known_by"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_ledger_lives_through_a_year() {
    let tree = Tree::new();
    let (first, second, third) = (client_secret(1), client_secret(2), client_secret(3));
    let none: (Vec<String>, i32) = (Vec::new(), 0);
    // January: what there is is noted.
    done(
        &tree,
        "2026-01-05",
        &["add", "orders-app", "--owner", "Mika", "--kept-in", "AWS Secrets Manager"],
        &first,
    );
    done(&tree, "2026-01-05", &["add", "orders-token", "--owner", "Mika"], &refresh_token(1));
    done(
        &tree,
        "2026-01-06",
        &[
            "add",
            "login",
            "--class",
            "seller-central-login",
            "--path",
            "config/login.ini",
            "--field",
            "SELLER_PASSWORD",
            "--owner",
            "Aoi",
        ],
        "",
    );
    assert_eq!(due(&tree, "2026-01-06"), none);
    // February: a freelancer gets the key until the end of March.
    done(&tree, "2026-02-01", &["share", "orders-app", "Ken", "--until", "2026-03-31"], "");
    assert_eq!(known_by(&tree, "2026-02-01", "orders-app"), ["Mika", "Ken"]);
    assert_eq!(known_by(&tree, "2026-01-31", "orders-app"), ["Mika"]);
    assert_eq!(due(&tree, "2026-03-16"), none);
    assert_eq!(due(&tree, "2026-03-17"), (vec!["orders-app share-ends-soon low".to_owned()], 0));
    // April: the share is over, and nobody rotated.
    assert_eq!(due(&tree, "2026-04-01"), (vec!["orders-app share-ended medium".to_owned()], 1));
    assert_eq!(known_by(&tree, "2026-04-01", "orders-app"), ["Mika", "Ken"]);
    done(&tree, "2026-04-02", &["rotate", "orders-app"], &second);
    assert_eq!(due(&tree, "2026-04-02"), none);
    assert_eq!(known_by(&tree, "2026-04-02", "orders-app"), ["Mika"]);
    // August: another freelancer gets it, and leaves before the end of the share.
    done(&tree, "2026-08-03", &["share", "orders-app", "Yui", "--until", "2026-12-31"], "");
    let left = done(&tree, "2026-08-20", &["left", "Yui"], "");
    assert!(left.out.contains("still knows orders-app"), "{left:?}");
    assert_eq!(due(&tree, "2026-08-21"), (vec!["orders-app leaver-knows medium".to_owned()], 1));
    // September: the 180 days come near, a month ahead, and one rotation does for both.
    let both =
        ["orders-app rotate-soon medium", "orders-app leaver-knows medium"].map(str::to_owned).to_vec();
    assert_eq!(due(&tree, "2026-09-01"), (both, 1));
    let over =
        ["orders-app rotate-overdue high", "orders-app leaver-knows medium"].map(str::to_owned).to_vec();
    assert_eq!(due(&tree, "2026-09-30"), (over, 1));
    done(&tree, "2026-09-30", &["rotate", "orders-app"], &third);
    assert_eq!(due(&tree, "2026-09-30"), none);
    assert_eq!(known_by(&tree, "2026-09-30", "orders-app"), ["Mika"]);
    // December: the year is nearly over, and the rest comes due.
    let year = ["login rotate-soon low", "orders-token rotate-soon low"].map(str::to_owned).to_vec();
    assert_eq!(due(&tree, "2026-12-10"), (year, 0));
    // January: the login is switched off, the token is overdue.
    done(&tree, "2027-01-07", &["revoke", "login"], "");
    assert_eq!(due(&tree, "2027-01-07"), (vec!["orders-token rotate-overdue medium".to_owned()], 1));
    assert_eq!(known_by(&tree, "2027-01-07", "login"), Vec::<String>::new());
    // A public application is one that sellers have to authorise again.
    tree.write("kagiban.toml", "[own]\napp-class = \"public\"\n");
    assert_eq!(due(&tree, "2027-01-07"), (vec!["orders-token renew-overdue medium".to_owned()], 1));
    // The history of it all is there.
    let list = on(&tree, "2027-01-07", &["list", "--format", "json"], "").json();
    let app = list["credentials"].as_array().unwrap().iter().find(|key| key["id"] == "orders-app").unwrap();
    assert_eq!(app["former"].as_array().unwrap().len(), 2);
    assert_eq!(app["shared_with"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&app["former"][0]["issued"], &app["former"][0]["rotated"]),
        (&"2026-01-05".into(), &"2026-04-02".into())
    );
    let ids: Vec<&str> =
        list["credentials"].as_array().unwrap().iter().map(|key| key["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["login", "orders-app", "orders-token"]);
}

#[test]
fn the_class_is_proposed_by_the_beginning_of_the_value() {
    let tree = Tree::new();
    let ran = done(
        &tree,
        "2026-01-05",
        &["add", "token", "--owner", "Mika"],
        &format!("{}\r\n", refresh_token(1)).replace("\r\n", ""),
    );
    assert!(ran.err.contains("lwa-refresh-token"), "{ran:?}");
    assert!(tree.read(LEDGER).contains("class = \"lwa-refresh-token\""));
    // What the scan finds has the same fingerprint.
    tree.write("a.env", format!("REFRESH_TOKEN={}\n", refresh_token(1)));
    let report = tree.scan(&[]);
    let fingerprint = report["findings"][0]["fingerprint"].as_str().unwrap();
    assert!(tree.read(LEDGER).contains(fingerprint), "{report}");

    let before = tree.read(LEDGER);
    let key = sample("{alnum:40}", 3);
    for (arguments, value, expected) in [
        (vec!["add", "b", "--owner", "M"], key.as_str(), "give --class"),
        (
            vec!["add", "b", "--owner", "M", "--class", "lwa-client-secret"],
            &refresh_token(2),
            "begins as `lwa-refresh-token`",
        ),
        (vec!["add", "b", "--owner", "M", "--class", "lwa-secret"], &key, "no such class"),
        (vec!["add", "b", "--owner", "M"], "", "no value came"),
        (vec!["add", "b", "--owner", "M"], &refresh_token(1), "in the ledger already, as one of `token`"),
        (vec!["add", "token", "--owner", "M"], &refresh_token(2), "has a credential `token` already"),
        (vec!["add", "b c", "--owner", "M"], &refresh_token(2), "this is no id"),
        (vec!["add", "b", "--owner", "M", "--class", "seller-central-login"], "", "give --path and --field"),
        (
            vec!["add", "b", "--owner", "M", "--class", "lwa-client-secret", "--path", "a", "--field", "b"],
            "",
            "leave out --path",
        ),
        (vec!["rotate", "token"], &refresh_token(1), "nothing was changed"),
        (vec!["rotate", "tokn"], &refresh_token(2), "did you mean `token`?"),
        (vec!["share", "tokn", "Ken"], "", "did you mean `token`?"),
        (
            vec!["share", "token", "Ken", "--since", "2026-03-01", "--until", "2026-02-01"],
            "",
            "cannot end before",
        ),
        (vec!["left", "Mikka"], "", "did you mean `Mika`?"),
        (vec!["revoke", "token", "--on", "2026-13-01"], "", "no date"),
    ] {
        let ran = on(&tree, "2026-01-06", &arguments, value);
        assert_eq!(ran.code, 2, "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(expected), "{arguments:?}: {ran:?}");
        assert!(value.is_empty() || !ran.err.contains(value));
        assert_eq!(tree.read(LEDGER), before, "{arguments:?}");
    }
    // With a class given, a value without a beginning of its own is taken.
    done(&tree, "2026-01-06", &["add", "mws", "--owner", "M", "--class", "aws-secret-access-key"], &key);
}

#[test]
fn a_value_is_no_argument() {
    let tree = Tree::new();
    let secret = client_secret(1);
    for arguments in [
        vec!["add", &secret, "--owner", "M"],
        vec!["add", "app", "--owner", &secret],
        vec!["add", "app", "--owner", "M", "--kept-in", &secret],
        vec!["add", "app", &secret, "--owner", "M"],
        vec!["add", "app", "--owner", "M", "--value", &secret],
        vec!["rotate", "app", &secret],
    ] {
        let ran = on(&tree, "2026-01-05", &arguments, &client_secret(2));
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(!format!("{}{}", ran.out, ran.err).contains(&secret[20..]), "{ran:?}");
        assert!(!tree.at(LEDGER).exists());
    }
}

#[test]
fn comments_and_order_stay() {
    let tree = Tree::new();
    done(&tree, "2026-01-05", &["add", "m-app", "--owner", "Mika"], &client_secret(1));
    let text = tree.read(LEDGER);
    let commented = text
        .replace("[[credential]]", "# the app of the shop\n[[credential]] # first")
        .replace("owner = \"Mika\"", "owner = \"Mika\"   # since 2024")
        + "\n# the end\n";
    for (name, text) in [("LF", commented.clone()), ("CRLF", commented.replace('\n', "\r\n"))] {
        tree.write(LEDGER, &text);
        done(&tree, "2026-01-06", &["share", "m-app", "Ken"], "");
        done(&tree, "2026-01-07", &["add", "a-app", "--owner", "Mika"], &client_secret(2));
        done(&tree, "2026-01-07", &["add", "z-app", "--owner", "Mika"], &client_secret(3));
        done(&tree, "2026-02-07", &["rotate", "m-app"], &client_secret(4));
        done(&tree, "2026-02-07", &["left", "Ken"], "");
        let after = tree.read(LEDGER);
        let at = |part: &str| after.find(part).unwrap_or_else(|| panic!("{name}: {part}\n{after}"));
        assert!(after.starts_with("# Who holds which key"), "{after}");
        assert!(at("id = \"a-app\"") < at("# the app of the shop"), "{after}");
        assert!(at("# the app of the shop") < at("[[credential]] # first"));
        assert!(at("[[credential]] # first") < at("id = \"m-app\""));
        assert!(at("id = \"m-app\"") < at("owner = \"Mika\"   # since 2024"));
        assert!(at("owner = \"Mika\"   # since 2024") < at("id = \"z-app\""));
        assert!(at("id = \"z-app\"") < at("# the end"), "{after}");
        assert_eq!(after.contains("\r\n"), name == "CRLF");
        assert!(name == "LF" || !after.replace("\r\n", "").contains('\n'));
    }
}

#[test]
fn two_branches_that_each_add_one_merge() {
    // What git merges cleanly are hunks that do not touch: entries between others.
    let tree = Tree::new();
    for (id, seed) in [("b", 1), ("d", 2), ("f", 3)] {
        done(&tree, "2026-01-05", &["add", id, "--owner", "Mika"], &client_secret(seed));
    }
    let base = tree.read(LEDGER);
    done(&tree, "2026-01-06", &["add", "c", "--owner", "Mika"], &client_secret(4));
    let ours = tree.read(LEDGER);
    let added = ours.lines().filter(|line| !base.lines().any(|old| old == *line)).count();
    assert_eq!(added, 3, "only id, fingerprint and day are new: {ours}");
    assert!(ours.starts_with(&base[..base.find("id = \"d\"").unwrap() - "[[credential]]\n".len()]));
}

#[test]
fn a_broken_ledger_is_told_and_not_touched() {
    let tree = Tree::new();
    done(&tree, "2026-01-05", &["add", "app", "--owner", "Mika"], &client_secret(1));
    let good = tree.read(LEDGER);
    for (text, place) in [
        (good.replace("issued = 2026-01-05", "issued = 2026-02-30"), ":9:"),
        (format!("{good}colour = 3\n"), ":10:1"),
        (format!("<<<<<<< HEAD\n{good}=======\n{good}>>>>>>> b\n"), ":1:1"),
        (format!("{good}{good}"), ":14:6"),
        ("\u{0}\u{1}".to_owned(), ":1:1"),
        (good[..good.len() / 2].to_owned(), ""),
    ] {
        tree.write(LEDGER, &text);
        for arguments in [
            vec!["ledger", "check"],
            vec!["ledger", "list"],
            vec!["ledger", "add", "b", "--owner", "M"],
            vec!["ledger", "revoke", "app"],
            vec!["scan"],
            vec!["takeover"],
        ] {
            let ran = tree.run_with(&arguments, client_secret(2).as_bytes());
            assert_eq!(ran.code, 2, "{arguments:?}: {ran:?}");
            assert!(ran.err.contains(LEDGER) && ran.err.contains(place), "{arguments:?} {place}: {ran:?}");
            assert_eq!(tree.read(LEDGER), text);
        }
    }
    assert_eq!(std::fs::read_dir(tree.path()).unwrap().count(), 1, "nothing unfinished lies about");
}

#[test]
fn a_clock_that_goes_backwards_changes_nothing() {
    let tree = Tree::new();
    done(&tree, "2026-06-05", &["add", "app", "--owner", "Mika"], &client_secret(1));
    let before = tree.read(LEDGER);
    for arguments in [vec!["rotate", "app"], vec!["revoke", "app"]] {
        let ran = on(&tree, "2020-01-01", &arguments, &client_secret(2));
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains("clock-behind-ledger") && ran.err.contains("2026-06-05"), "{ran:?}");
        assert_eq!(tree.read(LEDGER), before);
    }
    assert_eq!(due(&tree, "2020-01-01"), (vec!["app clock-behind-ledger info".to_owned()], 0));
    // With the day given the clock does not matter.
    done(&tree, "2020-01-01", &["rotate", "app", "--on", "2026-06-06"], &client_secret(2));
}

#[test]
fn without_a_ledger_there_is_nothing_to_check() {
    let tree = Tree::new();
    for command in ["check", "list"] {
        let ran = on(&tree, "2026-01-05", &[command], "");
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("kagiban ledger add"), "{ran:?}");
    }
}

#[test]
fn lists_are_for_people_programs_and_spreadsheets() {
    let tree = Tree::new();
    done(
        &tree,
        "2026-01-05",
        &["add", "app", "--owner", "=Mika", "--kept-in", "1Password", "--rotate-by", "2026-03-01"],
        &client_secret(1),
    );
    let human = on(&tree, "2026-01-05", &["list"], "").out;
    assert!(human.contains("app (lwa-client-secret)") && human.contains("rotate by 2026-03-01"), "{human}");
    let japanese = on(&tree, "2026-03-05", &["check", "--lang", "ja"], "").out;
    assert!(japanese.contains("更新期限 2026-03-01 を 4 日過ぎています"), "{japanese}");
    let rows = on(&tree, "2026-01-05", &["list", "--format", "csv"], "").out;
    assert!(rows.contains("'=Mika"), "{rows}");
    let never = on(&tree, "2026-03-05", &["check", "--fail-on", "never"], "");
    assert_eq!(never.code, 0);
}
