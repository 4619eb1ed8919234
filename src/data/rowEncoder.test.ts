import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError } from "../errors.ts";
import { encodedWidth, encodeTable, tableForEncoder } from "./encoder.ts";
import type { Encoder } from "./encoding.ts";
import { fitEncoder } from "./fitEncoder.ts";
import { rowEncoder } from "./rowEncoder.ts";
import { tableFromRows } from "./rows.ts";
import type { Row } from "./table.ts";

const training: Row[] = Array.from({ length: 60 }, (_, at) => ({
  size: at % 9 === 0 ? null : 3 * at,
  level: String(at % 4),
  town: at % 7 === 0 ? null : ["Bonn", "Köln", "Trier", "NA "][at % 4],
  garden: at % 5 === 0 ? null : at % 2 === 0,
  binary: at % 2 === 0 ? "a" : "b",
  built: `2020-${String((at % 12) + 1).padStart(2, "0")}-11`,
  __proto__x: at / 7,
  price: `${at},5 €`,
}));
const table = tableFromRows(training, { types: { level: "category" } });
const encoders = [{}, { oneHotUpTo: 2, binary: "signed", missing: "zero", flags: "scaled" } as const].map(
  (choices) => fitEncoder(table, { exclude: [], ...choices }).encoder,
);

const cell = fc.constantFrom(
  ...[
    null,
    undefined,
    0,
    -0,
    1,
    2.5,
    1e9,
    -1e300,
    Number.NaN,
    true,
    false,
    "",
    " ",
    "NA",
    "1",
    "2,5 €",
    "Bonn",
    " Köln ",
    "Ulm",
    "a",
    "b",
  ],
  "2020-05-11",
  "2031-01-01T10:00Z",
  new Date("2020-06-01"),
  7n,
);
const row = fc.record(Object.fromEntries(Object.keys(training[0]).map((name) => [name, cell])));

test("makes the inputs of a row that encodeTable makes, or refuses it too", () => {
  fc.assert(
    fc.property(fc.constantFrom(...encoders), row, (encoder, given) => {
      expect(outcome(() => quick(encoder, given))).toEqual(
        outcome(() => encodeTable(encoder, tableForEncoder(encoder, [given]))),
      );
    }),
    { seed: 3, numRuns: 1500 },
  );
  for (const encoder of encoders) {
    const all = encodeTable(encoder, tableForEncoder(encoder, training));
    expect(training.flatMap((each) => [...quick(encoder, each)])).toEqual([...all]);
  }
});

test("gives categories that are unknown and of numbers that are far", () => {
  const told: unknown[] = [];
  const write = rowEncoder(encoders[0], (...what) => told.push(what));
  write({ ...training[1], size: 1000, town: "Ulm" }, new Float32Array(encodedWidth(encoders[0])));
  expect(told).toEqual([
    ["number", "size", 1000],
    ["category", "town", "Ulm"],
  ]);
});

function quick(encoder: Encoder, given: Row): Float32Array {
  const inputs = new Float32Array(encodedWidth(encoder));
  rowEncoder(encoder, () => {})(given, inputs);
  return inputs;
}

/** Of a row with several faults, which is named first differs. */
function outcome(of: () => Float32Array): Float32Array | "refused" {
  try {
    return of();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return "refused";
  }
}
