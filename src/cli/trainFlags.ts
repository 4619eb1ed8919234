/** The options of `gradus train`: each with its reader, and their translation into the library's options. */
import type { Command } from "commander";
import {
  type ActivationName,
  activations,
  columnRoles,
  DescriptionError,
  type EngineName,
  engineNames,
  type FileTrainOptions,
  isColumnRole,
  type LossName,
  losses,
  type MetricName,
  metrics,
  type OptimizerName,
  optimizers,
  type Rare,
  type RecipeName,
  rareChoices,
  recipes,
  type ScheduleName,
  type SplitBy,
  schedules,
  type Task,
  unknownName,
} from "../node.ts";
import { list, numberWhere, option, pairs, repeatableOption, seconds, whole } from "./options.ts";
import { readOptions, type SourceOptions } from "./source.ts";

export interface TrainFlags extends SourceOptions {
  readonly target: string[];
  readonly task?: Task;
  readonly test?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly report?: string;
  readonly tensorboard?: string;
  readonly seed: number;
  readonly recipe?: RecipeName;
  readonly metric?: MetricName;
  readonly classWeights?: "none" | "balanced";
  readonly time?: number;
  readonly folds?: number;
  readonly ensemble?: number;
  readonly calibrate?: boolean;
  readonly type?: Record<string, string>;
  readonly decimal?: "." | ",";
  readonly features?: string[];
  readonly testFraction?: number;
  readonly split?: SplitBy;
  readonly rare?: Rare;
  readonly validationFraction?: number;
  readonly hidden?: number[];
  readonly activation?: ActivationName;
  readonly dropout?: number;
  readonly loss?: LossName;
  readonly labelSmoothing?: number;
  readonly optimizer?: OptimizerName;
  readonly learningRate?: number;
  readonly weightDecay?: number;
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

/** @throws {DescriptionError} always */
function roleError(role: string): never {
  const known = [...columnRoles, "date:DD/MM/YYYY"];
  throw new DescriptionError(unknownName(role, known, "value of --type"));
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

/** "time=date" as a split; a column's name may hold the sign =. */
function splitBy(text: string): SplitBy {
  const [, kind, column] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  if (kind === "time") return { time: column };
  throw new DescriptionError(`--split: expected time=COLUMN, found ${JSON.stringify(text)}.`);
}

const names = (table: object): string[] => Object.keys(table);

/** Ways to add an option to a command. */
interface Adder {
  add<T>(flags: string, description: string, read: (flag: string) => (text: string, before?: T) => T): void;
  choice(flags: string, description: string, known: readonly string[]): void;
}

function adderTo(command: Command): Adder {
  const add: Adder["add"] = (flags, description, read) => {
    command.addOption(option(flags, description, read(flags.split(" ")[0])));
  };
  return {
    add,
    choice: (flags, description, known) =>
      add(flags, `${description}: ${known.join(", ")}`, (flag) => oneOf(flag, known)),
  };
}

/** Adds the options to the command. */
export function withTrainFlags(command: Command): Command {
  withDataFlags(command);
  withNetworkFlags(command);
  const { add, choice } = adderTo(command);
  choice("--engine <name>", "what computes; gradus engines tells which run here", engineNames);
  add("--threads <n>", "at most so many share the work; changes no bit (default: all)", (flag) => whole(flag, 1));
  return command.option("--no-health", "do not look at the layers while they learn; changes no bit");
}

/** What is learned, from which rows, by how many networks, and what comes of it. */
function withDataFlags(command: Command): void {
  const { add, choice } = adderTo(command);
  command.requiredOption("--target <columns>", "the column to predict, or several numeric ones: a,b,c", list);
  choice("--task <task>", "against what the target suggests", ["classification", "regression"]);
  command.option("--test <file>", "a table of test rows, instead of a share of the table");
  command.option("--out <file>", "where the model goes; NAME.gradus in this folder when absent");
  command.option("--force", "replace what is at --out, though it is no model or predicts something else");
  command.option("--report <file>", "an HTML page about the data, the training and the model");
  command.option("--tensorboard <folder>", "the curves as event files for TensorBoard");
  add("--seed <n>", "decides splits, starting weights and order (default: 0)", (flag) => whole(flag, 0));
  const kinds = `take a column as ${columnRoles.join(", ")} or date:DD/MM/YYYY; repeatable`;
  command.addOption(repeatableOption("--type <column=kind>", kinds, pairs("--type")));
  choice("--decimal <sign>", "of numbers that are written as text, in files (default: found out)", [".", ","]);
  add("--features <columns>", "learn from these columns alone", () => list);
  choice("--recipe <name>", "default realmlp", names(recipes));
  choice("--metric <name>", "what the best epoch is chosen by (default: accuracy or rmse)", names(metrics));
  add(
    "--time <duration>",
    "end in time, reading and saving included: as many rows, networks and epochs as fit; 90s, 10m",
    seconds,
  );
  const folds = "k networks, each validated on another part of the rows, their answers averaged; 1 for a network alone";
  add("--folds <k>", `${folds} (default: 5 of 10 to 20,000 rows)`, (flag) => whole(flag, 1));
  add(
    "--ensemble <m>",
    "m networks that start differently (in each fold); their answers averaged (default: 1; with --time as many as fit, up to 30 in all)",
    (flag) => whole(flag, 1),
  );
  choice("--class-weights <kind>", "what each class counts in the loss (default: none)", ["none", "balanced"]);
  command.option("--calibrate", "find the temperature of probabilities on validation rows however few they are");
  command.option("--no-calibrate", "leave probabilities as they are, and numbers without intervals");
  add("--test-fraction <share>", "of the rows, kept for the test (default: 0.2; 0 of fewer than 10 rows)", share);
  add("--validation-fraction <share>", "of the others, to choose the best epoch (default: 0.2)", share);
  add("--split <time=column>", "test on the latest rows and validate on the latest of the others", () => splitBy);
  choice(
    "--rare <kind>",
    "classes that come in one row: learned from, left out, or made one (default: keep)",
    rareChoices,
  );
  command.option("--json", "print progress and result as JSON, an object a line");
}

/** The network's layers and how they learn, against the recipe. */
function withNetworkFlags(command: Command): void {
  const { add, choice } = adderTo(command);
  command.optionsGroup("Network and training (defaults of the recipe realmlp):");
  add("--hidden <units>", "units of each hidden layer; 0 for none (default: 256,256,256)", () => hiddenUnits);
  choice(
    "--activation <name>",
    "of the hidden layers (default: selu for classes, mish for numbers)",
    names(activations),
  );
  add("--dropout <rate>", "after each hidden layer (default: 0.15)", share);
  choice("--loss <name>", "against the task's own", names(losses));
  add("--label-smoothing <share>", "probability spread over all classes (default: 0.1)", share);
  choice("--optimizer <name>", "default adamW", names(optimizers));
  add("--learning-rate <rate>", "the optimizer's step size (default: 0.04 for classes, 0.2 for numbers)", positive);
  add("--weight-decay <factor>", "of adamW (default: 0.02)", atLeast0);
  choice("--schedule <name>", "how the learning rate moves (default: coslog4)", names(schedules));
  add("--epochs <n>", "how often all rows are seen at most (default: 64 to 256, by rows and folds)", (flag) =>
    whole(flag, 1),
  );
  add("--batch-size <rows>", "rows of a step, or all (default: 64 to 1024, by the table)", (flag) =>
    allOr(whole(flag, 1)),
  );
  add("--patience <epochs>", "without improvement, after which training stops (default: none)", (flag) =>
    whole(flag, 1),
  );
  add("--l1 <factor>", "penalty on Σ|w| (default: 0)", atLeast0);
  add("--l2 <factor>", "penalty on ½ Σ w² (default: 0)", atLeast0);
  add("--clip-norm <norm>", "the gradient's greatest norm (default: none)", positive);
}

/** The library's options that the flags stand for; the table and the callbacks are the command's. */
export function trainOptions(flags: TrainFlags): Omit<FileTrainOptions, "table"> {
  const { target, type = {}, ...rest } = flags;
  const {
    json: _json,
    out: _out,
    force: _force,
    report: _report,
    tensorboard: _tensorboard,
    sql: _sql,
    missing: _missing,
    missingOnly: _missingOnly,
    delimiter: _delimiter,
    encoding: _encoding,
    skip: _skip,
    comment: _comment,
    header: _header,
    maxSize: _maxSize,
    ...settings
  } = rest;
  const types = Object.fromEntries(
    Object.entries(type).map(([column, role]) => [column, isColumnRole(role) ? role : roleError(role)]),
  );
  return {
    ...settings,
    target: target.length === 1 ? target[0] : target,
    types,
    read: readOptions(flags),
  };
}
