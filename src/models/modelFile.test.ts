import fc from "fast-check";
import { expect, test } from "vitest";
import { classifierDocument, drawnParameters, regressorDocument } from "../../test/exampleModels.ts";
import { fileOf } from "../../test/fuzz/models/goodModels.ts";
import { ModelFileError, ShapeError } from "../errors.ts";
import type { ModelDocument } from "./document.ts";
import { readModelFile, writeModelFile } from "./modelFile.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor, tensorOf } from "./safetensors.ts";

const file = writeModelFile(classifierDocument, drawnParameters(classifierDocument));
const content = readModelFile(file);
const utf8 = new TextEncoder();

/** The message that reading ends with; fails when it ends otherwise. */
function refusal(bytes: Uint8Array): string {
  try {
    readModelFile(bytes, "birds.gradus");
  } catch (error) {
    if (error instanceof ModelFileError) return error.message;
    throw error;
  }
  throw new Error("It was read.");
}

/** A file with another document or other tensors than `file`, and the checksum that belongs to them. */
function forged(document: unknown, tensors: ReadonlyMap<string, Tensor> = decodeSafetensors(file).tensors): Uint8Array {
  return fileOf(document, tensors);
}

test.each([
  ["classifier", classifierDocument],
  ["regressor", regressorDocument],
])("a %s is read as it was written, and written again to the same bytes", (_, document) => {
  const parameters = drawnParameters(document);
  const bytes = writeModelFile(document, parameters);
  const read = readModelFile(bytes);
  expect(read).toEqual({ document, parameters });
  expect(writeModelFile(read.document, read.parameters)).toEqual(bytes);
});

test("the same model gives the same bytes, whatever the order of its document's fields", () => {
  const reversed = Object.fromEntries(Object.entries(classifierDocument).reverse()) as unknown as ModelDocument;
  expect(writeModelFile(reversed, drawnParameters(classifierDocument))).toEqual(file);
});

test("the file is a safetensors file with a tensor for each of the network's", () => {
  const { metadata, tensors } = decodeSafetensors(file);
  expect([...metadata.keys()]).toEqual(["format", "crc32", "gradus"]);
  expect(metadata.get("format")).toBe("gradus");
  expect([...tensors].map(([name, { dtype, shape }]) => `${name} ${dtype} ${shape.join("×")}`)).toEqual([
    "layers.0.weights F32 3×7",
    "layers.0.bias F32 3",
    "layers.2.weights F32 2×3",
    "layers.2.bias F32 2",
  ]);
});

test("metrics that are not numbers are saved as null", () => {
  const document = { ...classifierDocument, metrics: { test: { rocAuc: Number.NaN } } };
  const read = readModelFile(writeModelFile(document, content.parameters));
  expect(read.document.metrics).toEqual({ test: { rocAuc: null } });
});

test("what could not be read again is not written", () => {
  const { network, target } = classifierDocument;
  const parameters = drawnParameters(classifierDocument);
  expect(() => writeModelFile({ ...classifierDocument, network: { ...network, inputs: 6 } }, parameters)).toThrow(
    new ModelFileError("network.inputs: expected 7 as in the encoder's columns, found 6."),
  );
  expect(() =>
    writeModelFile({ ...classifierDocument, target: { ...target, column: undefined } as never }, parameters),
  ).toThrow(new ModelFileError("model.target.column is missing."));
  expect(() => writeModelFile(classifierDocument, parameters.subarray(1))).toThrow(ShapeError);
  expect(() => writeModelFile(classifierDocument, parameters.with(22, Number.NaN))).toThrow(
    new ModelFileError("Expected finite parameters, found NaN in layers.0.bias[1]."), // 3 × 7 weights come before
  );
});

test("a file cut off anywhere is refused", () => {
  for (let length = 0; length < file.length; length++) refusal(file.subarray(0, length));
  expect(refusal(file.subarray(0, -1))).toBe(
    "birds.gradus: The file is damaged: Expected 128 bytes of numbers, found 127: the file is cut off. " +
      "Use another copy of the file, or train the model again.", // 128 = 4 · (21 + 3 + 6 + 2)
  );
  expect(refusal(file.subarray(0, 1000))).toMatch(/damaged: Expected a header of \d+ bytes, found 992 in the file/);
});

test("a file with any bit flipped, or with any byte made a blank, is refused", () => {
  const small = writeModelFile(regressorDocument, drawnParameters(regressorDocument));
  const altered = Uint8Array.from(small);
  for (let at = 0; at < small.length; at++) {
    const flips = Array.from({ length: 8 }, (_, bit) => small[at] ^ (1 << bit));
    for (const value of [...flips, ...utf8.encode(" \t\n")]) {
      if (value === small[at]) continue;
      altered[at] = value;
      refusal(altered);
    }
    altered[at] = small[at];
  }
});

test("a file with several bytes altered is refused, or holds the same model", () => {
  const change = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 2, maxLength: 5 }), fc.nat(3), (changes, extra) => {
      const altered = new Uint8Array(file.length + extra);
      altered.set(file);
      for (const [at, value] of changes) altered[at] = value;
      try {
        expect(readModelFile(altered)).toEqual(content);
      } catch (error) {
        expect(error).toBeInstanceOf(ModelFileError);
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});

test("an altered number is found by the checksum", () => {
  const altered = Uint8Array.from(file);
  altered[altered.length - 1] ^= 1;
  expect(refusal(altered)).toMatch(
    /^birds\.gradus: The file was altered after it was saved: expected the checksum [0-9a-f]{8}, found [0-9a-f]{8}\. Use another copy/,
  );
});

test("a newer version is named, with the remedy", () => {
  expect(refusal(forged({ formatVersion: 7, libraryVersion: "3.1.0", whatever: [] }))).toBe(
    "birds.gradus: The model has format version 7 (gradus 3.1.0); this gradus reads up to version 6. " +
      "Install a newer version of gradus.",
  );
  expect(refusal(forged({ ...classifierDocument, formatVersion: 0 }))).toContain(
    "model.formatVersion: expected 1 or 2 or 3 or 4 or 5 or 6, found 0.",
  );
});

test.each([
  ["an empty file", "", "This is an empty file, not a gradus model."],
  ["a table", "species,island\nAdelie,Biscoe\n", 'This is text that begins "species,island", not a gradus model.'],
  ["JSON", '{"name":"gradus"}', 'This is JSON text that begins "{\\"name\\":\\"gradus\\"}", not a gradus model.'],
  ["an archive", "PK\x03\x04\x14\0\0\0\x08\0\x08\0", "This is a ZIP archive, such as"],
  ["anything else", "\x01\x02\0\0\x05\x06\x07\x08\x09\x10", "This is another kind of file, or one whose"],
])("%s is refused as what it is", (_, latin1, message) => {
  const bytes = Uint8Array.from(latin1, (character) => character.charCodeAt(0));
  expect(refusal(bytes)).toContain(`birds.gradus: ${message}`);
  expect(refusal(bytes)).toContain('Give a file that "gradus train" or model.toBytes() made.');
});

test("an ONNX file is refused with what makes a model of it", () => {
  const onnx = Uint8Array.of(0x08, 10, 0x12, 7, ...new TextEncoder().encode("pytorch"));
  expect(refusal(onnx)).toBe(
    'birds.gradus: This is an ONNX file, not a gradus model. "gradus import" or importOnnx makes one of it.',
  );
});

test("a safetensors file of another library is refused as what it is", () => {
  const tensors = new Map([["w", tensorOf([1], Float32Array.of(1))]]);
  expect(refusal(encodeSafetensors({ metadata: new Map([["format", "pt"]]), tensors }))).toContain(
    'This is a safetensors file with the format "pt", without a gradus model\'s description, not a gradus model.',
  );
  expect(refusal(encodeSafetensors({ metadata: new Map(), tensors }))).toContain("This is a safetensors file, without");
});

test("tensors that are not the network's are refused", () => {
  const { tensors } = decodeSafetensors(file);
  const with_ = (changes: Iterable<readonly [string, Tensor]>) =>
    refusal(forged(classifierDocument, new Map([...tensors, ...changes])));
  expect(with_([["more", tensorOf([1], new Float32Array(1))]])).toContain(
    "Expected 4 tensors with 32 numbers in all for the network, found 5 with 132 bytes.",
  );
  expect(with_([["layers.2.weights", tensorOf([3, 2], new Float32Array(6))]])).toContain(
    'Expected a tensor "layers.2.weights" of F32 [2,3], found F32 [3,2].',
  );
  expect(with_([["layers.2.bias", { dtype: "U32", shape: [2], bytes: new Uint8Array(8) }]])).toContain(
    'Expected a tensor "layers.2.bias" of F32 [2], found U32 [2].',
  );
  expect(with_([["layers.2.bias", tensorOf([2], Float32Array.of(0, Number.POSITIVE_INFINITY))]])).toContain(
    "Expected finite parameters, found Infinity in layers.2.bias[1].",
  );
  const renamed = new Map([...tensors].map(([name, tensor]) => [name.replace("2", "1"), tensor]));
  expect(refusal(forged(classifierDocument, renamed))).toContain(
    'Expected a tensor "layers.2.weights" of F32 [2,3], found none.',
  );
});

test("a network too large for its file is refused before anything is allocated", () => {
  const layers = [
    { ...classifierDocument.network.layers[0], units: 2 ** 24 },
    ...classifierDocument.network.layers.slice(1),
  ];
  expect(refusal(forged({ ...classifierDocument, network: { ...classifierDocument.network, layers } }))).toContain(
    "Expected 4 tensors with",
  );
});

test("fields that this version does not know are ignored", () => {
  const { network } = classifierDocument;
  const more = { ...classifierDocument, network: { ...network, colour: "red" }, note: { a: 1 } };
  expect(readModelFile(forged(more))).toEqual(content);
});

test("no document pollutes a prototype", () => {
  const json = JSON.stringify(classifierDocument).replace(/\{/g, '{"__proto__":{"polluted":true},');
  const { document } = readModelFile(forged(JSON.parse(json)));
  const without = (read: ModelDocument) => ({ ...read, metrics: {}, provenance: { ...read.provenance, options: {} } });
  expect(without(document)).toEqual(without(content.document));
  // What is kept and not computed with has the field, as a field.
  for (const kept of [document.metrics, document.provenance.options]) {
    expect(Object.hasOwn(kept, "__proto__")).toBe(true);
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
  }
  expect("polluted" in {}).toBe(false);
});

test("a document with any part replaced is read or refused with a ModelFileError", () => {
  const places = placesOf(classifierDocument);
  const strange = fc.oneof(
    fc.json().map((json): unknown => JSON.parse(json)),
    fc.constantFrom<unknown>(null, -1, 0, 0.5, 1e300, 2 ** 52, "", "relu", "__proto__", "constructor", [], {}, [null]),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), strange, (place, value) => {
      try {
        readModelFile(forged(replaced(classifierDocument, place, value)));
      } catch (error) {
        expect(error).toBeInstanceOf(ModelFileError);
      }
    }),
    { numRuns: 1000, seed: 1 },
  );
});

/** Every path of keys into a value. */
function placesOf(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, part]) => placesOf(part).map((rest) => [key, ...rest]))];
}

/** A copy of a value with another one at a path. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}
