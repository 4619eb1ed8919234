/** Model files of seeds for the fuzzer: a good model's with a few other values in its document or its tensors, rightly summed. */

import type { Tensor } from "../../../src/models/safetensors.ts";
import { type Random, random } from "../../../src/random.ts";
import type { Driver } from "../driver.ts";
import { fileOf, type GoodModel, goodModels } from "./goodModels.ts";
import { placesOf, REMOVED, valueAt, withValue } from "./places.ts";
import { tryFile } from "./wrongWith.ts";

const VALUES = [null, -1, 0, 1, 2, 5e-324, 1e308, -1e308, 1e9, 0.5, 2 ** 53, "", "x", [], {}, true, false, REMOVED];
const NUMBERS = [Number.NaN, Number.POSITIVE_INFINITY, 3.4e38, -3.4e38, 1e-45, 0, -1, 1e9];

export class ModelDriver implements Driver {
  readonly counts = { inputs: 0, loaded: 0 };
  readonly #models: readonly GoodModel[];

  private constructor(models: readonly GoodModel[]) {
    this.#models = models;
  }

  static async start(): Promise<ModelDriver> {
    return new ModelDriver(await goodModels());
  }

  /** @returns what is wrong with the file of a seed, in words */
  async run(seed: number): Promise<string | undefined> {
    const draw = random(seed, "models");
    const model = this.#models[draw.integer(this.#models.length)];
    const changed: string[] = [];
    let { document } = model;
    for (let left = 1 + draw.integer(3); left > 0; left--) {
      const places = placesOf(document);
      const path = places[draw.integer(places.length)];
      const value = drawnValue(draw, document);
      document = withValue(document, path, value);
      changed.push(`${path.join(".")} = ${value === REMOVED ? "removed" : JSON.stringify(value)}`);
    }
    const tensors = draw.uniform() < 0.2 ? withNumber(draw, model.tensors, changed) : model.tensors;
    const { wrong, loaded } = await tryFile(fileOf(document, tensors), model.rows.slice(0, 2));
    this.counts.inputs++;
    if (loaded) this.counts.loaded++;
    return wrong && `${model.name}, ${changed.join(", ")}: ${wrong}`;
  }

  async stop(): Promise<void> {}
}

/** A value of the list, or what stands elsewhere in the document, or a number that differs a little. */
function drawnValue(draw: Random, document: object): unknown {
  const kind = draw.uniform();
  if (kind < 0.6) return VALUES[draw.integer(VALUES.length)];
  const places = placesOf(document);
  const other = valueAt(document, places[draw.integer(places.length)]);
  if (kind < 0.8 || typeof other !== "number") return structuredClone(other);
  return other * 10 ** (200 * draw.normal());
}

function withNumber(draw: Random, tensors: ReadonlyMap<string, Tensor>, changed: string[]): Map<string, Tensor> {
  const names = [...tensors.keys()];
  const name = names[draw.integer(names.length)];
  const tensor = tensors.get(name) as Tensor;
  const bytes = tensor.bytes.slice();
  const at = 4 * draw.integer(bytes.length / 4);
  const number = NUMBERS[draw.integer(NUMBERS.length)];
  new DataView(bytes.buffer).setFloat32(at, number, true);
  changed.push(`${name} at ${at} = ${number}`);
  return new Map(tensors).set(name, { ...tensor, bytes });
}
