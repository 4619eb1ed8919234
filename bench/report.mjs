/**
 * The results as Markdown: a summary of all workloads, then each with its spread, its share of the peak and its learning.
 *
 * Knows nothing of processes or the clock.
 */
import { rateOf } from "./contest.mjs";
import { isOwn, named } from "./peers.mjs";
import { pairedRatio, ratioToFastest, shareOfPeak } from "./ratios.mjs";
import { flopsPerSample } from "./workloads.mjs";

/**
 * @typedef {import("./contest.mjs").PeerResult} PeerResult
 * @typedef {import("./peers.mjs").Peer} Peer
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
  const absent = absentReasons(all);
  return [
    "# gradus beside its peers",
    "",
    `\`${command}\`, ${date.slice(0, 10)}. ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${machine.system}; Node ${machine.node}.`,
    `Medians over ${terms.windows} interleaved windows of ${terms.seconds} s, one thread each unless the name says more.`,
    "Ratios and shares of the peak are medians of what windows of the same round give; ratios are between as many threads and the same precision unless their names say more.",
    `One core's multiply-adds: ${peaks.map(({ title, gigaflops }) => `${gigaflops.toFixed(1)} GFLOP/s in ${title}`).join(", ")}. The last is the peak: shares are of as many cores' as threads work, and of float32 alone.`,
    "",
    versionsLine(all),
    ...settingsLines(all),
    "",
    ...absentLines(absent),
    "## Thousands of samples a second (W6: of calls)",
    "",
    summary(contests),
    ...contests.flatMap((one) => ["", `## ${one.workload.id}: ${one.workload.title}`, "", details(one, absent)]),
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

/** Why a contestant is measured nowhere, where that is the same reason for all workloads: then their tables leave it out. @param {readonly PeerResult[]} peerResults */
function absentReasons(peerResults) {
  const names = [...new Set(peerResults.map(({ peer }) => peer.name))];
  const absent = names.flatMap((name) => {
    const own = peerResults.filter(({ peer }) => peer.name === name);
    const reasons = new Set(own.map(({ rates, skipped }) => (rates.length === 0 ? reasonOf(skipped) : undefined)));
    const [reason] = reasons;
    return reasons.size === 1 && reason !== undefined ? [/** @type {const} */ ([name, reason])] : [];
  });
  return new Map(absent);
}

/** @param {ReadonlyMap<string, string>} absent */
function absentLines(absent) {
  return absent.size === 0
    ? []
    : ["Not measured:", "", ...Array.from(absent, ([name, reason]) => `- ${name}: ${reason}`), ""];
}

const reasonOf = (/** @type {string | undefined} */ skipped) => (skipped ?? "not measured").split("\n")[0];

/**
 * One row a contestant, one column a workload, and what gradus is to the others.
 *
 * @param {Results["contests"]} contests
 */
function summary(contests) {
  const names = [...new Set(contests.flatMap(({ peerResults }) => peerResults.map(({ peer }) => peer.name)))];
  const rows = names.map((name) => [
    name,
    ...contests.map(({ peerResults }) => {
      const peerResult = peerResults.find(({ peer }) => peer.name === name);
      return peerResult === undefined ? "" : `${thousands(rateOf(peerResult))}${mark(peerResult)}`;
    }),
  ]);
  const ratios = comparisons(contests).map(({ name, title, isOther }) => [
    `${name} ÷ ${title}`,
    ...contests.map(({ peerResults }) => {
      const own = peerResults.find(({ peer }) => peer.name === name)?.rates ?? [];
      const others = peerResults.filter(({ peer }) => isOther(peer)).map(({ rates }) => rates);
      return times(ratioToFastest(own, others));
    }),
  ]);
  const shares = [
    "gradus, of the peak",
    ...contests.map((contest) => {
      const own = contest.peerResults.find(({ peer }) => peer.name === "gradus");
      return own === undefined ? "" : percent(shareOf(own, contest));
    }),
  ];
  const measured = [...ratios, shares].filter((row) => row.slice(1).some((cell) => /\d/.test(cell)));
  return table(["", ...contests.map(({ workload }) => workload.id)], [...rows, ...measured]);
}

/**
 * Who stands beside the fastest of whom: the same number of threads, and the same precision. The precision high stands for float32, and
 * is compared with it.
 *
 * @param {Results["contests"]} contests
 * @returns {readonly { name: string, title: string, isOther: (peer: Peer) => boolean }[]}
 */
function comparisons(contests) {
  const all = contests.flatMap(({ peerResults }) => peerResults.map(({ peer }) => peer));
  const counts = [...new Set(all.map(({ threads }) => threads))];
  const isFloat32 = (/** @type {Peer} */ { precision }) => precision === undefined;
  const besideOne = (/** @type {string} */ name, /** @type {string} */ other) => ({
    name,
    title: other,
    isOther: (/** @type {Peer} */ peer) => peer.name === other,
  });
  const besideFastest = (/** @type {string} */ name, /** @type {number} */ count) => ({
    name: named(name, count),
    title: named("fastest of torch and numpy", count),
    isOther: (/** @type {Peer} */ peer) =>
      peer.threads === count && isFloat32(peer) && /^(torch|numpy)/.test(peer.name),
  });
  const ofGradus = [...new Set(all.filter(isGradus).map(({ name }) => name))];
  return [
    {
      name: "gradus",
      title: "best other in JavaScript",
      isOther: (peer) => peer.language === "JavaScript" && !isGradus(peer),
    },
    ...counts.flatMap((count) => [
      besideFastest("gradus", count),
      besideFastest("gradus, high", count),
      besideOne(named("gradus, fast", count), named("torch-bfloat16", count)),
    ]),
    ...["brain.js", "synaptic", "FANN", "torch", "torch-compile", "numpy"].map((name) => besideOne("gradus", name)),
    ...ofGradus.filter((name) => name !== "gradus").map((name) => besideOne(name, "gradus")),
    ...counts.map((count) => besideOne(named("gradus", count), `gradus, ${count} networks`)),
    ...counts
      .filter((count) => count > 1)
      .map((count) => besideOne(named("gradus", count), named("other gradus", count))),
  ];
}

/** Another checkout's too. @param {Peer} peer */
function isGradus({ name }) {
  return isOwn(name) || name.startsWith("other gradus");
}

/**
 * Of the float32 multiply-adds of as many cores as work; NaN with products of bf16, which have another peak.
 *
 * @param {PeerResult} peerResult
 * @param {Results["contests"][number]} contest
 */
function shareOf({ peer: { threads, networks = 1, precision }, rates }, { workload, peaks }) {
  if (precision !== undefined) return Number.NaN;
  return shareOfPeak(rates, peaks, flopsPerSample(workload)) / (threads * networks);
}

/**
 * What another contestant is compared with: gradus on as many threads and with the same precision. Nothing for gradus itself, whose
 * settings the summary compares.
 *
 * @param {Peer} peer
 * @param {readonly PeerResult[]} peerResults
 */
function counterpartOf({ name, threads, precision }, peerResults) {
  if (isOwn(name)) return undefined;
  return peerResults.find(({ peer }) => isOwn(peer.name) && peer.threads === threads && peer.precision === precision);
}

/** Points to the details where there is something to know. @param {PeerResult} peerResult */
function mark({ fault, ownRule, rates }) {
  if (fault !== undefined) return " ✗";
  return rates.length > 0 && ownRule !== undefined ? " †" : "";
}

/** @param {Results["contests"][number]} contest @param {ReadonlyMap<string, string>} absent named before */
function details(contest, absent) {
  const { workload, peerResults } = contest;
  const unit = workload.task === "predict" ? "thousand calls/s" : "thousand samples/s";
  const out = peerResults.filter(({ peer, rates }) => rates.length === 0 && !absent.has(peer.name));
  const rows = peerResults
    .filter(({ rates }) => rates.length > 0)
    .map((peerResult) => {
      const rate = rateOf(peerResult);
      const counterpart = counterpartOf(peerResult.peer, peerResults);
      return [
        `${peerResult.peer.name}${mark(peerResult)}`,
        thousands(rate),
        `${thousands(Math.min(...peerResult.rates))} … ${thousands(Math.max(...peerResult.rates))}`,
        counterpart === undefined ? "" : times(pairedRatio(counterpart.rates, peerResult.rates)),
        percent(shareOf(peerResult, contest)),
        learning(peerResult),
      ];
    });
  const after = workload.task === "predict" ? "predictions" : `after ${workload.checkSteps} steps`;
  const lines = [table(["", unit, "least … most", "gradus ÷ it", "of the peak", after], rows)];
  if (out.length > 0) lines.push("", ...out.map(({ peer, skipped }) => `- ${peer.name}: ${reasonOf(skipped)}`));
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

/** Nothing where there is no such share. @param {number} share */
function percent(share) {
  if (!Number.isFinite(share)) return "";
  return share < 0.005 ? "<1%" : `${(100 * share).toFixed(0)}%`;
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
