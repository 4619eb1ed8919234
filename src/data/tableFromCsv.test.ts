/** What a program may give for CSV text; what it is read as, test/csvReaders.test.ts compares with files. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { DescriptionError, RunFailedError } from "../errors.ts";
import { type CsvTableOptions, tableFromCsv } from "./tableFromCsv.ts";
import type { TextPart, TextSource } from "./text/givenText.ts";

const text = 'name;size\n"Köln ""Süd""";1,5\n"two\nlines";2,25\n';
const bytes = new TextEncoder().encode(text);
const packed = new Uint8Array(gzipSync(bytes));
const values = [['Köln "Süd"', "two\nlines"], Float64Array.of(1.5, 2.25)];

async function valuesOf(given: TextSource, options?: CsvTableOptions): Promise<unknown[]> {
  return (await tableFromCsv(given, options)).columns.map((column) => column.values);
}

function cut<T extends TextPart>(whole: T, length: number): T[] {
  const parts: T[] = [];
  for (let at = 0; at < whole.length; at += length) parts.push(whole.slice(at, at + length) as T);
  return parts;
}

async function* coming(parts: readonly TextPart[]): AsyncGenerator<TextPart> {
  for (const part of parts) {
    await Promise.resolve();
    yield part;
  }
}

test("strings, bytes and gzip are read alike, whole, in parts of any length, from a list, an iterable, a stream and a Blob", async () => {
  for (const whole of [text, bytes, packed]) {
    expect(await valuesOf(whole)).toEqual(values);
    for (const length of [1, 2, 3, 7, 1000]) {
      const parts = cut<TextPart>(whole, length);
      expect(await valuesOf(parts)).toEqual(values);
      expect(await valuesOf(parts.values())).toEqual(values);
      expect(await valuesOf(coming(parts))).toEqual(values);
    }
    expect(await valuesOf(new Blob([whole]).stream())).toEqual(values);
    expect(await valuesOf(new Response(whole).body ?? "")).toEqual(values);
  }
});

test("a stream without an iterator, as some browsers have them, is read by its reader", async () => {
  const parts = cut(bytes, 5);
  const reader = {
    read: async () => ({ done: parts.length === 0, value: parts.shift() }),
    cancel: async () => undefined,
  };
  expect(await valuesOf({ getReader: () => reader })).toEqual(values);
});

test("a part may be changed once the next one is asked for", async () => {
  async function* reused(): AsyncGenerator<Uint8Array> {
    const part = new Uint8Array(1);
    for (const byte of bytes) {
      part[0] = byte;
      yield part;
    }
  }
  expect(await valuesOf(reused())).toEqual(values);
});

test("what is no text is refused with what to give", async () => {
  for (const given of [null, 5, {}, new Float64Array(2), new ArrayBuffer(2), () => text]) {
    await expect(tableFromCsv(given as TextSource)).rejects.toThrow(
      "Expected the text of a table to be text, a Uint8Array, or a stream or list of these, such as response.body or file.stream(), found ",
    );
  }
  await expect(tableFromCsv([1, 2] as unknown as TextSource)).rejects.toThrow(
    "Expected every part of the text to be a string or a Uint8Array, found 1.",
  );
  await expect(tableFromCsv(["a\n", bytes])).rejects.toThrow("of one kind, strings or bytes, found both");
  const locked = new Blob([bytes]).stream();
  locked.getReader();
  await expect(tableFromCsv(locked)).rejects.toThrow("its stream was read already, or is being read. Give a new one.");
});

test("an option that is for bytes is refused beside a string", async () => {
  for (const options of [{ encoding: "latin-1" }, { maxBytes: 10 }]) {
    const [name] = Object.keys(options);
    const refused = `Option ${name} is for bytes, but the text is a string. Leave it out.`;
    await expect(tableFromCsv(text, options)).rejects.toThrow(new DescriptionError(refused));
    await expect(tableFromCsv([text], options)).rejects.toThrow(refused);
  }
  await expect(tableFromCsv(text, { separator: ";" } as CsvTableOptions)).rejects.toThrow("separator");
  await expect(tableFromCsv(text, { signal: 5 } as unknown as CsvTableOptions)).rejects.toThrow("an AbortSignal");
});

test("more than maxBytes is refused, gzip by its unpacked size", async () => {
  const large = new Uint8Array(gzipSync("x\n".repeat(1e6)));
  await expect(tableFromCsv(large, { maxBytes: 1e6 })).rejects.toThrow(
    'Cannot read "the CSV text": its text is larger than 1 MB uncompressed. If that is expected, raise the limit: maxBytes: 2000000.',
  );
  expect((await tableFromCsv(large, { maxBytes: 2e6 })).rows).toBe(1e6 - 1);
});

test("gzip that is cut off or damaged is refused, with what to do", async () => {
  const noise = new Uint8Array(gzipSync(Array.from({ length: 5000 }, (_, i) => Math.sin(i)).join("\n")));
  const damaged = noise.slice();
  damaged.fill(255, 1000, 1100);
  for (const wrong of [noise.subarray(0, 2000), noise.subarray(0, -4), noise.subarray(0, 12), damaged]) {
    for (const given of [wrong, cut(wrong, 100)]) {
      await expect(tableFromCsv(given, { source: "a.csv.gz" })).rejects.toThrow(
        /^Cannot read "a\.csv\.gz": its gzip compression is damaged or incomplete \(.+\)\. Copy or download it again\.$/,
      );
    }
  }
});

test("a signal ends reading before it begins, while a part is waited for, and between parts", async () => {
  const message = 'Cannot read "the CSV text": reading was aborted by its signal.';
  await expect(tableFromCsv(text, { signal: AbortSignal.abort() })).rejects.toThrow(new RunFailedError(message));
  for (const first of [bytes, packed.subarray(0, 20)]) {
    const controller = new AbortController();
    let isCancelled = false;
    const stalled = new ReadableStream({
      start: (stream) => stream.enqueue(first),
      cancel: () => {
        isCancelled = true;
      },
    });
    const reading = tableFromCsv(stalled, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(reading).rejects.toThrow(message);
    expect(isCancelled).toBe(true);
  }
  const controller = new AbortController();
  const long = tableFromCsv(`x\n${"1\n".repeat(3e6)}`, { signal: controller.signal });
  setTimeout(() => controller.abort(), 1);
  await expect(long).rejects.toThrow(message);
});

test("an error of the source itself is passed on, and a source is closed where its text is no table", async () => {
  for (const first of [bytes, packed.subarray(0, 20), text]) {
    async function* broken(): AsyncGenerator<TextPart> {
      yield first;
      throw new TypeError("network error");
    }
    await expect(tableFromCsv(broken())).rejects.toThrow(new TypeError("network error"));
  }
  let isClosed = false;
  async function* endless(): AsyncGenerator<string> {
    try {
      yield "a,b\n";
      for (;;) yield "1,2,3\n".repeat(1000);
    } finally {
      isClosed = true;
    }
  }
  await expect(tableFromCsv(endless())).rejects.toThrow("line 1 has 2 values, but the lines after it have 3");
  expect(isClosed).toBe(true);
});
