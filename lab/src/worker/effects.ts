/**
 * How much each column matters to a run as it stands, and how its predictions change with one: the library's permutation
 * importance and partial dependence of its network, without the temperature that a saved model may have. The run is only read.
 */
import { labelTexts, type Model, modelOfNetwork, type Table } from "gradus";
import { partialDependence, permutationImportance } from "gradus/report";
import { tableOf } from "../files/modelOfRun.ts";
import type { Dependence, ImportanceOfColumns, Part } from "../outcomeAnswers.ts";
import { modelColumn, shownColumn } from "./cells.ts";
import type { Run } from "./run.ts";

interface Kept {
  readonly model: Model;
  readonly rows: Table;
}

/** The model of the last question about the run, which goes on meanwhile. */
const kept = new WeakMap<Run, Kept>();

/** @throws {GradusError} a run that has diverged, or a metric that has no value on these rows */
export async function importanceOf(run: Run): Promise<ImportanceOfColumns> {
  const { step } = run;
  const parameters = Float32Array.from(run.session.parameters);
  const model = await ownModel(run);
  kept.get(run)?.model.dispose();
  const { part, rows } = heldOut(run);
  kept.set(run, { model, rows });
  const { features, ...importance } = permutationImportance(model, rows);
  const { encoder } = model.document;
  return {
    step,
    parameters,
    part,
    importance: { ...importance, features: features.map((each) => ({ ...each, name: shownColumn(run, each.name) })) },
    classNames: classNamesOf(model),
    columns: encoder.columns.map(({ name }) => shownColumn(run, name)),
  };
}

/** With the network's own probabilities, as every view of the outcome shows them. */
async function ownModel(run: Run): Promise<Model> {
  const model = await run.toModel();
  const {
    temperature,
    formatVersion: _,
    libraryVersion: _version,
    task: _task,
    further: _none,
    ...described
  } = model.document;
  if (temperature === undefined) return model;
  model.dispose();
  return await modelOfNetwork({ ...described, parameters: model.parameters });
}

/** @throws {DataError} an unknown column @throws {Error} there was no question about the importance before */
export async function dependenceOn(run: Run, column: string): Promise<Dependence> {
  const known = kept.get(run);
  if (known === undefined) throw new Error("Compute the importance of the columns first.");
  return { ...partialDependence(known.model, known.rows, modelColumn(run, column)), feature: column };
}

/** The validation rows, or the training rows where there are no others. */
function heldOut({ data, tables }: Run): { readonly part: Part; readonly rows: Table } {
  const all = data.targets.length;
  const part = data.training < all ? "validation" : "training";
  if (tables.length > 0) return { part, rows: tables[tables.length - 1] };
  return { part, rows: part === "validation" ? tableOf(data, data.training, all) : tableOf(data, 0, all) };
}

function classNamesOf({ document: { target } }: Model): readonly string[] {
  if (target.task === "classification") return labelTexts(target);
  return target.task === "multilabel" ? target.labels.map(({ classes }) => String(classes[1])) : [];
}
