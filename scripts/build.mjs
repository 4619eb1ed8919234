/** `npm run build`: dist/ from src/, if src/ has changed. */
import "./requireNode.mjs";
import { ensureBuilt, ensureInstalled, runScript } from "./project.mjs";

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  console.log("dist/ is up to date.");
  return 0;
});
