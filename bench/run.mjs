/**
 * `npm run bench`: measures gradus and its peers on the same data in one run, prints the table and saves it.
 *
 * `npm run bench -- --help` lists the options; README.md says what is measured and how.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir, totalmem, type } from "node:os";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled, root, runScript } from "../scripts/project.mjs";
import { contest, rateOf } from "./contest.mjs";
import { machineLoops } from "./machineLoops.mjs";
import { measurePeak } from "./peak.mjs";
import { benchFolder, contestantsOf, isMeant, isOwn, peerNames } from "./peers.mjs";
import { reportOf } from "./report.mjs";
import { drawData, EVALUATION_ROWS, networkOf, workloads, writeData } from "./workloads.mjs";

/** @typedef {typeof import("../src/node.ts")} Gradus */

const help = `Measures gradus and its peers on the same data.

  --only W2,W3       workloads: ${workloads.map(({ id }) => id).join(", ")}; all when absent
  --peers torch,tfjs contestants beside gradus: ${peerNames.slice(1).join(", ")}; all when absent
  --seconds 0.5      how long a window lasts; 1 when absent
  --windows 7        how many windows each contestant has; 7 when absent
  --threads 1,2      on how many threads gradus, torch and numpy run; those above 1 only on W4 and W5; 1,2 when absent
  --against folder   another checkout of gradus, built: a contestant too, such as the version before a change
  --engine wasm      the engine of gradus; its best one when absent
  --precision high,fast
                     what gradus learns with, too, besides float32: high and fast on its engine native and a processor with AMX; with
                     fast PyTorch's autocast to bfloat16 takes part
  --out folder       where the results go; bench/results when absent
  --help             this text
`;

await runScript(async () => {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === "string") {
    process.stdout.write(options);
    return options === help ? 0 : 2;
  }
  await ensureInstalled();
  await ensureBuilt();
  const gradus = /** @type {Gradus} */ (await import(pathToFileURL(join(root, "dist", "node.js")).href));
  const folder = mkdtempSync(join(tmpdir(), "gradus-bench-"));
  try {
    return await bench(gradus, options, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/**
 * @typedef {object} Options
 * @property {typeof workloads} chosen
 * @property {readonly string[]} wanted
 * @property {number} seconds
 * @property {number} windows
 * @property {readonly number[]} threads
 * @property {string} [engine]
 * @property {readonly ("high" | "fast")[]} precisions
 * @property {string} [against]
 * @property {string} out
 */

/** @param {string[]} args @returns {Options | string} the options, or what to print instead of measuring */
function readOptions(args) {
  const text = /** @type {const} */ ({ type: "string" });
  const known = {
    only: text,
    peers: text,
    seconds: text,
    windows: text,
    threads: text,
    engine: text,
    precision: text,
    against: text,
    out: text,
  };
  /** @type {Partial<Record<keyof typeof known, string>> & { help?: boolean }} */
  let values;
  try {
    values = parseArgs({ args, options: { ...known, help: { type: "boolean" } } }).values;
  } catch (error) {
    return `${/** @type {Error} */ (error).message}\n\n${help}`;
  }
  if (values.help) return help;
  const list = (/** @type {string} */ given) => given.split(",").map((item) => item.trim());
  const ids = values.only === undefined ? workloads.map(({ id }) => id) : list(values.only);
  const wanted = ["gradus", ...(values.peers === undefined ? peerNames : list(values.peers))];
  const seconds = Number(values.seconds ?? 1);
  const windows = Number(values.windows ?? 7);
  const threads = list(values.threads ?? "1,2").map(Number);
  const precisions = values.precision === undefined ? [] : list(values.precision);
  const against = values.against === undefined ? undefined : resolve(values.against);

  const unknownId = ids.find((id) => !workloads.some((workload) => workload.id === id));
  if (unknownId !== undefined) return `--only: there is no workload ${unknownId}.\n\n${help}`;
  const unknownPeer = wanted.find((name) => !peerNames.some((peer) => isMeant(peer, [name])));
  if (unknownPeer !== undefined) return `--peers: there is no contestant ${unknownPeer}.\n\n${help}`;
  const unknownPrecision = precisions.find((name) => name !== "high" && name !== "fast");
  if (unknownPrecision !== undefined) return `--precision: expected high or fast, found ${unknownPrecision}.\n`;
  if (!(seconds > 0 && seconds <= 60)) return `--seconds: expected above 0 and at most 60, found ${values.seconds}.\n`;
  if (!(Number.isInteger(windows) && windows >= 1)) return `--windows: expected at least 1, found ${values.windows}.\n`;
  if (!threads.every((count) => Number.isInteger(count) && count >= 1)) {
    return `--threads: expected whole numbers of at least 1, found ${values.threads}.\n`;
  }
  if (against !== undefined && !existsSync(join(against, "dist", "node.js"))) {
    return `--against: expected a folder with a built gradus, found no dist/node.js in ${values.against}. Run npm run build there.\n`;
  }
  return {
    chosen: workloads.filter(({ id }) => ids.includes(id)),
    wanted,
    seconds,
    windows,
    threads,
    engine: values.engine,
    precisions: /** @type {("high" | "fast")[]} */ (precisions),
    against,
    out: values.out ?? join(benchFolder, "results"),
  };
}

/**
 * @param {Gradus} gradus
 * @param {Options} options
 * @param {string} folder for the data
 * @returns {Promise<number>} the exit code: 1 when gradus failed or did not learn
 */
async function bench(gradus, { chosen, wanted, threads, engine, precisions, against, seconds, windows, out }, folder) {
  const loops = await machineLoops();
  const widest = loops.at(-1);
  const peak = () => widest?.multiplyAdds() ?? measurePeak().gigaflops;
  const peaks = [
    peakOfWebAssembly(),
    ...loops.map(({ title, multiplyAdds }) => ({ title, gigaflops: multiplyAdds() })),
  ];
  /** @type {import("./report.mjs").Results["contests"][number][]} */
  const contests = [];
  /** @type {Set<string>} */
  const told = new Set();
  const tell = (/** @type {string} */ line) => {
    if (!told.has(line)) console.log(`  ${line}`);
    told.add(line);
  };
  const terms = { seconds, windows, engine, peak, tell };
  for (const workload of chosen) {
    console.log(`${workload.id}: ${workload.title}`);
    const data = drawData(gradus, workload);
    const files = writeData(folder, workload, data);
    const expected = workload.task === "predict" ? await rightOutputs(gradus, workload, data) : [];
    const peers = contestantsOf(workload.id, wanted, threads, {
      against,
      precisions: workload.task === "train" ? precisions : [],
    });
    const { peerResults, peaks: duringIt } = await contest(
      workload,
      peers,
      { files, desired: data.desired, expected },
      terms,
    );
    for (const peerResult of peerResults.filter(({ rates }) => rates.length > 0)) {
      const rate = (rateOf(peerResult) / 1000).toPrecision(3);
      console.log(
        `  ${peerResult.peer.name}: ${rate} thousand a second${peerResult.fault ? `; ${peerResult.fault}` : ""}`,
      );
    }
    contests.push({ workload, peerResults, peaks: duringIt });
  }

  const date = new Date().toISOString();
  const command = ["npm run bench", ...process.argv.slice(2)].join(" ").replace("bench --", "bench -- --");
  const results = { date, command, machine: machine(widest?.cpu), peaks, terms: { seconds, windows }, contests };
  const report = reportOf(results);
  console.log(`\n${report}`);
  mkdirSync(out, { recursive: true });
  const name = join(out, `${date.slice(0, 19).replaceAll(":", "-")}-node${process.versions.node.split(".")[0]}`);
  writeFileSync(`${name}.json`, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(`${name}.md`, report);
  console.log(`Saved as ${relative(process.cwd(), name)}.md and .json.`);
  const own = contests.flatMap(({ peerResults }) => peerResults.filter(({ peer }) => isOwn(peer.name)));
  return own.every(({ skipped, fault }) => skipped === undefined && fault === undefined) ? 0 : 1;
}

/**
 * What the network answers to the rows that predictions are evaluated by, in float64 by the library's reference.
 *
 * @param {Gradus} gradus
 * @param {import("./workloads.mjs").Workload} workload
 * @param {import("./workloads.mjs").Data} data
 */
async function rightOutputs(gradus, workload, { inputs, parameters }) {
  const predictor = await gradus.engineOf("reference").predictor(networkOf(gradus, workload), parameters);
  return predictor.predict(inputs.subarray(0, EVALUATION_ROWS * workload.widths[0]));
}

function peakOfWebAssembly() {
  const { gigaflops, fused } = measurePeak();
  return { title: `128-bit WebAssembly${fused ? "" : ", not fused,"}`, gigaflops };
}

/** @param {import("../src/engines/native/cpu.ts").Cpu | undefined} cpu what it says of itself, where machine code can ask it */
function machine(cpu) {
  const cores = cpus();
  const sets = Object.entries({ AVX2: cpu?.avx2, "AVX-512": cpu?.avx512, AMX: cpu?.amx }).filter(([, has]) => has);
  const { first = 0, second = 0 } = cpu?.caches ?? {};
  const caches = second > 0 ? [`caches of ${first / 1024} KiB and ${second / 1024} KiB a core`] : [];
  const details = [...sets.map(([name]) => name), ...caches].join(", ");
  const name = cores[0]?.model.trim() ?? "unknown processor";
  return {
    cpu: details === "" ? name : `${name} (${details})`,
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
  };
}
