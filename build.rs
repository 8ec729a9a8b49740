//! Lists the rule files, so that adding a rule touches no code. Nothing is parsed here.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rules");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("rules");
    let mut code = String::from(
        "/// Built-in rules: family, file stem, text.\npub(super) static RULES: &[(&str, &str, &str)] = &[\n",
    );
    for family in sorted(&root)?.iter().filter(|p| p.is_dir() && name(p) != "lists") {
        for file in sorted(family)? {
            let stem = name(&file).trim_end_matches(".toml").to_owned();
            let family = name(family);
            let path = format!("{family}/{}", name(&file));
            writeln!(
                code,
                "    (\"{}\", \"{}\", include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/rules/{}\"))),",
                family.escape_default(),
                stem.escape_default(),
                path.escape_default()
            )
            .map_err(io::Error::other)?;
        }
    }
    code.push_str("];\n");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("rules.rs"), code)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
