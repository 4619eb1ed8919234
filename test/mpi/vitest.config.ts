/** The tests that need mpirun, run by `npm run test:mpi`, which names what there is in the environment variable GRADUS_MPI_LAUNCHERS. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/mpi/**/*.test.ts"],
    // The ranks need the cores.
    fileParallelism: false,
    testTimeout: 60_000,
  },
});
