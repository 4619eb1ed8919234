/**
 * gradus/explain: one training step with its numbers, the derivation of a network, the gradient check, explanations of
 * predictions; any runtime.
 *
 * @module gradus/explain
 */

// Explanations of predictions
export { explain, type Contribution, type Explanation, type ExplainOptions } from "../explain/attribution/explain.ts";

// One learning step, traced
export { chainOf } from "../explain/trace/chainOf.ts";
export { traceSession, type SessionTraceOptions } from "../explain/trace/traceSession.ts";
export { traceModel, type ModelTraceOptions } from "../explain/trace/traceModel.ts";
export { traceStep, type TraceOptions } from "../explain/trace/traceStep.ts";
export { numberText } from "../explain/trace/shownNumbers.ts";
export { traceExposition, type TraceExpositionOptions } from "../explain/trace/traceExposition.ts";
export type {
  Chain,
  Clipping,
  Factor,
  LayerTrace,
  Matrix,
  ParameterUpdate,
  Trace,
  WeightChain,
  WeightTrace,
} from "../explain/trace/trace.ts";
export type { WeightName } from "../explain/trace/trace.ts";

// Backpropagation for the network at hand, in symbols
export { derivationOf, type DerivationNames } from "../explain/derivation/derivationOf.ts";

// The gradient check
export { checkGradients, type CheckOptions } from "../explain/check/check.ts";
export { drawPatterns } from "../explain/check/checkPatterns.ts";
export type { GradientCheck, StepCheck, SubjectCheck, TensorCheck, WorstWeight } from "../explain/check/checkReport.ts";

// Expositions (text with formulas) as plain data, as text and as LaTeX; `expositionHtml` of gradus/node makes a page
export type {
  Block,
  Equation,
  Exposition,
  FormulaSlots,
  Inline,
  Place,
  ShownFormula,
} from "../explain/exposition/exposition.ts";
export { filledSlots } from "../explain/exposition/slots.ts";
export { expositionLatex } from "../explain/exposition/expositionLatex.ts";
export { expositionText, type TextOptions } from "../explain/exposition/expositionText.ts";

// Types within those above
export type { Standard, Verdict as CheckVerdict } from "../explain/check/checkReport.ts";
export type { NeuronName } from "../explain/trace/neuronName.ts";
export type { OwnRole } from "../explain/trace/trace.ts";
export type { CompleteOptimizer } from "../optimizers/optimizers.ts";
