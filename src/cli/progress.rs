//! How far the audit is, on standard error, where somebody is looking and it takes a while.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::fleet::FleetProgress;
use crate::lang::{grouped, size};
use crate::report::terminal::visible;
use crate::scan::Progress;

/// Work shorter than this shows nothing.
const QUIET: Duration = Duration::from_millis(500);
const REFRESH: Duration = Duration::from_millis(100);

/// Runs `work` and shows how far it is when `wanted` and standard error is a terminal.
pub(super) fn shown<T>(wanted: bool, progress: &Progress, work: impl FnOnce() -> T) -> T {
    let said = || {
        let (files, bytes) = progress.so_far();
        format!("{} · {}", grouped(files), size(bytes))
    };
    shown_as(wanted, &said, work)
}

/// The same for many repositories.
pub(super) fn shown_of_fleet<T>(wanted: bool, progress: &FleetProgress, work: impl FnOnce() -> T) -> T {
    let said = || {
        let ((done, total), (files, bytes, running)) = (progress.repositories(), progress.so_far());
        let running = running.map(|at| format!(" · {}", visible(&at))).unwrap_or_default();
        format!("{done}/{total} · {} · {}{running}", grouped(files), size(bytes))
    };
    shown_as(wanted, &said, work)
}

fn shown_as<T>(wanted: bool, said: &(dyn Fn() -> String + Sync), work: impl FnOnce() -> T) -> T {
    if !wanted || !std::io::stderr().is_terminal() {
        return work();
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let shower = scope.spawn(|| show_until(&done, said));
        let result = work();
        done.store(true, Ordering::Release);
        shower.thread().unpark();
        result
    })
}

fn show_until(done: &AtomicBool, said: &dyn Fn() -> String) {
    let began = Instant::now();
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    while !done.load(Ordering::Acquire) {
        std::thread::park_timeout(REFRESH);
        if began.elapsed() >= QUIET {
            bar.set_message(said());
            bar.tick();
        }
    }
    bar.finish_and_clear();
}
