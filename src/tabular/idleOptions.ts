/**
 * Options of a training that others leave without effect: refused, so that no option is ignored silently.
 *
 * One table. What the rows decide, and not the options alone, `warnings/withoutEffect.ts` says. Knows no table.
 */
import type { Task } from "../data/encoding.ts";
import { optionName } from "../data/remedies.ts";
import { DescriptionError } from "../errors.ts";
import { metricFor, metricNames, metricOf } from "../metrics/metricTable.ts";
import type { TrainOptions } from "./trainOptions.ts";

/** Of a training or a search. */
type Options = Omit<TrainOptions<unknown>, "table" | "target" | "onStart" | "onProgress">;
type OptionName = keyof Options & string;

interface Idle {
  readonly option: OptionName;
  /** The option that leaves it without effect. */
  readonly beside: OptionName;
  readonly why: string;
  holds(options: Options): boolean;
}

/** Options that have no effect on a network without hidden layers. */
export const OF_HIDDEN_LAYERS = ["activation", "dropout"] as const;

export const hasNoHiddenLayer = ({ hidden }: Pick<Options, "hidden">): boolean => hidden?.length === 0;

/** Whether an option that may be a name or an object is an object with a value of its own. */
function isWithin(option: unknown, name: string): boolean {
  return typeof option === "object" && option !== null && (option as Record<string, unknown>)[name] !== undefined;
}

const table: readonly Idle[] = [
  ...OF_HIDDEN_LAYERS.map(
    (option): Idle => ({
      option,
      beside: "hidden",
      why: "there is no hidden layer",
      // A dropout of 0 is no dropout.
      holds: (options) => hasNoHiddenLayer(options) && options[option] !== undefined && options[option] !== 0,
    }),
  ),
  {
    option: "loss",
    beside: "quantiles",
    why: "quantiles have a loss of their own, the pinball loss",
    holds: ({ loss, quantiles }) => loss !== undefined && quantiles !== undefined,
  },
  {
    option: "metric",
    beside: "quantiles",
    why: "the pinball loss of the validation rows chooses the best epoch",
    holds: ({ metric, quantiles }) => metric !== undefined && quantiles !== undefined,
  },
  {
    option: "validationFraction",
    beside: "folds",
    why: "each fold has its own validation rows",
    holds: ({ validationFraction, folds = 1 }) => validationFraction !== undefined && folds > 1,
  },
  {
    option: "labelSmoothing",
    beside: "loss",
    why: "the loss sets labelSmoothing itself",
    holds: ({ labelSmoothing, loss }) => labelSmoothing !== undefined && isWithin(loss, "labelSmoothing"),
  },
  {
    option: "classWeights",
    beside: "loss",
    why: "the loss sets classWeights itself",
    holds: ({ classWeights = "none", loss }) => classWeights !== "none" && isWithin(loss, "classWeights"),
  },
  ...(["learningRate", "weightDecay"] as const).map(
    (option): Idle => ({
      option,
      beside: "optimizer",
      why: `the optimizer sets ${option} itself`,
      holds: (options) => options[option] !== undefined && isWithin(options.optimizer, option),
    }),
  ),
  {
    option: "time",
    beside: "plan",
    why: "a plan is repeated without a time limit",
    holds: ({ time, plan }) => time !== undefined && plan !== undefined,
  },
  ...(["folds", "ensemble"] as const).map(
    (option): Idle => ({
      option,
      beside: "plan",
      why: "the plan has another number",
      holds: ({ plan, [option]: asked }) => asked !== undefined && plan !== undefined && plan[option] !== asked,
    }),
  ),
];

/** @throws {DescriptionError} an option that has no effect together with or without another, or does not fit the task */
export function requireNoneIdle(options: Options, task: Task): void {
  if (options.startedAt !== undefined && options.time === undefined) {
    throw new DescriptionError(
      `Option startedAt has no effect without ${optionName("time")}: it is the moment at which that time begins. Give both, or leave it out.`,
    );
  }
  const idle = table.find((entry) => entry.holds(options));
  if (idle !== undefined) {
    const { option, beside, why } = idle;
    throw new DescriptionError(
      `${optionName(option, "Option")} has no effect together with ${optionName(beside)}: ${why}. Leave one of them out.`,
    );
  }
  // Only now: a metric that quantiles leave out in any case must not be exchanged for another.
  requireFittingMetric(options.metric, task);
  const { rare = "keep" } = options;
  if (task === "classification" || rare === "keep") return;
  throw new DescriptionError(
    `${optionName("rare", "Option")} has no effect: it is for classes, and the task is ${task}. Leave it out.`,
  );
}

/** Before any work: `fit` refuses it too, but only once the network is made. */
function requireFittingMetric(metric: Options["metric"], task: Task): void {
  if (metric === undefined || metricFor(metricOf(metric), task) !== undefined) return;
  throw new DescriptionError(
    `${optionName("metric", "Option")} ${metric} is for ${metricOf(metric).task}, and the task is ${task}. Use one of: ${metricNames(task).join(", ")}.`,
  );
}
