/**
 * Many inputs from seeds, and what was wrong with them. What an input is, a driver knows.
 *
 * An input that throws anything but a typed error is a finding, and so is one that takes too long.
 */
import { Worker } from "node:worker_threads";
import { GradusError } from "../../src/node.ts";

/** What tries inputs of one kind. */
export interface Driver {
  /** Tries the input of a seed. @returns what is wrong, in words. @throws {GradusError} an input that is refused rightly */
  run(seed: number): Promise<string | undefined>;
  /** How many inputs are tried at once, where they wait for files and for other processes; 1 when absent. */
  readonly lanes?: number;
  /** An input beside which the process computes for longer hangs, in milliseconds; half a minute when absent. */
  readonly longest?: number;
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
/** The longest that an input may compute where the driver doesn't say; one that only waits may take so many times as long. */
const LONGEST = 30_000;
const WAITING = 20;

/** Tries the inputs of the seeds `seed`, `seed + 1`, …. Seeds that differ by a multiple of `lanes` are never tried at once. */
export async function fuzz(driver: Driver, { seed, inputs }: { seed: number; inputs: number }): Promise<Findings> {
  const { lanes = 1, longest = LONGEST } = driver;
  const found: string[] = [];
  const watch = new Watch(lanes, longest);
  const runLane = async (lane: number): Promise<void> => {
    for (let at = seed + lane; at < seed + inputs && found.length < MOST_FINDINGS; at += lanes) {
      watch.begin(lane, at);
      const wrong = await tried(driver, at);
      if (wrong !== undefined) found.push(`seed ${at}: ${wrong}`);
    }
    watch.end(lane);
  };
  try {
    await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(lane)));
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
  /** For each lane the seed, and the time and the computing time when it was begun; a time of 0 where none is. */
  readonly #begun: BigInt64Array;
  readonly #worker: Worker;

  constructor(lanes: number, longest: number) {
    this.#begun = new BigInt64Array(new SharedArrayBuffer(24 * lanes));
    this.#worker = new Worker(
      `const { workerData: [begun, longest, waiting] } = require("node:worker_threads");
      setInterval(() => {
        const { user, system } = process.cpuUsage();
        const late = [];
        for (let lane = 0; lane < begun.length; lane += 3) {
          const [since, computed] = [1, 2].map((at) => Number(Atomics.load(begun, lane + at)));
          const long = Date.now() - since > waiting * longest || (user + system) / 1000 - computed > longest;
          if (since > 0 && long) late.push(Atomics.load(begun, lane));
        }
        if (late.length === 0) return;
        require("node:fs").writeSync(2, "Hangs: the input of seed " + late.join(" or ") + ".\\n");
        process.kill(process.pid, "SIGKILL");
      }, 1000);`,
      { eval: true, workerData: [this.#begun, longest, WAITING] },
    );
    this.#worker.unref();
  }

  begin(lane: number, seed: number): void {
    const { user, system } = process.cpuUsage();
    const values = [seed, Date.now(), (user + system) / 1000];
    for (const [at, value] of values.entries()) Atomics.store(this.#begun, 3 * lane + at, BigInt(Math.floor(value)));
  }

  end(lane: number): void {
    Atomics.store(this.#begun, 3 * lane + 1, 0n);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
