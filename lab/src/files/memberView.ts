/** One network of a model, ready to be drawn. Runs in the worker. */
import { loadModel, type ModelDocument } from "gradus";
import { createSession, type Encoder, encodedNames } from "gradus/network";
import type { MemberView } from "../filesAnswers.ts";
import type { Opened, Plane } from "../protocol.ts";
import { gridOutputs } from "../worker/grid.ts";
import { encodedEnds } from "../worker/plane.ts";
import { layerPlaces } from "../worker/problem.ts";
import { layerWords } from "./layerWords.ts";

/** @throws {ModelFileError} in the library's words */
export async function memberView(bytes: Uint8Array, index: number): Promise<MemberView> {
  const model = await loadModel(bytes, { engine: "reference" });
  const { document, further = [] } = model;
  const member = index === 0 ? document : { ...document, ...(document.further ?? [])[index - 1] };
  const parameters = Float32Array.from([model.parameters, ...further][index]);
  model.dispose();
  const { network, loss, encoder } = member;
  const session = await createSession({
    network,
    loss,
    optimizer: { name: "sgd", learningRate: 1 },
    parameters,
    threads: 1,
  });
  try {
    const layers = layerPlaces(session);
    const names = encodedNames(encoder).map(({ name }) => name);
    const plane = planeOf(member);
    const first = layers[0]?.inputs ?? 0;
    const isDirect = first === names.length;
    const inputNames = isDirect ? names : Array.from({ length: first }, (_, at) => `signal ${at + 1}`);
    return {
      opened: {
        layers,
        data: {
          task: member.task === "regression" ? "surface" : "classes",
          ...{ inputNames, classNames: [], targetName: "" },
          ...{ inputs: new Float32Array(0), targets: new Float32Array(0), training: 0 },
          plane: isDirect ? plane : undefined,
        },
      } satisfies Pick<Opened, "layers" | "data">,
      frame: { parameters, grids: await gridOutputs(session, plane) },
      layers: [`${network.inputs} inputs`, ...network.layers.map(layerWords)],
      undrawn: undrawnOf(
        network.layers.map(({ kind }) => kind),
        plane,
        names,
      ),
    };
  } finally {
    session.dispose();
  }
}

function undrawnOf(kinds: readonly string[], plane: Plane | undefined, names: readonly string[]): string {
  const others = [...new Set(kinds.filter((kind) => kind !== "dense" && kind !== "dropout"))];
  return [
    ...(others.length > 0 ? [`The drawing has the fully connected layers; not drawn: ${others.join(", ")}.`] : []),
    plane === undefined
      ? "The neurons have no pictures: fewer than two inputs are numbers."
      : `Each neuron is a picture of its output over ${names[plane.x]} and ${names[plane.y]}; the other inputs are held at their mean.`,
  ].join(" ");
}

/** The first two columns of numbers over their ranges; the others held at the mean of the training rows. */
function planeOf({ encoder, background }: Pick<ModelDocument, "encoder" | "background">): Plane | undefined {
  const inputs = encodedNames(encoder);
  const [x, y] = encoder.columns
    .filter(({ kind }) => kind === "number")
    .map(({ name }) => inputs.findIndex((input) => input.column === name));
  if (x === undefined || y === undefined) return undefined;
  const held = background?.length === inputs.length ? background : inputs.map(() => 0);
  const [left, right] = edges(encoder, x);
  const [bottom, top] = edges(encoder, y);
  return { x, y, left, right, bottom, top, held };
}

function edges(encoder: Encoder, input: number): [number, number] {
  const { column } = encodedNames(encoder)[input];
  const encoding = encoder.columns.find(({ name }) => name === column);
  if (encoding?.kind !== "number") return [-1, 1];
  const { range = [encoding.median - 1 / encoding.scale, encoding.median + 1 / encoding.scale] } = encoding;
  return encodedEnds(encoder, { input, name: column }, range);
}
