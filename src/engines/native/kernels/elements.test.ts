/** What goes over arrays in machine code beside the kernels of WebAssembly that it stands for: the same bits. */
import { describe, expect, test } from "vitest";
import { KernelArena } from "../../../../test/kernelArena.ts";
import { isas } from "../../../../test/nativeIsas.ts";
import { activations } from "../../../network/activations.ts";
import { losses } from "../../../network/losses.ts";
import { optimizers } from "../../../optimizers/optimizers.ts";
import { random } from "../../../random.ts";
import { koffi } from "../foreign.ts";
import { machineCode } from "../machineCode.ts";

type Typed = Float32Array | Float64Array;
/** A call of a kernel: arrays that it reads and writes, and numbers. */
type Call = readonly (number | Typed)[];

const SPECIAL = [
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  Number.NaN,
  1e-45,
  -1e-40,
  1.2e-38,
  3e38,
  -3e38,
  88.8,
  -87.4,
  1e-31,
];

/** Most numbers are ordinary, some are not. */
function numbers(length: number, stream: string): Float32Array {
  const draws = random(1, stream);
  return Float32Array.from({ length }, () => {
    const special = SPECIAL[Math.floor(draws.uniform() * SPECIAL.length)];
    return draws.uniform() < 0.15 ? special : draws.normal() * 10 ** (3 * draws.uniform() - 2);
  });
}

const ordinary = (length: number, stream: string): Float32Array => {
  const draws = random(1, stream);
  return Float32Array.from({ length }, () => 5 * draws.normal());
};

/** As they lie in memory; any NaN is one. */
const bitsOf = (values: Typed): number[] => [
  ...new Uint32Array(values.map((value) => (Number.isNaN(value) ? Number.NaN : value)).buffer),
];

const elementwise = Object.entries(activations).filter(([name]) => name !== "softmax" && name !== "identity");
const kindOf = (table: object, name: string): number => Object.keys(table).indexOf(name);

describe.each(isas)("machine code for %s has the bits of the kernels", (isa) => {
  let calls = 0;
  const { machine, make } = machineCode(isa);
  make();
  const alone = new KernelArena({ relaxed: true });
  const helped = new KernelArena({
    relaxed: true,
    machine: (memory, words) => {
      calls++;
      machine(Number(koffi().address(memory)), words);
    },
  });

  function begin(arena: KernelArena): void {
    arena.clear();
    const words = arena.float32(new Float32Array(32));
    if (arena === alone) return;
    arena.call("useMachineCode", 1, 1, 0, 0, 0, 16);
    arena.call("callWith", words);
  }

  /** Calls a kernel with and without machine code, and compares every array. */
  function expectSame(kernel: string, call: Call, what: string): void {
    const found = [alone, helped].map((arena) => {
      begin(arena);
      const placed = call.map((each) =>
        each instanceof Float32Array ? arena.float32(each) : each instanceof Float64Array ? arena.float64(each) : each,
      );
      const before = calls;
      arena.call(kernel, ...placed);
      if (arena === helped) expect(calls, `${what} is called`).toBeGreaterThan(before);
      return placed.filter((each) => typeof each !== "number").map(bitsOf);
    });
    expect(found[1], what).toEqual(found[0]);
  }

  const lengths = Array.from({ length: 101 }, (_, n) => n).filter((n) => n > 0);

  test.each(elementwise)("activation %s and its derivative, plain and parametric", (name) => {
    const kind = kindOf(activations, name);
    for (const n of [...lengths, 1000]) {
      const [a, b] = [numbers(n, `a${n}`), numbers(n, `b${n}`)];
      expectSame("activate", [kind, a, new Float32Array(n), n], `φ of ${n}`);
      expectSame("derive", [kind, a, b, b, new Float32Array(n), n], `φ' of ${n}`);
      if (n > 40) continue;
      const [rows, slopes] = [3, numbers(n, `s${n}`)];
      const [x, delta] = [numbers(rows * n, `x${n}`), numbers(rows * n, `d${n}`)];
      const to = new Float32Array(rows * n);
      expectSame("parametricRows", [kind, x, slopes, to, to, rows, n], `parametric of ${n}`);
      expectSame("parametricBack", [kind, delta, x, slopes, x, to, rows, n], `parametric back of ${n}`);
    }
  });

  test.each(Object.keys(optimizers))("optimizer %s", (name) => {
    const kind = kindOf(optimizers, name);
    const block = Float64Array.from([0.01, 1.3, 1.1, 0.7, 0, 0.9, 0.99, 0.95, 0.999, 1e-8, 0.02, 0]);
    for (const n of lengths) {
      const [p, g, m] = ["p", "g", "m"].map((stream) => numbers(n, `${stream}${n}`));
      const s = numbers(n, `s${n}`).map(Math.abs);
      const first = name === "rmsProp" || name === "adaGrad" ? s : m;
      expectSame("update", [kind, p, g, first, s, 0, n, 0.7, 0.3, block], `${n} parameters`);
    }
  });

  test("dropout", () => {
    for (const n of lengths) {
      const call = [numbers(n, `x${n}`), new Float32Array(n), 0x89abcdef, 0x60000000, 1.6, 12345 + n, n];
      expectSame("dropoutRows", call, `of ${n}`);
    }
  });

  test("factors of columns, and sums down them", () => {
    for (const n of lengths) {
      for (const rows of [1, 2, 7]) {
        const row = n + 3;
        const [d, y, x] = ["d", "y", "x"].map((stream) => numbers(rows * row, `${stream}${n}`));
        const out = new Float32Array(n);
        const what = `${rows} rows of ${n}`;
        expectSame("scaleRows", [d.slice(0, rows * n), numbers(n, "s"), new Float32Array(rows * n), rows, n], what);
        for (const negate of [0, 1]) expectSame("columnSums", [rows, n, d, row, out, negate], what);
        expectSame("productSums", [rows, n, d, x, row, out], what);
        expectSame("differenceSums", [rows, n, d, y, x, row, out], what);
      }
    }
  });

  test("cross-entropy of softmax, with and without weights of the rows", () => {
    const kind = kindOf(losses, "crossEntropy");
    for (const width of [...lengths.filter((n) => n < 50), 64, 100, 1000]) {
      for (const smoothing of [0, 0.1]) {
        const options = Float32Array.of(smoothing, 0, 0);
        for (const [from, to] of [
          [0, 1],
          [0, 6],
          [2, 5],
        ]) {
          const rows = 6;
          const desired = Float32Array.from({ length: rows }, (_, n) => (7 * n) % width);
          const weights = Float32Array.from({ length: rows }, (_, n) => 1 + n / 3);
          const written = [new Float64Array(rows), new Float32Array(rows * width)];
          for (const y of [numbers(rows * width, `y${width}`), ordinary(rows * width, `y${width}`)]) {
            for (const given of [weights, 0]) {
              const call = [kind, from, to, y, desired, given, rows, width, options, ...written];
              expectSame("rowLoss", call, `rows ${from} to ${to} of ${width} classes`);
            }
          }
        }
      }
    }
  });

  test("a matrix turned round", () => {
    for (const lines of [1, 3, 4, 7, 8, 15, 16, 20, 33, 37]) {
      for (const n of [1, 2, 3, 4, 5, 8, 15, 16, 33]) {
        const row = lines + 5;
        expectSame(
          "turnRound",
          [n, lines, numbers(lines * n, "x"), numbers(row * n, "y"), 4 * row],
          `${lines} of ${n}`,
        );
      }
    }
  });

  test("in place", () => {
    const kind = kindOf(activations, "mish");
    for (const n of lengths) {
      const x = numbers(n, `x${n}`);
      const found = [alone, helped].map((arena) => {
        begin(arena);
        const placed = arena.float32(x);
        arena.call("activate", kind, placed, placed, n);
        return bitsOf(placed);
      });
      expect(found[1]).toEqual(found[0]);
    }
  });
});
