/** The collective of a process that is alone: every exchange has ended when it begins. */
import { RunFailedError } from "../errors.ts";
import type { Collective } from "./collective.ts";

const ended = { poll: () => true, wait: () => {} };

/**
 * A collective of one rank, for programs that run without MPI too. Its `abort` throws: there are no others to end.
 *
 * @example
 * import { joinMpi, oneProcess } from "gradus/distributed";
 *
 * using ranks = process.argv.includes("--mpi") ? joinMpi() : oneProcess();
 * ranks.size; // 1
 */
export function oneProcess(): Collective {
  return {
    name: "one process",
    rank: 0,
    size: 1,
    members: [{ rank: 0, host: "here", process: 0 }],
    broadcast: () => {},
    allReduce: () => {},
    startAllReduce: () => ended,
    during: (work) => work,
    allGather: (bytes) => [bytes.slice()],
    barrier: () => {},
    abort: (reason) => {
      throw new RunFailedError(reason);
    },
    dispose: () => {},
    [Symbol.dispose]: () => {},
  };
}
