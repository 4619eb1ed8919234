/**
 * What a training says of itself before its first step: rows, groups, network, engine, and what the options give reason to
 * warn of.
 */
import { labelTexts } from "../data/labels.ts";
import type { Table } from "../data/table.ts";
import { targetNames } from "../data/targetNames.ts";
import { parameterLayout } from "../network/parameters.ts";
import { type FoldPart, type FoldParts, type PartSizes, sizesOf } from "./fold.ts";
import type { TrainStart } from "./report.ts";
import type { Request } from "./request.ts";
import type { Scope } from "./scope.ts";
import { sampleWarnings } from "./time/timeWarnings.ts";
import type { TrainOptions } from "./trainOptions.ts";
import { fallbackWarnings } from "./warnings/engineFallback.ts";
import { withoutEffectWarnings } from "./warnings/withoutEffect.ts";

/** What is known before the first step. @param options as they were given, for what is to be said of them */
export async function startOf(
  options: TrainOptions<Table>,
  { engine, chosen, rows: asked }: Request,
  { dataset, first, counts, limits, expected }: Scope,
): Promise<TrainStart> {
  const { fold: data, problem, recipe } = first;
  const { network } = problem;
  // Those of all ranks, where they share the table.
  const rows = limits === undefined ? dataset.sizes : sizesOf(data);
  const available = limits && dataset.sizes;
  const { split, weights, group } = asked;
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
    ...(group !== undefined && { group, groups: dataset.groups ?? groupsIn(data) }),
    ...(available && { available }),
    ...(expected && { expected }),
    network,
    parameters: parameterLayout(network).length,
    networks,
    engine: engine.name,
    warnings: [
      ...data.warnings,
      ...withoutEffectWarnings(options, { rows, engine, problem, networks, epochs: recipe.epochs, chosen }),
      ...sampleWarnings({ rows, ...(available && { available }) }),
      ...(await fallbackWarnings(options, { engine, problem, networks })),
    ],
  };
}

/** How many groups each part has. */
function groupsIn({ training, validation, test }: FoldParts): PartSizes {
  const count = (part: FoldPart | undefined): number => new Set(part?.groups).size;
  return { training: count(training), validation: count(validation), test: count(test) };
}
