// @ts-nocheck: what it imports is built, and types are checked before that
/**
 * One rank fails as the first argument says, the others wait for it. Each prints its number and process when all are joined.
 */
import { untilAllHaveBegun } from "../../../dist/distributed/mpi/beginning.js";
import { joinMpi } from "../../../dist/distributed/mpi/joinMpi.js";
import { launchedRank } from "../../../dist/distributed/mpi/launcher.js";

const [how, failing = "1"] = process.argv.slice(2);
// As a call of MPI that waits for a rank that doesn't come.
if (how === "comes late") {
  untilAllHaveBegun(1, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 1);
}
if (how === "can't join" && launchedRank() === Number(failing)) process.env.GRADUS_MPI = "/no/such/libmpi.so";
const collective = joinMpi({ timeout: 1.5 });
const { rank } = collective;
console.log(JSON.stringify({ rank, process: process.pid }));
collective.barrier();
if (rank === Number(failing)) {
  if (how === "throws") throw new Error("This row is broken.");
  if (how === "ends") process.exit(0);
  if (how === "dies") process.kill(process.pid, "SIGKILL");
  if (how === "loops") for (;;);
  if (how === "stops") process.kill(process.pid, "SIGSTOP");
  if (how === "aborts") collective.abort("The disk is full.");
}
collective.allReduce(new Float32Array(100_000), { what: "the gradient of step 3" });
collective.dispose();
