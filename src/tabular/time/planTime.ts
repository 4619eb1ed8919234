/**
 * Plans a training that has to end in time: measures this machine's pace on a part of the table, then decides how many rows
 * and networks there is time for. Each network plans its own epochs when it begins (`training/budget.ts`).
 *
 * What is planned depends on the clock; the plan repeats it without one.
 */
import { crc32 } from "../../data/crc32.ts";
import type { Engine, EngineOptions, Numbers } from "../../engines/engine.ts";
import { parameterLayout } from "../../network/parameters.ts";
import { planBudget } from "../../training/budget.ts";
import { type Clock, Pace } from "../../training/pace.ts";
import type { PartSizes } from "../parts.ts";
import type { Folds, Prepared } from "../prepare.ts";
import { drawingPace, handOver, openPilot, scalingPace } from "../startingWeights.ts";
import { fitOptionsOf, type MemberCourse } from "../trainMember.ts";
import { pilotRows } from "./sampleSizes.ts";
import { type FoldsOffer, type NetworkCounts, networksWithin, rowsWithin, type TablePace } from "./timePlan.ts";
import { requireTimeToOpen } from "./timeToOpen.ts";

export interface TimeQuestion {
  /** Divided into the number of folds that is wanted most. */
  readonly folds: Folds;
  /** Numbers of folds, the most wanted first. */
  readonly foldCounts: readonly number[];
  /** What was asked for; undefined where the time decides. */
  readonly ensemble: number | undefined;
  /** All the time there is, in seconds. */
  readonly seconds: number;
  /** When all has to be done, in milliseconds of the clock. */
  readonly deadline: number;
  readonly clock: Clock;
  divide(folds: number): Folds;
  /** @param rows training rows to decide for, where the data are a sample of them */
  course(data: Prepared, folds: number, rows?: number): MemberCourse;
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

/** The share of the time left that the steps of the measurement are chosen by; see `planBudget`. */
const MEASURED = 0.3;
const ANSWERED = 256;
/** The most rows that starting weights are scaled to: those of `initialFromData`. */
const SCALED = 256;
/** A file is checked, copied, summed up and written: so many times what summing up alone takes. */
const PACKING = 4;
/** The share of the time left that is kept for what can't be foreseen after the networks. */
const SPARE = 0.03;

/** @throws as `Folds.fold`, `requireTimeToOpen` and `planBudget` do */
export async function planTime(question: TimeQuestion): Promise<TimePlan> {
  const { foldCounts, ensemble, seconds, deadline, clock } = question;
  const left = (): number => (deadline - clock.now()) / 1000;
  const { folds: divided } = question;
  const wanted = divided.count;
  const available = divided.sizes;
  const { columns } = divided;
  const sampled = pilotRows(available, columns);
  const isLarge = sampled !== undefined;
  const began = clock.now();
  const data = divided.fold(0, sampled);
  const preparing = secondsSince(began, clock) / rowsOf(data);
  const pilot = question.course(data, wanted, available.training);
  const { length: parameters } = parameterLayout(pilot.problem.network);
  requireTimeToOpen({ parameters, drawing: drawingPace(clock) }, { seconds, left: left() });
  const { options, sideBySide } = question.arrange(pilot, wanted * (ensemble ?? 1));
  const measured = await measure(pilot, question, { options, seconds: Math.max(left(), 0.1) });
  const pace = { preparing, ...measured };
  const share = left() * Math.min(1, sideBySide / (wanted * (ensemble ?? 1)));
  const limits = isLarge ? rowsWithin(available, pace, { left: share, columns }) : undefined;
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
  { engine, clock }: Pick<TimeQuestion, "engine" | "clock">,
  { options, seconds }: { readonly options: EngineOptions; readonly seconds: number },
): Promise<Omit<TablePace, "preparing">> {
  const { data, problem } = course;
  const began = clock.now();
  using session = await openPilot(course, engine, options);
  const created = secondsSince(began, clock);
  const { rows } = data.training.table;
  const scaling = Math.min(SCALED, rows) * scalingPace(course, clock);
  const measuring = { seconds: Math.max(0.05, MEASURED * seconds) };
  const budget = await planBudget(session, fitOptionsOf(course, {}), measuring, new Pace(clock));
  return {
    opening: created + scaling,
    learning: budget.secondsPerStep / Math.min(problem.batchSize, rows),
    judging: budget.secondsPerJudgement / (data.validation?.table.rows ?? data.training.table.rows),
    ...(await measureAfterwards(course, { engine, clock }, session.parameters)),
  };
}

/** What a finished network takes: to be opened and packed, and to answer. */
async function measureAfterwards(
  { data, problem }: MemberCourse,
  { engine, clock }: Pick<TimeQuestion, "engine" | "clock">,
  parameters: Numbers,
): Promise<Pick<TablePace, "answering" | "closing">> {
  const began = clock.now();
  using predictor = await engine.predictor(problem.network, parameters);
  const rows = Math.min(ANSWERED, data.training.table.rows);
  const sample = data.training.patterns.inputs.slice(0, rows * problem.network.inputs);
  await predictor.predictBatch(sample);
  const opened = secondsSince(began, clock);
  const second = clock.now();
  await predictor.predictBatch(sample);
  const answered = secondsSince(second, clock);
  const third = clock.now();
  crc32(new Uint8Array(Float32Array.from(parameters).buffer));
  return { answering: answered / rows, closing: Math.max(0, opened - answered) + PACKING * secondsSince(third, clock) };
}

function secondsSince(began: number, clock: Clock): number {
  return (clock.now() - began) / 1000;
}
