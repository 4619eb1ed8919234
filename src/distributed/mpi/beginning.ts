/**
 * What may go wrong before ranks have joined: one that can't, and one that never comes. The others wait for both in a call of MPI that has no time
 * limit. Knows nothing of exchanges.
 */
import { spawn } from "node:child_process";
import { Worker } from "node:worker_threads";
import { environment } from "../../engines/memory/nodeModule.ts";
import { launchedRank, launcher } from "./launcher.ts";

/** Seconds that ranks have to begin, at the least: machines start them one after the other. */
const LEAST_LIMIT = 60;
/** Seconds by which a rank gives up later than the rank before it, and so many ranks at the most: one message is printed. */
const APART = 2;
const MOST_APART = 4;
/** MPICH's launcher loses what it hasn't read when it ends all; in milliseconds, as the next one. */
const TO_PRINT = 200;
/** What `cmd=abort` may take. */
const TO_ABORT = 1000;

/** Errors of this process that the other ranks needn't have. */
const own = new WeakSet<object>();

/** Whether an error came before this rank had joined the others, which know nothing of it. */
export function isBeforeJoining(error: object): boolean {
  return own.has(error);
}

/** Does what comes before ranks join. Where it fails and the process ends for that reason, all ranks end. */
export function beforeJoining<Result>(prepare: () => Result): Result {
  try {
    return prepare();
  } catch (error) {
    if (error instanceof Error) own.add(error);
    process.off("exit", endOthers);
    process.on("exit", endOthers);
    throw error;
  }
}

/**
 * Open MPI's launcher ends all when one ends with another exit code than 0. MPICH's doesn't, but does what it is told by a line through
 * a socket. Node prints an error that nobody caught after the listeners of its end, so another process sends the line when that is done.
 * Source: the wire protocol PMI-1, as src/pm/hydra/proxy/pmip_pmi_v1.c of MPICH 4.0.2 reads it.
 */
function endOthers(code: number): void {
  const socket = launcherSocket();
  if (code === 0 || socket === undefined) return;
  const later = `sleep ${TO_PRINT / 1000}; echo ${abortLine(code).trim()} >&3`;
  spawn("sh", ["-c", later], { stdio: ["ignore", "ignore", "ignore", socket], detached: true }).unref();
}

const abortLine = (code: number): string => `cmd=abort exitcode=${code}\n`;

/** Of MPICH's own launcher; srun's has another protocol. */
function launcherSocket(): number | undefined {
  const socket = Number(environment("PMI_FD") ?? Number.NaN);
  const isOwn = launcher()?.of === "mpich" && environment("SLURM_PROCID") === undefined;
  return isOwn && Number.isInteger(socket) ? socket : undefined;
}

/** What another thread does while this one is in the call: it waits for the end of that, and ends the process at the limit. */
const WATCH = `
const { writeSync } = require("node:fs");
const { cell, limit, message, socket, abort, toPrint, toAbort } = require("node:worker_threads").workerData;
if (Atomics.wait(cell, 0, 0, limit) === "timed-out") {
  try { writeSync(2, message); } catch {}
  Atomics.wait(cell, 0, 0, toPrint);
  if (socket !== undefined) {
    writeSync(socket, abort);
    Atomics.wait(cell, 0, 0, toAbort);
  }
  process.kill(process.pid, "SIGKILL");
}`;

/**
 * Makes a call that returns when all ranks have made it; ends the job where they don't.
 *
 * @param timeout seconds that ranks wait for one another
 * @param least seconds that they have in any case
 */
export function untilAllHaveBegun(timeout: number, begin: () => void, least = LEAST_LIMIT): void {
  const started = launcher();
  if (started === undefined || started.ranks < 2) {
    begin();
    return;
  }
  const seconds = Math.max(timeout, least);
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const watch = new Worker(WATCH, {
    eval: true,
    workerData: {
      cell,
      limit: 1000 * (seconds + APART * Math.min(launchedRank() ?? 0, MOST_APART)),
      message: lateText(seconds, started),
      socket: launcherSocket(),
      abort: abortLine(1),
      toPrint: TO_PRINT,
      toAbort: TO_ABORT,
    },
  });
  watch.unref();
  try {
    begin();
  } finally {
    Atomics.store(cell, 0, 1);
    Atomics.notify(cell, 0);
  }
}

function lateText(
  seconds: number,
  { name, ranks, rank }: { name: string; ranks: number; rank: number | undefined },
): string {
  const who = rank === undefined ? "this rank" : `rank ${rank}`;
  return (
    `gradus: ${who} of ${ranks}, process ${process.pid}, ends the job. After ${seconds} s not all ranks that ${name} has started have joined: ` +
    "one hangs, was stopped, has ended before, or doesn't call joinMpi.\n"
  );
}
