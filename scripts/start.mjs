/**
 * `npm start`: trains a network on the packaged penguins table, from a clone with nothing installed.
 *
 * `npm start -- mine.csv --target price` trains on another table: what follows the `--` goes to `gradus train`.
 */
import "./requireNode.mjs";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, root, runNode, runScript } from "./project.mjs";

const penguins = ["examples/data/penguins.csv", "--target", "species", "--seed", "1", "--out", "penguins.gradus"];

await runScript(async () => {
  const given = process.argv.slice(2);
  const args = given.length > 0 ? given : penguins;
  await ensureInstalled();
  await ensureBuilt();
  console.log(`gradus train ${args.map(quoted).join(" ")}\n`);
  // In the folder the user called from (npm keeps it in INIT_CWD), so that the paths they wrote mean what they meant.
  const cwd = given.length > 0 ? (process.env.INIT_CWD ?? process.cwd()) : root;
  return (await runNode([join(root, "dist", "cli", "main.js"), "train", ...args], { cwd })).code;
});

/** @param {string} argument */
function quoted(argument) {
  return /^[\w./:=@,+-]+$/.test(argument) ? argument : JSON.stringify(argument);
}
