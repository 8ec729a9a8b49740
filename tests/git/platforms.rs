//! What platforms run: the lines of each template and of the action, in a clone as the platform makes
//! it, with the variables that the platform sets.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use kagiban::setup::Platform;
use serde_json::Value;

use super::sandbox::{Sandbox, leak};

/// A remote with a default branch that moved on and three changes: one is clean, one holds a secret
/// that is gone again, one does not compile its settings.
struct Remote {
    repo: Sandbox,
    url: String,
}

impl Remote {
    fn new() -> Self {
        let repo = Sandbox::new();
        repo.commit("old.py", leak(1));
        for (branch, texts) in [
            ("clean", ["x = 1\n".to_owned(), "x = 2\n".to_owned()]),
            ("leaking", [leak(2), "x = 1\n".to_owned()]),
        ] {
            repo.git(&["checkout", "-q", "-b", branch, "main"]);
            texts.iter().for_each(|text| drop(repo.commit("app.py", text)));
        }
        repo.git(&["checkout", "-q", "main"]);
        repo.commit("other.py", leak(3));
        let url = format!("file://{}", repo.top.display());
        Self { repo, url }
    }

    /// A clone with one branch checked out.
    fn cloned(&self, name: &str, branch: &str, options: &[&str]) -> PathBuf {
        let folder = self.repo.outside().join(name);
        let arguments =
            [&["clone", "-q", "-b", branch], options, &[self.url.as_str(), folder.to_str().unwrap()]];
        self.repo.git(&arguments.concat());
        folder
    }

    fn id(&self, name: &str) -> String {
        self.repo.git(&["rev-parse", name])
    }
}

/// The variables that a platform sets for a change of `branch`, and for a push of it.
fn variables(platform: Platform, remote: &Remote, branch: &str) -> Vec<Vec<(&'static str, String)>> {
    let (head, base) = (remote.id(branch), remote.id("main~1"));
    let null = "0".repeat(40);
    let of = |pairs: &[(&'static str, &str)]| pairs.iter().map(|(n, v)| (*n, (*v).to_owned())).collect();
    match platform {
        Platform::Github => vec![of(&[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_SHA", &head),
            ("GITHUB_BASE_REF", "main"),
            ("GITHUB_REF_NAME", "7/merge"),
        ])],
        Platform::Gitlab => vec![
            of(&[
                ("GITLAB_CI", "true"),
                ("CI_COMMIT_SHA", &head),
                ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base),
                ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            ]),
            of(&[
                ("GITLAB_CI", "true"),
                ("CI_COMMIT_SHA", &head),
                ("CI_COMMIT_BRANCH", branch),
                ("CI_COMMIT_BEFORE_SHA", &null),
                ("CI_DEFAULT_BRANCH", "main"),
            ]),
        ],
        Platform::Bitbucket => vec![
            of(&[
                ("BITBUCKET_BUILD_NUMBER", "1"),
                ("BITBUCKET_COMMIT", &head),
                ("BITBUCKET_BRANCH", branch),
                ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
            ]),
            of(&[("BITBUCKET_BUILD_NUMBER", "1"), ("BITBUCKET_COMMIT", &head), ("BITBUCKET_BRANCH", branch)]),
        ],
        Platform::Azure => vec![
            of(&[
                ("TF_BUILD", "True"),
                ("BUILD_SOURCEVERSION", &head),
                ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
                ("BUILD_SOURCEBRANCH", "refs/pull/7/merge"),
            ]),
            of(&[
                ("TF_BUILD", "True"),
                ("BUILD_SOURCEVERSION", &head),
                ("BUILD_SOURCEBRANCH", &format!("refs/heads/{branch}")),
            ]),
        ],
        Platform::Circleci => {
            vec![of(&[("CIRCLECI", "true"), ("CIRCLE_SHA1", &head), ("CIRCLE_BRANCH", branch)])]
        }
        Platform::Jenkins => vec![
            of(&[
                ("JENKINS_URL", "http://ci"),
                ("GIT_COMMIT", &head),
                ("CHANGE_TARGET", "main"),
                ("GIT_BRANCH", "PR-7"),
            ]),
            of(&[
                ("JENKINS_URL", "http://ci"),
                ("GIT_COMMIT", &head),
                ("GIT_PREVIOUS_COMMIT", &base),
                ("GIT_BRANCH", &format!("origin/{branch}")),
            ]),
        ],
    }
}

/// The shell lines of a template, without those that install.
fn lines(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut is_list = false;
    let mut block: Option<usize> = None;
    for line in text.lines() {
        let (indent, bare) = (line.len() - line.trim_start().len(), line.trim());
        if let Some(least) = block {
            if indent >= least || bare.is_empty() {
                found.last_mut().unwrap().push_str(&format!("{bare}\n"));
                continue;
            }
            block = None;
        }
        let item = bare.strip_prefix("- ").unwrap_or(bare);
        if bare == "script:" || bare == "before_script:" {
            is_list = true;
        } else if bare.ends_with("run: |") {
            found.push(String::new());
            block = Some(indent + 2);
        } else if let Some(command) = item.strip_prefix("run: ").or_else(|| item.strip_prefix("script: ")) {
            found.push(command.to_owned());
        } else if let Some(command) = bare.strip_prefix("sh '") {
            found.push(command.trim_end_matches('\'').to_owned());
        } else if is_list && bare.starts_with("- ") {
            found.push(item.to_owned());
        } else {
            is_list = false;
        }
    }
    found.retain(|line| {
        !line.contains("install --quiet kagiban==") && !line.contains("pipx install kagiban==")
    });
    found
}

fn owned(variables: &[(&'static str, String)]) -> Vec<(&'static str, &'static str)> {
    variables.iter().map(|(name, value)| (*name, &*value.clone().leak())).collect()
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn each_template_judges_what_a_change_adds() {
    let remote = Remote::new();
    for platform in Platform::ALL {
        let script = lines(platform.check().text);
        assert!(script.iter().any(|line| line.contains("kagiban scan --range ci")), "{script:?}");
        for (branch, expected) in [("clean", 0), ("leaking", 1)] {
            for (number, variables) in variables(platform, &remote, branch).iter().enumerate() {
                let name = format!("{}-{branch}-{number}", platform.id());
                let folder = remote.cloned(&name, branch, &[]);
                let summary = folder.join("summary.md");
                let mut variables = owned(variables);
                let summary_path = summary.display().to_string();
                variables.push(("GITHUB_STEP_SUMMARY", &summary_path));
                // Steps that publish what was found run also after a failure.
                let (audits, after): (Vec<&String>, Vec<&String>) =
                    script.iter().partition(|line| !line.starts_with("test ! -f"));
                let mut code = 0;
                let mut said = String::new();
                for line in audits {
                    let output = remote.repo.script(&folder, &variables, line);
                    said.push_str(&told(&output));
                    code = output.status.code().unwrap();
                    if code != 0 {
                        break;
                    }
                }
                assert_eq!(code, expected, "{name}: {said}");
                assert!(!said.contains("old.py") && !said.contains("other.py"), "{name}: {said}");
                for line in after {
                    assert!(remote.repo.script(&folder, &variables, line).status.success());
                }
                reports_are_there(platform, &folder, branch);
            }
        }
    }
}

fn reports_are_there(platform: Platform, folder: &Path, branch: &str) {
    let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|_| panic!("{name}"));
    let is_leaking = branch == "leaking";
    let junit = |name: &str| assert_eq!(text(name).contains("lwa-client-secret"), is_leaking);
    match platform {
        Platform::Github => {
            let sarif: Value = serde_json::from_str(&text("kagiban.sarif")).unwrap();
            assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().is_empty(), !is_leaking);
            assert!(text("summary.md").contains("Kagiban"));
        }
        Platform::Gitlab => {
            let report: Value = serde_json::from_str(&text("kagiban.gitlab.json")).unwrap();
            assert_eq!(report["vulnerabilities"].as_array().unwrap().is_empty(), !is_leaking);
            junit("kagiban.junit.xml");
        }
        Platform::Bitbucket => junit("test-results/kagiban.junit.xml"),
        Platform::Azure | Platform::Jenkins => junit("kagiban.junit.xml"),
        Platform::Circleci => junit("test-results/kagiban/kagiban.junit.xml"),
    }
}

/// The lines of a step of the action.
fn step(name: &str) -> String {
    let action = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let (_, rest) = action.split_once(&format!("- name: {name}\n")).unwrap();
    let step = rest.split("\n    - name: ").next().unwrap();
    let (_, run) = step.split_once("run: ").unwrap();
    run.strip_prefix("|\n").unwrap_or(run).lines().map(|line| format!("{}\n", line.trim())).collect()
}

/// Runs the action as GitHub does; returns its exit code and what it wrote.
fn action(remote: &Remote, folder: &Path, more: &[(&str, &str)]) -> (i32, String) {
    let temporary = folder.join("../temp");
    fs::create_dir_all(&temporary).unwrap();
    let output = temporary.join("output").display().to_string();
    drop(fs::remove_file(&output));
    let summary = temporary.join("summary").display().to_string();
    let temporary = temporary.display().to_string();
    let mut variables = vec![
        ("GITHUB_ACTIONS", "true"),
        ("RUNNER_TEMP", temporary.as_str()),
        ("GITHUB_OUTPUT", output.as_str()),
        ("GITHUB_STEP_SUMMARY", summary.as_str()),
        ("DEFAULT_BRANCH", "main"),
        ("KAGIBAN_RANGE", "ci"),
        ("KAGIBAN_FAIL_ON", "medium"),
        ("KAGIBAN_LANG", "en"),
    ];
    variables.extend_from_slice(more);
    let mut said = String::new();
    for name in ["Install", "Deepen", "Audit"] {
        let output = remote.repo.script(folder, &variables, &step(name));
        said.push_str(&told(&output));
        assert!(output.status.success(), "{name}: {said}");
    }
    let outputs = fs::read_to_string(&output).unwrap();
    let status = outputs.lines().find_map(|line| line.strip_prefix("status=")).unwrap();
    variables.push(("STATUS", status));
    let verdict = remote.repo.script(folder, &variables, &step("Verdict"));
    (verdict.status.code().unwrap(), said)
}

#[test]
fn the_action_judges_pull_requests_and_pushes_from_shallow_clones() {
    let remote = Remote::new();
    for (branch, expected) in [("clean", 0), ("leaking", 1)] {
        // A pull request is checked out as its merge with the target, one commit deep.
        remote.repo.git(&["checkout", "-q", "-B", &format!("merge-{branch}"), "main"]);
        remote.repo.git(&["merge", "-q", "--no-edit", branch]);
        let merge = remote.id("HEAD");
        for depth in [&["--depth=1"][..], &[]] {
            let name = format!("pull-{branch}-{}", depth.len());
            let folder = remote.cloned(&name, &format!("merge-{branch}"), depth);
            let pull =
                [("GITHUB_SHA", merge.as_str()), ("GITHUB_BASE_REF", "main"), ("GITHUB_REF_NAME", "7/merge")];
            let (code, said) = action(&remote, &folder, &pull);
            assert_eq!(code, expected, "{name}: {said}");
            assert_eq!(said.contains("::error"), expected == 1, "{said}");
            assert!(!said.contains("other.py"), "{said}");
        }
        // A push says in its event where the branch was; a new branch was nowhere.
        for (number, before) in [remote.id(&format!("{branch}~2")), "0".repeat(40)].iter().enumerate() {
            let folder = remote.cloned(&format!("push-{branch}-{number}"), branch, &["--depth=1"]);
            let event = folder.join("../event.json");
            let text = format!(r#"{{"before":"{before}","repository":{{"default_branch":"main"}}}}"#);
            fs::write(&event, text).unwrap();
            let event = event.display().to_string();
            let head = remote.id(branch);
            let push = [
                ("GITHUB_SHA", head.as_str()),
                ("GITHUB_REF_NAME", branch),
                ("GITHUB_EVENT_PATH", event.as_str()),
            ];
            let (code, said) = action(&remote, &folder, &push);
            assert_eq!(code, expected, "{branch} {before}: {said}");
        }
    }
    let summary = fs::read_to_string(remote.repo.outside().join("temp/summary")).unwrap();
    assert!(summary.contains("lwa-client-secret"), "{summary}");
}

#[test]
fn the_action_goes_as_deep_as_a_change_is() {
    let remote = Remote::new();
    remote.repo.git(&["checkout", "-q", "-b", "long", "main"]);
    remote.repo.commit("app.py", leak(7));
    let mut stream = String::new();
    let mut parent = remote.id("long");
    for number in 0..150 {
        let tree = remote.repo.git(&["rev-parse", "main^{tree}"]);
        parent = remote.repo.git(&["commit-tree", "-p", &parent, "-m", &format!("{number}"), &tree]);
        stream.clone_from(&parent);
    }
    remote.repo.git(&["update-ref", "refs/heads/long", &stream]);
    remote.repo.git(&["checkout", "-q", "main"]);
    let folder = remote.cloned("deep", "long", &["--depth=1"]);
    let pull = [("GITHUB_SHA", stream.as_str()), ("GITHUB_BASE_REF", "main")];
    let (code, said) = action(&remote, &folder, &pull);
    assert_eq!(code, 1, "{said}");
    // Where nothing can be fetched it is no clean change.
    let folder = remote.cloned("cut-off", "long", &["--depth=1"]);
    remote.repo.git_in(&folder, &["remote", "set-url", "origin", "file:///nowhere"]);
    let (code, said) = action(&remote, &folder, &pull);
    assert!(code >= 2 && said.contains("fetch-depth"), "{code}: {said}");
}

#[test]
fn other_peoples_actions_are_pinned() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("action.yml"), root.join("ci/templates/github.yml")];
    let workflows = fs::read_dir(root.join(".github/workflows")).into_iter().flatten().flatten();
    files.extend(workflows.map(|entry| entry.path()));
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for line in text.lines().filter(|line| line.contains("uses:")) {
            let (_, used) = line.split_once("uses: ").unwrap();
            let used = used.split(' ').next().unwrap();
            let hash = used.split_once('@').map_or("", |(_, hash)| hash);
            let is_pinned = hash.len() == 40 && hash.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(is_pinned || used == "./", "{}: {used}", file.display());
        }
        assert!(!text.contains("pull_request_target"), "{}", file.display());
    }
}
