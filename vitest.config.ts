/** The tests that need nothing but Node. Those that need Chromium or LaTeX have a configuration of their own. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.mjs"],
    exclude: ["test/browser/**", "test/latex/**", "bench/.peers/**"],
    testTimeout: 30_000, // some train for seconds, and a busy machine is several times slower
    allowOnly: false, // a focused test fails the run; Biome's rule for it takes our `fit` for Jasmine's
  },
});
