/**
 * `node bench/roofline.mjs`: what bounds a training step of W2 to W5 on one core, and how much of that bound gradus reaches.
 *
 * Three things that a step can't do without are counted: the multiply-adds of its matrix products, the bytes that the update of
 * the parameters moves, and those of packing, which copies both operands of each product once. The first are divided by the core's
 * peak, the others by the bandwidth that it reaches on arrays as large as the network's memory; all three are measured here, and one comes
 * after the other. Source of the idea: Williams, Waterman & Patterson 2009, "Roofline".
 */
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled, root, runScript } from "../scripts/project.mjs";
import { median } from "./evaluate.mjs";
import { machineLoops } from "./machineLoops.mjs";
import { drawData, flopsPerSample, networkOf, workloads } from "./workloads.mjs";

/** @typedef {import("./workloads.mjs").Workload} Workload */

const ROUNDS = 15;
const WINDOW_SECONDS = 0.15;

/** Arrays that an update reads, and those that it writes: parameters, gradients, and what the rule remembers. */
const arrays = {
  sgd: { slots: 0, moved: 3 },
  momentum: { slots: 1, moved: 5 },
  adam: { slots: 2, moved: 7 },
};

/** Of the rows, the first of which is the head. */
const titles = [
  "",
  "multiply-adds of a step, millions",
  "bytes that the update moves, MB",
  "bytes that packing moves, MB",
  "memory of the step, MB",
  "the core's multiply-adds, GFLOP/s",
  "bandwidth on so much memory, GB/s",
  "bound by the products, thousand samples/s",
  "bound by products and update",
  "bound by products, update and packing",
  "gradus, thousand samples/s",
  "of the last bound",
  "of the peak",
];

const help = `Measures what bounds a training step of W2 to W5 on one core, and how much of that bound gradus reaches.

  --engine wasm    the engine of gradus; native when absent
  --help           this text
`;

await runScript(async () => {
  /** @type {{ engine?: string, help?: boolean }} */
  let values;
  try {
    values = parseArgs({
      options: { engine: { type: "string", default: "native" }, help: { type: "boolean" } },
    }).values;
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n\n${help}`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const { engine = "native" } = values;
  await ensureInstalled();
  await ensureBuilt();
  const loops = (await machineLoops()).at(-1);
  if (loops === undefined) {
    console.error("No machine code can run here, so that the core's peak can't be measured: gradus engines tells why.");
    return 1;
  }
  /** @type {typeof import("../src/node.ts")} */
  const gradus = await import(pathToFileURL(join(root, "dist", "node.js")).href);
  console.log(`${loops.cpu.name}, one core, ${loops.title}; engine ${engine}; medians of ${ROUNDS} rounds.\n`);
  /** @type {string[][]} */
  const columns = [];
  for (const workload of workloads.filter(({ id }) => /W[2-5]/.test(id))) {
    columns.push(await columnOf(gradus, workload, loops, engine));
  }
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(" | ")} |`;
  const rows = titles.map((title, n) => line([title, ...columns.map((column) => column[n])]));
  console.log([rows[0], line(["---", ...columns.map(() => "---:")]), ...rows.slice(1)].join("\n"));
  return 0;
});

/**
 * @param {typeof import("../src/node.ts")} gradus
 * @param {Workload} workload
 * @param {import("./machineLoops.mjs").MachineLoops} loops
 * @param {string} engine
 */
async function columnOf(gradus, workload, loops, engine) {
  const { widths, batchSize, loss, optimizer, id } = workload;
  const { inputs, desired, parameters } = drawData(gradus, workload);
  const { slots, moved } = arrays[optimizer.name];
  const flops = batchSize * flopsPerSample(workload);
  const updateBytes = 4 * moved * parameters.length;
  const packedBytes = 8 * packedNumbers(widths, batchSize);
  const memory = 4 * ((2 + slots) * parameters.length + 2 * batchSize * widths.reduce((sum, width) => sum + width));

  const problem = gradus.completeProblem({ network: networkOf(gradus, workload), loss, optimizer, batchSize });
  const session = await gradus.engineOf(/** @type {"native"} */ (engine)).create(problem, { threads: 1 });
  const patterns = session.load({ inputs, desired });
  const order = Uint32Array.from({ length: workload.rows }, (_, n) => n);
  /** @type {{ peak: number, bandwidth: number, bounds: number[], rate: number, ofBound: number, ofPeak: number }[]} */
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const peak = 1e9 * loops.multiplyAdds();
    const bandwidth = 1e9 * loops.bandwidth(memory);
    session.parameters.set(parameters);
    const begun = performance.now();
    let [samples, seconds] = [0, 0];
    for (; seconds < WINDOW_SECONDS; seconds = (performance.now() - begun) / 1000) {
      await session.run(patterns, order);
      samples += order.length;
    }
    const products = flops / peak;
    const update = products + updateBytes / bandwidth;
    const packing = update + packedBytes / bandwidth;
    const rate = samples / seconds;
    const bounds = [products, update, packing].map((time) => batchSize / time);
    rounds.push({ peak, bandwidth, bounds, rate, ofBound: rate / bounds[2], ofPeak: rate / bounds[0] });
  }
  session.dispose();
  const middle = (/** @type {(round: (typeof rounds)[number]) => number} */ of) => median(rounds.map(of));
  const digits = (/** @type {number} */ value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const mega = (/** @type {number} */ count) => digits(count / 1e6);
  const thousand = (/** @type {number} */ rate) => digits(rate / 1000);
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(0)}%`;
  return [
    id,
    mega(flops / 2),
    mega(updateBytes),
    mega(packedBytes),
    mega(memory),
    (middle(({ peak }) => peak) / 1e9).toFixed(0),
    (middle(({ bandwidth }) => bandwidth) / 1e9).toFixed(0),
    ...[0, 1, 2].map((n) => thousand(middle(({ bounds }) => bounds[n]))),
    thousand(middle(({ rate }) => rate)),
    percent(middle(({ ofBound }) => ofBound)),
    percent(middle(({ ofPeak }) => ofPeak)),
  ];
}

/**
 * The numbers in both operands of each product of a step, B patterns, I inputs and O units a layer: forward x [B, I] and W [O, I]; gradient
 * δ [B, O] and x; in all but the first layer δ and W.
 *
 * @param {readonly number[]} widths
 * @param {number} patterns
 */
function packedNumbers(widths, patterns) {
  return widths.slice(1).reduce((sum, units, layer) => {
    const inputs = widths[layer];
    const [x, delta, weights] = [patterns * inputs, patterns * units, units * inputs];
    return sum + x + weights + delta + x + (layer === 0 ? 0 : delta + weights);
  }, 0);
}
