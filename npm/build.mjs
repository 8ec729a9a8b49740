// Makes the npm packages of a release: node npm/build.mjs BUILT OUT
//
// BUILT holds a folder a target with the program in it, as the release workflow builds them. OUT gets
// the package that people install and one a platform, each ready for `npm publish`.

import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TARGETS = {
  "darwin-arm64": "aarch64-apple-darwin",
  "darwin-x64": "x86_64-apple-darwin",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "linux-x64": "x86_64-unknown-linux-musl",
  "win32-x64": "x86_64-pc-windows-msvc",
};

const [built, out] = process.argv.slice(2);
if (!built || !out) {
  throw new Error("usage: node npm/build.mjs BUILT OUT");
}
const here = dirname(fileURLToPath(import.meta.url));
const top = dirname(here);
const version = readFileSync(join(top, "Cargo.toml"), "utf8").match(/^version = "(.+)"$/m)[1];
const licences = ["LICENSE-MIT", "LICENSE-APACHE"];

function written(folder, manifest) {
  mkdirSync(join(out, folder, "bin"), { recursive: true });
  writeFileSync(join(out, folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const licence of licences) {
    copyFileSync(join(top, licence), join(out, folder, licence));
  }
}

const main = JSON.parse(readFileSync(join(here, "kagiban/package.json"), "utf8"));
const there = Object.entries(TARGETS).filter(([, target]) => existsSync(join(built, target)));
if (there.length === 0) {
  throw new Error(`there is no folder of a target in ${built}`);
}
for (const [platform, target] of there) {
  const [os, cpu] = platform.split("-");
  const file = os === "win32" ? "kagiban.exe" : "kagiban";
  const { description, license, engines } = main;
  const name = `@kagiban/${platform}`;
  written(platform, { name, version, description, license, engines, os: [os], cpu: [cpu], files: [`bin/${file}`, ...licences] });
  copyFileSync(join(built, target, file), join(out, platform, "bin", file));
  chmodSync(join(out, platform, "bin", file), 0o755);
}

const optionalDependencies = Object.fromEntries(Object.keys(TARGETS).map((p) => [`@kagiban/${p}`, version]));
written("kagiban", { ...main, version, files: [...main.files, ...licences], optionalDependencies });
cpSync(join(here, "kagiban/bin"), join(out, "kagiban/bin"), { recursive: true });
copyFileSync(join(top, "README.md"), join(out, "kagiban/README.md"));
