/** The operations of the forward pass, which is all that predicting needs. A part of the table of `ops.ts`. */
import type { RowOperation } from "../plan.ts";
import { activation, extent, f32, f64, own, read, readIfGiven, write, writeIfGiven } from "./argument.ts";
import type { OperationEntry } from "./entry.ts";
import { embedded, embeddedNumbers } from "./lists.ts";

export const forwardOperations = {
  dense: {
    code: 3,
    shared: "rows",
    arguments: {
      input: read("B", "I"),
      weights: read("O", "I"),
      bias: readIfGiven("O"),
      field: write("B", "O"),
      output: write("B", "O"),
      inputs: extent("I"),
      units: extent("O"),
      activation,
    },
  },
  activation: {
    code: 39,
    shared: "rows",
    arguments: { input: read("B", "O"), output: write("B", "O"), width: extent("O"), activation },
  },
  /** For one row. */
  "packed-dense": {
    code: 50,
    shared: "once",
    arguments: {
      input: read("B", "I"),
      packed: own,
      output: write("B", "O"),
      inputs: extent("I"),
      units: extent("O"),
      activation,
    },
  },
  scale: {
    code: 17,
    shared: "rows",
    arguments: { input: read("B", "I"), scale: read("I"), output: write("B", "I"), inputs: extent("I") },
  },
  "parametric-activation": {
    code: 18,
    shared: "rows",
    arguments: {
      input: read("B", "I"),
      slopes: read("I"),
      output: write("B", "I"),
      saved: write("B", "I"),
      inputs: extent("I"),
      activation,
    },
  },
  embedding: {
    code: 19,
    shared: "rows",
    arguments: {
      input: read("B", "I"),
      weights: read("E", "D"),
      output: write("B", "O"),
      inputs: extent("I"),
      outputs: extent("O"),
      columns: embedded,
    },
  },
  periodic: {
    code: 20,
    shared: "rows",
    scratch: "F",
    arguments: {
      input: read("B", "I"),
      frequencies: read("C", "F"),
      phases: read("C", "F"),
      weights: read("C", "H", "F"),
      bias: read("C", "H"),
      output: write("B", "O"),
      inputs: extent("I"),
      outputs: extent("O"),
      columns: embeddedNumbers,
    },
  },
  "layer-norm": {
    code: 32,
    shared: "rows",
    arguments: {
      input: read("B", "I"),
      scale: read("I"),
      bias: read("I"),
      output: write("B", "I"),
      normalised: writeIfGiven("B", "I"),
      inverse: writeIfGiven("B", "R"),
      inputs: extent("I"),
      epsilon: f64,
    },
  },
  "batch-norm-predict": {
    code: 35,
    shared: "rows",
    arguments: {
      input: read("B", "I"),
      scale: read("I"),
      bias: read("I"),
      mean: read("I"),
      variance: read("I"),
      output: write("B", "I"),
      inputs: extent("I"),
      epsilon: f32,
    },
  },
} as const satisfies { readonly [Op in RowOperation as Op["op"]]: OperationEntry };
