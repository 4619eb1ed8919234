/**
 * `npm run test:readme`: runs every command and program that README.md and docs/ show, as written and in order, in a
 * clone, in a project with the packed package and in one with the package from a git URL. Takes minutes, because that
 * is how long the commands take; npm fetches what they install, from its cache where it can.
 *
 * What follows `--` goes to vitest (`npm run test:readme -- -t docs/`).
 */
import "./requireNode.mjs";
import { runVitest, step, summarise } from "./checks.mjs";
import { ensureBuilt, ensureInstalled, runScript } from "./project.mjs";

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  return summarise([
    await step("tests", "vitest, commands and programs of the documents", () =>
      runVitest(["--config", "test/readme/vitest.config.ts", ...process.argv.slice(2)]),
    ),
  ]);
});
