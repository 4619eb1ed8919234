/** `gradus tune`: a table in, the best of many trainings out as a model file, with the record of all of them. */
import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import { Command, type Option } from "commander";
import { counted, loadPlots, nameOf, type Team, tuneOnFiles, writeAtomically } from "../entries/internal.ts";
import {
  DescriptionError,
  type FileTuneOptions,
  type FitEvent,
  type ObjectiveName,
  objectiveNames,
  type SpaceLike,
  saveModel,
  searches,
  type TrialRecord,
  type TuneResult,
  trialsHtml,
} from "../node.ts";
import {
  checkpointOption,
  commandToRun,
  foundLines,
  type GivenCommand,
  hasCommand,
  resumeLine,
  withCheckpoint,
} from "./checkpoint.ts";
import { interruptible } from "./interruption.ts";
import { jsonForm } from "./jsonOption.ts";
import { requireNoModels, STANDARD_INPUT } from "./modelArgument.ts";
import { choiceOption, givenTwice, option, repeatableOption, seconds, whole } from "./options.ts";
import { type Place, placeOf, placesOfSource, requireModelPlace, requireOutputs } from "./outputs.ts";
import { duration } from "./progress.ts";
import { requireForRanks, threadsOfRank } from "./ranks.ts";
import { reportLines } from "./report.ts";
import { modelPathFor, readingLine, sourceOf, TABLE_ARGUMENT, withSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";
import { type TrainFlags, trainOptions, withTrainFlags } from "./trainFlags.ts";
import { settingsText, trialLine, tuneLines, tuneStartLines } from "./tuneReport.ts";

const EXAMPLES = `
Examples:
  gradus tune flowers.csv --target species
  gradus tune houses.parquet --target price --time 10m --journal houses.jsonl
  gradus tune flowers.csv --target species --set learningRate=0.01..0.1:log \\
    --set hidden=64x64,256x256
  gradus tune flowers.csv --target species --space space.json --hidden 128,128
  mpirun -n 4 gradus tune houses.parquet --target price --trials 40

A setting given by its own option is the same in every trial; the others vary
over the recipe's ranges, or those of --space and --set: FROM..TO, FROM..TO:log,
or values A,B,C; units of hidden layers as 64x64. A space file is a JSON object
of the same: { "learningRate": "0.01..0.1:log",
"hidden": { "type": "choice", "values": [[64, 64], [256, 256]] } }.
Trial 0 is the unchanged recipe. The validation rows choose the best trial; the
test rows evaluate it once. With --journal, the same command continues a search
that was interrupted; with --checkpoint, within a training too.`;

interface OwnFlags extends Pick<FileTuneOptions, "trials" | "time" | "set" | "search" | "reduction" | "journal"> {
  readonly space?: string;
  readonly metric?: ObjectiveName;
  readonly report?: string;
  readonly out?: string;
}

type TuneFlags = TrainFlags & OwnFlags;

/** Builds the command. @param team the ranks that divide the trials; absent in a process by itself */
export function tuneCommand(terminal: Terminal, team?: Team): Command {
  const own = [
    option("--trials <n>", "maximum number of trials (default: 30; with --time as many more as fit)", whole(2)),
    option(
      "--time <duration>",
      "time limit of the whole search, with reading and saving, such as 90s, 10m or 2h",
      seconds,
    ),
    option("--space <file>", "a JSON file of ranges, or - for standard input, instead of the recipe's"),
    repeatableOption("--set <setting=range>", "vary a setting over a range; repeatable", () => ranges),
    choiceOption(
      "--search <name>",
      "halving (default): few epochs for all trials, more for the best; random: all epochs for all",
      Object.keys(searches),
    ),
    option("--reduction <n>", "of halving: one in n trials continues (default: 3)", whole(2)),
    choiceOption(
      "--metric <name>",
      `what to optimize (default: accuracy, hammingLoss or rmse): ${objectiveNames.join(", ")}`,
      objectiveNames,
      metricNamed,
    ),
    option("--journal <file>", "file that records every trial; an interrupted search continues from it"),
    option("--report <file>", "an HTML page with a plot of the trials"),
    option("--out <file>", "file of the best model (default: NAME.gradus in this folder)"),
  ];
  const command = new Command("tune")
    .description("Search for the best settings for a table, and save the best model.")
    .argument("[table]", TABLE_ARGUMENT)
    .addHelpText("after", EXAMPLES)
    .action(async (path: string | undefined, flags: TuneFlags, itself: Command) => {
      const given = { path, flags, words: ["gradus", ...(itself.parent?.args ?? [])] };
      const asked = await commandToRun(given, itself, terminal);
      if (team !== undefined) {
        const { test, space, time } = asked.flags;
        requireForRanks([asked.path, test, space], time);
      }
      await tuneTable(asked, terminal, team);
    });
  for (const flag of [...own, ...trainingFlags(own)]) command.addOption(flag);
  return withCheckpoint(withSource(command), "search");
}

/** Options of `train` whose default is another one here. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  "--folds": "k networks in each trial, each validated on another fold of the rows (default: 1)",
  "--ensemble": "m networks in each trial (and fold), with different initial weights (default: 1)",
};

/** Options of `train` alone: of one training's curves, of models that a search compares by no metric, and of ranks, which divide trials here. */
const OF_TRAIN = ["--tensorboard", "--quantiles", "--share", "--sync-every"];

/** The options of `train`, without those that mean something else here. */
function trainingFlags(own: readonly Option[]): readonly Option[] {
  const names = new Set([...own.map(({ long }) => long), ...OF_TRAIN]);
  const flags = withTrainFlags(new Command()).options.filter(({ long }) => !names.has(long));
  for (const flag of flags) flag.description = DESCRIPTIONS[flag.long ?? ""] ?? flag.description;
  return flags;
}

async function tuneTable(command: GivenCommand<TuneFlags>, terminal: Terminal, team: Team | undefined): Promise<void> {
  const { path, flags } = command;
  const { checkpoint } = flags;
  const { trials, time, space, set, search, reduction, metric, journal, report: page, out: _out, ...training } = flags;
  const form = jsonForm(flags);
  const table = sourceOf(path, flags);
  const out = flags.out ?? modelPathFor(path);
  const tables = [...(await placesOfSource(table)), ...(await placesOfSource(flags.test, "the table of --test"))];
  const spacePath = space === STANDARD_INPUT ? "/dev/stdin" : space;
  const shared = space === STANDARD_INPUT ? tables.find(({ path: from }) => from === spacePath) : undefined;
  if (shared !== undefined) {
    throw new DescriptionError(
      `--space and ${shared.name} are both -, but standard input can be read only once. Save one of them to a file, and give that file.`,
    );
  }
  await requireNoModels(tables);
  if (team?.isFirst !== false)
    await requireTuneOutputs(flags, [...tables, ...placeOf("the space of --space", spacePath)], out);
  const given = space === undefined ? undefined : await spaceFile(space);

  const beside = checkpoint === undefined ? journal && `the journal ${journal}` : `the checkpoint ${checkpoint}`;
  const interruption = interruptible(
    terminal,
    `the best model so far ${beside === undefined ? "is" : `and ${beside} are`} kept.`,
  );
  const view = trialsView(terminal, form === "jsonl", time);
  if (form !== "jsonl") terminal.note(readingLine(path));
  try {
    const result = await tuneOnFiles(
      {
        ...(trainOptions(training as TrainFlags) as Omit<FileTuneOptions, "table">),
        table,
        ...{ trials, time, space: given, set, search, reduction, metric, journal },
        ...(time !== undefined && { startedAt: 0 }), // the process's own start: the time that a user waits
        ...checkpointOption(command, "tune", (found) => {
          if (form === "jsonl") terminal.json({ event: "resume", networks: found.networks, notes: found.notes });
          else foundLines(checkpoint ?? "", found).forEach(terminal.note);
        }),
        signal: team?.signalWith(interruption.signal) ?? interruption.signal,
        ...(team && { threads: flags.threads ?? threadsOfRank(team) }),
        ...view,
      },
      { team },
    );
    if (page !== undefined) await writeAtomically(page, new TextEncoder().encode(await trialsHtml(result)));
    if (result.model !== undefined) await saveModel(out, result.model);
    tell(result, { ...flags, out }, terminal);
    if (checkpoint !== undefined && result.stopped === "aborted") terminal.note(resumeLine("tune", checkpoint));
    result.model?.dispose();
  } catch (error) {
    const isLeft = checkpoint !== undefined && interruption.signal.aborted && hasCommand(checkpoint);
    if (isLeft) terminal.note(`  ${resumeLine("tune", checkpoint)}`);
    throw error;
  } finally {
    interruption.release();
  }
}

/** @throws {DescriptionError} as `requireOutputs` and `requireModelPlace` */
async function requireTuneOutputs(flags: TuneFlags, inputs: readonly Place[], out: string): Promise<void> {
  await requireOutputs(inputs, [
    ...placeOf("--out", out, { kind: "model" }),
    ...placeOf("--report", flags.report, { load: loadPlots }),
    ...placeOf("--journal", flags.journal, { kind: "journal" }),
    ...placeOf("--checkpoint", flags.checkpoint, { kind: "folder" }),
  ]);
  await requireModelPlace(out, flags.target, flags.force === true);
}

/** The callbacks that print the progress of the search: as lines of JSON, or as notes. @param time seconds for all of it */
function trialsView(
  terminal: Terminal,
  asJson: boolean,
  time: number | undefined,
): Pick<FileTuneOptions, "onStart" | "onTrial" | "onRound" | "onProgress"> {
  const emit = (line: object): void => terminal.json(line);
  if (asJson) {
    return {
      onStart: (start) => emit({ event: "start", ...start }),
      onTrial: (record, reused) => emit({ event: "trial", ...record, reused }),
      onRound: (trials) => emit({ event: "round", trials }),
    };
  }
  let metric: TuneResult["metric"];
  let printed = performance.now();
  return {
    onStart: (start) => {
      metric = start.metric;
      tuneStartLines(start).forEach(terminal.note);
    },
    onTrial: (record: TrialRecord, reused: boolean) => {
      printed = performance.now();
      terminal.note(trialLine(record, metric, reused));
    },
    onRound: (trials) => terminal.note(`There is time for ${counted(trials, "more trial")}.`),
    onProgress: (event: FitEvent, { trial }) => {
      if (performance.now() - printed < MILLISECONDS_OF_SILENCE) return;
      printed = performance.now();
      const left = time === undefined ? "" : `, ${duration(Math.max(0, time - printed / 1000))} left`;
      terminal.note(`  trial ${trial}: epoch ${event.epoch}/${event.epochs}${left}`);
    },
  };
}

/** A long trial prints its epoch this often. */
const MILLISECONDS_OF_SILENCE = 60_000;

function tell(result: TuneResult, flags: TuneFlags, terminal: Terminal): void {
  const { best, model, report } = result;
  const form = jsonForm(flags);
  if (form !== undefined) {
    const event = form === "jsonl" && { event: "done" };
    terminal.json({ ...event, ...searchOf(result), model: model ? flags.out : null });
    return;
  }
  tuneLines(result).forEach(terminal.out);
  terminal.out(`\nThe best is trial ${best.trial}: ${settingsText(best)}.`);
  if (report === undefined) {
    terminal.out("Its model was not trained again. The same command continues the search.");
    return;
  }
  reportLines(report, result.warnings).forEach(terminal.out);
  terminal.out(`\nSaved ${flags.out}.`);
  if (flags.report !== undefined) terminal.out(`The plot of the trials is in ${flags.report}.`);
}

/** What --json prints of a search. */
function searchOf({ task, metric, space, rungs, best, trials, stopped, report }: TuneResult): object {
  const output = report && { verdict: report.verdict, metrics: report.metrics, warnings: report.warnings };
  return { task, metric, space, rungs, best, ...output, stopped, trainings: trials.length, trials };
}

/** NAME=RANGE, gathered over repetitions; what the range says is the library's to check. */
function ranges(text: string, before: SpaceLike = {}): SpaceLike {
  const at = text.indexOf("=");
  const setting = text.slice(0, at).trim();
  if (Object.hasOwn(before, setting)) throw givenTwice("--set", setting);
  if (at > 0) return { ...before, [setting]: text.slice(at + 1) };
  throw new DescriptionError(`--set: expected SETTING=RANGE, found ${JSON.stringify(text)}.`);
}

const metricNamed = (text: string): string =>
  nameOf("metric", Object.fromEntries(objectiveNames.map((name) => [name, true])), text, "value of --metric");

async function spaceFile(file: string): Promise<SpaceLike> {
  const path = file === STANDARD_INPUT ? "standard input" : file;
  const reading = file === STANDARD_INPUT ? textOf(process.stdin) : readFile(file, "utf8");
  const text = await reading.catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "ENOENT" ? "there is no such file" : error.message;
    throw new DescriptionError(`--space: cannot read ${path}: ${why}.`, { cause: error });
  });
  try {
    return JSON.parse(text) as SpaceLike;
  } catch (error) {
    throw new DescriptionError(`--space: ${path} is not JSON: ${(error as Error).message}.`, { cause: error });
  }
}
