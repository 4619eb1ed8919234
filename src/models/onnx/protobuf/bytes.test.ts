import { expect, test } from "vitest";
import { encodeSafetensors, tensorOf } from "../../safetensors.ts";
import { float, floats, int, ML_DOMAIN, type OnnxModel, strings } from "../graph.ts";
import { bytesOfModel, modelFromBytes } from "./bytes.ts";

const model: OnnxModel = {
  operatorSets: new Map([
    ["", 17],
    [ML_DOMAIN, 3],
  ]),
  producer: "a test",
  producerVersion: "1",
  description: "é 漢",
  metadata: new Map([["task", "none"]]),
  graph: {
    nodes: [
      {
        operator: "Gemm",
        domain: "",
        name: "first",
        inputs: ["x", "w", ""],
        outputs: ["y"],
        attributes: {
          transB: int(1),
          alpha: float(0.5),
          perm: { type: "ints", value: [1, 0, -1] },
          values: floats([0.25, -2]),
          mode: { type: "string", value: "né" },
          keys: strings(["a", ""]),
          value: { type: "tensor", value: { type: "double", shape: [], values: [Math.PI] } },
        },
      },
    ],
    constants: new Map([
      ["w", { type: "float", shape: [2, 1], values: [1.5, -0.25] }],
      ["days", { type: "int64", shape: [2], values: [-1, 2 ** 40] }],
      ["names", { type: "string", shape: [2], values: ["é", "漢"] }],
      ["flags", { type: "bool", shape: [2], values: [1, 0] }],
      ["whole", { type: "int32", shape: [1], values: [-7] }],
    ]),
    inputs: [{ name: "x", type: "float", shape: ["rows", 2], description: "two numbers" }],
    outputs: [{ name: "y", type: "float", shape: ["rows", 1] }],
  },
};

/** Typed arrays as lists, to compare. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, of) =>
      of instanceof Map ? [...of] : ArrayBuffer.isView(of) ? Array.from(of as Float64Array) : of,
    ),
  );

test("a model is read from its bytes as it was written", () => {
  const read = modelFromBytes(bytesOfModel(model));
  expect(plain(read)).toEqual(plain(model));
});

test("the same model gives the same bytes, in the known format", () => {
  const bytes = bytesOfModel(model);
  expect(bytesOfModel(model)).toEqual(bytes);
  // Field 1, the representation's version: 8. Field 8, an operator set: its version, 17, in field 2.
  expect([...bytes.subarray(0, 2)]).toEqual([0x08, 8]);
  expect(Buffer.from(bytes).includes(Buffer.from([0x10, 17]))).toBe(true);
});

test("bytes that are no ONNX model are refused with what they seem to be", () => {
  const bytes = bytesOfModel(model);
  expect(() => modelFromBytes(new Uint8Array())).toThrow("Expected an ONNX model, found an empty file.");
  expect(() => modelFromBytes(bytes.subarray(0, bytes.length - 3))).toThrow("a file that is damaged or cut off");
  expect(() => modelFromBytes(new TextEncoder().encode("a,b\n1,2\n"))).toThrow(
    'Expected an ONNX model, found text that begins "a,b".',
  );
  const file = (metadata: readonly (readonly [string, string])[]) =>
    encodeSafetensors({ metadata: new Map(metadata), tensors: new Map([["w", tensorOf([1], Float32Array.of(1))]]) });
  expect(() => modelFromBytes(file([["gradus", "{}"]]))).toThrow("found a model of gradus, which needs no import");
  expect(() => modelFromBytes(file([]))).toThrow("found weights, a safetensors file");
});

test("a constant with too few numbers is refused", () => {
  const constants = new Map([["w", { type: "float", shape: [3], values: [1] } as const]]);
  const bytes = bytesOfModel({ ...model, graph: { ...model.graph, constants } });
  expect(() => modelFromBytes(bytes)).toThrow('tensor "w": expected 3 values, found 1');
});
