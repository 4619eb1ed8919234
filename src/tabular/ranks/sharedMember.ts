/**
 * One network that ranks train together, each on its own rows: starting weights, epochs, outputs for the validation rows of all.
 *
 * What `../trainMember.ts` does for a process with all rows. Every rank makes the same calls. Knows nothing of the model.
 */
import { groupsOf } from "../../data/groupColumn.ts";
import { outputUnits, targetNames } from "../../data/targetNames.ts";
import type { Collective } from "../../distributed/collective.ts";
import { fromFirst } from "../../distributed/fromFirst.ts";
import type { Numbers, Session } from "../../engines/engine.ts";
import { createForRanks } from "../../engines/factory.ts";
import { backgroundOf } from "../../models/background.ts";
import { initialFromData } from "../../reference/initialFromData.ts";
import { drained, resumableEvents } from "../../training/fit.ts";
import { KeptOutputs } from "../../training/keptOutputs.ts";
import { gathered } from "../../training/ranks/gathered.ts";
import type { BegunTraining } from "../beginTraining.ts";
import type { MemberKeeper } from "../checkpoints/checkpoint.ts";
import type { FoldPart } from "../fold.ts";
import { fitOptionsOf, type Member } from "../member.ts";
import type { MemberTask } from "../members/memberTasks.ts";
import { nestedOutputs } from "../members/nestedOutputs.ts";
import type { TrainedMember } from "../members/trainMembers.ts";
import type { DocumentedMember } from "../trainedDocument.ts";
import { type MemberResult, stateKeeper } from "../trainMember.ts";
import { gatheredColumns, sampleOfAll, sumOfRanks } from "./gatheredRows.ts";

/** Rows that scale the starting weights: as many as `initialFromData` takes of all. */
const SAMPLE = 256;

/** The memory of rank 0 for the validation outputs of all epochs: a rank may have little. */
const KEPT_BYTES = 32 * 2 ** 20;

/** What is to be trained now. */
export interface SharedTurn {
  readonly task: MemberTask;
  /** Keeps its states, on rank 0 alone: all go on from its state. */
  readonly keeper: MemberKeeper | undefined;
  /** So many steps each rank makes by itself; each step is made together when absent. */
  readonly syncEvery: number | undefined;
}

/** @throws {DivergenceError} as `fit`, on all ranks */
export async function trainSharedMember(
  ranks: Collective,
  { engine, threads, settings, start, rows: asked }: BegunTraining,
  member: Member,
  { task, keeper, syncEvery }: SharedTurn,
): Promise<TrainedMember & MemberResult> {
  const { fold, problem } = member;
  const validation = fold.validation as FoldPart; // `sharedDataset` has some
  using session = await createForRanks(engine, problem, {
    ...(threads !== undefined && { threads }),
    collective: ranks,
    syncEvery,
    parameters: startingWeights(ranks, member),
  });
  const { weights, group } = asked;
  const counting = [weights, group].filter((name) => name !== undefined);
  const columns = [...targetNames(fold.target), ...counting];
  const table = gatheredColumns(ranks, validation.table, [...new Set(columns)]);
  const own = validation.patterns;
  const all: Validated = {
    desired: gathered(ranks, own.desired, "the validation targets"),
    sampleWeights: own.sampleWeights && gathered(ranks, own.sampleWeights, "the validation weights"),
    groups: group === undefined ? undefined : groupsOf(table, group),
  };
  const kept = new KeptOutputs(KEPT_BYTES / start.networks, keeper?.from?.outputs);
  const { onProgress } = settings;
  const options = {
    ...fitOptionsOf(member, settings, all),
    onOutputs: (outputs: Numbers) => kept.add(outputs),
  };
  const result = await drained(
    resumableEvents(session, options, keeper && stateKeeper(keeper, kept)),
    onProgress && ((event) => onProgress(event, { ...task })),
  );
  const parameters = session.parameters.slice();
  const outputs = await honestOutputs(ranks, member, all, { session, looks: kept.looks });
  const held = { table, outputs };
  return { ...result, task, ...describedMember(ranks, member, parameters), parameters, held };
}

/** The network as a model has it, with the mean of the training rows of all ranks. */
export function describedMember(
  ranks: Collective,
  { fold, problem: { network } }: Member,
  parameters: Numbers,
): DocumentedMember {
  const { inputs } = fold.training.patterns;
  const sumOfAll = (sums: Float64Array): Float64Array => sumOfRanks(ranks, sums, "the mean of the training rows");
  const background = backgroundOf(network, parameters, inputs, sumOfAll);
  return { description: { encoder: fold.encoder, background, network }, target: fold.target };
}

function startingWeights(ranks: Collective, { fold, problem: { network, seed } }: Member): Float64Array {
  const { table, patterns } = fold.training;
  const rows = { table, inputs: patterns.inputs as Float32Array, width: network.inputs };
  return initialFromData(network, sampleOfAll(ranks, rows, { most: SAMPLE, key: seed >>> 0 }), seed);
}

/** Of the validation rows of all ranks. */
interface Validated {
  readonly desired: Numbers;
  readonly sampleWeights: Numbers | undefined;
  readonly groups: Float64Array | undefined;
}

interface Learned {
  readonly session: Session;
  /** On rank 0; none elsewhere. */
  readonly looks: KeptOutputs["looks"];
}

/** y for the validation rows of all ranks, each row's from an epoch that it had no say in, on every rank. */
async function honestOutputs(
  ranks: Collective,
  { recipe, problem, fold }: Member,
  all: Validated,
  { session, looks }: Learned,
): Promise<Numbers> {
  const { inputs } = (fold.validation as FoldPart).patterns;
  const { metric, ties } = recipe;
  const { outputs, target } = fold;
  const choice = { metric, loss: problem.loss, ties, outputs, ...all, units: outputUnits(target) };
  const nested = fromFirst(ranks, looks.length === 0 ? undefined : nestedOutputs(looks, choice));
  if (nested !== undefined) return nested;
  // No epoch has ended.
  const own = inputs.length > 0 ? await session.predict(inputs) : new Float32Array(0);
  return gathered(ranks, own, "the validation outputs");
}
