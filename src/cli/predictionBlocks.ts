/**
 * The predictions of `gradus predict`, block by block: the rows of a block are predicted when the block before has been written, so that a
 * reader that leaves early ends the work.
 *
 * Knows no file and no stream.
 */
import { type ClippedCount, predictedNumbers, type ShareOfRows } from "../entries/internal.ts";
import {
  type Cell,
  DescriptionError,
  type Model,
  type QuantilePrediction,
  type Row,
  selectRows,
  type Table,
  type TextColumn,
} from "../node.ts";
import { arrayLines } from "./jsonOption.ts";
import { csvLines, type Interval, jsonLines, type Predictions } from "./predictionLines.ts";

/** Rows of a block: enough for all threads. */
const ROWS = 10_000;
/** Lines of one text: all of a block may be more than a text can hold. */
const LINES = 1000;

interface PredictionBlock extends Predictions {
  /** Whether they begin and end those of all rows. */
  readonly first: boolean;
  readonly last: boolean;
}

interface Asked {
  readonly interval?: number;
  readonly copy: "all" | readonly string[] | undefined;
  /** Where the rows of a table lie among those of all ranks. */
  readonly share?: ShareOfRows | undefined;
}

/** @throws {DescriptionError} intervals or copied columns that there are not */
export async function* predictionBlocks(
  model: Model,
  rows: Table | readonly Row[],
  { interval, copy, share }: Asked,
): AsyncGenerator<PredictionBlock> {
  if (!("columns" in rows)) {
    const intervals = interval === undefined ? undefined : intervalsOf(model, rows, interval);
    const beside = { intervals, quantiles: quantilesOf(model, rows) };
    yield { predictions: model.predict(rows), copied: copiedOf(rows[0], copy), ...beside, first: true, last: true };
    return;
  }
  const { before, all } = share ?? { before: 0, all: rows.rows };
  // A whole table without rows has a block, for its heading.
  for (let from = 0; from < rows.rows || (from === 0 && share === undefined); from += ROWS) {
    const first = before + from === 0;
    const last = before + Math.min(from + ROWS, rows.rows) === all;
    const block = rows.rows <= ROWS ? rows : selectRows(rows, range(from, Math.min(rows.rows, from + ROWS)));
    const intervals = interval === undefined ? undefined : intervalsOf(model, block, interval);
    const beside = { intervals, quantiles: quantilesOf(model, block) };
    yield { predictions: await model.predictAll(block), copied: block.copied ?? [], ...beside, first, last };
  }
}

const range = (from: number, end: number): Uint32Array =>
  Uint32Array.from({ length: end - from }, (_, at) => from + at);

interface Writing {
  readonly form: "json" | "jsonl" | undefined;
  readonly digits: number | undefined;
  /** Takes what a regressor predicted. */
  readonly clipped: ClippedCount;
}

/** The predictions as texts of complete lines. */
export async function* textsOf(
  model: Model,
  blocks: AsyncIterable<PredictionBlock>,
  { form, digits, clipped }: Writing,
): AsyncGenerator<string> {
  for await (const block of blocks) {
    clipped.add(predictedNumbers(model, block.predictions));
    if (form === undefined) yield* inTexts(csvLines(model, block, { digits, heading: block.first }));
    else yield* inTexts(form === "json" ? arrayLines(jsonLines(model, block), block) : jsonLines(model, block));
  }
}

function* inTexts(lines: Iterable<string>): Generator<string> {
  let open: string[] = [];
  for (const line of lines) {
    open.push(`${line}\n`);
    if (open.length < LINES) continue;
    yield open.join("");
    open = [];
  }
  if (open.length > 0) yield open.join("");
}

export const ONE_COLUMN = "--id takes one column; --append copies all of them.";

/** Columns of the row given on the command line. @throws {DescriptionError} one that it does not have */
function copiedOf(row: Row, copy: "all" | readonly string[] | undefined): TextColumn[] {
  const names = copy === "all" ? Object.keys(row) : (copy ?? []);
  return names.map((name) => {
    if (!Object.hasOwn(row, name))
      throw new DescriptionError(
        `--id: --row has no ${JSON.stringify(name)}.${name.includes(",") ? ` ${ONE_COLUMN}` : ""}`,
      );
    const cell: Cell = row[name];
    return { name, type: "text", values: [cell === null || cell === undefined ? null : String(cell)] };
  });
}

/** @throws {DescriptionError} a model without intervals */
function intervalsOf(model: Model, rows: Table | readonly Row[], coverage: number): Interval[] {
  if (model.task !== "regression") {
    throw new DescriptionError(
      `--interval is for models that predict numbers; this one predicts ${model.task === "multilabel" ? "labels" : "classes"}.`,
    );
  }
  return "columns" in rows ? model.intervalsOfTable(rows, coverage) : model.intervals(rows, coverage);
}

/** Of a model that predicts some. */
function quantilesOf(model: Model, rows: Table | readonly Row[]): QuantilePrediction[] | undefined {
  if (model.task !== "regression" || model.quantileLevels.length === 0) return undefined;
  return "columns" in rows ? model.quantilesOfTable(rows) : model.quantiles(rows);
}
