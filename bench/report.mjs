/**
 * The results as Markdown: a summary of all workloads, then each with its spread, its share of the peak and its learning.
 *
 * Knows nothing of processes or the clock.
 */
import { rateOf } from "./contest.mjs";
import { named } from "./peers.mjs";
import { pairedRatio, ratioToFastest, shareOfPeak } from "./ratios.mjs";
import { flopsPerSample } from "./workloads.mjs";

/**
 * @typedef {import("./contest.mjs").PeerResult} PeerResult
 *
 * @typedef {object} Results
 * @property {string} date ISO 8601
 * @property {string} command
 * @property {{ cpu: string, cores: number, memoryGiB: number, system: string, node: string }} machine
 * @property {readonly { title: string, gigaflops: number }[]} peaks one core's multiply-adds, narrowest vectors first
 * @property {{ seconds: number, windows: number }} terms
 * @property {readonly { workload: import("./workloads.mjs").Workload, peerResults: readonly PeerResult[], peaks: readonly number[] }[]} contests
 *   `peaks`: GFLOP/s of one core, by round
 */

/** @param {Results} results @returns {string} */
export function reportOf(results) {
  const { date, command, machine, peaks, terms, contests } = results;
  const all = contests.flatMap(({ peerResults }) => peerResults);
  return [
    "# gradus beside its peers",
    "",
    `\`${command}\`, ${date.slice(0, 10)}. ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${machine.system}; Node ${machine.node}.`,
    `Medians over ${terms.windows} interleaved windows of ${terms.seconds} s, one thread each unless the name says more.`,
    "Ratios and shares of the peak are medians of what windows of the same round give.",
    `One core's multiply-adds: ${peaks.map(({ title, gigaflops }) => `${gigaflops.toFixed(1)} GFLOP/s in ${title}`).join(", ")}. The last is the peak.`,
    "",
    versionsLine(all),
    ...settingsLines(all),
    "",
    "## Thousands of samples a second (W6: of calls)",
    "",
    summary(contests),
    ...contests.flatMap((one) => ["", `## ${one.workload.id}: ${one.workload.title}`, "", details(one)]),
    "",
  ].join("\n");
}

/** @param {readonly PeerResult[]} peerResults */
function versionsLine(peerResults) {
  const versions = Object.assign({}, ...peerResults.map((peerResult) => peerResult.versions));
  const listed = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Versions: ${listed.join(", ")}.`;
}

/** What was chosen of each library's settings. @param {readonly PeerResult[]} peerResults */
function settingsLines(peerResults) {
  const settings = new Map(peerResults.flatMap(({ peer, settings }) => (settings ? [[peer.name, settings]] : [])));
  const names = [...settings.keys()].filter((name) => !name.includes(","));
  return names.map((name) => `${name}: ${settings.get(name)}.`);
}

/**
 * One row a contestant, one column a workload, and what gradus on one thread is to the others.
 *
 * @param {Results["contests"]} contests
 */
function summary(contests) {
  const names = [...new Set(contests.flatMap(({ peerResults }) => peerResults.map(({ peer }) => peer.name)))];
  const find = (/** @type {readonly PeerResult[]} */ peerResults, /** @type {string} */ name) =>
    peerResults.find(({ peer }) => peer.name === name);
  const rows = names.map((name) => [
    name,
    ...contests.map(({ peerResults }) => {
      const peerResult = find(peerResults, name);
      return peerResult === undefined ? "" : `${thousands(rateOf(peerResult))}${mark(peerResult)}`;
    }),
  ]);
  const ratesOf = (/** @type {readonly PeerResult[]} */ peerResults, /** @type {string} */ name) =>
    find(peerResults, name)?.rates ?? [];
  /** What one is beside the fastest of others, workload by workload. */
  const beside = (
    /** @type {string} */ name,
    /** @type {string} */ title,
    /** @type {(peer: PeerResult["peer"]) => boolean} */ isOther,
  ) => [
    `${name} ÷ ${title}`,
    ...contests.map(({ peerResults }) =>
      times(
        ratioToFastest(
          ratesOf(peerResults, name),
          peerResults.filter(({ peer }) => isOther(peer)).map(({ rates }) => rates),
        ),
      ),
    ),
  ];
  const besideOne = (/** @type {string} */ name, /** @type {string} */ other) =>
    beside(name, other, (peer) => peer.name === other);
  const counts = [...new Set(contests.flatMap(({ peerResults }) => peerResults.map(({ peer }) => peer.threads)))];
  const shared = counts.filter((count) => count > 1);
  const ratios = [
    beside("gradus", "best other in JavaScript", ({ name, language }) => language === "JavaScript" && !isGradus(name)),
    ...counts.map((count) =>
      beside(
        named("gradus", count),
        `${FASTEST}${count === 1 ? "" : `, ${count} threads`}`,
        ({ name, threads }) => threads === count && /^(torch|numpy)/.test(name),
      ),
    ),
    ...["brain.js", "synaptic", "FANN", "torch", "torch-compile", "numpy"].map((name) => besideOne("gradus", name)),
    ...names.filter((name) => isGradus(name) && name !== "gradus").map((name) => besideOne(name, "gradus")),
    ...shared.map((count) => besideOne(named("gradus", count), `gradus, ${count} networks`)),
    [
      "gradus, of the peak",
      ...contests.map(({ workload, peerResults, peaks }) =>
        percent(shareOfPeak(ratesOf(peerResults, "gradus"), peaks, flopsPerSample(workload))),
      ),
    ],
  ].filter((row) => row.slice(1).some((cell) => /\d/.test(cell)));
  return table(["", ...contests.map(({ workload }) => workload.id)], [...rows, ...ratios]);
}

const FASTEST = "fastest of torch and numpy";

/** @param {string} name */
function isGradus(name) {
  return name.startsWith("gradus");
}

/** Points to the details where there is something to know. @param {PeerResult} peerResult */
function mark({ fault, ownRule, rates }) {
  if (fault !== undefined) return " ✗";
  return rates.length > 0 && ownRule !== undefined ? " †" : "";
}

/** @param {Results["contests"][number]} contest */
function details({ workload, peerResults, peaks }) {
  const first = peerResults.find(({ peer }) => peer.name === "gradus");
  const unit = workload.task === "predict" ? "thousand calls/s" : "thousand samples/s";
  const out = peerResults.filter(({ rates }) => rates.length === 0);
  const rows = peerResults
    .filter(({ rates }) => rates.length > 0)
    .map((peerResult) => {
      const rate = rateOf(peerResult);
      const share = shareOfPeak(peerResult.rates, peaks, flopsPerSample(workload));
      return [
        `${peerResult.peer.name}${mark(peerResult)}`,
        thousands(rate),
        `${thousands(Math.min(...peerResult.rates))} … ${thousands(Math.max(...peerResult.rates))}`,
        first === undefined ? "" : times(pairedRatio(first.rates, peerResult.rates)),
        percent(share),
        learning(peerResult),
      ];
    });
  const after = workload.task === "predict" ? "predictions" : `after ${workload.checkSteps} steps`;
  const lines = [table(["", unit, "least … most", "gradus ÷ it", "of the peak", after], rows)];
  if (out.length > 0)
    lines.push("", ...out.map(({ peer, skipped }) => `- ${peer.name}: ${(skipped ?? "not measured").split("\n")[0]}`));
  const own = peerResults.filter(({ rates, ownRule }) => rates.length > 0 && ownRule !== undefined);
  if (own.length > 0) lines.push("", ...own.map(({ peer, ownRule }) => `- † ${peer.name}: ${ownRule}`));
  return lines.join("\n");
}

/** @param {PeerResult} peerResult */
function learning({ evaluation, fault }) {
  if (fault !== undefined) return fault;
  if (evaluation === undefined) return "too slow to be evaluated";
  const { measure, value, start } = evaluation;
  const from = start > 0 ? ` (a constant: ${start.toPrecision(3)})` : "";
  return `${measure} ${value.toPrecision(3)}${from}`;
}

/** A rate in thousands, with three digits. @param {number} rate a second */
function thousands(rate) {
  if (!Number.isFinite(rate)) return "–";
  const value = rate / 1000;
  return value >= 100 ? Math.round(value).toLocaleString("en-GB") : value.toPrecision(3);
}

/** @param {number} share */
function percent(share) {
  if (!Number.isFinite(share)) return "–";
  return share < 1e-4 ? "<0.01%" : `${(100 * share).toPrecision(2)}%`;
}

/** @param {number} ratio */
function times(ratio) {
  return Number.isFinite(ratio) && ratio > 0 ? `${ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(3)} ×` : "–";
}

/** A Markdown table whose columns line up in a terminal too. @param {string[]} head @param {string[][]} rows */
function table(head, rows) {
  const widths = head.map((cell, column) => Math.max(3, cell.length, ...rows.map((row) => row[column].length)));
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}
