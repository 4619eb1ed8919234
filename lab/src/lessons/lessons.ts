/** The six lessons. docs/what-is-learning.md has the whole chapter; each lesson is one of its ideas, to be tried. */
import { isTable } from "../data/tables.ts";
import { figure } from "../panels/figure.ts";
import { ask } from "../state/ask.ts";
import type { Lesson, Part, Seen } from "./lesson.ts";

const parts = {
  output: { name: "the output neuron", at: '[aria-label="Output unit 1"]' },
  map: { name: "the output over the inputs", at: ".map" },
  rate: { name: "the learning rate", at: "[name=rate]" },
  loss: { name: "the validation loss", at: "[data-figure=validationLoss]" },
  curves: { name: "the training loss", at: "[data-figure=trainingLoss]" },
  step: { name: "the buttons that make steps", at: ".controls" },
  derivation: { name: "the derivation", at: '[aria-labelledby="derivation-title"]' },
  layers: { name: "the hidden layers", at: ".layer-buttons" },
  data: { name: "the data", at: '[aria-labelledby="data-title"]' },
} as const satisfies Record<string, Part>;

/** The weight from hidden unit 1 to the output; undefined of a network without a hidden layer. */
function outputWeight({ opened, frame }: Seen): number | undefined {
  const output = opened.layers.length > 1 ? opened.layers.at(-1) : undefined;
  return output && frame.parameters[output.weights];
}

export const lessons: readonly Lesson[] = [
  {
    title: "A neuron",
    paragraphs: [
      "A neuron multiplies each of its inputs by a weight, adds the products and a bias, and so gets one number: its pre-activation v.",
      "This network is a single neuron. Where v is positive it says class 1 (blue, circles), where v is negative class 0 (orange, squares). The boundary, v = 0, is a straight line: the weights turn it, the bias moves it.",
      "Choose the neuron to see its numbers, then one of its weights: beside its value is a slider.",
    ],
    parts: [parts.output, parts.map, parts.derivation],
    tasks: [
      {
        text: "Without a single step: set the weights and the bias by hand until at least 90 % of the validation rows are right.",
        isDone: ({ opened, frame }) =>
          opened.notes.length === 0 && frame.step === 0 && !frame.isOfSetting && frame.point.validationScore >= 0.9,
      },
    ],
    end: "You did what learning does: you changed weights until the outputs were right. With two weights that works by hand.",
  },
  {
    title: "The error and the loss",
    paragraphs: [
      "The error e = d − y is what the target d and the output y differ by. The loss makes one number of the errors of all rows: small when the outputs are right.",
      "The gradient says how the loss changes with each weight. A step changes every weight against it, in proportion: Δw = −η ∂L/∂w. The factor η is the learning rate.",
      "Here one neuron learns a plane. With its present learning rate the weights hardly change.",
    ],
    parts: [parts.rate, parts.curves, parts.step],
    tasks: [
      {
        text: "Find a learning rate with which the training loss is below 0.001 after one epoch or less (40 steps). Reset begins again with the initial weights.",
        isDone: ({ opened, frame }) =>
          opened.notes.length === 0 && frame.step > 0 && frame.step <= 40 && frame.point.trainingLoss < 0.001,
      },
    ],
    end: "Too small a rate wastes steps. Too large a one, you may have seen, makes the loss grow: lesson 5 comes back to it.",
  },
  {
    title: "The chain rule",
    paragraphs: [
      "A weight W of the output neuron changes its pre-activation, that changes the output, that the error, and that the loss. The chain rule multiplies the derivatives along this way.",
      "All but the last factor are the same for every weight of the neuron. Their product, with a minus sign, is its local gradient δ. The last factor is the output y that the weight multiplies. So ΔW = η δ y.",
      "Each step here takes one example. Its target, δ and y are in the derivation before the step is made; y of these hidden neurons is always positive.",
    ],
    parts: [parts.derivation, parts.step],
    tasks: [
      {
        text: "Predict twice in a row what the next step does to the weight from hidden unit 1 to the output. Answer, then make one step.",
        question: { text: "The next step makes the weight", answers: ["larger", "smaller"] },
        isDone: predicted,
      },
    ],
    end: "The sign of δ decides: where the output is too small (target 1), δ is positive and the weight grows; where it is too large, it shrinks.",
  },
  {
    title: "The hidden layer, and why δ flows backwards",
    paragraphs: [
      "No straight line separates these points, so one neuron cannot. Hidden neurons draw a line each, and the output neuron combines them.",
      "A hidden neuron has no target, and so no error of its own. But its output enters the neurons of the next layer through weights, and their δ are known: δ = [Σ δᵢ Wᵢ] φ′(v). So the δ of the last layer come first, and those of each layer before follow, through the same weights that were used forward. Hence backpropagation.",
    ],
    parts: [parts.layers, parts.map, parts.derivation],
    tasks: [
      {
        text: "Add a hidden layer, and units where they are needed, and play until more than 95 % of the validation rows are right.",
        isDone: ({ setting, frame }) => setting.hidden.length > 0 && frame.point.validationScore > 0.95,
      },
      {
        text: "Open the derivation and go to step 4, where the hidden neurons get their δ.",
        isDone: () => document.querySelector('.derivation [data-position^="4."]') !== null,
      },
    ],
    end: "Each hidden δ is a sum over the neurons that receive the output: point at a number to see its place in the drawing.",
  },
  {
    title: "What goes wrong",
    paragraphs: [
      "The gradient is that of the present weights. A large step leaves the region where it holds: the loss grows, the next gradient is larger still, and soon the numbers are no longer finite. Training diverges.",
      "With relu, a neuron whose v is negative for all rows has the derivative 0: it is dead and no longer learns. Too large a step makes many of them. With too small a rate nothing goes wrong, and nothing happens either.",
    ],
    parts: [parts.rate, parts.curves],
    tasks: [
      {
        text: "Raise the learning rate until training diverges; the page then says so.",
        isDone: ({ fault }) => fault !== undefined,
      },
      {
        text: "Now find one with which the training loss comes below 0.05.",
        isDone: ({ fault, frame }) => fault === undefined && frame.step > 0 && frame.point.trainingLoss < 0.05,
      },
    ],
    end: "When a loss is not finite or jumps, lower the learning rate first.",
  },
  {
    title: "Your own table",
    paragraphs: [
      "A real table has columns of text, missing values and a column to predict. The library makes numbers of them, as the command line does, and keeps rows for validation.",
      "A score says little by itself. The baseline predicts the same for every row: the shares of the classes, or the mean. A network that has learned something is better than that on rows that it was not trained on.",
    ],
    parts: [parts.data, parts.step],
    tasks: [
      {
        text: "Open a table of your own, or choose the penguins, and play until the validation rows are predicted clearly better than by the baseline.",
        isDone: isBetterThanBaseline,
      },
    ],
    end: "That is the whole way from a table to a network that predicts. The views of the outcome show where it is wrong.",
  },
];

/** Two right predictions in a row, each made before one single step. */
function predicted(seen: Seen): boolean {
  const { frame, memory, answer, judge } = seen;
  const weight = outputWeight(seen);
  if (weight === undefined) return false;
  const { step, weight: before, right = 0 } = memory;
  memory.step = frame.step;
  memory.weight = weight;
  if (answer === undefined || frame.step === step || step === undefined) return false;
  if (frame.step !== step + 1) {
    judge("More than one step was made: answer again, then make one step.");
    return false;
  }
  const happened = weight > before ? "larger" : "smaller";
  memory.right = answer === happened ? right + 1 : 0;
  judge(
    `${answer === happened ? "Right" : "No"}: from ${figure(before)} to ${figure(weight)}, ${happened}. ${memory.right} of 2 in a row.`,
  );
  return memory.right >= 2;
}

/** A tenth less error, or a tenth of the rows more. */
async function isBetterThanBaseline({ setting, frame }: Seen): Promise<boolean> {
  if (!isTable(setting.data) || frame.step === 0) return false;
  const quality = await ask("quality", { part: "validation" }).catch(() => undefined);
  if (quality?.task === "classification") return quality.metrics.accuracy > quality.baseline.accuracy + 0.1;
  return quality?.task === "regression" && quality.metrics.rmse < 0.9 * quality.baseline.rmse;
}
