/**
 * What a setting of a table is in the options of `train`, by which the lab learns, and which its program and its command line
 * give too. Knows no table's rows.
 */
import { ownTable, packagedTables } from "../data/tables.ts";
import type { LossChoice } from "../setting.ts";
import type { TableSetting } from "./labProblem.ts";

/** The column to predict. @throws {Error} none is chosen */
export function targetOf({ data, target }: TableSetting): string {
  if (target !== "") return target;
  if (data === ownTable) throw new Error("Choose the column to predict.");
  return packagedTables[data].target;
}

/** A target that is taken as number is predicted as one, also where its few values look like classes. */
export function taskOf({ types }: TableSetting, target: string): { readonly task?: "regression" } {
  return types[target] === "number" ? { task: "regression" } : {};
}

/** @throws {Error} what a table's training has no option for */
export function tableOptions(setting: TableSetting, loss: LossChoice) {
  const { activation, activations, dropout, optimizer, rate, batch, l2, seed, types } = setting;
  if (activations.length > 0) {
    throw new Error(
      `The network of a table has one activation in all its hidden layers, found ${activations.join(", ")}. Choose one in the learning settings.`,
    );
  }
  const target = targetOf(setting);
  return {
    target,
    ...taskOf(setting, target),
    types,
    recipe: "plain",
    hidden: [...setting.hidden],
    ...(setting.hidden.length === 0 ? {} : { activation, dropout }),
    loss,
    optimizer,
    learningRate: rate,
    schedule: "constant",
    batchSize: batch,
    l2,
    seed,
  } as const;
}
