/**
 * `npm run fuzz`: many seeded inputs, each of which must give what an independent reader says, or a typed error.
 *
 * `--inputs 10000` of each kind; `--seed 0` is the first input's, so `--inputs 1 --seed N` tries one again; `--only tables`.
 */
import "./requireNode.mjs";
import { parseArgs } from "node:util";
import { runVitest, step, summarise } from "./checks.mjs";
import { ensureBuilt, ensureInstalled, runScript } from "./project.mjs";

const { inputs, seed, only } = parseArgs({
  options: {
    inputs: { type: "string", default: "10000" },
    seed: { type: "string", default: "0" },
    only: { type: "string" },
  },
}).values;

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  return summarise([
    await step("tests", `vitest, ${inputs} inputs from seed ${seed} on`, () =>
      runVitest(["test/fuzz", ...(only === undefined ? [] : ["-t", `^${only}:`])], {
        FUZZ_INPUTS: inputs,
        FUZZ_SEED: seed,
      }),
    ),
  ]);
});
