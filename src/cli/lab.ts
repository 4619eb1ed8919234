/** `gradus lab`: serves the lab to this machine and opens the browser, until it is interrupted. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { GradusError } from "../node.ts";
import { serveFolder } from "./labServer.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus lab
  gradus lab --no-open`;

/** From src/cli/ the build is at ../../dist/lab, from dist/cli/ at ../lab. */
const places = ["../lab/", "../../dist/lab/"];

interface LabFlags {
  readonly open: boolean;
}

/** Builds the command. */
export function labCommand(terminal: Terminal): Command {
  return new Command("lab")
    .description(
      "Open the lab in the browser: a network that learns, to watch and to steer. Served to this machine alone.",
    )
    .option("--no-open", "print the address and leave the browser alone")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: LabFlags) => {
      const server = await serveFolder(labFolder());
      terminal.out(`The lab: ${server.address}`);
      terminal.note("Ctrl-C ends it.");
      if (flags.open) openBrowser(server.address);
      await server.closed;
    });
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
