//! How far the audit is, on standard error, where somebody is looking and it takes a while.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::lang::{grouped, size};
use crate::scan::Progress;

/// Work shorter than this shows nothing.
const QUIET: Duration = Duration::from_millis(500);
const REFRESH: Duration = Duration::from_millis(100);

/// Runs `work` and shows how far it is when `wanted` and standard error is a terminal.
pub(super) fn shown<T>(wanted: bool, progress: &Progress, work: impl FnOnce() -> T) -> T {
    if !wanted || !std::io::stderr().is_terminal() {
        return work();
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let shower = scope.spawn(|| show_until(&done, progress));
        let result = work();
        done.store(true, Ordering::Release);
        shower.thread().unpark();
        result
    })
}

fn show_until(done: &AtomicBool, progress: &Progress) {
    let began = Instant::now();
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    while !done.load(Ordering::Acquire) {
        std::thread::park_timeout(REFRESH);
        if began.elapsed() >= QUIET {
            let (files, bytes) = progress.so_far();
            bar.set_message(format!("{} · {}", grouped(files), size(bytes)));
            bar.tick();
        }
    }
    bar.finish_and_clear();
}
