/** What a model predicts, as code of a module: its exported functions, and what they need of the target. */
import type { RegressionTarget, Target } from "../../data/encoding.ts";
import type { Loss } from "../../network/losses.ts";
import type { Interval, ModelDocument } from "../document.ts";
import { coverageLimits } from "../intervalRadii.ts";
import { base64Of } from "./base64.ts";
import { literal } from "./literal.ts";

export interface TaskCode {
  /** The exported functions. */
  readonly functions: string;
  /** Constants of the target. */
  readonly data: string;
}

/** @returns the code for a document's task */
export function taskCode(document: ModelDocument): TaskCode {
  const { target } = document;
  switch (target.task) {
    case "classification":
      return {
        functions: predicting(
          "The most probable class of a row, or of each of a list, and all probabilities.",
          "classPrediction",
        ),
        data: joined(
          `/** The classes, in the order of the network's outputs. */\nconst classes = ${literal(target.classes)};`,
          calibratedMean(document, "tempered"),
        ),
      };
    case "multilabel": {
      const labels = target.labels.map(({ column, classes: [no, yes] }) => ({ name: column, no, yes }));
      return {
        functions: predicting(
          "The labels of a row, or of each of a list, and the probability of each.",
          "labelPrediction",
        ),
        data: joined(
          `/** The labels, in the order of the network's outputs, and what the table writes for no and yes. */\nconst labels = ${literal(labels)};`,
          calibratedMean(document, "temperedLabels"),
        ),
      };
    }
    case "regression":
      return numbersCode(document, target);
    default:
      return target satisfies never;
  }
}

/** What a network's outputs mean, an expression. @param target with the statistics of the network's own training rows */
export function meaningCode(target: Target, loss: Loss): string {
  if (target.task === "regression") {
    const { means, deviations, ranges } = target;
    const statistics = ranges === undefined ? [means, deviations] : [means, deviations, ranges];
    return `restored(${statistics.map(literal).join(", ")})`;
  }
  switch (loss.name) {
    case "crossEntropy":
      return "softmaxOf";
    case "binaryCrossEntropy":
      return "logisticOf";
    default:
      return "Float64Array.from.bind(Float64Array)"; // outputs are what they are
  }
}

function numbersCode({ interval }: ModelDocument, target: RegressionTarget): TaskCode {
  const { columns, quantiles } = target;
  const values = quantiles === undefined ? "numbersByTarget" : "medianOf";
  const words = columns.length === 1 ? "The predicted number" : "The predicted numbers, by their names,";
  return {
    functions: joined(
      predicting(`${words} of a row, or of each of a list.`, values),
      quantiles &&
        exported("quantiles", "The quantiles of a row, or of each of a list, by their levels.", "quantilesByLevel"),
      interval && intervalsCode(interval, quantiles !== undefined),
    ),
    data: joined(
      quantiles === undefined
        ? `/** What is predicted, in the order of the network's outputs. */\nconst targets = ${literal(columns)};`
        : `/** The quantiles, in the order of the network's outputs. */\nconst levels = ${literal(quantiles.levels)};`,
      `const responseOf = (responses) => meanOf(responses)${quantiles === undefined ? "" : ".sort()"};`,
      interval && residualsCode(interval),
    ),
  };
}

function predicting(words: string, prediction: string): string {
  return exported("predict", words, prediction);
}

function exported(name: string, words: string, prediction: string): string {
  return `/** ${words} @throws {DataError} */\nexport function ${name}(rows) {\n  return forRows(rows, ${prediction});\n}`;
}

function intervalsCode(interval: Interval, aroundQuantiles: boolean): string {
  const { usual } = coverageLimits(interval);
  const bounds = aroundQuantiles
    ? `forRows(rows, (response) => {
    const median = medianOf(response);
    return [Math.min(median, response[0] - reach[0]), Math.max(median, response[response.length - 1] + reach[0])];
  })`
    : "forRows(rows, (values) => numbersByTarget(Array.from(values, (value, at) => [value - reach[at], value + reach[at]])))";
  return `/** Intervals of a row, or of each of a list, that contain a share of new values. @throws {DataError | DescriptionError} */
export function intervals(rows, coverage${usual === undefined ? "" : ` = ${usual}`}) {
  const reach = radii(coverage);
  return ${bounds};
}`;
}

function residualsCode(interval: Interval): string {
  const { rows, most } = coverageLimits(interval);
  const texts = interval.residuals.map((sorted) => `residualsIn(${literal(base64Of(Float64Array.from(sorted)))})`);
  return `/** How many rows the intervals were calibrated on, and how far predictions were off there, for each target in ascending order. */
const calibrationRows = ${rows};
const mostCoverage = ${most};
const residuals = [${texts.join(", ")}];`;
}

function calibratedMean({ temperature }: ModelDocument, calibrated: string): string {
  const mean = "meanOf(responses)";
  return `const responseOf = (responses) => ${temperature === undefined ? mean : `${calibrated}(${mean}, ${literal(temperature)})`};`;
}

function joined(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join("\n\n");
}
