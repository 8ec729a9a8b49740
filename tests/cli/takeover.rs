//! `kagiban takeover`: the report that goes with a project.

use kagiban::rules::sample;

use crate::tree::{NOW, Tree, client_id, client_secret, refresh_token};

fn project() -> (Tree, Vec<String>) {
    let tree = Tree::new();
    let (secret, old) = (client_secret(1), client_secret(2));
    let (token, access) = (refresh_token(1), sample("Atza|IwEBI{b64url:343}", 1));
    tree.write(
        ".env",
        format!("LWA_CLIENT_ID={}\nLWA_CLIENT_SECRET={secret}\nREFRESH_TOKEN={token}\n", client_id(1)),
    )
    .write("old.env", format!("LWA_CLIENT_SECRET={old}\n"))
    .write("run.log", format!("x-amz-access-token: {access}\n"));
    let ledger = |arguments: &[&str], value: &str, day: &str| {
        let ran = tree.run_with(&[&["ledger"], arguments, &["--now", day]].concat(), value.as_bytes());
        assert_eq!(ran.code, 0, "{ran:?}");
    };
    ledger(&["add", "orders-app", "--owner", "Mika"], &old, "2026-02-01");
    ledger(&["rotate", "orders-app"], &secret, "2026-08-01");
    ledger(&["share", "orders-app", "Ken", "--until", "2026-09-30"], "", "2026-08-02");
    (tree, vec![secret, old, token, access])
}

#[test]
fn what_has_to_be_replaced_comes_first_and_in_order() {
    let (tree, secrets) = project();
    let ran = tree.run(&["takeover", "--project", "Mika's shop", "--now", NOW]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let page = &ran.out;
    let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("{part}\n{page}"));
    assert!(page.starts_with("# Takeover report on credentials\n"), "{page}");
    assert!(page.contains("Mika's shop"));
    // The client secret before the token; the old secret among the replaced ones; the access token
    // is nothing to replace.
    let (replace, done, ends) =
        (at("## What has to be replaced"), at("## Replaced already"), at("## Ends by itself"));
    assert!(replace < done && done < ends, "{page}");
    let table = &page[replace..done];
    assert!(table.find("client secret").unwrap() < table.find("efresh token").unwrap(), "{table}");
    assert!(table.contains("| Mika, Ken |"), "who knows it: {table}");
    assert!(table.contains("not in the ledger: ask"), "{table}");
    assert!(!table.contains("old.env") && !table.contains("run.log"), "{table}");
    assert!(page[done..ends].contains("`old.env:1:") && page[done..ends].contains("2026-08-01"), "{page}");
    assert!(page[ends..at("## How to replace")].contains("run.log"), "{page}");
    // Who still knows it though the share is over, whom to tell, and a list to sign.
    assert!(page.contains("the share with Ken ended on 2026-09-30"), "{page}");
    assert!(page.contains("Those who know a key: Ken, Mika."), "{page}");
    assert!(page.contains("- [ ] Replaced: "), "{page}");
    assert!(page.contains("Taken over by"), "{page}");
    for secret in secrets {
        assert!(!page.contains(&secret[secret.len() - 24..]));
    }
}

#[test]
fn it_is_written_for_owners_in_their_language() {
    let (tree, secrets) = project();
    for (lang, heading) in [("en", "What has to be replaced"), ("ja", "更新が必要なキー (上から順に)")]
    {
        let page = tree.run(&["takeover", "--lang", lang, "--format", "html", "--now", NOW]).out;
        assert!(page.contains(&format!("<html lang=\"{lang}\">")) && page.contains(heading), "{page}");
        assert!(page.contains("default-src 'none'") && !page.contains("<script"), "{page}");
        assert!(page.contains("☐"));
        for secret in &secrets {
            assert!(!page.contains(&secret[secret.len() - 24..]));
        }
        let again = tree.run(&["takeover", "--lang", lang, "--format", "html", "--now", NOW]).out;
        assert_eq!(page, again);
    }
    let page = tree.run(&["takeover", "--lang", "ja", "--now", NOW]).out;
    for english in ["What ", "Replaced", "Known by", "ledger:"] {
        assert!(!page.contains(english), "{english}\n{page}");
    }
}

#[test]
fn a_project_without_keys_and_without_a_ledger() {
    let tree = Tree::new();
    tree.write("readme.md", "a shop\n");
    let page = tree.run(&["takeover", "--now", NOW]).out;
    assert!(page.contains("No key was found that has to be replaced."), "{page}");
    assert!(page.contains("The project has no ledger"), "{page}");
    assert!(!page.contains("## What has to be replaced"), "{page}");
}

#[test]
fn text_of_the_tree_has_no_meaning_in_the_page() {
    let tree = Tree::new();
    tree.write("a|b<script>/[x](y).env", format!("LWA_CLIENT_SECRET={}\n", client_secret(1)));
    let markdown = tree.run(&["takeover", "--now", NOW, "--project", "<b>|[x](y)"]).out;
    assert!(!markdown.contains("<b>") && !markdown.contains("[x](y)|"), "{markdown}");
    let html = tree.run(&["takeover", "--now", NOW, "--format", "html", "--project", "<b>x"]).out;
    assert!(!html.contains("<b>x") && !html.contains("<script"), "{html}");
}

#[test]
fn a_login_is_known_by_its_place() {
    let tree = Tree::new();
    let password = sample("{alnum:15}7", 1);
    let lines = format!("SELLER_CENTRAL_EMAIL=shop@shop.invalid\nSELLER_CENTRAL_PASSWORD={password}\n");
    tree.write("config/.env", &lines).write("other/.env", &lines);
    let arguments = ["ledger", "add", "login", "--class", "seller-central-login", "--owner", "Mika"];
    let place = ["--path", "./config/.env", "--field", "seller-central-password", "--now", NOW];
    assert_eq!(tree.run(&[&arguments[..], &place].concat()).code, 0);
    let page = tree.run(&["takeover", "--now", NOW]).out;
    let row = |path: &str| page.lines().find(|line| line.starts_with("| ") && line.contains(path)).unwrap();
    assert!(row("config/.env").contains("| Mika |"), "{page}");
    assert!(row("other/.env").contains("not in the ledger"), "{page}");
    assert!(!page.contains(&password) && !tree.read("kagiban-ledger.toml").contains(&password));
    // Nothing of a fingerprint is kept either, since it could be guessed from one.
    assert!(!tree.read("kagiban-ledger.toml").contains("fingerprint"));
}
