import { expect, test } from "vitest";
import { tableForEncoder } from "./encoder.ts";
import type { Encoder } from "./encoding.ts";
import { fitEncoder } from "./fitEncoder.ts";
import { otherZoneWarnings } from "./otherZones.ts";
import { tableFromColumns } from "./rows.ts";
import type { Cell } from "./table.ts";

const UTC = ["2021-03-05T02:30:00Z", "2021-04-06T04:00:00Z", "2021-05-09T17:45:00+02:00"];
const LOCAL = UTC.map((text) => text.slice(0, 19));
const fitted = (when: readonly Cell[]): Encoder => fitEncoder(tableFromColumns({ when }), { exclude: [] }).encoder;
const noted = (encoder: Encoder, when: readonly Cell[]): string[] => {
  const byRows = otherZoneWarnings(
    encoder,
    tableForEncoder(
      encoder,
      when.map((cell) => ({ when: cell })),
      "new.csv",
    ),
  );
  expect(otherZoneWarnings(encoder, tableFromColumns({ when }, { source: "new.csv" }))).toEqual(byRows);
  return byRows.map(({ message }) => message);
};

const LACKING =
  "In new.csv: times of when have no time zone and are read as UTC; in training every time had one. Add the time zone to each.";
const NAMING =
  "In new.csv: times of when have a time zone; in training none had, and the times were read as UTC. Write them as in training, without a time zone.";

test("new times without a zone are noted where each time in training named one", () => {
  expect(noted(fitted(UTC), LOCAL)).toEqual([LACKING]);
  expect(noted(fitted(UTC), [UTC[0], LOCAL[1]])).toEqual([LACKING]);
  expect(noted(fitted(UTC.map((text) => new Date(text))), LOCAL)).toEqual([LACKING]);
});

test("new times with a zone are noted where none in training named one", () => {
  expect(noted(fitted(LOCAL), UTC)).toEqual([NAMING]);
  expect(noted(fitted(LOCAL), [new Date(UTC[0])])).toEqual([NAMING]);
});

test("times that name zones as in training, and days without a time, are not noted", () => {
  expect(noted(fitted(UTC), UTC)).toEqual([]);
  expect(noted(fitted(LOCAL), LOCAL)).toEqual([]);
  expect(noted(fitted(UTC), ["2021-03-05", null])).toEqual([]);
  expect(noted(fitted([...UTC, LOCAL[0]]), LOCAL)).toEqual([]);
});

test("a model of an earlier version, which does not say whether its times named a zone, notes nothing", () => {
  const encoder = fitted(UTC);
  const columns = encoder.columns.map(({ reading: _reading, ...rest }) => rest as Encoder["columns"][number]);
  expect(noted({ columns }, LOCAL)).toEqual([]);
});
