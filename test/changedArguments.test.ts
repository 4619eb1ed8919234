/** What a caller changes after a call has no effect on it: the call has read or copied what it needs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { train } from "../src/node.ts";
import { rows, smallTraining } from "./apiCalls/fixtures.ts";

const { testFraction: _share, ...withTest } = smallTraining;

test("rows that are changed while train runs have no effect on the model", async () => {
  const expected = await train({ ...smallTraining, table: rows });
  const given = rows.map((row) => ({ ...row }));
  const training = train({ ...smallTraining, table: given });
  for (const row of given) Object.assign(row, { x: 1e6, y: "r" });
  given.length = 3;
  const { model, report } = await training;
  expect(report.rows).toEqual(expected.report.rows);
  expect(model.parameters).toEqual(expected.model.parameters);
});

test("test rows that are changed while the file to learn from is read have no effect on the report", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gradus-changed-"));
  try {
    const table = join(folder, "points.csv");
    writeFileSync(table, ["x,z,colour,y", ...rows.map(({ x, z, colour, y }) => [x, z, colour, y].join())].join("\n"));
    const expected = await train({ ...withTest, table, test: rows });
    for (const spoil of [(list: object[]) => list.splice(3), (list: object[]) => Object.assign(list[0], { y: "r" })]) {
      const given = rows.map((row) => ({ ...row }));
      const training = train({ ...withTest, table, test: given });
      spoil(given);
      expect((await training).report.metrics.test).toEqual(expected.report.metrics.test);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
