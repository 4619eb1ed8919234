/**
 * The fuzzer: a short run with the other tests, a long one by `npm run fuzz -- --inputs 100000 --seed 1 --only tables`, which
 * gives the environment variables FUZZ_INPUTS and FUZZ_SEED.
 */
import { expect, test } from "vitest";
import { ApiDriver } from "./api/api.ts";
import { type Driver, fuzz } from "./driver.ts";
import { ModelDriver } from "./models/models.ts";
import { NetworkDriver } from "./networks/networks.ts";
import { TableDriver } from "./tables/tables.ts";

const { FUZZ_INPUTS, FUZZ_SEED = "0" } = process.env;

interface Kind {
  readonly title: string;
  /** How many inputs the short run has. */
  readonly few: number;
  start(): Promise<Driver>;
}

const kinds: Readonly<Record<string, Kind>> = {
  tables: {
    title: "are read as an independent reader says, and a model answers for them in every format as in training",
    few: 100,
    start: () => TableDriver.start(),
  },
  models: {
    title: "with wrong values under a right checksum are refused, or give answers that are finite",
    few: 100,
    start: () => ModelDriver.start(),
  },
  api: {
    title: "of calls with wrong or extreme arguments give typed errors, or answers that are finite",
    few: 300,
    start: () => ApiDriver.start(),
  },
  networks: {
    title: "learn in machine code to the bits of WebAssembly, and as the reference does",
    few: 40,
    start: async () => new NetworkDriver(),
  },
};

for (const [name, { title, few, start }] of Object.entries(kinds)) {
  const inputs = Number(FUZZ_INPUTS ?? few);
  test(
    `${name}: ${inputs} inputs ${title}`,
    async () => {
      const { found, counts } = await fuzz(await start(), { seed: Number(FUZZ_SEED), inputs });
      if (FUZZ_INPUTS !== undefined) console.log(`${name}: ${JSON.stringify(counts)}`);
      expect(found).toEqual([]);
    },
    // Inputs that hang end the process.
    2 ** 31 - 1,
  );
}
