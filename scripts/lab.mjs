/** `npm run lab`: the lab in the browser, from a clone with nothing installed; what follows `--` goes to `gradus lab`. */
import "./requireNode.mjs";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, root, runNode, runScript } from "./project.mjs";

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const { code } = await runNode([join(root, "dist", "cli", "main.js"), "lab", ...process.argv.slice(2)]);
  return code;
});
