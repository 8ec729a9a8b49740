use super::super::tests::field;

#[test]
fn sections_and_objects_are_scope() {
    for (text, name, value, scope) in [
        ("[amazon]\nsecret = v4lu3", "secret", "v4lu3", "amazon"),
        ("[[a.b]]\nsecret = \"v4lu3\"", "secret", "v4lu3", "a.b"),
        ("{\"lwa\": {\"app\": {\"secret\": \"v4lu3\"}}}", "secret", "v4lu3", "lwa.app"),
        ("{\"lwa\": {\"x\": 1}, \"secret\": \"v4lu3\"}", "secret", "v4lu3", ""),
        ("lwa:\n  app:\n    secret: v4lu3\n", "secret", "v4lu3", "lwa.app"),
        ("lwa:\n  x: 1\nsecret: v4lu3\n", "secret", "v4lu3", ""),
        ("'lwa' => [\n 'secret' => 'v4lu3']", "secret", "v4lu3", "lwa"),
        ("credentials = dict(secret='v4lu3')", "secret", "v4lu3", "credentials"),
        ("var c = new Cred {\n  Secret = \"v4lu3\" }", "Secret", "v4lu3", "c"),
    ] {
        assert_eq!(field(text, name, value).scope, scope, "{text}");
    }
}
