/**
 * gradus/network: networks described, planned and trained in a loop of one's own; any runtime.
 *
 * From what a network is to how well it does. Models for tables are the subject of `gradus`.
 *
 * @module gradus/network
 */

// What a network is
export { layerWidths, network, validateNetwork, type Network, type NetworkOptions } from "../network/network.ts";
export * from "../network/layers.ts";
export { activations, type Activation, type ActivationLike, type ActivationName } from "../network/activations.ts";
export { losses, type Loss, type LossEntry, type LossLike, type LossName } from "../network/losses.ts";
export { initialisations } from "../network/initialisation.ts";
export type { GivenValues, Initialisation, InitialisationLike, InitialisationName } from "../network/initialisation.ts";
export { initialParameters, parameterLayout } from "../network/parameters.ts";
export type { ParameterLayout, ParameterTensor } from "../network/parameters.ts";
export type { Formula } from "../network/formula.ts";
export * from "../optimizers/optimizers.ts";

// Sessions: a network with its parameters, ready to learn on an engine
export { createSession, engineNames, engineOf, engineReports } from "../engines/factory.ts";
export type { EngineName, EngineReport, SessionOptions, SyncEvery } from "../engines/factory.ts";
export { completeProblem, precisions } from "../engines/engine.ts";
export { type GivenSnapshot, restore, type Snapshot, snapshot } from "../training/snapshot.ts";
export type { Engine, PredictionEngine, Predictor, Problem, ProblemOptions, Session } from "../engines/engine.ts";
export type {
  Awaitable,
  GivenPatterns,
  LayerSignals,
  LoadedPatterns,
  Numbers,
  Patterns,
  RunOptions,
} from "../engines/engine.ts";
export { makePlan, type Planned, type PlanOptions } from "../plan/makePlan.ts";
export type * from "../plan/plan.ts";
export { planText } from "../plan/text.ts";
/** The derivation's steps one by one: `derivation.forward`, `.error`, `.outputLocalGradients`, … */
export * as derivation from "../reference/backpropagation.ts";

// From a table to inputs and targets
export { type EncodingChoices, fitEncoder, type FitEncoderOptions } from "../data/fitEncoder.ts";
export { encodedNames, encodeTable, tableForEncoder } from "../data/encoder.ts";
export type { ColumnEncoding, EncodedInput, Encoder, InputKind, Label, Target, Task } from "../data/encoding.ts";
export {
  encodeTarget,
  fitTarget,
  type FitTargetOptions,
  refitTarget,
  restoreNumbers,
  rowsWithTarget,
} from "../data/target.ts";
export { problemOf } from "../tabular/problemOf.ts";
export type { Recipe, RecipeEntry, Settings, TaskSize } from "../tabular/recipe.ts";
export { type RecipeName, recipes } from "../tabular/recipes/recipes.ts";

// Training: the library's loop
export { fit, fitEvents } from "../training/fit.ts";
export type { FitOptions } from "../training/fitOptions.ts";
export type {
  EpochEvent,
  EpochRecord,
  FitEvent,
  FitResult,
  ProgressEvent,
  ValidationResult,
} from "../training/events.ts";
export type { Distribution } from "../training/health/distribution.ts";
export type { LayerHealth } from "../training/health/layerSample.ts";
export { healthOf, type SessionHealth, type UnitsHealth } from "../training/health/healthOf.ts";
export type { HealthWarning } from "../training/health/healthHistory.ts";
export { DivergenceError } from "../training/divergence.ts";
export { schedules, type Schedule, type ScheduleLike, type ScheduleName } from "../training/schedules.ts";
export { planBudget, type Budget, type BudgetOptions } from "../training/budget.ts";

// How good it is: metrics, calibration, intervals
export {
  type MetricEntry,
  type MetricLike,
  type MetricName,
  metrics,
  scoreFor,
  type ScoreOptions,
} from "../metrics/metricTable.ts";
export { classificationMetrics, type ClassificationMetrics } from "../metrics/classificationMetrics.ts";
export {
  type LabelMetrics,
  multilabelMetrics,
  type MultilabelMetrics,
} from "../metrics/multilabelMetrics.ts";
export { quantileMetrics, type QuantileMetrics } from "../metrics/quantileMetrics.ts";
export { regressionMetrics, type RegressionMetrics } from "../metrics/regressionMetrics.ts";
export { reliability, type Reliability, type ReliabilityBin } from "../metrics/calibration/reliability.ts";
export { softmax } from "../metrics/softmax.ts";
export { fitTemperature, logitsOf, withTemperature, type TemperatureFit } from "../metrics/calibration/temperature.ts";
export { conformalRadius, coverageOf, fitConformal, type Conformal } from "../metrics/calibration/conformal.ts";

// Randomness
export { random, type Random } from "../random.ts";

// Types within those above
export type {
  BooleanEncoding,
  CategoryEncoding,
  ClassificationTarget,
  DateEncoding,
  DatePart,
  FlagScales,
  MultilabelTarget,
  NumberEncoding,
  RegressionTarget,
  TargetQuantiles,
} from "../data/encoding.ts";
export type { Missing } from "../data/missingWords.ts";
export type { TableOptions } from "../data/rows.ts";
export type { RobustScale } from "../data/scaling.ts";
export type { BooleanColumn, DateColumn, NumberColumn, Reading, Spellings } from "../data/table.ts";
export type { Collective, RankProcess, Pending, ReduceOptions, Summed } from "../distributed/collective.ts";
export type { EngineOptions, Parallelism, Penalties, Precision } from "../engines/engine.ts";
export type { Interval } from "../models/document.ts";
export type { Targets } from "../models/model.ts";
export type { ActivationFormulas, ElementwiseActivation, VectorActivation } from "../network/activations.ts";
export type { Scope } from "../network/expression/compiled.ts";
export type { Expression, Letter, NamedFunction, Operation, Rest } from "../network/expression/expression.ts";
export type { KeptState, LayerEntry } from "../network/layers/layerEntry.ts";
export type {
  BinaryCrossEntropy,
  CrossEntropy,
  DesiredKind,
  HalfSquaredError,
  Huber,
  LossExpressions,
  LossOfBatch,
  LossOption,
  MeanAbsoluteError,
  Quantile,
  MeanSquaredError,
  Vector,
} from "../network/losses.ts";
export type { Assignment, UpdateRule, UpdateStep } from "../optimizers/rule.ts";
export type { Signals } from "../reference/layerOperations.ts";
export type { IntervalReport, TemperatureReport } from "../tabular/members/calibrationReport.ts";
export type { Spread } from "../tabular/members/outOfFold.ts";
export type { ProblemDocument, StepSettings } from "../tabular/problemOf.ts";
export type { PrecisionReport } from "../tabular/precisionReport.ts";
export type { FoldReport, MemberReport } from "../tabular/report.ts";
export type { Divergence } from "../training/divergence.ts";
export type { ScoreValue } from "../training/events.ts";
export type { MetricTask, MetricValue, Score } from "../metrics/metricTable.ts";
export type { ClassMetrics } from "../metrics/classTally.ts";
export type { BetweenQuantiles, LevelMetrics } from "../metrics/quantileMetrics.ts";
export type { TargetMetrics } from "../metrics/regressionMetrics.ts";
export type { WithBaseline } from "../metrics/withBaseline.ts";
export type { Weighted } from "../metrics/sampleWeights.ts";
export type {
  ConstantSchedule,
  CosLog4Schedule,
  CosineSchedule,
  ExponentialSchedule,
  FlatCosSchedule,
  Progress,
  StepSchedule,
  Warmup,
} from "../training/schedules.ts";
