/**
 * The command line as one of several ranks that mpirun or srun has started: one command, of which each rank does a part. Rank 0 prints,
 * asks, writes files and decides the exit code.
 *
 * Ranks are joined before the command is looked at, so that every message comes once. Knows no command.
 */
import { availableParallelism, cpus } from "node:os";
import { setTimeout } from "node:timers/promises";
import { type Collective, joinTeam, launchedRank, oneProcess, type Team } from "../entries/internal.ts";
import { DescriptionError, GradusError, type TableSource } from "../node.ts";
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
    // All ranks find the same fault; a launcher ends all when one has ended, so that the others give rank 0 time to print it.
    if (rank > 0) await setTimeout(MILLISECONDS_TO_PRINT);
    else terminalOn(streams).note(`gradus: ${error.message}`);
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
      : ["the rows of --sql", "Write them to a file and give that"];
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

/** The same where they share the rows. */
export const sharedRowsLine = ({ size, name }: Pick<Team, "size" | "name">): string =>
  `  ranks     ${size}, by ${name}: ${size === 1 ? "it has all rows" : "all train one network, each on its share of the rows"}`;

/** Flags of a command that ranks which share the rows of a table can't follow. */
interface Unshared {
  readonly sql?: string | undefined;
  readonly from?: string | undefined;
  readonly checkpoint?: string | undefined;
  readonly report?: string | undefined;
}

/** The ranks that share the rows of a table; alone, this process. @throws {DescriptionError} a flag that takes all rows in one process */
export function ranksSharingRows(flags: Unshared, team: Team | undefined): Collective {
  const found = (["sql", "from", "checkpoint", "report"] as const).find((name) => flags[name] !== undefined);
  if (found === undefined) return team?.together() ?? oneProcess();
  throw new DescriptionError(
    `--${found} is not for ranks that share the rows of a table (--share rows). Leave one of them out.`,
  );
}
