/**
 * `npm run bits -- --against FOLDER`: whether this checkout computes the very bits that another one computes, over a fixed set
 * of sessions and trainings (bits/cases.mjs).
 *
 * FOLDER is a checkout that was built (`npm run build` there). Names each case that differs and what in it does, and ends with
 * 1 where one does. `--only TEXT` tries the cases with the text in their names. Without `--against`, the set alone is run.
 */
import "./requireNode.mjs";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { differences } from "./bits/differences.mjs";
import { buildFolder, ensureBuilt, ensureInstalled, root, runNode, runScript, seconds } from "./project.mjs";

const { against, only = "" } = parseArgs({ options: { against: { type: "string" }, only: { type: "string" } } }).values;

await runScript(async () => {
  const other = against === undefined ? undefined : resolve(against);
  if (other !== undefined && !existsSync(join(other, "dist", "index.js"))) {
    console.error(`--against: ${other} has no dist/index.js. Run npm run build there first.`);
    return 2;
  }
  await ensureInstalled();
  await ensureBuilt();
  const files = [await measured(root, "here"), other === undefined ? undefined : await measured(other, "there")];
  if (files[0] === undefined || (other !== undefined && files[1] === undefined)) return 1;
  /** @type {import("./bits/differences.mjs").Results[]} */
  const [here, there = here] = files.flatMap((file) =>
    file === undefined ? [] : [JSON.parse(readFileSync(file, "utf8"))],
  );
  if (Object.keys(here).length === 0) {
    console.error(`--only: no case has "${only}" in its name.`);
    return 2;
  }
  const { lines, failed } = differences(here, there);
  for (const line of lines) console.log(line);
  const counted = `${Object.keys(here).length} cases`;
  if (other === undefined)
    console.log(failed ? `${counted}, and some failed.` : `${counted}; give --against FOLDER to compare.`);
  else console.log(failed ? `${counted}, and the bits of some differ.` : `${counted}: the same bits in both.`);
  return failed ? 1 : 0;
});

/**
 * @param {string} folder
 * @param {string} name of the file
 * @returns {Promise<string | undefined>} the file of results; undefined where it can't be run, for which the reason was printed
 */
async function measured(folder, name) {
  const begun = performance.now();
  process.stdout.write(`Running the set with ${folder} … `);
  const results = join(buildFolder(), `bits-${name}.json`);
  const { code, output } = await runNode([join(root, "scripts", "bits", "measure.mjs"), folder, results, only], {
    show: false,
  });
  console.log(code === 0 ? `done in ${seconds(performance.now() - begun)}.` : `failed:\n${output}`);
  return code === 0 ? results : undefined;
}
