/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Ranks that do different parts of one job, where rank 0 has the results: what they tell each other, and how all of them end when one of
 * them fails, is told to stop, or is done.
 *
 * Nobody waits in an exchange, since the parts take different times: messages are looked for by a timer, and each rank sends a sign of
 * life now and then, so that one that hangs is found. Knows nothing of the job.
 */
import { DescriptionError, GradusError, RunFailedError } from "../errors.ts";
import type { AbortSignalLike } from "../kinds.ts";
import { type Collective, memberText, type RankProcess } from "./collective.ts";
import type { Messages } from "./messages.ts";

/** Plain data; what is binary goes beside it. */
export interface TeamMessage {
  readonly kind: string;
  readonly [field: string]: unknown;
}

export interface Received<M = TeamMessage> {
  readonly from: RankProcess;
  readonly message: M;
  readonly bytes: Uint8Array;
}

/** The job has ended: thrown where a rank would go on with its part. Nothing to tell a user. */
export class JobEnded extends RunFailedError {
  override name = "JobEnded";
}

/** Why another rank ended. */
export interface Failure {
  readonly from: RankProcess;
  readonly message: string;
  /** The exit code that its error has by itself. */
  readonly code: number;
}

export interface TeamOptions {
  /** So many seconds a rank may be silent before the job is ended. */
  readonly timeout: number;
}

/** Between two looks for messages, in milliseconds, as all times here; and while bytes are on their way. */
const POLLING = 20;
const POLLING_BUSY = 1;
const BETWEEN_SIGNS_OF_LIFE = 5000;
/** The same as a part of the time limit, where that is short. */
const SIGNS = 60;
/** After a rank has failed by itself, another that has been silent for this part of the time limit is taken to wait for it in an exchange. */
const SILENT_AFTER_FAILURE = 1 / 25;
/** A longer stretch from one look to the next is no silence of others: this rank was computing, or the machine slept. */
const LONGEST_STRETCH = 1000;

export class Team {
  readonly rank: number;
  readonly size: number;
  readonly members: readonly RankProcess[];
  /** "Open MPI 4.1.4" */
  readonly name: string;
  /** On rank 0: why another rank failed; the first that did. */
  failure: Failure | undefined;
  readonly #collective: Collective;
  readonly #messages: Messages;
  readonly #timeout: number;
  #timer: ReturnType<typeof setTimeout>;
  readonly #stopping = new AbortController();
  /** Messages that nobody has asked for yet, by kind. */
  readonly #unread = new Map<string, Received[]>();
  readonly #listeners = new Map<string, (received: Received) => void>();
  readonly #waiting = new Set<() => void>();
  /** How long each rank that this one listens to has been silent. */
  readonly #silence = new Map<number, number>();
  readonly #left = new Set<number>();
  /** Whether all ranks make the same exchanges. */
  #isTogether = false;
  /** Why this rank can't go on. */
  #reason: string | undefined;
  /** What rank 0 ended the job with. */
  #code: number | undefined;
  #last = performance.now();
  #sinceSign = 0;

  constructor(collective: Collective, messages: Messages, { timeout }: TeamOptions) {
    this.#collective = collective;
    this.#messages = messages;
    this.#timeout = 1000 * timeout;
    this.rank = collective.rank;
    this.size = collective.size;
    this.members = collective.members;
    this.name = collective.name;
    for (const { rank } of this.isFirst ? this.members.slice(1) : this.members.slice(0, 1)) this.#silence.set(rank, 0);
    this.#timer = setTimeout(() => this.#look(), POLLING);
  }

  /** Whether this is rank 0, which prints and saves. */
  get isFirst(): boolean {
    return this.rank === 0;
  }

  /**
   * For a job whose ranks make the same exchanges: one that fails by itself ends the others, which wait for it in an exchange and take no
   * messages there.
   */
  together(): Collective {
    this.#isTogether = true;
    return this.#collective;
  }

  /** Aborted when the job is to end: a rank got a signal or has failed, or rank 0 has ended. */
  get signal(): AbortSignalLike {
    return this.#stopping.signal;
  }

  /** The same, which this rank's own signal stops all ranks by. */
  signalWith(own: AbortSignalLike): AbortSignalLike {
    own.addEventListener("abort", () => this.stop());
    if (own.aborted) this.stop();
    return this.signal;
  }

  send(to: number, message: TeamMessage, bytes: Uint8Array = NOTHING): void {
    this.#messages.send(to, packed(message, bytes));
  }

  sendToOthers(message: TeamMessage): void {
    for (let to = 0; to < this.size; to++) if (to !== this.rank) this.send(to, message);
  }

  /** Calls a function with each message of a kind, also with those that have arrived before. */
  listen<M extends TeamMessage>(kind: M["kind"], listener: (received: Received<M>) => void): void {
    this.#listeners.set(kind, listener as (received: Received) => void);
    const before = this.#unread.get(kind) ?? [];
    this.#unread.delete(kind);
    for (const received of before) listener(received as Received<M>);
  }

  /**
   * The next message of a kind.
   *
   * @throws {RunFailedError | GradusError} on rank 0: another rank has failed @throws {JobEnded} on the others: rank 0 has ended
   */
  async next<M extends TeamMessage>(kind: M["kind"]): Promise<Received<M>> {
    let found: Received | undefined;
    await this.until(() => {
      found = this.#unread.get(kind)?.shift();
      return found !== undefined;
    });
    return found as Received<M>;
  }

  /**
   * Returns when all ranks have come here with the same: what one of them can't do ends the job before the others wait for it in an exchange.
   *
   * @param own plain data, by the names that a message has for it
   * @throws as `next` @throws {DescriptionError} on rank 0: a rank with something else
   */
  async meet(own: Readonly<Record<string, unknown>>): Promise<void> {
    if (!this.isFirst) {
      this.send(0, { kind: "here", own });
      await this.next("go on");
      return;
    }
    const textOf = (of: Readonly<Record<string, unknown>>, name: string): string => JSON.stringify(of[name]) ?? "none";
    for (let others = this.size - 1; others > 0; others--) {
      const { from, message } = await this.next<TeamMessage & { readonly own: Record<string, unknown> }>("here");
      const name = Object.keys(own).find((each) => textOf(message.own, each) !== textOf(own, each));
      if (name === undefined) continue;
      throw new DescriptionError(
        `All ranks have to do the same, and ${memberText(from)} does something else: ${name} is ${textOf(message.own, name)} there and ${textOf(own, name)} on rank 0. ` +
          "Start all ranks with the same command, and give their machines the same files.",
      );
    }
    this.sendToOthers({ kind: "go on" });
  }

  /** Waits until something holds that messages change. @throws as `next` */
  async until(holds: () => boolean): Promise<void> {
    for (;;) {
      this.requireRunning();
      if (holds()) return;
      await this.#change();
    }
  }

  /** @throws as `next` */
  requireRunning(): void {
    if (this.#code !== undefined && !this.isFirst) throw new JobEnded("The job has ended.");
    if (this.failure === undefined || !this.isFirst) return;
    const { from, message, code } = this.failure;
    const text = `${memberText(from)}: ${message}`;
    throw code === 1 ? new RunFailedError(text) : new GradusError(text);
  }

  /** Waits for the end of the job, on ranks that have done their part. @throws {JobEnded} always */
  async ended(): Promise<never> {
    await this.until(() => false);
    throw new JobEnded("The job has ended.");
  }

  /** Asks all ranks to end their parts early, and to keep what they have. */
  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    if (this.isFirst) this.sendToOthers({ kind: "stop" });
    else this.send(0, { kind: "stop" });
  }

  /** Tells rank 0 why this one can't go on. @param code the exit code of the error */
  fail(message: string, code: number): void {
    this.#reason = message;
    for (const rank of this.#silence.keys()) this.#silence.set(rank, 0);
    if (!this.isFirst) this.send(0, { kind: "failed", message, code });
  }

  /**
   * Leaves, when every rank does: the process exchanges nothing afterwards.
   *
   * @param code of this rank's part
   * @returns the exit code of the job, which rank 0 decides
   */
  async leave(code: number): Promise<number> {
    if (this.isFirst) {
      this.#code = code;
      this.#stopping.abort();
      this.sendToOthers({ kind: "end", code });
      while (this.#left.size < this.size - 1) await this.#change();
    } else {
      while (this.#code === undefined) await this.#change();
      this.send(0, { kind: "left" });
    }
    clearTimeout(this.#timer);
    this.#collective.dispose();
    return this.#code;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #look(): void {
    const now = performance.now();
    const passed = Math.min(Math.max(now - this.#last, 0), LONGEST_STRETCH);
    this.#last = now;
    this.#sinceSign += passed;
    if (this.#sinceSign >= Math.min(BETWEEN_SIGNS_OF_LIFE, this.#timeout / SIGNS)) {
      this.#sinceSign = 0;
      if (this.isFirst) this.sendToOthers({ kind: "alive" });
      else this.send(0, { kind: "alive" });
    }
    for (const [rank, silent] of this.#silence) this.#silence.set(rank, silent + passed);
    let hasNews = false;
    for (let next = this.#messages.receive(); next !== undefined; next = this.#messages.receive()) {
      hasNews = true;
      this.#take({ from: this.members[next.from], ...unpacked(next.bytes) });
    }
    if (hasNews) {
      for (const resolve of this.#waiting) resolve();
      this.#waiting.clear();
    }
    const hasFailed = this.#isTogether && this.#reason !== undefined;
    const limit = hasFailed ? SILENT_AFTER_FAILURE * this.#timeout : this.#timeout;
    for (const [rank, silent] of this.#silence) if (silent > limit) this.#giveUp(this.members[rank]);
    this.#timer = setTimeout(() => this.#look(), this.#messages.isBusy ? POLLING_BUSY : POLLING);
  }

  #take(received: Received): void {
    const { from, message } = received;
    if (this.#silence.has(from.rank)) this.#silence.set(from.rank, 0);
    switch (message.kind) {
      case "alive":
        break;
      case "stop":
        this.stop();
        break;
      case "failed":
        this.failure ??= { from, ...(message as unknown as Pick<Failure, "message" | "code">) };
        this.#stopping.abort();
        break;
      case "end":
        this.#code = message.code as number;
        this.#stopping.abort();
        break;
      case "left":
        this.#left.add(from.rank);
        this.#silence.delete(from.rank);
        break;
      default:
        this.#handOn(received);
    }
  }

  #handOn(received: Received): void {
    const { kind } = received.message;
    const listener = this.#listeners.get(kind);
    if (listener !== undefined) listener(received);
    else this.#unread.set(kind, [...(this.#unread.get(kind) ?? []), received]);
  }

  #giveUp(member: RankProcess): never {
    if (this.#isTogether && this.#reason !== undefined) return this.#collective.abort(this.#reason);
    const seconds = Math.round(this.#timeout / 100) / 10;
    return this.#collective.abort(
      `Nothing came from ${memberText(member)} for ${seconds} s: it hangs, was stopped, or can't be reached.`,
    );
  }
}

const NOTHING = new Uint8Array(0);

/** Four bytes for the length of the message as JSON, the JSON, the bytes. */
function packed(message: TeamMessage, bytes: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(message));
  const all = new Uint8Array(4 + json.length + bytes.length);
  new DataView(all.buffer).setUint32(0, json.length, true);
  all.set(json, 4);
  all.set(bytes, 4 + json.length);
  return all;
}

function unpacked(all: Uint8Array): { message: TeamMessage; bytes: Uint8Array } {
  const length = new DataView(all.buffer, all.byteOffset).getUint32(0, true);
  const message = JSON.parse(new TextDecoder().decode(all.subarray(4, 4 + length))) as TeamMessage;
  return { message, bytes: all.subarray(4 + length) };
}
