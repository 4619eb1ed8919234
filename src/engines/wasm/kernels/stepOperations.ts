/**
 * The operations of a step that are no layer's own, decoded: loss, penalties, clipping, updates, and the step that is whole.
 *
 * A part of the interpreter.
 */
import { meet } from "./barrier";
import {
  barrier,
  block,
  desiredWidth,
  from,
  inputWidth,
  patternDesired,
  patternInputs,
  patternWeights,
  rowIndices,
  rowLosses,
  shares,
  threads,
  to,
  wholeRows,
} from "./batch";
import { Clip, Copy, Freeze, Hyperparameters, Loss, OnlineStep, Penalty, SQUARES_CHUNK, Update } from "./constants";
import { rowLoss } from "./losses";
import { onlineStep } from "./onlineStep";
import { scale, squaredNorms, sum } from "./reductions";
import { shareStart } from "./share";
import { addPenalties, update } from "./updates";
import { at, number, word } from "./words";

export function lossOfRows(pc: usize): void {
  const weights = patternWeights ? at(pc, Loss.sampleWeights) : 0;
  rowLoss(
    word(pc, Loss.loss), from, to, at(pc, Loss.output), at(pc, Loss.desired), weights, wholeRows, word(pc, Loss.width),
    at(pc, Loss.options), rowLosses, at(pc, Loss.negativeGradient),
  );
}

/** The gradients of a frozen tensor are 0, for the units at hand. */
export function freezeUnits(pc: usize): void {
  const bytes = <usize>word(pc, Freeze.inputs) << 2;
  memory.fill(at(pc, Freeze.gradients) + <usize>from * bytes, 0, <usize>(to - from) * bytes);
}

/** A copy of one tensor's gradients, for the units at hand. */
export function copyUnits(pc: usize): void {
  const bytes = <usize>word(pc, Copy.inputs) << 2;
  const skipped = <usize>from * bytes;
  memory.copy(at(pc, Copy.to) + skipped, at(pc, Copy.from) + skipped, <usize>(to - from) * bytes);
}

/** The penalties of one tensor of weights, for the units at hand. */
export function penaltyOfUnits(pc: usize): void {
  const inputs = word(pc, Penalty.inputs);
  const skipped = <usize>(from * inputs) << 2;
  const count = (to - from) * inputs;
  addPenalties(at(pc, Penalty.parameters) + skipped, at(pc, Penalty.gradients) + skipped, number(pc, Penalty.l1), number(pc, Penalty.l2), count);
}

/** All gradients scaled so that their norm is at most `norm`. Meets before, within and after. */
export function clip(pc: usize, thread: i32): bool {
  const gradients = at(pc, Clip.gradients);
  const length = word(pc, Clip.length);
  const squares = at(pc, Clip.squares);
  const chunks = (length + SQUARES_CHUNK - 1) / SQUARES_CHUNK;
  const norm = number(pc, Clip.norm);
  if (!meet(barrier, threads, 0, 0, 0, thread)) return false;
  squaredNorms(gradients, length, shareStart(shares, chunks, thread, threads), shareStart(shares, chunks, thread + 1, threads), squares);
  if (!meet(barrier, threads, 0, 0, 0, thread)) return false;
  const found = sqrt<f64>(sum(squares, chunks));
  const first = shareStart(shares, length, thread, threads);
  if (found > <f64>norm) scale(gradients + (<usize>first << 2), <f32>(<f64>norm / found), shareStart(shares, length, thread + 1, threads) - first);
  return meet(barrier, threads, 0, 0, 0, thread);
}

/** The update of one tensor, for the units at hand. */
export function updateUnits(pc: usize): void {
  const inputs = word(pc, Update.inputs);
  const slots = Update.slots;
  update(
    word(pc, Update.optimizer), at(pc, Update.parameters), at(pc, Update.gradients), at(pc, slots), at(pc, slots + 1),
    from * inputs, to * inputs, number(pc, Update.rate), number(pc, Update.decay), block,
  );
}

/** A step for the one pattern of the batch, which is read where it lies. */
export function wholeStep(pc: usize, loss: usize): void {
  const row = <usize>load<u32>(rowIndices);
  const weight = patternWeights ? patternWeights + (row << 2) : 0;
  const x = patternInputs + ((row * inputWidth) << 2);
  const desired = patternDesired + ((row * desiredWidth) << 2);
  const layers = pc + (<usize>OnlineStep.layers << 2);
  const rate = <f32>f64.load(block, Hyperparameters.learningRate);
  onlineStep(layers, word(pc, OnlineStep.count), x, desired, weight, word(pc, OnlineStep.loss), at(pc, OnlineStep.options), rate, loss);
}
