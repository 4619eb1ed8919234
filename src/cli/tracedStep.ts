/**
 * A traced step as a reader sees it: at which learning rate, which units of the network and which weights.
 *
 * Knows nothing of where the network and the rows come from.
 */
import { boundedStep, type NeuronName, steepestInto, strongestPath } from "../entries/internal.ts";
import { type Trace, traceExposition, type WeightName } from "../node.ts";
import { type Showing, show } from "./exposition.ts";
import { short, type Terminal } from "./terminal.ts";

export interface StepFlags {
  readonly weight?: WeightName[];
  readonly neuron?: NeuronName;
  readonly learningRate?: number;
  readonly terms?: number;
  /** Every unit of every layer. */
  readonly all?: boolean;
}

/** Traces a step, at a rate where the loss falls unless one was given, and writes it. @param at the step at a learning rate */
export async function showStep(
  at: StepAt,
  flags: StepFlags,
  {
    showings,
    terminal,
    about,
  }: { readonly showings: readonly Showing[]; readonly terminal: Terminal; readonly about?: string },
): Promise<void> {
  const { neuron, weight, all, terms } = flags;
  const { trace: first, note } = fallingStep(at, flags.learningRate);
  const large = first.layers.some(({ units }) => units > LARGE_LAYER);
  const path = large && !all && neuron === undefined && weight === undefined;
  const weights = path ? strongestPath(first, 0).weights : neuron && !weight ? [steepestInto(first, neuron)] : weight;
  const trace = at(first.optimizer.learningRate, weights);
  const exposition = traceExposition(trace, {
    neuron,
    units: all ? "all" : path ? "path" : "some",
    most: terms ?? (path ? TERMS_OF_PATH : undefined),
    width: terminal.columns,
    about: [about, note, path ? PATH : undefined].filter((sentence) => sentence !== undefined).join(" ") || undefined,
    why: path ? "No weight was given: these are the first and the last on the path." : reason(flags),
  });
  await show(showings, exposition, terminal, trace);
}

/** A network with a layer of more units is traced along a path. */
const LARGE_LAYER = 8;
const TERMS_OF_PATH = 4;
const PATH =
  "The network is large, so one path through it is shown: from the output with the largest local gradient δ back to the input, at each layer through the unit where the weight times that unit's δ is largest. --all shows every unit; --neuron and --weight select some.";

/** A step at a learning rate, the training's when undefined, that follows some weights. */
export type StepAt = (learningRate: number | undefined, weights?: readonly WeightName[]) => Trace;

/** So often the rate is quartered where the loss rises. */
const MOST_QUARTERS = 8;

/** The step at the rate that was given; else at the training's, or at the first quarter of it at which the loss falls. */
function fallingStep(at: StepAt, given: number | undefined): { readonly trace: Trace; readonly note?: string } {
  const usual = at(given, []);
  if (given !== undefined || usual.lossAfter <= usual.lossBefore) return { trace: usual };
  const { name, learningRate } = usual.optimizer;
  const length = boundedStep(usual.optimizer);
  for (let quarters = 1; quarters <= MOST_QUARTERS; quarters++) {
    const rate = Number((learningRate / 4 ** quarters).toPrecision(2));
    const trace = at(rate, []);
    if (trace.lossAfter >= trace.lossBefore) continue;
    const why =
      length === undefined
        ? "the step is too long and overshoots"
        : `${name} moves every weight by about ${Math.round(length) > 1 ? `${Math.round(length)} times ` : ""}the learning rate in its first steps, however small the gradient, and all of them together overshoot`;
    const note = `At the training's learning rate, ${learningRate}, this step would raise the loss from ${short(usual.lossBefore)} to ${short(usual.lossAfter)}: ${why}. It is shown at ${rate}, where the loss falls; --learning-rate ${learningRate} shows it at the training's.`;
    return { trace, note };
  }
  return { trace: usual };
}

function reason({ weight, neuron }: StepFlags): string | undefined {
  if (weight !== undefined) return undefined;
  return neuron === undefined
    ? "No weight was given: these have the largest gradients, one of the first layer and one of the output layer."
    : "No weight was given: this one has the largest gradient of those into the neuron.";
}
