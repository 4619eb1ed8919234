/** The tests that need LaTeX, run by `npm run test:latex`, which names it in the environment variable PDFLATEX. */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/latex/**/*.test.ts"],
    // As many documents at once as there are cores, each a process of its own.
    maxConcurrency: availableParallelism(),
    testTimeout: 120_000,
  },
});
