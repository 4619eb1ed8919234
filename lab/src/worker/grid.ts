/** The outputs of every layer over a grid of inputs: the pictures of the neurons. Knows nothing of runs. */
import type { Session } from "gradus/network";
import type { Plane } from "../protocol.ts";

/** Points along each side. */
export const gridSize = 48;

/** [gridSize², inputs], the rows of the grid from top to bottom. */
function gridInputs({ x, y, left, right, bottom, top, held }: Plane): Float32Array {
  const inputs = new Float32Array(gridSize * gridSize * held.length);
  for (let point = 0; point < gridSize * gridSize; point++) {
    inputs.set(held, point * held.length);
    const [across, down] = [((point % gridSize) + 0.5) / gridSize, (Math.floor(point / gridSize) + 0.5) / gridSize];
    inputs[point * held.length + x] = left + across * (right - left);
    inputs[point * held.length + y] = top + down * (bottom - top);
  }
  return inputs;
}

let made: { readonly of: Plane; readonly inputs: Float32Array } | undefined;

/** @returns of each dense layer [gridSize², units], newly allocated, dropout off; nothing without a plane */
export async function gridOutputs(session: Session, plane: Plane | undefined): Promise<Float32Array<ArrayBuffer>[]> {
  if (plane === undefined) return [];
  if (made?.of !== plane) made = { of: plane, inputs: gridInputs(plane) };
  const outputs = await session.activations(made.inputs);
  const { layers } = session.problem.network;
  return outputs.filter((_, at) => layers[at]?.kind === "dense").map((values) => Float32Array.from(values));
}
