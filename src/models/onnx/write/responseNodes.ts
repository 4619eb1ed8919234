/**
 * What the networks' outputs mean as nodes: probabilities, labels, numbers, quantiles and intervals, in float64 as
 * `models/` computes them.
 *
 * Knows nothing of how outputs come about.
 */
import type { ClassificationTarget, RegressionTarget, Target } from "../../../data/encoding.ts";
import { medianOf } from "../../../data/targetQuantiles.ts";
import type { ModelDocument } from "../../document.ts";
import { THRESHOLD } from "../../multilabelClassifier.ts";
import { type ElementType, int, type Tensor } from "../graph.ts";
import { arithmetic, cast } from "./arithmetic.ts";
import { type GraphBuilder, ROWS } from "./graphBuilder.ts";

/**
 * Adds the model's outputs.
 *
 * @param outputs of each network, [N, outputs] float32
 * @param targets each network's
 * @param radii half the width of the intervals that are asked for, one a column of the target
 */
export function responseNodes(
  builder: GraphBuilder,
  document: ModelDocument,
  outputs: readonly string[],
  targets: readonly Target[],
  radii: readonly number[] | undefined,
): void {
  const { add, divide } = arithmetic(builder);
  const responses = outputs.map((own, at) => memberNodes(builder, targets[at], cast(builder, own, "double")));
  const total = responses.reduce((sum, response) => add(sum, response));
  const mean = responses.length === 1 ? total : divide(total, responses.length);
  const { target, temperature = 1 } = document;
  switch (target.task) {
    case "classification":
      classNodes(builder, target, temperature === 1 ? mean : tempered(builder, mean, 1 / temperature));
      break;
    case "multilabel": {
      const p = temperature === 1 ? mean : temperedLabels(builder, mean, 1 / temperature);
      labelNodes(builder, target.labels, p);
      break;
    }
    case "regression":
      numberNodes(builder, target, mean, radii);
      break;
    default:
      target satisfies never;
  }
}

/** One network's probabilities, or numbers in the targets' units. @param outputs [N, outputs] float64 */
function memberNodes(builder: GraphBuilder, target: Target, outputs: string): string {
  if (target.task === "classification") return builder.node("Softmax", [outputs], { axis: int(-1) });
  if (target.task === "multilabel") return builder.node("Sigmoid", [outputs]);
  const { add, multiply, least, greatest } = arithmetic(builder);
  const { means, deviations, ranges } = target;
  const numbers = add(multiply(outputs, deviations), means);
  if (ranges === undefined) return numbers;
  const [lowest, highest] = [0, 1].map((bound) => ranges.map((range) => range[bound]));
  return least(greatest(numbers, lowest), highest);
}

/** (p / max p)^(1/T), in every row divided by its sum. */
function tempered(builder: GraphBuilder, p: string, exponent: number): string {
  const { divide, apply } = arithmetic(builder);
  const axes = { axes: { type: "ints", value: [1] } } as const;
  const powers = apply("Pow", divide(p, builder.node("ReduceMax", [p], axes)), exponent);
  return divide(powers, builder.node("ReduceSum", [powers, builder.whole(1)]));
}

/** 1 / (1 + ((1 − p)/p)^(1/T)) */
function temperedLabels(builder: GraphBuilder, p: string, exponent: number): string {
  const { add, divide, subtract, apply } = arithmetic(builder);
  return divide(1, add(1, apply("Pow", divide(subtract(1, p), p), exponent)));
}

function classNodes(builder: GraphBuilder, target: ClassificationTarget, p: string): void {
  const { classes } = target;
  const { type, values } = labelValues(classes);
  const place = builder.node("ArgMax", [p], { axis: int(1), keepdims: int(0) }); // of equals the first
  const label = builder.node("Gather", [builder.constant("classes", type, [classes.length], values), place]);
  const names = classes.map((name) => JSON.stringify(name)).join(", ");
  builder.output(label, {
    name: "label",
    type,
    shape: [ROWS],
    description: `${target.column}: the most probable class.`,
  });
  builder.output(cast(builder, p, "float"), {
    name: "probabilities",
    type: "float",
    shape: [ROWS, classes.length],
    description: `Of the classes of ${target.column} in this order: ${names}.`,
  });
}

/** Classes as a tensor of their own type. */
function labelValues(classes: ClassificationTarget["classes"]): Pick<Tensor, "type" | "values"> {
  if (classes.every((label) => typeof label === "string")) return { type: "string", values: classes };
  const type: ElementType = classes.every((label) => typeof label === "boolean")
    ? "bool"
    : classes.every(Number.isSafeInteger)
      ? "int64"
      : "double";
  return { type, values: classes.map(Number) };
}

function labelNodes(builder: GraphBuilder, labels: readonly ClassificationTarget[], p: string): void {
  const names = labels.map(({ column }) => JSON.stringify(column)).join(", ");
  const shape = [ROWS, labels.length];
  builder.output(arithmetic(builder).greater(p, THRESHOLD), {
    name: "labels",
    type: "bool",
    shape,
    description: `Whether the row has each of the labels, in this order: ${names}.`,
  });
  builder.output(cast(builder, p, "float"), {
    name: "probabilities",
    type: "float",
    shape,
    description: `Of each of the labels, in this order: ${names}.`,
  });
}

function numberNodes(
  builder: GraphBuilder,
  target: RegressionTarget,
  mean: string,
  radii: readonly number[] | undefined,
): void {
  const { columns, quantiles } = target;
  const names = columns.map((column) => JSON.stringify(column)).join(", ");
  const output = (name: string, value: string, width: number, description: string): void =>
    builder.output(value, { name, type: "double", shape: [ROWS, width], description });
  const ascending = quantiles === undefined ? mean : sorted(builder, mean, quantiles.levels.length);
  const pick = (place: number): string => builder.node("Gather", [ascending, builder.whole(place)], { axis: int(1) });
  const values = quantiles === undefined ? mean : pick(medianOf(quantiles));
  output("values", values, columns.length, `Predicted, in this order: ${names}.`);
  if (quantiles !== undefined) {
    const { levels } = quantiles;
    output("quantiles", ascending, levels.length, `Of ${names}, of these levels: ${levels.join(", ")}.`);
  }
  if (radii === undefined) return;
  const { add, subtract, least, greatest } = arithmetic(builder);
  const [lowest, highest] = quantiles === undefined ? [values, values] : [pick(0), pick(quantiles.levels.length - 1)];
  const lower = subtract(lowest, radii);
  const upper = add(highest, radii);
  // Around quantiles an interval contains the median.
  output(
    "lower",
    quantiles === undefined ? lower : least(values, lower),
    columns.length,
    "The intervals' lower bounds.",
  );
  output(
    "upper",
    quantiles === undefined ? upper : greatest(values, upper),
    columns.length,
    "The intervals' upper bounds.",
  );
}

/** Ascending in every row. @param values [N, width] */
function sorted(builder: GraphBuilder, values: string, width: number): string {
  return builder.node("TopK", [values, builder.whole(width)], { axis: int(1), largest: int(0) }, { more: ["places"] });
}
