/** The derivation's end: gradients of weights and biases, what acts on them, the optimizer's rule, the algorithm in order. */

import { isFrozen, parameterLayout } from "../../network/parameters.ts";
import { optimizerOf, ruleHas, ruleSymbol } from "../../optimizers/optimizerOf.ts";
import { rounded } from "../../rounded.ts";
import { equations, heading, paragraph } from "../exposition/blocks.ts";
import type { Block, Equation, Inline } from "../exposition/exposition.ts";
import { joined, received, SPACE, shape, symbol, symbolOf, transposed } from "../exposition/notation.ts";
import { gradientLine, MEAN } from "../layers/explainedLayer.ts";
import { fieldLayer } from "../layers/layers.ts";
import { asItStands, denseLayers, hasBias, hiddenBackwards, learningLayers, placed, type Subject } from "./subject.ts";

/** The slopes of all weights and biases, layer by layer. */
export function gradientPart(subject: Subject): Block[] {
  const { widths, problem } = subject;
  const lines = learningLayers(subject).flatMap((index): Equation[] => {
    const layer = problem.network.layers[index];
    if (layer.kind !== "dense") return fieldLayer(layer)?.derivation.gradients(placed(subject, index)) ?? [];
    const delta = symbolOf("δ", index);
    const weights = gradientLine(symbolOf("W", index), MEAN, delta, SPACE, transposed(received(index)));
    return layer.bias ? [weights, gradientLine(symbolOf("b", index), MEAN, delta)] : [weights];
  });
  const rows = denseLayers(subject).map(({ index }): readonly Inline[] => {
    const [inputs, units] = [widths[index], widths[index + 1]];
    return [String(index), joined(shape(units, 1), " ", shape(1, inputs), " = ", shape(units, inputs))];
  });
  return [
    heading(1, `The gradient of every weight${hasBias(problem.network.layers) ? " and bias" : ""}`),
    paragraph(
      "With all δ known, the gradient of a layer's weights is one product, a column times a row. For a batch it is the mean over its examples ",
      symbol("n"),
      ":",
    ),
    equations(...lines),
    { kind: "table", head: ["layer", "shapes of δ yᵀ"], rows, numeric: [0] },
    ...penaltyBlocks(problem.penalties),
    ...clipBlocks(problem.clipNorm),
  ];
}

function penaltyBlocks({ l1, l2 }: { readonly l1: number; readonly l2: number }): Block[] {
  if (l1 === 0 && l2 === 0) return [];
  const [first, second] = [symbol("λ₁", "\\lambda_1"), symbol("λ₂", "\\lambda_2")];
  const [g, w] = [symbol("g"), symbol("w")];
  const terms = [
    ...(l1 === 0 ? [] : [joined(" + ", first, symbol(" sign w", " \\operatorname{sign} w"))]),
    ...(l2 === 0 ? [] : [joined(" + ", second, symbol(" w", "\\, w"))]),
  ];
  const values: readonly Inline[] = [
    ...(l1 === 0 ? [] : [first, ` = ${l1}`]),
    ...(l1 === 0 || l2 === 0 ? [] : [" and "]),
    ...(l2 === 0 ? [] : [second, ` = ${l2}`]),
  ];
  return [
    paragraph(
      "Weight penalties (not on biases) are added to the gradient ",
      g,
      " of each weight ",
      w,
      ", with ",
      ...values,
      ":",
    ),
    equations({ left: joined(g, symbol(" ← ", " \\leftarrow "), g, ...terms), right: [] }),
  ];
}

function clipBlocks(clipNorm: number): Block[] {
  if (clipNorm === Number.POSITIVE_INFINITY) return [];
  return [
    paragraph(
      `The gradients of all parameters form one vector. If its norm is above c = ${clipNorm}, it is scaled down to that norm:`,
    ),
    equations({
      left: symbol("g ← g min(1, c/‖g‖)", "g \\leftarrow g\\,\\min\\Bigl(1, \\frac{c}{\\lVert g \\rVert}\\Bigr)"),
      right: [],
    }),
  ];
}

/** Step 5: the optimizer's rule with its settings and its memory. */
export function updatePart(subject: Subject): Block[] {
  const { problem } = subject;
  const everything = problem.network.layers.some(fieldLayer)
    ? "Every parameter"
    : `Every weight${hasBias(problem.network.layers) ? " and every bias" : ""}`;
  const { name, ...values } = problem.optimizer;
  const { formula, options, slots } = optimizerOf(problem.optimizer);
  const rows = Object.entries(values).map(([key, value]): readonly Inline[] => [
    ruleSymbol(name, key),
    String(value),
    options[key as keyof typeof options].means,
  ]);
  const memory = slots.flatMap((slot, at): Inline[] => [at === 0 ? "" : " and ", ruleSymbol(name, slot), ` (${slot})`]);
  return [
    heading(1, "The update"),
    paragraph(
      `${everything} is now updated against its gradient. The update rule is ${name}, for a parameter `,
      symbol("p"),
      " with the gradient ",
      symbol("g"),
      ":",
    ),
    equations(asItStands(formula)),
    ...(slots.length === 0
      ? []
      : [
          paragraph(
            "The optimizer keeps state for each parameter, here ",
            ...memory,
            ", which starts at 0.",
            ...(ruleHas(name, "step") ? [" The steps are counted by ", symbol("t"), ", from 1."] : []),
          ),
        ]),
    { kind: "table", head: ["setting", "value", "meaning"], rows, numeric: [1] },
    ...deltaRuleBlocks(problem),
    ...tensorRateBlocks(problem),
    paragraph("A schedule, if there is one, changes the learning rate from step to step."),
  ];
}

/** The rule as textbooks write it for a weight, where it is gradient descent with or without momentum. */
function deltaRuleBlocks({ optimizer, penalties, clipNorm }: Subject["problem"]): Block[] {
  if (penalties.l1 !== 0 || penalties.l2 !== 0 || clipNorm !== Number.POSITIVE_INFINITY) return [];
  const gradient = symbol("g = −δ y", "g = -\\delta\\, y");
  if (optimizer.name === "sgd") {
    return [paragraph("For a weight and one example, ", gradient, ", so this is the delta rule ", deltaRule(), ".")];
  }
  if (optimizer.name !== "momentum") return [];
  return [
    paragraph(
      "For a weight and one example, ",
      gradient,
      ". With the same ",
      symbol("η", "\\eta"),
      " in every step, the change in step ",
      symbol("n"),
      " is the delta rule with momentum (textbooks often write ",
      symbol("α", "\\alpha"),
      " for ",
      symbol("μ", "\\mu"),
      "):",
    ),
    equations({
      left: symbol("ΔW(n)", "\\Delta W(n)"),
      right: [
        symbol("−η u(n)", "-\\eta\\, u(n)"),
        symbol("μ ΔW(n−1) + η δ y", "\\mu\\, \\Delta W(n-1) + \\eta\\, \\delta\\, y"),
      ],
    }),
  ];
}

/** ΔW = η δ y. */
function deltaRule() {
  return symbol("ΔW = η δ y", "\\Delta W = \\eta\\, \\delta\\, y");
}

/** The tensors that learn at a pace of their own. */
function tensorRateBlocks({ network, optimizer }: Subject["problem"]): Block[] {
  const decays = "weightDecay" in optimizer && optimizer.weightDecay > 0;
  const own = parameterLayout(network).tensors.filter(({ role, kept, rate, decay }) => {
    if (kept !== undefined) return false; // its layer's own part is about it
    return rate !== 1 || (decays && decay !== (role === "weights" ? 1 : 0));
  });
  if (own.length === 0) return [];
  const rows = own.map(({ layer, role, rate, decay }): readonly Inline[] => [
    String(layer),
    role,
    shown(rate),
    ...(decays ? [shown(decay)] : []),
  ]);
  return [
    paragraph(
      "Some parameters have their own learning rate. Their ",
      symbol("η", "\\eta"),
      " is multiplied by a factor",
      ...(own.some(isFrozen)
        ? [" (a factor of 0 freezes them: their gradient is set to 0, and no step updates them)"]
        : []),
      ...(decays
        ? [", and their weight decay, ", symbol("η λ", "\\eta\\lambda"), " without that factor, by another"]
        : []),
      ":",
    ),
    {
      kind: "table",
      head: ["layer", "parameters", "factor of the rate", ...(decays ? ["factor of the decay"] : [])],
      rows,
      numeric: [0, 2, 3].slice(0, decays ? 3 : 2),
    },
  ];
}

const shown = (factor: number): string => String(rounded(factor, 4));

/** The steps in order. No layer moves before every δ exists. */
export function algorithmPart(subject: Subject): Block[] {
  const { problem } = subject;
  const last = problem.network.layers.length - 1;
  const hidden = hiddenBackwards(subject);
  const masks = problem.network.layers.some(({ kind }) => kind === "dropout") ? "draw the masks; " : "";
  const acts = [
    ...(problem.penalties.l1 === 0 && problem.penalties.l2 === 0 ? [] : ["add the penalties"]),
    ...(problem.clipNorm === Number.POSITIVE_INFINITY ? [] : ["clip"]),
  ];
  const then = acts.length === 0 ? "" : ` Then ${acts.join(" and ")}.`;
  const items: (readonly Inline[])[] = [
    [`Forward pass: ${masks}compute v and y of ${last === 0 ? "layer 0" : `layers 0 to ${last}`}, and keep them.`],
    [`Error: compare y of layer ${last} with d; compute the loss and its derivative.`],
    [`Output: compute δ of layer ${last}.`],
    ...(hidden.length === 0
      ? []
      : [
          [
            `Hidden: compute δ of ${hidden.length === 1 ? "layer" : "layers"} ${hidden.join(", then ")}, each from the layer that it feeds.`,
          ],
        ]),
    [
      `Update: compute the gradients of all weights${hasBias(problem.network.layers) ? " and biases" : ""} from δ and y.${then} Update each by the rule of ${problem.optimizer.name}.`,
    ],
  ];
  return [
    heading(1, "The algorithm"),
    { kind: "list", ordered: true, items },
    paragraph(
      "All δ are computed before any weight is updated. The δ of a hidden layer depend on the weights of the next layer; if those were updated first, the δ would not belong to the network that computed this output.",
    ),
    paragraph("These steps are then repeated for the next example or batch."),
  ];
}
