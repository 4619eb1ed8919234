/** What is explained is the model's answer: its gradients beside differences, its values beside a model's own. */
import { expect, test } from "vitest";
import { centralDifference } from "../../../test/centralDifferences.ts";
import { classifierDocument, drawnParameters, regressorDocument } from "../../../test/exampleModels.ts";
import type { ModelDocument } from "../../models/document.ts";
import { createModel } from "../../models/model.ts";
import { reference } from "../../reference/reference.ts";
import { explain } from "./explain.ts";
import type { Response } from "./integratedGradients.ts";
import { classResponse, numberResponse } from "./response.ts";

const outputs = [Float64Array.of(0.5, -1, 2), Float64Array.of(1, 0.25, -0.5)];

function expectGradients({ value, gradient }: Response): void {
  for (const [member, own] of gradient(outputs).entries()) {
    for (const k of own.keys()) {
      const at = (p: number): number => value(outputs.map((y, m) => (m === member ? y.with(k, p) : y)));
      expect(own[k]).toBeCloseTo(
        centralDifference((p) => at(p), outputs[member][k]),
        7,
      );
    }
  }
}

test.each([undefined, 0.25, 1, 3])("of several networks at temperature %s the gradient is that of the answer", (t) => {
  for (const index of [0, 1, 2]) expectGradients(classResponse({ name: "crossEntropy" }, index, t));
});

test("a class whose probability vanished has no gradient, and nothing is NaN", () => {
  const far = [Float64Array.of(0, -1e4), Float64Array.of(0, -2e4)];
  const { value, gradient } = classResponse({ name: "crossEntropy" }, 1, 2);
  expect(value(far)).toBe(0);
  expect(gradient(far).map((own) => [...own].map(Math.abs))).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test("numbers of several networks are averaged, each with its own statistics and held at its own ranges", () => {
  const first = { task: "regression", columns: ["a", "b", "c"], means: [1, 2, 3], deviations: [2, 1, 4] } as const;
  const ranges = [[-1e9, 1e9] as const, [1.5, 9] as const, [-1e9, 4] as const];
  const second = { ...first, means: [0, 2, 3.5], deviations: [3, 1, 0.5] };
  for (const index of [0, 1, 2]) {
    expectGradients(numberResponse([{ ...first, ranges }, second], index));
  }
  // c: held at 4 for 2 · 4 + 3 = 11; −0.5 · 0.5 + 3.5 = 3.25; in deviations of the first from its mean
  expect(numberResponse([{ ...first, ranges }, second], 2).value(outputs)).toBe(((4 + 3.25) / 2 - 3) / 4);
});

const background = [0.25, 0.125, 0.5, 0.375, -0.5, 0.5, 0.25];
const bird = { weight: 3, island: "Île", ringed: true, seen: new Date("2021-05-01T06:00Z") };

test("an explanation's prediction is the model's, with a temperature and several networks", async () => {
  const { encoder, network } = classifierDocument;
  const second = { encoder, network, background: background.map((own) => -own) };
  const document: ModelDocument = { ...classifierDocument, background, temperature: 0.4, further: [second] };
  const parameters = drawnParameters(classifierDocument);
  const model = await createModel(document, parameters, reference, [parameters.map((p) => 0.5 - p)]);
  const { label, probability } = model.predict(bird) as { label: string; probability: number };
  const [found] = explain(model, [bird]);
  expect(found.class).toBe(label);
  expect(found.prediction).toBeCloseTo(probability, 12);
  const sum = found.contributions.reduce((total, { contribution }) => total + contribution, 0);
  expect(found.background + sum).toBeCloseTo(probability, 4);
});

test("an answer that is held at the training range is explained as it is given", async () => {
  const document: ModelDocument = {
    ...regressorDocument,
    background: [0.5],
    target: {
      ...regressorDocument.target,
      ranges: [
        [20, 32],
        [-9, 9],
      ],
    } as ModelDocument["target"],
  };
  const model = await createModel(document, Float32Array.of(1, -2, 0, 0.5), reference);
  const [wing] = explain(model, [{ weight: 5 }], { target: "wing" });
  expect(wing.prediction).toBe(32);
  expect(wing.prediction).toBe((model.predict({ weight: 5 }) as { wing: number }).wing);
});
