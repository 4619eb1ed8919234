/** What `startTraining` may be asked for: the options of `train` that concern one network and no clock. */
import { DescriptionError } from "../errors.ts";
import { type Kind, type Kinds, kind, requireOptions } from "../kinds.ts";
import type { TableLike } from "./tableLike.ts";
import { type TrainOptions, trainOptionKinds } from "./trainOptions.ts";

export interface StartTrainingOptions<Source = TableLike>
  extends Omit<
    TrainOptions<Source>,
    "folds" | "ensemble" | "time" | "startedAt" | "report" | "plan" | "from" | "onStart" | "onProgress"
  > {
  /** 1, also when absent: there is one network. */
  readonly folds?: 1;
  /** 1, also when absent: there is one network. */
  readonly ensemble?: 1;
}

/** Options that `train` alone has, each with the reason. */
const ofTrain: Readonly<Record<Exclude<keyof TrainOptions, keyof StartTrainingOptions>, string>> = {
  time: "how long training takes is decided by the loop over its events",
  startedAt: "it has no time limit",
  report: "it has no time limit",
  plan: "it has no time limit",
  from: "continueTraining goes on with a network of a model",
  onStart: "its result has the same as start",
  onProgress: "its result has the events as events()",
};

const one = kind("1, because startTraining trains one network (train trains several)", (value) => value === 1);

const { time, startedAt, report, plan, from, onStart, onProgress, ...shared } = trainOptionKinds;
export const startTrainingKinds = {
  ...shared,
  folds: one,
  ensemble: one,
} as const satisfies Kinds<StartTrainingOptions>;

/** @throws {DescriptionError} an unknown option, one of a wrong kind, or one that is for `train` alone */
export function requireStartOptions(given: unknown, kinds: Readonly<Record<string, Kind>> = startTrainingKinds): void {
  for (const [name, why] of Object.entries(ofTrain)) {
    if ((given as Readonly<Record<string, unknown>> | null | undefined)?.[name] === undefined) continue;
    throw new DescriptionError(`Option ${name} is for train and not for startTraining: ${why}. Leave it out.`);
  }
  requireOptions(given, kinds, "startTraining");
}
