/** The commands and programs that README.md and docs/ show, run by `npm run test:readme`. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/readme/**/*.test.ts"],
    // README.md and the pages of docs/ go on beside each other: what installs or builds uses one core.
    maxWorkers: "100%",
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
