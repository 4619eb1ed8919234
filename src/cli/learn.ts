/** `gradus learn`: a model that learns a stream of rows, each predicted before it is learned. */
import { resolve } from "node:path";
import { Command } from "commander";
import { claim, savedFile, targetNames, targetPresence } from "../entries/internal.ts";
import { createLearner, DescriptionError, engineNames, loadModel, type Warning } from "../node.ts";
import { interruptible } from "./interruption.ts";
import { type JsonFlags, jsonForm, withJsonLines } from "./jsonOption.ts";
import { fileIdentity, LearnedFile } from "./learnedFile.ts";
import { type Interval, LearningRun } from "./learningRun.ts";
import { learnOutput } from "./learnOutput.ts";
import { formHint, openInput } from "./learnSource.ts";
import { openModel, STANDARD_INPUT } from "./modelArgument.ts";
import { choiceOption, option, positive, seconds, whole } from "./options.ts";
import { placeOf, requireModelPlace, requireOutputs } from "./outputs.ts";
import { shellWord } from "./shellWord.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus learn prices.gradus rows.ndjson --out online.gradus
  sensor | gradus learn prices.gradus               NDJSON on standard input
  sensor | gradus learn prices.gradus --predictions --jsonl
  cat all.ndjson | gradus learn prices.gradus --skip-learned

Each line is a row, an object with the table's columns and the target: {"size":
60, "price": 130}. It is predicted, the prediction is scored, and then the row
is learned: one step of each of the model's networks. A row whose target is
absent or missing (null, "", NA) is predicted only, and its prediction printed.
Scores forget: they are means as over the last 1000 rows. The model's file is
written at --every and at the end, also after Ctrl-C. After a kill -9,
--skip-learned with the same rows from the first on makes the same file, byte
for byte. Models of every task learn so, but not with batch normalisation. A
class that the model does not have is refused; an unknown category is learned
as unknown.`;

interface LearnFlags extends JsonFlags {
  readonly out?: string;
  readonly force?: boolean;
  readonly every?: number;
  readonly printEvery?: Interval;
  readonly predictions?: boolean;
  readonly skipLearned?: boolean;
  readonly skipInvalid?: boolean;
  readonly learningRate?: number;
  readonly engine?: (typeof engineNames)[number];
}

/** "1000" as rows, "10s" as a time. */
const interval =
  (name: string) =>
  (text: string): Interval => {
    if (/^\d+$/.test(text)) return { rows: whole(1)(name)(text) };
    if (/^[\d.]+[smh]$/.test(text)) return { seconds: seconds(name)(text) };
    throw new DescriptionError(
      `${name}: expected a number of rows, as 1000, or a duration, as 10s, found ${JSON.stringify(text)}.`,
    );
  };

/** Builds the command. */
export function learnCommand(terminal: Terminal): Command {
  const command = new Command("learn")
    .description("Let a model learn rows as they come, one step a row (online learning).")
    .argument("<model>", "a model file, which is written again and again without --out")
    .argument("[rows]", "a file of NDJSON: a JSON object a line (default: standard input, as -)")
    .option("--out <file>", "write the model to this file, and leave its own as it is")
    .option(
      "--force",
      "replace the file at --out even if it is not a model, predicts another target or has learned rows",
    )
    .addOption(option("--every <duration>", "time between two writes of the model (default: 30s)", seconds))
    .addOption(
      option(
        "--print-every <interval>",
        "print the scores every so many rows, or after a time as 5s (default: 10s)",
        interval,
      ),
    )
    .option("--predictions", "print the prediction of every row, made before it is learned")
    .option("--skip-learned", "skip as many rows as the model has learned: the rows begin with those")
    .option("--skip-invalid", "skip lines that are no rows of the model, and count them")
    .addOption(
      option("--learning-rate <rate>", "of each step (default: the training's, made for steps of one row)", positive),
    )
    .addOption(
      choiceOption(
        "--engine <name>",
        `engine that computes (default: the fastest that runs here): ${engineNames.join(", ")}`,
        engineNames,
      ),
    )
    .addHelpText("after", EXAMPLES);
  return withJsonLines(command, "the last scores", "each event").action(
    (file: string, rows: string | undefined, flags: LearnFlags) => learn(file, rows, flags, terminal),
  );
}

async function learn(file: string, rows: string | undefined, flags: LearnFlags, terminal: Terminal): Promise<void> {
  const { out, every = 30, printEvery = { seconds: 10 }, learningRate, engine } = flags;
  const form = jsonForm(flags);
  requireNamed(file);
  if (flags.predictions && form === "json") {
    throw new DescriptionError(
      "--predictions prints a line for each row, --json one document at the end. Give --jsonl.",
    );
  }
  if (out !== undefined && resolve(out) === resolve(file)) {
    throw new DescriptionError(`--out ${out} is the model itself, which is written without --out. Leave it out.`);
  }
  if (flags.force && out === undefined)
    throw new DescriptionError("--force is for --out, which is not given. Leave it out.");
  const path = out ?? file;
  const source = rows === undefined || rows === STANDARD_INPUT ? undefined : rows;
  const inputs = [...placeOf("the rows", source), ...(out === undefined ? [] : placeOf("the model", file))];
  await requireOutputs(inputs, placeOf(out === undefined ? "the model" : "--out", path, { kind: "model" }));
  await using _claim = await claim(path, {
    what: `The model ${path}`,
    instead: "give this learner a file of its own with --out",
  });
  const identity = await fileIdentity(path);
  using model = await openModel("learn", file, rows);
  if (out !== undefined) await requirePlace(out, targetNames(model.document.target), flags.force === true);
  const output = learnOutput(terminal, form, model);
  output.begin(model.document.learning?.rows ?? 0, source ?? "standard input");
  using learner = await createLearner({
    model,
    engine,
    ...(learningRate !== undefined && { learningRate }),
    onWarning: (warning: Warning) => output.warning(warning),
  });
  const input = openInput(source);
  const interruption = interruptible(terminal, `what was learned is saved in ${path}.`);
  try {
    const run = new LearningRun({
      learner,
      targets: targetNames(model.document.target),
      hasTarget: targetPresence(model.document.target),
      file: new LearnedFile(path, learner, identity, out === undefined),
      source: source ?? "standard input",
      formHint: formHint(source),
      output,
      drained: terminal.drained,
      failed: terminal.failed,
      signal: interruption.signal,
      every,
      printEvery,
      printsAll: flags.predictions === true,
      skipsLearned: flags.skipLearned === true,
      skipsInvalid: flags.skipInvalid === true,
    });
    await run.learn(input);
  } finally {
    input.destroy();
    interruption.release();
  }
}

/** @throws {DescriptionError} a model that comes from a stream, which can't be written again */
function requireNamed(file: string): void {
  if (file !== STANDARD_INPUT) return;
  throw new DescriptionError(
    "The model learns, so its file is written; standard input is for the rows. Save the model to a file, and give that file.",
  );
}

/** @throws {DescriptionError} a file that is no model for the same target, or whose rows would be lost */
async function requirePlace(out: string, targets: readonly string[], force: boolean): Promise<void> {
  await requireModelPlace(out, targets, force);
  if (force || typeof (await savedFile(out)) !== "object") return;
  using there = await loadModel(out);
  const rows = there.document.learning?.rows ?? 0;
  if (rows === 0) return;
  throw new DescriptionError(
    `${out} has learned ${rows} rows, which would be lost. Go on from it, gradus learn ${shellWord(out)}, or add --force to replace it.`,
  );
}
