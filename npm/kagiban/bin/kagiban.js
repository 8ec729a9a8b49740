#!/usr/bin/env node
// Runs the program of this platform's package, which npm chose among the optional dependencies.
// Nothing is downloaded and no script runs on installation.
"use strict";

const { spawnSync } = require("node:child_process");

const name = `@kagiban/${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "kagiban.exe" : "kagiban";

let program;
try {
  program = require.resolve(`${name}/bin/${file}`);
} catch {
  console.error(`kagiban: the package ${name} is not there.`);
  console.error("Either there is no release for this platform, or it was installed without optional dependencies");
  console.error("(npm install --include=optional kagiban).");
  process.exit(2);
}

const { status, signal, error } = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`kagiban: ${error.message}`);
}
// What did not run is no clean audit.
process.exit(error || signal ? 2 : status);
