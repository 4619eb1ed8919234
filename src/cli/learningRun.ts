/**
 * One run of `gradus learn`: lines come, are predicted and learned, and now and then the model is saved and the scores are printed.
 *
 * Lines are taken only as fast as they are learned and as what is printed is read. Between two pieces of work the process's events have their turn,
 * so that signals come through. Knows no command line.
 */
import type { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { counted, fileError, type Line, LineSplitter, nearHint, RowReader } from "../entries/internal.ts";
import { DataError, GradusError, type Learner, type Row, RunFailedError } from "../node.ts";
import { type LearnedFile, ReplacedError } from "./learnedFile.ts";
import type { LearnOutput } from "./learnOutput.ts";

/** How often: every so many rows, or seconds. */
export type Interval = { readonly rows: number } | { readonly seconds: number };

export interface LearningParts {
  readonly learner: Learner;
  readonly targets: readonly string[];
  /** Whether a row has any target that is not missing. */
  readonly hasTarget: (row: Row) => boolean;
  readonly file: LearnedFile;
  /** What messages call the rows. */
  readonly source: string;
  /** What to do where the first line is no row. */
  readonly formHint: string;
  readonly output: LearnOutput;
  /** Resolves when what was printed has gone out. */
  readonly drained: () => Promise<boolean>;
  /** Whether what was printed could not be written. */
  readonly failed: () => boolean;
  /** Aborted when no more rows are to be learned. */
  readonly signal: AbortSignal;
  /** Seconds between two writes of the file. */
  readonly every: number;
  readonly printEvery: Interval;
  /** Whether the predictions of rows with a target are printed too. */
  readonly printsAll: boolean;
  /** Whether the first rows are those that the learner has learned. */
  readonly skipsLearned: boolean;
  readonly skipsInvalid: boolean;
}

/** Milliseconds that lines may be learned without a turn for the process's events. */
const LONGEST_WORK = 50;
/** Lines that may be printed before it is waited for their being read. */
const MOST_UNREAD = 1000;

export class LearningRun {
  readonly #parts: LearningParts;
  readonly #rows = new RowReader();
  /** Rows still to be skipped. */
  #toSkip: number;
  #counts = { learned: 0, predicted: 0, invalid: 0, skipped: 0 };
  #line = 0;
  #unread = 0;
  #printedRows: number;
  #nextTurn = 0;
  #nextSave: number;
  #nextPrint: number;
  #isWaiting = false;
  #turning: Promise<void> = Promise.resolve();
  #isTargetHinted = false;
  /** Whether a prediction could not be written: the rows after it would be learned without theirs. */
  #isUnwritten = false;
  /** Whether a line was an object, or it has been said what lines should be. */
  #isFormClear = false;

  constructor(parts: LearningParts) {
    const { learner, skipsLearned, every, printEvery } = parts;
    this.#parts = parts;
    this.#toSkip = skipsLearned ? learner.rows : 0;
    this.#printedRows = learner.rows;
    const now = performance.now();
    this.#nextSave = now + 1000 * every;
    this.#nextPrint = "seconds" in printEvery ? now + 1000 * printEvery.seconds : Number.POSITIVE_INFINITY;
  }

  /**
   * Learns until the input ends or the signal comes, and saves.
   *
   * @throws {DataError} a line that is no row of the model; fewer rows than are to be skipped. What was learned before is saved
   * @throws {RunFailedError} the learning diverged, the file can't be written
   */
  async learn(input: Readable): Promise<void> {
    try {
      await this.#learnAll(input);
      if (this.#toSkip > 0 && !this.#isStopped()) throw this.#tooFew();
    } catch (error) {
      if (error instanceof DataError) await this.#saveBefore();
      throw error;
    }
    await this.#end();
  }

  #isStopped(): boolean {
    return this.#parts.signal.aborted || this.#isUnwritten;
  }

  async #learnAll(input: Readable): Promise<void> {
    const { signal, source } = this.#parts;
    const lines = new LineSplitter();
    const stop = (): void => void input.destroy();
    signal.addEventListener("abort", stop);
    const timer = setInterval(() => this.#tick(input), this.#tickMilliseconds());
    try {
      this.#isWaiting = true;
      for await (const chunk of input as AsyncIterable<Uint8Array>) {
        await this.#turning;
        this.#isWaiting = false;
        await this.#takeAll(lines.add(chunk));
        if (this.#isStopped()) return;
        this.#isWaiting = true;
      }
      await this.#turning;
      this.#isWaiting = false;
      await this.#takeAll(lines.finish());
    } catch (error) {
      if (signal.aborted && !(error instanceof GradusError)) return; // the input was destroyed
      throw error instanceof GradusError ? error : fileError(source, error);
    } finally {
      this.#isWaiting = false;
      clearInterval(timer);
      signal.removeEventListener("abort", stop);
      await this.#turning;
    }
  }

  /** While no lines come, scores and model have their time too. */
  #tick(input: Readable): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#turning = this.#turn().then(
      () => {
        this.#isWaiting = true;
      },
      (error: Error) => void input.destroy(error),
    );
  }

  #tickMilliseconds(): number {
    const { every, printEvery } = this.#parts;
    const printed = "seconds" in printEvery ? printEvery.seconds : every;
    return Math.min(1000, Math.max(10, 1000 * Math.min(every, printed)));
  }

  async #takeAll(lines: readonly Line[]): Promise<void> {
    for (const line of lines) {
      this.#line = line.number;
      this.#take(line);
      if (this.#isUnwritten) return;
      if (performance.now() < this.#nextTurn && this.#unread < MOST_UNREAD) continue;
      await this.#turn();
      if (this.#isStopped()) return;
    }
  }

  #take(line: Line): void {
    const { skipsInvalid, output, source, formHint } = this.#parts;
    try {
      this.#learnRow(line);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const hint = this.#isFormClear ? "" : formHint;
      this.#isFormClear = true;
      const message = `${source}, line ${line.number}: ${aboutOneRow(error.message)}${hint}`;
      if (!skipsInvalid) {
        throw new DataError(`${message} Lines that are invalid are left out with --skip-invalid.`, { cause: error });
      }
      if (this.#toSkip > 0) return; // it was counted by the run that learned the rows around it
      this.#counts.invalid++;
      this.#unread++;
      output.invalid(line.number, message);
    }
  }

  /** @throws {DataError} a line that is no row of the model */
  #learnRow(line: Line): void {
    const { learner, output, printsAll, printEvery, hasTarget, failed } = this.#parts;
    if ("fault" in line) throw new DataError(`${line.fault}.`);
    const row = this.#rows.read(line.text);
    if (row === undefined) return;
    this.#isFormClear = true;
    // One that has some of several targets is refused when it is learned.
    const isLabelled = hasTarget(row);
    if (this.#toSkip > 0) {
      if (!isLabelled) return;
      learner.validate(row);
      this.#toSkip--;
      this.#counts.skipped++;
      return;
    }
    if (!isLabelled || printsAll) {
      output.prediction(line.number, isLabelled ? learner.predictThenLearn(row) : learner.predict(row));
      this.#unread++;
      this.#isUnwritten = failed();
    } else learner.learn(row);
    if (!isLabelled) {
      this.#counts.predicted++;
      this.#hintTarget(row);
      return;
    }
    this.#counts.learned++;
    if ("rows" in printEvery && learner.rows % printEvery.rows === 0) this.#print();
  }

  /** Says once of a row that was predicted only why, where its target has another name maybe. */
  #hintTarget(row: Row): void {
    const { targets, output } = this.#parts;
    const absent = targets.filter((name) => !Object.hasOwn(row, name));
    if (absent.length === 0 || this.#isTargetHinted) return;
    this.#isTargetHinted = true;
    const names = absent.map((name) => JSON.stringify(name)).join(", ");
    const message = `Line ${this.#line} has no ${names}: such rows are predicted only.${absent.map((name) => nearHint(name, Object.keys(row))).join("")}`;
    output.warning({ code: "no-target", columns: absent, message });
  }

  /** Lets events come, waits until what was printed is read, and does what is due. */
  async #turn(): Promise<void> {
    const { drained, every, printEvery } = this.#parts;
    await setImmediate();
    const now = performance.now();
    if (now >= this.#nextPrint && "seconds" in printEvery) {
      this.#print();
      this.#nextPrint = now + 1000 * printEvery.seconds;
    }
    if (now >= this.#nextSave) {
      await this.#saveNow();
      this.#nextSave = performance.now() + 1000 * every;
    }
    await drained();
    this.#unread = 0;
    this.#nextTurn = Math.min(performance.now() + LONGEST_WORK, this.#nextPrint, this.#nextSave);
  }

  #print(): void {
    const { learner, output } = this.#parts;
    if (learner.rows === this.#printedRows) return;
    this.#printedRows = learner.rows;
    this.#unread++;
    output.scores(learner, this.#line);
  }

  /** A disk that is full may not be so the next time; the last write has to be done. */
  async #saveNow(): Promise<void> {
    const { file, output, learner, every } = this.#parts;
    if (!file.isOld) return;
    const bytes = learner.toBytes();
    try {
      await file.write(bytes, learner.rows);
      output.saved(learner.rows);
    } catch (error) {
      if (!(error instanceof GradusError) || error instanceof ReplacedError) throw error;
      output.notSaved(error.message, `${every} s`);
    }
  }

  /** What was learned before an error, which is the one to report: where this can't be written either, that is said beside it. */
  async #saveBefore(): Promise<void> {
    const { learner, output, file } = this.#parts;
    if (this.#counts.learned === 0) return;
    try {
      await this.#saveLast();
      output.kept(learner.rows, file.path);
    } catch (error) {
      if (!(error instanceof GradusError)) throw error;
      output.notSaved(error.message);
    }
  }

  /** @throws {RunFailedError} with what is lost */
  async #saveLast(): Promise<void> {
    const { learner, file } = this.#parts;
    if (!file.isOld) return;
    const bytes = learner.toBytes();
    try {
      await file.write(bytes, learner.rows);
    } catch (error) {
      if (!(error instanceof GradusError) || error instanceof ReplacedError) throw error;
      const lost = learner.rows - (file.rows ?? learner.rows - this.#counts.learned);
      throw new RunFailedError(
        `${error.message} ${counted(lost, "learned row")} ${lost === 1 ? "is" : "are"} not in it: give the rows again, with --skip-learned where they begin with those that it has learned.`,
        { cause: error },
      );
    }
  }

  async #end(): Promise<void> {
    const { learner, output, file, drained } = this.#parts;
    this.#print();
    const isSaved = file.isOld || this.#counts.learned > 0;
    await this.#saveLast();
    if (this.#isUnwritten) output.unwritten(this.#line, learner.rows, isSaved ? file.path : undefined);
    output.end(learner, { rows: learner.rows, ...this.#counts }, isSaved ? file.path : undefined);
    await drained();
  }

  #tooFew(): DataError {
    const { learner, source } = this.#parts;
    const { skipped } = this.#counts;
    return new DataError(
      `--skip-learned: expected the ${learner.rows} rows that the model has learned at the beginning of ${source}, found ${skipped} in all. ` +
        "Give the rows from the first on, or leave --skip-learned out to learn these after the others.",
    );
  }
}

/** The library's message about a list of one row, as one about a line. */
function aboutOneRow(message: string): string {
  return message
    .replace(/^In the given rows: /, "")
    .replace(/^row 1 has/, "the row has")
    .replace(/,? in row 1(?=[.,])/, "");
}
