/** Sessions of several processes, as far as one process can try them: beside a rank without rows, the bits are those of one process. */
import { expect, test } from "vitest";
import type { Collective, Pending, Summed } from "../../distributed/collective.ts";
import { oneProcess } from "../../distributed/oneProcess.ts";
import { dense, dropout } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { random } from "../../random.ts";
import { completeProblem, type EngineOptions } from "../engine.ts";
import { wasm } from "../wasm/wasm.ts";

const problem = completeProblem({
  network: network({
    inputs: 300,
    layers: [dense(300, { activation: "relu" }), dropout(0.2), dense(250, { activation: "tanh" }), dense(4)],
  }),
  loss: "crossEntropy",
  optimizer: "adamW",
  clipNorm: 0.5,
  batchSize: 16,
  seed: 3,
});
const ROWS = 40;
const draws = random(1, "rows");
const inputs = Float32Array.from({ length: 300 * ROWS }, () => draws.normal());
const desired = Float32Array.from({ length: ROWS }, (_, row) => row % 4);
const rows = Array.from({ length: ROWS }, (_, row) => (7 * row) % ROWS);

/** What the exchanges of a session were: how long each sum, and how many were under way when another one began. */
class Watched {
  readonly lengths: number[] = [];
  readonly underWay: number[] = [];
  polls = 0;
  readonly #open = new Set<Pending>();

  /** Beside this rank, one that has no rows. */
  readonly collective: Collective = {
    ...oneProcess(),
    size: 2,
    members: [0, 1].map((rank) => ({ rank, host: "here", process: rank })),
    startAllReduce: (values) => this.#start(values),
    during: async (work, pending) => {
      for (const exchange of pending) exchange.poll();
      return work;
    },
    allGather: (bytes, what = "") => {
      const isCounted = what === "the beginning of a run" || what === "the losses of a run" || what === "an evaluation";
      return [bytes.slice(), isCounted ? new Uint8Array(bytes.length) : bytes.slice()];
    },
  };

  #start(values: Summed): Pending {
    this.lengths.push(values.length);
    this.underWay.push(this.#open.size);
    const pending: Pending = {
      poll: () => {
        this.polls += 1;
        return false;
      },
      wait: () => void this.#open.delete(pending),
    };
    this.#open.add(pending);
    return pending;
  }
}

async function train(options: EngineOptions = {}) {
  using session = await wasm.create(problem, options);
  const patterns = session.load({ inputs, desired });
  const losses = await session.run(patterns, rows, options.collective ? { batchSizes: [16, 16, 8] } : {});
  await session.gradient(patterns, rows.slice(0, 5));
  const evaluated = await session.evaluate(patterns);
  // Large arrays are compared as text: toEqual goes number by number.
  const [gradients, parameters] = [session.gradients, session.parameters].map((values) => values.join());
  return { losses, evaluated, gradients, parameters };
}

let alone: ReturnType<typeof train> | undefined;

test.each<EngineOptions>([{}, { threads: 2 }, { threads: 1 }, { apart: false, threads: 1 }])(
  "a gradient that is exchanged in parts has the bits of one process (%o)",
  async (options) => {
    const watched = new Watched();
    alone ??= train();
    expect(await train({ ...options, collective: watched.collective })).toEqual(await alone);
    // The layers of 75,250 + 1,004 and of 90,300 parameters, in 4 batches: each sum begins when its part is complete.
    expect(watched.lengths).toEqual(Array(4).fill([76_254, 90_300]).flat());
    expect(watched.underWay).toEqual(Array(4).fill([0, 1]).flat());
    expect(watched.polls).toBeGreaterThanOrEqual(4);
  },
);
