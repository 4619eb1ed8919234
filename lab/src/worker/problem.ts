/** The network, the session and the patterns of a setting. Knows nothing of messages or of time. */
import { createSession, dense, dropout, type LoadedPatterns, network, type Session } from "gradus/network";
import { dataClasses, dataKinds, extent, makeDataSet } from "../data/dataSets.ts";
import type { LayerPlace, OpenedData } from "../protocol.ts";
import { activationOf, type Setting } from "../setting.ts";

/** A fifth of the rows is kept for validation: every fifth, which spreads them over the set. */
const VALIDATION_EVERY = 5;

export interface LabProblem {
  readonly session: Session;
  readonly training: LoadedPatterns;
  readonly validation: LoadedPatterns;
  readonly data: OpenedData;
}

/** The network of a setting. */
function networkOf(setting: Setting) {
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
  const data = pointsOf(setting);
  const [width, trainingRows] = [data.inputNames.length, data.training];
  const part = (from: number, to?: number): LoadedPatterns =>
    session.load({
      inputs: data.inputs.slice(from * width, to && to * width),
      desired: data.targets.slice(from, to),
    });
  return { session, training: part(0, trainingRows), validation: part(trainingRows), data };
}

/** The two-dimensional set of a setting, the validation rows last. */
function pointsOf({ data: name, rows: count, noise, seed }: Setting): OpenedData {
  const { inputs, targets, classes } = makeDataSet(name, count, noise, seed);
  const rows = Array.from(targets, (_, row) => row);
  const held = rows.filter((row) => row % VALIDATION_EVERY === VALIDATION_EVERY - 1);
  const ordered = [...rows.filter((row) => row % VALIDATION_EVERY !== VALIDATION_EVERY - 1), ...held];
  const task = dataKinds[name];
  return {
    task,
    inputNames: ["x₁", "x₂"],
    targetName: task === "surface" ? "height" : "class",
    classNames: task === "surface" ? [] : Array.from({ length: classes }, (_, at) => String(at)),
    inputs: Float32Array.from(ordered.flatMap((row) => [inputs[row * 2], inputs[row * 2 + 1]])),
    targets: Float32Array.from(ordered, (row) => targets[row]),
    training: rows.length - held.length,
    plane: { x: 0, y: 1, left: -extent, right: extent, bottom: -extent, top: extent, held: [0, 0] },
  };
}

/** Where the parameters of each dense layer lie. */
export function layerPlaces({ layout, problem }: Session): LayerPlace[] {
  let inputs: number = problem.network.inputs;
  return problem.network.layers.flatMap((layer, at) => {
    if (layer.kind !== "dense") return [];
    const offset = (role: string): number =>
      layout.tensors.find(({ layer: owner, name }) => owner === at && name.endsWith(role))?.offset ?? 0;
    const { units, activation } = layer;
    const place = {
      layer: at,
      units,
      activation: String(activation),
      inputs,
      weights: offset(".weights"),
      bias: offset(".bias"),
    };
    inputs = units;
    return [place];
  });
}
