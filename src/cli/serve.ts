/** `gradus serve`: models over HTTP, until the process is asked to end. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { Command } from "commander";
import { DescriptionError, type ServeEvent, serve } from "../node.ts";
import { interruptible } from "./interruption.ts";
import { bytes, columns, option, seconds, whole } from "./options.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus serve flowers.gradus
  curl http://127.0.0.1:8080/models/flowers/predict --json '{"petal": 1.4, "colour": "red"}'
  gradus serve prices=houses.gradus flowers.gradus --port 0
  gradus serve flowers.gradus --host 0.0.0.0         to other machines too
  gradus serve flowers.gradus --jsonl --log-requests

/openapi.json describes each model's columns and responses; /models, /health,
/ready and /metrics are for operation. A model file that is replaced is served
from then on; Ctrl-C or SIGTERM finishes what is open and stops.`;

interface ServeFlags {
  readonly host?: string;
  readonly port?: number;
  readonly allowHosts?: readonly string[];
  readonly maxBody?: number;
  readonly maxRows?: number;
  readonly maxRequests?: number;
  readonly timeout?: number;
  readonly reload: boolean;
  readonly logRequests?: boolean;
  readonly jsonl?: boolean;
}

/** Builds the command. */
export function serveCommand(terminal: Terminal): Command {
  return new Command("serve")
    .description("Serve the predictions of models over HTTP, to this machine alone without --host.")
    .argument("<models...>", "model files, each under the name of its file, or as NAME=FILE")
    .option("--host <address>", "the address to listen at; 0.0.0.0 is all of this machine's (default: 127.0.0.1)")
    .addOption(option("--port <n>", "the port; 0 for a free one (default: 8080)", port))
    .addOption(
      option(
        "--allow-hosts <names>",
        "host names that requests may have besides this machine's, as those of a proxy",
        (flag) => columns(flag, "the name of a host"),
      ),
    )
    .addOption(option("--max-body <size>", "the most bytes of a request (default: 4MB)", bytes))
    .addOption(option("--max-rows <n>", "the most rows of a request (default: 1000)", whole(1)))
    .addOption(option("--max-requests <n>", "the most predictions at a time (default: 1000)", whole(1)))
    .addOption(
      option("--timeout <duration>", "the time within which a request gets its response (default: 10s)", seconds),
    )
    .option("--no-reload", "go on with the models as they are when their files are replaced")
    .option("--log-requests", "print a line for each request")
    .option("--jsonl", "print each event as a line of JSON")
    .addHelpText("after", EXAMPLES)
    .action((files: readonly string[], flags: ServeFlags) => run(files, flags, terminal));
}

const port =
  (name: string) =>
  (text: string): number => {
    const value = whole(0)(name)(text);
    if (value <= 65535) return value;
    throw new DescriptionError(`${name}: expected a port from 0 to 65535, found ${text}.`);
  };

async function run(files: readonly string[], flags: ServeFlags, terminal: Terminal): Promise<void> {
  const { allowHosts, maxBody, logRequests, jsonl, ...options } = flags;
  const server = await serve({
    ...options,
    models: namedFiles(files),
    ...(allowHosts && { allowedHosts: allowHosts }),
    ...(maxBody && { maxBodyBytes: maxBody }),
    onEvent: (event) => {
      if (event.event === "request" && !logRequests) return;
      if (jsonl) terminal.json({ time: new Date().toISOString(), ...event });
      else (event.event === "listening" ? terminal.out : terminal.note)(lineOf(event));
    },
  });
  const interruption = interruptible(terminal, "open requests get their responses.");
  await new Promise<void>((resolve) => interruption.signal.addEventListener("abort", () => resolve()));
  await server.stop();
  interruption.release();
}

/** @throws {DescriptionError} no file; two models of one name */
function namedFiles(files: readonly string[]): Record<string, string> {
  const models = new Map<string, string>();
  for (const given of files) {
    const [, named, path] = (existsSync(given) ? null : /^(.*?)=(.*)$/s.exec(given)) ?? [];
    const [name, file] = named === undefined ? [basename(given).replace(/\.gradus$/, ""), given] : [named, path];
    if (file === "")
      throw new DescriptionError(`Expected the file of a model, or NAME=FILE, found ${JSON.stringify(given)}.`);
    if (models.has(name)) {
      throw new DescriptionError(
        `${models.get(name)} and ${file} would both be served as ${JSON.stringify(name)}. Give one of them another name: NAME=${file}`,
      );
    }
    models.set(name, file);
  }
  return Object.fromEntries(models);
}

const OPEN =
  "\n  Other machines can reach it, without a password and unencrypted: put a proxy before it, or leave out --host.";

function lineOf(event: ServeEvent): string {
  switch (event.event) {
    case "listening":
      return `Serving at ${event.address}\n  predictions: POST models/NAME/predict, as openapi.json describes${event.isOpen ? OPEN : ""}`;
    case "model-loaded":
      return `  ${event.model}: version ${event.version}`;
    case "model-replaced":
      return `  ${event.model}: version ${event.version} is served instead of ${event.before}`;
    case "model-refused":
      return `  ${event.model}: its file was replaced, but version ${event.version} goes on. ${event.message}`;
    case "request":
      return `  ${event.method} ${event.path} ${event.status} ${event.milliseconds.toFixed(1)} ms`;
    case "failed":
      return `  ${event.method} ${event.path} failed: ${event.stack}`;
    case "stopping":
      return "  stopping";
    case "stopped":
      return "  stopped";
    default:
      return event satisfies never;
  }
}
