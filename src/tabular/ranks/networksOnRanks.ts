/**
 * The networks of one model, divided among ranks: each trains some of them as one process would, and rank 0 has the results.
 *
 * Networks go to the ranks in their order, one each and round again. What travels is the state with which a network's training ended, as a
 * checkpoint has it: rank 0 goes on from it without a step, to the bits of a network that was trained there.
 */
import { textChecksum } from "../../data/crc32.ts";
import type { Received, Team, TeamMessage } from "../../distributed/team.ts";
import type { EngineOptions, Numbers } from "../../engines/engine.ts";
import { DivergenceError } from "../../training/divergence.ts";
import type { FitEvent } from "../../training/events.ts";
import { drained } from "../../training/fit.ts";
import { type BegunTraining, memberOfTask } from "../beginTraining.ts";
import type { MemberKeeper, MemberState } from "../checkpoints/checkpoint.ts";
import { readState, writeState } from "../checkpoints/stateFile.ts";
import type { MemberTask } from "../members/memberTasks.ts";
import { countedMembers, type TrainedMember, type TrainMembersOptions, trainEach } from "../members/trainMembers.ts";
import { openMember } from "../trainMember.ts";
import { agree } from "./agreement.ts";

/** The tasks of a rank. */
export function tasksOfRank(tasks: readonly MemberTask[], { rank, size }: Pick<Team, "rank" | "size">): MemberTask[] {
  return tasks.filter((_, at) => at % size === rank);
}

interface NetworkMessage extends TeamMessage {
  readonly kind: "network";
  /** Its place among the model's members. */
  readonly index: number;
  /** Absent where the bytes are its state. */
  readonly divergence?: Omit<DivergenceError, "parameters" | "cause">;
}

interface EventsMessage extends TeamMessage {
  readonly kind: "events";
  readonly events: readonly { readonly event: FitEvent; readonly task: MemberTask }[];
}

/** How rank 0 makes a network that another rank has trained. */
export interface Making<M> {
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
  const arrived: Received<NetworkMessage>[] = [];
  let working = team.size - 1;
  team.listen<EventsMessage>("events", ({ message }) => {
    for (const { event, task } of message.events) onProgress?.(event, task);
  });
  team.listen<NetworkMessage>("network", (received) => {
    arrived.push(received);
    if (received.message.divergence !== undefined) team.stop();
  });
  team.listen("networks done", () => void working--);
  const members = await trainEach({ ...options, tasks: tasksOfRank(tasks, team) });
  await team.until(() => working === 0);
  arrived.sort((one, other) => one.message.index - other.message.index);
  for (const { message, bytes } of arrived) {
    const task = tasks.find(({ index }) => index === message.index) as MemberTask;
    const { divergence } = message;
    if (divergence !== undefined) throw await making.diverged(task, divergenceOf(divergence, bytes, training));
    members.push(await making.fromState(task, readState(bytes, ownerOf(training, task)).state));
  }
  members.sort((one, other) => one.task.index - other.task.index);
  return await countedMembers(members, options);
}

/** On the other ranks: trains their networks and sends them to rank 0. @throws {JobEnded} at the end */
export async function trainForFirst(
  team: Team,
  training: BegunTraining,
  options: Omit<TrainMembersOptions<unknown>, "train">,
): Promise<never> {
  await agree(team, training);
  const events = new EventSender(team);
  try {
    await trainEach({
      ...options,
      tasks: tasksOfRank(options.tasks, team),
      train: (task, engineOptions) => trainAndSend(team, training, { task, engineOptions, events }),
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
}

async function trainAndSend(team: Team, training: BegunTraining, { task, engineOptions, events }: Turn): Promise<true> {
  let last: MemberState | undefined;
  const keeper: MemberKeeper = {
    from: undefined,
    due: false,
    keep: async (state) => {
      last = state;
    },
  };
  const open = await openMember(training, memberOfTask(training, task), { engineOptions, keeper });
  using _session = open.session;
  const message = { kind: "network", index: task.index };
  try {
    await drained(open.events(), (event) => events.add(event, task));
  } catch (error) {
    if (error instanceof DivergenceError) {
      const { parameters, cause: _cause, ...divergence } = error;
      events.flush();
      team.send(0, { ...message, divergence }, bytesOf(parameters));
    }
    throw error;
  }
  if (last === undefined) throw new Error("A training that ended has kept no state.");
  events.flush();
  team.send(0, message, writeState(ownerOf(training, task), { kept: 0, state: last }));
  return true;
}

/** So that a state isn't taken for another's. */
function ownerOf(
  { seed }: BegunTraining,
  { index }: MemberTask,
): { readonly training: string; readonly network: number } {
  return { training: textChecksum(String(seed)), network: index };
}

const bytesOf = (numbers: Numbers): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

function divergenceOf(
  divergence: Omit<DivergenceError, "parameters" | "cause">,
  bytes: Uint8Array,
  training: BegunTraining,
): DivergenceError {
  const { buffer } = bytes.slice();
  const parameters = training.engine.precision === "float64" ? new Float64Array(buffer) : new Float32Array(buffer);
  return new DivergenceError(divergence.happened, { ...divergence, parameters });
}

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
