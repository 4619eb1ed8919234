/**
 * The steps of a Dockerfile, done without a container: in an empty folder, with this machine's Node. For a check of a recipe where no image can be
 * had. Knows the instructions that docs/deploy.md uses, and refuses others.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/**
 * What a recipe begins with and leaves to be run.
 *
 * @typedef {{ image: string, command: readonly string[], health: readonly string[], port: string }} Settings
 */

/**
 * The instructions of a Dockerfile: lines of a word and its arguments.
 *
 * @param {string} text
 * @returns {[name: string, args: string][]}
 */
export function instructionsOf(text) {
  return text
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name, args] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`Expected an instruction and its arguments, found: ${line}`);
      return [name, args.trim()];
    });
}

/**
 * @param {string} text the Dockerfile
 * @returns {Settings}
 */
export function settingsOf(text) {
  const of = new Map(instructionsOf(text));
  /** @param {string} name */
  const args = (name) => {
    const found = of.get(name);
    if (found === undefined) throw new Error(`Expected an instruction ${name}, found ${[...of.keys()].join(", ")}.`);
    return found;
  };
  return {
    image: args("FROM"),
    command: JSON.parse(args("CMD")),
    health: JSON.parse(args("HEALTHCHECK").replace(/^CMD\s+/, "")),
    port: args("EXPOSE"),
  };
}

/**
 * @param {string} text the Dockerfile
 * @param {string} context the folder that COPY takes from
 * @param {string} image an empty folder in the image's place
 * @returns {string} the folder that the command is to be run in
 */
export function build(text, context, image) {
  let folder = image;
  for (const [name, args] of instructionsOf(text)) {
    switch (name) {
      case "FROM":
      case "USER":
      case "EXPOSE":
      case "HEALTHCHECK":
      case "CMD":
        break;
      case "WORKDIR":
        folder = join(image, args);
        mkdirSync(folder, { recursive: true });
        break;
      case "COPY": {
        const names = args.split(/\s+/);
        const to = join(folder, names.pop() ?? "");
        for (const each of names) cpSync(join(context, each), join(to, each), { recursive: true });
        break;
      }
      case "RUN": {
        const { status, stdout, stderr } = spawnSync("sh", ["-c", args], { cwd: folder, encoding: "utf8" });
        if (status !== 0) throw new Error(`RUN ${args} failed:\n${stdout}${stderr}`);
        break;
      }
      default:
        throw new Error(`${name} is not an instruction that the check of recipes knows.`);
    }
  }
  return folder;
}
