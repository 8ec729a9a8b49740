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
    ("template.yaml", Carrier::Infrastructure),
    ("template.yml", Carrier::Infrastructure),
    ("template.json", Carrier::Infrastructure),
    ("serverless.yml", Carrier::Infrastructure),
    ("serverless.yaml", Carrier::Infrastructure),
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
    if is(".tf") || is(".tf.json") || is(".cfn.json") || is(".template") {
        return Some(Carrier::Infrastructure);
    }
    let is_stack = || ["cloudformation", "cfn", "infra", "stack"].iter().any(|word| path.contains(word));
    if is(".json") && is_stack() {
        return Some(Carrier::Infrastructure);
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
        return is_compose.then_some(Carrier::Compose).or(is_stack().then_some(Carrier::Infrastructure));
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
    is(".spec").then_some(Carrier::Desktop)
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
            ("鍵/Dockerfile", Some(Carrier::Container)),
            ("鍵", None),
        ] {
            assert_eq!(carrier_of(path), carrier, "{path}");
        }
    }
}
