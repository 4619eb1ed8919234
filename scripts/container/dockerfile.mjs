/**
 * The steps of a Dockerfile, done without a container: in an empty folder, with this machine's Node. For a check of a recipe where no image can be
 * had. Knows the instructions that docs/deploy.md uses, and refuses others.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/**
 * What the steps leave to be run.
 *
 * @typedef {{ folder: string, command: readonly string[], health: readonly string[], port: string }} Built
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
 * @param {string} context the folder that COPY takes from
 * @param {string} image an empty folder in the image's place
 * @returns {Built}
 */
export function build(text, context, image) {
  const built = { folder: image, command: [""], health: [""], port: "" };
  for (const [name, args] of instructionsOf(text)) {
    switch (name) {
      case "FROM":
      case "USER":
        break;
      case "WORKDIR":
        built.folder = join(image, args);
        mkdirSync(built.folder, { recursive: true });
        break;
      case "COPY": {
        const names = args.split(/\s+/);
        const to = join(built.folder, names.pop() ?? "");
        for (const each of names) cpSync(join(context, each), join(to, each), { recursive: true });
        break;
      }
      case "RUN": {
        const { status, stdout, stderr } = spawnSync("sh", ["-c", args], { cwd: built.folder, encoding: "utf8" });
        if (status !== 0) throw new Error(`RUN ${args} failed:\n${stdout}${stderr}`);
        break;
      }
      case "EXPOSE":
        built.port = args;
        break;
      case "HEALTHCHECK":
        built.health = JSON.parse(args.replace(/^CMD\s+/, ""));
        break;
      case "CMD":
        built.command = JSON.parse(args);
        break;
      default:
        throw new Error(`${name} is not an instruction that the check of recipes knows.`);
    }
  }
  return built;
}
