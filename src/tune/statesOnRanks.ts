/**
 * The states of trials that other ranks train, which rank 0 keeps: the others ask it to open the checkpoint of a training, to keep a state and
 * to close it, and go on when it has done so, as with a disk of their own.
 *
 * A rank has one training at a time. Knows nothing of folders.
 */
import { textChecksum } from "../data/crc32.ts";
import type { Received, Team, TeamMessage } from "../distributed/team.ts";
import { DescriptionError, GradusError, RunFailedError } from "../errors.ts";
import type { Checkpoint, CheckpointPlace, MemberKeeper, MemberState } from "../tabular/checkpoints/checkpoint.ts";
import type { TrainingIdentity } from "../tabular/checkpoints/identity.ts";
import { readState, writeState } from "../tabular/checkpoints/stateFile.ts";
import type { TrialJob } from "./trial.ts";

/** Of the training that a rank has begun; the bytes are a state to keep. */
interface StatesMessage extends TeamMessage {
  readonly kind: "states";
  readonly open?: { readonly job: TrialJob; readonly identity: TrainingIdentity };
  /** The network whose state it is. */
  readonly keep?: number;
  readonly close?: true;
}

/** That it was done; the bytes are the state of the next network to go on from. */
interface ReplyMessage extends TeamMessage {
  readonly kind: "states reply";
  /** Milliseconds between two states, where a checkpoint was opened. */
  readonly every?: number;
  /** The network whose state the bytes are. */
  readonly network?: number;
  /** Why it couldn't be done, and the exit code of that error. */
  readonly fault?: { readonly message: string; readonly code: 1 | 2 };
}

/** On the other ranks: where the states of a training are kept. */
export function placeOnFirst(team: Team, job: TrialJob): CheckpointPlace {
  const ask = async (message: Omit<StatesMessage, "kind">, bytes?: Uint8Array): Promise<Received<ReplyMessage>> => {
    team.send(0, { kind: "states", ...message }, bytes);
    return await nextReply();
  };
  const nextReply = async (): Promise<Received<ReplyMessage>> => {
    const received = await team.next<ReplyMessage>("states reply");
    const { fault } = received.message;
    if (fault === undefined) return received;
    throw fault.code === 1 ? new RunFailedError(fault.message) : new DescriptionError(fault.message);
  };
  return {
    async open(identity) {
      const states = new Map<number, MemberState>();
      let found = await ask({ open: { job, identity } });
      for (; found.message.network !== undefined; found = await nextReply()) {
        const { network } = found.message;
        states.set(network, readState(found.bytes, ownerOf(identity, network)).state);
      }
      const { every = Number.POSITIVE_INFINITY } = found.message;
      return {
        every,
        member: (network) =>
          new AskingKeeper(states.get(network), every, async (state) => {
            await ask({ keep: network }, writeState(ownerOf(identity, network), { kept: 0, state }));
          }),
        [Symbol.asyncDispose]: async () => void (await ask({ close: true })),
      };
    },
  };
}

class AskingKeeper implements MemberKeeper {
  readonly from: MemberState | undefined;
  readonly #every: number;
  readonly #keep: (state: MemberState) => Promise<void>;
  #last = performance.now();

  constructor(from: MemberState | undefined, every: number, keep: (state: MemberState) => Promise<void>) {
    this.from = from;
    this.#every = every;
    this.#keep = keep;
  }

  get due(): boolean {
    return performance.now() - this.#last >= this.#every;
  }

  async keep(state: MemberState): Promise<void> {
    await this.#keep(state);
    this.#last = performance.now();
  }
}

/** On rank 0: keeps the states of the others' trainings. @param placeOf where those of a training are kept */
export function keepStatesOfOthers(team: Team, placeOf: (job: TrialJob) => CheckpointPlace): void {
  const open = new Map<number, OpenStates>();
  team.listen<StatesMessage>("states", ({ from: { rank }, message, bytes }) => {
    const reply = (message: Omit<ReplyMessage, "kind">, state?: Uint8Array): void =>
      team.send(rank, { kind: "states reply", ...message }, state);
    const act = async (): Promise<void> => {
      if (message.open !== undefined) {
        const { job, identity } = message.open;
        const states = new OpenStates(identity, await placeOf(job).open(identity));
        open.set(rank, states);
        for (const { network, state } of states.found()) reply({ network }, state);
        return reply({ every: states.every });
      }
      const states = open.get(rank);
      if (message.keep !== undefined) await states?.keep(message.keep, bytes);
      else await states?.close();
      reply({});
    };
    act().catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      reply({
        fault: { message: text, code: error instanceof GradusError && !(error instanceof RunFailedError) ? 2 : 1 },
      });
    });
  });
}

/** The checkpoint of a training on another rank. */
class OpenStates {
  readonly every: number;
  readonly #identity: TrainingIdentity;
  readonly #checkpoint: Checkpoint;
  readonly #keepers: readonly MemberKeeper[];

  constructor(identity: TrainingIdentity, checkpoint: Checkpoint) {
    this.every = checkpoint.every;
    this.#identity = identity;
    this.#checkpoint = checkpoint;
    this.#keepers = Array.from({ length: identity.networks }, (_, network) => checkpoint.member(network));
  }

  /** The states that are there. */
  *found(): Generator<{ readonly network: number; readonly state: Uint8Array }> {
    for (const [network, { from }] of this.#keepers.entries()) {
      if (from === undefined) continue;
      yield { network, state: writeState(ownerOf(this.#identity, network), { kept: 0, state: from }) };
    }
  }

  async keep(network: number, bytes: Uint8Array): Promise<void> {
    await this.#keepers[network].keep(readState(bytes, ownerOf(this.#identity, network)).state);
  }

  async close(): Promise<void> {
    await this.#checkpoint[Symbol.asyncDispose]();
  }
}

const ownerOf = (identity: TrainingIdentity, network: number): { training: string; network: number } => ({
  training: textChecksum(JSON.stringify(identity)),
  network,
});
