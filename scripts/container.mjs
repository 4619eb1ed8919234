/**
 * `npm run test:container`: the recipe of docs/deploy.md for a container, with the packed package and a small model.
 *
 * A container of it serves a prediction, is found healthy and stops at SIGTERM: of the recipe's base image where docker or podman has it or can fetch it, else
 * of one that podman makes of this machine's Node. Where no container can run, the reason is printed, and the recipe's steps are done in an empty folder, whose
 * server does the same. Where npm can't install, all is skipped, unless `--required` is given (CI).
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
import { build, settingsOf } from "./container/dockerfile.mjs";
import { engineWith } from "./container/engine.mjs";
import { ensureBuilt, ensureInstalled, root, runNode, runNpm, runScript } from "./project.mjs";

const PAGE = "docs/deploy.md";
const MODEL = "penguins";
/** The exit code of a container that SIGTERM has ended; 137 is that of one that had to be killed. */
const STOPPED = "143";
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
    const { output: npmCache } = await runNpm(["config", "get", "cache"]);
    const engine = engineWith(settingsOf(recipe).image, { folder, npmCache: npmCache.trim() });
    const isSkipped = typeof engine === "string";
    if (isSkipped) console.log(`\nNo container can run here: ${engine}`);
    const { code } = isSkipped
      ? await step("steps", `the recipe of ${PAGE} in an empty folder`, () => withoutContainer(recipe, folder, project))
      : await step("container", engine.title, () => inContainer(engine, recipe, project)).finally(engine.close);
    console.log(`\n${code === 0 ? 1 : 0} passed, ${code === 0 ? 0 : 1} failed${isSkipped ? ", 1 skipped" : ""}`);
    return code === 0 ? 0 : 1;
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
  const cwd = build(recipe, project, image);
  const { command, health, port } = settingsOf(recipe);
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
 * Builds the image and asks a container of it.
 *
 * @param {import("./container/engine.mjs").Engine} engine
 * @param {string} recipe
 * @param {string} project
 */
async function inContainer({ command, options, build: buildOptions, run }, recipe, project) {
  const tag = "gradus-test-container";
  // What is installed comes from a file beside the project, until the package is in a registry.
  const tarball = readdirSync(join(project, "..")).find((name) => name.endsWith(".tgz")) ?? "";
  copyFileSync(join(project, "..", tarball), join(project, tarball));
  const withPackage = recipe.replace(/^WORKDIR .*$/m, `$&\nCOPY ${tarball} ../`);
  writeFileSync(join(project, "Dockerfile"), withPackage);
  /** @param {readonly string[]} args @param {"pipe" | "inherit"} [stdio] */
  const engine = (args, stdio = "pipe") =>
    spawnSync(command, [...options, ...args], { cwd: project, encoding: "utf8", stdio });
  if (engine(["build", ...buildOptions, "--tag", tag, "."], "inherit").status !== 0) return { code: 1 };
  const port = await freePort();
  const { health, port: exposed } = settingsOf(recipe);
  const started = engine(["run", "--detach", ...run, "--publish", `127.0.0.1:${port}:${exposed}`, tag]);
  const container = started.stdout.trim();
  try {
    if (started.status !== 0) {
      console.log(started.stderr);
      return { code: 1 };
    }
    const isRight = await predicts(port);
    const { status } = engine(["exec", container, ...health], "inherit");
    engine(["stop", container]);
    const ended = engine(["inspect", "--format", "{{.State.ExitCode}}", container]).stdout.trim();
    const isGraceful = ended === STOPPED;
    console.log(
      `a prediction: ${isRight ? "right" : "WRONG"}; health check: exit code ${status}; SIGTERM: exit code ${ended}`,
    );
    if (!isRight || status !== 0 || !isGraceful) engine(["logs", container], "inherit");
    return { code: isRight && status === 0 && isGraceful ? 0 : 1 };
  } finally {
    engine(["rm", "--force", container]);
    engine(["rmi", tag]);
  }
}
