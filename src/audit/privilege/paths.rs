//! What the path of a document says of the rights in it.

/// Folders and names of what is there to be tested, or was made by a machine.
const LEFT_OUT: [&str; 16] = [
    ".test.",
    ".spec.",
    "__tests__/",
    "_test.",
    "/test_",
    "tests/",
    "test/",
    "fixtures/",
    "testdata/",
    "__snapshots__/",
    "cdk.out/",
    "node_modules/",
    ".terraform/",
    "site-packages/",
    ".serverless/",
    "botocore/data/",
];

/// Tells whether a path in lower case is that of a test, or of what a machine made.
pub(super) fn is_left_out(path: &str) -> bool {
    LEFT_OUT.iter().any(|part| match part.ends_with('/') && !part.starts_with('/') {
        true => path.match_indices(part).any(|(at, _)| at == 0 || path.as_bytes().get(at - 1) == Some(&b'/')),
        false => path.contains(part),
    })
}

/// Tells whether a path in lower case is that of a text for people.
pub(super) fn is_for_people(path: &str) -> bool {
    [".md", ".mdx", ".rst", ".txt", ".adoc"].iter().any(|ending| path.ends_with(ending))
}
