/**
 * What a training says of itself before its first step: rows, groups, network, engine, and what the options give reason to
 * warn of.
 */
import { labelTexts } from "../data/labels.ts";
import type { Table } from "../data/table.ts";
import { targetNames } from "../data/targetNames.ts";
import type { Engine } from "../engines/engine.ts";
import { parameterLayout } from "../network/parameters.ts";
import type { Part, PartSizes, Parts } from "./parts.ts";
import type { TrainStart } from "./report.ts";
import type { Scope } from "./scope.ts";
import { sampleWarnings } from "./time/timeWarnings.ts";
import type { TrainOptions } from "./trainOptions.ts";
import { fallbackWarnings } from "./warnings/engineFallback.ts";
import { withoutEffectWarnings } from "./warnings/withoutEffect.ts";

/** What is known before the first step. */
export async function startOf(
  { folds, setup, counts, limits, expected }: Scope,
  engine: Engine,
  options: TrainOptions<Table>,
  chosen: boolean,
): Promise<TrainStart> {
  const { data, problem } = setup;
  const { network } = problem;
  const rows = {
    training: data.training.table.rows,
    validation: data.validation?.table.rows ?? 0,
    test: data.test?.table.rows ?? 0,
  };
  const available = limits && folds.sizes;
  const { split, weights, group } = options;
  const networks = counts.folds * counts.ensemble;
  return {
    task: data.target.task,
    targets: targetNames(data.target),
    ...(data.target.task === "classification" && {
      classes: data.target.classes,
      labels: labelTexts(data.target),
    }),
    rows,
    ...(split && { split }),
    ...(weights !== undefined && { weights }),
    ...(group !== undefined && { group, groups: groupsIn(data) }),
    ...(available && { available }),
    ...(expected && { expected }),
    network,
    parameters: parameterLayout(network).length,
    networks,
    engine: engine.name,
    warnings: [
      ...data.warnings,
      ...withoutEffectWarnings(options, { rows, engine, epochs: setup.recipe.epochs, chosen }),
      ...sampleWarnings({ rows, ...(available && { available }) }),
      ...(await fallbackWarnings(options, { engine, problem, networks })),
    ],
  };
}

/** How many groups each part has. */
function groupsIn({ training, validation, test }: Parts): PartSizes {
  const count = (part: Part | undefined): number => new Set(part?.groups).size;
  return { training: count(training), validation: count(validation), test: count(test) };
}
