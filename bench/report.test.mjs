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
        result("gradus, 2 networks", [20_000, 20_000, 20_000], { language: "JavaScript", networks: 2 }),
        result("gradus, high", [12_000, 12_000, 12_000], { language: "JavaScript", precision: "high" }),
        result("gradus, fast", [30_000, 30_000, 30_000], { language: "JavaScript", precision: "fast" }),
        result("other gradus", [5000, 5000, 5000], { language: "JavaScript" }),
        result("other gradus, 2 threads", [4000, 4000, 4000], { language: "JavaScript", threads: 2 }),
        result("tfjs-wasm", [1000, 1000, 1000], { language: "JavaScript" }),
        result("torch", [2000, 2000, 2000]),
        result("torch-bfloat16", [15_000, 15_000, 15_000], { precision: "fast" }),
        result("numpy", [4000, 2000, 4000]),
        result("numpy, 2 threads", [4000, 4000, 4000], { threads: 2 }),
        { ...result("FANN", []), skipped: "not installed" },
      ],
    },
  ],
});

const lines = report.split("\n");

/** The cells of the first or the last row with a title: of the summary, or of the workload's own table. @param {string | undefined} line */
const cells = (line) =>
  line
    ?.split("|")
    .slice(2, -1)
    .map((text) => text.trim()) ?? [];
/** The cell of a row of the summary. @param {string} title */
const cell = (title) => cells(lines.find((line) => line.startsWith(`| ${title} `)))[0];
/** What a row of W5's own table has of two columns. @param {string} name */
const detail = (name) => {
  const [, , ratio, share] = cells(lines.findLast((line) => line.startsWith(`| ${name} `)));
  return { ratio, share };
};

test("the head names the processor, its peaks and each library's settings", () => {
  expect(report).toContain("a processor (AVX2), 2 cores");
  expect(report).toContain("50.0 GFLOP/s in 128-bit WebAssembly, 100.0 GFLOP/s in AVX2. The last is the peak: ");
  expect(report).toContain("\nnumpy: settings of numpy.\n");
});

test("why a contestant is measured nowhere stands in the head, once", () => {
  expect(report).toContain("\nNot measured:\n\n- FANN: not installed\n");
  expect(report.match(/not installed/g)).toHaveLength(1);
});

test("ratios are medians of rounds, beside the fastest with as many threads", () => {
  expect(cell("gradus ÷ torch")).toBe("4.00 ×"); // 4, 2, 4
  expect(cell("gradus ÷ fastest of torch and numpy")).toBe("2.00 ×"); // numpy: 2, 2, 2
  expect(cell("gradus, 2 threads ÷ fastest of torch and numpy, 2 threads")).toBe("4.00 ×"); // 4, 2, 4
  expect(cell("gradus, 2 threads ÷ gradus")).toBe("2.00 ×");
});

test("float32 stands beside float32, and high too; fast beside bfloat16", () => {
  expect(cell("gradus, high ÷ fastest of torch and numpy")).toBe("3.00 ×"); // numpy: 3, 6, 3
  expect(cell("gradus, fast ÷ torch-bfloat16")).toBe("2.00 ×");
  expect(report).not.toContain("gradus ÷ torch-bfloat16");
});

test("another checkout's gradus is compared with as many threads, and is no other library in JavaScript", () => {
  expect(cell("gradus ÷ best other in JavaScript")).toBe("8.00 ×"); // tfjs-wasm
  expect(cell("other gradus ÷ gradus")).toBe("0.625 ×");
  expect(cell("gradus, 2 threads ÷ other gradus, 2 threads")).toBe("4.00 ×");
});

test("in a workload's own table, another contestant stands beside gradus with as many threads and the same precision", () => {
  expect(detail("torch").ratio).toBe("4.00 ×");
  expect(detail("numpy, 2 threads").ratio).toBe("4.00 ×"); // gradus, 2 threads
  expect(detail("torch-bfloat16").ratio).toBe("2.00 ×"); // gradus, fast
  expect(["gradus", "gradus, high", "gradus, 2 threads"].map((name) => detail(name).ratio)).toEqual(["", "", ""]);
});

test("several threads and several networks share as many cores' peaks; bfloat16 has no share of float32's", () => {
  expect(detail("gradus").share).toBe("77%");
  expect(detail("gradus, 2 threads").share).toBe("77%"); // 16,000 a second of 2 · 100 GFLOP/s
  expect(detail("gradus, 2 networks").share).toBe("96%"); // 191.3 of 2 · 100 GFLOP/s, 2 · 50 and 2 · 100
  expect(detail("gradus, high").share).toBe("");
  expect(detail("torch-bfloat16").share).toBe("");
  expect(detail("torch").share).toBe("19%");
});

test("percentages are whole numbers", () => {
  expect(report).not.toMatch(/\d(\.\d+|e[+-]\d+)%/);
});

test("the share of the peak is that of each round's own", () => {
  // W5: 2 · (2 · 784 · 1024 + 3 · 1024 · 1024 + 3 · 1024 · 10) = 9,564,160 operations a sample; 8,000 a second of 100 GFLOP/s, 4,000 of 50.
  expect(cell("gradus, of the peak")).toBe("77%");
});
