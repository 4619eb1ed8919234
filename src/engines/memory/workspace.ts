/**
 * The part of a runtime that one session or predictor holds: its blocks of memory, the order of its work, and its end.
 *
 * Disposing ends what was asked for before it gives anything back. Knows nothing of what the work is or where it is done.
 */
import { GradusError } from "../../errors.ts";
import type { Network } from "../../network/network.ts";
import { type Awaitable, requireInputs } from "../engine.ts";
import { Turns } from "../turns.ts";
import { Blocks } from "./blocks.ts";
import type { Runtime } from "./runtime.ts";

export class Workspace {
  readonly blocks: Blocks;
  readonly #holder: string;
  readonly #giveBack: () => void;
  readonly #turns = new Turns(() => this.#disposed && this.release());
  #disposed = false;

  /**
   * @param holder what messages call the one who holds it: "session"
   * @param giveBack called with the runtime when everything is released
   */
  constructor(holder: string, runtime: Runtime, giveBack: (runtime: Runtime) => void) {
    this.#holder = holder;
    this.blocks = new Blocks(runtime);
    this.#giveBack = () => giveBack(runtime);
  }

  /** Whether nothing is under way and nothing waits. */
  get idle(): boolean {
    return this.#turns.idle;
  }

  /** @throws {GradusError} where it was disposed, or is at work */
  requireIdle(): void {
    this.requireAlive();
    this.#turns.requireIdle();
  }

  /** @throws {GradusError} where it was disposed */
  requireAlive(): void {
    if (this.#disposed) throw new GradusError(`This ${this.#holder} was disposed. Create another one.`);
  }

  /** Does work when its turn comes: `Turns.take`. */
  take<Result>(work: () => Awaitable<Result>, ended?: () => void): Awaitable<Result> {
    return this.#turns.take(work, ended);
  }

  /**
   * Copies inputs [N, I] into the memory and, when their turn comes, computes their outputs [N, outputs].
   *
   * @param work computes from the address of the inputs to that of the outputs, whose blocks are released when it has ended
   * @throws {GradusError} where it was disposed @throws {ShapeError} @throws {OutOfMemoryError}
   */
  predict<Result>(
    network: Network,
    inputs: ArrayLike<number>,
    work: (inputs: number, outputs: number, rows: number) => Awaitable<Result>,
  ): Awaitable<Result> {
    this.requireAlive();
    const rows = requireInputs(network, inputs);
    const [loaded, outputs] = this.blocks.allocateAll([4 * inputs.length, 4 * rows * network.outputs]);
    this.blocks.floats(loaded, inputs.length).set(inputs);
    return this.#turns.take(
      () => work(loaded, outputs, rows),
      () => {
        this.blocks.release(loaded);
        this.blocks.release(outputs);
      },
    );
  }

  /** Releases everything: at once where nothing is under way, else when all work has ended. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.idle) this.release();
  }

  /** Releases everything now; for a constructor that throws. */
  release(): void {
    this.blocks.releaseAll();
    this.#giveBack();
  }
}
