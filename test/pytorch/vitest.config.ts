/** The tests that need PyTorch, run by `npm run test:pytorch`, which names a Python that has it in the environment variable GRADUS_PYTORCH. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    globalSetup: ["scripts/testSetup.mjs"],
    include: ["test/pytorch/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
