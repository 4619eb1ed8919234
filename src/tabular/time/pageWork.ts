/**
 * How much a report's page asks of a model, in multiplications and additions: what the page keeps to, and what a training
 * that has to end in time keeps time for.
 *
 * Plain arithmetic; knows no clock and no page.
 */

/** What the importance of columns takes, and the effects of columns: a few seconds each. */
const WORK = 2e10;
/** What encoding one value costs, in the same measure. */
const ENCODING = 100;

const MOST_ROWS = 2000;
const FEWEST_ROWS = 50;
const REPEATS = 5;
/** Of a table so wide, or networks so large, that otherwise too few rows would be left to judge by. */
const FEW_REPEATS = 2;
const ENOUGH_ROWS = 100;
/** Even of the largest networks so many columns are shuffled. */
const FEWEST_COLUMNS = 20;

/** Columns whose effect is shown, and values of each that the model is asked about. */
export const MOST_EFFECTS = 6;
export const EFFECT_POINTS = 16;
const MOST_EFFECT_ROWS = 300;
const FEWEST_EFFECT_ROWS = 20;

/** The model that predicts. */
export interface PageModel {
  /** That the model reads. */
  readonly columns: number;
  /** Of all its networks. */
  readonly parameters: number;
}

/** Of one predicted row. */
function workOfRow({ columns, parameters }: PageModel): number {
  return columns * ENCODING + 2 * parameters;
}

/** How the importance of columns is found. */
export interface ImportanceExtent {
  /** How many columns are shuffled. */
  readonly columns: number;
  /** Shuffles of each. */
  readonly repeats: number;
  /** The most rows to evaluate on. */
  readonly rows: number;
}

/** @param asked what the caller wants in any case */
export function importanceExtent(
  model: PageModel,
  asked: { readonly repeats?: number | undefined; readonly rows?: number | undefined } = {},
): ImportanceExtent {
  const work = workOfRow(model);
  const fewest = WORK / (FEW_REPEATS * FEWEST_ROWS * work);
  const isAsked = asked.repeats !== undefined || asked.rows !== undefined;
  const columns = isAsked ? model.columns : Math.min(model.columns, Math.max(FEWEST_COLUMNS, Math.floor(fewest)));
  const affordable = (repeats: number): number => Math.floor(WORK / (repeats * columns * work));
  const { repeats = affordable(REPEATS) >= ENOUGH_ROWS ? REPEATS : FEW_REPEATS } = asked;
  const rows = asked.rows ?? Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, affordable(repeats)));
  return { columns, repeats, rows };
}

/** The most rows that an effect is the mean of. */
export function effectRows(model: PageModel): number {
  const affordable = Math.floor(WORK / (MOST_EFFECTS * EFFECT_POINTS * workOfRow(model)));
  return Math.min(MOST_EFFECT_ROWS, Math.max(FEWEST_EFFECT_ROWS, affordable));
}

/** Drawing the figures and writing the page, in seconds. */
const DRAWING = 1;

/**
 * Seconds that a page takes.
 *
 * @param held rows that the page evaluates on
 * @param network one of the model's: its parameters, and the seconds that it takes to predict a row
 */
export function pageSeconds(
  model: PageModel,
  held: number,
  network: { readonly parameters: number; readonly answering: number },
): number {
  const { columns, repeats, rows } = importanceExtent(model);
  const shuffles = (columns * repeats + 1) * Math.min(rows, held);
  const effects = Math.min(MOST_EFFECTS, columns) * EFFECT_POINTS * Math.min(effectRows(model), held);
  const work = (shuffles + effects + held) * workOfRow(model);
  return DRAWING + (work / (2 * network.parameters)) * network.answering;
}
