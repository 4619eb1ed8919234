/** Ranks that train together: with the same batches the losses are those of one process, to within float32's rounding. */
import { expect, test } from "vitest";
import { type Launcher, launch, launchers } from "./launch.ts";

interface Trained {
  readonly losses: readonly number[];
  readonly evaluated: number;
  readonly bits: number;
  readonly step: number;
  readonly isSame: boolean;
  readonly threads: number;
}

async function train(
  launcher: Launcher,
  ranks: number,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Trained> {
  const args = [JSON.stringify(options)];
  const { code, output, errors } = await launch(launcher, { program: "training.mjs", ranks, args });
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  return JSON.parse(output);
}

/** The greatest difference of two curves, relative to the loss. */
function difference(one: readonly number[], other: readonly number[]): number {
  return Math.max(...one.map((loss, step) => Math.abs(loss - other[step]) / loss));
}

let alone: Promise<Trained> | undefined;

test.each(launchers)(
  "2 and 4 ranks of $name learn what one process does, with dropout, weight decay, penalties and clipping",
  async (launcher) => {
    alone ??= train(launchers[0], 1);
    const one = await alone;
    for (const ranks of [2, 4]) {
      const { losses, evaluated, step, isSame } = await train(launcher, ranks);
      expect({ step, isSame, steps: losses.length }).toEqual({
        step: one.step,
        isSame: true,
        steps: one.losses.length,
      });
      // Parts of the same sums are added in another order: some units in the last place of float32, 6e-8.
      expect(difference(one.losses, losses)).toBeLessThan(5e-7);
      expect(Math.abs(one.evaluated - evaluated) / evaluated).toBeLessThan(5e-7);
    }
  },
);

test.each(launchers)(
  "what 4 ranks of $name exchange while they compute makes the bits of exchanges that they wait for",
  async (launcher) => {
    // Layers of 71,500 and 110,100 + 1,010 parameters: two exchanges a step.
    const options = { deterministic: true, hidden: [1100, 100], epochs: 1 };
    const together = await train(launcher, 4, options);
    const waiting = await train(launcher, 4, { ...options, overlaps: false, apart: false });
    expect(together).toEqual(waiting);
    const one = await train(launcher, 1, options);
    expect(difference(one.losses, together.losses)).toBeLessThan(5e-7);
    const freely = await train(launcher, 4, { ...options, deterministic: false, threads: 2 });
    expect(freely.threads).toBe(2);
    expect(difference(one.losses, freely.losses)).toBeLessThan(5e-7);
  },
);

test("in a fixed order of sums the same ranks have the same bits, by each MPI, with machine code and with threads", async () => {
  const found: Trained[] = [];
  for (const [at, launcher] of launchers.entries()) {
    const options = { deterministic: true, engine: at === 0 ? "wasm" : "native", threads: 1 + at };
    found.push(await train(launcher, 4, options));
  }
  for (const { bits, losses } of found)
    expect({ bits, losses }).toEqual({ bits: found[0].bits, losses: found[0].losses });
});
