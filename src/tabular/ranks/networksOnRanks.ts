/**
 * The networks of one model, divided among ranks: each trains some of them as one process would, and rank 0 has the results.
 *
 * Networks go to the ranks in their order, one each and round again. What travels is the state with which a network's training ended, as a
 * checkpoint has it: rank 0 goes on from it without a step, to the bits of a network that was trained there.
 */
import { textChecksum } from "../../data/crc32.ts";
import type { Team, TeamMessage } from "../../distributed/team.ts";
import type { EngineOptions, Numbers } from "../../engines/engine.ts";
import { DivergenceError } from "../../training/divergence.ts";
import type { FitEvent } from "../../training/events.ts";
import { drained } from "../../training/fit.ts";
import { type BegunTraining, memberOfTask } from "../beginTraining.ts";
import type { Checkpoint, MemberKeeper, MemberState } from "../checkpoints/checkpoint.ts";
import { readState, type StateOwner, writeState } from "../checkpoints/stateFile.ts";
import type { MemberTask } from "../members/memberTasks.ts";
import { countedMembers, type TrainedMember, type TrainMembersOptions, trainEach } from "../members/trainMembers.ts";
import { openMember } from "../trainMember.ts";
import { agree } from "./agreement.ts";

/** What a rank is to train. */
interface BeginMessage extends TeamMessage {
  readonly kind: "begin";
  /** Places among the model's members. */
  readonly networks: readonly number[];
  /** Milliseconds between two states of a network that rank 0 keeps; absent where it keeps none. */
  readonly every?: number;
}

/** The bytes are the state of a network. */
interface StateMessage extends TeamMessage {
  /** That it goes on from; that it has on the way; that it ended with. */
  readonly kind: "from" | "state" | "network";
  readonly index: number;
  /** Of a network that has diverged; the bytes are its parameters. */
  readonly divergence?: Omit<DivergenceError, "parameters" | "cause">;
}

interface EventsMessage extends TeamMessage {
  readonly kind: "events";
  readonly events: readonly { readonly event: FitEvent; readonly task: MemberTask }[];
}

/** How rank 0 makes a network that another rank has trained, and where states are kept. */
export interface Making<M> {
  readonly checkpoint: Checkpoint | undefined;
  /** @param from the state that it ended with */
  fromState(task: MemberTask, from: MemberState): Promise<M>;
  /** The error of a network that diverged. */
  diverged(task: MemberTask, error: DivergenceError): Promise<Error>;
}

/**
 * On rank 0: trains its own networks, and takes those of the others as they come.
 *
 * @returns all of them, as `trainMembers`
 * @throws what `train` throws, or a failure of another rank, which ends all
 */
export async function membersOfRanks<M extends TrainedMember>(
  team: Team,
  training: BegunTraining,
  options: TrainMembersOptions<M>,
  making: Making<M>,
): Promise<M[]> {
  await agree(team, training);
  const { tasks } = options;
  const { onProgress } = training.settings;
  const ended: StateMessage[] = [];
  const states = new KeptStates(team, training, making.checkpoint);
  let working = team.size - 1;
  team.listen<EventsMessage>("events", ({ message }) => {
    for (const { event, task } of message.events) onProgress?.(event, task);
  });
  team.listen<StateMessage>("state", ({ message, bytes }) => states.keep(message.index, bytes));
  team.listen<StateMessage>("network", ({ message, bytes }) => {
    ended.push(message);
    if (message.divergence === undefined) states.keep(message.index, bytes);
    else states.diverged(message.index, bytes);
  });
  team.listen("networks done", () => void working--);
  const mine = states.divide(tasks);
  const members = await trainEach({ ...options, tasks: mine });
  await team.until(() => working === 0);
  await states.written();
  const byOthers = new Set(ended.map(({ index }) => index));
  ended.sort((one, other) => one.index - other.index);
  for (const { index, divergence } of ended) {
    if (divergence === undefined) continue;
    const parameters = states.parametersOf(index);
    const error = new DivergenceError(divergence.happened, { ...divergence, parameters });
    throw await making.diverged(taskOf(tasks, index), error);
  }
  for (const task of tasks) {
    const from = byOthers.has(task.index) ? states.last(task.index) : undefined;
    if (from !== undefined) members.push(await making.fromState(task, from));
  }
  members.sort((one, other) => one.task.index - other.task.index);
  return await countedMembers(members, options);
}

const taskOf = (tasks: readonly MemberTask[], index: number): MemberTask =>
  tasks.find((task) => task.index === index) as MemberTask;

/** The states of the networks that other ranks train, as they arrive at rank 0. */
class KeptStates {
  readonly #team: Team;
  readonly #training: BegunTraining;
  readonly #checkpoint: Checkpoint | undefined;
  readonly #keepers = new Map<number, MemberKeeper>();
  readonly #states = new Map<number, MemberState>();
  readonly #parameters = new Map<number, Numbers>();
  /** The last state of each network that is to be written: a disk may be slower than they arrive. */
  readonly #unwritten = new Map<number, MemberState>();
  #writing: Promise<void> | undefined;
  #failed: { readonly error: unknown } | undefined;

  constructor(team: Team, training: BegunTraining, checkpoint: Checkpoint | undefined) {
    this.#team = team;
    this.#training = training;
    this.#checkpoint = checkpoint;
  }

  /** Gives each rank its networks, with the states that they go on from. @returns those of this rank */
  divide(tasks: readonly MemberTask[]): MemberTask[] {
    const { size } = this.#team;
    const every = this.#checkpoint?.every;
    for (let rank = 1; rank < size; rank++) {
      const theirs = tasks.filter((_, at) => at % size === rank);
      for (const { index } of theirs) {
        const keeper = this.#checkpoint?.member(index);
        if (keeper === undefined) continue;
        this.#keepers.set(index, keeper);
        if (keeper.from === undefined) continue;
        const bytes = writeState(ownerOf(this.#training, index), { kept: 0, state: keeper.from });
        this.#team.send(rank, { kind: "from", index }, bytes);
      }
      const networks = theirs.map(({ index }) => index);
      this.#team.send(rank, { kind: "begin", networks, ...(every !== undefined && { every }) });
    }
    return tasks.filter((_, at) => at % size === 0);
  }

  keep(index: number, bytes: Uint8Array): void {
    const { state } = readState(bytes, ownerOf(this.#training, index));
    this.#states.set(index, state);
    if (!this.#keepers.has(index)) return;
    this.#unwritten.set(index, state);
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    try {
      for (const [index, state] of this.#unwritten) {
        this.#unwritten.delete(index);
        await this.#keepers.get(index)?.keep(state);
      }
    } catch (error) {
      this.#failed ??= { error };
      this.#team.stop();
    }
    this.#writing = undefined;
  }

  /** A network has diverged: no other has to go on. */
  diverged(index: number, bytes: Uint8Array): void {
    const { buffer } = bytes.slice();
    const isFloat64 = this.#training.engine.precision === "float64";
    this.#parameters.set(index, isFloat64 ? new Float64Array(buffer) : new Float32Array(buffer));
    this.#team.stop();
  }

  /** @throws what a write that failed has thrown */
  async written(): Promise<void> {
    await this.#writing;
    if (this.#failed !== undefined) throw this.#failed.error;
  }

  last(index: number): MemberState | undefined {
    return this.#states.get(index);
  }

  parametersOf(index: number): Numbers {
    return this.#parameters.get(index) as Numbers;
  }
}

/** On the other ranks: trains their networks and sends them to rank 0. @throws {JobEnded} at the end */
export async function trainForFirst(
  team: Team,
  training: BegunTraining,
  options: Omit<TrainMembersOptions<unknown>, "train">,
): Promise<never> {
  const from = new Map<number, MemberState>();
  team.listen<StateMessage>("from", ({ message: { index }, bytes }) => {
    from.set(index, readState(bytes, ownerOf(training, index)).state);
  });
  await agree(team, training);
  const { networks, every } = (await team.next<BeginMessage>("begin")).message;
  const events = new EventSender(team);
  try {
    await trainEach({
      ...options,
      tasks: options.tasks.filter(({ index }) => networks.includes(index)),
      train: (task, engineOptions) =>
        trainAndSend(team, training, {
          task,
          engineOptions,
          events,
          keeper: new SendingKeeper(team, training, task, { every, from: from.get(task.index) }),
        }),
    });
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error; // rank 0 has it
  }
  events.flush();
  team.send(0, { kind: "networks done" });
  return await team.ended();
}

interface Turn {
  readonly task: MemberTask;
  readonly engineOptions: EngineOptions;
  readonly events: EventSender;
  readonly keeper: SendingKeeper;
}

async function trainAndSend(
  team: Team,
  training: BegunTraining,
  { task, engineOptions, events, keeper }: Turn,
): Promise<true> {
  const open = await openMember(training, memberOfTask(training, task), { engineOptions, keeper });
  using _session = open.session;
  try {
    await drained(open.events(), (event) => events.add(event, task));
  } catch (error) {
    if (error instanceof DivergenceError) {
      const { parameters, cause: _cause, ...divergence } = error;
      events.flush();
      team.send(0, { kind: "network", index: task.index, divergence }, bytesOf(parameters));
    }
    throw error;
  }
  events.flush();
  keeper.send("network");
  return true;
}

/** Has the last state of a network, and sends it to rank 0 now and then where that keeps states. */
class SendingKeeper implements MemberKeeper {
  readonly from: MemberState | undefined;
  readonly #team: Team;
  readonly #owner: StateOwner;
  readonly #every: number;
  #last: MemberState | undefined;
  #sent = performance.now();

  constructor(
    team: Team,
    training: BegunTraining,
    { index }: MemberTask,
    { every, from }: { readonly every: number | undefined; readonly from: MemberState | undefined },
  ) {
    this.from = from;
    this.#last = from;
    this.#team = team;
    this.#owner = ownerOf(training, index);
    this.#every = every ?? Number.POSITIVE_INFINITY;
  }

  get due(): boolean {
    return performance.now() - this.#sent >= this.#every;
  }

  async keep(state: MemberState): Promise<void> {
    this.#last = state;
    if (this.due) this.send("state");
  }

  /** Sends the last state. */
  send(kind: "state" | "network"): void {
    this.#sent = performance.now();
    if (this.#last === undefined) throw new Error("A training that ended has kept no state.");
    this.#team.send(0, { kind, index: this.#owner.network }, writeState(this.#owner, { kept: 0, state: this.#last }));
  }
}

/** So that a state isn't taken for another's. */
function ownerOf({ seed }: BegunTraining, network: number): StateOwner {
  return { training: textChecksum(String(seed)), network };
}

const bytesOf = (numbers: Numbers): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** Events go to rank 0 together: small networks end thousands of epochs a second. */
const BETWEEN_EVENTS = 100;

class EventSender {
  readonly #team: Team;
  #events: EventsMessage["events"][number][] = [];
  #sent = performance.now();

  constructor(team: Team) {
    this.#team = team;
  }

  add(event: FitEvent, task: MemberTask): void {
    this.#events.push({ event, task });
    if (performance.now() - this.#sent >= BETWEEN_EVENTS) this.flush();
  }

  flush(): void {
    this.#sent = performance.now();
    if (this.#events.length === 0) return;
    this.#team.send(0, { kind: "events", events: this.#events });
    this.#events = [];
  }
}
