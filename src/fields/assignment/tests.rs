use super::super::tests::{field, has_all, has_none};

#[test]
fn code_of_any_language_is_read() {
    has_all(&[
        ("client_secret = \"v4lu3-a\"", "client_secret", "v4lu3-a"),
        ("clientSecret := 'v4lu3-a'", "clientSecret", "v4lu3-a"),
        ("  const clientSecret = \"v4lu3-a\";", "clientSecret", "v4lu3-a"),
        ("let clientSecret: string = 'v4lu3-a';", "clientSecret", "v4lu3-a"),
        ("const clientSecret: string | undefined = 'v4lu3-a';", "clientSecret", "v4lu3-a"),
        ("pub const SECRET_KEY: &str = \"v4lu3-a\";", "SECRET_KEY", "v4lu3-a"),
        ("pub const SECRET_KEY: &'static str = \"v4lu3-a\";", "SECRET_KEY", "v4lu3-a"),
        ("val clientSecret: String = \"v4lu3-a\"", "clientSecret", "v4lu3-a"),
        ("var clientSecret: String? = \"v4lu3-a\"", "clientSecret", "v4lu3-a"),
        ("const clientSecret string = \"v4lu3-a\"", "clientSecret", "v4lu3-a"),
        ("private static final String SECRET_KEY = \"v4lu3-a\";", "SECRET_KEY", "v4lu3-a"),
        ("NSString *secretKey = @\"v4lu3-a\";", "secretKey", "v4lu3-a"),
        ("Const ClientSecret As String = \"v4lu3-a\"", "ClientSecret", "v4lu3-a"),
        ("Dim clientSecret As String = \"v4lu3-a\"", "clientSecret", "v4lu3-a"),
        ("secret: Optional[str] = \"v4lu3-a\"", "secret", "v4lu3-a"),
        ("DECLARE @secret NVARCHAR(100) = N'v4lu3-a'", "secret", "v4lu3-a"),
        ("my $client_secret = 'v4lu3-a';", "client_secret", "v4lu3-a"),
        ("$store['X']['secretKey'] = 'v4lu3-a';", "secretKey", "v4lu3-a"),
        ("os.environ[\"LWA_CLIENT_SECRET\"] = \"v4lu3-a\"", "LWA_CLIENT_SECRET", "v4lu3-a"),
        ("process.env.LWA_CLIENT_SECRET = 'v4lu3-a'", "LWA_CLIENT_SECRET", "v4lu3-a"),
        ("ENV['LWA_CLIENT_SECRET'] ||= 'v4lu3-a'", "LWA_CLIENT_SECRET", "v4lu3-a"),
        ("headers[:secret_key] = 'v4lu3-a'", "secret_key", "v4lu3-a"),
        ("config.client_secret = \"v4lu3-a\"", "client_secret", "v4lu3-a"),
        ("$this->clientSecret = 'v4lu3-a';", "clientSecret", "v4lu3-a"),
        ("$env:LWA_CLIENT_SECRET = \"v4lu3-a\"", "LWA_CLIENT_SECRET", "v4lu3-a"),
        ("'lwaClientSecret' => 'v4lu3-a',", "lwaClientSecret", "v4lu3-a"),
        (":client_secret => \"v4lu3-a\"", "client_secret", "v4lu3-a"),
        ("  client_secret: 'v4lu3-a',", "client_secret", "v4lu3-a"),
        ("new Configuration([\"lwaClientSecret\" => \"v4lu3-a\"]);", "lwaClientSecret", "v4lu3-a"),
        ("new AmazonCredential{ ClientSecret = \"v4lu3-a\", X = 1 }", "ClientSecret", "v4lu3-a"),
        ("credentials=dict(refresh_token='v4lu3-r', lwa_app_id='x')", "refresh_token", "v4lu3-r"),
        ("credentials=dict(refresh_token='v4lu3-r', lwa_app_id='v4lu3-i')", "lwa_app_id", "v4lu3-i"),
        ("\"name\" -> \"v4lu3-a\"", "name", "v4lu3-a"),
        ("x=process.env.CLIENT_SECRET || 'v4lu3-a'", "x", "v4lu3-a"),
        ("const secret = process.env.CLIENT_SECRET || 'v4lu3-a';", "secret", "v4lu3-a"),
        ("const secret = process.env.CLIENT_SECRET || 'v4lu3-a';", "CLIENT_SECRET", "v4lu3-a"),
        ("secret = ENV.fetch('CLIENT_SECRET', 'v4lu3-a')", "secret", "v4lu3-a"),
        ("secret = SecretStr(\"v4lu3-a\")", "secret", "v4lu3-a"),
        ("'key' => env('AMZN_SPA_LWA_CLIENT_SECRET', 'v4lu3-a'),", "AMZN_SPA_LWA_CLIENT_SECRET", "v4lu3-a"),
        ("const secret =\n    \"v4lu3-a\";", "secret", "v4lu3-a"),
        ("# LWA_CLIENT_SECRET=v4lu3-a", "LWA_CLIENT_SECRET", "v4lu3-a"),
        ("// secret: v4lu3-a", "secret", "v4lu3-a"),
        ("x = 1; secretKey = 'v4lu3-a'", "secretKey", "v4lu3-a"),
        ("secret = expr4;", "secret", "expr4"),
        ("{\"secretKey\":\"v4lu3-a\",\"x\":1}", "secretKey", "v4lu3-a"),
        ("{\"secretKey\" : \"v4lu3\\/a\\u007cb\"}", "secretKey", "v4lu3/a|b"),
        ("{'a': {'secretKey': 'v4lu3-a'}}", "secretKey", "v4lu3-a"),
        ("echo \"x-amz-access-token: Atza|v4lu3\"", "x-amz-access-token", "Atza|v4lu3"),
        ("\"X-Amz-Access-Token\": [\"Atza|v4lu3\"]", "X-Amz-Access-Token", "Atza|v4lu3"),
        ("\"X-Amz-Access-Token\": {\"Atza|v4lu3\"},", "X-Amz-Access-Token", "Atza|v4lu3"),
        ("INSERT x SET option_value='v4lu3-a' WHERE", "option_value", "v4lu3-a"),
    ]);
}

#[test]
fn configuration_is_read() {
    has_all(&[
        ("export LWA_CLIENT_SECRET=v4lu3-a", "LWA_CLIENT_SECRET", "v4lu3-a"),
        ("export LWA_CLIENT_SECRET='v4lu3-a'", "LWA_CLIENT_SECRET", "v4lu3-a"),
        ("set LWA_CLIENT_SECRET=v4lu3-a\r\n", "LWA_CLIENT_SECRET", "v4lu3-a"),
        ("ARG LWA_CLIENT_SECRET=v4lu3-a", "LWA_CLIENT_SECRET", "v4lu3-a"),
        ("ENV LWA_CLIENT_SECRET=v4lu3-a", "LWA_CLIENT_SECRET", "v4lu3-a"),
        ("java -Damazon.secret_key=v4lu3-a -jar x", "secret_key", "v4lu3-a"),
        ("cmake -D name=v4lu3-a", "name", "v4lu3-a"),
        ("PASSWORD=two words # why", "PASSWORD", "two words"),
        ("amazon.lwa.client.secret=v4lu3-a", "secret", "v4lu3-a"),
        ("amazon.lwa.client.secret=v4lu3-a", "amazon.lwa.client.secret", "v4lu3-a"),
        ("ClientSecret=v4lu3=\n", "ClientSecret", "v4lu3="),
        ("client_secret: v4lu3-a # prod", "client_secret", "v4lu3-a"),
        ("name: some words here", "name", "some words here"),
        ("- LWA_CLIENT_SECRET=v4lu3-a", "LWA_CLIENT_SECRET", "v4lu3-a"),
        ("- client_secret: \"v4lu3-a\"", "client_secret", "v4lu3-a"),
        ("X-Amz-Access-Token:\n- Atza|v4lu3-a\n", "X-Amz-Access-Token", "Atza|v4lu3-a"),
        ("h:\n  X-Amz-Access-Token:\n  - Atza|v4lu3-a\n", "X-Amz-Access-Token", "Atza|v4lu3-a"),
        ("password:\n  \"v4lu3-a\"\n", "password", "v4lu3-a"),
        ("environment:\n  CLIENT: ${X:-v4lu3-a}", "X", "v4lu3-a"),
        ("x-amz-access-token:Atza|v4lu3", "x-amz-access-token", "Atza|v4lu3"),
        ("Authorization: Basic djRsdTM6eA==", "Authorization", "Basic djRsdTM6eA=="),
        ("secret = \"v4lu3-cut", "secret", "v4lu3-cut"),
        ("key = \"v4lu3\nmore\"\nx = 1", "key", "v4lu3\nmore"),
        ("key = \"v4lu3\nmore\"\nx = 1", "key", "v4lu3"),
        ("[amazon]\nsecret_key = v4lu3-a", "secret_key", "v4lu3-a"),
        ("variable \"x\" {\n  default = \"v4lu3-a\"\n}", "default", "v4lu3-a"),
    ]);
}

#[test]
fn notes_are_read() {
    has_all(&[
        ("Client Secret: v4lu3-a", "Client Secret", "v4lu3-a"),
        ("* AWS Access Key ID: V4LU3A", "AWS Access Key ID", "V4LU3A"),
        ("1. LWA client secret: v4lu3-a", "LWA client secret", "v4lu3-a"),
        ("- Seller Central password: v4lu3-a", "Seller Central password", "v4lu3-a"),
        ("**Client Secret**: `v4lu3-a`", "Client Secret", "v4lu3-a"),
        ("**Client Secret:** v4lu3-a", "Client Secret", "v4lu3-a"),
        ("`client_secret`: `v4lu3-a`", "client_secret", "v4lu3-a"),
        ("> Secret Access Key = v4lu3-a", "Secret Access Key", "v4lu3-a"),
        ("秘密キー：v4lu3-a", "秘密キー", "v4lu3-a"),
        ("パスワード: v4lu3-a", "パスワード", "v4lu3-a"),
        ("・パスワード：v4lu3-a", "パスワード", "v4lu3-a"),
        ("パスワード＝v4lu3-a", "パスワード", "v4lu3-a"),
        ("【パスワード】v4lu3-a", "パスワード", "v4lu3-a"),
        ("<パスワード> v4lu3-a", "パスワード", "v4lu3-a"),
        ("＜パスワード＞：v4lu3-a", "パスワード", "v4lu3-a"),
        ("クライアントシークレット　v4lu3-a", "クライアントシークレット", "v4lu3-a"),
        ("「パスワード」：「v4lu3-a」です", "パスワード", "v4lu3-a"),
        ("秘密キー（Secret Key）：v4lu3-a", "秘密キー", "v4lu3-a"),
        ("秘密キー（Secret Key）：v4lu3-a", "Secret Key", "v4lu3-a"),
        ("（パスワード：v4lu3-a）", "パスワード", "v4lu3-a"),
        ("Client Secret (LWA): v4lu3-a", "Client Secret", "v4lu3-a"),
        ("Password - v4lu3-a", "Password", "v4lu3-a"),
        ("Seller Central password – v4lu3-a", "Seller Central password", "v4lu3-a"),
        ("Client ID: v4lu3-i, Client Secret: v4lu3-s", "Client Secret", "v4lu3-s"),
        ("Client ID: v4lu3-i, Client Secret: v4lu3-s", "Client ID", "v4lu3-i"),
        ("アクセスキー：V4LU3A　秘密キー：v4lu3-s", "秘密キー", "v4lu3-s"),
        ("アクセスキー：V4LU3A　秘密キー：v4lu3-s", "アクセスキー", "V4LU3A"),
        ("please log in with the usual name and password: v4lu3-a", "password", "v4lu3-a"),
        ("Password: “v4lu3-a”", "Password", "v4lu3-a"),
    ]);
}

#[test]
fn what_is_no_name_stays_none() {
    for (text, name) in [
        ("see https://host/x", "https"),
        ("at 12:30 today", "12"),
        ("std::string x", "std"),
        ("if (a == b)", "a"),
        ("a != b", "a"),
        ("x <= y", "x"),
        ("f(\"abc=\", \"d\")", "abc"),
        ("key: \"\"", "key"),
        ("key = {}", "key"),
    ] {
        has_none(text, name);
    }
}

#[test]
fn literals_are_told_from_expressions() {
    for (text, name, value, quoted) in [
        ("a = \"v4lu3\"", "a", "v4lu3", true),
        ("a = v4lu3", "a", "v4lu3", false),
        ("a: v4lu3", "a", "v4lu3", false),
        ("秘密：v4lu3", "秘密", "v4lu3", false),
        ("**a**: `v4lu3`", "a", "v4lu3", true),
    ] {
        assert_eq!(field(text, name, value).quoted, quoted, "{text}");
    }
}

#[test]
fn spans_are_without_quotes() {
    let text = "x = 'v4' + \"lu3\";";
    let field = field(text, "x", "v4lu3");
    assert_eq!(text.get(field.value_span.start..field.value_span.end), Some("v4' + \"lu3"));
    assert_eq!(text.get(field.name_span.start..field.name_span.end), Some("x"));
}
