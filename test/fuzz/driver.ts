/**
 * Many inputs from seeds, one after another, and what was wrong with them. What an input is, a driver knows.
 *
 * An input that throws anything but a typed error is a finding, and so is one that takes too long.
 */
import { Worker } from "node:worker_threads";
import { GradusError } from "../../src/node.ts";

/** What tries inputs of one kind. */
export interface Driver {
  /** Tries the input of a seed. @returns what is wrong, in words. @throws {GradusError} an input that is refused rightly */
  run(seed: number): Promise<string | undefined>;
  /** What was seen so far, to be printed at the end. */
  readonly counts: object;
  stop(): Promise<void>;
}

export interface Findings {
  /** One for each seed that has something wrong, at most `MOST_FINDINGS`. */
  readonly found: readonly string[];
  readonly counts: object;
}

/** More tell nothing new. */
const MOST_FINDINGS = 20;
/** An input that takes longer hangs. */
const LONGEST = 30_000;

/** Tries the inputs of the seeds `seed`, `seed + 1`, …. */
export async function fuzz(driver: Driver, { seed, inputs }: { seed: number; inputs: number }): Promise<Findings> {
  const found: string[] = [];
  const watch = new Watch();
  try {
    for (let at = seed; at < seed + inputs && found.length < MOST_FINDINGS; at++) {
      watch.begin(at);
      const wrong = await tried(driver, at);
      if (wrong !== undefined) found.push(`seed ${at}: ${wrong}`);
    }
  } finally {
    await watch.stop();
    await driver.stop();
  }
  return { found, counts: driver.counts };
}

async function tried(driver: Driver, seed: number): Promise<string | undefined> {
  try {
    return await driver.run(seed);
  } catch (error) {
    if (error instanceof GradusError) return undefined;
    return `no typed error: ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** Ends the process where an input hangs, from a thread of its own, and says which. */
class Watch {
  readonly #begun = new BigInt64Array(new SharedArrayBuffer(16));
  readonly #worker = new Worker(
    `const { workerData: [begun, longest] } = require("node:worker_threads");
    setInterval(() => {
      if (Date.now() - Number(Atomics.load(begun, 1)) < longest) return;
      require("node:fs").writeSync(2, "The input of seed " + Atomics.load(begun, 0) + " hangs.\\n");
      process.kill(process.pid, "SIGKILL");
    }, 1000);`,
    { eval: true, workerData: [this.#begun, LONGEST] },
  );

  constructor() {
    this.begin(0);
    this.#worker.unref();
  }

  begin(seed: number): void {
    Atomics.store(this.#begun, 0, BigInt(seed));
    Atomics.store(this.#begun, 1, BigInt(Date.now()));
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
