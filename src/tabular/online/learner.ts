/**
 * A model that learns online: one row, one step of each of its networks.
 *
 * It predicts with the parameters of the moment, scores its predictions before each row is learned, and its file holds all that its
 * next steps depend on. The encoder and the classes stay those of the model. Knows no file and no stream.
 */
import type { RegressionTarget, Target } from "../../data/encoding.ts";
import { type RowEncoder, rowEncoder } from "../../data/rowEncoder.ts";
import { requireRow } from "../../data/rows.ts";
import { type RowTruth, rowTruth } from "../../data/rowTarget.ts";
import type { Cell, Row, Warning } from "../../data/table.ts";
import { standardisedNumbers } from "../../data/target.ts";
import { targetNames } from "../../data/targetNames.ts";
import type { Engine, Numbers } from "../../engines/engine.ts";
import { DataError, GradusError, NotFiniteError, RunFailedError } from "../../errors.ts";
import { distinctEncoders } from "../../models/distinctEncoders.ts";
import { FORMAT_VERSION, type ModelDocument, memberEncoders, memberTargets } from "../../models/document.ts";
import { type Model, modelFromBytes } from "../../models/model.ts";
import { type Slots, writeModelFile } from "../../models/modelFile.ts";
import { predictionOf, responseToOutputs, type TabularModel } from "../../models/tabularModel.ts";
import { brokenState, copyState } from "../../training/sessionState.ts";
import { version } from "../../version.ts";
import type { Adwin } from "./adwin.ts";
import type { OnlineMember } from "./onlineMember.ts";
import { problemState } from "./onlineProblem.ts";
import type { RunningScores, ScoreKeeper } from "./runningScores.ts";
import type { WarningKeeper } from "./warningKeeper.ts";

/** What a model predicts of one row. */
export type PredictionOf<M extends Model = Model> = ReturnType<M["predictTable"]>[number];

/** The target of one row: a value, or the values of several targets by their columns. */
export type GivenTarget = Cell | Readonly<Record<string, Cell>>;

/** What `createLearner` has opened. */
export interface LearnerParts<M extends Model> {
  /** Whose networks are the sessions of the members: it predicts with the parameters of the moment. */
  readonly live: M;
  readonly members: readonly OnlineMember[];
  readonly engine: Engine;
  /** Rows learned before. */
  readonly rows: number;
  readonly scores: ScoreKeeper;
  readonly drift: Adwin;
  readonly warnings: WarningKeeper;
}

/** A model that learns row by row; `createLearner` makes one. `using` disposes of it. */
export class Learner<M extends Model = Model> implements Disposable {
  readonly #parts: LearnerParts<M>;
  readonly #targets: readonly Target[];
  readonly #truth: RowTruth;
  readonly #encoders: readonly RowEncoder[];
  /** For each member, the place of its encoder. */
  readonly #encoderOf: readonly number[];
  /** The inputs that each encoder writes, [I]. */
  readonly #inputs: readonly Float32Array[];
  #rows: number;
  /** Why it can't go on. */
  #ended: string | undefined;

  /** Not for callers: use `createLearner`. */
  constructor(parts: LearnerParts<M>) {
    this.#parts = parts;
    this.#rows = parts.rows;
    const { document } = parts.live;
    this.#targets = memberTargets(document);
    this.#truth = rowTruth(document.target);
    const { encoders, encoderOf } = distinctEncoders(memberEncoders(document));
    this.#encoderOf = encoderOf;
    this.#encoders = encoders.map((encoder) =>
      rowEncoder(encoder, (what, column, cell) => parts.warnings.unusual(what, column, cell, this.#rows + 1)),
    );
    this.#inputs = encoders.map((_, at) => {
      const member = parts.members[this.#encoderOf.indexOf(at)];
      return new Float32Array(member.session.problem.network.inputs);
    });
  }

  /** How many rows have been learned, those before the file that it began with included. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * How good the predictions were, each made before its row was learned, beside those of a baseline that learns as they come: means that
   * forget, as over some 1000 rows. Undefined before the first row.
   */
  get scores(): RunningScores | undefined {
    const scores = this.#parts.scores.scores();
    return scores && { rows: this.#rows, ...scores };
  }

  /** What there was to warn of since the learner was created, with counts: `onWarning` gets each when it first comes. */
  get warnings(): readonly Warning[] {
    return this.#parts.warnings.all;
  }

  /** What it predicts of a row now. @throws {DataError} as `model.predict` does */
  predict(row: object): PredictionOf<M> {
    this.#requireGoing();
    this.#encode(row as Row);
    const outputs = this.#parts.members.map((member, at) => member.predict(this.#inputs[this.#encoderOf[at]]));
    return this.#prediction(responseToOutputs(this.#model, outputs));
  }

  /**
   * Learns a row: one step of each network. Nothing is changed where the row is refused.
   *
   * @param target of the row, where the row itself has none
   * @returns the loss of the row before the step, the mean over the networks
   * @throws {DataError} a row that lacks a column or has another type in it; a target that is missing, or a label that does not
   * occur in the model's training rows
   * @throws {RunFailedError} the learning has diverged; go on from the last file, with a lower learning rate
   */
  learn(row: object, target?: GivenTarget): number {
    return this.#learn(row as Row, target).loss;
  }

  /** Throws what `learn` would throw of a row, and changes nothing: no warning is given or counted. @throws {DataError} as `learn` */
  validate(row: object, target?: GivenTarget): void {
    this.#requireGoing();
    this.#parts.warnings.withoutCounting(() => this.#read(row as Row, target));
  }

  /** Predicts a row and then learns it, in the time that `learn` takes. @returns the prediction @throws as `learn` */
  predictThenLearn(row: object, target?: GivenTarget): PredictionOf<M> {
    return this.#prediction(this.#learn(row as Row, target).response);
  }

  /**
   * The bytes of the model's file as it stands: a model like others, with the state of its learning. `createLearner` with the model that
   * `loadModel` makes of them goes on to the same bits as this learner, on engines of float32.
   *
   * @throws {RunFailedError} the learning has diverged
   */
  toBytes(): Uint8Array {
    this.#requireGoing();
    const { members } = this.#parts;
    const states = members.map(({ session }) => {
      if (brokenState(session) !== undefined) throw this.#diverged();
      return copyState(session);
    });
    const [parameters, ...further] = states.map((state) => float32(state.parameters));
    const slots = states.map((state): Slots => {
      return Object.fromEntries(Object.entries(state.slots).map(([name, slot]) => [name, float32(slot)]));
    });
    return writeModelFile(this.#document(), parameters, further, slots);
  }

  /** The model as it stands, which lives on when the learner is disposed. @throws {RunFailedError} as `toBytes` */
  async toModel(): Promise<M> {
    return (await modelFromBytes(this.toBytes(), this.#parts.engine)) as M;
  }

  /** Frees what its sessions hold. */
  dispose(): void {
    this.#ended = "This learner was disposed. Create another one.";
    this.#parts.live.dispose();
    for (const { session } of this.#parts.members) session.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #learn(row: Row, target: GivenTarget | undefined): { readonly loss: number; readonly response: Float64Array } {
    this.#requireGoing();
    const { truth, desired } = this.#read(row, target);
    const { members, scores, drift, warnings } = this.#parts;
    let loss = 0;
    const outputs: Numbers[] = [];
    try {
      for (const [at, member] of members.entries()) {
        const learned = member.learn(this.#inputs[this.#encoderOf[at]], desired[at]);
        loss += learned.loss / members.length;
        outputs.push(learned.outputs);
      }
    } catch (error) {
      if (error instanceof NotFiniteError) throw this.#diverged(error);
      throw error;
    }
    this.#rows++;
    const response = responseToOutputs(this.#model, outputs);
    const change = drift.add(scores.add(response, truth));
    if (change !== undefined && change.since > change.before) warnings.drift(change, this.#rows);
    for (const own of this.#targets) widen(own, truth);
    return { loss, response };
  }

  /** A row as it is learned: its inputs are in `#inputs`. */
  #read(row: Row, target: GivenTarget | undefined): { readonly truth: Float64Array; readonly desired: Numbers[] } {
    this.#encode(row);
    const truth = this.#truth(target === undefined ? row : this.#apartFrom(row, this.#named(target)));
    const desired = this.#targets.map((own) => {
      if (own.task !== "regression") return truth;
      const numbers = standardisedNumbers(own, truth);
      this.#lookAt(own, numbers, truth);
      return numbers;
    });
    return { truth, desired };
  }

  /** Refuses targets that can't be learned, and warns of those that are far. @param numbers the targets, standardised [D] */
  #lookAt({ columns }: RegressionTarget, numbers: ArrayLike<number>, truth: ArrayLike<number>): void {
    for (let at = 0; at < numbers.length; at++) {
      const distance = Math.abs(numbers[at]);
      if (distance > FARTHEST) {
        throw new DataError(
          `Expected a target near those of the model's training rows, found ${truth[at]} for ${JSON.stringify(columns[at])}: more than ${FARTHEST} standard deviations from their mean. Correct the value.`,
        );
      }
      if (distance > FAR) this.#parts.warnings.unusual("target", columns[at], truth[at], this.#rows + 1);
    }
  }

  get #model(): TabularModel<unknown, never> {
    return this.#parts.live as unknown as TabularModel<unknown, never>;
  }

  #prediction(response: Float64Array): PredictionOf<M> {
    return predictionOf(this.#model, response) as PredictionOf<M>;
  }

  #encode(row: Row): void {
    for (let at = 0; at < this.#encoders.length; at++) {
      const inputs = this.#inputs[at];
      inputs.fill(0);
      this.#encoders[at](row, inputs);
    }
  }

  /** The given targets, which the row doesn't have: of two values one would be ignored. */
  #apartFrom(row: Row, given: Row): Row {
    const twice = Object.keys(given).find((name) => Object.hasOwn(row, name) && row[name] !== undefined);
    if (twice === undefined) return given;
    throw new DataError(
      `Expected the target ${JSON.stringify(twice)} in the row or as the argument, found it in both. Leave one of them out.`,
    );
  }

  /** A target by the names of its columns. */
  #named(target: GivenTarget): Row {
    if (typeof target === "object" && target !== null && !(target instanceof Date)) {
      requireRow("the given target", target, 0);
      return target as Row;
    }
    const names = targetNames(this.#targets[0]);
    if (names.length === 1) return { [names[0]]: target };
    throw new DataError(
      `Expected the values of ${names.length} targets by their names, { ${JSON.stringify(names[0])}: … }, found ${String(target)}.`,
    );
  }

  #document(): ModelDocument {
    const { live, members, scores, drift, engine } = this.#parts;
    const { verdict: _verdict, warnings: _warnings, ...document } = live.document;
    return {
      ...document,
      formatVersion: FORMAT_VERSION,
      libraryVersion: version,
      metrics: {},
      provenance: { ...document.provenance, engine: engine.name },
      learning: {
        rows: this.#rows,
        ...problemState(members[0].session.problem),
        scores: scores.state,
        drift: drift.state,
      },
    };
  }

  #diverged(cause?: NotFiniteError): RunFailedError {
    this.#ended =
      `The learning diverged at row ${this.#rows + 1}: its ${cause?.what ?? "optimizer's state"} ${cause === undefined ? "is" : "are"} not finite. ` +
      "Go on from the last file, with a lower learning rate.";
    return new RunFailedError(this.#ended, { cause });
  }

  #requireGoing(): void {
    if (this.#ended !== undefined) throw new GradusError(this.#ended);
  }
}

const float32 = (numbers: Numbers): Float32Array => Float32Array.from(numbers);

/** In standard deviations of the training targets: the squares of such errors and of their gradients are finite in float32. */
const FARTHEST = 1e12;
/** Such an error is 900 times a usual loss, and a running mean of squared gradients keeps it for long. */
const FAR = 30;

/** Predictions are held within the range of the targets that were learned, those that come later too. */
function widen(target: Target, truth: ArrayLike<number>): void {
  if (target.task !== "regression") return;
  // Of the live model's own document, which nobody else has.
  const ranges = target.ranges as [number, number][] | undefined;
  ranges?.forEach((range: [number, number], at) => {
    range[0] = Math.min(range[0], truth[at]);
    range[1] = Math.max(range[1], truth[at]);
  });
}
