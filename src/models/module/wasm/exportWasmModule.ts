/**
 * A model as one stand-alone ES module with its types, whose networks are computed by the kernels for prediction: WebAssembly with SIMD, which
 * the module holds in base64.
 *
 * The programs that the kernels run, and where all lies in their memory, are made here; the module has nothing to plan.
 */
import { CONTROL_BYTES } from "../../../engines/memory/control.ts";
import { controlWords } from "../../../engines/memory/layouts.ts";
import { predictionKernels } from "../../../engines/wasm/generated/predictionKernels.ts";
import type { Network } from "../../../network/network.ts";
import { placesOf } from "../../../plan/ops/places.ts";
import type { Model } from "../../model.ts";
import { literal } from "../literal.ts";
import { type ExportedModule, type ModuleOptions, moduleCode, type NetworkForm } from "../moduleCode.ts";
import { type PlacedNetwork, placedNetworks } from "./placedNetworks.ts";

/**
 * Makes a module of a model as `exportModule` does, with networks that are computed by WebAssembly with SIMD, lists of rows in batches: for
 * large networks or many rows. It holds the kernels, some 55 kB, and compiles them when it is imported; where the runtime has no WebAssembly
 * with SIMD or forbids to compile it, the import fails with an error that says so.
 *
 * @throws {DescriptionError} a model of a form that modules don't have, named; with `weights: "float16"` a parameter beyond ±65504
 *
 * @example
 * import { train } from "gradus";
 * import { exportWasmModule } from "gradus/export";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 ? "yes" : "no" }));
 * const { model } = await train({ table: rows, target: "garden", epochs: 5, folds: 1 });
 * const { declarations } = exportWasmModule(model); // and code
 * declarations.includes('readonly "size": number | null;'); // true
 */
export function exportWasmModule(model: Model, options: ModuleOptions = {}): ExportedModule {
  return moduleCode("exportWasmModule", model, options, wasmForm);
}

/** The networks as they lie in the kernels' memory. */
export function wasmForm(networks: readonly Network[]): NetworkForm {
  const { networks: placed, scratch, leastScratch, products } = placedNetworks(networks);
  const { plain, relaxed } = predictionKernels;
  const sizes = literal({ scratch, leastScratch, products });
  return {
    runs: "where WebAssembly with SIMD does",
    data: `/** The kernels of gradus, and how they differ where multiply-add rounds once; the size of their memory. */
const kernels = kernelsIn("${plain}", "${relaxed}", ${sizes});`,
    outputs: placed.map(networkCode),
  };
}

/** The words of the control block that a run writes. */
const { rowCount } = placesOf(controlWords);

function networkCode({ words, parameters, inputs, outputs, rows }: PlacedNetwork): string {
  const fields = {
    control: words.at,
    rowCount: words.at + 4 * rowCount,
    rows,
    inputs,
    outputs,
  };
  const own = [...words.values];
  const programAt = CONTROL_BYTES / 4;
  const listed = [own.slice(0, programAt), own.slice(programAt)].map((part) => `          ${part.join(", ")},\n`);
  return `inMemory(
        kernels,
        ${literal(fields)},
        [\n${listed.join("")}        ],
        ${parameters.at},
        take(${parameters.count}),
      )`;
}
