/**
 * gradus, the core: from a table to a trained model, and networks that you describe yourself. It runs in any JavaScript runtime: no
 * `node:`, no DOM, no dependency.
 *
 * The names that most programs need; each name is documented where it is defined. The rest is in entries by
 * subject, all of them for any runtime: `gradus/network`, `gradus/explain`, `gradus/tune`, `gradus/report`. `gradus/node`
 * has everything, and what needs Node.
 *
 * @module gradus
 */

// The main job: a table in, a model out
export { DivergedError, train, type TrainParts, type TrainResult } from "./tabular/train.ts";
export type { TrainOptions } from "./tabular/trainOptions.ts";
export type { Forgetting } from "./tabular/warmStart/forgetting.ts";
export type { WarmStartOptions } from "./tabular/warmStart/warmStartOptions.ts";
export { startTraining, type StartedTraining } from "./tabular/startTraining.ts";
export type { StartTrainingOptions } from "./tabular/startTrainingOptions.ts";
export { continueTraining, type ContinuedTraining, type ContinueTrainingOptions } from "./tabular/continueTraining.ts";
export { createLearner, type LearnerOptions } from "./tabular/online/createLearner.ts";
export type { GivenTarget, Learner, PredictionOf } from "./tabular/online/learner.ts";
export type { OnlineSettings } from "./tabular/online/onlineProblem.ts";
export type { RunningScores, OnlineScores } from "./tabular/online/runningScores.ts";
export type { RowDivision } from "./tabular/division.ts";
export type { Fold as TrainingData, FoldPart as DataPart, FoldParts as DataParts } from "./tabular/fold.ts";
export type { MemberTask } from "./tabular/members/memberTasks.ts";
export { evaluate, type EvaluateOptions, type Evaluation } from "./tabular/evaluate.ts";
export type { Against, ModelComparison } from "./tabular/against.ts";
export type { MetricsOf } from "./tabular/predictions.ts";
export { predictionWarnings } from "./tabular/warnings/predictionWarnings.ts";
export { loadModel, type LoadedModel, type LoadOptions } from "./tabular/loadModel.ts";
export { modelOfNetwork, type ModelOfNetworkOptions } from "./tabular/modelOfNetwork.ts";
export type { ModelOf } from "./tabular/modelOf.ts";
export type { Settings } from "./tabular/recipe.ts";
export type { RecipeName } from "./tabular/recipes/recipes.ts";
export type { PartSizes } from "./tabular/fold.ts";
export type { PlannedNetwork, TrainingPlan } from "./tabular/time/planned.ts";
export type { NetworkCounts } from "./tabular/time/timePlan.ts";
export type { PartMetrics, Report, ReportWarning, StartingModel, TrainStart } from "./tabular/report.ts";
export type { TableLike } from "./tabular/tableLike.ts";
export type { SplitBy } from "./tabular/divide.ts";
export type { Rare } from "./data/rareClasses.ts";
export type { MetricLike, MetricName } from "./metrics/metricTable.ts";
export type { ClassificationMetrics } from "./metrics/classificationMetrics.ts";
export type { LabelMetrics, MultilabelMetrics } from "./metrics/multilabelMetrics.ts";
export type { QuantileMetrics } from "./metrics/quantileMetrics.ts";
export type { RegressionMetrics } from "./metrics/regressionMetrics.ts";

// More with the same table: the best settings, and why a prediction
export { tune, type TuneResult } from "./tune/tune.ts";
export type { TuneOptions } from "./tune/tuneOptions.ts";
export { explain, type Contribution, type Explanation, type ExplainOptions } from "./explain/attribution/explain.ts";

// Models
export type {
  Bounds,
  ClassPrediction,
  ClassProbability,
  Classifier,
  IntervalPrediction,
  Model,
  NumberPrediction,
  QuantilePrediction,
  Regressor,
} from "./models/model.ts";
export type { MultilabelClassifier, MultilabelPrediction } from "./models/multilabelClassifier.ts";
export type {
  FurtherMember,
  KeptColumn,
  Member,
  ModelDocument,
  ModelWarning,
  Provenance,
  EarlierTraining,
  Verdict,
} from "./models/document.ts";
export type { Bucket, DriftWindow, FadingScores, LearningState } from "./models/learning.ts";

// Tables
export { column, rowsFromTable, selectRows, type TableValue, tableFromColumns, tableFromRows } from "./data/rows.ts";
export { type CsvTableOptions, tableFromCsv } from "./data/tableFromCsv.ts";
export { type JsonTableOptions, tableFromJson } from "./data/tableFromJson.ts";
export type { TextPart, TextSource, TextStreamLike } from "./data/text/givenText.ts";
export type { ReadOptions } from "./data/readOptions.ts";
export type { Cell, Column, ColumnRole, ColumnRoles, Row, Table, TextColumn, Warning } from "./data/table.ts";
export type { Label, Task } from "./data/encoding.ts";
export { labelTexts } from "./data/labels.ts";
export { foldRows, splitRows, type FoldOptions, type Split, type SplitOptions } from "./data/split.ts";
export { fingerprint } from "./data/fingerprint.ts";

// Networks of one's own, and sessions that train them
export { network, type Network, type NetworkOptions } from "./network/network.ts";
export * from "./network/layers.ts";
export type { Activation, ActivationLike, ActivationName } from "./network/activations.ts";
export type { Loss, LossLike, LossName } from "./network/losses.ts";
export type { Initialisation, InitialisationLike, InitialisationName } from "./network/initialisation.ts";
export type { Optimizer, OptimizerLike, OptimizerName } from "./optimizers/optimizers.ts";
export { createSession, engineReports } from "./engines/factory.ts";
export type { EngineName, EngineReport, SessionOptions } from "./engines/factory.ts";
export { loadKernels, type KernelFile, type KernelFiles } from "./engines/loadKernels.ts";
export type { GivenPatterns, Numbers, Patterns, Precision, Predictor, Session } from "./engines/engine.ts";
export type { AbortSignalLike } from "./kinds.ts";
export { fit } from "./training/fit.ts";
export type { FitOptions } from "./training/fitOptions.ts";
export type { EpochRecord, FitEvent, FitResult } from "./training/events.ts";
export type { Schedule, ScheduleLike, ScheduleName } from "./training/schedules.ts";

// Randomness, errors, version
export { random, type Random } from "./random.ts";
export {
  DataError,
  type DataPlace,
  DescriptionError,
  GradusError,
  KernelFileError,
  ModelFileError,
  NotFiniteError,
  OutOfMemoryError,
  RunFailedError,
  ShapeError,
} from "./errors.ts";
export { version } from "./version.ts";
