/** The operations of a batch normalisation; that of predicting by itself, which is all that apps which predict need. */
import { change, extent, f32, read, write } from "./argument.ts";
import type { OperationEntry } from "./entry.ts";

export const batchNormPredict = {
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
} as const satisfies Readonly<Record<string, OperationEntry>>;

/** All of them go by columns, over the rows of the batch. */
export const batchNormTraining = {
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
} as const satisfies Readonly<Record<string, OperationEntry>>;
