/** A short run on all ranks for `gradus plan-cluster`: how long they compute, and how long they exchange. Knows nothing of forecasts and text. */
import { availableParallelism, cpus } from "node:os";
import {
  type Collective,
  desiredWidth,
  gatherNumbers,
  joinMpi,
  lineThrough,
  type MeasuredRanks,
  partsToExchange,
} from "../entries/internal.ts";
import { type Engine, engineOf, engineReports, makePlan, type Problem, type Session } from "../node.ts";

/** Milliseconds that a round of steps takes at the least: then the clock's own are few. */
const LEAST_ROUND = 100;
const ROUNDS = 7;
const EXCHANGES = 15;
/** The sizes of exchanges that are timed, beside those of the gradient: from where latency is all to a megabyte. */
const SIZES = [2 ** 12, 2 ** 16, 2 ** 20];

export interface ClusterRun extends MeasuredRanks {
  readonly engine: string;
  readonly threads: number;
  /** The median time of exchanges by their bytes. */
  readonly exchanges: readonly { readonly bytes: number; readonly seconds: number }[];
  /** The machines that have fewer cores than threads: ranks there compute as slowly as they share them. */
  readonly crowded: readonly Crowded[];
}

/** A machine with too many ranks. */
export interface Crowded {
  readonly host: string;
  readonly ranks: number;
  readonly cores: number;
}

/**
 * Trains for some seconds: each rank by itself, all at the same time, and then all together, in turns. All ranks call it.
 *
 * @param problem its batch size is that of each rank
 * @throws {DescriptionError} a network that several processes can't train
 */
export async function runOnCluster(problem: Problem, threads: number): Promise<ClusterRun> {
  const collective = joinMpi();
  const ranks = collective.size;
  const engine = await defaultEngine();
  const rows = problem.batchSize;
  const whole = { ...problem, batchSize: rows * ranks };
  using own = await engine.create(problem, { threads });
  using shared = await engine.create(whole, { threads, collective });
  const alone = trainer(own, rows, false);
  const together = trainer(shared, rows, true);
  const steps = await roundLength(collective, together);
  const times: { alone: number[]; together: number[] } = { alone: [], together: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.alone.push((await timed(collective, () => alone(steps))) / steps);
    times.together.push((await timed(collective, () => together(steps))) / steps);
  }
  const parts = bytesOfParts(whole, collective, threads);
  const exchanges = await timeExchanges(collective, [...new Set([...SIZES, ...parts])]);
  return {
    engine: own.engine,
    threads,
    ranks,
    rows,
    computing: median(times.alone),
    together: median(times.together),
    exchange: lineThrough(exchanges),
    exchanges,
    crowded: crowdedHosts(collective, threads),
    parts,
  };
}

/** All ranks call it. */
function crowdedHosts(collective: Collective, threads: number): Crowded[] {
  const available = availableParallelism();
  // Where the launcher has bound the ranks to cores, each has its own.
  const isBound = available < cpus().length;
  const cores = gatherNumbers(collective, [available, Number(isBound)]);
  const hosts = [...new Set(collective.members.map(({ host }) => host))];
  return hosts
    .map((host) => {
      const here = collective.members.filter((member) => member.host === host);
      const [own, bound] = cores[here[0].rank];
      return { host, ranks: here.length, cores: bound === 1 ? here.length * own : own };
    })
    .filter((found) => found.ranks * threads > found.cores);
}

async function defaultEngine(): Promise<Engine> {
  const reports = await engineReports();
  return engineOf(reports.find(({ isDefault }) => isDefault)?.name ?? "wasm");
}

/** What a session is to learn from is of no matter for its time: all numbers are 0. @returns makes so many steps */
function trainer(session: Session, rows: number, isShared: boolean): (steps: number) => Promise<unknown> {
  const { network, loss } = session.problem;
  const patterns = session.load({
    inputs: new Float32Array(rows * network.inputs),
    desired: new Float32Array(rows * desiredWidth(loss, network.outputs)),
  });
  const batch = Array.from({ length: rows }, (_, row) => row);
  return async (steps) => {
    const order = Array.from({ length: steps }, () => batch).flat();
    await session.run(patterns, order, isShared ? { batchSizes: new Array(steps).fill(rows) } : { batchSize: rows });
  };
}

/** As many steps as take long enough to be timed; the same on all ranks. */
async function roundLength(collective: Collective, train: (steps: number) => Promise<unknown>): Promise<number> {
  await train(1);
  for (let steps = 1; ; steps *= 2) {
    const seconds = await timed(collective, () => train(steps));
    if (1000 * seconds >= LEAST_ROUND || steps >= 1024) return steps;
  }
}

async function timeExchanges(collective: Collective, sizes: readonly number[]): Promise<ClusterRun["exchanges"]> {
  const arrays = sizes.map((bytes) => new Float32Array(new SharedArrayBuffer(bytes)));
  const times: number[][] = sizes.map(() => []);
  for (let turn = 0; turn < EXCHANGES; turn++) {
    for (const [i, array] of arrays.entries()) {
      times[i].push(await timed(collective, () => collective.allReduce(array)));
    }
  }
  return sizes.map((bytes, i) => ({ bytes, seconds: median(times[i]) }));
}

/** Seconds that the slowest rank takes, when all begin together. */
async function timed(collective: Collective, work: () => unknown): Promise<number> {
  collective.barrier();
  const begin = performance.now();
  await work();
  const own = (performance.now() - begin) / 1000;
  return Math.max(...gatherNumbers(collective, [own]).map(([seconds]) => seconds));
}

function bytesOfParts(problem: Problem, collective: Collective, threads: number): number[] {
  const plan = makePlan(problem);
  const parts = partsToExchange(plan, collective, threads);
  return parts.length > 0 ? parts.map(({ count }) => 4 * count) : [4 * plan.layout.length];
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
