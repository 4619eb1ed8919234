/** The tests that need Chromium, run by `npm run test:browser`, which names it in the environment variable CHROMIUM. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/browser/**/*.test.ts"],
    // The files share processes and their modules; where a page waits for its picture, another file's goes on.
    isolate: false,
    maxWorkers: "100%",
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
