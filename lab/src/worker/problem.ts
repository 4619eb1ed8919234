/** The network, the session and the patterns of a setting. Knows nothing of messages or of time. */
import { createSession, dense, dropout, type LoadedPatterns, network, type Session } from "gradus/network";
import { dataClasses, dataKinds, makeDataSet } from "../data/dataSets.ts";
import type { LayerPlace } from "../protocol.ts";
import type { Setting } from "../setting.ts";

/** A fifth of the rows is kept for validation: every fifth, which spreads them over the set. */
const VALIDATION_EVERY = 5;

export interface LabProblem {
  readonly session: Session;
  readonly training: LoadedPatterns;
  readonly validation: LoadedPatterns;
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  readonly trainingRows: number;
}

/** The network of a setting. */
function networkOf(setting: Setting) {
  const kind = dataKinds[setting.data];
  const outputs = kind === "classes" ? dataClasses[setting.data] : 1;
  const { activation, dropout: rate } = setting;
  const hidden = setting.hidden.flatMap((units) => [
    dense(units, { activation }),
    ...(rate > 0 ? [dropout(rate)] : []),
  ]);
  const isProbability = kind === "classes2" && setting.loss === "meanSquaredError";
  return network({ inputs: 2, layers: [...hidden, dense(outputs, isProbability ? { activation: "logistic" } : {})] });
}

/** Opens the session that a setting describes. */
export async function openProblem(setting: Setting): Promise<LabProblem> {
  const { loss, optimizer: name, rate: learningRate, batch: batchSize, l2, seed } = setting;
  const session = await createSession({
    network: networkOf(setting),
    loss,
    optimizer: { name, learningRate },
    batchSize,
    l2,
    seed,
    threads: 1,
  });
  const { inputs, targets } = makeDataSet(setting.data, setting.rows, setting.noise, seed);
  const rows = Array.from(targets, (_, row) => row);
  const held = rows.filter((row) => row % VALIDATION_EVERY === VALIDATION_EVERY - 1);
  const ordered = [...rows.filter((row) => row % VALIDATION_EVERY !== VALIDATION_EVERY - 1), ...held];
  const orderedInputs = Float32Array.from(ordered.flatMap((row) => [inputs[row * 2], inputs[row * 2 + 1]]));
  const orderedTargets = Float32Array.from(ordered, (row) => targets[row]);
  const trainingRows = rows.length - held.length;
  const part = (from: number, to?: number): LoadedPatterns =>
    session.load({ inputs: orderedInputs.slice(from * 2, to && to * 2), desired: orderedTargets.slice(from, to) });
  return {
    session,
    training: part(0, trainingRows),
    validation: part(trainingRows),
    inputs: orderedInputs,
    targets: orderedTargets,
    trainingRows,
  };
}

/** Where the parameters of each dense layer lie. */
export function layerPlaces({ layout, problem }: Session): LayerPlace[] {
  let inputs: number = problem.network.inputs;
  return problem.network.layers.flatMap((layer, at) => {
    if (layer.kind !== "dense") return [];
    const offset = (role: string): number =>
      layout.tensors.find(({ layer: owner, name }) => owner === at && name.endsWith(role))?.offset ?? 0;
    const place = { units: layer.units, inputs, weights: offset(".weights"), bias: offset(".bias") };
    inputs = layer.units;
    return [place];
  });
}
