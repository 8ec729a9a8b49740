use super::*;

const WORLD: World<'_> = World::AMAZON;

fn told(script: &str) -> Vec<&'static str> {
    let seen = Some(("LWA_CLIENT_SECRET".to_owned(), Strength::Own));
    in_script(WORLD, script, seen).into_iter().map(|printed| printed.command).collect()
}

#[test]
fn what_is_printed_is_told() {
    for (script, command) in [
        ("echo $LWA_CLIENT_SECRET", "echo"),
        ("if true; then echo \"token: ${SP_API_REFRESH_TOKEN}\"; fi", "echo"),
        ("echo '${{ secrets.LWA_CLIENT_SECRET }}'", "echo"),
        ("printf '%s' \"$LWA_CLIENT_SECRET\" | base64", "echo"),
        ("echo ${LWA_CLIENT_SECRET:-none}", "echo"),
        ("Write-Host $env:LWA_CLIENT_SECRET", "echo"),
        ("echo %LWA_CLIENT_SECRET%", "echo"),
        ("python -c \"import os; print(os.environ['LWA_CLIENT_SECRET'])\"", "print"),
        ("node -e 'console.log(process.env.LWA_CLIENT_SECRET)'", "print"),
        ("print(os.getenv(\"SP_API_REFRESH_TOKEN\"))", "print"),
        ("env | sort", "env"),
        ("printenv", "env"),
        ("env | grep LWA", "env"),
        ("printenv LWA_CLIENT_SECRET", "printenv"),
        ("gci env:", "env"),
        ("set -x\n./sync --secret \"$LWA_CLIENT_SECRET\"", "set -x"),
        ("set -euxo pipefail\ncurl -d client_secret=$LWA_CLIENT_SECRET https://x", "set -x"),
        ("echo \"$LWA_CLIENT_SECRET\" >&2", "echo"),
        ("echo \"$LWA_CLIENT_SECRET\" >> $GITHUB_STEP_SUMMARY", "echo"),
    ] {
        assert_eq!(told(script), [command], "{script}");
    }
}

#[test]
fn what_is_kept_or_masked_is_not() {
    for script in [
        "echo \"LWA_CLIENT_SECRET=$LWA_CLIENT_SECRET\" >> .env",
        "echo \"::add-mask::$LWA_CLIENT_SECRET\"",
        "echo \"$LWA_CLIENT_SECRET\" | docker login --password-stdin",
        "echo \"$LWA_CLIENT_SECRET\" | base64 -d > key.pem",
        "echo 'export $LWA_CLIENT_SECRET before you go on'",
        "echo \\$LWA_CLIENT_SECRET",
        "echo \"secret is ${LWA_CLIENT_SECRET:+set}\"",
        "echo ${#LWA_CLIENT_SECRET}",
        "test -n \"$LWA_CLIENT_SECRET\" && echo ok",
        "{\n  echo \"A=$LWA_CLIENT_SECRET\"\n  echo B\n} > .env",
        "{ echo \"A=$LWA_CLIENT_SECRET\"; } >> .env",
        "(echo \"A=$LWA_CLIENT_SECRET\"; echo b) > .env",
        "echo \"A=$LWA_CLIENT_SECRET\" \\\n  >> .env",
        "echo \"\nA=$LWA_CLIENT_SECRET\n\" > .env",
        "echo \"A=$LWA_CLIENT_SECRET\nB=2\" > .env",
        "env | cut -d= -f1",
        "env | grep NODE_VERSION",
        "env > build.env",
        "env FOO=1 ./sync",
        "set -e\n./sync $LWA_CLIENT_SECRET",
        "set -x\nmake\nset +x\n./sync $LWA_CLIENT_SECRET",
        "# echo $LWA_CLIENT_SECRET",
        "echo $LWA_CLIENT_ID",
        "print(len(os.environ['LWA_CLIENT_SECRET']))",
        "echo LWA_CLIENT_SECRET is missing",
        "echo \"$LWA_CLIENT_SECRET\" | gh secret set X",
        "cat <<EOF > .env\nA=$LWA_CLIENT_SECRET\nEOF",
    ] {
        assert_eq!(told(script), [""; 0], "{script}");
    }
}
