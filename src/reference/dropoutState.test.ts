/** The state of dropout that a step of the derivation is given: one that is none is named, and no mask is made of it. */
import { expect, test } from "vitest";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { initialParameters } from "../network/parameters.ts";
import { type DropoutState, forward, subjectOf } from "./forward.ts";

test.each([null, {}, 1, { seed: 1, step: Number.NaN, factor: 1 }])(
  "the state %j is refused by its own name, and the subject isn't blamed for it",
  (state) => {
    const line = network({ inputs: 1, layers: [dense(2), dropout(0.5), dense(1)] });
    const subject = subjectOf(line, initialParameters(line, 0));
    const act = (): unknown => forward(subject, Float64Array.of(3), state as DropoutState | undefined);
    expect(act).toThrow(
      /^Expected the state of dropout to be the seed, the step and the factor of a DropoutState, found /,
    );
  },
);
