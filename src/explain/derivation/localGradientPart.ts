/** The local gradients δ: what the chain's factors have in common for all weights of a layer, layer by layer backwards. */

import { activations } from "../../network/activations.ts";
import type { Formula } from "../../network/formula.ts";
import { equations, heading, paragraph } from "../exposition/blocks.ts";
import type { Block, Equation } from "../exposition/exposition.ts";
import {
  applied,
  element,
  inParentheses,
  joined,
  lossSymbol,
  PHI_PRIME,
  partial,
  rightSide,
  SPACE,
  shape,
  sumOver,
  symbol,
  symbolOf,
  transposed,
} from "../exposition/notation.ts";
import { explained, fieldLayer } from "../layers/layers.ts";
import { negativeGradientOf } from "./lossPart.ts";
import { activationAt, hiddenBackwards, placed, type Subject } from "./subject.ts";

/** The definition of δ and the delta rule; then step 3 and step 4 with the functions of this network. */
export function localGradientPart(subject: Subject): Block[] {
  const last = subject.problem.network.layers.length - 1;
  return [
    heading(1, "Backward pass: the local gradients"),
    ...definition(subject, last),
    heading(2, `The output neurons, layer ${last}`),
    ...outputBlocks(subject, last),
    ...fieldRemark(subject),
    ...hiddenBackwards(subject).flatMap((index) => hiddenBlocks(subject, index)),
  ];
}

function definition(subject: Subject, last: number): Block[] {
  const delta = symbolOf("δ", last);
  const loss = lossSymbol(subject.problem.loss);
  const weight = symbolOf("W", last, "i", "a");
  const received = last === 0 ? symbol("x") : symbolOf("y", last - 1);
  const product = joined(element(delta, "i"), SPACE, element(received, "a"));
  return [
    paragraph(
      "All weights of a layer share all factors except the last. The product of these factors, with a minus sign, is the layer's local gradient ",
      symbol("δ", "\\delta"),
      ", the rate at which the loss falls when a pre-activation grows. For the output layer:",
    ),
    equations(
      {
        left: element(delta, "i"),
        right: [joined("−", partial(loss, symbolOf("v", last, "i")))],
      },
      { left: partial(loss, weight), right: [joined("−", product)] },
      {
        left: joined(symbol("Δ", "\\Delta "), weight),
        right: [joined(symbol("−η ", "-\\eta\\,"), partial(loss, weight)), joined(symbol("η ", "\\eta\\,"), product)],
      },
    ),
    paragraph(
      "The second line is the gradient of a weight: the δ of its neuron times its input, with a minus sign. The third is the delta rule, the change of the weight in a step of plain gradient descent. What remains is to compute the δ of every neuron.",
    ),
  ];
}

/** Step 3: δᵀ = −∂ℓ/∂y · ∂y/∂v. */
function outputBlocks(subject: Subject, last: number): Block[] {
  const { network, loss } = subject.problem;
  const [y, v, delta] = [symbolOf("y", last), symbolOf("v", last), symbolOf("δ", last)];
  const slope = partial(lossSymbol(subject.problem.loss), y);
  const outputs = network.outputs;
  const negativeGradient = negativeGradientOf(loss);
  const general = {
    left: transposed(delta),
    right: [joined("−", slope, symbol(" · ", " \\cdot "), partial(y, v))],
  };
  const shapes = paragraph(
    "The shapes are ",
    joined(shape(1, outputs), " = ", shape(1, outputs), " ", shape(outputs, outputs)),
    ".",
  );
  const activation = activationAt(subject, last);
  if (activation?.kind === "vector") {
    return [
      equations(general, {
        left: element(delta, "s"),
        right: [partial(element(y, "r"), element(v, "s")), inParentheses(rightSide(activation.derivativeFormula))].map(
          (derivative) => sumOver("r", joined(bracketed(negativeGradientAt(negativeGradient, "r")), SPACE, derivative)),
        ),
      }),
      shapes,
      paragraph("Every output contributes to every δ, because each output depends on all pre-activations."),
    ];
  }
  const layer = network.layers[last];
  const isIdentity = layer.kind === "dense" && layer.activation === "identity";
  const phi = applied(PHI_PRIME, element(v, "k"));
  return [
    equations(general, {
      left: element(delta, "k"),
      right: [joined(bracketed(negativeGradient), SPACE, phi), ...(isIdentity ? [negativeGradient] : [])],
    }),
    shapes,
    ...(isIdentity ? collapse(subject) : slopeBlocks(subject, last)),
  ];
}

/** What remains where the output's φ is the identity. */
function collapse({ problem }: Subject): Block[] {
  if (problem.loss.name !== "crossEntropy" && problem.loss.name !== "binaryCrossEntropy") {
    return [
      paragraph("The outputs equal the pre-activations, so the derivative is 1 and the local gradient is −∂ℓ/∂y."),
    ];
  }
  const { loss } = problem;
  const weighted = loss.classWeights === undefined ? "" : ", weighted by class";
  const divided = loss.name === "binaryCrossEntropy" ? ", divided by the number of outputs" : "";
  return [
    paragraph(
      `The outputs equal the pre-activations, so the derivative is 1 and the chain reduces to a difference: the target probability minus the predicted one${weighted}${divided}. It is largest where the prediction is most wrong; no derivative of an activation makes it vanish.`,
    ),
  ];
}

/** The derivative of a layer's φ, as the table has it. */
function slopeBlocks(subject: Subject, index: number): Block[] {
  const activation = activationAt(subject, index);
  if (activation === undefined) return [];
  return [paragraph("The derivative of this layer's activation is ", activation.derivativeFormula, ".")];
}

/** Step 4 for one layer: what comes back from the layer it feeds, times its own slope. */
function hiddenBlocks(subject: Subject, index: number): Block[] {
  const { layers } = subject.problem.network;
  const layer = layers[index];
  const delta = symbolOf("δ", index);
  const above = placed(subject, index + 1);
  const { back, bracket: bracketOf, bracketIsSum } = explained(above.layer).derivation;
  const feeds = paragraph(back(above));
  const bracket = bracketOf(above);
  const factor = bracketIsSum ? inParentheses(bracket) : bracket;
  const derived = fieldLayer(layer)?.derivation;
  if (derived !== undefined) {
    const title = heading(2, `Layer ${index}: ${derived.name(layer)}`);
    return [title, feeds, equations({ left: element(delta, "a"), right: [bracket] })];
  }
  if (layer.kind === "dropout") {
    return [
      heading(2, `The mask, layer ${index}`),
      feeds,
      equations({ left: element(delta, "a"), right: [joined(factor, SPACE, symbolOf("m", index, "a"))] }),
      paragraph("Dropped inputs get no gradient; the gradient of the others is scaled by the same factor."),
    ];
  }
  return [
    heading(2, `The hidden neurons, layer ${index}`),
    feeds,
    ...neuronBlocks(subject, index, { bracket, factor }),
  ];
}

/** δ of hidden neurons. @param factor the bracket as a factor of a product */
function neuronBlocks(
  subject: Subject,
  index: number,
  { bracket, factor }: { readonly bracket: Formula; readonly factor: Formula },
): Block[] {
  const above = subject.problem.network.layers[index + 1];
  const [delta, v] = [symbolOf("δ", index), symbolOf("v", index)];
  const activation = activationAt(subject, index);
  if (activation?.kind === "vector") {
    const jacobian = partial(symbolOf("y", index, "a"), element(v, "s"));
    return [
      equations({ left: element(delta, "s"), right: [sumOver("a", joined(factor, SPACE, jacobian))] }),
      paragraph("The Jacobian of this layer is ", activation.derivativeFormula, "."),
    ];
  }
  if (activation === activations.identity && above.kind === "parametricActivation") {
    // φ is that of the layer above here, which a φ'(v) of its own, 1, would only obscure.
    return [equations({ left: element(delta, "a"), right: [bracket] })];
  }
  return [
    equations(
      { left: element(delta, "a"), right: [joined(factor, SPACE, applied(PHI_PRIME, element(v, "a")))] },
      ...wholeLayer(subject, index),
    ),
    ...slopeBlocks(subject, index),
    ...(above.kind === "dense" ? wholeShapes(subject, index) : []),
  ];
}

function wholeShapes({ widths }: Subject, index: number): Block[] {
  const [units, fed] = [widths[index + 1], widths[index + 2]];
  return [
    paragraph(
      "The second line is the whole layer at once; ",
      symbol("∘", "\\circ"),
      " multiplies element by element. Its shapes: ",
      joined(shape(units, 1), " = ", shape(units, fed), " ", shape(fed, 1)),
      ".",
    ),
  ];
}

/** What holds for every layer whose output is its field, said once. */
function fieldRemark(subject: Subject): Block[] {
  const { layers } = subject.problem.network;
  const own = hiddenBackwards(subject).filter((index) => fieldLayer(layers[index]));
  if (own.length === 0) return [];
  const which = own.length === 1 ? `Layer ${own[0]}` : `Layers ${own.reverse().join(", ")}`;
  const is =
    own.length === 1
      ? "has no activation of its own: its output equals its pre-activation"
      : "have no activation of their own: their output equals their pre-activation";
  return [
    paragraph(
      `${which} ${is}. The `,
      symbol("δ", "\\delta"),
      " of such a layer is the gradient that arrives from the next layer; its own derivative is a factor on the way to the previous layer.",
    ),
  ];
}

/** The layer at once, where the layer above is dense or dropout. */
function wholeLayer({ problem }: Subject, index: number): Equation[] {
  const above = index + 1;
  if (fieldLayer(problem.network.layers[above])) return [];
  const slope = joined(symbol(" ∘ ", " \\circ "), applied(PHI_PRIME, symbolOf("v", index)));
  const back =
    problem.network.layers[above].kind === "dropout"
      ? symbolOf("δ", above)
      : joined("(", transposed(symbolOf("W", above)), SPACE, symbolOf("δ", above), ")");
  return [{ left: symbolOf("δ", index), right: [joined(back, slope)] }];
}

/** Brackets around what is more than one symbol. */
function bracketed(formula: Formula): Formula {
  return /[ −]/.test(formula.text) ? inParentheses(formula) : formula;
}

/** A formula about output k, for output r. */
function negativeGradientAt({ text, latex }: Formula, index: string): Formula {
  return { text: text.replaceAll("_k", `_${index}`), latex: latex.replaceAll("_k", `_${index}`) };
}
