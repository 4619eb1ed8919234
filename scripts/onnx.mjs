/**
 * `npm run test:onnx`: exported ONNX files in onnxruntime, in Node and as WebAssembly, and in Python's checker and onnxruntime, and the Python of docs/deploy.md.
 *
 * The runtimes come from npm into .build/onnx, where they stay; where they can't be installed the suite is skipped, with the reason.
 * Python is the one that the environment variable GRADUS_ONNX_PYTHON names, else python3 or the system's; its part is skipped, with the reason, where it has
 * no onnx, and what needs onnxruntime where it lacks that or pandas.
 */
import "./requireNode.mjs";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runVitest, step, summarise } from "./checks.mjs";
import { buildFolder, ensureBuilt, ensureInstalled, runNpm, runScript } from "./project.mjs";
import { pythonWith } from "./python.mjs";

const packages = { "onnxruntime-node": "1.30.0", "onnxruntime-web": "1.30.0" };

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const folder = join(buildFolder(), "onnx");
  const reason = await install(folder);
  if (reason !== undefined) {
    console.log(`ONNX tests skipped: onnxruntime can't be installed. ${reason}`);
    console.log("0 passed, 0 failed, 1 skipped");
    return 0;
  }
  const found = pythonWith(process.env.GRADUS_ONNX_PYTHON, ["onnx"]);
  if (found.python === undefined) {
    console.log(`What needs Python is skipped: no onnx (${found.reason}). Debian: apt-get install python3-onnx.`);
  } else {
    const { reason } = pythonWith(found.python, ["onnxruntime", "pandas"]);
    if (reason !== undefined) console.log(`What needs Python's onnxruntime with pandas is skipped: ${reason}.`);
  }
  return summarise([
    await step("tests", "vitest, with onnxruntime", () =>
      runVitest(["--config", "test/onnx/vitest.config.ts"], {
        GRADUS_ONNX: folder,
        GRADUS_ONNX_PYTHON: found.python ?? "",
      }),
    ),
  ]);
});

/**
 * Runs no script of the packages: onnxruntime-node's fetches libraries for NVIDIA's devices.
 *
 * @param {string} folder
 * @returns {Promise<string | undefined>} why it can't be done
 */
async function install(folder) {
  const manifest = JSON.stringify({ private: true, dependencies: packages });
  const written = join(folder, "package.json");
  const names = Object.keys(packages);
  const isThere = names.every((name) => existsSync(join(folder, "node_modules", name, "package.json")));
  if (isThere && existsSync(written) && readFileSync(written, "utf8") === manifest) return undefined;
  mkdirSync(folder, { recursive: true });
  writeFileSync(written, manifest);
  const { code, output } = await runNpm(["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  return code === 0 ? undefined : output.trim().split("\n")[0];
}
