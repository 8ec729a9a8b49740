//! Cases that are data: arguments, output, exit code.

#[test]
fn cases_hold() {
    trycmd::TestCases::new()
        .env("LANG", "C.UTF-8")
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .case("tests/cli/cases/*.toml");
}
