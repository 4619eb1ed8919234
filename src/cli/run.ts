/**
 * The command line as a function: arguments in, exit code out.
 *
 * 0: done; 1: it ran and failed (training diverged, a full disk, a fault of ours); 2: it was called wrongly or given bad input. After a
 * signal the process ends by that (`interruption.ts`). Each command is one file; this one puts them together and turns errors into messages.
 */
import { Command, CommanderError } from "commander";
import { JobEnded, type Team } from "../entries/internal.ts";
import { DataError, GradusError, RunFailedError, version } from "../node.ts";
import { checkCommand } from "./check.ts";
import { completionCommand } from "./completion.ts";
import { deriveCommand } from "./derive.ts";
import { enginesCommand } from "./engines.ts";
import { evaluateCommand } from "./evaluate.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { guideLine } from "./guides.ts";
import { importCommand } from "./import.ts";
import { labCommand } from "./lab.ts";
import { learnCommand } from "./learn.ts";
import { refuseRepeats, requireMandatory, withFieldName } from "./options.ts";
import { planClusterCommand } from "./planCluster.ts";
import { predictCommand } from "./predict.ts";
import { type Exit, requireShared } from "./ranks.ts";
import { serveCommand } from "./serve.ts";
import { showCommand } from "./show.ts";
import { type Streams, type Terminal, terminalOn } from "./terminal.ts";
import { traceCommand } from "./trace.ts";
import { trainCommand } from "./train.ts";
import { tuneCommand } from "./tune.ts";

const EXAMPLES = `
Examples:
  gradus train flowers.csv --target species        the model: flowers.gradus
  gradus train 'logs/*.parquet' --target price --test new.parquet
  gradus train --sql "SELECT * FROM 'a.csv' WHERE year > 2020" --target price
  gradus tune flowers.csv --target species --time 10m
  gradus predict flowers.gradus new.csv --out predictions.csv
  gradus evaluate flowers.gradus labelled.csv
  gradus show flowers.gradus
  gradus derive flowers.gradus --html derivation.html
  gradus trace flowers.gradus labelled.csv --rows 3
  gradus check flowers.gradus
  gradus explain flowers.gradus new.csv --rows 3
  gradus export flowers.gradus --to module         a file that needs no gradus
  gradus import network.onnx                       a network made elsewhere
  gradus engines
  gradus serve flowers.gradus                      predictions over HTTP
  mpirun -n 4 gradus train big.csv --target price --share rows
  mpirun -n 2 gradus plan-cluster flowers.gradus   how fast a cluster would be
  sensor | gradus learn prices.gradus              learn rows as they come
  gradus lab                                       watch a network learn
  eval "$(gradus completion bash)"                 completion with Tab

Exit codes: 0 done, 1 ran and failed, 2 wrong usage or bad input, 128 + n
ended by signal n: 130 after Ctrl-C, 143 after SIGTERM, also where train, tune
and learn have saved what there was and serve has finished what was open.
Help on a command: gradus COMMAND --help`;

/** Runs one command. @param team the ranks that run it together; absent in a process by itself @returns the exit code */
export async function run(args: readonly string[], streams: Streams, team?: Team): Promise<Exit> {
  const terminal = terminalOn(streams, args);
  const program = new Command("gradus")
    .description("Neural networks that learn by backpropagation: from a table to a trained, explained network.")
    .version(version, "-V, --version", "print the version")
    .option("--no-color", "print no colours, as NO_COLOR=1 does; FORCE_COLOR=1 prints them into pipes too")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", EXAMPLES)
    .showSuggestionAfterError();
  for (const command of [
    (on: Terminal) => trainCommand(on, team),
    (on: Terminal) => tuneCommand(on, team),
    (on: Terminal) => predictCommand(on, team),
    (on: Terminal) => evaluateCommand(on, team),
    showCommand,
    deriveCommand,
    traceCommand,
    checkCommand,
    explainCommand,
    exportCommand,
    importCommand,
    enginesCommand,
    (on: Terminal) => planClusterCommand(on, team),
    serveCommand,
    learnCommand,
    labCommand,
    completionCommand,
  ]) {
    program.addCommand(command(terminal));
  }
  for (const command of [program, ...program.commands]) {
    command.addHelpText("after", guideLine(command.name()));
    refuseRepeats(command);
    requireMandatory(command);
    if (team !== undefined && command !== program) command.hook("preAction", () => requireShared(command.name(), team));
    command.configureHelp({ showGlobalOptions: true });
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.block(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      outputError: (text, write) => write(withFieldName(text, command)),
    });
  }
  if (args.length === 0) {
    terminal.note(program.helpInformation() + EXAMPLES + guideLine(program.name()));
    return 2;
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof JobEnded) return 0;
    const code = report(causeOf(error, team), terminal, args.includes("--jsonl"));
    team?.fail(error instanceof GradusError ? error.message : faultText(error), code);
    return code;
  }
}

/** What went wrong first: a rank that failed makes others end as well. */
function causeOf(error: unknown, team: Team | undefined): unknown {
  const { failure } = team ?? {};
  if (failure === undefined || (error instanceof Error && error.message === failure.message)) return error;
  try {
    team?.requireRunning();
    return error;
  } catch (cause) {
    return cause;
  }
}

/** Says what went wrong in one message; only a fault of ours shows a stack. */
function report(error: unknown, terminal: Terminal, asEvent: boolean): Exit {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it
  if (!(error instanceof GradusError)) {
    terminal.note(`gradus: ${faultText(error)}`);
    return 1;
  }
  if (asEvent) {
    const { columns, row } = error instanceof DataError ? error : {};
    terminal.json({ event: "error", name: error.name, message: error.message, columns, row });
  }
  terminal.note(`gradus: ${error.message}`);
  return error instanceof RunFailedError ? 1 : 2;
}

function faultText(error: unknown): string {
  const stack = error instanceof Error ? error.stack : String(error);
  return `this is a fault in gradus, not in what you did. Please report it with these lines:\n${stack}`;
}
