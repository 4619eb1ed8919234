/** Good calls of the functions for tables, encoders, targets, splits and randomness. */
import * as gradus from "../../src/node.ts";
import type { Calls } from "./call.ts";
import { type Fixtures, rows } from "./fixtures.ts";

export function dataCalls({ classifier, regressor }: Fixtures): Calls {
  const table = gradus.tableFromRows(rows);
  const { encoder, target } = classifier.document;
  const numbers = regressor.document.target;
  const ofNetwork = {
    encoder: { columns: [{ kind: "number", name: "a", median: 0, scale: 1, clip: false, missingIndicator: false }] },
    background: [0],
    target: { task: "regression", columns: ["y"], means: [0], deviations: [1] },
    network: gradus.network({ inputs: 1, layers: [gradus.dense(1)] }),
    loss: { name: "meanSquaredError" },
    parameters: Float32Array.of(2, 0.5),
    provenance: classifier.document.provenance,
  };
  const options = { source: "rows", types: { z: "number" }, missing: ["NA"], decimal: "." };
  const columns = { a: [1, 2, null], b: ["a", "b", "c"] };
  const choices = { exclude: ["y"], roles: { x: "number" }, features: ["x", "z"], flags: "raw" };
  const groups = rows.map((_, row) => row % 6);
  const split = { testFraction: 0.2, validationFraction: 0.2, seed: 0, strata: rows.map((_, i) => i % 2) };
  return {
    tableFromRows: { run: gradus.tableFromRows, args: [rows, options], open: [0, 1], options: [1] },
    tableFromCsv: {
      run: gradus.tableFromCsv,
      args: ["x,z\n1,2\n3,NA\n", { ...options, delimiter: ",", header: true }],
      open: [0],
      options: [1],
    },
    tableFromJson: { run: gradus.tableFromJson, args: ['[{"x":1,"z":2}]', options], open: [0], options: [1] },
    modelOfNetwork: {
      run: gradus.modelOfNetwork,
      args: [{ ...ofNetwork, engine: "reference" }],
      open: [0],
      options: [0],
    },
    tableFromColumns: {
      run: gradus.tableFromColumns,
      args: [columns, { ...options, types: { a: "number" } }],
      open: [0, 1],
      options: [1],
    },
    column: { run: gradus.column, args: [table, "x"], open: [0] },
    rowsFromTable: { run: gradus.rowsFromTable, args: [table], open: [0] },
    selectRows: { run: gradus.selectRows, args: [table, new Uint32Array([0, 1])], open: [0] },
    fitEncoder: { run: gradus.fitEncoder, args: [table, choices], open: [0, 1], options: [1] },
    encodedNames: { run: gradus.encodedNames, args: [encoder] },
    encodeTable: { run: gradus.encodeTable, args: [encoder, table], open: [1] },
    tableForEncoder: { run: gradus.tableForEncoder, args: [encoder, rows, "rows"] },
    labelTexts: { run: gradus.labelTexts, args: [target] },
    encodeTarget: { run: gradus.encodeTarget, args: [target, table], open: [1] },
    fitTarget: {
      run: gradus.fitTarget,
      args: [table, ["y"], { task: "classification" }],
      open: [0, 1, 2],
      options: [2],
    },
    refitTarget: { run: gradus.refitTarget, args: [numbers, table], open: [1] },
    restoreNumbers: { run: gradus.restoreNumbers, args: [numbers, [0, 1]], open: [1] },
    rowsWithTarget: { run: gradus.rowsWithTarget, args: [table, ["y"]], open: [0, 1] },
    splitRows: { run: gradus.splitRows, args: [24, split], open: [1], options: [1], work: [0] },
    "splitRows, grouped": {
      run: gradus.splitRows,
      args: [24, { testFraction: 0.2, validationFraction: 0.2, seed: 0, groups }],
      open: [1],
      options: [1],
      work: [0],
    },
    foldRows: {
      run: gradus.foldRows,
      args: [24, { folds: 3, seed: 1, groups }],
      open: [1],
      options: [1],
      work: [0],
    },
    fingerprint: { run: gradus.fingerprint, args: [table], open: [0] },
    random: {
      run: (seed: number, ...stream: string[]) => drawn(gradus.random(seed, ...stream)),
      args: [1, "stream", 2],
    },
    "Random.integer": { run: (limit) => gradus.random(1).integer(limit), args: [5] },
    "Random.permutation": { run: (n) => gradus.random(1).permutation(n), args: [5], work: [0] },
  };
}

function drawn({ uint32, uniform, normal }: gradus.Random): readonly number[] {
  return [uint32(), uniform(), normal()];
}
