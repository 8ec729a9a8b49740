use super::super::tests::has_all;

#[test]
fn blocks_are_values() {
    has_all(&[
        ("key: |\n  v4lu3\n  more\nx: 1\n", "key", "v4lu3\nmore"),
        ("key: >-\n  v4lu3\n\nx: 1\n", "key", "v4lu3"),
        (
            "base64_string: |\n  QUJDREVGR0hJSktMTU5P\n  UFFSU1RVVldYWVoxMjM0\n  NTY=\nx: 1",
            "base64_string",
            "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY=",
        ),
        ("a:\n  - key: |\n      v4lu3\n    x: 1\n", "key", "v4lu3"),
        ("key: !!binary |\n  djRsdTM=\n", "key", "djRsdTM="),
        ("   smtp: xJo1Ff  key: |\n  v4lu3\nx: 1\n", "key", "v4lu3"),
        ("data:\n  .env: |\n    A=v4lu3-a\n", "A", "v4lu3-a"),
    ]);
}
