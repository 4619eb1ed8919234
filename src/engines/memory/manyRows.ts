/**
 * Prediction of many rows with parameters that no longer change: a forward pass with a memory of its own.
 *
 * Calls wait for one another.
 */
import type { Network } from "../../network/network.ts";
import type { Awaitable, Numbers } from "../engine.ts";
import { barrierBytes, CONTROL_BYTES, SCHEDULE_BYTES, writeBarrier } from "./control.ts";
import { ForwardPass } from "./forwardPass.ts";
import { THREAD_BYTES } from "./layouts.ts";
import { Performer } from "./performer.ts";
import type { Runtime } from "./runtime.ts";
import type { Workplace } from "./work.ts";
import { coreCount } from "./workers.ts";
import { Workspace } from "./workspace.ts";

export class ManyRows implements Disposable {
  readonly #network: Network;
  readonly #workspace: Workspace;
  readonly #performer: Performer;
  readonly #forward: ForwardPass;

  /**
   * @param parameters in the layout of the network's parameters
   * @param giveBack called with the workplace's runtime when this is disposed
   * @throws {OutOfMemoryError}
   */
  constructor(network: Network, parameters: Numbers, workplace: Workplace, giveBack: (runtime: Runtime) => void) {
    const { runtime, threads } = workplace;
    this.#network = network;
    this.#workspace = new Workspace("predictor", runtime, giveBack);
    const { blocks } = this.#workspace;
    try {
      const sizes = [CONTROL_BYTES, barrierBytes(threads), SCHEDULE_BYTES, threads * THREAD_BYTES];
      const [control, barrier, schedule, hyperparameters] = blocks.allocateAll(sizes);
      writeBarrier(blocks.buffer, barrier, threads, coreCount());
      blocks.floats(schedule, SCHEDULE_BYTES / 4).fill(0);
      const places = { control, barrier, schedule, hyperparameters, losses: 0, rowLosses: 0 };
      const setup = { network, runtime, threads, parameters: blocks.store(parameters), places };
      this.#forward = new ForwardPass(setup, blocks);
      this.#performer = new Performer(workplace, places);
    } catch (error) {
      this.#workspace.release();
      throw error;
    }
  }

  /**
   * y for each row of inputs [N, I]: [N, outputs].
   *
   * @throws {ShapeError} @throws {NotFiniteError} an output @throws {OutOfMemoryError}
   */
  predict(inputs: ArrayLike<number>): Awaitable<Float32Array> {
    return this.#workspace.predict(this.#network, inputs, (loaded, outputs, rows) =>
      this.#performer.perform(this.#forward.predict(loaded, outputs, rows)),
    );
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
