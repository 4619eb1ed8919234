/**
 * How far the loss curves of the precisions high and fast lie from that of float32, on the benchmark's W5: `node bench/precision.mjs`.
 *
 * Training is chaotic: two float32 trainings that differ in one rounding drift apart too. So a second float32 training is the yardstick, whose
 * starting weights differ by half a unit in the last place of float32, as another order of sums would make them differ after a step. Losses are
 * of each step's batch, smoothed by a running mean; takes minutes, and a processor with AMX.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled, root, runScript } from "../scripts/project.mjs";
import { drawData, networkOf, workloads } from "./workloads.mjs";

/** @typedef {typeof import("../src/node.ts")} Gradus */

/** Losses are means over so many steps: an epoch of W5, so that every mean is of the same rows. */
const SMOOTHED = 16;

const help = `How far loss curves of high and fast lie from float32's.

  --steps 2000       steps of each training; 2000 when absent
  --only W5          the workload; W5 when absent
`;

await runScript(async () => {
  const text = /** @type {const} */ ({ type: "string" });
  const { values } = parseArgs({ options: { steps: text, only: text, help: { type: "boolean" } } });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  await ensureInstalled();
  await ensureBuilt();
  const gradus = /** @type {Gradus} */ (await import(pathToFileURL(join(root, "dist", "node.js")).href));
  const workload = workloads.find(({ id }) => id === (values.only ?? "W5"));
  if (workload === undefined) throw new Error(`There is no workload ${values.only}.`);
  const steps = Number(values.steps ?? 2000);
  const data = drawData(gradus, workload);
  const learn = async (/** @type {import("../src/node.ts").Precision} */ precision, parameters = data.parameters) => {
    const { loss, optimizer, batchSize } = workload;
    const problem = gradus.completeProblem({ network: networkOf(gradus, workload), loss, optimizer, batchSize });
    const session = await gradus.engineOf("native").create(problem, { threads: 1, precision, parameters });
    const patterns = session.load({ inputs: data.inputs, desired: data.desired });
    const rows = Uint32Array.from({ length: steps * batchSize }, (_, n) => n % workload.rows);
    const losses = smoothed(await session.run(patterns, rows));
    session.dispose();
    return losses;
  };
  console.log(`${workload.id}: ${workload.title}; ${steps} steps, losses over ${SMOOTHED} steps`);
  const float32 = await learn("float32");
  const rows = {
    "float32, weights moved by half a unit": await learn("float32", moved(data.parameters)),
    high: await learn("high"),
    fast: await learn("fast"),
  };
  for (const [name, losses] of Object.entries({ float32, ...rows })) {
    const apart = losses.map((value, at) => Math.abs(value - float32[at]) / float32[at]);
    const worst = apart.indexOf(Math.max(...apart));
    const mean = apart.reduce((sum, value) => sum + value, 0) / apart.length;
    console.log(
      `  ${name}: last loss ${losses[losses.length - 1].toPrecision(4)}; from float32 ${percent(mean)} on the mean, ` +
        `${percent(apart[worst])} at most, at step ${(worst + 1) * SMOOTHED} (loss ${float32[worst].toPrecision(3)})`,
    );
  }
  return 0;
});

/** Means of the steps, a window after the other. @param {ArrayLike<number>} losses */
function smoothed(losses) {
  return Array.from({ length: Math.floor(losses.length / SMOOTHED) }, (_, window) => {
    let sum = 0;
    for (let n = 0; n < SMOOTHED; n++) sum += losses[window * SMOOTHED + n];
    return sum / SMOOTHED;
  });
}

/** Every other weight, one unit of float32 further from 0: on the mean half a unit. @param {Float32Array} parameters */
function moved(parameters) {
  const copy = parameters.slice();
  const bits = new Int32Array(copy.buffer);
  for (let n = 0; n < bits.length; n += 2) if (copy[n] !== 0) bits[n] += 1;
  return copy;
}

function percent(/** @type {number} */ share) {
  return `${(100 * share).toPrecision(2)} %`;
}
