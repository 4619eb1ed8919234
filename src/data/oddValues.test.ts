import { expect, test } from "vitest";
import { tableFromColumns } from "./rows.ts";

const times = (count: number, of: (at: number) => string): string[] => Array.from({ length: count }, (_, at) => of(at));
const day = (at: number): string => new Date(Date.UTC(2021, 2, 1 + at)).toISOString().slice(0, 10);
const notesOf = (x: readonly string[], missing: readonly string[] = []): string[] =>
  (tableFromColumns({ x }, { missing }).notes ?? []).map(({ message }) => message);

test("one day that does not exist among dates is named with its row, and with what makes the column one of dates", () => {
  const days = times(40, (at) => (at === 16 ? "2021-02-30" : at === 20 ? "n.d." : day(at)));
  expect(notesOf(days, ["n.d."])).toEqual([
    'Read x as text, because 1 of 39 values is not a date like "2021-03-01": "2021-02-30" in row 17. Correct it, or, if it means a missing value: missing: ["n.d.", "2021-02-30"]. To use all values as categories: types: { "x": "category" }.',
  ]);
  const mended = tableFromColumns({ x: days }, { missing: ["n.d.", "2021-02-30"] });
  expect(mended.columns[0].type).toBe("date");
  expect(mended.notes).toBeUndefined();
  expect(tableFromColumns({ x: days }, { types: { x: "category" } }).notes).toBeUndefined();
});

test("the values that keep a column from being numbers are counted, and the first is named", () => {
  const found = (odd: (at: number) => string) => notesOf(times(40, (at) => (at % 8 === 5 ? odd(at) : `${at}.5`)));
  const start = 'Read x as text, because 5 of 40 values are not numbers like "0.5":';
  expect(found((at) => `−${at} kg`)).toEqual([expect.stringContaining(`${start} "−5 kg" in row 6. Correct them. To`)]);
  expect(found((at) => `(${at})`)).toEqual([expect.stringContaining(`${start} "(5)" in row 6. Correct them. To`)]);
  expect(found((at) => `0x${at}`)).toEqual([expect.stringContaining(`${start} "0x5" in row 6.`)]);
  expect(found(() => "unknown")).toEqual([
    expect.stringContaining(
      `${start} "unknown" in row 6. Correct them, or, if they mean a missing value: missing: ["unknown"].`,
    ),
  ]);
});

test("numbers of which half have a per cent sign are noted", () => {
  expect(notesOf(times(40, (at) => (at % 2 ? `${at}%` : `${at}.5`)))).toEqual([
    expect.stringContaining('20 of 40 values are not numbers like "0.5": "1%" in row 2.'),
  ]);
});

test("each column with odd values has its own note", () => {
  const columns = {
    a: times(12, (at) => (at < 2 ? "(5)" : `${at}`)),
    b: times(12, (at) => (at < 2 ? "5 kg" : `${at}`)),
  };
  expect((tableFromColumns(columns).notes ?? []).map((note) => note.columns)).toEqual([["a"], ["b"]]);
});

test("categories, codes and columns of few values are not noted for the numbers among them", () => {
  expect(notesOf(times(40, (at) => (at % 2 ? "red" : "7")))).toEqual([]);
  expect(notesOf(times(40, (at) => `A${at}`))).toEqual([]);
  expect(notesOf(["1", "2", "(3)", "4"])).toEqual([]);
});
