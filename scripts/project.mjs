/**
 * What every command of the project begins with: the packages are installed, `dist/` is built from what `src/` holds
 * now. Both are judged by content, so the second time costs milliseconds and a touched or copied file costs nothing.
 *
 * Plain JavaScript on Node alone, because it runs before anything is installed. Knows nothing of tests or examples.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleCommand } from "./commandBundle.mjs";

/** The folder that holds package.json; it ends without a slash and may contain spaces. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");

/** A step failed; what there is to say has been printed, and this is the exit code. */
export class StepFailure extends Error {
  /** @param {string} step @param {number} code */
  constructor(step, code) {
    super(`${step} failed with exit code ${code}`);
    this.name = "StepFailure";
    this.code = code;
  }
}

/**
 * Runs a script's main function; its result is the exit code. A failed step exits with that step's code.
 *
 * @param {() => Promise<number>} main
 */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    process.exitCode = error.code;
  }
}

/**
 * Runs `node …args` in the project's root and waits for it. An interrupt (Ctrl-C) reaches the child by itself; this
 * process stays until the child has finished what it does about it.
 *
 * @param {readonly string[]} args
 * @param {{ show?: boolean, env?: Record<string, string>, cwd?: string }} [options] `show` (true) passes the child's
 *   output on, else it is collected
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runNode(args, { show = true, env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
    });
    const ignore = () => {};
    const pass = () => child.kill("SIGTERM");
    process.on("SIGINT", ignore);
    process.on("SIGTERM", pass);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk) => {
        output += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", pass);
      resolve({ code: code ?? 1, output });
    });
  });
}

/**
 * Announces a quiet step, does it, and says how long it took; where it fails, shows what it printed.
 *
 * @param {string} announcement for example "Building dist/"
 * @param {() => Promise<{ code: number, output: string }>} act
 */
async function quietStep(announcement, act) {
  const begun = performance.now();
  process.stdout.write(`${announcement} … `);
  const { code, output } = await act();
  const took = seconds(performance.now() - begun);
  console.log(code === 0 ? `done in ${took}.` : `failed after ${took}:\n\n${output.trim()}\n`);
  if (code !== 0) throw new StepFailure(announcement, code);
}

/**
 * A duration for people.
 *
 * @param {number} milliseconds
 */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Installs the packages unless node_modules/ holds what package-lock.json asks for. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  // No lifecycle scripts: nothing here needs one, so none gets to run. Development packages always: they build dist/.
  const args = ["ci", "--include=dev", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
  await quietStep("Installing the packages that package-lock.json names (npm ci)", () => runNpm(args));
}

/**
 * Whether npm's own record of what it installed agrees with the lock file. An optional package may be missing (another
 * platform's, or left out on purpose), but not be there in another version.
 */
function isInstalled() {
  const record = join(root, "node_modules", ".package-lock.json"); // npm writes it last
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = installed[path];
    return found === undefined ? entry.optional || entry.devOptional : found.version === entry.version;
  });
}

/**
 * Runs npm, by the path it gave us where it started us (Windows cannot spawn npm.cmd without a shell).
 *
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} [options]
 */
export function runNpm(args, { cwd = root } = {}) {
  return runNode([npmScript(), ...args], { show: false, cwd });
}

/** The JavaScript file that is npm: of the npm that runs us, else the one that came with this Node. */
export function npmScript() {
  const beside = join(process.execPath, "..");
  const candidates = [
    process.env.npm_execpath ?? "",
    join(beside, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(beside, "node_modules", "npm", "bin", "npm-cli.js"),
  ];
  const script = candidates.find((path) => /npm-cli\.js$/.test(path) && existsSync(path));
  if (script !== undefined) return script;
  console.error("npm was not found beside this Node. Run this through npm: npm start, npm test, npm run build.");
  throw new StepFailure("finding npm", 1);
}

/**
 * Builds dist/ from src/ unless it was built from these very sources.
 *
 * @param {{ constants?: boolean }} [options] `constants` (true) makes the kernels' constants anew where the tables have
 *   changed; `npm test` takes them as they are checked in, and fails where they are stale
 */
export async function ensureBuilt({ constants = true } = {}) {
  if (constants) await ensureConstants();
  await ensureKernels();
  const hash = sourceHash();
  const stamp = join(root, "dist", ".source-hash");
  const isBuilt = () => existsSync(stamp) && readFileSync(stamp, "utf8") === hash;
  if (isBuilt()) return;

  // Into a folder beside, then swapped in: dist/ is always whole, and never holds what src/ has no longer.
  const outDir = join(root, ".build", `dist-${process.pid}`);
  try {
    // Types are checked by `npm test`, over src/ and all else: checking them here would take as long as all the rest.
    const args = ["-p", "tsconfig.build.json", "--noCheck", "--outDir", outDir];
    await quietStep("Building dist/ from src/ (tsc)", () => runNode([compiler, ...args], { show: false }));
    await buildLab(outDir);
    await bundleCommand(outDir);
    const executable = join(outDir, "cli", "main.js");
    if (existsSync(executable)) chmodSync(executable, 0o755);
    await writeKernelFiles(outDir);
    writeFileSync(join(outDir, ".source-hash"), hash);
    rmSync(join(root, "dist"), { recursive: true, force: true });
    renameSync(outDir, join(root, "dist"));
  } catch (error) {
    if (!isBuilt()) throw error; // else another process has swapped the same build in meanwhile
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/**
 * What the package offers as gradus/kernels/: the kernels as files, and the source of a worker that runs them.
 *
 * @param {string} outDir a dist/ whose code is complete
 */
async function writeKernelFiles(outDir) {
  const folder = join(outDir, "kernels");
  cpSync(kernelFiles, folder, { recursive: true });
  const source = pathToFileURL(join(outDir, "engines", "wasm", "worker.js"));
  const { WEB_WORKER_SOURCE } = await import(source.href);
  writeFileSync(join(folder, "worker.js"), WEB_WORKER_SOURCE);
}

/** Why the lab can't be built here; undefined where it can. */
function whyNoLab() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const runsVite = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  if (!runsVite) return `Vite needs Node 20.19, 22.12 or newer, and this is ${process.versions.node}`;
  const missing = ["vite", "preact", "@preact/signals"].find((name) => !existsSync(tool(name, "package.json")));
  return missing && `the package ${missing} is not installed; npm run build installs it`;
}

/**
 * Builds the lab into lab/ of a folder; where that can't be done, says why and leaves it out.
 *
 * @param {string} outDir
 */
async function buildLab(outDir) {
  const why = whyNoLab();
  if (why !== undefined) {
    console.log(`The lab is not built: ${why}.`);
    return;
  }
  const args = [tool("vite", "bin/vite.js"), "build", "--config", join(root, "lab", "vite.config.ts")];
  // Vite takes another NODE_ENV, as Vitest's, for one that wants the larger code of development.
  const env = { NODE_ENV: "production" };
  await quietStep("Building the lab (vite)", () =>
    runNode([...args, "--outDir", join(outDir, "lab"), "--emptyOutDir"], { show: false, env }),
  );
}

const kernels = join(root, "src", "engines", "wasm", "kernels");

const generated = join(root, "src", "engines", "wasm", "generated");

/** The folder of .wasm files that scripts/kernels.mjs writes beside the texts. */
export const kernelFiles = join(generated, "files");

/** What scripts/kernels.mjs writes; the first line of each file is a comment with `kernelsHash()`. */
export const compiledKernels = {
  stamp: join(generated, "kernelStamp.ts"),
  prediction: join(generated, "predictionKernels.ts"),
  training: join(generated, "trainingKernels.ts"),
};

/** Of all that the compiled kernels are made from. */
export function kernelsHash() {
  const sources = readdirSync(kernels)
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => join(kernels, name));
  const scripts = ["kernels.mjs", "difference.mjs"].map((name) => join(root, "scripts", name));
  return contentHash([...sources, ...scripts, tool("assemblyscript", "package.json")]);
}

/** What the kernels share with the rest of src/; scripts/constants.mjs makes it, and a test compares it with the tables. */
export const kernelConstants = join(kernels, "constants.ts");

/** Makes the kernels' constants unless that was done from these very tables. */
async function ensureConstants() {
  const hash = () =>
    contentHash([
      ...["plan", "network", "optimizers"].flatMap((folder) => sourcesIn(join("src", folder))),
      ...["src/engines/memory/layouts.ts", "src/engines/wasm/kernelConstants.ts"].map((name) => join(root, name)),
      kernelConstants,
    ]);
  const stamp = join(buildFolder(), "constants-hash");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash()) return;
  await quietStep("Making the kernels' constants", () =>
    runNode([join(root, "scripts", "constants.mjs")], { show: false }),
  );
  writeFileSync(stamp, hash());
}

/** Compiles the WebAssembly kernels unless that was done from these very sources. */
export async function ensureKernels() {
  const stamp = `// ${kernelsHash()}\n`;
  const isCompiled = (/** @type {string} */ path) => existsSync(path) && readFileSync(path, "utf8").startsWith(stamp);
  if (Object.values(compiledKernels).every(isCompiled)) return;
  await quietStep("Compiling the WebAssembly kernels (AssemblyScript)", () =>
    runNode([join(root, "scripts", "kernels.mjs")], { show: false }),
  );
}

/**
 * The files that something is made from, tests left out.
 *
 * @param {string} folder in the project
 */
function sourcesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name)) // parentPath came with Node 20.12
    .sort();
}

/** SHA-256 over the names and contents of all that dist/ is made from. */
function sourceHash() {
  const sources = ["src", "lab"].flatMap((folder) => sourcesIn(folder));
  const configurations = [
    "tsconfig.json",
    "tsconfig.build.json",
    "scripts/commandBundle.mjs",
    "node_modules/rolldown/package.json",
    "node_modules/typescript-7/package.json",
    "node_modules/vite/package.json",
  ];
  const hash = contentHash([...sources, ...configurations.map((name) => join(root, name))]);
  return whyNoLab() === undefined ? hash : `${hash} without the lab`;
}

/**
 * SHA-256 over the names and contents of files.
 *
 * @param {readonly string[]} paths
 */
function contentHash(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    const content = readFileSync(path);
    hash.update(`${path.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/**
 * The path of a file inside an installed package.
 *
 * @param {string} packageName
 * @param {string} file
 */
export function tool(packageName, file) {
  return join(root, "node_modules", packageName, file);
}

/**
 * TypeScript 7, which is native code and several times faster. It has no interface for programs yet: TypeDoc and what reads
 * sources as trees use the package typescript.
 */
export const compiler = tool("typescript-7", "bin/tsc");

/** The folder for what tests and examples produce; ignored by git. */
export function buildFolder() {
  const folder = join(root, ".build");
  mkdirSync(folder, { recursive: true });
  return folder;
}
