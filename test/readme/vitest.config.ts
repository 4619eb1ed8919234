/** The commands and programs that README.md and docs/ show, run by `npm run test:readme`. */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/readme/**/*.test.ts"],
    globalSetup: ["test/readme/setup.ts"],
    // README.md and the pages of docs/ go on beside each other: what installs or builds waits, or uses one core.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    teardownTimeout: 300_000,
  },
});
