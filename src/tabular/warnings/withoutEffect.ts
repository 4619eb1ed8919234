/** Options that come to nothing with the rows and the engine at hand. `idleOptions.ts` has those that exclude each other. */
import { optionName, valuedOption } from "../../data/remedies.ts";
import type { Table, Warning } from "../../data/table.ts";
import type { Engine, Problem } from "../../engines/engine.ts";
import { whyNoPrecision, whyNoSharing } from "../../engines/factory.ts";
import { rowColumnNames } from "../rowColumns.ts";
import type { TrainOptions } from "../trainOptions.ts";

export interface AtHand {
  readonly rows: { readonly training: number; readonly validation: number; readonly test: number };
  readonly engine: Engine;
  /** That of a network. */
  readonly problem: Problem;
  /** How many the model has. */
  readonly networks: number;
  /** The most of a network. */
  readonly epochs: number;
  /** Whether a search chose some of the options: a batch of more rows than there are is one of its tries. */
  readonly chosen: boolean;
}

/** Warnings: `no-validation-rows`, `option-without-effect`. */
export function withoutEffectWarnings(options: TrainOptions<Table>, atHand: AtHand): Warning[] {
  return [
    ...withoutValidation(options, atHand),
    ...[
      unusedTypes(options),
      undividedSplit(options, atHand),
      unusedThreads(options, atHand),
      unusedPrecision(options, atHand),
      largeBatch(options, atHand),
      longPatience(options, atHand),
    ]
      .filter((message) => message !== undefined)
      .map((message): Warning => ({ code: "option-without-effect", columns: [], message })),
  ];
}

/** Options that only validation rows give a meaning. */
const needValidation = ["metric", "patience", "calibrate"] as const satisfies readonly (keyof TrainOptions)[];

function withoutValidation(options: TrainOptions<Table>, { rows }: AtHand): Warning[] {
  const idle = needValidation.filter((name) => options[name]);
  if (rows.validation > 0 || idle.length === 0) return [];
  const message =
    `There are no validation rows, so ${idle.map((name) => optionName(name)).join(" and ")} ${idle.length === 1 ? "has" : "have"} no effect, and the last epoch is kept. ` +
    `Add a validation fraction, ${valuedOption("validationFraction", 0.2)}${rows.training < 10 ? ", or add rows" : `, or train with folds, ${valuedOption("folds", 5)}`}.`;
  return [{ code: "no-validation-rows", columns: [], message }];
}

/** Types of columns that are not among the features; leaving one out is what its type asks for. */
function unusedTypes(options: TrainOptions<Table>): string | undefined {
  const { types = {}, features, target } = options;
  if (features === undefined) return undefined;
  const used = new Set([...features, ...(typeof target === "string" ? [target] : target), ...rowColumnNames(options)]);
  const unused = Object.entries(types).flatMap(([name, role]) => (role === "skip" || used.has(name) ? [] : [name]));
  if (unused.length === 0) return undefined;
  const names = unused.map((name) => JSON.stringify(name)).join(", ");
  return `${optionName("types", "Option")} has no effect on ${names}: not among the columns of ${optionName("features")}. Remove it there, or add it to the features.`;
}

function undividedSplit({ split, group }: TrainOptions<Table>, { rows }: AtHand): string | undefined {
  const name = split ? "split" : group === undefined ? undefined : "group";
  if (name === undefined || rows.validation > 0 || rows.test > 0) return undefined;
  return `${optionName(name, "Option")} has no effect: there are no test and no validation rows. Leave it out, or set a fraction: ${valuedOption("testFraction", 0.2)}.`;
}

function unusedThreads({ threads = 1, engine: asked }: TrainOptions<Table>, at: AtHand): string | undefined {
  const why = threads === 1 || asked === undefined ? undefined : whyNoSharing(at.engine, at.networks);
  return why && `${optionName("threads", "Option")} has no effect: ${why}. Leave it out, or choose another engine.`;
}

function unusedPrecision({ precision }: TrainOptions<Table>, { engine, problem }: AtHand): string | undefined {
  const why = whyNoPrecision(engine, precision, problem);
  return why && `${optionName("precision", "Option")} of ${precision} has no effect: ${why}. Leave it out.`;
}

function longPatience({ patience, time, plan }: TrainOptions<Table>, { epochs }: AtHand): string | undefined {
  if (patience === undefined || patience < epochs || time !== undefined || plan !== undefined) return undefined;
  return `${optionName("patience", "Option")} of ${patience} has no effect: there ${epochs === 1 ? "is 1 epoch" : `are ${epochs} epochs`}. Choose less, or more epochs.`;
}

function largeBatch({ batchSize }: TrainOptions<Table>, { rows, chosen }: AtHand): string | undefined {
  if (chosen || typeof batchSize !== "number" || batchSize <= rows.training) return undefined;
  return `${optionName("batchSize", "Option")} of ${batchSize} is more than the ${rows.training} training rows: each step uses all of them.`;
}
