/**
 * A whole step for one pattern of a small network in one function: forward, loss, local gradients, gradients, update.
 *
 * Pattern by pattern, a 2-4-1 network has some sixty multiplications a step; decoding nine operations costs more. This is
 * the same step, to the bit, for plans of dense layers with elementwise activations and plain gradient descent. `program.ts`
 * decides which plans take it. Signals have room for whole vectors, whatever their width: the plan pads every region.
 */
import { activate, derive } from "./activations";
import { HALF_SQUARED_ERROR, LOGISTIC, OnlineLayer } from "./constants";
import { rowLoss } from "./losses";
import { slope, value } from "./activationFormulas";
import { forwardOne, fourUnits, pullBackOne } from "./onePattern";
import { madd } from "./vector";

/** Of a layer's words. */
const LAYER_BYTES: usize = 4 * OnlineLayer.words;

@inline
function place(layer: usize, word: i32): usize {
  return <usize>load<u32>(layer + (<usize>word << 2));
}

/**
 * @param layers the layers' words, one after the other @param weight of the sample, or 0
 * @param loss where the pattern's loss goes, float64
 */
export function onlineStep(
  layers: usize, count: i32, x: usize, desired: usize, weight: usize, lossKind: i32, options: usize, rate: f32, loss: usize,
): void {
  const end = layers + <usize>count * LAYER_BYTES;
  let input = x;
  for (let layer = layers; layer < end; layer += LAYER_BYTES) {
    const inputs = <i32>place(layer, OnlineLayer.inputs);
    const units = <i32>place(layer, OnlineLayer.units);
    const kind = <i32>place(layer, OnlineLayer.activation);
    const bias = place(layer, OnlineLayer.bias);
    const field = place(layer, OnlineLayer.field);
    const output = place(layer, OnlineLayer.output);
    if (units <= 4) {
      const v = fourUnits(units, inputs, input, place(layer, OnlineLayer.weights), inputs << 2, bias ? v128.load(bias) : f32x4.splat(0));
      v128.store(field, v);
      if (kind == LOGISTIC) v128.store(output, value(LOGISTIC, v));
      else activate(kind, field, output, units);
    } else {
      forwardOne(units, inputs, input, place(layer, OnlineLayer.weights), inputs, bias, field);
      activate(kind, field, output, units);
    }
    input = output;
  }

  let layer = end - LAYER_BYTES;
  if (lossKind == HALF_SQUARED_ERROR && weight == 0) halfSquaredError(input, desired, place(layer, OnlineLayer.units), loss, place(layer, OnlineLayer.delta));
  else rowLoss(lossKind, 0, 1, input, desired, weight, 1, <i32>place(layer, OnlineLayer.units), options, loss, place(layer, OnlineLayer.delta));
  for (;;) {
    const kind = <i32>place(layer, OnlineLayer.activation);
    const units = <i32>place(layer, OnlineLayer.units);
    const delta = place(layer, OnlineLayer.delta);
    const output = place(layer, OnlineLayer.output);
    if (kind == LOGISTIC && units <= 4) v128.store(delta, f32x4.mul(v128.load(delta), slope(LOGISTIC, v128.load(output))));
    else derive(kind, delta, place(layer, OnlineLayer.field), output, delta, units);
    if (layer == layers) break;
    const inputs = <i32>place(layer, OnlineLayer.inputs);
    const below = place(layer - LAYER_BYTES, OnlineLayer.delta);
    if (inputs <= 4) pullBackFour(inputs, units, delta, place(layer, OnlineLayer.weights), below);
    else pullBackOne(inputs, units, delta, place(layer, OnlineLayer.weights), below);
    layer -= LAYER_BYTES;
  }

  for (input = x; layer < end; layer += LAYER_BYTES) {
    descend(layer, input, rate);
    input = place(layer, OnlineLayer.output);
  }
}

/** to = δ·W for W of at most four columns; what is beyond the row's end in W falls into lanes that nobody reads. */
@inline
function pullBackFour(inputs: i32, units: i32, delta: usize, weights: usize, to: usize): void {
  let sum = f32x4.splat(0);
  for (let b = units; b > 0; b--) {
    sum = madd(v128.load32_splat(delta), v128.load(weights), sum);
    delta += 4;
    weights += <usize>inputs << 2;
  }
  v128.store(to, sum);
}

/** The notes' energy ½ Σ e² and −∂loss/∂y = e, for a pattern without a weight; the same numbers as `rowLoss`. */
@inline
function halfSquaredError(y: usize, d: usize, outputs: usize, loss: usize, negativeGradient: usize): void {
  let sum: f64 = 0;
  for (const end = y + (outputs << 2); y < end; y += 4) {
    const e: f32 = load<f32>(d) - load<f32>(y);
    store<f32>(negativeGradient, e);
    sum += <f64>(<f32>0.5 * (e * e));
    d += 4;
    negativeGradient += 4;
  }
  store<f64>(loss, sum);
}

/** ∂W_ba = −δ_b y_a, ∂b_b = −δ_b, and each parameter less rate times its gradient. */
@inline
function descend(layer: usize, input: usize, rate: f32): void {
  const inputBytes = place(layer, OnlineLayer.inputs) << 2;
  let weights = place(layer, OnlineLayer.weights);
  let bias = place(layer, OnlineLayer.bias);
  let delta = place(layer, OnlineLayer.delta);
  let gradient = place(layer, OnlineLayer.weightGradient);
  let biasGradient = place(layer, OnlineLayer.biasGradient);
  const inputEnd = input + inputBytes;
  const wholeEnd = input + (inputBytes & ~15);
  const rates = f32x4.splat(rate);
  for (const end = delta + (place(layer, OnlineLayer.units) << 2); delta < end; delta += 4) {
    const d = load<f32>(delta);
    let y = input;
    for (; y < wholeEnd; y += 16) {
      const g = f32x4.sub(f32x4.splat(0), f32x4.mul(f32x4.splat(d), v128.load(y)));
      v128.store(gradient, g);
      v128.store(weights, f32x4.sub(v128.load(weights), f32x4.mul(rates, g)));
      gradient += 16;
      weights += 16;
    }
    for (; y < inputEnd; y += 4) {
      const g: f32 = 0 - d * load<f32>(y);
      store<f32>(gradient, g);
      store<f32>(weights, load<f32>(weights) - rate * g);
      gradient += 4;
      weights += 4;
    }
    if (bias) {
      const g: f32 = 0 - d;
      store<f32>(biasGradient, g);
      store<f32>(bias, load<f32>(bias) - rate * g);
      biasGradient += 4;
      bias += 4;
    }
  }
}
