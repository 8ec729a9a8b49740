use super::super::tests::{has_all, has_none};

#[test]
fn arguments_are_read() {
    has_all(&[
        (".clientSecret(\"v4lu3-a\")", "clientSecret", "v4lu3-a"),
        ("LWA.builder()\n  .clientId(\"v4lu3-i\")\n  .clientSecret(\"v4lu3-a\")", "clientSecret", "v4lu3-a"),
        ("c.setClientSecret(\"v4lu3-a\");", "ClientSecret", "v4lu3-a"),
        ("c.set_secret('v4lu3-a')", "secret", "v4lu3-a"),
        ("setSecret(\"name\", \"v4lu3-a\")", "name", "v4lu3-a"),
        ("editor.putString(\"client_secret\",\"v4lu3-a\")", "client_secret", "v4lu3-a"),
        ("define('AWS_SECRET_ACCESS_KEY', 'v4lu3-a');", "AWS_SECRET_ACCESS_KEY", "v4lu3-a"),
        ("os.getenv(\"CLIENT_SECRET\", \"v4lu3-a\")", "CLIENT_SECRET", "v4lu3-a"),
        ("Map.of(\"a\", \"b\", \"client_secret\", \"v4lu3-a\")", "client_secret", "v4lu3-a"),
        ("[Environment]::SetEnvironmentVariable(\"SECRET\", \"v4lu3-a\", \"User\")", "SECRET", "v4lu3-a"),
        ("setParam(ctx, \"client_secret\", \"v4lu3-a\")", "client_secret", "v4lu3-a"),
        ("{client_secret, \"v4lu3-a\"}", "client_secret", "v4lu3-a"),
        ("{ \"client_secret\", \"v4lu3-a\" },", "client_secret", "v4lu3-a"),
        ("[[\"client_secret\", \"v4lu3-a\"]]", "client_secret", "v4lu3-a"),
        ("(\"client_secret\", \"v4lu3-a\")", "client_secret", "v4lu3-a"),
        ("mapOf(\"client_secret\" to \"v4lu3-a\")", "client_secret", "v4lu3-a"),
        ("x --client-secret v4lu3-a --y", "client-secret", "v4lu3-a"),
        ("x --client-secret=v4lu3-a", "client-secret", "v4lu3-a"),
        ("x --client-secret \"v4lu3-a\"", "client-secret", "v4lu3-a"),
        ("x --client-secret \\\n  v4lu3-a", "client-secret", "v4lu3-a"),
        ("[\"--client-secret\", \"v4lu3-a\"]", "client-secret", "v4lu3-a"),
        ("args:\n- --client-secret\n- v4lu3-a\n", "client-secret", "v4lu3-a"),
        ("Set-X -ClientSecret \"v4lu3-a\"", "ClientSecret", "v4lu3-a"),
        ("Set-X -ClientSecret v4lu3-a", "ClientSecret", "v4lu3-a"),
        ("curl -H \"x-amz-access-token: Atza|v4lu3\" u", "x-amz-access-token", "Atza|v4lu3"),
        ("curl -H 'Authorization: Basic djRsdTM='", "Authorization", "Basic djRsdTM="),
        ("docker run -e LWA_CLIENT_SECRET=v4lu3-a img", "LWA_CLIENT_SECRET", "v4lu3-a"),
        ("{:client-secret \"v4lu3-a\"}", "client-secret", "v4lu3-a"),
        ("req.headers.set('x-amz-access-token', 'Atza|v4lu3')", "x-amz-access-token", "Atza|v4lu3"),
    ]);
}

#[test]
fn a_value_is_no_name() {
    has_none("mws.Orders(\"AKV4LU30000000001234\", \"v4lu3-a\")", "AKV4LU30000000001234");
    has_none("os.getenv(\"CLIENT_SECRET\")\nx", "CLIENT_SECRET");
}
