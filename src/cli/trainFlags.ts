/** The options of `gradus train`: each with its reader, and their translation into the library's options. */
import type { Command } from "commander";
import {
  type ActivationName,
  activations,
  type ColumnRole,
  columnRoles,
  DescriptionError,
  type EngineName,
  engineNames,
  type FileTrainOptions,
  type Loss,
  type LossName,
  losses,
  type OptimizerName,
  optimizers,
  type ScheduleName,
  schedules,
  type Task,
  unknownName,
} from "../node.ts";
import { list, numberWhere, option, pairs, whole } from "./options.ts";
import { readOptions, type SourceOptions } from "./source.ts";

export interface TrainFlags extends SourceOptions {
  readonly target: string[];
  readonly task?: Task;
  readonly test?: string;
  readonly out?: string;
  readonly seed: number;
  readonly type?: Record<string, string>;
  readonly features?: string[];
  readonly testFraction?: number;
  readonly validationFraction?: number;
  readonly hidden?: number[];
  readonly activation?: ActivationName;
  readonly dropout?: number;
  readonly loss?: LossName;
  readonly labelSmoothing?: number;
  readonly optimizer?: OptimizerName;
  readonly learningRate?: number;
  readonly schedule?: ScheduleName;
  readonly epochs?: number;
  readonly batchSize?: number | "all";
  readonly patience?: number;
  readonly l1?: number;
  readonly l2?: number;
  readonly clipNorm?: number;
  readonly engine?: EngineName;
  readonly threads?: number;
  readonly health: boolean;
  readonly json?: boolean;
}

/** A reader that takes one of some names. */
const oneOf =
  (flag: string, names: readonly string[]) =>
  (text: string): string => {
    if (names.includes(text)) return text;
    throw new DescriptionError(unknownName(text, names, `value of ${flag}`));
  };

const positive = (flag: string) => numberWhere(flag, "above 0", (value) => value > 0);
const atLeast0 = (flag: string) => numberWhere(flag, "of at least 0", (value) => value >= 0);
const share = (flag: string) => numberWhere(flag, "of at least 0 and below 1", (value) => value >= 0 && value < 1);
const allOr = (read: (text: string) => number) => (text: string) => (text === "all" ? "all" : read(text));

/** "64,32" as widths; "0" or "" as no hidden layer. */
function hiddenUnits(text: string): number[] {
  const widths = list(text);
  return widths.length === 1 && widths[0] === "0" ? [] : widths.map(whole("--hidden", 1));
}

/** Adds the options to the command. */
export function withTrainFlags(command: Command): Command {
  const names = (table: object): string[] => Object.keys(table);
  const add = <T>(
    flags: string,
    description: string,
    read: (flag: string) => (text: string, before?: T) => T,
  ): void => {
    command.addOption(option(flags, description, read(flags.split(" ")[0])));
  };
  const choice = (flags: string, description: string, known: readonly string[]): void =>
    add(flags, `${description}: ${known.join(", ")}`, (flag) => oneOf(flag, known));

  command.requiredOption("--target <columns>", "the column to predict, or several numeric ones: a,b,c", list);
  choice("--task <task>", "against what the target suggests", ["classification", "regression"]);
  command.option("--test <file>", "a table of test rows, instead of a share of the table");
  command.option("--out <file>", "where the model goes; NAME.gradus in this folder when absent");
  add("--seed <n>", "decides splits, starting weights and order (default: 0)", (flag) => whole(flag, 0));
  add("--type <column=kind>", `take a column as ${columnRoles.join(", ")}; repeatable`, pairs);
  add("--features <columns>", "learn from these columns alone", () => list);
  add("--test-fraction <share>", "of the rows, kept for the test (default: 0.2)", share);
  add("--validation-fraction <share>", "of the others, to choose the best epoch (default: 0.2)", share);
  command.option("--json", "print progress and result as JSON, an object a line");

  command.optionsGroup("Network and training:");
  add("--hidden <units>", "units of each hidden layer; 0 for none (default: 64,64)", () => hiddenUnits);
  choice("--activation <name>", "of the hidden layers (default: silu)", names(activations));
  add("--dropout <rate>", "after each hidden layer (default: 0)", share);
  choice("--loss <name>", "against the task's own", names(losses));
  add("--label-smoothing <share>", "probability spread over all classes (default: 0.05)", share);
  choice("--optimizer <name>", "default adamW", names(optimizers));
  add("--learning-rate <rate>", "the optimizer's step size (default: 0.003 for adamW)", positive);
  choice("--schedule <name>", "how the learning rate moves (default: cosine)", names(schedules));
  add("--epochs <n>", "how often all rows are seen at most (default: 100)", (flag) => whole(flag, 1));
  add("--batch-size <rows>", "rows of a step, or all (default: 32 to 256, by the table)", (flag) =>
    allOr(whole(flag, 1)),
  );
  add("--patience <epochs>", "without improvement, after which training stops (default: 30)", (flag) => whole(flag, 1));
  add("--l1 <factor>", "penalty on Σ|w| (default: 0)", atLeast0);
  add("--l2 <factor>", "penalty on ½ Σ w² (default: 0)", atLeast0);
  add("--clip-norm <norm>", "the gradient's greatest norm (default: none)", positive);
  choice("--engine <name>", "what computes; gradus engines tells which run here", engineNames);
  add("--threads <n>", "at most so many share the work; changes no bit (default: all)", (flag) => whole(flag, 1));
  return command.option("--no-health", "do not look at the layers while they learn; changes no bit");
}

/** The library's options that the flags stand for; the table and the callbacks are the command's. */
export function trainOptions(flags: TrainFlags): Omit<FileTrainOptions, "table"> {
  const { target, type = {}, labelSmoothing, loss, ...rest } = flags;
  const {
    json: _json,
    out: _out,
    sql: _sql,
    missing: _missing,
    delimiter: _delimiter,
    encoding: _encoding,
    ...settings
  } = rest;
  const types = Object.fromEntries(
    Object.entries(type).map(([column, role]) => [column, oneOf("--type", columnRoles)(role) as ColumnRole]),
  );
  return {
    ...settings,
    target: target.length === 1 ? target[0] : target,
    types,
    loss: labelSmoothing === undefined ? loss : ({ name: loss ?? "crossEntropy", labelSmoothing } as Loss),
    read: readOptions(flags),
  };
}
