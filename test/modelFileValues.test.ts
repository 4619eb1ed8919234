/** A wrong value anywhere in a model's file, under a right checksum: refused with its name, or harmless. */
import { beforeAll, expect, test } from "vitest";
import { fileOf, type GoodModel, goodModels } from "./fuzz/models/goodModels.ts";
import { type Path, placesOf, REMOVED, valueAt, withValue } from "./fuzz/models/places.ts";
import { tryFile } from "./fuzz/models/wrongWith.ts";

/** The parts of a document that answers are computed with. */
const USED = ["encoder", "target", "network", "loss", "further", "background", "temperature", "interval"];
/** Each in place of every number that is computed with. */
const NUMBERS = [null, 0, 5e-324, 1e308];
/** One after another in place of everything else. */
const OTHERS = [REMOVED, null, -1, "x", [], {}, true, 1e9, 0.5, -1e308, 1e308, 5e-324, 0];

let models: readonly GoodModel[];
beforeAll(async () => {
  models = await goodModels();
});

function valuesFor(document: object, path: Path, turn: number): unknown[] {
  const number = USED.includes(String(path[0])) && typeof valueAt(document, path) === "number";
  return number ? [...NUMBERS, OTHERS[turn % OTHERS.length]] : [OTHERS[turn % OTHERS.length]];
}

test.each([0, 1, 2])(
  "a wrong value anywhere in model %i's file gives a ModelFileError, or answers that are finite",
  async (at) => {
    const { name, document, tensors, rows } = models[at];
    expect(await tryFile(fileOf(document, tensors), rows), name).toEqual({ loaded: true });
    const found: string[] = [];
    let refused = 0;
    for (const [turn, path] of placesOf(document).entries()) {
      for (const value of valuesFor(document, path, turn)) {
        const used = USED.includes(String(path[0]));
        const file = fileOf(withValue(document, path, value), tensors);
        const { wrong, loaded } = await tryFile(file, rows.slice(0, 2), { used, explained: turn % 8 === 0 });
        if (wrong !== undefined) found.push(`${path.join(".")} = ${String(JSON.stringify(value))}: ${wrong}`);
        if (!loaded) refused++;
      }
    }
    expect(found).toEqual([]);
    expect(refused).toBeGreaterThan(100);
  },
);
