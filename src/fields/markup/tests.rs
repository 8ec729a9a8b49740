use super::super::tests::has_all;

#[test]
fn elements_and_attributes_are_read() {
    has_all(&[
        ("<ClientSecret>v4lu3-a</ClientSecret>", "ClientSecret", "v4lu3-a"),
        ("<a:ClientSecret x='1'>\n v4lu3-a\n</a:ClientSecret>", "ClientSecret", "v4lu3-a"),
        ("<s><![CDATA[v4lu3<a]]></s><secretKey><![CDATA[v4lu3<a]]></secretKey>", "secretKey", "v4lu3<a"),
        ("<t>Atza&#124;v4lu3</t><token>Atza&#124;v4lu3</token>", "token", "Atza|v4lu3"),
        ("<token>Atza&#x7C;v4lu3&amp;</token>", "token", "Atza|v4lu3&"),
        ("<x clientSecret=\"v4lu3-a\"/>", "clientSecret", "v4lu3-a"),
        ("<x token='Atza&#124;v4lu3'/>", "token", "Atza|v4lu3"),
        ("<key>client_secret</key>\n\t<string>v4lu3-a</string>", "client_secret", "v4lu3-a"),
        ("<add key=\"ClientSecret\" value=\"v4lu3-a\" />", "ClientSecret", "v4lu3-a"),
        ("<add value=\"v4lu3-a\" key=\"ClientSecret\" />", "ClientSecret", "v4lu3-a"),
        ("<entry key=\"client.secret\">v4lu3-a</entry>", "client.secret", "v4lu3-a"),
        ("<string name=\"client_secret\">v4lu3-a</string>", "client_secret", "v4lu3-a"),
        ("<Parameter Name=\"Secret\" Value=\"v4lu3-a\" />", "Secret", "v4lu3-a"),
        ("<input type=text name=\"secret\" value=\"v4lu3-a\">", "secret", "v4lu3-a"),
        (
            "<setting name=\"Secret\" serializeAs=\"String\"><value>v4lu3-a</value></setting>",
            "Secret",
            "v4lu3-a",
        ),
        ("<parameter><name>Secret</name><value>v4lu3-a</value></parameter>", "Secret", "v4lu3-a"),
        ("<tr><th>Client Secret</th><td>v4lu3-a</td></tr>", "Client Secret", "v4lu3-a"),
        ("<tr><td><b>Client Secret:</b></td><td><code>v4lu3-a</code></td></tr>", "Client Secret", "v4lu3-a"),
        ("<tr><th>Id</th><th>Secret</th></tr><tr><td>1</td><td>v4lu3-a</td></tr>", "Secret", "v4lu3-a"),
        ("<dl><dt>Client Secret</dt><dd>v4lu3-a</dd></dl>", "Client Secret", "v4lu3-a"),
        ("<p><strong>Client Secret:</strong> v4lu3-a</p>", "Client Secret", "v4lu3-a"),
        ("<b>Client Secret</b>: v4lu3-a<br>", "Client Secret", "v4lu3-a"),
        ("<label>Secret Key</label><input value=\"v4lu3-a\">", "Secret Key", "v4lu3-a"),
        ("<パスワード> v4lu3-a", "パスワード", "v4lu3-a"),
    ]);
}
