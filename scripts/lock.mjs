/**
 * `npm run lock`: package-lock.json as package.json asks for it, complete for every platform.
 *
 * A registry that mirrors some platforms only makes npm leave the others' binaries out of the lock file, and `npm ci`
 * then refuses it. Their versions are exact in the package that wants them, and their names say where they run, so the
 * entries can be written without the registry; their checksums cannot, and are left to it.
 */
import "./requireNode.mjs";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, runNpm, runScript } from "./project.mjs";

await runScript(async () => {
  const { code, output } = await runNpm([
    "install",
    "--package-lock-only",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
  ]);
  console.log(output.trim());
  if (code !== 0) return code;

  const path = join(root, "package-lock.json");
  const lock = JSON.parse(readFileSync(path, "utf8"));
  const added = missingEntries(lock.packages);
  lock.packages = Object.fromEntries(
    [...Object.entries(lock.packages), ...added].sort(([a], [b]) => a.localeCompare(b, "en")),
  );
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(added.length === 0 ? "Nothing was missing." : `Added:\n  ${added.map(([name]) => name).join("\n  ")}`);
  return 0;
});

/**
 * The optional packages that some package in the lock file wants and that have no entry.
 *
 * @param {Record<string, { optionalDependencies?: Record<string, string>, dev?: boolean }>} packages
 */
function missingEntries(packages) {
  /** @type {[path: string, entry: object][]} */
  const missing = [];
  for (const [wanting, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    if (wanting === "") continue;
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (`node_modules/${name}` in packages || !/^\d/.test(version)) continue;
      const { cpu, libc, os } = platformOf(name);
      missing.push([`node_modules/${name}`, { version, cpu, dev, libc, optional: true, os }]); // in npm's order
    }
  }
  return missing;
}

/**
 * Where a package of binaries runs, read from a name like "@biomejs/cli-linux-arm64-musl".
 *
 * @param {string} name
 */
function platformOf(name) {
  const [, os, cpu, libc] = /-(android|darwin|freebsd|linux|win32)-(arm64|x64)(?:-(musl|gnu))?$/.exec(name) ?? [];
  if (os === undefined) throw new Error(`package-lock.json lacks ${name}, whose name does not say where it runs.`);
  return { cpu: [cpu], libc: libc && [libc === "gnu" ? "glibc" : libc], os: [os] };
}
