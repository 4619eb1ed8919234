/** The operations of training: loss, the way back, gradients, updates. A part of the table of `ops.ts`. */
import { losses } from "../../network/losses.ts";
import { optimizers } from "../../optimizers/optimizers.ts";
import type { Operation, RowOperation } from "../plan.ts";
import {
  activation,
  change,
  changeUpTo,
  entryOf,
  extent,
  f32,
  f64,
  i32,
  own,
  read,
  step,
  write,
  writeIfGiven,
} from "./argument.ts";
import type { OperationEntry } from "./entry.ts";
import { embedded, embeddedNumbers } from "./lists.ts";

const loss = entryOf(losses);
const optimizer = entryOf(optimizers);

/** What operations that pass signals back begin with: the step of the layer below, δ, and where to. */
export const back = { step, delta: read("B", "O"), to: write("B", "I"), inputs: extent("I") } as const;

export const trainingOperations = {
  dropout: {
    code: 4,
    shared: "rows",
    arguments: { input: read("B", "I"), output: write("B", "I"), width: extent("I"), layer: i32, rate: f64 },
  },
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
  "pull-back": {
    code: 8,
    shared: "rows",
    arguments: {
      delta: read("B", "O"),
      weights: read("O", "I"),
      to: write("B", "I"),
      units: extent("O"),
      inputs: extent("I"),
      packed: own,
      step,
    },
  },
  "scale-back": { code: 21, shared: "rows", arguments: { ...back, scale: read("I") } },
  "parametric-activation-back": {
    code: 22,
    shared: "rows",
    arguments: { ...back, input: read("B", "I"), slopes: read("I"), saved: read("B", "I"), activation },
  },
  "embedding-back": {
    code: 23,
    shared: "rows",
    arguments: { ...back, outputs: extent("O"), columns: embedded },
  },
  "periodic-back": {
    code: 24,
    shared: "rows",
    arguments: {
      ...back,
      outputs: extent("O"),
      input: read("B", "I"),
      frequencies: read("C", "F"),
      phases: read("C", "F"),
      weights: read("C", "H", "F"),
      columns: embeddedNumbers,
    },
  },
  "layer-norm-back": {
    code: 33,
    shared: "rows",
    arguments: { ...back, scale: read("I"), normalised: read("B", "I"), inverse: read("B", "R") },
  },

  gradient: {
    code: 9,
    shared: "units",
    arguments: {
      delta: read("B", "O"),
      input: read("B", "I"),
      weightGradient: write("O", "I"),
      biasGradient: writeIfGiven("O"),
      units: extent("O"),
      inputs: extent("I"),
      packed: own,
      moved: own,
    },
  },
  "scale-gradient": {
    code: 25,
    shared: "units",
    arguments: { delta: read("B", "I"), input: read("B", "I"), scaleGradient: write("I"), inputs: extent("I") },
  },
  "parametric-activation-gradient": {
    code: 26,
    shared: "units",
    arguments: {
      delta: read("B", "I"),
      input: read("B", "I"),
      slopeGradient: write("I"),
      inputs: extent("I"),
      saved: read("B", "I"),
    },
  },
  "embedding-gradient": {
    code: 27,
    shared: "units",
    arguments: {
      delta: read("B", "O"),
      input: read("B", "I"),
      weightGradient: write("E", "D"),
      inputs: extent("I"),
      outputs: extent("O"),
      columns: embedded,
    },
  },
  "periodic-gradient": {
    code: 28,
    shared: "units",
    arguments: {
      delta: read("B", "O"),
      input: read("B", "I"),
      frequencies: read("C", "F"),
      phases: read("C", "F"),
      weights: read("C", "H", "F"),
      frequencyGradient: write("C", "F"),
      phaseGradient: write("C", "F"),
      weightGradient: write("C", "H", "F"),
      biasGradient: write("C", "H"),
      inputs: extent("I"),
      outputs: extent("O"),
      columns: embeddedNumbers,
    },
  },
  "layer-norm-gradient": {
    code: 34,
    shared: "units",
    arguments: {
      delta: read("B", "I"),
      normalised: read("B", "I"),
      scaleGradient: write("I"),
      biasGradient: write("I"),
      inputs: extent("I"),
    },
  },

  // Those of batch normalisation go by columns, over the rows of the batch.
  "batch-norm": {
    code: 36,
    shared: "units",
    units: "I",
    arguments: {
      input: read("B", "I"),
      scale: read("I"),
      bias: read("I"),
      mean: change("I"),
      variance: change("I"),
      output: write("B", "I"),
      normalised: write("B", "I"),
      inverse: write("I"),
      inputs: extent("I"),
      epsilon: f32,
      momentum: f32,
    },
  },
  "batch-norm-back": {
    code: 37,
    shared: "units",
    units: "I",
    arguments: {
      delta: read("B", "I"),
      to: write("B", "I"),
      scale: read("I"),
      normalised: read("B", "I"),
      inverse: read("I"),
      inputs: extent("I"),
    },
  },
  "batch-norm-gradient": {
    code: 38,
    shared: "units",
    arguments: {
      delta: read("B", "I"),
      normalised: read("B", "I"),
      scaleGradient: write("I"),
      biasGradient: write("I"),
      inputs: extent("I"),
    },
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
} as const satisfies { readonly [Op in Exclude<Operation, RowOperation> as Op["op"]]: OperationEntry };

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
