import fc from "fast-check";
import { expect, test } from "vitest";
import { recordsOf } from "./csvLayout.ts";
import { CsvSplitter, fieldText } from "./csvSplitter.ts";

/** The records of a text that comes in pieces of some length. */
function splitInPieces(text: string, delimiter: string, size: number): { records: string[][]; fault: unknown } {
  const records: string[][] = [];
  const splitter = new CsvSplitter({ delimiter }, (part, fields) => {
    records.push(Array.from({ length: fields.count }, (_, at) => fieldText(part, fields, at)));
    return true;
  });
  let rest = "";
  for (let at = 0; at < text.length; at += size) {
    rest += text.slice(at, at + size);
    rest = rest.slice(splitter.split(rest, false));
  }
  splitter.split(rest, true);
  return { records, fault: splitter.fault };
}

/**
 * RFC 4180 by another way: lines are cut where no quote is open, fields likewise; fields have no spaces around them.
 * undefined where a quote is not closed or is followed by text.
 */
function byHand(text: string, delimiter: string): string[][] | undefined {
  const records: string[][] = [[]];
  const field = new RegExp(`^ *(?:"((?:[^"]|"")*)" *|((?! *")[^${delimiter}\r\n]*))(${delimiter}|\r\n|\n|\r|$)`);
  let rest = text;
  while (true) {
    const found = field.exec(rest);
    if (found === null) return undefined;
    const [all, quoted, plain, end] = found;
    records[records.length - 1].push((quoted?.replaceAll('""', '"') ?? plain).trim());
    rest = rest.slice(all.length);
    if (end === "") return records;
    if (end !== delimiter && rest === "") return records;
    if (end !== delimiter) records.push([]);
  }
}

test("records are those of RFC 4180, whatever line ends are mixed and wherever the text is cut", () => {
  const part = fc.constantFrom("a", "1.5", " ", '"', '""', ",", ";", "\n", "\r\n", "\r", "é", '"x\r\ny"', "long text");
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 14 }),
      fc.constantFrom(",", ";"),
      fc.integer({ min: 1, max: 7 }),
      (parts, delimiter, size) => {
        const text = parts.join("");
        if (text === "") return;
        const wanted = byHand(text, delimiter);
        const { records, fault } = splitInPieces(text, delimiter, size);
        if (wanted === undefined) expect(fault).toBeDefined();
        else expect({ records, fault }).toEqual({ records: wanted, fault: undefined });
      },
    ),
    { seed: 11, numRuns: 3000 },
  );
});

test("a record has the number of the line where it begins, whatever lines are in quotes or comments before it", () => {
  const text = '# note\r\na,b\r"1\r\n2",3\n#x\n\n4,5';
  const records = recordsOf(text, true, { delimiter: ",", comment: "#" }, { limit: 9 });
  expect(records.map(({ line }) => line)).toEqual([2, 3, 7]);
});

test.each([
  ['a,b\n1,"2\n3,4\n', { kind: "unclosed", line: 2 }],
  ['a,b\n1,"2\n3,"x\n', { kind: "text-after-quote", line: 2, closedLine: 3 }],
])("finds the fault in %j, however it is cut", (text, fault) => {
  for (const size of [1, 3, 100]) expect(splitInPieces(text, ",", size).fault).toEqual(fault);
});
