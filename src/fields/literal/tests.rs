use super::super::tests::has;
use super::unescape;

#[test]
fn literals_are_joined() {
    for (text, value) in [
        ("x = \"v4\" + \"lu3\"", "v4lu3"),
        ("x = \"v4\" +\n    \"lu3\";", "v4lu3"),
        ("x = \"v4\"\n    + \"lu3\";", "v4lu3"),
        ("$x = 'v4' . 'lu3';", "v4lu3"),
        ("x = \"v4\" .. \"lu3\"", "v4lu3"),
        ("x = \"v4\" & _\n  \"lu3\"", "v4lu3"),
        ("x = \"v4\" & \"lu3\"", "v4lu3"),
        ("x = \"v4\" \"lu3\"", "v4lu3"),
        ("x = \"v4\" \\\n \"lu3\"", "v4lu3"),
        ("x := 'v4' || 'lu3'", "v4lu3"),
        ("x = (\n  \"v4\"\n  \"lu3\"\n)", "v4lu3"),
        ("x = \"v4\"'lu3'", "v4lu3"),
        ("x = \"v4\\\nlu3\"", "v4lu3"),
        ("x = @\"v4\"\"lu3\"", "v4\"lu3"),
        ("x = @\"v4\\lu3\"", "v4\\lu3"),
        ("x = r\"v4\\nlu3\"", "v4\\nlu3"),
        ("x = r#\"v4\"lu3\"#", "v4\"lu3"),
        ("x = b'v4lu3'", "v4lu3"),
        ("x = f\"v4lu3\"", "v4lu3"),
        ("x = \"\"\"v4\nlu3\"\"\"", "v4\nlu3"),
        ("x = `v4lu3`", "v4lu3"),
        ("x = 'v4\\'lu3'", "v4'lu3"),
        ("x = \"v4\\x7clu3\"", "v4|lu3"),
        ("x = \"v4\\|lu3\"", "v4|lu3"),
        ("x = \"v4\\174lu3\"", "v4|lu3"),
        ("x = \"v4\" + y + \"lu3\"", "v4"),
    ] {
        has(text, "x", value);
    }
}

#[test]
fn the_next_name_is_not_joined() {
    has("x = \"v4lu3\"\n\"y\" = \"z1\"", "x", "v4lu3");
    has("{\"x\": \"v4lu3\"\n \"y\": \"z1\"}", "x", "v4lu3");
}

#[test]
fn escapes_are_undone() {
    for (raw, plain) in [
        ("a\\n\\t\\\"b", "a\n\t\"b"),
        ("\\u007c\\u{7c}\\x7C\\U0000007c", "||||"),
        ("\\ud83d\\ude00", "😀"),
        ("\\u00", "\\u00"),
        ("\\ud83d", "\\ud83d"),
        ("\\", "\\"),
        ("\\q\\/", "\\q/"),
    ] {
        assert_eq!(unescape(raw), plain);
    }
}
