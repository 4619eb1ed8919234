/**
 * What the drawing's colours can mean besides weights and pictures: numbers of each unit and each weight in the step that
 * comes next. Looking changes nothing of the run. Knows nothing of colours.
 */
import { healthOf, restore, snapshot } from "gradus/network";
import type { ColourMode, Look } from "../lookAnswers.ts";
import { layerPlaces } from "./problem.ts";
import type { Run } from "./run.ts";

/** Rows over which mean outputs are taken. */
const MOST_ROWS = 200;

export function lookAt(run: Run, mode: ColourMode): Promise<Look> {
  switch (mode) {
    case "weights":
    case "outputs":
      return meanOutputs(run);
    case "localGradients":
      return localGradients(run);
    case "updates":
      return updates(run);
    case "saturation":
      return saturation(run);
    default:
      return mode satisfies never;
  }
}

async function meanOutputs({ next: { session, data } }: Run): Promise<Look> {
  const width = data.inputNames.length;
  const rows = Math.min(MOST_ROWS, data.inputs.length / width);
  const all = await session.activations(data.inputs.subarray(0, rows * width));
  const units = layerPlaces(session).map(({ layer, units: count }) => {
    const means = new Float32Array(count);
    all[layer].forEach((value, at) => {
      means[at % count] += value / rows;
    });
    return means;
  });
  return { units, weights: undefined };
}

/** Units: the mean δ of the batch. Weights: −∂loss/∂w, of the data alone. */
async function localGradients({ next: { session, rows }, training }: Run): Promise<Look> {
  const before = session.parameters.slice(); // running statistics move with a gradient
  try {
    await session.gradient(training, rows);
    const units = layerPlaces(session).map(({ layer, units: count }) => {
      const sums = new Float32Array(count); // δ owns the 1/B of the loss, so that the sum is the mean of the patterns' δ
      session.signals(layer).localGradient.forEach((delta, at) => {
        sums[at % count] += delta;
      });
      return sums;
    });
    return { units, weights: Float32Array.from(session.gradients, (gradient) => -gradient) };
  } finally {
    session.parameters.set(before);
  }
}

/** Units: ‖Δw‖/‖w‖ of the weights that enter; 0 where those are all 0. Weights: Δw. The step is taken back. */
async function updates({ next: { session, rows, rateFactor }, training }: Run): Promise<Look> {
  const before = snapshot(session);
  try {
    await session.run(training, rows, { rateFactors: [rateFactor] });
    const weights = Float32Array.from(session.parameters, (value, at) => value - before.parameters[at]);
    const units = layerPlaces(session).map(({ units: count, inputs, weights: first }) =>
      Float32Array.from({ length: count }, (_, unit) => {
        const [from, to] = [first + unit * inputs, first + (unit + 1) * inputs];
        const size = norm(before.parameters.subarray(from, to));
        return size === 0 ? 0 : norm(weights.subarray(from, to)) / size;
      }),
    );
    return { units, weights };
  } finally {
    restore(session, before);
  }
}

const norm = (values: Float32Array | Float64Array): number => Math.hypot(...values);

/** Units: the share of the rows in which |φ'| is below 1 % of its maximum, or 0. */
async function saturation({ next: { session }, training }: Run): Promise<Look> {
  const { layers } = await healthOf(session, training);
  const units = layerPlaces(session).map(({ units: count }, at) => {
    const shares = new Float32Array(count);
    layers[at].checked.forEach((unit, index) => {
      shares[unit] = layers[at].flatShares[index];
    });
    return shares;
  });
  return { units, weights: undefined };
}
