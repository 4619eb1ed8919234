/** What of MPI can be tried without it: who cuts what, who launched, and what is said where there is none. `npm run test:mpi` does the rest. */
import { afterEach, expect, test, vi } from "vitest";
import { partsOf, sumPieces } from "./exchanges.ts";
import { joinMpi } from "./joinMpi.ts";
import { launcher } from "./launcher.ts";
import { findMpi, requireSize } from "./library.ts";

const variables = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "GRADUS_MPI"];

/** The environment of a process that something has started. */
function startedBy(values: Readonly<Record<string, string>>): void {
  for (const name of variables) vi.stubEnv(name, values[name]);
}

afterEach(() => vi.unstubAllEnvs());

test("an array is cut into parts that lie one behind the other, as even as can be", () => {
  expect(partsOf(10, 4)).toEqual([
    { from: 0, count: 2 },
    { from: 2, count: 3 },
    { from: 5, count: 2 },
    { from: 7, count: 3 },
  ]);
  expect(partsOf(1, 2)).toEqual([
    { from: 0, count: 0 },
    { from: 0, count: 1 },
  ]);
});

test("pieces are added up in the order of the ranks, in float64, and rounded once", () => {
  // In float32 2^24 + 1 is 2^24, twice; in float64 the sum is 2^24 + 2.
  const sums = new Float32Array(2);
  const pieces = [Float32Array.of(2 ** 24, 1), Float32Array.of(1, 10), Float32Array.of(1, 100)];
  sumPieces(pieces, sums);
  expect([...sums]).toEqual([2 ** 24 + 2, 111]);
});

test("the launcher is known by its environment", () => {
  startedBy({});
  expect(launcher()).toBeUndefined();
  startedBy({ OMPI_COMM_WORLD_SIZE: "4" });
  expect(launcher()).toEqual({ name: "mpirun of Open MPI", of: "openMpi", ranks: 4 });
  startedBy({ PMI_SIZE: "2" });
  expect(launcher()).toEqual({ name: "mpirun of MPICH", of: "mpich", ranks: 2 });
});

test("a library that is not the launcher's is refused: each rank would train by itself", () => {
  startedBy({ OMPI_COMM_WORLD_SIZE: "4" });
  expect(() => requireSize(4, "Open MPI 4.1.4")).not.toThrow();
  expect(() => requireSize(1, "MPICH 4.0.2")).toThrow(
    "mpirun of Open MPI has started 4 ranks, and MPICH 4.0.2 finds 1: it belongs to another MPI. Start the job with the mpirun of MPICH 4.0.2, or name the right library by the environment variable GRADUS_MPI.",
  );
  startedBy({ SLURM_STEP_NUM_TASKS: "8", SLURM_PROCID: "3" });
  expect(() => requireSize(1, "Open MPI 4.1.4")).toThrow("srun has started 8 tasks, and MPI finds one rank");
});

test("a library that can't be loaded, or is none of MPI, is named", () => {
  startedBy({ GRADUS_MPI: "/no/such/libmpi.so" });
  expect(() => findMpi()).toThrow("/no/such/libmpi.so, which GRADUS_MPI names, can't be loaded: ");
  if (process.platform !== "linux") return;
  startedBy({ GRADUS_MPI: "libm.so.6" });
  expect(() => findMpi()).toThrow("libm.so.6 is no MPI library: it has no MPI_Get_library_version.");
});

test("wrong options are refused before anything is started", () => {
  expect(() => joinMpi({ timeout: 0 })).toThrow("Expected the timeout to be seconds, above 0, found 0.");
  expect(() => joinMpi({ time: 1 } as never)).toThrow(
    'Unknown option of joinMpi "time". Known: timeout, deterministic.',
  );
});
