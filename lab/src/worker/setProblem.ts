/** The network, the session and the points of a two-dimensional set. */
import { createSession, dense, dropout, type LoadedPatterns, network } from "gradus/network";
import { dataClasses, dataKinds, extent, makeDataSet } from "../data/dataSets.ts";
import type { OpenedData } from "../protocol.ts";
import { activationOf } from "../setting.ts";
import type { LabProblem, SetSetting } from "./labProblem.ts";

/** A fifth of the rows is kept for validation: every fifth, which spreads them over the set. */
const VALIDATION_EVERY = 5;

/** The network of a two-dimensional set. */
function networkOf(setting: SetSetting) {
  const kind = dataKinds[setting.data];
  const outputs = kind === "classes" ? dataClasses[setting.data] : 1;
  const { dropout: rate } = setting;
  const hidden = setting.hidden.flatMap((units, layer) => [
    dense(units, { activation: activationOf(setting, layer) }),
    ...(rate > 0 ? [dropout(rate)] : []),
  ]);
  const isProbability = kind === "classes2" && setting.loss === "meanSquaredError";
  return network({ inputs: 2, layers: [...hidden, dense(outputs, isProbability ? { activation: "logistic" } : {})] });
}

/** Opens the session of a set. */
export async function openSet(setting: SetSetting): Promise<LabProblem> {
  const { loss, optimizer: name, rate: learningRate, batch, l2, seed } = setting;
  const session = await createSession({
    network: networkOf(setting),
    loss,
    optimizer: { name, learningRate },
    batchSize: batch,
    l2,
    seed,
    threads: 1,
  });
  const data = pointsOf(setting);
  const [width, trainingRows] = [data.inputNames.length, data.training];
  const part = (from: number, to?: number): LoadedPatterns =>
    session.load({
      inputs: data.inputs.slice(from * width, to && to * width),
      desired: data.targets.slice(from, to),
    });
  return { setting, session, training: part(0, trainingRows), validation: part(trainingRows), data, batch };
}

/** The two-dimensional set of a setting: training rows, those that the reader has added, and the validation rows. */
function pointsOf({ data: name, rows: count, noise, seed, points }: SetSetting): OpenedData {
  const { inputs, targets, classes } = makeDataSet(name, count, noise, seed);
  const rows = Array.from(targets, (_, row) => row);
  const held = rows.filter((row) => row % VALIDATION_EVERY === VALIDATION_EVERY - 1);
  const kept = rows.filter((row) => row % VALIDATION_EVERY !== VALIDATION_EVERY - 1);
  const pairs = (of: readonly number[]): number[] => of.flatMap((row) => [inputs[row * 2], inputs[row * 2 + 1]]);
  const labels = (of: readonly number[]): number[] => of.map((row) => targets[row]);
  const task = dataKinds[name];
  return {
    task,
    inputNames: ["x₁", "x₂"],
    targetName: task === "surface" ? "height" : "class",
    classNames: task === "surface" ? [] : Array.from({ length: classes }, (_, at) => String(at)),
    inputs: Float32Array.from([...pairs(kept), ...points.flatMap(({ x, y }) => [x, y]), ...pairs(held)]),
    targets: Float32Array.from([...labels(kept), ...points.map(({ target }) => target), ...labels(held)]),
    training: kept.length + points.length,
    plane: { x: 0, y: 1, left: -extent, right: extent, bottom: -extent, top: extent, held: [0, 0] },
  };
}
