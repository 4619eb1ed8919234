import { expect, test } from "vitest";
import { fingerprint } from "./fingerprint.ts";
import { selectRows, tableFromColumns } from "./rows.ts";
import type { Cell } from "./table.ts";

const data: Record<string, Cell[]> = {
  species: ["Adelie", null, "Gentoo"],
  mass: [3750, Number.NaN, 5000],
  alive: [true, false, null],
  seen: [new Date("2007-11-11"), null, new Date("2008-11-02")],
};

test("the fingerprint is eight digits that never change for the same data", () => {
  expect(fingerprint(tableFromColumns(data))).toMatch(/^[0-9a-f]{8}$/);
  expect(fingerprint(tableFromColumns(data))).toBe(fingerprint(tableFromColumns(data, { source: "elsewhere" })));
  // zlib.crc32(b'[3,[["x","number"]]]' + struct.pack("<3d", 1, 2, 3)) in Python.
  expect(fingerprint(tableFromColumns({ x: [1, 2, 3] }))).toBe("98832e5e");
});

test("the fingerprint changes with a value, a missing value, a name, a type and the order of rows or columns", () => {
  const table = tableFromColumns(data);
  const altered: Record<string, Cell[]>[] = [
    { ...data, mass: [3750, Number.NaN, 5001] },
    { ...data, mass: [3750, 0, 5000] },
    { ...data, species: ["Adelie", "nil", "Gentoo"] },
    { ...data, alive: [true, null, false] },
    { ...data, seen: [new Date("2007-11-11"), null, new Date("2008-11-03")] },
    { species: data.species, weight: data.mass, alive: data.alive, seen: data.seen },
    { mass: data.mass, species: data.species, alive: data.alive, seen: data.seen },
  ];
  const changed = altered.map((columns) => fingerprint(tableFromColumns(columns)));
  const asText = fingerprint(
    tableFromColumns({ ...data, mass: ["3750", null, "5000"] }, { types: { mass: "category" } }),
  );
  const reordered = fingerprint(selectRows(table, Uint32Array.of(1, 0, 2)));
  expect(new Set([fingerprint(table), ...changed, asText, reordered]).size).toBe(10);
});

test("the fingerprint sees every chunk of a long column", () => {
  const values = Float64Array.from({ length: 10_000 }, (_, row) => row);
  const before = fingerprint(tableFromColumns({ values }));
  for (const row of [0, 4095, 4096, 9999]) {
    const altered = values.slice();
    altered[row] = -1;
    expect(fingerprint(tableFromColumns({ values: altered })), `row ${row}`).not.toBe(before);
  }
});
