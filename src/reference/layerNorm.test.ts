import { expect, test } from "vitest";
import { layerNorm as described } from "../network/layers.ts";
import { layerNorm } from "./layerNorm.ts";
import { layerParameters } from "./operations.ts";

const none = layerParameters({ tensors: [], length: 0 }, new Float64Array(0), 0);

/** Forward, back and gradients of three patterns of five signals. */
function computed(x: readonly number[], delta: readonly number[], scale: readonly number[], bias: readonly number[]) {
  const layer = described();
  const own = { ...none, scale: Float64Array.from(scale), bias: Float64Array.from(bias) };
  const gradient = { ...none, scale: new Float64Array(scale.length), bias: new Float64Array(bias.length) };
  const signals = {
    rows: x.length / scale.length,
    training: true,
    input: Float64Array.from(x),
    inducedField: new Float64Array(x.length),
    output: new Float64Array(x.length),
    localGradient: Float64Array.from(delta),
  };
  layerNorm.forward(layer, own, signals, undefined);
  const back = layerNorm.pullBack(layer, own, signals);
  layerNorm.gradients(layer, signals, gradient, own);
  return { y: signals.output, back, scale: gradient.scale, bias: gradient.bias };
}

test("layer normalisation's outputs and gradients are those of PyTorch's LayerNorm", () => {
  // torch 2.15.0, float64: norm = torch.nn.LayerNorm(5) with these weights and biases; y = norm(x); y.backward(-delta);
  // then y, x.grad, norm.weight.grad and norm.bias.grad. −∂loss/∂y is δ here, so x.grad is the negative of what comes back.
  const found = computed(
    [0.5, -1, 2, 0.25, -0.75, 100, 101, 99.5, 100.5, 100.25, 3, 3, 3, 3, 3],
    [0.2, -0.1, 0.4, 0.3, -0.6, 1, 0.5, -0.5, 0.25, 0.75, 0.1, 0.2, 0.3, 0.4, 0.5],
    [1, -0.5, 2, 0.25, 1.5],
    [0.1, 0, -0.3, 1, 0.5],
  );
  const y = [
    0.38159271218456225, 0.5631854243691244, 3.079112546214747, 1.0117330296743567, -0.8375653828766705,
    -0.39999000029998877, -0.7499850004499831, -3.299940001799932, 1.1249975000749972, 0.5, 0.1, 0, -0.3, 1, 0.5,
  ];
  const ofX = [
    -0.03142691703661119, -0.46094381557139313, -0.02429908677867263, -0.009148829397554091, 0.525818648784231,
    -1.756209626368694, 1.268708876706171, 1.981226125243758, 0.381237125543727, -1.8749625011249549, 60.08327554319922,
    123.32882874656681, -98.03060746521973, 60.08327554319922, -145.4647723677454,
  ];
  const ofScale = [
    0.44367145786307727, -0.8626220853238076, -1.425807509692933, -0.13907713568422506, -0.5350261531506675,
  ];
  const close = (values: Float64Array, expected: readonly number[]): void => {
    expect(values.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 12);
  };
  close(found.y, y);
  close(
    found.back,
    ofX.map((slope) => -slope),
  );
  close(found.scale, ofScale);
  close(found.bias, [-1.3, -0.6, -0.2, -0.95, -0.65]);
});

test("of one signal the normalised one is 0: the output is the bias, and nothing comes back", () => {
  const found = computed([7, -3], [0.5, 2], [4], [0.25]);
  expect([...found.y]).toEqual([0.25, 0.25]);
  expect([...found.back].map(Math.abs)).toEqual([0, 0]);
  expect(Math.abs(found.scale[0])).toBe(0);
  expect(found.bias[0]).toBe(-2.5);
});
