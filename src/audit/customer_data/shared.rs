//! `link-shared-sheet`: order data in a sheet or file that whoever has the link can open.

use std::sync::LazyLock;

use regex::Regex;

use super::{amazon, is_text_for_people};
use crate::audit::pattern::pattern_in_any_case;
use crate::audit::{DocumentAudit, Fault, Noted, Page, Wants};
use crate::model::{Confidence, ContextKind, Evidence, Span, run_masked};

pub(super) struct LinkSharedSheet;

/// A file of Google's that is opened to anybody.
static SHEET: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r#"(?x)setsharing\(\s*(?:[\w.]*\.)?["']?anyone(?:_with_link)?\b
          | \bshare\(\s*(?:none|null|nil|''|"")\s*,
          | \bperm_?type["']?\s*[=:]>?\s*["']anyone["']
          | ["']?\btype["']?\s*(?:=>|[:=])\s*["']anyone["']
          | \bset_?type\(\s*["']anyone["']"#,
    )
});
/// A file of another service, or of a bucket, that is opened to anybody.
static FILE: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r#"(?x)\bacl["']?\s*(?:=>|[:=])\s*["']public-read | --acl[\ =]["']?public-read | cannedaccesscontrollist\.publicread
          | objectcannedacl\.public_?read | cannedacl[.:]+public_?read | predefined_?acl["']?\s*[:=]\s*["']public_?read
          | \bmake_?public\(\) | sharing_?create_?shared_?link | ["']?scope["']?\s*[:=]\s*["']anonymous["']"#,
    )
});
/// What says that buyers are in it.
static BUYERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"buyer|recipient_?name|ship(?:ping|_?to)?[-_]?address|delivery_?address|order_?(?:report_?)?data_?shipping|購入者|お?届け先|送付先|注文者|氏名|住所",
    )
});
/// What says that orders are.
static ORDERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"\bget_?orders?\b|list_?orders|search_?orders|amazon_?orders?|order_?report|orders?/v0|/orders/20|orders?_?sheet|注文",
    )
});
/// Lines around an opened file in which it says what is in it.
const REACH_LINES: usize = 25;

impl DocumentAudit for LinkSharedSheet {
    fn rule(&self) -> &'static str {
        "link-shared-sheet"
    }

    fn wants(&self) -> Wants {
        Wants::words_anywhere(&[
            "setsharing",
            "perm_type",
            "permtype",
            "anyone",
            ".share(",
            "public-read",
            "publicread",
            "public_read",
            "makepublic",
            "make_public",
            "sharedlink",
            "shared_link",
            "anonymous",
        ])
    }

    fn judges_every_version(&self) -> bool {
        true
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let is_amazons = page.context.proof(ContextKind::Seller).is_some() || amazon::of_orders(page);
        if !is_amazons || is_text_for_people(page.path()) {
            return;
        }
        let sheets = SHEET.find_iter(page.text).map(|found| (found, true));
        let files = FILE.find_iter(page.text).map(|found| (found, false));
        for (found, is_sheet) in sheets.chain(files) {
            let at = Span::new(found.start(), found.end());
            if is_remark(page, at) || !page.window.owns(at.start) || !is_opened(page, at, is_sheet) {
                continue;
            }
            // A sheet is made in one function and shared in another; a bucket holds pictures too.
            let near = if is_sheet { page.text } else { around(page, at) };
            let confidence = match (BUYERS.is_match(near), ORDERS.is_match(near)) {
                (true, _) => Confidence::High,
                (false, true) => Confidence::Medium,
                (false, false) => continue,
            };
            let what = if is_sheet { "sheet" } else { "file" };
            let how = at_most(page.text.get(at.start..at.end).unwrap_or_default());
            let evidence = Evidence { kind: "link-sharing", text: run_masked(how), weight: 0 };
            noted.fault(at, Fault::of([what]).with([evidence]).confidence(confidence));
            return;
        }
    }
}

fn at_most(text: &str) -> &str {
    text.get(..text.floor_char_boundary(60)).unwrap_or(text).trim()
}

fn around<'p>(page: &Page<'p>, at: Span) -> &'p str {
    let lines = page.lines_near(at, REACH_LINES);
    let (from, to) = (page.line(lines.start).1.start, page.line(lines.end.saturating_sub(1)).1.end);
    page.text.get(from..to).unwrap_or_default()
}

fn is_remark(page: &Page<'_>, at: Span) -> bool {
    let (line, span) = page.line(page.lines().line_of(at.start));
    let before = line.get(..at.start - span.start).unwrap_or_default().trim_start();
    ["//", "#", "*", "--", "'"].iter().any(|mark| before.starts_with(mark))
}

/// `type: "anyone"` and an empty name open something where permissions are given.
fn is_opened(page: &Page<'_>, at: Span, is_sheet: bool) -> bool {
    let found = page.folded.get(at.start..at.end).unwrap_or_default();
    if !is_sheet && !found.contains("anonymous") || found.contains("setsharing") || found.contains("perm") {
        return true;
    }
    let near = around(page, at).to_ascii_lowercase();
    if found.starts_with("share(") {
        return near.contains("role")
            || near.contains("perm_type")
            || near.contains("reader")
            || near.contains("writer");
    }
    near.contains("permission") || near.contains("createlink") || near.contains("drive")
}
