/** Ranks that share a table's rows fit the encoder and the target that one process fits which has all of them. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fingerprint } from "../src/data/fingerprint.ts";
import { selectRows, tableFromColumns } from "../src/data/rows.ts";
import type { Table } from "../src/data/table.ts";
import { type FitTask, fittedOn } from "./fittedTable.ts";
import { type RankThreads, rankThreads } from "./rankThreads.ts";

const RANKS = 3;
let ranks: RankThreads;
beforeAll(async () => {
  ranks = await rankThreads("test/fittedShare.ts", RANKS);
});
afterAll(() => ranks.stop());

/** What the ranks fit, each on its part: the rows between two cuts. */
async function fittedByRanks({ table, ...task }: FitTask, cuts: readonly number[]): Promise<string[]> {
  const ends = [0, ...cuts, table.rows];
  const shares = ends.slice(1).map((end, rank): Table => {
    const rows = Uint32Array.from({ length: end - ends[rank] }, (_, at) => ends[rank] + at);
    return selectRows(table, rows);
  });
  return await ranks.run<string>(shares.map((share) => ({ ...task, table: share })));
}

const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.option(value, { freq: 4, nil: null });
const word = fc.constantFrom("a", "b", "B", "", "ä", "toString", "__proto__", "one two three four", "\ud800", "NA");
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ min: -1e90, max: 1e90, noNaN: true }),
  fc.constantFrom(0, -0, 5e-324, -1e90, 1e90),
);
const day = fc.date({ min: new Date("1990-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });

/** The cells of one column, by what it is to be tried for. */
const cells = {
  id: (rows: number) => fc.constant(Array.from({ length: rows }, (_, row) => row + 1)),
  user_id: (rows: number) => fc.constant(Array.from({ length: rows }, (_, row) => `u${(row * 7919) % 1000}`)),
  notes: (rows: number) => fc.constant(Array.from({ length: rows }, (_, row) => `it was the day ${row % 40} of them`)),
  number: (rows: number) => columnOf(rows, maybe(number)),
  whole: (rows: number) => columnOf(rows, fc.integer({ min: 0, max: 9 })),
  category: (rows: number) => columnOf(rows, maybe(word)),
  flag: (rows: number) => columnOf(rows, maybe(fc.boolean())),
  day: (rows: number) => columnOf(rows, maybe(day)),
  constant: (rows: number) => fc.constant(new Array<number>(rows).fill(7)),
  single: (rows: number) => columnOf(rows, maybe(fc.constant("only"))),
  empty: (rows: number) => fc.constant(new Array<null>(rows).fill(null)),
  answer: (rows: number) => columnOf(rows, fc.constantFrom("yes", "no")),
  weight: (rows: number) => columnOf(rows, fc.double({ min: 0.1, max: 10, noNaN: true })),
} as const;

function columnOf<Value>(rows: number, value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> {
  return fc.array(value, { minLength: rows, maxLength: rows });
}

const tables = fc
  .integer({ min: 6, max: 60 })
  .chain((rows) => fc.record(Object.fromEntries(Object.entries(cells).map(([name, of]) => [name, of(rows)]))))
  .map((columns) => tableFromColumns(columns));

const choices = fc.record({
  oneHotUpTo: fc.constantFrom(2, 8, Number.POSITIVE_INFINITY),
  binary: fc.constantFrom("oneHot" as const, "signed" as const),
  missing: fc.constantFrom("indicator" as const, "zero" as const),
  flags: fc.constantFrom("raw" as const, "scaled" as const),
});
const targets = fc.constantFrom(
  { targets: ["category"] },
  { targets: ["category"], rare: "join" as const },
  { targets: ["category"], weights: "weight" },
  { targets: ["whole"] },
  { targets: ["number"] },
  { targets: ["number"], weights: "weight" },
  { targets: ["number"], quantiles: [0.1, 0.25, 0.9] },
  { targets: ["number", "weight"] },
  { targets: ["flag", "answer"] },
  { targets: ["flag"] },
  { targets: ["day"] },
  { targets: ["user_id"] },
  { targets: ["constant"] },
);
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: RANKS - 1, maxLength: RANKS - 1 });

test("ranks fit what one process fits, to the bit, wherever the rows are cut, and refuse what it refuses", async () => {
  await fc.assert(
    fc.asyncProperty(tables, targets, choices, cuts, async (table, target, chosen, shares) => {
      const task: FitTask = { table, ...target, counting: "whole", choices: chosen };
      const places = shares.map((share) => Math.round(share * table.rows)).sort((a, b) => a - b);
      const expected = fittedOn(task);
      expect(await fittedByRanks(task, places)).toEqual(new Array(RANKS).fill(expected));
    }),
    { numRuns: 60 },
  );
});

test("the fingerprint goes on where a chunk of texts is divided", async () => {
  const rows = 10_000;
  const table = tableFromColumns({
    category: Array.from({ length: rows }, (_, row) => ["a", "ä", null][row % 3]),
    whole: Array.from({ length: rows }, (_, row) => 1 + (row % 9)),
  });
  const task: FitTask = {
    table,
    targets: ["whole"],
    choices: { oneHotUpTo: 8, binary: "oneHot", missing: "zero", flags: "raw" },
  };
  const expected = fittedOn(task);
  expect(JSON.parse(expected).fingerprint).toBe(fingerprint(table));
  expect(await fittedByRanks(task, [3001, 3002])).toEqual(new Array(RANKS).fill(expected));
});
