/**
 * What a training may be asked for, checked before it begins: everything that can be wrong is found here.
 *
 * Knows the engine contract and nothing of how training runs.
 */
import { type Numbers, type Patterns, requirePatterns, type Session } from "../engines/engine.ts";
import { DataError, DescriptionError, requireWhole } from "../errors.ts";
import { desiredWidth } from "../network/losses.ts";
import type { FitEvent } from "./events.ts";
import { firstNonFinite } from "./nonFinite.ts";
import { type CompleteSchedule, completeSchedule, type Schedule, type ScheduleName } from "./schedules.ts";

/** A number that judges the network by its outputs for the validation patterns, in the place of their loss. */
export interface Score {
  readonly name: string;
  readonly better: "higher" | "lower";
  /** @param outputs y, [N, outputs], as `Session.predict` gives them: logits where the loss takes logits */
  of(outputs: Numbers): number;
}

export interface FitOptions {
  readonly training: Patterns;
  readonly validation?: Patterns;
  /** At least 1; 100 when absent. */
  readonly epochs?: number;
  /** Patterns a step, at most the problem's; "all" is every training pattern. The problem's when absent. */
  readonly batchSize?: number | "all";
  /** Whether each epoch has an order of its own; true when absent. A step over all patterns has no order. */
  readonly shuffle?: boolean;
  /** Decides the orders; the problem's when absent. */
  readonly seed?: number;
  /** "constant" when absent. */
  readonly schedule?: ScheduleName | Schedule;
  /** The validation loss, the lower the better, when absent. */
  readonly score?: Score;
  /** Ends training after this many epochs without a new best one. */
  readonly earlyStopping?: { readonly patience: number };
  /** Whether the session ends with the parameters of its best epoch; true when there is validation. */
  readonly restoreBest?: boolean;
  /**
   * Whether epochs tell what the layers were like, and the result warns of lasting trouble; true when absent: as often as
   * costs about a fiftieth of the learning, and eight times in a training of milliseconds. `{ every: 1 }` looks at each
   * epoch, whatever it costs. Changes no bit of the network.
   */
  readonly health?: boolean | { readonly every: number };
  /** Ends training within about a tenth of a second, or after the step that is being made if that takes longer. */
  readonly signal?: AbortSignal;
  /** Hears of each epoch, and within long ones. Called by `fit`; whoever iterates `fitEvents` has the events. */
  readonly onProgress?: (event: FitEvent) => void;
}

/** A training with every choice made and checked. */
export interface FitPlan {
  readonly training: Patterns;
  readonly validation: Patterns | undefined;
  /** N, training patterns. */
  readonly rows: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly schedule: CompleteSchedule;
  readonly score: Score | undefined;
  /** Infinity when training may not end early. */
  readonly patience: number;
  readonly restoreBest: boolean;
  /** Whether layers are looked at. */
  readonly health: boolean;
  /** Epochs from look to look; undefined where the cost decides. */
  readonly lookEvery: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes every choice that the options leave open, and checks all of them and the patterns.
 *
 * @throws {DescriptionError} an option out of range, one that needs validation patterns without them, parameters that are
 * not finite
 * @throws {ShapeError | DataError} patterns that don't fit the network, are none, or hold a number that is not finite
 */
export function completeFit(session: Session, options: FitOptions): FitPlan {
  const { problem } = session;
  const { training, validation, epochs = 100, shuffle = true, seed = problem.seed, score, earlyStopping } = options;
  const { restoreBest = validation !== undefined, health = true, signal } = options;
  requireWhole("epochs", epochs, 1);
  requireWhole("seed", seed, 0);
  const patience = earlyStopping?.patience ?? Number.POSITIVE_INFINITY;
  if (earlyStopping !== undefined) requireWhole("the patience of earlyStopping", patience, 1);
  if (score !== undefined && score.better !== "higher" && score.better !== "lower") {
    throw new DescriptionError(
      `Expected a score to be better "higher" or "lower", found ${JSON.stringify(score.better)}.`,
    );
  }
  if (validation === undefined)
    requireNothingOfValidation({ score, earlyStopping, restoreBest: restoreBest || undefined });
  requireSound(session);
  const lookEvery = typeof health === "boolean" ? undefined : health.every;
  if (typeof health !== "boolean") requireWhole("health.every", health.every, 1);
  const schedule = completeSchedule(options.schedule ?? "constant");
  const rows = requireFinitePatterns(problem, training, "training");
  if (validation !== undefined) requireFinitePatterns(problem, validation, "validation");
  const batchSize = completeBatchSize(options.batchSize, rows, problem.batchSize);
  return {
    training,
    validation,
    rows,
    epochs,
    batchSize,
    stepsPerEpoch: Math.ceil(rows / batchSize),
    shuffle: shuffle && batchSize < rows,
    seed,
    schedule,
    score,
    patience,
    restoreBest,
    health: health !== false,
    lookEvery,
    signal,
  };
}

function completeBatchSize(given: number | "all" | undefined, rows: number, most: number): number {
  const batchSize = given === "all" ? rows : (given ?? most);
  requireWhole("batchSize", batchSize, 1);
  if (batchSize > most) {
    const found = given === "all" ? `all ${rows} patterns` : batchSize;
    throw new DescriptionError(
      `Expected a batchSize of at most ${most}, the problem's, found ${found}. Create the session for a problem with batchSize ${batchSize}, or choose a smaller one here.`,
    );
  }
  return Math.min(batchSize, rows);
}

function requireNothingOfValidation(options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    throw new DescriptionError(
      `${name} judges epochs by validation patterns, found none. Give validation or leave ${name} out.`,
    );
  }
}

/** @returns the number of rows */
function requireFinitePatterns(problem: Session["problem"], patterns: Patterns, which: string): number {
  const rows = requirePatterns(problem, patterns);
  if (rows === 0) throw new DataError(`Expected at least one ${which} pattern, found none.`);
  const { network, loss } = problem;
  requireFinite(patterns.inputs, network.inputs, `${which} inputs`);
  requireFinite(patterns.desired, desiredWidth(loss, network.outputs), `desired responses of the ${which} patterns`);
  if (patterns.sampleWeights !== undefined) requireFinite(patterns.sampleWeights, 1, `${which} sampleWeights`);
  return rows;
}

/** @param width numbers a row */
function requireFinite(numbers: Numbers, width: number, what: string): void {
  const wrong = firstNonFinite(numbers);
  if (wrong < 0) return;
  const place = `row ${Math.floor(wrong / width)}, column ${wrong % width}, both counted from 0`;
  throw new DataError(
    `Expected the ${what} to be finite numbers, found ${numbers[wrong]} in ${place}. Fill the gap or leave the row out.`,
  );
}

function requireSound({ parameters, layout }: Session): void {
  const index = firstNonFinite(parameters);
  if (index < 0) return;
  const tensor = layout.tensors.find(({ offset, length }) => index >= offset && index < offset + length);
  throw new DescriptionError(
    `Expected finite parameters to train from, found ${parameters[index]} in ${tensor?.name}. Give it finite values or create a new session.`,
  );
}
