/** The derivation's second step: how bad the answer is, and how the loss answers to each output. */

import { activations } from "../../network/activations.ts";
import type { Formula } from "../../network/formula.ts";
import { type Loss, type LossName, lossOf } from "../../network/losses.ts";
import type { Block, Inline } from "../exposition/exposition.ts";
import { joined, rightSide, symbol } from "./notation.ts";
import { asItStands, equations, heading, lossSymbol, paragraph, type Subject } from "./subject.ts";

const e_k = symbol("e_k");

/**
 * −∂ℓ/∂y_k of each loss with the minus signs worked out, as a reader would; `plain` where classes weigh alike. Tests hold
 * them against the table's derivatives.
 */
export const negativeGradientForms: Readonly<Record<LossName, { readonly full: Formula; readonly plain?: Formula }>> = {
  halfSquaredError: { full: e_k },
  meanSquaredError: { full: symbol("(2/M) e_k", "\\frac2M\\,e_k") },
  huber: {
    full: symbol("(1/M) e_k clipped to [−δ, δ]", "\\frac1M \\operatorname{clip}(e_k, -\\delta, \\delta)"),
  },
  crossEntropy: {
    full: symbol("t_k − p_k Σ_l t_l", "t_k - p_k \\sum_l t_l"),
    plain: symbol("t_k − p_k"),
  },
  binaryCrossEntropy: {
    full: symbol(
      "(1/M) (c_k t_k (1 − p_k) − (1 − t_k) p_k)",
      "\\frac1M \\bigl(c_k t_k\\,(1 - p_k) - (1 - t_k)\\,p_k\\bigr)",
    ),
    plain: symbol("(1/M) (t_k − p_k)", "\\frac1M\\,(t_k - p_k)"),
  },
};

/** −∂ℓ/∂y_k in its shortest form for a loss with its options. */
export function negativeGradientOf(loss: Loss): Formula {
  const { full, plain } = negativeGradientForms[loss.name];
  const weighs = "classWeights" in loss && loss.classWeights !== undefined;
  return weighs ? full : (plain ?? full);
}

/** Step 2: the loss, what its letters mean here, its mean over a batch, and its derivative. */
export function lossPart(subject: Subject): Block[] {
  const { loss } = subject.problem;
  const { formula, derivativeFormula } = lossOf(loss);
  return [
    heading(1, "Error: how bad the answer is"),
    paragraph(
      "The answer is compared with the desired response ",
      symbol("d"),
      `, and the loss, here ${loss.name}, makes one number of the comparison:`,
    ),
    equations(asItStands(formula)),
    paragraph(...lossRemarks(subject)),
    paragraph("A small change of one output changes the loss by this slope:"),
    equations(asItStands(derivativeFormula)),
    ...fusedBlocks(loss),
    paragraph("Against the slope it goes downhill, and downhill is where learning wants to go:"),
    equations({
      left: symbol("−∂ℓ/∂y_k", "-\\frac{\\partial\\ell}{\\partial y_k}"),
      right: negativeGradientSteps(loss),
    }),
    ...batchBlocks(),
  ];
}

/** From the table's derivative to its shortest form, each step once. */
function negativeGradientSteps(loss: Loss): Formula[] {
  const slope = rightSide(lossOf(loss).derivativeFormula);
  const steps = [joined("−(", slope, ")"), negativeGradientForms[loss.name].full, negativeGradientOf(loss)];
  return steps.filter((step, at) => at === 0 || step.latex !== steps[at - 1].latex);
}

/** What the letters in the loss's formula are in this network. */
function lossRemarks(subject: Subject): Inline[] {
  const { loss, network } = subject.problem;
  const outputs: Inline[] = [symbol("M"), ` = ${network.outputs} is the number of outputs. `];
  const error: Inline[] = ["The difference ", symbol("e = d − y", "e = d - y"), " is the error signal. "];
  switch (loss.name) {
    case "halfSquaredError":
      return [
        ...error,
        "This loss is the error energy ",
        lossSymbol(subject),
        "; its ½ is there to cancel the 2 of the derivative.",
      ];
    case "meanSquaredError":
      return [...outputs, ...error];
    case "huber":
      return [
        ...outputs,
        ...error,
        "In this formula ",
        symbol("δ", "\\delta"),
        ` = ${loss.delta ?? 1} is the error from which on the loss grows in a straight line; it is no local gradient.`,
      ];
    case "crossEntropy":
      return [
        ...outputs,
        "The desired response ",
        symbol("d"),
        " is the number of the right class, and ",
        symbol("t_k"),
        " is what its probability should be",
        ...smoothingRemark(loss.labelSmoothing),
        ...weightRemark(loss.classWeights),
        "The softmax that makes probabilities ",
        symbol("p"),
        " of the outputs is a part of the loss. In the formula ",
        symbol("1[k = d]", "\\delta_{kd}"),
        " is 1 where the two indices are equal and 0 elsewhere.",
      ];
    case "binaryCrossEntropy":
      return [
        ...outputs,
        "Each output has a flag ",
        symbol("d_k"),
        " of its own, 0 or 1, and ",
        symbol("t_k"),
        " is what its probability should be",
        ...smoothingRemark(loss.labelSmoothing),
        ...weightRemark(loss.classWeights),
        "The logistic function ",
        symbol("σ", "\\sigma"),
        " that makes probabilities ",
        symbol("p"),
        " of the outputs is a part of the loss.",
      ];
    default:
      return loss satisfies never;
  }
}

function smoothingRemark(labelSmoothing = 0): Inline[] {
  const words =
    labelSmoothing === 0 ? ": nothing is smoothed" : `: a share of it is spread evenly, the label smoothing`;
  return [`${words}, `, symbol("s"), ` = ${labelSmoothing}. `];
}

function weightRemark(classWeights: readonly number[] | undefined): Inline[] {
  if (classWeights === undefined) return ["Every weight ", symbol("c_k"), " is 1. "];
  return [
    "The weights ",
    symbol("c_k"),
    ` are, in order, ${classWeights.slice(0, 12).join(", ")}${classWeights.length > 12 ? ", …" : ""}. `,
  ];
}

/** Softmax and cross-entropy each have a derivative; their product is the slope above. */
function fusedBlocks(loss: Loss): Block[] {
  if (loss.name !== "crossEntropy") return [];
  return [
    paragraph(
      "This is itself a product of two factors of the chain rule: the logarithm's derivative, and the Jacobian of softmax (with ",
      symbol("p"),
      " in the place of its output and ",
      symbol("y"),
      " in that of its field)",
    ),
    equations(asItStands(activations.softmax.derivativeFormula)),
    paragraph("In the product the probability below the fraction meets the one above it, and both go:"),
    equations({
      left: symbol("∂ℓ/∂y_k", "\\frac{\\partial\\ell}{\\partial y_k}"),
      right: [
        symbol(
          "Σ_l (−t_l/p_l) p_l (1[l = k] − p_k)",
          "\\sum_l \\Bigl(-\\frac{t_l}{p_l}\\Bigr)\\, p_l\\,(\\delta_{lk} - p_k)",
        ),
        symbol("Σ_l t_l (p_k − 1[l = k])", "\\sum_l t_l\\,(p_k - \\delta_{lk})"),
        rightSide(lossOf(loss).derivativeFormula),
      ],
    }),
    ...(loss.classWeights === undefined
      ? [paragraph("The targets of a pattern add up to one, ", symbol("Σ_l t_l = 1", "\\sum_l t_l = 1"), ".")]
      : []),
  ];
}

function batchBlocks(): Block[] {
  return [
    paragraph("Several patterns together, a batch of ", symbol("B"), ", have the mean of their losses:"),
    equations({
      left: symbol("L"),
      right: [symbol("(1/B) Σ_n w_n ℓ_n", "\\frac1B \\sum_n w_n\\,\\ell_n")],
    }),
    paragraph(
      "Here ",
      symbol("w_n"),
      " is the weight of pattern ",
      symbol("n"),
      ", 1 unless one was given. The factor 1/B stands in the loss and nowhere else. What follows is about one pattern; for a batch every slope is the same mean.",
    ),
  ];
}
