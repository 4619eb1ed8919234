/**
 * How far one step moved a layer's weights: ‖ΔW‖/‖W‖ over a sample of them.
 *
 * About 0.001 is usual; far less and the layer hardly learns, far more and the steps are too large. Knows nothing of signals.
 */
import type { Numbers } from "../../engines/engine.ts";
import type { ParameterTensor } from "../../network/parameters.ts";
import { spread } from "./distribution.ts";

/** So many weights estimate a norm to about 5 %. */
const MOST_WEIGHTS = 256;

export class WeightSample {
  readonly #places: Uint32Array;
  readonly #before: Float64Array;

  /** @param tensor the weights; biases start from 0 and would make any ratio large */
  constructor({ offset, length }: ParameterTensor) {
    this.#places = spread(length, MOST_WEIGHTS).map((place) => offset + place);
    this.#before = new Float64Array(this.#places.length);
  }

  /** How many weights it reads. */
  get size(): number {
    return this.#places.length;
  }

  /** Notes the weights before a step. */
  take(parameters: Numbers): void {
    for (let i = 0; i < this.#places.length; i++) this.#before[i] = parameters[this.#places[i]];
  }

  /** ‖ΔW‖/‖W‖ since `take`; undefined where W was 0. */
  ratio(parameters: Numbers): number | undefined {
    let moved = 0;
    let size = 0;
    for (let i = 0; i < this.#places.length; i++) {
      const before = this.#before[i];
      const change = parameters[this.#places[i]] - before;
      moved += change * change;
      size += before * before;
    }
    return size > 0 ? Math.sqrt(moved / size) : undefined;
  }
}
