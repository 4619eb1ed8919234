/**
 * `npm run test:openapi`: schemathesis, which makes requests from the server's OpenAPI document, right and wrong ones, and checks every
 * response against it: no 5xx, nothing that the document doesn't have, right requests taken, wrong ones refused.
 *
 * Where it isn't installed (Python: pip install schemathesis) the check is skipped, with the reason. The environment variable
 * SCHEMATHESIS names its command, else st on the PATH is taken. `--examples N` (100) is how many requests of each kind an operation gets.
 */
import "./requireNode.mjs";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { trainings } from "../test/openapi/models.mjs";
import { ensureBuilt, ensureInstalled, root, runScript } from "./project.mjs";

/** Not what a server of models can keep: that an identifier of a schema is used in another request. */
const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "negative_data_rejection",
  "positive_data_acceptance",
  "unsupported_method",
];

await runScript(async () => {
  const command = process.env.SCHEMATHESIS || "st";
  if (spawnSync(command, ["--version"]).status !== 0) {
    console.log(
      `OpenAPI checks skipped: ${command} does not run. Install it (pip install schemathesis), or set SCHEMATHESIS to its path.`,
    );
    console.log("0 passed, 0 failed, 1 skipped");
    return 0;
  }
  await ensureInstalled();
  await ensureBuilt();
  const { serve, train } = await import(pathToFileURL(join(root, "dist", "node.js")).href);
  /** @type {Record<string, import("../src/node.ts").Model>} */
  const models = {};
  for (const [name, options] of Object.entries(trainings)) models[name] = (await train(options)).model;
  /** @type {string[]} */
  const failures = [];
  const onEvent = (/** @type {import("../src/node.ts").ServeEvent} */ event) => {
    if (event.event === "failed") failures.push(`${event.path}: ${event.stack}`);
  };
  const server = await serve({ models, port: 0, maxRows: 20, reload: false, onEvent });
  const at = process.argv.indexOf("--examples");
  const examples = at < 0 ? "100" : process.argv[at + 1];
  const args = ["--checks", checks.join(","), "--max-examples", examples, "--seed", "1", "--continue-on-failure"];
  const folder = mkdtempSync(join(tmpdir(), "gradus-openapi-")); // it keeps what it found beside itself
  const code = await run(folder, command, [
    "run",
    `${server.address}openapi.json`,
    "--suppress-health-check",
    "all",
    ...args,
  ]);
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
  for (const failure of failures.slice(0, 5)) console.log(failure);
  const passed = code === 0 && failures.length === 0;
  console.log(`\n${Object.keys(models).length} models: ${passed ? "1 passed, 0 failed" : "0 passed, 1 failed"}`);
  return passed ? 0 : 1;
});

/**
 * @param {string} cwd
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
function run(cwd, command, args) {
  return new Promise((resolve, reject) => {
    spawn(command, args, { cwd, stdio: "inherit" })
      .on("error", reject)
      .on("close", (code) => resolve(code ?? 1));
  });
}
