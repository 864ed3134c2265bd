//! The transcripts of `tests/cli` and the examples of the README are what the program says.

#[test]
fn transcripts_hold() {
    let cases = trycmd::TestCases::new();
    for program in ["cargo", "git", "cat", "curl", "head", "pbpaste", "ls"] {
        cases.register_bin(program, trycmd::schema::Bin::Ignore);
    }
    cases.env("COLUMNS", "100").case("tests/cli/*.trycmd");
    cases.case("README.md").run();
}
