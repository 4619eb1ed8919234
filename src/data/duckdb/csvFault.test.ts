import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findCsvFault } from "./csvFault.ts";
import { invalidUtf8Line } from "./textBlocks.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradus-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: string | Uint8Array): Promise<string> {
  const path = join(folder, "file.csv");
  await writeFile(path, content);
  return path;
}

test.each([
  ["a,b\n1,2\n", 2],
  ["a,b\n1,2", 2],
  ["a,b\r\n1,2\n\r\n3,4\r\n", 3],
  ["a,b\r1,2\r", 2],
  ['a,b\n"1\n,""x""",2\n', 2],
  ["a,b\n1,2,\n", 2],
  ['a,b\n1, "x, y" \n', 2],
  ['a,b\n1,x "y" z\n', 2],
])("finds nothing in %j, which has %i records", async (content, records) => {
  expect(await findCsvFault(await fileOf(content), { delimiter: ",", columns: 2 })).toEqual({
    fault: undefined,
    records,
  });
});

test("a blank line is a missing value where there is only one column", async () => {
  const { records } = await findCsvFault(await fileOf("a\n1\n\n3\n"), { delimiter: ",", columns: 1 });
  expect(records).toBe(4);
});

test.each([
  ["a,b\n1,2\n3\n", { kind: "ragged", line: 3, found: 1 }],
  ["a,b\n1,2\n3,4,5\n", { kind: "ragged", line: 3, found: 3 }],
  ['a,b\n"1\n\n2",2\n3\n', { kind: "ragged", line: 5, found: 1 }],
  ["a,b\r\n1,2\r\n3", { kind: "ragged", line: 3, found: 1 }],
  ["a,b\r1,2\r3", { kind: "ragged", line: 3, found: 1 }],
  ['a,b\n1,"2\n3,4\n', { kind: "unclosed", line: 2 }],
  ['a,b\n1,"2\n3,"x\n', { kind: "text-after-quote", line: 2, closedLine: 3 }],
])("finds the fault in %j", async (content, fault) => {
  expect((await findCsvFault(await fileOf(content), { delimiter: ",", columns: 2 })).fault).toEqual(fault);
});

test("counts lines beyond the size of a block, whatever ends them", async () => {
  for (const newline of ["\n", "\r\n", "\r"]) {
    // 1.2 MB and more: the second of these files' blocks of 1 MB has the fault.
    const path = await fileOf(`a,b${newline}${`12345,6789${newline}`.repeat(110_000)}1${newline}`);
    const { fault } = await findCsvFault(path, { delimiter: ",", columns: 2 });
    expect(fault).toEqual({ kind: "ragged", line: 110_002, found: 1 });
  }
});

test("names the first line that is not UTF-8", async () => {
  const lines = Buffer.from("a,é\n".repeat(300_000));
  expect(await invalidUtf8Line(await fileOf(lines))).toBeUndefined();
  const path = await fileOf(Buffer.concat([lines, Buffer.from("caf\xe9\n", "latin1"), lines]));
  expect(await invalidUtf8Line(path)).toBe(300_001);
});
