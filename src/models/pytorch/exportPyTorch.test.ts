/** The names and shapes of a state dict, the program's text, and what is refused. What PyTorch makes of them: test/parity/pytorch.test.ts. */
import { expect, test } from "vitest";
import { classifierDocument, drawnParameters, regressorDocument } from "../../../test/exampleModels.ts";
import type { ColumnEncoding } from "../../data/encoding.ts";
import { predictionEngineOf } from "../../engines/predictionEngines.ts";
import {
  batchNorm,
  dense,
  dropout,
  embedding,
  layerNorm,
  parametricActivation,
  periodic,
  scale,
} from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import type { ModelDocument } from "../document.ts";
import { createModel, type Model } from "../model.ts";
import { decodeSafetensors, tensorValues } from "../safetensors.ts";
import { exportPyTorch } from "./exportPyTorch.ts";

const engine = predictionEngineOf("reference");

function opened(document: ModelDocument): Promise<Model> {
  return createModel(
    document,
    drawnParameters(document),
    engine,
    document.further?.map((member) => drawnParameters({ ...document, ...member })),
  );
}

const everyLayer: ModelDocument = {
  ...classifierDocument,
  encoder: {
    columns: [
      ...["a", "b", "c", "d", "e"].map((name): ColumnEncoding => {
        return { kind: "number", name, median: 0, scale: 1, missingIndicator: false };
      }),
      { kind: "category", name: "f", categories: ["x", "y"], form: "code", missingIndicator: false },
      { kind: "category", name: "g", categories: ["x", "y", "z"], form: "code", missingIndicator: false },
    ],
  },
  network: network({
    inputs: 7,
    layers: [
      embedding(
        [
          { column: 5, cardinality: 3 },
          { column: 6, cardinality: 4 },
        ],
        { dimension: 2 },
      ),
      periodic([0, 1], { frequencies: 4, units: 3 }),
      scale(),
      dense(6, { bias: false }),
      batchNorm(),
      parametricActivation("selu"),
      dense(5, { activation: "tanh" }),
      dropout(0.25),
      layerNorm({ epsilon: 1e-6 }),
      dense(2),
    ],
  }),
};

test("the tensors of every kind of layer have PyTorch's names and shapes, at the places of their modules", async () => {
  using model = await opened(everyLayer);
  const { tensors, metadata } = decodeSafetensors(exportPyTorch(model).weights);
  expect([...metadata]).toEqual([
    ["format", "pt"],
    ["producer", "gradus"],
  ]);
  const found = Array.from(tensors, ([name, { dtype, shape }]) => `${name} ${dtype} [${shape}]`);
  expect(found).toEqual([
    "4.num_batches_tracked I64 []",
    "0.tables.0.weight F32 [3,2]",
    "0.tables.1.weight F32 [4,2]",
    "1.frequencies F32 [2,4]",
    "1.phases F32 [2,4]",
    "1.weight F32 [2,3,4]",
    "1.bias F32 [2,3]",
    "2.weight F32 [15]",
    "3.weight F32 [6,15]",
    "4.weight F32 [6]",
    "4.bias F32 [6]",
    "4.running_mean F32 [6]",
    "4.running_var F32 [6]",
    "5.weight F32 [6]",
    "6.weight F32 [5,6]",
    "6.bias F32 [5]",
    "9.weight F32 [5]",
    "9.bias F32 [5]",
    "10.weight F32 [2,5]",
    "10.bias F32 [2]",
  ]);
  const numbers = [...tensors]
    .filter(([, { dtype }]) => dtype === "F32")
    .flatMap(([, tensor]) => [...tensorValues(tensor)]);
  expect(numbers).toEqual([...model.parameters]);
});

test("of several networks each is a member", async () => {
  using model = await opened({
    ...regressorDocument,
    further: [{ encoder: regressorDocument.encoder, network: regressorDocument.network }],
  });
  const { tensors } = decodeSafetensors(exportPyTorch(model).weights);
  expect([...tensors.keys()]).toEqual([
    "members.0.0.weight",
    "members.0.0.bias",
    "members.1.0.weight",
    "members.1.0.bias",
  ]);
});

test("texts of the table are literals of ASCII, whatever they hold", async () => {
  const odd = 'a"""\\\n\u2028"; import os #\u{1F600}';
  const [number, ...others] = classifierDocument.encoder.columns;
  using model = await opened({
    ...classifierDocument,
    encoder: { columns: [{ ...number, name: odd }, ...others] },
    target: { ...classifierDocument.target, classes: [odd, "tern"] } as ModelDocument["target"],
  });
  const { program } = exportPyTorch(model, { weightsFile: odd });
  expect(program).toMatch(/^[\n\x20-\x7e]+$/);
  const literal = '"a\\"\\"\\"\\\\\\u000a\\u2028\\"; import os #\\U0001f600"';
  expect(program.split(literal).length - 1).toBe(4); // the file, the class, the column twice
});

test("intervals of a model without residuals, and a wrong option, are refused", async () => {
  using model = await opened(regressorDocument);
  expect(() => exportPyTorch(model, { interval: 0.9 })).toThrow(/no residuals of calibration rows/);
  expect(() => exportPyTorch(model, { file: "x" } as object)).toThrow(/file/);
});
