import { expect, test } from "vitest";
import { JsonColumns } from "./jsonColumns.ts";
import { JsonRecords } from "./jsonRecords.ts";

function read(text: string): { columns: JsonColumns; records: JsonRecords } {
  const columns = new JsonColumns(() => ({ isRead: true, isCopied: true }));
  const records = new JsonRecords((members) => columns.add(members));
  records.split(text, true);
  return { columns, records };
}

test("a name that comes twice in one object is refused, wherever it stands", () => {
  expect(read('{"a": 1}\n{"b": 1, "b": 1}').records.problem).toEqual({ kind: "duplicate", line: 2, name: "b" });
  expect(read('{"a": 1, "b": 2}\n{"b": 1, "a": 1, "b": 3}').records.problem).toMatchObject({ name: "b" });
});

test("values stand under their names, whatever the order and the gaps of the members", () => {
  const { columns } = read('{"a": 1, "10": true}\n{"9": "x", "a": 2}\n{"10": false, "9": null}');
  expect(columns.finish(columns.content).columns.map(({ name, values }) => [name, ...values])).toEqual([
    ["a", 1, 2, Number.NaN],
    ["10", true, null, false],
    ["9", null, "x", null],
  ]);
  expect(columns.finish(columns.content).copied.map(({ values }) => values)).toEqual([
    ["1", "2", null],
    ["true", null, "false"],
    [null, "x", null],
  ]);
});
