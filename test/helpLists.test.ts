/** Names that help lists are those of the tables in code: none is missing, in a list or in a list of defaults. */
import { describe, expect, test } from "vitest";
import { tasks } from "../src/data/encoding.ts";
import { rareChoices } from "../src/data/rareClasses.ts";
import { columnRoles } from "../src/data/table.ts";
import { engineNames } from "../src/engines/factory.ts";
import { metrics } from "../src/metrics/metricTable.ts";
import { hiddenActivations } from "../src/network/activations.ts";
import { optimizers } from "../src/optimizers/optimizers.ts";
import { recipes } from "../src/tabular/recipes/recipes.ts";
import { schedules } from "../src/training/schedules.ts";
import { searches } from "../src/tune/halving.ts";
import { objectiveNames, objectiveOf } from "../src/tune/objective.ts";
import { gradus } from "./commandLine.ts";

/** The help of one option, in one line: its description and, where there is one, its list of choices. */
async function helpOf(command: string, flag: string): Promise<string> {
  const { out } = await gradus(command, "--help");
  const text = out.join("\n").split(/\n(?= {2}-)/);
  const own = text.find((part) => new RegExp(`^ {2}(-\\w, )?${flag}\\b`).test(part)) ?? "";
  return own.replace(/\s+/g, " ");
}

const names = (table: object): readonly string[] => Object.keys(table);
const ofTrainings: readonly (readonly [flag: string, names: readonly string[]])[] = [
  ["--task", tasks],
  ["--type", columnRoles],
  ["--rare", rareChoices],
  ["--recipe", names(recipes)],
  ["--activation", names(hiddenActivations)],
  ["--optimizer", names(optimizers)],
  ["--schedule", names(schedules)],
  ["--engine", engineNames],
];

describe.each(["train", "tune"])("the help of %s lists every name that there is", (command) => {
  test.each(ofTrainings)("of %s", async (flag, all) => {
    const help = await helpOf(command, flag);
    expect(help).not.toBe("");
    expect(all.filter((name) => !new RegExp(`\\b${name}\\b`).test(help))).toEqual([]);
  });
});

test.each([
  ["train", "--metric", names(metrics)],
  ["tune", "--metric", objectiveNames],
  ["tune", "--search", names(searches)],
])("the help of %s %s lists every name that there is", async (command, flag, all) => {
  const help = await helpOf(command, flag);
  expect(all.filter((name) => !new RegExp(`\\b${name}\\b`).test(help))).toEqual([]);
});

test("train and tune name the default metric of each task", async () => {
  const defaults = tasks.map((task) => objectiveOf(task, undefined));
  for (const command of ["train", "tune"]) {
    const stated = /default: ([^);]*)/.exec(await helpOf(command, "--metric"))?.[1] ?? "";
    expect(defaults.filter((name) => !stated.includes(name))).toEqual([]);
  }
});
