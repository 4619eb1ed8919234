/**
 * The derivation of one network: the general steps with its own layers, activations, loss and optimizer, in symbols.
 *
 * Every formula of a function and of its derivative is the table's own, so that the derivation cannot disagree with the
 * engines. Shows no numbers of a trained network. Source: derivation, sections 1 to 6.
 */

import { completeProblem, type Problem, type ProblemOptions, problemKinds } from "../../engines/engine.ts";
import { type Kinds, listOf, object, requireOptions, text } from "../../kinds.ts";
import type { Exposition } from "../exposition/exposition.ts";
import { chainPart } from "./chainPart.ts";
import { forwardPart, networkPart } from "./forwardPart.ts";
import { localGradientPart } from "./localGradientPart.ts";
import { lossPart } from "./lossPart.ts";
import { type DerivationNames, subjectOf } from "./subject.ts";
import { algorithmPart, gradientPart, updatePart } from "./updatePart.ts";

export type { DerivationNames };

const nameKinds = {
  inputNames: listOf(text, "names"),
  outputNames: listOf(text, "names"),
} as const satisfies Kinds<DerivationNames>;

/** A problem has its penalties together. */
const derivedKinds = { ...problemKinds, penalties: object };

/**
 * The derivation of backpropagation for a network: the chain rule for its layers, loss and optimizer.
 *
 * @param options the network, its loss, its optimizer, penalties and clipping, or what `completeProblem` made of them; a batch
 * size and a seed have no effect
 * @throws {DescriptionError | ShapeError} naming the part that is wrong
 *
 * @example
 * import { dense, network } from "gradus";
 * import { derivationOf, expositionText } from "gradus/explain";
 *
 * const xor = network({ inputs: 2, layers: [dense(3, { activation: "tanh" }), dense(1)] });
 * console.log(expositionText(derivationOf({ network: xor, loss: "binaryCrossEntropy" })));
 */
export function derivationOf(options: ProblemOptions | Problem, names: DerivationNames = {}): Exposition {
  requireOptions(options, derivedKinds, "derivationOf");
  requireOptions(names, nameKinds, "the names");
  const { penalties, ...described } = options as ProblemOptions & Partial<Problem>;
  const subject = subjectOf(completeProblem({ ...described, ...penalties }), names);
  const widths = subject.widths.filter((_, at) => at === 0 || options.network.layers[at - 1].kind === "dense");
  return {
    title: `How a ${widths.join("-")} network learns`,
    blocks: [
      ...networkPart(subject),
      ...forwardPart(subject),
      ...lossPart(subject),
      ...chainPart(subject),
      ...localGradientPart(subject),
      ...gradientPart(subject),
      ...updatePart(subject),
      ...algorithmPart(subject),
    ],
  };
}
