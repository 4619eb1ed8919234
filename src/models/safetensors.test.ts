import fc from "fast-check";
import { expect, test } from "vitest";
import { ModelFileError, ShapeError } from "../errors.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor, tensorOf, tensorValues } from "./safetensors.ts";

const utf8 = new TextEncoder();

/** A file around a header given as text: its length, the header, then `data` zero bytes. */
function fileWith(header: string | Uint8Array, data = 0): Uint8Array {
  const bytes = typeof header === "string" ? utf8.encode(header) : header;
  const file = new Uint8Array(8 + bytes.length + data);
  new DataView(file.buffer).setUint32(0, bytes.length, true);
  file.set(bytes, 8);
  return file;
}

const one = (fields: object): string =>
  JSON.stringify({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...fields } });

test("a file has the layout of the format, byte for byte", () => {
  const file = encodeSafetensors({
    metadata: new Map([["k", "v"]]),
    tensors: new Map([["w", tensorOf([2, 1], Float32Array.of(1, -2))]]),
  });
  const header = '{"__metadata__":{"k":"v"},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  expect([...file.subarray(0, 8)]).toEqual([padded.length, 0, 0, 0, 0, 0, 0, 0]);
  expect(new TextDecoder().decode(file.subarray(8, 8 + padded.length))).toBe(padded);
  // 1 = 0x3f800000 and −2 = 0xc0000000, least significant byte first.
  expect([...file.subarray(8 + padded.length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
});

test("what is written is read again: names, shapes, numbers to the bit, metadata", () => {
  const shape = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 });
  const tensor = fc.tuple(shape, fc.array(fc.float(), { minLength: 9, maxLength: 9 }));
  const written = tensor.map(([extents, numbers]) => {
    const values = numbers.slice(
      0,
      extents.reduce((product, extent) => product * extent, 1),
    );
    return tensorOf(extents, Float32Array.from(values));
  });
  const name = fc.string({ unit: "grapheme", maxLength: 5 });
  const file = fc.record({
    metadata: fc.array(fc.tuple(name, name)).map((pairs) => new Map(pairs)),
    tensors: fc.array(fc.tuple(name, written), { maxLength: 4 }).map((pairs) => new Map<string, Tensor>(pairs)),
  });
  fc.assert(
    fc.property(file, (content) => {
      const bytes = encodeSafetensors(content);
      expect(encodeSafetensors(content)).toEqual(bytes);
      // At an odd offset of a larger buffer, where a typed array could not lie.
      const shifted = new Uint8Array(bytes.length + 3).subarray(3);
      shifted.set(bytes);
      const { metadata, tensors } = decodeSafetensors(shifted);
      expect(metadata).toEqual(content.metadata);
      expect(tensors).toEqual(content.tensors);
      for (const [key, value] of tensors) {
        expect(tensorOf(value.shape, tensorValues(value))).toEqual(content.tensors.get(key));
      }
    }),
  );
});

test("the values read are copies", () => {
  const file = encodeSafetensors({ metadata: new Map(), tensors: new Map([["a", tensorOf([1], Float32Array.of(7))]]) });
  const tensor = decodeSafetensors(file).tensors.get("a") as Tensor;
  const values = tensorValues(tensor);
  file.fill(0);
  expect([...values]).toEqual([7]);
});

test("a header without metadata, with spaces after it and with other types is read", () => {
  const header =
    '{"b":{"dtype":"F16","shape":[3],"data_offsets":[4,10]},"a":{"dtype":"U8","shape":[2,2],"data_offsets":[0,4]}}   ';
  const { metadata, tensors } = decodeSafetensors(fileWith(header, 10));
  expect(metadata.size).toBe(0);
  expect([...tensors.keys()]).toEqual(["a", "b"]); // in the order of their numbers
  expect(tensors.get("b")?.dtype).toBe("F16");
});

test.each([
  ["nothing", new Uint8Array(), "Expected at least 8 bytes, found 0: the file is cut off."],
  ["7 bytes", new Uint8Array(7), "Expected at least 8 bytes, found 7"],
  ["a header of no bytes", new Uint8Array(8), 'begin with "{"'],
  ["a header beyond the end", fileWith("{}").subarray(0, 9), "Expected a header of 2 bytes, found 1 in the file"],
  [
    "a header above 100 MB",
    Uint8Array.of(1, 0xe1, 0xf5, 5, 0, 0, 0, 0),
    "at most 100000000 bytes, found a length of 100000001",
  ],
  ["a length that needs 64 bits", new Uint8Array(16).fill(255), "found a length of 18446744073709552000"],
  ["bytes that are not UTF-8", fileWith(Uint8Array.of(0x7b, 0xff, 0x7d)), "UTF-8"],
  ["a byte order mark", fileWith("\ufeff{}"), 'begin with "{"'],
  ["a space before the header", fileWith(" {}"), 'begin with "{"'],
  ["a tab after the header", fileWith("{}\t"), 'end with "}" and spaces'],
  ["text that is not JSON", fileWith("{a}"), "Expected the header to be JSON"],
  ["a tensor that is not an object", fileWith('{"a":3}'), 'tensor "a": expected an object with named fields, found 3.'],
  ["metadata that is not text", fileWith('{"__metadata__":{"n":1}}'), "__metadata__.n: expected text, found 1."],
  ["no type", fileWith(one({ dtype: undefined }), 8), 'tensor "a".dtype is missing.'],
  ["an unknown type", fileWith(one({ dtype: "F3" }), 8), "found F3"],
  ["a type named like a method", fileWith(one({ dtype: "toString" }), 8), "found toString"],
  [
    "a negative extent",
    fileWith(one({ shape: [-2] }), 8),
    'tensor "a".shape[0]: expected a whole number of at least 0, found -2.',
  ],
  ["a broken extent", fileWith(one({ shape: [1.5] }), 8), "found 1.5"],
  ["extents whose product overflows", fileWith(one({ shape: [2 ** 52, 2 ** 52, 2 ** 52] }), 8), "found 8."],
  [
    "three offsets",
    fileWith(one({ data_offsets: [0, 8, 8] }), 8),
    "expected data_offsets [begin, end], found [0,8,8].",
  ],
  ["offsets the wrong way round", fileWith(one({ data_offsets: [8, 0] }), 8), "expected data_offsets [begin, end]"],
  ["offsets that do not fit the shape", fileWith(one({ shape: [3] }), 8), "expected 12 bytes for F32 [3], found 8."],
  ["a gap", fileWith(one({ data_offsets: [4, 12] }), 12), 'Expected tensor "a" to begin at byte 0, found 4.'],
  ["an end beyond the file", fileWith(one({}), 7), "Expected 8 bytes of numbers, found 7: the file is cut off."],
  [
    "bytes that no tensor claims",
    fileWith(one({}), 9),
    "Expected 8 bytes of numbers, found 9: something follows them.",
  ],
])("%s is refused", (_, file, message) => {
  expect(() => decodeSafetensors(file)).toThrow(ModelFileError);
  expect(() => decodeSafetensors(file)).toThrow(message);
});

test("tensors that overlap are refused", () => {
  const tensor = (begin: number) => ({ dtype: "F32", shape: [2], data_offsets: [begin, begin + 8] });
  const header = JSON.stringify({ a: tensor(0), b: tensor(4) });
  expect(() => decodeSafetensors(fileWith(header, 12))).toThrow('Expected tensor "b" to begin at byte 8, found 4.');
});

test("a name like __proto__ is a name", () => {
  const content = {
    metadata: new Map([["__proto__", "x"]]),
    tensors: new Map([["__proto__", tensorOf([], Float32Array.of(1))]]),
  };
  expect(decodeSafetensors(encodeSafetensors(content))).toEqual(content);
});

test("numbers that do not fill a shape are refused", () => {
  expect(() => tensorOf([2, 3], new Float32Array(5))).toThrow(
    new ShapeError("Expected 6 numbers for a tensor of shape [2,3], found 5."),
  );
});

test("any bytes are read or refused with a ModelFileError", () => {
  const header = fc.json().map((json) => fileWith(`{"a":${json}}`));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), header), (file) => {
      try {
        decodeSafetensors(file);
      } catch (error) {
        expect(error).toBeInstanceOf(ModelFileError);
      }
    }),
  );
});
