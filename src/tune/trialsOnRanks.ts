/**
 * The trials of a search, divided among ranks: rank 0 searches and gives each rank a trial as it becomes free, itself included. Trials of a
 * rung share nothing, and their records are taken in their order, so the search is that of one process.
 */
import { memberText } from "../distributed/collective.ts";
import type { Team, TeamMessage } from "../distributed/team.ts";
import { DescriptionError, shown } from "../errors.ts";
import { type TrialJob, type TrialRecord, trialKey } from "./trial.ts";
import type { Study } from "./tuneOptions.ts";

interface PreparedMessage extends TeamMessage {
  readonly kind: "search";
  readonly study: Study;
}

interface TrialMessage extends TeamMessage {
  readonly kind: "trial";
  readonly job: TrialJob;
}

interface DoneMessage extends TeamMessage {
  readonly kind: "trial done";
  /** null where it was interrupted. */
  readonly record: TrialRecord | null;
}

type Train = (job: TrialJob) => Promise<TrialRecord | undefined>;

/** On the other ranks: makes trials for rank 0. @throws {JobEnded} at the end */
export async function trainTrialsForFirst(team: Team, study: Study, train: Train): Promise<never> {
  team.send(0, { kind: "search", study });
  for (;;) {
    const { message } = await team.next<TrialMessage>("trial");
    const record = await train(message.job);
    team.send(0, { kind: "trial done", record: record ?? null });
  }
}

/** On rank 0: the ranks that make trials. */
export class TrialRanks {
  readonly #team: Team;
  readonly #train: Train;
  /** What each rank that has a trial is to answer. */
  readonly #answers = new Map<number, (record: TrialRecord | undefined) => void>();
  readonly #ended = new Map<string, Promise<TrialRecord | undefined>>();

  constructor(team: Team, train: Train) {
    this.#team = team;
    this.#train = train;
    team.listen<DoneMessage>("trial done", ({ from, message }) => {
      this.#answers.get(from.rank)?.(message.record ?? undefined);
      this.#answers.delete(from.rank);
    });
  }

  /** @throws {DescriptionError} a rank with another search @throws {RunFailedError | GradusError} one that couldn't prepare it */
  async agree(study: Study): Promise<void> {
    for (let others = this.#team.size - 1; others > 0; others--) {
      const { from, message } = await this.#team.next<PreparedMessage>("search");
      const name = Object.keys(study).find((key) => textOf(message.study, key) !== textOf(study, key));
      if (name === undefined) continue;
      const [there, here] = [message.study, study].map((each) => shown(each[name as keyof Study]));
      throw new DescriptionError(
        `All ranks have to make the same search, and ${memberText(from)} has another: ${name} is ${there} there and ${here} on rank 0. ` +
          "Start all ranks with the same command, and give their machines the same files.",
      );
    }
  }

  /** Begins trials, as many at a time as there are ranks. */
  begin(jobs: readonly TrialJob[]): void {
    const waiting = [...jobs];
    const results = new Map<TrialJob, (record: Promise<TrialRecord | undefined>) => void>();
    for (const job of jobs) {
      const result = new Promise<TrialRecord | undefined>((resolve) => results.set(job, resolve));
      result.catch(() => {}); // who asks for it gets the error
      this.#ended.set(keyOf(job), result);
    }
    const work = async (rank: number): Promise<void> => {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
        const record = this.#team.signal.aborted ? Promise.resolve(undefined) : this.#make(rank, job);
        results.get(job)?.(record);
        await record.catch(() => {});
      }
    };
    for (let rank = 0; rank < this.#team.size; rank++) void work(rank);
  }

  /** The record of a trial that was begun; nothing where it was interrupted. @throws as `begin`'s training, or where a rank has failed */
  async record(job: TrialJob): Promise<TrialRecord | undefined> {
    const record = await this.#ended.get(keyOf(job));
    this.#team.requireRunning();
    return record;
  }

  /** Waits until no other rank has a trial: after a signal, those that were begun are still to end. */
  async ended(): Promise<void> {
    await this.#team.until(() => this.#answers.size === 0);
  }

  async #make(rank: number, job: TrialJob): Promise<TrialRecord | undefined> {
    if (rank === 0) return await this.#train(job);
    let answer: { readonly record: TrialRecord | undefined } | undefined;
    this.#answers.set(rank, (record) => {
      answer = { record };
    });
    this.#team.send(rank, { kind: "trial", job });
    await this.#team.until(() => answer !== undefined);
    return answer?.record;
  }
}

const keyOf = (job: TrialJob): string => `${job.trial} ${job.rung} ${trialKey(job)}`;

const textOf = (study: Study, key: string): string => JSON.stringify(study[key as keyof Study]) ?? "";
