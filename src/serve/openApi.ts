/**
 * The OpenAPI document of the models that are served: a path of each, with its columns and its results.
 *
 * Source: https://spec.openapis.org/oas/v3.1.0. Knows no framework.
 */
import { quotedNames } from "../data/table.ts";
import { targetNames } from "../data/targetNames.ts";
import { version as libraryVersion } from "../version.ts";
import type { ModelVersion } from "./modelVersion.ts";
import { type RefusalCode, refusals } from "./requestError.ts";
import { record } from "./resultSchema.ts";
import type { JsonSchema } from "./rowSchema.ts";

/** What a document says of a model under its name. */
export interface DescribedModel {
  readonly name: string;
  readonly current: ModelVersion;
}

/** @param maxRows of a request */
export function openApiOf(models: readonly DescribedModel[], maxRows: number): JsonSchema {
  return {
    openapi: "3.1.0",
    info: {
      title: "Predictions",
      version: libraryVersion,
      description:
        "Models trained by gradus. A request has one row, or a list of rows; a row has the table's columns by their names.",
    },
    paths: {
      ...Object.fromEntries(
        models.map((model) => [`/models/${model.name}/predict`, { post: predictOperation(model) }]),
      ),
      "/models": { get: operation("models", "The models that are served", json(modelList)) },
      "/openapi.json": { get: operation("openApi", "This document", json({ type: "object" })) },
      "/health": { get: operation("health", "Whether the process runs", json(statusSchema)) },
      "/ready": {
        get: operation("ready", "Whether models are loaded, and the server isn't stopping", json(statusSchema), {
          503: { description: "It is stopping.", ...json(statusSchema) },
        }),
      },
      "/metrics": {
        get: operation("metrics", "Metrics for Prometheus", {
          content: { "text/plain": { schema: { type: "string" } } },
        }),
      },
    },
    components: {
      schemas: {
        ...Object.fromEntries(models.flatMap((model) => modelSchemas(model, maxRows))),
        Refusal: refusalSchema,
        Warning: warningSchema,
      },
    },
  };
}

const text: JsonSchema = { type: "string" };
const json = (schema: JsonSchema): JsonSchema => ({ content: { "application/json": { schema } } });
const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const list = (items: JsonSchema, maxItems?: number): JsonSchema => ({
  type: "array",
  items,
  minItems: 1,
  ...(maxItems && { maxItems }),
});

const statusSchema = record(["status"], () => text);
const modelList = record(["models"], () => ({
  type: "array",
  items: record(["name", "version", "task", "targets"], (name) =>
    name === "targets" ? { type: "array", items: text } : text,
  ),
}));

const refusalSchema = record(["error"], () => ({
  type: "object",
  required: ["code", "message"],
  properties: {
    code: { enum: Object.keys(refusals).filter((code) => code !== "client-left") },
    message: text,
    row: { type: "integer", minimum: 1, description: "Counted from 1." },
    columns: { type: "array", items: text },
  },
  additionalProperties: false,
}));

/** As `Warning` in data/table.ts. */
const warningSchema: JsonSchema = {
  type: "object",
  required: ["code", "columns", "message"],
  properties: {
    code: text,
    columns: { type: "array", items: text, description: "The columns it is about." },
    message: text,
    values: {
      type: "array",
      items: { type: "array", items: { type: ["string", "number"] } },
      description: "For each of the columns the values that it is about, 20 at most.",
    },
  },
  additionalProperties: false,
};

function operation(id: string, summary: string, response: JsonSchema, others: object = {}): JsonSchema {
  return {
    operationId: id,
    summary,
    responses: { 200: { description: summary, ...response }, ...others, ...hostRefusal },
  };
}

const refused = (status: number): JsonSchema => ({
  description: Object.entries(refusals)
    .filter(([, of]) => of === status)
    .map(([code]) => code)
    .join(", "),
  ...json(reference("Refusal")),
});

const hostRefusal = { 421: refused(421) };

/** The refusals of a prediction. */
const predictRefusals: readonly RefusalCode[] = [
  "not-json",
  "slow-request",
  "body-too-large",
  "wrong-content-type",
  "wrong-host",
  "invalid-row",
  "headers-too-large",
  "overloaded",
];

function predictOperation({ name, current }: DescribedModel): JsonSchema {
  const { target, task } = current.model.document;
  const what = `Predicts ${quotedNames(targetNames(target))}`;
  return {
    operationId: `predict_${name}`,
    summary: `${what} (${task}) by the model ${name}`,
    ...(current.results.interval && { parameters: [intervalParameter(current)] }),
    requestBody: { required: true, ...json({ oneOf: [reference(`${name}.Row`), reference(`${name}.Rows`)] }) },
    responses: {
      200: { description: what, ...json({ oneOf: [reference(`${name}.Response`), reference(`${name}.Responses`)] }) },
      ...Object.fromEntries(predictRefusals.map((code) => [refusals[code], refused(refusals[code])])),
    },
  };
}

/** The coverage of intervals that the calibration rows allow, as `conformalRadius` takes it. */
function intervalParameter({ model }: ModelVersion): JsonSchema {
  const { interval } = model.document;
  const rows = interval?.rows ?? interval?.residuals[0].length ?? 1;
  return {
    name: "interval",
    in: "query",
    required: false,
    description: "Adds intervals that contain this share of new values.",
    schema: { type: "number", exclusiveMinimum: 0, maximum: rows / (rows + 1) },
  };
}

function modelSchemas({ name, current }: DescribedModel, maxRows: number): [string, JsonSchema][] {
  const { rows, results } = current;
  const of = { model: { const: name }, version: text };
  const response = (
    names: { readonly [field in keyof typeof results]-?: string },
    some: (schema: JsonSchema) => JsonSchema,
  ): JsonSchema => {
    const own = Object.entries(results).map(([field, schema]) => [names[field as keyof typeof results], some(schema)]);
    const required = ["model", "version", names.prediction, ...(results.quantiles ? [names.quantiles] : [])];
    const properties = { ...of, ...Object.fromEntries(own), warnings: list(reference("Warning")) };
    return { type: "object", required, properties, additionalProperties: false };
  };
  const one = { prediction: "prediction", interval: "interval", quantiles: "quantiles" };
  const many = { prediction: "predictions", interval: "intervals", quantiles: "quantiles" };
  return [
    [`${name}.Row`, rows.schema],
    [`${name}.Rows`, list(reference(`${name}.Row`), maxRows)],
    [`${name}.Response`, response(one, (schema) => schema)],
    [`${name}.Responses`, response(many, (schema) => list(schema, maxRows))],
  ];
}
