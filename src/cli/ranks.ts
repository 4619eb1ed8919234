/**
 * The command line as one of several ranks that mpirun or srun has started: one command, of which each rank does a part. Rank 0 prints,
 * asks, writes files and decides the exit code.
 *
 * Ranks are joined before the command is looked at, so that every message comes once. Knows no command.
 */
import { availableParallelism, cpus, hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import {
  type Collective,
  isBeforeJoining,
  joinTeam,
  launchedRank,
  memberText,
  oneProcess,
  rounded,
  type Team,
} from "../entries/internal.ts";
import { DescriptionError, GradusError, type TableSource, type TrainStart } from "../node.ts";
import { type Streams, terminalOn } from "./terminal.ts";

/** As `run.ts` explains them. */
export type Exit = 0 | 1 | 2;

/** Runs a command, on this process alone or as one of the ranks. @param run does what one process does */
export async function onRanks(
  streams: Streams,
  run: (streams: Streams, team?: Team) => Promise<Exit>,
): Promise<number> {
  const rank = launchedRank();
  if (rank === undefined) return await run(streams);
  let team: Team;
  try {
    team = joinTeam();
  } catch (error) {
    if (!(error instanceof GradusError)) throw error;
    if (rank === 0) terminalOn(streams).note(`gradus: ${error.message}`);
    else {
      // Most faults are found by all ranks; the launcher ends all when one has ended, so that the others give rank 0 time to print it.
      await setTimeout(MILLISECONDS_TO_PRINT);
      const own = memberText({ rank, host: hostname(), process: process.pid });
      if (isBeforeJoining(error)) terminalOn(streams).note(`gradus: ${own}: ${error.message}`);
    }
    return 2;
  }
  return await team.leave(await run(team.isFirst ? streams : SILENT, team));
}

const MILLISECONDS_TO_PRINT = 3000;

const SILENT: Streams = { out: () => {}, note: () => {}, screen: undefined };

/** The commands that ranks divide, and what each rank has a part of. */
const SHARED: Readonly<Record<string, string>> = {
  train: "the networks of a model, or with --share rows the rows of a table",
  tune: "the trials of a search",
  predict: "the rows of a table",
  evaluate: "the rows of a table",
  "plan-cluster": "the steps that are timed",
};

/** @throws {DescriptionError} a command that ranks don't divide */
export function requireShared(command: string, { size }: Team): void {
  if (Object.hasOwn(SHARED, command)) return;
  const divided = Object.entries(SHARED).map(([name, what]) => `gradus ${name} (${what})`);
  throw new DescriptionError(
    `gradus ${command} runs in one process, and ${size} ranks were started. Run it without mpirun; what ranks divide: ${divided.join(", ")}.`,
  );
}

/**
 * The threads of each rank where none are asked for: those of its machine, divided among the ranks there. Where the launcher has bound the
 * ranks to cores, each has its own.
 */
export function threadsOfRank({ rank, members }: Team): number {
  const available = availableParallelism();
  if (available < cpus().length) return available;
  const here = members.filter(({ host }) => host === members[rank].host).length;
  return Math.max(1, Math.floor(available / here));
}

/** @throws {DescriptionError} standard input, which reaches rank 0 alone */
function requireFiles(inputs: readonly (string | undefined)[]): void {
  if (!inputs.includes("-")) return;
  throw new DescriptionError(
    "Standard input reaches rank 0 alone, and every rank reads the inputs: found -. Save it to a file that all ranks can read, and give that.",
  );
}

/** @param source of the rows; none where one is given with the command @throws {DescriptionError} rows that ranks can't divide */
export function requireShareable(
  { size }: Team,
  source: TableSource | undefined,
  inputs: readonly (string | undefined)[],
): void {
  requireFiles(inputs);
  if (typeof source === "string") return;
  const [what, remedy] =
    source === undefined
      ? ["the one row of --row", "Give a table"]
      : ["the rows of --sql", "Write them to a file by DuckDB, COPY (SELECT …) TO 'table.parquet', and give that"];
  throw new DescriptionError(
    `${size} ranks were started, and they can't divide ${what}. ${remedy}, or run the command without mpirun.`,
  );
}

/** @throws {DescriptionError} what ranks can't do: read standard input; plan for a time */
export function requireForRanks(inputs: readonly (string | undefined)[], time: number | undefined): void {
  requireFiles(inputs);
  if (time === undefined) return;
  throw new DescriptionError(
    "--time is for one process, and several ranks were started: each would plan by its own clock. Leave it out, or run the command without mpirun.",
  );
}

/** What the ranks do with so many networks: lines for people. */
export function sharingLines({ size, name }: Team, networks: number): string[] {
  const each =
    networks % size === 0 ? String(networks / size) : `${Math.floor(networks / size)} or ${Math.ceil(networks / size)}`;
  if (networks >= size) return [`  ranks     ${size}, by ${name}: each trains ${each} of the networks`];
  return [
    `  ranks     ${size}, by ${name}: ${networks} ${networks === 1 ? "trains" : "train"}, ${size - networks} wait. ` +
      "Start no more ranks than networks, or train more networks with --folds or --ensemble.",
  ];
}

/** What ranks that share the rows do, and what that costs the network between them: lines for people. */
export function sharedRowsLines(
  { size, name }: Pick<Team, "size" | "name">,
  { parameters, rowsOfRanks = [] }: Pick<TrainStart, "parameters" | "rowsOfRanks">,
  syncEvery = 1,
): string[] {
  if (size === 1) return [`  ranks     1, by ${name}: it has all rows`];
  // An all-reduce of float32 numbers: each rank sends 2 (p − 1)/p of them.
  const bytes = (2 * 4 * parameters * (size - 1)) / size;
  const fewestAndMost = new Set([Math.min(...rowsOfRanks), Math.max(...rowsOfRanks)]);
  const often = syncEvery === 1 ? "a step" : `every ${syncEvery} steps`;
  return [
    `  ranks     ${size}, by ${name}: all train one network, each on its share of the rows`,
    ...(rowsOfRanks.length > 0 ? [`  shares    ${[...fewestAndMost].join(" to ")} training rows a rank`] : []),
    `  exchange  each rank sends about ${byteText(bytes)} ${often}`,
  ];
}

/** "43 kB" */
function byteText(bytes: number): string {
  const [unit, by] = bytes < 1e6 ? ["kB", 1e3] : ["MB", 1e6];
  return `${rounded(bytes / by, 2)} ${unit}`;
}

/** Flags of a command that ranks which share the rows of a table can't follow. */
interface Unshared {
  readonly share?: string | undefined;
  readonly syncEvery?: number | undefined;
  readonly sql?: string | undefined;
  readonly from?: string | undefined;
  readonly report?: string | undefined;
  readonly test?: string | undefined;
  readonly testFraction?: number | undefined;
}

/**
 * The ranks that share the rows of a table; alone, this process. Undefined where they share none.
 *
 * @throws {DescriptionError} a flag that takes all rows in one process, or that is for shared rows
 */
export function ranksSharingRows(flags: Unshared, team: Team | undefined): Collective | undefined {
  if (flags.share !== "rows") {
    if (flags.syncEvery === undefined) return undefined;
    throw new DescriptionError("--sync-every is for ranks that train one network: add --share rows, or leave it out.");
  }
  const found = (["sql", "from"] as const).find((name) => flags[name] !== undefined);
  if (flags.report !== undefined && flags.testFraction === 0 && flags.test === undefined) {
    throw new DescriptionError(
      "--report of ranks that share the rows of a table (--share rows) shows test rows, and --test-fraction 0 leaves none. Leave one of them out, or give --test.",
    );
  }
  if (found === undefined) return team?.together() ?? oneProcess();
  const remedy =
    found === "sql"
      ? ": each would run the whole query. Write its rows to a file by DuckDB, COPY (SELECT …) TO 'table.parquet', and give that file."
      : ". Leave one of them out.";
  throw new DescriptionError(`--${found} is not for ranks that share the rows of a table (--share rows)${remedy}`);
}
