/**
 * A model as one stand-alone ES module with its types, which computes in JavaScript.
 *
 * It predicts the bits that the library predicts in the same runtime; with weights in float16, those of the model that `withFloat16Weights`
 * gives.
 */
import type { Model } from "../model.ts";
import { type ExportedModule, type ModuleOptions, moduleCode } from "./moduleCode.ts";
import { networkCode } from "./networkCode.ts";

/**
 * Makes a module of a model: `predict(row)` as the model's own, and `quantiles` and `intervals` where it has them. It runs wherever
 * ES modules do and imports, fetches and evaluates nothing.
 *
 * @throws {DescriptionError} a model of a form that modules don't have, named; with `weights: "float16"` a parameter beyond ±65504
 *
 * @example
 * import { train } from "gradus";
 * import { exportModule } from "gradus/export";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 ? "yes" : "no" }));
 * const { model } = await train({ table: rows, target: "garden", epochs: 5, folds: 1 });
 * const { declarations } = exportModule(model); // and code
 * declarations.includes('readonly "size": number | null;'); // true
 */
export function exportModule(model: Model, options: ModuleOptions = {}): ExportedModule {
  return moduleCode("exportModule", model, options, (networks) => ({
    runs: "wherever ES modules do",
    outputs: networks.map(networkCode),
  }));
}
