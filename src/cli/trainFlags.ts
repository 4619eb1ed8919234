/** The options of `gradus train`: each with its reader, and their translation into the library's options. */
import { type Command, Option } from "commander";
import {
  type AliasKind,
  columnRoles,
  hiddenActivations,
  isColumnRole,
  lossesOfTask,
  nameOf,
  rareChoices,
  tasks,
  unknownName,
} from "../entries/internal.ts";
import {
  DescriptionError,
  engineNames,
  type FileTrainOptions,
  losses,
  metrics,
  optimizers,
  precisions,
  recipes,
  type SplitBy,
  schedules,
} from "../node.ts";
import type { CheckpointFlags } from "./checkpoint.ts";
import { type JsonFlags, withJsonLines } from "./jsonOption.ts";
import {
  choiceOption,
  columns,
  list,
  numberWhere,
  oneOf,
  option,
  pairs,
  positive,
  repeatableOption,
  seconds,
  whole,
} from "./options.ts";
import { readOptions, type SourceOptions } from "./source.ts";

/** Options of the library that a flag does not give in the same form, or not at all. */
type OtherOptions =
  | ("table" | "target" | "test" | "types" | "missing" | "read" | "report" | "from")
  | ("plan" | "startedAt" | "signal" | "onStart" | "onProgress" | "checkpoint");

export interface TrainFlags extends SourceOptions, JsonFlags, CheckpointFlags, Omit<FileTrainOptions, OtherOptions> {
  readonly target: string[];
  readonly test?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly report?: string;
  readonly tensorboard?: string;
  readonly small?: boolean;
  /** A model's file. */
  readonly from?: string;
  /** Places of layers. */
  readonly freeze?: number[];
  /** A table. */
  readonly oldTest?: string;
  readonly type?: Record<string, string>;
  /** What ranks divide. */
  readonly share?: "networks" | "rows";
  readonly syncEvery?: number;
}

/** @throws {DescriptionError} always */
function roleError(role: string): never {
  const known = [...columnRoles, "date:DD/MM/YYYY"];
  throw new DescriptionError(unknownName(role, known, "value of --type"));
}

/** A reader that takes one of the names of a table, or an alias of one. */
const oneOfNames =
  (flag: string, kind: AliasKind, table: object) =>
  (text: string): string =>
    nameOf(kind, table as Readonly<Record<string, unknown>>, text, `value of ${flag}`);

const aboveAndBelow = numberWhere("above 0 and below 1", (value) => value > 0 && value < 1);
const atLeast0 = numberWhere("of at least 0", (value) => value >= 0);
const share = numberWhere("of at least 0 and below 1", (value) => value >= 0 && value < 1);
const allOr = (read: (flag: string) => (text: string) => number) => (flag: string) => (text: string) =>
  text === "all" ? "all" : read(flag)(text);

/** "64,32" as widths; "0" or "" as no hidden layer. */
function hiddenUnits(text: string): number[] {
  const widths = list(text);
  return widths.length === 1 && widths[0] === "0" ? [] : widths.map(whole(1)("--hidden"));
}

/** "time=date" as a split; a column's name may hold the sign =. */
function splitBy(text: string): SplitBy {
  const [, kind, column] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  if (kind === "time") return { time: column };
  throw new DescriptionError(`--split: expected time=COLUMN, found ${JSON.stringify(text)}.`);
}

const names = (table: object): string[] => Object.keys(table);

/** "meanSquaredError, … for regression; …" */
function lossesText(): string {
  return Object.entries(lossesOfTask)
    .map(([task, suitable]) => `${suitable.join(", ")} for ${task}`)
    .join("; ");
}

/** Ways to add an option to a command. */
interface Adder {
  add<T>(flags: string, description: string, read: (flag: string) => (text: string, before?: T) => T): void;
  choice(flags: string, description: string, known: readonly string[]): void;
  /** One of the names of a table; aliases are taken too. */
  name(flags: string, description: string, kind: AliasKind, table: object): void;
}

function adderTo(command: Command): Adder {
  const add: Adder["add"] = (flags, description, read) => {
    command.addOption(option(flags, description, read));
  };
  const choice = (flags: string, description: string, values: readonly string[], read?: (text: string) => string) => {
    command.addOption(choiceOption(flags, `${description}: ${values.join(", ")}`, values, read));
  };
  return {
    add,
    choice,
    name: (flags, description, kind, table) =>
      choice(flags, description, names(table), oneOfNames(flags.split(" ")[0], kind, table)),
  };
}

/** Adds the options to the command. */
export function withTrainFlags(command: Command): Command {
  withDataFlags(command);
  command.addOption(
    new Option("--small", "a small model file: --recipe small, one network with hidden layers of 64").conflicts(
      "recipe",
    ),
  );
  withNetworkFlags(command);
  command.optionsGroup("How it is computed:");
  const { add, choice } = adderTo(command);
  choice(
    "--engine <name>",
    "engine that computes (default: the fastest that runs here, see gradus engines)",
    engineNames,
  );
  choice(
    "--precision <name>",
    "what networks learn with: high (near float32) and fast are less exact and faster, with --engine native and AMX (default: float32)",
    precisions,
  );
  choice("--share <what>", "what ranks that mpirun has started divide (default: networks)", ["networks", "rows"]);
  add(
    "--sync-every <steps>",
    "with --share rows on a slow network: ranks make so many steps by themselves, then go on from the mean (default: every step is made together)",
    whole(1),
  );
  add(
    "--threads <n>",
    "maximum number of threads (default: all cores, divided by the ranks of a machine); the model is bit-identical",
    whole(1),
  );
  return command.option(
    "--no-health",
    "don't check layers for dead units and vanishing gradients; the model is bit-identical",
  );
}

/** What is learned, from which rows, by how many networks, and what is written. */
function withDataFlags(command: Command): void {
  const { add, choice, name } = adderTo(command);
  withTargetFlags(command);
  command.option("--test <file>", "a table of test rows, instead of a share of the table");
  command.option("--out <file>", "model file (default: NAME.gradus in this folder)");
  command.option("--force", "replace the file at --out even if it is not a model or predicts another target");
  command.option("--report <file>", "an HTML page about the data, the training and the model");
  command.option("--tensorboard <folder>", "write the training curves as event files for TensorBoard");
  add("--seed <n>", "random seed of the split, the initial weights and the order of rows (default: 0)", whole(0));
  const kinds = `take a column as ${columnRoles.join(", ")} or date:DD/MM/YYYY; repeatable`;
  command.addOption(repeatableOption("--type <column=kind>", kinds, pairs));
  add("--decimal <sign>", "decimal sign of numbers in text files: . or , (default: detected in the column)", (flag) =>
    oneOf(flag, [".", ","]),
  );
  add("--features <columns>", "use only these columns as features", columns);
  choice("--recipe <name>", "defaults of all settings that are not given (default: realmlp)", names(recipes));
  name(
    "--metric <name>",
    "metric that chooses the best epoch (default: accuracy, hammingLoss or rmse; the validation loss with --recipe plain)",
    "metric",
    metrics,
  );
  add(
    "--time <duration>",
    "time limit, such as 90s or 10m: trains as many epochs, up to --epochs, and networks as fit, with reading, evaluating and saving; samples rows if there is no time for all",
    seconds,
  );
  add(
    "--folds <k>",
    "k networks, each validated on another fold of the rows; their predictions are averaged (default: 5 for 10 to 20,000 rows, else 1; 1 with --ensemble, --validation-fraction, --split, --small or --recipe plain)",
    whole(1),
  );
  add(
    "--ensemble <m>",
    "m networks with different initial weights (in each fold); their predictions are averaged (default: 1; with --time as many as fit, up to 30 in all)",
    whole(1),
  );
  choice("--class-weights <kind>", "balanced: every class has the same weight in the loss (default: none)", [
    "none",
    "balanced",
  ]);
  command.option(
    "--calibrate",
    "calibrate on the validation rows even if there are few (default: probabilities, from 20 rows on)",
  );
  command.option("--no-calibrate", "don't calibrate probabilities or prediction intervals");
  command.option(
    "--weights <column>",
    "sample weight column: a row of weight k counts as k rows, in the loss and in all metrics; not a feature (default: all rows have equal weight)",
  );
  withDivisionFlags(command);
  withJsonLines(command, "the result", "each event");
}

/** What is predicted. */
function withTargetFlags(command: Command): void {
  const { add, choice } = adderTo(command);
  command.requiredOption(
    "--target <columns>",
    "the column to predict, or several: a,b,c, all of numbers, or all of two values such as yes and no",
    columns("--target"),
  );
  choice("--task <task>", "task, if it should differ from what the target suggests", tasks);
  add(
    "--quantiles <levels>",
    "predict quantiles of the target, such as 0.1,0.5,0.9, in ascending order, with the pinball loss; the prediction is the median, 0.5, which is added",
    (flag) => (text) => columns(flag, "a quantile")(text).map(aboveAndBelow(flag)),
  );
}

/** Which rows learn, validate and test. */
function withDivisionFlags(command: Command): void {
  const { add, choice } = adderTo(command);
  add(
    "--test-fraction <share>",
    "share of the rows that are test rows (default: 0.2; 0 for fewer than 10 rows)",
    share,
  );
  add(
    "--validation-fraction <share>",
    "share of the other rows that choose the best epoch of a single network (default: 0.2)",
    share,
  );
  add("--split <time=column>", "test on the latest rows and validate on the latest of the others", () => splitBy);
  command.option(
    "--group <column>",
    "group column: rows with the same value, such as the visits of one patient, stay in the same part; not a feature unless listed in --features",
  );
  choice(
    "--rare <kind>",
    "classes with only one row: keep them in training, drop them, or join them into one class (default: keep)",
    rareChoices,
  );
}

/** The network's layers and how they learn, against the recipe. */
function withNetworkFlags(command: Command): void {
  const { add, name } = adderTo(command);
  command.optionsGroup("Network and training (defaults of the recipe realmlp):");
  add(
    "--hidden <units>",
    "units of each hidden layer; 0 for no hidden layer (default: 256,256,256; 128,128,128 up to 160 training rows)",
    () => hiddenUnits,
  );
  name(
    "--activation <name>",
    "activation of the hidden layers (default: selu for classes and labels, mish for regression)",
    "activation",
    hiddenActivations,
  );
  add("--dropout <rate>", "dropout rate after each hidden layer (default: 0.15)", share);
  add("--loss <name>", `loss (default: the first for the task): ${lossesText()}`, (flag) =>
    oneOfNames(flag, "loss", losses),
  );
  add(
    "--label-smoothing <share>",
    "probability spread over all classes (default: 0.1; 0 if --metric evaluates probabilities)",
    share,
  );
  name("--optimizer <name>", "optimizer (default: adamW)", "optimizer", optimizers);
  add(
    "--learning-rate <rate>",
    "learning rate before the schedule (default: 0.04 for classes and labels, 0.2 for regression; another optimizer's own)",
    positive,
  );
  add("--weight-decay <factor>", "weight decay, of an optimizer that has it (default: 0.02)", atLeast0);
  name("--schedule <name>", "learning-rate schedule (default: coslog4)", "schedule", schedules);
  add("--epochs <n>", "maximum passes over the training rows (default: 32 to 512, by rows and folds)", whole(1));
  add(
    "--batch-size <rows>",
    "training rows in each step, or all (default: 8 to 1024, by training rows)",
    allOr(whole(1)),
  );
  add(
    "--patience <epochs>",
    "early stopping: epochs without improvement before training ends (default: never)",
    whole(1),
  );
  add("--l1 <factor>", "penalty on Σ|w| (default: 0)", atLeast0);
  add("--l2 <factor>", "penalty on ½ Σ w² (default: 0)", atLeast0);
  add("--clip-norm <norm>", "maximum norm of the gradient, which is scaled down to it (default: no limit)", positive);
}

/** The library's options that the flags stand for; the table and the callbacks are the command's. */
export function trainOptions(flags: TrainFlags): Omit<FileTrainOptions, "table"> {
  const { target, type = {}, small = false, ...rest } = flags;
  const {
    json: _json,
    jsonl: _jsonl,
    out: _out,
    force: _force,
    report: _report,
    tensorboard: _tensorboard,
    checkpoint: _checkpoint,
    every: _every,
    resume: _resume,
    from: _from,
    freeze: _freeze,
    oldTest: _oldTest,
    share: _share,
    syncEvery: _syncEvery,
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
    ...(small && { recipe: "small" }),
    target: target.length === 1 ? target[0] : target,
    types,
    read: readOptions(flags),
  };
}
