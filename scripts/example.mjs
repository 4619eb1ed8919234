/**
 * `npm run example -- 1`: compiles the examples and runs the one whose name begins with that number. What follows the
 * number goes to the example. An example that is a page is served to this machine until Ctrl-C.
 *
 * The examples import "gradus" and "gradus/node" as a user's program does: through the exports in package.json.
 */
import "./requireNode.mjs";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { serveFiles } from "./fileServer.mjs";
import { compiler, ensureBuilt, ensureInstalled, root, runNode, runScript } from "./project.mjs";

await runScript(async () => {
  const examples = readdirSync(join(root, "examples")).filter((name) => /^\d+-/.test(name));
  const [number = "", ...args] = process.argv.slice(2);
  const example = examples.find((name) => /^\d+$/.test(number) && Number.parseInt(name, 10) === Number(number));
  if (example === undefined) {
    const list = examples.map((name) => `  npm run example -- ${Number.parseInt(name, 10)}   examples/${name}`);
    console.error(`Name an example by its number, not ${JSON.stringify(number)}:\n${list.join("\n")}`);
    return 2;
  }
  await ensureInstalled();
  await ensureBuilt();
  return example.endsWith(".ts") ? runProgram(example, args) : servePage(example);
});

/** @param {string} example @param {readonly string[]} args */
async function runProgram(example, args) {
  const { code } = await runNode([compiler, "-p", "tsconfig.examples.json"]);
  if (code !== 0) return code;
  return (await runNode([join(root, ".build", "examples", example.replace(/ts$/, "js")), ...args])).code;
}

/** @param {string} example a folder with an index.html */
async function servePage(example) {
  const server = await serveFiles(root, ["dist", "examples"], { isolated: true });
  console.log(`Open ${server.origin}/examples/${example}/ in a browser. Ctrl-C ends the server.`);
  await new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
  await server.close();
  return 0;
}
