/** `gradus plan-cluster`: from a short run on a few ranks, how fast many would train the network of a model. */
import { Command } from "commander";
import { forecast, hidden, type Team, waiting } from "../entries/internal.ts";
import { completeProblem, DescriptionError, dense, network, type Problem, problemOf } from "../node.ts";
import { type ClusterRun, runOnCluster } from "./clusterRun.ts";
import { type JsonFlags, withJson } from "./jsonOption.ts";
import { modelFrom, STANDARD_INPUT } from "./modelArgument.ts";
import { type NetworkFlags, networkOf, withNetwork } from "./networkOption.ts";
import { option, whole } from "./options.ts";
import { threadsOfRank } from "./ranks.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  mpirun -n 2 gradus plan-cluster flowers.gradus
  mpirun -n 4 --hostfile hosts gradus plan-cluster flowers.gradus --batch 512
  mpirun -n 2 gradus plan-cluster --widths 784,1024,1024,10 --batch 256

Start the ranks on hosts and a network like those of the cluster: what they exchange is
timed there. The formula is in docs/cluster.md, Planning.`;

/** 1, 2, 4 … */
const RANKS = Array.from({ length: 11 }, (_, power) => 2 ** power);
const DEFAULT_BATCH = 256;

interface PlanFlags extends JsonFlags, NetworkFlags {
  readonly widths?: readonly number[];
  readonly batch?: number;
  readonly threads?: number;
}

/** Builds the command. @param team the ranks that measure */
export function planClusterCommand(terminal: Terminal, team?: Team): Command {
  const command = new Command("plan-cluster")
    .description("Forecast how fast 1 to 1,024 ranks train a network together, from a short run on a few.")
    .argument("[model]", "a model file; none with --widths")
    .addOption(
      option(
        "--widths <n,n…>",
        "a fully connected network instead: inputs, units of each hidden layer, outputs",
        widthsOf,
      ),
    )
    .addOption(
      option("--batch <rows>", "rows of a batch on each rank (default: the model's batch size, or 256)", whole(1)),
    )
    .addOption(option("--threads <n>", "threads of each rank (default: its share of the machine's cores)", whole(1)));
  return withJson(withNetwork(command), "the measurements and the forecast")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string | undefined, flags: PlanFlags) => {
      if (file === STANDARD_INPUT) {
        throw new DescriptionError(
          "Standard input reaches rank 0 alone, and every rank reads the model: found -. Save it to a file that all ranks can read, and give that.",
        );
      }
      const problem = await problemFor(file, flags, terminal);
      if (team === undefined) {
        throw new DescriptionError(
          "plan-cluster times what ranks exchange, and this process is alone. Start at least two: mpirun -n 2 gradus plan-cluster …",
        );
      }
      const run = await runOnCluster(problem, flags.threads ?? threadsOfRank(team));
      const hosts = new Set(team.members.map(({ host }) => host)).size;
      const rows = RANKS.map((ranks) => ({
        ranks,
        ring: forecast(run, ranks, "ring"),
        recursive: forecast(run, ranks, "recursive"),
      }));
      if (flags.json) {
        const { ranks, rows: batch, ...measured } = run;
        const forecasts = rows.map(({ ranks: many, ring, recursive }) => ({
          ranks: many,
          ring: resultOf(ring),
          recursive: resultOf(recursive),
        }));
        return terminal.json({
          mpi: team.name,
          ranks,
          hosts,
          batch,
          ...measured,
          hidden: hidden(run),
          waiting: waiting(run),
          forecast: forecasts,
        });
      }
      for (const line of measuredLines(run, team, hosts)) terminal.out(line);
      terminal.out({
        rows: [HEADING, ...rows.map(({ ring, recursive }) => cellsOf(ring, recursive))],
        numeric: [0, 1, 2, 3, 4],
      });
      for (const line of limitLines(run, hosts)) terminal.note(line);
      terminal.note(
        "Each rank keeps its batch, so that a step learns from more rows the more ranks there are. An MPI lies between the two columns; networks that " +
          "are shared with other jobs or between switches are slower.",
      );
    });
}

const widthsOf =
  (flag: string) =>
  (text: string): number[] => {
    const widths = text.split(",").map((part) => whole(1)(flag)(part));
    if (widths.length > 1) return widths;
    throw new DescriptionError(
      `${flag}: expected the inputs, the units of hidden layers and the outputs, such as 64,128,10, found ${JSON.stringify(text)}.`,
    );
  };

/** @throws {DescriptionError} neither or both of model and widths */
async function problemFor(file: string | undefined, flags: PlanFlags, terminal: Terminal): Promise<Problem> {
  const { widths, batch } = flags;
  if (file === undefined) {
    if (widths === undefined) throw new DescriptionError("Give a model file, or --widths such as 64,128,10.");
    if (flags.network !== undefined) throw new DescriptionError("--network is for models; --widths is one network.");
    return problemOfWidths(widths, batch ?? DEFAULT_BATCH);
  }
  if (widths !== undefined) throw new DescriptionError(`--widths is a network of its own; leave ${file} out.`);
  using model = await modelFrom(file);
  const problem = problemOf(networkOf(model, flags, terminal).document);
  return { ...problem, batchSize: batch ?? problem.batchSize };
}

function problemOfWidths(widths: readonly number[], batchSize: number): Problem {
  const [inputs, ...hidden] = widths.slice(0, -1);
  const [outputs] = widths.slice(-1);
  const layers = [...hidden.map((units) => dense(units, { activation: "relu" })), dense(outputs)] as const;
  const loss = outputs === 1 ? "meanSquaredError" : "crossEntropy";
  return completeProblem({ network: network({ inputs, layers }), loss, optimizer: "adam", batchSize });
}

type Forecast = ReturnType<typeof forecast>;

const HEADING = ["ranks", "rows/s, ring", "efficiency", "rows/s, recursive", "efficiency"];

const grouped = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

function cellsOf(ring: Forecast, recursive: Forecast): string[] {
  const of = ({ rowsPerSecond, efficiency }: Forecast): string[] => [
    grouped.format(rowsPerSecond),
    efficiency.toFixed(2),
  ];
  return [ring.ranks.toLocaleString("en-US"), ...of(ring), ...of(recursive)];
}

const resultOf = ({ ranks: _, ...result }: Forecast): Omit<Forecast, "ranks"> => result;

/** What was measured, for people. */
function measuredLines(run: ClusterRun, { size, name }: Team, hosts: number): string[] {
  const { rows, computing, together, exchange, parts, engine, threads } = run;
  const bytes = parts.reduce((sum, part) => sum + part, 0);
  const speed = exchange.perByte > 0 ? ` + ${megabytes(bytes)} at ${grouped.format(1e-6 / exchange.perByte)} MB/s` : "";
  return [
    `  measured    ${size} ranks on ${hosts === 1 ? "one host" : `${hosts} hosts`}, by ${name}; ${grouped.format(rows)} rows and ${threads === 1 ? "one thread" : `${threads} threads`} a rank, engine ${engine}`,
    `  computing   ${milliseconds(computing)} a step, the slowest rank`,
    `  exchanging  ${megabytes(bytes)} a step in ${parts.length === 1 ? "one part" : `${parts.length} parts`}: ${milliseconds(parts.length * exchange.latency)}${speed}`,
    `  together    ${milliseconds(together)} a step: ${milliseconds(hidden(run))} of exchanging hidden, ${milliseconds(waiting(run))} of waiting for the slowest rank`,
    "",
  ];
}

/** What keeps the forecast from being that of a cluster: lines for people. */
function limitLines({ crowded, threads }: ClusterRun, hosts: number): string[] {
  const lines = crowded.map(
    ({ host, ranks, cores }) =>
      `${host} has ${cores} ${cores === 1 ? "core" : "cores"} for ${ranks} ranks of ${threads === 1 ? "one thread" : `${threads} threads`}: the forecast is for ranks that share cores so. Start fewer ranks there, or give fewer --threads.`,
  );
  if (hosts === 1)
    lines.push("All ranks are on one machine: what a network between machines adds is not in the forecast.");
  return lines;
}

function milliseconds(seconds: number): string {
  return `${grouped.format(1000 * seconds)} ms`;
}

function megabytes(bytes: number): string {
  return `${grouped.format(bytes / 1e6)} MB`;
}
