use super::super::tests::{field, has, has_none};

#[test]
fn labels_of_several_words_begin_where_names_begin() {
    has("\"AWS Secret Access Key: v4lu3-a\"", "AWS Secret Access Key", "v4lu3-a");
    has("| Client Secret: v4lu3-a |", "Client Secret", "v4lu3-a");
    has("// LWA Client Secret = v4lu3-a", "LWA Client Secret", "v4lu3-a");
    has_none("Database password: v4lu3-a", "password");
    has_none(&format!("{}=v4lu3", "a".repeat(200)), &"a".repeat(120));
}

#[test]
fn a_prefix_is_scope() {
    assert_eq!(field("config.client_secret = 'v4lu3-a'", "client_secret", "v4lu3-a").scope, "config");
    assert_eq!(field("self.client_secret = 'v4lu3-a'", "client_secret", "v4lu3-a").scope, "");
}
