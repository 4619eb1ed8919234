/**
 * How far the loss curves of the precisions high and fast lie from that of float32, on the benchmark's W5: `node bench/precision.mjs`.
 *
 * Training is chaotic: two float32 trainings that differ in one rounding drift apart too. So there are yardsticks: float32 trainings whose
 * starting weights are moved by one unit in the last place of float32, and by as much as the second of two bf16 terms leaves out. And one
 * training can't tell noise from a bias: from several starting weights the signs of the differences are noise, and their mean with its
 * standard error is what is left. Losses are of each step's batch, averaged over epochs; takes minutes, and a processor with AMX.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled, root, runScript } from "../scripts/project.mjs";
import { drawData, networkOf, workloads } from "./workloads.mjs";

/** @typedef {typeof import("../src/node.ts")} Gradus */
/** @typedef {import("../src/node.ts").Precision} Precision */

const help = `How far loss curves of high and fast lie from float32's.

  --steps 2000       steps of each training; 2000 when absent
  --seeds 5          from how many starting weights; 5 when absent
  --only W5          the workload; W5 when absent
`;

/** What stands beside float32: the precision, and by which part of themselves the starting weights are moved. */
const variants = /** @type {const} */ ([
  { name: "float32, weights moved by 2⁻²⁴", precision: "float32", moved: 2 ** -24 },
  { name: "float32, weights moved by 2⁻¹⁶", precision: "float32", moved: 2 ** -16 },
  { name: "high", precision: "high", moved: 0 },
  { name: "fast", precision: "fast", moved: 0 },
]);

await runScript(async () => {
  const text = /** @type {const} */ ({ type: "string" });
  const { values } = parseArgs({ options: { steps: text, seeds: text, only: text, help: { type: "boolean" } } });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  await ensureInstalled();
  await ensureBuilt();
  const gradus = /** @type {Gradus} */ (await import(pathToFileURL(join(root, "dist", "node.js")).href));
  const workload = workloads.find(({ id }) => id === (values.only ?? "W5"));
  if (workload === undefined) throw new Error(`There is no workload ${values.only}.`);
  const [steps, seeds] = [Number(values.steps ?? 2000), Number(values.seeds ?? 5)];
  const epoch = workload.rows / workload.batchSize;
  if (!(steps >= epoch)) throw new Error(`--steps: expected at least an epoch, ${epoch}, found ${values.steps}.`);
  if (!(Number.isInteger(seeds) && seeds >= 1)) throw new Error(`--seeds: expected at least 1, found ${values.seeds}.`);
  const { inputs, desired } = drawData(gradus, workload);
  const learn = async (/** @type {Precision} */ precision, /** @type {Float32Array} */ parameters) => {
    const { loss, optimizer, batchSize } = workload;
    const problem = gradus.completeProblem({ network: networkOf(gradus, workload), loss, optimizer, batchSize });
    const session = await gradus.engineOf("native").create(problem, { threads: 1, precision, parameters });
    const patterns = session.load({ inputs, desired });
    const rows = Uint32Array.from({ length: steps * batchSize }, (_, n) => n % workload.rows);
    const losses = means(await session.run(patterns, rows), epoch);
    session.dispose();
    return losses;
  };
  console.log(`${workload.id}: ${workload.title}; ${steps} steps, losses over ${epoch} of them`);
  /** @type {Map<string, Distance[]>} */
  const distances = new Map();
  for (let seed = 0; seed < seeds; seed++) {
    const start = Float32Array.from(gradus.initialParameters(networkOf(gradus, workload), seed));
    const float32 = await learn("float32", start);
    console.log(`  starting weights ${seed}: float32's last loss ${float32.at(-1)?.toPrecision(4)}`);
    for (const { name, precision, moved } of variants) {
      const random = gradus.random(seed, "moved");
      const weights = start.map((weight) => weight * (random.uniform() < 0.5 ? 1 + moved : 1 - moved));
      const losses = await learn(precision, weights);
      const distance = distanceOf(losses, float32);
      distances.set(name, [...(distances.get(name) ?? []), distance]);
      const { apart, most, at, signed } = distance;
      console.log(
        `    ${name}: last loss ${losses.at(-1)?.toPrecision(4)}; apart ${percent(apart)} on the mean, ${percent(most)} at most, ` +
          `at step ${(at + 1) * epoch}; signed ${percent(signed)}`,
      );
    }
  }
  for (const [name, of] of distances) {
    const { mean, error } = summary(of.map(({ signed }) => signed));
    const apart = summary(of.map((distance) => distance.apart)).mean;
    console.log(`  ${name}: apart ${percent(apart)}; signed ${percent(mean)} ± ${percent(error)} (standard error)`);
  }
  return 0;
});

/**
 * @typedef {object} Distance of a curve from another one, in natural logarithms of losses
 * @property {number} apart the mean size of the differences
 * @property {number} most the largest size, and at which mean
 * @property {number} at
 * @property {number} signed the mean difference: above 0 where the losses are larger
 */

/** @param {readonly number[]} losses @param {readonly number[]} others @returns {Distance} */
function distanceOf(losses, others) {
  const differences = losses.map((loss, at) => Math.log(loss / others[at]));
  const sizes = differences.map(Math.abs);
  const most = Math.max(...sizes);
  return { apart: summary(sizes).mean, most, at: sizes.indexOf(most), signed: summary(differences).mean };
}

/** The mean, and its standard error: NaN of one number. @param {readonly number[]} numbers */
function summary(numbers) {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (numbers.length - 1) / numbers.length) };
}

/** Means of so many steps, one behind the other. @param {ArrayLike<number>} losses @param {number} length */
function means(losses, length) {
  return Array.from(
    { length: Math.floor(losses.length / length) },
    (_, n) => summary(Array.from({ length }, (_, step) => losses[n * length + step])).mean,
  );
}

function percent(/** @type {number} */ share) {
  return `${(100 * share).toPrecision(2)} %`;
}
