/**
 * The step on one example that a caller hands over, by itself: online learning, where the call must not take longer than the step.
 *
 * The numbers are those of a run over patterns that were loaded. Knows nothing of whether they are finite.
 */
import { desiredWidth } from "../../network/losses.ts";
import { exampleCheck, type Problem } from "../engine.ts";
import type { Blocks } from "./blocks.ts";
import { writeSchedule } from "./control.ts";
import { OneRow, type OneRowSetup } from "./oneRow.ts";

export class ExampleStep {
  /** @throws {ShapeError | DescriptionError} what is no example of the problem */
  readonly require: ReturnType<typeof exampleCheck>;
  readonly #row: OneRow;
  readonly #optimizer: Problem["optimizer"];
  #isScheduled = false;

  /** @param setup with the address of the program of a step @throws {OutOfMemoryError} */
  constructor(problem: Problem, setup: Pick<OneRowSetup, "runtime" | "places" | "program">, blocks: Blocks) {
    const { network, loss, optimizer, seed } = problem;
    this.require = exampleCheck(problem);
    const widths = { inputs: network.inputs, desired: desiredWidth(loss, network.outputs), outputs: 0 };
    this.#row = new OneRow({ ...setup, ...widths, learns: true, seed }, blocks);
    this.#optimizer = optimizer;
  }

  /**
   * @param input x [I] @param desired d [D], checked both
   * @param before updates made before @param batches begun before
   * @returns the loss before the update
   */
  learn(input: ArrayLike<number>, desired: ArrayLike<number>, before: number, batches: number): number {
    const { input: x, desired: d, schedule, losses } = this.#row.views;
    for (let i = 0; i < x.length; i++) x[i] = input[i];
    for (let i = 0; i < d.length; i++) d[i] = desired[i];
    // Where the entry doesn't depend on the step, it stays.
    if (!this.#isScheduled) this.#isScheduled = writeSchedule(schedule, this.#optimizer, before, {}, 0);
    this.#row.run(before, batches);
    return losses[0];
  }
}
