/** Ranks that train together: with the same batches the losses are those of one process, to within float32's rounding. */
import { describe, expect, test } from "vitest";
import { type Launcher, launch, launchers } from "./launch.ts";

interface Trained {
  readonly losses: readonly number[];
  readonly evaluated: number;
  readonly bits: number;
  readonly step: number;
  readonly isSame: boolean;
  readonly threads: number;
}

/** The networks of `npm run bench`. */
const W4 = { widths: [54, 256, 256, 7], batchSize: 64, epochs: 3 };
const W5 = { widths: [784, 1024, 1024, 10], batchSize: 256, epochs: 1 };
/** Layers of 71,500 and 110,100 + 1,010 parameters: two exchanges a step. */
const TWO_PARTS = { widths: [64, 1100, 100, 10], batchSize: 64, epochs: 1 };

/** With dropout, weight decay, penalties and clipping, all of them. */
const trainings = {
  W4,
  W5,
  twoParts: TWO_PARTS,
  inOrder: { ...TWO_PARTS, deterministic: true },
  waiting: { ...TWO_PARTS, deterministic: true, overlaps: false, apart: false },
  threads: { ...TWO_PARTS, threads: 2 },
  /** Machine code and threads, or neither. */
  wasm: { ...W4, epochs: 1, deterministic: true },
  native: { ...W4, epochs: 1, deterministic: true, engine: "native", threads: 2 },
};
/** On 1, 2 and 4 ranks; the others are for 4. */
const EVERYWHERE: readonly string[] = ["W4", "W5", "twoParts"];
type Name = keyof typeof trainings;

async function train<Named extends Name>(
  launcher: Launcher,
  ranks: number,
  names: readonly Named[],
  environment: Readonly<Record<string, string>> = {},
) {
  const args = [JSON.stringify(Object.fromEntries(names.map((name) => [name, trainings[name]])))];
  const { code, output, errors } = await launch(launcher, { program: "training.mjs", ranks, args, environment });
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  return JSON.parse(output) as Record<Named, Trained>;
}

/** Each program once: what takes time is that a process begins. */
const runs = new Map<string, Promise<Record<Name, Trained>>>();
function trained(launcher: Launcher, ranks: number): Promise<Record<Name, Trained>> {
  const key = `${launcher.name} ${ranks}`;
  const names = (Object.keys(trainings) as Name[]).filter((name) => ranks === 4 || EVERYWHERE.includes(name));
  const run = runs.get(key) ?? train(launcher, ranks, names);
  runs.set(key, run);
  return run;
}

/**
 * Parts of the same sums are added in another order: some units in the last place of float32, 6e-8, in each step's loss. Between steps they grow
 * little in so few; an error of a row, a weight or a dropped unit would be above 1e-4.
 */
const ROUNDING = 5e-7;

/** The greatest difference of two curves, relative to the loss. */
function difference(one: readonly number[], other: readonly number[]): number {
  return Math.max(...one.map((loss, step) => Math.abs(loss - other[step]) / loss));
}

describe.each(launchers)("by $name", (launcher) => {
  test.each([
    [2, "W4"],
    [2, "W5"],
    [4, "W4"],
    [4, "W5"],
  ] as const)(
    "%i ranks learn what one process does, with dropout, weight decay, penalties and clipping: %s",
    async (ranks, name) => {
      const { [name]: one } = await trained(launchers[0], 1);
      const { losses, evaluated, step, isSame } = (await trained(launcher, ranks))[name];
      expect({ step, isSame, steps: losses.length }).toEqual({
        step: one.step,
        isSame: true,
        steps: one.losses.length,
      });
      expect(one.losses[0]).not.toBe(one.losses[1]);
      expect(difference(one.losses, losses)).toBeLessThan(ROUNDING);
      expect(Math.abs(one.evaluated - evaluated) / evaluated).toBeLessThan(ROUNDING);
    },
  );

  test("what 4 ranks send while they compute makes the bits of sums in shared memory that they wait for", async () => {
    const { inOrder: sent } = await train(launcher, 4, ["inOrder"], { GRADUS_MPI_SHARED_MEMORY: "0" });
    const { inOrder, waiting, threads } = await trained(launcher, 4);
    expect(sent).toEqual(waiting);
    const { twoParts: one } = await trained(launchers[0], 1);
    expect(difference(one.losses, inOrder.losses)).toBeLessThan(ROUNDING);
    expect(threads.threads).toBe(2);
    expect(difference(one.losses, threads.losses)).toBeLessThan(ROUNDING);
  });

  test("in a fixed order of sums 4 ranks have the same bits as by the other MPI, with machine code and with threads", async () => {
    const { wasm, native } = await trained(launcher, 4);
    const { wasm: first } = await trained(launchers[0], 4);
    for (const { bits, losses } of [wasm, native]) {
      expect({ bits, losses }).toEqual({ bits: first.bits, losses: first.losses });
    }
  });
});
