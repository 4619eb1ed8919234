/**
 * The outputs of every layer over a grid of inputs: the pictures of the neurons.
 *
 * The session in training gives no layer's outputs for other inputs, so a second one, with the same parameters and without
 * dropout, computes the gradient over the grid and its signals are read. This file is the one place that knows it.
 */
import { createSession, type LoadedPatterns, type Numbers, type Session } from "gradus/network";
import { extent } from "../data/dataSets.ts";
import type { Setting } from "../setting.ts";
import { networkOf } from "./problem.ts";

/** Points along each side. */
export const gridSize = 48;

export class Grid {
  readonly #session: Session;
  readonly #patterns: LoadedPatterns;
  readonly #rows = Uint32Array.from({ length: gridSize * gridSize }, (_, row) => row);

  private constructor(session: Session) {
    this.#session = session;
    const middle = (at: number): number => ((at + 0.5) / gridSize) * 2 * extent - extent;
    const pairs = new Float32Array(this.#rows.length * 2);
    for (const row of this.#rows) {
      pairs[row * 2] = middle(row % gridSize);
      pairs[row * 2 + 1] = -middle(Math.floor(row / gridSize)); // the first row is the top
    }
    const { outputs } = session.problem.network;
    this.#patterns = session.load({ inputs: pairs, desired: new Float32Array(this.#rows.length * outputs) });
  }

  static async open(setting: Setting): Promise<Grid> {
    const session = await createSession({
      network: networkOf(setting, false),
      loss: "meanSquaredError",
      batchSize: gridSize * gridSize,
      threads: 1,
    });
    return new Grid(session);
  }

  /** @returns of each dense layer [gridSize², units], newly allocated */
  async outputs(parameters: Numbers): Promise<Float32Array[]> {
    this.#session.parameters.set(parameters);
    await this.#session.gradient(this.#patterns, this.#rows);
    return this.#session.problem.network.layers.map((_, at) => Float32Array.from(this.#session.signals(at).output));
  }

  dispose(): void {
    this.#session.dispose();
  }
}
