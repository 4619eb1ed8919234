/**
 * gradus, the core: everything that runs in any JavaScript runtime. No `node:`, no DOM, no dependency.
 *
 * A table of contents, from the main job down to its parts; each name is documented where it is defined.
 */

// The main job: a table in, a model out
export { DivergedError, train, type TrainParts, type TrainResult } from "./tabular/train.ts";
export type { TrainOptions } from "./tabular/trainOptions.ts";
export type { MemberTask } from "./tabular/members/memberTasks.ts";
export { evaluate, type Evaluation } from "./tabular/evaluate.ts";
export type { MetricsOf } from "./tabular/answers.ts";
export { trainingWarnings } from "./tabular/trust.ts";
export { loadModel, type LoadOptions } from "./tabular/loadModel.ts";
export type { ModelOf } from "./tabular/modelOf.ts";
export { problemOf } from "./tabular/problemOf.ts";
export type { Recipe, RecipeEntry, Settings, TaskSize } from "./tabular/recipe.ts";
export { type RecipeName, recipes } from "./tabular/recipes/recipes.ts";
export { type MetricEntry, type MetricName, metricNames, metrics, scoreFor } from "./training/metricTable.ts";
export type { PartSizes } from "./tabular/parts.ts";
export type { PlannedNetwork, TrainingPlan } from "./tabular/time/planned.ts";
export type { NetworkCounts } from "./tabular/time/timePlan.ts";
export type { PartMetrics, Report, ReportWarning, TrainStart } from "./tabular/report.ts";
export type { TableLike } from "./tabular/tableLike.ts";

// Search: many trainings, the best of them
export { tune, type TuneResult } from "./tune/tune.ts";
export type { Study, TuneOptions, TuneStart } from "./tune/tuneOptions.ts";
export { defaultSpace, recipeSpaces } from "./tune/defaultSpace.ts";
export { halvingRungs, type HalvingOptions, type Rung, searches, type SearchName } from "./tune/halving.ts";
export { objectiveNames, type ObjectiveName, type Scores } from "./tune/objective.ts";
export { rankTrials } from "./tune/search.ts";
export { rangeText, spaceOf, valueText, type Range, type Space, type SpaceLike } from "./tune/space.ts";
export { tunable, type Value, type Values } from "./tune/tunable.ts";
export type { TrialJob, TrialRecord } from "./tune/trial.ts";

// Models
export type {
  ClassPrediction,
  ClassProbability,
  Classifier,
  Model,
  NumberPrediction,
  Regressor,
} from "./models/model.ts";
export type { Bounds, IntervalPrediction } from "./models/model.ts";
export type { ModelDocument, ModelWarning, Provenance, Verdict } from "./models/document.ts";
export { type FurtherMember, type Member, memberCount, memberDocument } from "./models/document.ts";

// Tables, encoders, targets, splits
export { columnRoles, isColumnRole } from "./data/table.ts";
export type { Cell, Column, ColumnRole, ColumnRoles, Row, Table, TextColumn, Warning } from "./data/table.ts";
export { column, selectRows, tableFromColumns, tableFromRows } from "./data/rows.ts";
export { type EncodingChoices, fitEncoder, type FitEncoderOptions } from "./data/fitEncoder.ts";
export { encodedNames, encodedWidth, encodeTable, inputColumns, tableForEncoder } from "./data/encoder.ts";
export { unseenWarnings } from "./data/unseen.ts";
export { answerWarnings } from "./tabular/warnings/answerWarnings.ts";
export type { ColumnEncoding, EncodedInput, Encoder, InputKind, Label, Target, Task } from "./data/encoding.ts";
export { labelText, labelTexts } from "./data/labels.ts";
export { encodeTarget, fitTarget, refitTarget, restoreNumbers, rowsWithTarget } from "./data/target.ts";
export { splitRows, type Split, type SplitOptions } from "./data/split.ts";
export { type Rare, rareChoices } from "./data/rareClasses.ts";
export type { SplitBy } from "./tabular/divide.ts";
export { fingerprint } from "./data/fingerprint.ts";

// Networks: what is to be learned
export { layerWidths, network, validateNetwork, type Network, type NetworkOptions } from "./network/network.ts";
export { dense, dropout, layerKinds } from "./network/layers.ts";
export type { DenseLayer, DenseOptions, DropoutLayer, Layer } from "./network/layers.ts";
export { activations, type Activation, type ActivationName } from "./network/activations.ts";
export { losses, type Loss, type LossEntry, type LossName } from "./network/losses.ts";
export { initialisations } from "./network/initialisation.ts";
export type { GivenValues, Initialisation, InitialisationName } from "./network/initialisation.ts";
export { initialParameters, parameterLayout } from "./network/parameters.ts";
export type { ParameterLayout, ParameterTensor } from "./network/parameters.ts";
export type { Formula } from "./network/formula.ts";
export { optimizers, type Optimizer, type OptimizerEntry, type OptimizerName } from "./optimizers/optimizers.ts";

// Sessions: one's own loop
export { createSession, engineNames, engineOf, engineReports } from "./engines/factory.ts";
export type { EngineName, EngineReport, SessionOptions } from "./engines/factory.ts";
export { completeProblem } from "./engines/engine.ts";
export type { Engine, Predictor, Problem, ProblemOptions, Session } from "./engines/engine.ts";
export type { Awaitable, LayerSignals, LoadedPatterns, Numbers, Patterns, RunOptions } from "./engines/engine.ts";
export { makePlan, type Planned } from "./plan/makePlan.ts";
export type { Plan } from "./plan/plan.ts";
export { planText } from "./plan/text.ts";
/** The derivation's steps one by one: `derivation.forward`, `.error`, `.outputLocalGradients`, … */
export * as derivation from "./reference/backpropagation.ts";

// Training: the library's loop
export { fit, fitEvents } from "./training/fit.ts";
export type { FitOptions, Score } from "./training/fitOptions.ts";
export type { EpochEvent, EpochRecord, FitEvent, FitResult, Judgement, ProgressEvent } from "./training/events.ts";
export type { Distribution } from "./training/health/distribution.ts";
export type { LayerHealth } from "./training/health/layerSample.ts";
export type { HealthWarning } from "./training/health/lasting.ts";
export { DivergenceError } from "./training/divergence.ts";
export { schedules, type Schedule, type ScheduleName } from "./training/schedules.ts";
export { planBudget, type Budget, type BudgetOptions } from "./training/budget.ts";
export type { ScoreOptions } from "./training/metricTable.ts";
export { reliability, type Reliability, type ReliabilityBin } from "./training/calibration/reliability.ts";
export { fitTemperature, logitsOf, withTemperature } from "./training/calibration/temperature.ts";
export type { TemperatureFit } from "./training/calibration/temperature.ts";
export { conformalRadius, coverageOf, fitConformal, leastRows } from "./training/calibration/conformal.ts";
export type { Conformal } from "./training/calibration/conformal.ts";
export { classificationMetrics, type ClassificationMetrics } from "./training/metrics/classificationMetrics.ts";
export { regressionMetrics, type RegressionMetrics } from "./training/metrics/regressionMetrics.ts";

// Explanations: one learning step with its numbers, the derivation of a network, the gradient check, why a prediction
export { traceModel, type ModelTraceOptions } from "./explain/trace/traceModel.ts";
export { traceStep, type TraceOptions } from "./explain/trace/traceStep.ts";
export { traceExposition, type TraceExpositionOptions } from "./explain/trace/traceExposition.ts";
export type { Chain, Clipping, Factor, LayerTrace, Matrix, Trace, WeightTrace } from "./explain/trace/trace.ts";
export type { WeightName } from "./explain/trace/trace.ts";
export { parseWeightName, weightNameText } from "./explain/trace/weightName.ts";
export { type NeuronName, parseNeuronName, steepestInto } from "./explain/trace/neuronName.ts";
export { derivationOf, type DerivationNames } from "./explain/derivation/derivationOf.ts";
export { checkGradients, type CheckOptions } from "./explain/check/check.ts";
export { drawPatterns } from "./explain/check/checkPatterns.ts";
export type { GradientCheck, StepCheck, SubjectCheck, TensorCheck, WorstWeight } from "./explain/check/checkReport.ts";
export { explain, type Contribution, type Explanation, type ExplainOptions } from "./explain/attribution/explain.ts";
export type { Block, Equation, Exposition, Inline } from "./explain/exposition/exposition.ts";
export { expositionLatex } from "./explain/exposition/expositionLatex.ts";
export { expositionText, type TextOptions } from "./explain/exposition/expositionText.ts";

// The report: what a training came to and which columns its model uses, as plain data
export { reportContent, type ReportContent, type ReportInput } from "./report/content.ts";
export type { ReportParts } from "./report/heldOut.ts";
export { partialDependence, type DependenceOptions, type PartialDependence } from "./report/partialDependence.ts";
export { permutationImportance, type Importance, type ImportanceOptions } from "./report/permutationImportance.ts";

// Randomness, errors, version
export { random, type Random } from "./random.ts";
export {
  DataError,
  DescriptionError,
  GradusError,
  ModelFileError,
  NotFiniteError,
  OutOfMemoryError,
  RunFailedError,
  ShapeError,
} from "./errors.ts";
export { unknownName } from "./errors.ts";
export { version } from "./version.ts";
