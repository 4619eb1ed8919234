/** The tables of a run that is written down here: what the ratios and the share of the peak are. */
import { expect, test } from "vitest";
import { reportOf } from "./report.mjs";
import { workloads } from "./workloads.mjs";

const machine = { cpu: "a processor (AVX2)", cores: 2, memoryGiB: 8, system: "Linux", node: "20.0.0" };

/** @param {string} name @param {number[]} rates @param {Partial<import("./contest.mjs").PeerResult["peer"]>} peer */
const result = (name, rates, peer = {}) => ({
  peer: { name, language: /** @type {const} */ ("Python"), program: [], threads: 1, ...peer },
  versions: { [name]: "1" },
  settings: `settings of ${name}`,
  rates,
});

const report = reportOf({
  date: "2026-11-28T00:00:00Z",
  command: "npm run bench",
  machine,
  peaks: [
    { title: "128-bit WebAssembly", gigaflops: 50 },
    { title: "AVX2", gigaflops: 100 },
  ],
  terms: { seconds: 1, windows: 3 },
  contests: [
    {
      workload: workloads[4],
      peaks: [100, 50, 100],
      peerResults: [
        result("gradus", [8000, 4000, 8000], { language: "JavaScript" }),
        result("gradus, 2 threads", [16_000, 8000, 16_000], { language: "JavaScript", threads: 2 }),
        result("torch", [2000, 2000, 2000]),
        result("numpy", [4000, 2000, 4000]),
        result("numpy, 2 threads", [4000, 4000, 4000], { threads: 2 }),
      ],
    },
  ],
});

/** The cell of a row of the summary. @param {string} title */
const cell = (title) =>
  report
    .split("\n")
    .find((line) => line.startsWith(`| ${title} `))
    ?.split("|")[2]
    .trim();

test("the head names the processor, its peaks and each library's settings", () => {
  expect(report).toContain("a processor (AVX2), 2 cores");
  expect(report).toContain("50.0 GFLOP/s in 128-bit WebAssembly, 100.0 GFLOP/s in AVX2. The last is the peak.");
  expect(report).toContain("\nnumpy: settings of numpy.\n");
});

test("ratios are medians of rounds, beside the fastest with as many threads", () => {
  expect(cell("gradus ÷ torch")).toBe("4.00 ×"); // 4, 2, 4
  expect(cell("gradus ÷ fastest of torch and numpy")).toBe("2.00 ×"); // numpy: 2, 2, 2
  expect(cell("gradus, 2 threads ÷ fastest of torch and numpy, 2 threads")).toBe("4.00 ×"); // 4, 2, 4
  expect(cell("gradus, 2 threads ÷ gradus")).toBe("2.00 ×");
});

test("the share of the peak is that of each round's own", () => {
  // W5: 2 · (2 · 784 · 1024 + 3 · 1024 · 1024 + 3 · 1024 · 10) = 9,564,160 operations a sample; 8,000 a second of 100 GFLOP/s, 4,000 of 50.
  expect(cell("gradus, of the peak")).toBe("77%");
});
