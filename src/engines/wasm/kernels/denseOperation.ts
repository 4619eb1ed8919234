/**
 * The operations of dense layers, decoded: forward and back over rows, gradients over units.
 *
 * A part of the interpreter.
 */
import { activateRows } from "./activations";
import { batch, followed, from, rows, scratch, to } from "./batch";
import { bf16Product, isBf16 } from "./bf16Product";
import { columnSums } from "./columnSums";
import { Dense, Gradient, KeptOperand, PackedDense, PullBack, SEES_OUTPUT } from "./constants";
import { gemm, gemmPanels } from "./gemm";
import { localStep } from "./localStep";
import { forwardOne, gradientOne, pullBackOne } from "./onePattern";
import { takeDuring, takeNoMore } from "./ownership";
import { predictRow } from "./predictRow";
import { at, word } from "./words";

/** v = x · Wᵀ + b, y = φ(v) */
export function dense(pc: usize): void {
  const bias = at(pc, Dense.bias);
  const inputs = word(pc, Dense.inputs);
  const units = word(pc, Dense.units);
  const kind = word(pc, Dense.activation);
  const count = to - from;
  const output = at(pc, Dense.output) + (<usize>(from * units) << 2);
  // Where a derivative needs the output alone and nobody asks for the fields, the outputs overwrite them.
  const field = followed && (SEES_OUTPUT >> kind) & 1 ? output : at(pc, Dense.field) + (<usize>(from * units) << 2);
  const x = at(pc, Dense.input) + (<usize>(from * inputs) << 2);
  const weights = at(pc, Dense.weights);
  if (isBf16(rows, units, inputs)) {
    bf16Product(count, units, inputs, x, inputs, 1, weights, 1, inputs, field, units, bias, 0, scratch);
  } else if (count == 1) forwardOne(units, inputs, x, weights, inputs, bias, field);
  else gemm(count, units, inputs, x, inputs, 1, weights, 1, inputs, field, units, bias ? 1 : 0, bias, 0, scratch, 0);
  activateRows(kind, field, output, count, units);
}

/** The same for one row, from weights that lie packed. */
export function packedDense(pc: usize): void {
  predictRow(
    word(pc, PackedDense.units), word(pc, PackedDense.inputs), at(pc, PackedDense.input), at(pc, PackedDense.packed),
    at(pc, PackedDense.output), word(pc, PackedDense.activation),
  );
}

/** to = (δ · W) ∘ φ' */
export function pullBack(pc: usize): void {
  const units = word(pc, PullBack.units);
  const inputs = word(pc, PullBack.inputs);
  const count = to - from;
  const target = at(pc, PullBack.to);
  const weights = at(pc, PullBack.weights);
  const delta = at(pc, PullBack.delta) + (<usize>(from * units) << 2);
  const to = target + (<usize>(from * inputs) << 2);
  if (isBf16(rows, units, inputs)) {
    bf16Product(count, inputs, units, delta, units, 1, weights, inputs, 1, to, inputs, 0, 0, scratch);
  } else if (count == 1) pullBackOne(inputs, units, delta, weights, to);
  else gemm(count, inputs, units, delta, units, 1, weights, inputs, 1, to, inputs, 0, 0, 0, scratch, keptFor(at(pc, PullBack.packed), pc));
  localStep(target, target, inputs, pc, PullBack.step);
}

/** ∂W = −δᵀ · x, ∂b = −Σ δ, for the units at hand. `moved` are the parameters that an update may move next, or 0. */
export function gradient(pc: usize): void {
  const bias = at(pc, Gradient.biasGradient);
  const units = word(pc, Gradient.units);
  const inputs = word(pc, Gradient.inputs);
  const count = to - from;
  const delta = at(pc, Gradient.delta) + (<usize>from << 2);
  const weights = at(pc, Gradient.weightGradient) + (<usize>(from * inputs) << 2);
  if (rows == 1) gradientOne(count, inputs, delta, at(pc, Gradient.input), weights);
  else {
    const moved = at(pc, Gradient.moved);
    const numbers = count * inputs;
    if (moved) takeDuring(moved + (<usize>(from * inputs) << 2), <usize>numbers << 2, gemmPanels(count, inputs, rows));
    const x = at(pc, Gradient.input);
    if (isBf16(rows, units, inputs)) {
      bf16Product(count, inputs, rows, delta, 1, units, x, inputs, 1, weights, inputs, 0, 1, scratch);
    } else gemm(count, inputs, rows, delta, 1, units, x, inputs, 1, weights, inputs, 0, 0, 1, scratch, keptFor(at(pc, Gradient.packed), pc));
    takeNoMore();
  }
  if (bias) columnSums(rows, count, delta, units, bias + (<usize>from << 2), 1);
}

/**
 * The place, `offset` bytes behind the scratch, where an operand of the operation at hand stays packed while its batch
 * lasts; 0 for none.
 */
function keptFor(offset: usize, pc: usize): usize {
  if (offset == 0) return 0;
  const kept = scratch + offset;
  if (load<i32>(kept, KeptOperand.batch) != batch || load<usize>(kept, KeptOperand.operation) != pc) {
    store<i32>(kept, 0, KeptOperand.ready);
    store<i32>(kept, batch, KeptOperand.batch);
    store<usize>(kept, pc, KeptOperand.operation);
  }
  return kept;
}
