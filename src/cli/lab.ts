/** `gradus lab`: serves the lab to this machine, with a file to open where one is given, and opens the browser, until it is interrupted. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { formatTitles } from "../entries/internal.ts";
import { DescriptionError, GradusError } from "../node.ts";
import { labFile } from "./labFile.ts";
import { type SecretFile, secretFile, serveFolder } from "./labServer.ts";
import { readingLine } from "./source.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus lab
  gradus lab flowers.csv --target species   a table: its network begins to learn
  gradus lab flowers.gradus                 a model, to look at
  gradus lab --no-open

Tables are ${formatTitles()} files, read as gradus train reads
them. The page asks for the file, and it stays on this machine.`;

/** From src/cli/ the build is at ../../dist/lab, from dist/cli/ at ../lab. */
const places = ["../lab/", "../../dist/lab/"];

interface LabFlags {
  readonly target?: string;
  readonly open: boolean;
}

/** Builds the command. */
export function labCommand(terminal: Terminal): Command {
  return new Command("lab")
    .description(
      "Open the lab in the browser: a network that learns, to watch and to steer. Served to this machine alone.",
    )
    .argument("[file]", "a model or a table to open")
    .option(
      "--target <column>",
      "the column of the table to predict (default: a likely one; choose another on the page)",
    )
    .option("--no-open", "print the address and leave the browser alone")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string | undefined, { target, open }: LabFlags) => {
      const file = await fileOf(path, target, terminal);
      const server = await serveFolder(labFolder(), file);
      const address = file === undefined ? server.address : `${server.address}#${opening(file, target)}`;
      terminal.out(`The lab: ${address}`);
      terminal.note("Ctrl-C ends it.");
      if (open) openBrowser(address);
      await server.closed;
    });
}

/** @throws {GradusError} what is wrong with the file, before anything is served */
async function fileOf(
  path: string | undefined,
  target: string | undefined,
  terminal: Terminal,
): Promise<SecretFile | undefined> {
  if (path !== undefined) {
    terminal.note(readingLine(path));
    const { path: file, name } = await labFile(path, target);
    return secretFile(file, name);
  }
  if (target === undefined) return undefined;
  throw new DescriptionError(
    "--target is for a table, and none is given. Give its file: gradus lab FILE --target COLUMN",
  );
}

/** The part of the address behind the #, by which the page finds the file (lab/src/state/namedFile.ts reads it). */
function opening({ address }: SecretFile, target: string | undefined): string {
  return new URLSearchParams({ open: address.slice(1), ...(target !== undefined && { target }) }).toString();
}

/** @throws {GradusError} there is no build of the lab */
function labFolder(): string {
  const folders = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = folders.find((folder) => existsSync(`${folder}index.html`));
  if (found !== undefined) return found;
  throw new GradusError(
    "The lab has not been built: expected dist/lab/index.html. In a clone, run npm run build with Node 20.19, 22.12 or newer.",
  );
}

/** By the system's own command; without one the address has been printed all the same. */
function openBrowser(address: string): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", address]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler", address]
        : ["xdg-open", address];
  spawn(command, args, { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
