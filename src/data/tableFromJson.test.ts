/** What JSON text in memory is read as, beside the same text in a file. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { folderOf } from "../../test/folder.ts";
import { readTable } from "./duckdb/readTable.ts";
import { tableFromJson } from "./tableFromJson.ts";

const good = [
  ["list.json", '[{"size": 50, "sold": "2024-05-01", "big": true}, {"size": null, "town": "Köln"}]'],
  ["lines.ndjson", '{"size": "1,5"}\n{"size": "NA"}\n{"size": "2,25"}\n'],
];
const bad = [
  ["cut.json", '[{"size": 50}, {"size": 6'],
  ["values.json", "[1, 2, 3]"],
  ["empty.json", ""],
  ["lists.json", '{"size": [1, 2], "town": ["a", "b"]}'],
  ["nested.json", '[{"size": {"of": 1}}, {"size": 2}]'],
  ["twice.json", '[{"size": 1, "size": 2}]'],
  ["lines.ndjson", '{"size": 1}\n{"size": }\n'],
];

test("a string, bytes, gzip and a stream are the table that a file of the same text is", async () => {
  const folder = await folderOf({});
  for (const [source, text] of good) {
    const expected = { ...(await readTable(await folder.write(source, text))), source };
    const bytes = new TextEncoder().encode(text);
    for (const given of [text, bytes, new Uint8Array(gzipSync(bytes)), new Blob([bytes]).stream()]) {
      expect(await tableFromJson(given, { source })).toEqual(expected);
    }
  }
});

test("a text that is no table is refused with the words for a file of it, from a stream too", async () => {
  const folder = await folderOf({});
  for (const [source, text] of bad) {
    const path = await folder.write(source, text);
    const message = await readTable(path).then(
      () => "read",
      (error: Error) => error.message.replaceAll(path, source),
    );
    expect(message).toContain(source);
    for (const given of [text, new Blob([text]).stream()]) {
      await expect(tableFromJson(given, { source })).rejects.toThrow(message);
    }
  }
});

test("an option of CSV is refused by name", async () => {
  await expect(tableFromJson("[]", { delimiter: ";" } as never)).rejects.toThrow(/delimiter/);
});
