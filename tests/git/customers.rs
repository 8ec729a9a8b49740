//! Buyers' data in history: every version is judged, what programs do only in HEAD's tree.

use kagiban::rules::sample;

use super::sandbox::{Sandbox, has_tag};

fn report(seed: u64) -> String {
    let head = "order-id\tbuyer-email\tbuyer-name\trecipient-name\tship-address-1\tship-service-level\n";
    let shape = "{order}\t{alias}@marketplace.amazon.com\t{name}\t{name}\t{street}\tStandard\n";
    format!("{head}{}{}", sample(shape, seed), sample(shape, seed + 1))
}

const PRINTS: &str = "from sp_api.api import Orders\nprint(order['BuyerInfo']['BuyerEmail'])\n";

#[test]
fn a_report_that_was_removed_is_found_in_history() {
    let repo = Sandbox::new();
    repo.commit("reports/orders.txt", report(1));
    repo.commit("old.py", PRINTS);
    repo.git(&["rm", "-q", "reports/orders.txt", "old.py"]);
    repo.git(&["commit", "-qm", "Remove them"]);
    repo.commit("new.py", PRINTS);
    let now = repo.kagiban(&[]);
    let rules = |outcome: &super::sandbox::Outcome| -> Vec<(String, String)> {
        let one = |finding: &serde_json::Value| {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            (text(&finding["rule"]), text(&finding["location"]["path"]))
        };
        let mut all: Vec<_> =
            outcome.findings().iter().filter(|f| f["family"] == "customer-data").map(one).collect();
        all.sort();
        all
    };
    let found = |rule: &str, path: &str| (rule.to_owned(), path.to_owned());
    assert_eq!(rules(&now), [found("customer-data-logged", "new.py")]);
    let history = repo.kagiban(&["--history"]);
    let wanted = [
        found("buyer-email", "reports/orders.txt"),
        found("customer-data-logged", "new.py"),
        found("order-report", "reports/orders.txt"),
    ];
    assert_eq!(rules(&history), wanted);
    let of_report = history.findings().iter().find(|finding| finding["rule"] == "order-report").unwrap();
    assert!(has_tag(of_report, "history-only"), "{of_report:#}");
}

#[test]
fn a_staged_report_counts_once() {
    let repo = Sandbox::new();
    repo.commit("old.txt", report(1));
    repo.write("old.txt", report(7));
    repo.write("new.txt", report(3));
    repo.git(&["add", "-A"]);
    let outcome = repo.kagiban(&["--staged", "--only", "order-report"]);
    let counts: Vec<(String, bool)> = outcome
        .findings()
        .iter()
        .map(|finding| {
            (finding["location"]["path"].as_str().unwrap().to_owned(), !has_tag(finding, "already-there"))
        })
        .collect();
    assert_eq!(counts, [("new.txt".to_owned(), true), ("old.txt".to_owned(), false)]);
}
