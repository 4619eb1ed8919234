/**
 * `npm run test:container`: the recipe of docs/deploy.md for a container, with the packed package and a small model.
 *
 * Its steps are done in an empty folder with this machine's Node, then the container's command serves a prediction, is found healthy and stops at
 * SIGTERM. Where docker or podman runs and has the base image or can fetch it, a container does the same; else the reason is printed. Where npm can't install,
 * all is skipped, unless `--required` is given (CI).
 */
import "./requireNode.mjs";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { step } from "./checks.mjs";
import { build, instructionsOf } from "./container/dockerfile.mjs";
import { ensureBuilt, ensureInstalled, root, runNode, runNpm, runScript } from "./project.mjs";

const PAGE = "docs/deploy.md";
const MODEL = "penguins";
const row = {
  island: "Biscoe",
  bill_length_mm: 50,
  bill_depth_mm: 15.2,
  flipper_length_mm: 221,
  body_mass_g: 5500,
  sex: null,
  year: 2008,
};

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const [, recipe] = /^```dockerfile\n(.*?)^```$/ms.exec(readFileSync(join(root, PAGE), "utf8")) ?? [];
  if (recipe === undefined) throw new Error(`Expected a block \`\`\`dockerfile in ${PAGE}, found none.`);
  const folder = mkdtempSync(join(tmpdir(), "gradus-container-"));
  try {
    const project = join(folder, "project");
    const unfit = await makeProject(folder, project);
    if (unfit !== undefined) {
      const required = process.argv.includes("--required");
      console.log(
        `The container's recipe ${required ? "failed" : "skipped"}: the package can't be installed. ${unfit}`,
      );
      console.log(required ? "0 passed, 1 failed" : "0 passed, 0 failed, 1 skipped");
      return required ? 1 : 0;
    }
    const steps = [
      await step("steps", `the Dockerfile of ${PAGE} in an empty folder`, () =>
        withoutContainer(recipe, folder, project),
      ),
    ];
    const [, image] = instructionsOf(recipe).find(([name]) => name === "FROM") ?? [];
    const engine = engineWith(image ?? "");
    if (engine.command === undefined) console.log(`\nThe container itself is skipped: ${engine.reason}`);
    else {
      const { command } = engine;
      steps.push(await step(command, `a container of ${image}`, () => inContainer(command, recipe, project)));
    }
    const failed = steps.filter(({ code }) => code !== 0).length;
    const skipped = engine.command === undefined ? ", 1 skipped" : "";
    console.log(`\n${steps.length - failed} passed, ${failed} failed${skipped}`);
    return failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

/**
 * A project where the packed package is installed, with a model.
 *
 * @param {string} folder the package lies beside the project there, as beside the folder of the container
 * @param {string} project
 * @returns {Promise<string | undefined>} why npm can't install
 */
async function makeProject(folder, project) {
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const packed = await runNpm(["pack", "--pack-destination", folder]);
  if (packed.code !== 0) throw new Error(packed.output);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  const flags = ["--no-audit", "--no-fund", "--prefer-offline"];
  const { code, output } = await runNpm(["install", ...flags, join(folder, tarball)], { cwd: project });
  if (code !== 0) return output.split("\n").find((line) => line.includes("npm error")) ?? "npm install failed.";
  copyFileSync(join(root, "examples", "data", "penguins.csv"), join(project, "penguins.csv"));
  const options = ["--target", "species", "--hidden", "16,16", "--folds", "1", "--epochs", "20"];
  const gradus = join(project, "node_modules", "gradus", "dist", "cli", "main.js");
  const trained = await runNode([gradus, "train", `${MODEL}.csv`, ...options], { show: false, cwd: project });
  if (trained.code !== 0) throw new Error(trained.output);
  return undefined;
}

/**
 * @param {string} recipe
 * @param {string} folder
 * @param {string} project
 */
async function withoutContainer(recipe, folder, project) {
  const image = join(folder, "image");
  mkdirSync(image);
  const { folder: cwd, command, health, port } = build(recipe, project, image);
  const free = await freePort();
  const [file, ...args] = command;
  const server = spawn(file, [...args, "--port", free], { cwd, stdio: ["ignore", "inherit", "inherit"] });
  const ended = once(server, "exit");
  const isRight = await predicts(free);
  const { status } = spawnSync(
    health[0],
    health.slice(1).map((text) => text.replaceAll(port, free)),
    { cwd },
  );
  server.kill("SIGTERM");
  const [code, signal] = await ended;
  console.log(
    `a prediction: ${isRight ? "right" : "WRONG"}; health check: exit code ${status}; SIGTERM: ended by ${signal ?? code}`,
  );
  return { code: isRight && status === 0 && signal === "SIGTERM" ? 0 : 1 };
}

/** @returns {Promise<string>} the number of a port that nothing listens at */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return String(port);
}

/**
 * Whether a server predicts the penguin, within a minute.
 *
 * @param {string} port
 */
async function predicts(port) {
  const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(row) };
  for (let tries = 0; tries < 120; tries++) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/models/${MODEL}/predict`, request);
      const { prediction } = /** @type {any} */ (await response.json());
      return response.status === 200 && prediction.label === "Gentoo";
    } catch {
      await wait(500); // it doesn't listen yet
    }
  }
  return false;
}

/**
 * @param {string} image
 * @returns {{ command: string } | { command?: undefined, reason: string }} what runs containers here and has the image
 */
function engineWith(image) {
  const reasons = [];
  for (const command of ["docker", "podman"]) {
    if (spawnSync(command, ["image", "inspect", image]).status === 0) return { command };
    const { status, stderr, error } = spawnSync(command, ["pull", image], { encoding: "utf8", timeout: 300_000 });
    if (status === 0) return { command };
    const [line] = (error === undefined ? stderr : "it is not installed").trim().split("\n").slice(-1);
    reasons.push(`${command}: ${line}`);
  }
  return { reason: reasons.join("; ") };
}

/**
 * Builds the image and asks a container of it.
 *
 * @param {string} engine
 * @param {string} recipe
 * @param {string} project
 */
async function inContainer(engine, recipe, project) {
  const tag = "gradus-test-container";
  // What is installed comes from a file beside the project, until the package is in a registry.
  const tarball = readdirSync(join(project, "..")).find((name) => name.endsWith(".tgz")) ?? "";
  copyFileSync(join(project, "..", tarball), join(project, tarball));
  const withPackage = recipe.replace(/^WORKDIR .*$/m, `$&\nCOPY ${tarball} ../`);
  writeFileSync(join(project, "Dockerfile"), withPackage);
  const built = spawnSync(engine, ["build", "--tag", tag, "."], { cwd: project, stdio: "inherit" });
  if (built.status !== 0) return { code: 1 };
  const port = await freePort();
  const [, exposed] = instructionsOf(recipe).find(([name]) => name === "EXPOSE") ?? [];
  const args = ["run", "--rm", "--detach", "--publish", `127.0.0.1:${port}:${exposed}`, tag];
  const { stdout, status } = spawnSync(engine, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) return { code: 1 };
  const isRight = await predicts(port);
  spawnSync(engine, ["stop", stdout.trim()]);
  spawnSync(engine, ["rmi", tag]);
  console.log(`a prediction: ${isRight ? "right" : "WRONG"}`);
  return { code: isRight ? 0 : 1 };
}
