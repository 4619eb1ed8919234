/** One version of a model that is served: what it takes, what it gives, and its rows in batches. Knows no HTTP. */
import { createHash } from "node:crypto";
import type { Row, Warning } from "../data/table.ts";
import type { Bounds, Model, QuantilePrediction } from "../models/model.ts";
import { predictedNumbers } from "../models/predictedNumbers.ts";
import { Batches } from "./batches.ts";
import { type ResultSchemas, resultSchemasOf } from "./resultSchema.ts";
import { type RowSchema, rowSchemaOf } from "./rowSchema.ts";
import { warningsFor } from "./rowWarnings.ts";

/** A row to predict. */
export interface Asked {
  readonly row: Row;
  /** Of the interval, where one is wanted. */
  readonly coverage: number | undefined;
}

/** What the model says of one row. */
export interface Result {
  readonly prediction: unknown;
  readonly interval?: Bounds | Readonly<Record<string, Bounds>>;
  readonly quantiles?: QuantilePrediction;
}

export class ModelVersion {
  readonly model: Model;
  /** The first 12 hexadecimal digits of the SHA-256 of the model's file. */
  readonly version: string;
  readonly rows: RowSchema;
  /** How many columns its table had, as far as the model knows. */
  readonly width: number;
  readonly results: ResultSchemas;
  readonly #batches: Batches<Asked, Result>;
  readonly #warnings: ReturnType<typeof warningsFor>;
  readonly #owned: boolean;

  /**
   * @param bytes of the model's file
   * @param onTurn called with how many rows were predicted together
   * @param owned whether `retire` disposes of the model
   * @throws {GradusError} a model that can't predict a row of missing values
   */
  constructor(model: Model, bytes: Uint8Array, onTurn: (rows: number) => void, owned: boolean) {
    this.model = model;
    this.version = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
    this.rows = rowSchemaOf(model.document);
    this.width = Math.max(this.rows.columns.length, model.document.provenance.columns?.length ?? 0);
    this.results = resultSchemasOf(model.document);
    this.#batches = new Batches({ predict: (asked) => resultsOf(model, asked), onTurn });
    this.#warnings = warningsFor(model);
    this.#owned = owned;
    resultsOf(model, [{ row: Object.fromEntries(this.rows.columns.map((name) => [name, null])), coverage: undefined }]);
  }

  predict(asked: readonly Asked[], abandoned: () => Error | undefined): Promise<Result[]> {
    return this.#batches.predict(asked, abandoned);
  }

  /** What is to be known of the predictions of one request. @param results what `predict` gave for its rows */
  warnings(asked: readonly Asked[], results: readonly Result[]): Warning[] {
    return this.#warnings(
      asked.map(({ row }) => row),
      predictedNumbers(
        this.model,
        results.map(({ prediction }) => prediction),
      ),
    );
  }

  /** Waits until the rows that came are predicted, and frees the model. */
  async retire(): Promise<void> {
    await this.#batches.emptied();
    if (this.#owned) this.model.dispose();
  }
}

function resultsOf(model: Model, asked: readonly Asked[]): Result[] {
  const rows = asked.map(({ row }) => row);
  const predictions: readonly unknown[] = model.predict(rows);
  if (model.task !== "regression") return predictions.map((prediction) => ({ prediction }));
  const quantiles = model.quantileLevels.length > 0 ? model.quantiles(rows) : undefined;
  const results = predictions.map(
    (prediction, at): Result => ({ prediction, ...(quantiles && { quantiles: quantiles[at] }) }),
  );
  for (const coverage of new Set(asked.map((each) => each.coverage))) {
    if (coverage === undefined) continue;
    const places = [...asked.keys()].filter((at) => asked[at].coverage === coverage);
    const intervals = model.intervals(
      places.map((at) => rows[at]),
      coverage,
    );
    for (const [i, at] of places.entries()) results[at] = { ...results[at], interval: intervals[i] };
  }
  return results;
}
