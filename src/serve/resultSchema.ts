/** The JSON Schemas of what a model says of one row: the prediction as `model.predict` gives it, its interval and its quantiles. */
import { type ClassificationTarget, classTargets, type RegressionTarget } from "../data/encoding.ts";
import type { ModelDocument } from "../models/document.ts";
import type { JsonSchema } from "./rowSchema.ts";

export interface ResultSchemas {
  readonly prediction: JsonSchema;
  /** Of a regressor that was calibrated. */
  readonly interval?: JsonSchema;
  /** Of a regressor that was trained with quantiles. */
  readonly quantiles?: JsonSchema;
}

const number: JsonSchema = { type: "number" };
const probability: JsonSchema = { type: "number", minimum: 0, maximum: 1 };
const bounds: JsonSchema = { type: "array", items: number, minItems: 2, maxItems: 2, description: "Low and high." };

export function resultSchemasOf({ target, interval }: Pick<ModelDocument, "target" | "interval">): ResultSchemas {
  switch (target.task) {
    case "classification":
      return { prediction: classSchema(target) };
    case "multilabel":
      return { prediction: labelsSchema(classTargets(target)) };
    case "regression":
      return {
        prediction: perTarget(target, number),
        ...(interval && { interval: perTarget(target, bounds) }),
        ...(target.quantiles && { quantiles: record(target.quantiles.levels.map(String), () => number) }),
      };
    default:
      return target satisfies never;
  }
}

function classSchema({ classes }: ClassificationTarget): JsonSchema {
  const label = { enum: classes };
  const ranked = {
    type: "array",
    items: record(["label", "probability"], (name) => (name === "label" ? label : probability)),
  };
  const fields = { label, probability, ranked, probabilities: record(classes.map(String), () => probability) };
  return record(Object.keys(fields), (name) => fields[name as keyof typeof fields]);
}

function labelsSchema(targets: readonly ClassificationTarget[]): JsonSchema {
  const names = targets.map(({ column }) => column);
  const classes = new Map(targets.map((target) => [target.column, target.classes]));
  const fields = {
    labels: { type: "array", items: { enum: names } },
    values: record(names, (name) => ({ enum: classes.get(name) })),
    probabilities: record(names, () => probability),
  };
  return record(Object.keys(fields), (name) => fields[name as keyof typeof fields]);
}

/** One for one target, one by name for several. */
const perTarget = ({ columns }: RegressionTarget, one: JsonSchema): JsonSchema =>
  columns.length === 1 ? one : record(columns, () => one);

/** An object with exactly these names. */
export function record(names: readonly string[], schemaOf: (name: string) => JsonSchema): JsonSchema {
  const properties = Object.fromEntries(names.map((name) => [name, schemaOf(name)])); // one may be called __proto__
  return { type: "object", required: names, properties, additionalProperties: false };
}
