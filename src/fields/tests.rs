use proptest::prelude::*;

use super::{header, read};
use crate::model::Field;

/// Asserts that a text has a field.
#[track_caller]
pub(super) fn has(text: &str, name: &str, value: &str) {
    let fields = read(text, None);
    let short: Vec<_> = fields.iter().map(|f| (&*f.name, &*f.value, f.syntax)).collect();
    assert!(
        fields.iter().any(|f| f.name == name && f.value == value),
        "{name:?} = {value:?} not in {text:?}:\n{short:#?}"
    );
}

/// Asserts that each text has its field, and shows all that have not.
#[track_caller]
pub(super) fn has_all(cases: &[(&str, &str, &str)]) {
    let mut missing = String::new();
    for (text, name, value) in cases {
        let fields = read(text, None);
        if !fields.iter().any(|f| f.name == *name && f.value == *value) {
            let short: Vec<_> = fields.iter().map(|f| (&*f.name, &*f.value, f.syntax)).collect();
            missing += &format!("{name:?} = {value:?} not in {text:?}: {short:?}\n");
        }
    }
    assert!(missing.is_empty(), "{missing}");
}

/// Asserts that a text has no field of a name.
#[track_caller]
pub(super) fn has_none(text: &str, name: &str) {
    let fields = read(text, None);
    let found = fields.iter().find(|f| f.name == name);
    assert!(found.is_none(), "{text:?} has {found:?}");
}

/// Returns the field of a name and a value.
#[track_caller]
pub(super) fn field<'a>(text: &'a str, name: &str, value: &str) -> Field<'a> {
    has(text, name, value);
    read(text, None).into_iter().find(|f| f.name == name && f.value == value).unwrap()
}

const SHAPES: &[&str] = &[
    "client_secret = \"v4lu3-a\" + \"b\\u007c\\\n\";\n",
    "Client Secret：v4lu3-a（予備）\n",
    "<add key=\"n\" value=\"v4lu3&amp;\"/><key>a</key><string>b</string>",
    "<th>n</th><td>v4lu3</td><dt>a</dt><dd>b</dd><![CDATA[x]]>",
    "https://h/?a=b&amp;c=%257Cv4lu3&d=%7C\n",
    "Cookie: a=b; c=\"d\"; e=f\n",
    "{\"name\": \"n\", \"value\": \"v4lu3\"}, ",
    "| a | b |\n|---|---|\n| c | v4lu3\\|x |\n",
    "\"a\",\"b\"\n\"c\"\"\",\"d\ne\"\n",
    "h\tTRUE\t/\tFALSE\t0\tn\tv4lu3\n",
    "k: |\n  QUJDREVGR0hJSktMTU5P\n  QUJDREVGR0hJSktMTU5P\n",
    "- name: N\n  value: V\n  list:\n  - v4lu3\n",
    "【パスワード】　v4lu3『あ』「い」“q” ‘r’\n",
    "x --client-secret v4lu3 -Name \"v\" \\\n b -> \"c\"\n",
    "f(\"name\", 'v4lu3', r#\"x\"#, @\"a\"\"b\", \"\"\"c\"\"\")",
    "## Client Secret\n\n`v4lu3-label`\n",
    "[section]\n$s['X']['k'] ??= env('X', 'v');\n",
    "let x: Option<&'a str> = Some(`t`);\r\n",
    "\u{feff}\u{0}\u{a0}\u{10ffff}é: é=＝：",
    "{{{[[((('''\"\"\"```<<<&&&==::--||\\\\\\x7\\u{}",
];

fn sound(text: &str) {
    let fields = read(text, None);
    let lent = vec!["a".to_owned(), "b".to_owned()];
    let _ = read(text, Some(&lent));
    let _ = header(text, None);
    let mut last = 0;
    for field in &fields {
        assert!(field.value_span.start >= last, "out of order");
        last = field.value_span.start;
        assert!(!field.value.is_empty() && !field.name.is_empty());
        assert!(field.name.len() <= super::NAME_BYTES);
        assert!(field.value.len() <= super::VALUE_BYTES);
        assert!(text.get(field.value_span.start..field.value_span.end).is_some(), "{field:?}");
        assert!(text.get(field.name_span.start..field.name_span.end).is_some(), "{field:?}");
    }
    for pair in fields.windows(2) {
        assert!(pair[0].value_span != pair[1].value_span || pair[0].name != pair[1].name);
    }
}

#[test]
fn shapes_cut_anywhere_are_read() {
    for shape in SHAPES {
        for (at, _) in shape.char_indices() {
            let (head, tail) = shape.split_at(at);
            sound(head);
            sound(tail);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        sound(&text);
    }

    #[test]
    fn any_marks_are_read(text in "[a-zA-Z0-9 \\n\\t\"'`=:;,.<>/&|%(){}\\[\\]\\\\*_#+$@!?~^\\-：＝「」　あé-]{0,160}") {
        sound(&text);
    }

    #[test]
    fn mixed_and_cut_shapes_are_read(
        parts in prop::collection::vec((0..SHAPES.len(), 0usize..80, 0usize..80), 1..8)
    ) {
        let mut text = String::new();
        for (shape, from, to) in parts {
            let shape = SHAPES[shape];
            let from = shape.floor_char_boundary(from);
            let to = shape.floor_char_boundary(from + to);
            text.push_str(shape.get(from..to).unwrap());
        }
        sound(&text);
    }
}

/// Hostile texts cost no more than their length is worth: each is 1 MiB of one opening.
#[test]
fn hostile_texts_end() {
    for unit in [
        "=\"",
        "='",
        "a=",
        "a:b",
        "a: |\n",
        "=r#\"",
        ": 「",
        "(\"a\"",
        "a=b&",
        "<a",
        "<a b=\"",
        "[",
        "{\"",
        "a=\"\\\"",
        "\"a\" ",
        "a,b\n",
        "|a",
        "a = (",
        "--a ",
        " - ",
        "a a ",
        "cookie: a=",
        "\"\"\"",
        "x=@\"\"",
        "a: b: ",
        "あ：",
        "<![CDATA[",
        "- ",
        "=\"a\"+",
        "a <<< ",
        "echo a | ",
        "{{a, ",
        "(\"a\").val = ",
        "insert into t (a, ",
        "insert into t (secret_key) values ('a'), ",
        "create table t (a ",
        "copy t (secret_key) from ",
        "s:1:\"a",
        " is a1b2c3",
        "「a1b2c3",
        "a@b / c1d2e3",
        "v \"a\" {",
        "'a', with: ",
        "\"\n",
        "a,\"\n",
        "?a=",
        "&amp;",
        "x: 'a' ",
        "f(a, ",
        "a=${",
        "\\",
        "：「",
        "](",
        "\t",
    ] {
        let text = unit.repeat((1 << 18) / unit.len());
        let begun = std::time::Instant::now();
        let fields = read(&text, None);
        let took = begun.elapsed();
        assert!(took.as_secs() < 20, "{unit:?} took {took:?} for {} fields", fields.len());
        eprintln!("{unit:?} {took:?} {}", fields.len());
    }
}
