/** The tests that need mpirun, run by `npm run test:mpi`, which names what there is in the environment variable GRADUS_MPI_LAUNCHERS. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/mpi/**/*.test.ts"],
    // The ranks need the cores.
    fileParallelism: false,
    // They end what hangs, and nothing else.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 300_000,
  },
});
