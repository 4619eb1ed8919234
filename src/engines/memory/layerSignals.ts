/** The signals of one layer in a plan's memory: which regions hold them. Knows nothing of where the memory lies. */
import { DescriptionError, shown } from "../../errors.ts";
import type { ForwardOperation, Plan, Region } from "../../plan/plan.ts";
import { deltaOf } from "../../plan/regions.ts";
import type { LayerSignals } from "../engine.ts";

/**
 * @param rows patterns of the batch whose signals are there; 0 where there are none
 * @param floats a view of so many numbers from the beginning of a region
 * @throws {DescriptionError} no such layer, or no signals
 */
export function layerSignals(
  plan: Plan,
  layer: number,
  rows: number,
  floats: (region: Region, count: number) => Float32Array,
): LayerSignals {
  const operation = Number.isInteger(layer) ? plan.forward[layer] : undefined;
  if (operation === undefined || rows === 0) {
    throw new DescriptionError(
      `Expected a layer from 0 to ${plan.forward.length - 1}, after a step and before the next evaluation, found ${shown(layer)}.`,
    );
  }
  const view = (region: Region): Float32Array => floats(region, rows * region.shape[1]);
  return {
    rows,
    inducedField: view(fieldOf(operation)),
    output: view(operation.output),
    localGradient: view(deltaOf(plan.regions, layer)),
  };
}

/** The fields of a layer: what enters a dropout layer, and what any other layer without an activation puts out. */
function fieldOf(operation: ForwardOperation): Region {
  if (operation.op === "dropout") return operation.input;
  return operation.op === "dense" ? operation.field : operation.output;
}
