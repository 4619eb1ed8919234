/**
 * That all ranks have prepared the same training before any of them begins it: the same table, options and encoder, to the bit.
 *
 * What is found wrong on any rank ends the job with one message. Knows nothing of networks and steps.
 */
import { textChecksum } from "../../data/crc32.ts";
import { type Collective, gatherData, memberText, type RankProcess } from "../../distributed/collective.ts";
import type { Team } from "../../distributed/team.ts";
import { DescriptionError } from "../../errors.ts";
import type { BegunTraining } from "../beginTraining.ts";
import { differences, identityOf, type TrainingIdentity } from "../checkpoints/identity.ts";

/** By what the trainings of ranks are compared. */
interface Identified {
  readonly identity: TrainingIdentity;
  /** Of the first network's encoder: CRC-32 of its JSON. */
  readonly encoder: string;
}

/** What a rank has prepared. */
interface Prepared extends Identified {
  readonly kind: "prepared";
}

/**
 * On rank 0: returns when all ranks have prepared the same. On the others: tells rank 0 what was prepared.
 *
 * @throws {DescriptionError} on rank 0: a rank has prepared another training
 * @throws {RunFailedError | GradusError} on rank 0: another rank couldn't prepare it
 */
export async function agree(team: Team, training: BegunTraining): Promise<void> {
  const own: Prepared = { kind: "prepared", ...(await identified(training)) };
  if (!team.isFirst) return team.send(0, { ...own });
  for (let others = team.size - 1; others > 0; others--) {
    const { from, message } = await team.next<Prepared & Record<string, unknown>>("prepared");
    requireSame(own, message, from);
  }
}

async function identified(training: BegunTraining): Promise<Identified> {
  const encoder = textChecksum(JSON.stringify(training.first.fold.encoder));
  return { identity: identityOf(training, await training.engine.library?.()), encoder };
}

/** The same among ranks that make the same calls. @throws {DescriptionError} on every rank: one has prepared another training */
export async function agreeTogether(ranks: Collective, training: BegunTraining): Promise<void> {
  const [first, ...others] = gatherData(ranks, await identified(training), "the beginning of a training");
  for (const [at, other] of others.entries()) requireSame(first, other, ranks.members[at + 1]);
}

function requireSame(own: Identified, other: Identified, from: RankProcess): void {
  const found = differences(
    other.identity,
    own.identity,
    (name, there, here) => `${name} is ${there} there and ${here} on rank 0`,
  );
  if (found.length === 0 && other.encoder !== own.encoder)
    found.push("the encoder that was fitted there differs in its last bits");
  if (found.length === 0) return;
  throw new DescriptionError(
    `All ranks have to prepare the same training, and ${memberText(from)} has prepared another: ${found.join("; ")}. ` +
      "Start all ranks with the same command, and give their machines the same files and the same version of Node.",
  );
}
