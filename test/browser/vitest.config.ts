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
    // They end what hangs, and nothing else.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 300_000,
  },
});
