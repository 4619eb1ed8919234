/** The derivation's second step: how bad the answer is, and how the loss answers to each output. */

import { activations } from "../../network/activations.ts";
import { negated } from "../../network/expression/expression.ts";
import { symbols } from "../../network/expression/symbols.ts";
import type { Formula } from "../../network/formula.ts";
import { type Loss, type LossExpressions, lossExpressions, lossOf, lossOptions } from "../../network/losses.ts";
import { equations, heading, paragraph } from "../exposition/blocks.ts";
import type { Block, Inline } from "../exposition/exposition.ts";
import { joined, lossSymbol, rightSide, symbol } from "../exposition/notation.ts";
import { asItStands, type Subject } from "./subject.ts";

/** −∂ℓ/∂y_k with the minus signs worked out, as a reader would. */
const negative = ({ derivative }: LossExpressions): Formula => symbols(negated(derivative));

/** −∂ℓ/∂y_k in its shortest form for a loss with its options. */
export function negativeGradientOf(loss: Loss): Formula {
  return negative(lossExpressions(loss));
}

/** Step 2: the loss, what its letters mean here, its mean over a batch, and its derivative. */
export function lossPart(subject: Subject): Block[] {
  const { loss } = subject.problem;
  const { formula, derivativeFormula } = lossOf(loss);
  return [
    heading(1, "Error: the loss of the output"),
    paragraph(
      "The output is compared with the target ",
      symbol("d"),
      `, and the loss, here ${loss.name}, expresses the difference as one number:`,
    ),
    equations(asItStands(formula)),
    paragraph(...lossRemarks(subject)),
    paragraph("The derivative of the loss with respect to one output:"),
    equations(asItStands(derivativeFormula)),
    ...fusedBlocks(loss),
    paragraph("Gradient descent follows the negative gradient:"),
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
  const steps = [joined("−(", slope, ")"), negative(lossOf(loss).expressions), negativeGradientOf(loss)];
  return steps.filter((step, at) => at === 0 || step.latex !== steps[at - 1].latex);
}

/** What the letters in the loss's formula are in this network. */
function lossRemarks({ problem: { loss, network } }: Subject): Inline[] {
  const { desired, formula } = lossOf(loss);
  const outputs: Inline[] = formula.text.includes("M")
    ? [symbol("M"), ` = ${network.outputs} is the number of outputs. `]
    : [];
  switch (desired) {
    case "values":
      return [
        ...outputs,
        "The difference ",
        symbol("e = d − y", "e = d - y"),
        " is the error signal. ",
        ...lossOptions(loss).flatMap(optionRemark),
        ...(loss.name === "halfSquaredError"
          ? ["This loss is the error energy ", lossSymbol(loss), "; its ½ cancels the 2 of the derivative."]
          : []),
        ...(lossOf(loss).derivativeFormula.text.includes("sign")
          ? ["The sign is 1 above 0, −1 below, and 0 at 0, where the loss has no derivative."]
          : []),
      ];
    case "class":
      return [
        ...outputs,
        "The target ",
        symbol("d"),
        " is the index of the true class, and ",
        symbol("t_k"),
        " is the target probability",
        ...smoothingRemark(loss),
        ...weightRemark(loss),
        "The softmax that computes probabilities ",
        symbol("p"),
        " from the outputs is part of the loss. In the formula ",
        symbol("1[k = d]", "\\mathbf 1[k = d]"),
        " is 1 where the two indices are equal and 0 elsewhere.",
      ];
    case "flags":
      return [
        ...outputs,
        "Each output has its own flag ",
        symbol("d_k"),
        ", 0 or 1, and ",
        symbol("t_k"),
        " is the target probability",
        ...smoothingRemark(loss, "moves it towards ½"),
        ...weightRemark(loss),
        "The logistic function ",
        symbol("σ", "\\sigma"),
        " that computes probabilities ",
        symbol("p"),
        " from the outputs is part of the loss.",
      ];
    default:
      return desired satisfies never;
  }
}

/** An option of a loss of values. */
function optionRemark({ name, value, absent }: ReturnType<typeof lossOptions>[number]): Inline[] {
  const shown = [value ?? absent].flat().join(", ");
  if (name === "delta") {
    return [
      "In this formula ",
      symbol("δ", "\\delta"),
      ` = ${shown} is the error above which the loss grows linearly; it is not a local gradient.`,
    ];
  }
  if (name !== "quantiles") return [`The option ${name} is ${shown}. `];
  return [
    "Every number of the target has an output for each quantile, in order ",
    `${shown}, and `,
    symbol("τ_k", "\\tau_k"),
    " is that of output ",
    symbol("k"),
    ". ",
  ];
}

function smoothingRemark(loss: Loss, does = "spreads a share of it evenly over the classes"): Inline[] {
  const { labelSmoothing = 0 } = loss as { readonly labelSmoothing?: number };
  const words = labelSmoothing === 0 ? ", without label smoothing" : `, with label smoothing, which ${does}`;
  return [`${words}, `, symbol("s"), ` = ${labelSmoothing}. `];
}

function weightRemark(loss: Loss): Inline[] {
  const { classWeights } = loss as { readonly classWeights?: readonly number[] };
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
      "This is itself a product of two factors of the chain rule: the derivative of the loss with respect to the probabilities, and the Jacobian of softmax:",
    ),
    equations(
      {
        left: symbol("∂ℓ/∂p_l", "\\frac{\\partial\\ell}{\\partial p_l}"),
        right: [symbol("−t_l/p_l", "-\\frac{t_l}{p_l}")],
      },
      asItStands(softmaxOfOutputs()),
    ),
    paragraph("In the product the probabilities cancel:"),
    equations({
      left: symbol("∂ℓ/∂y_k", "\\frac{\\partial\\ell}{\\partial y_k}"),
      right: [
        symbol(
          "Σ_l (−t_l/p_l) p_l (1[l = k] − p_k)",
          "\\sum_l \\Bigl(-\\frac{t_l}{p_l}\\Bigr)\\, p_l\\,(\\mathbf 1[l = k] - p_k)",
        ),
        symbol("Σ_l t_l (p_k − 1[l = k])", "\\sum_l t_l\\,(p_k - \\mathbf 1[l = k])"),
        rightSide(lossOf(loss).derivativeFormula),
      ],
    }),
    ...(loss.classWeights === undefined
      ? [
          paragraph(
            "The target probabilities of an example sum to one, ",
            symbol("Σ_l t_l = 1", "\\sum_l t_l = 1"),
            ".",
          ),
        ]
      : []),
  ];
}

/** The table's Jacobian of softmax in the letters of the loss: p from y. */
function softmaxOfOutputs(): Formula {
  const { text, latex } = activations.softmax.derivativeFormula;
  const renamed = (formula: string) => formula.replaceAll("y_", "p_").replaceAll("v_", "y_");
  return { text: renamed(text), latex: renamed(latex) };
}

function batchBlocks(): Block[] {
  return [
    paragraph("The loss of a batch of ", symbol("B"), " examples is the mean of their losses:"),
    equations({
      left: symbol("L"),
      right: [symbol("(1/B) Σ_n w_n ℓ_n", "\\frac1B \\sum_n w_n\\,\\ell_n")],
    }),
    paragraph(
      "Here ",
      symbol("w_n"),
      " is the weight of example ",
      symbol("n"),
      ", 1 by default. The factor 1/B is part of the loss and occurs nowhere else. The following is for one example; for a batch every gradient is the mean of the examples' gradients, in the same way.",
    ),
  ];
}
