//! Cases that are data: arguments, output, exit code.
//!
//! `TRYCMD=overwrite cargo test --test cli cases` writes what the program says now.

#[test]
fn cases_hold() {
    trycmd::TestCases::new()
        .env("LANG", "C.UTF-8")
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .case("tests/cli/cases/*.toml");
}
