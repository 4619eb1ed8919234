/** `gradus engines`: what can compute here, what runs when none is named, and why. */
import { Command } from "commander";
import { engineReports } from "../node.ts";
import { type JsonFlags, withJson } from "./jsonOption.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus engines
  gradus engines --json                      an array of one object an engine
  gradus train flowers.csv --target species --engine reference`;

/** Builds the command. */
export function enginesCommand(terminal: Terminal): Command {
  const command = new Command("engines").description(
    "List the engines: what each computes with, whether it runs here (and if not, why), and which is the default.",
  );
  return withJson(command, "an array of the engines")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: JsonFlags) => {
      const reports = await engineReports();
      if (flags.json) return terminal.json(reports);
      const rows = reports.map(({ name, precision, available, isDefault, reason, description }) => [
        name,
        precision,
        available ? "yes" : "no",
        isDefault ? "yes" : "",
        `${description}; ${reason}`,
      ]);
      const heading = ["engine", "numbers", "runs here", "default", "description; reason"];
      terminal.out({ rows: [heading, ...rows], numeric: [] });
    });
}
