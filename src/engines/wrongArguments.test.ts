/** What a newcomer passes by mistake, and what each engine's session answers. */
import { describe, expect, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { DescriptionError, ShapeError } from "../errors.ts";
import { dense, type Layer } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { fit } from "../training/fit.ts";
import { createSession } from "./factory.ts";

const small = network({ inputs: 2, layers: [dense(3), dense(1)] });
const given = { inputs: [0, 0, 1, 1], desired: [0, 1] };

describe.each(enginesHere)("%s", (engine) => {
  const session = () => createSession({ network: small, loss: "meanSquaredError", batchSize: 2, engine });

  test("arrays where loaded patterns are expected are not called those of another session", async () => {
    using own = await session();
    const arrays = given as unknown as ReturnType<typeof own.load>;
    for (const call of [() => own.run(arrays, [0]), () => own.evaluate(arrays), () => own.gradient(arrays, [0])]) {
      const message = `Expected loaded patterns, found ${JSON.stringify(given)}. Load them first: session.load({ inputs, desired }).`;
      await expect(async () => call()).rejects.toThrow(new DescriptionError(message));
    }
    using other = await session();
    const patterns = other.load(given);
    await expect(async () => own.run(patterns, [0])).rejects.toThrow("loaded by another session");
  });

  test("loaded patterns where arrays are expected are named", async () => {
    using own = await session();
    const patterns = own.load(given);
    await expect(fit(own, { training: patterns as unknown as typeof given, epochs: 1 })).rejects.toThrow(
      "Expected the training patterns to be { inputs, desired }, found what load returned. Give the arrays: they are loaded by this call.",
    );
    await expect(fit(own, { training: { ...given, x: 1 } as typeof given, epochs: 1 })).rejects.toThrow(
      'Unknown option of the training patterns "x".',
    );
  });

  test("lists of rows are named, with what makes them flat", async () => {
    using own = await session();
    const flat = "to be one flat list of numbers, row after row, found a list of lists.";
    const nested = [[0, 0], [1, 1]] as unknown as number[]; // biome-ignore format: rows
    expect(() => own.load({ inputs: nested, desired: [0, 1] })).toThrow(
      new ShapeError(`Expected inputs ${flat} inputs.flat() makes it flat.`),
    );
    expect(() => own.load({ inputs: given.inputs, desired: nested })).toThrow(`Expected desired ${flat}`);
    await expect(async () => own.predict([[0, 0]] as unknown as number[])).rejects.toThrow(`Expected inputs ${flat}`);
  });

  test("of a wrong number of targets it is the targets that are named", async () => {
    using own = await session();
    await expect(async () => own.learn([0, 1], [1, 2])).rejects.toThrow(
      new ShapeError("Expected 1 number, one for each output, in desired, found 2."),
    );
    expect(() => own.load({ inputs: [0, 1], desired: [1, 2] })).toThrow(
      "Expected inputs of 2 rows of 2 numbers, found 2 numbers in all. Desired has 2 rows.",
    );
    const two = network({ inputs: 2, layers: [dense(2)] });
    using classes = await createSession({ network: two, loss: "crossEntropy", engine });
    await expect(async () => classes.learn([0, 1], [])).rejects.toThrow(
      "Expected 1 number, the class index, in desired, found 0.",
    );
  });
});

describe("a description", () => {
  const layers = (layer: unknown) => () => network({ inputs: 2, layers: [layer as Layer, dense(1)] });

  test.each([
    [4, "found 4."],
    ["relu", 'found "relu".'],
    [dense, "found a function."],
    [{ units: 3 }, 'found {"units":3}.'],
  ])("of a layer that is none, %s, is refused with what makes one", (layer, found) => {
    expect(layers(layer)).toThrow(`Expected layer 0 to be a layer, as dense(4) or dropout(0.1) makes one, ${found}`);
  });

  test("of given weights with a misspelt bias is refused, and not learned without it", () => {
    const initialisation = { weights: [[1, 2]], biases: [3] };
    expect(layers(dense(1, { initialisation }))).toThrow(
      'Unknown option of the initialisation of layer 0 (dense) "biases". Did you mean "bias"? Known: weights, bias.',
    );
  });

  test("of a layer or a code column with a field that it does not have is refused", () => {
    expect(layers({ ...dense(3), dropout: 0.5 })).toThrow('Unknown option of layer 0 (dense) "dropout".');
    const columns = [{ column: 0, cardinality: 3, dimension: 8 }];
    expect(layers({ kind: "embedding", columns, dimension: 2 })).toThrow(
      'Unknown option of a code column of layer 0 (embedding) "dimension".',
    );
  });

  test("without a name says so", async () => {
    const create = (optimizer: object) =>
      createSession({ network: small, loss: "meanSquaredError", optimizer: optimizer as { name: "sgd" } });
    await expect(create({ type: "adam" })).rejects.toThrow("The optimizer has no name. Known: sgd, momentum,");
  });
});
