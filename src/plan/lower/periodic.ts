/** The operations of a periodic embedding of numbers. */
import type { PeriodicLayer } from "../../network/layers.ts";
import { back, extent, read, write } from "../ops/argument.ts";
import type { Entries } from "../ops/entry.ts";
import { embeddedNumbers } from "../ops/lists.ts";
import type { PassBack, Region } from "../region.ts";
import { gradientLine, type LayerText, passBackLine, shapeOf } from "./lines.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

/** output = [W cos(2π f x + p) + b of each listed column | the input], for each row of the batch. */
export interface PeriodicOperation {
  readonly op: "periodic";
  readonly layer: number;
  readonly input: Region;
  /** [C, F] */
  readonly frequencies: Region;
  /** [C, F] */
  readonly phases: Region;
  /** [C, H, F] */
  readonly weights: Region;
  /** [C, H] */
  readonly bias: Region;
  readonly output: Region;
  readonly columns: readonly number[];
}

/** Through a periodic embedding: δ of the inputs, and what the cosines pass back to the listed columns. */
export interface PeriodicBackOperation extends PassBack {
  readonly op: "periodic-back";
  readonly input: Region;
  readonly frequencies: Region;
  readonly phases: Region;
  readonly weights: Region;
  readonly columns: readonly number[];
}

/** The gradients of W, b, p and f of a periodic embedding, over the rows of the batch. */
export interface PeriodicGradientOperation {
  readonly op: "periodic-gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly input: Region;
  readonly frequencies: Region;
  readonly phases: Region;
  readonly weights: Region;
  readonly frequencyGradient: Region;
  readonly phaseGradient: Region;
  readonly weightGradient: Region;
  readonly biasGradient: Region;
  readonly columns: readonly number[];
}

export const periodicOperations = {
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
} as const satisfies Entries<PeriodicOperation | PeriodicBackOperation | PeriodicGradientOperation>;

export const periodicLowering: Lowering<
  PeriodicLayer,
  PeriodicOperation,
  PeriodicBackOperation,
  PeriodicGradientOperation
> = {
  signals: () => ["v"],
  predicts: true,
  forward({ columns }, placed) {
    const { layer, input, tensor } = placed;
    const tensors = {
      frequencies: tensor("frequencies"),
      phases: tensor("phases"),
      weights: tensor("weights"),
      bias: tensor("bias"),
    };
    return { op: "periodic", layer, input, ...tensors, output: placedSignal(placed, "v"), columns };
  },
  back({ layer, input, frequencies, phases, weights, columns }, { delta, to }) {
    const way = { layer, delta, to, step: identity };
    return { op: "periodic-back", ...way, input, frequencies, phases, weights, columns };
  },
  gradient({ layer, input, frequencies, phases, weights, bias, columns }, delta, gradientOf) {
    const gradients = {
      frequencyGradient: gradientOf(frequencies),
      phaseGradient: gradientOf(phases),
      weightGradient: gradientOf(weights),
      biasGradient: gradientOf(bias),
    };
    const tensors = { frequencies, phases, weights };
    return { op: "periodic-gradient", layer, delta, input, ...tensors, ...gradients, columns };
  },
};

export const periodicText: LayerText<PeriodicOperation, PeriodicBackOperation | PeriodicGradientOperation> = {
  title: ({ columns, bias }) => `periodic of ${columns.length} × ${bias.shape[1]}`,
  lines: {
    periodic({ input, frequencies, phases, weights, bias, output, columns }) {
      const cosines = `${weights.name} cos(2π ${frequencies.name} x + ${phases.name}) + ${bias.name}`;
      const formula = `${output.name} = [${cosines} for x in columns ${columns.join(", ")} | ${input.name}]`;
      return ["periodic", formula, shapeOf(output)];
    },
    "periodic-back"({ frequencies, phases, weights, ...way }) {
      const turns = `2π ${frequencies.name} sin(2π ${frequencies.name} x + ${phases.name})`;
      return passBackLine(way, `${way.delta.name} of the inputs − ${turns} · (${weights.name}ᵀ ${way.delta.name})`);
    },
    "periodic-gradient"({ delta, weightGradient, biasGradient, phaseGradient, frequencyGradient }) {
      const gradients = [weightGradient, biasGradient, phaseGradient, frequencyGradient].map(({ name }) => name);
      return gradientLine(`${gradients.join(", ")} = −Σ ${delta.name} · their derivatives`, delta);
    },
  },
};
