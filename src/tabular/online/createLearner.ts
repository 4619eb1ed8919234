/** Opens a model for learning online. Knows nothing of rows. */
import type { Warning } from "../../data/table.ts";
import type { Engine, PredictionEngine, Predictor } from "../../engines/engine.ts";
import { type EngineName, engineOf, tryEngine } from "../../engines/factory.ts";
import { either, func, type Kinds, needed, object, requireOptions, text } from "../../kinds.ts";
import { memberCount, memberDocument } from "../../models/document.ts";
import { memberParameters } from "../../models/members.ts";
import { createModel, type Model, modelKind } from "../../models/model.ts";
import { slotsOf, type TabularModel } from "../../models/tabularModel.ts";
import { stepKinds } from "../problemOf.ts";
import { Adwin } from "./adwin.ts";
import { Learner } from "./learner.ts";
import { OnlineMember } from "./onlineMember.ts";
import { type OnlineSettings, onlineProblem } from "./onlineProblem.ts";
import { ScoreKeeper } from "./runningScores.ts";
import { WarningKeeper } from "./warningKeeper.ts";

export interface LearnerOptions<M extends Model = Model> extends OnlineSettings {
  /** Of `train`, `loadModel` or `modelOfNetwork`; it stays as it is. One that learned online goes on where it was. */
  readonly model: M;
  /** The engine that computes; the fastest available when absent. */
  readonly engine?: EngineName | Engine;
  /** Called with each warning when it first comes: `unseen-categories`, `far-numbers`, `far-targets`, `drift`, and what the learner leaves out of the model. */
  readonly onWarning?: (warning: Warning) => void;
}

const { batchSize: _batchSize, ...settingKinds } = stepKinds;
const optionKinds = {
  ...settingKinds,
  model: needed(modelKind),
  engine: either(text, object),
  onWarning: func,
} as const satisfies Kinds<LearnerOptions>;

/**
 * Opens a model for online learning: each row is one step of each of its networks, all of which learn every row.
 *
 * The encoder stays: a category that it doesn't know is unknown, and a number outside the range is scaled as before, with warnings; a label
 * that the model doesn't have is refused. Predictions of numbers are held within the range of the targets that were learned, where the model holds
 * them within one. The temperature and the prediction intervals, which are of earlier parameters, are left out; sample weights too: each
 * row counts as one. The optimizer is that of the training, with a rate for steps on one row: the training's divided by the
 * rows of its steps, of Adam at most 0.003, and its weight decay by their root. Layers that only the training froze (`frozen`) learn too.
 *
 * @throws {DescriptionError} an option that is unknown or out of range; another optimizer than that whose state the model has; a network that needs several rows a step (batch normalisation)
 * @throws {ModelFileError} a state of learning that doesn't fit the model
 *
 * @example
 * import { createLearner, loadModel, train } from "gradus";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", recipe: "plain", epochs: 5 });
 * using learner = await createLearner({ model });
 * for (const row of rows) learner.learn(row);
 * // The target may stand beside the row.
 * learner.learn({ size: 60, garden: true }, 131);
 * learner.rows; // 41
 * const next = await createLearner({ model: await loadModel(learner.toBytes()) });
 * next.rows; // 41
 */
export async function createLearner<M extends Model>(options: LearnerOptions<M>): Promise<Learner<M>> {
  requireOptions(options, optionKinds, "createLearner");
  const { model, engine: asked, onWarning, ...settings } = options;
  await tryEngine(asked);
  const engine = engineOf(asked);
  const warnings = new WarningKeeper(onWarning);
  const { document } = model;
  const { learning } = document;
  const slots = slotsOf(model as unknown as TabularModel<unknown, never>);
  const starts = Array.from({ length: memberCount(document) }, (_, at) => ({
    problem: onlineProblem(memberDocument(document, at), settings, learning),
    parameters: memberParameters(model, at),
    before: learning && { slots: slots?.[at] ?? {}, rows: learning.rows },
  }));
  const members: OnlineMember[] = [];
  try {
    for (const start of starts) members.push(await OnlineMember.open(engine, start));
    return new Learner({
      live: (await liveModel(model, members, engine, warnings)) as M,
      members,
      engine,
      rows: learning?.rows ?? 0,
      scores: new ScoreKeeper(document.target, learning?.scores),
      drift: new Adwin(learning?.drift),
      warnings,
    });
  } catch (error) {
    for (const { session } of members) session.dispose();
    throw error;
  }
}

/** The model, predicting with what the members' sessions hold. */
async function liveModel(
  model: Model,
  members: readonly OnlineMember[],
  { name, precision }: Engine,
  warnings: WarningKeeper,
): Promise<Model> {
  const { temperature, interval, weights, learning: _learning, ...document } = model.document;
  const gone = [temperature !== undefined && "temperature", interval !== undefined && "prediction intervals"];
  const left = gone.filter((what) => what !== false);
  if (left.length > 0) {
    const message = `Left out: the model's ${left.join(" and ")}, made for its parameters before it learns online.`;
    warnings.give({ code: "calibration-left-out", columns: [], message });
  }
  if (weights !== undefined) {
    const message = `The model was trained with the sample weights in ${JSON.stringify(weights.column)}; online, each row counts as one.`;
    warnings.give({ code: "weights-left-out", columns: [weights.column], message });
  }
  const predictors = members.map((member) => member.predictor);
  const live: PredictionEngine = { name, precision, predictor: () => predictors.shift() as Predictor };
  return await createModel(document, model.parameters, live, model.further);
}
