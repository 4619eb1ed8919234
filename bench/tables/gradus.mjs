/** gradus, as a model on tables: the built package, its defaults, tables from files as a user has them. */
import { createInterface } from "node:readline";

const built = new URL("../../dist/node.js", import.meta.url).href;

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await learn(JSON.parse(line)))}\n`);
}

/**
 * @param {import("./models.mjs").Job & { settings?: object }} job
 * @returns {Promise<import("./models.mjs").Outcome>}
 */
async function learn({ training, test, description, seed, threads, settings }) {
  const gradus = /** @type {typeof import("../../src/node.ts")} */ (await import(built));
  const { targets, task, classes } = description;
  const table = await gradus.readTable(training);
  const begun = performance.now();
  const { model } = await gradus.train({
    table,
    target: targets.length === 1 ? targets[0] : targets,
    task,
    testFraction: 0,
    seed,
    threads,
    ...settings,
  });
  const seconds = (performance.now() - begun) / 1000;
  const rows = await gradus.readTableFor(model, test);
  const versions = { gradus: gradus.version, node: process.versions.node };
  if (model.task === "regression") return { seconds, versions, values: matrix(model.values(rows), targets.length) };
  if (model.task === "multilabel") throw new Error("no benchmark has several labels");
  const names = model.classes.map((label) => nameOf(label, classes));
  return { seconds, versions, classes: names, probabilities: matrix(model.probabilities(rows), names.length) };
}

/** How the table writes a class that gradus has read as a number or a truth value. */
function nameOf(/** @type {string | number | boolean} */ label, /** @type {readonly string[]} */ names) {
  const text = String(label);
  const alike = (/** @type {string} */ each) =>
    typeof label === "boolean" ? each.toLowerCase() === text : Number(each) === label;
  const name = names.find((each) => each === text) ?? (typeof label === "string" ? undefined : names.find(alike));
  if (name === undefined) throw new Error(`Expected one of ${names.join(", ")}, found the class ${text}.`);
  return name;
}

/** Rows of a flat matrix. @param {Float64Array} values @param {number} width */
function matrix(values, width) {
  return Array.from({ length: values.length / width }, (_, row) => [
    ...values.subarray(row * width, (row + 1) * width),
  ]);
}
