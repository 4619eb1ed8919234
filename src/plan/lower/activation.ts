/** The activation that a layer ends in, as an operation of its own. No kind of layer: `dense.ts` has it as its last operation. */
import type { ActivationName } from "../../network/activations.ts";
import { activation, extent, read, write } from "../ops/argument.ts";
import type { Entries } from "../ops/entry.ts";
import type { LocalStep, Region } from "../region.ts";
import { type LayerText, shapeOf } from "./lines.ts";

/** y = φ(v), for each row of the batch. A plan has it where it isn't joined with the operation that makes v. */
export interface ActivationOperation {
  readonly op: "activation";
  readonly layer: number;
  /** The fields v. */
  readonly input: Region;
  readonly output: Region;
  readonly activation: ActivationName;
}

/** What it does on the way back. */
export function activationStep({ activation, input, output }: ActivationOperation): LocalStep {
  return { by: "activation", activation, field: input, output };
}

export const activationOperations = {
  activation: {
    code: 39,
    shared: "rows",
    arguments: { input: read("B", "O"), output: write("B", "O"), width: extent("O"), activation },
  },
} as const satisfies Entries<ActivationOperation>;

export const activationText: LayerText<ActivationOperation, never> = {
  title: ({ activation }) => activation,
  lines: {
    activation: ({ input, output, activation }) => [
      "activation",
      `${output.name} = ${activation}(${input.name})`,
      shapeOf(output),
    ],
  },
};
