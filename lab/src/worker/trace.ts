/**
 * The step that a run makes next, traced and put into words by the library. Loaded when it is asked for first. Only reads
 * the session, so the run's bits stay as they are.
 */
import {
  checkGradients,
  type Exposition,
  type TensorCheck,
  type Trace,
  traceExposition,
  traceSession,
  type WeightName,
} from "gradus/explain";
import type { GivenPatterns } from "gradus/network";
import type { AskedStep, TracedStep } from "../questions.ts";
import type { NextStep } from "./run.ts";

/** A network with more parameters is traced along the paths of the weight alone. */
const MOST_PARAMETERS = 5000;
/** The widest layer whose units are all written out. */
const WIDEST = 16;

/** @throws {GradusError} in the library's words: why the step cannot be traced */
export function traceNext(next: NextStep, { row, pattern: asked, weight, neuron }: AskedStep): TracedStep {
  const rows = row === undefined ? next.rows : [row];
  const pattern = Math.min(asked, rows.length - 1); // the last batch of an epoch may be smaller
  const patterns = patternsOf(next, rows);
  const followed = weight ?? (neuron ? strongestInto(next, patterns, neuron, pattern) : steepest(next, patterns));
  const trace = traced(next, patterns, [followed]);
  return {
    rows,
    pattern,
    trace,
    exposition: expositionOf(trace, pattern, weight === undefined && neuron === undefined),
  };
}

/** The rows of a batch as the session learns them. */
function patternsOf({ session, data }: NextStep, rows: readonly number[]) {
  const width = session.problem.network.inputs;
  return {
    inputs: Float32Array.from(rows.flatMap((at) => Array.from(data.inputs.subarray(at * width, (at + 1) * width)))),
    desired: Float32Array.from(rows, (at) => data.targets[at]),
  } satisfies GivenPatterns;
}

function traced(
  { session, data, rateFactor }: NextStep,
  patterns: GivenPatterns,
  weights: readonly WeightName[] | undefined,
): Trace {
  const { outputs } = session.problem.network;
  const names = data.classNames.length === outputs ? data.classNames : [data.targetName];
  return traceSession(session, patterns, {
    rateFactor,
    weights,
    keep: session.layout.length > MOST_PARAMETERS ? "path" : "all",
    inputNames: data.inputNames,
    outputNames: names.length === outputs ? names : undefined,
  });
}

/** The weight into a neuron from the signal that is largest in an example. */
function strongestInto(
  next: NextStep,
  patterns: GivenPatterns,
  { layer, unit }: { readonly layer: number; readonly unit: number },
  pattern: number,
): WeightName {
  const input = traced(next, patterns, []).layers[layer].input[pattern];
  const most = input.reduce((best, value, at) => (Math.abs(value) > Math.abs(input[best]) ? at : best), 0);
  return { layer, unit, input: most };
}

/** Of the first layer with weights, the weight with the largest gradient. */
function steepest(next: NextStep, patterns: GivenPatterns): WeightName {
  const [{ layer, unit, input }] = traced(next, patterns, undefined).weights;
  return { layer, unit, input };
}

function expositionOf(trace: Trace, pattern: number, isDefault: boolean): Exposition {
  const isWide = trace.layers.some(({ units }) => units > WIDEST);
  return traceExposition(trace, {
    units: isWide ? "some" : "all",
    patterns: [pattern],
    why: isDefault ? "None was chosen, so it is the one with the largest gradient of the first layer." : undefined,
  });
}

/** Backpropagation's gradient of one weight beside finite differences, on the examples of the step. */
export async function checkWeight(
  next: NextStep,
  { weight, row }: { readonly weight: WeightName; readonly row?: number | undefined },
): Promise<TensorCheck> {
  const { problem, parameters } = next.session;
  const { inputs, desired } = patternsOf(next, row === undefined ? next.rows : [row]);
  const { subjects } = await checkGradients({ problem, parameters, patterns: { inputs, desired }, weights: [weight] });
  const role = weight.input === "bias" ? "bias" : "weights";
  return subjects[0].gradients.find((tensor) => tensor.layer === weight.layer && tensor.role === role) as TensorCheck;
}
