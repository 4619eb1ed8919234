/**
 * The rows of many requests, predicted some at a time in turns of the event loop.
 *
 * Rows of requests that arrived together are predicted by one call, which costs less than a call each. A request alone never waits;
 * several wait, some milliseconds at most, as long as each turn brings another: Node accepts one connection a turn, so that of many that
 * open at once the last would wait for as many predictions.
 * A request of many rows gets a share of each turn, so that small requests don't wait for large ones, and the server goes on
 * reading and responding between turns. No worker computes them: rows and predictions are objects, whose copies to another thread and
 * back take about as long as predicting does.
 *
 * A model predicts a row to the same bits alone and among others. Knows neither HTTP nor what a row or a result is.
 */
/** The rows of a turn. On a network of five times 3 × 256 units they take about 6 ms. */
export const ROWS_PER_TURN = 64;

/** For how long requests wait while others arrive, in milliseconds. */
const ARRIVING = 5;

/** A request's rows, some of them predicted. */
interface Job<Row, Result> {
  readonly rows: readonly Row[];
  readonly results: Result[];
  abandoned(): Error | undefined;
  resolve(results: Result[]): void;
  reject(error: unknown): void;
}

export interface BatchOptions<Row, Result> {
  /** A result a row, in order. */
  predict(rows: readonly Row[]): readonly Result[];
  /** Called with how many rows were predicted together. */
  onTurn?(rows: number): void;
}

export class Batches<Row, Result> {
  readonly #options: BatchOptions<Row, Result>;
  #jobs: Job<Row, Result>[] = [];
  #scheduled = false;
  /** Since when requests wait for others, and how many of them had come a turn before. */
  #arriving: { readonly since: number; readonly jobs: number } | undefined;
  #onEmpty: (() => void)[] = [];

  constructor(options: BatchOptions<Row, Result>) {
    this.#options = options;
  }

  /**
   * The results of a request's rows, in order.
   *
   * @param rows at least one
   * @param abandoned asked before each turn: why the rest is not to be predicted, where it isn't
   * @throws what `predict` throws for these rows alone, whatever other rows were in a turn; what `abandoned` gave
   */
  predict(rows: readonly Row[], abandoned: () => Error | undefined): Promise<Result[]> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ rows, results: [], abandoned, resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves when no rows wait. */
  emptied(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#jobs.length === 0) resolve();
      else this.#onEmpty.push(resolve);
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#othersArrive()) this.#turn();
      if (this.#jobs.length > 0) this.#schedule();
      else for (const resolve of this.#onEmpty.splice(0)) resolve();
    });
  }

  #othersArrive(): boolean {
    const { since, jobs } = this.#arriving ?? { since: performance.now(), jobs: 1 };
    const grew = this.#jobs.length > jobs && this.#jobs.length < ROWS_PER_TURN;
    const arrive = grew && performance.now() - since < ARRIVING;
    this.#arriving = arrive ? { since, jobs: this.#jobs.length } : undefined;
    return arrive;
  }

  #turn(): void {
    const jobs = this.#jobs.filter(isWanted);
    const parts = sharesOf(jobs);
    if (parts.length > 0) this.#predict(parts);
    const isOpen = ({ rows, results }: Job<Row, Result>): boolean => results.length < rows.length;
    const taken = new Set(parts.map(({ job }) => job));
    // What had a share goes behind what had none.
    this.#jobs = [...jobs.filter((job) => !taken.has(job)), ...parts.map(({ job }) => job).filter(isOpen)];
  }

  #predict(parts: readonly Share<Row, Result>[]): void {
    const rows = parts.flatMap((part) => part.rows);
    try {
      const results = this.#options.predict(rows);
      this.#options.onTurn?.(rows.length);
      let at = 0;
      for (const { job, rows: own } of parts) {
        for (let i = 0; i < own.length; i++) job.results.push(results[at++]);
        if (job.results.length === job.rows.length) job.resolve(job.results);
      }
    } catch {
      for (const { job } of parts) this.#predictAlone(job);
    }
  }

  /** All rows of one request, so that an error is its own and counts its rows. */
  #predictAlone(job: Job<Row, Result>): void {
    const { rows, results } = job;
    try {
      results.splice(0, results.length, ...this.#options.predict(rows));
      job.resolve(results);
    } catch (error) {
      results.length = rows.length; // nothing is left to predict
      job.reject(error);
    }
  }
}

/** Rejects a job that was abandoned. */
function isWanted<Row, Result>({ abandoned, reject }: Job<Row, Result>): boolean {
  const reason = abandoned();
  if (reason !== undefined) reject(reason);
  return reason === undefined;
}

interface Share<Row, Result> {
  readonly job: Job<Row, Result>;
  readonly rows: readonly Row[];
}

/** Whose rows are predicted next: equal shares, and what small requests leave goes to the others in their order. */
function sharesOf<Row, Result>(jobs: readonly Job<Row, Result>[]): Share<Row, Result>[] {
  const shares: Share<Row, Result>[] = [];
  let left = ROWS_PER_TURN;
  const share = Math.max(1, Math.floor(ROWS_PER_TURN / Math.max(1, jobs.length)));
  for (const [at, job] of jobs.entries()) {
    if (left === 0) break;
    const isLast = at === jobs.length - 1;
    const { rows, results } = job;
    const part = rows.slice(results.length, results.length + Math.min(left, isLast ? left : share));
    left -= part.length;
    shares.push({ job, rows: part });
  }
  return shares;
}
