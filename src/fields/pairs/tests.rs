use super::super::tests::{field, has, has_none};
use crate::model::Syntax;

#[test]
fn objects_of_name_and_value_are_pairs() {
    for (text, name, value) in [
        (
            "{\"key\": \"refresh_token\", \"value\": \"v4lu3-a\", \"type\": \"secret\"}",
            "refresh_token",
            "v4lu3-a",
        ),
        ("{\"value\": \"v4lu3-a\", \"name\": \"refresh_token\"}", "refresh_token", "v4lu3-a"),
        ("{\"ParameterKey\": \"Secret\", \"ParameterValue\": \"v4lu3-a\"}", "Secret", "v4lu3-a"),
        ("{\n  \"id\": \"x1\",\n  \"key\": \"secret\",\n  \"value\": \"v4lu3-a\"\n}", "secret", "v4lu3-a"),
        ("env:\n- name: SECRET\n  value: v4lu3-a\n", "SECRET", "v4lu3-a"),
        ("  env:\n    - name: SECRET\n      value: \"v4lu3-a\"\n    - name: OTHER\n", "SECRET", "v4lu3-a"),
        ("['name' => 'secret', 'value' => 'v4lu3-a']", "secret", "v4lu3-a"),
        ("{ name: 'secret', value: 'v4lu3-a' }", "secret", "v4lu3-a"),
        ("env {\n  name = \"SECRET\"\n  value = \"v4lu3-a\"\n}", "SECRET", "v4lu3-a"),
        (
            "[{\"name\":\"a\",\"value\":\"b1\"},{\"name\":\"secret\",\"value\":\"v4lu3-a\"}]",
            "secret",
            "v4lu3-a",
        ),
    ] {
        has(text, name, value);
        assert!(super::super::read(text, None).iter().any(|f| f.name == name && f.syntax == Syntax::Pair));
    }
    assert!(field("{\"name\":\"n\",\"value\":\"v4\"}", "n", "v4").quoted);
}

#[test]
fn halves_of_different_objects_are_no_pair() {
    has_none("[{\"name\": \"a\"}, {\"value\": \"v4lu3\"}]", "a");
    has_none("- name: aa\n  x: y\n- name: bb\n- value: v4lu3\n", "bb");
}
