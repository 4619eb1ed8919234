/** The route that predicts: a request's rows checked, predicted in batches, and put into one response. Knows no framework. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { GradusError, unknownName } from "../errors.ts";
import type { Asked, ModelVersion, Result } from "./modelVersion.ts";
import { bodyBytes, clientLeft, jsonOf, requireJson } from "./requestBody.ts";
import { RequestError } from "./requestError.ts";
import type { ServedModel } from "./servedModel.ts";

/** How many values a request may have beside those of the table: of a row, and in all. A body of 4 MiB may have 2 million. */
const OTHER_COLUMNS = 100;
const OTHER_VALUES = 10_000;

export interface PredictLimits {
  readonly maxBodyBytes: number;
  readonly maxRows: number;
  /** Seconds within which a request gets its response. */
  readonly timeout: number;
}

export interface PredictRequest {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly parameters: URLSearchParams;
}

export interface Predicted {
  /** The response as JSON. */
  readonly text: string;
  readonly rows: number;
}

/** @throws {RequestError} */
export async function predict(served: ServedModel, request: PredictRequest, limits: PredictLimits): Promise<Predicted> {
  const deadline = performance.now() + 1000 * limits.timeout;
  const { incoming } = request;
  requireJson(incoming.headers);
  const coverage = coverageOf(request.parameters);
  const bytes = await bodyBytes(incoming, limits.maxBodyBytes);
  const version = served.current; // only now: the one that predicts is the one that the rows are checked for
  requireInterval(version, coverage);
  const body = jsonOf(bytes, OTHER_VALUES + limits.maxRows * (version.width + OTHER_COLUMNS));
  const asked = askedOf(body, version, coverage, limits.maxRows);
  const abandoned = (): Error | undefined => {
    if (request.outgoing.destroyed) return clientLeft(incoming);
    if (performance.now() < deadline) return undefined;
    return new RequestError("timed-out", `The server could not respond within ${limits.timeout} s. Try again later.`);
  };
  const results = await refusing(() => version.predict(asked, abandoned));
  const warnings = version.warnings(asked, results);
  const response = {
    model: served.name,
    version: version.version,
    ...(Array.isArray(body) ? fieldsOf(results) : results[0]),
    ...(warnings.length > 0 && { warnings }),
  };
  return { text: JSON.stringify(response), rows: asked.length };
}

/** Of the intervals that are asked for. @throws {RequestError} a parameter that there isn't, or that is no share */
function coverageOf(parameters: URLSearchParams): number | undefined {
  for (const name of new Set(parameters.keys())) {
    if (name !== "interval") throw new RequestError("unknown-parameter", unknownName(name, ["interval"], "parameter"));
    if (parameters.getAll(name).length > 1)
      throw new RequestError("invalid-parameter", "interval is given twice. Leave one out.");
  }
  const text = parameters.get("interval");
  if (text === null) return undefined;
  const coverage = text.trim() === "" ? Number.NaN : Number(text);
  if (coverage > 0 && coverage < 1) return coverage;
  throw new RequestError(
    "invalid-parameter",
    `interval: expected a number above 0 and below 1, found ${JSON.stringify(text)}.`,
  );
}

/** @throws {RequestError} intervals of a model that has none, or of more than its calibration rows allow */
function requireInterval({ model }: ModelVersion, coverage: number | undefined): void {
  if (coverage === undefined) return;
  const fault = (message: string): RequestError => new RequestError("invalid-parameter", `interval: ${message}`);
  if (model.task !== "regression") throw fault("this model predicts no numbers, and has no intervals.");
  try {
    model.intervals([], coverage);
  } catch (error) {
    throw error instanceof GradusError ? fault(error.message) : error;
  }
}

/** @throws {RequestError} what is neither a row nor a list of at least one and at most `maxRows` */
function askedOf(body: unknown, { rows }: ModelVersion, coverage: number | undefined, maxRows: number): Asked[] {
  if (!Array.isArray(body)) return [{ row: rows.require(body), coverage }];
  if (body.length === 0) throw new RequestError("invalid-row", "Expected at least one row, found an empty list.");
  if (body.length > maxRows) {
    const message = `Expected at most ${maxRows} rows, found ${body.length}. Send fewer at a time.`;
    throw new RequestError("too-many-rows", message);
  }
  return body.map((row: unknown, at) => ({ row: rows.require(row, at + 1), coverage }));
}

/** Errors of the model about rows as refusals of them. @throws {RequestError} */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GradusError)) throw error;
    const { columns, row } = error as { columns?: readonly string[]; row?: number };
    throw new RequestError("invalid-row", error.message, { ...(columns && { columns }), ...(row && { row }) });
  }
}

/** What a response has of a list of rows; one result has the same for one. */
function fieldsOf(results: readonly Result[]): object {
  const [first] = results;
  return {
    predictions: results.map(({ prediction }) => prediction),
    ...(first.interval && { intervals: results.map(({ interval }) => interval) }),
    ...(first.quantiles && { quantiles: results.map(({ quantiles }) => quantiles) }),
  };
}
