use super::super::tests::{has_all, has_none};

#[test]
fn labels_name_the_line_below() {
    has_all(&[
        ("Client Secret\nv4lu3-abc\n", "Client Secret", "v4lu3-abc"),
        ("Client Secret:\n\n  v4lu3-abc\n", "Client Secret", "v4lu3-abc"),
        ("## Client Secret\n\n`v4lu3-abc`\n", "Client Secret", "v4lu3-abc"),
        ("## Client Secret\n```\nv4lu3-abc\n```\n", "Client Secret", "v4lu3-abc"),
        ("- **Client Secret**\n  v4lu3-abc", "Client Secret", "v4lu3-abc"),
        ("【クライアントシークレット】\r\nv4lu3-abc\r\n", "クライアントシークレット", "v4lu3-abc"),
        ("秘密キー：\nv4lu3-abc", "秘密キー", "v4lu3-abc"),
        ("> > ■パスワード\n> > v4lu3-abc\n", "パスワード", "v4lu3-abc"),
        ("Password v4lu3-abc!", "Password", "v4lu3-abc!"),
        ("パスワード v4lu3-abc", "パスワード", "v4lu3-abc"),
        ("Client secret v4lu3v4lu3v4lu3v4lu3", "Client secret", "v4lu3v4lu3v4lu3v4lu3"),
        ("ENV LWA_CLIENT_SECRET v4lu3-abc", "LWA_CLIENT_SECRET", "v4lu3-abc"),
        ("setx LWA_CLIENT_SECRET \"v4lu3-abc\" /M", "LWA_CLIENT_SECRET", "v4lu3-abc"),
        ("set -gx LWA_CLIENT_SECRET v4lu3-abc", "LWA_CLIENT_SECRET", "v4lu3-abc"),
        ("set secret \"v4lu3-abc\"", "secret", "v4lu3-abc"),
    ]);
}

#[test]
fn lines_apart_are_no_label_and_value() {
    has_none("Client Secret\n\n\nv4lu3-abc\n", "Client Secret");
    has_none("one word\nanother\n", "one word");
    has_none("else:\n    return\n", "else");
}
