#!/usr/bin/env node
/** The `gradus` executable: the process's arguments and streams go in, its exit code comes out. */
import { endBySignal, exitOnSignals } from "./interruption.ts";
import { onRanks } from "./ranks.ts";
import { run } from "./run.ts";
import { processStreams } from "./streams.ts";

exitOnSignals();
const code = await onRanks(processStreams(), (streams, team) => run(process.argv.slice(2), streams, team));
if (code !== 0) process.exitCode = code; // a stream that could not be written has set it before
await endBySignal();
