/**
 * The interpreter: runs a program, the encoding of a plan, over many batches in one call.
 *
 * A program is a list of words, each operation its code, its length and then its arguments: the table of `plan/ops.ts`, from
 * which `constants.ts` is made. Several threads run the same program and share out, part by part, the batch's rows in
 * everything that goes forward or back and a layer's units in gradients and updates. Every number is so computed by one thread
 * in an order that sizes alone decide, whoever it is. Knows no network: what is computed stands in the program.
 *
 * TRAINING is a constant of the build, as RELAXED is (`vector.ts`). Kernels for prediction alone are built with 0: what only
 * programs of training contain is left out, and the rest is the same code, which gives the same bits.
 */
import { activateRows, derive } from "./activations";
import { meet } from "./barrier";
import { columnSums } from "./columnSums";
import {
  ActivationStep,
  Again,
  Back,
  Barrier,
  BarrierWords,
  Clip,
  Control,
  Copy,
  Dense,
  Dropout,
  DropoutStep,
  Emit,
  End,
  Freeze,
  Gather,
  Gradient,
  Hyperparameters,
  LocalGradient,
  Loss,
  OnlineStep,
  PackedDense,
  Penalty,
  PullBack,
  SEES_OUTPUT,
  SOFTMAX,
  Share,
  SQUARES_CHUNK,
  SumLoss,
  Update,
} from "./constants";
import { dropoutRows } from "./dropout";
import { gather } from "./gather";
import { gemm, gemmPanels } from "./gemm";
import { rowLoss } from "./losses";
import { forwardOne, gradientOne, pullBackOne } from "./onePattern";
import { onlineStep } from "./onlineStep";
import { takeDuring, takeNoMore } from "./ownership";
import { predictRow } from "./predictRow";
import { scale, squaredNorms, sum } from "./reductions";
import { nextPart, shareStart } from "./share";
import { passBack, signalOperation } from "./signalOperation";
import { softmaxBackward } from "./softmax";
import { addPenalties, update } from "./updates";
import { at, number, word } from "./words";

// What the control block says.
let threads: i32 = 1;
let barrier: usize = 0;
let shares: usize = 0;
let rowIndices: usize = 0;
let patternInputs: usize = 0;
let patternDesired: usize = 0;
let patternWeights: usize = 0;
let inputWidth: i32 = 0;
let desiredWidth: i32 = 0;
let rowLosses: usize = 0;
let scratch: usize = 0;
let block: usize = 0;
let outputs: usize = 0;
let seedKey: u32 = 0;

// Of the batch at hand.
let rows: i32 = 0;
let position: i32 = 0;
/** Whether another batch follows, so that nobody can ask for this one's fields. */
let followed: bool = false;
let step: u32 = 0;
/** The number of the batch among all of the session. */
let batch: i32 = 0;

// The part at hand, of rows or of units.
let from: i32 = 0;
let to: i32 = 0;

/**
 * Runs a program for every batch of a run.
 *
 * @returns 0, or 1 when a thread has died and the run was given up
 */
export function run(control: usize, thread: i32): i32 {
  const program = place(control, Control.program);
  const steps = load<i32>(control, Control.steps);
  const allIndices = place(control, Control.rowIndices);
  const rowCount = load<i32>(control, Control.rowCount);
  const batchSize = load<i32>(control, Control.batchSize);
  let schedule = place(control, Control.schedule);
  const losses = place(control, Control.losses);
  patternInputs = place(control, Control.inputs);
  patternDesired = place(control, Control.desired);
  patternWeights = place(control, Control.weights);
  inputWidth = load<i32>(control, Control.inputWidth);
  desiredWidth = load<i32>(control, Control.desiredWidth);
  rowLosses = place(control, Control.rowLosses);
  seedKey = load<u32>(control, Control.seedKey);
  threads = load<i32>(control, Control.threads);
  barrier = place(control, Control.barrier);
  shares = barrier + BarrierWords.bytes;
  scratch = place(control, Control.scratch) + <usize>thread * place(control, Control.scratchBytes);
  block = place(control, Control.hyperparameters) + <usize>thread * Hyperparameters.bytes;
  outputs = place(control, Control.outputs);
  const stride = place(control, Control.stride);
  const before = load<u32>(control, Control.before);
  const batchesBefore = load<i32>(control, Control.batches);
  for (let s = 0; s < steps; s++) {
    position = s * batchSize;
    rows = min(batchSize, rowCount - position);
    // All, where the program shares out nothing.
    from = 0;
    to = rows;
    rowIndices = allIndices + (<usize>position << 2);
    // Number by number: a copy of bytes is a call of the runtime, which takes longer than all this.
    for (let at: usize = 0; at < Hyperparameters.entryBytes; at += 8) store<u64>(block + at, load<u64>(schedule + at));
    schedule += stride;
    step = before + s;
    batch = batchesBefore + s + 1;
    followed = s + 1 < steps;
    if (!runBatch(program, thread, losses + (<usize>s << 3))) return 1;
  }
  return 0;
}

/** The address that a word of the control block is. */
@inline
function place(control: usize, offset: usize): usize {
  return <usize>load<u32>(control + offset);
}

/** Runs the program once. @returns false when waiting for another thread was given up */
function runBatch(program: usize, thread: i32, loss: usize): bool {
  let pc = program;
  for (;;) {
    const length = word(pc, 1);
    switch (word(pc, 0)) {
      case Barrier.code:
        if (!meet(barrier, threads, at(pc, Barrier.counters), word(pc, Barrier.count), shares, thread)) return false;
        break;
      case Share.code:
        if (!takePart(at(pc, Share.counters), word(pc, Share.units), word(pc, Share.least), thread)) pc += at(pc, Share.skipped);
        break;
      case Again.code:
        if (threads > 1) {
          pc -= at(pc, Again.bytes);
          continue;
        }
        break;
      case Gather.code:
        gatherRows(pc);
        break;
      case Dense.code:
        dense(pc);
        break;
      case PackedDense.code:
        predictRow(word(pc, PackedDense.units), word(pc, PackedDense.inputs), at(pc, PackedDense.input), at(pc, PackedDense.packed), at(pc, PackedDense.output), word(pc, PackedDense.activation));
        break;
      case Dropout.code:
        if (TRAINING) maskRows(at(pc, Dropout.input), at(pc, Dropout.output), word(pc, Dropout.width), pc, Dropout.layer, Dropout.rate);
        break;
      case Loss.code:
        if (TRAINING) lossOfRows(pc);
        break;
      case SumLoss.code:
        if (TRAINING && thread == 0) f64.store(loss, sum(rowLosses, rows));
        break;
      case LocalGradient.code:
        if (TRAINING) localStep(at(pc, LocalGradient.negativeGradient), at(pc, LocalGradient.to), word(pc, LocalGradient.width), pc, LocalGradient.step);
        break;
      case PullBack.code:
        if (TRAINING) pullBack(pc);
        break;
      case Gradient.code:
        if (TRAINING) gradient(pc);
        break;
      case Freeze.code:
        if (TRAINING) freezeUnits(pc);
        break;
      case Copy.code:
        if (TRAINING) copyUnits(pc);
        break;
      case Penalty.code:
        if (TRAINING) penaltyOfUnits(pc);
        break;
      case Clip.code:
        if (TRAINING && !clip(pc, thread)) return false;
        break;
      case Update.code:
        if (TRAINING) updateUnits(pc);
        break;
      case Emit.code:
        emitRows(at(pc, Emit.output), <usize>word(pc, Emit.width) << 2);
        break;
      case OnlineStep.code:
        if (TRAINING) wholeStep(pc, loss);
        break;
      case End.code:
        return true;
      default:
        // What passes back through a layer goes on with the step of the layer below.
        if (TRAINING && passBack(pc, from, to)) localStep(at(pc, Back.to), at(pc, Back.to), word(pc, Back.inputs), pc, Back.step);
        else signalOperation(pc, from, to, rows, scratch);
    }
    pc += <usize>length << 2;
  }
  return unreachable();
}

/**
 * The next part of the batch's rows (units is 0) or of a layer's units, into `from` and `to`: all of them where there is
 * one thread.
 *
 * @returns false when none is left
 */
function takePart(counters: usize, units: i32, least: i32, thread: i32): bool {
  const count = units ? units : rows;
  from = 0;
  to = count;
  if (threads == 1) return true;
  const part = nextPart(shares, counters, count, least, thread, threads);
  from = <i32>part;
  to = <i32>(part >> 32);
  return from < to;
}

/** A step for the one pattern of the batch, which is read where it lies. */
function wholeStep(pc: usize, loss: usize): void {
  const row = <usize>load<u32>(rowIndices);
  const weight = patternWeights ? patternWeights + (row << 2) : 0;
  const x = patternInputs + ((row * inputWidth) << 2);
  const desired = patternDesired + ((row * desiredWidth) << 2);
  const layers = pc + (<usize>OnlineStep.layers << 2);
  const rate = <f32>f64.load(block, Hyperparameters.learningRate);
  onlineStep(layers, word(pc, OnlineStep.count), x, desired, weight, word(pc, OnlineStep.loss), at(pc, OnlineStep.options), rate, loss);
}

function gatherRows(pc: usize): void {
  gather(rowIndices, patternInputs, inputWidth, at(pc, Gather.inputs), from, to - from);
  if (patternDesired) gather(rowIndices, patternDesired, desiredWidth, at(pc, Gather.desired), from, to - from);
  if (patternWeights) gather(rowIndices, patternWeights, 1, at(pc, Gather.sampleWeights), from, to - from);
}

function emitRows(source: usize, bytes: usize): void {
  memory.copy(outputs + <usize>(position + from) * bytes, source + <usize>from * bytes, <usize>(to - from) * bytes);
}

function lossOfRows(pc: usize): void {
  const weights = patternWeights ? at(pc, Loss.sampleWeights) : 0;
  rowLoss(
    word(pc, Loss.loss), from, to, at(pc, Loss.output), at(pc, Loss.desired), weights, rows, word(pc, Loss.width),
    at(pc, Loss.options), rowLosses, at(pc, Loss.negativeGradient),
  );
}

function dense(pc: usize): void {
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
  if (count == 1) forwardOne(units, inputs, x, weights, inputs, bias, field);
  else gemm(count, units, inputs, x, inputs, 1, weights, 1, inputs, field, units, bias ? 1 : 0, bias, 0, scratch, 0);
  activateRows(kind, field, output, count, units);
}

/**
 * The place, `offset` bytes behind the scratch, where an operand of the operation at hand stays packed while its batch
 * lasts; 0 for none. Its head: whether it is packed, and for which batch and operation.
 */
function keptFor(offset: usize, pc: usize): usize {
  if (offset == 0) return 0;
  const kept = scratch + offset;
  if (load<i32>(kept, 4) != batch || load<usize>(kept, 8) != pc) {
    store<i32>(kept, 0);
    store<i32>(kept, batch, 4);
    store<usize>(kept, pc, 8);
  }
  return kept;
}

/** to = (δ · W) ∘ φ' */
function pullBack(pc: usize): void {
  const units = word(pc, PullBack.units);
  const inputs = word(pc, PullBack.inputs);
  const count = to - from;
  const target = at(pc, PullBack.to);
  const weights = at(pc, PullBack.weights);
  const delta = at(pc, PullBack.delta) + (<usize>(from * units) << 2);
  const to = target + (<usize>(from * inputs) << 2);
  if (count == 1) pullBackOne(inputs, units, delta, weights, to);
  else gemm(count, inputs, units, delta, units, 1, weights, inputs, 1, to, inputs, 0, 0, 0, scratch, keptFor(at(pc, PullBack.packed), pc));
  localStep(target, target, inputs, pc, PullBack.step);
}

/** @param index of the step's first word, which says which it is */
function localStep(negativeGradient: usize, target: usize, width: i32, pc: usize, index: i32): void {
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
  dropoutRows(source + skipped, target + skipped, key, threshold, <f32>(1 / (1 - rate)), from * width, (to - from) * width);
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

/**
 * ∂W = −δᵀ · x, ∂b = −Σ δ, for the units at hand. `moved` are the parameters that an update may move next, or 0.
 */
function gradient(pc: usize): void {
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
    gemm(count, inputs, rows, delta, 1, units, at(pc, Gradient.input), inputs, 1, weights, inputs, 0, 0, 1, scratch, keptFor(at(pc, Gradient.packed), pc));
    takeNoMore();
  }
  if (bias) columnSums(rows, count, delta, units, bias + (<usize>from << 2), 1);
}

/** The gradients of a frozen tensor are 0, for the units at hand. */
function freezeUnits(pc: usize): void {
  const bytes = <usize>word(pc, Freeze.inputs) << 2;
  memory.fill(at(pc, Freeze.gradients) + <usize>from * bytes, 0, <usize>(to - from) * bytes);
}

/** A copy of one tensor's gradients, for the units at hand. */
function copyUnits(pc: usize): void {
  const bytes = <usize>word(pc, Copy.inputs) << 2;
  const skipped = <usize>from * bytes;
  memory.copy(at(pc, Copy.to) + skipped, at(pc, Copy.from) + skipped, <usize>(to - from) * bytes);
}

/** The penalties of one tensor of weights, for the units at hand. */
function penaltyOfUnits(pc: usize): void {
  const inputs = word(pc, Penalty.inputs);
  const skipped = <usize>(from * inputs) << 2;
  const count = (to - from) * inputs;
  addPenalties(at(pc, Penalty.parameters) + skipped, at(pc, Penalty.gradients) + skipped, number(pc, Penalty.l1), number(pc, Penalty.l2), count);
}

/** All gradients scaled so that their norm is at most `norm`. Meets before, within and after. */
function clip(pc: usize, thread: i32): bool {
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
function updateUnits(pc: usize): void {
  const inputs = word(pc, Update.inputs);
  const slots = Update.slots;
  update(
    word(pc, Update.optimizer), at(pc, Update.parameters), at(pc, Update.gradients), at(pc, slots), at(pc, slots + 1),
    from * inputs, to * inputs, number(pc, Update.rate), number(pc, Update.decay), block,
  );
}
