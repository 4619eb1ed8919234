/**
 * `npm run bench:cluster`: what exchanges cost on three hosts with limited bandwidth, weak scaling on two cores, and how far forecasts are off.
 * `npm run bench:cluster -- --help` lists the options; bench/README.md says what is measured.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { makeHosts, whyNoHosts } from "../../scripts/cluster/hosts.mjs";
import { ensureBuilt, ensureInstalled, root, runScript } from "../../scripts/project.mjs";
import { here, output } from "./launch.mjs";
import { localSteps } from "./localSteps.mjs";

/**
 * @typedef {import("./launch.mjs").Launcher} Launcher
 * @typedef {{ seconds: number, bytes: number }} Measured
 * @typedef {{ size: number, gradient: number, alone: Measured, waiting: Measured, overlapping: Measured }} Result
 * @typedef {import("../../src/distributed/forecast.ts").MeasuredRanks & { batch: number }} Plan
 */

const help = `Measures training on several ranks, by Open MPI.

  --only hosts,weak,forecast,local   which parts; all when absent
  --workloads W4,W5            W4,W5 when absent
  --megabits 1000,100          the bandwidths of the hosts; 1000,100 when absent
  --rounds 7                   of each way to train, in turns; 7 when absent
  --help                       this text
`;
const PARTS = ["hosts", "weak", "forecast", "local"];
const HOSTS = 3;

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: PARTS.join() },
      workloads: { type: "string", default: "W4,W5" },
      megabits: { type: "string", default: "1000,100" },
      rounds: { type: "string", default: "7" },
      help: { type: "boolean", default: false },
    },
  });
  const [parts, ids] = [values.only.split(","), values.workloads.split(",")];
  const [bandwidths, rounds] = [values.megabits.split(",").map(Number), Number(values.rounds)];
  const isRight = parts.every((part) => PARTS.includes(part)) && bandwidths.every((of) => of > 0) && rounds >= 1;
  if (values.help || !isRight) {
    console.log(help);
    return values.help ? 0 : 2;
  }
  await ensureInstalled();
  await ensureBuilt();
  console.log(`${cpus()[0].model}, ${cpus().length} cores; medians of ${rounds} rounds, in turns; a thread a rank\n`);
  const missing = whyNoHosts();
  if (missing !== undefined) console.log(`What needs hosts is skipped: ${missing}.\n`);
  if (parts.includes("hosts") && missing === undefined) await onHosts(ids, bandwidths, rounds);
  if (parts.includes("weak")) await weakScaling(ids, rounds);
  if (parts.includes("forecast")) await forecasts(missing === undefined ? bandwidths : []);
  if (parts.includes("local") && missing === undefined) await localSteps(bandwidths);
  return 0;
});

/** @param {string[]} ids @param {number[]} bandwidths @param {number} rounds */
async function onHosts(ids, bandwidths, rounds) {
  console.log(
    `| ${HOSTS} hosts | Mbit/s | a step by itself | exchanging, then waiting | exchanging while computing | hidden | sent a step and rank |`,
  );
  console.log("|---|---|---|---|---|---|---|");
  for (const megabits of bandwidths) {
    const hosts = makeHosts({ count: HOSTS, megabits });
    try {
      for (const id of ids) {
        const modes = ["alone", "waiting", "overlapping"];
        const { alone, waiting, overlapping } = /** @type {Result} */ (
          JSON.parse(await output(hosts.launcher, HOSTS, "rank.mjs", [JSON.stringify({ id, rounds, modes })]))
        );
        const hidden = (waiting.seconds - overlapping.seconds) / (waiting.seconds - alone.seconds);
        const cells = [
          id,
          megabits,
          ms(alone),
          ms(waiting),
          ms(overlapping),
          percent(hidden),
          `${(overlapping.bytes / 1e6).toFixed(2)} MB`,
        ];
        console.log(`| ${cells.join(" | ")} |`);
      }
    } finally {
      hosts.remove();
    }
  }
  console.log();
}

/** @param {string[]} ids @param {number} rounds */
async function weakScaling(ids, rounds) {
  console.log(
    "| 2 ranks on one machine | 2 processes by themselves | exchanging, then waiting | exchanging while computing | of the speed by themselves |",
  );
  console.log("|---|---|---|---|---|");
  for (const id of ids) {
    const modes = ["alone", "waiting", "overlapping"];
    const result = /** @type {Result} */ (
      JSON.parse(await output(here, 2, "rank.mjs", [JSON.stringify({ id, rounds, modes })]))
    );
    const { alone, waiting, overlapping } = result;
    const share = alone.seconds / overlapping.seconds;
    console.log(`| ${[id, ms(alone), ms(waiting), ms(overlapping), share.toFixed(3)].join(" | ")} |`);
  }
  console.log();
}

/** What a run on 2 ranks forecasts for more, and what those take. @param {number[]} bandwidths */
async function forecasts(bandwidths) {
  console.log("| W5, forecast from 2 ranks | ranks | forecast, ring | recursive | measured | error |");
  console.log("|---|---|---|---|---|---|");
  // Ranks that share cores are outside of what the formula is for.
  if (cpus().length >= 4) await compare("on one machine", here, [2, 4]);
  for (const megabits of bandwidths) {
    const hosts = makeHosts({ count: HOSTS, megabits });
    try {
      await compare(`hosts, ${megabits} Mbit/s`, hosts.launcher, [2, HOSTS]);
    } finally {
      hosts.remove();
    }
  }
}

/** @param {string} where @param {Launcher} launcher @param {[few: number, many: number]} ranks */
async function compare(where, launcher, [few, many]) {
  const plan = async (/** @type {number} */ ranks) => {
    const args = ["plan-cluster", "--widths", "784,1024,1024,10", "--threads", "1", "--json"];
    return await output(launcher, ranks, "../../dist/cli/main.js", args);
  };
  /** @type {Plan} */
  const before = JSON.parse(await plan(few));
  /** @type {Plan} */
  const real = JSON.parse(await plan(many));
  // Hosts that are namespaces of one machine compute as slowly as they share its cores, which is none of the forecast's errors: it is given how fast that is.
  const { computing } = real;
  const measured = {
    ...before,
    rows: before.batch,
    computing,
    together: before.together + computing - before.computing,
  };
  const { forecast } = await import(pathToFileURL(join(root, "dist", "distributed", "forecast.js")).href);
  const [ring, recursive] = ["ring", "recursive"].map((algorithm) => forecast(measured, many, algorithm));
  const error = ring.seconds / real.together - 1;
  const cells = [where, many, ms(ring), ms(recursive), ms({ seconds: real.together }), percent(error)];
  console.log(`| ${cells.join(" | ")} |`);
}

/** @param {{ seconds: number }} time */
function ms({ seconds }) {
  return `${(1000 * seconds).toPrecision(3)} ms`;
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(0)} %`;
}
