#!/usr/bin/env node
/** The `gradus` executable: the process's arguments and streams go in, its exit code comes out. */
import { run } from "./run.ts";
import { processTerminal } from "./terminal.ts";

// A reader that stops early (`gradus predict … | head`) is not an error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.exitCode = await run(process.argv.slice(2), processTerminal);
