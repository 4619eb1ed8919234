/** The tests that need onnxruntime, run by `npm run test:onnx`, which names its folder in the environment variable GRADUS_ONNX. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    globalSetup: ["scripts/testSetup.mjs"],
    include: ["test/onnx/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
