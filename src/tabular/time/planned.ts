/** What was planned for a training that had to end in time, as plain data; knows no clock. */
import { DescriptionError, requireWhole, shown } from "../../errors.ts";
import type { Budget } from "../../training/budget.ts";
import type { PartSizes } from "../fold.ts";

/** What one network's training is planned to be; `passes` over its training rows. */
export interface PlannedNetwork extends Pick<Budget, "epochs" | "stepsPerEpoch"> {
  /** Below 1 where not every training row is used. */
  readonly passes: number;
}

/**
 * What was planned for a training that had to end in time, as plain data. Given as `plan` it repeats the training without a
 * clock, bit for bit on the same runtime and engine, if no network was stopped by the time.
 */
export interface TrainingPlan extends PlannedNetwork {
  /** As the options of the same names. */
  readonly folds: number;
  readonly ensemble: number;
  /** The most rows of each part that are used; absent where all are. */
  readonly rows?: PartSizes;
  /**
   * Each network's, in their order; null for one that there was no time to start. What is above is of the first one.
   */
  readonly networks: readonly (PlannedNetwork | null)[];
}

/**
 * Checks a plan that a caller hands over.
 *
 * @throws {DescriptionError} wrong counts, or another number of networks than the counts give
 */
export function requirePlan(plan: TrainingPlan): TrainingPlan {
  const { folds, ensemble, networks } = plan;
  requireWhole("plan.folds", folds, 1);
  requireWhole("plan.ensemble", ensemble, 1);
  const isComplete = Array.isArray(networks) && networks.length === folds * ensemble && networks[0] !== null;
  if (!isComplete) {
    throw new DescriptionError(
      `Expected plan.networks to have an entry for each of ${folds * ensemble} networks, the first not null, found ${shown(networks)}. Give report.planned as it is.`,
    );
  }
  for (const [index, network] of networks.entries()) {
    if (network === null) continue;
    requireWhole(`plan.networks[${index}].epochs`, network.epochs, 1);
    requireWhole(`plan.networks[${index}].stepsPerEpoch`, network.stepsPerEpoch, 1);
  }
  return plan;
}

/** A network that has learned, as far as it is needed here. */
interface Learned {
  readonly task: { readonly index: number };
  readonly planned?: PlannedNetwork;
}

/**
 * What the networks planned; undefined where no time was given.
 *
 * @param limits the most rows of each part; undefined where all are used
 */
export function plannedOf(
  { folds, ensemble }: Pick<TrainingPlan, "folds" | "ensemble">,
  limits: PartSizes | undefined,
  members: readonly Learned[],
): TrainingPlan | undefined {
  const [{ planned }] = members;
  if (planned === undefined) return undefined;
  const networks = Array.from({ length: folds * ensemble }, (_, index) => {
    return members.find(({ task }) => task.index === index)?.planned ?? null;
  });
  return { folds, ensemble, ...(limits && { rows: limits }), networks, ...planned };
}
