/** The signals of one layer in a plan's memory: which regions hold them. */
import { DescriptionError, shown } from "../../errors.ts";
import type { Region } from "../../plan/plan.ts";
import { deltaOf, signalOf } from "../../plan/regions.ts";
import type { LayerSignals } from "../engine.ts";
import type { PlacedRegions } from "./placedRegions.ts";

/** The signals that were asked for last of each layer: kept, because their views take as long to make as a small step. */
export class KeptSignals {
  readonly #placed: PlacedRegions;
  readonly #known = new Map<number, LayerSignals>();

  constructor(placed: PlacedRegions) {
    this.#placed = placed;
  }

  /**
   * @param rows patterns of the batch whose signals are there; 0 where there are none
   * @throws {DescriptionError} no such layer, or no signals
   */
  of(layer: number, rows: number): LayerSignals {
    const known = this.#known.get(layer);
    // A memory that grows takes the buffer from its views.
    if (known?.rows === rows && known.output.length > 0) return known;
    const signals = layerSignals(this.#placed, layer, rows);
    this.#known.set(layer, signals);
    return signals;
  }
}

function layerSignals(placed: PlacedRegions, layer: number, rows: number): LayerSignals {
  const { plan } = placed;
  const last = plan.forward.findLast((operation) => operation.layer === layer);
  if (last === undefined || rows === 0) {
    throw new DescriptionError(
      `Expected a layer from 0 to ${plan.forward.at(-1)?.layer}, after a step and before the next evaluation, found ${shown(layer)}.`,
    );
  }
  const view = (region: Region): Float32Array => placed.floats(region, rows * region.shape[1]);
  return {
    rows,
    // What enters a dropout layer is its field.
    inducedField: view(signalOf(plan.regions, "v", layer) ?? last.input),
    output: view(last.output),
    localGradient: view(deltaOf(plan.regions, layer)),
  };
}
