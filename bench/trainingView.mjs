/**
 * What looking at the layers costs a training: `fit` with and without it, on the same data, window by window in turn.
 *
 *     node bench/trainingView.mjs --windows 15 --seconds 0.5 --only W2,table
 *
 * A window is one training of as many epochs as fit its time, measured in processor time, so that other programs weigh
 * little. Each pair of windows gives a ratio, of which the table has the median and the middle half, after a pair that
 * warms up; what disturbs a window only adds to it, so beside them stands the ratio of the least times. On a machine that
 * others use such ratios scatter by more than what is measured; the last column is steadier: the time spent in looking
 * itself, as a share of the training's. The result with must be the result without, to the bit.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled, root, runScript } from "../scripts/project.mjs";
import { drawData, networkOf, workloads } from "./workloads.mjs";

/**
 * @typedef {typeof import("../src/node.ts")} Gradus
 * @typedef {import("./workloads.mjs").Workload} Workload
 */

/** A table of 344 rows, of which 220 are learned from, by the command line's defaults. */
const small = /** @type {const} */ ({ id: "table", widths: [11, 64, 64, 3], rows: 220, title: "11-64-64-3, 220 rows" });
const short = /** @type {const} */ ({ ...small, id: "short", title: "the same, 100 epochs", epochs: 100 });
const likeW2 = workloads
  .filter(({ id }) => id === "W2")
  .flatMap((workload) => [small, short].map((table) => ({ ...workload, ...table })));
const cases = [...workloads.filter(({ task }) => task === "train"), ...likeW2];

/** Milliseconds spent in looking since this was last set to 0. */
let looking = 0;

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      windows: { type: "string", default: "15" },
      seconds: { type: "string", default: "0.5" },
      only: { type: "string", default: "W1,W2,W4,table,short" },
      threads: { type: "string", default: "1" },
      every: { type: "string" },
    },
  });
  await ensureInstalled();
  await ensureBuilt();
  const gradus = /** @type {Gradus} */ (await import(pathToFileURL(join(root, "dist", "node.js")).href));
  const settings = {
    windows: Number(values.windows),
    seconds: Number(values.seconds),
    threads: Number(values.threads),
  };
  const health = values.every === undefined ? true : { every: Number(values.every) };
  await timeLooks();
  const columns = [
    "epochs",
    "looks",
    "microseconds an epoch",
    "with ÷ without",
    "middle half",
    "least ÷ least",
    "looking",
  ];
  console.log(`| network | ${columns.join(" | ")} |`);
  console.log(`| --- |${" ---: |".repeat(columns.length)}`);
  for (const workload of cases.filter(({ id }) => values.only.split(",").includes(id))) {
    console.log(await measure(gradus, workload, health, settings));
  }
  return 0;
});

/** Puts a clock around what looks at the layers. */
async function timeLooks() {
  const { HealthWatch } = await import(pathToFileURL(join(root, "dist", "training", "health", "healthWatch.js")).href);
  for (const name of ["stepToLookAt", "beforeStep", "afterStep"]) {
    const own = HealthWatch.prototype[name];
    HealthWatch.prototype[name] = function (/** @type {unknown[]} */ ...args) {
      const started = performance.now();
      const result = own.apply(this, args);
      const stop = () => {
        looking += performance.now() - started;
      };
      if (result instanceof Promise) return result.finally(stop);
      stop();
      return result;
    };
  }
}

/**
 * @param {Gradus} gradus
 * @param {Workload & { epochs?: number }} workload
 * @param {true | { every: number }} health
 * @param {{ windows: number, seconds: number, threads: number }} settings
 * @returns {Promise<string>} a row of the table
 */
async function measure(gradus, workload, health, { windows, seconds, threads }) {
  const data = drawData(gradus, workload);
  /** @param {number} epochs @param {boolean | { every: number }} looks */
  const train = async (epochs, looks) => {
    const { loss, optimizer, batchSize } = workload;
    const session = await gradus.createSession({
      network: networkOf(gradus, workload),
      ...{ loss, optimizer, batchSize, threads, engine: "wasm" },
    });
    session.parameters.set(data.parameters);
    looking = 0;
    const begun = performance.now();
    const started = process.cpuUsage();
    const result = await gradus.fit(session, { training: data, epochs, health: looks });
    const { user, system } = process.cpuUsage(started);
    const milliseconds = (user + system) / 1000;
    const share = looking / (performance.now() - begun);
    const parameters = session.parameters.slice();
    session.dispose();
    return { milliseconds, share, result, parameters };
  };

  const epochs = workload.epochs ?? (await epochsThatFill(1000 * seconds, (count) => train(count, false)));
  /** @type {number[]} */
  const ratios = [];
  /** @type {number[]} */
  const times = [];
  /** @type {number[]} */
  const lookedTimes = [];
  /** @type {number[]} */
  const shares = [];
  let looks = 0;
  for (let window = -1; window < windows; window++) {
    // The one that comes second finds the machine warmer, so they take turns at that too.
    const order = window % 2 !== 0 ? [false, health] : [health, false];
    const first = await train(epochs, order[0]);
    const second = await train(epochs, order[1]);
    const [without, looked] = window % 2 !== 0 ? [first, second] : [second, first];
    if (Buffer.compare(Buffer.from(without.parameters.buffer), Buffer.from(looked.parameters.buffer)) !== 0) {
      throw new Error(`${workload.id}: looking at the layers changed the parameters.`);
    }
    if (window < 0) continue;
    looks = looked.result.history.filter(({ layers }) => layers !== undefined).length;
    ratios.push(looked.milliseconds / without.milliseconds);
    times.push(without.milliseconds);
    lookedTimes.push(looked.milliseconds);
    shares.push(looked.share);
  }
  const figures = {
    epoch: ((1000 * quantile(times, 0.5)) / epochs).toFixed(0),
    median: quantile(ratios, 0.5).toFixed(3),
    half: [0.25, 0.75].map((share) => quantile(ratios, share).toFixed(3)).join(" … "),
    least: (quantile(lookedTimes, 0) / quantile(times, 0)).toFixed(3),
    looking: `${(100 * quantile(shares, 0.5)).toFixed(2)} %`,
  };
  return `| ${[`${workload.id}: ${workload.title}`, epochs, looks, ...Object.values(figures)].join(" | ")} |`;
}

/** @param {number} milliseconds @param {(epochs: number) => Promise<{ milliseconds: number }>} train */
async function epochsThatFill(milliseconds, train) {
  let epochs = 1;
  for (;;) {
    const taken = (await train(epochs)).milliseconds;
    if (taken >= milliseconds / 2) return Math.max(1, Math.round((epochs * milliseconds) / taken));
    epochs = Math.ceil(epochs * Math.min(10, Math.max(2, milliseconds / Math.max(taken, 1))));
  }
}

/** @param {readonly number[]} values @param {number} share */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))];
}
