/** Which libraries are taken for a BLAS, and what is said of the others. The libraries are written out here. */
import { expect, test } from "vitest";
import { faultOf, findBlas } from "./library.ts";

type Functions = Readonly<Record<string, (...values: never[]) => unknown>>;

/** A library with such functions, by name; it throws for others, as koffi does. */
const library = (functions: Functions) => ({
  func: (declaration: string) => {
    const name = /(\w+)\(/.exec(declaration)?.[1] ?? "";
    if (!(name in functions)) throw new Error(`no ${name}`);
    return functions[name] as (...values: readonly unknown[]) => unknown;
  },
  symbol: () => 0n,
});

/** A sum that reads as many bits of its first argument as a library's integers have. */
const dot = (bits: 32 | 64) => (count: number, x: Float32Array) =>
  x.slice(0, Math.max(0, bits === 32 ? count | 0 : count)).reduce((sum, value) => sum + value, 0);

const sgemm = (...values: unknown[]) => (values[12] as Float32Array).set([83, 77, 71, 61, 47, 33]);

test("a library that adds and multiplies right is one, held to one thread before its first call", () => {
  const calls: string[] = [];
  const held = {
    openblas_set_num_threads: (count: number) => calls.push(`threads ${count}`),
    cblas_sdot: (count: number, x: Float32Array) => {
      calls.push("dot");
      return dot(32)(count, x);
    },
    cblas_sgemm: sgemm,
  };
  expect(faultOf(library(held))).toBeUndefined();
  expect(calls).toEqual(["threads 1", "dot"]);
});

test.each([
  ["has no cblas_sgemm", { cblas_sdot: dot(32) }],
  ["takes integers of 64 bits", { cblas_sdot: dot(64), cblas_sgemm: sgemm }],
  ["has a wrong cblas_sdot: expected 3, found 7", { cblas_sdot: () => 7, cblas_sgemm: sgemm }],
  [
    "has a wrong cblas_sgemm: expected 83,77,71,61,47,33, found 100,100,100,100,100,100",
    { cblas_sdot: dot(32), cblas_sgemm: () => {} },
  ],
] as const)("one that %s is not", (fault, functions) => {
  expect(faultOf(library(functions as Functions))).toBe(fault);
});

test("a file that GRADUS_BLAS names and that isn't there is named, with the remedy", () => {
  expect(() => findBlas("/no/such/libblas.so")).toThrow(
    "There is no BLAS to use: /no/such/libblas.so can't be loaded (GRADUS_BLAS names it). Use the engine wasm.",
  );
});
