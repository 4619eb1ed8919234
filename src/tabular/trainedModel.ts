/**
 * The model of trained networks: put together, calibrated and evaluated.
 *
 * Knows nothing of how the networks learned beyond their epochs.
 */
import type { Warning } from "../data/table.ts";
import type { Numbers } from "../engines/engine.ts";
import { createModel, type Model } from "../models/model.ts";
import type { BegunTraining } from "./beginTraining.ts";
import { evaluated, type TrainingEvaluation } from "./evaluateTraining.ts";
import type { OutOfFoldRows } from "./fold.ts";
import { descriptionOf, type Member } from "./member.ts";
import { calibrate } from "./members/calibrate.ts";
import { type FoldPredictions, foldPredictions, pooled } from "./members/outOfFold.ts";
import type { TrainedMember } from "./members/trainMembers.ts";
import { precisionReport } from "./precisionReport.ts";
import { type Report, type ReportWarning, reportWarning } from "./report.ts";
import type { CountedBy } from "./rowColumns.ts";
import { plannedOf, type TrainingPlan } from "./time/planned.ts";
import { timeWarnings } from "./time/timeWarnings.ts";
import { type DocumentedMember, documentOf } from "./trainedDocument.ts";
import type { MemberResult } from "./trainMember.ts";
import { unimprovedWarning, untrainedWarning } from "./trust.ts";
import { chosenBeforeWarning, chosenWarning } from "./warnings/chosenByValidation.ts";

/** A network with what a model tells of its training; without `stopped` while that goes on. */
type LearnedMember = TrainedMember &
  Omit<MemberResult, "stopped" | "history" | "best"> &
  Partial<Pick<MemberResult, "stopped">>;

/** Whether no step was made, or none led to a better network than the start, which was restored. */
const isUntrained = ({ bestEpoch, steps, start }: LearnedMember): boolean =>
  bestEpoch === 0 && (steps === 0 || start !== undefined);

/** A model with its evaluation. */
export interface EvaluatedModel extends TrainingEvaluation, Pick<Report, "planned" | "precision"> {
  readonly model: Model;
  readonly outOfFold?: OutOfFoldRows;
}

/** The model of all networks; its document holds the evaluation and the result of calibration. */
export async function modelOf(training: BegunTraining, members: readonly LearnedMember[]): Promise<EvaluatedModel> {
  const { settings, rows: asked, dataset, first, engine, start, warmStart, shared } = training;
  const { fold, problem } = first;
  const countedBy: CountedBy = { weights: asked.weights, group: asked.group };
  const { predictions, calibration } = calibrate(
    foldPredictions(members, { loss: problem.loss, countedBy }),
    settings.calibrate,
  );
  const [parameters, ...further] = members.map((member) => member.parameters);
  const planned = plannedOf(training.counts, training.limits, members);
  const { training: learned, test } = fold;
  // The metrics are those of the model itself, so it is made first without them.
  const trained = await createModel(
    documentOf(training, members, members[0], calibration),
    parameters,
    engine,
    further,
  );
  const evaluation = await evaluated(
    trained,
    () => ({
      predictions,
      folds: dataset.folds,
      test,
      learned,
      chosen: chosenBy(training),
      learnedBefore: warmStart && start.warnings.some(({ code }) => code === "divided-anew"),
      countedBy,
      ...(shared && { predict: shared.predict }),
    }),
    [...start.warnings, ...learningWarnings(training, members, planned)],
  );
  const outOfFold = test === undefined && predictions.length > 0 && outOfFoldRows(predictions);
  const precision = await precisionReport(settings.precision, engine, {
    problem,
    parameters,
    patterns: learned.patterns,
  });
  return {
    ...evaluation,
    ...(planned && { planned }),
    ...(precision && { precision }),
    ...(outOfFold && { outOfFold }),
  };
}

/** What the validation rows chose besides an epoch of this training. */
function chosenBy({ chosen, warmStart }: BegunTraining): Warning | undefined {
  if (chosen) return chosenWarning;
  return warmStart?.division === "training" ? chosenBeforeWarning : undefined;
}

function outOfFoldRows(predictions: readonly FoldPredictions[]): OutOfFoldRows {
  const { responses, quantiles } = pooled(predictions);
  return { tables: predictions.map(({ table }) => table), responses, ...(quantiles && { quantiles }) };
}

/** What learning itself gives reason to warn of. */
function learningWarnings(
  { start, memberClock, warmStart }: BegunTraining,
  members: readonly LearnedMember[],
  planned: TrainingPlan | undefined,
): ReportWarning[] {
  const ofTime = {
    stopped: members.filter(({ stopped }) => stopped === "time").length,
    spentBefore: memberClock?.spentBefore,
  };
  return [
    ...members.flatMap((member) => member.warnings.map(reportWarning)),
    ...(planned ? timeWarnings(start, planned, ofTime) : []),
    ...(members.every(isUntrained)
      ? [warmStart ? unimprovedWarning : untrainedWarning(members.every(({ fromBaseline }) => fromBaseline === true))]
      : []),
  ];
}

/** Where a network stood that diverged. */
interface Diverged {
  readonly parameters: Numbers;
  readonly epochs: number;
  readonly bestEpoch: number;
}

/** The one network that diverged, as it last was good; not evaluated: its parameters may be too large to predict with. */
export async function lastGood(
  training: BegunTraining,
  member: Member,
  { parameters, ...epochs }: Diverged,
): Promise<Model> {
  return await lastGoodOf(
    training,
    { description: descriptionOf(member, parameters), target: member.fold.target },
    {
      parameters,
      ...epochs,
    },
  );
}

/** The same of a network that is described. */
export async function lastGoodOf(
  training: BegunTraining,
  network: DocumentedMember,
  { parameters, ...epochs }: Diverged,
): Promise<Model> {
  return await createModel(documentOf(training, [network], epochs), parameters, training.engine);
}
