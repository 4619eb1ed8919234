/**
 * Plans a training that has to end in time: measures this machine's pace on a part of the table, then decides how many rows
 * and networks there is time for. Each network plans its own epochs when it begins (`training/budget.ts`).
 *
 * What is planned depends on the clock; the plan repeats it without one.
 */
import { crc32 } from "../../data/crc32.ts";
import type { Engine, EngineOptions, Numbers } from "../../engines/engine.ts";
import { planBudget } from "../../training/budget.ts";
import type { PartSizes } from "../parts.ts";
import type { Folds, Prepared } from "../prepare.ts";
import { handOver, openPilot, scalingPace } from "../startingWeights.ts";
import { fitOptionsOf, type MemberCourse } from "../trainMember.ts";
import { type FoldsOffer, type NetworkCounts, networksWithin, rowsWithin, type TablePace } from "./timePlan.ts";

export interface TimeQuestion {
  /** Divided into the number of folds that is wanted most. */
  readonly folds: Folds;
  /** Numbers of folds, the most wanted first. */
  readonly foldCounts: readonly number[];
  /** What was asked for; undefined where the time decides. */
  readonly ensemble: number | undefined;
  /** When all has to be done, in milliseconds of `performance.now()`. */
  readonly deadline: number;
  divide(folds: number): Folds;
  course(data: Prepared, folds: number): MemberCourse;
  /** The recipe's, for so many training rows. */
  epochs(course: MemberCourse, rows: number, folds: number): number;
  readonly engine: Engine;
  /** How so many networks share the machine. */
  arrange(course: MemberCourse, networks: number): { readonly options: EngineOptions; readonly sideBySide: number };
}

/** What there is time for. */
export interface TimePlan {
  readonly counts: NetworkCounts;
  /** The most rows of each part; undefined where all are used. */
  readonly limits: PartSizes | undefined;
  readonly available: PartSizes;
  /** Divided as planned. */
  readonly folds: Folds;
  /** Of the first network. */
  readonly course: MemberCourse;
  /** Seconds between the last network's end and the deadline: judging, saving. */
  readonly afterwards: number;
  /** Seconds that a network is worth beginning for. */
  readonly leastSeconds: number;
}

/** Measured on at most so many rows of each part. */
const PILOT: PartSizes = { training: 8000, validation: 2000, test: 1000 };
/** The share of the time left that the steps of the measurement are chosen by; see `planBudget`. */
const MEASURED = 0.3;
const ANSWERED = 256;
/** The most rows that starting weights are scaled to: those of `initialFromData`. */
const SCALED = 256;
/** A file is checked, copied, summed up and written: so many times what summing up alone takes. */
const PACKING = 4;
/** The share of the time left that is kept for what can't be foreseen after the networks. */
const SPARE = 0.03;

/** @throws as `Folds.fold` and `planBudget` do */
export async function planTime(question: TimeQuestion): Promise<TimePlan> {
  const { foldCounts, ensemble, deadline } = question;
  const left = (): number => (deadline - performance.now()) / 1000;
  const { folds: divided } = question;
  const wanted = divided.count;
  const available = divided.sizes;
  const isLarge = (Object.keys(PILOT) as (keyof PartSizes)[]).some((part) => available[part] > 2.5 * PILOT[part]);
  const began = performance.now();
  const data = divided.fold(0, isLarge ? PILOT : undefined);
  const preparing = (performance.now() - began) / 1000 / rowsOf(data);
  const pilot = question.course(data, wanted);
  const { options, sideBySide } = question.arrange(pilot, wanted * (ensemble ?? 1));
  const pace = { preparing, ...(await measure(pilot, question.engine, options, Math.max(left(), 0.1))) };
  const share = left() * Math.min(1, sideBySide / (wanted * (ensemble ?? 1)));
  const limits = isLarge ? rowsWithin(available, pace, share) : undefined;
  const offers = foldCounts.map((folds) => offerOf(question, pilot, limits ?? available, { wanted, folds, isLarge }));
  const counts = networksWithin(offers, pace, { ensemble, left: left(), sideBySide });
  const same = counts.folds === wanted;
  const folds = same ? divided : question.divide(counts.folds);
  const course = same && !isLarge ? pilot : question.course(folds.fold(0, limits), counts.folds);
  handOver(pilot, course);
  const offer = offers[foldCounts.indexOf(counts.folds)];
  const networks = counts.folds * counts.ensemble;
  const epoch = offer.rows.training * pace.learning + offer.rows.validation * pace.judging;
  return {
    counts,
    limits,
    available: folds.sizes,
    folds,
    course,
    afterwards: networks * (offer.rows.test * pace.answering + pace.closing) + SPARE * Math.max(0, left()),
    leastSeconds: pace.opening + Math.min(offer.epochs / 3, counts.epochs / 2) * epoch,
  };
}

function rowsOf({ training, validation, test }: Prepared): number {
  return training.table.rows + (validation?.table.rows ?? 0) + (test?.table.rows ?? 0);
}

/** The same rows in another number of folds. */
function offerOf(
  { epochs }: TimeQuestion,
  pilot: MemberCourse,
  { training, validation, test }: PartSizes,
  { wanted, folds, isLarge }: { readonly wanted: number; readonly folds: number; readonly isLarge: boolean },
): FoldsOffer {
  const rows = training + validation;
  const held = folds === wanted ? validation : Math.round(rows / Math.max(folds, 5));
  const learned = rows - held;
  return {
    folds,
    prepared: folds === wanted && !isLarge,
    epochs: epochs(pilot, learned, folds),
    rows: { training: learned, validation: held, test },
  };
}

/** A network's pace, on a session that is thrown away. */
async function measure(
  course: MemberCourse,
  engine: Engine,
  engineOptions: EngineOptions,
  seconds: number,
): Promise<Omit<TablePace, "preparing">> {
  const { data, problem } = course;
  const began = performance.now();
  using session = await openPilot(course, engine, engineOptions);
  const created = secondsSince(began);
  const scaling = Math.min(SCALED, data.training.table.rows) * scalingPace(course);
  const budget = await planBudget(session, fitOptionsOf(course, {}), { seconds: Math.max(0.05, MEASURED * seconds) });
  return {
    opening: created + scaling,
    learning: budget.secondsPerStep / problem.batchSize,
    judging: budget.secondsPerJudgement / (data.validation?.table.rows ?? data.training.table.rows),
    ...(await measureAfterwards(course, engine, session.parameters)),
  };
}

/** What a finished network takes: to be opened and packed, and to answer. */
async function measureAfterwards(
  { data, problem }: MemberCourse,
  engine: Engine,
  parameters: Numbers,
): Promise<Pick<TablePace, "answering" | "closing">> {
  const began = performance.now();
  using predictor = await engine.predictor(problem.network, parameters);
  const rows = Math.min(ANSWERED, data.training.table.rows);
  const sample = data.training.patterns.inputs.slice(0, rows * problem.network.inputs);
  await predictor.predictBatch(sample);
  const opened = secondsSince(began);
  const second = performance.now();
  await predictor.predictBatch(sample);
  const answered = secondsSince(second);
  const third = performance.now();
  crc32(new Uint8Array(Float32Array.from(parameters).buffer));
  return { answering: answered / rows, closing: Math.max(0, opened - answered) + PACKING * secondsSince(third) };
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}
