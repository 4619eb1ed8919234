/** The tests that need nothing but Node. Those that need Chromium, LaTeX, MPI, onnxruntime or PyTorch have a configuration of their own. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

export default defineConfig({
  // The lab imports gradus by its entries; here they are the sources, not the build.
  resolve: {
    alias: [
      { find: /^gradus$/, replacement: source("index.ts") },
      { find: /^gradus\/(network|explain|tune|report|export)$/, replacement: source("entries/$1.ts") },
    ],
  },
  test: {
    globalSetup: ["scripts/testSetup.mjs"],
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.mjs"],
    exclude: [
      "test/browser/**",
      "test/readme/**",
      "test/latex/**",
      "test/mpi/**",
      "test/onnx/**",
      "test/pytorch/**",
      "bench/.peers/**",
    ],
    // Many files share a process: to start one and import the modules takes longer than the tests of most files. So a
    // test leaves nothing behind: what it spies on or sets in the environment is put back, but no `vi.mock` is.
    isolate: false,
    restoreMocks: true,
    unstubEnvs: true,
    maxWorkers: "100%", // by default one core is kept free, which is half of a small machine
    // They end what hangs, and nothing else: some train for seconds, and a busy machine can be thirty times slower.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 300_000,
    allowOnly: false, // a focused test fails the run; Biome's rule for it takes our `fit` for Jasmine's
  },
});
