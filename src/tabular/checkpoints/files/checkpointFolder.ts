/**
 * A checkpoint on a disk: a folder with what identifies the training, and for each network its two latest states.
 *
 *     training.json               the identity, and the runtime that it was begun on
 *     network-1-a.safetensors     a state; its place is taken in turn with
 *     network-1-b.safetensors     the one before or after it
 *
 * A file is written whole or not at all, and the older state is the one that is replaced: whenever the process ends, there is
 * a state to go on from. A file that the disk damaged is known by its checksum; the other one is as good, since both lead to the
 * same bits. Node only.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { textChecksum } from "../../../data/crc32.ts";
import { DataError, DescriptionError, GradusError } from "../../../errors.ts";
import { fromJson, object, text, withFields } from "../../../kinds.ts";
import { writeAtomically } from "../../../models/files/atomicWrite.ts";
import { claim } from "../../../models/files/claim.ts";
import { readModelBytes } from "../../../models/files/savedModel.ts";
import type { Checkpoint, MemberKeeper, MemberState } from "../checkpoint.ts";
import { differences, type TrainingIdentity } from "../identity.ts";
import { type KeptState, readState, type StateOwner, writeState } from "../stateFile.ts";
import { claimedFolder, namesIn, readError, requireOwnFolder } from "./ownFolder.ts";

/** The two places of a network's states. */
const PLACES = ["a", "b"] as const;
const IDENTITY = "training.json";

/** What was in a folder when it was opened. */
export interface FoundCheckpoint {
  /** Whether there was the checkpoint of this training, which then goes on. */
  readonly resumed: boolean;
  /** The networks that have begun. */
  readonly networks: readonly FoundNetwork[];
  /** What is odd and changes no bit: a damaged file whose place another one took, another version of Node. */
  readonly notes: readonly string[];
}

export interface FoundNetwork {
  /** Its number among the model's members, from 0. */
  readonly index: number;
  /** Epochs that it finished. */
  readonly epochs: number;
  /** Whether it has ended. */
  readonly ended: boolean;
}

export interface FolderOptions {
  readonly folder: string;
  /** Seconds between two states of a network. */
  readonly every: number;
  /** Called and awaited with what is there to go on from. */
  readonly onOpen?: (found: FoundCheckpoint) => void | Promise<void>;
}

/**
 * Opens the checkpoint of a training, or begins one in a folder that is empty or not there.
 *
 * @throws {DescriptionError} the checkpoint of another training, with all that differs; a folder with other files
 * @throws {DataError} a checkpoint whose identity is damaged
 * @throws {RunFailedError} a folder that another process has open
 * @throws {GradusError | RunFailedError} a folder that can't be read or written
 */
export async function openFolder(options: FolderOptions, identity: TrainingIdentity): Promise<Checkpoint> {
  const { folder } = options;
  await requireOwnFolder(folder, IDENTITY);
  const claimed = await claim(join(folder, IDENTITY), claimedFolder(folder));
  try {
    return await opened(options, identity, claimed);
  } catch (error) {
    await claimed[Symbol.asyncDispose]();
    throw error;
  }
}

async function opened(
  { folder, every, onOpen }: FolderOptions,
  identity: TrainingIdentity,
  claimed: AsyncDisposable,
): Promise<Checkpoint> {
  const names = await namesIn(folder);
  const resumed = names.includes(IDENTITY);
  const notes: string[] = [];
  if (resumed) notes.push(...(await requireSame(folder, identity)));
  else await begin(folder, identity);
  const training = textChecksum(JSON.stringify(identity));
  const states = new Map<number, KeptState>();
  for (let network = 0; network < identity.networks; network++) {
    const found = await latest(folder, names, { training, network }, notes);
    if (found !== undefined) states.set(network, found);
  }
  const networks = [...states].map(([index, { state }]): FoundNetwork => {
    return { index, epochs: state.fit.history.length, ended: state.fit.stopped !== undefined };
  });
  if (onOpen) await onOpen({ resumed, networks, notes });
  else for (const note of notes) process.emitWarning(note, "CheckpointWarning");
  return {
    every: 1000 * every,
    member(network) {
      const from = states.get(network);
      states.delete(network); // its memory is the training's now
      return new FolderKeeper(folder, { training, network }, from, 1000 * every);
    },
    [Symbol.asyncDispose]: () => claimed[Symbol.asyncDispose](),
  };
}

class FolderKeeper implements MemberKeeper {
  readonly from: MemberState | undefined;
  readonly #folder: string;
  readonly #owner: StateOwner;
  readonly #every: number;
  #kept: number;
  #last = performance.now();

  /** @param every milliseconds */
  constructor(folder: string, owner: StateOwner, from: KeptState | undefined, every: number) {
    this.from = from?.state;
    this.#folder = folder;
    this.#owner = owner;
    this.#every = every;
    this.#kept = (from?.kept ?? -1) + 1;
  }

  get due(): boolean {
    return performance.now() - this.#last >= this.#every;
  }

  async keep(state: MemberState): Promise<void> {
    const kept = this.#kept++;
    await writeAtomically(pathOf(this.#folder, this.#owner.network, kept), writeState(this.#owner, { kept, state }));
    this.#last = performance.now();
  }
}

/** Where the state goes that is kept after so many others: not where the one before it lies. */
function pathOf(folder: string, network: number, kept: number): string {
  return join(folder, nameOf(network, PLACES[kept % PLACES.length]));
}

const nameOf = (network: number, place: string): string => `network-${network + 1}-${place}.safetensors`;

/** The newest state of a network that is whole. @param notes gets the damaged files */
async function latest(
  folder: string,
  names: readonly string[],
  owner: StateOwner,
  notes: string[],
): Promise<KeptState | undefined> {
  const whole: KeptState[] = [];
  const damaged: string[] = [];
  for (const place of PLACES) {
    const name = nameOf(owner.network, place);
    if (!names.includes(name)) continue;
    const path = join(folder, name);
    const bytes = await readModelBytes(path);
    try {
      whole.push(readState(bytes, owner));
    } catch (error) {
      if (!(error instanceof GradusError)) throw error;
      damaged.push(`${path} is damaged: ${error.message}`);
    }
  }
  const [newest] = whole.sort((one, other) => other.kept - one.kept);
  const instead = newest === undefined ? "This network begins anew." : "An older state is used.";
  notes.push(...damaged.map((what) => `${what} ${instead}`));
  return newest;
}

async function begin(folder: string, identity: TrainingIdentity): Promise<void> {
  const content = { ...identity, runtime: runtime() };
  await writeAtomically(join(folder, IDENTITY), [`${JSON.stringify(content, undefined, 2)}\n`]);
}

/** What may be compared; what an earlier version wrote differs in the version at least. */
const identityKind = withFields("a training", { version: text, engine: text, options: object, problem: object });

/** @returns notes on what differs and decides nothing for sure */
async function requireSame(folder: string, identity: TrainingIdentity): Promise<string[]> {
  const path = join(folder, IDENTITY);
  const json = await readFile(path, "utf8").catch((error: unknown) => {
    throw readError(path, error);
  });
  const before = fromJson<Partial<TrainingIdentity> & { readonly runtime?: string }>(json, identityKind);
  if (before === undefined) {
    throw new DataError(
      `${path} is damaged: expected a training as JSON. Remove the folder to begin the training anew.`,
    );
  }
  const found = differences(before, identity);
  if (found.length > 0) {
    throw new DescriptionError(
      `The checkpoint in ${folder} is of another training: ${found.join("; ")}. Give another folder, or remove this one to begin anew.`,
    );
  }
  const now = runtime();
  if (before.runtime === now) return [];
  return [
    `The checkpoint was begun on ${before.runtime}, and this is ${now}: the last bits may differ from a training on one of them.`,
  ];
}

const runtime = (): string => `Node ${process.versions.node} on ${process.arch}`;
