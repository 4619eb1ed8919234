/**
 * Batch normalisation against PyTorch: numbers that torch.nn.BatchNorm1d(2, eps=1e-5, momentum=0.1) in float64 gave.
 *
 * Two batches, the first of three rows and the second of two, each forward in training and back from given −∂loss/∂y:
 *
 *     bn.weight = [1.5, -0.5]; bn.bias = [0.25, 1]
 *     for x, g in zip(xs, gs): bn.zero_grad(); y = bn(x); y.backward(g)
 *     bn.eval(); y = bn([[0.5, -1.5]]); y.sum().backward()
 */
import { expect, test } from "vitest";
import { batchNorm, dense } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { initialParameters } from "../network/parameters.ts";
import { forward, type Subject, subjectOf } from "./forward.ts";
import type { Signals } from "./layerOperations.ts";
import { keepState, layerBack, layerParameters, operationsOf } from "./operations.ts";

const training = { seed: 0, step: 0, factor: 1 };
const layer = batchNorm();

function subjectWith(gamma: readonly number[], beta: readonly number[]): Subject {
  const net = network({ inputs: 2, layers: [layer, dense(1)] });
  const subject = subjectOf(net, initialParameters(net, 0));
  subject.parameters.set([...gamma, ...beta]);
  return subject;
}

/** −∂loss/∂x and the layer's gradients, from −∂loss/∂y. */
function back(subject: Subject, signals: Signals[], negativeGradient: readonly number[]) {
  operationsOf(layer).localGradients(layer, signals[0], Float64Array.from(negativeGradient), undefined);
  const gradients = new Float64Array(subject.layout.length);
  const views = layerParameters(subject.layout, gradients, 0);
  operationsOf(layer).gradients(layer, signals[0], views, layerParameters(subject.layout, subject.parameters, 0));
  return { x: layerBack(subject, 0, signals), gamma: views.scale, beta: views.bias };
}

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 11);
}

test("outputs, gradients and running statistics are PyTorch's, batch after batch", () => {
  const subject = subjectWith([1.5, -0.5], [0.25, 1]);
  const own = layerParameters(subject.layout, subject.parameters, 0);

  const first = forward(subject, Float64Array.of(1, -2, 3, 0.5, -1, 4), training);
  expectClose(first[0].output, [0.25, 1.575692166915, 2.087113862502, 1.067728490225, -1.587113862502, 0.35657934286]);
  const one = back(subject, first, [0.3, -0.2, 0.1, 0.4, -0.6, 0.7]);
  expectClose(
    one.x,
    [0.336804208125, 0.017615759759, -0.168400898461, -0.030198191253, -0.168403309664, 0.012582431494],
  );
  // Ours are −∂loss of a −∂loss/∂y: the signs of PyTorch's turned.
  expectClose(one.gamma, [-0.857319802501, -1.076882994582]);
  expectClose(one.beta, [0.2, -0.9]);
  keepState(subject, first);
  expectClose(own.mean, [0.1, 0.083333333333]);
  expectClose(own.variance, [1.3, 1.808333333333]);

  const second = forward(subject, Float64Array.of(0.5, 0.25, 2, -1), training);
  expectClose(second[0].output, [-1.249986666844, 0.500006399877, 1.749986666844, 1.499993600123]);
  const two = back(subject, second, [1, -1, 0.5, 2]);
  expectClose(two.x, [0.000008888652, 0.00003071882, -0.000008888652, -0.00003071882]);
  expectClose(two.gamma, [0.499995555615, 2.999961600737]);
  expectClose(two.beta, [-1.5, -1]);
  keepState(subject, second);
  expectClose(own.mean, [0.215, 0.0375]);
  expectClose(own.variance, [1.2825, 1.705625]);

  const predicting = forward(subject, Float64Array.of(0.5, -1.5));
  expectClose(predicting[0].output, [0.627490250069525, 1.588629575310811]);
  expectClose(back(subject, predicting, [1, 1]).x, [1.324527193226403, -0.382848504267194]);
  keepState(subject, predicting);
  expectClose(own.mean, [0.215, 0.0375]);
});

test("a batch of one row is β, passes nothing back, and leaves the running variance as it is", () => {
  const subject = subjectWith([1.5, -0.5], [0.25, 1]);
  const signals = forward(subject, Float64Array.of(7, -3), training);
  expect([...signals[0].output]).toEqual([0.25, 1]);
  expect(Array.from(back(subject, signals, [1, 1]).x, (value) => value + 0)).toEqual([0, 0]);
  keepState(subject, signals);
  const { mean, variance } = layerParameters(subject.layout, subject.parameters, 0);
  expectClose(mean, [0.7, -0.3]);
  expect([...variance]).toEqual([1, 1]);
});
