/**
 * What runs containers here: docker or podman with the base image of a recipe, else podman with a base of this machine's files.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { makeBaseFiles, NPM_CACHE } from "./baseFiles.mjs";

const BASE = "localhost/gradus-test-base";

/** Limits of a container that are no higher than root's own: some machines forbid to raise these, as podman does unless it is told. */
const LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"];

/**
 * @typedef {object} Engine
 * @property {string} title what is run, for people
 * @property {string} command
 * @property {readonly string[]} options of the command itself
 * @property {readonly string[]} build options of its build
 * @property {readonly string[]} run options of its run
 * @property {() => void} close removes what it made here
 */

/**
 * @param {string} image
 * @param {{ folder: string, npmCache: string }} base where the files of an own base are put, and what its npm installs from
 * @returns {Engine | string} or why no container can run
 */
export function engineWith(image, base) {
  const reasons = [];
  for (const command of ["docker", "podman"]) {
    const isThere = failureOf(command, ["image", "inspect", image]) === undefined;
    const reason = isThere ? undefined : failureOf(command, ["pull", image]);
    if (reason === undefined) return engineOf(command, image, `a container of ${image}`);
    reasons.push(`${command}: ${reason}`);
  }
  if (process.platform !== "linux" || failureOf("podman", ["info"]) !== undefined) return reasons.join("; ");
  console.log(`\n${image} can't be had (${reasons.join("; ")}).`);
  return withOwnBase(image, base);
}

/**
 * @param {string} image that it stands for
 * @param {{ folder: string, npmCache: string }} base
 * @returns {Engine | string}
 */
function withOwnBase(image, { folder, npmCache }) {
  const files = join(folder, "base");
  const archive = join(folder, "base.tar");
  makeBaseFiles(files);
  const failure =
    failureOf("tar", ["-C", files, "--owner=0", "--group=0", "-cf", archive, "."]) ??
    failureOf("podman", ["import", "--quiet", archive, BASE]);
  if (failure !== undefined) return failure;
  const close = () => void spawnSync("podman", ["rmi", "--force", BASE]);
  const engine = engineOf("podman", BASE, `a container of this machine's Node ${process.version} in place of ${image}`);
  if (typeof engine === "string") {
    close();
    return engine;
  }
  return { ...engine, build: [...engine.build, "--from", BASE, "--volume", `${npmCache}:${NPM_CACHE}`], close };
}

/**
 * @param {string} command
 * @param {string} image that is there
 * @param {string} title
 * @returns {Engine | string} or why it can't run a container of the image
 */
function engineOf(command, image, title) {
  const isPodman = command === "podman";
  // crun, podman's own choice, refuses a machine that has control groups of both versions.
  const options = isPodman && failureOf("runc", ["--version"]) === undefined ? ["--runtime", "runc"] : [];
  const limits = isPodman ? LIMITS : [];
  const reason = failureOf(command, [...options, "run", "--rm", ...limits, image, "node", "--version"]);
  if (reason !== undefined) return `${command}: ${reason}`;
  const format = isPodman ? ["--format", "docker"] : []; // podman's own has no health checks
  return {
    ...{ title: `${title}, by ${command}`, command, options },
    ...{ build: [...limits, ...format], run: limits, close: () => {} },
  };
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {string | undefined} why a command failed: its last line
 */
function failureOf(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", timeout: 300_000 });
  if (status === 0) return undefined;
  if (error !== undefined) return "code" in error && error.code === "ENOENT" ? "it is not installed" : error.message;
  return `${stdout}${stderr}`.trim().split("\n").at(-1);
}
