/** Weights from PyTorch: what a model keeps with them, and every tensor that doesn't fit is named. What PyTorch saves: test/parity/pytorch.test.ts. */
import { beforeAll, expect, test } from "vitest";
import { drawnParameters, regressorDocument } from "../../test/exampleModels.ts";
import { predictionEngineOf } from "../engines/predictionEngines.ts";
import { FORMAT_VERSION, type ModelDocument } from "../models/document.ts";
import { createModel, type Model } from "../models/model.ts";
import { exportPyTorch } from "../models/pytorch/exportPyTorch.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor, tensorOf } from "../models/safetensors.ts";
import { batchNorm, dense } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { withPyTorchWeights } from "./withPyTorchWeights.ts";

let model: Model;
let tensors: ReadonlyMap<string, Tensor>;

beforeAll(async () => {
  const document: ModelDocument = {
    ...regressorDocument,
    formatVersion: FORMAT_VERSION,
    encoder: {
      columns: ["x", "y"].map((name) => ({ kind: "number", name, median: 4, scale: 0.5, missingIndicator: false })),
    },
    target: { task: "regression", columns: ["wing"], means: [30], deviations: [10] },
    network: network({ inputs: 2, layers: [dense(3), batchNorm(), dense(2, { activation: "relu" }), dense(1)] }),
    interval: { rows: 2, residuals: [[1, 2]] },
  };
  model = await createModel(document, drawnParameters(document), predictionEngineOf("reference"));
  ({ tensors } = decodeSafetensors(exportPyTorch(model).weights));
});

/** The file with some tensors in place of those of their names; without those that are undefined. */
function fileWith(changes: Readonly<Record<string, Tensor | undefined>>): Uint8Array {
  const all = Object.entries({ ...Object.fromEntries(tensors), ...changes });
  const kept = all.flatMap(([name, tensor]): [string, Tensor][] => (tensor ? [[name, tensor]] : []));
  return encodeSafetensors({ metadata: new Map(), tensors: new Map(kept) });
}

const refusal = async (bytes: Uint8Array): Promise<string> =>
  await withPyTorchWeights(model, bytes, { source: "w.safetensors" }).then(() => "taken", String);

test("the model's own weights give the same model; others leave out what was measured with those", async () => {
  using same = await withPyTorchWeights(model, fileWith({}));
  expect(same.toBytes()).toEqual(model.toBytes());
  const file = fileWith({ "0.bias": tensorOf([3], Float32Array.of(1, -2, 0.5)) });
  using changed = await withPyTorchWeights(model, file, { source: "w.safetensors" });
  expect(changed.parameters.filter((value, at) => value !== model.parameters[at])).toEqual(Float32Array.of(1, -2, 0.5));
  const { metrics, interval, verdict, warnings, provenance } = changed.document;
  expect([metrics, interval, verdict, provenance]).toEqual([{}, undefined, undefined, model.document.provenance]);
  expect(warnings?.at(-1)?.message).toMatch(
    /^The weights are those of w\.safetensors: .* prediction intervals.* are left out\.$/,
  );
  using twice = await withPyTorchWeights(changed, fileWith({}));
  expect(twice.document.warnings?.filter(({ code }) => code === "weights-replaced")).toHaveLength(1);
});

test("a batch count that is absent, or that PyTorch has counted on, is nothing to a model", async () => {
  const counted: Tensor = { dtype: "I64", shape: [], bytes: Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0) };
  for (const count of [undefined, counted]) {
    using same = await withPyTorchWeights(model, fileWith({ "1.num_batches_tracked": count }));
    expect(same.toBytes()).toEqual(model.toBytes());
  }
});

test("each tensor that is missing, surplus or of another shape or type is named", async () => {
  const half: Tensor = { dtype: "F16", shape: [3], bytes: new Uint8Array(6) };
  const file = fileWith({
    ...{ "0.weight": undefined, "1.weight": half, "2.bias": tensorOf([1, 2], new Float32Array(2)) },
    "9.weight": tensorOf([1], new Float32Array(1)),
  });
  const message = await refusal(file);
  expect(message).toMatch(/^ModelFileError: w\.safetensors: Expected the weights of the model/);
  for (const fault of [
    `"0.weight" [3,2] is missing`,
    `"1.weight" is of the type F16 instead of F32`,
    `"2.bias" is [1,2] instead of [2]`,
    `"9.weight" is not one of the model's`,
  ]) {
    expect(message).toContain(fault);
  }
});

test("of the weights of another network the first faults are told, and how many more there are", async () => {
  const other = new Map(Array.from(tensors, ([name, tensor]) => [`other.${name}.x`, tensor]));
  const message = await refusal(encodeSafetensors({ metadata: new Map(), tensors: other }));
  expect(message.match(/ is missing/g)).toHaveLength(5);
  expect(message).toMatch(/; and \d+ more\. Write it by/);
});

test("a state dict of a module that holds the network is recognised by its names", async () => {
  const longer = new Map(Array.from(tensors, ([name, tensor]) => [`module.${name}`, tensor]));
  const message = await refusal(encodeSafetensors({ metadata: new Map(), tensors: longer }));
  expect(message).toContain(`All names begin with "module.", which the model's don't.`);
});

test("numbers that are not finite, and a negative variance, are named with their place", async () => {
  const bias = tensorOf([3], Float32Array.of(0, Number.NaN, 1));
  expect(await refusal(fileWith({ "0.bias": bias }))).toContain(
    `Expected finite numbers in "0.bias", found NaN at index 1.`,
  );
  const variance = tensorOf([3], Float32Array.of(1, 1, -1));
  expect(await refusal(fileWith({ "1.running_var": variance }))).toContain(
    `Expected finite numbers of at least 0 in "1.running_var", found -1 at index 2.`,
  );
});

test("a gradus model, another file and one that is cut off are refused with what they are", async () => {
  expect(await refusal(model.toBytes())).toContain("This is a gradus model, not weights that PyTorch saved.");
  expect(await refusal(new TextEncoder().encode("PK\x03\x04 and more"))).toContain("Found a ZIP archive, such as");
  expect(await refusal(fileWith({}).subarray(0, 200))).toContain("Expected a safetensors file. Expected a header of");
});
