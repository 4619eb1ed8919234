import { expect, test } from "vitest";
import { regressorDocument } from "../../test/exampleModels.ts";
import { DescriptionError } from "../errors.ts";
import type { ModelDocument } from "../models/document.ts";
import { problemOf } from "./problemOf.ts";

const recorded = (options: ModelDocument["provenance"]["options"]): ModelDocument => ({
  ...regressorDocument,
  provenance: { ...regressorDocument.provenance, options },
});

test("what a training left open, the recipe decides again", () => {
  const { network, loss, optimizer, penalties, clipNorm, batchSize, seed } = problemOf(recorded({}));
  expect(network).toBe(regressorDocument.network);
  expect(loss).toEqual({ name: "huber", delta: 2 });
  expect(optimizer).toMatchObject({ name: "adamW", learningRate: 0.003, weightDecay: 0.01 });
  expect([penalties, clipNorm, batchSize, seed]).toEqual([{ l1: 0, l2: 0 }, Number.POSITIVE_INFINITY, 6, 7]);
});

test("what it was asked for is what it was trained with", () => {
  const options = { optimizer: "momentum", learningRate: 0.2, batchSize: 4, l1: 0.1, l2: 0.2, clipNorm: 1 };
  expect(problemOf(recorded(options))).toMatchObject({
    optimizer: { name: "momentum", learningRate: 0.2, momentum: 0.9 },
    penalties: { l1: 0.1, l2: 0.2 },
    clipNorm: 1,
    batchSize: 4,
  });
  // JSON has no Infinity.
  expect(problemOf(recorded({ clipNorm: null })).clipNorm).toBe(Number.POSITIVE_INFINITY);
});

test("changes come before what was recorded; another optimizer brings its own learning rate", () => {
  const document = recorded({ optimizer: { name: "adam", beta1: 0.5 }, learningRate: 0.2 });
  expect(problemOf(document, { learningRate: 0.4 }).optimizer).toMatchObject({
    name: "adam",
    beta1: 0.5,
    learningRate: 0.4,
  });
  expect(problemOf(document, { optimizer: "sgd" }).optimizer).toEqual({ name: "sgd", learningRate: 0.01 });
  expect(problemOf(document, { optimizer: "sgd", learningRate: 3 }).optimizer.learningRate).toBe(3);
  expect(problemOf(document, { optimizer: undefined }).optimizer.learningRate).toBe(0.2);
});

test("a setting out of range is refused", () => {
  expect(() => problemOf(recorded({}), { learningRate: -1 })).toThrow(DescriptionError);
});
