/** What of a training its states belong to, and how a difference is told. */
import { expect, test } from "vitest";
import { tableFromColumns } from "../../data/rows.ts";
import { blas, blasConditions } from "../../engines/native/blas/blas.ts";
import { wasm } from "../../engines/wasm/wasm.ts";
import { differences, identityOf } from "./identity.ts";

const training = {
  engine: { name: "blas" },
  rows: { table: tableFromColumns({ x: [1, 2], y: [3, 4] }), test: undefined },
  start: { networks: 1 },
  settings: {},
  record: { epochs: 3 },
  seed: 1,
  first: { problem: { loss: "meanSquaredError" } },
};

test("another library of the engine, or one where there was none, is another training", () => {
  const [one, other] = ["OpenBLAS 0.3.21", "OpenBLAS 0.3.29"].map((library) => identityOf(training, library));
  expect(differences(one, one)).toEqual([]);
  expect(differences(one, other)).toEqual(['the library of the engine was "OpenBLAS 0.3.21" and is "OpenBLAS 0.3.29"']);
  const none = identityOf(training);
  expect(none).not.toHaveProperty("library");
  expect(differences(none, one)).toEqual(['the library of the engine was not given and is "OpenBLAS 0.3.21"']);
});

test("the engine blas names its library, and engines of gradus's own code name none", async () => {
  expect(wasm).not.toHaveProperty("library");
  const { available, reason } = await blasConditions();
  if (!available) return await expect(blas.library()).rejects.toThrow(reason);
  expect(reason).toContain(await blas.library());
});
