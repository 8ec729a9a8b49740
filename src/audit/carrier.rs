//! Files that matter by what they do, whatever words they hold: told by their name.

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    /// A workflow or action of GitHub.
    Workflow,
    /// A pipeline of GitLab, CircleCI, Bitbucket or Azure.
    Pipeline,
    /// A recipe for a container image.
    Container,
    /// Containers that run together.
    Compose,
    /// The manifest of a package that can be published.
    Manifest,
    /// The manifest of an Apps Script project.
    AppsScript,
    /// What makes a program for a desktop.
    Desktop,
    /// What describes machines, stores and their rights.
    Infrastructure,
    /// What says which variables become part of a page or an app.
    Bundler,
}

/// Names of files, lower case.
const NAMES: &[(&str, Carrier)] = &[
    (".gitlab-ci.yml", Carrier::Pipeline),
    (".gitlab-ci.yaml", Carrier::Pipeline),
    ("bitbucket-pipelines.yml", Carrier::Pipeline),
    ("azure-pipelines.yml", Carrier::Pipeline),
    ("zappa_settings.json", Carrier::Infrastructure),
    ("makefile", Carrier::Infrastructure),
    ("justfile", Carrier::Infrastructure),
    ("dockerfile", Carrier::Container),
    ("containerfile", Carrier::Container),
    ("docker-bake.hcl", Carrier::Container),
    ("docker-bake.json", Carrier::Container),
    ("package.json", Carrier::Manifest),
    ("pyproject.toml", Carrier::Manifest),
    ("setup.py", Carrier::Manifest),
    ("setup.cfg", Carrier::Manifest),
    ("cargo.toml", Carrier::Manifest),
    ("manifest.json", Carrier::Manifest),
    ("appsscript.json", Carrier::AppsScript),
    (".clasp.json", Carrier::AppsScript),
    ("pubspec.yaml", Carrier::Bundler),
    ("tauri.conf.json", Carrier::Desktop),
    ("electron-builder.yml", Carrier::Desktop),
    ("electron-builder.json", Carrier::Desktop),
];

/// What the settings of bundlers begin with, lower case.
const BUNDLERS: [&str; 9] = [
    "vite.config",
    "webpack",
    "next.config",
    "nuxt.config",
    "vue.config",
    "rollup.config",
    "rspack.config",
    "app.config",
    "craco.config",
];

/// Tells what a file is for by its path, if anything.
#[must_use]
pub fn carrier_of(path: &str) -> Option<Carrier> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is = |ending: &str| {
        let at = name.len().checked_sub(ending.len());
        at.and_then(|at| name.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
    };
    let begins = |word: &str| name.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    if let Some((_, carrier)) = NAMES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)) {
        return Some(*carrier);
    }
    if is(".yml") || is(".yaml") {
        let is_workflow = [".github/workflows/", ".gitea/workflows/", ".forgejo/workflows/"]
            .iter()
            .any(|folder| path.contains(folder));
        if is_workflow || begins("action.y") {
            return Some(Carrier::Workflow);
        }
        let is_pipeline = path.contains(".circleci/") || path.contains(".gitlab/ci/");
        if is_pipeline || is(".gitlab-ci.yml") || begins("azure-pipelines") {
            return Some(Carrier::Pipeline);
        }
        let is_compose = begins("docker-compose") || begins("compose.") || begins("compose-");
        if is_compose {
            return Some(Carrier::Compose);
        }
    }
    let is_script = [".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"].into_iter().any(is);
    if is_script && BUNDLERS.into_iter().any(begins) {
        return Some(Carrier::Bundler);
    }
    let is_variant = (begins("dockerfile-") || begins("dockerfile_")) && !name.contains('.');
    if begins("dockerfile.") || is(".dockerfile") || begins("containerfile.") || is_variant {
        return Some(Carrier::Container);
    }
    if is(".nuspec") {
        return Some(Carrier::Manifest);
    }
    if is(".spec") {
        return Some(Carrier::Desktop);
    }
    is_infrastructure(path, name).then_some(Carrier::Infrastructure)
}

/// What the names of files and folders of infrastructure hold as a word.
const INFRASTRUCTURE: [&str; 37] = [
    "iam",
    "policy",
    "policies",
    "trust",
    "role",
    "roles",
    "permission",
    "permissions",
    "infra",
    "infrastructure",
    "iac",
    "terraform",
    "cloudformation",
    "cfn",
    "cdk",
    "cdktf",
    "sam",
    "stack",
    "stacks",
    "template",
    "serverless",
    "sqs",
    "queue",
    "queues",
    "kms",
    "bucket",
    "s3",
    "aws",
    "deploy",
    "deployment",
    "provision",
    "bootstrap",
    "setup",
    "pulumi",
    "constructs",
    "ansible",
    "playbooks",
];

/// Tells infrastructure by its ending, or by a word of its name where the ending says little.
fn is_infrastructure(path: &str, name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "tf" | "tofu" => true,
        "hcl" => !name.starts_with(".terraform.lock"),
        "json" if name.ends_with(".tf.json") || name.ends_with(".template.json") => true,
        "yml" | "yaml" | "json" | "template" | "tpl" | "tftpl" | "j2" | "ts" | "js" | "py" | "sh" | "ps1"
        | "bash" => {
            let stem = name.get(..name.len() - ending.len()).unwrap_or(name);
            let folder =
                path.len().checked_sub(name.len()).and_then(|end| path.get(..end)).unwrap_or_default();
            // The nearest folders say what a file is for; those above, what the project is called.
            let mut near = folder.trim_end_matches('/').rsplit('/').take(2);
            let is_script = matches!(ending.as_str(), "sh" | "bash" | "ps1")
                && near.clone().any(|folder| matches!(folder, "script" | "scripts"));
            is_script || near.any(names_infrastructure) || names_infrastructure(stem)
        }
        _ => false,
    }
}

fn names_infrastructure(name: &str) -> bool {
    let is_word = |word: &str| INFRASTRUCTURE.iter().any(|known| word.eq_ignore_ascii_case(known));
    let bytes = name.as_bytes();
    let mut start = 0;
    for at in 0..=bytes.len() {
        let here = bytes.get(at).copied();
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let is_hump =
            here.is_some_and(|b| b.is_ascii_uppercase()) && before.is_some_and(u8::is_ascii_lowercase);
        if here.is_none_or(|b| !b.is_ascii_alphanumeric()) || is_hump {
            if name.get(start..at).is_some_and(is_word) {
                return true;
            }
            start = if is_hump { at } else { at + 1 };
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell() {
        for (path, carrier) in [
            (".github/workflows/ci.yml", Some(Carrier::Workflow)),
            ("tools/action.yaml", Some(Carrier::Workflow)),
            (".circleci/config.yml", Some(Carrier::Pipeline)),
            ("api/Dockerfile", Some(Carrier::Container)),
            ("api/Dockerfile.prod", Some(Carrier::Container)),
            ("api/Dockerfile-worker", Some(Carrier::Container)),
            (".gitlab/ci/deploy.yml", Some(Carrier::Pipeline)),
            (".forgejo/workflows/x.yaml", Some(Carrier::Workflow)),
            ("docker-compose.override.yml", Some(Carrier::Compose)),
            ("web/package.json", Some(Carrier::Manifest)),
            ("package.json.md", None),
            ("web/vite.config.ts", Some(Carrier::Bundler)),
            ("webpack.prod.js", Some(Carrier::Bundler)),
            ("webpack.md", None),
            ("infra/db.tf", Some(Carrier::Infrastructure)),
            ("cloudformation/db.yaml", Some(Carrier::Infrastructure)),
            ("config.yml", None),
            ("infra/main.tf", Some(Carrier::Infrastructure)),
            ("lib/orders-stack.ts", Some(Carrier::Infrastructure)),
            ("lib/OrdersStack.ts", Some(Carrier::Infrastructure)),
            ("iam/spapi.json", Some(Carrier::Infrastructure)),
            ("template.yaml", Some(Carrier::Infrastructure)),
            ("serverless.yml", Some(Carrier::Infrastructure)),
            ("lib/haystack.ts", None),
            (".terraform.lock.hcl", None),
            ("src/orders.py", None),
            ("鍵/Dockerfile", Some(Carrier::Container)),
            ("鍵", None),
        ] {
            assert_eq!(carrier_of(path), carrier, "{path}");
        }
    }
}
