/** The outputs of every layer over a grid of inputs: the pictures of the neurons. Knows nothing of runs. */
import type { Session } from "gradus/network";
import type { Plane } from "../protocol.ts";

/** Points along each side, at most, and at least where the network is large. */
const gridSize = 48;
const LEAST_SIZE = 16;
/** Multiplications of all points together: some milliseconds. */
const MOST_WORK = 4e7;

/** Points along each side for a network with so many parameters. */
const sizeFor = (parameters: number): number =>
  Math.max(LEAST_SIZE, Math.min(gridSize, Math.floor(Math.sqrt(MOST_WORK / parameters))));

/** [size², inputs], the rows of the grid from top to bottom. */
function gridInputs({ x, y, left, right, bottom, top, held }: Plane, size: number): Float32Array {
  const inputs = new Float32Array(size * size * held.length);
  for (let point = 0; point < size * size; point++) {
    inputs.set(held, point * held.length);
    const [across, down] = [((point % size) + 0.5) / size, (Math.floor(point / size) + 0.5) / size];
    inputs[point * held.length + x] = left + across * (right - left);
    inputs[point * held.length + y] = top + down * (bottom - top);
  }
  return inputs;
}

let made: { readonly of: Plane; readonly size: number; readonly inputs: Float32Array } | undefined;

/** @returns of each dense layer [size², units], newly allocated, dropout off; nothing without a plane */
export async function gridOutputs(session: Session, plane: Plane | undefined): Promise<Float32Array<ArrayBuffer>[]> {
  if (plane === undefined) return [];
  const size = sizeFor(session.parameters.length);
  if (made?.of !== plane || made.size !== size) made = { of: plane, size, inputs: gridInputs(plane, size) };
  const outputs = await session.activations(made.inputs);
  const { layers } = session.problem.network;
  return outputs.filter((_, at) => layers[at]?.kind === "dense").map((values) => Float32Array.from(values));
}
