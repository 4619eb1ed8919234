/** The outputs of every layer over a grid of inputs: the pictures of the neurons. Knows nothing of runs. */
import type { Session } from "gradus/network";
import { extent } from "../data/dataSets.ts";

/** Points along each side. */
export const gridSize = 48;

const middle = (at: number): number => ((at + 0.5) / gridSize) * 2 * extent - extent;

/** [gridSize², 2], the rows of the grid from top to bottom. */
const inputs = Float32Array.from({ length: gridSize * gridSize * 2 }, (_, at) => {
  const point = Math.floor(at / 2);
  return at % 2 === 0 ? middle(point % gridSize) : -middle(Math.floor(point / gridSize));
});

/** @returns of each dense layer [gridSize², units], newly allocated; dropout is off */
export async function gridOutputs(session: Session): Promise<Float32Array<ArrayBuffer>[]> {
  const outputs = await session.activations(inputs);
  const { layers } = session.problem.network;
  return outputs.filter((_, at) => layers[at]?.kind === "dense").map((values) => Float32Array.from(values));
}
