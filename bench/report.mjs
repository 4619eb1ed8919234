/**
 * The results as Markdown: a summary of all workloads, then each with its spread, its share of the peak and its learning.
 *
 * Knows nothing of processes or the clock.
 */
import { rateOf } from "./contest.mjs";
import { flopsPerSample } from "./workloads.mjs";

/**
 * @typedef {import("./contest.mjs").Standing} Standing
 *
 * @typedef {object} Results
 * @property {string} date ISO 8601
 * @property {string} command
 * @property {{ cpu: string, cores: number, memoryGiB: number, system: string, node: string }} machine
 * @property {import("./peak.mjs").Peak} peak
 * @property {{ seconds: number, windows: number }} terms
 * @property {readonly { workload: import("./workloads.mjs").Workload, standings: readonly Standing[] }[]} contests
 */

/** @param {Results} results @returns {string} */
export function reportOf(results) {
  const { date, command, machine, peak, terms, contests } = results;
  const fused = peak.fused ? "fused multiply-adds" : "multiplications and additions, not fused";
  return [
    "# gradus beside its peers",
    "",
    `\`${command}\`, ${date.slice(0, 10)}. ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${machine.system}; Node ${machine.node}.`,
    `Medians over ${terms.windows} interleaved windows of ${terms.seconds} s, one thread each unless the name says more.`,
    `The peak is one core's in 128-bit WebAssembly: ${peak.gigaflops.toFixed(1)} GFLOP/s (${fused}).`,
    "",
    versionsLine(contests.flatMap(({ standings }) => standings)),
    "",
    "## Thousands of samples a second (W6: of calls)",
    "",
    summary(contests),
    ...contests.flatMap(({ workload, standings }) => [
      "",
      `## ${workload.id}: ${workload.title}`,
      "",
      details(workload, standings, peak.gigaflops),
    ]),
    "",
  ].join("\n");
}

/** @param {readonly Standing[]} standings */
function versionsLine(standings) {
  const versions = Object.assign({}, ...standings.map((standing) => standing.versions));
  const listed = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Versions: ${listed.join(", ")}.`;
}

/**
 * One row a contestant, one column a workload, and what gradus on one thread is to the others.
 *
 * @param {Results["contests"]} contests
 */
function summary(contests) {
  const names = [...new Set(contests.flatMap(({ standings }) => standings.map(({ peer }) => peer.name)))];
  const find = (/** @type {readonly Standing[]} */ standings, /** @type {string} */ name) =>
    standings.find(({ peer }) => peer.name === name);
  const rows = names.map((name) => [
    name,
    ...contests.map(({ standings }) => {
      const standing = find(standings, name);
      return standing === undefined ? "" : `${thousands(rateOf(standing))}${mark(standing)}`;
    }),
  ]);
  const ratioRow = (/** @type {string} */ title, /** @type {(standings: readonly Standing[]) => number} */ other) => [
    title,
    ...contests.map(({ standings }) => {
      const own = find(standings, "gradus");
      return own === undefined ? "" : times(rateOf(own) / other(standings));
    }),
  ];
  const ratios = [
    ratioRow("gradus ÷ best other in JavaScript", (standings) =>
      Math.max(
        ...standings
          .filter(({ peer, rates }) => peer.language === "JavaScript" && !isGradus(peer.name) && rates.length > 0)
          .map(rateOf),
      ),
    ),
    ...names
      .filter((name) => isGradus(name) && name !== "gradus")
      .map((name) => [
        `${name} ÷ gradus`,
        ...contests.map(({ standings }) => {
          const [shared, own] = [find(standings, name), find(standings, "gradus")];
          return shared === undefined || own === undefined ? "" : times(rateOf(shared) / rateOf(own));
        }),
      ]),
    ...["brain.js", "synaptic", "torch", "numpy"].map((name) =>
      ratioRow(`gradus ÷ ${name}`, (standings) => {
        const standing = find(standings, name);
        return standing === undefined ? Number.NaN : rateOf(standing);
      }),
    ),
  ].filter((row) => row.slice(1).some((cell) => /\d/.test(cell)));
  return table(["", ...contests.map(({ workload }) => workload.id)], [...rows, ...ratios]);
}

/** @param {string} name */
function isGradus(name) {
  return name.startsWith("gradus");
}

/** Points to the details where there is something to know. @param {Standing} standing */
function mark({ fault, ownRule, rates }) {
  if (fault !== undefined) return " ✗";
  return rates.length > 0 && ownRule !== undefined ? " †" : "";
}

/**
 * @param {import("./workloads.mjs").Workload} workload
 * @param {readonly Standing[]} standings
 * @param {number} peak GFLOP/s
 */
function details(workload, standings, peak) {
  const first = standings.find(({ peer }) => peer.name === "gradus");
  const unit = workload.task === "predict" ? "thousand calls/s" : "thousand samples/s";
  const out = standings.filter(({ rates }) => rates.length === 0);
  const rows = standings
    .filter(({ rates }) => rates.length > 0)
    .map((standing) => {
      const rate = rateOf(standing);
      const share = (rate * flopsPerSample(workload)) / (peak * 1e9);
      return [
        `${standing.peer.name}${mark(standing)}`,
        thousands(rate),
        `${thousands(Math.min(...standing.rates))} … ${thousands(Math.max(...standing.rates))}`,
        first === undefined ? "" : times(rateOf(first) / rate),
        `${(100 * share).toPrecision(2)}%`,
        learning(standing),
      ];
    });
  const after = workload.task === "predict" ? "predictions" : `after ${workload.checkSteps} steps`;
  const lines = [table(["", unit, "least … most", "gradus ÷ it", "of the peak", after], rows)];
  if (out.length > 0)
    lines.push("", ...out.map(({ peer, skipped }) => `- ${peer.name}: ${(skipped ?? "not measured").split("\n")[0]}`));
  const own = standings.filter(({ rates, ownRule }) => rates.length > 0 && ownRule !== undefined);
  if (own.length > 0) lines.push("", ...own.map(({ peer, ownRule }) => `- † ${peer.name}: ${ownRule}`));
  return lines.join("\n");
}

/** @param {Standing} standing */
function learning({ judgement, fault }) {
  if (fault !== undefined) return fault;
  if (judgement === undefined) return "too slow to be judged";
  const { measure, value, start } = judgement;
  const from = start > 0 ? ` (a constant: ${start.toPrecision(3)})` : "";
  return `${measure} ${value.toPrecision(3)}${from}`;
}

/** A rate in thousands, with three digits. @param {number} rate a second */
function thousands(rate) {
  if (!Number.isFinite(rate)) return "–";
  const value = rate / 1000;
  return value >= 100 ? Math.round(value).toLocaleString("en-GB") : value.toPrecision(3);
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
