/**
 * What the schedules say of each step of an epoch: the factors that a session is handed with its rows.
 *
 * Pure functions of the plan and the epoch, so the same steps can be made again with the same factors.
 */
import type { FitPlan } from "./fitOptions.ts";
import { type CompleteSchedule, scheduleFactor } from "./schedules.ts";

/** One number a step; all 1 where undefined. The names are those of `RunOptions`. */
export interface StepFactors {
  readonly rateFactors: Float64Array | undefined;
  readonly decayFactors: Float64Array | undefined;
  readonly dropoutFactors: Float64Array | undefined;
}

/** The factors of an epoch's steps. @param epoch counted from 1 */
export function epochFactors(plan: FitPlan, epoch: number): StepFactors {
  return {
    rateFactors: factorsOf(plan.schedule, plan, epoch),
    decayFactors: factorsOf(plan.decaySchedule, plan, epoch),
    dropoutFactors: factorsOf(plan.dropoutSchedule, plan, epoch),
  };
}

/** The factors of the steps in [from, to). */
export function factorsWithin({ rateFactors, decayFactors, dropoutFactors }: StepFactors, from: number, to: number) {
  return {
    rateFactors: rateFactors?.subarray(from, to),
    decayFactors: decayFactors?.subarray(from, to),
    dropoutFactors: dropoutFactors?.subarray(from, to),
  } satisfies StepFactors;
}

function factorsOf(
  schedule: CompleteSchedule,
  { epochs, stepsPerEpoch }: FitPlan,
  epoch: number,
): Float64Array | undefined {
  const { warmup } = schedule;
  if (schedule.name === "constant" && "epochs" in warmup && epoch - 1 >= warmup.epochs) return undefined;
  const steps = epochs * stepsPerEpoch;
  const first = (epoch - 1) * stepsPerEpoch;
  return Float64Array.from({ length: stepsPerEpoch }, (_, s) =>
    scheduleFactor(schedule, { step: first + s, steps, stepsPerEpoch }),
  );
}
