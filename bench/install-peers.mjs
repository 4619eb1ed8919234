/**
 * `node bench/install-peers.mjs`: installs what gradus is measured beside, into bench/.peers/, which git ignores.
 *
 * npm packages with fixed versions, none of whose scripts are run; a Python environment with the newest PyTorch, scikit-learn and
 * numpy; FANN from the system's packages, where those are Debian's and may be installed; candle, built by cargo where that is there. `--no-python` leaves Python out; $GRADUS_BENCH_PYTHON names one that has them already.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runNpm, runScript } from "../scripts/project.mjs";
import { benchFolder, pythonIn } from "./peers.mjs";

const npmPackages = {
  "@jax-js/jax": "0.1.25",
  "@tensorflow/tfjs": "4.22.0",
  "@tensorflow/tfjs-backend-wasm": "4.22.0",
  "brain.js": "2.0.0-beta.24",
  synaptic: "1.1.4",
};
const pythonPackages = ["numpy", "scikit-learn", "torch", "pandas", "catboost", "lightgbm", "pytabkit", "river"];

const folder = join(benchFolder, ".peers");

await runScript(async () => {
  mkdirSync(folder, { recursive: true });
  const npmCode = await installNpm();
  installFann();
  buildCandle();
  if (process.argv.includes("--no-python") || process.env.GRADUS_BENCH_PYTHON) {
    console.log("Python: left as it is.");
    return npmCode;
  }
  return Math.max(npmCode, installPython());
});

/** @returns {Promise<number>} the exit code */
async function installNpm() {
  const manifest = { private: true, description: "What gradus is measured beside", dependencies: npmPackages };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  console.log(
    `npm: ${Object.entries(npmPackages)
      .map((entry) => entry.join("@"))
      .join(", ")} …`,
  );
  const { code, output } = await runNpm(["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  console.log(output.trim());
  return code;
}

/** @returns {number} the exit code */
function installPython() {
  const venv = join(folder, "venv");
  const system = process.platform === "win32" ? "python" : "python3";
  console.log(`Python: ${pythonPackages.join(", ")} …`);
  for (const [command, args] of /** @type {const} */ ([
    [system, ["-m", "venv", venv]],
    [pythonIn(venv), ["-m", "pip", "install", "--quiet", "--upgrade", ...pythonPackages]],
  ])) {
    const { status, error } = spawnSync(command, args, { stdio: "inherit" });
    if (status !== 0) {
      console.error(`${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ""}.`);
      console.error("Without Python the other peers can be measured all the same.");
      return status ?? 1;
    }
  }
  return 0;
}

/** The C library, by the system's packages. Without it the other peers can be measured all the same. */
function installFann() {
  console.log("FANN: Debian's package libfann2 …");
  report(
    "FANN",
    spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", "libfann2"], { encoding: "utf8" }),
  );
}

/** The program in peers/candle, for the processor at hand. */
function buildCandle() {
  console.log("candle: cargo build, which takes minutes …");
  const source = join(folder, "candle");
  cpSync(join(benchFolder, "peers", "candle"), source, { recursive: true });
  const env = { ...process.env, CARGO_TARGET_DIR: join(folder, "rust"), RUSTFLAGS: "-C target-cpu=native" };
  report("candle", spawnSync("cargo", ["build", "--release", "--locked"], { cwd: source, env, encoding: "utf8" }));
}

/**
 * Why one of these isn't there, if it isn't.
 *
 * @param {string} name
 * @param {import("node:child_process").SpawnSyncReturns<string>} ended
 */
function report(name, { status, error, stderr }) {
  if (status === 0) return;
  const [reason] = (error?.message ?? stderr).trim().split("\n").slice(-1);
  console.error(`${name} is left out: ${reason}`);
}
