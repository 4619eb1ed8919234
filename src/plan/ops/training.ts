/** The operations of training that belong to no kind of layer: the loss, its δ, updates and what precedes them. A part of the table of `ops.ts`. */
import { losses } from "../../network/losses.ts";
import { optimizers } from "../../optimizers/optimizers.ts";
import {
  activation,
  change,
  changeUpTo,
  entryOf,
  extent,
  f32,
  own,
  read,
  step,
  write,
  writeIfGiven,
} from "./argument.ts";
import type { OperationEntry } from "./entry.ts";

const loss = entryOf(losses);
const optimizer = entryOf(optimizers);

export const trainingOperations = {
  loss: {
    code: 5,
    shared: "rows",
    arguments: {
      loss,
      output: read("B", "O"),
      desired: read("B", "D"),
      sampleWeights: read("B"),
      width: extent("O"),
      options: own,
      negativeGradient: write("B", "O"),
    },
  },
  "local-gradient": {
    code: 7,
    shared: "rows",
    arguments: { negativeGradient: read("B", "O"), to: write("B", "O"), width: extent("O"), step },
  },
  freeze: { code: 29, shared: "units", arguments: { gradients: write("U", "…N"), inputs: extent("…N") } },
  reduce: { code: 31, shared: "once", arguments: { gradients: change("N"), length: extent("N") } },
  copy: {
    code: 30,
    shared: "units",
    arguments: { from: read("U", "…N"), to: write("U", "…N"), inputs: extent("…N") },
  },
  penalty: {
    code: 10,
    shared: "units",
    arguments: { parameters: read("U", "…N"), gradients: change("U", "…N"), l1: f32, l2: f32, inputs: extent("…N") },
  },
  clip: {
    code: 11,
    shared: "once",
    arguments: { gradients: change("N"), length: extent("N"), norm: f32, squares: own },
  },
  update: {
    code: 12,
    shared: "units",
    arguments: {
      optimizer,
      parameters: change("U", "…N"),
      gradients: read("U", "…N"),
      slots: changeUpTo(2, "U", "…N"),
      rate: f32,
      decay: f32,
      inputs: extent("…N"),
    },
  },
} as const satisfies Readonly<Record<string, OperationEntry>>;

/** The words of a layer in a whole step. */
export const onlineLayer = {
  inputs: extent("I"),
  units: extent("O"),
  activation,
  weights: change("O", "I"),
  bias: { ...change("O"), optional: true },
  field: write("B", "O"),
  output: write("B", "O"),
  delta: write("B", "O"),
  weightGradient: write("O", "I"),
  biasGradient: writeIfGiven("O"),
} as const satisfies OperationEntry["arguments"];

/** A whole step of a small network, pattern by pattern. */
export const onlineStep = {
  code: 14,
  shared: "once",
  arguments: { loss, options: own, count: own, layers: { kind: "each", of: onlineLayer } },
} as const satisfies OperationEntry;
