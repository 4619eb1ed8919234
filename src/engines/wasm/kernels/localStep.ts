/**
 * A layer's own function, decoded: φ or a mask going forward; to what comes back φ', the Jacobian of softmax, or the mask.
 *
 * A part of the interpreter.
 */
import { activateRows, derive } from "./activations";
import { block, firstRow, from, seedKey, step, to } from "./batch";
import { Activation, ActivationStep, Dropout, DropoutStep, Hyperparameters, LocalGradient, SOFTMAX } from "./constants";
import { dropoutRows } from "./dropout";
import { softmaxBackward } from "./softmax";
import { at, word } from "./words";

/** y = φ(v) */
export function activation(pc: usize): void {
  const width = word(pc, Activation.width);
  const skipped = <usize>(from * width) << 2;
  activateRows(word(pc, Activation.activation), at(pc, Activation.input) + skipped, at(pc, Activation.output) + skipped, to - from, width);
}

/** The mask, going forward. */
export function dropout(pc: usize): void {
  maskRows(at(pc, Dropout.input), at(pc, Dropout.output), word(pc, Dropout.width), pc, Dropout.layer, Dropout.rate);
}

/** The step of the output layer. */
export function localGradient(pc: usize): void {
  localStep(
    at(pc, LocalGradient.negativeGradient), at(pc, LocalGradient.to), word(pc, LocalGradient.width), pc, LocalGradient.step,
  );
}

/** @param index of the step's first word, which says which it is */
export function localStep(negativeGradient: usize, target: usize, width: i32, pc: usize, index: i32): void {
  if (word(pc, index) == DropoutStep.code) {
    return maskRows(negativeGradient, target, width, pc, index + DropoutStep.layer, index + DropoutStep.rate);
  }
  const kind = word(pc, index + ActivationStep.activation);
  const skipped = <usize>(from * width) << 2;
  const output = at(pc, index + ActivationStep.output) + skipped;
  const field = at(pc, index + ActivationStep.field) + skipped;
  if (kind == SOFTMAX) softmaxBackward(negativeGradient + skipped, output, target + skipped, to - from, width);
  else derive(kind, negativeGradient + skipped, field, output, target + skipped, (to - from) * width);
}

/** The mask of the layer whose number and rate stand at two places; the rate is multiplied by the step's factor. */
function maskRows(source: usize, target: usize, width: i32, pc: usize, layer: i32, rateAt: i32): void {
  const key = mix(mix(seedKey + step) + <u32>word(pc, layer));
  const skipped = <usize>(from * width) << 2;
  const rate = f64.load(pc + (<usize>rateAt << 2)) * f64.load(block, Hyperparameters.dropoutFactor);
  const threshold = <u32>min<f64>(floor<f64>(rate * 4294967296.0 + 0.5), 4294967295.0);
  dropoutRows(source + skipped, target + skipped, key, threshold, <f32>(1 / (1 - rate)), (firstRow + from) * width, (to - from) * width);
}

/** `mix32` of random.ts. */
function mix(value: u32): u32 {
  let x = value;
  x ^= x >> 17;
  x *= 0xed5ad4bb;
  x ^= x >> 11;
  x *= 0xac4c1b51;
  x ^= x >> 15;
  x *= 0x31848bab;
  return x ^ (x >> 14);
}
