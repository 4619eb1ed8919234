/**
 * The options --checkpoint, --every and --resume: a command that goes on where it was interrupted.
 *
 * The library keeps the states. This keeps the command itself beside them, as it was given, so that `--resume` has to be told
 * nothing but the folder. Knows no command.
 */
import { existsSync, fstatSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { counted, fromJson, listOf, object, optional, text, withFields, writeAtomically } from "../entries/internal.ts";
import { type CheckpointOptions, DataError, DescriptionError, type FoundCheckpoint } from "../node.ts";
import { STANDARD_INPUT } from "./modelArgument.ts";
import { option, seconds } from "./options.ts";
import { shellWord } from "./shellWord.ts";
import { modelPathFor } from "./source.ts";
import type { Terminal } from "./terminal.ts";

export interface CheckpointFlags {
  readonly checkpoint?: string;
  readonly every?: number;
  readonly resume?: string;
  readonly out?: string;
  readonly report?: string;
  readonly test?: string;
  readonly oldTest?: string;
}

/** The file in a checkpoint's folder that has the command. */
const COMMAND = "command.json";

/** A command as it was given. */
export interface GivenCommand<Flags> {
  /** The table; absent where a query is in its place. */
  readonly path: string | undefined;
  readonly flags: Flags;
  /** What was typed, for pages to show. */
  readonly words: readonly string[];
}

/** What may be given beside --resume: it changes no bit of the model. */
const BESIDE_RESUME: readonly string[] = ["resume", "every", "threads", "json", "jsonl"];
/** How the result is printed is not repeated. */
const NOT_RECORDED: readonly string[] = ["json", "jsonl"];

/** Adds the options to a command. @param what it makes: "training" */
export function withCheckpoint(command: Command, what: string): Command {
  return command
    .optionsGroup("Going on after an interruption:")
    .option(
      "--checkpoint <folder>",
      `keep the state of the ${what} in this folder; the same command goes on from it, to the same bits`,
    )
    .addOption(option("--every <duration>", "time between two states that are kept (default: 30s)", seconds))
    .option("--resume <folder>", `go on with the ${what} of this checkpoint; no table and no other options are needed`);
}

/**
 * The command to run: as it was given or, with --resume, the one of the checkpoint.
 *
 * @throws {DescriptionError} options that have no effect, or that the checkpoint decides; a folder without a command
 */
export async function commandToRun<Flags extends CheckpointFlags>(
  given: GivenCommand<Flags>,
  own: Command,
  terminal: Terminal,
): Promise<GivenCommand<Flags>> {
  const { checkpoint, every, resume } = given.flags;
  if (resume === undefined) {
    if (every === undefined || checkpoint !== undefined) return given;
    throw new DescriptionError("--every is for --checkpoint and --resume, which are not given. Leave it out.");
  }
  const further = given.path ?? own.options.find((found) => isGiven(own, found.attributeName(), BESIDE_RESUME))?.long;
  if (further !== undefined) {
    throw new DescriptionError(
      `--resume goes on with the command of the checkpoint, which has its own table and options: found ${further}. Leave it out, or run another command with --checkpoint.`,
    );
  }
  const before = await recorded<Flags>(resume, own.name());
  const { test, oldTest } = before.flags;
  if ([before.path, test, oldTest].includes(STANDARD_INPUT)) askForPipe(own.name(), resume, terminal);
  const kept = Object.fromEntries(Object.entries(before.flags).filter(([name]) => !NOT_RECORDED.includes(name)));
  const now = Object.entries(given.flags).filter(([name]) => own.getOptionValueSource(name) === "cli");
  const flags = { ...kept, ...Object.fromEntries(now), checkpoint: resume, ...goTo(before, resume, terminal) };
  return { path: before.path, flags: flags as unknown as Flags, words: before.words };
}

/**
 * What was piped has to be piped again.
 *
 * @throws {DescriptionError} nothing is: a terminal, or no input at all
 */
function askForPipe(own: string, folder: string, terminal: Terminal): void {
  const from = "A table of the command came from standard input";
  if (fstatSync(0).isCharacterDevice()) {
    throw new DescriptionError(
      `${from}, found none there now. Pipe the same table again: … | gradus ${own} --resume ${shellWord(folder)}`,
    );
  }
  terminal.note(`  note: ${from}: it has to be the same table again.`);
}

/**
 * Goes to the folder where a command was begun: its relative paths begin there, those within a query too.
 *
 * @returns the options whose paths are told, as they are from anywhere
 */
function goTo<Flags extends CheckpointFlags>(
  { folder, path, flags }: RecordedCommand<Flags>,
  resume: string,
  terminal: Terminal,
): Partial<CheckpointFlags> {
  const here = process.cwd();
  if (folder === here) return {};
  const checkpoint = resolve(resume);
  try {
    process.chdir(folder);
  } catch {
    terminal.note(
      `  note: The command was begun in ${folder}, which can't be entered: its relative paths begin in ${here}.`,
    );
    return {};
  }
  terminal.note(`  note: The command was begun in ${folder}: its relative paths begin there.`);
  const { out = modelPathFor(path), report } = flags;
  return { checkpoint, out: resolve(out), ...(report !== undefined && { report: resolve(report) }) };
}

function isGiven(own: Command, name: string, except: readonly string[]): boolean {
  return own.getOptionValueSource(name) === "cli" && !except.includes(name);
}

interface RecordedCommand<Flags> extends GivenCommand<Flags> {
  readonly command: string;
  /** Where it was begun. */
  readonly folder: string;
}

async function recorded<Flags>(folder: string, name: string): Promise<RecordedCommand<Flags>> {
  const path = join(folder, COMMAND);
  const json = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const why = WHY_NOT[error.code ?? ""] ?? `the system reported ${error.code}`;
    throw new DescriptionError(
      `--resume: ${folder} is not the checkpoint of a command: ${why}. Give the folder of --checkpoint, or run the first command again.`,
      { cause: error },
    );
  });
  const found = fromJson<RecordedCommand<Flags>>(json, recordedKind);
  if (found === undefined) {
    throw new DataError(
      `${path} is damaged: expected a command as JSON. Run the first command again, with --checkpoint.`,
    );
  }
  if (found.command === name) return found;
  throw new DescriptionError(
    `--resume: ${folder} is the checkpoint of gradus ${found.command}. Go on with: gradus ${found.command} --resume ${shellWord(folder)}`,
  );
}

const WHY_NOT: Readonly<Record<string, string>> = {
  ENOENT: `there is no ${COMMAND} in it`,
  ENOTDIR: "it is not a folder",
};

const recordedKind = withFields("a recorded command", {
  command: text,
  folder: text,
  words: listOf(text, "words"),
  path: optional(text),
  flags: object,
});

/**
 * The library's option: tells what the training goes on from, and records the command once the checkpoint is known to be its own.
 *
 * @param own the command's name
 */
export function checkpointOption<Flags extends CheckpointFlags>(
  { path, flags, words }: GivenCommand<Flags>,
  own: string,
  tell: (found: FoundCheckpoint) => void,
): { readonly checkpoint?: CheckpointOptions } {
  const { checkpoint: folder, every, resume } = flags;
  if (folder === undefined) return {};
  let isRecorded = resume !== undefined;
  const onOpen = async (found: FoundCheckpoint): Promise<void> => {
    if (found.resumed) tell(found);
    if (isRecorded) return;
    isRecorded = true; // a search opens one for each of its trainings
    const command: RecordedCommand<Flags> = { command: own, folder: process.cwd(), words, path, flags };
    await writeAtomically(join(folder, COMMAND), [`${JSON.stringify(command, undefined, 2)}\n`]);
  };
  return { checkpoint: { folder, ...(every !== undefined && { every }), onOpen } };
}

/** What a training goes on from: a line for people, and what is odd. @param networks of the model */
export function foundLines(folder: string, { networks, notes }: FoundCheckpoint): string[] {
  const ended = networks.filter((network) => network.ended).length;
  const parts = [
    ...(ended > 0 ? [`${counted(ended, "network")} ended`] : []),
    ...networks.filter((each) => !each.ended).map(({ index, epochs }) => `network ${index + 1} after epoch ${epochs}`),
  ];
  return [
    `Going on from ${folder}: ${parts.join(", ") || "nothing was learned yet"}.`,
    ...notes.map((note) => `  note: ${note}`),
  ];
}

/** Whether a folder has a command to go on with. */
export function hasCommand(folder: string): boolean {
  return existsSync(join(folder, COMMAND));
}

/** What is left of a command that was interrupted: a line that says how to go on. */
export function resumeLine(own: string, folder: string): string {
  return `Go on with: gradus ${own} --resume ${shellWord(folder)}`;
}
