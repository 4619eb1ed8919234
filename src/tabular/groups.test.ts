/** Groups: rows of one group learn, validate or test together, and a verdict counts groups. */
import { expect, test } from "vitest";
import type { groupsOf } from "../data/groupColumn.ts";
import { foldGroups, takeGroups } from "../data/groupSplit.ts";
import { column, tableFromColumns } from "../data/rows.ts";
import { random } from "../random.ts";
import { type DatasetOptions, datasetOf } from "./dataset.ts";
import { evaluate } from "./evaluate.ts";
import { loadModel } from "./files/loadModel.ts";
import { nestedParts } from "./members/nestedOutputs.ts";
import { train } from "./train.ts";

const rows = 240;
const { integer } = random(4, "groups");
const patients = Array.from({ length: rows }, () => integer(40));
const table = {
  patient: patients.map((patient) => `p${patient}`),
  x: patients.map((patient, row) => ((patient * 7) % 13) + (row % 3)),
  noise: Array.from({ length: rows }, (_, row) => (row * 5) % 11),
  kind: patients.map((patient, row) => (((patient * 7) % 13) + (row % 5) > 8 ? "ill" : "well")),
};
const quick = { folds: 1, epochs: 2, hidden: [4] } as const;
const options = { target: "kind", test: undefined, task: undefined, types: {}, features: undefined, seed: 0 } as const;
const folded = (more: Partial<DatasetOptions> = {}) =>
  datasetOf({ ...options, table: tableFromColumns(table), group: "patient", ...more });
const namesIn = (part: { readonly table: Parameters<typeof groupsOf>[0] } | undefined): Set<unknown> =>
  new Set(part ? Array.from<unknown>(column(part.table, "patient").values) : []);
const shares = (part: { readonly patterns: { readonly desired: ArrayLike<number> } } | undefined): number =>
  Array.from(part?.patterns.desired ?? []).reduce((sum, index) => sum + index, 0) /
  (part?.patterns.desired.length ?? 1);

test("no group has rows in two parts, whatever the seed, and classes and sizes are about those of the table", () => {
  for (let seed = 0; seed < 5; seed++) {
    for (const folds of [1, 5]) {
      const divided = folded({ folds, seed });
      expect(divided.folds).toBe(folds);
      const tested = namesIn(divided.fold(0).test);
      const validated = new Set<unknown>();
      for (let fold = 0; fold < folds; fold++) {
        const { training, validation, test: part, encoder } = divided.fold(fold);
        const [learned, evaluated] = [namesIn(training), namesIn(validation)];
        for (const name of evaluated) {
          expect([learned.has(name), tested.has(name), validated.has(name)]).toEqual([false, false, false]);
          validated.add(name);
        }
        for (const name of learned) expect(tested.has(name)).toBe(false);
        expect(encoder.columns.map(({ name }) => name)).toEqual(["x", "noise"]);
        expect(Math.abs(shares(validation) - shares(training))).toBeLessThan(0.15);
        if (part) expect(part.table.rows / rows).toBeCloseTo(0.2, 1);
      }
      expect(tested.size).toBeGreaterThan(4);
      if (folds === 5) expect(validated.size + tested.size).toBe(new Set(patients).size);
    }
  }
});

test("the same seed divides groups the same, another seed otherwise", () => {
  const tested = (seed: number) => [...namesIn(folded({ seed }).fold(0).test)].sort();
  expect(tested(1)).toEqual(tested(1));
  expect(tested(1)).not.toEqual(tested(2));
});

test("fewer groups than folds make fewer folds, and those that were asked for are refused with a remedy", () => {
  const few = { ...table, patient: table.patient.map((_, row) => `p${row % 4}`) };
  const usual = datasetOf({ ...options, table: tableFromColumns(few), group: "patient", usualFolds: () => 5 });
  expect(usual.folds).toBe(3); // of four groups, one tests
  expect(namesIn(usual.fold(0).test).size).toBe(1);
  expect(() => datasetOf({ ...options, table: tableFromColumns(few), group: "patient", folds: 5 })).toThrow(
    'too few groups of "patient" for 5 folds: found 3 groups besides those of the test, expected at least 5. Use fewer folds, folds: 3, or another column for option group.',
  );
  const one = { ...table, patient: table.patient.map(() => "p") };
  expect(() => datasetOf({ ...options, table: tableFromColumns(one), group: "patient" })).toThrow(
    'no group of "patient" is left for the test rows: all rows are of one group. Use another column for option group, or no test rows: testFraction: 0.',
  );
  const gap = { ...table, patient: table.patient.map((name, row) => (row === 6 ? null : name)) };
  expect(() => datasetOf({ ...options, table: tableFromColumns(gap), group: "patient" })).toThrow(
    'the group column "patient" is missing in row 7.',
  );
});

test("a class that comes in one group alone is learned from, and never judged", () => {
  const groups = Float64Array.from({ length: 60 }, (_, row) => row % 12);
  const strata = groups.map((group) => (group === 3 ? 2 : group % 2));
  const all = Uint32Array.from(groups.keys());
  for (let seed = 0; seed < 8; seed++) {
    const { taken } = takeGroups(all, 0.3, { groups, strata, seed });
    expect(taken.some((row) => groups[row] === 3)).toBe(false);
    expect(taken.length).toBeGreaterThan(9);
    const folds = foldGroups(all, 4, { groups, strata, seed });
    expect(folds.flatMap((fold) => [...fold]).some((row) => groups[row] === 3)).toBe(false);
    expect(folds.map(({ length }) => length).sort()).toEqual([10, 15, 15, 15]);
    for (const fold of folds) expect(new Set(fold.map((row) => strata[row])).size).toBe(2);
  }
});

test("the rows that choose an epoch for others are of other groups", () => {
  const groups = Float64Array.from({ length: 30 }, (_, row) => row % 6);
  const parts = nestedParts(30, { groups });
  for (let row = 6; row < 30; row++) expect(parts[row]).toBe(parts[row % 6]);
  expect(new Set(parts).size).toBe(5);
  expect([...nestedParts(4, { groups: [0, 0, 0, 0] })]).toEqual([0, 0, 0, 0]);
});

test("the verdict counts groups and says so, in the report, the model's file and evaluate", async () => {
  const { model, report } = await train({ ...quick, table, target: "kind", group: "patient" });
  const { verdict, groups } = report;
  expect(report.group).toBe("patient");
  expect(groups?.test).toBe(verdict?.groups);
  expect((groups?.training ?? 0) + (groups?.validation ?? 0) + (groups?.test ?? 0)).toBe(new Set(patients).size);
  expect(verdict?.sentence).toMatch(/test rows in \d+ groups of patient/);
  using again = await loadModel(model.toBytes());
  expect(again.document.group).toEqual({ column: "patient", reading: { type: "text" } });
  const evaluated = evaluate(again, table);
  expect(evaluated).toMatchObject({ group: "patient", verdict: { groups: new Set(patients).size } });
  const alone = evaluate(again, table, { group: false });
  expect(alone.verdict).not.toHaveProperty("groups");
  expect(alone.verdict.model).toBe(evaluated.verdict.model);
  const { patient: _patient, ...without } = table;
  expect(evaluate(again, without).warnings).toContainEqual(expect.objectContaining({ code: "group-absent" }));
});

test("folds are judged by groups too, and a group's column is an input where it is asked for", async () => {
  const common = { ...quick, folds: 3, table, target: "kind", group: "patient", testFraction: 0 } as const;
  const { report } = await train(common);
  expect(report.verdict).toMatchObject({ of: "out-of-fold", group: "patient", groups: new Set(patients).size });
  const { model } = await train({ ...common, folds: 1, features: ["x", "patient"] });
  expect(model.document.encoder.columns.map(({ name }) => name)).toContain("patient");
});

test("a table of test rows with groups of the training is warned of, and options that exclude groups are refused", async () => {
  const tests = { ...table, patient: table.patient.map((_, row) => (row % 2 ? "p3" : `new ${row % 7}`)) };
  const { report } = await train({ ...quick, table, test: tests, target: "kind", group: "patient" });
  expect(report.warnings.find(({ code }) => code === "shared-groups")?.message).toContain(
    '1 of the 8 groups of patient in the given columns is in the given columns too ("p3")',
  );
  const refused = (more: object) => train({ ...quick, table, target: "kind", ...more } as Parameters<typeof train>[0]);
  await expect(refused({ group: "patient", split: { time: "x" } })).rejects.toThrow("exclude each other");
  await expect(refused({ group: "kind" })).rejects.toThrow('"kind" is a target');
  await expect(refused({ group: "x", weights: "x" })).rejects.toThrow("name the same column");
  await expect(refused({ group: "patent" })).rejects.toThrow('Did you mean "patient"?');
});
