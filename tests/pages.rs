//! Pages in a real browser: nothing of a hostile tree runs, everything fits, 5,000 findings open at once.
//!
//! `cargo test --features browser --test pages` where `chromium` is on the path; without the feature
//! only sizes are judged. `KAGIBAN_PAGES=FOLDER` keeps the pages there.

#[path = "pages/made.rs"]
mod made;

use kagiban::lang::Lang;
use kagiban::report::{Context, reporter_named};

/// Writes the page of this many findings.
fn page(count: usize, lang: Lang) -> String {
    let (rules, report) = made::report(count);
    let context = Context { catalogue: rules.catalogue(), lang, width: None, color: false, links: None };
    let mut out = Vec::new();
    let html = reporter_named("html").expect("there is such a format");
    html.write(&report, &context, &mut out).expect("memory takes it");
    let text = String::from_utf8(out).expect("a page is text");
    assert_eq!(text.matches("<tr data-part").count(), count.min(report.findings().len()));
    text
}

#[test]
fn five_thousand_findings_are_less_than_three_megabytes() {
    let text = page(5_000, Lang::Ja);
    assert!(text.len() < 3_000_000, "{} bytes", text.len());
    assert!(text.contains("&lt;script&gt;document.title") && !text.contains("<script>document.title"));
}

#[cfg(feature = "browser")]
#[expect(clippy::unwrap_used, reason = "a test whose browser says nothing ends")]
mod browser {
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use super::{Lang, page};

    /// Measures a page from within: added behind it, as its own policy lets no foreign script run.
    const PROBE: &str = "<script>addEventListener('load',function(){setTimeout(function(){\
        var wide=Array.prototype.filter.call(document.querySelectorAll('main *, header *'),function(e){\
          var box=e.getBoundingClientRect();\
          return box.width&&box.right>innerWidth+1&&!e.closest('.wide,pre,svg');}).length;\
        var time=performance.getEntriesByType('navigation')[0];\
        document.body.setAttribute('data-probe',[document.title,wide,document.documentElement.scrollWidth-innerWidth,\
          Math.round(time.loadEventEnd),document.querySelectorAll('[data-part]').length].join('|'));},50)})</script>";

    struct Probe {
        title: String,
        too_wide: usize,
        scrolls_by: i64,
        loaded_ms: u64,
        parts: usize,
    }

    /// Opens a page and lets it say how it looks.
    fn probed(path: &Path, text: &str, width: u32) -> Probe {
        let policy = text.find("script-src ").expect("there is a policy");
        let (before, after) = text.split_at(policy + "script-src ".len());
        // The page's own hash would make the browser ignore `unsafe-inline`; that of its style stays.
        let after = after.replacen("'sha256-", "'none-", 1);
        std::fs::write(path, format!("{before}'unsafe-inline' {after}{PROBE}")).unwrap();
        let dom = chromium(
            &["--dump-dom", "--virtual-time-budget=5000", &format!("--window-size={width},900")],
            path,
        );
        let probe = dom
            .split("data-probe=\"")
            .nth(1)
            .unwrap_or_else(|| panic!("the page says nothing: {}", dom.len()));
        let mut parts = probe.split('"').next().unwrap().split('|');
        let mut next = || parts.next().unwrap().to_owned();
        Probe {
            title: next(),
            too_wide: next().parse().unwrap(),
            scrolls_by: next().parse().unwrap(),
            loaded_ms: next().parse().unwrap(),
            parts: next().parse().unwrap(),
        }
    }

    fn chromium(arguments: &[&str], page: &Path) -> String {
        let profile = tempfile::tempdir().unwrap();
        let output = Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(arguments)
            .arg(format!("file://{}", page.display()))
            .output()
            .expect("chromium is installed: `.ci/run` says how");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let scratch = tempfile::tempdir().unwrap();
        let folder =
            std::env::var_os("KAGIBAN_PAGES").map_or_else(|| scratch.path().to_path_buf(), PathBuf::from);
        (scratch, folder)
    }

    #[test]
    fn pages_fit_every_width_and_nothing_of_the_tree_runs() {
        let (_scratch, folder) = folder();
        for lang in Lang::ALL {
            for count in [0, 1, 300] {
                let text = page(count, lang);
                for width in [1_280, 500] {
                    let path = folder.join(format!("probe-{count}-{}-{width}.html", lang.as_str()));
                    let probe = probed(&path, &text, width);
                    assert!(probe.title.contains("Kagiban"), "{}", probe.title);
                    assert_eq!((probe.too_wide, probe.scrolls_by), (0, 0), "{count} {width}");
                }
            }
        }
    }

    #[test]
    fn five_thousand_findings_open_at_once() {
        let (_scratch, folder) = folder();
        let probe = probed(&folder.join("many.html"), &page(5_000, Lang::Ja), 1_280);
        println!("loaded in {} ms, {} parts", probe.loaded_ms, probe.parts);
        assert!(probe.parts >= 5_000);
    }

    /// Prints a page as a PDF of this name.
    fn printed(folder: &Path, name: &str, text: &str) -> Vec<u8> {
        let path = folder.join(format!("{name}.html"));
        std::fs::write(&path, text).unwrap();
        let pdf = folder.join(format!("{name}.pdf"));
        chromium(&[&format!("--print-to-pdf={}", pdf.display()), "--no-pdf-header-footer"], &path);
        let bytes = std::fs::read(&pdf).unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
        bytes
    }

    #[test]
    fn what_is_folded_on_the_screen_is_there_on_paper() {
        let (_scratch, folder) = folder();
        let sheets = |bytes: &[u8]| String::from_utf8_lossy(bytes).matches("/Type /Page\n").count();
        let text = page(30, Lang::Ja);
        let folded = sheets(&printed(&folder, "folded", &text));
        let open = sheets(&printed(&folder, "open", &text.replace("<details>", "<details open>")));
        let without = sheets(&printed(&folder, "without", &text.replace("<details>", "<details hidden>")));
        assert_eq!(folded, open);
        assert!(without < open, "{without} sheets without what is folded, {open} with it");
    }

    #[test]
    fn the_page_prints_on_paper() {
        let (_scratch, folder) = folder();
        let bytes = printed(&folder, "print", &page(12, Lang::Ja));
        // A4 in points.
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("/MediaBox [0 0 59") && text.contains(" 84"), "not A4");
    }
}
