/**
 * Everything of a training that goes on from a model, before its first step.
 *
 * The networks, their encoders and the target are the model's; the rows and the steps are those of the options. Knows nothing of sessions.
 */
import type { Table } from "../../data/table.ts";
import { memberDocument } from "../../models/document.ts";
import { memberParameters } from "../../models/members.ts";
import type { Model } from "../../models/model.ts";
import { completeOptimizer } from "../../optimizers/completeOptimizer.ts";
import { random } from "../../random.ts";
import type { Fold } from "../fold.ts";
import { requireNoneIdle } from "../idleOptions.ts";
import { type Member, recipeFor } from "../member.ts";
import type { MemberTask } from "../members/memberTasks.ts";
import { problemOfRecipe, type Recipe } from "../recipe.ts";
import type { TrainStart } from "../report.ts";
import { type Request, requestOf, type TrainPurpose } from "../request.ts";
import type { Scope } from "../scope.ts";
import { startOf } from "../startOfTraining.ts";
import type { OldRows } from "./forgetting.ts";
import { frozenNetwork } from "./frozenNetwork.ts";
import { type GoingOn, newRows, ownRows, ownTestRows } from "./goingOn.ts";
import { modelId } from "./modelId.ts";
import { withRemedyAnew } from "./remedyAnew.ts";
import type { WarmStart } from "./warmStart.ts";
import { completedOptions, requireUndivided, type WarmStartOptions } from "./warmStartOptions.ts";
import { warmStartWarnings } from "./warmStartWarnings.ts";

/**
 * What the default learning rate of a training is multiplied by where it goes on from a model: of 1, 0.3, 0.1, 0.03 and 0.01 on four tables the
 * best but for 0.01, which forgets less and learns as well, only slower (decision 0018).
 */
export const RATE_FACTOR = 0.03;

/** What every step after the preparation refers to. */
interface BegunWarmStart extends Request, Scope {
  readonly start: TrainStart;
  readonly warmStart: WarmStart;
}

/** @throws {DataError | DescriptionError} as `train` */
export async function beginWarmStart(
  given: WarmStartOptions<Table>,
  purpose: TrainPurpose | undefined,
): Promise<BegunWarmStart> {
  const { from: model } = given;
  const { document } = model;
  const checksum = modelId(model);
  const own = ownRows(model, given.table);
  if (own !== undefined) requireUndivided(given, given.table.source);
  const seed = own === undefined ? given.seed : document.provenance.seed;
  const options = completedOptions(given, seed);
  requireNoneIdle(options, document.task);
  const asked = requestOf(options, purpose);
  const { frozen, seed: askedSeed } = given;
  const goingOn = own ?? newRows(model, asked);
  const request: Request = {
    ...asked,
    record: {
      ...asked.record,
      from: checksum,
      // By these the next training finds the rows again.
      folds: goingOn.dataset.folds,
      ...(own && document.provenance.options.test !== undefined && { testFraction: 0 }),
      ...(askedSeed !== undefined && { seed: askedSeed }),
      ...(frozen && { frozen: [...frozen] }),
    },
  };
  const tasks = tasksOf(model, goingOn, given.seed);
  const member = (task: MemberTask, fold = goingOn.fold(task.index)): Member =>
    memberOf(request, given, { task, fold, folds: goingOn.dataset.folds });
  const first = member(tasks[0]);
  const scope = { counts: goingOn.counts, dataset: goingOn.dataset, first, limits: undefined };
  const start = await startOf({ ...given, target: options.target, from: undefined }, request, scope);
  return {
    ...request,
    ...scope,
    start: {
      ...start,
      from: { model: checksum, division: goingOn.division, learningRate: first.problem.optimizer.learningRate },
      warnings: [
        ...start.warnings.map((warning) => withRemedyAnew(warning, goingOn.division)),
        ...warmStartWarnings(document, goingOn.division, { table: given.table, test: given.test, fold: first.fold }),
      ],
    },
    warmStart: {
      model,
      checksum,
      division: goingOn.division,
      old: oldRows(given, goingOn, first),
      tasks,
      member: (task) => (task.index === 0 ? first : member(task)),
    },
  };
}

/** Those that were given, and of the table of the model's training its test rows, which are also taken where none are given. */
function oldRows(
  { from, oldTest }: WarmStartOptions<Table>,
  { division }: GoingOn,
  { fold }: Member,
): OldRows | undefined {
  const own = division === "training" ? fold.test?.table : undefined;
  const test = oldTest === undefined ? own : ownTestRows(from, oldTest);
  if (test !== undefined) return { of: "test", table: test };
  return oldTest && { of: "given", table: oldTest };
}

/** Each network with a seed of its own: other orders of rows than before, the same for the same model and seed. */
function tasksOf({ document }: Model, { folds }: GoingOn, asked: number | undefined): MemberTask[] {
  const { seed: own, epochs, earlier = [] } = document.provenance;
  const before = earlier.reduce((sum, training) => sum + training.epochs, epochs);
  const seed = asked ?? own;
  return folds.map((fold, index) => {
    const replica = folds.slice(0, index).filter((other) => other === fold).length;
    return { index, fold, replica, seed: random(seed, "going on", before, index).uint32() };
  });
}

function memberOf(
  request: Request,
  given: WarmStartOptions<Table>,
  { task, fold, folds }: { readonly task: MemberTask; readonly fold: Fold; readonly folds: number },
): Member {
  const { from: model, frozen = [] } = given;
  const { document } = model;
  const { network } = memberDocument(document, task.index);
  const decided = recipeFor(request, fold, { rows: fold.training.table.rows, folds });
  const optimizer = completeOptimizer(decided.optimizer);
  const recipe: Recipe = {
    ...decided,
    network: frozenNetwork(network, frozen),
    loss: document.loss,
    optimizer: isOwnRate(given) ? optimizer : { ...optimizer, learningRate: RATE_FACTOR * optimizer.learningRate },
  };
  const from = { network, parameters: memberParameters(model, task.index) };
  return { fold, recipe, problem: problemOfRecipe(recipe, task.seed), from };
}

/** Whether the learning rate is one for going on: it was given, here or to the training from which the model went on. */
function isOwnRate({ learningRate, optimizer, from }: WarmStartOptions<Table>): boolean {
  if (learningRate !== undefined || (typeof optimizer === "object" && optimizer.learningRate !== undefined))
    return true;
  const { earlier, options } = from.document.provenance;
  return optimizer === undefined && earlier !== undefined && options.learningRate !== undefined;
}
