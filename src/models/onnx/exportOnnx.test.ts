import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Model, train } from "../../index.ts";
import { withDocument } from "../model.ts";
import { exportOnnx, onnxModel } from "./exportOnnx.ts";
import { modelFromBytes } from "./protobuf/bytes.ts";

let model: Model;

afterEach(() => {
  vi.doUnmock("./protobuf/bytes.ts");
});

beforeAll(async () => {
  const table = Array.from({ length: 60 }, (_, i) => ({
    ...{ size: i % 9 === 0 ? null : i, label: i % 2 === 0 ? "a" : 'b"', day: new Date(1e12 + i * 1e9) },
    ...{ garden: i % 3 === 0, kind: i < 30 ? "low" : "high" },
  }));
  ({ model } = await train({ table, target: "kind", epochs: 1, hidden: [4], folds: 2 }));
});

test("each column is an input, with what it takes; a name that is taken has a _", async () => {
  const { graph, operatorSets } = modelFromBytes(await exportOnnx(model));
  expect(graph.inputs.map(({ name, type, shape, description }) => [name, type, ...shape, description])).toEqual([
    ["size", "double", "rows", 1, "A number; NaN where it is missing."],
    ["label", "string", "rows", 1, 'A text without spaces around it; "" where the value is missing.'],
    ["day", "double", "rows", 1, "Milliseconds since 1970-01-01T00:00Z; NaN where the date is missing."],
    ["garden", "double", "rows", 1, "1 for true, 0 for false; NaN where the value is missing."],
  ]);
  expect(graph.outputs.map(({ name, type, shape }) => [name, type, ...shape])).toEqual([
    ["label_", "string", "rows"],
    ["probabilities", "float", "rows", 2],
  ]);
  expect(graph.outputs[0].description).toMatch(/ Named with a _ because a column is named label\.$/);
  expect([...operatorSets]).toEqual([
    ["", 17],
    ["ai.onnx.ml", 3],
  ]);
});

test("a numeric file begins at the matrices of the networks", async () => {
  const { graph } = modelFromBytes(await exportOnnx(model, { numeric: true }));
  expect(graph.inputs.map(({ name, type }) => [name, type])).toEqual([
    ["inputs_1", "float"],
    ["inputs_2", "float"],
  ]);
  expect(graph.nodes.filter(({ domain }) => domain !== "")).toEqual([]);
});

test("constants that onnxruntime would take for 0 are added by Sum", () => {
  const { document } = model;
  const tiny = document.encoder.columns.map((column) =>
    column.kind === "number" ? { ...column, median: 3e-100, scale: 1e99 } : column,
  );
  const changed = withDocument(model, { ...document, encoder: { columns: tiny } });
  const { nodes, constants } = onnxModel(changed).graph;
  const taking = nodes.filter(({ inputs }) => inputs.some((name) => /e-100$/.test(name)));
  expect(taking.map(({ operator }) => operator).sort()).toEqual(["Sum", "Where"]);
  const sum = taking.find(({ operator }) => operator === "Sum");
  expect(constants.get(sum?.inputs[1] ?? "")?.values).toEqual([-3e-100]);
});

test("every value is made once, before it is taken", () => {
  const { nodes, constants, inputs, outputs } = onnxModel(model).graph;
  const made = new Set([...constants.keys(), ...inputs.map(({ name }) => name)]);
  for (const node of nodes) {
    expect(node.inputs.filter((name) => !made.has(name))).toEqual([]);
    for (const name of node.outputs) {
      expect(made.has(name), name).toBe(false);
      made.add(name);
    }
  }
  expect(outputs.filter(({ name }) => !made.has(name))).toEqual([]);
});

test("what a model doesn't have is refused by name", async () => {
  await expect(exportOnnx(model, { interval: 0.9 })).rejects.toThrow("no residuals of calibration rows");
  await expect(exportOnnx(model, { numbers: true } as object)).rejects.toThrow("numbers");
  await expect(exportOnnx({} as Model)).rejects.toThrow("exportOnnx's model");
});

test("a column without a name, and one that networks read as different types, are refused", async () => {
  const { document } = model;
  const renamed = structuredClone(document.encoder.columns).map((column, at) => ({
    ...column,
    name: at === 0 ? "" : column.name,
  }));
  const nameless = withDocument(model, { ...document, encoder: { columns: renamed } });
  await expect(exportOnnx(nameless)).rejects.toThrow("A column of the model has no name");
  const further = (document.further ?? []).map((member) => ({
    ...member,
    encoder: {
      columns: member.encoder.columns.map((column) =>
        column.name === "label" ? { ...column, reading: { type: "number" as const } } : column,
      ),
    },
  }));
  const mixed = withDocument(model, { ...document, further });
  await expect(exportOnnx(mixed)).rejects.toThrow('read the column "label" as string and as double');
});

test("without the package that writes the bytes, the error says what to install", async () => {
  vi.resetModules();
  vi.doMock("./protobuf/bytes.ts", () => {
    throw new Error("Cannot find package '@bufbuild/protobuf'");
  });
  const { exportOnnx: without } = await import("./exportOnnx.ts");
  await expect(without(model)).rejects.toThrow("npm install @bufbuild/protobuf@2");
});
