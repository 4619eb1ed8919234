/** The commands and programs that README.md and docs/ show, run by `npm run test:readme`. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/readme/**/*.test.ts"],
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
