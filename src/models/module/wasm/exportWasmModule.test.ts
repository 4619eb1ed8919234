/** What a module with WebAssembly does that others don't: batches, the choice of the kernels, and runtimes that can't compile them. */
import { expect, test } from "vitest";
import { imported, type ModuleExports, moduleOf } from "../../../../test/exportedModule.ts";
import { predictionKernels } from "../../../engines/wasm/generated/predictionKernels.ts";
import { createMemory, instantiate, kernelCode, supportsRelaxedSimd } from "../../../engines/wasm/kernelModule.ts";
import { train } from "../../../tabular/train.ts";
import type { Model } from "../../model.ts";
import { exportModule } from "../exportModule.ts";
import { exportWasmModule } from "./exportWasmModule.ts";
import { FIRST_ADDRESS, placedNetworks } from "./placedNetworks.ts";

const table = Array.from({ length: 40 }, (_, i) => ({
  x: (i * 7) % 10,
  colour: i % 3 ? "red" : "blue",
  y: i % 2 ? "odd" : "even",
}));
const trained = await train({ table, target: "y", epochs: 2, folds: 2, hidden: [9, 5] });
const model = trained.model as unknown as Model;

test("a list of more rows than a batch predicts the bits of the library's model, as does an empty one", async () => {
  const { predict } = await moduleOf(model, exportWasmModule);
  const { rows } = placedNetworks([model.document.network]).networks[0];
  const many = Array.from({ length: 2 * rows + 1 }, (_, i) => ({ ...table[i % 40], x: i / 7 }));
  expect(JSON.stringify(predict(many)) === JSON.stringify(model.predict(many as never))).toBe(true);
  expect(predict([])).toEqual([]);
});

test("a wide network's memory has room for what its largest product needs", async () => {
  const { model: wide } = await train({ table, target: "y", epochs: 1, folds: 1, hidden: [400, 300], recipe: "plain" });
  const { predict } = await moduleOf(wide as unknown as Model, exportWasmModule);
  const many = Array.from({ length: 60 }, (_, i) => ({ ...table[i % 40], x: i / 7 }));
  expect(predict(many)).toEqual(wide.predict(many));
});

test("the kernels' own data ends before the first address, in every variant", async () => {
  for (const relaxed of [false, supportsRelaxedSimd()]) {
    const variant = { relaxed, shared: false };
    const kernels = instantiate(await kernelCode(predictionKernels, variant), createMemory(FIRST_ADDRESS, variant));
    expect(kernels.heapBase()).toBeLessThanOrEqual(FIRST_ADDRESS);
  }
});

test("a module is what one that computes in JavaScript is, but for its networks and its first comment; it has no other's code", () => {
  const [inJavaScript, inWasm] = [exportModule(model), exportWasmModule(model)];
  const withoutHeader = (text: string) => text.slice(text.indexOf("*/"));
  expect(withoutHeader(inWasm.declarations)).toBe(withoutHeader(inJavaScript.declarations));
  expect(inWasm.weightBytes).toBe(inJavaScript.weightBytes);
  // Texts are long: what is found is shown, not where.
  expect(inJavaScript.code.match(/WebAssembly\.Memory|kernelsIn/)?.[0]).toBeUndefined();
  expect(inWasm.code.match(/\bdense\(|fusedMadd|throughLayers/)?.[0]).toBeUndefined();
  expect(
    inWasm.code.match(/\beval\(|new Function|\bimport\b|\brequire\(|fetch\(|<\/|[^\n\x20-\x7e]/)?.[0],
  ).toBeUndefined();
  expect(inWasm.code.length).toBeLessThan(inJavaScript.code.length + 60_000);
});

/** The module where WebAssembly is another one. */
async function inRuntimeWith(webAssembly: object | undefined): Promise<ModuleExports> {
  const runtime = globalThis as { WebAssembly?: object | undefined };
  const own = runtime.WebAssembly;
  const code = exportWasmModule(model).code;
  try {
    runtime.WebAssembly = webAssembly;
    return await imported(code);
  } finally {
    runtime.WebAssembly = own;
  }
}

test("a runtime without WebAssembly, without its SIMD or that forbids to compile refuses the import with what to do", async () => {
  const remedy = "Export the model in the form module (exportModule), which computes in JavaScript.";
  const found = "Expected a runtime that compiles WebAssembly with SIMD from bytes, found that this one can't: ";
  await expect(inRuntimeWith(undefined)).rejects.toThrow(`${found}there is no WebAssembly. ${remedy}`);
  class Forbidden {
    constructor() {
      throw new Error("Wasm code generation disallowed by embedder");
    }
  }
  const forbidding = { validate: () => true, Module: Forbidden };
  await expect(inRuntimeWith(forbidding)).rejects.toThrow(
    `${found}Wasm code generation disallowed by embedder. ${remedy}`,
  );
});

test("where multiply-add is not fused, a module takes the kernels that round twice", async () => {
  const own = (globalThis as unknown as { WebAssembly: Record<string, unknown> }).WebAssembly;
  const compiled: number[] = [];
  const Module = own.Module as new (bytes: Uint8Array) => object;
  class Counted extends Module {
    constructor(bytes: Uint8Array) {
      super(bytes);
      compiled.push(bytes.length);
    }
  }
  const { Memory, Instance } = own;
  const { predict } = await inRuntimeWith({ validate: () => false, Module: Counted, Memory, Instance });
  expect(compiled).toEqual([atob(predictionKernels.plain).length]);
  expect(predict(table[0])).toMatchObject({ label: trained.model.predict(table[0]).label });
});
