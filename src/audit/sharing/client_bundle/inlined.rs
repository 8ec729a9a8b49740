//! What writes a variable into a page or an app: settings of bundlers, resources, globals.

use std::sync::LazyLock;

use regex::Regex;

use super::Way;
use crate::audit::pattern::pattern;
use crate::audit::sharing::secret_names::{self, SecretName};
use crate::audit::{Page, Sought};
use crate::model::Span;

/// Bytes before a name in which the brackets around it are looked for.
const BRACKETS_BYTES: usize = 6_000;
/// Brackets around a name that are looked at.
const DEPTH_MAX: usize = 4;

/// Settings of bundlers by the names of their files.
static BUNDLER_FILE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|/)(?:(?:next|nuxt|vite|vitest|vue|astro|svelte|webpack|rspack|rsbuild|rollup|rolldown|esbuild|quasar|craco|remix|gatsby|umi|\.umirc|farm|metro|babel|app|snowpack|parcel|angular|capacitor|wxt|plasmo)[\w.-]*\.?config(?:\.[\w-]+)*\.(?:js|ts|mjs|cjs|mts|cts|json)|webpack[\w.-]*\.(?:js|ts|mjs|cjs)|config/webpack/[\w.-]+|config-overrides\.js|\.umirc\.ts|(?:esbuild|build|vite|rollup)[\w.-]*\.(?:js|mjs|cjs|ts)|app\.json|\.babelrc(?:\.js(?:on)?)?|babel\.config\.\w+|webpack\.mix\.js|ember-cli-build\.js|config/environment\.js|settings[\w.-]*\.json|package\.json)$",
    )
});
/// How these end, and files of resources: paths of nothing else need the patterns not even compiled.
const ENDINGS: [&str; 12] =
    ["js", "ts", "mjs", "cjs", "mts", "cts", "json", "babelrc", "xml", "properties", "plist", "xcconfig"];
/// Of those, where `env` is written in.
static ENV_FILE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)(?:^|/)(?:next|nuxt)[\w.-]*config(?:\.[\w-]+)*\.\w+$"));
/// Of those, where `extra` is.
static EXTRA_FILE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)(?:^|/)app(?:\.config)?(?:\.[\w-]+)*\.(?:json|js|ts|cjs|mjs)$"));
/// Of those, where `public` is.
static PUBLIC_FILE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)(?:^|/)settings[\w.-]*\.json$"));
/// A program for a server that the same tools pack.
static NODE_TARGET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)\btarget\s*[:=]\s*["']?(?:node|async-node|electron-main)|--?platform[:= ]["']?node|\bplatform\s*:\s*["']node|\bssr\s*:\s*true"#,
    )
});
/// What a bundler fills in, by what stands before the bracket.
static FILLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)(?:\bdefine(?:plugin)?|environmentplugin|publicruntimeconfig|defineappconfig|\breplace(?:plugin)?|clientenv|public_?env|["']?process\.env["']?|inline-environment-variables["'],?)\s*[:=(]?\s*$"#,
    )
});
/// An object that a page makes a global of.
static GLOBAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)(?:window\s*(?:\.\s*[\w$]+|\[\s*["'][\w$]+["']\s*\])+|wp_localize_script)\s*=?\s*(?:(?:JSON\.stringify)?\s*)?\(?\s*$|window\.[\w$]+\s*=\s*(?:\$\{|<%[-=]|\{\{)?\s*JSON\.stringify\(\s*$"#,
    )
});
/// Files that are, or make, pages.
static PAGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\.(?:js|mjs|ts|jsx|tsx|html?|php|erb|ejs|vue|svelte|astro|jinja2?|j2|twig|cshtml|jsp|hbs|liquid|njk|pug|template|tmpl|sh)$",
    )
});
/// The value of a template of a server, behind a name.
static ECHO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^["']?\s*[:=]\s*["'`]?\s*(?:<\?(?:=|php\s+echo)|\{\{|<%[-=]|@(?:Model|ViewBag|Configuration))"#,
    )
});
/// The same without an object around it.
static GLOBAL_ITSELF: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\bwindow(?:\.[\w$]+)*(?:\.|\[\s*["'])$"#));
/// Options of command lines.
static OPTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?i)--define[:= ]\s*["']?(?:process\.env\.|import\.meta\.env\.)?$|--dart-define=\s*["']?$"#)
});
/// What fills in or reads the settings of an app for phones, before the name, in lower case.
static APP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"buildconfigfield[^;{}\n]{0,60}$|resvalue[^;{}\n]{0,60}$|buildconfig\.$|manifestplaceholders\b[^\n]{0,80}$|\b(?:string|bool|int)\.fromenvironment\(\s*["']$|forinfodictionarykey:\s*["']$|infodictionary\??\[\s*["']$|\bdotenv\.(?:env\[|get\(|maybeget\(|load\()\s*["']$|enviedfield\([^)]{0,60}$|\bconstants\.(?:manifest2?|expoconfig)\S{0,20}\.$|\bexpoconfig\S{0,10}\.extra\S{0,3}\.?$|r\.string\.$|getstring\(r\.string\.$"#,
    )
});
/// One of these stands in whatever [`APP`] finds.
const APP_WORDS: [&str; 11] = [
    "buildconfig",
    "resvalue",
    "manifestplaceholders",
    ".fromenvironment",
    "forinfodictionarykey",
    "infodictionary",
    "dotenv.",
    "enviedfield",
    "constants.",
    "expoconfig",
    "r.string.",
];
/// Modules that put variables into apps.
static APP_MODULE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"from\s+["'](?:@env|react-native-dotenv|react-native-config|expo-constants)["']|require\(["']react-native-config["']"#,
    )
});
/// A variable of such a module: `import { NAME }`, `Config.NAME`.
static OF_MODULE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)import\s*\{[^}]{0,400}$|\bConfig\.$"));
/// Resources of apps.
static RESOURCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)/res/(?:values|xml|raw)[\w-]*/[^/]+\.(?:xml|json|properties)$|(?:^|/)androidmanifest\.xml$|(?:^|/)[\w-]*info\.plist$|\.xcconfig$|(?:^|/)(?:environments?|env)/environment[\w.-]*\.ts$|(?:^|/)strings\.xml$",
    )
});
/// A variable written by a page of a server that becomes a property: `return { props: { … } }`.
static PROPS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bprops\s*:\s*$"));

/// Where names of a page could be filled in.
#[derive(Debug, Default)]
pub(super) struct Place {
    is_for_server: bool,
    is_bundler_file: bool,
    is_env_file: bool,
    is_extra_file: bool,
    is_public_file: bool,
    is_resource: bool,
    has_app_module: bool,
    has_words: bool,
}

/// Words without which nothing is filled in outside the files of bundlers, in lower case.
pub(super) const WORDS: [&str; 23] = [
    "window.",
    "window[",
    "<?=",
    "defineplugin",
    "environmentplugin",
    "publicruntimeconfig",
    "runtimeconfig",
    "buildconfig",
    "resvalue",
    "manifestplaceholders",
    "fromenvironment",
    "infodictionary",
    "dotenv.env",
    "dotenv.get",
    "enviedfield",
    "expoconfig",
    "constants.manifest",
    "r.string.",
    "--define",
    "--dart-define",
    "props:",
    "wp_localize_script",
    "dotenv.maybeget",
];

static FILLING: LazyLock<Sought> = LazyLock::new(|| Sought::of(&WORDS));

impl Place {
    pub(super) fn of(page: &Page<'_>) -> Self {
        let path = page.path();
        let small = path.to_ascii_lowercase();
        let may_be = ENDINGS.iter().any(|ending| small.ends_with(ending)) || small.contains("babel.config.");
        let has_words = FILLING.is_in(page) || page.text.contains("{{");
        let is_bundler_file = may_be && BUNDLER_FILE.is_match(path);
        let is_for_server = (is_bundler_file || has_words) && is_for_server(page);
        let is_bundler_file = is_bundler_file && !is_for_server;
        let names_module = ["@env", "react-native-", "expo-constants"].iter().any(|m| page.text.contains(m));
        Self {
            is_for_server,
            is_bundler_file,
            is_env_file: is_bundler_file && ENV_FILE.is_match(path),
            is_extra_file: is_bundler_file && EXTRA_FILE.is_match(path),
            is_public_file: is_bundler_file && PUBLIC_FILE.is_match(path),
            is_resource: may_be && RESOURCE.is_match(path),
            has_app_module: names_module && APP_MODULE.is_match(page.text),
            has_words,
        }
    }

    pub(super) const fn is_nowhere(&self) -> bool {
        !self.is_bundler_file && !self.is_resource && !self.has_app_module && !self.has_words
    }

    /// Tells how a name gets into what is sent, if it does.
    pub(super) fn way(&self, page: &Page<'_>, name: &SecretName<'_>) -> Option<Way> {
        let (line, _) = page.line(page.lines().line_of(name.at.start));
        // In a text for people, code shows what could be; a name there is not yet used.
        if secret_names::is_text_for_people(page.path()) {
            return None;
        }
        let before = text_before(page.text, name.at.start, 200);
        if OPTION.is_match(before) && !self.is_for_server {
            let way =
                if before.to_ascii_lowercase().contains("dart-define") { Way::App } else { Way::Inlined };
            return Some(way);
        }
        let small = text_before(page.folded, name.at.start, 200);
        let is_of_app = APP_WORDS.iter().any(|word| small.contains(word)) && APP.is_match(small);
        if is_of_app && !before.contains("Platform.environment") {
            return Some(Way::App);
        }
        if self.has_app_module && OF_MODULE.is_match(text_before(page.text, name.at.start, 500)) {
            return Some(Way::App);
        }
        if self.is_resource && is_filled_in(page, name, line) {
            return Some(Way::App);
        }
        let is_page = PAGE.is_match(page.path());
        if is_page && ((GLOBAL_ITSELF.is_match(before) && is_assigned(page, name)) || is_echoed(page, name)) {
            return Some(Way::Inlined);
        }
        self.is_within(page, name).then_some(Way::Inlined)
    }

    /// Whether the name is a key within what a bundler or a page fills in.
    fn is_within(&self, page: &Page<'_>, name: &SecretName<'_>) -> bool {
        let labels = labels(page.text, name.at.start);
        let ends = |label: &str, words: &[&str]| {
            let label =
                label.trim_end_matches([' ', '\t', '\n', ':', '=', '"', '\'', '(']).to_ascii_lowercase();
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
            words.iter().any(|word| label.strip_suffix(word).is_some_and(|rest| !rest.ends_with(is_part)))
        };
        labels.iter().enumerate().any(|(depth, label)| {
            let outer = labels.get(depth + 1..).unwrap_or_default();
            (self.is_bundler_file && FILLED.is_match(label))
                || (self.is_env_file && depth == 0 && ends(label, &["env"]))
                || (self.is_extra_file && ends(label, &["extra"]))
                || (self.is_public_file && ends(label, &["public"]))
                || (ends(label, &["public"]) && outer.iter().any(|l| ends(l, &["runtimeconfig"])))
                || ends(label, &["publicruntimeconfig"])
                || (!self.is_for_server && label.ends_with("DefinePlugin("))
                || (depth < 2
                    && PAGE.is_match(page.path())
                    && (GLOBAL.is_match(label) || GLOBAL.is_match(label.trim_end_matches('('))))
                || (depth == 0
                    && PROPS.is_match(label)
                    && outer.iter().any(|l| l.trim_end().ends_with("return")))
        })
    }
}

/// Whether the name is filled in here, rather than read: in a resource everything is.
fn is_filled_in(page: &Page<'_>, name: &SecretName<'_>, line: &str) -> bool {
    let behind = page.text.get(name.at.end..page.text.len().min(name.at.end + 200)).unwrap_or_default();
    let behind = behind.trim_start_matches(['"', '\'', ' ', '>']);
    let is_empty =
        behind.starts_with("</string") || behind.starts_with("\"\"") || behind.starts_with("= \"\"");
    let is_caption =
        behind.split_once('<').is_some_and(|(text, rest)| rest.starts_with("/string") && text.contains(' '));
    // The key of an empty text of a template.
    !is_empty
        && !is_caption
        && !behind.trim_start_matches([':', '=', ' ']).starts_with("''")
        && !behind.trim_start_matches([':', '=', ' ']).starts_with("\"\"")
        && !line.trim_start().starts_with("import ")
}

/// Whether a template of a server writes the value into a script of the page.
fn is_echoed(page: &Page<'_>, name: &SecretName<'_>) -> bool {
    let end = page.text.floor_char_boundary(page.text.len().min(name.at.end + 40));
    if !ECHO.is_match(page.text.get(name.at.end..end).unwrap_or_default()) {
        return false;
    }
    let before = page.folded.get(..name.at.start).unwrap_or_default();
    before.rfind("<script").is_some_and(|open| !before.get(open..).unwrap_or_default().contains("</script"))
}

fn is_assigned(page: &Page<'_>, name: &SecretName<'_>) -> bool {
    let behind = page.text.get(name.at.end..page.text.len().min(name.at.end + 20)).unwrap_or_default();
    let behind = behind.trim_start_matches(['"', '\'', ']', ' ']);
    behind.starts_with('=') && !behind.starts_with("==")
}

fn text_before(text: &str, at: usize, bytes: usize) -> &str {
    let start = text.ceil_char_boundary(at.saturating_sub(bytes));
    text.get(start..at).unwrap_or_default()
}

/// What stands before each of the open brackets around a place, the innermost first. Strings are
/// not read: brackets in them come in pairs nearly always.
fn labels(text: &str, at: usize) -> Vec<&str> {
    let before = text_before(text, at, BRACKETS_BYTES);
    let mut depth = 0_usize;
    let mut labels = Vec::new();
    for (index, byte) in before.bytes().enumerate().rev() {
        match byte {
            b'}' | b')' | b']' => depth += 1,
            b'{' | b'(' | b'[' if depth > 0 => depth -= 1,
            b'{' | b'(' | b'[' => {
                // The bracket of a call stays, so that `DefinePlugin(` is told from a name.
                let end = if byte == b'(' { index + 1 } else { index };
                labels.push(text_before(before, end, 120));
                if labels.len() == DEPTH_MAX {
                    break;
                }
            }
            _ => {}
        }
    }
    labels
}

/// Whether what is packed runs on a server.
pub(super) fn is_for_server(page: &Page<'_>) -> bool {
    // Where neither word stands, the pattern need not even be compiled.
    ["node", "ssr"].iter().any(|word| page.folded.contains(word)) && NODE_TARGET.is_match(page.text)
}

static ENV_PREFIX: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\benvPrefix\s*:\s*(?:\[(?<list>[^\]]{0,300})\]|(?<one>["'][\w]*["']))"#));

/// Beginnings that a bundler is told to publish and that Amazon's secrets have.
pub(super) fn open_prefixes(page: &Page<'_>) -> Vec<(Span, String)> {
    if !page.folded.contains("envprefix") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for setting in ENV_PREFIX.captures_iter(page.text) {
        let Some(value) = setting.name("list").or_else(|| setting.name("one")) else { continue };
        for prefix in value.as_str().split(',').map(|part| part.trim().trim_matches(['"', '\''])) {
            let folded = prefix.to_ascii_lowercase();
            let is_amazon = ["lwa", "amazon", "amzn", "amz", "mws", "selling_partner", "seller_central"]
                .iter()
                .any(|word| folded.starts_with(word));
            let is_sp_api = folded.starts_with("sp_api") || folded.starts_with("spapi");
            if is_amazon || is_sp_api {
                found.push((Span::new(value.start(), value.end()), prefix.to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_followed() {
        let text = "module.exports = { a: [1, 2], env: { x: f(1), NAME";
        let labels = labels(text, text.len() - 4);
        assert!(labels.first().is_some_and(|label| label.ends_with("env: ")), "{labels:?}");
        assert_eq!(labels.len(), 2);
    }

    #[test]
    fn files_of_bundlers_are_told() {
        for path in
            ["next.config.mjs", "web/vite.config.ts", "config/webpack/prod.js", "webpack.dev.js", "app.json"]
        {
            assert!(BUNDLER_FILE.is_match(path), "{path}");
        }
        for path in ["serverless.yml", "src/app.ts", "config.js"] {
            assert!(!BUNDLER_FILE.is_match(path), "{path}");
        }
    }
}
