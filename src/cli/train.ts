/** `gradus train`: a table in, a model file out, with what was learned and how good it is. */
import { join } from "node:path";
import { Command } from "commander";
import { alike, loadPlots, type Team, targetNames, trainOnFileShares, trainOnFiles } from "../entries/internal.ts";
import {
  DivergedError,
  type FileTrainOptions,
  type FitEvent,
  type FoundCheckpoint,
  type MemberTask,
  type Model,
  type Report,
  RunFailedError,
  saveModel,
  type TableSource,
  type TensorBoardWriter,
  type TrainResult,
  type TrainStart,
  tensorBoardWriter,
  type Warning,
  writeReport,
} from "../node.ts";
import {
  checkpointOption,
  commandToRun,
  foundLines,
  type GivenCommand,
  resumeLine,
  withCheckpoint,
} from "./checkpoint.ts";
import { interruptible } from "./interruption.ts";
import { jsonForm } from "./jsonOption.ts";
import { requireNoModels } from "./modelArgument.ts";
import { inCommandOptions } from "./optionNames.ts";
import { placeOf, placesOfSource, requireModelPlace, requireOutputs } from "./outputs.ts";
import { type ProgressView, progressView } from "./progress.ts";
import { ranksSharingRows, requireForRanks, sharedRowsLines, sharingLines, threadsOfRank } from "./ranks.ts";
import { reportLines, startLines } from "./report.ts";
import { shellWord } from "./shellWord.ts";
import { modelPathFor, readingLine, sourceOf, TABLE_ARGUMENT, withSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";
import type { TextTable } from "./textTable.ts";
import { type TrainFlags, trainOptions, withTrainFlags } from "./trainFlags.ts";
import { warmStartOf, warmStartOptions, withWarmStart } from "./warmStart.ts";

const EXAMPLES = `
Examples:
  gradus train flowers.csv --target species
  gradus train houses.parquet --target price --hidden 128,128 --epochs 200
  gradus train building.csv --target y0,y1,y2       three numbers at once
  gradus train mail.csv --target spam,urgent        two labels of yes or no
  gradus train mail.csv --target spam --type id=skip --type zip=category
  gradus train --sql "SELECT * FROM 'a.csv' JOIN 'b.csv' USING (id)" --target y
  gradus train houses.csv --target price --report houses.html
  gradus train churn.csv --target left --class-weights balanced
  gradus train survey.csv --target income --weights persons
  gradus train visits.csv --target outcome --group patient
  gradus train sales.csv --target amount --split time=date
  gradus train big.parquet --target price --time 5m
  gradus train big.parquet --target price --checkpoint run
  gradus train --resume run                         after an interruption
  gradus train new.csv --from houses.gradus         go on from a model
  gradus train digits.csv.gz --target digit --test fresh.csv.gz --jsonl
  mpirun -n 4 gradus train houses.parquet --target price --ensemble 4
  mpirun -n 4 gradus train 'big/*.parquet' --target price --share rows

The task follows from the target. Text and true/false: classification. Numbers:
regression; few distinct whole numbers: classification. Several targets are all
numbers, or all labels with two values each (true/false, yes/no, 0/1).
A fifth of the rows are test rows. The others are divided into folds: each
network is trained on all but one fold, which chooses the network's best epoch;
a single network keeps a fifth of them for that. Rows are divided at random by
--seed, by time with --split, or in whole groups with --group. With fewer than
10 rows, all are training rows.`;

/** Builds the command. @param team the ranks that divide the networks; absent in a process by itself */
export function trainCommand(terminal: Terminal, team?: Team): Command {
  const command = new Command("train")
    .description("Train a network on a table and save it as one file.")
    .argument("[table]", TABLE_ARGUMENT)
    .addHelpText("after", EXAMPLES)
    .action(async (path: string | undefined, flags: TrainFlags, own: Command) => {
      const given = { path, flags, words: ["gradus", ...(own.parent?.args ?? [])] };
      const asked = await commandToRun(given, own, terminal);
      const { test, oldTest, time } = asked.flags;
      if (team !== undefined) requireForRanks([asked.path, test, oldTest], time);
      await trainTable(asked, terminal, team);
    });
  return withCheckpoint(withWarmStart(withTrainFlags(withSource(command))), "training");
}

async function trainTable(given: GivenCommand<TrainFlags>, terminal: Terminal, team: Team | undefined): Promise<void> {
  const { path, flags, words } = given;
  const table = sourceOf(path, flags);
  const sharing = ranksSharingRows(flags, team);
  const goingOn = await warmStartOf(flags);
  using _from = goingOn?.from;
  // Rank 0 alone writes.
  const place = async () => (team?.isFirst === false ? "" : await modelPlace(given, table, goingOn?.from));
  const out = sharing ? await alike(sharing, place) : await place();
  const form = jsonForm(flags);
  const { checkpoint } = flags;
  const what = checkpoint === undefined ? "is kept." : `and the checkpoint ${checkpoint} are kept.`;
  const interruption = interruptible(terminal, `the best model so far ${what}`);
  const ranksLines = (start: TrainStart): string[] => {
    if (sharing) return sharedRowsLines(sharing, start, flags.syncEvery);
    return team ? sharingLines(team, start.networks) : [];
  };
  const watch = new Watch(flags, terminal, ranksLines);
  if (form !== "jsonl") terminal.note(readingLine(path));
  try {
    const beside = {
      table,
      ...checkpointOption(given, "train", (found) => watch.resumed(found)),
      signal: team?.signalWith(interruption.signal) ?? interruption.signal,
      ...(team && { threads: flags.threads ?? threadsOfRank(team) }),
      ...(team?.isFirst !== false && {
        onStart: (start: TrainStart) => watch.begin(start),
        onProgress: (event: FitEvent, task: MemberTask) => watch.show(event, task),
      }),
    };
    const result = sharing
      ? await trainOnFileShares({ ...trainOptions(flags), ...beside }, sharing, {
          syncEvery: flags.syncEvery,
          hasPage: flags.report !== undefined,
        })
      : goingOn
        ? await trainOnFiles({ ...warmStartOptions(flags), ...goingOn, ...beside }, { team })
        : await trainOnFiles({ ...trainOptions(flags), ...timeOptions(flags), ...beside }, { team });
    watch.close();
    if (sharing && team?.isFirst === false) return; // rank 0 has the same model
    const { model, report } = result;
    if (report.stopped === "aborted" && report.epochs === 0) {
      const further = checkpoint === undefined ? "" : ` ${resumeLine("train", checkpoint)}`;
      throw new RunFailedError(`Interrupted before the first epoch ended. There is no model to save.${further}`);
    }
    await saveModel(out, model);
    if (flags.report !== undefined) await writeReport(flags.report, reportInput(result, words, flags));
    const seconds = performance.now() / 1000;
    if (form !== undefined) {
      const event = form === "jsonl" && { event: "done" };
      const files = { model: out, ...(flags.report && { report: flags.report }) };
      terminal.json({ ...event, ...resultOf(report), seconds, ...files });
      return;
    }
    reportLines(report, watch.shown).forEach(terminal.out);
    terminal.out(`\nSaved ${out}, in ${seconds.toFixed(1)} s in all.`);
    if (flags.report !== undefined) terminal.out(`Wrote ${flags.report}, to open in a browser.`);
    if (checkpoint !== undefined && isPartial(report)) terminal.out(resumeLine("train", checkpoint));
    terminal.out(nextSteps(out));
  } catch (error) {
    watch.close();
    if (error instanceof DivergedError && team?.isFirst !== false) {
      await saveModel(out, error.model);
      terminal.note(`  The last good parameters are saved in ${out}.`);
    }
    throw error;
  } finally {
    interruption.release();
  }
}

/** What a limited time counts. */
function timeOptions({ time, report }: TrainFlags): Pick<FileTrainOptions, "startedAt" | "report"> {
  if (time === undefined) return {};
  // The process's own start: the time that a user waits.
  return { startedAt: 0, ...(report !== undefined && { report: true }) };
}

/** Where the model is to be written, once nothing is in the way of any output. @throws {DescriptionError} as `requireOutputs` */
async function modelPlace(
  { path, flags }: GivenCommand<TrainFlags>,
  table: TableSource,
  from: Model | undefined,
): Promise<string> {
  const out = flags.out ?? modelPathFor(path);
  const tables = [
    ...(await placesOfSource(table)),
    ...(await placesOfSource(flags.test, "the table of --test")),
    ...(await placesOfSource(flags.oldTest, "the table of --old-test")),
  ];
  await requireNoModels(tables);
  // It is replaced where --out says so; a checkpoint can go on from it alone, and an interruption writes --out.
  const isKept = flags.out === undefined || flags.checkpoint !== undefined;
  const kept = isKept ? placeOf("the model of --from", flags.from) : [];
  await requireOutputs(
    [...tables, ...kept],
    [
      ...placeOf("--out", out, { kind: "model" }),
      ...placeOf("--report", flags.report, { load: loadPlots }),
      ...placeOf("--tensorboard", flags.tensorboard, { kind: "folder" }),
      ...placeOf("--checkpoint", flags.checkpoint, { kind: "folder" }),
    ],
  );
  const targets = from ? targetNames(from.document.target) : flags.target;
  await requireModelPlace(out, targets, flags.force === true);
  return out;
}

/** Whether a network was ended by a signal, or never began. */
function isPartial({ networks, stopped, members }: Report): boolean {
  const ends = members?.map((member) => member.stopped) ?? [stopped];
  return ends.length < networks || ends.includes("aborted");
}

/** What --json prints of a report: the courses of training are the events of --jsonl, and the network is in the model. */
export function resultOf({ network: _n, history: _h, members: _m, expected: _e, ...result }: Report): object {
  return result;
}

/** What can be done with the model now. */
function nextSteps(out: string): TextTable {
  const rows = [
    [`gradus show ${shellWord(out)}`, "what is in it"],
    [`gradus predict ${shellWord(out)} TABLE`, "predict new rows: any table with the same columns"],
    ["gradus train TABLE --target COLUMN", "train on another table: CSV, JSON, Parquet, …"],
  ];
  const under = rows.flatMap(([command, what]) => [[command], [`  ${what}`]]);
  return { rows, numeric: [], whole: [0], narrow: { rows: under, numeric: [], whole: [0] } };
}

/** What the report is made of. */
function reportInput({ model, report, parts }: TrainResult, words: readonly string[], { metric }: TrainFlags) {
  // The page is read by those who ran the command.
  const warnings = report.warnings.map((warning) => ({ ...warning, message: inCommandOptions(warning.message) }));
  return { model, report: { ...report, warnings }, parts, metric, command: words.map(shellWord).join(" ") };
}

/** Tells a person or a program how training goes, and TensorBoard where it is asked for. */
class Watch {
  readonly #flags: TrainFlags;
  readonly #terminal: Terminal;
  readonly #ranksLines: (start: TrainStart) => string[];
  readonly #writers = new Map<number, TensorBoardWriter>();
  #networks = 1;
  /** The warnings that were told before training. */
  shown: readonly Warning[] = [];
  #view: ProgressView | undefined;
  /** Whether it goes on from a checkpoint. */
  #goesOn = false;

  /** @param ranksLines what ranks do */
  constructor(flags: TrainFlags, terminal: Terminal, ranksLines: (start: TrainStart) => string[]) {
    this.#flags = flags;
    this.#terminal = terminal;
    this.#ranksLines = ranksLines;
  }

  /** Tells what the training goes on from. */
  resumed(found: FoundCheckpoint): void {
    this.#goesOn = true;
    if (this.#flags.jsonl) this.#terminal.json({ event: "resume", networks: found.networks, notes: found.notes });
    else foundLines(this.#flags.checkpoint ?? "", found).forEach(this.#terminal.note);
  }

  begin(start: TrainStart): void {
    this.#networks = start.networks;
    this.shown = start.warnings;
    if (this.#flags.jsonl) {
      this.#terminal.json({ event: "start", ...start });
      return;
    }
    const lines = startLines(this.#flags.test === undefined ? "test" : "validation", start);
    lines.splice(-1, 0, ...this.#ranksLines(start));
    lines.forEach(this.#terminal.note);
    this.#view = progressView(this.#terminal, start.networks, this.#flags.time);
  }

  show(event: FitEvent, { index }: MemberTask): void {
    if (this.#flags.jsonl) {
      const network = this.#networks === 1 ? {} : { network: index };
      this.#terminal.json({ ...event, ...network });
    }
    this.#view?.show(event, index);
    if (event.event === "epoch") this.#writer(index, event.epoch)?.write(event);
  }

  close(): void {
    this.#view?.close();
    for (const writer of this.#writers.values()) writer.close();
  }

  /** Each network is a run of its own in TensorBoard. @param epoch that is written next */
  #writer(network: number, epoch: number): TensorBoardWriter | undefined {
    const { tensorboard } = this.#flags;
    if (tensorboard === undefined) return undefined;
    const folder = this.#networks === 1 ? tensorboard : join(tensorboard, `network-${network + 1}`);
    const writer = this.#writers.get(network) ?? tensorBoardWriter(folder, this.#goesOn ? { firstEpoch: epoch } : {});
    this.#writers.set(network, writer);
    return writer;
  }
}
