// Completes the package-lock.json files named on the command line, so that
// `npm ci` accepts them on every platform: a lock made on one platform from a
// registry mirror that serves only that platform's optional packages lacks the
// others. Each missing optional dependency with an exact version is entered
// with the operating system, processor and C library its name states.
//
//   npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved
//   node scripts/complete-lock.mjs testdata/projects/*/package-lock.json
import { readFileSync, renameSync, writeFileSync } from "node:fs";

const platform = /-(darwin|linux|win32|freebsd|android)-(arm64|arm|x64|ia32|ppc64|s390x|riscv64)(?:-(gnu|musl|msvc|gnueabihf|musleabihf))?$/;

for (const file of process.argv.slice(2)) {
  const lock = JSON.parse(readFileSync(file, "utf8"));
  for (const [place, parent] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const target = `node_modules/${name}`;
      const match = platform.exec(name);
      if (lock.packages[target] || lock.packages[`${place}/${target}`] || !match) continue;
      if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${file}: ${name} has no exact version: ${version}`);
      const [, os, cpu, libc] = match;
      lock.packages[target] = { version, cpu: [cpu], optional: true, os: [os] };
      if (os === "linux" && libc) lock.packages[target].libc = [libc.startsWith("musl") ? "musl" : "glibc"];
      if (parent.dev) lock.packages[target].dev = true;
    }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  writeFileSync(`${file}.new`, JSON.stringify(lock, null, 2) + "\n");
  renameSync(`${file}.new`, file);
}
